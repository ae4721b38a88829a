"""A calibrated order, what is sealed of it, and the chair's page: nothing on it comes from a hidden entry."""

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from summitry.calls import acts, calibrating, charts, queries, verdicts
from summitry.calls.calibrated import Analysis, Refusal, Z
from summitry.calls.models import Conflict
from summitry.calls.queries.calibration import calibrated_lines, calibration_page
from summitry.calls.rules import DecisionRule, Tier
from summitry.calls.views.calibration import reasons
from summitry.engines.calibration import exact, model
from summitry.engines.calibration.marks import Marks
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_institution, make_user

from .factories import GOLD, NO, STAGES, T, decide, judged, open_world, rules

pytestmark = pytest.mark.django_db

# Entry by juror. The third juror is two points stricter, and marked the last entries only with the first.
MARKS = [
    [(5, 5), (5, 4), (3, 3)],
    [(4, 4), (5, 5), (2, 2)],
    [(4, 3), (4, 4), (2, 1)],
    [(3, 3), (3, 3), (1, 1)],
    [(2, 3), (3, 2), (1, 1)],
    [(2, 2), (2, 2), (1, 1)],
]
PLACES = DecisionRule(places=2, tiers=(Tier("gold", T("Gold")),), confidence="80")


@pytest.fixture(autouse=True)
def _institution():
    make_institution()


def staged(calibrated=True):
    return tuple(
        replace(one, options={**one.options, "calibrated": calibrated}) if one.key == "jury" else one
        for one in STAGES
    )


def calibrated_world(marks=MARKS, calibrated=True, jurors=3, **changes):
    found = rules(**{"stages": staged(calibrated), "decision": PLACES, **changes})
    world = open_world(found, jurors=jurors)
    return world, judged(world, marks)


def plain(marks):
    """The engine's own fit of such a table, 60 to 40."""
    rows = [
        (entry, juror, 0.6 * effect + 0.4 * evidence)
        for entry, given in enumerate(marks)
        for juror, (effect, evidence) in enumerate(given)
    ]
    return model.fit(Marks.of(*zip(*rows, strict=True)))


def to(world, query=""):
    return reverse("calls:calibration", args=[world.call.slug]) + query


def hide(world, entry, user):
    Conflict.objects.create(submission=entry, juror=user.person, reason="Married")


def given(world):
    return verdicts.inputs(world.fresh(), world.call.frozen(), "salt")


# -- the order -------------------------------------------------------------------------------------


def test_the_order_is_that_of_the_estimates_and_recomputes_to_the_byte():
    marks = [[(4, 4), (4, 4)], [(3, 3), (3, 3)], [(2, 2), (2, 3)], *MARKS[:3]]
    world, entries = calibrated_world(marks)
    found = verdicts.order(given(world))
    rounded = exact.rounded(plain(marks))
    estimates = {one.ref: rounded.estimates[at] for at, one in enumerate(entries)}
    assert {ref: one.value for ref, one in found.items()} == {
        ref: Fraction(one, 10**6) for ref, one in estimates.items()
    }
    assert list(found) == sorted(estimates, key=lambda ref: -estimates[ref])
    means = [float(np.mean([0.6 * effect + 0.4 * evidence for effect, evidence in row])) for row in marks]
    assert list(found) != [entries[at].ref for at in np.argsort([-one for one in means], kind="stable")]
    decide(world, *(GOLD if one.ref in list(found)[:2] else NO for one in entries))
    verdict = acts.seal_verdict(world.chair, world.fresh())
    assert verdicts.recompute(verdict.body) == verdict.body
    body = json.loads(verdict.body)
    kept = body["inputs"]["stages"][0]["data"]["ratios"]
    fitted = plain(marks).ratios
    assert (Decimal(kept["entry"]), Decimal(kept["juror"])) == (fitted.entry, fitted.juror)
    assert [len(line["error"].partition(".")[2]) for line in body["order"]] == [3] * 6


