"""A small call and its people for tests. What is under test is done by acts; what is not, by the shortest
way."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from summitry.calls import acts
from summitry.calls.models import Call, StageRun, Submission
from summitry.calls.rules import (
    Category,
    Choice,
    Criterion,
    DecisionRule,
    Field,
    Reason,
    RuleSet,
    Section,
    Stage,
    Tier,
)
from summitry.people.models import Role, User, scope_of
from summitry.people.tests.factories import make_mandate, make_user
from summitry.text.value import Text
from tests import worlds
from tests.worlds import remembered

_number = count(1)
T = Text.of
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

FIELDS = (
    Field("title", "line", T("Title"), required=True, translatable=True, role="title"),
    Field("summary", "text", T("Summary"), role="summary", options={"max_words": 20}),
    Field("theme", "choice", T("Theme"), choices=(Choice("ai", T("AI")), Choice("data", T("Data")))),
    Field("organisation", "line", T("Organisation"), identifies=True, role="organisation"),
    Field("note", "text", T("Note"), visibility="private", section="more"),
    Field("contact", "line", T("Contact"), visibility="hidden_from_jurors", section="more"),
    Field(
        "papers", "files", T("Papers"), visibility="private", options={"max": 2, "extensions": ["txt", "pdf"]}
    ),
    Field("letters", "files", T("Letters"), visibility="hidden_from_jurors", options={"extensions": ["txt"]}),
)
STAGES = (
    Stage(
        "screening", "screen", T("Screening"), reasons=(Reason("scope", T("Out of scope", fr="Hors sujet")),)
    ),
    Stage(
        "jury",
        "score",
        T("Jury"),
        criteria=(
            Criterion("effect", T("Effect"), weight=60),
            Criterion("evidence", T("Evidence"), weight=40),
        ),
        options={"per_entry": 2},
    ),
    Stage(
        "deliberation",
        "deliberate",
        T("Deliberation"),
        reasons=(Reason("weaker", T("Others were stronger")),),
    ),
    Stage("publication", "publish", T("Publication")),
)
RULES = RuleSet(
    title=T("Small call", fr="Petit appel"),
    summary=T("A call for tests"),
    sections=(Section("more", T("More")),),
    fields=FIELDS,
    categories=(Category("north", T("North")), Category("south", T("South"))),
    stages=STAGES,
    decision=DecisionRule(tiers=(Tier("gold", T("Gold"), 1), Tier("silver", T("Silver")))),
    co_applicants=2,
    appeal_days=14,
)


@dataclass
class World(worlds.World):
    """A call with everybody who works on it."""

    call: Call
    manager: User
    screener: User
    chair: User
    jurors: list[User]

    def fresh(self) -> Call:
        self.call = Call.objects.get(pk=self.call.pk)
        return self.call

    def run(self, key: str) -> StageRun:
        return self.fresh().stages.select_related("call").get(key=key)

    @property
    def submissions(self) -> list[Submission]:
        return list(self.call.submissions.select_related("call").order_by("number", "pk"))


def rules(**changes: Any) -> RuleSet:
    return replace(RULES, **changes)


def make_world(found: RuleSet | None = None, *, jurors: int = 3, **changes: Any) -> World:
    """A draft call that closes in ten days, with a manager, a screener, a chair and jurors."""
    n = next(_number)
    now = timezone.now()
    secretariat = make_user(Role.SECRETARIAT)
    call = acts.create_call(
        secretariat,
        slug=f"call-{n}",
        rules=found or rules(**changes),
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=10),
    )
    scope = scope_of(call)
    return World(
        call,
        make_user(Role.CALL_MANAGER, scope),
        make_user(Role.SCREENER, scope),
        make_user(Role.JURY_CHAIR, scope),
        [make_user(Role.JUROR, scope, label=T(f"Juror {at}")) for at in range(1, jurors + 1)],
    )


@remembered
def open_world(found: RuleSet | None = None, **options: Any) -> World:
    world = make_world(found, **options)
    world.call = acts.open_call(world.manager, world.call)
    return world


def answers(**changes: Any) -> dict[str, Any]:
    return {
        "title": T("A data trust", fr="Une fiducie"),
        "summary": "Boats record one catch once.",
        **changes,
    }


def make_draft(
    world: World, user: User | None = None, *, category: str = "north", **changes: Any
) -> Submission:
    """A draft that could be sent."""
    user = user or make_user()
    draft = acts.start_draft(user, world.fresh())
    return acts.save_draft(user, draft, answers(**changes), draft.version, category=category)


def make_sent(world: World, user: User | None = None, **changes: Any) -> Submission:
    user = user or make_user()
    draft = make_draft(world, user, **changes)
    return acts.submit(user, draft, draft.version)


def close(world: World) -> Call:
    """Past the deadline."""
    world.call = acts.close_call(
        world.manager, world.fresh(), now=world.call.closes_at + timedelta(minutes=1)
    )
    return world.call


def screen_all(world: World) -> None:
    acts.open_stage(world.manager, world.run("screening"))
    for submission in world.submissions:
        if submission.state == "submitted":
            acts.screen(world.screener, submission, True)
    acts.close_stage(world.manager, world.run("screening"))


def mark(juror: User, submission: Submission, effect: int, evidence: int, **more: Any) -> Any:
    acts.declare_no_conflict(juror, submission)
    return acts.send_assessment(juror, submission, {"effect": effect, "evidence": evidence}, **more)


@remembered
def judged(world: World, marks: list[list[tuple[int, int]]]) -> list[Submission]:
    """Submissions sent, screened and marked: marks[entry][juror] = (effect, evidence). Deliberation is
    open."""
    for _ in marks:
        make_sent(world)
    close(world)
    screen_all(world)
    entries = world.submissions
    for submission, given in zip(entries, marks, strict=True):
        for juror in world.jurors[: len(given)]:
            acts.assign(world.manager, submission, juror.person)
    acts.open_stage(world.manager, world.run("jury"))
    for submission, given in zip(entries, marks, strict=True):
        for juror, (effect, evidence) in zip(world.jurors, given, strict=False):
            mark(juror, submission, effect, evidence)
    acts.close_stage(world.manager, world.run("jury"))
    acts.open_stage(world.manager, world.run("deliberation"))
    return world.submissions


def make_manager_of(world: World) -> User:
    user = make_user()
    make_mandate(user.person, Role.CALL_MANAGER, scope_of(world.call))
    return user


@remembered
def screening(world: World, entries: int = 1) -> list[Submission]:
    """Entries sent; the screening stage is open."""
    found = [make_sent(world) for _ in range(entries)]
    close(world)
    acts.open_stage(world.manager, world.run("screening"))
    return found


@remembered
def jury(world: World, entries: int = 1) -> list[Submission]:
    """Entries sent and screened; the scoring stage is pending."""
    found = [make_sent(world) for _ in range(entries)]
    close(world)
    screen_all(world)
    return found


GOLD, SILVER = acts.Choice("accepted", "gold"), acts.Choice("accepted", "silver")
NO = acts.Choice("rejected", standard="weaker")
WHY = "It serves a region that the list lacked."


def decide(world: World, *choices: acts.Choice | None, **options: Any) -> Call:
    """The chair decides the world's entries in their order; None leaves one open."""
    sheet = {entry.pk: choice for entry, choice in zip(world.submissions, choices, strict=False) if choice}
    return acts.decide(world.chair, world.fresh(), sheet, world.call.sheet, **options)
