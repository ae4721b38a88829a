"""What the acts of adoption and of signing share."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from summitry.people import files
from summitry.people.models import Organisation, Role, User
from summitry.people.queries import acting_as
from summitry.record.acts import enter
from summitry.text import languages
from summitry.text.value import Text

from ..models import Document
from ..queries.speakers import SPEAKERS
from .common import enterable

ENDINGS = ("pdf", "jpg", "jpeg", "png")  # of scans and full powers
SIGNATORY = "signatory"  # how the record calls whoever holds full powers


def told_of(
    subject: str,
    document: Document,
    kind: str,
    actor: User | None,
    *,
    by: str = "",
    private: Mapping[str, Any] | None = None,
    **facts: Any,
) -> None:
    """Enters an act about one of the things that belong to a document; `by`: the secretariat if nothing is
    given."""
    enter(
        f"documents.{kind}",
        subject=subject,
        facts={"title": document.title, "slug": document.slug, **facts},
        by=by or acting_as(actor, document, Role.SECRETARIAT),
        actor=actor,
        private=private,
    )


def speaking_for(actor: User, organisation: Organisation) -> str:
    """The role in which somebody speaks for an organisation."""
    return acting_as(actor, organisation, *SPEAKERS) or SIGNATORY


def public_words(words: Text | str, field: str, needed: Any, longest: int) -> Text:
    """Words that everybody will read; plain ones are in the language that their writer reads. Raises
    ValidationError under this field if there are none, too many, or what must not enter the record."""
    text = words if isinstance(words, Text) else Text.of(words.strip(), languages.current())
    if needed and not text:
        raise ValidationError({field: needed})
    if any(len(one) > longest for one in text.values.values()):
        raise ValidationError({field: _("At most %(most)d characters.") % {"most": longest}})
    enterable(text, field)
    return text


def checked_file(file: UploadedFile, field: str) -> tuple[str, str]:
    """A clean name and the SHA-256 of a scan. Raises ValidationError under this field unless it is a PDF,
    JPEG or PNG by its content, within the size that the house takes."""
    try:
        files.check(file, ENDINGS)
    except ValidationError as problem:
        raise ValidationError({field: problem}) from None
    digest = hashlib.sha256()
    for part in file.chunks():
        digest.update(part)
    file.seek(0)
    return files.clean_name(file.name or ""), digest.hexdigest()
