"""Opinion votes: what is asked, what is said of it, and the map."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from summitry.opinions import queries
from summitry.opinions.models import Conversation as Model

from ..shapes import Ask, Listed, Paging, Problem, Slug, Words, listed, words

router = Router(tags=["opinions"])


class ConversationFilters(Paging):
    """Which conversations."""

    state: Annotated[
        Literal["open", "closed"] | None, Field(description="Only conversations in this state.")
    ] = None


class ConversationBrief(Schema):
    """A conversation in a list."""

    slug: str
    url: str
    title: Annotated[Words, Field(description="The question.")]
    state: Literal["open", "closed"]
    accepting: Annotated[bool, Field(description="Whether it takes votes at this moment.")]
    access: Annotated[
        Literal["anybody", "link", "accounts", "members"], Field(description="Who may take part.")
    ]
    opens_at: datetime
    closes_at: datetime | None
    reported_at: Annotated[datetime | None, Field(description="When its report was published.")]
    people: Annotated[int, Field(description="Who had voted when the last map was drawn.")]
    votes: Annotated[int, Field(description="How many votes they had given.")]


class Conversation(ConversationBrief):
    """A conversation."""

    description: Annotated[Words, Field(description="Markdown.")]
    policy: Annotated[Words, Field(description="The policy of moderation, Markdown.")]
    moderation: Annotated[
        Literal["before", "after"],
        Field(description="Whether statements are looked at before or after they are shown."),
    ]
    source: Annotated[str, Field(description="Where its votes were taken in from, if so.")]


class Share(Schema):
    """What everybody or a group says of a statement, in whole percents of those who saw it."""

    name: Annotated[str, Field(description="The group's letter; empty for everybody.")]
    seen: Annotated[int, Field(description="How many voted on it, those who passed included.")]
    agree: int
    disagree: int
    passed: int
    low: Annotated[int, Field(description="Agreement is between this and `high`, 19 times of 20.")]
    high: int


class Statement(Schema):
    """A statement that can be read, with what the last map says of it."""

    number: int
    url: str
    text: Words
    seed: Annotated[bool, Field(description="Whether it is the secretariat's.")]
    shares: Annotated[
        list[Share], Field(description="Everybody first, then each group; empty before the first map.")
    ]


class Said(Schema):
    """A statement by which a group is told from the others."""

    number: int
    stance: Annotated[Literal[1, -1], Field(description="1: it agrees, -1: it disagrees.")]


class Group(Schema):
    """A group of people who vote alike."""

    name: str
    people: int
    says: list[Said]


class Map(Schema):
    """The last map."""

    drawn_at: datetime
    digest: Annotated[
        str, Field(description="SHA-256 of the votes; the record has the published report's, see the docs.")
    ]
    people: int
    votes: int
    statements: int
    ungrouped: Annotated[int, Field(description="Who has voted on too few statements to be in a group.")]
    groups: list[Group]
    unites: Annotated[list[int], Field(description="Numbers of statements with which every group agrees.")]
    divides: Annotated[list[int], Field(description="Numbers of statements on which the groups part.")]


def _brief(request: HttpRequest, ask: Ask, one: Any, people: int, votes: int) -> dict[str, Any]:
    return {
        "slug": one.slug,
        "url": request.build_absolute_uri(reverse("opinions:detail", args=[one.slug])),
        "title": words(one.title, ask),
        "state": one.state,
        "accepting": one.accepts(timezone.now()),
        "access": one.access,
        "opens_at": one.opens_at,
        "closes_at": one.closes_at,
        "reported_at": one.reported_at,
        "people": people,
        "votes": votes,
    }


def _found(slug: str) -> Model:
    found = queries.by_slug(slug)
    if found is None:
        raise Http404(_("There is no opinion vote at this address."))
    return found


@router.get("", response=Listed[ConversationBrief], summary="Opinion votes")
def conversations(request: HttpRequest, asked: Query[ConversationFilters]) -> dict[str, Any]:
    """All conversations that were ever opened, the newest first."""
    found = queries.counted()
    if asked.state:
        found = found.filter(state=asked.state)
    return listed(request, asked, found, lambda one: _brief(request, asked, one, one.heard, one.cast))


@router.get("/{slug:slug}", response={200: Conversation, 404: Problem}, summary="One opinion vote")
def conversation(request: HttpRequest, slug: Slug, ask: Query[Ask]) -> dict[str, Any]:
    """A conversation and its policy of moderation."""
    found = _found(slug)
    run = queries.last_map(found)
    return {
        **_brief(request, ask, found, run.people if run else 0, run.votes if run else 0),
        "description": words(found.description, ask),
        "policy": words(found.policy, ask),
        "moderation": found.moderation,
        "source": found.source,
    }


@router.get("/{slug:slug}/statements", response={200: Listed[Statement], 404: Problem}, summary="Statements")
def statements(request: HttpRequest, slug: Slug, paging: Query[Paging]) -> dict[str, Any]:
    """What can be read and voted on, by number. Who wrote a statement is not published."""
    found = _found(slug)
    run = queries.last_map(found)

    def prepared(part: Any) -> list[tuple[Any, Any]]:
        page = list(part)
        rows = queries.rows_of(run, {one.pk: one for one in page}) if run else {}
        return [(one, rows.get(one.pk)) for one in page]

    def shaped(pair: tuple[Any, Any]) -> dict[str, Any]:
        one, row = pair
        return {
            "number": one.number,
            "url": request.build_absolute_uri(reverse("opinions:statement", args=[slug, one.number])),
            "text": words(one.text, paging),
            "seed": one.seed,
            "shares": [row.everybody, *row.groups] if row else [],
        }

    return listed(request, paging, queries.shown_statements(found), shaped, prepared)


@router.get("/{slug:slug}/map", response={200: Map, 404: Problem}, summary="The opinion map")
def opinion_map(request: HttpRequest, slug: Slug, ask: Query[Ask]) -> dict[str, Any]:
    """The groups of the last map and what they say; statements by number."""
    page = queries.map_page(_found(slug))
    if page is None:
        raise Http404(_("There is no map yet: it is drawn once people have voted."))
    return {
        "drawn_at": page.run.made_at,
        "digest": page.run.digest,
        "people": page.run.people,
        "votes": page.run.votes,
        "statements": page.run.statements,
        "ungrouped": page.ungrouped,
        "groups": [
            {
                "name": group.name,
                "people": group.people,
                "says": [{"number": one.row.statement.number, "stance": one.stance} for one in group.says],
            }
            for group in page.groups
        ],
        "unites": [row.statement.number for row in page.unites],
        "divides": [row.statement.number for row in page.divides],
    }
