"""Kinds of sessions say as data what they ask."""

from summitry.gatherings import kinds, queries
from summitry.gatherings.kinds import Kind
from summitry.gatherings.models import Session, SessionPerson


def test_every_kind_of_the_house_is_known_and_one_is_a_pause():
    wanted = {"forum", "roundtable", "dialogue", "ceremony", "pitch", "workshop", "launch"}
    assert wanted <= set(kinds.KINDS)
    assert (kinds.PAUSE, frozenset({"plenary", "ceremony"})) == ("pause", kinds.PLENARY)
    assert all(key == kind.key for key, kind in kinds.KINDS.items())
    assert all(role in SessionPerson.Role.values for kind in kinds.KINDS.values() for role in kind.roles)


def test_a_word_of_a_file_is_a_kind_that_asks_for_nothing():
    found = kinds.of("devroom")
    assert (str(found.label), found.conveners, found.outcome, found.report_days) == (
        "devroom",
        0,
        False,
        None,
    )
    assert (kinds.name("devroom"), kinds.name("roundtable")) == ("devroom", "Roundtable")


def test_another_room_adds_a_kind(monkeypatch):
    monkeypatch.setattr(kinds, "KINDS", dict(kinds.KINDS))
    kinds.register(Kind("hearing", "Hearing", 45, conveners=1, report_days=7, roles=("moderator",)))
    assert list(kinds.of("hearing").asks()) == [
        "usually 45 minutes",
        "at least 1 convener",
        "a report 7 days after its end",
    ]
    session = Session(kind="hearing")
    assert queries.missing(session, [], 0) == [
        "A session of this kind should have somebody as moderator.",
        "A session of this kind is convened by at least 1 organisation: 0 named.",
    ]
    assert queries.missing(session, [SessionPerson(role="moderator")], 1) == []
