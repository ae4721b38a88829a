"""`summitry mirror GATHERING DIR`, as a real command with a database of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from summitry.gatherings.tests.xml import event, schedule


def summitry(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "SUMMITRY_DEMO"}}
    return subprocess.run(
        [sys.executable, "-m", "summitry", *words],
        env={**kept, "SUMMITRY_DATA": str(folder / "data")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    (folder / "schedule.xml").write_bytes(schedule(event()))
    assert summitry(folder, "migrate").returncode == 0
    assert summitry(folder, "import", "frab", str(folder / "schedule.xml"), "--release").returncode == 0
    return folder


def content(folder: Path) -> dict[str, bytes]:
    """All files but those that say when it was made."""
    return {
        one.relative_to(folder).as_posix(): one.read_bytes()
        for one in folder.rglob("*")
        if one.is_file() and one.name not in {"copy.json", "SHA256SUMS"}
    }


def test_several_processes_make_the_same_copy_as_one(house):
    alone = summitry(house, "mirror", "summit-2027", str(house / "alone"), "--processes", "1")
    together = summitry(house, "mirror", "summit-2027", str(house / "together"), "--processes", "3")
    assert (alone.returncode, together.returncode, alone.stderr, together.stderr) == (0, 0, "", "")
    assert together.stdout.splitlines()[0].startswith("ar fr: ")
    assert together.stdout.splitlines()[-1] == f"Open {house / 'together' / 'index.html'}"
    made = content(house / "alone")
    assert len(made) > 60
    assert content(house / "together") == made


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere", "x"), "summitry: There is no gathering nowhere."),
        (("summit-2027", "data"), "holds something else than a copy. Name a new or an empty folder."),
        (("summit-2027", "no/where"), "There is no folder"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(house, words, said):
    slug, where = words
    found = summitry(house, "mirror", slug, str(house / where))
    assert found.returncode == 1
    assert said in found.stderr
    assert len(found.stderr.splitlines()) == 1
