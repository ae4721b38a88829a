"""Votes: who may, when, what they cost, and two at once."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from summitry.opinions import acts
from summitry.opinions.models import Conversation, Participant, Vote
from summitry.opinions.tests.factories import cast, make_conversation, make_participant, make_statement
from summitry.opinions.voices import Voice
from summitry.people.tests.factories import make_user
from summitry.record.models import Entry

pytestmark = pytest.mark.django_db
ANYBODY = Voice(token="t1")


def test_a_later_vote_takes_the_place_of_an_earlier_one():
    statement = make_conversation(statements=1).statements.get()
    for value in (1, 1, -1, 0):
        cast(ANYBODY, statement, value)
    vote = Vote.objects.get()
    assert (vote.value, vote.changes) == (0, 2)  # the same vote again is no change
    assert Entry.objects.count() == 0
    person = Participant.objects.get()
    assert person.user is None
    assert person.key == ANYBODY.key(statement.conversation.slug)
    assert "t1" not in person.key


def test_an_account_is_one_voice_whatever_cookie_it_has():
    statement, user = make_conversation(statements=1).statements.get(), make_user()
    cast(Voice(user=user, token="a"), statement, 1)
    cast(Voice(user=user, token="b"), statement, -1)
    assert list(Vote.objects.values_list("value", "changes")) == [(-1, 1)]
    person = Participant.objects.get()
    assert (person.user, person.key) == (user, None)


def test_no_two_conversations_can_be_laid_side_by_side():
    keys = set()
    for _n in range(2):
        cast(ANYBODY, make_conversation(statements=1).statements.get(), 1)
    keys = set(Participant.objects.values_list("key", flat=True))
    assert len(keys) == 2


@pytest.mark.parametrize("n", [1, 3])
def test_a_vote_costs_at_most_three_queries(django_assert_num_queries, n):
    conversation = make_conversation(statements=n + 1)
    statements = list(conversation.statements.all())
    for _other in range(n):
        make_participant(conversation)
    frame = 2  # of a transaction in a test
    with django_assert_num_queries(3 + frame):
        cast(ANYBODY, statements[0], 1, first=True)
    for statement in statements[1:]:
        with django_assert_num_queries(1):
            cast(ANYBODY, statement, 1)
    with django_assert_num_queries(1):
        cast(ANYBODY, statements[0], -1)
    user = make_user()
    with django_assert_num_queries(3 + frame):
        cast(Voice(user=user), statements[0], 1, first=True)
    with django_assert_num_queries(1):
        cast(Voice(user=user), statements[0], -1)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"state": "closed"}, "closed"),
        ({"closes_at": timezone.now() - timedelta(minutes=1)}, "closed"),
        ({"opens_at": timezone.now() + timedelta(hours=1)}, "not begun"),
    ],
)
def test_no_vote_outside_of_its_time(columns, words):
    statement = make_conversation(statements=1, **columns).statements.get()
    with pytest.raises(ValidationError, match=words):
        cast(ANYBODY, statement, 1)
    assert Vote.objects.count() == Participant.objects.count() == 0


def test_no_vote_in_a_draft():
    statement = make_conversation(statements=1, state="draft", opened_at=None).statements.get()
    with pytest.raises(ValidationError):
        cast(ANYBODY, statement, 1)


@pytest.mark.parametrize("state", ["waiting", "removed"])
def test_no_vote_on_what_is_not_shown(state):
    statement = make_statement(make_conversation(), state=state, decided_at=timezone.now())
    with pytest.raises(ValidationError, match="not open"):
        cast(ANYBODY, statement, 1)


@pytest.mark.parametrize("value", [2, -2, 7])
def test_a_vote_is_one_of_three(value):
    statement = make_conversation(statements=1).statements.get()
    with pytest.raises(ValidationError):
        cast(ANYBODY, statement, value)
    person = make_participant(statement.conversation)
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(participant=person, statement=statement, value=value)


def test_without_a_cookie_nobody_votes():
    statement = make_conversation(statements=1).statements.get()
    with pytest.raises(ValidationError, match="cookie"):
        cast(Voice(), statement, 1)


@pytest.mark.parametrize(
    ("access", "voice", "may"),
    [
        ("anybody", lambda c: ANYBODY, True),
        ("link", lambda c: ANYBODY, False),
        ("link", lambda c: Voice(token="t", word="0" * 24), False),
        ("link", lambda c: Voice(token="t", word=c.word), True),
        ("accounts", lambda c: ANYBODY, False),
        ("accounts", lambda c: Voice(user=make_user()), True),
        ("accounts", lambda c: Voice(user=make_user(is_active=False)), False),
        ("members", lambda c: ANYBODY, False),
        ("members", lambda c: Voice(user=make_user("secretariat")), False),
        ("members", lambda c: Voice(user=make_user("delegate")), True),
    ],
)
def test_who_may_take_part(access, voice, may):
    conversation = make_conversation(statements=1, access=access)
    statement, who = conversation.statements.get(), voice(conversation)
    if may:
        cast(who, statement, 1)
        acts.add_statement(who, conversation, "Something new")
    else:
        with pytest.raises(PermissionDenied):
            cast(who, statement, 1)
        with pytest.raises(PermissionDenied):
            acts.add_statement(who, conversation, "Something new")
    assert Vote.objects.count() == int(may)


def test_another_link_makes_the_former_one_useless():
    conversation, secretariat = make_conversation(access="link"), make_user("secretariat")
    former = conversation.word
    conversation = acts.renew_link(secretariat, conversation)
    assert not conversation.is_invited(former)
    assert conversation.is_invited(conversation.word)
    with pytest.raises(PermissionDenied):
        acts.renew_link(make_user("translator"), conversation)


def test_a_participant_is_an_account_or_a_key_never_both_never_neither():
    conversation, user = make_conversation(), make_user()
    for columns in ({}, {"user": user, "key": "k"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Participant.objects.create(conversation=conversation, **columns)


@pytest.mark.django_db(transaction=True)
def test_two_votes_at_once_are_one_row_that_knows_of_both(at_once):
    statement = make_conversation(statements=1).statements.get()

    def vote(value):
        return lambda: cast(ANYBODY, statement, value)

    found = at_once(vote(1), vote(-1), vote(1), vote(-1))
    assert [one for one in found if one is not None] == []
    [rows, people] = at_once(
        lambda: list(Vote.objects.values_list("changes", flat=True)), Participant.objects.count
    )
    assert people == 1
    assert len(rows) == 1
    assert 1 <= rows[0] <= 3


@pytest.mark.django_db(transaction=True)
def test_a_vote_and_the_close_at_once(at_once):
    conversation, secretariat = make_conversation(statements=1), make_user("secretariat")
    statement = conversation.statements.get()
    found = at_once(
        lambda: cast(ANYBODY, statement, 1),
        lambda: acts.close_conversation(secretariat, conversation),
    )
    assert isinstance(found[1], Conversation)
    [votes] = at_once(Vote.objects.count)
    assert votes == (0 if isinstance(found[0], ValidationError) else 1)
    [late] = at_once(lambda: cast(Voice(token="late"), statement, 1))
    assert isinstance(late, ValidationError)
