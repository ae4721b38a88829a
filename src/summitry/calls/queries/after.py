"""What waits after the answers: appeals for those who may answer them, what is owed for those who run it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from summitry.people.models import Role

from .. import sight
from ..models import Appeal, Call, Owed, Submission

HEARING = (Role.JURY_CHAIR, Role.SECRETARIAT)


def appeals_before(user: Any, call: Call) -> QuerySet[Appeal]:
    """The appeals of a call that this user's duties show her, those without an answer first."""
    seen = Submission.objects.on_duty_of(user).filter(call=call)
    found = Appeal.objects.filter(submission__in=seen).select_related("submission__decision", "person")
    return found.order_by("answered_at", "filed_at", "pk")


def appeals_to_answer(user: Any) -> QuerySet[Appeal]:
    """Appeals without an answer that this user may answer, in every call; the first that came first."""
    where, managed = Q(pk__in=[]), Q(pk__in=[])
    for role in HEARING:
        where |= sight.calls_where(user, role, "submission__call__") or Q(pk__in=[])
    managed |= sight.calls_where(user, Role.CALL_MANAGER, "submission__call__") or Q(pk__in=[])
    found = Appeal.objects.filter(where, answered_at=None).exclude(managed)
    found = found.filter(submission__in=Submission.objects.on_duty_of(user))
    found = found.exclude(submission__decision__decided_by__user=user.pk)
    return found.select_related("submission__call").order_by("filed_at", "pk")


def owed_in(user: Any, call: Call) -> QuerySet[Owed]:
    """What is and was owed in a call, as far as this user's duties show it: what is open first."""
    seen = Submission.objects.on_duty_of(user).filter(call=call, state=Submission.State.ACCEPTED)
    found = Owed.objects.filter(submission__in=seen).select_related("submission")
    return found.order_by("delivered_at", "waived_at", "due_at", "pk")


def knowing(call: Call, rows: Iterable[Any]) -> list[Any]:
    """Rows of submissions that know their call, so that nothing asks for it again."""
    listed = list(rows)
    for one in listed:
        one.submission.call = call
    return listed


def visible(user: Any, call: Call) -> QuerySet[Submission]:
    """The entries of a call that this user's duties show her."""
    return Submission.objects.on_duty_of(user).filter(call=call)
