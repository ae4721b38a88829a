"""Two people, or one person twice, at the same moment: real threads on real connections."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections

from summitry.calls import acts
from summitry.calls.acts import Choice
from summitry.calls.models import Call, Decision, Screening, Submission
from summitry.people.models import Role, User, scope_of
from summitry.people.tests.factories import make_user
from summitry.record.act import Stale
from summitry.record.models import Checkpoint, Entry

from .factories import close, judged, make_draft, make_sent, open_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at_once(tmp_path):
    """at_once(one, two): each in a thread with a connection of its own, begun together; what each gave or
    raised.

    The tests' SQLite lives in memory and cannot be shared between threads: it is copied into a file first.
    """

    def in_threads(*functions):
        together = threading.Barrier(len(functions))
        found = [None] * len(functions)

        def run(at, function):
            try:
                together.wait()
                found[at] = function()
            except Exception as error:
                found[at] = error
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=pair) for pair in enumerate(functions)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return found

    before = connections.settings["default"]["NAME"]

    def begin(*functions):
        if connection.vendor == "sqlite" and connections.settings["default"]["NAME"] == before:
            import sqlite3

            path = tmp_path / "together.sqlite3"
            with sqlite3.connect(path) as copy:
                connection.connection.backup(copy)
            copy.close()
            connections.settings["default"]["NAME"] = str(path)
        return in_threads(*functions)

    yield begin
    connections.settings["default"]["NAME"] = before


def user(pk):
    return User.objects.select_related("person").get(pk=pk)


def test_two_chairs_decide_at_once(at_once):
    world = open_world()
    entries = judged(world, [[(5, 5)], [(4, 4)], [(1, 1)]])
    chairs = [world.chair.pk, make_user(Role.JURY_CHAIR, scope_of(world.call)).pk]
    sheet = world.fresh().sheet
    picks = [
        ["gold", "silver", None],
        ["silver", "silver", "silver"],
    ]

    def deciding(chair, pick):
        choices = {
            entry.pk: Choice("accepted", tier) if tier else Choice("rejected", standard="weaker")
            for entry, tier in zip(entries, pick, strict=True)
        }
        return lambda: acts.decide(user(chair), Call.objects.get(pk=world.call.pk), choices, sheet).sheet

    found = at_once(*(deciding(chair, pick) for chair, pick in zip(chairs, picks, strict=True)))
    assert {type(one) for one in found} == {Stale, int}

    def look():
        rows = Decision.objects.order_by("submission__number")
        return {one.decided_by.user_id for one in rows}, [one.tier or None for one in rows]

    [(by, tiers)] = at_once(look)
    winner = next(at for at, one in enumerate(found) if isinstance(one, int))
    assert (by, tiers) == ({chairs[winner]}, picks[winner])


def test_one_submission_sent_twice_at_once(at_once):
    world, applicant = open_world(), make_user()
    draft = make_draft(world, applicant)

    def send():
        found = Submission.objects.select_related("call").get(pk=draft.pk)
        return acts.submit(user(applicant.pk), found, draft.version).receipt

    found = at_once(send, send, send)
    assert len(set(found)) == 1
    assert isinstance(found[0], str)
    [received] = at_once(lambda: Entry.objects.filter(kind="calls.received").count())
    assert received == 1


def test_submissions_sent_at_once_get_numbers_of_their_own(at_once):
    world = open_world()
    drafts = [make_draft(world) for _ in range(4)]

    def sending(draft):
        found = lambda: Submission.objects.select_related("call", "applicant").get(pk=draft.pk)  # noqa: E731
        return lambda: acts.submit(user(draft.applicant.user_id), found(), draft.version).number

    assert sorted(at_once(*(sending(draft) for draft in drafts))) == [1, 2, 3, 4]


def test_the_deadline_closes_the_call_while_the_last_submission_arrives(at_once):
    """Whichever is first: what is refused keeps its draft, and the record counts what was taken."""
    world, applicant = open_world(), make_user()
    make_sent(world)
    draft = make_draft(world, applicant)
    deadline = world.call.closes_at

    def send():
        found = Submission.objects.select_related("call").get(pk=draft.pk)
        return acts.submit(user(applicant.pk), found, draft.version, now=deadline).number

    def shut():
        return len(acts.close_due_calls(now=deadline + acts.GRACE + timedelta(seconds=1)))

    sent, closed = at_once(send, shut)
    assert closed == 1
    assert sent == 2 or isinstance(sent, ValidationError)

    def look():
        facts = Entry.objects.get(kind="calls.closed").facts
        kept = Submission.objects.get(pk=draft.pk)
        return facts["submissions"], Submission.objects.sent().count(), kept.draft == draft.draft

    assert at_once(look) == [(2, 2, True) if sent == 2 else (1, 1, True)]


def test_two_screeners_find_differently_at_once(at_once):
    world = open_world()
    sent = make_sent(world)
    close(world)
    acts.open_stage(world.manager, world.run("screening"))
    others = [world.screener.pk, make_user(Role.SCREENER, scope_of(world.call)).pk]

    def finding(screener, passed):
        entry = lambda: Submission.objects.select_related("call").get(pk=sent.pk)  # noqa: E731
        return lambda: acts.screen(user(screener), entry(), passed, reason="Why.").passed

    found = at_once(finding(others[0], True), finding(others[1], False))
    assert {type(one) for one in found} == {Stale, bool}
    kept = next(one for one in found if isinstance(one, bool))
    assert at_once(lambda: Screening.objects.get().passed) == [kept]


def test_the_same_stage_opened_twice_at_once(at_once):
    world = open_world()
    close(world)
    run = world.run("screening")
    found = at_once(*[lambda: acts.open_stage(user(world.manager.pk), run).state] * 2)
    assert found == ["open", "open"]
    assert at_once(lambda: Entry.objects.filter(kind="calls.stage_opened").count()) == [1]
    assert at_once(
        lambda: Checkpoint.objects.count() == len(set(Checkpoint.objects.values_list("size")))
    ) == [True]