def test_a_verdict_is_recomputed_from_its_own_ratios():
    world, _entries = calibrated_world()
    data = given(world)
    told = verdicts.order(data)
    data["stages"][0]["data"]["ratios"] = {"entry": "0.1", "juror": "0.1"}
    again = verdicts.order(data)
    assert all(told[ref].value != again[ref].value for ref in told)


def test_plain_means_make_the_order_where_the_model_refuses():
    world, entries = calibrated_world([[(5, 5), (4, 4)], [(3, 3), (4, 4)]])
    data = given(world)
    assert data["stages"][0]["data"]["ratios"] is None
    found = verdicts.order(data)
    assert {ref: one.mean for ref, one in found.items()} == {
        entries[0].ref: "4.500",
        entries[1].ref: "3.500",
    }
    assert [one.weighed.error for one in found.values()] == [None, None]


def test_a_stage_that_is_not_calibrated_keeps_its_means():
    world, entries = calibrated_world(calibrated=False)
    data = given(world)
    assert "ratios" not in data["stages"][0]["data"]
    assert verdicts.order(data)[entries[0].ref].value == Fraction(21, 5)


# -- the numbers of the page -----------------------------------------------------------------------


def test_the_page_says_what_the_engine_says():
    world, entries = calibrated_world()
    found = calibration_page(world.chair, world.fresh())
    fit = plain(MARKS)
    lines = found.analysis.entries
    assert [one.ref for one in lines] == [entries[at].ref for at in fit.order]
    assert [one.rank for one in lines] == [1, 2, 3, 4, 5, 6]
    np.testing.assert_allclose([one.estimate for one in lines], fit.estimates[fit.order])
    np.testing.assert_allclose([one.error for one in lines], fit.errors[fit.order])
    np.testing.assert_allclose([one.step for one in lines[:-1]], fit.step_errors)
    assert lines[-1].step is None
    assert (lines[0].count, round(lines[0].mean, 3)) == (3, 4.2)
    assert [one.inside for one in lines] == [True, True, False, False, False, False]
    strictest = found.analysis.jurors[0]
    assert strictest.person == world.jurors[2].person.pk
    assert (strictest.count, round(strictest.mean, 3), round(strictest.spread, 3)) == (6, 1.6, 0.8)
    assert str(found.labels[strictest.person]) == "Juror 3"
    np.testing.assert_allclose(
        [one.severity for one in found.analysis.jurors], sorted(fit.severities, reverse=True)
    )
    assert (found.places, found.calibrated, found.hidden, found.analysis.unmarked) == (2, True, 0, 0)


def test_the_cut_is_made_in_each_category_that_has_a_quota():
    world, entries = calibrated_world(decision=replace(PLACES, places=None, by_category=True))
    run = world.run("jury")
    data = run.component.gather(run, entries, lambda person: str(person.pk))
    groups = {one.ref: "north" if at % 2 else "south" for at, one in enumerate(entries)}
    data["weights"] = {key: {"effect": 60, "evidence": 40} for key in ("north", "south")}
    found = world.call.rules
    found = replace(
        found,
        categories=tuple(replace(one, quota=1 if one.key == "north" else None) for one in found.categories),
    )
    lines = calibrating.analyse(calibrating.reading(data, groups), groups, found).entries
    inside = [one.ref for one in lines if one.inside]
    assert inside == [next(one.ref for one in lines if groups[one.ref] == "north")]
    assert {groups[one.ref] for one in lines if one.discuss} <= {"north"}


def test_without_places_nothing_is_inside_and_nothing_to_discuss():
    world, _entries = calibrated_world(decision=DecisionRule())
    found = calibration_page(world.chair, world.fresh())
    assert found.places is None
    assert not any(one.inside or one.discuss for one in found.analysis.entries)


