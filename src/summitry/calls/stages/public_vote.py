"""Public vote: every account with a confirmed address has a voice. The public never decides alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from summitry.people.models import Person
from summitry.text.moments import exact

from ..codec import Problem
from .base import Door, Pen, StageKind, Weighed, Weighing, register

if TYPE_CHECKING:
    from ..models import StageRun, Submission
    from ..rules import RuleSet, Stage


@register
class PublicVote(StageKind):
    """Each account votes for up to `choices` entries (one, unless said; in each category where the order is
    made by category). `account_days`: it must have been so old when the stage opened. `per_origin`: at most
    so many accounts of one network vote within an hour. The calendar's end binds voters; the stage stays open
    after it until the manager has looked at the votes. Nobody sees a count before it is closed."""

    key = "public_vote"
    label = _("public vote")
    allows = frozenset({"vote"})
    ordering = True
    voiced = True
    options = {"choices": int, "account_days": int, "per_origin": int}
    doors = (Door("calls.see_votes", "calls:votes", _("Votes"), by_stage=True),)
    front = "calls:vote"
    icon = "ballot"

    def problems(self, stage: "Stage", rules: "RuleSet", path: str) -> Iterator[Problem]:
        yield from super().problems(stage, rules, path)
        for name in self.options:
            value = stage.option(name)
            if isinstance(value, int) and not 1 <= value <= 10_000:
                yield Problem(
                    f"{path}.options.{name}", gettext("must be from 1 to %(most)d") % {"most": 10_000}
                )
        if stage.option("keep") is not None:
            yield Problem(
                f"{path}.options.keep", gettext("the public never decides alone who goes on: it has a share")
            )
        title = rules.by_role("title")
        if title is None or title.visibility != "public" or (rules.blind and title.identifies):
            yield Problem(path, gettext("the public must see what it votes for: the title is not public"))

    def blockers(self, run: "StageRun") -> list[str]:
        if run.closes_at is None or run.closes_at < timezone.now():
            return []
        return [gettext("The vote goes on until %(moment)s.") % {"moment": exact(run.closes_at)}]

    def closing(self, run: "StageRun") -> dict[str, int]:
        running = run.call.submissions.in_the_running()
        found = run.public_votes.filter(submission__in=running).aggregate(
            votes=Count("pk", filter=Q(set_aside=None)),
            accounts=Count("voter", filter=Q(set_aside=None), distinct=True),
            set_aside=Count("pk", filter=Q(set_aside__isnull=False)),
        )
        return {name: int(count) for name, count in found.items()}

    def told(self, counts: Mapping[str, int]) -> str:
        votes = counts.get("votes", 0)
        said = ngettext("%(count)d vote of the public", "%(count)d votes of the public", votes)
        return said % {"count": votes}

    def sealed(self, run: "StageRun") -> None:
        run.public_votes.exclude(origin="").update(origin="")

    def heard(self, run: "StageRun", persons: Iterable[int]) -> set[tuple[int, int]]:
        return set(run.public_votes.filter(voter__in=persons).values_list("voter_id", "submission_id"))

    def void(self, run: "StageRun", submission: "Submission", person: Person) -> None:
        run.public_votes.filter(submission=submission, voter=person).delete()

    def gather(self, run: "StageRun", entries: "Sequence[Submission]", pen: Pen) -> dict[str, Any]:
        """Votes that count and votes that were set aside, by entry. Of the voters nothing."""
        counted, aside = counts(run)
        return {
            "by_category": run.call.rules.decision.by_category,
            "votes": {entry.ref: counted.get(entry.pk, 0) for entry in entries},
            "set_aside": {entry.ref: aside[entry.pk] for entry in entries if aside.get(entry.pk)},
        }

    def weigh(self, data: Mapping[str, Any], entries: Mapping[str, str], ties: Sequence[str]) -> Weighing:
        """The number of votes, from 0 to the most that an entry has. By category: in percent of the most that
        an entry of the same category has, so that a share weighs as much in a small category as in a large
        one."""
        votes = {ref: int(data["votes"].get(ref, 0)) for ref in entries}
        best: dict[str, int] = {}
        for ref, category in entries.items():
            place = category if data["by_category"] else ""
            best[place] = max(best.get(place, 0), votes[ref])
        found = {}
        for ref, category in entries.items():
            value = Fraction(votes[ref])
            if data["by_category"] and best[category]:
                value = value / best[category] * 100
            found[ref] = Weighed(value, (), votes[ref])
        high = Fraction(100) if data["by_category"] else Fraction(best.get("", 0))
        return Weighing(found, Fraction(0), high, {"set_aside": dict(data["set_aside"])})


def counts(run: "StageRun") -> tuple[dict[int, int], dict[int, int]]:
    """(votes that count, votes set aside) by entry. One query."""
    found = (
        run.public_votes.order_by()
        .values_list("submission")
        .annotate(counted=Count("pk", filter=Q(set_aside=None)), all=Count("pk"))
    )
    rows = list(found)
    return (
        {pk: counted for pk, counted, _all in rows if counted},
        {pk: every - counted for pk, counted, every in rows if every > counted},
    )
