"""Screening, assigning, conflicts of interest, marks: what may be done, by whom, and what leaks to nobody."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from summitry.calls import acts, conflicts
from summitry.calls.models import Assessment, Assignment, Conflict, Screening
from summitry.calls.rules import ConflictPolicy
from summitry.people.acts import end_mandate
from summitry.people.models import Mandate, Role, scope_of
from summitry.people.tests.factories import make_mandate, make_organisation, make_user
from summitry.record.act import Stale
from summitry.record.models import Entry, Opening
from summitry.text.value import Text

from .factories import STAGES, close, judged, make_sent, mark, open_world, screen_all

pytestmark = pytest.mark.django_db


def screening(world, entries=1):
    found = [make_sent(world) for _ in range(entries)]
    close(world)
    acts.open_stage(world.manager, world.run("screening"))
    return found


def jury(world, entries=1):
    """Entries sent and screened; the scoring stage is pending."""
    found = [make_sent(world) for _ in range(entries)]
    close(world)
    screen_all(world)
    return found


# -- screening ------------------------------------------------------------------------------------


def test_pass_and_fail_with_a_reason():
    world = open_world()
    one, two, three = screening(world, 3)
    assert acts.screen(world.screener, one, True).passed is True
    failed = acts.screen(world.screener, two, False, reason="Not about boats.")
    assert (failed.passed, failed.words) == (False, Text.of("Not about boats."))
    standard = acts.screen(world.screener, three, False, standard="scope")
    assert standard.words == Text.of("Out of scope", fr="Hors sujet")
    assert list(world.call.submissions.in_the_running()) == [one]


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({}, "reason"),
        ({"reason": "  "}, "reason"),
        ({"standard": "moon"}, "standard"),
        ({"reason": "x" * 3001}, "reason"),
    ],
)
def test_a_failure_needs_a_reason(options, field):
    world = open_world()
    [one] = screening(world)
    with pytest.raises(ValidationError) as caught:
        acts.screen(world.screener, one, False, **options)
    assert set(caught.value.message_dict) == {field}
    assert not Screening.objects.exists()


def test_only_screeners_screen_and_only_while_the_stage_is_open():
    world = open_world()
    sent = make_sent(world)
    close(world)
    with pytest.raises(PermissionDenied):
        acts.screen(world.screener, sent, True)  # nothing is open: she sees nothing yet
    acts.open_stage(world.manager, world.run("screening"))
    for user in (
        world.manager,
        world.chair,
        world.jurors[0],
        sent.applicant.user,
        make_user(Role.SECRETARIAT),
    ):
        with pytest.raises(PermissionDenied):
            acts.screen(user, sent, True)
    acts.screen(world.screener, sent, True)
    acts.close_stage(world.manager, world.run("screening"))
    with pytest.raises(ValidationError, match="No stage"):
        acts.screen(world.screener, sent, False, reason="Late.")


def test_a_finding_changes_until_the_stage_closes_and_the_second_screener_is_told():
    world = open_world()
    [one] = screening(world)
    other = make_user(Role.SCREENER, scope_of(world.call))
    first = acts.screen(world.screener, one, True)
    assert acts.screen(world.screener, one, True).version == first.version  # a double click
    with pytest.raises(Stale):
        acts.screen(other, one, False, reason="No.")
    changed = acts.screen(other, one, False, reason="No.", version=first.version)
    assert (changed.passed, changed.version, changed.screener) == (False, 2, other.person)
    with pytest.raises(Stale):
        acts.screen(world.screener, one, True, version=first.version)


def test_a_withdrawn_entry_is_not_screened_and_does_not_hold_the_stage_up():
    world = open_world()
    [one] = screening(world)
    acts.withdraw(one.applicant.user, one)
    with pytest.raises(PermissionDenied):
        acts.screen(world.screener, one, True)
    acts.close_stage(world.manager, world.run("screening"))


def test_one_screening_an_entry_and_stage():
    world = open_world()
    [one] = screening(world)
    acts.screen(world.screener, one, True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Screening.objects.create(
            submission=one, stage=world.run("screening"), screener=world.screener.person, passed=False
        )


# -- assigning ------------------------------------------------------------------------------------


def test_by_hand():
    world = open_world()
    [one] = jury(world)
    made = acts.assign(world.manager, one, world.jurors[0].person)
    assert (made.manual, made.stage.key) == (True, "jury")
    assert acts.assign(world.manager, one, world.jurors[0].person) == made
    with pytest.raises(ValidationError) as caught:
        acts.assign(world.manager, one, make_user().person)
    assert set(caught.value.message_dict) == {"juror"}
    for user in (world.chair, world.screener, world.jurors[0]):
        with pytest.raises(PermissionDenied):
            acts.assign(user, one, world.jurors[1].person)


def test_what_failed_is_assigned_to_nobody():
    world = open_world()
    [one] = screening(world)
    acts.screen(world.screener, one, False, standard="scope")
    acts.close_stage(world.manager, world.run("screening"))
    with pytest.raises(ValidationError, match="not in the running"):
        acts.assign(world.manager, one, world.jurors[0].person)


def test_taking_an_assignment_back():
    world = open_world()
    [one] = jury(world)
    made = acts.assign(world.manager, one, world.jurors[0].person)
    with pytest.raises(PermissionDenied):
        acts.unassign(world.jurors[0], made)
    gone = acts.unassign(world.manager, made, "ill")
    assert gone.end_reason == "ill"
    assert acts.unassign(world.manager, made).ended_at == gone.ended_at
    again = acts.assign(world.manager, one, world.jurors[0].person)
    assert again != made
    acts.open_stage(world.manager, world.run("jury"))
    mark(world.jurors[0], one, 3, 3)
    with pytest.raises(ValidationError, match="they stay"):
        acts.unassign(world.manager, again)


def test_dealing_is_balanced_and_done_again_it_changes_nothing():
    world = open_world(jurors=4)
    jury(world, 6)
    dealt = acts.assign_all(world.manager, world.fresh())
    assert (dealt.made, dealt.short) == (12, {})
    loads = [Assignment.objects.filter(juror=juror.person).count() for juror in world.jurors]
    assert loads == [3, 3, 3, 3]
    assert acts.assign_all(world.manager, world.call) == acts.Dealt(0, {})
    assert acts.assign_all(world.manager, world.call, per_entry=3).made == 6


def test_dealing_respects_conflicts_and_says_what_is_short():
    world = open_world(jurors=2)
    body = make_organisation()
    for user in (world.jurors[0],):
        user.person.affiliations.create(organisation=body)
    applicant = make_user()
    applicant.person.affiliations.create(organisation=body)
    one, two = make_sent(world, applicant), make_sent(world)
    close(world)
    screen_all(world)
    dealt = acts.assign_all(world.manager, world.fresh())
    assert (dealt.made, dealt.short) == (3, {one.ref: 1})
    assert [row.juror for row in Assignment.objects.filter(submission=one)] == [world.jurors[1].person]
    assert Assignment.objects.filter(submission=two).count() == 2


def test_dealing_keeps_to_the_most_that_a_juror_reads():
    world = open_world(jurors=2)
    jury(world, 3)
    dealt = acts.assign_all(world.manager, world.fresh(), most=2)
    assert dealt.made == 4
    assert sum(dealt.short.values()) == 2


def test_dealing_needs_a_jury_a_stage_and_a_manager():
    world = open_world(jurors=0)
    jury(world)
    with pytest.raises(ValidationError, match="no jury"):
        acts.assign_all(world.manager, world.call)
    with pytest.raises(PermissionDenied):
        acts.assign_all(world.chair, world.call)
    judged_world = open_world()
    judged(judged_world, [[(3, 3)]])
    with pytest.raises(ValidationError, match="takes assignments"):
        acts.assign_all(judged_world.manager, judged_world.call)


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


def test_searching_costs_three_queries_whatever_the_number(django_assert_num_queries):
    world = open_world()
    entries = [make_sent(world) for _ in range(3)]
    persons = [juror.person for juror in world.jurors]
    for some in (1, 3):
        with django_assert_num_queries(3):
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


# -- marks ----------------------------------------------------------------------------------------


def test_marks_are_kept_unfinished_and_sent_whole():
    world = open_world()
    [one] = marking(world)
    juror = world.jurors[0]
    with pytest.raises(ValidationError) as caught:
        acts.save_assessment(juror, one, {"effect": 3})
    assert caught.value.code == "undeclared"
    acts.declare_no_conflict(juror, one)
    cleared = Assignment.objects.get(juror=juror.person).cleared_at
    assert acts.declare_no_conflict(juror, one).cleared_at == cleared
    kept = acts.save_assessment(juror, one, {"effect": 3}, comment="Good. ", note="Hm.", version=0)
    assert (kept.marks, kept.comment, kept.note, kept.version, kept.sent_at) == (
        {"effect": 3},
        "Good.",
        "Hm.",
        1,
        None,
    )
    with pytest.raises(ValidationError) as caught:
        acts.send_assessment(juror, one, {"effect": 3}, version=1)
    assert set(caught.value.message_dict) == {"mark_evidence"}
    sent = acts.send_assessment(juror, one, {"effect": 3, "evidence": 5}, comment="Good.", version=1)
    assert (sent.pk, sent.counts, sent.version) == (kept.pk, True, 2)


def test_marks_are_final_and_sending_twice_changes_nothing():
    world = open_world()
    [one] = marking(world)
    juror = world.jurors[0]
    sent = mark(juror, one, 3, 5, comment="Good.")
    again = acts.send_assessment(juror, one, {"effect": 3, "evidence": 5}, comment="Good.")
    assert (again.sent_at, again.version) == (sent.sent_at, sent.version)
    for act in (acts.send_assessment, acts.save_assessment):
        with pytest.raises(ValidationError, match="final"):
            act(juror, one, {"effect": 4, "evidence": 5}, comment="Good.")
    sent.refresh_from_db()
    assert sent.marks == {"effect": 3, "evidence": 5}


@pytest.mark.parametrize("wrong", [0, 6, -1, True, "3", 3.0, None])
def test_marks_out_of_scale(wrong):
    world = open_world()
    [one] = marking(world)
    acts.declare_no_conflict(world.jurors[0], one)
    with pytest.raises(ValidationError) as caught:
        acts.save_assessment(world.jurors[0], one, {"effect": wrong})
    assert set(caught.value.message_dict) == {"mark_effect"}
    with pytest.raises(ValidationError, match="no criterion"):
        acts.save_assessment(world.jurors[0], one, {"charm": 3})
    assert not Assessment.objects.exists()


def test_words_beside_the_marks():
    stages = (STAGES[0], replace(STAGES[1], options={"comment": True}), *STAGES[2:])
    world = open_world(stages=stages)
    [one] = marking(world)
    juror = world.jurors[0]
    acts.declare_no_conflict(juror, one)
    for options, field in (
        ({}, "comment"),
        ({"comment": "x" * 5001}, "comment"),
        ({"comment": "a", "note": "x" * 5001}, "note"),
    ):
        with pytest.raises(ValidationError) as caught:
            acts.send_assessment(juror, one, {"effect": 3, "evidence": 3}, **options)
        assert set(caught.value.message_dict) == {field}
    assert acts.send_assessment(juror, one, {"effect": 3, "evidence": 3}, comment="Why.").counts


def test_two_windows_of_one_juror():
    world = open_world()
    [one] = marking(world)
    juror = world.jurors[0]
    acts.declare_no_conflict(juror, one)
    first = acts.save_assessment(juror, one, {"effect": 3}, version=0)
    assert (
        acts.save_assessment(juror, one, {"effect": 3}, version=0).version == first.version
    )  # a double click
    with pytest.raises(Stale):
        acts.save_assessment(juror, one, {"effect": 4}, version=0)
    first.refresh_from_db()
    assert first.marks == {"effect": 3}


def test_only_jurors_mark_and_only_what_is_on_their_lists():
    world = open_world()
    one, two = marking(world, 2, world.jurors[:1])
    marks = {"effect": 3, "evidence": 3}
    for user in (
        world.jurors[1],
        world.chair,
        world.manager,
        world.screener,
        make_user(Role.SECRETARIAT),
        make_user(),
    ):
        for act in (acts.save_assessment, acts.send_assessment):
            with pytest.raises(PermissionDenied):
                act(user, one, marks)
    assert not Assessment.objects.exists()


@pytest.mark.parametrize("role", [Role.CALL_MANAGER, Role.SCREENER])
def test_managers_and_screeners_do_not_score_even_if_they_are_made_jurors(role):
    """Two mandates that exclude each other, as if a row had been put in behind the acts' back."""
    world = open_world()
    [one] = marking(world, 1, world.jurors[:1])
    make_mandate(world.jurors[0].person, role, scope_of(world.call))
    world.jurors[0].__dict__.pop("roles", None)
    with pytest.raises(PermissionDenied):
        acts.send_assessment(world.jurors[0], one, {"effect": 3, "evidence": 3})


