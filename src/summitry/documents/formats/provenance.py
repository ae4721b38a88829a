"""What a file says of the version that it holds, so that whoever finds it can tell what it is."""

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .base import Sheet


def provenance(sheet: Sheet) -> list[tuple[str, str]]:
    """What the head of a file says of the version, in the leading language of it: words, and an address or a
    digest that follows them."""
    facts = sheet.facts
    if not facts.slug:
        return []
    with translation.override(sheet.language):
        said = {
            "status": facts.status,
            "number": facts.version,
            "date": date_format(facts.dated, "DATE_FORMAT"),
        }
        lines = [(_("%(status)s, version %(number)d, %(date)s") % said, ""), ("", facts.address)]
        if facts.digest:
            lines.append((_("SHA-256 of the text:"), facts.digest))
        if facts.record:
            lines.append((_("In the public record:"), facts.record))
    return [one for one in lines if any(one)]
