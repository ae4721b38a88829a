"""The life of a conversation: made, opened, closed, reported on."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import INSTITUTION, User
from summitry.people.slugs import free_slug
from summitry.record.act import act, require
from summitry.text.value import Text

from .. import drawing
from ..models import Conversation, MapRun
from . import mapping
from .common import COLUMNS, lock, origins, reason_of, save, told

State = Conversation.State


@act
def create_conversation(
    actor: User | None, *, title: Text, slug: str = "", parent_scope: str = INSTITUTION, **columns: Any
) -> Conversation:
    """Makes a draft, which nobody but the secretariat sees. `columns`: those of `COLUMNS`.

    None as the actor is the operator at the command line. Raises PermissionDenied; ValidationError by field.
    """
    if actor is not None:
        require(actor, "opinions.keep_conversation")
    made = Conversation(
        slug=slug or free_slug(Conversation, title), title=title, parent_scope=parent_scope, **_known(columns)
    )
    save(made)
    return made


def _known(columns: dict[str, Any]) -> dict[str, Any]:
    if unknown := columns.keys() - set(COLUMNS):
        raise TypeError(f"no such columns: {', '.join(sorted(unknown))}")
    return columns | ({"embed_in": origins(columns["embed_in"])} if "embed_in" in columns else {})


@act
def edit_conversation(actor: User, conversation: Conversation, version: int, **columns: Any) -> Conversation:
    """Changes a conversation that is as old as `version` says; what is as it was stays. Who may take part
    stays once it is open. Raises PermissionDenied; Stale; ValidationError by field."""
    require(actor, "opinions.keep_conversation", conversation)
    conversation = lock(conversation, version)
    changed = {name: one for name, one in _known(columns).items() if getattr(conversation, name) != one}
    if not changed:
        return conversation
    if conversation.state == State.CLOSED:
        raise ValidationError(_("A conversation that is closed is not changed any more."), code="closed")
    if "access" in changed and conversation.is_public:
        raise ValidationError({"access": _("Who may take part stays as it was when it opened.")})
    for name, value in changed.items():
        setattr(conversation, name, value)
    save(conversation)
    if conversation.is_public:
        told(conversation, "edited", actor, fields=sorted(changed))
    return conversation


@act
def open_conversation(actor: User | None, conversation: Conversation) -> Conversation:
    """Opens a draft: from then on everybody reads it, and votes are taken between its times. It needs a
    statement and a policy of moderation. Raises PermissionDenied; ValidationError."""
    if actor is not None:
        require(actor, "opinions.keep_conversation", conversation)
    conversation = lock(conversation)
    if conversation.state != State.DRAFT:
        raise ValidationError(_("This conversation is open already, or has been."), code="state")
    if not conversation.statements.filter(state="shown").exists():
        raise ValidationError(_("Write some statements first: the first reader must find something."))
    if conversation.closes_at is not None and conversation.closes_at <= timezone.now():
        raise ValidationError({"closes_at": _("This is past.")})
    conversation.state, conversation.opened_at = State.OPEN, timezone.now()
    save(conversation)
    told(conversation, "opened", actor)
    return conversation


@act
def close_conversation(actor: User | None, conversation: Conversation) -> Conversation:
    """Ends the voting. Twice changes nothing. Raises PermissionDenied; ValidationError for a draft."""
    if actor is not None:
        require(actor, "opinions.keep_conversation", conversation)
    conversation = lock(conversation)
    if conversation.state == State.DRAFT:
        raise ValidationError(_("This conversation has not been opened yet."), code="state")
    if conversation.state == State.CLOSED:
        return conversation
    conversation.state, conversation.closed_at = State.CLOSED, timezone.now()
    save(conversation)
    told(conversation, "closed", actor)
    return conversation


@act
def reopen_conversation(actor: User, conversation: Conversation, reason: Text | str) -> Conversation:
    """Takes votes again in a closed conversation whose report is not published, for a reason that everybody
    can read; it has no set end then. Raises PermissionDenied; ValidationError."""
    require(actor, "opinions.keep_conversation", conversation)
    conversation = lock(conversation)
    if conversation.state != State.CLOSED or conversation.reported_at:
        raise ValidationError(
            _("Only a closed conversation without a published report is opened again."), code="state"
        )
    why = reason_of(reason)
    conversation.state, conversation.closed_at, conversation.closes_at = State.OPEN, None, None
    save(conversation)
    told(conversation, "reopened", actor, reason=why)
    return conversation


@act
def renew_link(actor: User, conversation: Conversation) -> Conversation:
    """Makes another invitation link; the former one leads nowhere any more. Raises PermissionDenied."""
    require(actor, "opinions.keep_conversation", conversation)
    conversation = lock(conversation)
    conversation.links += 1
    conversation.version += 1
    conversation.save(update_fields=["links", "version"])
    return conversation


def close_due() -> int:
    """For the worker's schedule: closes the conversations whose time is over. How many."""
    due = Conversation.objects.filter(state=State.OPEN, closes_at__lte=timezone.now())
    for conversation in due:
        close_conversation(None, conversation)
    return len(due)


def report_on(actor: User | None, conversation: Conversation) -> MapRun:
    """Draws the last map of a closed conversation, with how steady it is, and publishes it. It is drawn
    outside of any transaction, since that may take long. Raises PermissionDenied; ValidationError."""
    if actor is not None:
        require(actor, "opinions.publish_report", conversation)
    conversation = Conversation.objects.get(pk=conversation.pk)
    _check_reportable(conversation)
    return publish_report(actor, conversation, drawing.draw(conversation, trials=True))


def _check_reportable(conversation: Conversation) -> None:
    if conversation.state != State.CLOSED:
        raise ValidationError(_("Close the conversation first."), code="state")
    if conversation.reported_at:
        raise ValidationError(_("The report is published already."), code="state")


@act
def publish_report(actor: User | None, conversation: Conversation, drawn: drawing.Drawn) -> MapRun:
    """Publishes the report of a closed conversation: its last map and, from then on, the votes under numbers.
    The record holds the digest of the votes. Raises PermissionDenied; ValidationError."""
    if actor is not None:
        require(actor, "opinions.publish_report", conversation)
    conversation = lock(conversation)
    _check_reportable(conversation)
    run = mapping.keep_map(drawn, always=True)
    conversation.reported_at = timezone.now()
    save(conversation)
    told(
        conversation,
        "reported",
        actor,
        people=run.people,
        votes=run.votes,
        statements=run.statements,
        groups=run.groups,
        digest=run.digest,
    )
    return run
