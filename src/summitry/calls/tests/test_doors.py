"""No door leads to an entry with which somebody has a conflict: every address of the house is asked as a
conflicted screener, juror, chair, manager, member of an organ and of the secretariat, and as a colleague of
each who has none and does see it."""

import re
from collections.abc import Iterator
from functools import cached_property
from io import BytesIO
from itertools import product
from zipfile import ZipFile

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from summitry.calls import acts, queries
from summitry.calls.acts.reminding import remind
from summitry.calls.models import Assignment, Conflict
from summitry.calls.rules import Stage
from summitry.people import acts as people
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_institution, make_organisation, make_user
from summitry.people.tests.letters import posted
from summitry.record.models import Entry

from .factories import (
    STAGES,
    T,
    close,
    make_draft,
    make_manager_of,
    make_sent,
    mark,
    open_world,
    rules,
    screen_all,
)

pytestmark = pytest.mark.django_db

TITLE, NAME, CO, BODY = "Zanzibar barge ledger", "Ottoline Quux", "Peregrine Vex", "Quillfish Society"
NOTE, CONTACT, FILE, COMMENT = (
    "Ginger lantern note",
    "Wren 5550199",
    "quillfish-plan.txt",
    "Sturdy keel remark",
)
COUNCIL = (*STAGES[:-1], Stage("council", "approve", T("Council")), STAGES[-1])
WORDS = (TITLE, NAME, CO, BODY, NOTE, CONTACT, FILE, COMMENT)
ELSEWHERE = {"demo"}  # a mailbox that shows the letters of everybody, in the demonstration alone
NAMING = {"people"}  # where the secretariat finds persons and bodies by their names, whatever they have sent
NUMBERED = {
    "people",
    "desk",
    "record",
    "site",
}  # where the record, or one's own data, tell numbers of entries


class World:
    """A call at a moment, with an entry that holds what must not leak, another one, and two people for each
    duty: the first of them has a conflict with the entry."""

    def __init__(self, moment: str) -> None:
        self.world = world = (
            open_world(rules(stages=COUNCIL), jurors=2) if moment == "council" else open_world(jurors=2)
        )
        scope, call = scope_of(world.call), world.call
        self.twins = {
            "screener": (world.screener, make_user(Role.SCREENER, scope)),
            "juror": (world.jurors[0], world.jurors[1]),
            "chair": (world.chair, make_user(Role.JURY_CHAIR, scope)),
            "manager": (world.manager, make_manager_of(world)),
            "organ": (make_user(Role.ORGAN, scope), make_user(Role.ORGAN, scope)),
            "secretariat": (make_user(Role.SECRETARIAT), make_user(Role.SECRETARIAT)),
        }
        self.entry = self._entry()
        make_sent(world, title="Another title")
        self._run(moment)
        body = make_organisation()
        for user in (self.entry.applicant.user, *(first for first, _second in self.twins.values())):
            people.add_affiliation(user, user.person, organisation=body)
        if moment in {"sealed", "council"}:
            chair = self.twins["chair"][1]
            sheet = {one.pk: acts.Choice("accepted", "silver") for one in world.submissions}
            acts.seal_verdict(chair, acts.decide(chair, world.fresh(), sheet))
        if moment == "council":
            acts.open_stage(self.twins["manager"][1], world.run("council"))
        assert Conflict.objects.filter(submission=self.entry, lifted_at=None).count() == len(self.twins)
        self.entry.refresh_from_db()
        self.call = call

    def _entry(self):
        user, other = make_user(name=NAME), make_user(name=CO)
        draft = make_draft(self.world, user, title=TITLE, note=NOTE, contact=CONTACT, organisation=BODY)
        acts.upload(user, draft, "papers", SimpleUploadedFile(FILE, b"words"))
        acts.confirm_co_applicant(other, acts.add_co_applicant(user, draft, other.email, name=CO))
        return acts.submit(user, draft)

    def _run(self, moment: str) -> None:
        world = self.world
        close(world)
        if moment == "screening":
            acts.open_stage(world.manager, world.run("screening"))
            return
        screen_all(world)
        for entry, juror in product(world.submissions, world.jurors):
            acts.assign(world.manager, entry, juror.person)
        acts.open_stage(world.manager, world.run("jury"))
        mark(world.jurors[0], self.entry, 5, 5, comment="Her own")
        mark(world.jurors[1], self.entry, 4, 4, comment=COMMENT)
        if moment == "jury":
            return
        for juror in world.jurors:
            mark(juror, world.submissions[1], 3, 3)
        acts.close_stage(world.manager, world.run("jury"))
        acts.open_stage(world.manager, world.run("deliberation"))

    @cached_property
    def known(self) -> dict[str, list]:
        """What stands for a part of an address: of this entry wherever it can."""
        return {
            "slug": [self.call.slug],
            "ref": [self.entry.ref],
            "uid": [self.entry.uid, self.entry.uploads.get().uid],
            "who": [self.entry.co_applicants.get().uid],
            "key": [stage.key for stage in self.call.rules.stages],
            "where": ["fields"],
            "kind": ["csv", "xlsx"],
            "person": [self.world.jurors[1].person.slug],
            "pk": [
                *Assignment.objects.filter(submission=self.entry).values_list("pk", flat=True)[:2],
                *Conflict.objects.filter(submission=self.entry).values_list("pk", flat=True)[:2],
            ],
            "index": [Entry.objects.get(kind="calls.received", subject=scope_of(self.entry)).index],
        }


