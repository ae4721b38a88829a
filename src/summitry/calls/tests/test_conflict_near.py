"""One judge's change is compared with the entries that can be concerned: the same is found as among all."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from summitry.calls.conflicts import find, keep, load, near, said
from summitry.calls.models import CoApplicant, Conflict, Submission
from summitry.calls.rules import ConflictPolicy
from summitry.people.models import Affiliation
from summitry.people.tests.factories import make_organisation, make_user
from summitry.text.value import Text

from .factories import make_sent, open_world
from .test_conflict_keeping import LISTS

# Few of each, so that they meet often: as they are, in other words, or not at all.
BODIES = ["Boat Trust", "The Boat Trust Ltd", "Massachusetts Institute of Technology", "MIT", "Kite Society"]
PERSONS = ["Ada Lovelace", "LOVELACE, Ada", "Grace Hopper", "Ada"]
DOMAINS = ["boats.int", "cs.boats.int", "kites.int", "gmail.com"]
ADDRESSES = [f"{name}@{domain}" for name in ("ada", "Grace", "cora", "Ida") for domain in DOMAINS]

SEEDS = 25


def people_by(chance, bodies, count):
    found = []
    for _ in range(count):
        user = make_user()
        user.person.name = Text.of(chance.choice(PERSONS))
        user.person.save()
        for body in chance.sample(bodies, chance.randrange(3)):
            ago = chance.choice([0, 0, 1, 5])
            until = timezone.now().date() - timedelta(days=366 * ago) if ago else None
            Affiliation.objects.create(person=user.person, organisation=body, until=until)
        address = chance.choice(ADDRESSES)
        if chance.random() < 0.8 and not EmailAddress.objects.filter(email__iexact=address).exists():
            EmailAddress.objects.create(user=user, email=address, verified=True)
        found.append(user.person)
    return found


def entry_by(chance, call, number, bodies, people):
    names = {
        "team": [{"name": chance.choice(PERSONS), "email": chance.choice(ADDRESSES)}],
        "partners": [{"name": chance.choice(BODIES)}],
        "organisation": chance.choice(BODIES),
    }
    sent = Submission.objects.create(
        call=call,
        number=number,
        ref=f"{call.slug}-{number}",
        receipt=f"R{call.slug}-{number}",
        applicant=chance.choice(people),
        organisation=chance.choice([None, None, *bodies]),
        answers={name: said for name, said in names.items() if chance.random() < 0.15},
        state=Submission.State.SUBMITTED,
        sent_at=timezone.now() - timedelta(days=366 * chance.choice([0, 0, 5])),
    )
    if chance.random() < 0.3:
        CoApplicant.objects.create(
            submission=sent,
            email="co@other.int",
            person=chance.choice(people),
            confirmed_at=timezone.now(),
            removed_at=chance.choice([None, timezone.now()]),
        )


@pytest.mark.django_db
def test_the_same_is_found_as_among_all():
    """Worlds by chance, always the same ones; together they have every kind of finding, alone as well."""
    world = open_world(fields=LISTS, jurors=0)
    alone, left_out = set(), 0
    for seed in range(SEEDS):
        chance = Random(seed)
        with transaction.atomic():
            bodies = [
                make_organisation(name, domains=chance.sample(DOMAINS, chance.randrange(2)))
                for name in BODIES
            ]
            people = people_by(chance, bodies, 10)
            for number in range(1, 9):
                entry_by(chance, world.call, number, bodies, people)
            policy = ConflictPolicy(
                **{name: chance.random() < 0.7 for name in ("same_organisation", "related", "email_domain")}
            )
            rules = replace(world.call.rules, conflicts=policy)
            sent = world.call.submissions.all()
            rows = load.rows_of(sent, rules)
            for judges in ([people[0].pk], [one.pk for one in people[:2]]):
                everything = find.compare(policy, load.world(rules, judges, rows))
                alone |= {basis[0][0] for basis in everything.values() if len(basis) == 1}
                close = near.near(rules, judges, sent)
                left_out += len(rows) - len(close)
                kept = load.rows_of(sent.filter(pk__in=close), rules)
                assert find.compare(policy, load.world(rules, judges, kept)) == everything, seed
            transaction.set_rollback(True)
    assert alone == set(said.KINDS)
    assert left_out > SEEDS


@pytest.mark.django_db
def test_what_has_nothing_to_do_with_her_is_left_out_and_what_no_longer_has_is_lifted():
    world, body = open_world(fields=LISTS, jurors=1), make_organisation(domains=["boats.int"])
    [juror] = world.jurors
    applicant = make_user()
    applicant.person.affiliations.create(organisation=body)
    theirs, _other = make_sent(world, applicant), make_sent(world, team=[{"name": "Grace Hopper"}])
    hers = juror.person.affiliations.create(organisation=body)
    sent = world.call.submissions.all()
    assert near.near(world.call.rules, {juror.person.pk}, sent) == {theirs.pk}
    assert keep.refresh(world.call, judges={juror.person.pk}) == {(juror.person.pk, theirs.pk)}
    hers.delete()
    assert near.near(world.call.rules, {juror.person.pk}, sent) == set()
    keep.refresh(world.call, judges={juror.person.pk})
    assert Conflict.objects.get().lifted_at is not None


@pytest.mark.django_db
def test_looking_costs_the_same_for_one_and_for_three(django_assert_max_num_queries):
    for n in (1, 3):
        world, body = open_world(fields=LISTS, jurors=1), make_organisation(domains=["boats.int"])
        for _ in range(n):
            applicant = make_user()
            applicant.person.affiliations.create(organisation=body)
            make_sent(world, applicant, team=[{"name": "Grace Hopper"}])
        world.jurors[0].person.affiliations.create(organisation=body)
        with django_assert_max_num_queries(14):
            assert (
                len(near.near(world.call.rules, {world.jurors[0].person.pk}, world.call.submissions.all()))
                == n
            )
