"""Votes: three statements at most, one for somebody who has voted before."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry import kept
from summitry.record.act import act, single

from .. import voices
from ..models import Conversation, Participant, Statement
from ..voices import Voice

VALUES = (-1, 0, 1)
# Everything that a vote depends on is asked in the statement that puts it, on both databases: so none comes
# in after a close, and of two at once both are counted and the later one holds.
_PUT = """
INSERT INTO opinions_vote (participant_id, statement_id, value, at, changes)
SELECT p.id, s.id, %(value)s, %(at)s, 0
FROM opinions_conversation c
JOIN opinions_statement s ON s.conversation_id = c.id
JOIN opinions_participant p ON p.conversation_id = c.id
WHERE c.slug = %(slug)s AND s.number = %(number)s AND p.{who} = %(who)s AND s.state = 'shown'
AND c.state = 'open' AND c.opens_at <= %(at)s AND (c.closes_at IS NULL OR c.closes_at > %(at)s) {doors}
ON CONFLICT (participant_id, statement_id) DO UPDATE SET value = excluded.value,
at = CASE WHEN opinions_vote.value = excluded.value THEN opinions_vote.at ELSE excluded.at END,
changes = opinions_vote.changes + CASE WHEN opinions_vote.value = excluded.value THEN 0 ELSE 1 END
"""


def vote(
    voice: Voice,
    slug: str,
    number: int,
    value: int,
    *,
    first: bool = False,
    begins: Callable[[], None] | None = None,
) -> None:
    """Gives or changes a vote on the statement of this number in the conversation of this short name: 1
    agree, -1 disagree, 0 pass. Nothing of it enters the record, and no page is retired: the map is.

    Three queries at most: one for somebody who has voted here before, if no mandate has to be asked. first:
    that she has not is known. `begins` is called before a new voice is kept, and may raise.
    Raises PermissionDenied for somebody who may not take part; ValidationError if no vote is taken on this
    statement now, or there is none such.
    """
    if value not in VALUES:
        raise ValidationError(_("A vote is agree, disagree or pass."), code="value")
    if first or not next_vote(voice, slug, number, value):
        first_vote(voice, slug, number, value, begins)


@single
def next_vote(voice: Voice, slug: str, number: int, value: int) -> bool:
    """Puts the vote of somebody who takes part already. False if that cannot be, or if more has to be asked
    first. One query."""
    return _put(voice, slug, number, value, timezone.now(), voice.doors)


@act
def first_vote(
    voice: Voice, slug: str, number: int, value: int, begins: Callable[[], None] | None = None
) -> None:
    """Puts a vote after everything was asked that it depends on, and makes its voice a participant. Three
    queries. Raises PermissionDenied; ValidationError."""
    now = timezone.now()
    found = (
        Statement.objects.select_related("conversation")
        .defer("text", "reason", "conversation__title", "conversation__description", "conversation__policy")
        .filter(conversation__slug=slug, number=number)
        .exclude(conversation__state=Conversation.State.DRAFT)
        .first()
    )
    if found is None:
        raise ValidationError(_("This statement is not open for votes any more."), code="statement")
    voices.require_part(found.conversation, voice)
    if why := voices.closed(found.conversation, now):
        raise ValidationError(why, code="closed")
    if found.state != Statement.State.SHOWN:
        raise ValidationError(_("This statement is not open for votes any more."), code="statement")
    _begin(found.conversation, voice, begins)
    if not _put(voice, slug, number, value, now):
        raise ValidationError(_("This conversation is closed: no more votes are taken."), code="closed")


def _put(voice: Voice, slug: str, number: int, value: int, at: Any, doors: tuple[str, ...] = ()) -> bool:
    """Puts the vote of somebody who takes part already, if it is taken now. doors: and if the conversation is
    open to one of these. One query."""
    said = {f"door{n}": door for n, door in enumerate(doors)}
    sql = _PUT.format(
        who="key" if voice.user is None else "user_id",
        doors=f"AND c.access IN ({', '.join(f'%({name})s' for name in said)})" if said else "",
    )
    with kept.only(), connection.cursor() as cursor:
        cursor.execute(
            sql,
            {
                "value": value,
                "at": connection.ops.adapt_datetimefield_value(at),
                "slug": slug,
                "number": number,
                "who": voice.user.pk if voice.user is not None else voice.key(slug),
                **said,
            },
        )
        return bool(cursor.rowcount)


def _begin(conversation: Conversation, voice: Voice, begins: Callable[[], None] | None) -> None:
    """Makes the participant that this voice is, if there is none. Two queries at most."""
    if voice.user is None and not voice.token:
        raise ValidationError(_("Your browser did not send its cookie: without one nobody can vote here."))
    if begins is not None:
        begins()
    made = Participant(
        conversation=conversation,
        user=voice.user,
        key=None if voice.user is not None else voice.key(conversation.slug),
    )
    with kept.only():
        Participant.objects.bulk_create([made], ignore_conflicts=True)


def participant_of(conversation: Conversation, voice: Voice, begins: Callable[[], None] | None = None) -> int:
    """The participant that this voice is, made if there is none. Three queries at most."""
    if found := voice.participant(conversation):
        return found.pk
    _begin(conversation, voice, begins)
    return Participant.objects.values_list("pk", flat=True).get(voice.of(conversation))
