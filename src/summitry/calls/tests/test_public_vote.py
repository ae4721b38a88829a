"""The public's vote: who may, how often, what counts, what is set aside, and what it does to the order."""

import json
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from summitry.calls import acts, anomalies, checks, stages, verdicts, voters
from summitry.calls.acts import Choice
from summitry.calls.models import PublicVote, SetAside, StageRun, Submission
from summitry.calls.rules import DecisionRule, Share
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_mandate, make_user
from summitry.record.models import Entry
from summitry.text.moments import minute

from .factories import STAGES, decide, make_manager_of, rules
from .voting import VOTE, counts, crowd, votes_at_once, voting_rules, voting_world

pytestmark = pytest.mark.django_db


def problems(found):
    return {(one.path, one.message) for one in checks.problems(found)}


# -- the rules ------------------------------------------------------------------------------------


def test_a_jury_and_the_public_make_an_order_together():
    assert problems(voting_rules()) == set()


@pytest.mark.parametrize(
    ("stage_list", "decision"),
    [
        ((STAGES[0], VOTE, *STAGES[2:]), DecisionRule()),
        ((STAGES[0], VOTE, *STAGES[2:]), DecisionRule(stage="voice")),
        ((*STAGES[:2], VOTE, *STAGES[2:]), DecisionRule(stage="voice")),
        ((*STAGES[:2], VOTE, *STAGES[2:]), DecisionRule(shares=(Share("jury", 49), Share("voice", 51)))),
        ((STAGES[0], VOTE, *STAGES[2:]), DecisionRule(shares=(Share("voice", 100),))),
    ],
    ids=["the only stage", "named", "named beside a jury", "51 percent", "a share of all"],
)
def test_the_public_never_decides_alone(stage_list, decision):
    found = problems(rules(stages=stage_list, decision=decision))
    assert ("decision.shares", "the public never decides alone: its share is at most 50") in found


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"keep": 3}, "stages.voice.options.keep"),
        ({"choices": 0}, "stages.voice.options.choices"),
        ({"account_days": -1}, "stages.voice.options.account_days"),
        ({"per_origin": 100_000}, "stages.voice.options.per_origin"),
        ({"choices": "two"}, "stages.voice.options.choices"),
        ({"secret": True}, "stages.voice.options.secret"),
    ],
)
def test_options_that_cannot_be(options, path):
    assert {one.path for one in checks.problems(voting_rules(**options))} == {path}


def test_the_public_must_see_what_it_votes_for():
    found = voting_rules()
    private = replace(found.fields[0], visibility="private")
    names = replace(found.fields[0], identifies=True)
    assert problems(replace(found, fields=(private, *found.fields[1:]))) == {
        ("stages.voice", "the public must see what it votes for: the title is not public")
    }
    assert problems(replace(found, fields=(names, *found.fields[1:]))) == set()
    assert {
        one.path for one in checks.problems(replace(found, blind=True, fields=(names, *found.fields[1:])))
    } == {"stages.voice"}


# -- one vote -------------------------------------------------------------------------------------


def test_a_vote_is_kept_without_the_address_it_came_from():
    world = voting_world()
    first, second, _third = world.submissions
    user = make_user()
    vote = acts.cast_vote(user, first, address="192.0.2.7")
    assert (vote.submission_id, vote.voter, vote.category, vote.set_aside) == (
        first.pk,
        user.person,
        "",
        None,
    )
    assert len(vote.origin) == 64
    assert "192.0.2.7" not in str(PublicVote.objects.values_list())
    assert acts.cast_vote(user, first).pk == vote.pk
    with pytest.raises(ValidationError, match="You have given your vote"):
        acts.cast_vote(user, second)
    assert counts(world.run("voice")) == [1, 0, 0]
    assert Entry.objects.filter(kind__startswith="calls.vote").count() == 0


