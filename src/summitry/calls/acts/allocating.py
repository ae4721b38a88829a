"""Giving out what there is to those who were accepted, and what is given back to those who move up."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from summitry.people.models import User
from summitry.record.act import act, require

from ..models import Allocation, Call, StageRun, Submission
from .running import lock_run


def _accepted(run: StageRun) -> list[Submission]:
    """Accepted entries, best first; those without a place in the order last."""
    found = run.call.submissions.with_a_place()
    listed = list(found.select_related("decision", "call"))
    return sorted(listed, key=lambda one: (one.decision.computed_rank or 10**9, one.number or 0))


@act
def allocate(actor: User, run: StageRun, units: Mapping[int, str]) -> int:
    """Give units to accepted entries: submission key -> key of a unit, "" to take it back. All or, on any
    fault, none; faults by "unit_KEY". Returns how many are given out in all. Twice changes nothing."""
    require(actor, "calls.allocate", run)
    run = _open(run)
    entries = {one.pk: one for one in _accepted(run)}
    seen = set(Submission.objects.on_duty_of(actor).filter(pk__in=entries).values_list("pk", flat=True))
    given = dict(run.allocations.filter(submission__in=entries).values_list("submission_id", "unit"))
    errors: dict[str, Any] = {}
    for pk, key in units.items():
        if pk not in seen:
            raise ValidationError(
                _("One of these entries is not before you. Nothing was saved."), code="unseen"
            )
        if key and run.rule.unit(key) is None:
            errors[f"unit_{pk}"] = _("There is no such unit.")
        given[pk] = key
    if errors:
        raise ValidationError(errors)
    return _save(run, {pk: key for pk, key in given.items() if key})


@act
def allocate_all(actor: User, run: StageRun) -> int:
    """Give every accepted entry without a unit the one that it asked for (its answer with the role "unit" or
    "duration"), else the first that is left, best entries first. What was given stays."""
    require(actor, "calls.allocate", run)
    run = _open(run)
    entries = _accepted(run)
    given = dict(run.allocations.filter(submission__in=entries).values_list("submission_id", "unit"))
    for entry in entries:
        if entry.pk in given:
            continue
        entry.call = run.call
        wanted = _asked(entry)
        free = _free(run, given)
        if free:
            given[entry.pk] = wanted if wanted in free else next(iter(free))
    return _save(run, given)


def give_back(submission: Submission) -> None:
    """A place that is given back frees its unit. Within an act."""
    submission.allocations.all().delete()


def give_free(call: Call, submission: Submission) -> None:
    """A unit for who gets a place after units were given out: the one that it asked for if it is free, else
    the first that is. Nothing while others with a place wait for theirs: then the manager gives it. Within an
    act, the call locked."""
    for run in call.stages.allowing("allocate").exclude(state=StageRun.State.PENDING):
        run.call = call
        entries = _accepted(run)
        given = dict(run.allocations.filter(submission__in=entries).values_list("submission_id", "unit"))
        if any(one.pk not in given for one in entries if one.pk != submission.pk) or submission.pk in given:
            continue
        free = _free(run, given)
        if free:
            wanted = _asked(submission)
            _save(run, {**given, submission.pk: wanted if wanted in free else next(iter(free))})


def _free(run: StageRun, given: Mapping[int, str]) -> dict[str, int]:
    """Unit -> how many of it are left."""
    used = Counter(given.values())
    left = {unit.key: unit.count - used[unit.key] for unit in run.rule.units}
    return {key: count for key, count in left.items() if count > 0}


def _asked(entry: Submission) -> str:
    """The unit that an entry asks for, empty if it says none."""
    for role in ("unit", "duration"):
        found = entry.by_role(role)
        if found is not None:
            return str(getattr(found, "key", found))
    return ""


def _open(run: StageRun) -> StageRun:
    run = lock_run(run)
    if not run.is_open or "allocate" not in run.component.allows:
        raise ValidationError(_("No stage of this call in which this is done is open now."), code="stage")
    return run


def _save(run: StageRun, given: Mapping[int, str]) -> int:
    """Replace what is given out; refused where a unit is given more often than there is."""
    for unit in run.rule.units:
        count = sum(key == unit.key for key in given.values())
        if count > unit.count:
            raise ValidationError(
                _("%(name)s: there are %(most)d and %(count)d are given out.")
                % {"name": unit.name, "most": unit.count, "count": count},
                code="quota",
            )
    run.allocations.exclude(submission__in=given).delete()
    standing = {one.submission_id: one for one in run.allocations.all()}
    for pk, key in given.items():
        found = standing.get(pk) or Allocation(stage=run, submission_id=pk)
        if found.unit != key:
            found.unit = key
            found.save()
    return len(given)
