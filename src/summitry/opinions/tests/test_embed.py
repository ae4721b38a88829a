"""In a frame of another site: who may show it, and whose voice it is without a cookie."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from summitry.opinions import acts, limits
from summitry.opinions.models import Conversation, Participant, Vote
from summitry.opinions.tests.factories import make_conversation
from summitry.people.tests.factories import make_institution, make_user
from summitry.text.value import Text

pytestmark = pytest.mark.django_db
SITE = "https://news.example.org"


@pytest.fixture(autouse=True)
def _institution():
    make_institution()


@pytest.fixture
def conversation():
    return make_conversation(statements=3, embed_in=SITE)


def address(conversation: Conversation) -> str:
    return reverse("opinions:embed", args=[conversation.slug])


def voice_in(answer) -> str:
    return re.search(r'name="voice" value="([^"]+)"', answer.content.decode())[1]


def number_in(answer) -> int:
    return int(re.search(r'name="statement" value="(\d+)"', answer.content.decode())[1])


def policy(answer) -> dict[str, str]:
    parts = (part.split(" ", 1) for part in answer["Content-Security-Policy"].split("; "))
    return dict(parts)


def test_only_the_named_sites_may_frame_it_and_nothing_else_is_framed(client, conversation):
    answer = client.get(address(conversation))
    assert answer.status_code == 200
    assert policy(answer)["frame-ancestors"] == SITE
    assert policy(answer)["default-src"] == "'self'"
    assert "X-Frame-Options" not in answer
    for name in ("vote", "detail", "mine"):
        other = client.get(reverse(f"opinions:{name}", args=[conversation.slug]))
        assert policy(other)["frame-ancestors"] == "'none'"
        assert other["X-Frame-Options"] == "DENY"
    assert client.get(address(make_conversation(statements=1))).status_code == 404


def test_a_voice_without_any_cookie_goes_along_in_the_form(conversation):
    client = Client(enforce_csrf_checks=True)
    answer = client.get(address(conversation))
    seen, voice = [], voice_in(answer)
    for value in ("1", "-1", "0"):
        seen.append(number_in(answer))
        answer = client.post(
            address(conversation), {"voice": voice_in(answer), "statement": seen[-1], "value": value}
        )
        assert answer.status_code == 200
    assert "You have voted on every statement" in answer.content.decode()
    assert sorted(seen) == [0, 1, 2]
    assert dict(client.cookies) == {}
    assert Participant.objects.count() == 1
    assert list(Vote.objects.order_by("pk").values_list("statement__number", "value")) == list(
        zip(seen, (1, -1, 0), strict=True)
    )
    again = client.post(address(conversation), {"voice": voice, "again": seen[2]})
    assert number_in(again) == seen[2]
    assert "Statement 3 of 3" in again.content.decode()
    client.post(address(conversation), {"voice": voice, "statement": seen[2], "value": "1"})
    assert list(Vote.objects.order_by("pk").values_list("value", flat=True)) == [1, -1, 1]


def test_who_is_signed_in_is_nobody_in_a_frame(client, conversation):
    client.force_login(make_user())
    answer = client.get(address(conversation))
    client.post(address(conversation), {"voice": voice_in(answer), "statement": 0, "value": "1"})
    assert Participant.objects.get().user is None


@pytest.mark.parametrize("voice", ["", "made-up", "{other}"])
def test_a_voice_that_is_not_from_here_is_none(client, conversation, voice):
    other = make_conversation(statements=1, embed_in="*")
    foreign = voice_in(client.get(address(other)))
    sent = {"voice": voice.format(other=foreign), "statement": 0, "value": "1"}
    answer = client.post(address(conversation), sent)
    assert answer.status_code == 422
    assert "not from here" in answer.content.decode()
    assert voice_in(answer) != foreign
    assert Vote.objects.count() == 0


def test_what_goes_wrong_is_said_in_the_frame(client, conversation, monkeypatch):
    voice = voice_in(client.get(address(conversation)))

    def send(**data):
        answer = client.post(address(conversation), {"voice": voice, **data})
        return answer.status_code, 'role="alert"' in answer.content.decode()

    assert send(statement=0, value="7") == (422, True)
    assert send(statement=9, value="1") == (409, True)
    monkeypatch.setattr(limits, "VOTES", limits.Limit("votes", 2, 60))
    assert send(statement=0, value="1") == (200, False)
    assert send(statement=1, value="1") == (429, True)
    acts.close_conversation(None, conversation)
    answer = client.get(address(conversation))
    assert "no more votes are taken" in answer.content.decode()
    assert 'name="value"' not in answer.content.decode()


@pytest.mark.parametrize("n", [1, 3])
def test_what_a_step_costs(client, django_assert_num_queries, n):
    conversation = make_conversation(statements=n + 1, embed_in=SITE)
    answer = client.get(address(conversation))
    with django_assert_num_queries(4 + 2):  # the frame's two, before the first entry
        answer = client.get(address(conversation))
    sent = {"voice": voice_in(answer), "statement": number_in(answer), "value": "1"}
    with django_assert_num_queries(1 + 1 + 3 + 2 + 3 + 2):  # the vote's own three, and what frames them
        client.post(address(conversation), sent)


def test_which_sites_may_be_named():
    secretariat = make_user("secretariat")

    def made(**columns):
        return acts.create_conversation(
            secretariat, title=Text.of("What now?"), policy=Text.of("None."), **columns
        )

    words = " https://News.example.org/\r\n https://news.example.org http://localhost:8000 * "
    found = made(embed_in=words)
    assert found.hosts == [SITE, "http://localhost:8000", "*"]
    assert acts.edit_conversation(secretariat, found, 1, embed_in=words).version == 1  # nothing new
    for wrong in ("news.example.org", "https://a.org/path", "https://a.org; script-src *", "javascript:x"):
        with pytest.raises(ValidationError) as error:
            made(embed_in=wrong)
        assert list(error.value.message_dict) == ["embed_in"]
    with pytest.raises(ValidationError, match="nobody is signed in"):
        made(embed_in=SITE, access="members")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_conversation(embed_in=SITE, access="accounts")


def test_the_desk_gives_what_to_copy(client, conversation):
    client.force_login(make_user("secretariat"))
    page = client.get(reverse("opinions:edit", args=[conversation.slug])).content.decode()
    assert f"&lt;iframe src=&quot;http://testserver/opinions/{conversation.slug}/embed/&quot;" in page
    found = client.get(f"/opinions/{conversation.slug}/embed/", headers={"Accept-Language": "ar"})
    assert found.url == f"/ar/opinions/{conversation.slug}/embed/"
    other = make_conversation(statements=1)
    assert "iframe" not in client.get(reverse("opinions:edit", args=[other.slug])).content.decode()
