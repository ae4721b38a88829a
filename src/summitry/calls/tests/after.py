"""Calls whose verdict is sealed, for the tests of what follows."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from summitry.calls import acts
from summitry.calls.acts import Choice
from summitry.calls.models import Submission
from summitry.calls.rules import Category, DecisionRule, RuleSet, Stage

from .factories import STAGES, T, World, decide, judged, open_world, rules

YES, WAIT = Choice("accepted"), Choice("reserve", standard="weaker")
NO = Choice("rejected", standard="weaker")
EMBARGO = timedelta(days=40)


def sealed(choices: list[Choice], found: RuleSet | None = None, **changes: Any) -> World:
    """A sealed call whose entries stand in the order of `choices`, the best marks first; one juror."""
    changes.setdefault("decision", DecisionRule(places=9, reserve=5))
    world = open_world(found or rules(**changes), jurors=1)
    marks = [[(5 - at, 5)] for at in range(len(choices))]
    judged(world, marks)
    call = decide(world, *choices)
    acts.seal_verdict(world.chair, call, call.sheet)
    world.fresh()
    return world


def published(choices: list[Choice], found: RuleSet | None = None, **changes: Any) -> World:
    world = sealed(choices, found, **changes)
    acts.publish(world.manager, world.fresh())
    world.fresh()
    return world


def under_embargo(choices: list[Choice], **changes: Any) -> World:
    """Sealed, with a day before which nothing is published; nobody is told yet."""
    stage = Stage(
        "publication",
        "publish",
        T("Publication"),
        closes_at=timezone.now() + EMBARGO,
        options={"embargo": True},
    )
    return sealed(choices, stages=(*STAGES[:-1], stage), **changes)


def states(world: World) -> list[str]:
    return [one.state for one in world.submissions]


def entry(world: World, at: int) -> Submission:
    return world.submissions[at]


def categories(**quotas: int | None) -> tuple[Category, ...]:
    return tuple(Category(key, T(key.title()), quota=quota) for key, quota in quotas.items())
