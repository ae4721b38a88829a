"""The desk's pages of a call with 5,000 submissions and 25,000 assessments: server time and SQL queries.

    uv run python benchmarks/desk.py [ENTRIES]

Each page is asked for eleven times by whoever works on it, through the whole of Django and without a network.
Once more with a tenth of the entries: the queries must be as many."""

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "summitry.settings"
os.environ["SUMMITRY_DATA"] = tempfile.mkdtemp(prefix="summitry-desk-")
os.environ.setdefault("SUMMITRY_DEBUG", "0")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from summitry.calls import acts, rulesets  # noqa: E402
from summitry.calls.models import Assessment, Assignment, Call, StageRun, Submission  # noqa: E402
from summitry.people.models import Mandate, Person, Role, User, scope_of  # noqa: E402
from summitry.text.value import Text  # noqa: E402

AGAIN, EACH, JURORS = 11, 5, 100


def account(name: str, role: str, scope: str) -> User:
    user = User.objects.create_user(email=f"{name}@example.org", password=None)
    Mandate.objects.create(person=user.person, role=role, scope=scope)
    return user


def fill(slug: str, entries: int) -> tuple[Call, dict[str, User]]:
    """A call in the middle of its scoring: five jurors for each entry, all marks in but one juror's."""
    now = timezone.now()
    chief = account(f"chief-{slug}", Role.SECRETARIAT, "institution")
    rules = replace(
        rulesets.load("practice_cases"),
        outcome="list",
        opens_at=now - timedelta(9),
        closes_at=now + timedelta(9),
    )
    call = acts.open_call(chief, acts.create_call(chief, slug=slug, rules=rules))
    scope = scope_of(call)
    people = {
        "manager": account(f"manager-{slug}", Role.CALL_MANAGER, scope),
        "screener": account(f"screener-{slug}", Role.SCREENER, scope),
        "chair": account(f"chair-{slug}", Role.JURY_CHAIR, scope),
        "auditor": account(f"auditor-{slug}", Role.AUDITOR, "institution"),
    }
    jurors = [account(f"juror-{n}-{slug}", Role.JUROR, scope) for n in range(JURORS)]
    people["juror"] = jurors[0]
    Person.objects.bulk_create(
        [Person(slug=f"applicant-{slug}-{n}", name=Text.of(f"Applicant {n}")) for n in range(entries)], 500
    )
    applicants = list(Person.objects.filter(slug__startswith=f"applicant-{slug}-").order_by("pk"))
    keys = [one.key for one in rules.categories]
    Submission.objects.bulk_create(
        [
            Submission(
                call=call,
                number=n + 1,
                ref=f"{slug}-{n + 1}",
                applicant=applicant,
                category=keys[n % len(keys)],
                answers={"title": {"source": "en", "revision": 1, "texts": {"en": {"value": f"Entry {n}"}}}},
                state="submitted",
                receipt=f"{slug}-{n}",
                sent_at=now,
                rules_version=1,
            )
            for n, applicant in enumerate(applicants)
        ],
        500,
    )
    Call.objects.filter(pk=call.pk).update(state="closed", closed_at=now, closes_at=now - timedelta(1))
    screening, scoring = call.stages.order_by("position")[:2]
    StageRun.objects.filter(pk=screening.pk).update(state="closed", opened_at=now, closed_at=now)
    StageRun.objects.filter(pk=scoring.pk).update(state="open", opened_at=now)
    criteria = [one.key for one in scoring.rule.criteria]
    assigned, marked = [], []
    for n, entry in enumerate(Submission.objects.filter(call=call).order_by("number")):
        for at in range(EACH):
            juror = jurors[(n * EACH + at * 7) % JURORS].person
            assigned.append(Assignment(submission=entry, juror=juror, stage=scoring, cleared_at=now))
            marks = {key: 1 + (n * 7 + at * 3 + c) % 5 for c, key in enumerate(criteria)}
            sent = None if juror.pk == jurors[0].person.pk else now
            marked.append(Assessment(submission=entry, juror=juror, stage=scoring, marks=marks, sent_at=sent))
    Assignment.objects.bulk_create(assigned, 500)
    Assessment.objects.bulk_create(marked, 500)
    return Call.objects.get(pk=call.pk), people


def deliberate(call: Call) -> None:
    """All marks in, and deliberation open."""
    now = timezone.now()
    Assessment.objects.filter(stage__call=call).update(sent_at=now)
    runs = list(call.stages.order_by("position"))
    StageRun.objects.filter(pk=runs[1].pk).update(state="closed", closed_at=now)
    StageRun.objects.filter(pk=runs[2].pk).update(state="open", opened_at=now)


def pages(stage: str) -> Iterator[tuple[str, str, list[Any]]]:
    """(who, page, further arguments) while a stage is open."""
    if stage == "scoring":
        yield from (("manager", name, []) for name in ("manage", "entries", "assignments", "people"))
        yield from (("screener", "screening", []), ("juror", "marking", []))
    else:
        yield from (("chair", name, []) for name in ("sheet", "entries", "calibration"))
        yield from (("auditor", "entries", []), ("manager", "manage", []))


def ask(user: User, address: str) -> tuple[float, int, int]:
    """Median of milliseconds, number of queries, kB of the page."""
    client = Client()
    client.force_login(user)
    client.get(address)
    queries = Counter[str]()

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        queries[sql] += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address}: {answer.status_code}")
    taken = []
    for _ in range(AGAIN):
        start = perf_counter()
        client.get(address)
        taken.append((perf_counter() - start) * 1000)
    return median(taken), queries.total(), len(answer.content) // 1024


def main() -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.SECURE_SSL_REDIRECT = False
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    call_command("migrate", verbosity=0)
    small, few = fill("small", max(JURORS, entries // 10))
    large, many = fill("large", entries)
    print(f"{entries:,} submissions, {entries * EACH:,} assessments, {JURORS} jurors; {connection.vendor}")
    print(f"{'page':34} {'median ms':>10} {'kB':>6} {'queries':>8} {'with a tenth':>13}")
    slowest = 0.0
    for stage in ("scoring", "deliberation"):
        if stage == "deliberation":
            deliberate(small)
            deliberate(large)
        for who, name, more in pages(stage):
            taken, queries, size = ask(many[who], reverse(f"calls:{name}", args=["large", *more]))
            _taken, tenth, _size = ask(few[who], reverse(f"calls:{name}", args=["small", *more]))
            slowest = max(slowest, taken)
            same = "" if queries == tenth else "  <- not the same"
            print(f"{stage + ': ' + who + ' ' + name:34} {taken:10.1f} {size:6} {queries:8} {tenth:13}{same}")
    print(f"slowest: {slowest:.0f} ms (asked: under 150)")


if __name__ == "__main__":
    main()
