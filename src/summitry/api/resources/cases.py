"""Cases: the library with the same facets as its page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from summitry.atlas import queries
from summitry.atlas.models import Case as Model
from summitry.people import countries
from summitry.people.models import scope_of
from summitry.text.value import Text

from ..door import problem
from ..shapes import Ask, Listed, Paging, Problem, Slug, Words, listed, words

router = Router(tags=["cases"])
Several = Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=40)]


class Facets(Ask):
    """Values of one name widen, names narrow."""

    q: Annotated[str, Field(max_length=200, description="Words in titles and summaries, all languages.")] = ""
    tier: Several = []
    topic: Several = []
    year: Several = []
    region: Annotated[Several, Field(description="UN M.49 regions or sub-regions; `001` is worldwide.")] = []
    country: Annotated[Several, Field(description="ISO 3166-1 alpha-2.")] = []
    language: Annotated[Several, Field(description="Languages in which all of its texts exist.")] = []


class Search(Facets, Paging):
    """Which cases, in which order."""

    sort: Literal["newest", "oldest"] = "newest"


class Named(Schema):
    """A thing with a key and a name."""

    key: str
    name: Words


class Country(Schema):
    """Where a case takes place."""

    code: str
    name: Annotated[str, Field(description="In the language asked for.")]
    region: str
    subregion: str


class CaseTier(Schema):
    """The tier that the call gave it."""

    key: str
    name: Words
    top: Annotated[bool, Field(description="Whether it is the highest tier of its call.")]


class CaseBrief(Schema):
    """A case in a list."""

    slug: str
    url: str
    title: Words
    summary: Words
    year: Annotated[int, Field(description="The year in which it was chosen, or became known.")]
    topics: list[Named]
    worldwide: bool
    countries: list[Country]
    languages: list[str]
    tier: CaseTier | None
    chosen_here: Annotated[bool, Field(description="Whether a call of this institution chose it.")]
    entry: Annotated[int | None, Field(description="The entry of the record with which it came in.")]
    published_at: datetime


class Source(Schema):
    """Where facts are from."""

    name: Words
    url: str


class Case(CaseBrief):
    """A case with its texts."""

    body: Annotated[Words, Field(description="Markdown.")]
    evidence: Annotated[Words, Field(description="Markdown.")]
    organisations: list[Named]
    documents: Annotated[list[str], Field(description="Documents that it says it puts into practice.")]
    carried_by: Words
    since: Annotated[int | None, Field(description="The year since which it is in use.")]
    website: str
    call: Annotated[str | None, Field(description="The call that chose it.")]
    submission: Annotated[str | None, Field(description="The reference under which it was submitted.")]
    source: Annotated[Source | None, Field(description="Where a case from elsewhere is known from.")]
    subject: Annotated[str, Field(description="How the record names it.")]


class FacetValue(Schema):
    """A value of a facet."""

    key: str
    name: str | Words
    count: int


def _filters(asked: Facets) -> queries.Filters:
    given: dict[str, list[str]] = {name: getattr(asked, name) for name in queries.FACETS}
    given |= {"q": [asked.q], "sort": [asked.sort] if isinstance(asked, Search) else []}
    return queries.Filters.of(lambda name: given.get(name, []))


def _brief(request: HttpRequest, ask: Ask, case: Model, entry: int | None) -> dict[str, Any]:
    return {
        "slug": case.slug,
        "url": request.build_absolute_uri(reverse("atlas:case", args=[case.slug])),
        "title": words(case.title, ask),
        "summary": words(case.summary, ask),
        "year": case.year,
        "topics": [{"key": topic.slug, "name": words(topic.name, ask)} for topic in case.topics.all()],
        "worldwide": case.worldwide,
        "countries": [
            {
                "code": row.country,
                "name": countries.name(row.country),
                "region": row.region,
                "subregion": row.subregion,
            }
            for row in case.countries.all()
        ],
        "languages": [row.code for row in case.languages.all()],
        "tier": {"key": case.tier, "name": words(case.tier_label, ask), "top": case.top}
        if case.tier
        else None,
        "chosen_here": case.decision_id is not None,
        "entry": entry,
        "published_at": case.published_at,
    }


@router.get("", response=Listed[CaseBrief], summary="Cases")
def cases(request: HttpRequest, asked: Query[Search]) -> dict[str, Any]:
    """The published cases that fit, the newest first."""
    return listed(
        request,
        asked,
        queries.found(_filters(asked)),
        lambda row: _brief(request, asked, row.case, row.entry),
        queries.rows,
    )


@router.get("/facets", response=dict[str, list[FacetValue]], summary="Facets of cases")
def facets(request: HttpRequest, asked: Query[Facets]) -> Mapping[str, Any]:
    """By facet, each value and how many cases it would show, where all other facets hold."""
    return {
        facet.name: [
            {
                "key": value.key,
                "name": words(value.label, asked) if isinstance(value.label, Text) else str(value.label),
                "count": value.count,
            }
            for value in facet.values
        ]
        for facet in queries.facets(_filters(asked))
    }


@router.get("/{slug:slug}", response={200: Case, 404: Problem, 410: Problem}, summary="One case")
def case(request: HttpRequest, slug: Slug, ask: Query[Ask]) -> Any:
    """A case with its text. One that was withdrawn answers 410 with the reason."""
    found = queries.case_page(slug)
    if found is None:
        raise Http404(_("There is no case at this address."))
    if not found.case.shown:
        return problem(410, str(found.case.withdrawn_reason))
    case = found.case
    submission = case.decision.submission if case.decision else None
    return {
        **_brief(request, ask, case, found.entry.index if found.entry else None),
        "body": words(case.body, ask),
        "evidence": words(case.evidence, ask),
        "organisations": [
            {"key": body.slug, "name": words(body.name, ask)} for body in case.organisations.all()
        ],
        "documents": [one.slug for one in case.documents.all()],
        "carried_by": words(case.carried_by, ask),
        "since": case.since,
        "website": case.website,
        "call": submission.call.slug if submission else None,
        "submission": submission.ref if submission else None,
        "source": {"name": words(case.source, ask), "url": case.source_url} if case.source else None,
        "subject": scope_of(case),
    }
