"""Conflicts of interest in one's own data: those that she declared, of those that were found the number and
why in general, and those that she lifted. And what of them is forgotten."""

from collections import defaultdict
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Q

from summitry.people.models import Person, User
from summitry.people.shapes import MOMENT, WORD, rows
from summitry.record import acts as record
from summitry.record import canonical
from summitry.record.models import Opening

from .codec import moment
from .conflicts import said
from .models import Conflict

PARTS = {
    "conflicts": rows(
        call=WORD,
        ref=WORD,
        reason=WORD,
        declared=MOMENT,
        lifted={"type": ["string", "null"], "format": "date-time"},
    ),
    "conflicts_found": rows(call=WORD, count={"type": "integer"}, why={"type": "array", "items": WORD}),
    "conflicts_lifted": rows(call=WORD, ref=WORD, reason=WORD, lifted=MOMENT),
}


def give(user: User) -> dict[str, Any]:
    """Three queries."""
    known = Conflict.objects.select_related("submission__call").order_by("pk")
    declared = known.filter(juror__user=user, source=Conflict.Source.DECLARED)
    return {
        "conflicts": [
            _of(one)
            | {
                "reason": one.reason,
                "declared": moment(one.declared_at),
                "lifted": moment(one.lifted_at) if one.lifted_at else None,
            }
            for one in declared
        ],
        "conflicts_found": _found(user),
        "conflicts_lifted": [
            _of(one) | {"reason": one.lift_reason, "lifted": moment(one.lifted_at)}
            for one in known.filter(lifted_by__user=user, lifted_at__isnull=False)
            if one.lifted_at
        ],
    }


def _of(one: Conflict) -> dict[str, Any]:
    return {"call": one.submission.call.slug, "ref": one.submission.ref}


def _found(user: User) -> list[dict[str, Any]]:
    """By call. Which entries they are is kept from her."""
    standing = Conflict.objects.filter(juror__user=user, source=Conflict.Source.FOUND, lifted_at=None)
    bases: dict[str, list[Any]] = defaultdict(list)
    for slug, basis in standing.order_by("pk").values_list("submission__call__slug", "basis"):
        bases[slug].append(basis)
    return [
        {"call": slug, "count": len(some), "why": said.general(one for basis in some for one in basis)}
        for slug, some in bases.items()
    ]


def forget(user: User, person: Person, names: Any) -> None:
    """The reasons go, and what opens the record's commitments to them and to her; of what was found on her,
    or on an entry of hers, only the kind stays. What she wrote when she lifted others' loses her name."""
    Conflict.objects.filter(juror=person).update(reason="", lift_reason="")
    about = Q(juror=person) | Q(submission__applicant=person)
    for one in Conflict.objects.filter(about).exclude(basis=[]):
        _keep_basis(one, sorted({(kind, "") for kind, _detail in one.basis}))
    hers = _details(user, person)
    beside = Conflict.objects.filter(submission__co_applicants__person=person).exclude(about)
    for one in beside.distinct():
        _keep_basis(one, [(kind, "" if detail in hers else detail) for kind, detail in one.basis])
    for one in Conflict.objects.filter(lifted_by=person).exclude(lift_reason=""):
        words = names.out_of(one.lift_reason, one.submission.language)
        Conflict.objects.filter(pk=one.pk).update(lift_reason=words)
    opened = Opening.objects.filter(
        name="person",
        value=canonical.encode(str(person.uid)),
        entry__kind__in=["calls.conflict", "calls.conflict_lifted"],
    )
    for opening in opened.select_related("entry"):
        record.forget(opening.entry, "person", "reason")


def _details(user: User, person: Person) -> set[str]:
    """What a finding may say of her: her key, and the domains of her addresses."""
    addresses = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    return {str(person.uid), *(one.rpartition("@")[2].lower() for one in (user.email, *addresses))}


def _keep_basis(one: Conflict, basis: list[tuple[str, str]]) -> None:
    kept = [list(finding) for finding in basis]
    if kept != one.basis:
        Conflict.objects.filter(pk=one.pk).update(basis=kept)
