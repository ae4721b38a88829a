"""`summitry timetable GATHERING`."""

import argparse

import pytest

from summitry.cli import timetable
from summitry.cli.problem import Problem
from summitry.gatherings import acts
from summitry.gatherings.models import Proposal, Slot
from summitry.gatherings.tests.factories import make_gathering, make_room, make_session

pytestmark = pytest.mark.django_db


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    timetable.add_parser(parser.add_subparsers())
    args = parser.parse_args(["timetable", *words])
    return args.run(args)


@pytest.fixture
def gathering():
    gathering = make_gathering(slug="summit")
    make_room(gathering, "Hall", capacity=100)
    make_session(gathering, "One", minutes=30)
    return gathering


def test_it_proposes_and_accepts_when_told(gathering, capsys):
    assert run("summit", "--seconds", "5") == 0
    assert capsys.readouterr().out.startswith("1 sessions placed in ")
    assert Slot.objects.count() == 0
    assert run("summit", "--seconds", "5", "--seed", "3", "--accept") == 0
    assert "Accepted: 1 sessions moved." in capsys.readouterr().out
    assert (Slot.objects.count(), Proposal.objects.first().seed) == (1, 3)


def test_it_says_why_there_is_none(gathering, capsys):
    acts.say_demand(None, gathering.sessions.get(), audience=5000)
    assert run("summit") == 1
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "No timetable keeps all demands."
    assert out[2] == "  - “One” needs 5000 seats."


def test_ctrl_c_keeps_the_best(gathering, capsys, monkeypatch):
    """The signal is heard between two looks at the solver; a second one ends the program."""
    import os
    import signal

    from summitry.gatherings.timetabling import running

    solve = running.engine.solve

    def pressed(problem, *, should_stop, **given):
        best = solve(problem, **given)
        assert not should_stop()
        os.kill(os.getpid(), signal.SIGINT)
        assert should_stop()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
        return best

    monkeypatch.setattr(running.engine, "solve", pressed)
    before = signal.getsignal(signal.SIGINT)
    assert run("summit", "--accept") == 0
    assert signal.getsignal(signal.SIGINT) is before
    assert capsys.readouterr().out.startswith("1 sessions placed in ")
    assert Slot.objects.count() == 1


@pytest.mark.parametrize(
    "words", [["nowhere"], ["summit", "--seconds", "0"], ["summit", "--base", "released"]]
)
def test_what_cannot_be_is_a_problem(gathering, words):
    with pytest.raises(Problem):
        run(*words)
