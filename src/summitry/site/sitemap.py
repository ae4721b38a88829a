"""sitemap.xml: every public page in every language, one file a language, written as it is read."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain, islice
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from summitry import kept
from summitry.atlas.queries import published as published_cases
from summitry.calls.models import Call
from summitry.documents.queries import public_versions
from summitry.documents.queries.signatures import signatories
from summitry.gatherings.models import ReleasedSlot
from summitry.gatherings.queries import editions, public_bodies, public_persons, public_series
from summitry.opinions.models import Conversation
from summitry.text.languages import bcp47

from . import queries
from .kinds import DOCUMENTS, KINDS

MOST = 50_000  # addresses in one file, by the sitemaps protocol
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
type Place = tuple[str, datetime | None]  # a path in the default language, and when it changed


def _pages() -> Iterator[Place]:
    yield reverse("site:home"), None
    rows = queries.shown().exclude(kind="home").values_list("slug", "kind", "changed_at")
    kinds = set()
    for slug, kind, changed in rows.iterator():
        kinds.add(kind)
        yield reverse("site:page", args=[slug]), changed
    if kinds & set(DOCUMENTS) or public_versions().exists():
        yield reverse("site:documents"), None
    for kind in sorted(kinds - set(DOCUMENTS)):
        if KINDS[kind].listed:
            yield reverse("site:list", args=[kind]), None
    yield reverse("record:index"), None


def _calls() -> Iterator[Place]:
    yield reverse("calls:list"), None
    for slug, opened in Call.objects.public().order_by("slug").values_list("slug", "opened_at").iterator():
        yield reverse("calls:detail", args=[slug]), opened


def _gatherings() -> Iterator[Place]:
    public = editions().order_by("slug")
    if public.exists():
        yield reverse("gatherings:archive"), None
    for slug, version, published in public.values_list("slug", "released__version", "released__published_at"):
        yield reverse("gatherings:detail", args=[slug]), None
        if version:
            yield reverse("gatherings:programme", args=[slug]), published
    sessions = ReleasedSlot.objects.filter(
        release__gathering__in=public, release=F("release__gathering__released")
    )
    for gathering, session, published in sessions.values_list(
        "release__gathering__slug", "session__slug", "release__published_at"
    ).iterator():
        yield reverse("gatherings:session", args=[gathering, session]), published


def _archive() -> Iterator[Place]:
    """Series, persons and organisations across editions."""
    for slug in public_series().values_list("slug", flat=True):
        yield reverse("gatherings:series", args=[slug]), None
    for slug in public_persons().values_list("slug", flat=True).iterator():
        yield reverse("site:person", args=[slug]), None
    bodies = public_bodies().order_by().values_list("slug", flat=True)
    for slug in bodies.union(signatories().order_by().values_list("slug", flat=True)).order_by("slug"):
        yield reverse("site:organisation", args=[slug]), None


def _cases() -> Iterator[Place]:
    cases = published_cases().order_by("slug")
    if cases.exists():
        yield reverse("atlas:cases"), None
    for slug in cases.values_list("slug", flat=True).iterator():
        yield reverse("atlas:case", args=[slug]), None


def _opinions() -> Iterator[Place]:
    conversations = Conversation.objects.public().order_by("slug").values_list("slug", "reported_at")
    for number, (slug, reported) in enumerate(conversations.iterator()):
        if not number:
            yield reverse("opinions:list"), None
        yield reverse("opinions:detail", args=[slug]), None
        if reported:
            yield reverse("opinions:report", args=[slug]), reported


def _documents() -> Iterator[Place]:
    """Each document, and each of its versions."""
    rows = public_versions().order_by("document__slug", "number")
    known = ""
    for slug, number, published in rows.values_list("document__slug", "number", "published_at").iterator():
        if slug != known:
            yield reverse("documents:detail", args=[slug]), None
        known = slug
        yield reverse("documents:version", args=[slug, number]), published


def places() -> Iterator[Place]:
    """Every public page once."""
    with translation.override(settings.LANGUAGE_CODE):
        found = list(
            islice(
                chain(_pages(), _calls(), _gatherings(), _cases(), _archive(), _opinions(), _documents()),
                MOST,
            )
        )
    yield from found


def _in(path: str, code: str) -> str:
    """The address of a path of the default language in another."""
    return escape(f"{settings.BASE_URL}/{code}{path.removeprefix(f'/{settings.LANGUAGE_CODE}')}")


def _urlset(code: str, found: Iterable[Place]) -> Iterator[str]:
    yield _HEAD + '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    yield 'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
    for path, changed in found:
        alternates = "".join(
            f'<xhtml:link rel="alternate" hreflang="{bcp47(other)}" href="{_in(path, other)}"/>'
            for other, _name in settings.LANGUAGES
        )
        when = f"<lastmod>{changed:%Y-%m-%d}</lastmod>" if changed else ""
        yield f"<url><loc>{_in(path, code)}</loc>{when}{alternates}</url>\n"
    yield "</urlset>\n"


@kept.page(by_table=True)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The list of the languages' files."""
    files = "".join(
        f"<sitemap><loc>{escape(settings.BASE_URL)}/sitemap-{code}.xml</loc></sitemap>\n"
        for code, _name in settings.LANGUAGES
    )
    body = (
        f'{_HEAD}<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{files}</sitemapindex>\n'
    )
    return HttpResponse(body, content_type="application/xml")


@kept.page(by_table=True)
@require_safe
def language(request: HttpRequest, code: str) -> StreamingHttpResponse:
    """All public pages in one language, each with its address in the others."""
    return StreamingHttpResponse(_urlset(code, places()), content_type="application/xml")
