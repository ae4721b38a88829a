"""New statements: of participants, and seeds of the secretariat."""

import unicodedata
from collections.abc import Callable, Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people import checks
from summitry.people.models import User
from summitry.record.act import act, require
from summitry.text import languages
from summitry.text.value import Text

from .. import voices
from ..models import LONGEST, Conversation, Statement
from ..voices import Voice
from .common import lock
from .voting import participant_of

SEEDS = 200  # at once


def following(conversation: Conversation) -> int:
    """The number of the next statement; the conversation is held."""
    last = conversation.statements.aggregate(last=Max("number"))["last"]
    return 0 if last is None else last + 1


def _words(words: str) -> str:
    line = checks.tidy(words)
    if not line:
        raise ValidationError({"text": _("Write your statement.")})
    if len(line) > LONGEST:
        raise ValidationError(
            {
                "text": _("At most %(most)d characters, this has %(count)d.")
                % {"most": LONGEST, "count": len(line)}
            }
        )
    return line


def _alike(words: str) -> str:
    return unicodedata.normalize("NFKC", words).casefold().rstrip(".!?。！？؟ ")


@act
def add_statement(
    voice: Voice,
    conversation: Conversation,
    text: str,
    language: str = "",
    *,
    begins: Callable[[], None] | None = None,
) -> Statement:
    """Adds what a participant says, in the language that she reads unless another is named. By the policy it
    is shown at once or waits for moderation. Nothing enters the record.
    `begins` is called before a new voice is kept, and may raise.

    Raises PermissionDenied for somebody who may not take part, ValidationError by field.
    """
    voices.require_part(conversation, voice)
    conversation = lock(conversation)
    if not conversation.takes_statements:
        raise PermissionDenied(_("In this conversation only the secretariat writes statements."))
    now = timezone.now()
    if why := voices.closed(conversation, now):
        raise ValidationError(why, code="closed")
    line, code = _words(text), language or languages.current()
    checks.language(code, "language")
    others = conversation.statements.exclude(state=Statement.State.REMOVED).values_list("text", flat=True)
    if _alike(line) in {_alike(words) for one in others for words in one.values.values()}:
        raise ValidationError({"text": _("Somebody has said this already: you can vote on it.")})
    shown = conversation.moderation == Conversation.Moderation.AFTER
    return Statement.objects.create(
        conversation=conversation,
        number=following(conversation),
        text=Text.of(line, code),
        author_id=participant_of(conversation, voice, begins),
        state=Statement.State.SHOWN if shown else Statement.State.WAITING,
        created_at=now,
    )


@act
def add_seeds(
    actor: User | None, conversation: Conversation, texts: Iterable[Text], *, metadata: bool = False
) -> list[Statement]:
    """Adds statements of the secretariat, shown at once. metadata: they ask who the participant is, and are
    shown early. Raises PermissionDenied, ValidationError."""
    if actor is not None:
        require(actor, "opinions.keep_conversation", conversation)
    conversation = lock(conversation)
    if conversation.state == Conversation.State.CLOSED:
        raise ValidationError(_("This conversation is closed."), code="state")
    wanted = list(texts)
    if not wanted or len(wanted) > SEEDS:
        raise ValidationError({"text": _("Write one to %(most)d statements.") % {"most": SEEDS}})
    number, now, made = following(conversation), timezone.now(), []
    for at, text in enumerate(wanted):
        made.append(
            Statement.objects.create(
                conversation=conversation,
                number=number + at,
                text=checks.title(text, "text", LONGEST),
                seed=True,
                metadata=metadata,
                state=Statement.State.SHOWN,
                decided_at=now,
            )
        )
    return made
