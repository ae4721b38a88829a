"""From a version to what writers of formats get, and to a file for a reader."""

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from summitry.record.models import Entry
from summitry.text.value import Text

from .formats import Facts, Sheet
from .formats.base import Format
from .models import Provision, Version
from .structure import Draft, Kind, Passage, tidy


def draft(version: Version, provisions: Iterable[Provision]) -> Draft:
    """A version as formats have it; in every text the source comes first."""
    return Draft(
        _words(version.document.title),
        [Passage(Kind(one.kind), _words(one.text), one.number, one.depth, one.anchor) for one in provisions],
    )


def _words(text: Text) -> dict[str, str]:
    order = sorted(text.texts, key=lambda code: code != text.source)
    return {code: words for code in order if (words := tidy(text.get(code)))}


def facts(version: Version, entry: Entry | None, language: str) -> Facts:
    """What a file says of a version, in a language. entry: of its publication in the record."""
    document = version.document
    with translation.override(language):
        address = reverse("documents:version", args=[document.slug, version.number])
        status = _("adopted text") if version.adopted_at else str(version.get_stage_display())
        if entry is None:
            status = _("draft, not published")
        return Facts(
            slug=document.slug,
            version=version.number,
            stage=version.stage,
            status=capfirst(status),
            dated=(version.published_at or version.created_at).date(),
            digest=version.digest,
            issued_by=str(document.issued_by),
            address=settings.BASE_URL + address,
            record=settings.BASE_URL + entry.url if entry else "",
        )


def sheet(
    version: Version, provisions: Sequence[Provision], entry: Entry | None, languages: Sequence[str]
) -> Sheet:
    """A version in these languages, the first leads."""
    return Sheet(draft(version, provisions), list(languages), facts(version, entry, languages[0]))


def file_name(version: Version, one: Format, languages: Sequence[str]) -> str:
    """Under which a file goes out: "initiative-2-ar.docx"."""
    return f"{version.document.slug}-{version.number}-{'-'.join(languages)}.{one.extension}"


def chosen(version: Version, one: Format, text: str, beside: Sequence[str]) -> list[str]:
    """The languages that a reader asks for, as far as the document has them and the format holds them; the
    reader's own, else the source, if she names none."""
    offered = version.document.languages
    first = text if text in offered else version.document.source
    return list(dict.fromkeys([first, *(code for code in beside if code in offered)]))[: one.several]
