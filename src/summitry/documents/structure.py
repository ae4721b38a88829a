"""A text as a list of passages: what every format reads and writes, and what versions are made of.

A passage is a heading, a paragraph or an item of a list. Its order is that of the list; `depth` nests
headings in headings (1 is the outermost) and items in items; a paragraph belongs to the heading before it.
Words are plain: a passage has no line break and no markup.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.db import models
from django.utils.translation import gettext_lazy as _

DEEPEST = 6
MOST = 2000  # passages of a text
ANCHOR = re.compile(r"p[1-9][0-9]{0,10}")
_BREAKS = re.compile("[\t-\r\x1c-\x1f \x85\u2028\u2029]+")
_UNFIT = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


class Kind(models.TextChoices):
    HEADING = "heading", _("heading")
    PARAGRAPH = "paragraph", _("paragraph")
    ITEM = "item", _("item")


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage in all the languages in which it is given.

    number: as shown before the words, such as "3." or "(a)"; empty if the words hold it, or there is none.
    anchor: the address that survives renumbering ("p12"); empty for a passage that is new to its document.
    """

    kind: Kind
    words: Mapping[str, str]  # {language: words}
    number: str = ""
    depth: int = 1
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A text as a file gave it: its title, its passages, the languages of either, and what the reader of the
    file had to leave out, in words for the person who brought it."""

    title: Mapping[str, str]
    passages: list[Passage]
    remarks: list[str] = field(default_factory=list)

    @property
    def languages(self) -> list[str]:
        """Those in which at least one passage is given, in the order of their first appearance."""
        return list(dict.fromkeys(code for one in self.passages for code in one.words))

    def narrowed(self, language: str) -> "Draft":
        """The text in one language; what is not given in it stands in the first in which it is given."""
        return Draft(
            _one_of(self.title, language),
            [replace(one, words=_one_of(one.words, language)) for one in self.passages],
        )


def _one_of(words: Mapping[str, str], language: str) -> dict[str, str]:
    code = language if language in words else next(iter(words), "")
    return {code: words[code]} if code else {}


def tidy(words: str) -> str:
    """Words as a passage holds them: no line breaks, tabs or controls, single spaces, no space at the ends.

    >>> tidy(" the\\n  Internet\\t")
    'the Internet'
    """
    return _BREAKS.sub(" ", _UNFIT.sub("", words)).strip()
