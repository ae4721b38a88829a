"""What may be asked about pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import ngettext
from rules.permissions import has_perm

from summitry.people.waiting import Waiting
from summitry.text import parity
from summitry.text.value import Text

from .kinds import DOCUMENTS
from .models import Page

TEXTS = ("title", "lede", "body", "origin")
_LIST = ("slug", "kind", "title", "lede", "origin", "year", "month", "day", "position")
_NEWEST = [F(name).desc(nulls_last=True) for name in ("year", "month", "day")]


def shown() -> QuerySet[Page]:
    """Every page that the public may read."""
    return Page.objects.filter(shown=True)


def page(slug: str, kinds: Iterable[str] = ()) -> Page | None:
    """One page of the public; of these kinds only, if any is named. One query."""
    found = shown().filter(slug=slug)
    return (found.filter(kind__in=kinds) if kinds else found).first()


def of_kind(*kinds: str) -> QuerySet[Page]:
    """A list's rows, without their bodies, in the order that the secretariat gave them. One query."""
    return shown().filter(kind__in=kinds).only(*_LIST)


def by_year(*kinds: str) -> QuerySet[Page]:
    """The same, the newest first; what has no date comes last."""
    return of_kind(*kinds).order_by(*_NEWEST, "position", "slug")


def years(pages: Iterable[Page]) -> list[tuple[int | None, list[Page]]]:
    """Pages that come by year, grouped."""
    return [(year, list(group)) for year, group in groupby(pages, key=lambda one: one.year)]


def milestones() -> QuerySet[Page]:
    """The history, the oldest first. One query."""
    return of_kind("milestone").order_by("year", "month", "day", "position")


def home_words() -> Page | None:
    """The words of the home page, if the institution has written any. One query."""
    return shown().filter(kind="home").first()


@dataclass(frozen=True, slots=True)
class InFrame:
    """What the frame of every page says of pages."""

    foot: tuple[tuple[str, Text], ...] = ()  # slug and title
    documents: bool = False


def in_frame() -> InFrame:
    """The pages in the foot, and whether there are documents. One query."""
    document = shown().filter(kind__in=DOCUMENTS).order_by().values("pk")[:1]
    rows = list(
        shown()
        .filter(Q(in_foot=True) | Q(pk=Subquery(document)))
        .order_by("position", "slug")
        .values_list("slug", "title", "kind", "in_foot")
    )
    return InFrame(
        foot=tuple((slug, title) for slug, title, _kind, in_foot in rows if in_foot),
        documents=any(row[2] in DOCUMENTS for row in rows),
    )


def faces(keys: list[str]) -> dict[str, Any]:
    """The public faces of pages by slug, for the record. One query."""
    return {one.slug: one.face() for one in shown().filter(slug__in=keys)}


def public_keys() -> Iterable[str]:
    """The slugs of all pages that have a public face."""
    return shown().values_list("slug", flat=True)


def owed(pages: Iterable[Page]) -> list[Page]:
    """Those pages of which a translation is behind its original or waits for a review."""
    return [
        one
        for one in pages
        if any(
            getattr(one, field).state(code) in {"outdated", "draft"}
            for field in TEXTS
            for code in getattr(one, field).texts
        )
    ]


def waiting(user: Any) -> list[Waiting]:
    """Translations of pages that wait for a translator or the secretariat. At most one query."""
    if not has_perm("site.translate_page", user):
        return []
    behind = owed(Page.objects.only(*TEXTS)[:500])
    if not behind:
        return []
    return [
        Waiting(
            title=ngettext(
                "A translation of %(count)d page is behind or not reviewed",
                "Translations of %(count)d pages are behind or not reviewed",
                len(behind),
            )
            % {"count": len(behind)},
            url=f"{reverse('site:desk_pages')}?owed=1",
            icon="lang",
            area="languages",
            count=len(behind),
        )
    ]


def texts() -> Iterable[Text]:
    """Every text of the pages that the public reads. One query."""
    return chain.from_iterable(shown().values_list(*TEXTS)[:500])


def reviews(page: Page) -> list[parity.Owed]:
    """How far each language of a page has come. No query."""
    return parity.owed([getattr(page, field) for field in TEXTS], settings.CONTENT_LANGUAGES)
