"""Taking in a conversation that was held elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched

from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from summitry.people import checks
from summitry.people.models import User
from summitry.record.act import act, require
from summitry.text.value import Text

from ..models import Conversation, Participant, Statement, Vote
from ..polis.read import Comment, Export
from .common import lock, told
from .running import create_conversation

BATCH = 2000
POLICY = "The statements were moderated where the conversation was held."
REASON = "Taken out by the moderators of the conversation from which this was taken in."


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did, or would do. `same`: votes that were there already."""

    conversation: Conversation | None
    title: str
    people: int
    statements: int
    votes: int
    new_people: int
    new_statements: int
    new_votes: int
    changed_votes: int

    @property
    def same(self) -> int:
        return self.votes - self.new_votes - self.changed_votes


@act
def import_polis(
    actor: User | None,
    export: Export,
    *,
    conversation: Conversation | None = None,
    language: str = "en",
    dry_run: bool = False,
) -> Report:
    """Takes in an export of Polis: into a new closed conversation, or again into the one that it made, where
    it changes nothing that is the same. dry_run: only says what it would do.

    Statements that moderation took out there are removed here. None as the actor is the operator at the
    command line. Raises PermissionDenied; ValidationError.
    """
    if actor is not None:
        require(actor, "opinions.keep_conversation", conversation)
    checks.language(language, "language")
    if conversation is None:  # the same export again goes where it went before
        conversation = Conversation.objects.filter(source=_source(export)).first()
    if conversation is not None:
        conversation = lock(conversation)
        _refuse(conversation, export)
    people = _by_number(Participant, conversation)
    statements = _by_number(Statement, conversation)
    votes = _votes(conversation)
    authors = {one.author for one in export.comments if one.author is not None}
    voters = {one.voter for one in export.casts} | authors
    fresh_people = sorted(voters - people.keys())
    fresh_comments = [one for one in export.comments if one.number not in statements]
    fresh, other = [], []
    for one in export.casts:
        before = votes.get((people.get(one.voter, 0), statements.get(one.comment, 0)))
        if before is None:
            fresh.append(one)
        elif before[1] != one.value:
            other.append((before[0], one))
    if not dry_run:
        conversation = conversation or _made(actor, export, language)
        people |= _add_people(conversation, fresh_people)
        statements |= _add_statements(conversation, fresh_comments, people, language)
        for part in batched(fresh, BATCH, strict=False):
            Vote.objects.bulk_create(
                Vote(
                    participant_id=people[one.voter],
                    statement_id=statements[one.comment],
                    value=one.value,
                    at=one.at,
                    changes=one.changes,
                )
                for one in part
            )
        for pk, one in other:
            Vote.objects.filter(pk=pk).update(value=one.value, at=one.at, changes=one.changes)
        if fresh_people or fresh_comments or fresh or other:
            told(
                conversation,
                "imported",
                actor,
                source=conversation.source,
                people=export.people,
                statements=len(export.comments),
                votes=len(export.casts),
            )
    return Report(
        conversation,
        export.topic,
        export.people,
        len(export.comments),
        len(export.casts),
        len(fresh_people),
        len(fresh_comments),
        len(fresh),
        len(other),
    )


def _refuse(conversation: Conversation, export: Export) -> None:
    """Only what an import made takes more of the same."""
    if not conversation.source or conversation.source != _source(export):
        raise ValidationError(_("This conversation was not taken in from that export."), code="source")
    if conversation.reported_at:
        raise ValidationError(_("The report is published already."), code="state")


def _source(export: Export) -> str:
    return (export.url or export.topic or "Polis")[:300]


def _by_number(
    model: type[Participant] | type[Statement], conversation: Conversation | None
) -> dict[int, int]:
    if conversation is None:
        return {}
    rows = model._default_manager.filter(conversation=conversation, number__isnull=False)
    return {number: pk for number, pk in rows.values_list("number", "pk") if number is not None}


def _votes(conversation: Conversation | None) -> dict[tuple[int, int], tuple[int, int]]:
    if conversation is None:
        return {}
    rows = Vote.objects.filter(statement__conversation=conversation)
    return {
        (p, s): (pk, value) for pk, p, s, value in rows.values_list("pk", "participant", "statement", "value")
    }


def _made(actor: User | None, export: Export, language: str) -> Conversation:
    """A closed conversation, with the times of its first and its last vote."""
    moments = [one.at for one in export.comments] + [one.at for one in export.casts]
    first, last = min(moments), max(moments)
    title = checks.tidy(export.topic).replace("@", "(at)")[:300] or _("Conversation taken in from Polis")
    made = create_conversation(
        actor,
        title=Text.of(title, language),
        description=Text.of(export.description.replace("@", "(at)")[:5000], language),
        policy=Text.of(POLICY),
        opens_at=first,
        takes_statements=False,
    )
    made.state, made.source = Conversation.State.CLOSED, _source(export)
    made.opened_at, made.closed_at = first, max(last, first)
    made.save()
    return made


def _add_people(conversation: Conversation, numbers: Iterable[int]) -> dict[int, int]:
    """Participants of whom only a number is known."""
    found: dict[int, int] = {}
    for part in batched(numbers, BATCH, strict=False):
        rows = Participant.objects.bulk_create(
            Participant(
                conversation=conversation,
                number=number,
                key=salted_hmac(
                    f"summitry.opinions.taken_in:{conversation.pk}", str(number), algorithm="sha256"
                ).hexdigest(),
                since=datetime.fromtimestamp(0, UTC),
            )
            for number in part
        )
        found |= {row.number: row.pk for row in rows if row.number is not None}
    return found


def _add_statements(
    conversation: Conversation, comments: Iterable[Comment], people: dict[int, int], language: str
) -> dict[int, int]:
    state = Statement.State
    rows = Statement.objects.bulk_create(
        (
            Statement(
                conversation=conversation,
                number=one.number,
                text=Text.of(one.body, language),
                author_id=None if one.author is None else people[one.author],
                state=state.REMOVED if one.moderated < 0 else state.SHOWN,
                reason=Text.of(REASON) if one.moderated < 0 else Text(),
                decided_at=max(one.at, conversation.opens_at) if one.moderated else None,
                created_at=one.at,
            )
            for one in comments
        ),
        batch_size=BATCH,
    )
    return {row.number: row.pk for row in rows}
