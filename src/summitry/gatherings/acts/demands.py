"""What a timetable must keep and what it should: who is away, what rooms have, interpreters, what sessions
need, what each soft rule weighs. None of it is public, so none is entered in the record."""

from collections.abc import Iterable
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from summitry.people.models import Person, User
from summitry.record.act import Stale, act

from ..models import (
    Couple,
    Gathering,
    InterpreterTeam,
    Planning,
    Presence,
    Room,
    RoomFacts,
    Session,
    SessionDemand,
)
from ..timetabling import periods, rules
from .common import allow, checked, locked, locked_session, same_gathering

WORD = 60  # letters of a piece of equipment
MOST = 50  # pieces of equipment, pairs of languages, sessions that come before


@act
def plan(actor: User | None, gathering: Gathering, version: int | None = None, **fields: Any) -> Planning:
    """Says how the timetable of an edition is made: day_starts, day_ends (times), step, rest (minutes),
    breaks (lines of periods), weights (soft rule -> points). Stale if somebody has changed it since
    `version`."""
    allow(actor, "gatherings.edit_programme", gathering)
    gathering = _demanding(gathering)
    planning = Planning.objects.filter(gathering=gathering).first() or Planning(gathering=gathering)
    if version is not None and planning.version != version:
        raise Stale()
    for name, value in fields.items():
        if name not in {"day_starts", "day_ends", "step", "rest", "breaks", "weights"}:
            raise TypeError(f"a planning has no field {name!r}")
        setattr(planning, name, value)
    planning.breaks = periods.checked(planning.breaks, "breaks", daily=True)
    if unknown := set(planning.weights) - set(rules.WEIGHTS):
        raise ValidationError({"weights": _("There is no rule “%(rule)s”.") % {"rule": sorted(unknown)[0]}})
    for name, points in planning.weights.items():
        if not 0 <= points <= rules.MOST:
            raise ValidationError(
                {f"weight_{name}": _("Between 0 and %(most)d points.") % {"most": rules.MOST}}
            )
    starts, ends = planning.day_starts, planning.day_ends
    if ends <= starts or ends == time(0):
        raise ValidationError({"day_ends": _("The day ends before it begins.")})
    if not 5 <= planning.step <= 240:
        raise ValidationError({"step": _("Between 5 and 240 minutes.")})
    checked(planning, "day_starts", "day_ends", "step", "rest")
    planning.version += 1
    planning.save()
    return planning


@act
def say_presence(
    actor: User | None, gathering: Gathering, person: Person, *, absent: Iterable[str] = (), zone: str = ""
) -> Presence | None:
    """When a person cannot take part in an edition (lines of periods), and the time zone from which she joins
    remotely. Nothing of both takes what was said away."""
    allow(actor, "gatherings.edit_programme", gathering)
    gathering = _demanding(gathering)
    lines = periods.checked(absent, "absent")
    if zone:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValidationError(
                {"zone": _("This is not a time zone; write one like Asia/Shanghai.")}
            ) from None
    if not lines and not zone:
        Presence.objects.filter(gathering=gathering, person=person).delete()
        return None
    said, _new = Presence.objects.update_or_create(
        gathering=gathering, person=person, defaults={"absent": lines, "zone": zone}
    )
    return said


@act
def equip_room(
    actor: User | None, room: Room, *, equipment: Iterable[str] = (), closed: Iterable[str] = ()
) -> RoomFacts:
    """What a room has, and when it cannot be used (lines of periods)."""
    allow(actor, "gatherings.edit_programme", room.gathering)
    _demanding(room.gathering)
    facts, _new = RoomFacts.objects.update_or_create(
        room=room,
        defaults={
            "equipment": _words(equipment, "equipment"),
            "closed": periods.checked(closed, "closed"),
        },
    )
    return facts


@act
def keep_team(
    actor: User | None,
    gathering: Gathering,
    team: InterpreterTeam | None = None,
    *,
    name: str,
    pairs: Iterable[str],
    absent: Iterable[str] = (),
) -> InterpreterTeam:
    """Adds interpreters, or changes what is said of them. A pair is two languages, such as en-zh."""
    allow(actor, "gatherings.edit_programme", gathering)
    gathering = _demanding(gathering)
    same_gathering(gathering, "name", team)
    team = team or InterpreterTeam(gathering=gathering)
    team.name, team.pairs = name.strip(), _pairs(pairs, "pairs")
    team.absent = periods.checked(absent, "absent")
    if not team.pairs:
        raise ValidationError({"pairs": _("Say at least one pair of languages.")})
    checked(team, "name")
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError as error:
        raise ValidationError({"name": _("There are interpreters of this name already.")}) from error
    return team


@act
def remove_team(actor: User | None, team: InterpreterTeam) -> None:
    """Takes interpreters away, and out of the sessions that they were to serve; twice changes nothing."""
    allow(actor, "gatherings.edit_programme", team.gathering)
    _demanding(team.gathering)
    InterpreterTeam.objects.filter(pk=team.pk).delete()


