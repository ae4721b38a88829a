"""The applicant's acts: drafts, the deadline, receipts, withdrawal."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from summitry.calls import acts, checks
from summitry.calls.models import Submission
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_mandate, make_organisation, make_user
from summitry.record.act import Stale
from summitry.record.models import Entry, Opening
from summitry.text.moments import exact
from summitry.text.value import Text

from .factories import answers, close, judged, make_draft, make_sent, open_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def letters(monkeypatch):
    found = []
    for module in (acts.submitting, acts.parts):
        monkeypatch.setattr(module, "letter", lambda name, to, context, *rest: found.append((name, to)))
    return found


def fresh(submission):
    return Submission.objects.select_related("call").get(pk=submission.pk)


# -- drafts ---------------------------------------------------------------------------------------


def test_a_draft_begins_once_and_in_the_readers_language():
    world, user = open_world(), make_user()
    draft = acts.start_draft(user, world.call, language="fr")
    assert (draft.state, draft.language, draft.applicant, draft.number, draft.ref) == (
        "draft",
        "fr",
        user.person,
        None,
        "",
    )
    assert acts.start_draft(user, world.call) == draft
    acts.save_draft(user, draft, {"title": "A"}, draft.version)
    assert acts.start_draft(user, world.call) != draft


def test_a_language_that_the_call_does_not_take():
    world = open_world(languages=("en", "fr"))
    with pytest.raises(ValidationError) as caught:
        acts.start_draft(make_user(), world.call, language="ar")
    assert set(caught.value.message_dict) == {"language"}
    assert acts.start_draft(make_user(), world.call).language == "en"


def test_drafts_begin_and_are_saved_while_the_call_is_open_only():
    world, user = open_world(), make_user()
    early, late = world.call.opens_at - timedelta(seconds=1), world.call.closes_at + timedelta(microseconds=1)
    with pytest.raises(ValidationError, match="opens at"):
        acts.start_draft(user, world.call, now=early)
    with pytest.raises(ValidationError, match="until"):
        acts.start_draft(user, world.call, now=late)
    draft = make_draft(world, user)
    with pytest.raises(ValidationError, match="Your draft is kept"):
        acts.save_draft(user, draft, {"title": "B"}, draft.version, now=late)
    assert fresh(draft).draft == draft.draft


def test_what_is_saved_is_kept_right_or_wrong_and_the_rest_stays():
    world, user = open_world(), make_user()
    draft = make_draft(world, user)
    saved = acts.save_draft(user, draft, {"summary": "word " * 30, "theme": "moon"}, draft.version)
    assert saved.draft["summary"] == "word " * 30
    assert saved.draft["title"] == answers()["title"].to_json()
    assert set(checks.unfinished(saved)) == {"summary", "theme"}
    saved = acts.save_draft(user, saved, {"summary": None, "theme": ""}, saved.version)
    assert set(saved.draft) == {"title"}
    assert checks.unfinished(saved) == {}


def test_a_draft_refuses_unknown_questions_categories_and_what_cannot_be_stored():
    world, user = open_world(), make_user()
    draft = make_draft(world, user)
    before = draft.draft
    with pytest.raises(ValidationError, match="does not ask for “moon”"):
        acts.save_draft(user, draft, {"moon": 1}, draft.version)
    with pytest.raises(ValidationError) as caught:
        acts.save_draft(
            user, draft, {"summary": "x" * 100_001, "title": "ok"}, draft.version, category="east"
        )
    assert set(caught.value.message_dict) == {"summary", "category"}
    assert fresh(draft).draft == before


def test_two_windows_of_one_draft():
    world, user = open_world(), make_user()
    draft = make_draft(world, user)
    acts.save_draft(user, draft, {"summary": "first"}, draft.version)
    with pytest.raises(Stale):
        acts.save_draft(user, draft, {"summary": "second"}, draft.version)
    assert fresh(draft).draft["summary"] == "first"


def test_nobody_else_writes_in_a_draft():
    world = open_world()
    draft = make_draft(world)
    for user in (make_user(), world.manager, world.screener, world.chair, make_user(Role.SECRETARIAT)):
        with pytest.raises(PermissionDenied):
            acts.save_draft(user, draft, {"summary": "x"})
        with pytest.raises(PermissionDenied):
            acts.submit(user, draft)
        with pytest.raises(PermissionDenied):
            acts.withdraw(user, draft)


def test_one_applies_for_ones_own_organisation():
    world, user = open_world(), make_user()
    draft, mine, other = make_draft(world, user), make_organisation(), make_organisation()
    user.person.affiliations.create(organisation=mine)
    saved = acts.save_draft(user, draft, {}, draft.version, organisation=mine)
    assert saved.organisation == mine
    with pytest.raises(ValidationError) as caught:
        acts.save_draft(user, saved, {}, saved.version, organisation=other)
    assert set(caught.value.message_dict) == {"organisation"}
    assert acts.save_draft(user, saved, {}, saved.version).organisation == mine
    assert acts.save_draft(user, saved, {}, organisation=None).organisation is None


def test_an_organisation_that_one_has_left():
    world, user = open_world(), make_user()
    left = make_organisation()
    user.person.affiliations.create(organisation=left, until=timezone.now().date() - timedelta(days=1))
    draft = make_draft(world, user)
    with pytest.raises(ValidationError):
        acts.save_draft(user, draft, {}, organisation=left)


def test_a_draft_is_discarded_with_its_files_and_what_was_sent_is_not(django_capture_on_commit_callbacks):
    world, user = open_world(), make_user()
    draft = make_draft(world, user)
    file = acts.upload(user, draft, "papers", SimpleUploadedFile("a.txt", b"words"))
    storage, name = file.file.storage, file.file.name
    assert storage.exists(name)
    with pytest.raises(PermissionDenied):
        acts.discard_draft(make_user(), draft)
    with django_capture_on_commit_callbacks(execute=True):
        acts.discard_draft(user, draft)
    acts.discard_draft(user, draft)
    assert not storage.exists(name)
    assert not Submission.objects.exists()
    sent = make_sent(world, user)
    with pytest.raises(ValidationError, match="withdrawn, not deleted"):
        acts.discard_draft(user, sent)


# -- sending --------------------------------------------------------------------------------------


def test_sending_numbers_receipts_and_enters(letters):
    world, user = open_world(), make_user()
    draft = make_draft(world, user, theme="ai")
    sent = acts.submit(user, draft, draft.version)
    assert (sent.state, sent.number, sent.ref, sent.category) == (
        "submitted",
        1,
        f"{world.call.slug}-1",
        "north",
    )
    assert sent.answers == {
        "title": answers()["title"].to_json(),
        "summary": answers()["summary"],
        "theme": "ai",
    }
    assert sent.rules_version == 1
    assert len(sent.receipt) == 14
    assert sent.has_unsent_changes is False
    assert make_sent(world).number == 2
    entry = Entry.objects.get(kind="calls.received", subject=scope_of(sent))
    assert entry.facts == {
        "call": world.call.slug,
        "ref": sent.ref,
        "sent": entry.facts["sent"],
        "again": False,
    }
    hidden = {one.name for one in Opening.objects.filter(entry=entry)}
    assert hidden == {"actor", "answers", "receipt"}
    for secret in (sent.receipt, "data trust", user.email, str(user.uid)):
        assert secret not in str(entry.body)
    assert letters[0] == ("received", user)


def test_sending_tells_everything_that_is_wrong_and_keeps_the_draft():
    world, user = open_world(), make_user()
    draft = acts.start_draft(user, world.call)
    draft = acts.save_draft(user, draft, {"summary": "word " * 30}, draft.version)
    with pytest.raises(ValidationError) as caught:
        acts.submit(user, draft, draft.version)
    assert set(caught.value.message_dict) == {"title", "summary", "category"}
    kept = fresh(draft)
    assert (kept.state, kept.number, kept.draft) == ("draft", None, draft.draft)
    assert not Entry.objects.filter(kind="calls.received").exists()


def test_the_last_instant_counts_and_the_next_does_not(monkeypatch):
    world, user = open_world(), make_user()
    draft, other = make_draft(world, user), make_draft(world, user)
    deadline = world.call.closes_at
    with pytest.raises(ValidationError) as caught:
        acts.submit(user, other, other.version, now=deadline + timedelta(microseconds=1))
    [said] = caught.value.messages
    assert exact(deadline) in said
    assert exact(deadline + timedelta(microseconds=1)) in said
    assert fresh(other).draft == other.draft
    assert acts.submit(user, draft, draft.version, now=deadline).state == "submitted"


def test_the_servers_clock_at_arrival_counts_and_not_the_wait_for_ones_turn(monkeypatch):
    """The deadline passes between the arrival and the moment at which the act gets its turn."""
    world, user = open_world(), make_user()
    draft = make_draft(world, user)
    deadline = world.call.closes_at
    monkeypatch.setattr(timezone, "now", lambda: deadline)
    real = acts.submitting._submit

    def later(*args):
        monkeypatch.setattr(timezone, "now", lambda: deadline + timedelta(seconds=5))
        assert acts.close_due_calls() == []  # it is still this call's grace
        return real(*args)

    monkeypatch.setattr(acts.submitting, "_submit", later)
    sent = acts.submit(user, draft, draft.version)
    assert (sent.state, sent.sent_at) == ("submitted", deadline)


def test_nothing_is_taken_before_the_opening_nor_after_closing():
    world, user = open_world(), make_user()
    draft = make_draft(world, user)
    with pytest.raises(ValidationError, match="This call opens at"):
        acts.submit(user, draft, now=world.call.opens_at - timedelta(seconds=1))
    close(world)
    with pytest.raises(ValidationError, match="took submissions until"):
        acts.submit(user, draft, now=world.call.closes_at)


def test_sending_twice_changes_nothing(letters):
    world, user = open_world(), make_user()
    draft = make_draft(world, user)
    first = acts.submit(user, draft, draft.version)
    again = acts.submit(user, draft, draft.version)
    assert (again.number, again.receipt, again.sent_at) == (first.number, first.receipt, first.sent_at)
    assert Entry.objects.filter(kind="calls.received").count() == 1
    assert letters == [("received", user)]


def test_what_is_sent_again_replaces_what_was_sent_and_unsent_words_do_not_count():
    world, user = open_world(), make_user()
    sent = make_sent(world, user)
    edited = acts.save_draft(user, sent, {"summary": "Better."}, sent.version, category="south")
    assert edited.has_unsent_changes is True
    assert (edited.answers["summary"], edited.category) == (answers()["summary"], "north")
    again = acts.submit(user, edited, edited.version)
    assert (again.answers["summary"], again.category) == ("Better.", "south")
    assert (again.number, again.receipt, again.ref) == (sent.number, sent.receipt, sent.ref)
    assert [one.facts["again"] for one in Entry.objects.filter(kind="calls.received").order_by("index")] == [
        False,
        True,
    ]


def test_sending_what_another_window_has_changed():
    world, user = open_world(), make_user()
    draft = make_draft(world, user)
    acts.save_draft(user, draft, {"summary": "Changed."}, draft.version)
    with pytest.raises(Stale):
        acts.submit(user, draft, draft.version)
    assert fresh(draft).state == "draft"


@pytest.mark.parametrize(
    "broken",
    [
        {"number": 1},
        {"ref": ""},
        {"number": None},
        {"sent_at": None},
        {"state": "withdrawn"},
        {"state": "draft"},
    ],
)
def test_the_database_refuses_impossible_submissions(broken):
    world = open_world()
    make_sent(world)
    two = make_sent(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.filter(pk=two.pk).update(**broken)


def test_a_ref_is_given_once_a_call():
    world = open_world()
    one, two = make_sent(world), make_sent(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.filter(pk=two.pk).update(ref=one.ref)
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.filter(pk=two.pk).update(receipt=one.receipt)


# -- typed answers --------------------------------------------------------------------------------


def test_outcomes_read_by_role_and_never_by_key():
    world = open_world()
    sent = fresh(make_sent(world, theme="ai", organisation="Trust"))
    assert sent.by_role("title") == answers()["title"]
    assert sent.by_role("summary") == Text.of(answers()["summary"])
    assert sent.by_role("organisation") == Text.of("Trust")
    assert sent.by_role("moon") is None
    assert sent.value("theme").key == "ai"
    assert sent.value("note") is None
    assert sent.title == answers()["title"]
    draft = acts.start_draft(make_user(), world.call)
    assert draft.title == Text()


# -- withdrawal -----------------------------------------------------------------------------------


def test_withdrawing_is_final_and_entered():
    world, user = open_world(), make_user()
    sent = make_sent(world, user)
    gone = acts.withdraw(user, sent)
    assert gone.state == "withdrawn"
    assert acts.withdraw(user, sent).withdrawn_at == gone.withdrawn_at
    assert Entry.objects.filter(kind="calls.withdrawn", subject=scope_of(sent)).count() == 1
    with pytest.raises(ValidationError, match="cannot be changed"):
        acts.save_draft(user, gone, {"summary": "x"})
    with pytest.raises(ValidationError, match="cannot be changed"):
        acts.submit(user, gone)


def test_a_draft_cannot_be_withdrawn():
    world, user = open_world(), make_user()
    with pytest.raises(ValidationError, match="has been sent"):
        acts.withdraw(user, make_draft(world, user))


def test_an_entry_withdrawn_in_the_middle_of_a_stage_leaves_lists_and_sheet():
    world = open_world()
    one, two = judged(world, [[(5, 5)], [(3, 3)]])
    world.fresh()
    acts.decide(world.chair, world.call, {one.pk: acts.Choice("accepted", "gold")}, world.call.sheet)
    sheet = world.fresh().sheet
    acts.withdraw(one.applicant.user, one)
    assert world.fresh().sheet == sheet + 1
    assert not one.assignments.filter(ended_at=None).exists()
    call = acts.decide(world.chair, world.call, {two.pk: acts.Choice("accepted", "gold")}, world.call.sheet)
    verdict = acts.seal_verdict(world.chair, call, call.sheet)
    assert one.ref not in verdict.body
    with pytest.raises(ValidationError, match="sealed"):
        acts.withdraw(two.applicant.user, two)


def test_a_manager_who_applies_has_no_duty_over_her_own():
    world = open_world()
    sent = make_sent(world, world.manager)
    make_mandate(world.manager.person, Role.SCREENER, "institution")
    world.manager.__dict__.pop("roles", None)
    close(world)
    acts.open_stage(make_user(Role.SECRETARIAT), world.run("screening"))
    with pytest.raises(PermissionDenied):
        acts.screen(world.manager, sent, True)
