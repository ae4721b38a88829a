"""What follows from a case's texts and countries, and is stored to be found: languages, regions, text to
search.
"""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from summitry.people import countries
from summitry.text import search as searching
from summitry.text.value import Text

from ..models import Case, CaseCountry, CaseLanguage

READ = (
    "title",
    "summary",
    "body",
)  # a case is available in a language if all of these are, as far as they exist


def country_codes(given: Iterable[str]) -> list[str]:
    """Codes as they are stored: upper case, sorted, once. Raises ValidationError that names unknown ones."""
    codes = sorted({code.strip().upper() for code in given})
    if unknown := [code for code in codes if not countries.known(code)]:
        raise ValidationError(
            {"countries": _("There is no country with the code %(codes)s.") % {"codes": ", ".join(unknown)}}
        )
    return codes


def available_in(case: Case) -> list[str]:
    """The languages in which all of its texts exist, in alphabetical order."""
    texts = [text for name in READ if (text := getattr(case, name))]
    return sorted(set.intersection(*(set(text.languages) for text in texts))) if texts else []


def search_text(case: Case) -> str:
    """Titles, summaries, names of those who carried it out, in every language; organisations must be set."""
    names = [name for body in case.organisations.all() for name in (body.name, *map(str, body.aliases))]
    texts = [case.title, case.summary, case.carried_by, *names]
    return searching.prepared(*(words for text in texts for words in _words(text)))


def _words(text: Text | str) -> list[str]:
    return list(text.values.values()) if isinstance(text, Text) else [text]


def named(case: Case) -> Text | str:
    """How the record calls a case: by its title, or by its address if the title holds an e-mail address."""
    return case.slug if any("@" in words for words in case.title.values.values()) else case.title


def enterable(field: str, text: Text) -> Text:
    """A text that goes into the record for good. ValidationError if it holds an e-mail address."""
    if any("@" in words for words in text.values.values()):
        raise ValidationError(
            {
                field: _(
                    "Leave e-mail addresses out: this goes into the record, from where nothing can be taken."
                )
            }
        )
    return text


def derive(case: Case, places: Iterable[str] | None = None) -> None:
    """Stores what follows from the case, which has been saved. `places` are valid country codes; None keeps
    them.
    """
    if places is not None:
        case.countries.all().delete()
        CaseCountry.objects.bulk_create(
            CaseCountry(
                case=case,
                country=code,
                region=countries.region_of(code),
                subregion=countries.subregion_of(code),
            )
            for code in places
        )
    wanted, there = set(available_in(case)), {row.code for row in case.languages.all()}
    if wanted != there:
        case.languages.exclude(code__in=wanted).delete()
        CaseLanguage.objects.bulk_create(
            CaseLanguage(case=case, code=code) for code in sorted(wanted - there)
        )
    case.search = search_text(case)
    case.save(update_fields=["search"])
