# ruff: noqa: E402 - Django is set up before its models are read
"""Conflicts of interest: seconds to compare 5,000 entries with 100 judges, and to compare anew after one
change, on SQLite.

    uv run python benchmarks/conflicts.py

Simulated: 2,500 organisations with two names each, two places for everybody, one entry in four with a
co-applicant, a team of three and two partners named in each; the text of each entry is 4 kB. The data are in
a temporary folder and go with it."""

import os
import random
import tempfile
from collections.abc import Callable
from time import perf_counter, process_time
from typing import Any

os.environ["SUMMITRY_DATA"] = tempfile.mkdtemp(prefix="summitry-benchmark-")
os.environ.setdefault("SECRET_KEY", "only for this benchmark")
os.environ["DJANGO_SETTINGS_MODULE"] = "summitry.settings"

import django

django.setup()

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from summitry.calls import conflicts
from summitry.calls.models import Call, CoApplicant, Conflict, Submission
from summitry.calls.rules import Field, RuleSet
from summitry.people import acts as people
from summitry.people.models import Affiliation, Mandate, Organisation, Person, Role, User, scope_of
from summitry.text.value import Text

ENTRIES, JUDGES, BODIES = 5_000, 100, 2_500
T = Text.of
chance = random.Random(3)
SOUNDS = (
    "ba",
    "be",
    "bo",
    "da",
    "du",
    "ka",
    "ko",
    "la",
    "le",
    "li",
    "ma",
    "mo",
    "na",
    "ne",
    "pa",
    "ra",
    "ri",
    "sa",
    "ta",
    "vo",
)


def word() -> str:
    return "".join(chance.choices(SOUNDS, k=4)).capitalize()


def body_name() -> str:
    kind = chance.choice(["University of", "Institute for", "Ministry of", "Foundation", "Trust"])
    return f"{kind} {word()} {word()}"


def make_people(prefix: str, count: int) -> list[Person]:
    made = [User(email=f"{prefix}{n}@mail-of-{chance.randrange(3000)}.int") for n in range(count)]
    users = User.objects.bulk_create(made)  # without signals: the persons follow
    return Person.objects.bulk_create(
        [
            Person(slug=f"{prefix}-{n}", user=user, name=T(f"{word()} {word()}"))
            for n, user in enumerate(users)
        ]
    )


def make_world() -> tuple[Call, list[Person], list[Person], list[Organisation]]:
    bodies = Organisation.objects.bulk_create(
        [
            Organisation(
                slug=f"body-{n}",
                name=T(body_name()),
                aliases=[body_name()],
                domains=[f"mail-of-{n}.int"],
                confirmed=True,
            )
            for n in range(BODIES)
        ]
    )
    rules = RuleSet(
        title=T("A call"),
        fields=(
            Field("text", "text", T("Text")),
            Field("team", "persons", T("Team")),
            Field("partners", "organisations", T("Partners")),
        ),
    )
    call = Call(slug="benchmark", state=Call.State.OPEN, opened_at=timezone.now())
    call.set_rules(rules)
    call.opens_at = call.opens_at or timezone.now()
    call.closes_at = call.closes_at or timezone.now()
    call.save()
    judges, applicants = make_people("judge", JUDGES), make_people("applicant", ENTRIES)
    Affiliation.objects.bulk_create(
        Affiliation(person=one, organisation=chance.choice(bodies))
        for one in [*judges, *applicants]
        for _ in range(2)
    )
    Mandate.objects.bulk_create(Mandate(person=one, role=Role.JUROR, scope=scope_of(call)) for one in judges)
    now = timezone.now()
    entries = Submission.objects.bulk_create(
        Submission(
            call=call,
            number=n,
            ref=f"benchmark-{n}",
            receipt=f"R{n}",
            applicant=one,
            organisation=chance.choice(bodies),
            state="submitted",
            sent_at=now,
            answers={
                "text": "words " * 680,
                "team": [{"name": f"{word()} {word()}", "affiliation": body_name()} for _ in range(3)],
                "partners": [{"name": body_name()} for _ in range(2)],
            },
        )
        for n, one in enumerate(applicants, 1)
    )
    CoApplicant.objects.bulk_create(
        CoApplicant(submission=one, email=f"co{n}@example.org", person=applicants[n - 1], confirmed_at=now)
        for n, one in enumerate(entries)
        if n % 4 == 1
    )
    return call, judges, applicants, bodies


def timed(what: str, deed: Callable[[], Any]) -> None:
    with CaptureQueriesContext(connection) as caught:
        begun, worked = perf_counter(), process_time()
        deed()
        seconds, work = perf_counter() - begun, process_time() - worked
    standing = Conflict.objects.filter(lifted_at=None).count()
    cost = f"{seconds:6.2f} s {work:6.2f} s of work {len(caught):4} queries"
    print(f"{what:<40} {cost} {standing:6} conflicts stand")


def main() -> None:
    call_command("migrate", verbosity=0)
    call, judges, applicants, bodies = make_world()
    juror, applicant = judges[0], applicants[0]
    print(f"{ENTRIES} entries, {JUDGES} judges, {BODIES} organisations")
    timed("everything", lambda: conflicts.keep.people_changed({one.pk for one in judges}, set()))
    timed(
        "everything again: nothing has changed",
        lambda: conflicts.keep.people_changed({one.pk for one in judges}, set()),
    )
    place: list[Affiliation] = []
    timed(
        "a juror takes a place",
        lambda: place.append(people.add_affiliation(juror.user, juror, organisation=bodies[7])),
    )
    timed("a juror leaves it", lambda: people.remove_affiliation(juror.user, place[0]))
    timed(
        "a juror changes her name",
        lambda: people.update_profile(juror.user, juror, 1, name=T("Ada Lovelace")),
    )
    timed(
        "an applicant takes a place",
        lambda: people.add_affiliation(applicant.user, applicant, organisation=bodies[7]),
    )
    Mandate.objects.create(person=applicants[-1], role=Role.SECRETARIAT)
    timed(
        "an organisation is renamed",
        lambda: people.update_organisation(applicants[-1].user, bodies[7], 1, name=T("Boat Trust")),
    )
    people_ = list(Person.objects.filter(pk__in=[one.pk for one in judges]))
    entries = list(call.submissions.all())
    timed("search for the assignment", lambda: conflicts.search(call, people_, entries))


if __name__ == "__main__":
    main()
