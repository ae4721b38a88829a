"""Adoption: begun in a registered way, objected to, decided."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import Organisation, User
from summitry.people.queries import person_of
from summitry.record.act import act, require
from summitry.text.moments import exact
from summitry.text.value import Text

from .. import signing_letters, ways
from ..models import Adoption, Objection, Version
from ..queries import speakers
from .common import lock
from .signing_common import checked_file, public_words, speaking_for, told_of

_LONGEST = {"place": 300, "chair": 300, "statement": 5000, "reference": 1000}


@act
def begin_adoption(
    actor: User | None,
    version: Version,
    way: str,
    *,
    entitled: Iterable[Organisation] = (),
    file: UploadedFile | None = None,
    now: datetime | None = None,
    **facts: Any,
) -> Adoption:
    """Puts the final version of a document to adoption, in one of the registered ways; a way without a window
    adopts it at once. facts: the columns that the way takes. entitled: who may object; if none are named, all
    for whom somebody speaks now. None as the actor is the operator.

    Raises PermissionDenied; ValidationError by field.
    """
    if actor is not None:
        require(actor, "documents.adopt", version)
    now = now or timezone.now()
    lock(version.document)
    version = lock(version)
    if not ways.known(way):
        raise ValidationError({"way": _("There is no such way to adopt a text.")})
    _check_ready(version)
    adoption, kind = Adoption(version=version, way=way, begun_at=now), ways.way(way)
    for name, longest in _LONGEST.items():
        if facts.get(name):
            facts[name] = public_words(facts[name], name, None, longest)
    kind.begin(adoption, {**facts, "entitled": entitled, "file": file}, now)
    if file is not None and "file" in kind.columns:
        adoption.file_name, adoption.file_digest = checked_file(file, "file")
        adoption.file = file
    bodies = list(entitled) or speakers.represented() if "entitled" in kind.columns else []
    if "entitled" in kind.columns and not bodies:
        raise ValidationError(
            {"entitled": _("Nobody speaks for an organisation here yet: name who may object.")}
        )
    if not kind.window:
        adoption.state, adoption.decided_at = Adoption.State.ADOPTED, now
    adoption.full_clean()
    adoption.save()
    adoption.entitled.set(bodies)
    _told(adoption, "adoption_begun", actor, way=way, entitled=len(bodies), **_window(adoption))
    if kind.window:
        signing_letters.adoption_begun(adoption, bodies)
    else:
        _adopt(adoption, actor, now)
    return adoption


def _check_ready(version: Version) -> None:
    """Raises ValidationError unless this version can be put to adoption."""
    if not version.is_public or version.stage != Version.Stage.FINAL:
        raise ValidationError(_("Only a published final text is put to adoption."), code="state")
    if Adoption.objects.filter(version=version).exists():
        raise ValidationError(
            _("This version has been put to adoption already. A new version opens the question again."),
            code="state",
        )
    others = version.document.versions.exclude(pk=version.pk)
    if others.filter(adopted_at__isnull=False).exists():
        raise ValidationError(_("Another version of this document is adopted."), code="state")
    if others.filter(number__gt=version.number).exists():
        raise ValidationError(_("There is a later version, or a draft of one."), code="state")


def _window(adoption: Adoption) -> dict[str, Any]:
    return {
        name: value.isoformat() if (value := getattr(adoption, name)) else None
        for name in ("opens_at", "closes_at")
    }


def _told(adoption: Adoption, kind: str, actor: User | None, *, by: str = "", **facts: Any) -> None:
    version = adoption.version
    told_of(adoption.subject, version.document, kind, actor, by=by, number=version.number, **facts)


def _adopt(adoption: Adoption, actor: User | None, now: datetime, by: str = "") -> None:
    version = adoption.version
    version.adopted_at = now
    version.full_clean()
    version.save(update_fields=["adopted_at"])
    document, number = version.document, version.number
    told_of(
        version.subject,
        document,
        "adopted",
        actor,
        by=by,
        number=number,
        way=adoption.way,
        digest=version.digest,
    )


def _held(adoption: Adoption) -> Adoption:
    """An adoption as it stands now, held, its document and its version first."""
    lock(adoption.version.document)
    version = lock(adoption.version)
    found = Adoption.objects.select_for_update(of=("self",)).get(pk=adoption.pk)
    found.version = version
    return found


@act
def object_to_adoption(
    actor: User,
    adoption: Adoption,
    organisation: Organisation,
    reason: Text | str,
    *,
    now: datetime | None = None,
) -> Objection:
    """Objects for an entitled organisation, with a reason that everybody can read, while the window is open;
    its last instant counts. Twice the same gives the same; after a withdrawal one may object again.

    Raises PermissionDenied; ValidationError by field.
    """
    require(actor, "documents.speak_for", organisation)
    now = now or timezone.now()
    adoption = _held(adoption)
    if not adoption.entitled.filter(pk=organisation.pk).exists():
        raise PermissionDenied(_("This organisation is not among those that may object."))
    _check_open(adoption, now)
    why = public_words(reason, "reason", _("Say why: everybody can read it."), 5000)
    if found := adoption.standing().filter(organisation=organisation).first():
        if found.reason.values == why.values:
            return found
        raise ValidationError(_("Your organisation has objected already. Withdraw that first."))
    made = Objection.objects.create(
        adoption=adoption, organisation=organisation, person=person_of(actor), reason=why, at=now
    )
    by = speaking_for(actor, organisation)
    _told(adoption, "objected", actor, by=by, organisation=organisation.name, reason=why)
    return made


@act
def withdraw_objection(actor: User, objection: Objection, *, now: datetime | None = None) -> Objection:
    """Takes an objection back while the window is open; it stays readable. Twice changes nothing. Raises
    PermissionDenied; ValidationError."""
    require(actor, "documents.speak_for", objection.organisation)
    now = now or timezone.now()
    adoption = _held(objection.adoption)
    objection = Objection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    if objection.withdrawn_at is not None:
        return objection
    _check_open(adoption, now)
    objection.withdrawn_at = now
    objection.save(update_fields=["withdrawn_at"])
    organisation = objection.organisation
    by = speaking_for(actor, organisation)
    _told(adoption, "objection_withdrawn", actor, by=by, organisation=organisation.name)
    return objection


def _check_open(adoption: Adoption, now: datetime) -> None:
    """Raises ValidationError, naming the moments, unless objections are taken now."""
    if adoption.opens_at is None or adoption.closes_at is None:
        raise ValidationError(_("This text is not adopted by consensus: nobody objects."), code="state")
    if now < adoption.opens_at:
        raise ValidationError(
            _("Objections are taken from %(begin)s.") % {"begin": exact(adoption.opens_at)}, code="early"
        )
    if now > adoption.closes_at or adoption.state != Adoption.State.OPEN:
        raise ValidationError(
            _("Objections were taken until %(end)s; yours arrived at %(now)s.")
            % {"end": exact(adoption.closes_at), "now": exact(now)},
            code="late",
        )


@act
def close_adoption(actor: User | None, adoption: Adoption, *, now: datetime | None = None) -> Adoption:
    """Decides at the end of the window: adopted, unless an objection stands or a later version has been
    published in the meantime. Twice changes nothing. None as the actor is the clock.

    Raises PermissionDenied; ValidationError before the end.
    """
    if actor is not None:
        require(actor, "documents.adopt", adoption.version)
    now = now or timezone.now()
    adoption = _held(adoption)
    if adoption.state != Adoption.State.OPEN:
        return adoption
    if adoption.closes_at is None or now <= adoption.closes_at:
        raise ValidationError(_("The window for objections is still open."), code="early")
    later = adoption.version.document.versions.filter(
        number__gt=adoption.version.number, published_at__isnull=False
    ).exists()
    adopted = not later and adoption.kind.adopts(adoption)
    adoption.state = Adoption.State.ADOPTED if adopted else Adoption.State.FAILED
    adoption.decided_at = now
    adoption.save(update_fields=["state", "decided_at"])
    standing = adoption.standing().count()
    by = "rules" if actor is None else ""
    if adopted:
        _told(adoption, "adoption_held", actor, by=by)
        _adopt(adoption, actor, now, by)
    else:
        _told(adoption, "adoption_failed", actor, by=by, objections=standing, superseded=later)
    signing_letters.adoption_decided(adoption)
    return adoption


def close_due_adoptions() -> int:
    """For the worker's schedule: decides the adoptions whose window is over. How many."""
    due = list(Adoption.objects.due().select_related("version__document"))
    for adoption in due:
        close_adoption(None, adoption)
    return len(due)
