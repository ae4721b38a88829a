"""Conflicts of interest, found and declared."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from summitry.calls import acts, conflicts
from summitry.calls.models import Assignment, Conflict
from summitry.calls.rules import ConflictPolicy
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_organisation, make_user
from summitry.record.models import Entry, Opening

from .factories import close, judged, jury, make_sent, mark, open_world, screen_all

pytestmark = pytest.mark.django_db


# -- conflicts that are found ---------------------------------------------------------------------


def test_who_is_barred_and_why():
    world = open_world(jurors=4)
    own, co, colleague, free = world.jurors
    body = make_organisation()
    applicant = make_user()
    for user in (colleague, applicant):
        user.person.affiliations.create(organisation=body)
    one = make_sent(world, applicant)
    acts.confirm_co_applicant(co, acts.add_co_applicant(applicant, one, co.email))
    two = make_sent(world, own)
    close(world)
    screen_all(world)
    found = conflicts.search(world.call, [juror.person for juror in world.jurors], [one, two])
    assert found.against(own.person.pk, two.pk) == ["the entry is the juror’s own"]
    assert found.against(co.person.pk, one.pk) == ["the entry is the juror’s own"]
    assert found.against(colleague.person.pk, one.pk) == [
        "juror and applicant belong to the same organisation"
    ]
    assert found.against(free.person.pk, one.pk) == found.against(own.person.pk, one.pk) == []
    for juror, entry in ((own, two), (co, one), (colleague, one)):
        with pytest.raises(ValidationError, match="Not possible"):
            acts.assign(world.manager, entry, juror.person)


def test_the_organisation_that_applies_bars_and_one_that_was_left_does_not():
    world = open_world()
    body, left = make_organisation(), make_organisation()
    applicant = make_user()
    applicant.person.affiliations.create(organisation=body)
    one = make_sent(world, applicant)
    acts.save_draft(applicant, one, {}, organisation=body)
    today = timezone.now().date()
    world.jurors[0].person.affiliations.create(organisation=body)
    world.jurors[1].person.affiliations.create(organisation=left, until=today.replace(year=2020))
    applicant.person.affiliations.create(organisation=left, until=today.replace(year=2020))
    one = acts.submit(applicant, one)
    found = conflicts.search(world.call, [juror.person for juror in world.jurors], [one])
    assert found.against(world.jurors[0].person.pk, one.pk) != []
    assert found.against(world.jurors[1].person.pk, one.pk) == []


def test_rules_may_not_ask_for_organisations(django_assert_num_queries):
    world = open_world(conflicts=ConflictPolicy(same_organisation=False))
    body = make_organisation()
    one = make_sent(world)
    for user in (world.jurors[0], one.applicant.user):
        user.person.affiliations.create(organisation=body)
    assert conflicts.search(world.call, [world.jurors[0].person], [one]).reasons == {}


def test_searching_costs_the_same_whatever_the_number(django_assert_num_queries):
    """What stands; co-applicants, places, organisations, addresses, names, persons, and co-authors (two)."""
    world = open_world()
    entries = []
    for _ in range(3):
        applicant, co = make_user(), make_user()
        applicant.person.affiliations.create(organisation=make_organisation())
        entries.append(make_sent(world, applicant))
        acts.confirm_co_applicant(co, acts.add_co_applicant(applicant, entries[-1], co.email))
    for juror in world.jurors:
        other, shared = make_user(), make_sent(open_world(), juror)
        acts.confirm_co_applicant(other, acts.add_co_applicant(juror, shared, other.email))
    persons = [juror.person for juror in world.jurors]
    for some in (1, 3):
        with django_assert_num_queries(9):
            conflicts.search(world.call, persons[:some], entries[:some])


# -- conflicts that are declared ------------------------------------------------------------------


def marking(world, entries=1, jurors=None):
    found = jury(world, entries)
    for submission in found:
        for juror in jurors or world.jurors:
            acts.assign(world.manager, submission, juror.person)
    acts.open_stage(world.manager, world.run("jury"))
    return found


def test_declaring_steps_back_and_enters_the_role_and_no_more():
    world = open_world()
    [one] = marking(world)
    juror = world.jurors[0]
    found = acts.declare_conflict(juror, one, "My sister works there.")
    assert acts.declare_conflict(juror, one).pk == found.pk
    assert Assignment.objects.get(juror=juror.person).end_reason == "conflict"
    entry = Entry.objects.get(kind="calls.conflict")
    assert (entry.said["by"], entry.facts) == ("juror", {"call": world.call.slug, "ref": one.ref})
    assert {opening.name for opening in Opening.objects.filter(entry=entry)} == {"actor", "person", "reason"}
    for secret in ("sister", str(juror.uid), str(juror.person.uid), juror.email):
        assert secret not in str(entry.body)
    with pytest.raises(PermissionDenied):
        acts.declare_no_conflict(juror, one)
    with pytest.raises(PermissionDenied):
        acts.send_assessment(juror, one, {"effect": 1, "evidence": 1})
    with pytest.raises(ValidationError, match="Not possible"):
        acts.assign(world.manager, one, juror.person)


def test_marks_of_one_who_steps_back_do_not_count():
    world = open_world()
    [one] = marking(world)
    sent = mark(world.jurors[0], one, 5, 5)
    assert sent.counts
    acts.declare_conflict(world.jurors[0], one)
    sent.refresh_from_db()
    assert sent.voided_at is not None
    assert not sent.counts


def test_marks_of_a_juror_who_agrees_to_stand_behind_the_entry_do_not_count():
    """She was asked before the close, marked the entry, and says yes afterwards."""
    world = open_world()
    one = make_sent(world)
    asked = acts.add_co_applicant(one.applicant.user, one, world.jurors[0].email)
    close(world)
    screen_all(world)
    for juror in world.jurors[:2]:
        acts.assign(world.manager, one, juror.person)
    acts.open_stage(world.manager, world.run("jury"))
    hers, other = (mark(juror, one, 5, 5) for juror in world.jurors[:2])
    acts.confirm_co_applicant(world.jurors[0], asked)
    for sheet in (hers, other):
        sheet.refresh_from_db()
    assert [hers.counts, other.counts] == [False, True]
    assert [it.juror for it in Assignment.objects.filter(ended_at=None)] == [world.jurors[1].person]


def test_one_declares_what_ones_duties_show_and_nothing_else():
    world = open_world()
    one, two = marking(world, 2, world.jurors[:1])
    acts.declare_conflict(world.jurors[0], one)
    with pytest.raises(PermissionDenied):
        acts.declare_conflict(world.jurors[1], two)  # not on her list
    for user in (make_user(), one.applicant.user):
        with pytest.raises(PermissionDenied):
            acts.declare_conflict(user, one)
    with pytest.raises(ValidationError):
        acts.declare_conflict(world.jurors[0], two, "x" * 2001)


def test_one_open_conflict_a_person_and_entry():
    world = open_world()
    [one] = marking(world)
    acts.declare_conflict(world.jurors[0], one)
    with pytest.raises(IntegrityError), transaction.atomic():
        Conflict.objects.create(submission=one, juror=world.jurors[0].person)


def test_after_the_verdict_no_conflict_is_declared():
    world = open_world()
    [one] = judged(world, [[(4, 4)]])
    call = acts.decide(world.chair, world.call, {one.pk: acts.Choice("accepted", "gold")})
    acts.seal_verdict(world.chair, call)
    with pytest.raises(ValidationError, match="sealed"):
        acts.declare_conflict(world.chair, one)


def test_the_finding_of_a_screener_who_steps_back_falls():
    world = open_world()
    sent = make_sent(world)
    close(world)
    acts.open_stage(world.manager, world.run("screening"))
    acts.screen(world.screener, sent, True)
    acts.declare_conflict(world.screener, sent)
    assert not sent.screenings.exists()
    with pytest.raises(PermissionDenied):
        acts.screen(world.screener, sent, True)
    acts.screen(make_user(Role.SCREENER, scope_of(world.call)), sent, True)


def test_the_record_names_the_duty_in_which_one_stepped_back():
    world = open_world()
    [one] = marking(world)
    for user, role in (
        (world.screener, "screener"),
        (world.chair, "jury_chair"),
        (world.manager, "call_manager"),
    ):
        acts.declare_conflict(user, one)
        assert Entry.objects.filter(kind="calls.conflict").order_by("-index")[0].said["by"] == role
