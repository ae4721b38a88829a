"""The finals on stage: the drawn order, turns, marks once a turn has begun, and the whole competition."""

import hashlib
import json
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from summitry.calls import acts, checks, queries, stages, verdicts
from summitry.calls.acts import Choice
from summitry.calls.models import Assessment, Assignment, Elimination, Submission, Turn
from summitry.calls.stages.pitch import draw_of
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_mandate, make_user
from summitry.record.act import Stale
from summitry.record.models import Entry, Opening

from .factories import T, make_manager_of, mark
from .pitching import FINAL, competition, final_world, heats_world, order, run_of, turn_of

pytestmark = pytest.mark.django_db


def begin(world, entry):
    return acts.begin_turn(world.manager, turn_of(world, entry))


# -- the rules ------------------------------------------------------------------------------------


def test_a_competition_holds_together():
    assert checks.problems(competition()) == []
    assert stages.kind("pitch").ordering
    assert not stages.kind("pitch").voiced


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"options": {"minutes": 0}}, "stages.final.options.minutes"),
        ({"options": {"minutes": 241}}, "stages.final.options.minutes"),
        ({"options": {"per_entry": 3}}, "stages.final.options.per_entry"),
        ({"criteria": ()}, "stages.final.criteria"),
        ({"criteria": FINAL.criteria[:1]}, "stages.final.criteria"),
    ],
)
def test_finals_that_cannot_be(changed, path):
    found = competition()
    wrong = replace(found.stage("final"), **changed)
    listed = tuple(wrong if one.key == "final" else one for one in found.stages)
    assert {one.path for one in checks.problems(replace(found, stages=listed))} == {path}


# -- opening --------------------------------------------------------------------------------------


def test_opening_gives_every_finalist_to_every_juror_without_a_conflict():
    world = heats_world([(5, 5), (4, 4), (3, 3), (1, 1)], jurors=3)
    one, two, three, out = world.submissions
    one.conflicts.create(juror=world.jurors[1].person)
    acts.open_stage(world.manager, world.run("final"))
    listed = {
        (found.submission_id, found.juror_id)
        for found in Assignment.objects.filter(stage__key="final", ended_at=None)
    }
    jury = [juror.person.pk for juror in world.jurors]
    assert listed == {
        *((one.pk, juror) for juror in (jury[0], jury[2])),
        *((entry.pk, juror) for entry in (two, three) for juror in jury),
    }
    assert not out.turns.exists()
    # who has said in the heats that she has no conflict is not asked again
    assert {
        found.juror_id for found in Assignment.objects.filter(stage__key="final").exclude(cleared_at=None)
    } == {jury[0]}


def test_the_running_order_is_drawn_from_the_seed_and_the_draw_is_in_the_record():
    world = final_world(4)
    call = world.fresh()
    draw = hashlib.sha256(f"{call.seed}:turns:final".encode()).hexdigest()
    refs = [entry.ref for entry in world.submissions]
    expected = sorted(refs, key=lambda ref: hashlib.sha256(f"{draw}:{ref}".encode()).hexdigest())
    assert [turn.submission.ref for turn in order(world)] == expected
    entry = Entry.objects.filter(kind="calls.stage_opened").order_by("index").last()
    assert (entry.facts["key"], entry.facts["draw"]) == ("final", draw)
    said = json.dumps(entry.said)
    assert call.seed not in said
    assert not [ref for ref in refs if ref in said]  # nobody is told yet who came so far
    assert draw_of(call, "other") != draw


def test_a_final_needs_a_jury_that_may_mark_and_entries():
    world = heats_world([(5, 5), (4, 4)])
    entry = world.submissions[0]
    for juror in world.jurors:
        entry.conflicts.create(juror=juror.person)
    with pytest.raises(ValidationError, match="every juror has a conflict"):
        acts.open_stage(world.manager, world.run("final"))
    for submission in world.submissions:
        acts.withdraw(submission.applicant.user, submission)
    with pytest.raises(ValidationError, match="No entry is in the running"):
        acts.open_stage(world.manager, world.run("final"))
    assert (world.run("final").state, Turn.objects.count()) == ("pending", 0)


