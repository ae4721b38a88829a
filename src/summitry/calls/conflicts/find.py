"""Persons compared with entries: pure, without a database. What is compared is plain data; `load` reads it.

A finding is (kind, detail): see `said.KINDS`. Nothing is compared with everything: what judges are known by
is filed under its keys once, and each entry looks its own up: the work grows with entries + judges."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as default

from ..rules import ConflictPolicy
from . import mail, names

type Finding = tuple[str, str]
type Findings = dict[tuple[int, int], list[Finding]]  # (judge, entry) -> findings, sorted


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation. names: in all languages, with its aliases; domains: those that tell something."""

    key: str  # its slug, by which a finding names it
    names: tuple[str, ...] = ()
    domains: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Someone:
    """A person. places: keys of bodies, now or not long ago; mates: those with whom she has stood behind an
    entry not long ago; names and addresses of judges alone."""

    key: str  # her uid, by which a finding names her
    names: frozenset[str] = frozenset()  # as names.person gives them
    addresses: frozenset[str] = frozenset()
    places: frozenset[int] = frozenset()
    mates: frozenset[int] = frozenset()

    @property
    def domains(self) -> frozenset[str]:
        return frozenset(mail.of(one) for one in self.addresses) - {""}


@dataclass(frozen=True, slots=True)
class Side:
    """An entry. behind: applicant and co-applicants; body: the organisation that applies; said: what it is
    called in an answer; persons and bodies: named in its lists (names, e-mail addresses, names)."""

    behind: frozenset[int]
    body: int | None = None
    said: tuple[str, ...] = ()
    persons: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    bodies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class World:
    """All that is compared, under the keys of the database."""

    people: Mapping[int, Someone]
    bodies: Mapping[int, Body]
    judges: frozenset[int]
    entries: Mapping[int, Side]


@dataclass(slots=True)
class _Files:
    """What the judges are known by, each filed under its keys: judges, or bodies of theirs."""

    world: World
    at: dict[int, set[int]] = default(default_factory=lambda: defaultdict(set))  # body -> judges
    called: dict[str, set[int]] = default(default_factory=lambda: defaultdict(set))
    written: dict[str, set[int]] = default(default_factory=lambda: defaultdict(set))
    mail: dict[str, set[int]] = default(default_factory=lambda: defaultdict(set))  # domain and above
    mates: dict[int, set[int]] = default(default_factory=lambda: defaultdict(set))
    domains: dict[str, set[int]] = default(default_factory=lambda: defaultdict(set))  # -> bodies
    index: names.Index[int] = default(default_factory=names.Index)  # -> bodies
    alike: dict[int, set[int]] = default(default_factory=dict)  # body -> bodies with a name like one of its

    def __post_init__(self) -> None:
        for judge in self.world.judges:
            someone = self.world.people[judge]
            for body in someone.places:
                self.at[body].add(judge)
            for name in someone.names:
                self.called[name].add(judge)
            for address in someone.addresses:
                self.written[address].add(judge)
            for domain in someone.domains:
                for part in mail.within(domain):
                    self.mail[part].add(judge)
            for mate in someone.mates:
                self.mates[mate].add(judge)
        for body in self.at:
            for name in self.world.bodies[body].names:
                self.index.add(name, body)
            for domain in self.world.bodies[body].domains:
                self.domains[domain].add(body)


def compare(policy: ConflictPolicy, world: World) -> Findings:
    """Every judge who must not see an entry, with why; the policy switches each kind. Whoever stands behind
    an entry herself needs no other reason."""
    files = _Files(world)
    found: Findings = {}
    for key, side in world.entries.items():
        said: dict[int, set[Finding]] = defaultdict(set)
        bodies = _bodies(world, side)
        _organisations(policy, files, side, bodies, said)
        if policy.email_domain:
            _mail(policy, files, side, bodies, said)
        if policy.co_authors:
            _company(files, side, said)
        for judge in side.behind & world.judges:
            said[judge] = {("person", "")}
        for judge, findings in said.items():
            found[judge, key] = sorted(findings)
    return found


def _bodies(world: World, side: Side) -> set[int]:
    """The organisation that applies, and the places of those who stand behind it."""
    found = {side.body} if side.body is not None else set()
    return found.union(*(world.people[one].places for one in side.behind))


def _organisations(
    policy: ConflictPolicy, files: _Files, side: Side, bodies: set[int], said: dict[int, set[Finding]]
) -> None:
    known = files.world.bodies
    for body in bodies:
        if policy.same_organisation:
            for judge in files.at.get(body, ()):
                said[judge].add(("organisation", known[body].key))
        if policy.related:
            for other in _related(files, body):
                for judge in files.at[other]:
                    if ("organisation", known[body].key) not in said[judge]:
                        said[judge].add(("related", f"{known[other].key} {known[body].key}"))
    named: list[str] = [*side.said] if policy.same_organisation or policy.related else []
    for name in [*named, *(side.bodies if policy.co_authors else ())]:
        for other in files.index.find(name, fuzzy=policy.related):
            for judge in files.at[other]:
                if ("organisation", known[other].key) not in said[judge]:
                    said[judge].add(("named_body", known[other].key))
    for judge in [judge for judge, findings in said.items() if not findings]:
        del said[judge]


def _related(files: _Files, body: int) -> set[int]:
    """The judges' bodies that have a name like one of this body's."""
    if body not in files.alike:
        found: set[int] = set()
        for name in files.world.bodies[body].names:
            found |= files.index.find(name)
        files.alike[body] = found - {body}
    return files.alike[body]


def _mail(
    policy: ConflictPolicy, files: _Files, side: Side, bodies: set[int], said: dict[int, set[Finding]]
) -> None:
    people, known = files.world.people, files.world.bodies
    if not files.mail and not files.domains:
        return
    addresses = {mail.of(one) for one in side.addresses} if policy.co_authors else set()
    for domain in addresses.union(*(people[one].domains for one in side.behind)) - {""}:
        for judge in files.mail.get(domain, ()):
            if domain in people[judge].domains:
                said[judge].add(("domain", domain))
        for part in mail.within(domain):
            for body in files.domains.get(part, ()):
                for judge in files.at[body]:
                    said[judge].add(("domain", part))
    for body in bodies:
        for domain in known[body].domains:
            for judge in files.mail.get(domain, ()):
                said[judge].add(("domain", domain))
            for other in files.domains.get(domain, set()) - {body}:
                for judge in files.at[other]:
                    said[judge].add(("domain", domain))


def _company(files: _Files, side: Side, said: dict[int, set[Finding]]) -> None:
    """Those who are named in the entry, and those who have stood behind one with somebody of this one."""
    keys: Iterable[set[int]] = [
        *(files.called.get(one, set()) for one in side.persons),
        *(files.written.get(one, set()) for one in side.addresses),
    ]
    for judge in set().union(*keys):
        said[judge].add(("named", ""))
    for one in side.behind:
        for judge in files.mates.get(one, ()):
            said[judge].add(("mate", files.world.people[one].key))
