"""What every kind of stage declares. A kind is one instance of a subclass, registered under its key."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as default
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from django.urls import reverse
from django.utils.translation import gettext as _

from summitry.people.models import Person, User

from ..codec import Problem, join

if TYPE_CHECKING:
    from ..models import StageRun, Submission
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


@dataclass(frozen=True, slots=True)
class Door:
    """A page on which a stage is worked: who may open it, its address by call (and `by_stage` by the stage's
    key), and what its button says."""

    permission: str
    page: str
    label: Any  # lazily translated
    by_stage: bool = False

    def url(self, run: "StageRun") -> str:
        return reverse(self.page, args=[run.call.slug, run.key] if self.by_stage else [run.call.slug])


@dataclass(frozen=True, slots=True)
class Weighed:
    """What one stage says of one entry, exactly. value: on the stage's scale, None for nothing said; the
    higher the better. ties: what decides between equal values before the draw does, the higher the better.
    count: how many said something; variance: of what they said. error: standard error, as a decimal
    string."""

    value: Fraction | None
    ties: tuple[Fraction, ...] = ()
    count: int = 0
    variance: Fraction | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Weighing:
    """What one ordering stage says of all entries: by ref, on a scale from `low` to `high`."""

    entries: Mapping[str, Weighed]
    low: Fraction
    high: Fraction
    notes: Mapping[str, Any] = default(default_factory=dict)

    def stretched(self, ref: str) -> Fraction:
        """From 0 for the worst possible to 100; 0 where nothing was said."""
        found = self.entries.get(ref)
        if found is None or found.value is None or self.high == self.low:
            return Fraction(0)
        return (found.value - self.low) / (self.high - self.low) * 100


type Pen = Callable[[Person], str]  # the name under which a verdict knows a person: "j3"


class StageKind:
    """One kind of stage. Nothing outside asks which kind a stage is.

    allows: the deeds that need an open stage of this kind ("screen", "assign", "assess", "decide",
    "publish"). when: on which side of the decision it stands. sees: by role, what opens up with the stage.
    criteria: it is marked by criteria; units: it gives out units; ordering: what is said in it makes a
    computed order (`gather` and `weigh`), of which the option `keep` lets the best go on; voiced: by the
    public, whose share in an order is never more than half. questions: fields of the form can be asked in it;
    lasting: what it took out stays out when it is opened again. doors: the pages on which it is worked.
    front: the name of the page by which everybody sees it, by call and stage. worker and icon: whose list it
    waits on (`left`, `asks`)."""

    key: ClassVar[str]
    label: ClassVar[Any]  # lazily translated
    allows: ClassVar[frozenset[str]] = frozenset()
    when: ClassVar[Literal["before", "decision", "after", "publication"]] = "before"
    sees: ClassVar[Mapping[str, Sight]] = {}
    criteria: ClassVar[bool] = False
    units: ClassVar[bool] = False
    ordering: ClassVar[bool] = False
    voiced: ClassVar[bool] = False
    questions: ClassVar[bool] = False
    lasting: ClassVar[bool] = False
    options: ClassVar[Mapping[str, type]] = {}
    doors: ClassVar[tuple[Door, ...]] = ()
    front: ClassVar[str] = ""
    worker: ClassVar[str] = ""
    icon: ClassVar[str] = "call"

    @property
    def roles(self) -> tuple[str, ...]:
        """Who acts in it."""
        return tuple(self.sees)

    def problems(self, stage: "Stage", rules: "RuleSet", path: str) -> Iterator[Problem]:
        """What contradicts itself in a stage of this kind."""
        if stage.criteria and not self.criteria:
            yield Problem(join(path, "criteria"), _("a stage of this kind has no criteria"))
        if stage.units and not self.units:
            yield Problem(join(path, "units"), _("a stage of this kind gives nothing out"))
        known: Mapping[str, type] = {"keep": int, **self.options} if self.ordering else self.options
        for name, value in stage.options.items():
            where = f"{path}.options.{name}"
            if name not in known:
                yield Problem(where, _("a stage of this kind has no such option"))
            elif not isinstance(value, known[name]) or (isinstance(value, bool) and known[name] is not bool):
                yield Problem(where, _("has the wrong type"))
            elif name == "keep" and isinstance(value, int) and value < 1:
                yield Problem(where, _("must be at least 1"))

    def progress(self, run: "StageRun") -> tuple[int, int]:
        """How much of its work is done, of how much. At most two queries."""
        return (0, 0)

    def blockers(self, run: "StageRun") -> list[str]:
        """Why it cannot be closed yet, in words; empty if it can."""
        done, total = self.progress(run)
        return [] if done >= total else [self.unfinished(total - done)]

    def unfinished(self, count: int) -> str:
        return _("There is work left to do.")

    def opening(self, run: "StageRun") -> dict[str, Any] | None:
        """What opening does, beyond the change of state; returns facts for the record. Raises ValidationError
        to refuse."""
        return None

    def closing(self, run: "StageRun") -> dict[str, int]:
        """What closing does, beyond the change of state; returns counts for the record."""
        return {}

    def reopening(self, run: "StageRun") -> None:
        """What re-opening takes back, beyond the change of state. Raises ValidationError to refuse."""

    def asks_more(self, run: "StageRun", submission: "Submission") -> str | None:
        """The key under which the fields stand that those behind an entry may answer while the stage is open
        (`Field.stage`; empty for the form itself); None if there are none."""
        return None

    def withdrawn(self, run: "StageRun", submission: "Submission") -> None:
        """An entry was withdrawn: what was begun here with it ends. Within an act."""

    def sealed(self, run: "StageRun") -> None:
        """What goes, whatever its state, once the verdict is sealed. Within the act that seals."""

    def check_turn(self, run: "StageRun", submission: "Submission") -> None:
        """Raises ValidationError while an entry cannot be marked yet."""

    def told(self, counts: Mapping[str, int]) -> str:
        """Those counts in words, for the story of an entry."""
        return ""

    def left(self, runs: "Sequence[StageRun]", user: User) -> Mapping[int, int]:
        """How much of each of these open stages waits for a worker: key of the run -> count. One query."""
        return {}

    def asks(self, run: "StageRun", count: int) -> str:
        """That count in words, with the call's title; empty if nothing is to be said."""
        return ""

    def gather(self, run: "StageRun", entries: "Sequence[Submission]", pen: Pen) -> dict[str, Any]:
        """Everything that the order of these entries is computed from, as plain JSON data without a name: a
        person is what `pen` calls her. `people` says who they are. Of ordering stages alone."""
        return {}

    def state(self, run: "StageRun") -> Any:
        """Plain values that are others whenever `gather` could give something else, so that an order need not
        be computed anew; None if that is not told. One query. Of ordering stages alone."""
        return None

    def people(self, run: "StageRun", entries: "Sequence[Submission]") -> Iterable[Person]:
        """Whose words `gather` writes down."""
        return ()

    def weigh(self, data: Mapping[str, Any], entries: Mapping[str, str], ties: Sequence[str]) -> Weighing:
        """What that data says of each entry. Pure: nothing but the data. entries: ref -> category; ties: keys
        of the criteria that break a tie. Of ordering stages alone."""
        return Weighing({}, Fraction(0), Fraction(0))

    def heard(self, run: "StageRun", persons: Iterable[int]) -> Iterable[tuple[int, int]] | None:
        """The pairs (person, entry) of these persons on which `void` may find something; None: ask it of
        all. At most two queries."""
        return None

    def void(self, run: "StageRun", submission: "Submission", person: Person) -> None:
        """What a person said here of an entry with which she has a conflict counts no more. Within an act."""


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