def test_a_vote_can_move_and_be_taken_back_until_the_stage_closes():
    world = voting_world()
    first, second, third = world.submissions
    user = make_user()
    acts.cast_vote(user, first)
    acts.cast_vote(user, second, instead=first)
    assert counts(world.run("voice")) == [0, 1, 0]
    acts.take_back_vote(user, second)
    acts.take_back_vote(user, second)
    assert counts(world.run("voice")) == [0, 0, 0]
    acts.cast_vote(user, third, instead=second)  # nothing there to move
    acts.close_stage(world.manager, world.run("voice"))
    for deed in (lambda: acts.cast_vote(user, first), lambda: acts.take_back_vote(user, third)):
        with pytest.raises(ValidationError, match="No vote is open"):
            deed()
    assert counts(world.run("voice")) == [0, 0, 1]


def test_several_choices_are_counted_over_all_entries():
    world = voting_world(choices=2)
    first, second, third = world.submissions
    user = make_user()
    acts.cast_vote(user, first)
    acts.cast_vote(user, second)
    with pytest.raises(ValidationError, match="your 2 votes"):
        acts.cast_vote(user, third)
    acts.cast_vote(user, third, instead=first)
    assert counts(world.run("voice")) == [0, 1, 1]


def test_with_an_order_by_category_each_has_its_own_choices():
    world = voting_world(found=voting_rules({"by_category": True}))
    first, second, third = world.submissions
    Submission.objects.filter(pk=third.pk).update(category="south")
    user = make_user()
    acts.cast_vote(user, first)
    assert acts.cast_vote(user, world.submissions[2]).category == "south"
    with pytest.raises(ValidationError, match="given your vote"):
        acts.cast_vote(user, second)


def test_a_vote_for_an_entry_that_was_withdrawn_is_free_again():
    world = voting_world()
    first, second, _third = world.submissions
    user = make_user()
    acts.cast_vote(user, first)
    acts.withdraw(first.applicant.user, first)
    with pytest.raises(ValidationError, match="not before the public"):
        acts.cast_vote(make_user(), first)
    acts.cast_vote(user, second)
    assert [one.submission_id for one in PublicVote.objects.all()] == [second.pk]


def test_an_account_whose_address_is_not_confirmed_does_not_vote():
    world = voting_world()
    with pytest.raises(ValidationError, match="Confirm your e-mail address first"):
        acts.cast_vote(make_user(verified=False), world.submissions[0])


def test_an_account_must_be_old_enough_and_is_told_which_day_counts():
    world = voting_world(account_days=30)
    run = world.run("voice")
    last = run.opened_at - timedelta(days=30)
    late, old = make_user(date_joined=last + timedelta(seconds=1)), make_user(date_joined=last)
    with pytest.raises(ValidationError) as refused:
        acts.cast_vote(late, world.submissions[0])
    assert refused.value.messages == [
        "An account that votes here must have been 30 days old when the vote opened: made on "
        f"{minute(last)} at the latest. Yours was made on {minute(late.date_joined)}."
    ]
    acts.cast_vote(old, world.submissions[0])
    assert counts(run) == [1, 0, 0]


def test_the_published_end_binds_voters_and_the_manager():
    world = voting_world()
    end = timezone.now().replace(microsecond=0) + timedelta(hours=1)
    StageRun.objects.filter(key="voice").update(closes_at=end)
    run = world.run("voice")
    assert [voters.over(run, end + timedelta(milliseconds=ms)) for ms in (0, 999, 1000)] == [
        False,
        False,
        True,
    ]
    with pytest.raises(ValidationError, match="The vote goes on until"):
        acts.close_stage(world.manager, run)
    user = make_user()
    acts.cast_vote(user, world.submissions[0])
    StageRun.objects.filter(key="voice").update(closes_at=timezone.now() - timedelta(seconds=2))
    for deed in (acts.cast_vote, acts.take_back_vote):
        with pytest.raises(ValidationError, match="The vote ended on"):
            deed(user if deed is acts.take_back_vote else make_user(), world.submissions[0])
    assert acts.close_stage(world.manager, world.run("voice")).state == "closed"


