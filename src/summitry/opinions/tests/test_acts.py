"""The life of a conversation, its statements and their moderation."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from summitry.opinions import acts, drawing
from summitry.opinions.models import LONGEST, Conversation, Statement, Vote
from summitry.opinions.tests.factories import cast, make_conversation, make_statement, make_votes
from summitry.opinions.voices import Voice
from summitry.people import erasure, export, waiting
from summitry.people.tests.factories import make_user
from summitry.record.act import Stale
from summitry.record.models import Entry
from summitry.record.queries import changed_faces
from summitry.text.value import Text

pytestmark = pytest.mark.django_db
TITLE, POLICY = Text.of("What now?", ar="ماذا الآن؟"), Text.of("No insults.")
VOICE = Voice(token="somebody")


@pytest.fixture
def secretariat():
    return make_user("secretariat")


def kinds() -> list[str]:
    return list(Entry.objects.order_by("index").values_list("kind", flat=True))


def test_from_a_draft_to_the_report(secretariat):
    conversation = acts.create_conversation(secretariat, title=TITLE, policy=POLICY)
    assert (conversation.slug, conversation.state, kinds()) == ("what-now", "draft", [])
    with pytest.raises(ValidationError, match="statements first"):
        acts.open_conversation(secretariat, conversation)
    acts.add_seeds(secretariat, conversation, [Text.of(f"Seed {n}") for n in range(8)])
    conversation = acts.open_conversation(secretariat, conversation)
    with pytest.raises(ValidationError):
        acts.open_conversation(secretariat, conversation)
    make_votes(conversation, 20)
    with pytest.raises(ValidationError, match="Close"):
        acts.report_on(secretariat, conversation)
    conversation = acts.close_conversation(secretariat, conversation)
    assert acts.close_conversation(secretariat, conversation).closed_at == conversation.closed_at
    conversation = acts.reopen_conversation(secretariat, conversation, "A week more was asked for")
    acts.close_conversation(secretariat, conversation)
    run = acts.report_on(secretariat, conversation)
    with pytest.raises(ValidationError, match="already"):
        acts.report_on(secretariat, conversation)
    with pytest.raises(ValidationError):
        acts.reopen_conversation(secretariat, conversation, "Once more")
    assert (run.people, run.votes, run.statements, run.groups) == (20, 160, 8, 2)
    assert run.shown["steady"]["trials"] == 10
    assert kinds() == [f"opinions.{one}" for one in ("opened", "closed", "reopened", "closed", "reported")]
    assert Entry.objects.last().facts["digest"] == run.digest
    assert [one for one in changed_faces() if one.startswith("opinions")] == []


def test_only_the_secretariat_keeps_conversations():
    stranger, conversation = make_user("translator"), make_conversation(statements=1)
    draft = make_conversation(state="draft", opened_at=None)
    statement = conversation.statements.get()
    for deed in (
        lambda: acts.create_conversation(stranger, title=TITLE, policy=POLICY),
        lambda: acts.edit_conversation(stranger, conversation, 1, title=TITLE),
        lambda: acts.open_conversation(stranger, draft),
        lambda: acts.close_conversation(stranger, conversation),
        lambda: acts.reopen_conversation(stranger, conversation, "why"),
        lambda: acts.report_on(stranger, conversation),
        lambda: acts.publish_report(stranger, conversation, drawing.draw(conversation)),
        lambda: acts.add_seeds(stranger, conversation, [TITLE]),
        lambda: acts.show_statement(stranger, statement),
        lambda: acts.remove_statement(stranger, statement, "why"),
    ):
        with pytest.raises(PermissionDenied):
            deed()
    assert kinds() == []


def test_what_is_edited_when(secretariat):
    conversation = make_conversation(statements=1)
    with pytest.raises(Stale):
        acts.edit_conversation(secretariat, conversation, 7, title=TITLE)
    with pytest.raises(ValidationError, match="stays as it was"):
        acts.edit_conversation(secretariat, conversation, 1, access="members")
    assert acts.edit_conversation(secretariat, conversation, 1, policy=conversation.policy).version == 1
    edited = acts.edit_conversation(secretariat, conversation, 1, title=TITLE)
    assert (edited.version, edited.title, kinds()) == (2, TITLE, ["opinions.edited"])
    with pytest.raises(ValidationError):
        acts.edit_conversation(secretariat, edited, 2, policy=Text.of("Write to us@example.org"))
    with pytest.raises(ValidationError):
        acts.edit_conversation(secretariat, edited, 2, closes_at=edited.opens_at - timedelta(hours=1))
    acts.close_conversation(secretariat, edited)
    with pytest.raises(ValidationError, match="not changed any more"):
        acts.edit_conversation(secretariat, edited, 3, title=Text.of("Other"))


def test_the_clock_closes_what_is_due():
    due = make_conversation(closes_at=timezone.now() - timedelta(minutes=1))
    make_conversation(closes_at=timezone.now() + timedelta(minutes=1))
    assert acts.close_due() == 1
    assert Conversation.objects.get(pk=due.pk).state == "closed"
    assert acts.close_due() == 0


def test_a_statement_waits_and_is_moderated(secretariat):
    conversation = make_conversation(statements=2)
    made = acts.add_statement(VOICE, conversation, "  Boats   share data ", "ar")
    assert (made.number, made.state, made.text) == (2, "waiting", Text.of("Boats share data", "ar"))
    [line] = [one for one in waiting.everything(secretariat) if one.area == "opinions"]
    assert line.count == 1
    assert waiting.everything(make_user()) == []
    with pytest.raises(Stale):
        acts.show_statement(secretariat, made, seen="removed")
    assert acts.show_statement(secretariat, made, seen="waiting").state == "shown"
    with pytest.raises(ValidationError, match="why"):
        acts.remove_statement(secretariat, made, " ")
    with pytest.raises(ValidationError):
        acts.remove_statement(secretariat, made, "Ask me@example.org")
    gone = acts.remove_statement(secretariat, made, "It names a person")
    assert (gone.state, str(gone.reason)) == ("removed", "It names a person")
    entry = Entry.objects.get()
    assert (entry.kind, entry.facts["number"]) == ("opinions.removed", 2)
    assert "Boats" not in str(entry.facts)
    assert acts.show_statement(secretariat, gone).state == "shown"
    assert kinds() == ["opinions.removed", "opinions.shown_again"]


def test_what_may_be_said():
    conversation = make_conversation(statements=1, moderation="after")
    assert acts.add_statement(VOICE, conversation, "New").state == "shown"
    for words in ("", " \u202e ", "x" * (LONGEST + 1), "new.", "Statement number 0"):
        with pytest.raises(ValidationError):
            acts.add_statement(VOICE, conversation, words)
    with pytest.raises(ValidationError):
        acts.add_statement(VOICE, conversation, "Other", "xx")
    closed = make_conversation(statements=1, state="closed")
    with pytest.raises(ValidationError):
        acts.add_statement(VOICE, closed, "Other")
    silent = make_conversation(statements=1, takes_statements=False)
    with pytest.raises(PermissionDenied):
        acts.add_statement(VOICE, silent, "Other")
    assert Statement.objects.filter(author__isnull=False).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_statements_at_once_get_two_numbers(at_once):
    conversation = make_conversation(statements=1)
    at_once(
        *(
            lambda n=n: acts.add_statement(Voice(token=f"t{n}"), conversation, f"Said by {n}")
            for n in range(3)
        )
    )
    [found] = at_once(lambda: sorted(Statement.objects.values_list("number", flat=True)))
    assert found == [0, 1, 2, 3]


def test_after_the_report_statements_stay(secretariat):
    now = timezone.now()
    conversation = make_conversation(statements=1, state="closed", closed_at=now, reported_at=now)
    statement = conversation.statements.get()
    with pytest.raises(ValidationError):
        acts.remove_statement(secretariat, statement, "Too late")
    with pytest.raises(ValidationError):
        acts.show_statement(secretariat, make_statement(conversation, state="waiting"))


def test_one_takes_away_what_one_said_and_is_forgotten():
    user, other, conversation = make_user(), make_user(), make_conversation(statements=1)
    voice, statement = Voice(user=user), conversation.statements.get()
    cast(voice, statement, -1)
    acts.add_statement(voice, conversation, "Mine alone")
    cast(Voice(user=other), statement, 1)
    [section] = [one for one in export.sections() if one.name == "opinions"]
    given = section.give(user)
    assert [one["value"] for one in given["votes"]] == [-1]
    assert [one["statement"] for one in given["statements"]] == [{"en": "Mine alone"}]
    erasure._erasers["opinions"](user, user.person)
    assert section.give(user) == {"votes": [], "statements": []}
    assert section.give(other)["votes"]
    assert Vote.objects.count() == 2
    assert not Statement.objects.get(number=1).author.user
