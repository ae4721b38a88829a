"""What gatherings keep about a person: to take away, and to forget; and what she owes."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from summitry.calls.debts import Debt
from summitry.people.models import Organisation, Person
from summitry.people.shapes import MOMENT, TEXT, rows, thing

from . import queries
from .models import (
    AgendaWatch,
    OutcomeDocument,
    Presence,
    Proposal,
    SessionPerson,
    SessionReport,
    Shift,
    Speaker,
    Stance,
)

SCHEMA = thing(
    sessions=rows(gathering=TEXT, session=TEXT, role={"type": "string"}),
    biographies=rows(gathering=TEXT, biography=TEXT),
    moves=rows(gathering=TEXT, at={"type": "string"}, what={"type": "string"}),
    presences=rows(
        gathering=TEXT, absent={"type": "array", "items": {"type": "string"}}, zone={"type": "string"}
    ),
    watched=rows(gathering=TEXT, since=MOMENT, sessions={"type": "array", "items": TEXT}),
    reports=rows(session=TEXT, delivered=MOMENT, text=TEXT),
    statements=rows(session=TEXT, organisation=TEXT, said=MOMENT, confirms={"type": "boolean"}, reason=TEXT),
)


def give(user: Any) -> dict[str, Any]:
    """The sessions in which she takes part, the biographies that she gave for them, what she moved in
    programmes, the agendas that she watches, the reports that she delivered, what she said for an
    organisation, and when she said that she could not come. Eight queries."""
    parts = (
        SessionPerson.objects.filter(person__user=user).select_related("session__gathering").order_by("pk")
    )
    speakers = Speaker.objects.filter(person__user=user).select_related("gathering").order_by("pk")
    watches = AgendaWatch.objects.filter(user=user).select_related("gathering").order_by("pk")
    reports = SessionReport.objects.filter(delivered_by=user).select_related("session").order_by("pk")
    stances = Stance.objects.filter(said_by=user).select_related("document__session", "organisation")
    presences = Presence.objects.filter(person__user=user).select_related("gathering").order_by("pk")
    return {
        "presences": [
            {"gathering": one.gathering.title.values, "absent": one.absent, "zone": one.zone}
            for one in presences
        ],
        "sessions": [
            {
                "gathering": part.session.gathering.title.values,
                "session": part.session.title.values,
                "role": part.role,
            }
            for part in parts
        ],
        "biographies": [
            {"gathering": one.gathering.title.values, "biography": one.biography.values}
            for one in speakers
            if one.biography
        ],
        "moves": [
            {"gathering": one.gathering.title.values, "at": one.at.isoformat(), "what": one.what}
            for one in Shift.objects.filter(by__user=user).select_related("gathering").order_by("pk")
        ],
        "watched": [
            {
                "gathering": one.gathering.title.values,
                "since": one.made_at.isoformat(),
                "sessions": [session.title.values for session in one.sessions.all()],
            }
            for one in watches.prefetch_related("sessions")
        ],
        "reports": [
            {
                "session": one.session.title.values,
                "delivered": one.delivered_at.isoformat(),
                "text": one.text.values,
            }
            for one in reports
            if one.delivered_at
        ],
        "statements": [
            {
                "session": one.document.session.title.values,
                "organisation": one.organisation.name.values,
                "said": one.said_at.isoformat(),
                "confirms": one.confirms,
                "reason": one.reason.values,
            }
            for one in stances.order_by("pk")
        ],
    }


def forget(user: Any, person: Any) -> None:
    """Takes away her biographies, when she could not come, what files said of her, who moved sessions, for
    whom she took part, and the agendas that she watches; that somebody took part in a session, and what was
    delivered or said in public, stays."""
    Shift.objects.filter(by=person).update(by=None)
    Presence.objects.filter(person=person).delete()
    Proposal.objects.filter(by=person).update(by=None)
    Speaker.objects.filter(person=person).delete()
    AgendaWatch.objects.filter(user=user).delete()
    SessionPerson.objects.filter(person=person).update(organisation=None)
    for part in SessionPerson.objects.filter(person=person).exclude(extra={}):
        part.extra = {name: value for name, value in part.extra.items() if name in {"own", "again"}}
        part.save(update_fields=["extra"])


def debts(persons: Sequence[Person], organisations: Sequence[Organisation]) -> Iterator[Debt]:
    """The reports of sessions that are past their day, for calls that take nobody who owes one. One query."""
    for report in queries.late_by(persons, organisations):
        yield Debt(
            _("The report of “%(title)s” (%(gathering)s) is still owed.")
            % {"title": report.shown_title, "gathering": report.session.gathering.title},
            report.due_at,
        )


def move(gone: Person, kept: Person) -> None:
    """Two entries are one person: her parts, biographies and authorship are the second's from now on. What
    the second has already is not doubled."""
    held = set(SessionPerson.objects.filter(person=kept).values_list("session", "role"))
    for part in SessionPerson.objects.filter(person=gone):
        if (part.session_id, part.role) in held:
            part.delete()
        else:
            part.person = kept
            part.save(update_fields=["person"])
    speaks = {one.gathering_id: one for one in Speaker.objects.filter(person=kept)}
    for one in Speaker.objects.filter(person=gone):
        there = speaks.get(one.gathering_id)
        if there is None:
            one.person = kept
            one.save(update_fields=["person"])
            continue
        one.delete()
        if not there.biography or not there.external_id:
            there.biography = there.biography or one.biography
            there.external_id = there.external_id or one.external_id
            there.save(update_fields=["biography", "external_id"])
    for document in OutcomeDocument.objects.filter(authors=gone):
        document.authors.remove(gone)
        document.authors.add(kept)
