"""The public's vote: what is before it, what somebody has voted for, and what looks odd in it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator

from summitry.text.value import Text

from .. import anomalies, fields
from ..models import Call, PublicVote, SetAside, StageRun, Submission
from ..models.submission import SubmissionQuerySet
from ..rules import Category, Field
from ..stages.base import Sight
from ..stages.public_vote import counts
from .entries import visible_fields

CARDS = 20  # candidates on one page


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry as the public sees it: its public words and no more. votes: None before the stage is
    closed."""

    submission: Submission
    title: Text | str
    summary: Text | str
    organisation: fields.Shown | None
    category: Category | None
    votes: int | None = None
    mine: PublicVote | None = None


@dataclass(frozen=True, slots=True)
class VotePage:
    """One page of candidates. chosen: what this reader has voted for, in any category; own: the keys of her
    own entries; total: of all votes that count, None before the stage is closed."""

    run: StageRun
    page: Page[int]
    cards: list[Candidate]
    chosen: list[Candidate]
    own: frozenset[int]
    total: int | None


def front_run(slug: str, key: str, deed: str) -> StageRun | None:
    """A stage that everybody may look at, once it has been opened. One query."""
    found = StageRun.objects.allowing(deed).exclude(state=StageRun.State.PENDING)
    return (
        found.filter(call__slug=slug, key=key)
        .exclude(call__state=Call.State.DRAFT)
        .select_related("call")
        .first()
    )


def candidates(run: StageRun) -> SubmissionQuerySet:
    """What is before the public: the entries in the running; once the decisions are published, those that
    were accepted."""
    found = Submission.objects.filter(call=run.call)
    return found.filter(state=Submission.State.ACCEPTED) if run.call.is_published else found.in_the_running()


def shuffled(keys: list[int], seed: str) -> list[int]:
    """Keys in an order that only the seed tells, the same for the same seed."""
    return sorted(keys, key=lambda pk: hashlib.sha256(f"{seed}:{pk}".encode()).digest())


def vote_page(user: Any, run: StageRun, seed: str, category: str = "", number: Any = None) -> VotePage:
    """One page of the candidates, in the order that the seed tells, so that nobody profits from her place;
    once the stage is closed, by votes. Two queries for a visitor, four for an account; one more once the
    stage is closed."""
    found = candidates(run)
    if category:
        found = found.filter(category=category)
    keys = shuffled(list(found.order_by().values_list("pk", flat=True)), seed)
    closed = run.state == StageRun.State.CLOSED
    tally: Mapping[int, int] = counts(run)[0] if closed else {}
    page = Paginator(sorted(keys, key=lambda pk: -tally.get(pk, 0)), CARDS).get_page(number)
    mine: dict[int, PublicVote] = {}
    own: frozenset[int] = frozenset()
    if user.is_authenticated:
        given = run.public_votes.filter(voter__user=user).select_related("set_aside").order_by("pk")
        mine = {one.submission_id: one for one in given}
        own = frozenset(candidates(run).of(user).values_list("pk", flat=True))
    entries = candidates(run).in_bulk({*page, *mine})
    cards = {
        pk: _candidate(run, entry, tally.get(pk, 0) if closed else None, mine.get(pk))
        for pk, entry in entries.items()
    }
    return VotePage(
        run,
        page,
        [cards[pk] for pk in page if pk in cards],
        [cards[pk] for pk in mine if pk in cards],
        own,
        sum(tally.get(pk, 0) for pk in keys) if closed else None,
    )


def _candidate(run: StageRun, entry: Submission, votes: int | None, mine: PublicVote | None) -> Candidate:
    entry.call = run.call
    rules = run.call.rules
    public = {
        one.role: one
        for one in visible_fields(rules, Sight(names=not rules.blind or run.call.is_published))
        if one.visibility == "public" and one.role
    }
    return Candidate(
        entry,
        _words(entry, public.get("title")) or entry.ref,
        _words(entry, public.get("summary")),
        answer_shown(entry, public.get("organisation")),
        rules.category(entry.category),
        votes,
        mine,
    )


def answer_shown(entry: Submission, one: Field | None) -> fields.Shown | None:
    """An answer as pages show it, without its files. No query."""
    if one is None or one.key not in entry.answers:
        return None
    return fields.kind(one.kind).show(one, entry.answers[one.key], entry.context(files=False))


def _words(entry: Submission, one: Field | None) -> Text | str:
    found = answer_shown(entry, one)
    part = found.parts[0] if found else ""
    return part if isinstance(part, Text | str) else ""


def set_aside_in(run: StageRun) -> list[SetAside]:
    """The votes of a stage that do not count, with their public reasons. One query."""
    return list(run.set_aside.order_by("pk"))


@dataclass(frozen=True, slots=True)
class OddVotes:
    """What a check found; `entries`: the entries that its groups are for, by key."""

    check: anomalies.Check
    groups: list[anomalies.Group]


@dataclass(frozen=True, slots=True)
class VotesPage:
    """What a manager or an auditor sees of the votes: sums and groups, and no count of any entry."""

    run: StageRun
    votes: int
    accounts: int
    aside: list[SetAside]
    checks: list[OddVotes]
    entries: dict[int, Submission]


def votes_page(user: Any, run: StageRun) -> VotesPage:
    """The sums of a stage's votes and what looks odd in them; groups for an entry that this user's duties do
    not show her are left out. Seven queries."""
    sums = run.component.closing(run)
    found = [OddVotes(check, list(check.groups(run))) for check in anomalies.CHECKS]
    about = {group.entry for one in found for group in one.groups if group.entry is not None}
    entries = Submission.objects.filter(call=run.call).on_duty_of(user).in_bulk(about)
    for entry in entries.values():
        entry.call = run.call
    checks = [
        OddVotes(one.check, [group for group in one.groups if group.entry is None or group.entry in entries])
        for one in found
    ]
    return VotesPage(run, sums["votes"], sums["accounts"], set_aside_in(run), checks, entries)
