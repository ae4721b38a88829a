"""A call's conditions, asked together: before one writes, when one sends, when somebody joins or is
appointed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import Organisation, Person

from .base import Predicate, kind, known

if TYPE_CHECKING:
    from ..models import Call, Submission
    from ..rules import Condition, RuleSet


def _asked(rules: "RuleSet") -> list[tuple["Condition", Predicate]]:
    return [(one, kind(one.kind)) for one in rules.eligibility if known(one.kind)]


def _named(predicate: Predicate, messages: Iterable[str | None]) -> list[str]:
    """Messages, each under the name of its predicate."""
    return [_("%(name)s: %(message)s") % {"name": predicate.label, "message": one} for one in messages if one]


def said(rules: "RuleSet") -> list[Any]:
    """Each condition in words: the call's own, else those of its predicate."""
    return [one.note or predicate.says(one) for one, predicate in _asked(rules)]


def refusals(submission: "Submission", now: datetime | None = None) -> list[str]:
    """Why a submission may not be sent, as it is being written; empty if it may."""
    moment = now or timezone.now()
    return [
        message
        for one, predicate in _asked(submission.call.rules)
        for message in _named(predicate, [predicate.check(one, submission, moment)])
    ]


def joining(submission: "Submission", person: Person, now: datetime | None = None) -> list[str]:
    """Why a person may not come to stand behind a submission."""
    moment = now or timezone.now()
    return [
        message
        for one, predicate in _asked(submission.call.rules)
        for message in _named(predicate, [predicate.joining(one, submission, person, moment)])
    ]


def refuse_duty(person: Person, role: str, scope: str) -> None:
    """Raises ValidationError where a call's conditions keep a person from a duty in it. Within an act: it
    holds the call, so that she cannot send an entry meanwhile. No query where the scope is no call's."""
    from ..models import Call

    name, _colon, slug = scope.partition(":")
    if name != Call._meta.label_lower:
        return
    call = Call.objects.select_for_update().filter(slug=slug).first()
    if call is None:
        return
    if refused := [
        message
        for one, predicate in _asked(call.rules)
        for message in _named(predicate, [predicate.appointing(one, call, person)])
    ]:
        raise ValidationError({"role": refused})


@dataclass(frozen=True, slots=True)
class Early:
    """What can be told of a condition before anything is written. state: "met"; "some": for these
    organisations only (None is the person alone); "not", with the reason; "later": when it is sent."""

    words: Any
    state: Literal["met", "some", "not", "later"]
    message: str = ""
    organisations: tuple[Organisation | None, ...] = ()


def early(
    call: "Call", person: Person, organisations: Sequence[Organisation], now: datetime | None = None
) -> list[Early]:
    """Each condition for a person and each organisation for which she could apply. At most three queries for
    a condition and each of these."""
    from ..models import Submission

    moment = now or timezone.now()
    faces = (None, *organisations)
    drafts = {face: Submission(call=call, applicant=person, organisation=face) for face in faces}
    found: list[Early] = []
    for one, predicate in _asked(call.rules):
        words = one.note or predicate.says(one)
        if predicate.needs_send(one, call.rules):
            found.append(Early(words, "later"))
            continue
        told = {face: predicate.check(one, drafts[face], moment) for face in faces}
        good = tuple(face for face in faces if told[face] is None)
        if len(good) == len(faces):
            found.append(Early(words, "met"))
        elif good:
            found.append(Early(words, "some", organisations=good))
        else:
            found.append(Early(words, "not", told[None] or ""))
    return found
