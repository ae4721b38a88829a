"""The short way of a vote: what it takes is what Django would have taken, and the rest is Django's."""

import asyncio
import logging
import threading
import time
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.conf import settings as configured
from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from summitry.kept.heads import read
from summitry.opinions import acts, lane, limits
from summitry.opinions.lane import VoteLane
from summitry.opinions.models import Conversation, Participant, Vote
from summitry.opinions.tests.factories import cast, make_conversation, make_participant, make_statement
from summitry.opinions.views.voting import SALT, VOICE
from summitry.opinions.voices import Voice

pytestmark = pytest.mark.django_db
SECRET = "c" * 32


@pytest.fixture(autouse=True)
def _just_used(monkeypatch):
    """A connection within a test's transaction cannot be looked at."""
    monkeypatch.setattr(lane, "_used", time.monotonic())


def signed(name: str, value: str) -> str:
    response = HttpResponse()
    response.set_signed_cookie(name, value, salt=SALT)
    return f"{name}={response.cookies[name].value}"


def asked(slug, *lines, token="t1", path="", cookies=None, method="POST", **form):
    """A vote as a browser sends it: the head as the porch reads it, and the body."""
    if cookies is None:
        cookies = [f"csrftoken={SECRET}", signed(VOICE, token)]
    said = {"csrfmiddlewaretoken": SECRET, "statement": "0", "value": "1", **form}
    body = urlencode({name: value for name, value in said.items() if value is not None})
    head = [
        f"{method} {path or f'/en/opinions/{slug}/vote/'} HTTP/1.1",
        "Host: testserver",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        f"Cookie: {'; '.join(cookies)}",
    ]
    named = {line.partition(":")[0] for line in lines}
    head = [line for line in head if line.partition(":")[0] not in named] + list(lines)
    request, _goes_on = read("\r\n".join(head).encode())
    return request, body.encode()


def read_by_lane(slug, *lines, **more):
    """The vote that the lane would put; None if it is Django's."""
    one, (request, body) = VoteLane(), asked(slug, *lines, **more)
    return one.read(lane._made(request, "192.0.2.1"), body) if one.wants(request) else None


def put(slug, **more):
    return lane.put([read_by_lane(slug, **more)])[0]


def rows():
    return list(Vote.objects.order_by("pk").values_list("participant__key", "statement__number", "value"))


def test_a_vote_is_taken_as_the_page_takes_it(client):
    conversation = make_conversation(statements=2)
    key = Voice(token="t1").key(conversation.slug)
    assert put(conversation.slug, first="1")
    assert put(conversation.slug, statement="1", value="-1")
    assert put(conversation.slug, value="0")
    assert rows() == [(key, 0, 0), (key, 1, -1)]
    assert list(Vote.objects.order_by("pk").values_list("changes", flat=True)) == [1, 0]
    client.cookies[VOICE] = signed(VOICE, "t1").partition("=")[2]
    client.post(reverse("opinions:vote", args=[conversation.slug]), {"statement": "1", "value": "1"})
    assert rows() == [(key, 0, 0), (key, 1, 1)]  # the same voice


@pytest.mark.django_db(transaction=True)
def test_its_answer_is_the_pages(client, monkeypatch, settings):
    conversation = make_conversation(statements=1)
    monkeypatch.setattr(lane, "put", lambda casts: [True] * len(casts))
    monkeypatch.setattr(acts, "vote", lambda *given, **more: None)
    settings.SECURE_HSTS_SECONDS = 9
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    one = VoteLane()
    for scheme in ("http", "https"):
        lines = [f"X-Forwarded-Proto: {scheme}", f"Origin: {scheme}://testserver"]
        request, body = asked(conversation.slug, *lines)
        found = dict(asyncio.run(one.answer(request, body, "192.0.2.1")))
        answer = client.post(
            request["PATH_INFO"], {"statement": 0, "value": 1}, headers={"x-forwarded-proto": scheme}
        )
        expected = {name: answer.headers[name] for name in found}
        assert answer.status_code == 302
        assert found.pop("Expires") <= expected.pop("Expires")
        assert found == expected
        of_pages = {"Content-Security-Policy", "X-Frame-Options", "Content-Language", "Vary"}
        assert answer.headers.keys() - found.keys() <= of_pages | {
            "Expires",
            "Content-Type",
            "Content-Length",
        }
        assert {"Location", "Cache-Control", "X-Content-Type-Options", "Referrer-Policy"} <= found.keys()
        assert ("Strict-Transport-Security" in found) == (scheme == "https")
        assert answer.content == b""


