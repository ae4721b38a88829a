"""From a page that a server sends to one that needs none: links become ways between files; forms, buttons
and scripts go; drawings that stood in a file of their own stand in the page, for a browser takes none
from a stick."""

import html
import re
from collections.abc import Callable, Mapping

_GONE = {"form", "button", "script", "iframe", "object", "embed", "input", "select", "textarea", "base"}
_LINKING = {"a", "area", "use", "link", "img", "source", "video", "audio", "image", "track", "body"}
_REST = r"((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>"
_TAG = re.compile(
    rf"<!--.*?-->|<(/?)({'|'.join(sorted(_GONE | _LINKING))})(?![\w:-]){_REST}", re.DOTALL | re.IGNORECASE
)
_ANY_TAG = re.compile(rf"<()([a-zA-Z][\w:-]*){_REST}")
_ATTRIBUTE = re.compile(r"""\s+([^\s=>"'/]+)(\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_LINKS = {"href", "src", "poster"}
_EMPTY = re.compile(
    r"<(li|p|ul|nav)(?:\s(?![^<>]*\bid=)[^<>]*)?>\s*</\1>\s*"
)  # what a script fills has an id
_SYMBOL = re.compile(r'<symbol\b[^>]*\bid="([\w-]+)"[^>]*>.*?</symbol>', re.DOTALL)
KEEP = "data-copy"  # marks a script or a field that works without a server

type Link = Callable[[str], str | None]  # what a link becomes; None: there is no such page here


def symbols(drawing: str) -> dict[str, str]:
    """The symbols of an SVG file by their ids."""
    return {found[1]: found[0] for found in _SYMBOL.finditer(drawing)}


def _attributes(text: str) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for name, said, double, single, bare in _ATTRIBUTE.findall(text):
        found[name] = html.unescape(double or single or bare) if said else None
    return found


def _written(name: str, attributes: Mapping[str, str | None], end: str) -> str:
    told = "".join(
        f" {key}" if value is None else f' {key}="{html.escape(value)}"' for key, value in attributes.items()
    )
    return f"<{name}{told}{end}>"


class _Page:
    def __init__(self, link: Link, drawings: Mapping[str, str]) -> None:
        self._link, self._drawings = link, drawings
        self._ends: list[str] = []  # what the end of each open <a> becomes
        self._used: dict[str, None] = {}
        self._dropping, self._depth = "", 0

    def rewrite(self, source: str) -> str:
        pieces: list[str] = []
        at = body = 0
        for found in _TAG.finditer(source):
            closes, name, rest = found[1], (found[2] or "").lower(), found[3] or ""
            if self._dropping:
                if name == self._dropping:
                    self._depth += -1 if closes else 1
                if not self._depth:
                    self._dropping, at = "", found.end()
                continue
            pieces.append(source[at : found.start()])
            at = found.end()
            if not name:
                continue  # a comment
            pieces.append(self._end(name) if closes else self._begin(name, rest, found[0]))
            if name == "body" and not closes:
                body = len(pieces)
        pieces.append(source[at:])
        if self._used:
            drawn = "".join(self._drawings[one] for one in self._used if one in self._drawings)
            pieces.insert(body, f'<svg width="0" height="0" hidden>{drawn}</svg>')
        made = _EMPTY.sub("", _EMPTY.sub("", "".join(pieces)))
        if '="/' in made:  # an attribute of another tag that leads to the server
            made = _ANY_TAG.sub(lambda found: self._other(found), made)
        return made

    def _end(self, name: str) -> str:
        return self._ends.pop() if name == "a" and self._ends else f"</{name}>"

    def _drop(self, name: str) -> str:
        if name not in _VOID:
            self._dropping, self._depth = name, 1
        return ""

    def _begin(self, name: str, rest: str, whole: str) -> str:
        if name in _GONE and f" {KEEP}" not in rest:
            return self._drop(name)
        if "=" not in rest:
            return whole
        given = _attributes(rest)
        end = "/" if rest.endswith("/") else ""
        if name == "a":
            return self._anchor(given)
        if name == "use":
            drawing = (given.get("href") or "").partition("#")[2]
            self._used[drawing] = None
            return _written(name, {"href": f"#{drawing}"}, end)
        if (given.get("src") or "").startswith("../"):
            return whole  # written for the copy
        given.pop("srcset", None)
        for key in _LINKS & given.keys():
            if (new := self._link(given[key] or "")) is None:
                return ""
            given[key] = new
        return _written(name, given, end)

    def _other(self, found: re.Match[str]) -> str:
        if '="/' not in found[3]:
            return found[0]
        kept = {
            key: value for key, value in _attributes(found[3]).items() if not (value or "").startswith("/")
        }
        return _written(found[2], kept, "/" if found[3].endswith("/") else "")

    def _anchor(self, given: dict[str, str | None]) -> str:
        """A link; or its words alone, where it leads to what only the server has. A link that looks like a
        button goes with its words."""
        href = given.get("href")
        if href is None or (new := self._link(href)):
            self._ends.append("</a>")
            if href is not None:
                given["href"] = new
            return _written("a", given, "")
        if not {"btn", "arrow", "chip"}.isdisjoint((given.get("class") or "").split()):
            return self._drop("a")
        kept = {key: value for key, value in given.items() if key in ("lang", "dir")}
        self._ends.append("</span>" if kept else "")
        return _written("span", kept, "") if kept else ""


def rewrite(source: str, link: Link, drawings: Mapping[str, str]) -> str:
    """A page as it stands in a copy. drawings: symbols by their ids."""
    return _Page(link, drawings).rewrite(source)
