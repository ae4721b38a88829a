"""What the secretariat reads."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import ngettext

from summitry.people.waiting import Waiting

from ..models import Conversation, Statement


def desk_conversations() -> QuerySet[Conversation]:
    """All conversations, the newest first, with how many statements wait. One query a page."""
    waits = Count("statements", filter=Q(statements__state=Statement.State.WAITING))
    return Conversation.objects.annotate(waits=waits).order_by("-pk")


def queue(conversation: Conversation, state: str = "") -> QuerySet[Statement]:
    """Statements that wait for moderation, the oldest first; or those in another state, the newest first."""
    found = conversation.statements.all()
    if state in {Statement.State.SHOWN, Statement.State.REMOVED}:
        return found.filter(state=state).order_by("-number")
    return found.filter(state=Statement.State.WAITING).order_by("number")


def waiting(user: Any) -> Iterable[Waiting]:
    """Statements that wait for moderation, a line a conversation. One query."""
    if not user.has_perm("opinions.moderate"):
        return
    for conversation in (
        Conversation.objects.filter(statements__state=Statement.State.WAITING, reported_at__isnull=True)
        .annotate(waits=Count("statements"))
        .order_by("pk")
    ):
        yield Waiting(
            title=ngettext(
                "%(count)d statement waits for moderation",
                "%(count)d statements wait for moderation",
                conversation.waits,
            )
            % {"count": conversation.waits},
            url=reverse("opinions:queue", args=[conversation.slug]),
            icon="opinion",
            area="opinions",
            count=conversation.waits,
            detail=str(conversation.title),
        )
