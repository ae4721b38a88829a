"""Two people, or one person twice, at the same moment: real threads on real connections."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from summitry.calls import acts
from summitry.calls.acts import Choice
from summitry.calls.models import Assignment, Call, Decision, Screening, Submission
from summitry.calls.rules import Condition
from summitry.people.models import Affiliation, Role, User, scope_of
from summitry.people.tests.factories import make_organisation, make_user
from summitry.record.act import Stale
from summitry.record.models import Checkpoint, Entry

from .after import WAIT, YES, published, states
from .factories import close, judged, jury, make_draft, make_sent, open_world, rules

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_two_of_one_organisation_send_at_once_and_the_cap_holds(at_once):
    """The call is held while an entry is sent: of two, the second counts the first."""
    one = Condition("cap", "cap_per_organisation", options={"most": 1})
    world = open_world(rules(eligibility=(one,)))
    body = make_organisation()
    drafts = []
    for _ in range(2):
        writer = make_user()
        Affiliation.objects.create(person=writer.person, organisation=body)
        draft = make_draft(world, writer)
        drafts.append((writer.pk, acts.save_draft(writer, draft, {}, organisation=body).pk))

    def send(pair):
        return lambda: acts.submit(user(pair[0]), Submission.objects.select_related("call").get(pk=pair[1]))

    found = at_once(*map(send, drafts))
    assert sorted(type(one) for one in found if isinstance(one, Exception)) == [ValidationError]
    assert at_once(lambda: Submission.objects.sent().count()) == [1]


def giving_back(entry):
    def give_back():
        found = Submission.objects.select_related("call", "applicant").get(pk=entry.pk)
        return acts.decline(user(found.applicant.user_id), found).state

    return give_back


def test_two_winners_give_back_at_once(at_once):
    """Two places, two that wait: each place goes to another."""
    world = published([YES, YES, WAIT, WAIT, WAIT])
    one, two = world.submissions[:2]
    assert at_once(giving_back(one), giving_back(two)) == ["declined", "declined"]
    [found] = at_once(lambda: states(world))
    assert found == ["declined", "declined", "accepted", "accepted", "reserve"]


def test_one_winner_gives_back_twice_at_once(at_once):
    world = published([YES, WAIT, WAIT])
    [one, *_rest] = world.submissions
    assert at_once(giving_back(one), giving_back(one)) == ["declined", "declined"]
    [found] = at_once(lambda: states(world))
    assert found == ["declined", "accepted", "reserve"]


def test_two_dealings_at_once_make_one(at_once):
    world = open_world(jurors=3)
    jury(world, 3)
    call, manager = world.call.pk, world.manager.pk

    def deal():
        return acts.assign_all(user(manager), Call.objects.get(pk=call))

    found = at_once(deal, deal)
    assert sorted(getattr(one, "made", one) for one in found) == [0, 6]
    assert at_once(lambda: Assignment.objects.filter(ended_at=None).count()) == [6]
