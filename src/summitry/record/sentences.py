"""What an entry says, as a sentence in the reader's language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.functional import Promise
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from summitry.text import languages, moments

from . import registry

_OPEN, _CLOSE = "\ue000", "\ue001"  # private use: they stand where a fact goes until the sentence is escaped


class _Unsaid(int):
    """Stands for a fact that is not given, also where the sentence counts it: then it is many."""

    def __str__(self) -> str:
        return "…"


_UNSAID = _Unsaid(10**12 + 11)


class _Slots(dict[str, Any]):
    def __missing__(self, key: str) -> _Unsaid:
        return _UNSAID


def is_text(value: Any) -> bool:
    """Whether a fact is {language: words}."""
    return (
        isinstance(value, Mapping)
        and bool(value)
        and all(isinstance(words, str) for words in value.values())
        and all(code in LANG_INFO or code in settings.CONTENT_LANGUAGES for code in value)
    )


def words(value: Any) -> tuple[str, str | None]:
    """A fact in words, and the language that it is in if it is a text."""
    if is_text(value):
        code = languages.choose(value)
        return (value[code], code) if code else ("", None)
    if isinstance(value, list):
        return ", ".join(words(one)[0] for one in value), None
    if value is True or value is False or value is None:
        return {True: gettext("yes"), False: gettext("no"), None: "–"}[value], None
    moment = moments.of_clock(value) if isinstance(value, str) else None
    return moments.exact(moment) if moment else str(value), None


def words_html(value: Any) -> SafeString:
    """The same for HTML: words of another language are marked as such."""
    said, code = words(value)
    if code is None or code == languages.current():
        return mark_safe(escape(said))  # noqa: S308  (escaped here)
    return format_html(
        '<span lang="{}" dir="{}">{}</span>', languages.bcp47(code), languages.direction(code), said
    )


@dataclass(frozen=True, slots=True)
class Reading:
    """A fact as the page of its entry shows it: `language` is set where it is words in one of several
    languages.
    """

    words: str
    language: str | None = None


def readings(value: Any) -> list[Reading]:
    """A fact in all its languages, the reader's first; one without languages as it is."""
    if not is_text(value):
        return [Reading(words(value)[0])]
    first = languages.choose(value)
    return [Reading(value[code], code) for code in sorted(value, key=lambda code: (code != first, code))]


def _filled(said: Mapping[str, Any], fill: Callable[[str, Any], str], finish: Callable[[str], str]) -> str:
    kind = registry.kinds.get(said["kind"])
    if kind is None:
        return finish(said["kind"])
    slots = _Slots()
    for name, value in said["facts"].items():
        whole = isinstance(value, int) and not isinstance(value, bool)
        slots[name] = value if whole else f"{_OPEN}{name}{_CLOSE}"
    sentence = kind.sentence if isinstance(kind.sentence, Promise) else gettext(kind.sentence)
    try:
        text = str(sentence % slots)
    except (KeyError, TypeError, ValueError):
        return finish(said["kind"])
    text = finish(text).replace(int.__str__(_UNSAID), str(_UNSAID))
    for name, value in said["facts"].items():
        text = text.replace(f"{_OPEN}{name}{_CLOSE}", fill(name, value))
    return text


def plain(said: Mapping[str, Any]) -> str:
    """The sentence of an entry's body as plain text. An unknown kind gives its name."""
    return _filled(said, lambda name, value: words(_named(name, value))[0], str)


def html(said: Mapping[str, Any]) -> SafeString:
    """The sentence as HTML, the linked fact leading to the subject's page."""
    kind = registry.kinds.get(said["kind"])
    url = registry.url_of(said["subject"])

    def fill(name: str, value: Any) -> str:
        inner = words_html(_named(name, value))
        return format_html('<a href="{}">{}</a>', url, inner) if url and kind and name == kind.link else inner

    return mark_safe(_filled(said, fill, escape))  # noqa: S308  (escaped piece by piece)


def _named(fact: str, value: Any) -> Any:
    """The fact `role` is a role's key: readers get its name."""
    return role_label(value) if fact == "role" and isinstance(value, str) else value


def kind_label(name: str) -> str:
    """A kind of act in a list of kinds: its sentence with the facts left open."""
    return plain({"kind": name, "facts": {}})


def role_label(name: str) -> str:
    return str(registry.roles.get(name, name))
