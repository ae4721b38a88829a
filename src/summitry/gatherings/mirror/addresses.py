"""Which addresses of the site belong to a gathering's copy, and the names of their files."""

import hashlib
import posixpath
from collections.abc import Collection
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

from django.conf import settings
from django.urls import Resolver404, get_script_prefix, resolve, reverse
from django.utils import translation

CODES = tuple(code for code, _name in settings.LANGUAGES)
OWN = ("sessions", "people", "search", "about")  # pages that only a copy has: …/gatherings/SLUG/~search/

_NOT_PUBLISHED = {"agenda", "shared_agenda", "agenda_ics"}  # a reader's own
_BESIDE = {"site:organisation", "gatherings:series"}  # of other editions too
# The selections of a programme that are pages of a copy: those that its pages lead to, and their pieces.
_PIECES = "day day+rooms rooms view day+view page+view day+page+view track page+track day+room day+page+room"
_SELECTIONS = {frozenset(), *(frozenset(one.split("+")) for one in _PIECES.split())}
_WINDOWS = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))}


def relative(target: str, page: str) -> str:
    """The way from one file of the copy to another, as a link writes it."""
    return quote(posixpath.relpath(target, posixpath.dirname(page) or "."), safe="/=,~+@")


class Addresses:
    """Of one gathering. receipts: places of its entries in the record."""

    def __init__(self, slug: str, receipts: Collection[int] = ()) -> None:
        self.slug, self.receipts = slug, frozenset(receipts)
        self.host = urlsplit(settings.BASE_URL).netloc
        self._prefix = get_script_prefix()
        self._static = urlsplit(urljoin(self._prefix, settings.STATIC_URL)).path
        self._names: dict[str, str] = {}
        self._seen: dict[str, tuple[str, str] | None] = {}
        self._views: dict[str, str] = {}

    # -- our own pages -----------------------------------------------------------------------------
    def front(self, code: str) -> str:
        with translation.override(code):
            return reverse("gatherings:detail", args=[self.slug])

    def own(self, code: str, name: str, page: int = 1) -> str:
        return f"{self.front(code)}~{name}/{f'?page={page}' if page > 1 else ''}"

    # -- what a link means -------------------------------------------------------------------------
    def is_here(self, href: str) -> bool:
        """Whether a link leads to this site at all."""
        parts = urlsplit(href)
        if parts.scheme not in ("", "http", "https"):
            return False
        return not parts.netloc or parts.netloc == self.host

    def find(self, href: str, base: str) -> tuple[str, str] | None:
        """The address in the copy that a link on the page `base` means, and the part after "#"; None if the
        copy has no such page."""
        try:
            parts = urlsplit(urljoin(base, href))
        except ValueError:
            return None
        whole = f"{parts.path}?{parts.query}"
        if whole not in self._seen:
            found = self._canonical(parts.path, parts.query)
            self._seen[whole] = (found, "") if found else None
        known = self._seen[whole]
        return (known[0], parts.fragment) if known else None

    def _canonical(self, path: str, query: str) -> str | None:
        if path.startswith(self._static):
            return path
        given = [pair for pair in parse_qsl(query) if pair[1]]
        asked = dict(given)
        if len(asked) != len(given):
            return None
        first, _slash, rest = path.removeprefix(self._prefix).partition("/")
        if first in CODES:
            if not rest:
                return self.front(first)  # the site's own home is not here: the gathering is
            own = path.removeprefix(self.front(first))
            if own != path and own.startswith("~"):
                return _joined(path, asked) if own[1:-1] in OWN and asked.keys() <= {"page"} else None
        try:
            with translation.override(first if first in CODES else settings.LANGUAGE_CODE):
                match = resolve(path)
        except Resolver404:
            return None
        view = match.view_name
        self._views[path] = view
        if view in _BESIDE:
            return _joined(path, asked) if asked.keys() <= {"page"} else None
        if view == "record-receipt":
            return path if match.kwargs.get("index") in self.receipts else None
        if view in ("record-key", "record-checkpoint"):
            return path if self.receipts else None
        namespace, _colon, name = view.partition(":")
        if match.kwargs.get("slug") != self.slug or name in _NOT_PUBLISHED or name.startswith("desk"):
            return None
        if namespace == "programmes":
            return (
                _joined(path, asked)
                if asked.keys() <= {"lang"} and asked.get("lang") in {None, *CODES}
                else None
            )
        if view == "gatherings:programme":
            return _selection(path, asked)
        return _joined(path, asked) if namespace == "gatherings" and asked.keys() <= {"page"} else None

    # -- files -------------------------------------------------------------------------------------
    def name(self, address: str) -> str:
        """The file of an address, from the folder's root. Two addresses never share one, also where capital
        letters are not told from small ones; every process finds the same."""
        if address not in self._names:
            self._names[address] = self._guess(address)
        return self._names[address]

    def rename(self, address: str, name: str) -> None:
        self._names[address] = name

    def language(self, address: str) -> str:
        """The language under which an address stands; empty for what is the same in all."""
        path, _mark, query = address.partition("?")
        first = path.removeprefix(self._prefix).partition("/")[0]
        return first if first in CODES else dict(parse_qsl(query)).get("lang", "")

    def _guess(self, address: str) -> str:
        path, _mark, query = address.partition("?")
        asked = dict(parse_qsl(query))
        if path.startswith(self._static):
            return f"static/{path.removeprefix(self._static)}"
        view = self._views.get(path, "")
        if view.startswith("record-"):
            last = path.rstrip("/").rpartition("/")[2]
            return f"record/entry-{last}" if view == "record-receipt" else f"record/{last}.txt"
        if view.startswith("programmes:"):
            rest = path.partition(f"/{self.slug}/")[2]
            return "/".join(filter(None, ("files", asked.get("lang", ""), _safe(rest))))
        code, _slash, rest = path.removeprefix(self._prefix).partition("/")
        tail = "".join(f",{name}={_safe(value)}" for name, value in sorted(asked.items()))
        inside = rest.removeprefix(f"gatherings/{self.slug}/")
        if inside == rest:
            return f"{code}/beside/{_safe(rest.strip('/'))}{tail}.html"
        if inside.startswith("~"):
            name = inside.strip("~/")
            return f"{code}/{name if name == 'search' else f'copy-{name}'}{tail}.html"
        return f"{code}/{_safe(inside.strip('/')) or 'index'}{tail}.html"


def _joined(path: str, asked: dict[str, str]) -> str:
    kept = {name: value for name, value in asked.items() if (name, value) != ("page", "1")}
    return f"{path}?{urlencode(sorted(kept.items()))}" if kept else path


def _selection(path: str, asked: dict[str, str]) -> str | None:
    filtered = asked.keys() & {"track", "room"}
    if asked.get("view") == ("list" if filtered else "grid"):
        del asked["view"]  # as it is without
    if asked.get("rooms") == "1":
        del asked["rooms"]
    if asked.get("page") == "1":
        del asked["page"]
    if frozenset(asked) not in _SELECTIONS or asked.get("view") not in {None, "list"}:
        return None
    return _joined(path, asked)


def _safe(path: str) -> str:
    """A name for every system: none of those that Windows keeps for itself, and one with capital letters
    told from the same with small ones."""
    parts = [f"{one}_" if one.partition(".")[0].lower() in _WINDOWS else one for one in path.split("/")]
    for at, one in enumerate(parts):
        if one != one.lower():
            stem, dot, end = one.partition(".")
            parts[at] = f"{stem}~{hashlib.sha256(one.encode()).hexdigest()[:6]}{dot}{end}"
    return "/".join(parts)
