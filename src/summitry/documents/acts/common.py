"""What the acts of documents share."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from summitry.people.models import Role, User, scope_of
from summitry.people.queries import acting_as
from summitry.record.act import Stale
from summitry.record.acts import enter
from summitry.text.value import Text

from ..models import Document, Version


def lock[T: (Document, Version)](thing: T) -> T:
    """A document or a version as it stands now, held until the act ends. Whoever changes what belongs to a
    version locks the version; whoever adds versions locks the document, and always the document first.
    Raises Stale if it is there no more."""
    one = type(thing)._default_manager.select_for_update(of=("self",)).filter(pk=thing.pk).first()
    if one is None:
        raise Stale
    return one


def enterable(words: Text | str, field: str) -> None:
    """Raises ValidationError under this field for words with an e-mail address: they enter the record."""
    values = words.values.values() if isinstance(words, Text) else [words]
    if any("@" in one for one in values):
        raise ValidationError(
            {
                field: _(
                    "Leave e-mail addresses out: this goes into the record, from where nothing can be taken."
                )
            }
        )


def told(
    thing: Document | Version,
    kind: str,
    actor: User | None,
    *roles: str,
    by: str = "",
    private: Mapping[str, Any] | None = None,
    **facts: Any,
) -> None:
    """Enters an act about a document, or about one of its versions, in the record.

    roles: in which the actor may have acted, the first that she holds is named (the secretariat's if none is
    given); or `by` says it: "rules" for what the clock does. A version's facts name its number. private: what
    the record only commits to.
    """
    document = thing if isinstance(thing, Document) else thing.document
    number = {} if isinstance(thing, Document) else {"number": thing.number}
    enter(
        f"documents.{kind}",
        subject=scope_of(thing) if isinstance(thing, Document) else thing.subject,
        facts={"title": document.title, "slug": document.slug, **number, **facts},
        by=by or acting_as(actor, document, *(roles or (Role.SECRETARIAT,))),
        actor=actor,
        private=private,
    )
