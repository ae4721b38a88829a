"""What unites goes on to a registered taker, with its evidence, and what became of it is told."""

import numpy as np
import pytest
from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from summitry.engines import opinion
from summitry.opinions import acts, evidence, queries, uptake
from summitry.opinions.models import Conversation, Statement, Uptake
from summitry.opinions.tests.factories import make_conversation, make_statement, make_votes
from summitry.opinions.uptake import Side, Standing
from summitry.opinions.voices import Voice
from summitry.people.tests.factories import make_institution, make_user
from summitry.record.act import Stale, require
from summitry.record.models import Entry
from summitry.record.queries import changed_faces
from summitry.text.value import Text

pytestmark = pytest.mark.django_db
FOLLOW = "tests.follow_up"


class FollowForm(forms.Form):
    policy = forms.CharField(label="Policy")


def follow_up(actor, found, answers):
    """Asks the statement again as a question of its own."""
    require(actor, "opinions.keep_conversation")
    if answers["policy"] == "?":
        raise ValidationError({"policy": "That is no policy."})
    made = acts.create_conversation(actor, title=found.text, policy=Text.of(answers["policy"]))
    return f"opinions.conversation:{made.slug}"


def standing(subjects):
    slugs = [one.partition(":")[2] for one in subjects]
    return {
        f"opinions.conversation:{one.slug}": Standing(one.get_state_display(), reason=one.policy)
        for one in Conversation.objects.filter(slug__in=slugs)
    }


@pytest.fixture
def taker():
    yield uptake.register(
        FOLLOW, "Ask it again", lambda data, actor, found: FollowForm(data), follow_up, standing
    )
    uptake._takers.pop(FOLLOW)


@pytest.fixture
def secretariat():
    make_institution()
    return make_user("secretariat")


@pytest.fixture
def conversation(secretariat):
    """Reported on: 24 people in two camps, who all agree on statement 0."""
    made = make_conversation("What now?", statements=8)
    make_statement(made, "Participants said this", number=8)
    make_votes(made, 24)
    acts.close_conversation(None, made)
    acts.report_on(secretariat, made)
    made.refresh_from_db()
    return made


def united(conversation) -> Statement:
    return conversation.statements.get(number=0)


def test_the_evidence_is_what_the_engine_says(conversation):
    [(statement, found)] = evidence.uniting(conversation)
    run = conversation.runs.get()
    assert (statement.number, found.number, found.text) == (0, 0, statement.text)
    assert found.everybody == Side("", 24, 0, 24)
    assert found.groups == (Side("A", 12, 0, 12), Side("B", 12, 0, 12))
    assert found.consensus == pytest.approx((13 / 14) ** 2)
    counts = opinion.Counts(
        *(np.array([[12], [12]]), np.zeros((2, 1)), np.array([[12], [12]])), np.array([12, 12])
    )
    assert found.consensus == opinion.consensus(counts)[0]
    assert (found.digest, found.people, found.conversation) == (run.digest, 24, conversation.slug)
    assert evidence.evidence_of(conversation.statements.get(number=1)) is None
    assert evidence.uniting(make_conversation(statements=1)) == []


def test_it_is_taken_up_with_its_evidence_and_entered_in_the_record(taker, conversation, secretariat):
    statement, found = evidence.uniting(conversation)[0]
    made = acts.take_up(secretariat, statement, FOLLOW, {"policy": "None."})
    follower = Conversation.objects.get(state="draft")
    assert follower.title == statement.text
    assert made.subject == f"opinions.conversation:{follower.slug}"
    assert Uptake.objects.get().evidence == found.to_json()
    entry = Entry.objects.last()
    assert (entry.kind, entry.subject) == ("opinions.taken_up", f"opinions.conversation:{conversation.slug}")
    assert entry.facts == {
        "title": {"en": "What now?"},
        "slug": conversation.slug,
        "number": 0,
        "into": made.subject,
        "consensus": f"{found.consensus:.4f}",
        "digest": found.digest,
    }
    assert [one for one in changed_faces() if one.startswith("opinions")] == []
    Uptake.objects.all().delete()
    assert [one for one in changed_faces() if one.startswith("opinions")] != []


def test_what_the_taker_refuses_leaves_nothing(taker, conversation, secretariat):
    entries = Entry.objects.count()
    with pytest.raises(ValidationError) as error:
        acts.take_up(secretariat, united(conversation), FOLLOW, {"policy": "?"})
    assert list(error.value.message_dict) == ["policy"]
    with pytest.raises(ValidationError, match="Not every group"):
        acts.take_up(secretariat, conversation.statements.get(number=1), FOLLOW, {"policy": "None."})
    with pytest.raises(ValidationError, match="in this way"):
        acts.take_up(secretariat, united(conversation), "tests.nobody", {})
    with pytest.raises(PermissionDenied):
        acts.take_up(make_user("translator"), united(conversation), FOLLOW, {"policy": "None."})
    with pytest.raises(Stale):
        acts.take_up(secretariat, united(conversation), FOLLOW, {"policy": "None."}, seen=1)
    assert (Uptake.objects.count(), Conversation.objects.count(), Entry.objects.count()) == (0, 1, entries)