PLAIN = ["csrftoken=" + SECRET]


@pytest.mark.parametrize(
    ("lines", "more"),
    [
        ([], {"method": "GET"}),
        ([], {"path": "/en/opinions/a/mine/"}),
        ([], {"path": "/opinions/a/vote/"}),  # the reader's language has to be found first
        ([], {"path": "/en/opinions/a/vote/?x=1"}),
        ([], {"path": "/xx/opinions/a/vote/"}),
        ([], {"cookies": [*PLAIN, signed(VOICE, "t"), f"{configured.SESSION_COOKIE_NAME}=a"]}),
        ([], {"cookies": PLAIN}),  # no voice
        ([], {"cookies": [*PLAIN, signed(VOICE, "t"), signed("by-a", "word")]}),  # by an invitation
        ([], {"cookies": [*PLAIN, f"{VOICE}=t1:aaa:bbb"]}),  # not signed by the house
        ([], {"cookies": [signed(VOICE, "t")]}),  # no cookie against forged forms
        ([], {"csrfmiddlewaretoken": "d" * 32}),
        ([], {"csrfmiddlewaretoken": None}),
        (["Origin: https://elsewhere.example"], {}),
        (["Origin: null"], {}),
        (["Host: elsewhere.example"], {}),
        (["Content-Type: multipart/form-data"], {}),
        (["Content-Type: application/x-www-form-urlencoded; charset=utf-16"], {}),
        ([], {"back": "mine"}),
        ([], {"value": "2"}),
        ([], {"value": "yes"}),
        ([], {"statement": "-1"}),
        ([], {"statement": "9" * 20}),
        ([], {"statement": "١"}),
        ([], {"filler": "x" * lane.LONGEST}),
    ],
)
def test_what_is_not_plain_is_left_to_django(django_assert_num_queries, caplog, lines, more):
    """Which says what is wrong: the porch's loop asks no database, not even for a page of errors."""
    with django_assert_num_queries(0):
        assert read_by_lane("a", *lines, **more) is None
    assert caplog.text == ""


def test_a_vote_from_nowhere_is_left_to_django():
    request, body = asked("a")
    one = VoteLane()
    assert one.read(lane._made(request, "192.0.2.1"), body) is not None
    assert one.read(lane._made(request, ""), body) is None


