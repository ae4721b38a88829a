"""The chair's decisions, the sealed verdict, and its publication."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from summitry.people.models import Role, User, scope_of
from summitry.people.queries import acting_as, person_of
from summitry.record.act import act, require
from summitry.record.acts import enter
from summitry.text.value import Text

from .. import outcomes, verdicts
from ..models import Call, Decision, StageRun, Submission, Verdict
from .common import applicants, as_text, check_length, check_version, letter, lock, manager_of, open_stage_for
from .running import finish, start

CHAIR = (Role.JURY_CHAIR,)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the chair decides of one entry. A rejection needs a reason, of her own or a standard one by its
    key; a departure from the computed order needs a departure reason, which is published."""

    result: Literal["accepted", "rejected"]
    tier: str = ""
    reason: Text | str = ""
    standard: str = ""
    departure_reason: Text | str = ""


@act
def decide(actor: User, call: Call, choices: Mapping[int, Choice], version: int | None = None) -> Call:
    """Put decisions on the call's sheet: submission key -> choice. All of them or, on any fault, none.

    What is not named stays as it was decided before. May be repeated until the verdict is sealed. `version`
    is `call.sheet` as the chair saw it: Stale if another chair has changed the sheet since. Faults are told
    by field: "result_KEY", "tier_KEY", "reason_KEY", "departure_KEY"."""
    require(actor, "calls.decide_call", call)
    call = lock(call)
    run = open_stage_for(call, "decide")
    check_version(version, call.sheet)
    entries = {
        entry.pk: entry
        for entry in Submission.objects.filter(call=call).in_the_running().select_related("decision")
    }
    seen = set(
        Submission.objects.filter(call=call)
        .on_duty_of(actor)
        .filter(pk__in=entries)
        .values_list("pk", flat=True)
    )
    errors: dict[str, Any] = {}
    person, now = person_of(actor), timezone.now()
    sheet = {pk: entry.decision for pk, entry in entries.items() if hasattr(entry, "decision")}
    touched: set[int] = set()
    for pk, choice in choices.items():
        if pk not in seen:
            raise ValidationError(
                _("One of these entries is not before you. Nothing was saved."), code="unseen"
            )
        decision = _decision(sheet.get(pk) or Decision(submission=entries[pk]), choice, run, call, errors)
        if not _unchanged(sheet.get(pk), decision):
            touched.add(pk)
            decision.decided_by, decision.decided_at = person, now
        sheet[pk] = decision
    _check_quotas(call, entries, sheet)
    given = verdicts.inputs(call, call.frozen(), "")
    standings = verdicts.order(given)
    departing = verdicts.departures(
        given, standings, {entries[pk].ref: (one.result, one.tier) for pk, one in sheet.items()}
    )
    for pk, decision in sheet.items():
        decision.computed_rank = standings[entries[pk].ref].rank
        decision.departs = entries[pk].ref in departing
        if decision.departs and not decision.departure_reason and pk in seen:
            errors[f"departure_{pk}"] = _(
                "%(ref)s: this departs from the computed order. Say why; the reason is published."
            ) % {"ref": entries[pk].ref}
        if not decision.departs:
            decision.departure_reason = Text()
    if errors:
        raise ValidationError(errors)
    for decision in sheet.values():
        decision.save()
    if touched:
        call.sheet += 1
        call.save(update_fields=["sheet"])
    return call


def _unchanged(old: Decision | None, new: Decision) -> bool:
    if old is None or old.pk is None:
        return False
    names = ("result", "tier", "reason", "standard", "departure_reason")
    stored = Decision.objects.get(pk=old.pk)
    return all(getattr(stored, name) == getattr(new, name) for name in names)


def _decision(
    decision: Decision, choice: Choice, run: StageRun, call: Call, errors: dict[str, Any]
) -> Decision:
    """The decision as the choice makes it; what is wrong with it goes to `errors`."""
    pk = decision.submission_id
    if choice.result not in Decision.Result.values:
        errors[f"result_{pk}"] = _("Accept or reject.")
        return decision
    tiers = call.rules.decision.tiers
    accepted = choice.result == Decision.Result.ACCEPTED
    if accepted and tiers and call.rules.tier(choice.tier) is None:
        errors[f"tier_{pk}"] = _("Choose a tier.")
    if choice.tier and (not accepted or not tiers):
        errors[f"tier_{pk}"] = _("Only an accepted entry has a tier.")
    reason, departure = as_text(choice.reason), as_text(choice.departure_reason)
    if choice.standard and run.rule.reason(choice.standard) is None:
        errors[f"reason_{pk}"] = _("Choose one of the standard reasons of this stage.")
    elif not accepted and not reason and not choice.standard:
        errors[f"reason_{pk}"] = _("A rejection needs a reason: the applicant reads it.")
    check_length(reason, f"reason_{pk}", 5000)
    check_length(departure, f"departure_{pk}", 5000)
    decision.result, decision.tier = choice.result, choice.tier
    decision.reason, decision.standard, decision.departure_reason = reason, choice.standard, departure
    return decision


