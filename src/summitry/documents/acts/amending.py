"""Amendments: proposed as tracked words, supported, withdrawn, combined."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import Organisation, User
from summitry.record.act import act, require
from summitry.text import languages
from summitry.text.value import Text

from .. import consulting, consulting_letters, proposals
from .. import evidence as basis
from ..models import Amendment, Contribution, Support, Version
from ..models.consulting import LONGEST_COMMENT
from ..models.texts import LONGEST
from .commenting import hold, next_number, provision_of, told_of
from .common import enterable, lock
from .words import line, lines, reason_of

State = Contribution.State
MOST_COMBINED = 50


def _change(version: Version, change: str, anchor: str, language: str, words: str) -> dict[str, Any]:
    """The columns that say what is to change. Raises ValidationError by field."""
    kind = proposals.get(change)
    provision = provision_of(version, anchor)
    if provision is None and kind.replaces:
        raise ValidationError({"anchor": _("Say which provision is to change.")})
    if language not in version.document.languages:
        raise ValidationError({"language": _("This document does not speak that language.")})
    base = provision.text.get(language) if provision is not None and kind.replaces else ""
    if kind.replaces and not base:
        raise ValidationError({"language": _("This provision has no words in that language.")})
    proposed = line(words, "words", LONGEST)
    kind.check(base, proposed)
    return {"change": change, "anchor": anchor, "language": language, "base": base, "words": proposed}


def _same(version: Version, **columns: Any) -> Amendment | None:
    return version.amendments.filter(state=State.SHOWN, **columns).first()


@act
def amend(
    actor: User,
    version: Version,
    change: str,
    *,
    anchor: str,
    words: str = "",
    language: str = "",
    reason: str,
    reason_language: str = "",
    organisation: Organisation | None = None,
    now: datetime | None = None,
) -> Amendment:
    """Proposes a change of a provision, in one language of the document (its source unless named), with the
    reason, while comments run. change: a key of `proposals`. The same twice gives the same.

    The record holds what kind of change, where, and a commitment to the words. Raises PermissionDenied;
    ValidationError by field, or with the exact times for what is late."""
    now = now or timezone.now()
    require(actor, "documents.comment", version)
    version = lock(version)
    consulting.check_open(version, now)
    consulting.check_speaker(actor, organisation)
    columns = _change(version, change, anchor, language or version.document.source, words)
    why = lines(reason, "reason", LONGEST_COMMENT, _("Say why."))
    if same := _same(version, person=actor.person, organisation=organisation, **columns):
        return same
    made = Amendment.objects.create(
        version=version,
        number=next_number(Amendment, version),
        person=actor.person,
        organisation=organisation,
        text=Text.of(why, reason_language or languages.current()),
        made_at=now,
        **columns,
    )
    _enter(made, actor, "participant")
    return made


def _enter(made: Amendment, actor: User | None, by: str = "") -> None:
    told_of(
        made,
        "amendment_proposed",
        actor,
        by=by,
        anchor=made.anchor,
        change=made.change,
        private={"words": {"words": made.words, "reason": made.text.values}},
    )


@act
def propose_amendment(
    actor: User | None,
    version: Version,
    change: str,
    *,
    anchor: str,
    words: str = "",
    language: str = "",
    reason: Text | str,
    evidence: Mapping[str, Any] | None = None,
) -> Amendment:
    """Proposes a change in the secretariat's name, also when comments do not run; for instance what united an
    opinion vote. evidence: plain data that says where it comes from (`origin`, an address) and what it
    rests on; it is public.

    Raises PermissionDenied; ValidationError by field."""
    if actor is not None:
        require(actor, "documents.propose_for_house", version)
    version = lock(version)
    _check_current(version)
    columns = _change(version, change, anchor, language or version.document.source, words)
    why = reason_of(reason)
    enterable(columns["words"], "words")
    found = dict(evidence or {})
    try:
        basis.digest(found)
    except (TypeError, ValueError) as error:
        raise ValidationError({"evidence": _("Evidence is plain data.")}) from error
    if same := _same(version, person=None, evidence=found, **columns):
        return same
    made = Amendment.objects.create(
        version=version,
        number=next_number(Amendment, version),
        text=why,
        evidence=found,
        made_at=timezone.now(),
        **columns,
    )
    _enter(made, actor)
    return made


def _check_current(version: Version) -> None:
    later = version.document.versions.filter(number__gt=version.number, published_at__isnull=False)
    if not version.is_public or version.adopted_at is not None or later.exists():
        raise ValidationError(_("Amendments are made to the newest version, as long as it is not adopted."))


def _check_standing(said: Amendment) -> None:
    if why := consulting.settled(said):
        raise ValidationError(why, code="state" if said.state != State.SHOWN else "answered")


@act
def withdraw_amendment(actor: User, said: Amendment) -> Amendment:
    """Takes one's amendment back while it has no answer; it stays to be read, marked as withdrawn. Twice
    changes nothing. Raises PermissionDenied; ValidationError."""
    require(actor, "documents.withdraw_contribution", said)
    said = hold(said)
    if said.state == State.WITHDRAWN:
        return said
    _check_standing(said)
    said.state, said.decided_at = State.WITHDRAWN, timezone.now()
    said.save(update_fields=["state", "decided_at"])
    told_of(said, "amendment_withdrawn", actor, by="participant")
    return said


def _behind(said: Amendment, actor: User, organisation: Organisation | None) -> Support | None:
    """The support of this person or of this organisation, whoever gave it."""
    if organisation is not None:
        return said.supports.filter(organisation=organisation).first()
    return said.supports.filter(person=actor.person, organisation=None).first()


@act
def support(
    actor: User, said: Amendment, *, organisation: Organisation | None = None, now: datetime | None = None
) -> Support:
    """Stands behind an amendment, for herself or for an organisation, each once, while comments run. Twice
    gives the same. Raises PermissionDenied; ValidationError."""
    now = now or timezone.now()
    require(actor, "documents.comment", said.version)
    said = hold(said)
    consulting.check_open(said.version, now)
    consulting.check_speaker(actor, organisation)
    _check_standing(said)
    if (found := _behind(said, actor, organisation)) is not None:
        return found
    if said.person_id == actor.person.pk and said.organisation == organisation:
        raise ValidationError(_("This is your own amendment: others can support it."), code="own")
    made = Support.objects.create(amendment=said, person=actor.person, organisation=organisation, made_at=now)
    told_of(said, "amendment_supported", actor, by="participant", organised=organisation is not None)
    return made


@act
def withdraw_support(actor: User, said: Amendment, *, organisation: Organisation | None = None) -> Amendment:
    """Stands behind an amendment no longer, as long as it has no answer. Twice changes nothing. Raises
    PermissionDenied; ValidationError."""
    require(actor, "documents.comment", said.version)
    said = hold(said)
    found = _behind(said, actor, organisation)
    if found is None:
        return said
    if organisation is not None:
        consulting.check_speaker(actor, organisation)
    _check_standing(said)
    found.delete()
    told_of(said, "support_withdrawn", actor, by="participant", organised=organisation is not None)
    return said


@act
def combine_amendments(
    actor: User, parts: Sequence[Amendment], *, words: str = "", reason: Text | str
) -> Amendment:
    """Makes one amendment, in the secretariat's name, of several that want the same kind of change at the
    same place and in the same language, for a reason that everybody can read. They stay to be read, point to
    it and get its answer; their proposers are told. Raises PermissionDenied; ValidationError."""
    if not 2 <= len({one.pk for one in parts}) <= MOST_COMBINED:
        raise ValidationError({"parts": _("Choose two amendments or more.")})
    if len({one.version_id for one in parts}) > 1:
        raise ValidationError({"parts": _("These amendments speak of different versions.")})
    require(actor, "documents.answer", parts[0].version)
    held = [hold(one) for one in sorted(parts, key=lambda one: one.number)]
    for one in held:
        _check_standing(one)
    if len({(one.anchor, one.change, one.language) for one in held}) > 1:
        raise ValidationError(
            {
                "parts": _(
                    "Only amendments of one kind, of the same provision and in the same language become one."
                )
            }
        )
    version, first = held[0].version, held[0]
    why = reason_of(reason)
    columns = _change(version, first.change, first.anchor, first.language, words)
    enterable(columns["words"], "words")
    made = Amendment.objects.create(
        version=version, number=next_number(Amendment, version), text=why, made_at=timezone.now(), **columns
    )
    for one in held:
        one.state, one.combined_into, one.decided_at = State.COMBINED, made, made.made_at
        one.save(update_fields=["state", "combined_into", "decided_at"])
        told_of(one, "amendment_combined", actor, into=made.number)
        consulting_letters.to_author(one, "combined", {"into": made, "reason": why})
    _enter(made, actor)
    return made
