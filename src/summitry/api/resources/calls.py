"""Calls: their rules, and what they chose."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from summitry.calls import queries
from summitry.calls.models import Call as Model
from summitry.calls.models import Decision
from summitry.record import registry
from summitry.text.value import Text

from ..shapes import Ask, Listed, Paging, Problem, Slug, Words, listed, words

router = Router(tags=["calls"])


class CallFilters(Paging):
    """Which calls."""

    state: Annotated[
        Literal["open", "closed", "decided", "published"] | None,
        Field(description="Only calls in this state."),
    ] = None


class CallBrief(Schema):
    """A call in a list."""

    slug: str
    url: str
    title: Words
    summary: Words
    state: Literal["open", "closed", "decided", "published"]
    accepting: Annotated[bool, Field(description="Whether it takes submissions at this moment.")]
    opens_at: datetime | None
    closes_at: datetime | None
    published_at: datetime | None


class Version(Schema):
    """A frozen version of the rules."""

    version: int
    digest: Annotated[str, Field(description="SHA-256 of the canonical JSON of the rules, in hexadecimal.")]
    made_at: datetime
    reason: Annotated[Words, Field(description="Why the rules were amended; empty for version 1.")]


class Stage(Schema):
    """How far a stage has come."""

    key: str
    kind: str
    name: Words
    state: Literal["pending", "open", "closed"]
    opens_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None


class Call(CallBrief):
    """A call with its rules."""

    body: Annotated[Words, Field(description="Markdown.")]
    rules: Annotated[dict[str, Any], Field(description="The rules in force, as they were frozen and hashed.")]
    versions: list[Version]
    stages: list[Stage]
    submissions: Annotated[int | None, Field(description="How many were sent; not told while it is open.")]
    appeals_until: datetime | None


class ResultTier(Schema):
    """A class of acceptance."""

    key: str
    name: Words


class Result(Schema):
    """An accepted submission."""

    ref: str
    title: Annotated[Words, Field(description="Empty if the call keeps titles private.")]
    category: str
    tier: ResultTier | None
    rank: Annotated[int | None, Field(description="Its place in the computed order.")]
    departure_reason: Annotated[Words, Field(description="Why the decision departs from that order, if so.")]
    outcome: Annotated[str | None, Field(description="What came of it, as the record names it.")]
    outcome_url: str | None


def _brief(request: HttpRequest, ask: Ask, call: Model) -> dict[str, Any]:
    return {
        "slug": call.slug,
        "url": request.build_absolute_uri(reverse("calls:detail", args=[call.slug])),
        "title": words(call.title, ask),
        "summary": words(call.summary, ask),
        "state": call.state,
        "accepting": call.is_accepting(),
        "opens_at": call.opens_at,
        "closes_at": call.closes_at,
        "published_at": call.published_at,
    }


@router.get("", response=Listed[CallBrief], summary="Calls")
def calls(request: HttpRequest, asked: Query[CallFilters]) -> dict[str, Any]:
    """All calls that were ever opened, the latest deadline first."""
    found = Model.objects.public().defer("working", "body").order_by("-closes_at", "-pk")
    if asked.state:
        found = found.filter(state=asked.state)
    return listed(request, asked, found, lambda call: _brief(request, asked, call))


@router.get("/{slug:slug}", response={200: Call, 404: Problem}, summary="One call")
def call(request: HttpRequest, slug: Slug, ask: Query[Ask]) -> dict[str, Any]:
    """A call with its rules, all their versions, and how far its stages have come."""
    found = queries.call_page(slug)
    if found is None:
        raise Http404(_("There is no call at this address."))
    names = {stage.key: stage.name for stage in found.rules.stages}
    return {
        **_brief(request, ask, found.call),
        "body": words(found.call.body, ask),
        "rules": found.rules.to_json(),
        "versions": [
            {
                "version": one.version,
                "digest": one.digest,
                "made_at": one.made_at,
                "reason": words(one.reason, ask),
            }
            for one in found.versions
        ],
        "stages": [
            {
                "key": run.key,
                "kind": run.kind,
                "name": words(names.get(run.key, Text()), ask),
                "state": run.state,
                "opens_at": run.opens_at,
                "closes_at": run.closes_at,
                "closed_at": run.closed_at,
            }
            for run in found.stages
        ],
        "submissions": found.sent,
        "appeals_until": found.call.appeals_until,
    }


@router.get("/{slug:slug}/results", response={200: Listed[Result], 404: Problem}, summary="Results of a call")
def results(request: HttpRequest, slug: Slug, paging: Query[Paging]) -> dict[str, Any]:
    """What was accepted, best first. There are none before the call publishes them."""
    found = queries.call_page(slug)
    if found is None or not found.call.is_published:
        raise Http404(_("The results of this call are not published."))
    return listed(request, paging, found.accepted, lambda one: _result(request, paging, found, one))


def _result(request: HttpRequest, ask: Ask, page: queries.CallPage, decision: Decision) -> dict[str, Any]:
    submission = decision.submission
    field = page.rules.by_role("title")
    tier = page.rules.tier(decision.tier) if decision.tier else None
    address = registry.url_of(decision.outcome) if decision.outcome else None
    return {
        "ref": submission.ref,
        "title": words(submission.title, ask) if field and field.visibility == "public" else {},
        "category": submission.category,
        "tier": {"key": tier.key, "name": words(tier.name, ask)} if tier else None,
        "rank": decision.computed_rank,
        "departure_reason": words(decision.departure_reason, ask),
        "outcome": decision.outcome or None,
        "outcome_url": request.build_absolute_uri(address) if address else None,
    }
