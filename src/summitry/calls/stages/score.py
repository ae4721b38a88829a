"""Scoring: jurors mark the entries on their lists by weighted criteria."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import Count, Exists, Max, OuterRef, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from summitry.engines import calibration
from summitry.people.models import Person, Role, User

from ..codec import Problem
from .base import Door, Pen, Sight, StageKind, Weighed, Weighing, register

if TYPE_CHECKING:
    from ..models import Assignment, StageRun, Submission
    from ..rules import RuleSet, Stage


@register
class Score(StageKind):
    """Closes when every assignment is done and every entry has as many marks as `per_entry` asks (at least
    one).

    Options: `per_entry` jurors for each entry, at most `most` entries for each juror, `comment`: one is
    needed. `calibrated`: the order is made by the entries' effects in the additive model, and not by plain
    means. `languages`: only jurors who read its language get an entry. `regions`: at most so many of an
    entry's jurors come from one region. A juror sees her own list, and others' marks only after she has sent
    hers. The chair sees no marks yet."""

    key = "score"
    label = _("scoring")
    allows = frozenset({"assign", "assess"})
    sees = {
        Role.JUROR: Sight(entries="assigned", marks="after_own"),
        Role.JURY_CHAIR: Sight(entries="all"),
    }
    criteria = True
    ordering = True
    options = {
        "per_entry": int,
        "most": int,
        "comment": bool,
        "calibrated": bool,
        "languages": bool,
        "regions": int,
    }
    doors: ClassVar[tuple[Door, ...]] = (Door("calls.see_jury", "calls:marking", _("Score")),)
    worker = Role.JUROR
    icon = "star"

    def problems(self, stage: "Stage", rules: "RuleSet", path: str) -> Iterator[Problem]:
        yield from super().problems(stage, rules, path)
        if not stage.criteria:
            yield Problem(f"{path}.criteria", gettext("at least one criterion is needed"))
            return
        yield from _weights(stage, rules, path)
        if len({(one.low, one.high) for one in stage.criteria}) > 1:
            yield Problem(f"{path}.criteria", gettext("all criteria of a stage need the same scale"))
        seen: set[str] = set()
        for one in stage.criteria:
            where = f"{path}.criteria.{one.key}"
            if one.key in seen:
                yield Problem(where, gettext("this key is used twice"))
            seen.add(one.key)
            if not one.label:
                yield Problem(f"{where}.label", gettext("is empty"))
            if one.weight < 1 and not one.weights:
                yield Problem(f"{where}.weight", gettext("must be at least 1"))
            if one.low >= one.high or one.high - one.low > 100:
                yield Problem(f"{where}.low", gettext("the scale must go from a lower to a higher number"))
        for name in ("per_entry", "most", "regions"):
            if isinstance(stage.option(name), int) and stage.option(name) < 1:
                yield Problem(f"{path}.options.{name}", gettext("must be at least 1"))

    def progress(self, run: "StageRun") -> tuple[int, int]:
        entries = run.call.submissions.in_the_running()
        due = run.assignments.filter(ended_at=None, submission__in=entries)
        sent = run.assessments.filter(
            submission=OuterRef("submission"), juror=OuterRef("juror"), sent_at__isnull=False, voided_at=None
        )
        return (due.filter(Exists(sent)).count(), due.count())

    def unfinished(self, count: int) -> str:
        return ngettext(
            "%(count)d assessment has not been sent yet.",
            "%(count)d assessments have not been sent yet.",
            count,
        ) % {"count": count}

    def blockers(self, run: "StageRun") -> list[str]:
        found = super().blockers(run)
        marked = run.assessments.filter(sent_at__isnull=False, voided_at=None).values("submission")
        bare = run.call.submissions.in_the_running().exclude(pk__in=marked).count()
        if bare:
            found.append(
                ngettext(
                    "%(count)d entry has no assessment at all.",
                    "%(count)d entries have no assessment at all.",
                    bare,
                )
                % {"count": bare}
            )
        return found

    def closing(self, run: "StageRun") -> dict[str, int]:
        sent = run.assessments.filter(sent_at__isnull=False, voided_at=None)
        return {
            "assessments": sent.count(),
            "jurors": sent.values("juror").distinct().count(),
            "entries": sent.values("submission").distinct().count(),
        }

    def told(self, counts: Mapping[str, int]) -> str:
        return gettext("Assessments: %(assessments)d; jurors: %(jurors)d") % {
            "assessments": counts.get("assessments", 0),
            "jurors": counts.get("jurors", 0),
        }

    def due(self, runs: "Sequence[StageRun]", user: User) -> "QuerySet[Assignment]":
        """What these stages still ask of a juror."""
        from ..models import Assessment, Assignment, Submission

        sent = Assessment.objects.filter(
            submission=OuterRef("submission"),
            juror=OuterRef("juror"),
            stage=OuterRef("stage"),
            sent_at__isnull=False,
        )
        return Assignment.objects.filter(
            juror__user=user,
            ended_at=None,
            stage__in=[run.pk for run in runs],
            submission__in=Submission.objects.on_duty_of(user).in_the_running(),
        ).exclude(Exists(sent))

    def left(self, runs: "Sequence[StageRun]", user: User) -> dict[int, int]:
        return dict(self.due(runs, user).order_by().values_list("stage").annotate(count=Count("pk")))

    def asks(self, run: "StageRun", count: int) -> str:
        if not count:
            return ""
        return ngettext(
            "%(count)d entry to mark in “%(call)s”", "%(count)d entries to mark in “%(call)s”", count
        ) % {"count": count, "call": run.call.title}

    def heard(self, run: "StageRun", persons: Iterable[int]) -> set[tuple[int, int]]:
        listed = run.assignments.filter(juror__in=persons, ended_at=None)
        marked = run.assessments.filter(juror__in=persons, voided_at=None)
        pair = ("juror_id", "submission_id")
        return {*listed.values_list(*pair), *marked.values_list(*pair)}

    def void(self, run: "StageRun", submission: "Submission", person: Person) -> None:
        now = timezone.now()
        run.assignments.filter(submission=submission, juror=person, ended_at=None).update(
            ended_at=now, end_reason="conflict"
        )
        run.assessments.filter(submission=submission, juror=person, voided_at=None).update(voided_at=now)

    def state(self, run: "StageRun") -> Any:
        """Marks that are sent do not change: their number and the newest tell."""
        sent = run.assessments.filter(sent_at__isnull=False, voided_at=None)
        found = sent.aggregate(Count("pk"), Sum("pk"), Sum("version"), Max("sent_at"))
        return sorted((key, str(value)) for key, value in found.items())

    def people(self, run: "StageRun", entries: "Sequence[Submission]") -> Iterable[Person]:
        sent = run.assessments.filter(sent_at__isnull=False, voided_at=None)
        return Person.objects.filter(pk__in=sent.values("juror"))

    def gather(self, run: "StageRun", entries: "Sequence[Submission]", pen: Pen) -> dict[str, Any]:
        """Sheets by entry, and each category's weights."""
        stage = run.rule
        sheets: dict[int, list[dict[str, Any]]] = {entry.pk: [] for entry in entries}
        sent = run.assessments.filter(sent_at__isnull=False, voided_at=None).select_related("juror")
        for found in sent:
            if found.submission_id in sheets:
                sheets[found.submission_id].append({"juror": pen(found.juror), "marks": dict(found.marks)})
        categories = {entry.category for entry in entries}
        data: dict[str, Any] = {
            "weights": {
                key: {one.key: one.weight for one in stage.rubric(key)} for key in sorted(categories)
            },
            "scale": [stage.criteria[0].low, stage.criteria[0].high],
            "calibrated": bool(stage.option("calibrated")),
            "sheets": {
                entry.ref: sorted(sheets[entry.pk], key=lambda sheet: (len(sheet["juror"]), sheet["juror"]))
                for entry in entries
            },
        }
        if data["calibrated"]:
            from .. import calibrating  # what nobody calibrates needs no scipy

            data["ratios"] = calibrating.ratios(data, {entry.ref: entry.category for entry in entries})
        return data

    def weigh(self, data: Mapping[str, Any], entries: Mapping[str, str], ties: Sequence[str]) -> Weighing:
        """Exact weighted means; with `calibrated` the estimates of the additive model stand in their place,
        to six decimals, unless it refuses these marks."""
        found: dict[str, Weighed] = {}
        for category, weights in data["weights"].items():
            refs = [ref for ref, one in entries.items() if one == category]
            sheets = [
                calibration.Sheet(ref, sheet["juror"], sheet["marks"])
                for ref in refs
                for sheet in data["sheets"].get(ref, [])
            ]
            for ref, score in calibration.scores(sheets, weights, refs).items():
                found[ref] = Weighed(
                    score.mean,
                    tuple(score.by_criterion.get(key, Fraction(0)) for key in ties),
                    score.count,
                    score.variance,
                )
        low, high = (Fraction(one) for one in data["scale"])
        if data["calibrated"]:
            from .. import calibrating

            for ref, (value, error) in calibrating.estimates(data, entries).items():
                found[ref] = replace(found[ref], value=value, error=error)
        return Weighing(found, low, high)


def _weights(stage: "Stage", rules: "RuleSet", path: str) -> Iterator[Problem]:
    """Weights that do not sum to 100, in general or in a category."""
    names = [one.key for one in rules.categories]
    for criterion in stage.criteria:
        for key, weight in criterion.weights.items():
            where = f"{path}.criteria.{criterion.key}.weights.{key}"
            if key not in names:
                yield Problem(where, gettext("the call has no such category"))
            elif isinstance(weight, bool) or not isinstance(weight, int) or not 0 <= weight <= 100:
                yield Problem(where, gettext("must be a whole number from 0 to 100"))
    said: set[int] = set()
    for name in names or [""]:
        total = sum(
            one.weights.get(name, one.weight)
            for one in stage.criteria
            if isinstance(one.weights.get(name, one.weight), int)
        )
        if total != 100 and total not in said:
            said.add(total)
            yield Problem(
                f"{path}.criteria",
                gettext("the weights add up to %(total)d and not to 100") % {"total": total},
            )
