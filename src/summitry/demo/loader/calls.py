"""The calls, each as far as its stage: from a draft to one whose entries have become cases or sessions."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from summitry.calls import acts, rulesets
from summitry.calls.models import Assignment, Call, StageRun, Submission
from summitry.calls.rules import RuleSet
from summitry.demo.accounts import name_of
from summitry.demo.texts import read, text
from summitry.people.models import Role, User, scope_of
from summitry.text.value import Text

from .entries import answers, entry
from .people import account_for
from .story import Story, Thread

JURORS = 5
APPLICANTS = 8
# How far the jurors of a call that is being scored have come: the share of their lists that they have sent.
DILIGENCE = {1: 0.5, 2: 0.0, 3: 0.25, 4: 1.0, 5: 1.0}


def threads(story: Story) -> Iterator[Thread]:
    for plan in read("calls")["calls"]:
        yield Telling(story, plan).tell()


class Telling:
    """One call's thread of the story, told by its people's acts at their times."""

    def __init__(self, story: Story, plan: dict[str, Any]):
        self.story, self.plan = story, plan
        self.chance = random.Random(plan["slug"])  # noqa: S311  (the same marks on every machine)
        self.call: Call
        self.entries: dict[str, Submission] = {}

    @property
    def manager(self) -> User:
        return self.story.users["call-manager"]

    def at(self, name: str, later: float = 0.0) -> datetime:
        """A day of the plan, and so many days later."""
        day = self.plan["days"][name]
        begins = self.story.ahead(day) if isinstance(day, int) else self.story.on(day)
        return begins + timedelta(days=later)

    def tell(self) -> Thread:
        until = self.plan["until"]
        yield self.at("made")
        self.make()
        if until == "draft":
            return
        yield self.at("opens")
        acts.open_call(self.manager, self.call)
        yield from self.submit()
        if until == "open":
            return
        yield self.at("closes", 0.1)
        self.call = acts.close_call(self.manager, self.call)
        yield from self.screen(finish=until != "screen")
        if until == "screen":
            return
        yield from self.score(finish=until != "score")
        if until == "score":
            return
        yield from self.decide(finish=until != "deliberate")

    # -- the call ---------------------------------------------------------------------------------
    def make(self) -> None:
        plan = self.plan
        parent = scope_of(self.story.gathering) if plan.get("parent") else ""
        self.call = acts.create_call(self.manager, slug=plan["slug"], rules=self.rules(), parent_scope=parent)
        if plan["until"] == "draft":
            return  # its manager appoints them
        duties = [("screener", Role.SCREENER), ("chair", Role.JURY_CHAIR)]
        duties += [(f"juror-{number}", Role.JUROR) for number in range(1, JURORS + 1)]
        for key, role in duties:
            person = self.story.users[key].person
            acts.appoint(self.manager, self.call, person, role, label=name_of(key))

    def rules(self) -> RuleSet:
        """The template's rules with this call's words, dates and outcome."""
        plan, day = self.plan, self.plan["days"]
        found = rulesets.load(plan["template"])
        ends = {"screen": "score", "score": "deliberate", "deliberate": "publish"}
        stages = tuple(
            replace(
                stage,
                opens_at=self.at(stage.kind) if stage.kind in day else None,
                closes_at=self.at(ends[stage.kind]) if stage.kind in ends else None,
            )
            for stage in found.stages
        )
        options = {"gathering": plan["parent"]} if plan.get("parent") else found.outcome_options
        return replace(
            found,
            title=text(plan["title"]),
            summary=text(plan["summary"]),
            opens_at=self.at("opens"),
            closes_at=self.at("closes"),
            stages=stages,
            outcome=plan.get("outcome", found.outcome),
            outcome_options={} if plan.get("outcome") else options,
        )

    # -- its entries ------------------------------------------------------------------------------
    def submit(self) -> Thread:
        sent = [(key, number, True) for number, key in enumerate(self.plan["entries"])]
        drafts = [(key, number, False) for number, key in enumerate(self.plan.get("drafts", []))]
        span = min(self.at("closes"), self.story.today) - self.at("opens") - timedelta(days=2)
        for place, (key, number, send) in enumerate(sent + drafts):
            yield self.at("opens", 1) + span * place / len(sent + drafts)
            user = account_for(self.story, f"applicant-{number % APPLICANTS + 1}")
            submission = acts.start_draft(user, self.call, language="en")
            row = entry(key)
            given = answers(self.call.rules, row, self.at("opens").year - 1)
            submission = acts.save_draft(user, submission, given, category=self._category(row))
            if send:
                self.entries[key] = acts.submit(user, submission)

    def _category(self, row: dict[str, Any]) -> str:
        keys = [one.key for one in self.call.rules.categories]
        fits = [key for key in keys if row["category"] in key]
        return (fits or keys or [""])[0]

    # -- its judges -------------------------------------------------------------------------------
    def run(self, kind: str) -> StageRun:
        return self.call.stages.get(kind=kind)

    def screen(self, finish: bool) -> Thread:
        screener = self.story.users["screener"]
        yield self.at("screen")
        acts.open_stage(self.manager, self.run("screen"))
        done = list(self.entries.items())[: None if finish else len(self.entries) // 3]
        for key, submission in done:
            yield self.at("screen", 0.5)
            failed = key in self.plan.get("screened_out", [])
            reason = text(read("calls")["screened_out"]) if failed else None
            acts.screen(screener, submission, not failed, reason=reason)
        if finish:
            yield self.at("screen", 0.9)
            acts.close_stage(self.manager, self.run("screen"))

    def score(self, finish: bool) -> Thread:
        yield self.at("score")
        acts.assign_all(self.manager, self.call)
        acts.open_stage(self.manager, self.run("score"))
        if not finish:
            yield self.at("score", 0.5)
            self._conflict()
        for number in range(1, JURORS + 1):
            juror = self.story.users[f"juror-{number}"]
            listed = self._list(juror)
            share = 1.0 if finish else DILIGENCE[number]
            for row in listed[: round(len(listed) * share)]:
                yield self.at("score", number)
                self._assess(juror, row.submission)
        if finish:
            yield self.at("score", JURORS + 1)
            acts.close_stage(self.manager, self.run("score"))

    def _list(self, juror: User) -> list[Assignment]:
        rows = Assignment.objects.filter(submission__call=self.call, juror=juror.person, ended_at=None)
        return list(rows.select_related("submission").order_by("submission__number"))

    def _conflict(self) -> None:
        """One juror steps back from one entry, and the entry goes to another."""
        juror = self.story.users["juror-5"]
        acts.declare_conflict(juror, self._list(juror)[0].submission, "")
        acts.assign_all(self.manager, self.call)

    def _assess(self, juror: User, submission: Submission) -> None:
        key = next(key for key, one in self.entries.items() if one.pk == submission.pk)
        quality = self.plan["quality"][self.plan["entries"].index(key)] / 100
        stage = self.run("score").rule
        quality += self.chance.uniform(-0.04, 0.04)  # jurors differ, but not so much that the order turns
        marks, owed = {}, 0.0
        for criterion in stage.criteria:  # whole marks whose weighted mean comes near the quality
            wanted = (criterion.low + quality * (criterion.high - criterion.low)) * criterion.weight
            mark = round(min(max((wanted + owed) / criterion.weight, criterion.low), criterion.high))
            owed += wanted - mark * criterion.weight
            marks[criterion.key] = mark
        comment = text(self.chance.choice(read("calls")["comments"])).get("en")
        acts.declare_no_conflict(juror, submission)
        acts.send_assessment(juror, submission, marks, comment=comment)

    # -- its verdict ------------------------------------------------------------------------------
    def decide(self, finish: bool) -> Thread:
        chair = self.story.users["chair"]
        yield self.at("deliberate")
        acts.open_stage(self.manager, self.run("deliberate"))
        if not finish:
            return
        yield self.at("deliberate", 3)
        acts.decide(chair, self.call, self._choices())
        acts.seal_verdict(chair, self.call)
        yield self.at("publish")
        self.call = acts.publish(self.manager, self.call)

    def _choices(self) -> dict[int, acts.Choice]:
        words = read("calls")
        swap = self.plan.get("departure", {})
        running = [key for key in self.plan["entries"] if key not in self.plan.get("screened_out", [])]
        wanted = running[: self.plan["accept"]]
        if swap:
            wanted = [swap["in"] if key == swap["out"] else key for key in wanted]
        tiers = self.call.rules.decision.tiers
        choices = {}
        for key in running:
            departs = text(words["departure"]) if key in swap.values() else Text()
            tier = tiers[0].key if tiers else ""
            if key in wanted:
                choice = acts.Choice("accepted", tier, departure_reason=departs)
            else:
                choice = acts.Choice("rejected", reason=text(words["rejection"]), departure_reason=departs)
            choices[self.entries[key].pk] = choice
        return choices
