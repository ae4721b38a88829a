"""Styles of a DOCX file: what a paragraph inherits, whatever language Word speaks."""

import re
from dataclasses import dataclass

from ..xml import Element
from .names import on, value, w

_HEADING = re.compile(r"heading ([1-9])")
_EAST = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
BODY = 9  # the outline level of what is no heading


@dataclass(frozen=True, slots=True)
class Style:
    """name: as in the file, small. level: of the outline, 0 the highest, None if it says none. number, place:
    the list that it belongs to and the level in it."""

    name: str = ""
    based_on: str = ""
    level: int | None = None
    number: str = ""
    place: int | None = None
    hidden: bool = False


class Styles:
    def __init__(self, root: Element | None) -> None:
        self.styles: dict[str, Style] = {}
        self.default = ""
        self.spoken = root.find(f"{w('docDefaults')}//{w('lang')}") if root is not None else None
        for one in root.iterfind(w("style")) if root is not None else ():
            key = one.get(w("styleId"), "")
            self.styles[key] = _style(one)
            if one.get(w("type")) == "paragraph" and one.get(w("default")) in {"1", "true", "on"}:
                self.default = key

    def name(self, key: str) -> str:
        """The name of a style; the key itself where the file describes none."""
        found = self.styles.get(key)
        return found.name if found else key.lower()

    def chain(self, key: str) -> list[Style]:
        """A style and those that it is based on, nearest first."""
        found, seen = [], set()
        while key and key not in seen:
            seen.add(key)
            one = self.styles.get(key) or Style(name=key.lower())
            found.append(one)
            key = one.based_on
        return found

    def level(self, key: str, properties: Element | None) -> int | None:
        """The level of the outline of a paragraph: its own, else its styles'. None for what is no heading."""
        if told := value(properties, "outlineLvl"):
            return _level(told)
        for one in self.chain(key):
            if one.level is not None:
                return one.level if one.level != BODY else None
            if found := _HEADING.fullmatch(_spaced(one.name)):
                return int(found[1]) - 1
        return None

    def language(self, properties: Element | None, words: str) -> str:
        """The language, without its place, that a run says for its script; empty if it says none."""
        own = properties.find(w("lang")) if properties is not None else None
        script = "eastAsia" if _EAST.search(words) else "bidi" if _RIGHT.search(words) else "val"
        for told in (own, self.spoken):
            if told is not None and told.get(w(script)):
                return str(told.get(w(script))).partition("-")[0].lower()
        return ""


def _spaced(name: str) -> str:
    """The name "heading 1" also where only the key "Heading1" is known."""
    return re.sub(r"\Aheading(\d)\Z", r"heading \1", name)


def _level(told: str) -> int | None:
    return int(told) if told.isdecimal() and int(told) < BODY else None


def _style(one: Element) -> Style:
    paragraph, run = one.find(w("pPr")), one.find(w("rPr"))
    listed = paragraph.find(w("numPr")) if paragraph is not None else None
    told, place = value(paragraph, "outlineLvl"), value(listed, "ilvl")
    return Style(
        name=value(one, "name").lower(),
        based_on=value(one, "basedOn"),
        level=min(int(told), BODY) if told.isdecimal() else None,
        number=value(listed, "numId"),
        place=int(place) if place.isdecimal() else None,
        hidden=on(run, "vanish"),
    )
