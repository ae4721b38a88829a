"""Making a call, opening it, amending it, closing it."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people import acts as people
from summitry.people import scopes
from summitry.people.acts.mandates import give
from summitry.people.models import Invitation, Mandate, Person, Role, User, scope_of
from summitry.people.queries import person_of
from summitry.record.act import act, require
from summitry.record.acts import enter
from summitry.text.moments import clock, exact
from summitry.text.value import Text

from .. import checks, rulesets, terms
from .. import rules as data
from ..models import Call, RuleSet, StageRun
from .common import applicants, as_text, check_length, check_version, letter, lock, manager_of

# After the deadline a call stays so long before it is closed, so that what arrived in time and waits for
# its turn is
# still taken. Nothing that arrives in these seconds is.
GRACE = timedelta(seconds=30)
LOCAL = (Role.SCREENER, Role.JUROR, Role.JURY_CHAIR, Role.ORGAN, Role.CALL_MANAGER)


def _rules(given: data.RuleSet | Mapping[str, Any]) -> data.RuleSet:
    """Rules that have been read once from their own JSON, so that what is stored can be read again, and that
    the editor can show. They may still contradict themselves."""
    found = data.parse(given.to_json() if isinstance(given, data.RuleSet) else given)
    if unusable := terms.unusable(found):
        raise data.RulesError(unusable)
    return found


@act
def create_call(
    actor: User,
    *,
    slug: str,
    template: str = "",
    rules: data.RuleSet | Mapping[str, Any] | None = None,
    title: Text | None = None,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    parent_scope: str = "",
) -> Call:
    """A draft call, from the name of a template or from rules; title and dates replace theirs.

    The rules may still contradict themselves: opening asks. Whoever manages calls everywhere becomes manager
    of this one. Raises RulesError for what cannot be read, ValidationError by field."""
    require(actor, "calls.create_call")
    found = _rules(rulesets.load(template) if template else rules or data.RuleSet())
    found = replace(
        found,
        title=title or found.title,
        opens_at=opens_at or found.opens_at,
        closes_at=closes_at or found.closes_at,
    )
    if parent_scope and not scopes.exists(parent_scope):
        raise ValidationError({"parent_scope": _("There is nothing here that this call could be part of.")})
    call = Call(slug=slug, parent_scope=parent_scope)
    call.set_rules(found)
    call.full_clean()
    call.save()
    if (Role.CALL_MANAGER, "institution") in actor.roles:
        give(
            person_of(actor),
            Role.CALL_MANAGER,
            scope_of(call),
            Text(),
            None,
            None,
            Role.CALL_MANAGER,
            actor,
        )
    return call


@act
def edit_rules(
    actor: User, call: Call, rules: data.RuleSet | Mapping[str, Any], version: int | None = None
) -> Call:
    """Replace the rules of a draft, its title, dates and outcome with them."""
    require(actor, "calls.edit_rules", call)
    call = lock(call)
    if call.state != Call.State.DRAFT:
        raise ValidationError(_("The rules of this call are frozen since it opened. Amend it instead."))
    check_version(version, call.version)
    call.set_rules(_rules(rules))
    call.version += 1
    call.full_clean()
    call.save()
    return call


@act
def discard_call(actor: User, call: Call) -> None:
    """Delete a draft. Its mandates end. Twice changes nothing."""
    require(actor, "calls.edit_rules", call)
    there = Call.objects.select_for_update().filter(pk=call.pk).first()
    if there is None:
        return
    if there.state != Call.State.DRAFT:
        raise ValidationError(_("A call that has been opened stays."))
    for mandate in Mandate.objects.in_force().filter(scope=scope_of(there)):
        people.end_mandate(None, mandate)
    there.delete()


def _check_local(role: str) -> None:
    if role not in LOCAL:
        raise ValidationError({"role": _("There is no such duty in a call.")})


@act
def appoint(actor: User, call: Call, person: Person, role: str, *, label: Text | None = None) -> Mandate:
    """Give a person a duty in this call: screener, juror, chair of the jury; the secretariat also a manager.

    Nobody who has one of two duties that exclude each other is given the other one.
    """
    require(actor, "calls.appoint", call)
    _check_local(role)
    return people.grant(actor, person, role, scope_of(call), label=label)


@act
def invite(
    actor: User,
    call: Call,
    email: str,
    role: str,
    *,
    name: Text | None = None,
    label: Text | None = None,
    language: str = "",
) -> Invitation:
    """Offer a duty in this call by e-mail."""
    require(actor, "calls.appoint", call)
    _check_local(role)
    return people.invite(actor, email, role, scope_of(call), name=name, label=label, language=language)


@act
def open_call(actor: User, call: Call, *, now: datetime | None = None) -> Call:
    """Open a draft: its rules are frozen as version 1, and their digest and that of the tie-break's seed
    enter the record.

    Raises RulesError with every reason why it cannot. Open already: ValidationError.
    """
    require(actor, "calls.open_call", call)
    now = now or timezone.now()
    call = lock(call)
    if call.state != Call.State.DRAFT:
        raise ValidationError(_("This call is open already."))
    rules = call.rules
    if found := checks.problems(rules, call, now):
        raise data.RulesError(found)
    call.state, call.opened_at = Call.State.OPEN, now
    call.seed = secrets.token_hex(32)
    call.seed_digest = hashlib.sha256(call.seed.encode()).hexdigest()
    call.version += 1
    call.full_clean()
    call.save()
    RuleSet.objects.create(call=call, version=1, rules=call.working, digest=rules.digest, made_at=now)
    for position, stage in enumerate(rules.stages):
        StageRun.objects.create(
            call=call,
            key=stage.key,
            position=position,
            kind=stage.kind,
            opens_at=stage.opens_at,
            closes_at=stage.closes_at,
        )
    enter(
        "calls.opened",
        subject=scope_of(call),
        facts={
            "title": call.title,
            "slug": call.slug,
            "rules": rules.digest,
            "seed_digest": call.seed_digest,
            "closes": clock(rules.closes_at) if rules.closes_at else None,
        },
        by=manager_of(actor, call),
        actor=actor,
    )
    return call


@act
def amend(
    actor: User,
    call: Call,
    rules: data.RuleSet | Mapping[str, Any],
    reason: Text | str,
    version: int | None = None,
    *,
    now: datetime | None = None,
) -> Call:
    """Correct the rules of an open call, in public: a new version, dated, with its reason; every applicant
    is told.

    Only words and dates can change, and no date that has passed. Rules that are equal already change nothing.
    """
    require(actor, "calls.amend_call", call)
    now = now or timezone.now()
    call = lock(call)
    if call.state not in {Call.State.OPEN, Call.State.CLOSED}:
        raise ValidationError(_("Only a call that is open, or being judged, can be amended."))
    fresh, old = _rules(rules), call.rules
    if fresh == old:
        return call
    check_version(version, call.version)
    why = as_text(reason)
    if not why:
        raise ValidationError({"reason": _("An amendment needs a reason that everybody can read.")})
    check_length(why, "reason", 2000)
    if fresh.skeleton() != old.skeleton():
        raise ValidationError(
            _("Only words and dates can be amended: what is asked, judged and decided stays as it was."),
            code="skeleton",
        )
    _check_dates(old, fresh, now)
    if found := checks.problems(fresh, call, now if call.state == Call.State.OPEN else None):
        raise data.RulesError(found)
    call.set_rules(fresh)
    call.version += 1
    call.full_clean()
    call.save()
    last = call.versions.order_by("-version").values_list("version", flat=True)[0]
    made = RuleSet.objects.create(
        call=call, version=last + 1, rules=call.working, digest=fresh.digest, reason=why, made_at=now
    )
    for run in call.stages.all():
        stage = fresh.stage(run.key)
        if stage:
            run.opens_at, run.closes_at = stage.opens_at, stage.closes_at
            run.save(update_fields=["opens_at", "closes_at"])
    enter(
        "calls.amended",
        subject=scope_of(call),
        facts={
            "title": call.title,
            "slug": call.slug,
            "version": made.version,
            "rules": made.digest,
            "before": old.digest,
            "reason": why,
        },
        by=manager_of(actor, call),
        actor=actor,
    )
    told = set()
    for submission in (
        call.submissions.exclude(state="withdrawn")
        .select_related("applicant__user")
        .prefetch_related("co_applicants__person__user")
    ):
        for user in applicants(submission):
            if user.pk not in told:
                told.add(user.pk)
                letter("amended", user, {"call": call, "reason": why}, "calls:detail", call.slug)
    return call


def _check_dates(old: data.RuleSet, fresh: data.RuleSet, now: datetime) -> None:
    """Refuse to move a date that has passed, or to put one where it has."""
    pairs = [("opens_at", old.opens_at, fresh.opens_at), ("closes_at", old.closes_at, fresh.closes_at)]
    for path, before, after in pairs:
        if before != after and ((before and before <= now) or after is None or after <= now):
            raise ValidationError(
                {path: _("A date that has passed stays, and a new one must still be ahead.")}
            )


def _close(call: Call, now: datetime, by: str, actor: User | None) -> Call:
    call.state, call.closed_at = Call.State.CLOSED, now
    call.save(update_fields=["state", "closed_at"])
    enter(
        "calls.closed",
        subject=scope_of(call),
        facts={"title": call.title, "slug": call.slug, "submissions": call.submissions.sent().count()},
        by=by,
        actor=actor,
    )
    return call


@act
def close_call(actor: User, call: Call, *, now: datetime | None = None) -> Call:
    """Close a call whose deadline has passed; before it, nobody can. Twice changes nothing."""
    require(actor, "calls.close_call", call)
    now = now or timezone.now()
    call = lock(call)
    if call.state == Call.State.DRAFT:
        raise ValidationError(_("This call has not been opened."))
    if call.state != Call.State.OPEN:
        return call
    if call.closes_at is None or now <= call.closes_at + GRACE:
        raise ValidationError(
            _("This call takes submissions until %(deadline)s. To change that, amend it.")
            % {"deadline": exact(call.closes_at) if call.closes_at else ""}
        )
    return _close(call, now, manager_of(actor, call), actor)


@act
def _close_due(pk: int, now: datetime) -> Call | None:
    call = Call.objects.select_for_update().get(pk=pk)
    if call.state != Call.State.OPEN or call.closes_at is None or now <= call.closes_at + GRACE:
        return None
    return _close(call, now, "clock", None)


def close_due_calls(*, now: datetime | None = None) -> list[Call]:
    """Close every call whose deadline has passed, each in an act of its own. Done again it changes
    nothing."""
    now = now or timezone.now()
    due = Call.objects.filter(state=Call.State.OPEN, closes_at__lt=now - GRACE).values_list("pk", flat=True)
    return [call for call in (_close_due(pk, now) for pk in list(due)) if call]
