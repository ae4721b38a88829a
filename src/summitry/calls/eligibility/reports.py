"""Whoever was accepted before and owes something since."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from summitry.people.models import Organisation, Person

from ..debts import owed_elsewhere
from ..rules import Condition
from .base import Predicate, behind, register

if TYPE_CHECKING:
    from ..models import Submission


@register
class NoReportOwed(Predicate):
    """Neither those who stand behind the entry nor its organisation owe anything of an earlier call, nor
    what other rooms know of: the report of a session, say."""

    key = "no_report_owed"
    label = gettext_lazy("Reports owed")

    def says(self, condition: Condition) -> str:
        return _("Whoever was accepted before has delivered what was due since.")

    def check(self, condition: Condition, submission: "Submission", now: datetime) -> str | None:
        bodies = [submission.organisation] if submission.organisation else []
        return _owing(behind(submission), bodies)

    def joining(
        self, condition: Condition, submission: "Submission", person: Person, now: datetime
    ) -> str | None:
        return _owing([person], [])


def _owing(persons: Iterable[Person], organisations: Iterable[Organisation]) -> str | None:
    """What is owed the longest: of an earlier call, named by its entry, or elsewhere; None where nothing
    is."""
    from ..queries.owing import owed_by

    who, bodies = list(persons), list(organisations)
    owed = next(iter(owed_by(who, bodies)), None)
    other = next(iter(owed_elsewhere(who, bodies)), None)
    if other is not None and (owed is None or other.since < owed.due_at):
        return other.words
    if owed is None:
        return None
    rule = owed.submission.call.rules.obligation(owed.key)
    return _("“%(what)s” is still owed for %(ref)s.") % {
        "what": rule.name if rule else owed.key,
        "ref": owed.submission.ref,
    }
