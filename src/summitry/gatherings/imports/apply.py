"""Writes a plan, in bulk."""

from typing import Any

from summitry.people.models import Person

from ..models import Link, Room, Session, SessionPerson, Slot, Speaker, Track
from .parts import Plan, Step

BATCH = 500


def write(plan: Plan) -> None:
    """Writes everything that the plan says. Inside a transaction; nothing else may have changed since the
    plan."""
    if plan.is_new:
        plan.gathering.save(force_insert=True)
    elif plan.gathering_changed:
        plan.gathering.version += 1
        plan.gathering.save()
    _save(plan, Track, plan.tracks.values(), ["name", "colour", "position", "extra"])
    _save(plan, Room, plan.rooms.values(), ["name", "guid", "capacity", "position", "extra"])
    for thing in plan.retired:
        thing.save(update_fields=["extra"])
    _save(plan, Person, plan.people.values(), ["name", "search"])
    _save(plan, Speaker, plan.speakers.values(), ["external_id", "biography", "extra"])
    _sessions(plan.steps)
    _parts(plan.steps)
    _links(plan.steps)
    gone = [session.pk for session in plan.cancelled]
    Slot.objects.filter(session__in=gone).delete()
    for session in plan.cancelled:
        session.state = Session.State.CANCELLED
        session.version += 1
        session.save(update_fields=["state", "version"])


def _save(plan: Plan, model: Any, things: Any, fields: list[str]) -> None:
    unique = list({id(thing): thing for thing in things}.values())
    model.objects.bulk_create([thing for thing in unique if thing.pk is None], batch_size=BATCH)
    for thing in unique:
        if id(thing) in plan.changed:
            thing.save(update_fields=fields)


def _sessions(steps: list[Step]) -> None:
    Session.objects.bulk_create([step.session for step in steps if step.is_new], batch_size=BATCH)
    for step in steps:
        touched = step.fields or step.moved or step.parts is not None or step.links is not None
        if not step.is_new and touched:
            step.session.version += 1
            step.session.save(update_fields=[*step.fields, "version"])
    moved = [step for step in steps if step.moved]
    Slot.objects.bulk_create([step.slot for step in moved if step.slot.pk is None], batch_size=BATCH)
    for step in moved:
        if not step.is_new and step.slot.pk is not None:
            step.slot.save()


def _parts(steps: list[Step]) -> None:
    changed = [step for step in steps if step.parts is not None]
    known: dict[int, list[SessionPerson]] = {}
    ids = [step.session.pk for step in changed if not step.is_new]
    for there in SessionPerson.objects.filter(session__in=ids):
        known.setdefault(there.session_id, []).append(there)
    made: list[SessionPerson] = []
    for step in changed:
        kept: set[int] = set()
        have = known.get(step.session.pk, [])
        by_role = {(part.person_id, part.role): part for part in have}
        by_person = {part.person_id: part for part in reversed(have)}
        for person, position, extra, role in step.parts or ():
            part = by_role.get((person.pk, role)) if role else by_person.get(person.pk)
            if part is None:
                role = role if role in SessionPerson.Role.values else SessionPerson.Role.SPEAKER
                made.append(
                    SessionPerson(
                        session=step.session, person=person, position=position, extra=extra, role=role
                    )
                )
                continue
            kept.add(part.pk)
            extra = {**extra, "own": True} if "own" in part.extra else extra
            if (part.position, part.extra) != (position, extra):
                part.position, part.extra = position, extra
                part.save(update_fields=["position", "extra"])
        for old in known.get(step.session.pk, []):
            if old.pk not in kept and "own" not in old.extra:
                old.delete()
    SessionPerson.objects.bulk_create(made, batch_size=BATCH)


def _links(steps: list[Step]) -> None:
    changed = [step for step in steps if step.links is not None]
    old = Link.objects.filter(session__in=[step.session.pk for step in changed if not step.is_new])
    Link.objects.filter(pk__in=[link.pk for link in old if not link.extra.get("own")]).delete()
    made = [link for step in changed for link in step.links or ()]
    for link in made:
        link.pk = None  # one that stays is made anew in its order
    Link.objects.bulk_create(made, batch_size=BATCH)
