"""The map that is kept, when it is drawn, and what pages are told of it."""

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from summitry.opinions import acts, drawing, queries, tasks
from summitry.opinions.models import MapRun, Statement, Vote
from summitry.opinions.naming import letter
from summitry.opinions.tests.factories import (
    cast,
    make_conversation,
    make_participant,
    make_statement,
    make_votes,
)
from summitry.opinions.voices import Voice
from summitry.people.tests.factories import make_organisation, make_user

pytestmark = pytest.mark.django_db


def groups_of(run: MapRun) -> dict[int, int]:
    seats = np.frombuffer(bytes(run.seats), drawing.SEAT)
    return dict(zip(seats["participant"].tolist(), seats["group"].tolist(), strict=True))


def test_camps_are_groups_and_what_all_hold_unites():
    conversation = make_conversation(statements=9)
    people = make_votes(conversation, 24)
    acts.draw_map(conversation)
    page = queries.map_page(conversation, whole=True)
    assert [(group.name, group.people) for group in page.groups] == [("A", 12), ("B", 12)]
    assert [row.statement.number for row in page.unites] == [0]
    assert len(page.divides) == 5
    assert 0 not in {row.statement.number for row in page.divides}
    assert {said.stance for said in page.groups[0].says} <= {1, -1}
    share = page.unites[0].everybody
    assert (share.agree, share.seen, share.high) == (100, 24, 100)
    assert 80 < share.low < 100
    assert len(page.rows) == 9
    names = {at % 2: queries.place_of(conversation, one) for at, one in enumerate(people)}
    assert sorted(names.values()) == ["A", "B"]
    assert queries.place_of(conversation, None) == ""


def test_groups_keep_their_names():
    conversation = make_conversation(statements=9)
    people = make_votes(conversation, 24)
    before = acts.draw_map(conversation)
    # The map knows the groups by other numbers: those of the last run hold all the same.
    seats = np.frombuffer(bytes(before.seats), drawing.SEAT).copy()
    seats["group"] = 5 - seats["group"]
    before.seats = seats.tobytes()
    before.save()
    cast(Voice(token="late"), conversation.statements.first(), 1)
    after = groups_of(acts.draw_map(conversation))
    assert {after[one.pk] for one in people} == {4, 5}
    assert all(after[one.pk] == int(seat) for one, seat in zip(people, seats["group"], strict=True))
    assert [group.name for group in queries.map_page(conversation).groups] == ["E", "F"]


def test_when_a_camp_splits_and_comes_together_again_the_others_keep_their_names():
    conversation = make_conversation(statements=13)
    people = make_votes(conversation, 36)
    kept, other = people[0::2], people[1::2]
    stays, goes = other[6:], other[:6]
    for number, person in enumerate((goes[0], kept[0], stays[0])):  # with whom the search for groups begins
        person.number = number
        person.save()
    before = groups_of(acts.draw_map(conversation))
    assert len(set(before.values())) == 2
    votes = Vote.objects.filter(participant__in=goes, statement__number__gt=0)
    former = dict(votes.values_list("pk", "value"))
    for one in votes.select_related("statement"):
        one.value = (1 if one.statement.number % 4 < 2 else -1) * abs(one.value)
        one.save()
    apart = acts.draw_map(conversation)
    after = groups_of(apart)
    assert apart.groups == 3
    assert all(after[one.pk] == before[one.pk] for one in (*kept, *stays))
    assert {after[one.pk] for one in goes} == {2}
    assert [group.name for group in queries.map_page(conversation).groups] == ["A", "B", "C"]
    for one in votes:
        one.value = former[one.pk]
        one.save()
    assert groups_of(acts.draw_map(conversation)) == before


def test_questions_about_oneself_neither_unite_nor_divide():
    conversation = make_conversation(statements=9)
    conversation.statements.filter(number__in=(0, 1)).update(metadata=True)
    make_votes(conversation, 24)
    acts.draw_map(conversation)
    page = queries.map_page(conversation, whole=True)
    named = {row.statement.number for row in (*page.unites, *page.divides)}
    named |= {said.row.statement.number for group in page.groups for said in group.says}
    assert named
    assert not named & {0, 1}
    assert {row.statement.number for row in page.rows} == set(range(9))  # the table has them


def test_names_of_groups():
    assert [letter(n) for n in (0, 1, 25, 26, 27)] == ["A", "B", "Z", "AA", "AB"]


def test_without_votes_there_is_no_group():
    conversation = make_conversation(statements=3)
    assert queries.map_page(conversation) is None
    run = acts.draw_map(conversation)
    assert (run.people, run.votes, run.groups) == (0, 0, 0)
    page = queries.map_page(conversation, whole=True)
    assert (page.groups, page.unites, page.rows[0].everybody.seen) == ([], [], 0)


def test_what_was_removed_or_waits_is_on_no_map():
    conversation = make_conversation(statements=9)
    make_votes(conversation, 24)
    acts.draw_map(conversation)
    statement = conversation.statements.get(number=0)
    acts.remove_statement(make_user("secretariat"), statement, "It was rude")
    assert queries.map_page(conversation, whole=True).unites == []  # at once, before the next map
    make_statement(conversation, "SECRET", state="waiting")
    acts.draw_map(conversation)
    page = queries.map_page(conversation, whole=True)
    assert {row.statement.number for row in page.rows} == set(range(1, 9))


