"""A small call with a supplement, a merger and a notice period, from opening to a sealed verdict; and what is
kept of the people in it."""

import json
from datetime import timedelta

import jsonschema
import pytest
from django.utils import timezone

from summitry.calls import acts, personal, verdicts
from summitry.calls.models import Decision, Elimination, Objection, StageRun, Submission
from summitry.calls.rules import DecisionRule, Field, Stage
from summitry.people.acts.erasure import erase
from summitry.people.models import scope_of
from summitry.people.tests.factories import make_institution, make_user
from summitry.record.models import Entry, Opening
from summitry.record.queries import entries_about

from .factories import FIELDS, STAGES, T, close, make_sent, mark, open_world, rules, screen_all

pytestmark = pytest.mark.django_db

COSTS = Field("costs", "line", T("Costs"), required=True, stage="more")
WORDS = "Olga Objector knows that this was never built."


@pytest.fixture(autouse=True)
def _institution():
    make_institution()


def stages():
    end = timezone.now() + timedelta(days=20)
    return (
        STAGES[0],
        Stage("more", "supplement", T("More"), closes_at=end, options={"required": True}),
        Stage("join", "merge", T("Joining"), options={"edit": True}),
        STAGES[1],
        Stage("notice", "object", T("Notice"), options={"days": 14}),
        *STAGES[2:],
    )


def pass_time(world, key, **times):
    StageRun.objects.filter(call=world.call, key=key).update(**times)


def supplemented(world):
    """All but the last send what is asked; the stage is closed."""
    acts.open_stage(world.manager, world.run("more"))
    for entry in world.submissions[:-1]:
        user = entry.applicant.user
        acts.save_draft(user, entry, {"costs": "Nine"}, stage="more")
        acts.send_supplement(user, entry, world.run("more"))
    pass_time(world, "more", closes_at=timezone.now() - timedelta(minutes=1))
    acts.close_stage(world.manager, world.run("more"))


def joined(world):
    """The second is taken up in the first, which is revised; the stage is closed."""
    acts.open_stage(world.manager, world.run("join"))
    first, second = world.submissions[:2]
    merger = acts.propose_merger(world.manager, world.run("join"), second, first, "They belong together.")
    for entry in (first, second):
        acts.answer_merger(entry.applicant.user, merger, True)
    second_user = second.applicant.user
    acts.save_draft(second_user, first, {"title": "Both in one", "summary": "Two."})
    acts.send_supplement(second_user, first, world.run("join"))
    acts.close_stage(world.manager, world.run("join"))


def marked(world):
    for entry in Submission.objects.in_the_running().filter(call=world.call).order_by("number"):
        for juror in world.jurors[:2]:
            acts.assign(world.manager, entry, juror.person)
    acts.open_stage(world.manager, world.run("jury"))
    for entry in Submission.objects.in_the_running().filter(call=world.call).order_by("number"):
        for juror in world.jurors[:2]:
            mark(juror, entry, 6 - (entry.number or 0), 4)
    acts.close_stage(world.manager, world.run("jury"))


def contested(world):
    """One objection to the third is upheld, one to the first dismissed; the stage is closed."""
    acts.open_stage(world.manager, world.run("notice"))
    objector, other = make_user(name="Olga Objector"), make_user()
    first, third = world.submissions[0], world.submissions[2]
    upheld = acts.object_to(objector, third, WORDS)
    acts.reply_to_objection(third.applicant.user, upheld, "Amal 2 says that it was.")
    acts.answer_objection(world.chair, upheld, True, "The register does not know it.")
    acts.answer_objection(world.chair, acts.object_to(other, first, "No."), False, "That is no reason.")
    pass_time(world, "notice", opened_at=timezone.now() - timedelta(days=15))
    acts.close_stage(world.manager, world.run("notice"))
    return objector


def whole(entries=5):
    world = open_world(rules(fields=(*FIELDS, COSTS), stages=stages(), decision=DecisionRule()), jurors=2)
    for n in range(entries):
        make_sent(world, make_user(name=f"Amal {n}"), title=f"Entry {n}")
    close(world)
    screen_all(world)
    supplemented(world)
    joined(world)
    marked(world)
    return world


