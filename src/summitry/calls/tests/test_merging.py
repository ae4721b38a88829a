"""Merging: proposed at the desk, agreed to by everybody behind both entries, or ended."""

from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from summitry.calls import acts, alike, checks
from summitry.calls.models import Conflict, Elimination, Merger, StageRun, Submission
from summitry.calls.queries import merging
from summitry.calls.queries.asked import asked_of, own_mergers, supplement_page
from summitry.calls.rules import Stage
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_institution, make_mandate, make_user
from summitry.people.tests.letters import posted
from summitry.record.models import Entry
from tests.worlds import remembered

from .factories import STAGES, T, close, make_sent, open_world, rules, screen_all
from .test_queries import cost, ready

pytestmark = pytest.mark.django_db

WHY = "Both ask for the same registry."
JOIN = Stage("join", "merge", T("Joining", fr="Réunion"))


@pytest.fixture(autouse=True)
def _institution():
    make_institution()


@remembered
def joining(entries=2, *, stage=JOIN, beside=0, **changes):
    """Entries screened, the first with so many co-applicants beside; the stage that merges is open."""
    world = open_world(rules(stages=(STAGES[0], stage, *STAGES[1:]), **changes), jurors=2)
    for n in range(entries):
        user = make_user(name=f"Amal {n}")
        one = make_sent(world, user, title=f"Entry {n}", organisation=f"Ministry {n}", contact=f"a{n}@b.org")
        for _ in range(beside if n == 0 else 0):
            friend = make_user()
            acts.confirm_co_applicant(friend, acts.add_co_applicant(user, one, friend.email))
    close(world)
    screen_all(world)
    acts.open_stage(world.manager, world.run(stage.key))
    return world


def propose(world, gone=1, into=0, actor=None, reason=WHY):
    entries = world.submissions
    return acts.propose_merger(
        actor or world.manager, world.run("join"), entries[gone], entries[into], reason
    )


def user_of(world, number):
    return world.submissions[number].applicant.user


def agree(merger, *users):
    for user in users:
        merger = acts.answer_merger(user, Merger.objects.get(pk=merger.pk), True)
    return merger


def recorded(kind):
    return [one.facts for one in Entry.objects.filter(kind=kind).order_by("index")]


# -- proposing ------------------------------------------------------------------------------------


def test_everybody_behind_both_is_asked(django_capture_on_commit_callbacks):
    world = joining(3, beside=1)
    with posted(django_capture_on_commit_callbacks) as sent:
        made = propose(world)
    assert (made.state, propose(world).pk, Merger.objects.count()) == ("proposed", made.pk, 1)
    friend = world.submissions[0].co_applicants.get().person.user
    asked = [user_of(world, 0), user_of(world, 1), friend]
    letters = [one for one in sent if "/merging/" in one.body]
    assert sorted(one.to[0] for one in letters) == sorted(one.email for one in asked)
    assert all(WHY in one.body for one in letters)
    for user in asked:
        assert [one.title for one in asked_of(ready(user))] == [
            "Two entries of “Small call” may become one: say whether you agree"
        ]
    assert list(asked_of(ready(user_of(world, 2)))) == []
    fact = recorded("calls.merger_proposed")[0]
    refs = [one.ref for one in world.submissions]
    assert (fact["ref"], fact["into"], fact["key"]) == (refs[1], refs[0], "join")
    assert not any(name in str(fact) for name in ("Amal", "@", "Ministry"))


def test_the_chair_proposes_too_and_nobody_else():
    world = joining()
    entries = world.submissions
    for user in (world.screener, world.jurors[0], user_of(world, 0), make_user(), make_user(Role.AUDITOR)):
        with pytest.raises(PermissionDenied):
            propose(world, actor=user)
    assert Merger.objects.count() == 0
    made = propose(world, actor=world.chair)
    assert Entry.objects.filter(kind="calls.merger_proposed").get().said["by"] == "jury_chair"
    with pytest.raises(PermissionDenied):
        acts.take_back_merger(world.jurors[0], made)
    Conflict.objects.create(submission=entries[0], juror=world.manager.person)
    with pytest.raises(PermissionDenied):
        acts.take_back_merger(world.manager, made)


def test_whoever_has_a_conflict_with_either_proposes_nothing_and_sees_nothing(client: Client):
    world = joining(3)
    propose(world)
    acts.declare_conflict(world.chair, world.submissions[1], "Kin.")
    with pytest.raises(PermissionDenied):
        propose(world, 1, 2, actor=world.chair)
    client.force_login(world.chair)
    page = client.get(reverse("calls:mergers", args=[world.call.slug, "join"])).content.decode()
    ref = world.submissions[1].ref
    assert (ref in page, "Entry 1" in page, WHY in page) == (False, False, False)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 3001, "Write to amal@example.org"])
