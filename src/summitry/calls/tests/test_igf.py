"""The worked example of docs/igf.md: its code, its numbers, through real acts to a sealed verdict.

Published are the 97 slots and the cut-off of 3.642 of the IGF's selection of 2014; the rest is simulated.
Submissions, screenings and marks are put in place at once: their acts are tested elsewhere."""

import doctest
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from summitry.calls import acts, rulesets, verdicts
from summitry.calls.models import Assessment, Assignment, Decision, Screening, Submission
from summitry.people.models import Person
from summitry.record.models import Entry
from summitry.text.value import Text

from .factories import World, close, open_world

pytestmark = pytest.mark.django_db

PAGE = (Path(__file__).resolve().parents[4] / "docs" / "igf.md").read_text()
IN = "Few proposals from its region stand above the cut-off."
OUT = "Its place goes to a region with few proposals above the cut-off."


@pytest.fixture(scope="module")
def simulated() -> dict[str, Any]:
    """What the page's own code makes."""
    found: dict[str, Any] = {}
    for block in re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL):
        exec(block, found)
    return found


def begin() -> World:
    """The call by the rules that the page names."""
    (said,) = re.findall(r"^```json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    found = rulesets.load("igf_2023")
    decision = replace(found.decision, **json.loads(said)["decision"])
    return open_world(replace(found, outcome="list", decision=decision), jurors=30)


def fill(world: World, proposals: list[tuple[str, dict[int, dict[str, int]]]]) -> None:
    """Proposals sent and screened; the marks that the page made are in; the meeting has begun."""
    now = timezone.now()
    people = Person.objects.bulk_create(
        Person(name=Text.of(f"Proposer {at}"), slug=f"proposer-{at}") for at in range(1, len(proposals) + 1)
    )
    entries = Submission.objects.bulk_create(
        Submission(
            call=world.call,
            number=at,
            ref=f"{world.call.slug}-{at}",
            applicant=person,
            category="ai",
            answers={"title": f"Proposal {at}"},
            state=Submission.State.SUBMITTED,
            receipt=f"receipt-{at}",
            sent_at=now,
        )
        for at, person in enumerate(people, 1)
    )
    close(world)
    acts.open_stage(world.manager, world.run("screening"))
    screener, run = world.screener.person, world.run("screening")
    Screening.objects.bulk_create(
        Screening(submission=one, stage=run, screener=screener, passed=True) for one in entries
    )
    acts.close_stage(world.manager, run)
    run = acts.open_stage(world.manager, world.run("evaluation"))
    pairs = [
        (entry, world.jurors[member].person, marks)
        for entry, (_region, sheets) in zip(entries, proposals, strict=True)
        for member, marks in sheets.items()
    ]
    Assignment.objects.bulk_create(
        Assignment(submission=entry, juror=juror, stage=run, cleared_at=now) for entry, juror, _marks in pairs
    )
    Assessment.objects.bulk_create(
        Assessment(submission=entry, juror=juror, stage=run, marks=marks, sent_at=now)
        for entry, juror, marks in pairs
    )
    acts.close_stage(world.manager, run)
    acts.close_stage(world.manager, acts.open_stage(world.manager, world.run("merging")))
    acts.open_stage(world.manager, world.run("meeting"))


def test_the_example_of_the_page(simulated):
    proposals, moved = simulated["proposals"], simulated["moved"]
    regions = [region for region, _sheets in proposals]
    world = begin()
    fill(world, proposals)
    call, chair = world.fresh(), world.chair
    number = {f"{call.slug}-{at}": at for at in range(1, len(proposals) + 1)}
    standings = verdicts.order(verdicts.inputs(call, call.frozen(), ""))
    order = [number[ref] for ref in standings]
    taken, leaving = moved(order)
    chosen = {*order[:97], *taken} - {*leaving}

    def choice(at: int, reasoned: bool) -> acts.Choice:
        said = {**dict.fromkeys(taken, IN), **dict.fromkeys(leaving, OUT)} if reasoned else {}
        result, standard = ("accepted", "") if at in chosen else ("rejected", "cutoff")
        return acts.Choice(result, standard=standard, departure_reason=said.get(at, ""))

    entries = {one.number: one for one in world.submissions}
    with pytest.raises(ValidationError) as refused:
        acts.decide(chair, call, {entries[at].pk: choice(at, False) for at in order}, call.sheet)
    departing = {*taken, *leaving}
    assert set(refused.value.message_dict) == {f"departure_{entries[at].pk}" for at in departing}
    acts.decide(chair, call, {entries[at].pk: choice(at, True) for at in order}, call.sheet)
    verdict = acts.seal_verdict(chair, world.fresh())
    acts.publish(world.manager, world.fresh())

    decisions = Decision.objects.select_related("submission")
    assert {one.submission.number for one in decisions if one.is_accepted} == chosen
    assert {one.submission.number: str(one.departure_reason) for one in decisions if one.departs} == {
        **dict.fromkeys(taken, IN),
        **dict.fromkeys(leaving, OUT),
    }
    assert Entry.objects.get(kind="calls.sealed").facts["departures"] == len(departing)

    # the page's numbers are these
    listed = [
        f"| {at} | {regions[at - 1]} | {one.mean} | {one.deviation} | {'in' if at in chosen else 'out'} |"
        for ref, one in standings.items()
        if (at := number[ref]) in departing
    ]
    # (two are level: the draw, another one for each call, tells them apart)
    assert sorted(re.findall(r"^\| \d+ \|.*\|$", PAGE, re.MULTILINE)) == sorted(listed)
    counted = [
        f"| {region} | {regions.count(region)} | {sum(regions[at - 1] == region for at in order[:97])} "
        f"| {sum(regions[at - 1] == region for at in chosen)} |"
        for region in simulated["REGIONS"]
    ]
    assert re.findall(r"^\| [A-Z]\w+ \| \d+ .*\|$", PAGE, re.MULTILINE) == counted
    assert {IN, OUT} == set(re.findall(r"“([^”]+\.)”", PAGE.replace("\n", " ")))
    load = [sum(member in sheets for _region, sheets in proposals) for member in range(30)]
    assert f"{min(load)} to {max(load)} for a member" in PAGE
    check_examples({"sealed": json.loads(verdict.body), "body": verdict.body})


def check_examples(names: dict[str, Any]) -> None:
    """Each ">>>" of the page prints what stands below it."""
    examples = "\n".join(re.findall(r"^```pycon\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
    test = doctest.DocTestParser().get_doctest(examples, names, "docs/igf.md", None, 0)
    said: list[str] = []
    found = doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    assert (found.failed, found.attempted > 10) == (0, True), "".join(said)
