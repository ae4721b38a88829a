"""Votes: three statements at most, one for somebody who has voted before."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry import kept
from summitry.record.act import Stale, act, single

from .. import voices
from ..models import Conversation, Participant, Statement
from ..voices import Voice

VALUES = (-1, 0, 1)
_TYPES = {"key": "text", "user_id": "bigint"}
# Everything that a vote depends on is asked in the statement that puts it, on both databases: so none comes
# in after a close, and of two at once both are counted and the later one holds. In the order of their keys,
# so that two statements that put the same votes do not wait for each other.
_ASKED = """
FROM (VALUES {rows}) AS v
JOIN opinions_conversation c ON c.slug = v.column1
JOIN opinions_statement s ON s.conversation_id = c.id AND s.number = v.column2
{joined} WHERE s.state = 'shown' AND c.state = 'open' AND c.opens_at <= %s
AND (c.closes_at IS NULL OR c.closes_at > %s) {doors}
"""
_PUT = """
INSERT INTO opinions_vote (participant_id, statement_id, value, at, changes)
SELECT p.id, s.id, v.column4, %s, 0
{asked} ORDER BY p.id, s.id
ON CONFLICT (participant_id, statement_id) DO UPDATE SET value = excluded.value,
at = CASE WHEN opinions_vote.value = excluded.value THEN opinions_vote.at ELSE excluded.at END,
changes = opinions_vote.changes + CASE WHEN opinions_vote.value = excluded.value THEN 0 ELSE 1 END
RETURNING (SELECT {who} FROM opinions_participant WHERE id = participant_id),
(SELECT number FROM opinions_statement WHERE id = statement_id)
"""
_JOINED = "JOIN opinions_participant p ON p.conversation_id = c.id AND p.{who} = v.column3"
_BEGIN = """
INSERT INTO opinions_participant (conversation_id, key, since)
SELECT c.id, v.column3, %s {asked} ORDER BY c.id, v.column3 ON CONFLICT DO NOTHING
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
    if first or not next_vote(Given(voice, slug, number, value)):
        first_vote(voice, slug, number, value, begins)


class Given(NamedTuple):
    """A vote on the statement of this number in the conversation of this short name."""

    voice: Voice
    slug: str
    number: int
    value: int

    @property
    def who(self) -> str | int:
        return self.voice.user.pk if self.voice.user is not None else self.voice.key(self.slug)


def next_vote(given: Given) -> bool:
    """Puts the vote of somebody who takes part already. False if that cannot be, or if more has to be asked
    first. One query."""
    return _put([given], given.voice.doors)[0]


def next_votes(given: Sequence[Given]) -> list[bool]:
    """The same for many voices without an account; of two votes of one on the same statement the later one
    holds. One query."""
    return _put(given, Voice().doors)


@act
def first_votes(given: Sequence[Given]) -> list[bool]:
    """The same for many voices without an account of whom none may have voted before. Two queries."""
    doors = Voice().doors
    with kept.only(), connection.cursor() as cursor:
        cursor.execute(_statement(_BEGIN, "key", len(given), len(doors)), _said(given, doors))
        begun = cursor.rowcount
    taken = _put(given, doors)
    if begun > len({one.who for one, is_taken in zip(given, taken, strict=True) if is_taken}):
        # It was closed in between.
        raise Stale
    return taken


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
    if not _put([Given(voice, slug, number, value)])[0]:
        raise ValidationError(_("This conversation is closed: no more votes are taken."), code="closed")


@single
def _put(given: Sequence[Given], doors: tuple[str, ...] = ()) -> list[bool]:
    """Puts votes of those who take part already, all with an account or all without; of each, whether it is
    taken now. doors: if the conversation is open to one of these; none: to any. One query."""
    who = "key" if given[0].voice.user is None else "user_id"
    keys = [(one.who, one.number) for one in given]
    rows = dict(zip(keys, given, strict=True))
    with kept.only(), connection.cursor() as cursor:
        cursor.execute(_statement(_PUT, who, len(rows), len(doors)), _said(rows.values(), doors))
        taken = set(cursor.fetchall())
    return [key in taken for key in keys]


def _said(given: Iterable[Given], doors: tuple[str, ...]) -> list[Any]:
    at = connection.ops.adapt_datetimefield_value(timezone.now())
    rows = [said for one in given for said in (one.slug, one.number, one.who, one.value)]
    return [at, *rows, at, at, *doors]


@cache
def _statement(sql: str, who: str, rows: int, doors: int) -> str:
    """The same words for the same numbers of rows and doors: a connection prepares each once."""
    row = f"(CAST(%s AS text), CAST(%s AS integer), CAST(%s AS {_TYPES[who]}), CAST(%s AS smallint))"
    asked = _ASKED.format(
        rows=", ".join([row] * rows),
        joined=_JOINED.format(who=who) if sql is _PUT else "",
        doors=f"AND c.access IN ({', '.join(['%s'] * doors)})" if doors else "",
    )
    return sql.format(asked=asked, who=who)


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
