"""The public face of gatherings: what `summitry verify` compares the database with."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from .models import Gathering, ReleasedSlot
from .programme import digest
from .queries.programme import as_row


def of_gatherings(keys: list[str]) -> Mapping[str, Any]:
    """What the public is told of these gatherings, with the digest of the programme as it stands in the
    rows."""
    found = (
        Gathering.objects.filter(slug__in=keys)
        .exclude(state=Gathering.State.DRAFT)
        .select_related("released")
    )
    known = list(found.select_related("series", "released").prefetch_related("conveners"))
    rows: dict[int, list[Any]] = {}
    released = [one.released_id for one in known if one.released_id]
    listed = (
        ReleasedSlot.objects.filter(release__in=released)
        .select_related("session", "room", "track")
        .only(
            *("release", "starts", "ends", "title", "kind", "language", "interpreted"),
            *("session__guid", "session__slug", "room__slug", "track__slug"),
        )
    )
    for row in listed:
        rows.setdefault(row.release_id, []).append(as_row(row))
    return {one.slug: _face(one, rows.get(one.released_id or 0, [])) for one in known}


def _face(one: Gathering, rows: list[Any]) -> dict[str, Any]:
    return {
        "slug": one.slug,
        "series": one.series.slug if one.series else None,
        "number": one.number,
        **{name: getattr(one, name) for name in ("title", "subtitle", "summary", "place", "origin")},
        **{
            name: getattr(one, name)
            for name in ("country", "time_zone", "state", "partner", "parties", "website")
        },
        "starts": one.starts.isoformat(),
        "ends": one.ends.isoformat(),
        "conveners": sorted(convener.slug for convener in one.conveners.all()),
        "release": {"version": one.released.version, "digest": digest(rows)} if one.released else None,
    }


def gatherings() -> Iterable[str]:
    return Gathering.objects.exclude(state=Gathering.State.DRAFT).values_list("slug", flat=True)


def page(key: str) -> str | None:
    return reverse("gatherings:detail", args=[key])


def session_page(key: str) -> str | None:
    """The key is "GATHERING/SESSION"; a session has a page once a release names it."""
    gathering, _slash, session = key.partition("/")
    there = ReleasedSlot.objects.filter(session__gathering__slug=gathering, session__slug=session).exists()
    return reverse("gatherings:session", args=[gathering, session]) if there else None
