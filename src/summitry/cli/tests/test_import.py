"""`summitry import FORMAT FILE`."""

import argparse

import pytest

from summitry.cli import importing
from summitry.cli.problem import Problem
from summitry.gatherings.models import Gathering, Session
from summitry.gatherings.tests.factories import make_gathering
from summitry.gatherings.tests.xml import event, guid, schedule

pytestmark = pytest.mark.django_db


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    importing.add_parser(parser.add_subparsers())
    args = parser.parse_args(["import", "frab", *words])
    return args.run(args)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "schedule.xml"
    path.write_bytes(schedule(event()))
    return path


def test_it_says_what_it_did(file, capsys):
    assert run(str(file), "--dry-run") == 0
    assert Session.objects.count() == 0
    assert capsys.readouterr().out.startswith(
        "Dry run: nothing has been changed.\nSummit 2027 (new gathering"
    )
    assert run(str(file), "--release") == 0
    out = capsys.readouterr().out
    assert out.splitlines()[:2] == [
        "Summit 2027 (new gathering summit-2027): 1 sessions in the file",
        "  new            1",
    ]
    assert "Released as version 1; digest" in out
    file.write_bytes(schedule(event(title="Grand opening")))
    run(str(file))
    assert "  retitled       1\n      1  Grand opening (title)\n" in capsys.readouterr().out


def test_it_imports_into_the_gathering_that_is_named(file):
    gathering = make_gathering(slug="other")
    run(str(file), "--gathering", "other")
    assert (Gathering.objects.count(), gathering.sessions.count()) == (1, 1)


@pytest.mark.parametrize("words", [["missing.xml"], ["FILE", "--gathering", "nowhere"]])
def test_what_is_not_there_is_said(file, words):
    with pytest.raises(Problem):
        run(*[str(file) if word == "FILE" else word for word in words])


def test_a_bad_file_is_a_problem_with_its_line(file):
    file.write_bytes(schedule([event(), event(guid=guid(2))]))
    with pytest.raises(Problem, match="Line 23, <event>: the id 1 is used a second time, first in line 13"):
        run(str(file))
    assert Session.objects.count() == 0


def test_signatories_of_a_document(tmp_path, capsys):
    from summitry.documents.tests.signing import an_adopted

    an_adopted("call")
    file = tmp_path / "list.csv"
    file.write_text("name,category,nationality\nZed,company,ZMB\nNowhere,company,\n")

    def take_in(*words: str) -> int:
        parser = argparse.ArgumentParser()
        importing.add_parser(parser.add_subparsers())
        args = parser.parse_args(["import", "signatories", str(file), *words])
        return args.run(args)

    with pytest.raises(Problem, match="Name it"):
        take_in()
    with pytest.raises(Problem, match="There is no document other"):
        take_in("--document", "other")
    assert take_in("--document", "call", "--dry-run") == 0
    assert take_in("--document", "call", "--source", "example.org") == 0
    assert capsys.readouterr().out.splitlines()[-4:] == [
        "Initiative on digital cooperation (call): 2 signatories, 1 countries",
        "  2 new, 0 with another date, 0 as they were",
        "  2 new organisations; 2 undated",
        "  Row 3, nationality: none is given for Nowhere",
    ]
    file.write_text("name,category\nZed,alien\n")
    with pytest.raises(Problem, match="Row 2, category: unknown category"):
        take_in("--document", "call")
