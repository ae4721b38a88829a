"""Full powers: given by the person herself, verified by the depositary, ended."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import Organisation, Role, User
from summitry.people.queries import acting_as, person_of
from summitry.record.act import act, require
from summitry.text.value import Text

from .. import signing_letters
from ..models import Document, FullPowers
from .signing_common import checked_file, public_words, told_of

State = FullPowers.State


@act
def give_powers(
    actor: User,
    document: Document,
    organisation: Organisation,
    *,
    capacity: Text | str,
    file: UploadedFile,
    since: datetime | None = None,
    until: datetime | None = None,
    binding: bool = False,
    any_document: bool = False,
) -> FullPowers:
    """Brings the paper by which an organisation lets her sign a document, or any. The depositary verifies it.
    Nothing enters the record yet. The same again changes nothing, unless it has ended since.

    Raises PermissionDenied; ValidationError by field.
    """
    require(actor, "documents.give_powers", document)
    if not organisation.confirmed:
        raise ValidationError({"organisation": _("This organisation is not confirmed yet.")})
    words = public_words(capacity, "capacity", _("Say in what capacity you sign."), 200)
    name, digest = checked_file(file, "file")
    if until is not None and until <= timezone.now():
        raise ValidationError({"until": _("This is past.")})
    said = {
        "person": person_of(actor),
        "organisation": organisation,
        "document": None if any_document else document,
        "capacity": words,
        "binding": binding,
        "until": until,
        "file_digest": digest,
    }
    again = FullPowers.objects.exclude(state=State.REFUSED).filter(
        **said, **({"since": since} if since else {})
    )
    if found := again.first():
        return found
    made = FullPowers(**said, since=since or timezone.now(), file=file, file_name=name)
    made.full_clean()
    made.save()
    return made


def _held(powers: FullPowers) -> FullPowers:
    held = FullPowers.objects.select_for_update(of=("self",))
    return held.select_related("person__user", "organisation", "document").get(pk=powers.pk)


@act
def verify_powers(actor: User, powers: FullPowers) -> FullPowers:
    """The depositary finds full powers in order; from then on they can be signed with while they are valid.
    Nobody verifies her own. Twice changes nothing. Raises PermissionDenied; ValidationError."""
    return _answer(actor, powers, State.VERIFIED, Text())


@act
def refuse_powers(actor: User, powers: FullPowers, reason: Text | str) -> FullPowers:
    """The depositary does not accept full powers, for a reason that their holder reads. Nothing enters the
    record. Raises PermissionDenied; ValidationError."""
    return _answer(
        actor,
        powers,
        State.REFUSED,
        public_words(reason, "reason", _("Say why: their holder reads it."), 2000),
    )


def _answer(actor: User, powers: FullPowers, state: str, reason: Text) -> FullPowers:
    require(actor, "documents.keep_signatures", powers)
    powers = _held(powers)
    if powers.person.user_id == actor.pk:
        raise PermissionDenied(_("Nobody verifies her own full powers: ask another depositary."))
    if powers.state == state:
        return powers
    if powers.state != State.WAITING:
        raise ValidationError(_("These full powers have their answer."), code="state")
    powers.state, powers.answer, powers.answered_at = state, reason, timezone.now()
    powers.save(update_fields=["state", "answer", "answered_at"])
    if state == State.VERIFIED:
        _told(powers, "powers_verified", actor, until=powers.until.isoformat() if powers.until else None)
    signing_letters.powers_answered(powers)
    return powers


@act
def end_powers(actor: User, powers: FullPowers, *, now: datetime | None = None) -> FullPowers:
    """Ends full powers now: the depositary has been told that they were revoked, or their holder gives them
    back. What was signed with them stays. Twice changes nothing. Raises PermissionDenied; ValidationError."""
    require(actor, "documents.end_powers", powers)
    now = now or timezone.now()
    powers = _held(powers)
    if powers.until is not None and powers.until <= now:
        return powers
    if powers.state == State.REFUSED:
        raise ValidationError(_("These full powers were refused."), code="state")
    powers.since, powers.until = min(powers.since, now), now
    powers.save(update_fields=["since", "until"])
    if powers.state == State.VERIFIED:
        _told(powers, "powers_ended", actor)
    return powers


def _told(powers: FullPowers, kind: str, actor: User, **facts: object) -> None:
    """Full powers for any document are told of without one."""
    document, organisation = powers.document, powers.organisation
    told_of(
        powers.subject,
        document or Document(slug="", title=Text()),
        kind,
        actor,
        by=acting_as(actor, powers, Role.DEPOSITARY) or "signatory",
        private={"person": str(powers.person.uid), "file": powers.file_digest},
        organisation=organisation.name,
        capacity=powers.capacity,
        **facts,
    )
