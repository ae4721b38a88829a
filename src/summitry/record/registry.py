"""What the rooms above tell the record: kinds of acts, subjects, roles. Called in each app's
`AppConfig.ready()`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of act: its sentence (untranslated, or a lazy plural), the icon beside it, the fact that is
    linked.
    """

    name: str
    sentence: "str | Promise"
    icon: str
    link: str


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of thing that acts are about. Keys are what stands after the colon of a subject."""

    name: str
    url: Callable[[str], str | None] | None
    face: Callable[[str], Any] | None
    faces: Callable[[list[str]], Mapping[str, Any]] | None
    keys: Callable[[], Iterable[str]] | None

    def faces_of(self, keys: list[str]) -> Mapping[str, Any]:
        """The present public faces of these keys; a key without one is left out."""
        if self.faces is not None:
            return {key: face for key, face in self.faces(keys).items() if face is not None}
        if self.face is None:
            return {}
        found = ((key, self.face(key)) for key in keys)
        return {key: face for key, face in found if face is not None}


kinds: dict[str, Kind] = {}
subjects: dict[str, Subject] = {}
roles: dict[str, "str | Promise"] = {}


def kind(name: str, sentence: "str | Promise", *, icon: str = "ledger", link: str = "title") -> None:
    """Registers a kind of act: `registry.kind("calls.opened", gettext_noop("Call opened: %(title)s"),
    icon="call")`.

    Placeholders are names of facts. Facts that are {language: words} become the reader's words, the fact
    `role` becomes that role's name, and the fact named by `link` is linked to the subject's page. A sentence
    with a plural: `ngettext_lazy(one, many, "count")`.
    """
    kinds[name] = Kind(name, sentence, icon, link)


def subject(
    name: str,
    *,
    url: Callable[[str], str | None] | None = None,
    face: Callable[[str], Any] | None = None,
    faces: Callable[[list[str]], Mapping[str, Any]] | None = None,
    keys: Callable[[], Iterable[str]] | None = None,
) -> None:
    """Registers a kind of subject: `registry.subject("calls.call", url=…, face=…)`.

    url(key): its page, or None. face(key): its present public face as plain data from the database, or None
    if the public sees nothing of it. faces(keys): the same for many at once, in few queries. keys(): all that
    have a face now; with it, a thing that stands in the database without any entry is seen by those who
    verify.
    """
    subjects[name] = Subject(name, url, face, faces, keys)


def role(name: str, label: "str | Promise") -> None:
    """Registers how a role that acts is called: `registry.role("call_manager", gettext_lazy("call
    manager"))`.
    """
    roles[name] = label


def split(reference: str) -> tuple[str, str]:
    """("calls.call", "practice-cases-2027") of "calls.call:practice-cases-2027"."""
    name, _, key = reference.partition(":")
    return name, key


def url_of(reference: str) -> str | None:
    """The page of a subject, if it has one."""
    name, key = split(reference)
    found = subjects.get(name)
    return found.url(key) if found and found.url else None


def has_face(reference: str) -> bool:
    found = subjects.get(split(reference)[0])
    return bool(found and (found.face or found.faces))


def faces_of(references: Iterable[str]) -> dict[str, Any]:
    """The present public faces of subjects; those without one are left out."""
    grouped: dict[str, list[str]] = {}
    for reference in references:
        name, key = split(reference)
        grouped.setdefault(name, []).append(key)
    return {
        f"{name}:{key}": face
        for name, wanted in grouped.items()
        if name in subjects
        for key, face in subjects[name].faces_of(wanted).items()
    }
