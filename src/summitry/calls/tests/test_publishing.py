"""Publication: answers, outcomes, faces, and that nothing is told early."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from summitry.calls import acts, faces, queries
from summitry.calls.acts import Choice
from summitry.calls.models import Call, Decision, Submission
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_user
from summitry.record.models import Entry
from summitry.text.value import Text

from .factories import (
    FIELDS,
    GOLD,
    NO,
    SILVER,
    WHY,
    T,
    close,
    decide,
    judged,
    make_sent,
    mark,
    open_world,
    screen_all,
)

pytestmark = pytest.mark.django_db


def sealed(world, *choices):
    call = decide(world, *choices)
    return acts.seal_verdict(world.chair, call, call.sheet)


# -- publication ----------------------------------------------------------------------------------


def test_publishing_answers_everybody_and_makes_what_was_accepted_real(made, monkeypatch):
    letters, written = [], acts.telling.letters.answer

    def answer(call, decision, user, **options):
        letters.append((user, decision.result))
        return written(call, decision, user, **options)

    monkeypatch.setattr(acts.telling.letters, "answer", answer)
    world = open_world(outcome="tests.thing")
    one, two = judged(world, [[(5, 5)], [(1, 1)]])
    other = make_user()
    sealed(world, GOLD, NO)
    assert {entry.state for entry in world.submissions} == {"submitted"}
    call = acts.publish(world.manager, world.fresh())
    assert (call.state, call.appeals_until - call.published_at) == ("published", timedelta(days=14))
    assert [entry.state for entry in world.submissions] == ["accepted", "rejected"]
    assert made == [(world.manager, one.ref)]
    assert Decision.objects.get(submission=one).outcome == f"tests.thing:{one.ref}"
    assert letters == [
        (one.applicant.user, "accepted"),
        (two.applicant.user, "rejected"),
    ]
    entry = Entry.objects.get(kind="calls.accepted")
    assert entry.subject == scope_of(one)
    assert (entry.facts["outcome"], entry.facts["tier"]) == (f"tests.thing:{one.ref}", "gold")
    assert Entry.objects.get(kind="calls.published").facts["accepted"] == 1
    assert world.run("publication").state == "closed"
    assert acts.publish(world.manager, call).published_at == call.published_at
    assert (len(letters), len(made)) == (2, 1)
    assert other not in [to for to, _result in letters]


@pytest.mark.parametrize(
    ("visibility", "title", "told"),
    [
        ("public", "Tides by wire", "Tides by wire"),
        ("public", "Write to ada@tides.example", None),  # nothing can be taken from the record
        ("private", "Tides by wire", None),
        ("hidden_from_jurors", "Tides by wire", None),
    ],
)
def test_the_record_names_an_entry_by_its_title_only_where_everybody_reads_it(visibility, title, told):
    fields = (replace(FIELDS[0], visibility=visibility), *FIELDS[1:])
    world = open_world(fields=fields)
    entry = make_sent(world, title=title)
    close(world)
    screen_all(world)
    acts.assign(world.manager, entry, world.jurors[0].person)
    acts.open_stage(world.manager, world.run("jury"))
    mark(world.jurors[0], entry, 5, 5)
    acts.close_stage(world.manager, world.run("jury"))
    acts.open_stage(world.manager, world.run("deliberation"))
    sealed(world, GOLD)
    acts.publish(world.manager, world.fresh())
    named = Entry.objects.get(kind="calls.accepted").facts["entry"]
    assert named == ({"en": told} if told else entry.ref)
    if told is None:
        assert not any(title in str(one.body) for one in Entry.objects.all())


def test_the_answer_comes_in_the_applicants_language_with_the_reason(
    mailoutbox, django_capture_on_commit_callbacks
):
    world = open_world()
    judged(world, [[(5, 5)]])
    applicant = world.submissions[0].applicant.user
    type(applicant).objects.filter(pk=applicant.pk).update(language="fr")
    stages = world.call.rules.stages
    assert stages[2].reason("weaker")
    call = acts.decide(
        world.chair,
        world.fresh(),
        {world.submissions[0].pk: Choice("rejected", reason=Text.of("Too early", fr="Trop tôt"))},
    )
    acts.seal_verdict(world.chair, call)
    with django_capture_on_commit_callbacks(execute=True):
        acts.publish(world.manager, world.fresh())
    [letter] = [one for one in mailoutbox if one.to == [applicant.email] and "Trop tôt" in one.body]
    assert "Too early" not in letter.body


def test_publication_is_whole_or_not_at_all(made):
    world = open_world(outcome="tests.thing")
    for title in ("Yes", "No"):
        make_sent(world, title=title)
    close(world)
    screen_all(world)
    for entry in world.submissions:
        acts.assign(world.manager, entry, world.jurors[0].person)
    acts.open_stage(world.manager, world.run("jury"))
    from .factories import mark

    for entry in world.submissions:
        mark(world.jurors[0], entry, 3, 3)
    acts.close_stage(world.manager, world.run("jury"))
    acts.open_stage(world.manager, world.run("deliberation"))
    why = {"departure_reason": WHY}
    sealed(world, replace(SILVER, **why), replace(SILVER, **why))
    with pytest.raises(ValidationError, match="It has no place"):
        acts.publish(world.manager, world.fresh())
    assert world.fresh().state == "decided"
    assert {entry.state for entry in world.submissions} == {"submitted"}
    assert not Entry.objects.filter(kind__in=["calls.accepted", "calls.published"]).exists()
    assert world.run("publication").state == "pending"


def test_who_publishes_and_when():
    world = open_world()
    judged(world, [[(5, 5)]])
    with pytest.raises(ValidationError, match="must be sealed"):
        acts.publish(world.manager, world.fresh())
    sealed(world, GOLD)
    for user in (world.chair, world.screener, world.jurors[0], make_user()):
        with pytest.raises(PermissionDenied):
            acts.publish(user, world.fresh())
    assert acts.publish(make_user(Role.SECRETARIAT), world.fresh()).state == "published"


def test_nothing_tells_the_result_early():
    """Sealed and not yet published: no door of the applicant or the public says what was decided."""
    world = open_world()
    one, _two = judged(world, [[(5, 5)], [(1, 1)]])
    sealed(world, GOLD, NO)
    applicant = one.applicant.user
    page = queries.submission_page(applicant, one.uid)
    assert (page.submission.state, page.decision, page.sheets, page.reason) == ("submitted", None, [], Text())
    assert queries.call_page(world.call.slug).accepted == []
    assert "accepted" not in faces.verdict_faces([world.call.slug]).get(world.call.slug)
    assert (
        queries.chosen_story(Decision.objects.select_related("submission__call").get(submission=one)) is None
    )


def test_faces_are_plain_and_change_with_what_is_published():
    world = open_world()
    one, _two = judged(world, [[(5, 5)], [(1, 1)]])
    assert faces.verdict_faces([world.call.slug]).get(world.call.slug) is None
    sealed(world, GOLD, NO)
    acts.publish(world.manager, world.fresh())
    face = faces.verdict_faces([world.call.slug]).get(world.call.slug)
    assert [entry["ref"] for entry in face["accepted"]] == [one.ref]
    assert faces.verdict_keys() == faces.call_keys() == [world.call.slug]
    assert faces.call_faces([world.call.slug]).get(world.call.slug)["state"] == "published"
    assert faces.submission_url("nothing") is None
    assert faces.call_faces(["nothing"]).get("nothing") is None


def test_an_applicant_reads_marks_and_comments_as_the_rules_give_them():
    for scores, comments in ((False, False), (True, False), (False, True), (True, True)):
        world = open_world(publish_scores=scores, publish_comments=comments)
        make_sent(world)
        close(world)
        screen_all(world)
        [one] = world.submissions
        acts.assign(world.manager, one, world.jurors[0].person)
        acts.open_stage(world.manager, world.run("jury"))
        acts.declare_no_conflict(world.jurors[0], one)
        acts.send_assessment(
            world.jurors[0], one, {"effect": 5, "evidence": 5}, comment="Well done.", note="Between us."
        )
        acts.close_stage(world.manager, world.run("jury"))
        acts.open_stage(world.manager, world.run("deliberation"))
        sealed(world, GOLD)
        acts.publish(world.manager, world.fresh())
        found = queries.submission_page(one.applicant.user, one.uid).sheets
        assert [(sheet.marks, sheet.comment, sheet.note, str(sheet.juror)) for sheet in found] == (
            [({"effect": 5, "evidence": 5} if scores else {}, "Well done." if comments else "", "", "")]
            if scores or comments
            else []
        )


def test_how_an_entry_was_chosen(django_assert_max_num_queries):
    world = open_world()
    one, _two = judged(world, [[(5, 5)], [(1, 1)]])
    sealed(world, GOLD, NO)
    acts.publish(world.manager, world.fresh())
    decision = Decision.objects.select_related("submission__call").get(submission=one)
    with django_assert_max_num_queries(5):
        story = queries.chosen_story(decision)
    assert (story.ref, story.rank, story.tier) == (one.ref, 1, T("Gold"))
    assert [(str(step.title), step.detail) for step in story.steps] == [
        ("Call", "Open for 11 days"),
        ("Submissions", "2 submissions"),
        ("Screening", "2 passed, 0 did not, each told why"),
        ("Jury", "Assessments: 2; jurors: 1"),
        ("Deliberation", "1 accepted, 1 not"),
        ("Decision", "1 accepted"),
        ("Publication", ""),
    ]
    assert all(step.entry is not None for step in story.steps)
    rejected = Decision.objects.select_related("submission__call").get(result="rejected")
    assert queries.chosen_story(rejected) is None


def test_the_calls_state_of_a_submission_cannot_be_faked():
    world = open_world()
    judged(world, [[(5, 5)]])
    with pytest.raises(IntegrityError), transaction.atomic():
        Call.objects.filter(pk=world.call.pk).update(state="published")
    assert Submission.objects.filter(state="accepted").count() == 0
