"""What happens between the pages that a test walks: acts in the demonstration's own database.

Playwright keeps an event loop in the tests' process, in which Django asks no database; and that process has
settings and a database of its own. So these functions run in a process beside it: `Backstage.do(function,
...)`. Arguments and results are plain values."""

import os
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from unittest import mock


def enter(folder: str) -> None:
    """The first thing in the other process: Django with the demonstration's folder."""
    os.environ["SUMMITRY_DATA"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "summitry.settings"
    for name in ("DATABASE_URL", "SECRET_KEY"):
        os.environ.pop(name, None)
    from summitry.cli import environment

    environment.load()


class Backstage:
    """The process beside. Use as a context manager."""

    def __init__(self, folder: Path):
        self.pool = ProcessPoolExecutor(1, get_context("spawn"), initializer=enter, initargs=(str(folder),))
        above = str(Path(__file__).resolve().parents[1])  # the other process finds this package there
        with mock.patch.object(sys, "path", [*sys.path, above]):
            self.do(os.getpid)

    def __enter__(self) -> "Backstage":
        return self

    def __exit__(self, *_: object) -> None:
        self.pool.shutdown()

    def do[T](self, function: Callable[..., T], *given: Any) -> T:
        """What the function returns; what it raises is raised here."""
        return self.pool.submit(function, *given).result(60)


# -- in the other process: Django is imported only there ---------------------------------


def _user(key: str) -> Any:
    from summitry.demo.accounts import DOMAIN
    from summitry.people.models import User

    return User.objects.get(email=f"{key}@{DOMAIN}")


def _call(slug: str) -> Any:
    from summitry.calls.models import Call

    return Call.objects.get(slug=slug)


def _run(slug: str, key: str) -> Any:
    return _call(slug).stages.select_related("call").get(key=key)


def make_people(keys: list[str]) -> None:
    """Accounts that can sign in, named by their role as all of the demonstration's people."""
    from django.contrib.auth.hashers import make_password
    from django.utils import timezone

    from summitry.demo.accounts import DOMAIN, PASSWORD
    from summitry.demo.loader.people import account_for
    from summitry.demo.loader.story import Story
    from summitry.people.models import User

    story, hashed = Story(timezone.now()), make_password(PASSWORD)
    there = set(User.objects.values_list("email", flat=True))
    for key in keys:
        if f"{key}@{DOMAIN}" not in there:  # an earlier run in the same demonstration made it
            account_for(story, key, hashed)


def share_an_organisation(name: str, keys: list[str]) -> None:
    from summitry.people.acts import add_affiliation, ensure_organisation
    from summitry.text.value import Text

    body = ensure_organisation(Text.of(name))
    for key in keys:
        user = _user(key)
        add_affiliation(user, user.person, organisation=body)


def award(slug: str, jurors: list[str], applicants: dict[str, str]) -> list[str]:
    """The template `award` as a blind call with one place and one on the reserve list, closed; the addresses
    of its entries. applicants: key -> title."""
    from summitry.calls import rulesets
    from summitry.calls.rules import DecisionRule, Tier
    from summitry.text.value import Text

    found = rulesets.load("award")
    rules = replace(
        found,
        blind=True,
        categories=(),
        languages=(),
        publish_scores=True,
        decision=DecisionRule(stage="experts", tiers=(Tier("award", Text.of("Award")),), places=1, reserve=1),
        stages=tuple(replace(one, criteria=_everywhere(one)) for one in found.stages),
    )
    return _begin(slug, rules, jurors, applicants)


def finals(slug: str, jurors: list[str], applicants: dict[str, str]) -> list[str]:
    """The template `competition`, of which pairs are compared before the finals; closed."""
    from summitry.calls import rulesets
    from summitry.calls.rules import DecisionRule, Share, Stage
    from summitry.text.value import Text

    found = rulesets.load("competition")
    duels = Stage("duels", "pairwise", Text.of("Duels", zh_hans="两两比较"), options={"per_entry": 2})
    rules = replace(
        found,
        categories=(),
        decision=DecisionRule(shares=(Share("finals", 80), Share("duels", 20)), tiers=found.decision.tiers),
        stages=tuple(
            duels if one.key == "heats" else replace(one, criteria=_everywhere(one))
            for one in found.stages
            if one.key != "public"
        ),
    )
    return _begin(slug, rules, jurors, applicants)


def _everywhere(stage: Any) -> Any:
    """The criteria of a stage in a call without categories."""
    return tuple(replace(one, weights={}) for one in stage.criteria)


def _begin(slug: str, rules: Any, jurors: list[str], applicants: dict[str, str]) -> list[str]:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils import timezone

    from summitry.calls import acts, fields
    from summitry.calls.tests.walking import PDF, something
    from summitry.people.models import Role
    from summitry.text.value import Text

    now, manager = timezone.now(), _user("call-manager")
    stages = tuple(replace(one, closes_at=now + timedelta(30 + at)) for at, one in enumerate(rules.stages))
    rules = replace(rules, opens_at=now - timedelta(1), closes_at=now + timedelta(9), stages=stages)
    call = acts.create_call(manager, slug=slug, rules=rules)
    duties = [("screener", Role.SCREENER), ("chair", Role.JURY_CHAIR), *((key, Role.JUROR) for key in jurors)]
    for key, role in duties:
        acts.appoint(manager, call, _user(key).person, role)
    call = acts.open_call(manager, call)
    asked = [one for one in call.rules.fields if not one.stage]
    uids = []
    for key, title in applicants.items():
        user = _user(key)
        draft = acts.start_draft(user, call)
        given = {one.key: something(one) for one in asked if not fields.kind(one.kind).holds_files}
        given |= {"title": Text.of(title), "organisation": Text.of(f"The house of {key}")}
        draft = acts.save_draft(user, draft, given)
        for one in asked:
            if one.required and fields.kind(one.kind).holds_files:
                acts.upload(user, draft, one.key, SimpleUploadedFile("paper.pdf", PDF))
        uids.append(str(acts.submit(user, draft).uid))
    acts.close_call(manager, call, now=call.closes_at + timedelta(minutes=1))
    return uids


def open_stage(slug: str, key: str) -> None:
    from summitry.calls import acts

    acts.open_stage(_user("call-manager"), _run(slug, key))


def close_stage(slug: str, key: str) -> None:
    from summitry.calls import acts

    acts.close_stage(_user("call-manager"), _run(slug, key))


def let_time_pass(slug: str, key: str) -> None:
    """The calendar of a stage has ended yesterday: days cannot be waited for."""
    from django.utils import timezone

    from summitry.calls.models import StageRun

    past = timezone.now() - timedelta(1)
    StageRun.objects.filter(call__slug=slug, key=key).update(closes_at=past)


def screen_rest(slug: str) -> None:
    from summitry.calls import acts
    from summitry.calls.models import Screening

    call = _call(slug)
    for entry in call.submissions.in_the_running().exclude(
        pk__in=Screening.objects.filter(submission__call=call).values("submission")
    ):
        acts.screen(_user("screener"), entry, True)


def mark_rest(slug: str, marks: list[int], strict: str = "") -> None:
    """Every juror sends what is left of her list: the n-th entry gets the n-th mark of every criterion, one
    less from a strict juror."""
    from summitry.calls import acts
    from summitry.calls.models import Assessment, Assignment

    rows = Assignment.objects.filter(submission__call__slug=slug, stage__state="open", ended_at=None)
    for row in rows.select_related("submission__call", "juror__user", "stage__call"):
        sent = Assessment.objects.filter(stage=row.stage, submission=row.submission, juror=row.juror)
        if sent.filter(sent_at__isnull=False).exists():
            continue
        user, entry = row.juror.user, row.submission
        acts.declare_no_conflict(user, entry)
        mark = marks[entry.number - 1] - (user.email.startswith(f"{strict}@"))
        given = {one.key: mark for one in row.stage.rule.rubric(entry.category)}
        acts.send_assessment(user, entry, given, comment="Said backstage.")


def supplement_rest(slug: str, key: str) -> None:
    """Everybody who has not sent what the stage asks for sends it."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from summitry.calls import acts
    from summitry.calls.models import Submission, Supplement
    from summitry.calls.tests.walking import PDF

    run = _run(slug, key)
    sent = Supplement.objects.filter(stage=run).values("submission")
    for entry in run.call.submissions.in_the_running().exclude(pk__in=sent).select_related("applicant"):
        user = entry.applicant.user
        acts.upload(user, entry, "evidence", SimpleUploadedFile("paper.pdf", PDF))
        acts.send_supplement(user, Submission.objects.get(pk=entry.pk), run)


def compare_rest(slug: str, key: str, jurors: list[str]) -> None:
    """These jurors compare what the stage still asks of them: the lower number is the stronger."""
    from summitry.calls import acts, queries

    for juror in jurors:
        user = _user(juror)
        while (pair := queries.pair_page(user, _run(slug, key)).pair) is not None:
            left, right = pair
            acts.compare(user, _run(slug, key), left, right, min(pair, key=lambda one: one.number))
