"""What accepted applicants owe afterwards."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from summitry.people.models import Organisation, Person

from ..models import Owed, Submission


def undone(**where: Any) -> QuerySet[Owed]:
    """What is neither delivered nor waived, of entries that still have their place; the first due first."""
    found = Owed.objects.filter(
        delivered_at=None, waived_at=None, submission__state=Submission.State.ACCEPTED, **where
    )
    return found.order_by("due_at", "pk")


def owed_by(persons: Iterable[Person], organisations: Iterable[Organisation] = ()) -> list[Owed]:
    """What is past its day, neither delivered nor waived, of entries for which one of these persons applied
    or that one of these organisations stood behind. The longest due first, with submission and call. One
    query."""
    who = Q(submission__applicant__in=list(persons)) | Q(submission__organisation__in=list(organisations))
    return list(undone(due_at__lt=timezone.now()).filter(who).select_related("submission__call"))


def owes(person: Person, organisation: Organisation | None = None) -> list[Owed]:
    """What one person, or the organisation for which she applies, owes by now. One query."""
    return owed_by([person], [organisation] if organisation else [])
