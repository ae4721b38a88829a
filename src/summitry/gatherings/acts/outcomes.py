"""A session's conveners, its outcome document, and what each side says of it."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.calls.acts.common import as_text, check_enterable
from summitry.people.models import Organisation, Person, Role, User
from summitry.record import canonical
from summitry.record.act import Stale, act, require
from summitry.text.value import Text

from .. import letters, queries
from ..models import Convener, OutcomeDocument, Session, Stance
from .common import allow, checked, desk_role, locked, told_of_session

CONVENERS = 12  # sides of one session


@act
def name_conveners(actor: User | None, session: Session, organisations: Iterable[Organisation]) -> None:
    """Says which organisations convene a session together, in this order. What one that leaves has said of
    an outcome document stays kept and no longer counts."""
    allow(actor, "gatherings.edit_programme", session)
    locked(session.gathering)
    wanted = list(dict.fromkeys(organisations))
    if len(wanted) > CONVENERS:
        raise ValidationError({"conveners": _("At most %(most)d conveners.") % {"most": CONVENERS}})
    if unknown := [str(one.name) for one in wanted if not one.confirmed]:
        raise ValidationError(
            {"conveners": _("The secretariat has not confirmed %(name)s yet.") % {"name": unknown[0]}}
        )
    kept = {one.organisation_id: one for one in session.conveners.all()}
    gone = set(kept) - {one.pk for one in wanted}
    Convener.objects.filter(session=session, organisation__in=gone).delete()
    for position, organisation in enumerate(wanted):
        row = kept.get(organisation.pk) or Convener(session=session, organisation=organisation)
        if row.pk is None or row.position != position:
            row.position = position
            row.save()


@act
def write_outcome(
    actor: User | None,
    session: Session,
    *,
    title: Text,
    text: Text | None = None,
    url: str = "",
    authors: Iterable[Person] = (),
    bodies: Iterable[Organisation] = (),
    version: int | None = None,
) -> OutcomeDocument:
    """Writes the outcome document of a session, or changes it while it is not public; `authors` and `bodies`
    say who wrote it. A change of what the sides speak of raises its version: they speak anew. Stale if
    somebody has changed it since `version`."""
    allow(actor, "gatherings.write_outcome", session)
    locked(session.gathering)
    document = OutcomeDocument.objects.select_for_update().filter(session=session).first()
    if document and version is not None and document.version != version:
        raise Stale
    if document and document.published_at:
        raise ValidationError(_("This document is public: it does not change any more. Withdraw it first."))
    document = document or OutcomeDocument(session=session)
    document.title, document.text, document.url = title, text or Text(), url.strip()
    if not document.text and not document.url:
        raise ValidationError({"text": _("Write the text, or say where it can be read.")})
    checked(document, "title", "text", "url")
    digest = _digest(document)
    if document.pk and digest != document.digest and document.proposed_at:
        document.version += 1
    document.digest = digest
    document.save()
    document.authors.set(authors)
    document.author_bodies.set(bodies)
    return document


@act
def propose_outcome(actor: User | None, document: OutcomeDocument) -> OutcomeDocument:
    """Puts an outcome document to the session's conveners: those who speak for them get a letter, in their
    language. Twice changes nothing."""
    allow(actor, "gatherings.write_outcome", document.session)
    document = _locked(document)
    if document.proposed_at:
        return document
    if not queries.is_published(document.session):
        raise ValidationError(_("The session is not public yet: its outcome follows the programme."))
    conveners = queries.conveners_of(document.session)
    if not conveners:
        raise ValidationError(_("Name the conveners first: it is they who confirm the document."))
    document.proposed_at = timezone.now()
    document.save(update_fields=["proposed_at"])
    told_of_session(
        "gatherings.outcome_proposed", document.session, _writer(actor, document), actor, **_facts(document)
    )
    letters.outcome_proposed(document, conveners)
    return document


@act
def speak_of_outcome(
    actor: User,
    document: OutcomeDocument,
    organisation: Organisation,
    *,
    confirms: bool,
    reason: Text | str = "",
    version: int | None = None,
) -> Stance:
    """One side confirms the outcome document, or says why not, by somebody who may speak for it. Entered in
    the public record. Said again it counts anew; the same changes nothing. Stale if the document has changed
    since `version`. With the last side's word the document becomes public."""
    document = _locked(document)
    side = Convener.objects.filter(session=document.session, organisation=organisation).first()
    if side is None:
        raise ValidationError(_("%(name)s does not convene this session.") % {"name": organisation.name})
    side.organisation, side.session = organisation, document.session
    require(actor, "gatherings.speak_for_convener", side)
    if version is not None and version != document.version:
        raise Stale(_("The document has changed since you read it. Read it again before you speak."))
    if document.proposed_at is None:
        raise ValidationError(_("This document has not been put to the conveners yet."))
    words = Text() if confirms else as_text(reason)
    if not confirms and not words:
        raise ValidationError({"reason": _("Say why your side does not confirm it: everybody can read it.")})
    check_enterable(words, "reason")
    stance = Stance(
        document=document,
        organisation=organisation,
        version=document.version,
        confirms=confirms,
        reason=words,
        said_by=actor,
    )
    checked(stance, "reason")
    last = document.stances.filter(organisation=organisation, version=document.version).last()
    if last and (last.confirms, last.reason.values) == (confirms, words.values):
        return last
    stance.save()
    kind = "gatherings.outcome_confirmed" if confirms else "gatherings.outcome_refused"
    more: dict[str, Any] = {} if confirms else {"reason": words}
    told_of_session(
        kind,
        document.session,
        Role.FOCAL_POINT.value,
        actor,
        organisation=organisation.name,
        organisation_slug=organisation.slug,
        **_facts(document),
        **more,
    )
    if document.published_at is None and all(one.stance for one in queries.sides_of(document)):
        _publish(document, Role.FOCAL_POINT.value, actor)
    return stance


