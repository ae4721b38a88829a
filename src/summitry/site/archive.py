"""What the house knows of a person or an organisation across all editions: sessions and what came of them,
gatherings, cases, signatures."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator

from summitry.atlas import queries as atlas
from summitry.atlas.models import Case
from summitry.documents.models import Signature
from summitry.documents.queries.signatures import signed_by
from summitry.gatherings import queries as gatherings
from summitry.gatherings.models import Gathering, OutcomeDocument, ReleasedSlot, SessionPerson
from summitry.people.models import Organisation, Person

LISTED = 50  # sessions on one page


@dataclass(frozen=True, slots=True)
class Held:
    """The sessions of one edition on a page, each with parts: hers, or of those who took part for a body."""

    gathering: Gathering
    zone: ZoneInfo
    rows: tuple[tuple[ReleasedSlot, list[SessionPerson]], ...]


@dataclass(frozen=True, slots=True)
class History:
    """A page of a history; what is not asked of this kind of thing is empty."""

    page: Page[Any]
    editions: tuple[Held, ...]
    cases: tuple[Case, ...]
    convened: tuple[Gathering, ...] = ()
    signed: tuple[Signature, ...] = ()
    outcomes: tuple[OutcomeDocument, ...] = ()

    def __bool__(self) -> bool:
        listed = self.cases or self.convened or self.signed or self.outcomes
        return bool(self.page.paginator.count or listed)


def _held(page: Page[Any], parts: dict[int, list[SessionPerson]]) -> tuple[Held, ...]:
    grouped: dict[Gathering, list[tuple[ReleasedSlot, list[SessionPerson]]]] = {}
    for row in page:
        grouped.setdefault(row.session.gathering, []).append((row, parts.get(row.session_id, [])))
    return tuple(Held(one, ZoneInfo(one.time_zone), tuple(rows)) for one, rows in grouped.items())


def of_person(person: Person, number: str | None = None) -> History:
    """Her part in the sessions of all current releases, and the cases whose pages name her. Four queries."""
    page = Paginator(gatherings.sessions_of(person), LISTED).get_page(number)
    parts = gatherings.roles_of(person, [row.session_id for row in page])
    return History(page, _held(page, parts), tuple(atlas.of_person(person)))


def of_organisation(organisation: Organisation, number: str | None = None) -> History:
    """What it convened and what came of that, who took part for it, the cases that it carries out, the texts
    that it signed. Seven queries."""
    page = Paginator(gatherings.sessions_of_body(organisation), LISTED).get_page(number)
    parts = gatherings.people_of_body(organisation, [row.session_id for row in page])
    return History(
        page,
        _held(page, parts),
        tuple(atlas.of_organisation(organisation)),
        tuple(gatherings.convened_by(organisation)[:LISTED]),
        tuple(signed_by(organisation, LISTED)),
        tuple(gatherings.outcomes_convened_by(organisation)[:LISTED]),
    )
