"""The demonstration's start: nothing is lost or loaded twice, an orderly end."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from .conftest import Demo, _free_port, start, stop


def entries(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "summitry.sqlite3")) as connection:
        return int(connection.execute("select count(*) from record_entry").fetchone()[0])


def test_it_prints_how_to_sign_in_as_each_role(demo: Demo) -> None:
    if not demo.log.is_file():
        return  # an instance that somebody else has started
    printed = demo.log.read_text()
    from summitry.demo.accounts import ACCOUNTS, PASSWORD

    assert [account.email for account in ACCOUNTS if account.email not in printed] == []
    assert PASSWORD in printed
    assert demo.url in printed


def test_a_second_start_loads_nothing_and_keeps_what_is_there(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    port = _free_port()
    process = start(folder, port)
    assert stop(process) == 0
    before = entries(folder)
    process = start(folder, port)
    assert stop(process) == 0
    assert entries(folder) == before > 100
    log = (tmp_path / "data.log").read_text()
    assert log.count("Loaded in") == 1
    assert "Traceback" not in log
    assert re.findall(r"ERROR|CRITICAL", log) == []