def test_tiers_with_quotas_are_places():
    tiers = (Tier("gold", T("Gold"), 1), Tier("silver", T("Silver"), 2))
    world, _entries = calibrated_world(decision=DecisionRule(tiers=tiers))
    assert calibration_page(world.chair, world.fresh()).places == 3


def test_marks_voided_since_count_no_more():
    world, entries = calibrated_world()
    before = calibration_page(world.chair, world.fresh()).analysis
    acts.declare_conflict(world.jurors[1], entries[0], "A cousin")
    after = calibration_page(world.chair, world.fresh()).analysis
    assert (before.entries[0].count, after.entries[0].count) == (3, 2)
    assert before.entries[0].ref == after.entries[0].ref == entries[0].ref


# -- who sees what ---------------------------------------------------------------------------------


def test_a_hidden_entry_leaves_no_trace_in_any_figure():
    """What a chair with a conflict sees is what she would see if the entry had never been marked."""
    world, entries = calibrated_world()
    hide(world, entries[1], world.chair)
    found = calibration_page(world.chair, world.fresh())
    alone, _others = calibrated_world([row for at, row in enumerate(MARKS) if at != 1])
    other = calibration_page(alone.chair, alone.fresh())

    def bare(analysis):
        return (
            [(one.rank, one.count, one.mean, one.estimate, one.error) for one in analysis.entries],
            [(one.count, one.mean, one.spread, one.severity, one.farthest) for one in analysis.jurors],
            analysis.spreads,
        )

    assert bare(found.analysis) == bare(other.analysis)
    assert entries[1].ref not in {one.ref for one in found.analysis.entries}
    assert (found.hidden, other.hidden) == (1, 0)
    everything = calibration_page(make_user(Role.AUDITOR), world.fresh())
    assert entries[1].ref in {one.ref for one in everything.analysis.entries}
    assert everything.hidden == 0


def test_what_one_reader_sees_is_not_kept_for_another():
    world, entries = calibrated_world()
    other = make_user(Role.JURY_CHAIR, scope_of(world.call))
    assert len(calibration_page(world.chair, world.fresh()).analysis.entries) == 6
    hide(world, entries[2], other)
    assert len(calibration_page(other, world.fresh()).analysis.entries) == 5
    assert set(calibrated_lines(other, world.fresh())) == {one.ref for one in entries if one != entries[2]}
    assert len(calibration_page(world.chair, world.fresh()).analysis.entries) == 6


def test_the_page_names_no_hidden_entry_and_no_juror_but_by_label(client: Client) -> None:
    world, entries = calibrated_world()
    hide(world, entries[0], world.chair)
    client.force_login(world.chair)
    for query in ("", "?show=jurors", "?page=9", "?stage=jury"):
        page = client.get(to(world, query)).content.decode()
        assert entries[0].ref not in page
        for juror in world.jurors:
            assert str(juror.person.name) not in page
            assert juror.email not in page
    assert "Juror 3" in client.get(to(world, "?show=jurors")).content.decode()


def test_the_page_is_for_those_who_see_the_sheet(client: Client) -> None:
    world, _entries = calibrated_world()
    elsewhere, _others = calibrated_world(MARKS[:4])
    for user in (world.manager, world.screener, *world.jurors, elsewhere.chair, make_user()):
        client.force_login(user)
        assert client.get(to(world)).status_code == 403
    client.logout()
    assert client.get(to(world)).status_code == 302
    for user in (world.chair, make_user(Role.AUDITOR)):
        client.force_login(user)
        assert client.get(to(world)).status_code == 200


def test_nothing_is_told_before_deliberation(client: Client) -> None:
    from .test_views_judging import jury_world

    world, entries = jury_world(stages=staged())
    from .factories import mark

    for entry in entries:
        for juror in world.jurors[:2]:
            mark(juror, entry, 4, 4)
    client.force_login(world.chair)
    page = client.get(to(world)).content.decode()
    assert "There is nothing to calibrate here" in page
    assert entries[0].ref not in page
    assert calibration_page(make_user(Role.AUDITOR), world.fresh()) is None
    assert calibrated_lines(world.chair, world.fresh()) == {}


