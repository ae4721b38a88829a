"""What conflicts are found from, read from the database: a fixed number of queries, whatever the number of
persons and entries (one of each kind for every 10,000 keys)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import batched
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Exists, F, Func, JSONField, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from summitry.people.models import Affiliation, Organisation, Person
from summitry.text.value import Text

from .. import fields
from ..models import CoApplicant, Submission
from ..rules import RuleSet
from . import mail, names
from .find import Body, Side, Someone, World

PART = 10_000
AGREED = Q(removed_at=None, confirmed_at__isnull=False, person__isnull=False)  # of co-applicants
type Row = tuple[
    int, int, int | None, Mapping[str, Any], str
]  # key, applicant, organisation, answers, language


def cutoff(years: int) -> date:
    """The day on or after which a place must have ended, and an entry been sent, to count still."""
    today = timezone.now().date()
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # the 29th of February
        return today.replace(year=today.year - years, day=28)


def _in_parts[R](keys: Iterable[int], ask: Callable[[list[int]], Iterable[R]]) -> Iterator[R]:
    for part in batched(sorted(keys), PART):
        yield from ask(list(part))


def _answer(key: str) -> Func:
    """One answer, as it is kept. Django's own key transform takes a text such as "42" or "null" for a number
    or for nothing on SQLite."""
    return Func(
        F("answers"), Value(key), template="(%(expressions)s)", arg_joiner=" -> ", output_field=JSONField()
    )


def rows_of(entries: QuerySet[Submission], rules: RuleSet) -> list[Row]:
    """Entries as they are compared, with those answers alone in which somebody is named. One query."""
    keys = asked(rules)
    columns = ("pk", "applicant_id", "organisation_id", "language")
    rows = entries.values_list(*columns, *(_answer(key) for key in keys))
    found: list[Row] = []
    for pk, applicant, body, language, *said in rows.iterator(chunk_size=2_000):
        given = {key: one for key, one in zip(keys, said, strict=True) if one is not None}
        found.append((pk, applicant, body, given, language))
    return found


def asked(rules: RuleSet) -> list[str]:
    """The keys of the fields in which persons or bodies are named."""
    return [
        field.key
        for field in rules.fields
        if field.role == "organisation" or fields.kind(field.kind).names_parties
    ]


def world(rules: RuleSet, judges: Iterable[int], rows: Iterable[Row]) -> World:
    """Everything that is compared. At most nine queries."""
    since, wanted = cutoff(rules.conflicts.past_years), frozenset(judges)
    listed = list(rows)
    behind: dict[int, set[int]] = {row[0]: {row[1]} for row in listed}
    agreed = CoApplicant.objects.filter(AGREED)
    for entry, person in _in_parts(
        behind, lambda keys: agreed.filter(submission__in=keys).values_list("submission_id", "person_id")
    ):
        behind[entry].add(person)
    everybody = wanted.union(*behind.values())
    places = _places(everybody, since)
    bodies = {row[2] for row in listed if row[2] is not None}.union(*places.values())
    mates = _mates(wanted, since) if rules.conflicts.co_authors else {}
    keys = asked(rules)
    return World(
        _people(everybody, wanted, places, mates),
        _bodies(bodies),
        wanted,
        {row[0]: side(rules, row, behind[row[0]], keys) for row in listed},
    )


def still(since: date) -> QuerySet[Affiliation]:
    """The places that count: those that somebody has, or had until not long ago."""
    return Affiliation.objects.filter(Q(until__isnull=True) | Q(until__gte=since))


def _places(persons: Iterable[int], since: date) -> dict[int, set[int]]:
    """Person -> the organisations in which she has a place, or had one until not long ago."""
    found: dict[int, set[int]] = defaultdict(set)
    for person, organisation in _in_parts(
        persons, lambda keys: still(since).filter(person__in=keys).values_list("person_id", "organisation_id")
    ):
        found[person].add(organisation)
    return found


def _bodies(keys: Iterable[int]) -> dict[int, Body]:
    return dict(_in_parts(keys, lambda part: bodies_of(Organisation.objects.filter(pk__in=part))))


def bodies_of(some: QuerySet[Organisation]) -> Iterator[tuple[int, Body]]:
    """These organisations as they are compared. One query."""
    columns = ("pk", "slug", "name", "aliases", "domains")
    for pk, slug, name, aliases, domains in some.values_list(*columns):
        called = tuple(dict.fromkeys([*name.values.values(), *aliases]))
        yield pk, Body(slug, called, frozenset(mail.tells(one) for one in domains) - {""})


def _mates(judges: Iterable[int], since: date) -> dict[int, set[int]]:
    """Judge -> those with whom she has stood behind an entry that was sent not long ago. Two queries."""
    judges = frozenset(judges)
    agreed = CoApplicant.objects.filter(confirmed_at__isnull=False, person__isnull=False)
    hers = agreed.filter(submission=OuterRef("pk"), person__in=judges)
    sent = Submission.objects.filter(sent_at__date__gte=since)
    shared = sent.filter(Q(applicant__in=judges) | Exists(hers)).filter(
        Exists(agreed.filter(submission=OuterRef("pk")))
    )
    together = {pk: {applicant} for pk, applicant in shared.values_list("pk", "applicant_id")}
    for entry, person in _in_parts(
        together, lambda keys: agreed.filter(submission__in=keys).values_list("submission_id", "person_id")
    ):
        together[entry].add(person)
    found: dict[int, set[int]] = defaultdict(set)
    for group in together.values():
        for judge in group & judges:
            found[judge] |= group - {judge}
    return found


def _people(
    everybody: Iterable[int],
    judges: frozenset[int],
    places: Mapping[int, set[int]],
    mates: Mapping[int, set[int]],
) -> dict[int, Someone]:
    addresses: dict[int, set[str]] = defaultdict(set)
    for person, address in _in_parts(everybody, lambda keys: verified(Q(user__person__in=keys))):
        addresses[person].add(address.lower())
    called: dict[int, set[str]] = defaultdict(set)
    for pk, name in _in_parts(
        judges, lambda keys: Person.objects.filter(pk__in=keys).values_list("pk", "name")
    ):
        called[pk] = {names.person(one) for one in name.values.values()} - {""}
    found = {}
    for pk, uid, email in _in_parts(
        everybody, lambda keys: Person.objects.filter(pk__in=keys).values_list("pk", "uid", "user__email")
    ):
        if email:
            addresses[pk].add(email.lower())
        found[pk] = Someone(
            str(uid),
            frozenset(called[pk]),
            frozenset(addresses[pk]),
            frozenset(places.get(pk, ())),
            frozenset(mates.get(pk, ())),
        )
    return found


def verified(whose: Q) -> QuerySet[EmailAddress, tuple[int, str]]:
    """Persons and the addresses that they have proved, of those accounts' addresses that are asked for."""
    return EmailAddress.objects.filter(whose, verified=True).values_list("user__person__pk", "email")


def side(rules: RuleSet, row: Row, behind: set[int], keys: Iterable[str]) -> Side:
    """An entry as it is compared. keys: what `asked` gives."""
    _key, _applicant, body, answers, language = row
    said: list[str] = []
    persons: set[str] = set()
    addresses: set[str] = set()
    bodies: list[str] = []
    for key in keys:
        field = rules.field(key)
        if field is None or key not in answers:
            continue
        kind = fields.kind(field.kind)
        for one in kind.persons_in(field, answers[key]):
            persons.add(names.person(one.name))
            addresses.add(one.email.lower())
            bodies.append(one.affiliation)
        bodies += [one.name for one in kind.bodies_in(field, answers[key])]
        if not kind.names_parties:
            value = kind.value(field, answers[key], fields.Context(language))
            said += value.values.values() if isinstance(value, Text) else [str(value)]
    return Side(
        frozenset(behind),
        body,
        tuple(said),
        frozenset(persons - {""}),
        frozenset(addresses - {""}),
        tuple(dict.fromkeys(one for one in bodies if one)),
    )
