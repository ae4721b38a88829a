"""The country from which an entry comes."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from summitry.people import countries
from summitry.text.ordering import sort_key

from ..codec import Problem
from ..rules import Condition, RuleSet, called
from .base import Predicate, answer, asked_late, register

if TYPE_CHECKING:
    from ..models import Submission

ROLE = "country"
ANSWERS = frozenset({"country", "countries"})  # kinds of field that answer with countries


@register
class Country(Predicate):
    """The answer with the role "country", else the organisation's country, else the applicant's.

    Of an answer with several, one has to be `among` those of the call, and none may be one that it takes
    out."""

    key = "country"
    label = gettext_lazy("Country or area")
    options = {"among": list, "except": list}
    choices = {"among": countries.choices, "except": countries.choices}

    def problems(self, condition: Condition, rules: RuleSet, path: str) -> Iterator[Problem]:
        yield from super().problems(condition, rules, path)
        given = set(self.options) & set(condition.options)
        if len(given) != 1:
            yield Problem(
                f"{path}.options",
                _("either the countries that may apply or those that may not, and not both")
                if given
                else _("say which countries may apply, or which may not"),
            )
        yield from asked_late(rules, ROLE, path)
        field = rules.by_role(ROLE)
        if field is not None and field.kind not in ANSWERS:
            yield Problem(
                path, _("the field “%(key)s” does not answer with a country") % {"key": called(field)}
            )

    def says(self, condition: Condition) -> str:
        name = "among" if "among" in condition.options else "except"
        words = {
            "among": _("From these countries and areas: %(list)s."),
            "except": _("From every country and area but: %(list)s."),
        }
        listed = sorted((countries.name(one) for one in condition.option(name, [])), key=sort_key)
        return words[name] % {"list": ", ".join(listed)}

    def needs_send(self, condition: Condition, rules: RuleSet) -> bool:
        return rules.by_role(ROLE) is not None

    def check(self, condition: Condition, submission: "Submission", now: datetime) -> str | None:
        found = _countries(submission)
        if not found:
            return _("It is not known from which country or area the entry comes. Say it in your profile.")
        listed = ", ".join(countries.name(one) for one in found)
        among, out = condition.option("among"), condition.option("except", [])
        if (among is not None and not set(found) & set(among)) or set(found) & set(out):
            return _("The call does not take entries from: %(list)s.") % {"list": listed}
        return None


def _countries(submission: "Submission") -> list[str]:
    given = answer(submission, ROLE)
    if given:
        return list(given) if isinstance(given, list | tuple) else [str(given)]
    bodies = (submission.organisation, submission.applicant)
    return next(([body.country] for body in bodies if body is not None and body.country), [])
