"""What an editor does to a draft."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from summitry import kept
from summitry.people.models import User
from summitry.record.act import Stale, act, require
from summitry.text import languages

from ..aligning import aligned
from ..changes import Change, Insert, Move, Remove, Write
from ..models import Version
from ..structure import Draft, Passage
from .storing import passages_of, store
from .texts import draft


def _stored(version: Version, passages: Sequence[Passage]) -> Version:
    if store(version.document, version, passages):
        version.revision += 1
        with kept.only():
            version.save(update_fields=["revision"])
    return version


@act
def write_draft(
    actor: User | None, version: Version, passages: Sequence[Passage], revision: int | None = None
) -> Version:
    """Makes these the passages of a draft that is as old as `revision` says. A passage with an anchor is that
    provision, one without is new. Raises PermissionDenied; Stale; ValidationError that names passages."""
    if actor is not None:
        require(actor, "documents.keep_document", version)
    return _stored(draft(version, revision), passages)


@act
def change_draft(actor: User | None, version: Version, changes: Sequence[Change]) -> Version:
    """Changes single provisions, one after the other, all or none. Two editors at different provisions do not
    disturb each other; who changes one that another has changed since she saw it is told so.

    Raises PermissionDenied; Stale that names the provisions; ValidationError.
    """
    if actor is not None:
        require(actor, "documents.keep_document", version)
    version = draft(version)
    rows = list(version.provisions.order_by("position"))
    marks = {row.anchor: row.mark for row in rows}
    if late := [one.anchor for one in changes if one.seen and marks.get(one.anchor) != one.seen]:
        raise Stale(
            _(
                "Somebody else has changed %(provisions)s in the meantime. "
                "Nothing of yours was saved; compare, and repeat what is still needed."
            ),
            params={"provisions": ", ".join(f"¶{anchor.removeprefix('p')}" for anchor in late)},
        )
    passages = passages_of(rows)
    for change in changes:
        try:
            passages = change.on(passages)
        except LookupError as error:
            raise Stale(
                _("The provision ¶%(number)s is not in this draft any more. Nothing of yours was saved."),
                params={"number": str(error.args[0]).removeprefix("p")},
            ) from error
    return _stored(version, passages)


def write_provision(actor: User | None, version: Version, change: Write) -> Version:
    """Changes one provision: `change_draft` for one change."""
    return change_draft(actor, version, [change])


def insert_provision(actor: User | None, version: Version, passage: Passage, after: str = "") -> Version:
    """Puts a new provision after that of an anchor, or at the beginning."""
    return change_draft(actor, version, [Insert(passage, after)])


def remove_provision(actor: User | None, version: Version, anchor: str, seen: str = "") -> Version:
    """Takes a provision out of a draft."""
    return change_draft(actor, version, [Remove(anchor, seen)])


def move_provision(actor: User | None, version: Version, anchor: str, after: str = "") -> Version:
    """Puts a provision after another, or at the beginning."""
    return change_draft(actor, version, [Move(anchor, after)])


@act
def take_in(actor: User | None, version: Version, taken: Draft, revision: int | None = None) -> Version:
    """Replaces the passages of a draft by those of a file. A passage that the draft already has keeps its
    anchor and its translations (`aligning.aligned`).

    Raises PermissionDenied; Stale; ValidationError that names passages.
    """
    if actor is not None:
        require(actor, "documents.keep_document", version)
    version = draft(version, revision)
    source = version.document.source
    if source not in taken.languages:
        raise ValidationError(
            _("There is no word in %(language)s, the source of this document, in the file.")
            % {"language": languages.local_name(source)}
        )
    return _stored(version, aligned(list(version.provisions.order_by("position")), taken, source))
