"""Where a statement that unites goes on to. Opinions know no other room: a room that can make something of
such a statement (documents: an amendment) is connected from above both, and registers a taker here.

A taker answers three questions:

form(data, actor, evidence): what has to be said besides, as a Django form: which document, where in it. data
is what was sent, or None for a page that is looked at. A form without any choice for this actor is shown all
the same, and its own words say why.

take(actor, evidence, answers): makes the thing and returns its subject as the record names it
("documents.amendment:7"), whose page `record.registry.subject` tells. answers is the form's cleaned_data. It
runs within the transaction of `acts.take_up`: it raises PermissionDenied for an actor who may not,
ValidationError (by field of its form) for what cannot be, and then nothing is written.

standing(subjects): what has become of these, {subject: Standing}, in a fixed number of queries; what is not
public yet, or gone, is left out.

    uptake.register("documents.amendment", _("Propose as amendment"), form, take, standing)
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.forms import BaseForm
from django.http import QueryDict

from summitry.text.value import Text


@dataclass(frozen=True, slots=True)
class Side:
    """How many of a group, or of everybody, agreed, disagreed, and saw the statement at all. name: the
    group's letter; empty for everybody."""

    name: str
    agree: int
    disagree: int
    seen: int

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "agree": self.agree, "disagree": self.disagree, "seen": self.seen}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A uniting statement with what speaks for it, from the published map. conversation: its short name;
    number: the statement's in it. consensus: group-informed consensus, the product over groups of the chance
    that a member agrees (engines.opinion.consensus), 0 to 1. digest: of the votes, as in the record and
    computed again from the exports. people: on the map."""

    conversation: str
    question: Text
    number: int
    text: Text
    consensus: float
    everybody: Side
    groups: tuple[Side, ...]
    people: int
    digest: str
    drawn_at: datetime

    @property
    def percent(self) -> int:
        """The consensus in whole percents."""
        return round(100 * self.consensus)

    def to_json(self) -> dict[str, Any]:
        """The same as plain data, to be kept."""
        return {
            "conversation": self.conversation,
            "question": self.question.to_json(),
            "number": self.number,
            "text": self.text.to_json(),
            "consensus": self.consensus,
            "everybody": self.everybody.to_json(),
            "groups": [one.to_json() for one in self.groups],
            "people": self.people,
            "digest": self.digest,
            "drawn_at": self.drawn_at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """What has become of something: its state in the reader's words, whether that is the end of it, and the
    reason that was given, if any."""

    state: Any
    ended: bool = False
    reason: Text | None = None


type MakeForm = Callable[[QueryDict | None, Any, Evidence], BaseForm]
type Take = Callable[[Any, Evidence, Mapping[str, Any]], str]
type Stand = Callable[[Iterable[str]], Mapping[str, Standing]]


@dataclass(frozen=True, slots=True)
class Taker:
    """key: how it is kept. label: of its button, lazily translated. The rest as above."""

    key: str
    label: Any
    form: MakeForm
    take: Take
    standing: Stand


_takers: dict[str, Taker] = {}


def register(key: str, label: Any, form: MakeForm, take: Take, standing: Stand) -> Taker:
    """Called in `AppConfig.ready()`; registering a key again replaces it."""
    _takers[key] = Taker(key, label, form, take, standing)
    return _takers[key]


def get(key: str) -> Taker | None:
    """The taker of this key; None if there is none."""
    return _takers.get(key)


def every() -> list[Taker]:
    """All takers, in the order in which they came."""
    return list(_takers.values())
