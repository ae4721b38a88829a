"""What everybody may ask: which calls there are, one call's page, how an entry was chosen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from summitry import kept
from summitry.people.models import scope_of
from summitry.record.models import Entry
from summitry.record.queries import story as entries_of
from summitry.text.value import Text

from .. import permissions
from ..models import Call, Decision, StageRun, Submission
from ..models import RuleSet as Version
from ..rules import RuleSet

LISTED = 100  # calls in a list that has no pages


def open_now(now: datetime | None = None) -> list[Call]:
    """Calls that take submissions now, the next deadline first. One query."""
    found = list(Call.objects.accepting(now).defer("working").order_by("closes_at", "pk")[:LISTED])
    kept.until(*(call.closes_at for call in found[:1]))
    return found


def upcoming_calls(now: datetime | None = None) -> list[Call]:
    """Calls that are announced, with frozen rules, and open later; the next first. One query."""
    now = now or timezone.now()
    rows = Call.objects.filter(state=Call.State.OPEN, opens_at__gt=now)
    found = list(rows.defer("working").order_by("opens_at", "pk")[:LISTED])
    kept.until(*(call.opens_at for call in found[:1]))
    return found


def published_calls() -> QuerySet[Call]:
    """Calls whose decisions are published, the newest first."""
    return Call.objects.filter(state=Call.State.PUBLISHED).defer("working").order_by("-published_at", "-pk")


@dataclass(frozen=True, slots=True)
class CallPage:
    """A call with what its page says. `sent` counts submissions; None while the call is open."""

    call: Call
    rules: RuleSet
    stages: list[StageRun]
    versions: list[Version]
    sent: int | None
    accepted: list[Decision]


def call_page(slug: str, user: Any = None) -> CallPage | None:
    """A call's page; a draft is there for those alone who work on it. Four queries, five once it is
    published."""
    call = Call.objects.filter(slug=slug).first()
    if call is None:
        return None
    drafted = call.state == Call.State.DRAFT
    if drafted and not (user and user.is_authenticated and permissions.view_call(user, call)):
        return None
    runs = list(call.stages.order_by("position"))
    for run in runs:
        run.call = call
    versions = list(call.versions.defer("rules").order_by("-version"))
    sent = None if drafted or call.state == Call.State.OPEN else call.submissions.sent().count()
    accepted = accepted_in(call) if call.is_published else []
    return CallPage(call, call.rules, runs, versions, sent, accepted)


def accepted_in(call: Call) -> list[Decision]:
    """What a published call accepted: by tier, then by the order. One query."""
    tiers = {tier.key: at for at, tier in enumerate(call.rules.decision.tiers)}
    found = Decision.objects.filter(
        submission__call=call, submission__state="accepted", result=Decision.Result.ACCEPTED
    ).select_related("submission__organisation", "submission__applicant")
    listed = list(found.order_by(F("computed_rank").asc(nulls_last=True), "submission__number"))
    for one in listed:
        one.submission.call = call
    return sorted(listed, key=lambda one: tiers.get(one.tier, 0))


@dataclass(frozen=True, slots=True)
class StoryStep:
    """One step on an entry's way: its heading, what happened in words, when, and the entry of the record."""

    title: Text | str
    detail: str
    at: datetime | None
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class Story:
    """How an accepted entry was chosen."""

    call: Call
    ref: str
    tier: Text | None
    rank: int | None
    departure_reason: Text
    steps: list[StoryStep]


def chosen_story(decision: Decision) -> Story | None:
    """How a published entry was chosen: the call, each stage with its counts, the decision, each with its
    entry in the record. None before publication, or once its place is given back. At
    most five queries."""
    submission = decision.submission
    call = submission.call
    if not call.is_published or not decision.is_accepted or submission.state != Submission.State.ACCEPTED:
        return None
    subjects = [scope_of(call), f"calls.verdict:{call.slug}", scope_of(submission)]
    found = list(entries_of(subjects))
    by_key: dict[tuple[str, str], Entry] = {}
    for entry in found:
        by_key[entry.kind, str(entry.facts.get("key") or "")] = entry
    counts = call.submissions.sent().aggregate(
        all=Count("pk"), accepted=Count("pk", filter=Q(state="accepted"))
    )
    opened, closed = by_key.get(("calls.opened", "")), by_key.get(("calls.closed", ""))
    steps = [StoryStep(_("Call"), _days(call), call.opened_at, opened)]
    received = ngettext("%(count)d submission", "%(count)d submissions", counts["all"]) % {
        "count": counts["all"]
    }
    steps.append(StoryStep(_("Submissions"), received, call.closed_at, closed))
    chosen = ngettext("%(count)d accepted", "%(count)d accepted", counts["accepted"]) % {
        "count": counts["accepted"]
    }
    for run in call.stages.order_by("position"):
        run.call = call
        closing = by_key.get(("calls.stage_closed", run.key))
        told = closing.facts.get("counts") if closing else None
        steps.append(StoryStep(run.rule.name, run.component.told(told or {}), run.closed_at, closing))
        if "decide" in run.component.allows:
            sealed = by_key.get(("calls.sealed", ""))
            steps.append(StoryStep(_("Decision"), chosen, call.decided_at, sealed))
    tier = decision.tier_rule
    return Story(
        call,
        submission.ref,
        tier.name if tier else None,
        decision.computed_rank,
        decision.departure_reason,
        steps,
    )


def _days(call: Call) -> str:
    if not call.opens_at or not call.closes_at:
        return ""
    days = max(1, (call.closes_at - call.opens_at).days)
    return ngettext("Open for %(count)d day", "Open for %(count)d days", days) % {"count": days}
