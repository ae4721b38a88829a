"""Series and their editions, tracks and rooms."""

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from summitry.people import countries
from summitry.people.models import User
from summitry.people.slugs import free_slug
from summitry.record.act import Stale, act
from summitry.text.value import Text

from ..models import Gathering, PreparedSlot, Room, Series, Track
from .common import allow, checked, locked, told

GATHERING = (
    "series",
    "number",
    "title",
    "subtitle",
    "summary",
    "place",
    "country",
    "starts",
    "ends",
    "time_zone",
    "day_change",
    "slot_minutes",
    "turnround_minutes",
    "report_days",
    "partner",
    "origin",
    "parties",
    "website",
    "logo",
)


@act
def create_series(actor: User | None, *, title: Text, slug: str = "", summary: Text | None = None) -> Series:
    """A new series. None as the actor is the operator at the command line."""
    allow(actor, "gatherings.create_gathering")
    series = Series(title=title, summary=summary or Text(), slug=slug or free_slug(Series, title))
    checked(series, "title", "summary", "slug")
    return _saved(series, _("There is a series of this short name already."))


@act
def create_gathering(
    actor: User | None, *, slug: str = "", announce: bool = False, **fields: Any
) -> Gathering:
    """A new edition (`GATHERING` names the fields), a draft that only the house sees unless `announce`."""
    allow(actor, "gatherings.create_gathering")
    gathering = Gathering(slug=slug or free_slug(Gathering, fields["title"]))
    conveners = fields.pop("conveners", ())
    _fill(gathering, fields)
    checked(gathering, "slug", *GATHERING)
    _sound(gathering)
    _saved(gathering, _("There is a gathering of this short name already."))
    gathering.conveners.set(conveners)
    return announce_gathering(actor, gathering) if announce else gathering


@act
def edit_gathering(
    actor: User | None, gathering: Gathering, version: int | None = None, **fields: Any
) -> Gathering:
    """Changes facts of an edition. Stale if somebody has changed it since `version`."""
    allow(actor, "gatherings.edit_gathering", gathering)
    gathering = locked(gathering)
    if version is not None and gathering.version != version:
        raise Stale()
    before = {name: getattr(gathering, name) for name in GATHERING}
    if "conveners" in fields:
        gathering.conveners.set(fields.pop("conveners"))
    _fill(gathering, fields)
    if {name: getattr(gathering, name) for name in GATHERING} == before:
        return gathering
    checked(gathering, *GATHERING)
    _sound(gathering)
    if (before["time_zone"], before["day_change"]) != (gathering.time_zone, gathering.day_change):
        gathering.extra.get("frab", {}).pop("days", None)  # they said when each day begins and ends
    gathering.version += 1
    gathering.save()
    if gathering.is_public:
        told("gatherings.edited", gathering, actor)
    return gathering


@act
def announce_gathering(actor: User | None, gathering: Gathering) -> Gathering:
    """Makes an edition public: what, when and where; its programme follows with a release. Twice changes
    nothing."""
    allow(actor, "gatherings.edit_gathering", gathering)
    gathering = locked(gathering)
    if gathering.state == Gathering.State.ANNOUNCED:
        return gathering
    gathering.state = Gathering.State.ANNOUNCED
    gathering.version += 1
    gathering.save(update_fields=["state", "version"])
    told(
        "gatherings.announced",
        gathering,
        actor,
        starts=gathering.starts.isoformat(),
        ends=gathering.ends.isoformat(),
    )
    return gathering


@act
def cancel_gathering(actor: User | None, gathering: Gathering) -> Gathering:
    """The edition does not take place; its pages stay and say so. Twice changes nothing."""
    allow(actor, "gatherings.edit_gathering", gathering)
    gathering = locked(gathering)
    if gathering.state == Gathering.State.CANCELLED:
        return gathering
    if gathering.state == Gathering.State.DRAFT:
        raise ValidationError(_("Nobody has been told of this gathering yet."))
    gathering.state = Gathering.State.CANCELLED
    gathering.version += 1
    gathering.save(update_fields=["state", "version"])
    told("gatherings.cancelled", gathering, actor)
    return gathering