@act
def say_demand(
    actor: User | None,
    session: Session,
    *,
    audience: int | None = None,
    equipment: Iterable[str] = (),
    interpretation: Iterable[str] = (),
    pinned: bool = False,
    wanted: Iterable[str] = (),
    after: Iterable[Session] = (),
) -> SessionDemand:
    """What a session needs: seats, equipment, interpreters for pairs of languages, to stay where it stands
    (`pinned`), to begin within some periods, to come after others."""
    allow(actor, "gatherings.edit_programme", session)
    gathering = _demanding(session.gathering)
    session = locked_session(session, None)
    earlier = list(after)
    for one in earlier:
        same_gathering(gathering, "after", one)
    if session in earlier:
        raise ValidationError({"after": _("A session cannot come after itself.")})
    if len(earlier) > MOST:
        raise ValidationError({"after": _("At most %(most)d.") % {"most": MOST}})
    demand = SessionDemand.objects.filter(session=session).first() or SessionDemand(session=session)
    demand.audience, demand.pinned = audience, pinned
    demand.equipment = _words(equipment, "equipment")
    demand.interpretation = _pairs(interpretation, "interpretation")
    demand.wanted = periods.checked(wanted, "wanted")
    checked(demand, "audience")
    demand.save()
    demand.after.set(earlier)
    return demand


@act
def couple(
    actor: User | None,
    gathering: Gathering,
    one: Session,
    other: Session,
    *,
    kind: str = Couple.Kind.SIMILAR,
    amount: int = 1,
) -> Couple:
    """Says that two sessions should not be at one time: similar ones, or such that many people (`amount`)
    want both. Said again, it is changed."""
    allow(actor, "gatherings.edit_programme", gathering)
    gathering = _demanding(gathering)
    made = _couple(gathering, one, other, kind, amount)
    found, _new = Couple.objects.update_or_create(
        first=made.first,
        second=made.second,
        kind=kind,
        defaults={"gathering": gathering, "amount": amount},
    )
    return found


@act
def couple_all(
    actor: User | None, gathering: Gathering, couples: Iterable[tuple[Session, Session, str, int]]
) -> int:
    """Says it of many at once: (one, other, kind, amount) each. How many; those said before are changed."""
    allow(actor, "gatherings.edit_programme", gathering)
    gathering = _demanding(gathering)
    rows = {}
    for one, other, kind, amount in couples:
        made = _couple(gathering, one, other, kind, amount)
        rows[made.first_id, made.second_id, kind] = made
    Couple.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["first", "second", "kind"],
        update_fields=["amount"],
    )
    return len(rows)


@act
def uncouple(actor: User | None, two: Couple) -> None:
    """They may be at one time after all; twice changes nothing."""
    allow(actor, "gatherings.edit_programme", two.gathering)
    _demanding(two.gathering)
    Couple.objects.filter(pk=two.pk).delete()


def _couple(gathering: Gathering, one: Session, other: Session, kind: str, amount: int) -> Couple:
    """Two sessions in their order, not kept yet. Raises ValidationError."""
    for session, field in ((one, "first"), (other, "second")):
        same_gathering(gathering, field, session)
    if one.pk == other.pk:
        raise ValidationError({"second": _("Choose two different sessions.")})
    first, second = sorted((one, other), key=lambda session: session.pk)
    made = Couple(gathering=gathering, first=first, second=second, kind=kind, amount=amount)
    checked(made, "kind", "amount")
    return made


def _demanding(gathering: Gathering) -> Gathering:
    """The gathering, held as by `locked`; whoever looks at its editor is told that the demands are others."""
    found = locked(gathering)
    Gathering.objects.filter(pk=found.pk).update(demands=F("demands") + 1)
    return found


def _words(given: Iterable[str], field: str) -> list[str]:
    words = list(dict.fromkeys(" ".join(word.split()).lower() for word in given if word.strip()))
    if len(words) > MOST or any(len(word) > WORD for word in words):
        raise ValidationError(
            {field: _("At most %(most)d words of %(long)d letters.") % {"most": MOST, "long": WORD}}
        )
    return words


def _pairs(given: Iterable[str], field: str) -> list[str]:
    """Pairs of languages, each once whatever its direction: zh-en is en-zh."""
    pairs = []
    for words in given:
        if not words.strip():
            continue
        codes = sorted(part.strip().lower() for part in words.split("-"))
        if (
            len(codes) != 2
            or codes[0] == codes[1]
            or not all(2 <= len(c) <= 8 and c.isalpha() for c in codes)
        ):
            raise ValidationError(
                {
                    field: _("“%(pair)s” is no pair of languages; write one like en-zh.")
                    % {"pair": words.strip()}
                }
            )
        pairs.append("-".join(codes))
    if len(pairs) > MOST:
        raise ValidationError({field: _("At most %(most)d.") % {"most": MOST}})
    return list(dict.fromkeys(pairs))
