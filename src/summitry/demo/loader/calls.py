"""The calls, each as far as its stage: from a draft to one whose entries have become cases or sessions."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from summitry.calls import acts, rulesets
from summitry.calls import stages as kinds
from summitry.calls.models import Call, Submission
from summitry.calls.rules import RuleSet
from summitry.demo.accounts import name_of
from summitry.demo.texts import read, text
from summitry.people.acts import add_affiliation
from summitry.people.models import Organisation, Role, User, scope_of

from . import papers, stages
from .entries import answers, entry
from .people import account_for
from .story import Story, Thread

APPLICANTS = 8


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
        """A day of the plan, and so many days later; of a stage by its key or its kind."""
        days = self.plan["days"]
        if name not in days:
            name = next(one.kind for one in rulesets.load(self.plan["template"]).stages if one.key == name)
        day = days[name]
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
        for stage in self.call.rules.stages:
            finish = until not in (stage.key, stage.kind)
            yield from stages.WORK[stage.kind](self, stage.key, finish)
            if not finish:
                return

    def end(self, key: str) -> datetime:
        """A quarter of an hour after a stage’s calendar ends, with the beginning of the next one."""
        keys = [one.key for one in self.call.rules.stages]
        return self.at(keys[keys.index(key) + 1], 0.01)

    @property
    def running(self) -> dict[str, Submission]:
        """Its entries but for those that the plan has screened out."""
        out = self.plan.get("screened_out", [])
        return {key: one for key, one in self.entries.items() if key not in out}

    # -- the call ---------------------------------------------------------------------------------
    def make(self) -> None:
        plan = self.plan
        parent = scope_of(self.story.gathering) if plan.get("parent") else ""
        self.call = acts.create_call(self.manager, slug=plan["slug"], rules=self.rules(), parent_scope=parent)
        if plan["until"] == "draft":
            return  # its manager appoints them
        duties = [("screener", Role.SCREENER), ("chair", Role.JURY_CHAIR)]
        duties += [(f"juror-{number}", Role.JUROR) for number in range(1, stages.JURORS + 1)]
        acting = {role for stage in self.call.rules.stages for role in kinds.kind(stage.kind).roles}
        for key, role in duties:
            if role not in acting:
                continue
            person = self.story.users[key].person
            acts.appoint(self.manager, self.call, person, role, label=name_of(key))

    def rules(self) -> RuleSet:
        """The template's rules with this call's words, dates and outcome."""
        plan = self.plan
        found = rulesets.load(plan["template"])
        ends = {one.key: self.at(later.key) for one, later in pairwise(found.stages)}
        ends |= {one.key: self.at(one.key, 1) for one in found.stages if one.option("embargo")}
        more = plan.get("options", {})
        rows = tuple(
            replace(
                one,
                opens_at=self.at(one.key),
                closes_at=ends.get(one.key),
                options={**one.options, **more.get(one.key, {})},
            )
            for one in found.stages
        )
        options = {"gathering": plan["parent"]} if plan.get("parent") else found.outcome_options
        return replace(
            found,
            title=text(plan["title"]),
            summary=text(plan["summary"]),
            opens_at=self.at("opens"),
            closes_at=self.at("closes"),
            stages=rows,
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
            body = self._body(user, number) if self.plan.get("organisations") else None
            submission = acts.start_draft(user, self.call, language="en")
            row = entry(key)
            given = answers(self.call.rules, row, self.at("opens").year - 1)
            category = self._category(row, number)
            submission = acts.save_draft(user, submission, given, category=category, organisation=body)
            if send:
                for field in papers.asked(self.call.rules):
                    acts.upload(user, submission, field, papers.sheet(str(row["title"].get("en"))))
                self.entries[key] = acts.submit(user, submission)

    def _body(self, user: User, number: int) -> Organisation:
        """The sample organisation for which somebody applies."""
        name = text(read("calls")["organisation"], n=number % APPLICANTS + 1)
        return add_affiliation(user, user.person, organisation_name=name).organisation

    def _category(self, row: dict[str, Any], number: int) -> str:
        if wanted := self.plan.get("categories"):
            return str(wanted[number % len(wanted)])
        keys = [one.key for one in self.call.rules.categories]
        fits = [key for key in keys if row["category"] in key]
        return (fits or keys or [""])[0]