@act
def add_track(actor: User | None, gathering: Gathering, *, name: Text, slug: str = "") -> Track:
    """A new track, after the others."""
    allow(actor, "gatherings.edit_programme", gathering)
    gathering = locked(gathering)
    track = Track(gathering=gathering, name=name, position=_next(gathering.tracks))
    track.slug = slug or free_slug(Track, name, gathering=gathering)
    checked(track, "name", "slug")
    return _saved(track, _("There is a track of this short name already."))


@act
def edit_track(actor: User | None, track: Track, *, name: Text, position: int | None = None) -> Track:
    """Renames a track, or gives it another place among the tracks."""
    allow(actor, "gatherings.edit_programme", track.gathering)
    locked(track.gathering)
    track.name, track.position = name, track.position if position is None else position
    checked(track, "name", "position")
    track.save(update_fields=["name", "position"])
    return track


@act
def add_room(
    actor: User | None, gathering: Gathering, *, name: Text, slug: str = "", capacity: int | None = None
) -> Room:
    """A new room, after the others. `capacity` is in seats."""
    allow(actor, "gatherings.edit_programme", gathering)
    gathering = locked(gathering)
    room = Room(gathering=gathering, name=name, capacity=capacity, position=_next(gathering.rooms))
    room.slug = slug or free_slug(Room, name, gathering=gathering)
    checked(room, "name", "slug", "capacity")
    return _saved(room, _("There is a room of this short name already."))


@act
def edit_room(
    actor: User | None, room: Room, *, name: Text, capacity: int | None = None, position: int | None = None
) -> Room:
    """Renames a room, changes its seats, or gives it another place among the rooms."""
    allow(actor, "gatherings.edit_programme", room.gathering)
    locked(room.gathering)
    room.name, room.capacity = name, capacity
    room.position = room.position if position is None else position
    checked(room, "name", "capacity", "position")
    room.save(update_fields=["name", "capacity", "position"])
    return room


@act
def remove_room(actor: User | None, room: Room) -> None:
    """Takes an unused room away. Refused while a session stands in it or a release names it."""
    allow(actor, "gatherings.edit_programme", room.gathering)
    gathering = locked(room.gathering)
    used = room.slots.exists() or gathering.releases.filter(rows__room=room).exists()
    if used or PreparedSlot.objects.filter(room=room).exists():
        raise ValidationError(_("Sessions stand in this room, or a release names it: it stays."))
    room.delete()


def _next(things: Any) -> int:
    last = things.order_by("-position").values_list("position", flat=True).first()
    return 0 if last is None else last + 1


def _fill(gathering: Gathering, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        if name not in GATHERING:
            raise TypeError(f"a gathering has no field {name!r}")
        setattr(gathering, name, value)


def _sound(gathering: Gathering) -> None:
    if gathering.ends < gathering.starts:
        raise ValidationError({"ends": _("The last day is before the first.")})
    if (gathering.ends - gathering.starts).days > 400:
        raise ValidationError({"ends": _("A gathering lasts at most 400 days.")})
    if not 1 <= gathering.slot_minutes <= 240:
        raise ValidationError({"slot_minutes": _("Between 1 and 240 minutes.")})
    if not 0 <= gathering.turnround_minutes <= 240:
        raise ValidationError({"turnround_minutes": _("Between 0 and 240 minutes.")})
    try:
        ZoneInfo(gathering.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValidationError(
            {"time_zone": _("This is not a time zone; write one like Asia/Shanghai.")}
        ) from None
    for field, codes in (
        ("country", [gathering.country] if gathering.country else []),
        ("parties", gathering.parties),
    ):
        for code in codes:
            if not countries.known(code):
                raise ValidationError({field: _("“%(code)s” is not the code of a country.") % {"code": code}})


def _saved[T: (Series, Gathering, Track, Room)](thing: T, taken: str) -> T:
    try:
        with transaction.atomic():
            thing.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError({"slug": taken}) from error
    return thing
