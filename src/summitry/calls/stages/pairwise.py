"""Pairwise comparison: jurors are shown two entries at a time and say which is the stronger."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from summitry.engines import pairwise
from summitry.people.models import Person, Role, User

from ..codec import Problem
from .base import Door, Pen, Sight, StageKind, Weighed, Weighing, register

if TYPE_CHECKING:
    from ..models import StageRun, Submission
    from ..rules import RuleSet, Stage

PER_ENTRY = 4


def wanted(run: "StageRun", entries: int) -> int:
    """In how many comparisons each of so many entries must be before the stage can close: what the rules say,
    as far as one juror alone could give it."""
    asked: int = run.rule.option("per_entry", PER_ENTRY)
    return max(0, min(asked, entries - 1))


@register
class Pairwise(StageKind):
    """Closes when every entry has been in `per_entry` comparisons (4 unless said; never more than one juror
    alone can give) and a chain of comparisons joins any two entries.

    Every juror may be shown every entry with which she has no conflict. The order is that of the
    Bradley-Terry strengths; what an entry is worth is its chance in percent against an average one, with its
    standard error. The chair sees no comparison."""

    key = "pairwise"
    label = _("pairwise comparison")
    allows = frozenset({"compare"})
    sees = {Role.JUROR: Sight(entries="all"), Role.JURY_CHAIR: Sight(entries="all")}
    ordering = True
    options = {"per_entry": int}
    doors = (Door("calls.see_jury", "calls:compare", _("Compare"), by_stage=True),)
    worker = Role.JUROR
    icon = "star"

    def problems(self, stage: "Stage", rules: "RuleSet", path: str) -> Iterator[Problem]:
        yield from super().problems(stage, rules, path)
        if isinstance(stage.option("per_entry"), int) and not 1 <= stage.option("per_entry") <= 1000:
            yield Problem(f"{path}.options.per_entry", gettext("must be from 1 to %(most)d") % {"most": 1000})

    def progress(self, run: "StageRun") -> tuple[int, int]:
        """Places in comparisons: each comparison fills two."""
        entries, pairs = _pairs(run)
        need, counts = wanted(run, len(entries)), Counter(one for pair in pairs for one in pair)
        return (sum(min(need, counts[one]) for one in entries), need * len(entries))

    def blockers(self, run: "StageRun") -> list[str]:
        entries, pairs = _pairs(run)
        need, counts = wanted(run, len(entries)), Counter(one for pair in pairs for one in pair)
        short = sum(counts[one] < need for one in entries)
        found = []
        if short:
            found.append(
                ngettext(
                    "%(count)d entry has been in fewer than %(need)d comparisons.",
                    "%(count)d entries have been in fewer than %(need)d comparisons.",
                    short,
                )
                % {"count": short, "need": need}
            )
        elif len(pairwise.joined(map(str, entries), ((str(one), str(other)) for one, other in pairs))) > 1:
            found.append(
                gettext(
                    "No chain of comparisons joins all entries yet: some were never set against the rest."
                )
            )
        return found

    def closing(self, run: "StageRun") -> dict[str, int]:
        counting = run.comparisons.filter(undone_at=None, voided_at=None)
        return {
            "comparisons": counting.count(),
            "jurors": counting.values("juror").distinct().count(),
            "entries": run.call.submissions.in_the_running().count(),
        }

    def told(self, counts: Mapping[str, int]) -> str:
        return gettext("Comparisons: %(comparisons)d; jurors: %(jurors)d") % {
            "comparisons": counts.get("comparisons", 0),
            "jurors": counts.get("jurors", 0),
        }

    def left(self, runs: "Sequence[StageRun]", user: User) -> dict[int, int]:
        """The comparisons that the stage still lacks, as far as this juror can make them."""
        from ..models import Submission

        by_call = {run.call_id: run for run in runs}  # one stage of a call is open at a time
        hers = Q(juror__user=user)
        found = (
            Submission.objects.on_duty_of(user)
            .in_the_running()
            .filter(call__in=by_call)
            .annotate(all=_times(runs), own=_times(runs, hers))
            .values_list("call", "all", "own")
        )
        lacking: dict[int, list[tuple[int, int]]] = {}
        for call, everybody, own in found:
            lacking.setdefault(call, []).append((everybody, own))
        counts = {}
        for call, entries in lacking.items():
            need = wanted(by_call[call], len(entries))
            gaps = [max(0, min(need - every, len(entries) - 1 - own)) for every, own in entries]
            counts[by_call[call].pk] = max(max(gaps), (sum(gaps) + 1) // 2)
        return counts

    def asks(self, run: "StageRun", count: int) -> str:
        if not count:
            return ""
        return ngettext(
            "%(count)d more comparison is needed in “%(call)s”",
            "%(count)d more comparisons are needed in “%(call)s”",
            count,
        ) % {"count": count, "call": run.call.title}

    def void(self, run: "StageRun", submission: "Submission", person: Person) -> None:
        found = run.comparisons.filter(Q(left=submission) | Q(right=submission), juror=person)
        found.filter(undone_at=None, voided_at=None).update(voided_at=timezone.now())

    def people(self, run: "StageRun", entries: "Sequence[Submission]") -> Iterable[Person]:
        counting = run.comparisons.filter(undone_at=None, voided_at=None, left__in=entries, right__in=entries)
        return Person.objects.filter(pk__in=counting.values("juror"))

    def gather(self, run: "StageRun", entries: "Sequence[Submission]", pen: Pen) -> dict[str, Any]:
        """Each comparison of two of these entries: who made it, and who won."""
        refs = {entry.pk: entry.ref for entry in entries}
        counting = run.comparisons.filter(
            undone_at=None, voided_at=None, left__in=entries, right__in=entries
        ).select_related("juror")
        found = [
            {
                "juror": pen(one.juror),
                "left": refs[one.left_id],
                "right": refs[one.right_id],
                "winner": refs[one.winner_id] if one.winner_id else None,
            }
            for one in counting
        ]
        return {
            "comparisons": sorted(
                found, key=lambda one: (len(one["juror"]), one["juror"], one["left"], one["right"])
            )
        }

    def weigh(self, data: Mapping[str, Any], entries: Mapping[str, str], ties: Sequence[str]) -> Weighing:
        """The chance of each entry against an average one. Notes: its strength and standard error in logits,
        and the parts that no comparison joins."""
        found = pairwise.estimate(
            (pairwise.Comparison(one["left"], one["right"], one["winner"]) for one in data["comparisons"]),
            entries,
        )
        chances = found.chances
        weighed = {
            ref: Weighed(Fraction(chance), count=found.counts[ref], error=error)
            for ref, (chance, error) in chances.items()
            if found.counts[ref]
        }
        notes = {
            "strengths": found.rounded,
            "errors": found.errors,
            "parts": [list(part) for part in found.parts],
        }
        return Weighing(weighed, Fraction(0), Fraction(100), notes)


def _pairs(run: "StageRun") -> tuple[list[int], list[tuple[int, int]]]:
    """The entries in the running and the comparisons of two of them that count, by key. Two queries."""
    entries = list(run.call.submissions.in_the_running().order_by("number").values_list("pk", flat=True))
    known = set(entries)
    found = run.comparisons.filter(undone_at=None, voided_at=None).values_list("left", "right")
    return entries, [(one, other) for one, other in found if one in known and other in known]


def _times(runs: "Sequence[StageRun]", whose: Q | None = None) -> Any:
    """In how many comparisons that count an entry is, within a query of entries."""
    from ..models import Comparison, Submission

    running = Submission.objects.in_the_running().filter(call__in=[run.call_id for run in runs]).values("pk")
    counting = Comparison.objects.filter(
        whose or Q(), stage__in=runs, undone_at=None, voided_at=None, left__in=running, right__in=running
    )

    def on(side: str) -> Any:
        found: QuerySet[Any] = counting.filter(**{side: OuterRef("pk")}).order_by().values(side)
        return Coalesce(Subquery(found.annotate(n=Count("pk")).values("n"), IntegerField()), 0)

    return on("left") + on("right")
