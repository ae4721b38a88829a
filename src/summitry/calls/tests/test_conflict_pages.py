"""The page of a call's conflicts, what somebody is told of those that concern her, and chairs who cannot
decide."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from summitry.calls import acts
from summitry.calls.models import Conflict
from summitry.calls.queries import bars
from summitry.people import acts as people
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_institution, make_organisation, make_user
from summitry.text.value import Text

from .factories import close, judged, make_manager_of, make_sent, mark, open_world, screen_all

pytestmark = pytest.mark.django_db
T = Text.of


@pytest.fixture(autouse=True)
def _institution():
    make_institution()


def place(user, body):
    return people.add_affiliation(user, user.person, organisation=body)


def to(name, world, *more):
    return reverse(f"calls:{name}", args=[world.call.slug, *more])


def conflicted(world, *users, entries=1, body=None, **changes):
    """Entries of a colleague of these users."""
    body = body or make_organisation("Boat Trust")
    applicant = make_user(name="Ada Applicant")
    for user in (*users, applicant):
        place(user, body)
    return [make_sent(world, applicant, **{"title": f"Entry {n}", **changes}) for n in range(entries)]


# -- for those who run the call -------------------------------------------------------------------


def test_a_manager_reads_who_is_kept_from_what_and_why(client: Client):
    world = open_world()
    [one] = conflicted(world, world.jurors[0])
    client.force_login(world.manager)
    page = client.get(to("conflicts", world))
    words = page.content.decode()
    for said in (
        one.ref,
        "Entry 0",
        str(world.jurors[0].person.name),
        "found by comparison",
        "juror and applicant belong to the same organisation: Boat Trust",
    ):
        assert said in words
    assert to("conflicts", world) in client.get(to("manage", world)).content.decode()


def test_she_lifts_one_with_a_reason_and_not_without(client: Client):
    world = open_world()
    conflicted(world, world.jurors[0])
    conflict = Conflict.objects.get()
    client.force_login(world.manager)
    address = to("lift_conflict", world, conflict.pk)
    refused = client.post(address, {"reason": " "})
    assert (refused.status_code, "Say why" in refused.content.decode()) == (422, True)
    for _click in range(2):
        done = client.post(address, {"reason": "Another city."})
        assert (done.status_code, done["Location"]) == (302, to("conflicts", world))
    conflict.refresh_from_db()
    assert (conflict.lift_reason, conflict.lifted_by) == ("Another city.", world.manager.person)
    assert "No conflict of interest is known." in client.get(to("conflicts", world)).content.decode()
    assert "Another city." in client.get(to("conflicts", world) + "?show=lifted").content.decode()


def test_what_is_hidden_from_a_manager_is_a_number_for_her_and_cannot_be_lifted_by_her(client: Client):
    world = open_world()
    [one] = conflicted(world, world.jurors[0], world.manager)
    other = make_manager_of(world)
    client.force_login(world.manager)
    words = client.get(to("conflicts", world)).content.decode()
    assert "2 conflicts are with entries that are hidden from you" in words
    assert not any(secret in words for secret in (one.ref, "Entry 0", "Boat Trust"))
    for conflict in Conflict.objects.all():
        assert client.post(to("lift_conflict", world, conflict.pk), {"reason": "Mine."}).status_code == 404
    client.force_login(other)
    assert one.ref in client.get(to("conflicts", world)).content.decode()


def test_who_may_open_the_page(client: Client):
    world = open_world()
    conflicted(world, world.jurors[0])
    pk = Conflict.objects.get().pk
    for user in (world.jurors[1], world.screener, make_user(Role.AUDITOR), make_user()):
        client.force_login(user)
        assert client.get(to("conflicts", world)).status_code == 403
        assert client.post(to("lift_conflict", world, pk), {"reason": "No."}).status_code == 403
    client.force_login(world.chair)  # no entry is before her yet
    assert client.get(to("conflicts", world)).status_code == 200
    assert client.post(to("lift_conflict", world, pk), {"reason": "No."}).status_code == 404


def test_a_chair_of_a_blind_call_reads_neither_names_nor_details(client: Client):
    world = open_world(blind=True)
    [one] = conflicted(world, world.jurors[0], world.screener)
    close(world)
    acts.open_stage(world.manager, world.run("screening"))
    acts.screen(make_user(Role.SCREENER, scope_of(world.call)), one, True)
    acts.close_stage(world.manager, world.run("screening"))
    acts.open_stage(world.manager, world.run("jury"))
    client.force_login(world.chair)
    words = client.get(to("conflicts", world)).content.decode()
    assert "juror and applicant belong to the same organisation" in words
    assert "Juror 1" in words
    names = [str(user.person.name) for user in (world.jurors[0], world.screener)]
    assert not any(secret in words for secret in ("Boat Trust", "Ada Applicant", *names))


# -- for whom it concerns -------------------------------------------------------------------------


def test_a_juror_is_told_how_many_and_why_in_general(client: Client):
    world = open_world(jurors=2)
    entries = conflicted(world, world.jurors[0], world.chair, world.screener, entries=2)
    make_sent(world)
    close(world)
    acts.open_stage(world.manager, world.run("screening"))
    for user, door in ((world.jurors[0], "marking"), (world.screener, "screening"), (world.chair, "entries")):
        client.force_login(user)
        words = client.get(to(door, world)).content.decode()
        assert "2 entries are kept from you because of conflicts of interest." in words
        assert "juror and applicant belong to the same organisation" in words
        secrets = (*(one.ref for one in entries), "Entry 0", "Entry 1", "Boat Trust", "Ada")
        assert not any(secret in words for secret in secrets)
    client.force_login(world.jurors[1])
    assert "kept from you" not in client.get(to("marking", world)).content.decode()


def test_declared_ones_count_too_and_lifted_ones_do_not():
    world = open_world()
    one, _two = conflicted(world, world.manager, entries=2)
    third = make_sent(world)
    acts.declare_conflict(world.manager, third, "My cousin’s.")
    acts.lift_conflict(make_manager_of(world), Conflict.objects.get(submission=one), "Another city.")
    kept = bars.kept_from(world.manager, world.call)
    assert (kept.count, kept.why) == (
        2,
        ["a conflict has been declared", "juror and applicant belong to the same organisation"],
    )


# -- chairs ---------------------------------------------------------------------------------------


def test_a_sole_chair_is_told_that_another_must_decide(client: Client):
    world = open_world()
    one, _two = judged(world, [[(5, 5)], [(4, 4)]])
    body = make_organisation()
    for user in (world.chair, one.applicant.user):
        place(user, body)
    client.force_login(world.chair)
    words = client.get(to("sheet", world)).content.decode()
    assert "1 entry is hidden from you" in words
    assert "No other chair without a conflict has been appointed yet for 1 of them" in words
    client.force_login(world.manager)
    told = "1 entry cannot be decided by any chair of the jury."
    assert told in client.get(to("conflicts", world)).content.decode()
    acts.appoint(world.manager, world.call, make_user().person, Role.JURY_CHAIR)
    assert told not in client.get(to("conflicts", world)).content.decode()
    client.force_login(world.chair)
    words = client.get(to("sheet", world)).content.decode()
    assert "1 entry is hidden from you" in words
    assert "No other chair" not in words


def test_which_entries_no_chair_may_decide():
    world = open_world()
    other = make_user(Role.JURY_CHAIR, scope_of(world.call))
    first = conflicted(world, world.chair, other)[0]
    conflicted(world, other, body=make_organisation("Kite Trust"))
    assert bars.undecidable(world.call) == 1
    shared = make_sent(world)
    asked = acts.add_co_applicant(shared.applicant.user, shared, world.chair.email)
    assert bars.undecidable(world.call) == 1
    acts.confirm_co_applicant(world.chair, asked)  # her own now, and her colleague’s for the other one
    assert bars.undecidable(world.call) == 2
    acts.withdraw(first.applicant.user, first)
    assert bars.undecidable(world.call) == 1
    for mandate in (*world.chair.person.mandates.all(), *other.person.mandates.all()):
        people.end_mandate(None, mandate)
    assert bars.undecidable(world.call) == 2  # of two: nobody decides anything


def test_a_chair_who_runs_the_call_decides_nothing():
    world = open_world()
    make_sent(world)
    people.end_mandate(None, world.chair.person.mandates.get())
    both = make_user(Role.JURY_CHAIR, scope_of(world.call))
    both.person.mandates.create(role=Role.CALL_MANAGER, scope=scope_of(world.call))
    assert bars.undecidable(world.call) == 1


# -- cost -----------------------------------------------------------------------------------------


def cost(question):
    with CaptureQueriesContext(connection) as caught:
        question()
    return len(caught)


def test_every_question_costs_the_same_for_one_and_for_three():
    costs = []
    for n in (1, 3):
        world = open_world(jurors=n)
        for _ in range(n - 1):
            make_user(Role.JURY_CHAIR, scope_of(world.call))
        conflicted(world, *world.jurors, world.chair, entries=n)
        user, call = world.manager, world.fresh()
        _ = user.roles
        costs.append(
            [
                cost(lambda world=world, call=call: bars.kept_from(world.jurors[0], call)),
                cost(lambda user=user, call=call: bars.bar_rows(call, bars.conflicts_of(user, call), True)),
                cost(lambda user=user, call=call: bars.out_of_sight(user, call)),
                cost(lambda call=call: bars.undecidable(call)),
            ]
        )
    assert costs == [[1, 3, 1, 4]] * 2


def test_the_page_costs_the_same_with_more_conflicts(client: Client):
    costs = []
    for n in (1, 3):
        world = open_world(jurors=n)
        conflicted(world, *world.jurors, entries=n, body=make_organisation(f"Boat Trust {n}"))
        client.force_login(world.manager)
        client.get(to("conflicts", world))
        costs.append(cost(lambda world=world: client.get(to("conflicts", world))))
    assert costs[0] == costs[1]


def test_a_withdrawn_entry_is_kept_from_nobody():
    world = open_world()
    [one] = conflicted(world, world.jurors[0])
    assert bars.kept_from(world.jurors[0], world.call).count == 1
    acts.withdraw(one.applicant.user, one)
    assert bars.kept_from(world.jurors[0], world.call).count == 0


def test_marks_that_fell_can_be_given_anew_on_the_page_once_the_conflict_is_lifted(client: Client):
    world = open_world(jurors=1)
    [juror] = world.jurors
    one = make_sent(world)
    close(world)
    screen_all(world)
    acts.assign(world.manager, one, juror.person)
    acts.open_stage(world.manager, world.run("jury"))
    mark(juror, one, 5, 5)
    declared = acts.declare_conflict(juror, one, "My cousin’s.")
    acts.lift_conflict(world.manager, declared, "No cousin.")
    acts.unassign(world.manager, acts.assign(world.manager, one, juror.person))
    acts.assign(world.manager, one, juror.person)
    acts.declare_no_conflict(juror, one)
    client.force_login(juror)
    page = client.get(to("score", world, one.ref))
    assert page.context["form"] is not None
    sent = {"mark_effect": "2", "mark_evidence": "3", "version": page.context["assessment"].version}
    assert client.post(to("score", world, one.ref), {**sent, "do": "send"}).status_code == 302
    assert [sheet.marks for sheet in one.assessments.all() if sheet.counts] == [{"effect": 2, "evidence": 3}]