def test_who_may_not_vote():
    world = voting_world()
    first, second, _third = world.submissions
    co = make_user()
    Submission.objects.get(pk=second.pk).co_applicants.create(
        email=co.email, person=co.person, confirmed_at=timezone.now()
    )
    for user in (
        *world.jurors,
        world.chair,
        world.manager,
        world.screener,
        make_user(Role.SECRETARIAT),
        make_user(Role.AUDITOR),
        second.applicant.user,
        co,
    ):
        with pytest.raises(PermissionDenied):
            acts.cast_vote(user, second)
    assert PublicVote.objects.count() == 0
    acts.cast_vote(second.applicant.user, first)  # another's entry
    with pytest.raises(PermissionDenied):
        acts.cast_vote(None, first)


def test_a_network_gives_so_many_accounts_in_an_hour():
    world = voting_world(per_origin=2)
    entry = world.submissions[0]
    one, two, three, four = (make_user() for _ in range(4))
    for user in (one, two):
        acts.cast_vote(user, entry, address="2001:db8:1:2::7")
    with pytest.raises(ValidationError, match="from your network"):
        acts.cast_vote(three, entry, address="2001:db8:1:2:ffff::1")  # the same /64
    acts.cast_vote(three, entry, address="2001:db8:1:3::7")
    acts.cast_vote(one, world.submissions[1], instead=entry, address="2001:db8:1:2::7")  # her own again
    PublicVote.objects.update(cast_at=timezone.now() - timedelta(minutes=61))
    acts.cast_vote(four, entry, address="2001:db8:1:2::7")
    assert counts(world.run("voice")) == [3, 1, 0]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
    ],
)
def test_what_one_network_is(one, other, same):
    run = StageRun(pk=5)
    assert (voters.origin(run, one) == voters.origin(run, other)) == same
    assert voters.origin(run, one) != voters.origin(StageRun(pk=6), one)
    assert [voters.origin(run, unknown) for unknown in ("0.0.0.0", "::", "", "a socket")] == [""] * 4


def test_an_origin_that_nobody_knows_limits_nobody():
    world = voting_world(per_origin=1)
    for user in (make_user(), make_user()):
        acts.cast_vote(user, world.submissions[0], address="0.0.0.0")
    assert counts(world.run("voice")) == [2, 0, 0]


