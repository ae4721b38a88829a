"""The chair's decisions and the sealed verdict."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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

from .. import verdicts
from ..models import Call, Decision, Elimination, StageRun, Submission, Verdict
from ..orders import order_of
from .common import as_text, check_length, check_version, lock, open_stage_for
from .running import finish

CHAIR = (Role.JURY_CHAIR,)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the chair decides of one entry. Whoever is not accepted needs a reason, the chair's own or a
    standard one by its key; a departure from the computed order needs a departure reason, which is
    published."""

    result: Literal["accepted", "reserve", "rejected"]
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
    touched: set[int] = set()  # decided otherwise
    changed: set[int] = set()  # decided the same, but elsewhere in the order
    for pk, choice in choices.items():
        if pk not in seen:
            raise ValidationError(
                _("One of these entries is not before you. Nothing was saved."), code="unseen"
            )
        before = _said(sheet.get(pk))
        decision = _decision(sheet.get(pk) or Decision(submission=entries[pk]), choice, run, call, errors)
        if _said(decision) != before:
            touched.add(pk)
            decision.decided_by, decision.decided_at = person, now
        sheet[pk] = decision
    _check_quotas(call, entries, sheet)
    given, standings = order_of(call)
    departing = verdicts.departures(
        given,
        standings,
        {entries[pk].ref: (one.result, one.tier) for pk, one in sheet.items() if one.result},
    )
    for pk, decision in sheet.items():
        found = (standings[entries[pk].ref].rank, entries[pk].ref in departing)
        if (decision.computed_rank, decision.departs) != found:
            changed.add(pk)
        decision.computed_rank, decision.departs = found
        if decision.departs and not decision.departure_reason and pk in seen:
            errors[f"departure_{pk}"] = _(
                "%(ref)s: this departs from the computed order. Say why; the reason is published."
            ) % {"ref": entries[pk].ref}
        if not decision.departs and decision.departure_reason:
            changed.add(pk)
            decision.departure_reason = Text()
    if errors:
        raise ValidationError(errors)
    _save(sheet[pk] for pk in sorted(touched | changed))
    if touched:
        call.sheet += 1
        call.save(update_fields=["sheet"])
    return call


def _save(decisions: Iterable[Decision]) -> None:
    """Many at once: a sheet can have thousands of lines."""
    listed = list(decisions)
    names = ["result", "tier", "computed_rank", "departs", "reason", "standard", "departure_reason"]
    Decision.objects.bulk_create([one for one in listed if one.pk is None], batch_size=500)
    Decision.objects.bulk_update(
        [one for one in listed if one.pk is not None], [*names, "decided_at", "decided_by"], batch_size=200
    )


def _said(decision: Decision | None) -> tuple[Any, ...]:
    if decision is None:
        return ()
    names = ("result", "tier", "reason", "standard", "departure_reason")
    return tuple(getattr(decision, name) for name in names)


def _decision(
    decision: Decision, choice: Choice, run: StageRun, call: Call, errors: dict[str, Any]
) -> Decision:
    """The decision as the choice makes it; what is wrong with it goes to `errors`."""
    pk = decision.submission_id
    if choice.result not in Decision.Result.values:
        errors[f"result_{pk}"] = _("Accept or reject.")
        return decision
    if choice.result == Decision.Result.RESERVE and not call.rules.decision.reserve:
        errors[f"result_{pk}"] = _("This call has no reserve list.")
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
        errors[f"reason_{pk}"] = _("Who is not accepted is told why: give a reason.")
    check_length(reason, f"reason_{pk}", 5000)
    check_length(departure, f"departure_{pk}", 5000)
    decision.result, decision.tier = choice.result, choice.tier
    decision.reason, decision.standard, decision.departure_reason = reason, choice.standard, departure
    return decision


def _check_quotas(call: Call, entries: Mapping[int, Submission], sheet: Mapping[int, Decision]) -> None:
    """Refuse more accepted entries than the rules have places, in all, by category and by tier."""
    rules = call.rules
    accepted = [pk for pk, one in sheet.items() if one.is_accepted]
    waiting = sum(one.result == Decision.Result.RESERVE for one in sheet.values())
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
    if waiting > rules.decision.reserve:
        raise ValidationError(
            _("The reserve list has %(most)d places and %(count)d are on it.")
            % {"most": rules.decision.reserve, "count": waiting},
            code="quota",
        )


def _reject_those_out(call: Call, now: Any) -> None:
    """Who failed the screening, or was taken out by a stage, is rejected with the reason given there, if
    nobody has decided so already."""
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
    out = Elimination.objects.filter(submission__call=call, submission__decision=None)
    for one in out.filter(submission__in=call.submissions.sent()):
        Decision.objects.create(
            submission_id=one.submission_id,
            result=Decision.Result.REJECTED,
            reason=one.reason,
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
    _reject_those_out(call, now)
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
        number=call.verdicts.count() + 1,
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
    for one in call.stages.all():
        one.call = call
        one.component.sealed(one)
    call.__dict__["verdict"] = verdict
    run.call = call
    finish(run, by, actor)
    return verdict
