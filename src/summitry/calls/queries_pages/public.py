"""What the public pages ask: one call, its way, its results."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rules as predicates
from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry import kept
from summitry.people.models import scope_of
from summitry.record import registry
from summitry.record.models import Entry
from summitry.record.queries import entries_about
from summitry.text.value import Text

from ..models import (
    Call,
    Decision,
    Revision,
    RuleSet,
    StageRun,
)
from ..queries.answers import Appeals, appeals_of
from ..queries.public import accepted_in
from ..rules import RuleSet as Rules


@dataclass(frozen=True, slots=True)
class Step:
    """One stage as `.crossing` draws it: state is "done", "now" or "todo"."""

    name: Any
    opens: datetime | None
    closes: datetime | None
    state: str
    entry: Entry | None = None
    page: str = ""  # the address under which everybody sees it, once it has begun


@dataclass(frozen=True, slots=True)
class Version:
    """A frozen version of the rules with its entry in the record."""

    version: int
    reason: Text
    digest: str
    made_at: Any
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class Detail:
    call: Call
    rules: Rules
    steps: list[Step]
    versions: list[Version]
    languages: list[str]


def earlier_calls() -> QuerySet[Call]:
    """Calls that are over: published or being judged, the last to close first."""
    now = timezone.now()
    return (
        Call.objects.public()
        .filter(Q(closes_at__lt=now) | ~Q(state=Call.State.OPEN))
        .order_by(F("closes_at").desc(nulls_last=True), "-pk")
    )


def steps_of(call: Call, runs: Iterable[StageRun], entries: Mapping[tuple[str, str], Entry]) -> list[Step]:
    """The way of a call: submissions, each stage, the answer. No query."""
    state = "todo"
    if call.is_accepting():
        state = "now"
    elif call.closed_at or (call.closes_at and call.closes_at < timezone.now()):
        state = "done"
    found = [Step(_("Submissions"), call.opens_at, call.closes_at, state, entries.get(("calls.closed", "")))]
    states: dict[str, str] = {
        StageRun.State.PENDING: "todo",
        StageRun.State.OPEN: "now",
        StageRun.State.CLOSED: "done",
    }
    by_key = {run.key: run for run in runs}
    for stage in call.rules.stages:
        run = by_key.get(stage.key)
        entry = entries.get(("calls.stage_closed", stage.key))
        found.append(
            Step(
                stage.name,
                stage.opens_at,
                stage.closes_at,
                states[run.state] if run else "todo",
                entry,
                _front(call, run) if run else "",
            )
        )
    return found


def _front(call: Call, run: StageRun) -> str:
    name = run.component.front
    return reverse(name, args=[call.slug, run.key]) if name and run.state != StageRun.State.PENDING else ""


def record_of(call: Call) -> list[Entry]:
    """What the record says of a call. One query."""
    return list(entries_about(scope_of(call)))


def by_stage(entries: Iterable[Entry]) -> dict[tuple[str, str], Entry]:
    """The last entry of each kind and stage (its key; empty for the call itself)."""
    return {(one.kind, str(one.facts.get("key", ""))): one for one in entries}


def detail(slug: str, user: Any) -> Detail | None:
    """A call's public page, None if there is none for this user. Four queries."""
    call = Call.objects.filter(slug=slug).first()
    if call is None or (
        call.state == Call.State.DRAFT
        and not (user.is_authenticated and predicates.has_perm("calls.view_call", user, call))
    ):
        return None
    kept.depends(f"call:{call.pk}")
    entries = record_of(call)
    codes = list(call.rules.languages) or list(settings.CONTENT_LANGUAGES)
    steps = steps_of(call, call.stages.all(), by_stage(entries))
    return Detail(call, call.rules, steps, versions_of(call, entries), codes)


def versions_of(call: Call, entries: Iterable[Entry]) -> list[Version]:
    """The frozen rules, the newest first, each with the entry that holds its digest. One query."""
    by_digest = {str(one.facts.get("rules")): one for one in entries if one.facts.get("rules")}
    return [
        Version(one.version, one.reason, one.digest, one.made_at, by_digest.get(one.digest))
        for one in RuleSet.objects.filter(call=call).defer("rules").order_by("-version")
    ]


def ahead(call: Call) -> list[Step]:
    """What is still to come, for a receipt. One query."""
    return [one for one in steps_of(call, call.stages.all(), {})[1:] if one.state != "done"]


@dataclass(frozen=True, slots=True)
class Results:
    """What was accepted in a published call, by tier and then by the order."""

    call: Call
    entry: Entry | None
    digest: str
    sent: int
    accepted: list[Decision]
    revised: Mapping[int, Revision]  # by decision: how an entry came in after the seal
    appeals: Appeals | None


def results(slug: str) -> Results | None:
    """None before publication. Six queries."""
    call = Call.objects.filter(slug=slug, state=Call.State.PUBLISHED).first()
    if call is None:
        return None
    kept.depends(f"call:{call.pk}", f"submissions:{call.pk}")
    sealed = entries_about(scope_of(call.verdict)).filter(kind="calls.sealed").last()
    accepted = accepted_in(call)
    later = Revision.objects.filter(decision__in=accepted).order_by("pk")
    return Results(
        call,
        sealed,
        call.verdict.digest,
        call.submissions.sent().count(),
        accepted,
        {one.decision_id: one for one in later},
        appeals_of(call),
    )


def address_of(subject: str) -> str:
    """The page of what came of an entry, empty if it has none."""
    name, key = registry.split(subject)
    known = registry.subjects.get(name)
    return (known.url(key) or "") if known and known.url else ""