def _check_quotas(call: Call, entries: Mapping[int, Submission], sheet: Mapping[int, Decision]) -> None:
    """Refuse more accepted entries than the rules have places, in all, by category and by tier."""
    rules = call.rules
    accepted = [pk for pk, one in sheet.items() if one.is_accepted]
    limits: list[tuple[str, int | None, int]] = [("", rules.decision.places, len(accepted))]
    for category in rules.categories:
        count = sum(entries[pk].category == category.key for pk in accepted)
        limits.append((str(category.name), category.quota, count))
    for tier in rules.decision.tiers:
        limits.append((str(tier.name), tier.quota, sum(sheet[pk].tier == tier.key for pk in accepted)))
    for name, most, count in limits:
        if most is not None and count > most:
            said = ngettext(
                "There is %(most)d place and %(count)d are accepted.",
                "There are %(most)d places and %(count)d are accepted.",
                most,
            ) % {"most": most, "count": count}
            raise ValidationError(
                _("%(name)s: %(said)s") % {"name": name, "said": said} if name else said, code="quota"
            )


def _reject_screened_out(call: Call, now: Any) -> None:
    """Who failed the screening is rejected with the screener's reason, if nobody has decided so already."""
    failed = (
        Submission.objects.filter(call=call).sent().filter(screenings__passed=False, decision=None).distinct()
    )
    for submission in failed:
        screening = submission.screenings.filter(passed=False).select_related("stage").order_by("pk")[0]
        screening.stage.call = call
        Decision.objects.create(
            submission=submission,
            result=Decision.Result.REJECTED,
            reason=screening.words,
            decided_by=screening.screener,
            decided_at=now,
        )


@act
def seal_verdict(actor: User, call: Call, version: int | None = None) -> Verdict:
    """Seal the decisions of a call: inputs, rules, seed, computed order and decisions as one canonical text,
    whose digest enters the record. Deliberation is closed and the call decided. Nothing of it changes
    afterwards. Sealing what is sealed gives the verdict back.

    Every entry in the running must have its decision, and every departure its reason.
    """
    require(actor, "calls.seal_call", call)
    call = lock(call)
    if call.is_sealed:
        return call.verdict
    run = open_stage_for(call, "decide")
    check_version(version, call.sheet)
    now, rules = timezone.now(), call.frozen()
    salt = secrets.token_hex(32)
    given = verdicts.inputs(call, rules, salt)
    entries = list(call.submissions.in_the_running().select_related("decision").order_by("number"))
    open_ones = [entry.ref for entry in entries if not hasattr(entry, "decision")]
    if open_ones:
        raise ValidationError(
            ngettext(
                "%(count)d entry has no decision yet.",
                "%(count)d entries have no decision yet.",
                len(open_ones),
            )
            % {"count": len(open_ones)},
            code="undecided",
        )
    _check_quotas(
        call, {entry.pk: entry for entry in entries}, {entry.pk: entry.decision for entry in entries}
    )
    standings = verdicts.order(given)
    departing = verdicts.departures(
        given, standings, {entry.ref: (entry.decision.result, entry.decision.tier) for entry in entries}
    )
    missing = 0
    for entry in entries:
        decision = entry.decision
        decision.computed_rank, decision.departs = standings[entry.ref].rank, entry.ref in departing
        missing += decision.departs and not decision.departure_reason
        decision.save(update_fields=["computed_rank", "departs"])
    if missing:
        raise ValidationError(
            ngettext(
                "%(count)d departure from the computed order has no reason yet.",
                "%(count)d departures from the computed order have no reason yet.",
                missing,
            )
            % {"count": missing},
            code="unexplained",
        )
    _reject_screened_out(call, now)
    decided = Decision.objects.filter(submission__in=call.submissions.sent()).select_related("submission")
    listed = [
        {"ref": one.submission.ref, "result": one.result, "tier": one.tier}
        for one in decided.order_by("submission__number")
    ]
    body = verdicts.seal(given, listed, salt)
    call.state, call.decided_at = Call.State.DECIDED, now
    call.save(update_fields=["state", "decided_at"])
    verdict = Verdict.objects.create(
        call=call,
        rules=rules,
        seed=call.seed,
        body=body,
        digest=hashlib.sha256(body.encode()).hexdigest(),
        sealed_at=now,
    )
    by = acting_as(actor, call, *CHAIR)
    enter(
        "calls.sealed",
        subject=scope_of(verdict),
        facts={
            "title": call.title,
            "slug": call.slug,
            "verdict": verdict.digest,
            "rules": rules.digest,
            "seed": call.seed,
            "departures": len(departing),
        },
        by=by,
        actor=actor,
    )
    run.call = call
    finish(run, by, actor)
    return verdict