def test_a_reason_is_needed_that_can_stand_in_public(reason):
    with pytest.raises(ValidationError) as caught:
        propose(joining(), reason=reason)
    assert list(caught.value.message_dict) == ["reason"]


def test_what_cannot_be_proposed():
    world = joining(5)
    propose(world, 1, 0)
    propose(world, 2, 0)  # two into one
    for gone, into in ((1, 3), (3, 1), (0, 3), (3, 3)):
        with pytest.raises(ValidationError):
            propose(world, gone, into)
    acts.withdraw(user_of(world, 4), world.submissions[4])
    with pytest.raises((ValidationError, PermissionDenied)):
        propose(world, 4, 3)
    assert Merger.objects.count() == 2


# -- answering ------------------------------------------------------------------------------------


def test_with_the_last_consent_it_is_done(django_capture_on_commit_callbacks):
    world = joining(2, beside=2, co_applicants=2)
    merger = propose(world)
    entry, gone = world.submissions
    friends = [one.person.user for one in entry.co_applicants.all()]
    agree(merger, user_of(world, 0), *friends)
    assert Merger.objects.get().state == "proposed"
    with posted(django_capture_on_commit_callbacks) as sent:
        agree(merger, user_of(world, 1))
    assert Merger.objects.get().state == "agreed"
    out = Elimination.objects.get()
    assert (out.submission, out.into, out.cause) == (gone, entry, "merged")
    assert len(out.reason.values) >= 6
    assert entry.ref in out.reason.get("fr")
    assert list(world.call.submissions.in_the_running()) == [entry]
    behind = {one.person.user for one in entry.co_applicants.all() if one.is_confirmed}
    assert behind == {*friends, user_of(world, 1)}  # three, though the rules allow two
    assert entry.applicant.user == user_of(world, 0)
    told = [one.to[0] for one in sent if "is taken up in" in one.subject]
    assert sorted(told) == sorted(one.email for one in (entry.applicant.user, *behind))
    assert [one["into"] for one in recorded("calls.merged")] == [entry.ref]
    assert not any("Amal" in str(one) for one in recorded("calls.merged"))
    again = agree(merger, user_of(world, 1))
    assert (again.state, entry.co_applicants.count()) == ("agreed", 3)
    with pytest.raises(ValidationError, match="ended already"):
        acts.answer_merger(user_of(world, 1), again, False)
    with pytest.raises(ValidationError, match="ended already"):
        acts.take_back_merger(world.manager, again)


def test_one_refusal_ends_it_and_nobody_is_told_whose(django_capture_on_commit_callbacks):
    world = joining(2, beside=1)
    merger = propose(world)
    agree(merger, user_of(world, 0))
    with posted(django_capture_on_commit_callbacks) as sent:
        acts.answer_merger(user_of(world, 1), merger, False)
    assert (Merger.objects.get().state, Elimination.objects.count()) == ("refused", 0)
    letters = [one for one in sent if one.subject.startswith("Not merged")]
    assert len(letters) == 3
    assert not any("Amal" in one.body for one in letters)
    assert [one["why"] for one in recorded("calls.merger_ended")] == ["refused"]
    assert acts.answer_merger(user_of(world, 1), merger, False).state == "refused"
    with pytest.raises(ValidationError, match="ended already"):
        agree(merger, user_of(world, 1))
    with pytest.raises(ValidationError, match="refused already"):
        propose(world)
    with pytest.raises(ValidationError, match="refused already"):
        propose(world, 0, 1)


def test_nobody_else_answers():
    world = joining(3)
    merger = propose(world)
    invited = make_user()
    world.submissions[0].co_applicants.create(email=invited.email)
    for user in (invited, user_of(world, 2), world.manager, world.chair, make_user()):
        with pytest.raises(PermissionDenied):
            acts.answer_merger(user, merger, True)
        with pytest.raises(PermissionDenied):
            acts.answer_merger(user, merger, False)
    assert merger.consents.count() == 0


def test_an_answer_is_in_time_to_the_microsecond():
    end = timezone.now() + timedelta(days=20)
    world = joining(stage=replace(JOIN, closes_at=end))
    merger = propose(world)
    acts.answer_merger(user_of(world, 0), merger, True, now=end)
    with pytest.raises(ValidationError) as caught:
        acts.answer_merger(user_of(world, 1), merger, True, now=end + timedelta(microseconds=1))
    assert (caught.value.code, Merger.objects.get().state) == ("late", "proposed")


