"""After the seal: the organ approves or sends back, units are given out, stages are opened again, auditors
compute verdicts again."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from summitry.calls import acts, checks, verdicts
from summitry.calls.models import Approval, Conflict, Elimination
from summitry.calls.queries import verdict as asked
from summitry.calls.rules import DecisionRule, Stage, Unit
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_user
from summitry.record.models import Entry
from summitry.text.value import Text
from tests.worlds import remembered

from .factories import (
    GOLD,
    NO,
    SILVER,
    STAGES,
    close,
    decide,
    judged,
    make_sent,
    mark,
    open_world,
    rules,
    screen_all,
)

pytestmark = pytest.mark.django_db

T = Text.of
COUNCIL = Stage("council", "approve", T("Council"))
SLOTS = Stage(
    "slots",
    "allocate",
    T("Slots"),
    units=(Unit("long", T("90 minutes"), 1), Unit("short", T("30 minutes"), 2)),
)
WITH_COUNCIL = (*STAGES[:-1], COUNCIL, STAGES[-1])
WITH_SLOTS = (*STAGES[:-1], SLOTS, STAGES[-1])
MARKS = [[(5, 5)], [(4, 4)], [(1, 1)]]


def organ_of(world):
    return make_user(Role.ORGAN, scope_of(world.call))


@remembered
def at_council():
    """A sealed verdict; the council's stage is open."""
    world = open_world(stages=WITH_COUNCIL)
    judged(world, MARKS)
    call = decide(world, GOLD, SILVER, NO)
    verdict = acts.seal_verdict(world.chair, call, call.sheet)
    acts.open_stage(world.manager, world.run("council"))
    return world, verdict


# -- approval -------------------------------------------------------------------------------------


def test_the_organs_yes_closes_the_stage_and_publication_can_follow():
    world, verdict = at_council()
    with pytest.raises(ValidationError):  # not before the organ has spoken
        acts.publish(world.manager, world.fresh())
    organ = organ_of(world)
    said = acts.approve_verdict(organ, world.run("council"), verdict.digest, True, minutes="C/12")
    assert acts.approve_verdict(organ, world.run("council"), verdict.digest, True) == said
    assert world.run("council").state == "closed"
    entry = Entry.objects.get(kind="calls.approved")
    assert (entry.facts["verdict"], entry.facts["minutes"]) == (verdict.digest, "C/12")
    assert acts.publish(world.manager, world.fresh()).is_published


def test_sent_back_the_verdict_is_superseded_and_the_chair_decides_anew():
    world, verdict = at_council()
    organ = organ_of(world)
    with pytest.raises(ValidationError, match="Say why"):
        acts.approve_verdict(organ, world.run("council"), verdict.digest, False)
    acts.approve_verdict(organ, world.run("council"), verdict.digest, False, reason="Two from one region.")
    call = world.fresh()
    assert (call.state, world.run("deliberation").state, world.run("council").state) == (
        "closed",
        "open",
        "pending",
    )
    assert Entry.objects.get(kind="calls.sent_back").facts["reason"]["en"] == "Two from one region."
    verdict.refresh_from_db()
    assert verdict.superseded_at is not None
    with pytest.raises(LookupError):
        _ = call.verdict
    again = acts.seal_verdict(world.chair, call, call.sheet)
    assert (again.number, verdicts.recompute(again.body)) == (2, again.body)
    acts.open_stage(world.manager, world.run("council"))
    with pytest.raises(ValidationError, match="another one now"):
        acts.approve_verdict(organ, world.run("council"), verdict.digest, True)
    acts.approve_verdict(organ, world.run("council"), again.digest, True)
    assert acts.publish(world.manager, world.fresh()).is_published


@pytest.mark.parametrize("who", ["manager", "chair", "screener", "secretariat", "stranger"])
def test_nobody_but_the_organ_approves(who):
    world, verdict = at_council()
    found = {"secretariat": lambda: make_user(Role.SECRETARIAT), "stranger": make_user}
    user = found[who]() if who in found else getattr(world, who)
    with pytest.raises(PermissionDenied):
        acts.approve_verdict(user, world.run("council"), verdict.digest, True)
    assert Approval.objects.count() == 0


def test_whoever_has_a_conflict_does_not_speak_for_the_organ():
    world, verdict = at_council()
    organ = organ_of(world)
    Conflict.objects.create(submission=world.submissions[2], juror=organ.person)
    with pytest.raises(ValidationError, match="conflict of interest in this call"):
        acts.approve_verdict(organ, world.run("council"), verdict.digest, True)


