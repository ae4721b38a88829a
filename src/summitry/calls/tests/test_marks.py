"""Jurors' marks."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from summitry.calls import acts
from summitry.calls.models import Assessment, Assignment
from summitry.people.acts import end_mandate
from summitry.people.models import INSTITUTION, Mandate, Role, scope_of
from summitry.people.tests.factories import make_mandate, make_user
from summitry.record.act import Stale
from summitry.record.models import Entry

from .factories import STAGES, jury, mark, open_world

pytestmark = pytest.mark.django_db


def marking(world, entries=1, jurors=None):
    found = jury(world, entries)
    for submission in found:
        for juror in jurors or world.jurors:
            acts.assign(world.manager, submission, juror.person)
    acts.open_stage(world.manager, world.run("jury"))
    return found


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
    one, _two = marking(world, 2, world.jurors[:1])
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


@pytest.mark.parametrize("scope", ["", INSTITUTION])
@pytest.mark.parametrize("role", [Role.CALL_MANAGER, Role.SCREENER, Role.SECRETARIAT, Role.AUDITOR])
def test_whoever_reads_everything_does_not_score_even_if_she_is_made_a_juror(role, scope):
    """Two mandates that exclude each other, as if a row had been put in behind the acts' back."""
    world = open_world()
    [one] = marking(world, 1, world.jurors[:1])
    acts.declare_no_conflict(world.jurors[0], one)
    make_mandate(world.jurors[0].person, role, scope or scope_of(world.call))
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
