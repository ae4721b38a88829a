"""Positions: what organisations declare about a text; kept with it for ever."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import Organisation, User
from summitry.people.queries import person_of
from summitry.record.act import act, require
from summitry.text.value import Text

from ..models import Position, Version
from .common import lock
from .signing_common import public_words, speaking_for, told_of

MOST = 20  # standing positions of one organisation on one text


def named_provisions(version: Version, anchors: Iterable[str]) -> list[str]:
    """Addresses of provisions of a version, each once. Raises ValidationError for one that is not there."""
    named = list(dict.fromkeys(anchors))
    there = set(version.provisions.filter(anchor__in=named).values_list("anchor", flat=True))
    if unknown := [one for one in named if one not in there]:
        raise ValidationError(
            {
                "anchors": _("There is no provision “%(anchor)s” in this version.")
                % {"anchor": unknown[0][:12]}
            }
        )
    return named


@act
def state_position(
    actor: User,
    version: Version,
    organisation: Organisation,
    kind: str,
    text: Text | str,
    anchors: Iterable[str] = (),
) -> Position:
    """Declares something about a published final text for an organisation, naming provisions by their
    addresses. It is public at once, and its words never change.

    Raises PermissionDenied; ValidationError by field.
    """
    require(actor, "documents.speak_for", organisation)
    version = lock(version)
    if not version.is_public or version.stage != Version.Stage.FINAL:
        raise ValidationError(_("Positions are stated on a published final text."), code="state")
    if kind not in Position.Kind.values:
        raise ValidationError({"kind": _("There is no such kind of position.")})
    words = public_words(text, "text", _("Write what your organisation declares."), 10_000)
    named = named_provisions(version, anchors)
    own = Position.objects.filter(version=version, organisation=organisation, withdrawn_at=None)
    for one in own:
        if (one.kind, one.text.values, one.anchors) == (kind, words.values, named):
            return one
    if len(own) >= MOST:
        raise ValidationError(_("At most %(most)d positions of one organisation stand.") % {"most": MOST})
    made = Position.objects.create(
        version=version,
        organisation=organisation,
        person=person_of(actor),
        kind=kind,
        text=words,
        anchors=named,
    )
    _told(made, "position_stated", actor)
    return made


@act
def withdraw_position(actor: User, position: Position) -> Position:
    """Withdraws what an organisation declared; the words stay readable as withdrawn. Twice changes nothing.
    Raises PermissionDenied."""
    require(actor, "documents.speak_for", position.organisation)
    lock(position.version)
    position = (
        Position.objects.select_for_update(of=("self",))
        .select_related("organisation", "version__document")
        .get(pk=position.pk)
    )
    if position.withdrawn_at is None:
        position.withdrawn_at = timezone.now()
        position.save(update_fields=["withdrawn_at"])
        _told(position, "position_withdrawn", actor)
    return position


def _told(position: Position, kind: str, actor: User) -> None:
    told_of(
        position.subject,
        position.version.document,
        kind,
        actor,
        by=speaking_for(actor, position.organisation),
        number=position.version.number,
        organisation=position.organisation.name,
        position=position.kind,
    )