def test_the_organ_sees_decisions_but_neither_marks_nor_what_a_conflict_hides(client):
    world, _verdict = at_council()
    organ = organ_of(world)
    hidden = world.submissions[1]
    Conflict.objects.create(submission=hidden, juror=organ.person)
    client.force_login(organ)
    page = client.get(reverse("calls:approval", args=[world.call.slug, "council"]))
    shown = [(one.submission.ref, place) for one, place, _title in page.context["rows"]]
    assert shown == [(world.submissions[0].ref, 1), (world.submissions[2].ref, 2)]  # no gap tells of it
    other = asked.places(organ_of(world), world.fresh())
    assert other == {one.pk: at for at, one in enumerate(world.submissions, 1)}
    assert hidden.ref not in page.content.decode()
    assert page.context["work"].hidden == 1
    entry = client.get(reverse("calls:entry", args=[world.call.slug, world.submissions[0].ref]))
    assert (entry.status_code, entry.context["sheets"]) == (200, [])
    assert client.get(reverse("calls:entry", args=[world.call.slug, hidden.ref])).status_code == 404


def test_the_approval_page_approves_and_sends_back(client):
    world, verdict = at_council()
    client.force_login(organ_of(world))
    address = reverse("calls:approval", args=[world.call.slug, "council"])
    assert client.post(address, {"do": "moon", "verdict": verdict.digest}).status_code == 403
    assert client.post(address, {"do": "return", "verdict": verdict.digest}).status_code == 422
    assert client.post(address, {"do": "approve", "verdict": verdict.digest}).status_code == 302
    assert Approval.objects.get().approved


def test_the_button_to_publish_waits_for_the_organ_and_says_so(client):
    world, verdict = at_council()
    client.force_login(world.manager)
    address, desk = (reverse(f"calls:{name}", args=[world.call.slug]) for name in ("publish", "manage"))
    page = client.get(address).content.decode()
    assert "The stage “Council” must be closed first." in page
    assert '<button class="btn" disabled>Publish now</button>' in page
    assert "Look at the answers and publish" not in client.get(desk).content.decode()
    acts.approve_verdict(organ_of(world), world.run("council"), verdict.digest, True)
    page = client.get(address).content.decode()
    assert "must be closed first" not in page
    assert '<button class="btn act">Publish now</button>' in page
    assert "Look at the answers and publish" in client.get(desk).content.decode()


def test_what_comes_after_the_answers_is_told_also_where_nothing_does(client):
    world = open_world()
    client.force_login(world.manager)
    address = reverse("calls:answers", args=[world.call.slug])
    assert "nothing is left to do here" in client.get(address).content.decode()
    other = open_world(decision=DecisionRule(places=1, reserve=1))
    client.force_login(other.manager)
    address = reverse("calls:answers", args=[other.call.slug])
    assert "nothing is left to do here" not in client.get(address).content.decode()


@pytest.mark.parametrize("entries", [1, 3])
def test_the_approval_costs_the_same_for_one_and_three(entries, client, django_assert_num_queries):
    world = open_world(stages=WITH_COUNCIL)
    judged(world, MARKS[:entries])
    call = decide(world, GOLD, SILVER, NO)
    acts.seal_verdict(world.chair, call, call.sheet)
    acts.open_stage(world.manager, world.run("council"))
    organ = organ_of(world)
    run = world.run("council")
    with django_assert_num_queries(6):
        asked.approving(organ, run)
        list(asked.decided_entries(organ, run.call))


# -- allocation -----------------------------------------------------------------------------------


@remembered
def at_slots(*choices):
    world = open_world(stages=WITH_SLOTS)
    judged(world, MARKS)
    call = decide(world, *(choices or (GOLD, SILVER, SILVER)))
    acts.seal_verdict(world.chair, call, call.sheet)
    acts.open_stage(world.manager, world.run("slots"))
    return world