def test_one_may_change_a_yes_while_it_is_open():
    world = joining()
    merger = propose(world)
    agree(merger, user_of(world, 0))
    acts.answer_merger(user_of(world, 0), merger, False)
    assert Merger.objects.get().state == "refused"


def test_whoever_joins_meanwhile_is_asked_as_well_and_who_steps_back_no_more():
    world = joining()
    merger = propose(world)
    entry = world.submissions[0]
    late = make_user()
    row = entry.co_applicants.create(email=late.email)
    acts.confirm_co_applicant(late, row)
    agree(merger, user_of(world, 0), user_of(world, 1))
    assert Merger.objects.get().state == "proposed"
    row.refresh_from_db()
    acts.remove_co_applicant(late, row)
    acts.close_stage(world.manager, world.run("join"))  # everybody who is left has agreed
    assert Merger.objects.get().state == "agreed"


def test_taken_back_it_is_over_and_can_be_proposed_anew(django_capture_on_commit_callbacks):
    world = joining()
    merger = propose(world)
    with posted(django_capture_on_commit_callbacks) as sent:
        acts.take_back_merger(world.chair, merger)
        acts.take_back_merger(world.chair, merger)
    assert len([one for one in sent if "taken back" in one.body]) == 2
    assert [one["why"] for one in recorded("calls.merger_ended")] == ["taken back"]
    with pytest.raises(ValidationError, match="ended already"):
        agree(merger, user_of(world, 0))
    assert propose(world).pk != merger.pk


def test_an_entry_that_is_withdrawn_ends_what_was_proposed_with_it():
    world = joining(3)
    propose(world, 1, 0), propose(world, 2, 0)
    acts.withdraw(user_of(world, 1), world.submissions[1])
    assert [one.state for one in Merger.objects.order_by("pk")] == ["dropped", "proposed"]
    assert [one["why"] for one in recorded("calls.merger_ended")] == ["withdrawn"]
    acts.withdraw(user_of(world, 0), world.submissions[0])
    assert [one.state for one in Merger.objects.order_by("pk")] == ["dropped", "dropped"]
    assert acts.close_stage(world.manager, world.run("join")).state == "closed"


def test_those_who_join_are_asked_about_the_next_one_too():
    world = joining(3)
    first, second = propose(world, 1, 0), propose(world, 2, 0)
    agree(first, user_of(world, 0), user_of(world, 1))
    assert len(list(asked_of(ready(user_of(world, 1))))) == 1
    agree(second, user_of(world, 0), user_of(world, 2))
    assert Merger.objects.get(pk=second.pk).state == "proposed"
    agree(second, user_of(world, 1))
    assert [one.into for one in Elimination.objects.all()] == [world.submissions[0]] * 2


def test_one_person_behind_both_agrees_once_and_stands_once():
    world = open_world(rules(stages=(STAGES[0], JOIN, *STAGES[1:])))
    user = make_user()
    make_sent(world, user), make_sent(world, user, title="Another")
    close(world)
    screen_all(world)
    acts.open_stage(world.manager, world.run("join"))
    agree(propose(world), user)
    assert (Merger.objects.get().state, world.submissions[0].co_applicants.count()) == ("agreed", 0)


def test_somebody_who_was_asked_before_stands_there_in_the_same_row():
    world = joining()
    entry = world.submissions[0]
    row = entry.co_applicants.create(email=user_of(world, 1).email.upper(), name="Amal, invited")
    agree(propose(world), user_of(world, 0), user_of(world, 1))
    assert [(one.pk, one.is_confirmed, one.name) for one in entry.co_applicants.all()] == [
        (row.pk, True, "Amal, invited")
    ]


# -- conflicts ------------------------------------------------------------------------------------


def test_who_stands_behind_it_now_judges_it_no_more():
    world = joining()
    entry, gone = world.submissions
    juror = world.jurors[0]
    make_mandate(gone.applicant, Role.JUROR, scope_of(world.call))
    applicant = gone.applicant.user
    acts.assign(world.manager, entry, juror.person)
    acts.assign(world.manager, entry, applicant.person)
    agree(propose(world), user_of(world, 0), applicant)
    standing = entry.assignments.filter(ended_at=None).values_list("juror", flat=True)
    assert list(standing) == [juror.person.pk]
    assert not Submission.objects.on_duty_of(ready(applicant)).filter(pk=entry.pk).exists()
    acts.close_stage(world.manager, world.run("join"))
    acts.open_stage(world.manager, world.run("jury"))
    with pytest.raises(PermissionDenied):
        acts.declare_no_conflict(applicant, entry)


