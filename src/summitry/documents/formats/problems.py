"""What can be wrong with a file that holds a text, in words that name the place."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WORDS: dict[str, Promise] = {
    "empty": gettext_lazy("the file is empty"),
    "too-large": gettext_lazy("the file has %(size)s bytes; at most %(most)s are taken"),
    "unknown-format": gettext_lazy("no format that is read here looks like this"),
    "nothing": gettext_lazy("there are no words in it"),
    "too-many": gettext_lazy("it has more than %(most)d paragraphs"),
    "too-long": gettext_lazy("it has %(count)d characters; at most %(most)d may stand in one paragraph"),
    "not-utf-8": gettext_lazy("it is not written in UTF-8"),
    "not-xml": gettext_lazy("this is not well-formed XML (%(detail)s)"),
    "doctype": gettext_lazy(
        "it declares a document type; such files are refused, because entities can hide bombs"
    ),
    "old-word": gettext_lazy(
        "this is a Word file of before 2007, or one with a password; save it as .docx without a password"
    ),
    "not-zip": gettext_lazy("the archive that a Word file is made of is broken (%(detail)s)"),
    "opendocument": gettext_lazy("this is an OpenDocument file; save it as Word file, .docx"),
    "bomb": gettext_lazy("unpacked it would have %(size)s bytes; at most %(most)s are taken"),
    "not-word": gettext_lazy("this is no Word document: there is no text part in it"),
    "macros": gettext_lazy("it holds macros; save it as .docx, which has none"),
    "changes": gettext_lazy("it holds tracked changes; accept or reject them first"),
    "not-akn": gettext_lazy("the outermost element is <%(found)s>, not <akomaNtoso> of version 3.0"),
    "schema": gettext_lazy("the schema of Akoma Ntoso 3.0 does not allow this: %(detail)s"),
    "other-type": gettext_lazy("a <%(found)s> is not read here; read are %(known)s"),
}


@dataclass(frozen=True, slots=True, init=False)
class Problem:
    """One thing that is wrong: what (a key of WORDS), the particulars, and where: a line and an element, or
    the ordinal of a paragraph and how it begins."""

    code: str
    params: tuple[tuple[str, Any], ...]
    line: int
    element: str
    paragraph: int
    beginning: str

    def __init__(
        self,
        code: str,
        *,
        line: int = 0,
        element: str = "",
        paragraph: int = 0,
        beginning: str = "",
        **params: Any,
    ) -> None:
        put = object.__setattr__
        put(self, "code", code)
        put(self, "params", tuple(params.items()))
        put(self, "line", line)
        put(self, "element", element)
        put(self, "paragraph", paragraph)
        put(self, "beginning", beginning if len(beginning) <= 60 else beginning[:59] + "…")

    def __str__(self) -> str:
        what = str(WORDS[self.code]) % dict(self.params)
        where = {
            "line": self.line,
            "element": self.element,
            "paragraph": self.paragraph,
            "beginning": self.beginning,
            "problem": what,
        }
        if self.paragraph and self.beginning:
            return _("Paragraph %(paragraph)d (“%(beginning)s”): %(problem)s") % where
        if self.paragraph:
            return _("Paragraph %(paragraph)d: %(problem)s") % where
        if self.line and self.element:
            return _("Line %(line)d, <%(element)s>: %(problem)s") % where
        if self.line:
            return _("Line %(line)d: %(problem)s") % where
        return what[:1].upper() + what[1:]


class FormatError(ValidationError):
    """A file that cannot be taken in; nothing was changed."""

    def __init__(self, problem: Problem):
        self.problem = problem
        super().__init__(str(problem), code=problem.code)