def _publishing_run(call: Call, by: str, actor: User) -> StageRun:
    """The stage that publishes, opened if it is its turn."""
    run = call.stages.allowing("publish").get()
    run.call = call
    if run.state == StageRun.State.PENDING:
        start(run, by, actor)
    return run


def _entry_name(submission: Submission) -> Text | str:
    """How the record calls an accepted entry: by its title if that is public, else by its number."""
    field = submission.call.rules.by_role("title")
    title = submission.title
    public = field is not None and field.visibility == "public" and "@" not in "".join(title.values.values())
    return title if title and public else submission.ref


@act
def publish(actor: User, call: Call) -> Call:
    """Publish the sealed verdict: each applicant gets her answer and its reason in her language, each
    accepted entry becomes what the call's outcome makes of it, and the clock for appeals starts. Whole or
    not at all; twice changes nothing."""
    require(actor, "calls.publish_call", call)
    call = lock(call)
    if call.is_published:
        return call
    if not call.is_sealed:
        raise ValidationError(_("The verdict must be sealed before it can be published."))
    by = manager_of(actor, call)
    run = _publishing_run(call, by, actor)
    now = timezone.now()
    outcome = outcomes.get(call.outcome)
    decisions = list(
        Decision.objects.filter(submission__in=call.submissions.sent())
        .select_related("submission__applicant__user", "submission__organisation")
        .prefetch_related("submission__co_applicants__person__user")
        .order_by("submission__number")
    )
    call.state, call.published_at = Call.State.PUBLISHED, now
    call.appeals_until = now + timedelta(days=call.rules.appeal_days) if call.rules.appeal_days else None
    call.save(update_fields=["state", "published_at", "appeals_until"])
    for decision in decisions:
        submission = decision.submission
        submission.call = call
        submission.state = Submission.State.ACCEPTED if decision.is_accepted else Submission.State.REJECTED
        submission.save(update_fields=["state"])
        if decision.is_accepted:
            _make_real(actor, decision, outcome, by)
    for decision in decisions:
        for user in applicants(decision.submission):
            context = {"call": call, "submission": decision.submission, "decision": decision}
            letter("answer", user, context, "calls:mine")
    finish(run, by, actor)
    enter(
        "calls.published",
        subject=scope_of(call.verdict),
        facts={
            "title": call.title,
            "slug": call.slug,
            "verdict": call.verdict.digest,
            "accepted": sum(one.is_accepted for one in decisions),
            "rejected": sum(not one.is_accepted for one in decisions),
        },
        by=by,
        actor=actor,
    )
    return call


def _make_real(actor: User, decision: Decision, outcome: outcomes.Outcome, by: str) -> None:
    submission = decision.submission
    try:
        decision.outcome = outcome.make(actor, decision) or ""
    except ValidationError as error:
        raise ValidationError(
            _("%(ref)s cannot be published: %(reasons)s")
            % {"ref": submission.ref, "reasons": " ".join(error.messages)},
            code="outcome",
        ) from error
    decision.save(update_fields=["outcome"])
    enter(
        "calls.accepted",
        subject=scope_of(submission),
        facts={
            "call": submission.call.slug,
            "ref": submission.ref,
            "entry": _entry_name(submission),
            "tier": decision.tier or None,
            "outcome": decision.outcome or None,
        },
        by=by,
        actor=actor,
    )
