"""What can be wrong with a file, in words that name the place: a line and an element of XML, a JSON pointer,
a row and a column of a table."""

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
    "doubled-id": gettext_lazy("the id %(value)s is used a second time, first in %(first)s"),
    "doubled-guid": gettext_lazy("the guid %(value)s is used a second time, first in %(first)s"),
    "doubled-person": gettext_lazy("the person id %(value)s is listed a second time, first in %(first)s"),
    "doubled-day": gettext_lazy("the day with index %(value)s comes a second time, first in %(first)s"),
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
    "not-json": gettext_lazy("this is not JSON (%(detail)s)"),
    "too-deep-json": gettext_lazy("values are nested more than %(most)d deep"),
    "doubled-key": gettext_lazy("the key “%(value)s” comes twice in one object"),
    "not-object": gettext_lazy("an object in braces is wanted here"),
    "not-list": gettext_lazy("a list in brackets is wanted here"),
    "not-text": gettext_lazy("a text in quotation marks is wanted here"),
    "not-flag": gettext_lazy("true or false is wanted here"),
    "not-schedule": gettext_lazy("this is no file of the format %(format)s: %(name)s is missing"),
    "unknown-format": gettext_lazy("no format that we read looks like this"),
    "missing-value": gettext_lazy("%(name)s is missing or empty"),
    "unknown-room": gettext_lazy("the room %(value)s is not among the file’s rooms"),
    "unknown-person": gettext_lazy("the person %(value)s is not among the file’s persons"),
    "bad-minutes": gettext_lazy("“%(value)s” is not a length in minutes"),
    "bad-language": gettext_lazy("“%(value)s” is not the code of a language"),
    "bad-role": gettext_lazy("“%(value)s” is no part in a session; there are %(known)s"),
    "bad-extension": gettext_lazy("what our own export added here cannot be read"),
    "ends-early": gettext_lazy("it ends before it begins"),
    "no-gathering": gettext_lazy("this file does not say what gathering it is of; choose one"),
    "outside": gettext_lazy("“%(title)s” is on %(day)s, which is not one of the gathering’s days"),
    "unknown-column": gettext_lazy("there is no such column"),
    "doubled-column": gettext_lazy("this column comes twice"),
    "missing-column": gettext_lazy("this column is missing"),
    "too-many-rows": gettext_lazy("the table has more than %(most)d rows"),
    "bad-mode": gettext_lazy("“%(value)s” is not where one takes part; there are %(known)s"),
    "not-yes": gettext_lazy("“%(value)s” is neither yes nor no"),
    "table": gettext_lazy("%(detail)s"),
    "overlap": gettext_lazy(
        "“%(title)s” begins in %(room)s at %(time)s, while “%(other)s” (%(first)s) is still there"
    ),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file: a line of text and an element, or a JSON pointer, or a row and a column."""

    line: int = 0
    element: str = ""
    path: str = ""
    row: int = 0
    column: str = ""

    def __str__(self) -> str:
        if self.path:
            return self.path
        if self.row:
            return _("row %(row)d") % {"row": self.row}
        return _("line %(line)d") % {"line": self.line}


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, what (a key of WORDS) and the particulars."""

    place: Place
    code: str
    params: tuple[tuple[str, Any], ...] = ()

    @property
    def line(self) -> int:
        return self.place.line

    @property
    def element(self) -> str:
        return self.place.element

    def __str__(self) -> str:
        what = str(WORDS[self.code]) % dict(self.params)
        place = self.place
        where = {
            "line": place.line,
            "element": place.element,
            "path": place.path,
            "row": place.row,
            "column": place.column,
            "problem": what,
        }
        if place.line and place.element:
            return _("Line %(line)d, <%(element)s>: %(problem)s") % where
        if place.line:
            return _("Line %(line)d: %(problem)s") % where
        if place.path:
            return _("At %(path)s: %(problem)s") % where
        if place.row and place.column:
            return _("Row %(row)d, column %(column)s: %(problem)s") % where
        if place.row:
            return _("Row %(row)d: %(problem)s") % where
        return what[:1].upper() + what[1:]


class ScheduleError(ValidationError):
    """A file that cannot be taken in. `problems` holds the first of them, by line; nothing was changed."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = sorted(problems, key=lambda one: (one.place.line, one.place.row))[:MOST]
        super().__init__([ValidationError(str(one), code=one.code) for one in self.problems])


def problem(line: int, element: str, code: str, **params: Any) -> Problem:
    """A problem in a line and an element of XML."""
    return Problem(Place(line, element), code, tuple(params.items()))


def problem_at(place: Place, code: str, **params: Any) -> Problem:
    return Problem(place, code, tuple(params.items()))