# -- closing and opening again --------------------------------------------------------------------


def test_open_proposals_keep_it_open_until_its_day_and_then_lapse(django_capture_on_commit_callbacks):
    end = timezone.now() + timedelta(days=20)
    world = joining(3, stage=replace(JOIN, closes_at=end))
    merger = propose(world)
    agree(merger, user_of(world, 0))
    with pytest.raises(ValidationError, match="1 proposal waits"):
        acts.close_stage(world.manager, world.run("join"))
    StageRun.objects.filter(call=world.call, key="join").update(
        closes_at=timezone.now() - timedelta(seconds=1)
    )
    with posted(django_capture_on_commit_callbacks) as sent:
        acts.close_stage(world.manager, world.run("join"))
    assert (Merger.objects.get().state, Elimination.objects.count()) == ("dropped", 0)
    assert len([one for one in sent if "Not everybody had agreed" in one.body]) == 2
    assert recorded("calls.stage_closed")[-1]["counts"] == {"merged": 0, "lapsed": 1}


def test_what_was_merged_stays_merged_when_it_is_opened_again():
    world = joining()
    agree(propose(world), user_of(world, 0), user_of(world, 1))
    acts.close_stage(world.manager, world.run("join"))
    acts.reopen_stage(world.manager, world.run("join"), "One pair was forgotten.")
    assert Elimination.objects.get().cause == "merged"
    acts.reopen_stage(world.manager, world.run("screening"), "One was overlooked.")
    assert (Elimination.objects.count(), Merger.objects.get().state) == (1, "agreed")
    assert user_of(world, 1).person in {one.person for one in world.submissions[0].co_applicants.all()}


# -- revising what remains ------------------------------------------------------------------------


@pytest.mark.parametrize("edit", [True, False])
def test_with_the_option_what_remains_may_be_revised_until_the_stage_closes(edit):
    world = joining(3, stage=replace(JOIN, options={"edit": True} if edit else {}))
    entry, _gone, other = world.submissions
    newcomer = user_of(world, 1)
    agree(propose(world), user_of(world, 0), newcomer)
    entry.refresh_from_db()

    def revise(user, one, **options):
        acts.save_draft(user, one, {"summary": "Two registries in one."}, one.version, **options)
        acts.send_supplement(user, one, world.run("join"))

    if not edit:
        with pytest.raises(ValidationError):
            revise(newcomer, entry)
        return
    with pytest.raises(ValidationError):
        revise(other.applicant.user, other)  # nothing was taken up in it
    with pytest.raises(ValidationError):
        revise(newcomer, entry, category="south")
    revise(newcomer, entry)
    entry.refresh_from_db()
    assert (entry.answers["summary"], entry.category, entry.applicant.user) == (
        "Two registries in one.",
        "north",
        user_of(world, 0),
    )
    assert supplement_page(ready(newcomer), entry.uid, "join").under == ""
    acts.close_stage(world.manager, world.run("join"))
    with pytest.raises(ValidationError):
        revise(newcomer, entry)


# -- alike ----------------------------------------------------------------------------------------


WORDS = st.lists(st.sampled_from(["fish", "boat", "数据", "net", "ماء"]), max_size=6).map(" ".join)


@given(texts=st.lists(WORDS, max_size=7), most=st.integers(1, 5))
def test_the_most_alike_pairs_come_first_and_are_bounded(texts, most):
    found = alike.pairs(texts, most)
    every = alike.pairs(texts, 100)
    assert found == every[:most]
    assert [score for _one, _other, score in every] == sorted((one[2] for one in every), reverse=True)
    assert {one[:2] for one in every} <= set(combinations(range(len(texts)), 2))
    assert all(alike.LEAST <= score <= 1 + 1e-9 for _one, _other, score in every)


def test_what_is_alike_is_found_by_public_words_that_name_nobody():
    world = open_world(rules(stages=(STAGES[0], JOIN, *STAGES[1:])))
    same = {"note": "the very same words here", "organisation": "Ministry of Fish", "contact": "same same"}
    make_sent(world, title="Rivers of salt", summary="A registry of boats in Dakar.", **same)
    make_sent(world, title="Cloud forest", summary="Seed vaults on mountains.", **same)
    make_sent(world, title="Harbour list", summary="One registry of boats for Accra and Dakar.")
    close(world)
    screen_all(world)
    acts.open_stage(world.manager, world.run("join"))
    texts = [alike.public_text(one) for one in world.submissions]
    assert not any("same" in one or "Ministry" in one for one in texts)
    manager = ready(world.manager)
    pairs = merging.suggestions(manager, world.run("join"))
    first, second, third = world.submissions
    assert (pairs[0].one, pairs[0].other) == (first, third)
    near = merging.suggestions(manager, world.run("join"), third.ref)
    assert near[0].other == first
    propose(world, 2, 0)
    assert (first, third) not in [
        (one.one, one.other) for one in merging.suggestions(manager, world.run("join"))
    ]
    acts.declare_conflict(world.chair, second, "Kin.")
    chair = ready(world.chair)
    assert second not in [
        one for pair in merging.suggestions(chair, world.run("join")) for one in (pair.one, pair.other)
    ]