def test_units_are_given_out_best_first_and_no_more_than_there_are():
    world = at_slots()
    one, two, three = world.submissions
    assert acts.allocate_all(world.manager, world.run("slots")) == 3
    given = dict(world.run("slots").allocations.values_list("submission", "unit"))
    assert given == {one.pk: "long", two.pk: "short", three.pk: "short"}
    with pytest.raises(ValidationError, match="there are 1 and 2 are given out"):
        acts.allocate(world.manager, world.run("slots"), {two.pk: "long"})
    acts.allocate(world.manager, world.run("slots"), {one.pk: "", two.pk: "long"})
    with pytest.raises(ValidationError, match="1 accepted entry has no unit yet"):
        acts.close_stage(world.manager, world.run("slots"))
    acts.allocate(world.manager, world.run("slots"), {one.pk: "short"})
    acts.close_stage(world.manager, world.run("slots"))
    assert Entry.objects.filter(kind="calls.stage_closed").last().facts["counts"] == {"long": 1, "short": 2}
    assert acts.publish(world.manager, world.fresh()).is_published


def test_the_places_beside_units_leave_no_gap_where_an_entry_is_hidden():
    world = at_slots()
    Conflict.objects.create(submission=world.submissions[1], juror=world.manager.person)
    rows = asked.allocating(world.manager, world.run("slots")).rows
    assert [(row.submission, row.rank) for row in rows] == [
        (world.submissions[0], 1),
        (world.submissions[2], 2),
    ]


def test_what_cannot_be_allocated():
    world = at_slots(GOLD, SILVER, NO)
    one, _two, three = world.submissions
    run = world.run("slots")
    with pytest.raises(ValidationError, match="not before you"):  # it was rejected
        acts.allocate(world.manager, run, {three.pk: "long"})
    with pytest.raises(ValidationError) as found:
        acts.allocate(world.manager, run, {one.pk: "moon"})
    assert found.value.message_dict == {f"unit_{one.pk}": ["There is no such unit."]}
    with pytest.raises(PermissionDenied):
        acts.allocate(world.chair, run, {one.pk: "long"})
    assert run.allocations.count() == 0


def test_the_allocation_page_saves_and_fills(client):
    world = at_slots()
    one = world.submissions[0]
    client.force_login(world.manager)
    address = reverse("calls:allocation", args=[world.call.slug, "slots"])
    saved = client.post(address, {f"unit_{one.pk}": "short"}, follow=True)
    assert (saved.redirect_chain[0][1], "Saved." in saved.content.decode()) == (302, True)
    assert client.post(address, {f"unit_{one.pk}": "moon"}).status_code == 422
    assert client.post(address, {"do": "fill"}).status_code == 302
    assert [row.unit for row, _title, _unit in client.get(address).context["rows"]] == [
        "short",
        "long",
        "short",
    ]


@pytest.mark.parametrize(
    ("units", "places", "said"),
    [
        ((), None, ["there is nothing to give out"]),
        ((Unit("a", T("A"), 0),), None, ["must be at least 1"]),
        ((Unit("a", T("A"), 2), Unit("a", T("A"), 2)), None, ["this key is used twice"]),
        ((Unit("a", T("A"), 2),), 3, ["3 entries may be accepted and there are 2 units"]),
    ],
)
def test_units_that_contradict_themselves(units, places, said):
    found = rules(stages=(*STAGES[:-1], replace(SLOTS, units=units), STAGES[-1]))
    found = replace(found, decision=replace(found.decision, places=places, tiers=()))
    assert [one.message for one in checks.problems(found) if one.path.startswith("stages.slots")] == said


def test_stages_stand_on_their_side_of_the_decision():
    wrong = rules(stages=(COUNCIL, *STAGES))
    assert [(one.path, one.message) for one in checks.problems(wrong)] == [
        ("stages.screening", "it has to come before the stage “Council”")
    ]


# -- opened again ---------------------------------------------------------------------------------


def test_a_stage_is_opened_again_by_a_recorded_act_and_what_its_closing_did_is_taken_back():
    jury = replace(STAGES[1], options={"per_entry": 2, "keep": 1})
    world = open_world(stages=(STAGES[0], jury, *STAGES[2:]))
    one, two, three = judged(world, [[(5, 5)], [(4, 4)], [(3, 3)]])
    assert list(Elimination.objects.order_by("pk").values_list("submission", "cause")) == [
        (two.pk, "not_kept"),
        (three.pk, "not_kept"),
    ]
    assert [entry.pk for entry in world.call.submissions.in_the_running()] == [one.pk]
    with pytest.raises(ValidationError, match="Say why"):
        acts.reopen_stage(world.manager, world.run("jury"), " ")
    with pytest.raises(PermissionDenied):
        acts.reopen_stage(world.chair, world.run("jury"), "A mark is missing")
    run = acts.reopen_stage(world.manager, world.run("jury"), "A mark is missing")
    assert (run.state, run.reopened, world.run("deliberation").state) == ("open", 1, "pending")
    assert world.call.submissions.in_the_running().count() == 3
    facts = Entry.objects.get(kind="calls.stage_reopened").facts
    assert (facts["key"], facts["times"], facts["reason"]["en"]) == (
        "jury",
        1,
        "A mark is missing",
    )
    acts.assign(world.manager, three, world.jurors[1].person)
    mark(world.jurors[1], three, 5, 5)
    acts.close_stage(world.manager, world.run("jury"))
    acts.open_stage(world.manager, world.run("deliberation"))
    assert acts.reopen_stage(world.manager, world.run("deliberation"), "x").reopened == 0  # it is open


