"""What the secretariat and translators see of the library."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import ngettext

from summitry.people.waiting import Waiting
from summitry.text import languages

from ..models import Case
from .filters import published

PAGE = 50


def lacking(language: str = "") -> QuerySet[Case]:
    """Published cases without a text in one language of the institution, or in any of them."""
    if language:
        return published().exclude(languages__code=language)
    codes = settings.CONTENT_LANGUAGES
    there = Count("languages", filter=Q(languages__code__in=codes))
    return published().alias(there=there).filter(there__lt=len(codes))


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A case in the desk's list, with the state of its text in each language of the institution."""

    case: Case
    states: list[tuple[str, str]]  # (language, "source", "reviewed", "draft", "outdated" or "")


def _state(case: Case, language: str) -> str:
    """The least finished state of the case's texts in a language; empty if one is missing."""
    states = [text.state(language) for text in (case.title, case.summary, case.body) if text]
    order = [None, "outdated", "draft", "reviewed", "source"]
    return min(states, key=order.index, default=None) or ""


def desk_cases(number: int | str | None = 1, language: str = "", state: str = "") -> Page[DeskRow]:
    """Cases for the desk, newest first; those lacking a language, or in one state, if asked. Two queries."""
    cases = lacking(language) if language else Case.objects.all()
    if state in Case.State.values:
        cases = cases.filter(state=state)
    cases = cases.defer("evidence", "search").order_by("-published_at", "-pk")
    page: Page[Any] = Paginator(cases, PAGE).get_page(number)
    page.object_list = [
        DeskRow(case, [(code, _state(case, code)) for code in settings.CONTENT_LANGUAGES])
        for case in page.object_list
    ]
    return page


def waiting(user: Any) -> Iterable[Waiting]:
    """Cases that cannot be read in all of the institution's languages: for those who translate. Two
    queries.
    """
    if not user.has_perm("atlas.translate_case"):
        return
    count = lacking().count()
    if not count:
        return
    codes = settings.CONTENT_LANGUAGES
    total = published().aggregate(all=Count("pk", distinct=True), **_counts(codes))
    missing = {code: total["all"] - total[f"in_{i}"] for i, code in enumerate(codes)}
    yield Waiting(
        title=ngettext(
            "%(count)d case cannot be read in every language",
            "%(count)d cases cannot be read in every language",
            count,
        )
        % {"count": count},
        url=reverse("atlas:desk"),
        icon="lang",
        area="cases",
        count=count,
        detail=" · ".join(f"{languages.local_name(code)} {n}" for code, n in missing.items() if n),
    )


def _counts(codes: Iterable[str]) -> dict[str, Count]:
    return {
        f"in_{i}": Count("pk", distinct=True, filter=Q(languages__code=code)) for i, code in enumerate(codes)
    }
