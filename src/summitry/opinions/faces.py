"""What the public sees of a conversation, as plain data: the record keeps its digest."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from summitry.text.value import Text

from .models import Conversation, Uptake


def url(key: str) -> str | None:
    """The page of a conversation by its slug."""
    return reverse("opinions:detail", args=[key])


def _text(text: Text) -> dict[str, Any] | None:
    return text.to_json() if text else None


def _moment(value: Any) -> str | None:
    return value.isoformat() if value else None


def face(conversation: Conversation, taken_up: Iterable[Uptake]) -> dict[str, Any]:
    """Every public column that acts change. Statements and votes are not acts, and stand in the report."""
    return {
        "slug": conversation.slug,
        **{field: _text(getattr(conversation, field)) for field in ("title", "description", "policy")},
        **{field: getattr(conversation, field) for field in ("state", "access", "moderation", "source")},
        "embed_in": conversation.hosts,
        "takes_statements": conversation.takes_statements,
        **{
            field: _moment(getattr(conversation, field))
            for field in ("opens_at", "closes_at", "opened_at", "closed_at", "reported_at")
        },
        "taken_up": [[one.statement.number, one.subject] for one in taken_up],
    }


def faces(keys: Iterable[str]) -> Mapping[str, Any]:
    """The faces of many conversations by slug, drafts left out. Two queries."""
    wanted = list(keys)
    taken_up: dict[int, list[Uptake]] = {}
    rows = Uptake.objects.filter(statement__conversation__slug__in=wanted).select_related("statement")
    for one in rows.defer("evidence", "statement__text", "statement__reason").order_by("pk"):
        taken_up.setdefault(one.statement.conversation_id, []).append(one)
    found = Conversation.objects.public().filter(slug__in=wanted)
    return {one.slug: face(one, taken_up.get(one.pk, ())) for one in found.iterator(chunk_size=1000)}


def keys() -> Iterable[str]:
    """The slugs of all conversations that the public sees."""
    return Conversation.objects.public().order_by("pk").values_list("slug", flat=True).iterator()