def test_those_not_kept_are_told_the_stage_in_their_own_language():
    jury = replace(STAGES[1], options={"keep": 1})
    world = open_world(stages=(STAGES[0], jury, *STAGES[2:]))
    _one, two = judged(world, [[(5, 5)], [(4, 4)]])
    call = decide(world, GOLD)
    acts.seal_verdict(world.chair, call, call.sheet)
    decision = two.decision
    assert (decision.result, decision.words.get("en")) == (
        "rejected",
        "It was not among those that go on from the stage “Jury”.",
    )
    assert set(decision.words.values) == {"ar", "en", "es", "fr", "ru", "zh-hans"}


def test_after_publication_nothing_is_opened_again():
    world = open_world()
    judged(world, MARKS)
    call = decide(world, GOLD, SILVER, NO)
    acts.seal_verdict(world.chair, call, call.sheet)
    acts.publish(world.manager, world.fresh())
    with pytest.raises(ValidationError, match="have their answers"):
        acts.reopen_stage(world.manager, world.run("deliberation"), "x")
    world = open_world()
    make_sent(world)
    close(world)
    screen_all(world)
    with pytest.raises(ValidationError, match="has not been opened"):
        acts.reopen_stage(world.manager, world.run("jury"), "x")


def test_reopening_asks_for_a_reason_and_says_what_it_takes_back(client):
    world = open_world()
    judged(world, MARKS)
    call = decide(world, GOLD, SILVER, NO)
    acts.seal_verdict(world.chair, call, call.sheet)
    client.force_login(world.manager)
    address = reverse("calls:reopen_stage", args=[world.call.slug, "jury"])
    page = client.get(address)
    assert [one.key for one in page.context["later"]] == ["deliberation"]
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "A juror erred"}).status_code == 302
    assert (
        world.run("jury").state,
        world.fresh().state,
        world.call.verdicts.get().superseded_at is None,
    ) == (
        "open",
        "closed",
        False,
    )


# -- the audit ------------------------------------------------------------------------------------


@remembered
def sealed_world():
    world = open_world()
    judged(world, MARKS)
    call = decide(world, GOLD, SILVER, NO)
    return world, acts.seal_verdict(world.chair, call, call.sheet)


def test_an_auditor_reads_the_sealed_text_and_sees_that_it_computes_again(client):
    world, verdict = sealed_world()
    auditor = make_user(Role.AUDITOR)
    client.force_login(auditor)
    page = client.get(reverse("calls:audit", args=[world.call.slug]))
    assert [(one.verdict, one.holds, one.entry.facts["verdict"]) for one in page.context["verdicts"]] == [
        (verdict, True, verdict.digest)
    ]
    answer = client.get(reverse("calls:verdict", args=[world.call.slug, 1]))
    assert answer.content.decode() == verdict.body
    assert client.get(reverse("calls:verdict", args=[world.call.slug, 2])).status_code == 404


@pytest.mark.parametrize("who", ["manager", "chair", "screener", "juror", "secretariat", "conflicted"])
def test_the_sealed_text_is_for_auditors_without_a_conflict(who, client):
    world, _verdict = sealed_world()
    users = {
        "juror": lambda: world.jurors[0],
        "secretariat": lambda: make_user(Role.SECRETARIAT),
        "conflicted": lambda: make_user(Role.AUDITOR),
    }
    user = users[who]() if who in users else getattr(world, who)
    if who == "conflicted":
        Conflict.objects.create(submission=world.submissions[0], juror=user.person)
    client.force_login(user)
    for name, args in (("audit", []), ("verdict", [1])):
        assert client.get(reverse(f"calls:{name}", args=[world.call.slug, *args])).status_code == 403