def test_from_opening_to_the_seal():
    world = whole()
    contested(world)
    acts.open_stage(world.manager, world.run("deliberation"))
    first, second, third, fourth, fifth = world.submissions
    assert list(world.call.submissions.in_the_running().order_by("number")) == [first, fourth]
    sheet = {first.pk: acts.Choice("accepted"), fourth.pk: acts.Choice("rejected", reason="Too early.")}
    acts.decide(world.chair, world.fresh(), sheet)
    verdict = acts.seal_verdict(world.chair, world.fresh())
    assert verdicts.recompute(verdict.body) == verdict.body
    given = json.loads(verdict.body)
    assert [one["ref"] for one in given["inputs"]["entries"]] == [first.ref, fourth.ref]
    results = dict(Decision.objects.values_list("submission__number", "result"))
    assert results == {1: "accepted", 2: "rejected", 3: "rejected", 4: "rejected", 5: "rejected"}
    causes = dict(Elimination.objects.values_list("submission__number", "cause"))
    assert causes == {2: "merged", 3: "objection", 5: "absent"}
    reasons = {one.submission_id: one.reason.get("en") for one in Decision.objects.all()}
    assert first.ref in reasons[second.pk]
    assert reasons[third.pk] == "The register does not know it."
    assert "More" in reasons[fifth.pk]
    assert not any(word in verdict.body for word in ("Amal", "Olga", "Nine"))
    acts.publish(world.manager, world.fresh())
    first.refresh_from_db()
    assert (first.state, first.title.get("en"), first.answers["costs"]) == ("accepted", "Both in one", "Nine")
    kinds = [one.kind for one in entries_about(scope_of(world.call))]
    for kind, count in {"calls.merged": 1, "calls.objection": 2, "calls.objection_answered": 2}.items():
        assert kinds.count(kind) == count
    said = str([one.facts for one in Entry.objects.all()])
    assert not any(word in said for word in ("Amal", "Olga", "never built", "that it was"))


def test_a_decision_that_stood_on_the_sheet_goes_with_the_entry():
    world = whole()
    pass_time(world, "notice", state="open", opened_at=timezone.now())
    entry = world.submissions[2]
    Decision.objects.create(submission=entry, result="accepted")
    before = world.fresh().sheet
    made = acts.object_to(make_user(), entry, WORDS)
    acts.answer_objection(world.chair, made, True, "So it is.")
    assert (Decision.objects.count(), world.fresh().sheet) == (0, before + 1)


# -- what is kept of people -----------------------------------------------------------------------


def taken_away(user):
    given = personal.give(user)
    jsonschema.validate(given, personal.SCHEMA)
    return given


def test_everybody_takes_away_her_own_and_nobody_elses():
    world = whole()
    objector = contested(world)
    first, second, third = (one.applicant.user for one in world.submissions[:3])
    mine = taken_away(objector)
    assert [(one["ref"], one["words"], one["upheld"]) for one in mine["objections"]] == [
        (world.submissions[2].ref, WORDS, True)
    ]
    theirs = taken_away(third)
    assert [one["reply"] for one in theirs["objection_replies"]] == ["Amal 2 says that it was."]
    assert WORDS not in json.dumps(theirs)
    assert [(one["into"], one["agrees"]) for one in taken_away(second)["merger_answers"]] == [
        (world.submissions[0].ref, True)
    ]
    assert [one["stage"] for one in taken_away(first)["supplements"]] == ["more", "join"]
    assert [one["upheld"] for one in taken_away(world.chair)["objection_answers"]] == [True, False]
    assert [one["state"] for one in taken_away(world.manager)["merger_proposals"]] == ["agreed"]
    for key in personal.personal_asked.PARTS:
        assert taken_away(make_user())[key] == []


def test_an_objector_is_forgotten_and_her_open_objection_is_withdrawn():
    world = whole()
    objector = contested(world)
    acts.reopen_stage(world.manager, world.run("notice"), "New proof.")
    again = Objection.objects.get(person=objector.person)
    acts.answer_objection(world.chair, again, True, "Olga Objector was right.")
    open_one = acts_object(world, objector)
    erase(objector)
    again.refresh_from_db(), open_one.refresh_from_db()
    assert ("Olga" in again.words, "never built" in again.words) == (False, True)
    assert (open_one.words, open_one.withdrawn_at is None) == ("", False)


def acts_object(world, objector):
    pass_time(world, "notice", opened_at=timezone.now())
    return acts.object_to(objector, world.submissions[3], "Olga Objector says more.")


def test_an_applicant_is_forgotten_with_what_she_sent_and_replied():
    world = whole()
    contested(world)
    third = world.submissions[2]
    user = third.applicant.user
    erase(user)
    third.refresh_from_db()
    assert (third.state, third.answers, third.draft) == ("withdrawn", {}, {})
    assert "Amal" not in Objection.objects.get(submission=third).reply
    opened = Opening.objects.filter(name="answers", entry__subject=scope_of(third))
    assert opened.count() == 0


def test_a_chair_is_forgotten_and_her_reasons_stay_without_her_name():
    world = whole()
    acts.open_stage(world.manager, world.run("notice"))
    name = str(world.chair.person.name)
    made = acts.object_to(make_user(), world.submissions[0], WORDS)
    acts.answer_objection(world.chair, made, True, f"{name} has read the register.")
    erase(world.chair)
    made.refresh_from_db()
    out = Elimination.objects.get(cause="objection")
    for text in (made.answer, out.reason):
        assert (name in text.get("en"), "has read the register" in text.get("en")) == (False, True)
