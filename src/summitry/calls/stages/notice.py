"""Objections: before the decision the entries stand in public for some days, and anybody may object."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from summitry.people.models import Person, Role, User
from summitry.text.moments import exact
from summitry.text.value import Text

from ..codec import Problem
from .base import Door, Sight, StageKind, register

if TYPE_CHECKING:
    from ..models import StageRun, Submission
    from ..rules import RuleSet, Stage

LONGEST = 365  # days


@register
class Notice(StageKind):
    """`days`: at least so many it stays open; where the calendar says longer, until then. `members`: only
    members’ delegates may object. `named`: those behind the entry are told who objects; else nobody but the
    chair, the managers and auditors is.

    The chair upholds or dismisses each with a reason; an entry of which one is upheld is out at once. When
    the stage is opened again that is taken back with the entry’s elimination, and answered anew."""

    key = "object"
    label = _("notice and objections")
    allows = frozenset({"object"})
    sees = {Role.JURY_CHAIR: Sight(entries="all")}
    options = {"days": int, "members": bool, "named": bool}
    doors = (Door("calls.see_objections", "calls:objections", _("Objections"), by_stage=True),)
    front = "calls:notice"
    worker = Role.JURY_CHAIR
    icon = "alert"

    def problems(self, stage: "Stage", rules: "RuleSet", path: str) -> Iterator[Problem]:
        yield from super().problems(stage, rules, path)
        days = stage.option("days")
        if days is None:
            yield Problem(f"{path}.options.days", gettext("say for how many days everybody may object"))
        elif isinstance(days, int) and not 1 <= days <= LONGEST:
            yield Problem(f"{path}.options.days", gettext("must be from 1 to %(most)d") % {"most": LONGEST})
        title = rules.by_role("title")
        if title is None or title.visibility != "public" or (rules.blind and title.identifies):
            yield Problem(path, gettext("the public must see what it objects to: the title is not public"))

    def progress(self, run: "StageRun") -> tuple[int, int]:
        found = standing(run).aggregate(all=Count("pk"), answered=Count("upheld"))
        return (found["answered"], found["all"])

    def unfinished(self, count: int) -> str:
        return ngettext(
            "%(count)d objection has no answer yet.", "%(count)d objections have no answer yet.", count
        ) % {"count": count}

    def blockers(self, run: "StageRun") -> list[str]:
        found = super().blockers(run)
        end = ends(run)
        if end is not None and timezone.now() <= end:
            found.append(gettext("Everybody may object until %(moment)s.") % {"moment": exact(end)})
        return found

    def closing(self, run: "StageRun") -> dict[str, int]:
        found = run.objections.filter(withdrawn_at=None)
        return {"objections": found.count(), "upheld": found.filter(upheld=True).count()}

    def reopening(self, run: "StageRun") -> None:
        run.objections.filter(upheld=True).update(
            upheld=None, answered_at=None, answered_by=None, answer=Text()
        )

    def told(self, counts: Mapping[str, int]) -> str:
        return gettext("Objections: %(all)d; upheld: %(upheld)d") % {
            "all": counts.get("objections", 0),
            "upheld": counts.get("upheld", 0),
        }

    def left(self, runs: "Sequence[StageRun]", user: User) -> dict[int, int]:
        from ..models import Objection, Submission

        seen = Submission.objects.on_duty_of(user).in_the_running()
        found = Objection.objects.filter(
            stage__in=[run.pk for run in runs], submission__in=seen, upheld=None, withdrawn_at=None
        )
        return dict(found.order_by().values_list("stage").annotate(count=Count("pk")))

    def asks(self, run: "StageRun", count: int) -> str:
        if not count:
            return ""
        return ngettext(
            "%(count)d objection in “%(call)s” waits for an answer",
            "%(count)d objections in “%(call)s” wait for an answer",
            count,
        ) % {"count": count, "call": run.call.title}

    def heard(self, run: "StageRun", persons: Iterable[int]) -> Iterable[tuple[int, int]]:
        found = run.objections.filter(Q(person__in=persons) | Q(answered_by__in=persons))
        rows = list(found.values_list("submission_id", "person_id", "answered_by_id"))
        return {(who, entry) for entry, *both in rows for who in both if who is not None}

    def void(self, run: "StageRun", submission: "Submission", person: Person) -> None:
        """What she objected is withdrawn; what she answered as the chair waits for another one."""
        if not run.is_open:
            return
        found = run.objections.filter(submission=submission)
        found.filter(person=person, upheld=None, withdrawn_at=None).update(withdrawn_at=timezone.now())
        hers = found.filter(answered_by=person)
        if hers.filter(upheld=True).exists():
            run.eliminations.filter(submission=submission).delete()
        hers.update(upheld=None, answered_at=None, answered_by=None, answer=Text())


def ends(run: "StageRun") -> datetime | None:
    """The last moment at which somebody may object: after so many days, or as the calendar says if that is
    later; None before it opens."""
    if run.opened_at is None:
        return None
    end = run.opened_at + timedelta(days=int(run.rule.option("days", 1)))
    return max(end, run.closes_at) if run.closes_at else end


def standing(run: "StageRun") -> Any:
    """The objections that must be answered, or were: not withdrawn, to entries that are in the running, or
    that an objection took out of it."""
    running = run.call.submissions.in_the_running()
    found = run.objections.filter(withdrawn_at=None)
    return found.filter(submission__in=running) | found.filter(upheld=True)
