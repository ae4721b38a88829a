"""Which entries of a call can have anything to do with a few judges.

One juror changes her profile, and of thousands of entries a handful is concerned. Of all of them only what
tells that is read: no text, and no answer in which nobody is named. What is left out has nothing that `find`
would find; the rest is compared there as ever. The least that this must keep is tested against it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain

from django.db.models import Q, QuerySet

from summitry.people.models import Organisation, Person

from ..models import CoApplicant, Submission
from ..rules import RuleSet
from . import load, mail, names
from .find import Body, Side

FEW = 20  # judges for whom looking first is worth it


@dataclass(slots=True)
class _Known:
    """All that these judges are known by. domains: their own; parts: those, and what they lie in; at: of
    their organisations."""

    persons: frozenset[int]  # they themselves, and those with whom they have stood behind an entry
    bodies: frozenset[int]
    called: frozenset[str]
    addresses: frozenset[str]
    domains: frozenset[str]
    parts: frozenset[str] = frozenset()
    at: frozenset[str] = frozenset()
    index: names.Index[int] = field(default_factory=names.Index)

    def writes(self, address: str) -> bool:
        """Whether an address is of a domain of theirs."""
        domain = mail.of(address)
        return bool(domain) and (domain in self.domains or any(one in self.at for one in mail.within(domain)))

    def touches(self, key: int, body: Body) -> bool:
        """Whether an organisation is one of theirs, or like one by its names or domains."""
        if key in self.bodies or body.domains & self.parts or body.domains & self.at:
            return True
        return any(self.index.find(name) for name in body.names)

    def named(self, side: Side) -> bool:
        """Whether the answers of an entry name one of them, or an organisation of theirs."""
        if self.called & side.persons or self.addresses & side.addresses:
            return True
        if any(self.writes(one) for one in side.addresses):
            return True
        return any(self.index.find(name) for name in (*side.said, *side.bodies))


def _known(rules: RuleSet, judges: frozenset[int]) -> _Known:
    world = load.world(rules, judges, ())
    people = [world.people[one] for one in judges if one in world.people]
    domains = frozenset[str]().union(*(one.domains for one in people))
    found = _Known(
        judges.union(*(one.mates for one in people)),
        frozenset[int]().union(*(one.places for one in people)),
        frozenset[str]().union(*(one.names for one in people)),
        frozenset[str]().union(*(one.addresses for one in people)),
        domains,
        frozenset(part for one in domains for part in mail.within(one)),
        frozenset[str]().union(*(one.domains for one in world.bodies.values())),
    )
    for key, body in world.bodies.items():
        for name in body.names:
            found.index.add(name, key)
    return found


def near(rules: RuleSet, judges: Iterable[int], entries: QuerySet[Submission]) -> set[int]:
    """The keys of those of these entries of one call that may be in conflict with one of these judges."""
    known = _known(rules, frozenset(judges))
    entries = entries.order_by()
    agreed = CoApplicant.objects.filter(load.AGREED, submission__in=entries.values("pk"))
    behind = Q(person__in=entries.values("applicant")) | Q(person__in=agreed.values("person"))
    places = load.still(load.cutoff(rules.conflicts.past_years)).filter(behind)
    touched = {
        key
        for key, body in load.bodies_of(
            Organisation.objects.filter(
                Q(pk__in=entries.values("organisation")) | Q(pk__in=places.values("organisation"))
            )
        )
        if known.touches(key, body)
    }
    persons = set(known.persons)
    if touched:
        persons.update(places.filter(organisation__in=touched).values_list("person_id", flat=True))
    if known.domains or known.at:
        theirs = Q(pk__in=entries.values("applicant")) | Q(pk__in=agreed.values("person"))
        owners = Person.objects.filter(theirs)
        accounts = owners.filter(user__isnull=False).values_list("pk", "user__email")
        for person, address in chain(accounts, load.verified(Q(user__person__in=owners.values("pk")))):
            if known.writes(address):
                persons.add(person)
    found = {entry for entry, person in agreed.values_list("submission_id", "person_id") if person in persons}
    keys = load.asked(rules)
    for row in load.rows_of(entries, rules):
        key, applicant, body, _answers, _language = row
        if applicant in persons or body in touched or known.named(load.side(rules, row, set(), keys)):
            found.add(key)
    return found
