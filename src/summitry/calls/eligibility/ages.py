"""How old an organisation is."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..codec import Problem
from ..labels import role_label
from ..rules import Condition, RuleSet, called
from .base import Predicate, answer, asked_late, register

if TYPE_CHECKING:
    from ..models import Submission

ROLE = "founded"
ANSWERS = frozenset({"year", "date", "number"})  # kinds of field that answer with a year or a day


@register
class OrganisationAge(Predicate):
    """By the answer with the role "founded", on the day on which the entry is sent (UTC). Of a year without a
    day the difference of the years counts.

    Options: `years`: at most so many, to the anniversary; `least`: at least so many."""

    key = "organisation_age"
    label = gettext_lazy("Age of the organisation")
    options = {"years": int, "least": int}

    def problems(self, condition: Condition, rules: RuleSet, path: str) -> Iterator[Problem]:
        yield from super().problems(condition, rules, path)
        years, least = condition.option("years"), condition.option("least")
        if years is None and least is None:
            yield Problem(f"{path}.options.years", _("is missing"))
        if isinstance(years, int) and isinstance(least, int) and least > years:
            yield Problem(
                f"{path}.options.least", _("%(low)s is more than %(high)s") % {"low": least, "high": years}
            )
        yield from asked_late(rules, ROLE, path)
        field = rules.by_role(ROLE)
        if field is None:
            yield Problem(path, _("no answer is used for “%(use)s”") % {"use": role_label(ROLE)})
        elif field.kind not in ANSWERS:
            yield Problem(
                path, _("the field “%(key)s” does not answer with a year or a day") % {"key": called(field)}
            )

    def says(self, condition: Condition) -> str:
        years, least = condition.option("years"), condition.option("least")
        found = []
        if years is not None:
            found.append(
                ngettext(
                    "The organisation was founded at most %(count)d year ago.",
                    "The organisation was founded at most %(count)d years ago.",
                    years,
                )
                % {"count": years}
            )
        if least is not None:
            found.append(
                ngettext(
                    "The organisation was founded at least %(count)d year ago.",
                    "The organisation was founded at least %(count)d years ago.",
                    least,
                )
                % {"count": least}
            )
        return " ".join(found)

    def needs_send(self, condition: Condition, rules: RuleSet) -> bool:
        return True

    def check(self, condition: Condition, submission: "Submission", now: datetime) -> str | None:
        founded = answer(submission, ROLE)
        if founded is None:
            return _("Say when the organisation was founded.")
        today = now.astimezone(UTC).date()
        years, least = condition.option("years"), condition.option("least")
        if _after(founded, 0, today):
            return _("The organisation is yet to be founded.")
        if years is not None and not _within(founded, years, today):
            return _("It is older than the call allows.")
        if least is not None and _after(founded, least, today):
            return _("It is younger than the call asks.")
        return None


def _within(founded: date | int | Decimal, years: int, today: date) -> bool:
    """Whether an anniversary is today or still ahead; of a year alone, its whole year counts."""
    if isinstance(founded, date):
        return today <= anniversary(founded, years)
    return today.year - int(founded) <= years


def _after(founded: date | int | Decimal, years: int, today: date) -> bool:
    """Whether an anniversary is still ahead; of a year alone, on its first day it is there."""
    if isinstance(founded, date):
        return today < anniversary(founded, years)
    return today.year - int(founded) < years


def anniversary(day: date, years: int) -> date:
    """The same day so many years later; 28 February stands for the 29th. At most the last day of dates."""
    if day.year + years > date.max.year:
        return date.max
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
