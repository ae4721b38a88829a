"""Scoring: jurors mark the entries on their lists by weighted criteria."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from summitry.people.models import Role

from ..codec import Problem
from .base import Sight, StageKind, register

if TYPE_CHECKING:
    from ..models import StageRun
    from ..rules import RuleSet, Stage


@register
class Score(StageKind):
    """Closes when every assignment is done and every entry has as many marks as `per_entry` asks (at least
    one).

    Options: `per_entry` jurors for each entry, at most `most` entries for each juror, `comment`: one is
    needed. A juror sees her own list, and others' marks only after she has sent hers. The chair sees no
    marks yet."""

    key = "score"
    label = _("scoring")
    allows = frozenset({"assign", "assess"})
    sees = {
        Role.JUROR: Sight(entries="assigned", marks="after_own"),
        Role.JURY_CHAIR: Sight(entries="all"),
    }
    criteria = True
    ordering = True
    options = {"per_entry": int, "most": int, "comment": bool}

    def problems(self, stage: "Stage", rules: "RuleSet", path: str) -> Iterator[Problem]:
        yield from super().problems(stage, rules, path)
        if not stage.criteria:
            yield Problem(f"{path}.criteria", gettext("at least one criterion is needed"))
            return
        total = sum(one.weight for one in stage.criteria)
        if total != 100:
            yield Problem(
                f"{path}.criteria",
                gettext("the weights add up to %(total)d and not to 100") % {"total": total},
            )
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
            if one.weight < 1:
                yield Problem(f"{where}.weight", gettext("must be at least 1"))
            if one.low >= one.high or one.high - one.low > 100:
                yield Problem(f"{where}.low", gettext("the scale must go from a lower to a higher number"))
        for name in ("per_entry", "most"):
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
        marked = run.assessments.filter(submission=OuterRef("pk"), sent_at__isnull=False, voided_at=None)
        bare = run.call.submissions.in_the_running().exclude(Exists(marked)).count()
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
