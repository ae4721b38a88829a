"""Releases: the rows that wait, the feed of changes, and whom a change concerns."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from summitry import kept
from summitry.people.models import Mandate, Role, User, scope_of

from ..models import (
    AgendaWatch,
    Convener,
    Gathering,
    PreparedRelease,
    PreparedSlot,
    Release,
    ReleasedSlot,
    Room,
    SessionPerson,
    SessionReport,
    Track,
)
from ..programme import Change, Changes, Row, compare
from .outcomes import REPORTERS, reports
from .programme import as_row


def prepared_of(gathering: Gathering) -> PreparedRelease | None:
    """The release that waits under embargo; for those who release the programme alone. One query."""
    return PreparedRelease.objects.filter(gathering=gathering).first()


def published_moments(gathering: Gathering) -> dict[int, datetime]:
    """When each version of the programme became public. One query."""
    kept.depends(f"programme:{gathering.pk}")
    return dict(Release.objects.filter(gathering=gathering).values_list("version", "published_at"))


def prepared_rows(prepared: PreparedRelease) -> list[PreparedSlot]:
    """Its rows by time and room, with their sessions. One query."""
    rows = PreparedSlot.objects.filter(prepared=prepared).select_related("session", "room", "track")
    return list(rows.order_by("starts", "room__position", "session"))


@dataclass(frozen=True, slots=True)
class Told:
    """A release, the one before it, and what it changed."""

    release: Release
    before: Release | None
    changes: Changes


def _rows_of_all(releases: Iterable[Release]) -> dict[int, list[Row]]:
    """The rows of several releases of one gathering. Three queries."""
    listed = list(releases)
    if not listed:
        return {}
    gathering = listed[0].gathering_id
    kept.depends(f"programme:{gathering}", f"sessions:{gathering}")
    rooms = {room.pk: room for room in Room.objects.filter(gathering=gathering)}
    tracks = {track.pk: track for track in Track.objects.filter(gathering=gathering)}
    found: dict[int, list[Row]] = {one.pk: [] for one in listed}
    rows = (
        ReleasedSlot.objects.filter(release__in=listed)
        .select_related("session")
        .only(
            *("release", "room", "track", "day", "starts", "ends", "title", "kind", "language"),
            *("interpreted", "session__guid", "session__slug"),
        )
    )
    for row in rows:
        row.room = rooms[row.room_id]
        row.track = tracks[row.track_id] if row.track_id else None
        found[row.release_id].append(as_row(row))
    return found


def changes_of(release: Release) -> Told:
    """What one release changed against the one before it. Four queries."""
    before = Release.objects.filter(gathering=release.gathering_id, version__lt=release.version).first()
    rows = _rows_of_all([release, *([before] if before else [])])
    return Told(release, before, compare(rows[before.pk] if before else [], rows[release.pk]))


def latest_changes(gathering: Gathering, limit: int = 10) -> list[Told]:
    """The newest releases of a public programme with what each changed, the newest first: what a feed tells.
    Four queries, however many releases."""
    if gathering.released_id is None:
        return []
    releases = list(gathering.releases.order_by("-version")[: limit + 1])
    rows = _rows_of_all(releases)
    pairs: Iterator[tuple[Release, Release | None]] = zip(releases, [*releases[1:], None], strict=False)
    return [
        Told(one, before, compare(rows[before.pk] if before else [], rows[one.pk])) for one, before in pairs
    ][:limit]


def releases_of(gathering: Gathering) -> QuerySet[Release]:
    """All releases of a programme, the newest first. One query."""
    kept.depends(f"programme:{gathering.pk}")
    return gathering.releases.order_by("-version")


@dataclass(slots=True)
class Concerned:
    """An account that a release concerns: changes of sessions in which she takes part, of others that an
    organisation convenes for which she speaks, and of others that she watches."""

    user: User
    own: list[Change] = field(default_factory=list)
    convened: list[Change] = field(default_factory=list)
    watched: list[Change] = field(default_factory=list)


def concerned(gathering: Gathering, changes: Changes) -> list[Concerned]:
    """Whom these changes concern and who has an account, each once. Four queries, without
    conveners three."""
    told: dict[str, Change] = {}
    for one in (*changes.cancelled, *changes.moved, *changes.new, *changes.retitled):
        told.setdefault(one.row.guid, one)
    if not told:
        return []
    found: dict[int, Concerned] = {}
    parts = SessionPerson.objects.filter(
        session__gathering=gathering, person__user__is_active=True
    ).select_related("person__user", "session")
    seen: set[tuple[int, str]] = set()
    for part in parts.only("person__user", "session__guid"):
        user, guid = part.person.user, str(part.session.guid)
        if user is None or guid not in told or (user.pk, guid) in seen:
            continue
        seen.add((user.pk, guid))
        found.setdefault(user.pk, Concerned(user)).own.append(told[guid])
    for user, guid in _speaking_for(gathering, told):
        if (user.pk, guid) not in seen:
            seen.add((user.pk, guid))
            found.setdefault(user.pk, Concerned(user)).convened.append(told[guid])
    # A session that is new was in no agenda; what moved, went or has another name was.
    through = AgendaWatch.sessions.through.objects.filter(
        agendawatch__gathering=gathering, agendawatch__user__is_active=True
    ).select_related("agendawatch__user", "session")
    for row in through:
        user, guid = row.agendawatch.user, str(row.session.guid)
        if guid in told and (user.pk, guid) not in seen:
            seen.add((user.pk, guid))
            found.setdefault(user.pk, Concerned(user)).watched.append(told[guid])
    for who in found.values():
        for listed in (who.own, who.convened, who.watched):
            listed.sort(key=lambda change: (change.row.starts, change.row.guid))
    return [found[key] for key in sorted(found)]


def _speaking_for(gathering: Gathering, guids: Iterable[str]) -> Iterator[tuple[User, str]]:
    """Who may speak for the conveners of these sessions, as (account, guid). Two queries."""
    sides = Convener.objects.filter(session__gathering=gathering, session__guid__in=list(guids))
    convened: dict[str, list[str]] = {}
    for side in sides.select_related("organisation", "session").only("organisation__slug", "session__guid"):
        convened.setdefault(scope_of(side.organisation), []).append(str(side.session.guid))
    speakers = Mandate.objects.in_force().filter(
        scope__in=list(convened), role=Role.FOCAL_POINT, person__user__is_active=True
    )
    for mandate in speakers.select_related("person__user").order_by("pk"):
        if mandate.person.user is not None:
            yield from ((mandate.person.user, guid) for guid in convened[mandate.scope])


def watch_of(user: User, gathering: Gathering) -> AgendaWatch | None:
    """Whether this reader gets letters about her agenda. One query, none for somebody without an account."""
    if not user.is_authenticated:
        return None
    return AgendaWatch.objects.filter(user=user, gathering=gathering).first()


def late_reporters(gathering: Gathering) -> dict[User, list[SessionReport]]:
    """Accounts that owe late reports of an edition as rapporteur or host, each with what. Two queries."""
    late = {one.session_id: one for one in reports(gathering, "late")}
    parts = SessionPerson.objects.filter(
        session__in=late, role__in=REPORTERS, person__user__is_active=True
    ).select_related("person__user")
    found: dict[User, list[SessionReport]] = {}
    for part in parts.order_by("session", "pk"):
        if part.person.user is not None:
            listed = found.setdefault(part.person.user, [])
            if late[part.session_id] not in listed:
                listed.append(late[part.session_id])
    return found
