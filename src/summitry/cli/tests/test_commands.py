"""The commands as a person runs them: what they say, with which status; no traceback for a user's mistake."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from summitry import __version__
from summitry.cli import COMMANDS, environment, main
from summitry.cli.problem import Problem


def summitry(*words: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "SUMMITRY_DEMO"}}
    return subprocess.run(
        [sys.executable, "-m", "summitry", *words],
        env={**kept, "SUMMITRY_DATA": str(folder / "data"), **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_says_its_version(tmp_path):
    done = summitry("--version", folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"summitry {__version__}\n")


def test_without_a_command_it_shows_the_help(capsys):
    with pytest.raises(SystemExit) as left:
        main([])
    assert left.value.code == 2
    shown = capsys.readouterr().out
    assert [
        name for name in ("demo", "serve", "worker", "migrate", "check", "manage") if name not in shown
    ] == []


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "manage"])
def test_every_command_explains_itself(name, capsys):
    with pytest.raises(SystemExit) as left:
        main([{"importing": "import", "exporting": "export"}.get(name, name), "--help"])
    assert left.value.code == 0
    assert "usage: summitry" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "environment", "says"),
    [
        (["check"], {"DATABASE_URL": "nonsense"}, "DATABASE_URL cannot be read"),
        (
            ["check"],
            {"DATABASE_URL": "mysql://a:b@c/d"},
            "DATABASE_URL names mysql; Summitry runs on SQLite and PostgreSQL",
        ),
        (["check"], {"DATABASE_URL": "postgres://a:secret@127.0.0.1:1/d"}, "The database does not answer"),
        (
            ["demo", "--no-serve"],
            {"DATABASE_URL": "postgres://a:secret@127.0.0.1:1/d"},
            "The database does not answer",
        ),
        (["migrate"], {"DATABASE_URL": "postgres://127.0.0.1"}, "DATABASE_URL names no database"),
        (["serve"], {}, "migrations. Run first: summitry migrate"),
        (["worker"], {}, "migrations. Run first: summitry migrate"),
        (["check"], {"SUMMITRY_DATA": "/dev/null/here"}, "The data folder /dev/null/here cannot be written"),
        (["serve", "--port", "70000"], {}, "70000 is not a port: choose one from 1 to 65535"),
        (
            ["demo", "--host", "no.such.host.invalid"],
            {},
            "no.such.host.invalid is not an address of this machine",
        ),
    ],
)
def test_a_mistake_is_told_in_one_sentence(tmp_path, words, environment, says):
    done = summitry(*words, folder=tmp_path, **environment)
    assert done.returncode == 1
    assert says in done.stderr
    assert done.stderr.startswith("summitry: ")
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


def test_a_port_in_use_is_named(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for command in ("serve", "demo"):
            done = summitry(command, "--port", str(port), folder=tmp_path)
            assert done.returncode == 1
            assert (
                done.stderr
                == f"summitry: Port {port} of 127.0.0.1 is in use. Choose another: --port {port + 1}\n"
            )


def test_an_unknown_command_is_a_wrong_usage(tmp_path):
    done = summitry("sommitry", folder=tmp_path)
    assert done.returncode == 2
    assert "invalid choice: 'sommitry'" in done.stderr


def test_manages(tmp_path):
    """The other commands of an operator are run as docs/operations.md shows them, by tests/test_docs.py."""
    managed = summitry("manage", "shell", "-c", "print(6 * 7)", folder=tmp_path)
    assert managed.stdout.splitlines()[-1] == "42"


def test_a_folder_is_made_where_it_is_missing(tmp_path):
    assert environment.writable(tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(Problem, match="cannot be written"):
        environment.writable(tmp_path / "file")


def test_a_free_port_is_free():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert environment.check_free("127.0.0.1", port) is None
