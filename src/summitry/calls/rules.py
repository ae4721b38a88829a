"""The rules of a call as data: typed, immutable, with one canonical JSON form and its digest.

Nothing here knows a kind of call, field or stage by name: `kind` is the key of a registered component
(`calls.fields`, `calls.stages`), and `checks.problems` asks that component what contradicts itself.
A rule set holds everything that binds: texts, calendar, form, categories, stages, conflicts, decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as default
from datetime import datetime
from typing import Any, Literal

from django.core.exceptions import ValidationError

from summitry.text.value import Text

from .codec import Problem, canonical, decode, digest, encode

FORMAT = "summitry.rules/1"
NOTHING = Text()


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers that a field offers."""

    key: str
    label: Text


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form, with its heading."""

    key: str
    name: Text
    help: Text = NOTHING


@dataclass(frozen=True, slots=True)
class Field:
    """A question of the form.

    visibility: "public": the jury sees it, and everybody once the entry is accepted and published;
    "private": the jury sees it, the public never; "hidden_from_jurors": neither does.
    identifies: in a blind call the jury does not see it either, though it may be public afterwards.
    role: what the answer is for the outcome ("title", "country", ...), so that outcomes never know keys.
    stage: the key of the stage at which it is asked of those still in the running; empty: by all, at once.
    """

    key: str
    kind: str
    label: Text
    help: Text = NOTHING
    required: bool = False
    translatable: bool = False
    visibility: Literal["public", "private", "hidden_from_jurors"] = "public"
    identifies: bool = False
    role: str = ""
    section: str = ""
    stage: str = ""
    unit: Text = NOTHING
    choices: tuple[Choice, ...] = ()
    options: Mapping[str, Any] = default(default_factory=dict)

    def option(self, name: str, otherwise: Any = None) -> Any:
        return self.options.get(name, otherwise)

    def choice(self, key: str) -> Choice | None:
        return next((one for one in self.choices if one.key == key), None)


@dataclass(frozen=True, slots=True)
class Category:
    """A class of entries; at most `quota` of them are accepted, if there is one."""

    key: str
    name: Text
    help: Text = NOTHING
    quota: int | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """What jurors mark, from `low` to `high`; the weights of a stage are percentages and sum to 100.

    weights: category -> the weight in this category, where it differs; 0: not asked there."""

    key: str
    label: Text
    help: Text = NOTHING
    weight: int = 0
    weights: Mapping[str, Any] = default(default_factory=dict)
    low: int = 1
    high: int = 5
    low_label: Text = NOTHING
    high_label: Text = NOTHING

    @property
    def marks(self) -> range:
        return range(self.low, self.high + 1)


@dataclass(frozen=True, slots=True)
class Reason:
    """A standard reason, already in every language, that a screener or a chair may give."""

    key: str
    text: Text


@dataclass(frozen=True, slots=True)
class Unit:
    """Something of which a stage that allocates has `count`: a 90-minute slot, a stand of 9 m²."""

    key: str
    name: Text
    count: int = 1


@dataclass(frozen=True, slots=True)
class Condition:
    """Who may apply: a predicate (`calls.eligibility`) with its options. `note` says it in the call's own
    words, where the predicate's own do not do."""

    key: str
    kind: str
    note: Text = NOTHING
    options: Mapping[str, Any] = default(default_factory=dict)

    def option(self, name: str, otherwise: Any = None) -> Any:
        return self.options.get(name, otherwise)


@dataclass(frozen=True, slots=True)
class Obligation:
    """What the accepted owe afterwards ("report"), `days` after publication."""

    key: str
    name: Text
    help: Text = NOTHING
    days: int = 365


@dataclass(frozen=True, slots=True)
class Letter:
    """The words of a decision letter. key: "accepted", "reserve", "rejected", or that of a tier.

    In subject and body {call}, {ref}, {title}, {tier}, {reason} and {name} stand for themselves."""

    key: str
    subject: Text
    body: Text


@dataclass(frozen=True, slots=True)
class Stage:
    """A step on the way to the decision. The dates are the published calendar, in UTC."""

    key: str
    kind: str
    name: Text
    help: Text = NOTHING
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    criteria: tuple[Criterion, ...] = ()
    reasons: tuple[Reason, ...] = ()
    units: tuple[Unit, ...] = ()
    options: Mapping[str, Any] = default(default_factory=dict)

    def option(self, name: str, otherwise: Any = None) -> Any:
        return self.options.get(name, otherwise)

    def rubric(self, category: str) -> tuple[Criterion, ...]:
        """The criteria that are asked in a category, each with its weight there."""
        found = (replace(one, weight=one.weights.get(category, one.weight)) for one in self.criteria)
        return tuple(one for one in found if one.weight)

    def within(self, category: str) -> "Stage":
        """The stage as it is for entries of a category: with what is asked of them."""
        return replace(self, criteria=self.rubric(category))

    def unit(self, key: str) -> Unit | None:
        return next((one for one in self.units if one.key == key), None)

    def criterion(self, key: str) -> Criterion | None:
        return next((one for one in self.criteria if one.key == key), None)

    def reason(self, key: str) -> Reason | None:
        return next((one for one in self.reasons if one.key == key), None)