def test_the_map_is_drawn_when_votes_have_changed():
    conversation = make_conversation(statements=3)
    assert acts.due() == []
    cast(Voice(token="t"), conversation.statements.first(), 1)
    assert acts.due() == [conversation]
    assert tasks.draw_due() == 1
    assert MapRun.objects.count() == 1
    cast(Voice(token="t"), conversation.statements.first(), -1)
    assert acts.due() == []  # the last map is too young
    MapRun.objects.update(made_at=timezone.now() - timedelta(hours=1))
    assert acts.due() == [conversation]
    tasks.draw_due()
    assert MapRun.objects.count() == 2
    MapRun.objects.update(made_at=timezone.now() + timedelta(seconds=1))
    assert acts.due() == []
    draft = make_conversation(statements=1, state="draft", opened_at=None)
    Vote.objects.create(participant=make_participant(draft), statement=draft.statements.get(), value=1)
    assert acts.due() == []


def test_the_same_votes_are_one_map_and_later_ones_another():
    conversation = make_conversation(statements=9)
    make_votes(conversation, 20)
    first = acts.draw_map(conversation)
    assert acts.draw_map(conversation).pk == first.pk
    cast(Voice(token="t"), conversation.statements.first(), 1)
    assert acts.draw_map(conversation).digest != first.digest


def test_a_slower_worker_does_not_put_back_an_older_map():
    conversation = make_conversation(statements=9)
    make_votes(conversation, 16)
    slow = drawing.draw(conversation)
    cast(Voice(token="t"), conversation.statements.first(), 1)
    fast = acts.draw_map(conversation)
    assert acts.keep_map(slow).pk == fast.pk


def test_new_statements_are_shown_sooner_and_questions_about_oneself_first():
    conversation = make_conversation(statements=9)
    make_votes(conversation, 16)
    make_statement(conversation, "New", number=20)
    make_statement(conversation, "I work for a government", number=21, metadata=True)
    acts.draw_map(conversation)
    chances = dict(Statement.objects.values_list("number", "priority"))
    assert chances[21] == 49
    assert chances[20] == pytest.approx(81 * 0.0625)
    assert chances[20] > max(chances[n] for n in range(9))


def test_the_next_statement_is_the_same_until_it_is_answered():
    conversation = make_conversation(statements=5)
    voice, seen = Voice(token="reader"), []
    for step in range(5):
        turn = queries.turn(conversation, voice)
        assert queries.turn(conversation, voice).statement == turn.statement
        assert (turn.answered, turn.total) == (step, 5)
        seen.append(turn.statement.number)
        cast(voice, turn.statement, 0)
    assert sorted(seen) == [0, 1, 2, 3, 4]
    assert queries.turn(conversation, voice).statement is None
    firsts = {queries.turn(conversation, Voice(token=f"r{n}")).statement.number for n in range(40)}
    assert len(firsts) > 2  # another reader begins elsewhere


def test_who_is_missing_is_told_of_accounts():
    conversation = make_conversation(statements=2)
    body = make_organisation(kind="company", country="FR")
    user = make_user()
    user.person.affiliations.create(organisation=body)
    cast(Voice(user=user), conversation.statements.first(), 1)
    cast(Voice(token="t"), conversation.statements.first(), 1)
    acts.draw_map(conversation)
    told = queries.map_page(conversation).missing
    assert (told.accounts, told.unknown, told.taken_in) == (1, 1, 0)
    assert "Company" in told.few_kinds
    assert "Government" in told.no_kinds
    assert "Europe" in told.few_regions
    assert "Africa" in told.no_regions


def test_people_with_the_same_votes_are_marked_and_counted_all_the_same():
    conversation = make_conversation(statements=9)
    for n in range(6):
        for statement in conversation.statements.all():
            cast(Voice(token=f"copy{n}"), statement, 1 if statement.number % 2 else -1)
    run = acts.draw_map(conversation)
    assert (run.people, run.votes) == (6, 54)
    assert [(one.kind, one.people, one.votes) for one in queries.map_page(conversation).marks] == [
        ("alike", 6, 9)
    ]


@pytest.mark.parametrize("n", [1, 3])
def test_what_it_costs(django_assert_num_queries, n):
    conversation = make_conversation(statements=9)
    make_votes(conversation, 8 * n)
    with django_assert_num_queries(7):
        drawing.draw(conversation)
    acts.draw_map(conversation)
    with django_assert_num_queries(2):
        queries.map_page(conversation, whole=True)
    for _other in range(n - 1):
        make_conversation(statements=1)
    with django_assert_num_queries(1):
        queries.listed()
    with django_assert_num_queries(3):
        queries.turn(conversation, Voice(token="t"))
    for at in range(n):
        make_statement(conversation, state="waiting", number=50 + at)
    secretariat = make_user("secretariat")
    assert secretariat.roles
    with django_assert_num_queries(1):
        list(queries.waiting(secretariat))
    with django_assert_num_queries(1):
        list(queries.desk_conversations())
    with django_assert_num_queries(1):
        acts.due()