def test_an_unprotected_connection_is_left_to_django_to_lead_away(settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT = True
    assert read_by_lane("a") is None
    line = "X-Forwarded-Proto: https"
    assert read_by_lane("a", line) is None  # no Origin and no Referer: Django would refuse it too
    assert read_by_lane("a", line, "Referer: https://testserver/en/opinions/a/vote/") is not None


def test_a_masked_token_and_the_houses_own_origin_are_plain():
    assert read_by_lane("a", "Origin: http://testserver") is not None
    assert read_by_lane("a", "X-CSRFToken: " + SECRET, csrfmiddlewaretoken=None) is not None


@pytest.mark.parametrize(
    ("columns", "statement"),
    [
        ({"state": "closed"}, {}),
        ({"state": "draft", "opened_at": None}, {}),
        ({"closes_at": timezone.now() - timedelta(minutes=1)}, {}),
        ({"opens_at": timezone.now() + timedelta(hours=1)}, {}),
        ({"access": "link"}, {}),
        ({"access": "accounts"}, {}),
        ({"access": "members"}, {}),
        ({}, {"state": "waiting"}),
        ({}, {"state": "removed", "decided_at": timezone.now()}),
        ({}, {"number": 7}),
    ],
)
@pytest.mark.parametrize("first", ["1", None])
def test_what_is_refused_leaves_nothing(columns, statement, first):
    conversation = make_conversation(**columns)
    make_statement(conversation, **{"number": 0, **statement})
    if first is None:
        make_participant(conversation, "t1")
    before = Participant.objects.count()
    assert not put(conversation.slug, first=first)
    assert (rows(), Participant.objects.count()) == ([], before)


def test_of_many_each_is_told_whether_it_was_taken():
    one, other = make_conversation(statements=2), make_conversation(statements=1)
    closed = make_conversation(statements=1, state="closed")
    for conversation in (one, other, closed):
        make_participant(conversation, "t1")
    casts = [
        read_by_lane(one.slug),
        read_by_lane(closed.slug),
        read_by_lane(other.slug, value="-1"),
        read_by_lane(one.slug, token="nobody"),
        read_by_lane(one.slug, token="new", first="1"),
        read_by_lane(one.slug, statement="1"),
        read_by_lane(closed.slug, token="new", first="1"),
        read_by_lane("nowhere", first="1"),
    ]
    assert lane.put(casts) == [True, False, True, False, True, True, False, False]
    found = {(key, number): value for key, number, value in rows()}
    key = Voice(token="t1").key
    assert found == {
        (key(one.slug), 0): 1,
        (key(one.slug), 1): 1,
        (key(other.slug), 0): -1,
        (Voice(token="new").key(one.slug), 0): 1,
    }
    assert Participant.objects.count() == 4


def test_of_two_of_one_voice_at_once_the_later_one_holds():
    conversation = make_conversation(statements=1)
    make_participant(conversation, "t1")
    for puts, token in ((acts.next_votes, "t1"), (acts.first_votes, "new")):
        voice = Voice(token=token)
        assert puts([acts.Given(voice, conversation.slug, 0, value) for value in (1, -1)]) == [True, True]
    assert [value for _key, _number, value in rows()] == [-1, -1]


def test_limits_hold_here_too(monkeypatch):
    conversation = make_conversation(statements=1)
    monkeypatch.setattr(limits, "VOTES", limits.Limit("votes", 2, 60))
    monkeypatch.setattr(limits, "VOICES_OF_NETWORK", limits.Limit("voices", 1, 3600))
    assert [put(conversation.slug, first=first) for first in ("1", None, None)] == [True, True, False]
    assert not put(conversation.slug, token="t2", first="1")  # the second new voice of this network
    assert Participant.objects.count() == 1
    monkeypatch.setattr(limits, "VOTES_OF_NETWORK", limits.Limit("network", 2, 60))
    make_participant(conversation, "t3")
    assert not put(conversation.slug, token="t3")


@pytest.mark.parametrize("n", [1, 3])
def test_many_votes_cost_one_query_and_first_ones_two(django_assert_num_queries, n):
    conversation = make_conversation(statements=1)
    firsts = [read_by_lane(conversation.slug, token=f"t{at}", first="1") for at in range(n)]
    frame = 2  # of a transaction in a test
    with django_assert_num_queries(2 + frame):
        assert lane.put(firsts) == [True] * n
    with django_assert_num_queries(1):
        lane.put([read_by_lane(conversation.slug, token=f"t{at}", value="0") for at in range(n)])
    assert [value for _key, _number, value in rows()] == [0] * n


def test_a_close_between_the_voice_and_its_vote_leaves_neither(monkeypatch):
    conversation = make_conversation(statements=1)
    begun = acts.voting._said

    def close(*given):
        said = begun(*given)
        if Participant.objects.exists():  # the voice is there, its vote is about to be put
            Conversation.objects.update(state="closed")
        return said

    monkeypatch.setattr(acts.voting, "_said", close)
    with pytest.raises(ValidationError):
        put(conversation.slug, first="1")
    assert (rows(), Participant.objects.count()) == ([], 0)


def test_one_voice_that_is_taken_twice_does_not_hide_another_that_is_not(monkeypatch):
    conversation = make_conversation(statements=2)
    begun = acts.voting._said

    def hide(*given):
        said = begun(*given)
        if Participant.objects.exists():
            conversation.statements.filter(number=1).update(state="waiting")
        return said

    monkeypatch.setattr(acts.voting, "_said", hide)
    given = [("a", 0), ("a", 0), ("b", 1)]
    with pytest.raises(ValidationError):
        acts.first_votes([acts.Given(Voice(token=token), conversation.slug, n, 1) for token, n in given])
    assert (rows(), Participant.objects.count()) == ([], 0)


ONE = st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(-1, 1))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(ONE, min_size=1, max_size=6, unique_by=lambda one: one[:2]), max_size=4))
def test_in_groups_they_are_what_they_are_one_by_one(groups):
    together, alone = make_conversation(statements=3), make_conversation(statements=3)
    for conversation in (together, alone):
        for voice in range(3):
            make_participant(conversation, f"v{voice}")
    for group in groups:
        acts.next_votes(
            [acts.Given(Voice(token=f"v{who}"), together.slug, n, value) for who, n, value in group]
        )
        for who, number, value in group:
            cast(Voice(token=f"v{who}"), alone.statements.get(number=number), value)

    def found(conversation):
        votes = Vote.objects.filter(statement__conversation=conversation)
        names = {Voice(token=f"v{who}").key(conversation.slug): who for who in range(3)}
        return sorted(
            (names[key], *rest)
            for key, *rest in votes.values_list("participant__key", "statement__number", "value", "changes")
        )

    assert found(together) == found(alone)
    Vote.objects.all().delete()