@dataclass(frozen=True, slots=True)
class ConflictPolicy:
    """Whether a juror must say that she has no conflict before she reads on, and which ones are found and bar
    by themselves.

    related: organisations with a name in common, by alias or by similar spelling, and those that are part of
    one another. past_years: a place that ended within so many years counts too. email_domain: the same domain
    of an organisation. co_authors: whoever is named in the entry, or has stood behind an entry with somebody
    who is, within past_years."""

    declare: bool = True
    same_organisation: bool = True
    related: bool = True
    past_years: int = 3
    email_domain: bool = True
    co_authors: bool = True
    note: Text = NOTHING


@dataclass(frozen=True, slots=True)
class Tier:
    """A class of acceptance ("outstanding", "collection"), best first."""

    key: str
    name: Text
    quota: int | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """The part, in percent, that a stage has in the computed order."""

    key: str
    percent: int


@dataclass(frozen=True, slots=True)
class DecisionRule:
    """How the computed order is made and what it may yield.

    stage: the stage that makes the order. shares: instead of one stage several, each stretched to 0 .. 100.
    places: at most so many are accepted; reserve: at most so many more wait for a place. minimum: a decimal
    number as a string; accepting an entry with less is a departure. by_category: the order is compared within
    each category and not across them. confidence: in percent, at which an order counts as settled.
    """

    stage: str = ""
    shares: tuple[Share, ...] = ()
    tiers: tuple[Tier, ...] = ()
    places: int | None = None
    reserve: int = 0
    confidence: Literal["80", "90", "95"] = "90"
    minimum: str | None = None
    by_category: bool = False


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Everything that binds in a call."""

    format: str = FORMAT
    title: Text = NOTHING
    summary: Text = NOTHING
    body: Text = NOTHING
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    languages: tuple[str, ...] = ()
    outcome: str = "list"
    outcome_options: Mapping[str, Any] = default(default_factory=dict)
    eligibility: tuple[Condition, ...] = ()
    sections: tuple[Section, ...] = ()
    fields: tuple[Field, ...] = ()
    categories: tuple[Category, ...] = ()
    stages: tuple[Stage, ...] = ()
    conflicts: ConflictPolicy = ConflictPolicy()
    decision: DecisionRule = DecisionRule()
    tie_break: tuple[str, ...] = ()
    blind: bool = False
    publish_scores: bool = False
    publish_comments: bool = False
    co_applicants: int = 0
    appeal_days: int = 0
    obligations: tuple[Obligation, ...] = ()
    letters: tuple[Letter, ...] = ()
    certificates: bool = False

    def field(self, key: str) -> Field | None:
        return next((one for one in self.fields if one.key == key), None)

    def by_role(self, role: str) -> Field | None:
        return next((one for one in self.fields if one.role == role), None)

    def category(self, key: str) -> Category | None:
        return next((one for one in self.categories if one.key == key), None)

    def stage(self, key: str) -> Stage | None:
        return next((one for one in self.stages if one.key == key), None)

    def letter(self, *keys: str) -> Letter | None:
        """The letter under the first of these keys that has one."""
        found = {one.key: one for one in self.letters}
        return next((found[key] for key in keys if key in found), None)

    def obligation(self, key: str) -> Obligation | None:
        return next((one for one in self.obligations if one.key == key), None)

    def tier(self, key: str) -> Tier | None:
        return next((one for one in self.decision.tiers if one.key == key), None)

    def in_sections(self) -> list[tuple[Section | None, list[Field]]]:
        """The fields under their headings, in order; fields without a section come first under None."""
        groups: list[tuple[Section | None, list[Field]]] = []
        for section in (None, *self.sections):
            found = [one for one in self.fields if one.section == (section.key if section else "")]
            if found:
                groups.append((section, found))
        return groups

    def asked(self, stage: str = "") -> "RuleSet":
        """The rules with those questions alone that are asked at a stage; empty: when one submits."""
        return replace(self, fields=tuple(one for one in self.fields if one.stage == stage))

    def asked_later(self) -> list[tuple[Stage, list[Field]]]:
        """The stages that ask questions of the form, each with its questions."""
        found = [(stage, [one for one in self.fields if one.stage == stage.key]) for stage in self.stages]
        return [(stage, fields) for stage, fields in found if fields]

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = encode(self)
        return found

    def canonical(self) -> str:
        return canonical(self.to_json())

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON, in hexadecimal."""
        return digest(self.to_json())

    def skeleton(self) -> Any:
        """The rules without words and dates: an amendment may change nothing in what is left."""
        return _bare(self.to_json())


class RulesError(ValidationError):
    """Rules that cannot be read or that contradict themselves; `problems` lists every reason with its
    path."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__([ValidationError(str(one), code="rules") for one in problems])


def parse(data: Any) -> RuleSet:
    """Plain JSON data as rules. Raises RulesError that names the path of each thing that does not fit."""
    problems: list[Problem] = []
    found: RuleSet = decode(RuleSet, data, "", problems)
    if not problems and found.format != FORMAT:
        problems.append(Problem("format", f"{FORMAT} ≠ {found.format}"))
    if problems:
        raise RulesError(problems)
    return found


def called(thing: Any) -> str:
    """What a thing of the rules is called, in the reader's language; its key while it has no words."""
    return str(getattr(thing, "name", None) or getattr(thing, "label", None) or thing.key)


def with_dates(rules: RuleSet, opens_at: datetime | None, closes_at: datetime | None) -> RuleSet:
    return replace(rules, opens_at=opens_at, closes_at=closes_at)


def _bare(data: Any) -> Any:
    if isinstance(data, dict):
        if set(data) == {"source", "revision", "texts"}:
            return ""
        return {key: "" if key in {"opens_at", "closes_at"} else _bare(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_bare(one) for one in data]
    return data
