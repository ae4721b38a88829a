"""What `summitry demo` keeps, deletes, and refuses to touch."""

import json
import os
from pathlib import Path

import pytest

from summitry.cli import demo
from summitry.cli.environment import MARKER
from summitry.cli.problem import Problem


@pytest.fixture(autouse=True)
def _no_server(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)


def test_claims_a_new_folder_and_marks_it(tmp_path):
    folder = demo.claimed(tmp_path / "new")
    assert json.loads((folder / MARKER).read_text()) == {
        "database": "",
        "loaded": False,
        "day": "",
        "tables": {},
    }


@pytest.mark.parametrize("name", ["summitry.sqlite3", "thesis.odt", "keys/record.key", "files"])
def test_refuses_a_folder_that_holds_something_else(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")
    with pytest.raises(Problem, match=f"did not make \\({name}\\)"):
        demo.claimed(tmp_path)
    assert (tmp_path / name).read_text() == "mine"
    assert not (tmp_path / MARKER).exists()


def test_takes_a_folder_in_which_a_command_left_only_its_secret(tmp_path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "secret.key").write_text("s")
    (tmp_path / "static").mkdir()
    assert demo.claimed(tmp_path) == tmp_path


def test_clears_the_institution_and_keeps_the_marker_and_built_files(tmp_path):
    folder = demo.claimed(tmp_path / "demo")
    for name in ("summitry.sqlite3", "summitry.sqlite3-wal", "keys/record.key", "files/a/b", "static/x.css"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").write_text("x")
    (folder / "link").symlink_to(elsewhere)
    demo.clear(folder)
    assert sorted(path.name for path in folder.iterdir()) == [MARKER, "static"]
    assert (elsewhere / "kept").exists()


def test_a_second_one_in_the_same_folder_is_refused(tmp_path):
    folder = demo.claimed(tmp_path)
    with (
        demo.locked(folder),
        pytest.raises(Problem, match="Another `summitry demo` works in"),
        demo.locked(folder),
    ):
        pass


def test_a_marker_of_another_database_is_refused(tmp_path, monkeypatch):
    marker = demo.Marker(demo.claimed(tmp_path), "this folder", loaded=True)
    marker.write()
    monkeypatch.setenv("DATABASE_URL", "postgres://someone:secret@db.example:5432/summit")
    with pytest.raises(
        Problem,
        match=r"has its database at this folder, but DATABASE_URL says postgres://db.example:5432/summit",
    ):
        demo.Marker.of(tmp_path)


def test_a_spoilt_marker_counts_as_not_loaded(tmp_path):
    demo.claimed(tmp_path)
    (tmp_path / MARKER).write_text("{")
    assert demo.Marker.of(tmp_path).loaded is False


def test_the_address_is_known_to_mails_and_hosts(monkeypatch):
    for name in ("BASE_URL", "ALLOWED_HOSTS", "RECORD_ORIGIN", "SUMMITRY_DEMO"):
        monkeypatch.delenv(name, raising=False)
    demo.prepare_environment("::1", 8123)
    assert os.environ["BASE_URL"] == "http://[::1]:8123"
    assert os.environ["ALLOWED_HOSTS"] == "localhost,127.0.0.1,[::1]"
    assert os.environ["SUMMITRY_DEMO"] == "1"


def test_the_default_folder_is_beside_where_one_stands(monkeypatch, tmp_path):
    from summitry.cli.environment import data_folder

    monkeypatch.delenv("SUMMITRY_DATA")
    monkeypatch.chdir(tmp_path)
    assert data_folder() == Path(tmp_path / "summitry-data").resolve()


def test_tables_of_another_state_of_the_code_are_told_from_ours():
    now = demo.migrations()
    assert "people.0001_initial" in now
    assert all(len(digest) == 16 for digest in now.values())
