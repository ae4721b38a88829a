"""A whole call, whatever its stages: each kind of stage with somebody who does its work. For tests."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from summitry.calls import acts, fields, queries
from summitry.calls.models import Call, StageRun, Submission, Turn
from summitry.calls.rules import Field, RuleSet
from summitry.people.acts import add_affiliation
from summitry.people.models import Role, User, scope_of
from summitry.people.tests.factories import make_organisation, make_user
from summitry.text.value import Text

from .factories import World, close

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def something(field: Field) -> Any:
    """A good answer to a question of any kind."""
    answers = {
        "line": Text.of("A line", fr="Une ligne") if field.translatable else "A line",
        "text": Text.of("word " * 60, fr="mot " * 60) if field.translatable else "word " * 60,
        "choice": field.choices[0].key if field.choices else None,
        "choices": [one.key for one in field.choices[:2]],
        "yesno": True,
        "country": "CN",
        "countries": ["CN", "KE"],
        "number": 3,
        "year": 2024,
        "date": "2027-01-01",
        "url": "example.org",
        "persons": [
            {
                "name": name,
                "affiliation": "A body",
                "country": "KE",
                "email": f"{name}@example.org",
                "role": "builder",
                "contribution": "the idea",
            }
            for name in ("a", "b", "c")
        ],
        "organisations": [{"name": "A partner"}],
        "budget": [{"name": "Travel", "amount": "1200.00"}],
        "place": [{"name": "The dock", "country": "KE"}],
    }
    found = answers[field.kind]
    if field.translatable and isinstance(found, Text):
        return found
    return found[: field.option("max", 9)] if isinstance(found, list) else found


@dataclass
class Walk:
    """A call with everybody who works in it; the first entry is to be accepted, the second not."""

    world: World
    organ: User
    member: User
    applicants: list[User]

    @property
    def call(self) -> Call:
        return self.world.fresh()

    def entries(self) -> list[Submission]:
        return list(self.call.submissions.in_the_running().select_related("call").order_by("number"))


def begin(found: RuleSet) -> Walk:
    """An open call by these rules, that ends in a list."""
    now = timezone.now()
    rules = replace(
        found,
        outcome="list",
        languages=(),
        opens_at=now - timedelta(1),
        closes_at=now + timedelta(9),
        stages=tuple(replace(one, closes_at=now + timedelta(30 + at)) for at, one in enumerate(found.stages)),
    )
    call = acts.create_call(make_user(Role.SECRETARIAT), slug="a-call", rules=rules)
    scope = scope_of(call)
    world = World(
        call,
        make_user(Role.CALL_MANAGER, scope),
        make_user(Role.SCREENER, scope),
        make_user(Role.JURY_CHAIR, scope),
        [make_user(Role.JUROR, scope) for _ in range(3)],
    )
    world.call = acts.open_call(world.manager, call)
    return Walk(world, make_user(Role.ORGAN, scope), make_user(Role.DELEGATE), [])


def apply(walk: Walk) -> Submission:
    """One more applicant of an organisation of her own answers everything that is asked now, and sends."""
    user = make_user()
    walk.applicants.append(user)
    rules = walk.call.rules
    body = make_organisation()
    add_affiliation(user, user.person, organisation=body)
    draft = acts.start_draft(user, walk.call)
    asked = [one for one in rules.fields if not one.stage]
    given = {one.key: something(one) for one in asked if not fields.kind(one.kind).holds_files}
    category = rules.categories[0].key if rules.categories else None
    draft = acts.save_draft(user, draft, given, category=category, organisation=body)
    _upload(user, draft, asked)
    return acts.submit(user, draft)


def _upload(user: User, draft: Submission, asked: list[Field]) -> None:
    for field in asked:
        if fields.kind(field.kind).holds_files:
            endings = field.option("extensions") or ["pdf"]
            content = PDF if "pdf" in endings else b"a,b\n1,2\n"
            name = "paper.pdf" if "pdf" in endings else f"paper.{endings[0]}"
            acts.upload(user, draft, field.key, SimpleUploadedFile(name, content))


def _screen(walk: Walk, run: StageRun) -> None:
    for entry in walk.entries():
        acts.screen(walk.world.screener, entry, True)


def _score(walk: Walk, run: StageRun) -> None:
    acts.assign_all(walk.world.manager, walk.call, per_entry=3)
    for juror in walk.world.jurors:
        while row := queries.jury_list(juror, walk.call).next:
            acts.declare_no_conflict(juror, row.submission)
            _mark(juror, run, row.submission, walk)


def _mark(juror: User, run: StageRun, entry: Submission, walk: Walk) -> None:
    best = entry.pk == walk.entries()[0].pk
    marks = {one.key: 5 if best else 2 for one in run.rule.rubric(entry.category)}
    acts.send_assessment(juror, entry, marks, comment="Clear.")


def _pitch(walk: Walk, run: StageRun) -> None:
    for turn in Turn.objects.filter(stage=run).order_by("position"):
        acts.begin_turn(walk.world.manager, turn)
        for juror in walk.world.jurors:
            if walk.call.rules.conflicts.declare:
                acts.declare_no_conflict(juror, turn.submission)
            _mark(juror, run, turn.submission, walk)
        acts.end_turn(walk.world.manager, turn)


def _vote(walk: Walk, run: StageRun) -> None:
    for _ in range(2):
        voter = make_user()
        User.objects.filter(pk=voter.pk).update(date_joined=timezone.now() - timedelta(99))
        voter.refresh_from_db()
        acts.cast_vote(voter, walk.entries()[0], address="203.0.113.7")


def _supplement(walk: Walk, run: StageRun) -> None:
    for user, entry in zip(walk.applicants, walk.entries(), strict=True):
        asked = [one for one in walk.call.rules.fields if one.stage == run.key]
        given = {one.key: something(one) for one in asked if not fields.kind(one.kind).holds_files}
        draft = acts.save_draft(user, entry, given, stage=run.key)
        _upload(user, draft, asked)
        acts.send_supplement(user, Submission.objects.get(pk=entry.pk), run)


def _object(walk: Walk, run: StageRun) -> None:
    objection = acts.object_to(walk.member, walk.entries()[1], "They owe us an answer.")
    acts.answer_objection(walk.world.chair, objection, False, "It is answered.")


def _decide(walk: Walk, run: StageRun) -> None:
    tiers = walk.call.rules.decision.tiers
    best, *rest = walk.entries()
    sheet = {best.pk: acts.Choice("accepted", tiers[0].key if tiers else "")}
    sheet |= {entry.pk: acts.Choice("rejected", reason="Others were stronger.") for entry in rest}
    call = acts.decide(walk.world.chair, walk.call, sheet)
    acts.seal_verdict(walk.world.chair, call)


def _approve(walk: Walk, run: StageRun) -> None:
    acts.approve_verdict(walk.organ, run, walk.call.verdict.digest, True)


def _allocate(walk: Walk, run: StageRun) -> None:
    acts.allocate_all(walk.world.manager, run)


def _publish(walk: Walk, run: StageRun) -> None:
    now = timezone.now()
    if run.rule.option("embargo"):
        acts.tell(walk.world.manager, walk.call)
        now = run.rule.closes_at + timedelta(seconds=1)
    acts.publish(walk.world.manager, walk.call, now=now)


def _nothing(walk: Walk, run: StageRun) -> None:
    """Nobody proposes anything."""


WORK: dict[str, Callable[[Walk, StageRun], None]] = {
    "screen": _screen,
    "score": _score,
    "pitch": _pitch,
    "public_vote": _vote,
    "supplement": _supplement,
    "merge": _nothing,
    "object": _object,
    "deliberate": _decide,
    "approve": _approve,
    "allocate": _allocate,
    "publish": _publish,
}


def walk_through(walk: Walk, look: Callable[[StageRun], None] = lambda _run: None) -> None:
    """Every stage from its opening to its closing; `look` is asked before its work and after it."""
    close(walk.world)
    for key in [one.key for one in walk.call.rules.stages]:
        run = walk.world.run(key)
        if run.kind != "publish":
            acts.open_stage(walk.world.manager, run)
        look(walk.world.run(key))
        WORK[run.kind](walk, walk.world.run(key))
        look(walk.world.run(key))
        past = timezone.now() - timedelta(1)
        StageRun.objects.filter(pk=run.pk, state="open").update(
            opened_at=past - timedelta(99), closes_at=past
        )
        if walk.world.run(key).is_open:
            acts.close_stage(walk.world.manager, walk.world.run(key))