def patterns(resolver=None, rooms=()) -> Iterator[tuple[str, URLPattern]]:
    """Every address with its name in its room: ("calls:entry", …)."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one, (*rooms, one.namespace) if one.namespace else rooms)
        elif not ELSEWHERE.intersection(rooms) and one.name:
            yield ":".join([*rooms, one.name]), one


def addresses(world: World) -> Iterator[tuple[str, str]]:
    """(name, address) for every way to fill in what an address asks; those that cannot be filled are left."""
    for name, pattern in dict(patterns()).items():
        parts = list(pattern.pattern.converters)
        for given in product(*(world.known.get(part, [1]) for part in parts)):
            try:
                yield name, reverse(name, kwargs=dict(zip(parts, given, strict=True)))
            except NoReverseMatch:
                continue
    for words in (TITLE, NAME, BODY):
        yield "site:search", reverse("site:search") + f"?q={words.split()[0]}"


def read(client: Client, method: str, address: str) -> str:
    """All that an answer says, with the page that it leads to; nothing that was done lasts."""
    with transaction.atomic():
        answer = getattr(client, method)(address, follow=True)
        words = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if words.startswith(b"PK"):  # a spreadsheet
            with ZipFile(BytesIO(words)) as packed:
                words = b"\n".join(packed.read(name) for name in packed.namelist())
        transaction.set_rollback(True)
    told = [value for key, value in answer.headers.items() if key != "Content-Security-Policy"]
    return "\n".join([words.decode("utf-8", "replace"), *told])


def seen(user, world: World, method: str, doors=None) -> dict[str, set[str]]:
    """Door (of some, or of all) -> which of the secrets it tells this user and not everybody. An
    address that names the entry may name it in its answer: the reader has named it first."""
    client, anybody = Client(), Client()
    client.force_login(user)
    found: dict[str, set[str]] = {}
    number = re.compile(rf"{re.escape(world.entry.ref)}(?!\d)")
    for name, address in addresses(world):
        room = name.partition(":")[0]
        if (doors is not None and name not in doors) or (method == "post" and room != "calls"):
            continue
        words = read(client, method, address)
        told = {TITLE, NOTE, COMMENT, FILE} if room in NAMING else set(WORDS)
        told = {one for one in told if one in words}
        if world.entry.ref not in address and room not in NUMBERED and number.search(words):
            told.add(world.entry.ref)
        if told:
            public = read(anybody, method, address)
            told -= {one for one in told if one in public}
        if told:
            found.setdefault(name, set()).update(told)
    return found


@pytest.fixture(autouse=True)
def _plain_refusals(monkeypatch):
    """Two answers in three are refusals: they say their words, without the frame that all pages have."""

    def page(_request, status, **words):
        return HttpResponse("\n".join(str(one) for one in words.values()), status=status)

    monkeypatch.setattr("summitry.site.views.errors._page", page)


@pytest.fixture(autouse=True)
def _institution():
    make_institution()
    cache.clear()  # of reminders that went out just now


# Duty, moment, and the doors through which a colleague without a conflict sees the entry.
CASES = [
    ("screener", "screening", {"calls:screening", "calls:screen"}),
    ("juror", "jury", {"calls:marking", "calls:score"}),
    ("juror", "deliberation", {"calls:marking", "calls:score"}),
    ("chair", "jury", {"calls:entries", "calls:entry"}),
    ("chair", "deliberation", {"calls:entries", "calls:entry", "calls:sheet", "calls:conflicts"}),
    (
        "manager",
        "deliberation",
        {"calls:entries", "calls:entry", "calls:export", "calls:file", "calls:conflicts"},
    ),
    ("manager", "jury", {"calls:entries", "calls:entry", "calls:export", "calls:assignments"}),
    ("organ", "council", {"calls:approval", "calls:entry"}),
    ("secretariat", "sealed", {"calls:entries", "calls:entry", "calls:export", "calls:publish"}),
]


@pytest.mark.parametrize(("duty", "moment", "doors"), CASES)
def test_every_door(duty, moment, doors):
    world = World(moment)
    barred, free = world.twins[duty]
    assert set(seen(free, world, "get", doors)) == doors
    assert seen(barred, world, "get") == {}


@pytest.mark.parametrize(
    ("duty", "moment"),
    [
        ("screener", "screening"),
        ("juror", "jury"),
        ("chair", "deliberation"),
        ("manager", "jury"),
        ("organ", "council"),
    ],
)
def test_every_button(duty, moment):
    """What a form answers tells no more than its page, nor does the page to which it leads."""
    world = World(moment)
    assert seen(world.twins[duty][0], world, "post") == {}


def test_what_waits_and_what_is_written_to_somebody(django_capture_on_commit_callbacks):
    world = World("jury")
    for barred, free in (world.twins["juror"], world.twins["chair"], world.twins["screener"]):
        told = " ".join(f"{one.title} {one.detail} {one.url}" for one in queries.waiting(barred))
        assert not any(secret in told for secret in (*WORDS, world.entry.ref))
        assert free.pk != barred.pk
    counts = [one.count for juror in world.twins["juror"] for one in queries.waiting(juror)]
    assert counts == [1, 1]  # the other entry of each; hers that fell waits for her no more
    with posted(django_capture_on_commit_callbacks) as letters:
        remind(make_manager_of(world.world), world.call)
    assert sorted(one.to[0] for one in letters) == sorted(one.email for one in world.twins["juror"])
    assert not any(secret in f"{one.subject} {one.body}" for one in letters for secret in WORDS)
    assert not any(world.entry.ref in f"{one.subject} {one.body}" for one in letters)


def test_the_record_says_what_everybody_reads():
    World("deliberation")
    for entry in Entry.objects.filter(kind__startswith="calls."):
        assert not any(secret in str(entry.body) for secret in WORDS)


def test_dealing_says_nothing_of_the_entry_that_it_could_not_deal():
    world = World("jury")
    address = reverse("calls:assignments", args=[world.call.slug])
    for user in world.twins["manager"]:
        client = Client()
        client.force_login(user)
        words = client.post(address, {"do": "deal", "per_entry": "50"}, follow=True).content.decode()
        told = (TITLE in words, world.entry.ref in words)
        assert told == ((True, True) if user == world.twins["manager"][1] else (False, False))