def test_the_database_itself_keeps_one_voice_an_entry():
    world = voting_world()
    vote = acts.cast_vote(make_user(), world.submissions[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicVote.objects.create(stage=vote.stage, submission=vote.submission, voter=vote.voter)


@pytest.mark.parametrize("many", [1, 3])
def test_a_vote_costs_one_insert_and_few_queries(django_assert_num_queries, many):
    world = voting_world(choices=4, account_days=1, per_origin=50)
    entry = world.submissions[0]
    others = [make_user(date_joined=timezone.now() - timedelta(days=9)) for _ in range(many)]
    for user in others:
        acts.cast_vote(user, entry, address="192.0.2.1")
    user = make_user(date_joined=timezone.now() - timedelta(days=9))
    user.__dict__.pop("roles", None)
    entry = Submission.objects.select_related("call").get(pk=entry.pk)
    with django_assert_num_queries(10) as seen:  # with the savepoint and its release
        acts.cast_vote(user, entry, address="192.0.2.1")
    assert sum(one["sql"].startswith("INSERT") for one in seen.captured_queries) == 1


# -- what looks odd -------------------------------------------------------------------------------


def groups(run, key):
    [check] = [one for one in anomalies.CHECKS if one.key == key]
    return list(check.groups(run))


def test_bursts_are_measured_by_the_median():
    world = voting_world()
    run, entry = world.run("voice"), world.submissions[0]
    begin = timezone.now().replace(minute=0, second=0, microsecond=0)
    for window in range(6):
        votes_at_once(run, entry, crowd(4), cast_at=begin + timedelta(minutes=10 * window, seconds=5))
    assert groups(run, "burst") == []
    votes_at_once(run, entry, crowd(16), cast_at=begin + timedelta(minutes=9, seconds=59))
    [found] = groups(run, "burst")
    assert (found.count, found.aside) == (20, 0)
    assert found.label.endswith("the median is 4")
    assert anomalies.votes(run, found.key).count() == 20


def test_many_of_one_origin_and_flocks_of_one_domain_are_shown():
    world = voting_world()
    run, (first, second, _third) = world.run("voice"), world.submissions
    at = timezone.now().replace(second=1, microsecond=0)
    votes_at_once(run, first, crowd(9, domain="a.example"), origin="a" * 64, cast_at=at)
    votes_at_once(run, second, crowd(3, domain="A.example"), origin="a" * 64, cast_at=at)
    assert groups(run, "flock") == []
    votes_at_once(
        run, first, crowd(1, domain="A.example"), origin="b" * 64, cast_at=at + timedelta(seconds=50)
    )
    [origin], [flock] = groups(run, "origin"), groups(run, "flock")
    assert (origin.count, origin.entry, origin.label) == (12, None, "network aaaaaaaa")
    assert (flock.count, flock.entry) == (10, first.pk)
    assert flock.label.startswith("a.example, ")
    assert set(anomalies.votes(run, flock.key).values_list("submission", flat=True)) == {first.pk}
    assert anomalies.votes(run, flock.key).count() == 10


@pytest.mark.parametrize(
    "key", ["", "moon", "moon:1", "burst:x", "new:", "origin:", "flock:1", "flock:x:y:z"]
)
def test_a_key_that_no_check_gives_finds_nothing(key):
    world = voting_world()
    with pytest.raises(ValidationError, match="no such group"):
        acts.set_aside_votes(world.manager, world.run("voice"), key, "Why")


# -- set aside ------------------------------------------------------------------------------------


def flooded(**options):
    world = voting_world(**options)
    run = world.run("voice")
    for user in crowd(3, days=90, domain="people.example"):
        acts.cast_vote(user, world.submissions[0], address="198.51.100.1")
    votes_at_once(run, world.submissions[1], crowd(30), origin="c" * 64)
    return world, run


def test_votes_set_aside_do_not_count_and_the_record_says_why():
    world, run = flooded()
    made = acts.set_aside_votes(world.manager, run, "new:all", "Bought accounts")
    assert (made.count, made.by, counts(run)) == (30, world.manager.person, [3, 0, 0])
    entry = Entry.objects.get(kind="calls.votes_set_aside")
    assert {key: entry.facts[key] for key in ("key", "check", "count")} == {
        "key": "voice",
        "check": "new",
        "count": 30,
    }
    assert entry.facts["reason"] == {"en": "Bought accounts"}
    assert entry.said["by"] == "call_manager"
    assert "crowd" not in json.dumps(entry.said)
    again = acts.set_aside_votes(world.manager, run, "origin:" + "c" * 64, "The same")
    assert again.pk == made.pk
    assert Entry.objects.filter(kind="calls.votes_set_aside").count() == 1


def test_only_what_the_manager_saw_is_set_aside():
    world, run = flooded()
    until = timezone.now()
    votes_at_once(run, world.submissions[2], crowd(1), cast_at=until + timedelta(seconds=1))
    assert acts.set_aside_votes(world.manager, run, "new:all", "Bought", until=until).count == 30
    assert counts(run) == [3, 0, 1]


def test_they_count_again_by_a_recorded_act():
    world, run = flooded()
    made = acts.set_aside_votes(world.manager, run, "new:all", "Bought accounts")
    with pytest.raises(ValidationError, match="Say why"):
        acts.restore_votes(world.manager, made, " ")
    acts.restore_votes(world.manager, made, "A school, and its teacher wrote to us")
    acts.restore_votes(world.manager, made, "Again")
    assert counts(run) == [3, 30, 0]
    assert [SetAside.objects.count(), Entry.objects.filter(kind="calls.votes_restored").count()] == [0, 1]


def test_a_closed_stage_is_opened_again_before_votes_are_set_aside_or_restored():
    world, run = flooded()
    made = acts.set_aside_votes(world.manager, run, "new:all", "Bought accounts")
    acts.close_stage(world.manager, run)
    for deed in (
        lambda: acts.restore_votes(world.manager, made, "Why"),
        lambda: acts.set_aside_votes(world.manager, world.run("voice"), "new:all", "Why"),
    ):
        with pytest.raises(ValidationError, match="while the stage is open"):
            deed()
    acts.reopen_stage(world.manager, world.run("voice"), "A mistake")
    acts.restore_votes(world.manager, SetAside.objects.get(), "Why")
    assert counts(world.run("voice")) == [3, 30, 0]


def test_a_voter_cannot_undo_what_was_set_aside():
    world, run = flooded()
    user = make_user()
    acts.cast_vote(user, world.submissions[1])
    acts.set_aside_votes(world.manager, run, "new:all", "Bought accounts")
    for deed in (
        lambda: acts.take_back_vote(user, world.submissions[1]),
        lambda: acts.cast_vote(user, world.submissions[0], instead=world.submissions[1]),
    ):
        with pytest.raises(ValidationError, match="has been set aside"):
            deed()
    with pytest.raises(ValidationError, match="given your vote"):
        acts.cast_vote(user, world.submissions[0])
    assert counts(run) == [3, 0, 0]


def test_who_may_not_set_votes_aside():
    world, run = flooded()
    partial, auditor = make_manager_of(world), make_user(Role.AUDITOR)
    world.submissions[2].conflicts.create(juror=partial.person)
    applicant = world.submissions[0].applicant.user
    make_mandate(applicant, Role.CALL_MANAGER, scope_of(world.call))
    for user in (partial, auditor, applicant, world.chair, world.jurors[0], make_user()):
        with pytest.raises(PermissionDenied):
            acts.set_aside_votes(user, run, "new:all", "Why")
    assert SetAside.objects.count() == 0


# -- thousands of new accounts --------------------------------------------------------------------


def test_new_accounts_are_refused_with_a_clear_answer():
    world = voting_world(account_days=30)
    entry = Submission.objects.select_related("call").get(pk=world.submissions[1].pk)
    said = set()
    for user in crowd(100):
        with pytest.raises(ValidationError) as refused:
            acts.cast_vote(user, entry)
        said |= {message.partition(" Yours")[0] for message in refused.value.messages}
    assert said == {
        "An account that votes here must have been 30 days old when the vote opened: made on "
        f"{minute(voters.newest(world.run('voice')))} at the latest."
    }
    assert PublicVote.objects.count() == 0


def test_two_thousand_new_accounts_are_told_and_set_aside_where_age_is_not_asked():
    """The jury sees two alike; the public's voice settles it, and otherwise without the bought one."""
    world = voting_world(marks=[(4, 4), (4, 4), (1, 1)])
    first, second, third = world.submissions
    run = world.run("voice")
    for user in crowd(6, days=90, domain="people.example"):
        acts.cast_vote(user, first)
    bought = crowd(2000)
    entry = Submission.objects.select_related("call").get(pk=second.pk)
    for user in bought[:50]:
        acts.cast_vote(user, entry)
    votes_at_once(run, second, bought[50:])
    assert counts(run) == [6, 2000, 0]

    def order():
        return list(verdicts.order(verdicts.inputs(world.call, world.call.frozen(), "")))

    assert order() == [second.ref, first.ref, third.ref]
    assert [(one.key, one.count) for one in groups(run, "new")] == [("new:all", 2000)]
    assert groups(run, "flock")[0].entry == second.pk
    acts.set_aside_votes(world.manager, run, "new:all", "Accounts made for this vote")
    assert counts(run) == [6, 0, 0]
    assert order() == [first.ref, second.ref, third.ref]


# -- the order ------------------------------------------------------------------------------------


def test_70_and_30_to_a_sealed_verdict_that_recomputes():
    world = voting_world(marks=[(5, 5), (4, 4), (3, 3)])
    first, second, third = world.submissions
    for entry, many in ((second, 4), (third, 1)):
        for user in crowd(many, days=90):
            acts.cast_vote(user, entry, address="192.0.2.1")
    votes_at_once(world.run("voice"), third, crowd(12))
    acts.set_aside_votes(world.manager, world.run("voice"), "new:all", "Bought")
    acts.close_stage(world.manager, world.run("voice"))
    told = Entry.objects.filter(kind="calls.stage_closed").order_by("index").last()
    assert told.facts["counts"] == {"votes": 5, "accounts": 5, "set_aside": 12}
    acts.open_stage(world.manager, world.run("deliberation"))
    found = verdicts.order(verdicts.inputs(world.call, world.call.frozen(), ""))
    # the jury's share is stretched from 1 .. 5 to 0 .. 100, the public's from 0 .. 4 votes
    assert {ref: one.value for ref, one in found.items()} == {
        second.ref: Fraction(75 * 70 + 100 * 30, 100),
        first.ref: Fraction(100 * 70, 100),
        third.ref: Fraction(50 * 70 + 25 * 30, 100),
    }
    assert list(found) == [second.ref, first.ref, third.ref]
    assert PublicVote.objects.exclude(origin="").count() == 5
    accepted, no = Choice("accepted"), Choice("rejected", standard="weaker")
    call = decide(world, no, accepted, no)
    verdict = acts.seal_verdict(world.chair, call, call.sheet)
    assert verdicts.recompute(verdict.body) == verdict.body
    [voice] = [one for one in json.loads(verdict.body)["inputs"]["stages"] if one["kind"] == "public_vote"]
    assert voice == {
        "key": "voice",
        "kind": "public_vote",
        "percent": 30,
        "data": {
            "by_category": False,
            "votes": {first.ref: 0, second.ref: 4, third.ref: 1},
            "set_aside": {third.ref: 12},
        },
    }
    assert PublicVote.objects.exclude(origin="").count() == 0  # the addresses' hashes go with the seal


KIND = stages.kind("public_vote")


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 50)), st.booleans())
def test_more_votes_are_never_worth_less(votes, by_category):
    entries = {ref: "ab"[at % 2] for at, ref in enumerate("abcdef")}
    found = KIND.weigh({"votes": votes, "set_aside": {}, "by_category": by_category}, entries, [])
    stretched = {ref: found.stretched(ref) for ref in entries}
    assert all(0 <= one <= 100 for one in stretched.values())
    for one in entries:
        for other in entries:
            if entries[one] == entries[other] or not by_category:
                more = votes.get(one, 0) > votes.get(other, 0)
                assert (stretched[one] > stretched[other]) == more


def test_by_category_a_small_one_weighs_as_much_as_a_large_one():
    data = {"votes": {"a": 100, "b": 50, "c": 2, "d": 1}, "set_aside": {"d": 3}, "by_category": True}
    found = KIND.weigh(data, {"a": "x", "b": "x", "c": "y", "d": "y"}, [])
    assert {ref: int(found.stretched(ref)) for ref in "abcd"} == {"a": 100, "b": 50, "c": 100, "d": 50}
    assert found.notes == {"set_aside": {"d": 3}}


def test_without_a_vote_nobody_gains():
    found = KIND.weigh({"votes": {}, "set_aside": {}, "by_category": False}, {"a": "", "b": ""}, [])
    assert [found.stretched(ref) for ref in "ab"] == [0, 0]
