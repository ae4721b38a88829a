"""Documents: their versions, the provisions of each in every language, who has signed."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema
from pydantic import Field

from summitry.documents import consulting, queries
from summitry.documents.models import Document as DocumentModel
from summitry.documents.models import Provision as ProvisionModel
from summitry.documents.models import Signature as SignatureModel
from summitry.documents.models import Version as VersionModel
from summitry.documents.queries import signatures as signing
from summitry.people import countries
from summitry.record.models import Entry

from ..shapes import Ask, Listed, Paging, Problem, Slug, Words, columns, listed, words

router = Router(tags=["documents"])
Number = Annotated[int, Field(ge=1, le=2**31 - 1, description="The number of a version, from 1.")]
Stage = Literal["questions", "concept", "zero", "revision", "final"]
Code = Annotated[str, Field(max_length=40)]


class DocumentFilters(Paging):
    """Which documents."""

    adopted: Annotated[bool | None, Field(description="Only those that are adopted, or are not.")] = None
    comments: Annotated[
        bool | None, Field(description="Only those whose newest version takes comments now, or does not.")
    ] = None


class DocumentBrief(Schema):
    """A document in a list, with its newest published version."""

    slug: str
    url: str
    title: Words
    summary: Words
    issued_by: Words
    languages: Annotated[list[str], Field(description="In which it is written; the first is the source.")]
    authentic: Annotated[list[str], Field(description="In which it is equally authoritative.")]
    version: Annotated[int, Field(description="The number of its newest published version.")]
    stage: Stage
    published_at: Annotated[datetime, Field(description="When that version was published.")]
    comments: Annotated[bool, Field(description="Whether that version takes comments at this moment.")]
    adopted_at: datetime | None


class DocumentVersion(Schema):
    """A published version. Its words in the source language never change."""

    number: int
    url: str
    stage: Stage
    note: Words
    published_at: datetime
    digest: Annotated[str, Field(description="SHA-256 of the words in the source, see its source.json.")]
    comments_from: datetime | None
    comments_until: datetime | None
    commenters: Literal["accounts", "members"]
    disposed_at: Annotated[datetime | None, Field(description="When all answers to it were published.")]
    adopted_at: datetime | None
    entry: Annotated[int | None, Field(description="The entry of the record with which it was published.")]


class Claim(Schema):
    """Something that says that it puts the document into practice."""

    title: Words
    url: str


class Document(DocumentBrief):
    """A document and its way."""

    open_to_signature: bool
    comment_days: Annotated[int, Field(description="For how many days comments run at least.")]
    objection_days: Annotated[int, Field(description="For how many days one may object at least.")]
    derives_from: Annotated[str | None, Field(description="The document from which it derives.")]
    derived: Annotated[list[str], Field(description="Documents that derive from it.")]
    practice: Annotated[list[Claim], Field(description="What says that it puts the document into practice.")]
    versions: Annotated[list[DocumentVersion], Field(description="The newest first.")]


class Provision(Schema):
    """A passage. Its anchor is the same in every version in which it stands."""

    anchor: str
    url: str
    kind: Literal["heading", "paragraph", "item"]
    depth: int
    number: str
    text: Words
    states: Annotated[
        dict[str, Literal["source", "reviewed", "draft", "outdated"]],
        Field(description="How each language stands: outdated where the source has changed since."),
    ]


class Signatory(Schema):
    """An organisation or a state."""

    slug: str
    name: Words
    kind: str
    country: Annotated[str, Field(description="ISO 3166-1 alpha-2; empty if it is not told.")]
    country_name: Annotated[str, Field(description="In the language asked for.")]


class Signature(Schema):
    """A signature. Who signed for the organisation is not published."""

    url: str
    signatory: Signatory
    state: Literal["received", "certified", "taken_in", "refused", "withdrawn"]
    kind: Annotated[Literal["", "simple", "definitive"], Field(description="Empty if it is not told.")]
    means: str
    capacity: Words
    signed_on: date | None
    received_at: datetime
    confirmed_on: Annotated[date | None, Field(description="When a simple one was made definitive.")]
    ends_on: Annotated[date | None, Field(description="From when a withdrawn one has no effect.")]
    source: Annotated[str, Field(description="From where it was taken in, if it was.")]


class SignatureFilters(Paging):
    """Which signatures."""

    state: Literal["in_force", "received", "certified", "taken_in", "withdrawn", "refused", "all"] = (
        "in_force"
    )
    kind: Annotated[Code, Field(description="A kind of organisation, such as `state`.")] = ""
    region: Annotated[Code, Field(description="A UN M.49 region or sub-region.")] = ""
    country: Annotated[Code, Field(description="ISO 3166-1 alpha-2.")] = ""
    q: Annotated[str, Field(max_length=100, description="Words in names.")] = ""


def _found(slug: str) -> DocumentModel:
    found = queries.by_slug(slug)
    if found is None:
        raise Http404(_("There is no document at this address."))
    return found


def _version_of(slug: str, number: int) -> VersionModel:
    found = queries.version(slug, number)
    if found is None:
        raise Http404(_("There is no such version."))
    return found


def _brief(request: HttpRequest, ask: Ask, newest: VersionModel, adopted: Any, takes: bool) -> dict[str, Any]:
    document = newest.document
    return {
        "slug": document.slug,
        "url": request.build_absolute_uri(reverse("documents:detail", args=[document.slug])),
        "title": words(document.title, ask),
        "summary": words(document.summary, ask),
        "issued_by": words(document.issued_by, ask),
        "languages": document.languages,
        "authentic": document.authentic,
        "version": newest.number,
        "stage": newest.stage,
        "published_at": newest.published_at,
        "comments": takes,
        "adopted_at": adopted,
    }


def _version(request: HttpRequest, ask: Ask, one: VersionModel, entry: Entry | None) -> dict[str, Any]:
    place = reverse("documents:version", args=[one.document.slug, one.number])
    return {
        **columns(one, "number", "stage", "published_at", "digest", "comments_from", "comments_until"),
        **columns(one, "commenters", "disposed_at", "adopted_at"),
        "url": request.build_absolute_uri(place),
        "note": words(one.note, ask),
        "entry": entry.index if entry else None,
    }


@router.get("", response=Listed[DocumentBrief], summary="Documents")
def documents(request: HttpRequest, asked: Query[DocumentFilters]) -> dict[str, Any]:
    """Documents of which a version is published: those that take comments first, then the newest."""
    found = [
        one
        for one in queries.listed()
        if asked.adopted in (None, one.adopted_at is not None)
        and asked.comments in (None, one.takes_comments)
    ]
    return listed(
        request,
        asked,
        found,
        lambda one: _brief(request, asked, one.version, one.adopted_at, one.takes_comments),
    )


@router.get("/{slug:slug}", response={200: Document, 404: Problem}, summary="One document")
def document(request: HttpRequest, slug: Slug, ask: Query[Ask]) -> dict[str, Any]:
    """A document, its published versions, what it derives from and what came of it."""
    found = _found(slug)
    way = queries.lineage(found)
    adopted = next((one.adopted_at for one in way.versions if one.adopted_at), None)
    newest = way.versions[0]
    return {
        **_brief(request, ask, newest, adopted, consulting.takes(newest)),
        **columns(found, "open_to_signature", "comment_days", "objection_days"),
        "derives_from": way.parent.slug if way.parent else None,
        "derived": [one.slug for one in way.children],
        "practice": [
            {"title": words(one.title, ask), "url": request.build_absolute_uri(one.url)} for one in way.claims
        ],
        "versions": [_version(request, ask, one, way.entries.get(one.number)) for one in way.versions],
    }


@router.get("/{slug:slug}/{int:number}", response={200: DocumentVersion, 404: Problem}, summary="One version")
def version(request: HttpRequest, slug: Slug, number: Path[Number], ask: Query[Ask]) -> dict[str, Any]:
    """A published version."""
    found = _version_of(slug, number)
    return _version(request, ask, found, queries.publication(found))


@router.get(
    "/{slug:slug}/{int:number}/provisions",
    response={200: Listed[Provision], 404: Problem},
    summary="Provisions",
)
def provisions(
    request: HttpRequest, slug: Slug, number: Path[Number], paging: Query[Paging]
) -> dict[str, Any]:
    """The passages of a version in their order, in every language in which they are written by people."""
    found = _version_of(slug, number)
    page = reverse("documents:version", args=[slug, number])

    def shaped(one: ProvisionModel) -> dict[str, Any]:
        return {
            **columns(one, "anchor", "kind", "depth", "number"),
            "url": f"{request.build_absolute_uri(page)}#{one.anchor}",
            "text": words(one.text, paging),
            "states": {code: one.text.state(code) for code in one.text.values},
        }

    return listed(request, paging, found.provisions.order_by("position"), shaped)


@router.get("/{slug:slug}/signatures", response={200: Listed[Signature], 404: Problem}, summary="Signatures")
def signatures(request: HttpRequest, slug: Slug, asked: Query[SignatureFilters]) -> dict[str, Any]:
    """Who has signed, by name: signatures in force unless another state is asked for."""
    found = _found(slug)

    def shaped(one: SignatureModel) -> dict[str, Any]:
        body = one.organisation
        place = reverse("documents:signature", args=[slug, one.uid])
        return {
            **columns(one, "state", "kind", "means", "signed_on", "received_at"),
            **columns(one, "confirmed_on", "ends_on", "source"),
            "url": request.build_absolute_uri(place),
            "signatory": {
                "slug": body.slug,
                "name": words(body.name, asked),
                "kind": body.kind,
                "country": body.country,
                "country_name": countries.name(body.country) if body.country else "",
            },
            "capacity": words(one.capacity, asked),
        }

    filters = signing.Filters.of(lambda name: str(getattr(asked, name)))
    return listed(request, asked, signing.found(found, filters), shaped)
