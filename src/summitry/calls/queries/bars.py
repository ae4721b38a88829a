"""Who is kept from which entry: for whoever is, a number; for those who run the call, each with why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from summitry.people.models import INSTITUTION, Mandate, Role
from summitry.text.value import Text

from ..conflicts import said
from ..models import Call, CoApplicant, Conflict, Submission
from .entries import juror_labels


@dataclass(frozen=True, slots=True)
class KeptFrom:
    """What somebody may know of the entries that are kept from her: how many, and why in general."""

    count: int
    why: list[str]


def kept_from(user: Any, call: Call) -> KeptFrom:
    """The entries of a call with which the user has a conflict, as a number. One query."""
    listed = Conflict.objects.filter(submission__call=call, juror__user=user.pk, lifted_at=None)
    rows = list(listed.exclude(submission__state="withdrawn").values_list("source", "basis"))
    declared = any(source == Conflict.Source.DECLARED for source, _basis in rows)
    why = said.general(finding for _source, basis in rows for finding in basis)
    return KeptFrom(len(rows), [*([str(said.DECLARED)] if declared else []), *why])


@dataclass(frozen=True, slots=True)
class BarRow:
    """A conflict as those who run the call read it. who: a name, or the label of a juror. why: in words;
    `reason` and `lift_reason` are their writers' own."""

    conflict: Conflict
    who: Text | str
    why: list[str]
    reason: str
    lift_reason: str


def conflicts_of(user: Any, call: Call, lifted: bool = False) -> QuerySet[Conflict]:
    """The conflicts that stand in a call, or those that were lifted by hand; none with an entry that is
    hidden from this user."""
    visible = Submission.objects.on_duty_of(user).filter(call=call)
    found = Conflict.objects.filter(submission__in=visible).select_related("submission", "juror")
    found = found.filter(lifted_by__isnull=False) if lifted else found.filter(lifted_at=None)
    return found.order_by("submission__number", "pk")


def out_of_sight(user: Any, call: Call) -> int:
    """How many conflicts stand with entries that are hidden from this user. One query."""
    visible = Submission.objects.on_duty_of(user).filter(call=call)
    standing = Conflict.objects.filter(submission__call=call, lifted_at=None)
    return standing.exclude(submission__in=visible).count()


def bar_rows(call: Call, conflicts: Iterable[Conflict], names: bool) -> list[BarRow]:
    """Conflicts in words. Without `names`, in a blind call, neither persons nor details. At most three
    queries."""
    shown = list(conflicts)
    for one in shown:
        one.submission.call = call
    labels = juror_labels(call)
    words = said.glossary(one.basis for one in shown) if names else None
    return [
        BarRow(
            one,
            one.juror.name if names else labels.get(one.juror_id, ""),
            words.words(one.basis) if words else said.general(one.basis),
            one.reason if names else "",
            one.lift_reason,
        )
        for one in shown
    ]


def undecidable(call: Call) -> int:
    """How many entries in the running no chair of the jury may decide, because each has a conflict with
    them. Five queries, whatever the number of chairs and entries."""
    scopes = [*call.scopes(), INSTITUTION]
    held = Mandate.objects.in_force().filter(scope__in=scopes, person__user__is_active=True)
    manage = held.filter(role=Role.CALL_MANAGER).values("person")
    chairs = set(
        held.filter(role=Role.JURY_CHAIR).exclude(person__in=manage).values_list("person_id", flat=True)
    )
    entries = dict(call.submissions.in_the_running().values_list("pk", "applicant_id"))
    if not chairs:
        return len(entries)
    barred = {pk: {applicant} & chairs for pk, applicant in entries.items()}
    agreed = CoApplicant.objects.filter(confirmed_at__isnull=False, removed_at=None, person__in=chairs)
    standing = Conflict.objects.filter(juror__in=chairs, lifted_at=None)
    pairs: Sequence[tuple[int, int | None]] = [
        *agreed.filter(submission__call=call).values_list("submission_id", "person_id"),
        *standing.filter(submission__call=call).values_list("submission_id", "juror_id"),
    ]
    for pk, person in pairs:
        if pk in barred and person is not None:
            barred[pk].add(person)
    return sum(who == chairs for who in barred.values())
