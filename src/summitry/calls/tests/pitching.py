"""A competition with finals on stage, for tests."""

from dataclasses import replace
from typing import Any

from summitry.calls import acts
from summitry.calls.models import StageRun, Submission, Turn
from summitry.calls.rules import Criterion, DecisionRule, RuleSet, Stage

from .factories import STAGES, T, World, close, make_sent, mark, open_world, rules, screen_all

CRITERIA = (Criterion("effect", T("Effect"), weight=60), Criterion("evidence", T("Evidence"), weight=40))
HEATS = Stage("heats", "score", T("Heats"), criteria=CRITERIA, options={"keep": 3})
FINAL = Stage("final", "pitch", T("Final"), criteria=CRITERIA, options={"minutes": 5})


def competition(keep: int = 3, **options: Any) -> RuleSet:
    """Screening, heats of which the best go on, a final on stage that makes the order."""
    return rules(
        stages=(
            STAGES[0],
            replace(HEATS, options={"keep": keep}),
            replace(FINAL, options={"minutes": 5, **options}),
            *STAGES[2:],
        ),
        decision=DecisionRule(stage="final"),
    )


def heats_world(marks: list[tuple[int, int]], *, jurors: int = 2, keep: int = 3, **options: Any) -> World:
    """Heats marked by the first juror alone and closed; the final is pending."""
    world = open_world(competition(keep, **options), jurors=jurors)
    for n in range(len(marks)):
        make_sent(
            world,
            title=T(f"Entry {n}"),
            organisation=f"Ministry {n}",
            contact=f"contact-{n}@example.org",
            note=f"Private note {n}",
        )
    close(world)
    screen_all(world)
    juror = world.jurors[0]
    for entry in world.submissions:
        acts.assign(world.manager, entry, juror.person)
    acts.open_stage(world.manager, world.run("heats"))
    for entry, given in zip(world.submissions, marks, strict=True):
        mark(juror, entry, *given)
    acts.close_stage(world.manager, world.run("heats"))
    return world


def final_world(entries: int = 3, **options: Any) -> World:
    """The final is open; nobody is on stage yet."""
    world = heats_world([(3, 3)] * entries, keep=entries, **options)
    acts.open_stage(world.manager, world.run("final"))
    return world


def order(world: World) -> list[Turn]:
    return list(world.run("final").turns.select_related("submission", "stage__call").order_by("position"))


def turn_of(world: World, entry: Submission) -> Turn:
    return Turn.objects.select_related("submission", "stage__call").get(
        stage=world.run("final"), submission=entry
    )


def run_of(world: World) -> StageRun:
    return world.run("final")
