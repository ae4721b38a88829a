"""What every predicate can do. A predicate is one instance of a subclass, registered under its key."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from summitry.people.models import Person

from .. import fields
from ..codec import Problem
from ..rules import called

if TYPE_CHECKING:
    from ..models import Call, Submission
    from ..rules import Condition, RuleSet

Choices = Callable[[], Iterable[tuple[str, Any]]]


class Predicate(ABC):
    """One question about who applies. Subclasses say what it means, in words, and whether it is met.

    options: what `Condition.options` may hold; needed: those without which it means nothing; choices: from
    what an option that is a list is chosen."""

    key: ClassVar[str]
    label: ClassVar[Any]  # lazily translated
    options: ClassVar[Mapping[str, type]] = {}
    needed: ClassVar[tuple[str, ...]] = ()
    choices: ClassVar[Mapping[str, Choices]] = {}

    def problems(self, condition: "Condition", rules: "RuleSet", path: str) -> Iterator[Problem]:
        """What contradicts itself in a condition of this kind."""
        for name, value in condition.options.items():
            where = f"{path}.options.{name}"
            if name not in self.options:
                yield Problem(where, _("a condition of this kind has no such option"))
            elif not isinstance(value, self.options[name]) or isinstance(value, bool):
                yield Problem(where, _("has the wrong type"))
            elif isinstance(value, int):
                if not 1 <= value <= 1000:
                    yield Problem(where, _("must be from 1 to %(most)d") % {"most": 1000})
            elif isinstance(value, list):
                yield from self._listed(name, value, where)
        for name in self.needed:
            if name not in condition.options:
                yield Problem(f"{path}.options.{name}", _("is missing"))

    def _listed(self, name: str, value: list[Any], where: str) -> Iterator[Problem]:
        known = {key for key, _label in self.choices[name]()} if name in self.choices else None
        if not value:
            yield Problem(where, _("is empty"))
        for one in value:
            if not isinstance(one, str) or (known is not None and one not in known):
                yield Problem(where, _("“%(key)s” is not known here") % {"key": one})
        if len({str(one) for one in value}) != len(value):
            yield Problem(where, _("names something twice"))

    @abstractmethod
    def says(self, condition: "Condition") -> str:
        """The condition in words for the public page of the call."""

    @abstractmethod
    def check(self, condition: "Condition", submission: "Submission", now: datetime) -> str | None:
        """Why this submission, as it is being written, may not be sent at this moment; None if it may. It may
        be one that is not stored yet: before anything has been written."""

    def needs_send(self, condition: "Condition", rules: "RuleSet") -> bool:
        """Whether only the answers tell: then nothing is said of it before they are given."""
        return False

    def joining(
        self, condition: "Condition", submission: "Submission", person: Person, now: datetime
    ) -> str | None:
        """Why this person may not come to stand behind a submission; None if she may."""
        return None

    def appointing(self, condition: "Condition", call: "Call", person: Person) -> str | None:
        """Why this person may not be given a duty in a call; None if she may."""
        return None


_predicates: dict[str, Predicate] = {}


def register(predicate: type[Predicate]) -> type[Predicate]:
    """Class decorator: one instance of the predicate is known under its key."""
    if predicate.key in _predicates and type(_predicates[predicate.key]) is not predicate:
        raise ValueError(f"two predicates are called {predicate.key}")
    _predicates[predicate.key] = predicate()
    return predicate


def kind(key: str) -> Predicate:
    """The predicate of this key. Raises KeyError."""
    return _predicates[key]


def known(key: str) -> bool:
    return key in _predicates


def every() -> Iterable[Predicate]:
    return list(_predicates.values())


def answer(submission: "Submission", role: str) -> Any:
    """What is being written in the field with this role, typed as outcomes take it; None if it is empty or
    cannot be read yet."""
    field = submission.call.rules.by_role(role)
    if field is None or field.key not in submission.draft:
        return None
    found, context = fields.kind(field.kind), submission.context(False)
    try:
        kept = found.clean(field, submission.draft[field.key], context)
    except ValidationError:  # its own question says so
        return None
    return None if kept is None else found.value(field, kept, context)


def asked_late(rules: "RuleSet", role: str, path: str) -> Iterator[Problem]:
    """A problem if the field with this role is asked only once entries have been sent."""
    field = rules.by_role(role)
    if field is not None and field.stage:
        yield Problem(path, _("the field “%(key)s” is asked only later") % {"key": called(field)})


def behind(submission: "Submission") -> list[Person]:
    """The applicant, and the co-applicants who have agreed. One query, none before it is stored."""
    found = [submission.applicant]
    if submission.pk:
        agreed = submission.co_applicants.filter(
            removed_at=None, confirmed_at__isnull=False, person__isnull=False
        )
        found += [one.person for one in agreed.select_related("person") if one.person]
    return found
