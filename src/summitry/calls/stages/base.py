"""What every kind of stage declares. A kind is one instance of a subclass, registered under its key."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from django.utils.translation import gettext as _

from ..codec import Problem, join

if TYPE_CHECKING:
    from ..models import StageRun
    from ..rules import RuleSet, Stage

Entries = Literal["none", "assigned", "all"]
Marks = Literal["none", "own", "after_own", "all"]
_ENTRIES: tuple[Entries, ...] = ("none", "assigned", "all")
_MARKS: tuple[Marks, ...] = ("none", "own", "after_own", "all")


@dataclass(frozen=True, slots=True)
class Sight:
    """A bundle of what a role sees while a stage runs and afterwards.

    entries: which ones. marks: jurors' marks and comments; "after_own" means once one's own are sent.
    names: who applies, in a blind call too. hidden: fields that are hidden from jurors.
    """

    entries: Entries = "none"
    marks: Marks = "none"
    names: bool = False
    hidden: bool = False

    def __or__(self, other: "Sight") -> "Sight":
        """What somebody sees who may see either."""
        return Sight(
            max(self.entries, other.entries, key=_ENTRIES.index),
            max(self.marks, other.marks, key=_MARKS.index),
            self.names or other.names,
            self.hidden or other.hidden,
        )


NOTHING = Sight()


class StageKind:
    """One kind of stage.

    allows: the deeds that need an open stage of this kind ("screen", "assign", "assess", "decide",
    "publish"). sees: by role, what opens up with the stage. criteria: it is marked by criteria; ordering:
    its marks make a computed order. Nothing outside asks which kind a stage is."""

    key: ClassVar[str]
    label: ClassVar[Any]  # lazily translated
    allows: ClassVar[frozenset[str]] = frozenset()
    sees: ClassVar[Mapping[str, Sight]] = {}
    criteria: ClassVar[bool] = False
    ordering: ClassVar[bool] = False
    options: ClassVar[Mapping[str, type]] = {}

    @property
    def roles(self) -> tuple[str, ...]:
        """Who acts in it."""
        return tuple(self.sees)

    def problems(self, stage: "Stage", rules: "RuleSet", path: str) -> Iterator[Problem]:
        """What contradicts itself in a stage of this kind."""
        if stage.criteria and not self.criteria:
            yield Problem(join(path, "criteria"), _("a stage of this kind has no criteria"))
        for name, value in stage.options.items():
            where = f"{path}.options.{name}"
            if name not in self.options:
                yield Problem(where, _("a stage of this kind has no such option"))
            elif not isinstance(value, self.options[name]) or (
                isinstance(value, bool) and self.options[name] is not bool
            ):
                yield Problem(where, _("has the wrong type"))

    def progress(self, run: "StageRun") -> tuple[int, int]:
        """How much of its work is done, of how much. At most two queries."""
        return (0, 0)

    def blockers(self, run: "StageRun") -> list[str]:
        """Why it cannot be closed yet, in words; empty if it can."""
        done, total = self.progress(run)
        return [] if done >= total else [self.unfinished(total - done)]

    def unfinished(self, count: int) -> str:
        return _("There is work left to do.")

    def opening(self, run: "StageRun") -> None:
        """What opening does, beyond the change of state. Raises ValidationError to refuse."""

    def closing(self, run: "StageRun") -> dict[str, int]:
        """What closing does, beyond the change of state; returns counts for the record."""
        return {}

    def told(self, counts: Mapping[str, int]) -> str:
        """Those counts in words, for the story of an entry."""
        return ""


_kinds: dict[str, StageKind] = {}


def register(kind: type[StageKind]) -> type[StageKind]:
    """Class decorator: one instance of the kind is known under its key."""
    if kind.key in _kinds and type(_kinds[kind.key]) is not kind:
        raise ValueError(f"two kinds of stage are called {kind.key}")
    _kinds[kind.key] = kind()
    return kind


def kind(key: str) -> StageKind:
    """The kind of this key. Raises KeyError."""
    return _kinds[key]


def known(key: str) -> bool:
    return key in _kinds


def every() -> Iterable[StageKind]:
    return list(_kinds.values())
