"""Finals on stage: entries have their turns in a drawn order, and jurors mark each once it has begun."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import rules as predicates
from django.core.exceptions import ValidationError
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from summitry.engines import calibration
from summitry.people.models import Person, Role, User, scope_of
from summitry.people.queries import holders

from ..codec import Problem
from .base import Door, register
from .score import Score

if TYPE_CHECKING:
    from ..models import Assignment, Call, StageRun, Submission
    from ..rules import RuleSet, Stage

LONGEST = 240  # minutes on stage


@register
class Pitch(Score):
    """Marked by criteria, as in scoring; every juror marks every entry with which she has no conflict, once
    its turn has begun. Closes when every turn was had and all marks are in. Option `minutes`: for each entry.

    Opening it makes the jurors' lists and draws the running order from the call's seed (`draw_of`)."""

    key = "pitch"
    label = _("finals on stage")
    allows = frozenset({"assign", "assess", "pitch"})
    options = {"minutes": int, "comment": bool, "calibrated": bool}
    doors = (
        Door("calls.see_jury", "calls:live", _("Live marks"), by_stage=True),
        Door("calls.run_pitch", "calls:turns", _("Running order"), by_stage=True),
        Door("calls.see_pitch", "calls:hall", _("Screen of the hall"), by_stage=True),
    )

    def problems(self, stage: "Stage", rules: "RuleSet", path: str) -> Iterator[Problem]:
        yield from super().problems(stage, rules, path)
        minutes = stage.option("minutes")
        if isinstance(minutes, int) and not 1 <= minutes <= LONGEST:
            yield Problem(
                f"{path}.options.minutes", gettext("must be from 1 to %(most)d") % {"most": LONGEST}
            )

    def opening(self, run: "StageRun") -> dict[str, Any]:
        jury = _jury(run.call)
        entries = list(run.call.submissions.in_the_running().order_by("number"))
        if not jury:
            raise ValidationError(gettext("This call has no jury yet."))
        if not entries:
            raise ValidationError(gettext("No entry is in the running."))
        _assign(run, jury, entries)
        drawn = draw_of(run.call, run.key)
        _line_up(run, entries, drawn)
        return {"draw": drawn}

    def blockers(self, run: "StageRun") -> list[str]:
        found = super().blockers(run)
        waiting = run.turns.filter(
            began_at=None, submission__in=run.call.submissions.in_the_running()
        ).count()
        if waiting:
            found.append(
                ngettext(
                    "%(count)d entry has not had its turn.",
                    "%(count)d entries have not had their turn.",
                    waiting,
                )
                % {"count": waiting}
            )
        return found

    def check_turn(self, run: "StageRun", submission: "Submission") -> None:
        if not run.turns.filter(submission=submission, began_at__isnull=False).exists():
            raise ValidationError(gettext("The turn of this entry has not begun yet."), code="turn")

    def due(self, runs: "Sequence[StageRun]", user: User) -> "QuerySet[Assignment]":
        from ..models import Turn

        begun = Turn.objects.filter(
            stage=OuterRef("stage"), submission=OuterRef("submission"), began_at__isnull=False
        )
        return super().due(runs, user).filter(Exists(begun))


def draw_of(call: "Call", key: str) -> str:
    """The seed of a stage's running order, in hexadecimal: SHA-256 of "SEED:turns:KEY" in UTF-8, with the
    call's seed and the stage's key.

    It enters the record as the stage opens. The entries stand in the order of SHA-256 of "DRAW:NUMBER", the
    lowest first, which whoever knows the finalists checks at once. That the draw was not chosen is checked
    once the verdict is sealed: then the call's seed is public, of which the digest was published before
    anybody had applied. The draw tells nothing of the seed."""
    return hashlib.sha256(f"{call.seed}:turns:{key}".encode()).hexdigest()


def _jury(call: "Call") -> list[Person]:
    """The jurors who may mark, in the order of their appointment."""
    people = [mandate.person for mandate in holders(scope_of(call), Role.JUROR)]
    return [one for one in people if one.user and predicates.has_perm("calls.see_jury", one.user, call)]


def _assign(run: "StageRun", jury: list[Person], entries: "list[Submission]") -> None:
    """Every entry to every juror without a conflict; who has said in an earlier stage of this call that she
    has none has said it. Raises ValidationError for an entry that nobody could mark."""
    from .. import conflicts
    from ..models import Assignment

    found = conflicts.search(run.call, jury, entries)
    listed = Assignment.objects.filter(stage__call=run.call, ended_at=None)
    standing = set(listed.filter(stage=run).values_list("juror_id", "submission_id"))
    cleared = {
        (juror, entry): at
        for juror, entry, at in listed.exclude(cleared_at=None).values_list(
            "juror", "submission", "cleared_at"
        )
    }
    free = {
        entry.pk: [juror.pk for juror in jury if not found.against(juror.pk, entry.pk)] for entry in entries
    }
    for entry in entries:
        if not free[entry.pk]:
            raise ValidationError(
                gettext("%(ref)s: every juror has a conflict of interest with it. Appoint another juror.")
                % {"ref": entry.ref}
            )
    Assignment.objects.bulk_create(
        Assignment(submission=entry, juror_id=juror, stage=run, cleared_at=cleared.get((juror, entry.pk)))
        for entry in entries
        for juror in free[entry.pk]
        if (juror, entry.pk) not in standing
    )


def _line_up(run: "StageRun", entries: "list[Submission]", drawn: str) -> None:
    """Turns for those that have none, in the drawn order; after those that stand, if it is opened again."""
    from ..models import Turn

    run.turns.filter(began_at=None).exclude(submission__in=entries).delete()
    standing = set(run.turns.values_list("submission", flat=True))
    last = run.turns.aggregate(last=Max("position"))["last"] or 0
    fresh = sorted(
        (one for one in entries if one.pk not in standing), key=lambda one: calibration.draw(drawn, one.ref)
    )
    Turn.objects.bulk_create(
        Turn(stage=run, submission=entry, position=at) for at, entry in enumerate(fresh, last + 1)
    )