def test_a_stage_that_does_not_exist_is_no_page(client: Client) -> None:
    world, _entries = calibrated_world(MARKS[:4])
    assert calibration_page(world.chair, world.fresh(), "nothing") is None
    client.force_login(world.chair)
    assert "There is nothing to calibrate here" in client.get(to(world, "?stage=nothing")).content.decode()


# -- cost ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("again", [False, True])
def test_the_number_of_queries_does_not_grow(again):
    costs = []
    for entries in (1, 3, 6):
        world, _found = calibrated_world(MARKS[:entries])
        chair = world.chair
        _ = (chair.roles, chair.person)
        call = world.fresh()
        if again:
            calibration_page(chair, call)
        with CaptureQueriesContext(connection) as caught:
            calibration_page(chair, world.fresh() if again else call)
        costs.append(len(caught) - again)  # the call itself
    assert costs == ([5] * 3 if again else [7] * 3)


# -- the sheet -------------------------------------------------------------------------------------


def test_the_sheet_marks_what_is_to_be_discussed(client: Client) -> None:
    world, _entries = calibrated_world()
    asked = {ref for ref, one in calibrated_lines(world.chair, world.fresh()).items() if one.discuss}
    fit = plain(MARKS)
    assert asked == {
        one.ref for one in calibration_page(world.chair, world.fresh()).analysis.entries if one.discuss
    }
    gap = abs(np.diff(fit.estimates[fit.order])[1])
    assert bool(asked) == bool(gap <= Z["80"] * fit.step_errors[1])
    table = queries.chair_table(world.chair, world.fresh())
    assert {row.submission.ref for row in table.rows if row.discuss} == asked
    client.force_login(world.chair)
    page = client.get(reverse("calls:sheet", args=[world.call.slug])).content.decode()
    assert page.count(f'href="{to(world)}">discuss</a>') == len(asked)
    assert page.count(f'<a href="{to(world)}">What the marks mean</a>') == 1


def test_the_sheet_shows_no_estimate_that_leans_on_a_hidden_entry():
    world, entries = calibrated_world()
    whole = {row.submission.ref: row.mean for row in queries.chair_table(world.chair, world.fresh()).rows}
    told = verdicts.order(given(world))
    assert whole == {ref: one.mean for ref, one in told.items()}
    hide(world, entries[1], world.chair)
    rows = queries.chair_table(world.chair, world.fresh()).rows
    alone = plain([row for at, row in enumerate(MARKS) if at != 1]).estimates
    kept = [one for at, one in enumerate(entries) if at != 1]
    assert {row.submission.ref: row.mean for row in rows} == {
        one.ref: f"{alone[at]:.3f}" for at, one in enumerate(kept)
    }
    assert {row.submission.ref: row.mean for row in rows} != {one.ref: whole[one.ref] for one in kept}


def test_the_sheet_of_a_plain_order_marks_nothing():
    world, _entries = calibrated_world(calibrated=False)
    assert not any(row.discuss for row in queries.chair_table(world.chair, world.fresh()).rows)
    assert len(calibration_page(world.chair, world.fresh()).analysis.entries) == 6


# -- words and pictures ----------------------------------------------------------------------------