@act
def publish_outcome(actor: User | None, document: OutcomeDocument) -> OutcomeDocument:
    """Makes an outcome document public before each side has spoken; its page says who has not. Twice changes
    nothing."""
    allow(actor, "gatherings.edit_programme", document.session)
    document = _locked(document)
    if document.published_at:
        return document
    if document.proposed_at is None:
        raise ValidationError(_("Put the document to the conveners first."))
    _publish(document, desk_role(actor, document.session.gathering), actor)
    return document


@act
def withdraw_outcome(actor: User | None, document: OutcomeDocument) -> OutcomeDocument:
    """Takes an outcome document back to a draft, so that it can be corrected; the record keeps that it was
    public. Twice changes nothing."""
    allow(actor, "gatherings.edit_programme", document.session)
    document = _locked(document)
    if document.proposed_at is None:
        return document
    facts = _facts(document)
    document.proposed_at = document.published_at = None
    document.version += 1
    document.save(update_fields=["proposed_at", "published_at", "version"])
    by = desk_role(actor, document.session.gathering)
    told_of_session("gatherings.outcome_withdrawn", document.session, by, actor, **facts)
    return document


def _publish(document: OutcomeDocument, by: str, actor: User | None) -> None:
    document.published_at = timezone.now()
    document.save(update_fields=["published_at"])
    sides = queries.sides_of(document)
    told_of_session(
        "gatherings.outcome_published",
        document.session,
        by,
        actor,
        confirmed=sum(bool(one.stance and one.stance.confirms) for one in sides),
        sides=len(sides),
        **_facts(document),
    )


def _locked(document: OutcomeDocument) -> OutcomeDocument:
    """The document as it stands now, its gathering held first, as every act does."""
    session = Session.objects.select_related("gathering").get(pk=document.session_id)
    locked(session.gathering)
    found = OutcomeDocument.objects.select_for_update().get(pk=document.pk)
    found.session = session
    return found


def _digest(document: OutcomeDocument) -> str:
    told = {"title": document.title.values, "text": document.text.values, "url": document.url}
    return hashlib.sha256(canonical.encode(told, "outcome")).hexdigest()


def _facts(document: OutcomeDocument) -> dict[str, Any]:
    return {"document": document.title, "version": document.version, "digest": document.digest}


def _writer(actor: User | None, document: OutcomeDocument) -> str:
    """The role in which somebody writes: of the desk, else as the session's own."""
    found = desk_role(actor, document.session.gathering)
    return found or "session_host"
