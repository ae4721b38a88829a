"""Whose voice it is: an account, or the cookie of somebody without one."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from summitry.people.models import Role, User

from .models import Conversation, Participant

_WITHOUT_ACCOUNT = {Conversation.Access.ANYBODY, Conversation.Access.LINK}


def fresh_token() -> str:
    """What the cookie of somebody without an account holds."""
    return secrets.token_urlsafe(24)


def voice_key(slug: str, token: str) -> str:
    """Under which a voice without an account is kept in a conversation: no two conversations can be laid side
    by side, and nobody without the house's secret finds the cookie."""
    return salted_hmac(f"summitry.opinions.voice:{slug}", token, algorithm="sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Voice:
    """`user` is the account if somebody has signed in; else `token` is her cookie's. `word`: of the
    invitation by which she came, if any."""

    user: User | None = None
    token: str = ""
    word: str = ""

    def key(self, slug: str) -> str:
        return voice_key(slug, self.token)

    def of(self, conversation: Conversation) -> Q:
        """The participant that this voice is. Nobody if it has neither an account nor a cookie."""
        if self.user is not None:
            return Q(conversation=conversation, user=self.user)
        if not self.token:
            return Q(pk__in=[])
        return Q(conversation=conversation, key=self.key(conversation.slug))

    def participant(self, conversation: Conversation) -> Participant | None:
        """One query."""
        return Participant.objects.filter(self.of(conversation)).first()

    @property
    def doors(self) -> tuple[str, ...]:
        """Who may take part in which conversations, as far as it is known without a query."""
        if self.user is None or not self.user.is_active:
            return (Conversation.Access.ANYBODY,)
        return (Conversation.Access.ANYBODY, Conversation.Access.ACCOUNTS)

    def chance(self, conversation: int, step: int) -> float:
        """A number from 0 (included) to 1 (excluded) that is always the same at the same step."""
        name = f"user:{self.user.pk}" if self.user is not None else self.token
        digest = salted_hmac(f"summitry.opinions.draw:{conversation}", f"{name}:{step}", algorithm="sha256")
        return int.from_bytes(digest.digest()[:6]) / 2**48


def refusal(conversation: Conversation, voice: Voice) -> str:
    """Why this voice may not take part, in words; empty if it may. At most one query (mandates)."""
    if conversation.access == Conversation.Access.LINK and not conversation.is_invited(voice.word):
        return _("This conversation is by invitation: come by the link that was sent to you.")
    if conversation.access in _WITHOUT_ACCOUNT:
        return ""
    if voice.user is None:
        return _("Sign in first: here everybody has one voice.")
    if not voice.user.is_active:
        return _("This account is closed.")
    if conversation.access == Conversation.Access.MEMBERS and not any(
        role == Role.DELEGATE for role, _scope in voice.user.roles
    ):
        return _("Only delegates of members take part in this conversation.")
    return ""


def require_part(conversation: Conversation, voice: Voice) -> None:
    """Raises PermissionDenied, saying why, unless this voice may take part."""
    if why := refusal(conversation, voice):
        raise PermissionDenied(why)


def closed(conversation: Conversation, now: datetime) -> str:
    """Why no vote is taken at this moment, in words; empty if votes are taken."""
    if conversation.accepts(now):
        return ""
    if conversation.state == Conversation.State.OPEN and now < conversation.opens_at:
        return _("This conversation has not begun yet.")
    return _("This conversation is closed: no more votes are taken.")
