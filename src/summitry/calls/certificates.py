"""The certificate of an accepted entry: one page as PDF, with a code that leads to the entry of the record.

Laid out from HTML by WeasyPrint, which shapes Arabic and sets it from right to left; the fonts are those of
the machine (docs/operations.md says which)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from summitry.people.queries import institution
from summitry.record.models import Entry
from summitry.text.value import Text

from .models import Decision


class NoPrinter(RuntimeError):
    """The machine lacks what makes PDF files; the message is for the reader."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What stands on it. persons: the applicant, then the co-applicants who agreed. address: of the entry in
    the record; code: the same as a QR code, an SVG as a data URI."""

    institution: Text
    call: Text
    title: Text
    tier: Text | None
    persons: list[Text | str]
    organisation: Text | None
    ref: str
    accepted_at: datetime
    address: str
    code: str


def certificate(decision: Decision, entry: Entry) -> Certificate:
    """Three queries."""
    submission = decision.submission
    agreed = submission.co_applicants.filter(confirmed_at__isnull=False, removed_at=None)
    others: list[Text | str] = [
        one.person.name if one.person else one.name for one in agreed.select_related("person")
    ]
    tier, body, address = decision.tier_rule, submission.organisation, settings.BASE_URL + entry.url
    return Certificate(
        institution=institution().name,
        call=submission.call.title,
        title=submission.title or Text.of(submission.ref),
        tier=tier.name if tier else None,
        persons=[submission.applicant.name, *others],
        organisation=body.name if body else None,
        ref=submission.ref,
        accepted_at=entry.at,
        address=address,
        code=code(address),
    )


def code(address: str) -> str:
    """An address as a QR code that survives a damaged quarter of it, as an SVG in a data URI."""
    found: str = segno.make(address, error="q", micro=False).svg_data_uri(border=2, dark="#1b1b1f")
    return found


def html(decision: Decision, entry: Entry, language: str) -> str:
    """The page before it is printed, in a language."""
    with translation.override(language):
        context = {"one": certificate(decision, entry), "language": language}
        return str(render_to_string("calls/certificate.html", context))


def pdf(decision: Decision, entry: Entry, language: str) -> bytes:
    """The certificate. It fetches nothing from anywhere. Raises NoPrinter, in words, without Pango."""
    page = html(decision, entry, language)
    weasyprint = _printer()
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=["data"])
    made: bytes = weasyprint.HTML(string=page, url_fetcher=fetcher).write_pdf()
    return made


def _printer() -> Any:
    try:
        import weasyprint  # it loads Pango, which a machine may lack
        import weasyprint.urls
    except OSError as error:
        raise NoPrinter(
            _(
                "The library that sets its letters (Pango) is not installed on this server. "
                "Whoever runs the server finds in the manual what to install; the entry of the record "
                "stands meanwhile."
            )
        ) from error
    return weasyprint
