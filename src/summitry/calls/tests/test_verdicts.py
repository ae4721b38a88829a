"""The computed order, what departs from it, and the sealed verdict."""

import json

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from summitry.calls import acts, faces, verdicts
from summitry.calls.models import Decision, Verdict
from summitry.engines import calibration
from summitry.record.models import Entry
from summitry.text.value import Text

from .factories import GOLD, NO, SILVER, STAGES, close, decide, judged, make_sent, open_world, screen_all

pytestmark = pytest.mark.django_db

# -- the order ------------------------------------------------------------------------------------


def test_the_order_is_that_of_the_weighted_means():
    world = open_world()
    one, two, three = judged(world, [[(5, 1), (5, 1)], [(3, 5), (3, 5)], [(5, 5), (1, 1)]])
    # 60/40: 3.4; 3.8; 3.0 with a spread
    found = verdicts.order(verdicts.inputs(world.call, world.call.frozen(), ""))
    assert [(ref, standing.rank, standing.mean, standing.deviation) for ref, standing in found.items()] == [
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
        "tie_break": [],
        "seed": "s",
        "by_category": by_category,
        "minimum": minimum,
        "tiers": [{"key": key, "quota": None} for key in tiers],
        "stages": [
            {
                "key": "jury",
                "kind": "score",
                "percent": 100,
                "data": {
                    "weights": {key: {"x": 100} for key in "ab"},
                    "scale": [1, 5],
                    "calibrated": False,
                    "sheets": {
                        f"e{at}": [] if mean is None else [{"juror": "j1", "marks": {"x": mean}}]
                        for at, mean in enumerate(means)
                    },
                },
            }
        ],
        "entries": [
            {"ref": f"e{at}", "category": (categories or "a" * len(means))[at]} for at in range(len(means))
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
    assert body["order"][0]["value"] == "9/2"
    for person in (*world.jurors, world.chair):
        assert str(person.person.uid) not in verdict.body
        assert person.email not in verdict.body


def test_a_verdict_that_was_altered_does_not_recompute():
    world = open_world()
    judged(world, [[(5, 5)], [(4, 4)]])
    body = sealed(world, GOLD, SILVER).body
    data = json.loads(body)
    sheets = data["inputs"]["stages"][0]["data"]["sheets"]
    next(iter(sheets.values()))[0]["marks"]["effect"] = 1
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
    assert faces.call_faces([call.slug]).get(call.slug)["seed"] == call.seed
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
        "rejected",
        None,
        Text.of("Out of scope", fr="Hors sujet"),
    )
    assert verdicts.recompute(call.verdict.body) == call.verdict.body


def test_a_conflict_after_the_decision_changes_the_order_and_the_seal_asks_again():
    world = open_world()
    one, two = judged(world, [[(5, 5), (1, 1)], [(4, 4), (1, 1)]])
    decide(world, GOLD, SILVER)
    acts.declare_conflict(world.jurors[0], one)  # leaves a 1.0 for the first entry
    with pytest.raises(ValidationError, match="2 departures"):
        acts.seal_verdict(world.chair, world.fresh())
    assert (
        two.ref
        in [
            standing.ref
            for standing in verdicts.order(verdicts.inputs(world.call, world.call.frozen(), "")).values()
        ][:1]
    )


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
