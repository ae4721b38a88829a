"""Pages: what is shown to whom, and what must not leak."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from summitry.opinions import acts, limits
from summitry.opinions.models import Conversation, Participant, Statement, Vote
from summitry.opinions.tests.factories import (
    cast,
    make_conversation,
    make_participant,
    make_statement,
    make_votes,
)
from summitry.opinions.tests.test_polis import folder
from summitry.opinions.voices import Voice
from summitry.people.tests.factories import make_institution, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _institution():
    make_institution()


def page(client, name, *args, status=200, **more) -> str:
    answer = client.get(reverse(f"opinions:{name}", args=args), **more)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.fixture
def desk(client):
    client.force_login(make_user("secretariat"))
    return client


def vote(client, conversation, number, value, **more):
    data = {"statement": number, "value": value, **more}
    return client.post(reverse("opinions:vote", args=[conversation.slug]), data)


def test_a_newcomer_votes_without_an_account_and_changes_it(client):
    conversation = make_conversation(statements=2)
    words = page(client, "vote", conversation.slug)
    assert "Statement 1 of 2" in words
    assert words.count('class="btn" name="value"') == 3
    assert client.cookies["voice"]["httponly"]
    answer = vote(client, conversation, 1, 1)
    assert (answer.status_code, answer.url) == (302, reverse("opinions:vote", args=[conversation.slug]))
    assert "Statement 2 of 2" in page(client, "vote", conversation.slug)
    assert "You agree." in page(client, "mine", conversation.slug)
    answer = vote(client, conversation, 1, -1, back="mine")
    assert answer.url == reverse("opinions:mine", args=[conversation.slug])
    assert "You disagree." in page(client, "mine", conversation.slug)
    vote(client, conversation, 0, 0)
    assert "You have voted on every statement" in page(client, "vote", conversation.slug)
    assert Participant.objects.count() == 1
    assert client.cookies["voice"].value not in str(Participant.objects.get().key)


def test_a_statement_is_followed_by_its_author_alone(client):
    conversation = make_conversation(statements=1)
    page(client, "vote", conversation.slug)
    answer = client.post(
        reverse("opinions:add", args=[conversation.slug]), {"text": "Mine", "language": "fr"}
    )
    assert answer.url.endswith("?thanks=waiting")
    assert "waits for moderation" in client.get(answer.url).content.decode()
    mine = page(client, "mine", conversation.slug)
    assert "waiting for moderation" in mine
    assert '<p lang="fr" dir="ltr">Mine</p>' in mine
    statement = Statement.objects.get(text__source="fr")
    acts.remove_statement(make_user("secretariat"), statement, "It names nobody, yet it hurts")
    assert "yet it hurts" in page(client, "mine", conversation.slug)
    client.cookies.clear()
    assert "Mine" not in page(client, "mine", conversation.slug)
    log = page(client, "log", conversation.slug)
    assert "yet it hurts" in log
    assert "Mine" not in log
    for name in ("log", "detail"):
        assert "What insults is taken out." in page(client, name, conversation.slug)  # the policy
    assert "Statement 1" in log


@pytest.mark.parametrize(
    ("data", "status"),
    [({"statement": "x"}, 422), ({"value": "3"}, 422), ({"statement": "99"}, 409), ({"statement": ""}, 422)],
)
def test_a_form_that_is_wrong_gets_an_answer(client, data, status):
    conversation = make_conversation(statements=1)
    page(client, "vote", conversation.slug)
    answer = vote(client, conversation, number=data.get("statement", 0), value=data.get("value", 1))
    assert answer.status_code == status
    assert 'role="alert"' in answer.content.decode()
    assert Vote.objects.count() == 0


def test_a_bad_statement_says_why(client):
    conversation = make_conversation(statements=1)
    page(client, "vote", conversation.slug)
    answer = client.post(reverse("opinions:add", args=[conversation.slug]), {"text": "Statement number 0"})
    assert answer.status_code == 422
    assert "said this already" in answer.content.decode()


def test_waiting_statements_authors_and_drafts_do_not_leak(client):
    author = make_user(name="Amina Author")
    draft = make_conversation("DRAFTED", state="draft", opened_at=None, statements=1)
    conversation = make_conversation(statements=8)
    make_votes(conversation, 20)
    person = make_participant(conversation, user=author)
    make_statement(conversation, "HIDDEN", state="waiting", number=30, author=person)
    make_statement(conversation, "GONE", state="removed", decided_at=timezone.now(), number=31)
    make_statement(conversation, "PUBLIC", number=32, author=person)
    acts.draw_map(conversation)
    now = timezone.now()
    Conversation.objects.filter(pk=conversation.pk).update(state="closed", closed_at=now, reported_at=now)
    names = ("detail", "map", "log", "report", "vote", "mine")
    seen = page(client, "list") + "".join(page(client, name, conversation.slug) for name in names)
    for name in ("comments", "votes", "participants-votes", "summary"):
        answer = client.get(f"/opinions/{conversation.slug}/{name}.csv")
        assert answer.status_code == 200
        seen += b"".join(answer.streaming_content).decode()
    assert "PUBLIC" in seen
    for word in ("HIDDEN", "GONE", "Amina", author.email, "DRAFTED"):
        assert word not in seen
    for name in ("detail", "map", "log", "vote", "mine"):
        page(client, name, draft.slug, status=404)
    assert client.get(f"/opinions/{draft.slug}/votes.csv").status_code == 404
    assert client.get(f"/opinions/{conversation.slug}/comments.csv?whole=1").status_code == 403
    assert client.get(f"/opinions/{conversation.slug}/nothing.csv").status_code == 404


def test_votes_are_published_with_the_report_only(client):
    conversation = make_conversation(statements=8)
    make_votes(conversation, 3)
    assert client.get(f"/opinions/{conversation.slug}/votes.csv").status_code == 403
    page(client, "report", conversation.slug, status=404)
    client.force_login(make_user("secretariat"))
    answer = client.get(f"/opinions/{conversation.slug}/votes.csv?whole=1")
    assert answer.streaming
    assert len(b"".join(answer.streaming_content).splitlines()) == 25


def test_by_invitation(client):
    conversation = make_conversation(statements=1, access="link")
    assert "by invitation" in page(client, "vote", conversation.slug)
    assert vote(client, conversation, 0, 1).status_code == 403
    page(client, "invited", conversation.slug, "0" * 24, status=404)
    answer = client.get(reverse("opinions:invited", args=[conversation.slug, conversation.word]))
    assert answer.url == reverse("opinions:vote", args=[conversation.slug])
    page(client, "vote", conversation.slug)
    assert vote(client, conversation, 0, 1).status_code == 302


def test_with_an_account(client):
    conversation = make_conversation(statements=1, access="accounts")
    assert "Sign in" in page(client, "vote", conversation.slug)
    assert "voice" not in client.cookies
    client.force_login(make_user())
    page(client, "vote", conversation.slug)
    assert vote(client, conversation, 0, 1).status_code == 302
    assert Participant.objects.get().user


def test_a_closed_one_says_so_and_keeps_the_votes(client):
    conversation = make_conversation(statements=2)
    page(client, "vote", conversation.slug)
    vote(client, conversation, 0, 1)
    acts.close_conversation(None, conversation)
    assert "no more votes are taken" in page(client, "vote", conversation.slug)
    assert vote(client, conversation, 1, 1).status_code == 409
    mine = page(client, "mine", conversation.slug)
    assert "You agree." in mine
    assert 'name="value"' not in mine
    assert "closed" in page(client, "detail", conversation.slug)


def test_too_quick(client, monkeypatch):
    monkeypatch.setattr(limits, "VOTES", limits.Limit("votes", 2, 60))
    conversation = make_conversation(statements=1)
    page(client, "vote", conversation.slug)
    assert [vote(client, conversation, 0, value).status_code for value in (1, -1, 0)] == [302, 302, 429]
    answer = vote(client, conversation, 0, 0)
    wait = int(answer["Retry-After"])
    assert 0 < wait <= 60
    assert "Go on" in answer.content.decode()
    assert Vote.objects.get().value == -1
    later = limits._now() + wait
    monkeypatch.setattr(limits, "_now", lambda: later)
    assert vote(client, conversation, 0, 0).status_code == 302


def test_new_voices_of_one_network_are_limited(client, monkeypatch):
    monkeypatch.setattr(limits, "VOICES_OF_NETWORK", limits.Limit("voices", 2, 3600))
    conversation, codes = make_conversation(statements=1), []
    for _n in range(3):
        client.cookies.clear()
        page(client, "vote", conversation.slug)
        codes.append(vote(client, conversation, 0, 1).status_code)
    assert codes == [302, 302, 429]
    assert Participant.objects.count() == 2


def test_many_votes_of_one_network_are_slowed_whoever_they_are(client, monkeypatch):
    monkeypatch.setattr(limits, "VOTES_OF_NETWORK", limits.Limit("network", 3, 60))
    conversation = make_conversation(statements=3)
    voice, codes = client, []
    for number in range(3):
        page(voice, "vote", conversation.slug)
        codes.append(vote(voice, conversation, number, 1).status_code)
    other = Client()
    other.force_login(make_user())
    answer = vote(other, conversation, 0, 1)
    assert ([*codes, answer.status_code], Vote.objects.count()) == ([302, 302, 302, 429], 3)
    assert "from your network" in answer.content.decode()
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    page(elsewhere, "vote", conversation.slug)
    assert vote(elsewhere, conversation, 0, 1).status_code == 302


def test_votes_stuffed_from_one_address_are_all_counted_and_marked_in_the_report(client, desk):
    conversation = make_conversation(statements=9)
    for copy in range(24):
        for statement in conversation.statements.all():
            cast(Voice(token=f"copy{copy}"), statement, 1 if statement.number % 2 else -1)
    acts.draw_map(conversation)
    words = page(client, "map", conversation.slug)  # while it goes on, too
    assert "24 people began within one minute" in words
    acts.close_conversation(None, conversation)
    acts.report_on(None, conversation)
    words = " ".join(page(client, "report", conversation.slug).split())
    assert "24 people began within one minute" in words
    assert "24 people gave the very same 9 votes." in words
    assert "No vote is taken away" in words
    assert conversation.runs.first().votes == 24 * 9


def test_a_map_in_words(client):
    conversation = make_conversation(statements=9)
    make_votes(conversation, 24)
    assert "There is no map yet" in page(client, "map", conversation.slug)
    acts.draw_map(conversation)
    words = page(client, "map", conversation.slug)
    assert "2 groups of opinion. Group A: 12 people. Group B: 12 people." in " ".join(words.split())
    for heading in ("What unites", "What divides", "Each group in its own words", "Who is missing"):
        assert heading in words
    assert "24 people voted without an account" in words
    assert "between" in words


@pytest.mark.parametrize("n", [1, 3])
def test_what_pages_cost(client, django_assert_num_queries, n):
    conversation = make_conversation(statements=8)
    make_votes(conversation, 8 * n)
    acts.draw_map(conversation)
    for _other in range(n):
        make_conversation(statements=1)
    page(client, "vote", conversation.slug)
    frame = 2  # before the first entry
    with django_assert_num_queries(4 + frame):
        page(client, "vote", conversation.slug)
    with django_assert_num_queries(3 + frame):
        page(client, "detail", conversation.slug)
    with django_assert_num_queries(1 + frame):
        page(client, "list")


@pytest.mark.parametrize("n", [1, 3])
def test_a_vote_over_http_costs_at_most_three_queries(client, django_assert_num_queries, n):
    conversation = make_conversation(statements=n + 1)
    make_votes(conversation, n)
    page(client, "vote", conversation.slug)
    frame = 2  # of a transaction in a test
    with django_assert_num_queries(3 + frame):
        assert vote(client, conversation, 0, 1, first="1").status_code == 302
    for number in range(n + 1):
        with django_assert_num_queries(1):
            assert vote(client, conversation, number, -1).status_code == 302
    assert Vote.objects.filter(value=-1, participant__number=None).count() >= n + 1


def test_the_desk_from_a_draft_to_the_report(desk):
    answer = desk.post(
        reverse("opinions:new"),
        {
            "title_en": "What now?",
            "policy_en": "No insults.",
            "access": "anybody",
            "moderation": "before",
            "takes_statements": "on",
            "opens_at": "2026-01-01T10:00",
        },
    )
    conversation = Conversation.objects.get()
    assert answer.url == reverse("opinions:seeds", args=[conversation.slug])
    for words in ("One", "Two"):
        answer = desk.post(answer.url, {"text_en": words})
        assert answer.status_code == 302
    for step, state in (("open", "open"), ("draw", "open"), ("close", "closed"), ("report", "closed")):
        desk.post(reverse("opinions:step", args=[conversation.slug]), {"step": step})
        conversation.refresh_from_db()
        assert conversation.state == state
    assert conversation.reported_at
    assert "Digest of the votes" in page(desk, "report", conversation.slug)
    for name in ("edit", "seeds", "queue"):
        assert "What now?" in page(desk, name, conversation.slug)
    assert "What now?" in page(desk, "desk")


def test_the_desk_edits_moderates_and_opens_again(desk):
    conversation = make_conversation(statements=1)
    make_statement(conversation, "To look at", state="waiting", number=9)
    answer = desk.post(
        reverse("opinions:edit", args=[conversation.slug]),
        {
            "title_en": "Changed?",
            "policy_en": "Other.",
            "moderation": "after",
            "opens_at": "2026-01-01T10:00",
            "version": 1,
        },
    )
    assert answer.status_code == 302
    assert str(Conversation.objects.get().title) == "Changed?"
    assert "To look at" in page(desk, "queue", conversation.slug)
    desk.post(reverse("opinions:show", args=[conversation.slug, 9]), {"seen": "waiting"})
    assert Statement.objects.get(number=9).state == "shown"
    address = reverse("opinions:remove", args=[conversation.slug, 9])
    assert desk.post(address, {}).status_code == 422
    assert desk.post(address, {"reason_en": "Rude"}).status_code == 302
    assert Statement.objects.get(number=9).state == "removed"
    assert (
        "Rude"
        in desk.get(reverse("opinions:queue", args=[conversation.slug]) + "?state=removed").content.decode()
    )
    acts.close_conversation(None, conversation)
    address = reverse("opinions:reopen", args=[conversation.slug])
    assert desk.get(address).status_code == 200
    assert desk.post(address, {"reason_en": "Asked for"}).status_code == 302
    assert Conversation.objects.get().state == "open"


def test_the_desk_is_closed_to_others(client):
    conversation = make_conversation("SECRET", state="draft", opened_at=None, statements=1)
    names = [("desk",), ("new",), ("take_in",)]
    names += [(name, conversation.slug) for name in ("edit", "reopen", "seeds", "queue")]
    names += [("remove", conversation.slug, 0)]
    for role, allowed in ((None, set()), ("juror", set()), ("translator", {"desk", "edit"})):
        client.force_login(make_user(role))
        for name, *args in names:
            answer = client.get(reverse(f"opinions:{name}", args=args))
            assert answer.status_code == (200 if name in allowed else 403), (role, name)
            assert name in allowed or b"SECRET" not in answer.content
    answer = client.post(reverse("opinions:edit", args=[conversation.slug]), {"title_en": "Mine"})
    assert answer.status_code == 403
    client.logout()
    assert client.get(reverse("opinions:desk")).status_code == 302


def test_the_desk_takes_in_a_zip(desk, tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as pack:
        for path in folder(tmp_path, votes="3000,x,0,7,1\n").iterdir():
            pack.write(path, path.name)

    def send(data, **more):
        file = io.BytesIO(data)
        file.name = "export.zip"
        return desk.post(reverse("opinions:take_in"), {"file": file, "language": "en", **more})

    answer = send(packed.getvalue(), dry_run="1")
    assert "Manners" in answer.content.decode()
    assert Conversation.objects.count() == 0
    assert send(packed.getvalue()).status_code == 302
    assert send(packed.getvalue()).status_code == 302
    assert (Conversation.objects.count(), Vote.objects.count()) == (1, 1)
    answer = send(b"nothing")
    assert answer.status_code == 422
    assert "no whole zip" in answer.content.decode()


def test_it_is_found_in_the_navigation_the_search_and_the_map_of_the_site(client):
    home = client.get("/en/").content.decode()
    assert "Opinion votes" not in home
    conversation = make_conversation("How shall boats share data?", statements=1)
    make_conversation("Not yet asked?", statements=1, opens_at=timezone.now() + timedelta(days=1))
    home = client.get("/en/").content.decode()
    assert reverse("opinions:vote", args=[conversation.slug]) in home
    assert "Not yet asked" not in home
    acts.close_conversation(None, conversation)  # an entry in the record renews the frame
    home = client.get("/en/").content.decode()
    assert "Opinion votes" in home
    assert reverse("opinions:vote", args=[conversation.slug]) not in home
    assert "How shall boats" in client.get("/en/search/?q=boats").content.decode()
    sitemap = b"".join(client.get("/sitemap-en.xml").streaming_content).decode()
    assert f"/opinions/{conversation.slug}/" in sitemap


def test_one_that_has_not_begun(client):
    conversation = make_conversation(statements=1, opens_at=timezone.now() + timedelta(days=1))
    assert "has not begun" in page(client, "vote", conversation.slug)
    assert "Begins" in page(client, "detail", conversation.slug)
    assert "Begins" in page(client, "list")