def test_a_juror_who_loses_her_mandate_while_scoring():
    world = open_world()
    one, two = marking(world, 2)
    juror = world.jurors[0]
    mark(juror, one, 3, 3)
    acts.declare_no_conflict(juror, two)
    end_mandate(make_user(Role.SECRETARIAT), Mandate.objects.get(person=juror.person, role=Role.JUROR))
    juror.__dict__.pop("roles", None)
    with pytest.raises(PermissionDenied):
        acts.send_assessment(juror, two, {"effect": 3, "evidence": 3})
    assert Assessment.objects.get(juror=juror.person).counts  # what she sent while she held it stands


def test_marks_are_taken_while_the_stage_is_open_only():
    world = open_world()
    [one] = marking(world, 1, world.jurors[:1])
    mark(world.jurors[0], one, 3, 3)
    acts.close_stage(world.manager, world.run("jury"))
    with pytest.raises(ValidationError, match="No stage"):
        acts.send_assessment(world.jurors[0], one, {"effect": 3, "evidence": 3})


def test_scoring_does_not_close_before_every_mark_is_there():
    world = open_world()
    one, two = jury(world, 2)
    acts.assign(world.manager, one, world.jurors[0].person)
    acts.open_stage(world.manager, world.run("jury"))
    with pytest.raises(ValidationError) as caught:
        acts.close_stage(world.manager, world.run("jury"))
    assert caught.value.messages == [
        "1 assessment has not been sent yet.",
        "2 entries have no assessment at all.",
    ]
    mark(world.jurors[0], one, 3, 3)
    acts.assign(world.manager, two, world.jurors[1].person)
    mark(world.jurors[1], two, 3, 3)
    acts.close_stage(world.manager, world.run("jury"))
    entry = Entry.objects.filter(kind="calls.stage_closed").order_by("-index")[0]
    assert entry.facts["counts"] == {"assessments": 2, "jurors": 2, "entries": 2}


def test_one_assessment_a_juror_entry_and_stage():
    world = open_world()
    [one] = marking(world)
    mark(world.jurors[0], one, 3, 3)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.create(submission=one, juror=world.jurors[0].person, stage=world.run("jury"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(submission=one, juror=world.jurors[0].person, stage=world.run("jury"))
