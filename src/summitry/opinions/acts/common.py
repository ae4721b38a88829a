"""What the acts of conversations share."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from summitry.people import checks
from summitry.people.models import Role, User, scope_of
from summitry.people.queries import acting_as
from summitry.record.act import Stale
from summitry.record.acts import enter
from summitry.text import languages
from summitry.text.value import Text

from ..models import Conversation

COLUMNS = (
    *("title", "description", "policy", "access", "moderation", "takes_statements"),
    *("opens_at", "closes_at", "embed_in"),
)
MOST_HOSTS = 20
_HOST = re.compile(r"https?://(\*\.)?[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*(:[0-9]{1,5})?")


def lock(conversation: Conversation, version: int | None = None) -> Conversation:
    """The conversation as it stands now, held until the act ends. Raises Stale if it is not as old as
    `version` says; None does not ask."""
    found = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
    if version is not None and version != found.version:
        raise Stale
    return found


def save(conversation: Conversation) -> None:
    """Validates and saves the next version of a conversation. Raises ValidationError by field."""
    conversation.title = checks.title(conversation.title, "title")
    for field in ("title", "description", "policy"):
        enterable(getattr(conversation, field), field)
    conversation.version = (conversation.version + 1) if conversation.pk else 1
    conversation.full_clean()
    conversation.save()


def origins(words: str) -> str:
    """Addresses of sites, one a line, as a content policy names them. Raises ValidationError."""
    found = list(dict.fromkeys(one.lower().rstrip("/") for one in words.split()))
    for one in found:
        if one != "*" and not _HOST.fullmatch(one):
            raise ValidationError(
                {
                    "embed_in": _("“%(word)s” is no address of a site, such as https://example.org.")
                    % {"word": one[:100]}
                }
            )
    if len(found) > MOST_HOSTS:
        raise ValidationError({"embed_in": _("At most %(most)d sites.") % {"most": MOST_HOSTS}})
    return "\n".join(found)


def enterable(words: Text, field: str) -> None:
    """Raises ValidationError under this field for words with an e-mail address: they enter the record."""
    if any("@" in one for one in words.values.values()):
        raise ValidationError(
            {
                field: _(
                    "Leave e-mail addresses out: this goes into the record, from where nothing can be taken."
                )
            }
        )


def reason_of(words: Text | str) -> Text:
    """A reason that everybody may read: plain words are in the language that their writer is reading. Raises
    ValidationError if there is none, or if it cannot enter the record."""
    reason = words if isinstance(words, Text) else Text.of(words.strip(), languages.current())
    if not reason:
        raise ValidationError({"reason": _("Say why: everybody can read it.")})
    if any(len(one) > 2000 for one in reason.values.values()):
        raise ValidationError({"reason": _("At most %(most)d characters.") % {"most": 2000}})
    enterable(reason, "reason")
    return reason


def told(conversation: Conversation, kind: str, actor: User | None, **facts: Any) -> None:
    """Enters an act about a conversation in the record."""
    enter(
        f"opinions.{kind}",
        subject=scope_of(conversation),
        facts={"title": conversation.title, "slug": conversation.slug, **facts},
        by=acting_as(actor, conversation, Role.SECRETARIAT),
        actor=actor,
    )
