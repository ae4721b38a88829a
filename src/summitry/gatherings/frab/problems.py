"""What can be wrong with a file, in words that name the line and the element."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST = 20  # problems told at once

WORDS: dict[str, Promise] = {
    "empty": gettext_lazy("the file is empty"),
    "too-large": gettext_lazy("the file has %(size)s bytes; at most %(most)s are taken"),
    "not-xml": gettext_lazy("this is not well-formed XML (%(detail)s)"),
    "truncated": gettext_lazy("the file stops before its last element is closed; was it cut off?"),
    "encoding": gettext_lazy("the file says that it is written in %(encoding)s, but it is not"),
    "unknown-encoding": gettext_lazy("the encoding “%(encoding)s” is not known"),
    "entities": gettext_lazy(
        "it declares an entity (%(name)s); such files are refused, because entities can hide bombs"
    ),
    "external": gettext_lazy("it refers to something outside the file; such files are refused"),
    "too-deep": gettext_lazy("elements are nested more than %(most)d deep"),
    "too-many": gettext_lazy("it has more than %(most)d elements"),
    "root": gettext_lazy("the outermost element is <%(found)s>, not <schedule>: this is not a schedule"),
    "no-conference": gettext_lazy("there is no <conference>"),
    "no-days": gettext_lazy("there is no <day>: the schedule is empty"),
    "missing": gettext_lazy("<%(name)s> is missing or empty"),
    "missing-id": gettext_lazy("“%(title)s” has neither an id nor a guid"),
    "missing-person-id": gettext_lazy("the person “%(name)s” has no id and no guid"),
    "doubled-id": gettext_lazy("the id %(value)s is used a second time, first in line %(first)d"),
    "doubled-guid": gettext_lazy("the guid %(value)s is used a second time, first in line %(first)d"),
    "doubled-person": gettext_lazy(
        "the person id %(value)s is listed a second time, first in line %(first)d"
    ),
    "doubled-day": gettext_lazy("the day with index %(value)s comes a second time, first in line %(first)d"),
    "too-long": gettext_lazy("“%(value)s…” is longer than %(most)d characters"),
    "bad-guid": gettext_lazy("“%(value)s” is not a guid"),
    "bad-date": gettext_lazy("“%(value)s” is not a possible date"),
    "bad-time": gettext_lazy("“%(value)s” is not a possible time"),
    "bad-duration": gettext_lazy("“%(value)s” is not a possible length; write hours and minutes, as 00:30"),
    "bad-number": gettext_lazy("“%(value)s” is not a whole number"),
    "bad-zone": gettext_lazy("“%(value)s” is not a time zone of the IANA database"),
    "no-zone": gettext_lazy("“%(value)s” says no offset, and the conference names no time zone"),
    "backwards": gettext_lazy("the conference ends (%(end)s) before it begins (%(start)s)"),
    "two-sessions": gettext_lazy(
        "its guid is that of “%(one)s” here, but its id that of “%(other)s”: which of the two is it?"
    ),
    "overlap": gettext_lazy(
        "“%(title)s” begins in %(room)s at %(time)s, while “%(other)s” (line %(first)d) is still there"
    ),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, what (a key of WORDS) and the particulars."""

    line: int
    element: str
    code: str
    params: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        what = str(WORDS[self.code]) % dict(self.params)
        if self.line and self.element:
            return _("Line %(line)d, <%(element)s>: %(problem)s") % {
                "line": self.line,
                "element": self.element,
                "problem": what,
            }
        if self.line:
            return _("Line %(line)d: %(problem)s") % {"line": self.line, "problem": what}
        return what[:1].upper() + what[1:]


class FrabError(ValidationError):
    """A file that cannot be taken in. `problems` holds the first of them, by line; nothing was changed."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = sorted(problems, key=lambda one: one.line)[:MOST]
        super().__init__([ValidationError(str(one), code=one.code) for one in self.problems])


def problem(line: int, element: str, code: str, **params: Any) -> Problem:
    return Problem(line, element, code, tuple(params.items()))
