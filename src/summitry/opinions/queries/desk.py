"""What the secretariat reads."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import ngettext

from summitry.people.models import Role
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


def owed(conversation: Conversation, language: str, done: bool = False) -> QuerySet[Statement]:
    """Statements that are not there in this language, by number; done: those that are, translated. What was
    removed is not among them. One query a page."""
    found = conversation.statements.exclude(state=Statement.State.REMOVED).exclude(text__source=language)
    return found.filter(**{f"text__texts__{language}__isnull": not done}).order_by("number")


def waiting(user: Any) -> Iterable[Waiting]:
    """Statements that wait for moderation, a line a conversation. One query."""
    if not user.has_perm("opinions.moderate"):
        return
    for conversation in (
        Conversation.objects.filter(statements__state=Statement.State.WAITING, reported_at__isnull=True)
        .annotate(waits=Count("statements"))
        .order_by("pk")
    ):
        title = ngettext(
            "%(count)d statement waits for moderation",
            "%(count)d statements wait for moderation",
            conversation.waits,
        )
        yield _line(conversation, title, conversation.waits, "queue", "opinion")


def owing(user: Any) -> Iterable[Waiting]:
    """For translators: statements that are not there in every language, a line for each conversation that
    takes votes. One query, none for others."""
    if not any(role == Role.TRANSLATOR for role, _scope in user.roles):
        return
    lacks = Q()
    for code in settings.CONTENT_LANGUAGES:
        lacks |= Q(**{f"statements__text__texts__{code}__isnull": True})
    shown = Q(statements__state=Statement.State.SHOWN)
    for conversation in (
        Conversation.objects.accepting()
        .annotate(owed=Count("statements", filter=shown & lacks))
        .filter(owed__gt=0)
        .order_by("pk")
    ):
        title = ngettext(
            "%(count)d statement cannot be read in every language",
            "%(count)d statements cannot be read in every language",
            conversation.owed,
        )
        yield _line(conversation, title, conversation.owed, "translations", "lang")


def _line(conversation: Conversation, title: str, count: int, page: str, icon: str) -> Waiting:
    return Waiting(
        title=title % {"count": count},
        url=reverse(f"opinions:{page}", args=[conversation.slug]),
        icon=icon,
        area="opinions",
        count=count,
        detail=str(conversation.title),
    )