def test_a_juror_who_screens_or_manages_gets_no_list():
    world = heats_world([(5, 5)], jurors=2)
    make_mandate(world.jurors[1], Role.SCREENER, scope_of(world.call))
    acts.open_stage(world.manager, world.run("final"))
    assert [one.juror_id for one in Assignment.objects.filter(stage__key="final")] == [
        world.jurors[0].person.pk
    ]


def test_opened_again_the_order_stands_and_nobody_is_asked_twice():
    world = final_world(3)
    before = [turn.pk for turn in order(world)]
    begin(world, order(world)[0].submission)
    acts.reopen_stage(world.manager, world.run("heats"), "A mark was wrong")
    assert run_of(world).state == "pending"
    acts.close_stage(world.manager, world.run("heats"))
    acts.open_stage(world.manager, run_of(world))
    assert [turn.pk for turn in order(world)] == before
    assert Assignment.objects.filter(stage__key="final").count() == 6


# -- turns ----------------------------------------------------------------------------------------


def test_one_is_on_stage_at_a_time_and_a_turn_can_go_on():
    world = final_world(3)
    first, second, _third = order(world)
    assert acts.begin_turn(world.manager, first).began_at
    began = order(world)[0].began_at
    assert acts.begin_turn(world.manager, first).began_at == began
    acts.begin_turn(world.manager, second)
    assert [(turn.began_at is None, turn.ended_at is None) for turn in order(world)] == [
        (False, False),
        (False, True),
        (True, True),
    ]
    acts.end_turn(world.manager, second)
    ended = order(world)[1].ended_at
    assert acts.end_turn(world.manager, second).ended_at == ended
    acts.begin_turn(world.manager, first)  # the microphone had failed
    resumed = order(world)[0]
    assert (resumed.began_at, resumed.ended_at) == (began, None)


def test_a_turn_that_has_not_begun_does_not_end():
    world = final_world(1)
    with pytest.raises(ValidationError, match="has not begun"):
        acts.end_turn(world.manager, order(world)[0])


def test_the_order_is_changed_for_a_reason_that_everybody_reads():
    world = final_world(3)
    first, second, third = order(world)
    acts.move_turn(world.manager, second, True, T("The train is late"), position=second.position)
    assert [turn.pk for turn in order(world)] == [second.pk, first.pk, third.pk]
    entry = Entry.objects.get(kind="calls.turn_moved")
    assert {key: entry.facts[key] for key in ("key", "from", "to")} == {"key": "final", "from": 2, "to": 1}
    assert "The train is late" in json.dumps(entry.facts)
    assert second.submission.ref not in json.dumps(entry.said)
    assert Opening.objects.filter(entry=entry, name="ref").count() == 1
    with pytest.raises(Stale):  # a second click
        acts.move_turn(world.manager, second, True, "The train is late", position=second.position)
    with pytest.raises(ValidationError, match="Say why"):
        acts.move_turn(world.manager, third, True, "  ")
    with pytest.raises(ValidationError, match="no place there"):
        acts.move_turn(world.manager, third, False, "Why")
    assert [turn.pk for turn in order(world)] == [second.pk, first.pk, third.pk]


def test_who_has_begun_stays_where_she_is():
    world = final_world(3)
    first, second, third = order(world)
    acts.begin_turn(world.manager, first)
    for turn, earlier, said in ((first, False, "has begun"), (second, True, "no place there")):
        with pytest.raises(ValidationError, match=said):
            acts.move_turn(world.manager, turn, earlier, "Why")
    acts.move_turn(world.manager, second, False, "Why")
    assert [turn.pk for turn in order(world)] == [first.pk, third.pk, second.pk]


def test_who_withdraws_has_no_turn():
    world = final_world(3)
    first, second, third = order(world)
    acts.withdraw(second.submission.applicant.user, second.submission)
    with pytest.raises(ValidationError, match="not in the running"):
        acts.begin_turn(world.manager, second)
    acts.move_turn(world.manager, third, True, "Why")  # past her
    rows = queries.running_order(world.manager, run_of(world)).rows
    assert [row.turn.pk for row in rows] == [third.pk, first.pk]


