"""What the demonstration's people do in each kind of stage, by their acts and at their times.

Each takes the call's telling, the stage's key, and whether the work is finished or left in the middle."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from summitry.calls import acts
from summitry.calls.models import Assignment, StageRun, Submission
from summitry.demo.texts import read, text
from summitry.people.models import User
from summitry.text.value import Text

from .people import account_for

if TYPE_CHECKING:
    from .calls import Telling
    from .story import Thread

JURORS = 5
VOTERS = 8
# How far the jurors of a call that is being scored have come: the share of their lists that they have sent.
DILIGENCE = {1: 0.5, 2: 0.0, 3: 0.25, 4: 1.0, 5: 1.0}


def _run(told: Telling, key: str) -> StageRun:
    return told.call.stages.get(key=key)


def _begin(told: Telling, key: str) -> Thread:
    yield told.at(key)
    acts.open_stage(told.manager, _run(told, key))


def screen(told: Telling, key: str, finish: bool) -> Thread:
    yield from _begin(told, key)
    screener = told.story.users["screener"]
    standing = set(told.call.submissions.in_the_running().values_list("pk", flat=True))
    before = [(name, one) for name, one in told.entries.items() if one.pk in standing]
    for name, submission in before[: None if finish else len(before) // 3]:
        yield told.at(key, 0.5)
        failed = name in told.plan.get("screened_out", [])
        reason = text(read("calls")["screened_out"]) if failed else None
        acts.screen(screener, submission, not failed, reason=reason)
    if finish:
        yield told.at(key, 0.9)
        acts.close_stage(told.manager, _run(told, key))


def score(told: Telling, key: str, finish: bool) -> Thread:
    yield told.at(key)
    acts.assign_all(told.manager, told.call, most=told.plan.get("most"))
    acts.open_stage(told.manager, _run(told, key))
    if not finish:
        yield told.at(key, 0.5)
        _conflict(told)
    for number in range(1, JURORS + 1):
        juror = told.story.users[f"juror-{number}"]
        listed = _list(told, juror)
        share = 1.0 if finish else DILIGENCE[number]
        for row in listed[: round(len(listed) * share)]:
            yield told.at(key, number)
            _assess(told, key, juror, row.submission)
    if finish:
        yield told.at(key, JURORS + 1)
        acts.close_stage(told.manager, _run(told, key))


def _list(told: Telling, juror: User) -> list[Assignment]:
    rows = Assignment.objects.filter(submission__call=told.call, juror=juror.person, ended_at=None)
    return list(rows.select_related("submission").order_by("submission__number"))


def _conflict(told: Telling) -> None:
    """One juror steps back from one entry, and the entry goes to another."""
    juror = told.story.users["juror-5"]
    acts.declare_conflict(juror, _list(told, juror)[0].submission, "")
    acts.assign_all(told.manager, told.call)


def _assess(told: Telling, key: str, juror: User, submission: Submission) -> None:
    name = next(name for name, one in told.entries.items() if one.pk == submission.pk)
    quality = told.plan["quality"][told.plan["entries"].index(name)] / 100
    quality += told.chance.uniform(-0.04, 0.04)  # jurors differ, but not so much that the order turns
    marks, owed = {}, 0.0
    for criterion in _run(told, key).rule.rubric(submission.category):
        # whole marks whose weighted mean comes near the quality
        wanted = (criterion.low + quality * (criterion.high - criterion.low)) * criterion.weight
        mark = round(min(max((wanted + owed) / criterion.weight, criterion.low), criterion.high))
        owed += wanted - mark * criterion.weight
        marks[criterion.key] = mark
    comment = text(told.chance.choice(read("calls")["comments"])).get("en")
    acts.declare_no_conflict(juror, submission)
    acts.send_assessment(juror, submission, marks, comment=comment)


def vote(told: Telling, key: str, finish: bool) -> Thread:
    """The first visitors vote, each from her own network; none for an entry of her own."""
    yield from _begin(told, key)
    standing = list(told.call.submissions.in_the_running().select_related("applicant").order_by("number"))
    for number in range(1, VOTERS + 1):
        yield told.at(key, number / 4)
        user = account_for(told.story, f"applicant-{number}")
        others = [one for one in standing if one.applicant.user_id != user.pk]
        acts.cast_vote(user, told.chance.choice(others), address=f"192.0.2.{number}")
    if finish:
        yield told.end(key)
        acts.close_stage(told.manager, _run(told, key))


def notice(told: Telling, key: str, finish: bool) -> Thread:
    """Entries stand in public; where the plan says so a member objects to one."""
    yield from _begin(told, key)
    if objected := told.plan.get("objection"):
        yield told.at(key, 2)
        words = text(read("calls")["objection"]).get("en")
        acts.object_to(told.story.users["delegate"], told.entries[objected], words)
    if finish:
        yield told.end(key)
        acts.close_stage(told.manager, _run(told, key))


def deliberate(told: Telling, key: str, finish: bool) -> Thread:
    chair = told.story.users["chair"]
    yield from _begin(told, key)
    if finish:
        yield told.at(key, 3)
        acts.decide(chair, told.call, _choices(told))
        acts.seal_verdict(chair, told.call)


def _choices(told: Telling) -> dict[int, acts.Choice]:
    words = read("calls")
    swap = told.plan.get("departure", {})
    wanted = list(told.running)[: told.plan["accept"]]
    if swap:
        wanted = [swap["in"] if key == swap["out"] else key for key in wanted]
    tiers = told.call.rules.decision.tiers
    choices = {}
    for key, submission in told.running.items():
        departs = text(words["departure"]) if key in swap.values() else Text()
        tier = tiers[0].key if tiers else ""
        if key in wanted:
            choice = acts.Choice("accepted", tier, departure_reason=departs)
        else:
            choice = acts.Choice("rejected", reason=text(words["rejection"]), departure_reason=departs)
        choices[submission.pk] = choice
    return choices


def approve(told: Telling, key: str, finish: bool) -> Thread:
    yield from _begin(told, key)
    if finish:
        yield told.at(key, 2)
        acts.approve_verdict(told.story.users["organ"], _run(told, key), told.call.verdict.digest, True)


def allocate(told: Telling, key: str, finish: bool) -> Thread:
    yield from _begin(told, key)
    if finish:
        yield told.at(key, 1)
        acts.allocate_all(told.manager, _run(told, key))
        acts.close_stage(told.manager, _run(told, key))


def publish(told: Telling, key: str, finish: bool) -> Thread:
    yield told.at(key)
    told.call = acts.publish(told.manager, told.call)


WORK: dict[str, Callable[[Telling, str, bool], Thread]] = {
    "screen": screen,
    "score": score,
    "public_vote": vote,
    "object": notice,
    "deliberate": deliberate,
    "approve": approve,
    "allocate": allocate,
    "publish": publish,
}
