"""What a name, an address, a country or a time zone may be; each check says, by field, what to mend."""

import unicodedata
import zoneinfo
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import DomainNameValidator, URLValidator
from django.utils.translation import gettext as _

from summitry.text.value import Text

from . import countries, kinds

MANY = 50
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def tidy(words: str) -> str:
    """One line without control or direction-changing signs, which could make a name look like another."""
    kept = (" " if sign.isspace() else sign for sign in unicodedata.normalize("NFC", words))
    line = "".join(
        one for one in kept if unicodedata.category(one) not in {"Cc", "Cs", "Co", "Cn"} and one not in _BIDI
    )
    seen = any(unicodedata.category(one)[0] in "LNPS" for one in line)
    return " ".join(line.split()) if seen else ""


def title(value: Text, field: str, longest: int = 300, required: bool = True) -> Text:
    """A one-line text, tidied in each language; its source and the states of its translations stay."""
    values = {code: tidy(words) for code, words in value.values.items()}
    if required and not any(values.values()):
        raise ValidationError({field: _("Write it in at least one language.")})
    for words in values.values():
        if len(words) > longest:
            raise ValidationError(
                {
                    field: _("At most %(most)d characters, this has %(count)d.")
                    % {"most": longest, "count": len(words)}
                }
            )
    return value if values == value.values else value.edited(values)


def country(code: str, field: str = "country") -> str:
    if code and not countries.known(code):
        raise ValidationError({field: _("There is no country “%(code)s”.") % {"code": code[:10]}})
    return code


def language(code: str, field: str = "language") -> str:
    if code and code not in dict(settings.LANGUAGES):
        raise ValidationError({field: _("The interface does not speak “%(code)s”.") % {"code": code[:20]}})
    return code


def time_zone(name: str, field: str = "time_zone") -> str:
    if name and name not in zoneinfo.available_timezones():
        raise ValidationError({field: _("There is no time zone “%(name)s”.") % {"name": name[:64]}})
    return name


def languages_read(codes: Iterable[str], field: str = "languages") -> list[str]:
    chosen = list(dict.fromkeys(codes))
    for code in chosen:
        if code not in settings.CONTENT_LANGUAGES:
            raise ValidationError({field: _("Unknown language “%(code)s”.") % {"code": str(code)[:20]}})
    return chosen


def _few(values: list[str], field: str) -> list[str]:
    if len(values) > MANY:
        raise ValidationError({field: _("At most %(most)d lines.") % {"most": MANY}})
    return values


def _domains(values: Iterable[str]) -> list[str]:
    found = []
    for value in values:
        domain = value.strip().lower().removeprefix("@").rstrip(".")
        if not domain:
            continue
        try:
            DomainNameValidator()(domain)
        except ValidationError:
            raise ValidationError(
                {"domains": _("“%(domain)s” is no domain of e-mail addresses.") % {"domain": domain[:80]}}
            ) from None
        found.append(domain)
    return _few(list(dict.fromkeys(found)), "domains")


def organisation(
    *,
    name: Text,
    aliases: Iterable[str] = (),
    kind: str = "",
    country: str = "",
    website: str = "",
    domains: Iterable[str] = (),
) -> dict[str, Any]:
    """The columns of an organisation, cleaned; ValidationError by field."""
    if kind and kind not in kinds.KINDS:
        raise ValidationError({"kind": _("There is no kind “%(kind)s”.") % {"kind": kind[:40]}})
    if website:
        try:
            URLValidator(schemes=["http", "https"])(website)
        except ValidationError:
            raise ValidationError(
                {"website": _("Write the whole address, beginning with https://.")}
            ) from None
        if len(website) > 200:
            raise ValidationError({"website": _("At most %(most)d characters.") % {"most": 200}})
    others = _few([line for line in dict.fromkeys(tidy(one) for one in aliases) if line], "aliases")
    if any(len(line) > 300 for line in others):
        raise ValidationError({"aliases": _("At most %(most)d characters a line.") % {"most": 300}})
    return {
        "name": title(name, "name"),
        "aliases": others,
        "kind": kind,
        "country": globals()["country"](country),
        "website": website,
        "domains": _domains(domains),
    }