@pytest.mark.parametrize("deed", ["begin", "end", "move"])
def test_who_may_not_run_the_stage(deed):
    world = final_world(2)
    first, second = order(world)
    partial = make_manager_of(world)
    second.submission.conflicts.create(juror=partial.person)
    acts_of = {
        "begin": lambda user: acts.begin_turn(user, first),
        "end": lambda user: acts.end_turn(user, first),
        "move": lambda user: acts.move_turn(user, second, True, "Why"),
    }
    for user in (*world.jurors, world.chair, world.screener, partial, make_user(Role.AUDITOR), make_user()):
        with pytest.raises(PermissionDenied):
            acts_of[deed](user)
    assert [turn.began_at for turn in order(world)] == [None, None]


def test_nothing_of_it_while_the_stage_is_not_open():
    world = final_world(1)
    turn = order(world)[0]
    entry = turn.submission
    acts.begin_turn(world.manager, turn)
    for juror in world.jurors:
        mark(juror, entry, 4, 4)
    acts.close_stage(world.manager, run_of(world))
    for deed in (
        lambda: acts.begin_turn(world.manager, turn),
        lambda: acts.end_turn(world.manager, turn),
        lambda: acts.move_turn(world.manager, turn, True, "Why"),
    ):
        with pytest.raises(ValidationError, match="not open"):
            deed()


# -- marks ----------------------------------------------------------------------------------------


def test_an_entry_is_marked_once_its_turn_has_begun_and_after_it_too():
    world = final_world(2)
    first, second = (turn.submission for turn in order(world))
    juror = world.jurors[0]
    for act in (acts.save_assessment, acts.send_assessment):
        with pytest.raises(ValidationError, match="has not begun"):
            act(juror, first, {"effect": 5, "evidence": 5})
    begin(world, first)
    acts.save_assessment(juror, first, {"effect": 5})
    begin(world, second)
    mark(juror, first, 5, 5)
    with pytest.raises(ValidationError, match="final"):
        acts.send_assessment(juror, first, {"effect": 1, "evidence": 1})
    assert Assessment.objects.get(stage__key="final").marks == {"effect": 5, "evidence": 5}


def test_what_waits_for_a_juror_is_what_stood_before_her():
    world = final_world(3)
    first, second, _third = (turn.submission for turn in order(world))
    juror = world.jurors[1]

    def waits():
        juror.__dict__.pop("roles", None)
        return [(one.title, one.url) for one in queries.waiting(juror)]

    url = f"/desk/calls/{world.call.slug}/stages/final/live/"
    assert waits() == []
    begin(world, first)
    [(title, address)] = waits()
    assert (title, address.endswith(url)) == ("1 entry to mark in “Small call”", True)
    begin(world, second)
    assert waits()[0][0].startswith("2 entries")
    mark(juror, first, 3, 3)
    assert waits()[0][0].startswith("1 entry")


def test_it_closes_when_every_turn_was_had_and_all_marks_are_in():
    world = final_world(2)
    first, second = (turn.submission for turn in order(world))
    begin(world, first)
    for juror in world.jurors:
        mark(juror, first, 4, 4)
    with pytest.raises(ValidationError) as refused:
        acts.close_stage(world.manager, run_of(world))
    assert refused.value.messages == [
        "2 assessments have not been sent yet.",
        "1 entry has no assessment at all.",
        "1 entry has not had its turn.",
    ]
    begin(world, second)
    for juror in world.jurors:
        mark(juror, second, 3, 3)
    assert acts.close_stage(world.manager, run_of(world)).state == "closed"


def test_others_marks_are_hidden_until_ones_own_are_sent():
    world = final_world(1)
    entry = order(world)[0].submission
    begin(world, entry)
    mark(world.jurors[0], entry, 5, 1, comment="Sound")

    def sheets(user):
        user.__dict__.pop("roles", None)
        found = queries.entry_page(user, entry.ref)
        return [one.marks for one in found.sheets if one.stage.key == "final"]

    assert sheets(world.jurors[1]) == []
    assert sheets(world.chair) == []
    assert sheets(world.manager) == []
    mark(world.jurors[1], entry, 2, 2)
    assert sheets(world.jurors[1]) == [{"effect": 5, "evidence": 1}, {"effect": 2, "evidence": 2}]


