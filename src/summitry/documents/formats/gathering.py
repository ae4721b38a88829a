"""What every reader does alike: gather passages, count what it leaves out, keep the bounds."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models.texts import LONGEST
from ..structure import ANCHOR, DEEPEST, MOST, Draft, Kind, Passage, tidy
from .problems import FormatError, Problem

LONGEST_NUMBER = 20

# What is left out or taken apart, in words for whoever brought the file.
REMARKS: dict[str, Callable[[int], str]] = {
    "tables": lambda n: ngettext(
        "%(n)d table was taken apart: each cell became a paragraph.",
        "%(n)d tables were taken apart: each cell became a paragraph.",
        n,
    ),
    "notes": lambda n: ngettext("%(n)d note was left out.", "%(n)d notes were left out.", n),
    "pictures": lambda n: ngettext("%(n)d picture was left out.", "%(n)d pictures were left out.", n),
    "links": lambda n: ngettext(
        "The address of %(n)d link was left out; its words were kept.",
        "The addresses of %(n)d links were left out; their words were kept.",
        n,
    ),
    "formulas": lambda n: ngettext("%(n)d formula was left out.", "%(n)d formulas were left out.", n),
    "boxes": lambda n: ngettext("%(n)d text box was left out.", "%(n)d text boxes were left out.", n),
    "comments": lambda n: ngettext("%(n)d comment was left out.", "%(n)d comments were left out.", n),
    "hidden": lambda n: ngettext(
        "%(n)d piece of hidden text was left out.", "%(n)d pieces of hidden text were left out.", n
    ),
    "symbols": lambda n: ngettext(
        "%(n)d sign of a symbol font was left out.", "%(n)d signs of symbol fonts were left out.", n
    ),
    "parts": lambda n: ngettext(
        "%(n)d part from another file was left out.", "%(n)d parts from other files were left out.", n
    ),
    "contents": lambda n: ngettext(
        "%(n)d line of the table of contents was left out.",
        "%(n)d lines of the table of contents were left out.",
        n,
    ),
    "attachments": lambda n: ngettext(
        "%(n)d attachment was left out.", "%(n)d attachments were left out.", n
    ),
    "quotes": lambda n: ngettext(
        "%(n)d passage quoted from another text was left out.",
        "%(n)d passages quoted from other texts were left out.",
        n,
    ),
    "code": lambda n: ngettext(
        "%(n)d block of code became a paragraph.", "%(n)d blocks of code became paragraphs.", n
    ),
    "markup": lambda n: ngettext(
        "%(n)d piece of HTML was left out.", "%(n)d pieces of HTML were left out.", n
    ),
    "anchors": lambda n: ngettext(
        "%(n)d address stood twice; the second passage with it counts as new.",
        "%(n)d addresses stood twice; the second passages with them count as new.",
        n,
    ),
}


@dataclass
class Gathering:
    """A draft while its file is read. language: of words for which the file names none."""

    language: str
    title: dict[str, str] = field(default_factory=dict)
    passages: list[Passage] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)
    _anchors: set[str] = field(default_factory=set)

    def add(
        self,
        kind: Kind,
        words: str | dict[str, str],
        number: str = "",
        depth: int = 1,
        anchor: str = "",
    ) -> None:
        """Adds a passage, unless it has no words. A number too long for one goes into the words."""
        number = tidy(number)
        given = words if isinstance(words, dict) else {self.language: words}
        told = {code: tidy(one) for code, one in given.items() if tidy(one)}
        if not told:
            return
        if len(number) > LONGEST_NUMBER:
            told, number = {code: f"{number} {one}" for code, one in told.items()}, ""
        if len(self.passages) >= MOST:
            raise FormatError(Problem("too-many", most=MOST))
        for one in told.values():
            if len(one) > LONGEST:
                at = len(self.passages) + 1
                raise FormatError(
                    Problem("too-long", paragraph=at, beginning=one, count=len(one), most=LONGEST)
                )
        if anchor and (not ANCHOR.fullmatch(anchor) or anchor in self._anchors):
            self.left["anchors"] += anchor in self._anchors
            anchor = ""
        self._anchors.add(anchor)
        deep = 1 if kind == Kind.PARAGRAPH else max(1, min(depth, DEEPEST))
        self.passages.append(Passage(kind, told, number, deep, anchor))

    def entitle(self, words: str, language: str = "") -> bool:
        """Takes the title in a language, the first that is given; false if there is one already."""
        code, told = language or self.language, tidy(words)
        if not told or code in self.title:
            return False
        self.title[code] = told
        return True

    def draft(self) -> Draft:
        if not self.passages:
            raise FormatError(Problem("nothing"))
        counted = [REMARKS[key](n) % {"n": n} for key, n in self.left.items() if n]
        return Draft(self.title, self.passages, [*self.remarks, *counted])


def other_language(found: str, taken: str) -> str:
    """The remark that a file calls itself of another language than it is taken for."""
    from summitry.text.languages import local_name

    return _("The file says that its words are %(found)s; they were taken as %(taken)s.") % {
        "found": local_name(found),
        "taken": local_name(taken),
    }