def test_before_the_report_nothing_is_taken_up(taker, secretariat):
    conversation = make_conversation(statements=9)
    make_votes(conversation, 24)
    acts.draw_map(conversation)
    with pytest.raises(ValidationError, match="Publish the report first"):
        acts.take_up(secretariat, united(conversation), FOLLOW, {"policy": "None."})


@pytest.mark.django_db(transaction=True)
def test_a_button_pressed_twice_at_once_is_one_uptake(taker, conversation, secretariat, at_once):
    statement = united(conversation)
    found = at_once(
        *(
            lambda: acts.take_up(secretariat, statement, FOLLOW, {"policy": "None."}, seen=0)
            for _n in range(2)
        )
    )
    assert sorted(type(one).__name__ for one in found) == ["Stale", "Uptake"]


def test_the_desk_shows_a_button_only_where_somebody_takes(client, conversation, secretariat, monkeypatch):
    monkeypatch.setattr(uptake, "_takers", {})  # rooms above may have registered some
    client.force_login(secretariat)
    result = reverse("opinions:result", args=[conversation.slug])
    page = client.get(result).content.decode()
    assert "Statement number 0" in page
    assert "Statement number 1" not in page
    assert "Group A: 12 of 12 votes agree." in page
    assert "/result/0/" not in page
    assert client.get(f"{result}0/{FOLLOW}/").status_code == 404


def test_by_one_form_from_the_desk_to_the_public_page(taker, client, conversation, secretariat):
    client.force_login(secretariat)
    result = reverse("opinions:result", args=[conversation.slug])
    address = f"{result}0/{FOLLOW}/"
    assert address in client.get(result).content.decode()
    assert client.get(f"{result}1/{FOLLOW}/").status_code == 404
    assert "group-informed consensus" in client.get(address).content.decode()
    answer = client.post(address, {"policy": "?", "seen": "0"})
    assert (answer.status_code, "That is no policy." in answer.content.decode()) == (422, True)
    assert client.post(address, {"policy": "Be kind.", "seen": "0"}).url == result
    follower = Conversation.objects.get(state="draft")
    client.logout()
    own = reverse("opinions:statement", args=[conversation.slug, 0])
    for page in (own, reverse("opinions:report", args=[conversation.slug])):
        words = client.get(page).content.decode()
        assert reverse("opinions:detail", args=[follower.slug]) in words
        assert '<span class="chip">draft</span> Be kind.' in words
    assert "every group agrees" in client.get(own).content.decode()
    other = client.get(reverse("opinions:statement", args=[conversation.slug, 1])).content.decode()
    assert "not been taken up" in other
    assert "every group agrees" not in other
    client.force_login(make_user("auditor"))
    assert (client.get(result).status_code, client.get(address).status_code) == (200, 403)
    assert address not in client.get(result).content.decode()


def test_its_author_is_told_on_her_own_page(taker, client, secretariat):
    conversation = make_conversation(statements=8)
    user = make_user()
    acts.add_statement(Voice(user=user), conversation, "Mine")
    Statement.objects.filter(number=8).update(state="shown")
    voters = make_votes(conversation, 24)
    for one in voters:
        one.votes.filter(statement__number=8).update(value=1)
    acts.close_conversation(None, conversation)
    acts.report_on(secretariat, conversation)
    acts.take_up(secretariat, conversation.statements.get(number=8), FOLLOW, {"policy": "Be kind."})
    client.force_login(user)
    words = client.get(reverse("opinions:mine", args=[conversation.slug])).content.decode()
    assert "Taken up" in words
    assert "Be kind." in words
    client.force_login(make_user())
    assert "Taken up" not in client.get(reverse("opinions:mine", args=[conversation.slug])).content.decode()


def test_the_page_of_a_statement_shows_no_more_than_it_may(client, secretariat):
    conversation = make_conversation(statements=1)
    waits = make_statement(conversation, "HIDDEN", state="waiting", number=7)
    gone = make_statement(conversation, "GONE", number=8)
    acts.remove_statement(secretariat, gone, "It hurts")

    def page(number):
        answer = client.get(reverse("opinions:statement", args=[conversation.slug, number]))
        return answer.status_code, answer.content.decode()

    assert page(waits.number)[0] == page(99)[0] == 404
    status, words = page(gone.number)
    assert (status, "GONE" in words, "It hurts" in words) == (200, False, True)
    assert "Statement number 0" in page(0)[1]


@pytest.mark.parametrize("n", [1, 3])
def test_what_it_costs(taker, conversation, secretariat, django_assert_num_queries, n):
    for _again in range(n):
        acts.take_up(secretariat, united(conversation), FOLLOW, {"policy": "None."})
    with django_assert_num_queries(3 + 1):
        assert len(queries.statement_page(conversation, 0).went) == n
    with django_assert_num_queries(1 + 1):
        assert len(queries.taken_up(conversation)) == n
    with django_assert_num_queries(3):
        assert len(queries.results(conversation)[0][2]) == n
