"""The computed order, decisions against it, the sealed verdict, publication."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from summitry.calls import acts, faces, outcomes, queries, verdicts
from summitry.calls.acts import Choice
from summitry.calls.models import Call, Decision, Submission, Verdict
from summitry.calls.rules import Category, DecisionRule
from summitry.engines import calibration
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_mandate, make_user
from summitry.record.act import Stale
from summitry.record.models import Entry
from summitry.text.value import Text

from .factories import STAGES, T, close, judged, make_sent, open_world, screen_all

pytestmark = pytest.mark.django_db

GOLD, SILVER = Choice("accepted", "gold"), Choice("accepted", "silver")
NO = Choice("rejected", standard="weaker")
WHY = "It serves a region that the list lacked."


def decide(world, *choices, **options):
    entries = world.submissions
    sheet = {entry.pk: choice for entry, choice in zip(entries, choices, strict=False) if choice}
    return acts.decide(world.chair, world.fresh(), sheet, world.call.sheet, **options)


@pytest.fixture
def made():
    """An outcome that keeps what it was asked to make, and refuses the title "No"."""
    found = []

    def make(actor, decision):
        if str(decision.submission.title) == "No":
            raise ValidationError("It has no place.")
        found.append((actor, decision.submission.ref))
        return f"tests.thing:{decision.submission.ref}"

    outcomes.register("tests.thing", "A thing", make)
    yield found
    outcomes._outcomes.pop("tests.thing")


# -- deciding -------------------------------------------------------------------------------------


def test_decisions_along_the_order_need_no_explanation():
    world = open_world()
    judged(world, [[(5, 5)], [(4, 4)], [(1, 1)]])
    decide(world, GOLD, SILVER, NO)
    found = Decision.objects.order_by("submission__number")
    assert [(one.result, one.tier, one.computed_rank, one.departs) for one in found] == [
        ("accepted", "gold", 1, False),
        ("accepted", "silver", 2, False),
        ("rejected", "", 3, False),
    ]
    assert {one.decided_by for one in found} == {world.chair.person}


def test_a_departure_needs_a_written_reason_and_nothing_is_half_saved():
    world = open_world()
    entries = judged(world, [[(5, 5)], [(4, 4)], [(1, 1)]])
    with pytest.raises(ValidationError) as caught:
        decide(world, NO, GOLD, SILVER)
    assert set(caught.value.message_dict) == {f"departure_{entry.pk}" for entry in entries}
    assert not Decision.objects.exists()
    why = {"departure_reason": WHY}
    decide(world, replace(NO, **why), replace(GOLD, **why), replace(SILVER, **why))
    assert all(one.departs and one.departure_reason for one in Decision.objects.all())


def test_a_reason_for_what_does_not_depart_is_not_kept():
    world = open_world()
    judged(world, [[(5, 5)]])
    decide(world, replace(GOLD, departure_reason="Just so."))
    assert Decision.objects.get().departure_reason == Text()


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        (Choice("rejected"), "reason"),
        (Choice("rejected", reason=" "), "reason"),
        (Choice("rejected", standard="moon"), "reason"),
        (Choice("rejected", "gold", reason="No."), "tier"),
        (Choice("accepted"), "tier"),
        (Choice("accepted", "bronze"), "tier"),
        (Choice("moon"), "result"),
        (Choice("rejected", reason="x" * 5001), "reason"),
    ],
)
def test_what_is_no_decision(choice, field):
    world = open_world()
    [one] = judged(world, [[(5, 5)]])
    with pytest.raises(ValidationError) as caught:
        decide(world, choice)
    assert set(caught.value.message_dict) == {f"{field}_{one.pk}"}
    assert not Decision.objects.exists()


def test_quotas_of_tiers_categories_and_places():
    world = open_world()
    judged(world, [[(5, 5)], [(4, 4)]])
    with pytest.raises(ValidationError, match="Gold: There is 1 place and 2 are accepted"):
        decide(world, GOLD, GOLD)
    world = open_world(categories=(Category("north", T("North"), quota=1), Category("south", T("South"))))
    judged(world, [[(5, 5)], [(4, 4)]])
    with pytest.raises(ValidationError, match="North: There is 1 place"):
        decide(world, GOLD, SILVER)
    world = open_world(decision=DecisionRule(places=1))
    judged(world, [[(5, 5)], [(4, 4)]])
    with pytest.raises(ValidationError, match="There is 1 place and 2"):
        decide(world, Choice("accepted"), Choice("accepted"))


def test_only_chairs_decide_and_no_manager_in_her_own_call():
    world = open_world()
    [one] = judged(world, [[(5, 5)]])
    both = make_user(Role.JURY_CHAIR, scope_of(world.call))
    make_mandate(both.person, Role.CALL_MANAGER, scope_of(world.call))
    strangers = (
        world.manager,
        world.screener,
        world.jurors[0],
        make_user(Role.SECRETARIAT),
        make_user(Role.AUDITOR),
    )
    for user in (both, *strangers):
        with pytest.raises(PermissionDenied):
            acts.decide(user, world.call, {one.pk: GOLD})
        with pytest.raises(PermissionDenied):
            acts.seal_verdict(user, world.call)
    assert not Decision.objects.exists()


def test_decisions_are_for_deliberation_only():
    world = open_world()
    make_sent(world)
    close(world)
    with pytest.raises(ValidationError, match="No stage"):
        decide(world, GOLD)
    screen_all(world)
    with pytest.raises(ValidationError, match="No stage"):
        acts.seal_verdict(world.chair, world.call)


def test_two_chairs_one_after_the_other():
    world = open_world()
    one, two = judged(world, [[(5, 5)], [(4, 4)]])
    other = make_user(Role.JURY_CHAIR, scope_of(world.call))
    seen = world.fresh().sheet
    acts.decide(world.chair, world.call, {one.pk: GOLD}, seen)
    with pytest.raises(Stale):
        acts.decide(other, world.call, {two.pk: SILVER}, seen)
    assert Decision.objects.get().submission == one
    acts.decide(other, world.call, {two.pk: SILVER}, world.fresh().sheet)
    with pytest.raises(Stale):
        acts.seal_verdict(world.chair, world.call, seen)


def test_a_sheet_that_does_not_change_stays_as_it_is():
    world = open_world()
    judged(world, [[(5, 5)]])
    sheet = decide(world, GOLD).sheet
    assert decide(world, GOLD).sheet == sheet
    assert decide(world, SILVER).sheet == sheet + 1


def test_a_chair_decides_nothing_that_is_not_before_her():
    world = open_world()
    one, two = judged(world, [[(5, 5)], [(4, 4)]])
    acts.declare_conflict(world.chair, one)
    with pytest.raises(ValidationError, match="not before you"):
        decide(world, GOLD, SILVER)
    assert not Decision.objects.exists()
    decide(world, None, GOLD)
    with pytest.raises(ValidationError, match="1 entry has no decision yet"):
        acts.seal_verdict(world.chair, world.call)
    other = make_user(Role.JURY_CHAIR, scope_of(world.call))
    with pytest.raises(ValidationError) as caught:
        acts.decide(other, world.call, {one.pk: SILVER})
    assert set(caught.value.message_dict) == {f"departure_{one.pk}", f"departure_{two.pk}"}
    why = {"departure_reason": WHY}
    acts.decide(other, world.call, {one.pk: replace(SILVER, **why), two.pk: replace(GOLD, **why)})
    acts.seal_verdict(other, world.call)


def test_a_departure_that_a_conflict_hides_from_the_chair_holds_the_seal():
    world = open_world()
    one, two = judged(world, [[(5, 5)], [(4, 4)]])
    other = make_user(Role.JURY_CHAIR, scope_of(world.call))
    acts.decide(other, world.call, {one.pk: SILVER})
    acts.declare_conflict(world.chair, one)
    why = {"departure_reason": WHY}
    acts.decide(world.chair, world.call, {two.pk: replace(GOLD, **why)})
    with pytest.raises(ValidationError, match="1 departure from the computed order has no reason"):
        acts.seal_verdict(world.chair, world.call)
    acts.decide(other, world.call, {one.pk: replace(SILVER, **why)})
    acts.seal_verdict(world.chair, world.call)


def test_a_decision_of_one_who_then_steps_back_falls():
    world = open_world()
    one, _two = judged(world, [[(5, 5)], [(4, 4)]])
    decide(world, GOLD, SILVER)
    sheet = world.fresh().sheet
    acts.declare_conflict(world.chair, one)
    assert [found.submission.ref for found in Decision.objects.all()] == [world.submissions[1].ref]
    assert world.fresh().sheet == sheet + 1


def test_the_database_keeps_one_decision_an_entry_and_no_tier_for_a_rejection():
    world = open_world()
    [one] = judged(world, [[(5, 5)]])
    decide(world, GOLD)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(submission=one, result="rejected")
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.update(result="rejected")


# -- the order ------------------------------------------------------------------------------------


def test_the_order_is_that_of_the_weighted_means():
    world = open_world()
    one, two, three = judged(world, [[(5, 1), (5, 1)], [(3, 5), (3, 5)], [(5, 5), (1, 1)]])
    # 60/40: 3.4; 3.8; 3.0 with a spread
    found = verdicts.order(verdicts.inputs(world.call, world.call.frozen(), ""))
    assert [
        (ref, standing.rank, standing.mean, standing.score.deviation) for ref, standing in found.items()
    ] == [
        (two.ref, 1, "3.800", "0.000"),
        (one.ref, 2, "3.400", "0.000"),
        (three.ref, 3, "3.000", "2.828"),
    ]


def test_ties_go_by_the_named_criteria_then_by_the_published_lot():
    world = open_world(tie_break=("evidence",))
    marks = [[(4, 4)], [(4, 4)], [(2, 5), (5, 1)], [(4, 4)]]
    entries = judged(world, marks)
    given = verdicts.inputs(world.call, world.call.frozen(), "")
    found = verdicts.order(given)
    tied = [entries[at].ref for at in (0, 1, 3)]
    assert list(found)[:3] == sorted(tied, key=lambda ref: calibration.draw(world.call.seed, ref))
    assert [found[ref].drawn for ref in list(found)] == [True, True, True, False]


def inputs_of(*means, categories=None, tiers=(), minimum=None, by_category=False):
    return {
        "stage": "jury",
        "weights": {"x": 100},
        "tie_break": [],
        "seed": "s",
        "by_category": by_category,
        "minimum": minimum,
        "tiers": [{"key": key, "quota": None} for key in tiers],
        "entries": [
            {
                "ref": f"e{at}",
                "category": (categories or "a" * len(means))[at],
                "sheets": [] if mean is None else [{"juror": "j1", "marks": {"x": mean}}],
            }
            for at, mean in enumerate(means)
        ],
    }


def departing(given, *levels):
    decided = {
        f"e{at}": ("rejected", "") if level == "-" else ("accepted", level)
        for at, level in enumerate(levels)
        if level
    }
    return verdicts.departures(given, verdicts.order(given), decided)


@pytest.mark.parametrize(
    ("options", "means", "levels", "expected"),
    [
        ({}, (5, 4, 3), ("", "", "-"), set()),
        ({}, (5, 4, 3), ("+", "-", "+"), {"e1", "e2"}),
        ({}, (5, 4, 3), ("-", "-", "+"), {"e0", "e2"}),
        ({"tiers": ("g", "s")}, (5, 4, 3), ("g", "s", "-"), set()),
        ({"tiers": ("g", "s")}, (5, 4, 3), ("s", "g", "-"), {"e0", "e1"}),
        ({"tiers": ("g", "s")}, (5, 4, 3), ("s", "s", "s"), set()),
        ({"categories": "aab", "by_category": True}, (5, 4, 3), ("+", "-", "+"), set()),
        ({"categories": "aab"}, (5, 4, 3), ("+", "-", "+"), {"e1", "e2"}),
        ({"minimum": "3.5"}, (5, 4, 3), ("+", "+", "+"), {"e2"}),
        ({"minimum": "3.5"}, (5, 4, 3), ("+", "+", "-"), set()),
        ({}, (5, None, 3), ("+", "+", "-"), {"e1"}),
        ({}, (5, None, 3), ("+", "-", "-"), set()),
    ],
)
def test_what_departs(options, means, levels, expected):
    assert departing(inputs_of(*means, **options), *[one or "+" for one in levels]) == expected


def test_an_undecided_entry_is_as_if_it_were_not_there():
    given = inputs_of(5, 4, 3)
    assert departing(given, None, "+", "-") == set()
    assert departing(given, None, "-", "+") == {"e1", "e2"}


@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=8).flatmap(
        lambda means: st.tuples(
            st.just(means),
            st.lists(st.sampled_from(["g", "s", "-"]), min_size=len(means), max_size=len(means)),
        )
    )
)
def test_departures_are_exactly_what_differs_from_the_order_with_the_same_numbers(case):
    means, levels = case
    found = inputs_of(*means, tiers=("g", "s"))
    ranked = [ref for ref, _standing in verdicts.order(found).items()]
    ideal = dict(zip(ranked, sorted(levels, key="gs-".index), strict=True))
    assert departing(found, *levels) == {ref for ref, level in ideal.items() if levels[int(ref[1:])] != level}


# -- the verdict ----------------------------------------------------------------------------------


def sealed(world, *choices):
    call = decide(world, *choices)
    return acts.seal_verdict(world.chair, call, call.sheet)


def test_the_sealed_verdict_can_be_recomputed_to_the_byte():
    world = open_world(tie_break=("evidence",))
    judged(world, [[(5, 5), (4, 4)], [(4, 4), (4, 4)], [(4, 4), (4, 4)], [(1, 2), (2, 1)]])
    verdict = sealed(world, GOLD, SILVER, SILVER, NO)
    assert verdicts.recompute(verdict.body) == verdict.body
    body = json.loads(verdict.body)
    assert body["inputs"]["rules"] == {"version": 1, "digest": world.call.versions.get().digest}
    assert body["inputs"]["seed"] == world.call.seed == verdict.seed
    assert body["inputs"]["jurors"] == 2
    assert body["order"][0]["mean"] == "9/2"
    for person in (*world.jurors, world.chair):
        assert str(person.person.uid) not in verdict.body
        assert person.email not in verdict.body


def test_a_verdict_that_was_altered_does_not_recompute():
    world = open_world()
    judged(world, [[(5, 5)], [(4, 4)]])
    body = sealed(world, GOLD, SILVER).body
    data = json.loads(body)
    data["inputs"]["entries"][0]["sheets"][0]["marks"]["effect"] = 1
    from summitry.calls.codec import canonical

    altered = canonical(data)
    assert verdicts.recompute(altered) != altered
    with pytest.raises(ValueError, match="moon"):
        verdicts.recompute('{"format": "moon"}')


def test_sealing_ends_deliberation_and_reveals_the_seed():
    world = open_world()
    judged(world, [[(5, 5)], [(1, 1)]])
    verdict = sealed(world, GOLD, NO)
    call = world.fresh()
    assert (call.state, world.run("deliberation").state) == ("decided", "closed")
    assert faces.call_face(call.slug)["seed"] == call.seed
    entry = Entry.objects.get(kind="calls.sealed")
    assert (entry.facts["verdict"], entry.facts["seed"], entry.said["by"]) == (
        verdict.digest,
        call.seed,
        "jury_chair",
    )
    again = acts.seal_verdict(world.chair, call)
    assert again.pk == verdict.pk
    assert Entry.objects.filter(kind="calls.sealed").count() == 1
    with pytest.raises(ValidationError, match="No stage"):
        decide(world, SILVER)


def test_what_is_sealed_stays():
    world = open_world()
    judged(world, [[(5, 5)]])
    verdict = sealed(world, GOLD)
    verdict.body = "{}"
    with pytest.raises(ValidationError):
        verdict.save()
    with pytest.raises(ValidationError):
        verdict.delete()
    assert Verdict.objects.get().body != "{}"


def test_every_entry_in_the_running_needs_its_decision():
    world = open_world()
    judged(world, [[(5, 5)], [(4, 4)]])
    call = decide(world, GOLD)
    with pytest.raises(ValidationError, match="1 entry has no decision yet"):
        acts.seal_verdict(world.chair, call)
    assert world.fresh().state == "closed"


def test_who_failed_the_screening_is_rejected_with_the_screeners_reason():
    world = open_world()
    one, two = make_sent(world), make_sent(world)
    close(world)
    acts.open_stage(world.manager, world.run("screening"))
    acts.screen(world.screener, one, True)
    acts.screen(world.screener, two, False, standard="scope")
    acts.close_stage(world.manager, world.run("screening"))
    acts.assign(world.manager, one, world.jurors[0].person)
    acts.open_stage(world.manager, world.run("jury"))
    from .factories import mark

    mark(world.jurors[0], one, 4, 4)
    acts.close_stage(world.manager, world.run("jury"))
    acts.open_stage(world.manager, world.run("deliberation"))
    call = acts.decide(world.chair, world.fresh(), {one.pk: GOLD}, world.call.sheet)
    acts.seal_verdict(world.chair, call)
    decision = Decision.objects.get(submission=two)
    assert (decision.result, decision.computed_rank, decision.words) == (
        "rejected", None, Text.of("Out of scope", fr="Hors sujet"),
    )  # fmt: skip
    assert verdicts.recompute(call.verdict.body) == call.verdict.body


def test_a_conflict_after_the_decision_changes_the_order_and_the_seal_asks_again():
    world = open_world()
    one, two = judged(world, [[(5, 5), (1, 1)], [(4, 4), (1, 1)]])
    decide(world, GOLD, SILVER)
    acts.declare_conflict(world.jurors[0], one)  # leaves a 1.0 for the first entry
    with pytest.raises(ValidationError, match="2 departures"):
        acts.seal_verdict(world.chair, world.fresh())
    assert two.ref in [standing.ref for standing in verdicts.order(verdicts.inputs(world.call, world.call.frozen(), "")).values()][:1]  # fmt: skip


def test_a_call_without_scoring_decides_without_an_order():
    world = open_world(stages=(STAGES[0], STAGES[2], STAGES[3]), tie_break=())
    make_sent(world)
    make_sent(world)
    close(world)
    screen_all(world)
    acts.open_stage(world.manager, world.run("deliberation"))
    verdict = sealed(world, NO, GOLD)
    assert [one.departs for one in Decision.objects.all()] == [False, False]
    assert verdicts.recompute(verdict.body) == verdict.body


# -- publication ----------------------------------------------------------------------------------


def test_publishing_answers_everybody_and_makes_what_was_accepted_real(made, monkeypatch):
    letters = []
    monkeypatch.setattr(
        acts.deciding,
        "letter",
        lambda name, to, context, *rest: letters.append((name, to, context["decision"].result)),
    )
    world = open_world(outcome="tests.thing")
    one, two = judged(world, [[(5, 5)], [(1, 1)]])
    other = make_user()
    sealed(world, GOLD, NO)
    assert {entry.state for entry in world.submissions} == {"submitted"}
    call = acts.publish(world.manager, world.fresh())
    assert (call.state, call.appeals_until - call.published_at) == ("published", timedelta(days=14))
    assert [entry.state for entry in world.submissions] == ["accepted", "rejected"]
    assert made == [(world.manager, one.ref)]
    assert Decision.objects.get(submission=one).outcome == f"tests.thing:{one.ref}"
    assert letters == [
        ("answer", one.applicant.user, "accepted"),
        ("answer", two.applicant.user, "rejected"),
    ]
    entry = Entry.objects.get(kind="calls.accepted")
    assert entry.subject == scope_of(one)
    assert (entry.facts["outcome"], entry.facts["tier"]) == (f"tests.thing:{one.ref}", "gold")
    assert Entry.objects.get(kind="calls.published").facts["accepted"] == 1
    assert world.run("publication").state == "closed"
    assert acts.publish(world.manager, call).published_at == call.published_at
    assert (len(letters), len(made)) == (2, 1)
    assert other not in [to for _name, to, _result in letters]


def test_the_answer_comes_in_the_applicants_language_with_the_reason(
    mailoutbox, django_capture_on_commit_callbacks
):
    world = open_world()
    judged(world, [[(5, 5)]])
    applicant = world.submissions[0].applicant.user
    type(applicant).objects.filter(pk=applicant.pk).update(language="fr")
    stages = world.call.rules.stages
    assert stages[2].reason("weaker")
    call = acts.decide(
        world.chair,
        world.fresh(),
        {world.submissions[0].pk: Choice("rejected", reason=Text.of("Too early", fr="Trop tôt"))},
    )
    acts.seal_verdict(world.chair, call)
    with django_capture_on_commit_callbacks(execute=True):
        acts.publish(world.manager, world.fresh())
    [letter] = [one for one in mailoutbox if one.to == [applicant.email] and "Trop tôt" in one.body]
    assert "Too early" not in letter.body


def test_publication_is_whole_or_not_at_all(made):
    world = open_world(outcome="tests.thing")
    for title in ("Yes", "No"):
        make_sent(world, title=title)
    close(world)
    screen_all(world)
    for entry in world.submissions:
        acts.assign(world.manager, entry, world.jurors[0].person)
    acts.open_stage(world.manager, world.run("jury"))
    from .factories import mark

    for entry in world.submissions:
        mark(world.jurors[0], entry, 3, 3)
    acts.close_stage(world.manager, world.run("jury"))
    acts.open_stage(world.manager, world.run("deliberation"))
    why = {"departure_reason": WHY}
    sealed(world, replace(SILVER, **why), replace(SILVER, **why))
    with pytest.raises(ValidationError, match="It has no place"):
        acts.publish(world.manager, world.fresh())
    assert world.fresh().state == "decided"
    assert {entry.state for entry in world.submissions} == {"submitted"}
    assert not Entry.objects.filter(kind__in=["calls.accepted", "calls.published"]).exists()
    assert world.run("publication").state == "pending"


def test_who_publishes_and_when():
    world = open_world()
    judged(world, [[(5, 5)]])
    with pytest.raises(ValidationError, match="must be sealed"):
        acts.publish(world.manager, world.fresh())
    sealed(world, GOLD)
    for user in (world.chair, world.screener, world.jurors[0], make_user()):
        with pytest.raises(PermissionDenied):
            acts.publish(user, world.fresh())
    assert acts.publish(make_user(Role.SECRETARIAT), world.fresh()).state == "published"


def test_nothing_tells_the_result_early():
    """Sealed and not yet published: no door of the applicant or the public says what was decided."""
    world = open_world()
    one, _two = judged(world, [[(5, 5)], [(1, 1)]])
    sealed(world, GOLD, NO)
    applicant = one.applicant.user
    page = queries.submission_page(applicant, one.uid)
    assert (page.submission.state, page.decision, page.sheets, page.reason) == ("submitted", None, [], Text())
    assert queries.call_page(world.call.slug).accepted == []
    assert "accepted" not in faces.verdict_face(world.call.slug)
    assert (
        queries.chosen_story(Decision.objects.select_related("submission__call").get(submission=one)) is None
    )


def test_faces_are_plain_and_change_with_what_is_published():
    world = open_world()
    one, _two = judged(world, [[(5, 5)], [(1, 1)]])
    assert faces.verdict_face(world.call.slug) is None
    sealed(world, GOLD, NO)
    acts.publish(world.manager, world.fresh())
    face = faces.verdict_face(world.call.slug)
    assert [entry["ref"] for entry in face["accepted"]] == [one.ref]
    assert faces.verdict_keys() == faces.call_keys() == [world.call.slug]
    assert faces.call_face(world.call.slug)["state"] == "published"
    assert faces.submission_url("nothing") is None
    assert faces.call_face("nothing") is None


def test_an_applicant_reads_marks_and_comments_as_the_rules_give_them():
    for scores, comments in ((False, False), (True, False), (False, True), (True, True)):
        world = open_world(publish_scores=scores, publish_comments=comments)
        make_sent(world)
        close(world)
        screen_all(world)
        [one] = world.submissions
        acts.assign(world.manager, one, world.jurors[0].person)
        acts.open_stage(world.manager, world.run("jury"))
        acts.declare_no_conflict(world.jurors[0], one)
        acts.send_assessment(
            world.jurors[0], one, {"effect": 5, "evidence": 5}, comment="Well done.", note="Between us."
        )
        acts.close_stage(world.manager, world.run("jury"))
        acts.open_stage(world.manager, world.run("deliberation"))
        sealed(world, GOLD)
        acts.publish(world.manager, world.fresh())
        found = queries.submission_page(one.applicant.user, one.uid).sheets
        assert [(sheet.marks, sheet.comment, sheet.note, str(sheet.juror)) for sheet in found] == (
            [({"effect": 5, "evidence": 5} if scores else {}, "Well done." if comments else "", "", "")]
            if scores or comments
            else []
        )


def test_how_an_entry_was_chosen(django_assert_max_num_queries):
    world = open_world()
    one, _two = judged(world, [[(5, 5)], [(1, 1)]])
    sealed(world, GOLD, NO)
    acts.publish(world.manager, world.fresh())
    decision = Decision.objects.select_related("submission__call").get(submission=one)
    with django_assert_max_num_queries(5):
        story = queries.chosen_story(decision)
    assert (story.ref, story.rank, story.tier) == (one.ref, 1, T("Gold"))
    assert [(str(step.title), step.detail) for step in story.steps] == [
        ("Call", "Open for 11 days"),
        ("Submissions", "2 submissions"),
        ("Screening", "2 passed, 0 did not, each told why"),
        ("Jury", "Assessments: 2. Jurors: 1."),
        ("Deliberation", "1 accepted, 1 not"),
        ("Decision", "1 accepted"),
        ("Publication", ""),
    ]
    assert all(step.entry is not None for step in story.steps)
    rejected = Decision.objects.select_related("submission__call").get(result="rejected")
    assert queries.chosen_story(rejected) is None


def test_the_calls_state_of_a_submission_cannot_be_faked():
    world = open_world()
    judged(world, [[(5, 5)]])
    with pytest.raises(IntegrityError), transaction.atomic():
        Call.objects.filter(pk=world.call.pk).update(state="published")
    assert Submission.objects.filter(state="accepted").count() == 0