def test_a_juror_with_a_conflict_keeps_the_place_in_the_order_and_sees_nothing_of_the_entry():
    world = final_world(3)
    turn = order(world)[1]
    juror = world.jurors[1]
    begin(world, turn.submission)
    mark(juror, turn.submission, 5, 5)
    acts.declare_conflict(juror, turn.submission, "My cousin")
    found = queries.running_order(juror, run_of(world))
    assert [(row.state, row.entry is None, row.marks is None) for row in found.rows] == [
        ("waits", False, True),
        ("now", True, True),
        ("waits", False, True),
    ]
    assert found.row(turn.submission.ref) is None
    assert found.to_mark is None
    data = run_of(world).component.gather(run_of(world), [turn.submission], str)
    assert data["sheets"] == {turn.submission.ref: []}


@pytest.mark.parametrize("many", [1, 3])
def test_the_running_order_costs_the_same_for_one_and_three(django_assert_num_queries, many):
    world = final_world(many)
    run, juror = run_of(world), world.jurors[0]
    assert run.call.slug
    assert juror.roles
    with django_assert_num_queries(3):
        found = queries.running_order(juror, run)
        assert [row.entry.call.slug for row in found.rows] == [world.call.slug] * many


# -- the whole ------------------------------------------------------------------------------------


def test_heats_then_the_final_then_a_verdict_that_recomputes():
    world = heats_world([(5, 5), (4, 4), (3, 3), (2, 2), (1, 1)], jurors=3)
    one, two, three, four, five = world.submissions
    assert set(Elimination.objects.values_list("submission", flat=True)) == {four.pk, five.pk}
    acts.open_stage(world.manager, world.run("final"))
    given = {one.pk: 2, two.pk: 3, three.pk: 5}  # the last of the heats wins on stage
    for turn in order(world):
        acts.begin_turn(world.manager, turn)
        for juror in world.jurors:
            mark(juror, turn.submission, given[turn.submission_id], 4)
        acts.end_turn(world.manager, turn)
    acts.close_stage(world.manager, run_of(world))
    acts.open_stage(world.manager, world.run("deliberation"))
    found = verdicts.order(verdicts.inputs(world.call, world.call.frozen(), ""))
    assert [(ref, standing.mean, standing.count) for ref, standing in found.items()] == [
        (three.ref, "4.600", 3),
        (two.ref, "3.400", 3),
        (one.ref, "2.800", 3),
    ]
    accepted, no = Choice("accepted"), Choice("rejected", standard="weaker")
    sheet = {three.pk: accepted, two.pk: no, one.pk: no}
    call = acts.decide(world.chair, world.fresh(), sheet, world.call.sheet)
    verdict = acts.seal_verdict(world.chair, call, call.sheet)
    assert verdicts.recompute(verdict.body) == verdict.body
    body = json.loads(verdict.body)
    assert [(part["key"], part["kind"]) for part in body["inputs"]["stages"]] == [("final", "pitch")]
    assert {line["ref"]: line["result"] for line in body["decisions"]} == {
        three.ref: "accepted",
        **{entry.ref: "rejected" for entry in (one, two, four, five)},
    }
    # anybody checks now that the draw was the seed's
    [opened] = [one for one in Entry.objects.filter(kind="calls.stage_opened") if one.facts["key"] == "final"]
    assert opened.facts["draw"] == hashlib.sha256(f"{verdict.seed}:turns:final".encode()).hexdigest()
    assert hashlib.sha256(verdict.seed.encode()).hexdigest() == world.fresh().seed_digest
    assert Submission.objects.get(pk=five.pk).decision.computed_rank is None


def test_a_final_keeps_too():
    world = final_world(3)
    for at, turn in enumerate(order(world)):
        acts.begin_turn(world.manager, turn)
        for juror in world.jurors:
            mark(juror, turn.submission, 5 - at, 3)
    best = order(world)[0].submission
    acts.close_stage(world.manager, run_of(world))
    assert set(
        verdicts.kept(verdicts.inputs(world.call, world.call.frozen(), "", only=run_of(world)), 1)
    ) == {best.ref}
