"""The public record."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema
from pydantic import Field

from summitry.record import queries
from summitry.record.models import Checkpoint
from summitry.record.models import Entry as Row

from ..shapes import MOST, Ask, Listed, Paging, Problem, listed

router = Router(tags=["record"])
Index = Annotated[int, Field(ge=0, le=MOST, description="Its place in the log, from 0.")]


class Head(Schema):
    """A checkpoint: what the record’s key has signed."""

    origin: str
    size: Annotated[int, Field(description="How many entries it covers.")]
    root: Annotated[str, Field(description="The root of the tree, in hexadecimal.")]
    at: datetime
    note: Annotated[str, Field(description="The signed checkpoint (c2sp.org/tlog-checkpoint).")]


class Entry(Schema):
    """A public act."""

    index: int
    at: datetime
    kind: str
    sentence: Annotated[str, Field(description="What happened, in the language asked for.")]
    subject: str
    by: Annotated[str, Field(description="The role that acted.")]
    facts: Annotated[dict[str, Any], Field(description="What the public is told, by kind of act.")]
    leaf: Annotated[str, Field(description="Its leaf hash (RFC 9162), in hexadecimal.")]
    url: str


class FullEntry(Entry):
    """A public act with the bytes that are hashed."""

    body: Annotated[str, Field(description="The bytes that are hashed: canonical JSON.")]


class Step(Schema):
    """One step of a proof."""

    side: Annotated[Literal["left", "right"], Field(description="On which side of ours this hash is put.")]
    hash: str


class Proof(Schema):
    """The way from an entry to the root of the last checkpoint."""

    index: int
    leaf: str
    steps: list[Step]
    head: Head


class EntryFilters(Paging):
    """Which entries."""

    kind: Annotated[str, Field(max_length=80, description="One kind of act, such as `calls.opened`.")] = ""
    subject: Annotated[
        str,
        Field(max_length=200, description="One subject, such as `atlas.case:boats`. NUL is no part of any."),
    ] = ""


def _head(head: Checkpoint) -> dict[str, Any]:
    return {
        "origin": settings.RECORD_ORIGIN,
        "size": head.size,
        "root": head.root.hex(),
        "at": head.at,
        "note": head.note,
    }


def _entry(request: HttpRequest, entry: Row) -> dict[str, Any]:
    said = entry.said
    return {
        "index": entry.index,
        "at": said["at"],
        "kind": said["kind"],
        "sentence": entry.sentence(),
        "subject": said["subject"],
        "by": said["by"],
        "facts": said["facts"],
        "leaf": entry.leaf.hex(),
        "url": request.build_absolute_uri(reverse("record:entry", args=[entry.index])),
    }


@router.get("/head", response={200: Head, 404: Problem}, summary="The last checkpoint")
def head(request: HttpRequest, ask: Query[Ask]) -> dict[str, Any]:
    """What the record's key has signed last. Machines that verify read /record/checkpoint and the tiles."""
    found = queries.head()
    if found is None:
        raise Http404(_("The record has no entry yet."))
    return _head(found)


@router.get("/entries", response=Listed[Entry], summary="Entries")
def entries(request: HttpRequest, asked: Query[EntryFilters]) -> dict[str, Any]:
    """The newest first; of one kind of act or about one subject, if asked."""
    rows = Row.objects.order_by("-index")
    if asked.kind:
        rows = rows.filter(kind=asked.kind.replace("\x00", "\ufffd"))
    if asked.subject:
        rows = rows.filter(subject=asked.subject.replace("\x00", "\ufffd"))
    return listed(request, asked, rows, lambda entry: _entry(request, entry))


@router.get("/entries/{index}", response={200: FullEntry, 404: Problem}, summary="One entry")
def entry(request: HttpRequest, index: Path[Index], ask: Query[Ask]) -> dict[str, Any]:
    """What was entered, and the bytes of which its hash is made."""
    found = queries.entry(index)
    if found is None:
        raise Http404(_("There is no entry with this number."))
    return {**_entry(request, found), "body": bytes(found.body).decode()}


@router.get("/entries/{index}/proof", response={200: Proof, 404: Problem}, summary="The proof of an entry")
def proof(request: HttpRequest, index: Path[Index], ask: Query[Ask]) -> dict[str, Any]:
    """The hashes that lead from the entry to the root of the last checkpoint (RFC 9162, 2.1.3)."""
    found = queries.proven(index)
    if found is None:
        raise Http404(_("There is no entry with this number."))
    return {
        "index": found.entry.index,
        "leaf": found.entry.leaf.hex(),
        "steps": [
            {"side": "left" if step.left else "right", "hash": step.hash.hex()} for step in found.steps
        ],
        "head": _head(found.head),
    }