# -- pages ----------------------------------------------------------------------------------------


def test_the_desk_proposes_and_takes_back(client: Client):
    world = joining()
    entry, gone = world.submissions
    address = reverse("calls:mergers", args=[world.call.slug, "join"])
    client.force_login(world.manager)
    assert client.get(address).status_code == 200
    given = {"submission": gone.ref, "into": entry.ref, "reason": WHY, "do": "propose"}
    wrong = client.post(address, given | {"into": "call-0-99"})
    assert (wrong.status_code, "No entry of this number" in wrong.content.decode()) == (422, True)
    assert client.post(address, given)["Location"] == address
    made = Merger.objects.get()
    assert WHY in client.get(address).content.decode()
    assert client.post(address, {"do": "drop", "merger": "0"}).status_code == 404
    assert client.post(address, {"do": "drop", "merger": made.pk})["Location"] == address
    made.refresh_from_db()
    assert made.state == "dropped"
    for user in (world.screener, world.jurors[0], make_user(), user_of(world, 0)):
        client.force_login(user)
        assert client.get(address).status_code == 403


def test_in_a_blind_call_the_chair_reads_no_name(client: Client):
    world = joining(blind=True)
    propose(world)
    client.force_login(world.chair)
    page = client.get(reverse("calls:mergers", args=[world.call.slug, "join"])).content.decode()
    assert ("Entry 1" in page, "Amal" in page, "Ministry" in page) == (True, False, False)


def test_those_asked_read_the_other_entry_as_the_public_may_and_answer(client: Client):
    world = joining(3)
    merger = propose(world)
    entry, gone, _third = world.submissions
    client.force_login(user_of(world, 0))
    address = reverse("calls:merging", args=[entry.uid, "join"])
    page = client.get(address).content.decode()
    assert ("Entry 1" in page, WHY in page) == (True, True)
    for hidden in ("Amal 1", "Ministry 1", "a1@b.org", "Entry 2", gone.applicant.user.email):
        assert hidden not in page
    assert client.post(address, {"merger": "0", "answer": "yes"}).status_code == 404
    assert client.post(address, {"merger": merger.pk, "answer": "maybe"}).status_code == 403
    assert client.post(address, {"merger": merger.pk, "answer": "yes"})["Location"] == address
    assert "1 of 2 persons have agreed" in client.get(address).content.decode()
    for user in (user_of(world, 2), world.manager, make_user()):
        client.force_login(user)
        assert client.get(address).status_code == 404
        assert client.post(address, {"merger": merger.pk, "answer": "no"}).status_code == 404
    client.force_login(user_of(world, 2))
    own = reverse("calls:merging", args=[world.submissions[2].uid, "join"])
    assert client.get(own).status_code == 404
    client.force_login(user_of(world, 1))
    other = reverse("calls:merging", args=[gone.uid, "join"])
    assert client.post(other, {"merger": merger.pk, "answer": "no"})["Location"] == other
    assert Merger.objects.get().state == "refused"


# -- cost -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("many", [1, 3])
def test_it_costs_the_same_for_one_and_three(many):
    world = joining(1 + many, beside=1)
    for n in range(many):
        propose(world, n + 1, 0)
    user, manager, run = ready(user_of(world, 0)), ready(world.manager), world.run("join")
    assert len(list(asked_of(user))) == many
    assert cost(lambda: list(asked_of(user))) == 3  # no stage asks for more
    entry = Submission.objects.select_related("call").get(pk=world.submissions[0].pk)
    assert len(own_mergers(user, entry, run)) == many
    assert cost(lambda: own_mergers(user, entry, run)) == 4
    assert cost(lambda: merging.proposals(manager, run)) == 4
    assert cost(lambda: merging.suggestions(manager, run)) == 2


def test_its_rules():
    assert checks.problems(rules(stages=(STAGES[0], JOIN, *STAGES[1:]))) == []
    late = rules(stages=(*STAGES[:3], JOIN, STAGES[3]))
    assert {one.path for one in checks.problems(late)} == {"stages.join"}
