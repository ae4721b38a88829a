"""A call in which the public has a voice, for tests."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.utils import timezone

from summitry.calls import acts
from summitry.calls.models import PublicVote, StageRun, Submission
from summitry.calls.rules import DecisionRule, RuleSet, Share, Stage
from summitry.people.models import Person, User
from tests.worlds import remembered

from .factories import STAGES, T, World, close, make_sent, mark, open_world, rules, screen_all

VOTE = Stage("voice", "public_vote", T("The public’s vote"))
SHARES = (Share("jury", 70), Share("voice", 30))


def voting_rules(decision: dict[str, Any] | None = None, **options: Any) -> RuleSet:
    """Screening, jury (70%), the public's vote (30%), deliberation, publication."""
    vote = replace(VOTE, options=options)
    return rules(
        stages=(*STAGES[:2], vote, *STAGES[2:]),
        decision=DecisionRule(shares=SHARES, **(decision or {})),
    )


@remembered
def voting_world(entries: int = 3, found: RuleSet | None = None, marks: Any = None, **options: Any) -> World:
    """A call whose public vote is open; marks[entry] is the (effect, evidence) that its one juror gave."""
    world = open_world(found or voting_rules(**options))
    for n in range(entries):
        make_sent(
            world,
            title=T(f"Entry {n}"),
            organisation=f"Ministry {n}",
            note=f"Private note {n}",
            contact=f"contact-{n}@example.org",
        )
    close(world)
    screen_all(world)
    juror = world.jurors[0]
    for entry in world.submissions:
        acts.assign(world.manager, entry, juror.person)
    acts.open_stage(world.manager, world.run("jury"))
    for entry, (effect, evidence) in zip(world.submissions, marks or [(3, 3)] * entries, strict=True):
        mark(juror, entry, effect, evidence)
    acts.close_stage(world.manager, world.run("jury"))
    acts.open_stage(world.manager, world.run("voice"))
    return world


def crowd(count: int, *, days: int = 0, domain: str = "bots.example") -> list[User]:
    """Accounts made at once, `days` ago, their addresses confirmed."""
    made = timezone.now() - timedelta(days=days)
    first = User.objects.count()
    users = User.objects.bulk_create(
        User(email=f"crowd-{first + n}@{domain}", password="!", date_joined=made) for n in range(count)
    )
    people = Person.objects.bulk_create(
        Person(user=user, name=T("Somebody"), slug=f"crowd-{user.pk}") for user in users
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    for user, person in zip(users, people, strict=True):
        user.person = person
    return users


def votes_at_once(run: StageRun, entry: Submission, users: list[User], **more: Any) -> None:
    """What the votes of these accounts leave behind, without asking the act each time."""
    PublicVote.objects.bulk_create(
        PublicVote(stage=run, submission=entry, voter=user.person, **more) for user in users
    )


def counts(run: StageRun) -> list[int]:
    """Votes that count, by entry in the order of their numbers."""
    entries = list(run.call.submissions.order_by("number"))
    data = run.component.gather(run, entries, str)
    return [data["votes"][entry.ref] for entry in entries]
