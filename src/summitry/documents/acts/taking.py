"""Amendments taken into the next draft."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from summitry.people.models import User
from summitry.record.act import Stale, act, require
from summitry.text.value import Text

from .. import dispositions, proposals
from ..models import Amendment, Contribution, Provision, Version
from ..models.texts import LONGEST
from .commenting import hold, told_of
from .disposing import check_answer, put_answer
from .drafting import change_draft
from .texts import draft as draft_held
from .words import line


class Differs(ValidationError):
    """The draft does not say there what the amendment speaks of: somebody has to write the words by hand.
    `stands`: what the draft says."""

    def __init__(self, stands: str) -> None:
        self.stands = stands
        super().__init__(
            {
                "words": _(
                    "The draft says something else there by now: compare the three texts and write the words."
                )
            },
            code="differs",
        )


def _draft_of(version: Version) -> Version:
    """The draft that follows, held with its document. Raises ValidationError if there is none."""
    found = version.document.versions.filter(published_at__isnull=True).first()
    if found is None:
        raise ValidationError(_("Begin the next draft first: the change goes there."), code="no_draft")
    return draft_held(found)


def _place(draft: Version, anchor: str) -> Provision | None:
    if not anchor:
        return None
    found = draft.provisions.filter(anchor=anchor).first()
    if found is None:
        raise ValidationError(
            _("This provision does not stand in the draft any more: answer the amendment in words."),
            code="gone",
        )
    return found


@act
def take_amendment(
    actor: User,
    said: Amendment,
    reason: Text | str,
    *,
    words: str | None = None,
    outcome: str = dispositions.ACCEPTED,
    revision: int | None = None,
) -> Amendment:
    """Takes an amendment into the draft that follows, and answers it so, with the reason. It is done at once
    where the draft still says what the amendment speaks of; else it raises `Differs`, and the words are
    written by hand: `words`, with the `revision` of the draft that their writer saw.

    Raises PermissionDenied; Stale if the draft has changed since; ValidationError by field. Twice changes
    nothing."""
    require(actor, "documents.answer", said.version)
    draft = _draft_of(said.version)
    said = hold(said)
    if said.taken_into_id == draft.pk:
        return said
    why = check_answer(said.version, outcome, reason)
    if said.state != Contribution.State.SHOWN or said.has_public_answer:
        raise ValidationError(_("This amendment does not wait for an answer any more."), code="state")
    kind, at = proposals.get(said.change), _place(draft, said.anchor)
    stands = at.text.get(said.language) if at is not None and kind.replaces else ""
    source, before = draft.document.source, draft.document.anchors
    if words is None and not kind.fits(said, stands, source):
        raise Differs(stands)
    if words is not None:
        if revision != draft.revision:
            raise Stale
        words = line(words, "words", LONGEST)
        kind.check("", words)
    changed = change_draft(actor, draft, [kind.change(said, at, words, source)])
    anchors = changed.document.anchors
    anchor = f"p{anchors}" if anchors > before else said.anchor
    if not changed.provisions.filter(anchor=anchor).exists():
        anchor = ""
    said.taken_into = draft
    said.save(update_fields=["taken_into"])
    told_of(said, "amendment_taken", actor, by_hand=words is not None)
    put_answer(actor, said.version, [said], outcome, why, anchor, publish=True)
    return said