def test_those_that_come_while_one_is_written_go_together(monkeypatch):
    """And each has its own answer."""
    groups, may_go = [], threading.Event()

    def slowly(casts):
        groups.append(len(casts))
        may_go.wait(10)
        return [cast.given.number % 2 == 0 for cast in casts]

    monkeypatch.setattr(lane, "put", slowly)
    monkeypatch.setattr(lane, "MOST", 4)
    tokens = ["a", "b", "c", "d", "e", "f", "e", "g"]  # of one voice never two in a group

    async def work():
        one = VoteLane()
        tasks = [
            asyncio.create_task(one.answer(*asked("a", statement=str(number), token=token), "192.0.2.1"))
            for number, token in enumerate(tokens)
        ]
        while not groups:
            await asyncio.sleep(0.01)
        may_go.set()
        return await asyncio.gather(*tasks)

    found = asyncio.run(work())
    assert groups == [4, 2, 2]
    assert [answer is not None for answer in found] == [True, False] * 4


def test_where_the_database_fails_django_is_asked_and_the_next_vote_is_taken(monkeypatch, caplog):
    def broken(casts):
        raise OperationalError("the connection is lost")

    async def work():
        one = VoteLane()
        with monkeypatch.context() as patched:
            patched.setattr(acts, "next_votes", broken)
            first = await one.answer(*asked("a"), "192.0.2.1")
        monkeypatch.setattr(acts, "next_votes", lambda given: [True] * len(given))
        return first, await one.answer(*asked("a"), "192.0.2.1")

    with caplog.at_level(logging.ERROR):
        first, second = asyncio.run(work())
    assert first is None
    assert second is not None
    assert "1 votes go to Django" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_first_votes_of_one_voice_in_two_processes_are_one_row(at_once):
    conversation = make_conversation(statements=1)
    firsts = [read_by_lane(conversation.slug, first="1", value=value) for value in ("1", "0", "-1")]
    found = at_once(*(lambda one=one: lane.put([one]) for one in firsts))
    assert found == [[True]] * 3
    [votes, people] = at_once(Vote.objects.count, Participant.objects.count)
    assert (votes, people) == (1, 1)
    backwards = [read_by_lane(conversation.slug, token=f"w{n}", first="1") for n in range(8)]
    found = at_once(lambda: lane.put(backwards), lambda: lane.put(backwards[::-1]))
    assert found == [[True] * 8] * 2  # none waited for the other


def test_after_a_rest_the_connection_is_looked_at_once(monkeypatch):
    looked = []
    monkeypatch.setattr(lane, "close_old_connections", lambda: looked.append(True))
    monkeypatch.setattr(lane, "_used", time.monotonic() - lane.RESTED - 1)
    conversation = make_conversation(statements=1)
    assert put(conversation.slug, first="1")
    assert put(conversation.slug)
    assert looked == [True]


def test_the_connection_is_closed_after_an_error(monkeypatch):
    closed = []

    def broken(given):
        raise InterfaceError("the connection is closed")

    monkeypatch.setattr(acts, "next_votes", broken)
    monkeypatch.setattr(connection, "close", lambda: closed.append(True))
    with pytest.raises(InterfaceError):
        lane.put([read_by_lane("a")])
    assert closed == [True]
