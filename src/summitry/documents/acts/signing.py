"""Signatures: given electronically or entered from paper, certified, confirmed, withdrawn."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from summitry.people.models import Organisation, Role, User
from summitry.people.queries import acting_as, person_of
from summitry.record.act import Stale, act, require
from summitry.text.moments import exact
from summitry.text.value import Text

from .. import means, preparing, signing_letters
from ..models import Document, FullPowers, Position, Signature, Version
from .common import lock
from .signing_common import SIGNATORY, checked_file, public_words, told_of
from .stating import named_provisions, state_position

State, Kind = Signature.State, Signature.Kind
LONGEST_RESERVATION = 10_000  # characters


def open_text(document: Document) -> Version:
    """The adopted version of a document that is open to signature. Raises ValidationError."""
    version = preparing.text_to_sign(document)
    if version is None:
        raise ValidationError(_("This text has not been adopted: nothing can be signed yet."), code="state")
    if not version.document.open_to_signature:
        raise ValidationError(_("This text is not open to signature."), code="state")
    return version


def check_powers(powers: FullPowers, document: Document, kind: str, now: datetime) -> None:
    """Raises PermissionDenied, saying what is missing, unless these full powers are in force at this moment
    for this document and this kind of signature."""
    body = str(powers.organisation.name)
    if powers.document_id not in (None, document.pk):
        why = _("The full powers for %(body)s are for another document.")
    elif powers.state != FullPowers.State.VERIFIED:
        why = _("The full powers for %(body)s have not been verified by the depositary.")
    elif now < powers.since:
        why = _("The full powers for %(body)s begin on %(since)s.")
    elif powers.until is not None and now >= powers.until:
        why = _("The full powers for %(body)s ended on %(until)s; the signature came at %(now)s.")
    elif kind == Kind.DEFINITIVE and not powers.binding:
        why = _("The full powers for %(body)s allow a simple signature only, to be confirmed later.")
    else:
        return
    named = {"body": body, "since": exact(powers.since), "now": exact(now.replace(microsecond=0))}
    raise PermissionDenied(why % {**named, "until": exact(powers.until) if powers.until else ""})


def check_message(
    version: Version, powers: FullPowers, kind: str, reservation: Text, anchors: Iterable[str], now: datetime
) -> None:
    """What a signature would be refused for, before its message is shown: full powers, words and places of
    a reservation, a signature that stands. Raises PermissionDenied; ValidationError by field."""
    check_powers(powers, version.document, kind, now)
    public_words(reservation, "reservation", None, LONGEST_RESERVATION)
    named_provisions(version, anchors)
    here = Signature.objects.filter(document=version.document, organisation=powers.organisation)
    if here.filter(state__in=Signature.STANDING).exists():
        raise ValidationError({"powers": _twice(powers.organisation)})


def _twice(organisation: Organisation) -> str:
    return _("%(body)s has signed this text already.") % {"body": organisation.name}


@act
def sign(
    actor: User, document: Document, word: str, by: str, posted: Any, *, now: datetime | None = None
) -> Signature:
    """Signs for an organisation with the message that `word` carries (`preparing.prepare`), by an electronic
    means whose proof the page sent. The depositary certifies it afterwards. The same message again gives the
    same signature.

    Raises PermissionDenied if the full powers are not in force at this moment; ValidationError.
    """
    require(actor, "documents.sign", document)
    now = now or timezone.now()
    if not means.known(by) or not means.means(by).electronic:
        raise ValidationError(_("Choose how you sign."), code="means")
    held = preparing.take(word, actor)
    document = lock(document)
    if found := Signature.objects.filter(message_digest=held.digest).first():
        return found
    version = open_text(document)
    powers = (
        FullPowers.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=held.powers)
    )
    if powers.person_id != person_of(actor).pk:
        raise PermissionDenied(_("These full powers are somebody else’s."))
    check_powers(powers, document, held.kind, now)
    expected = preparing.expected(version, powers.organisation, held.kind, powers.capacity)
    proof = means.means(by).prove(held.message, posted, actor)
    if problem := means.means(by).problem(held.message.decode(), proof, expected):
        raise ValidationError(
            _("This message is not for this text as it stands now (%(problem)s). Begin again.")
            % {"problem": problem},
            code="message",
        )
    made = Signature(
        document=document,
        version=version,
        organisation=powers.organisation,
        person=powers.person,
        powers=powers,
        kind=held.kind,
        means=by,
        capacity=powers.capacity,
        signed_on=now.date(),
        received_at=now,
        message=held.message.decode(),
        message_digest=held.digest,
        proof=proof,
        salt=held.salt,
    )
    _put(made)
    _told(made, "signed", actor, by=SIGNATORY, private={"person": str(powers.person.uid)})
    if held.reservation:
        kind = Position.Kind.RESERVATION
        state_position(actor, version, powers.organisation, kind, held.reservation, held.anchors)
    return made


def _put(signature: Signature) -> None:
    """Saves a new signature; of two at once, one. Raises ValidationError if the organisation has one that
    stands."""
    signature.full_clean(validate_constraints=False)
    try:
        with transaction.atomic():
            signature.save(force_insert=True)
    except IntegrityError:
        raise ValidationError(_twice(signature.organisation), code="twice") from None


@act
def enter_signature(
    actor: User,
    document: Document,
    powers: FullPowers,
    *,
    kind: str,
    signed_on: date,
    file: UploadedFile,
    now: datetime | None = None,
) -> Signature:
    """The depositary enters a signature that was given on paper, with its scan; the full powers have to have
    been in force on the day of the signature. The same scan again gives the same.

    Raises PermissionDenied; ValidationError by field.
    """
    require(actor, "documents.keep_signatures", document)
    now = now or timezone.now()
    document = lock(document)
    version = open_text(document)
    if kind not in Kind.values:
        raise ValidationError({"kind": _("There is no such kind of signature.")})
    if signed_on > now.date():
        raise ValidationError({"signed_on": _("This day has not come yet.")})
    powers = (
        FullPowers.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=powers.pk)
    )
    name, digest = checked_file(file, "file")
    same = Signature.objects.filter(document=document, organisation=powers.organisation, file_digest=digest)
    if found := same.filter(state__in=Signature.STANDING).first():
        return found
    _check_day(powers, document, kind, signed_on)
    made = Signature(
        document=document,
        version=version,
        organisation=powers.organisation,
        person_id=powers.person_id,
        powers=powers,
        kind=kind,
        means="paper",
        capacity=powers.capacity,
        signed_on=signed_on,
        received_at=now,
        file=file,
        file_name=name,
        file_digest=digest,
    )
    _put(made)
    private = {"person": str(made.person.uid)} if made.person else {}
    _told(made, "signed", actor, by=_depositary(actor, document), private=private)
    return made


def _check_day(powers: FullPowers, document: Document, kind: str, day: date) -> None:
    """A paper bears a day, not a moment: full powers that were in force at some moment of it are enough."""
    first = datetime(day.year, day.month, day.day, tzinfo=timezone.get_default_timezone())
    last = first.replace(hour=23, minute=59, second=59, microsecond=999999)
    try:
        check_powers(powers, document, kind, min(max(first, powers.since), last))
    except PermissionDenied as refused:
        raise ValidationError({"signed_on": str(refused)}) from None


def _held(signature: Signature) -> Signature:
    lock(signature.document)
    held = Signature.objects.select_for_update(of=("self",))
    return held.select_related("organisation", "version__document", "document", "person__user").get(
        pk=signature.pk
    )


@act
def certify_signature(actor: User, signature: Signature) -> Signature:
    """The depositary certifies a signature; an electronic one is verified once more. Nobody certifies her
    own. Twice changes nothing. Raises PermissionDenied; ValidationError."""
    require(actor, "documents.keep_signatures", signature)
    signature = _held(signature)
    _check_not_own(actor, signature)
    if signature.state == State.CERTIFIED:
        return signature
    _check_state(signature, State.RECEIVED)
    expected = preparing.expected_of(signature)
    if problem := signature.by.problem(signature.message, signature.proof, expected):
        raise ValidationError(
            _("This signature does not hold: %(problem)s") % {"problem": problem}, code="proof"
        )
    _answer(signature, State.CERTIFIED, Text())
    _told(signature, "certified", actor, by=_depositary(actor, signature))
    signing_letters.signature_answered(signature)
    return signature


@act
def refuse_signature(actor: User, signature: Signature, reason: Text | str) -> Signature:
    """The depositary does not certify a signature, for a reason that everybody can read. The organisation may
    sign again. Raises PermissionDenied; ValidationError."""
    require(actor, "documents.keep_signatures", signature)
    signature = _held(signature)
    _check_not_own(actor, signature)
    why = public_words(reason, "reason", _("Say why: everybody can read it."), 2000)
    _check_state(signature, State.RECEIVED)
    _answer(signature, State.REFUSED, why)
    _told(signature, "refused", actor, by=_depositary(actor, signature), reason=why)
    signing_letters.signature_answered(signature)
    return signature


def _answer(signature: Signature, state: str, reason: Text) -> None:
    signature.state, signature.answer, signature.answered_at = state, reason, timezone.now()
    signature.save(update_fields=["state", "answer", "answered_at"])


def _check_not_own(actor: User, signature: Signature) -> None:
    if signature.person is not None and signature.person.user_id == actor.pk:
        raise PermissionDenied(_("Nobody certifies her own signature: ask another depositary."))


def _check_state(signature: Signature, *states: str) -> None:
    if signature.state not in states:
        raise ValidationError(
            _("This cannot be done with a signature that is %(state)s.")
            % {"state": signature.get_state_display()},
            code="state",
        )


def _depositary(actor: User, thing: Document | Signature) -> str:
    return acting_as(actor, thing, Role.DEPOSITARY)


@act
def confirm_signature(actor: User, signature: Signature, on: date, evidence: Text | str) -> Signature:
    """The depositary enters that a simple signature was confirmed (ratified) on a day: it is definitive from
    then on. evidence: what was deposited, in words. Raises PermissionDenied; Stale; ValidationError."""
    require(actor, "documents.keep_signatures", signature)
    signature = _held(signature)
    words = public_words(evidence, "evidence", _("Say what was deposited."), 1000)
    if signature.confirmed_on is not None:
        if (signature.confirmed_on, signature.confirmation.values) == (on, words.values):
            return signature
        raise Stale
    _check_state(signature, State.CERTIFIED)
    if signature.kind != Kind.SIMPLE:
        raise ValidationError(_("This signature is definitive already."), code="kind")
    if on > timezone.now().date():
        raise ValidationError({"on": _("This day has not come yet.")})
    if signature.signed_on is not None and on < signature.signed_on:
        day = date_format(signature.signed_on)
        raise ValidationError({"on": _("It was signed only on %(day)s.") % {"day": day}})
    signature.confirmed_on, signature.confirmation = on, words
    signature.save(update_fields=["confirmed_on", "confirmation"])
    _told(signature, "confirmed", actor, by=_depositary(actor, signature), on=on.isoformat(), evidence=words)
    return signature


@act
def withdraw_signature(
    actor: User, signature: Signature, *, ends_on: date | None = None, reason: Text | str = ""
) -> Signature:
    """Withdraws a signature with effect from a day, today unless a later one is named: by whoever holds full
    powers of the organisation now, or entered by the depositary. It stays readable. Twice changes nothing.

    Raises PermissionDenied; ValidationError by field.
    """
    require(actor, "documents.withdraw_signature", signature)
    signature = _held(signature)
    if signature.state == State.WITHDRAWN:
        return signature
    _check_state(signature, *Signature.STANDING)
    today = timezone.now().date()
    day = ends_on or today
    if day < today:
        raise ValidationError({"ends_on": _("A withdrawal does not reach back: name today or a later day.")})
    words = public_words(reason, "reason", None, 2000)
    signature.state, signature.withdrawn_at = State.WITHDRAWN, timezone.now()
    signature.ends_on, signature.withdrawal = day, words
    signature.save(update_fields=["state", "withdrawn_at", "ends_on", "withdrawal"])
    by = _depositary(actor, signature) or SIGNATORY
    _told(signature, "signature_withdrawn", actor, by=by, ends_on=day.isoformat(), reason=words)
    return signature


def _told(
    signature: Signature, what: str, actor: User, *, by: str, private: Any = None, **facts: Any
) -> None:
    told_of(
        signature.subject,
        signature.document,
        what,
        actor,
        by=by,
        private=private,
        organisation=signature.organisation.name,
        number=signature.version.number,
        means=signature.means,
        signature=signature.kind,
        **facts,
    )