def test_groups_that_nothing_connects_are_named(client: Client) -> None:
    world, _entries = calibrated_world([[(5, 5), (4, 4)], [(3, 3), (4, 4)], [(2, 2), (3, 3)]], jurors=4)
    data = {
        "weights": {"north": {"effect": 60, "evidence": 40}},
        "sheets": {
            f"e{at}": [
                {"juror": str(world.jurors[juror].person.pk), "marks": {"effect": 3, "evidence": 2 + juror}}
                for juror in ((0, 1) if at < 3 else (2, 3))
            ]
            for at in range(5)
        },
    }
    groups = {f"e{at}": "north" for at in range(5)}
    found = calibrating.analyse(calibrating.reading(data, groups), groups, world.call.rules)
    people = [one.person.pk for one in world.jurors]
    assert found.refused == Refusal(
        groups=((3, (people[0], people[1])), (2, (people[2], people[3]))),
        sparse=(people[2], people[3]),
        least=3,
    )
    labels = {person: f"Juror {at}" for at, person in enumerate(people, 1)}
    assert reasons(found.refused, labels)[1:] == [
        "Group 1: Juror 1, Juror 2 (3 entries)",
        "Group 2: Juror 3, Juror 4 (2 entries)",
        "Each juror needs at least 3 marks; these have fewer: Juror 3, Juror 4.",
    ]


def test_a_refusal_stands_on_the_page_in_words(client: Client) -> None:
    world, _entries = calibrated_world([[(5, 5), (4, 4)], [(3, 3), (4, 4)]])
    client.force_login(world.chair)
    page = client.get(to(world)).content.decode()
    assert "Each juror needs at least 3 marks; these have fewer: Juror 1, Juror 2." in page
    assert '<svg class="chart' not in page


def test_many_are_named_by_their_number():
    refused = Refusal(sparse=tuple(range(20)), least=3)
    labels = {at: f"J{at}" for at in range(20)}
    assert reasons(refused, labels) == [
        "Each juror needs at least 3 marks; these have fewer: "
        + ", ".join(f"J{at}" for at in range(12))
        + " and 8 more."
    ]


@pytest.mark.parametrize(
    ("refused", "start"),
    [
        (Refusal(tight=True), "There are too few marks"),
        (Refusal(indistinct=True), "The marks differ no more"),
        (Refusal(unsettled=True), "The computation"),
    ],
)
def test_every_refusal_has_its_sentence(refused, start):
    (only,) = reasons(refused, {})
    assert only.startswith(start)


def test_the_pictures_stand_on_the_page_with_their_tables(client: Client) -> None:
    world, entries = calibrated_world()
    client.force_login(world.chair)
    for query, rows in (("", 6), ("?show=jurors", 3)):
        page = client.get(to(world, query)).content.decode()
        chart = page[page.index('<svg class="chart') : page.index("</svg>", page.index('<svg class="chart'))]
        assert chart.count("H") - chart.count('class="quota"') == rows
        assert "<title" in chart
        assert "<desc" in chart
        assert " style=" not in page[page.index("<main") : page.index("</main>")]
        assert page.count("<tr>") == rows + 1
    first = client.get(to(world)).content.decode()
    assert first.count('class="quota"') == 1
    assert all(entry.ref in first for entry in entries)


def test_a_picture_keeps_the_places_of_its_page():
    world, _entries = calibrated_world()
    lines = calibration_page(world.chair, world.fresh()).analysis.entries
    whole = charts.of_entries(lines, Z["80"], 2)
    assert [one.label for one in whole.marks] == ["1", "2", "3", "4", "5", "6"]
    assert whole.marks[1].y < whole.cut < whole.marks[2].y
    assert all(one.low < one.middle < one.high for one in whole.marks)
    assert [one.middle for one in whole.marks] == sorted((one.middle for one in whole.marks), reverse=True)
    second = charts.of_entries(lines[3:], Z["80"], 2)
    assert ([one.label for one in second.marks], second.cut) == (["4", "5", "6"], None)
    assert charts.of_entries([], Z["80"], 2) is None
    assert charts.of_jurors([], Z["80"], 1) is None


def test_the_upright_line_of_severities_is_at_nothing():
    world, _entries = calibrated_world()
    lines = calibration_page(world.chair, world.fresh()).analysis.jurors
    chart = charts.of_jurors(lines, Z["80"], 1)
    sides = [one.middle > chart.zero for one in chart.marks]
    assert sides == [one.severity > 0 for one in lines]
    assert Analysis().entries == ()
