"""What is heard: conversations, statements, who takes part, votes, and the maps drawn of them."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from summitry.people.models import INSTITUTION, scope_of
from summitry.text.fields import TranslatedField

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

LONGEST = 280  # characters of a statement that a participant writes
LONGEST_IMPORTED = 1000
NEW = 81 * 0.0625  # priority of a statement that nobody has seen: engines.opinion.priorities


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def public(self) -> "ConversationQuerySet":
        """All but drafts."""
        return self.exclude(state=Conversation.State.DRAFT)

    def open_to_all(self) -> "ConversationQuerySet":
        """Those of which machines are told: all but drafts, and of those that ask members alone the ones
        whose report is published."""
        return self.public().exclude(access=Conversation.Access.MEMBERS, reported_at__isnull=True)

    def accepting(self, now: datetime | None = None) -> "ConversationQuerySet":
        """Those in which one can vote now."""
        now = now or timezone.now()
        return self.filter(state=Conversation.State.OPEN, opens_at__lte=now).filter(
            Q(closes_at__isnull=True) | Q(closes_at__gt=now)
        )


class Conversation(models.Model):
    """A question on which people vote statement by statement. Everybody may read it once it is open; who may
    take part is said by `access`."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("opinion vote", "draft")
        OPEN = "open", pgettext_lazy("opinion vote", "open")
        CLOSED = "closed", pgettext_lazy("opinion vote", "closed")

    class Access(models.TextChoices):
        ANYBODY = "anybody", _("anybody, without an account")
        LINK = "link", _("whoever has the link")
        ACCOUNTS = "accounts", _("those with an account")
        MEMBERS = "members", _("delegates of members only")

    class Moderation(models.TextChoices):
        BEFORE = "before", _("before a statement is shown")
        AFTER = "after", _("after it is shown")

    slug = models.SlugField(unique=True, max_length=80)
    title = TranslatedField(_("question"))
    description = TranslatedField(_("description"), blank=True, max_length=5000, multiline=True)
    policy = TranslatedField(_("policy of moderation"), max_length=5000, multiline=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    access = models.CharField(
        _("who may take part"), max_length=10, choices=Access.choices, default=Access.ANYBODY
    )
    moderation = models.CharField(
        _("statements are looked at"), max_length=10, choices=Moderation.choices, default=Moderation.BEFORE
    )
    takes_statements = models.BooleanField(_("participants may add statements"), default=True)
    opens_at = models.DateTimeField(_("opens"), default=timezone.now)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)  # when the report was published
    parent_scope = models.CharField(max_length=160, default=INSTITUTION, blank=True)
    # Origins, one a line, that may show it in a frame; "*" is any.
    embed_in = models.TextField(_("sites that may show it in a frame"), max_length=2000, blank=True)
    links = models.PositiveIntegerField(default=1)  # of the invitation's link: another number, another link
    source = models.CharField(_("where votes were taken in from"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)  # a form that carries an older one is stale

    objects = ConversationQuerySet.as_manager()
    if TYPE_CHECKING:
        statements: "RelatedManager[Statement]"
        participants: "RelatedManager[Participant]"
        runs: "RelatedManager[MapRun]"

    class Meta:
        ordering = ["-opens_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="conversation_closes_after_it_opens",
                violation_error_message=_("It has to close after it opens."),
            ),
            models.CheckConstraint(
                condition=Q(reported_at__isnull=True) | Q(state="closed"),
                name="conversation_reported_once_closed",
            ),
            models.CheckConstraint(
                condition=Q(embed_in="") | Q(access="anybody"),
                name="conversation_in_frames_is_for_anybody",
                violation_error_message=_(
                    "In a frame of another site nobody is signed in: "
                    "only what is for anybody can be shown there."
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def scopes(self) -> list[str]:
        return list(dict.fromkeys([scope_of(self), *filter(None, [self.parent_scope]), INSTITUTION]))

    def own_scopes(self) -> list[str]:
        return [scope_of(self)]

    def accepts(self, now: datetime) -> bool:
        """Whether votes are taken at this moment."""
        return (
            self.state == self.State.OPEN
            and self.opens_at <= now
            and (self.closes_at is None or now < self.closes_at)
        )

    @property
    def is_public(self) -> bool:
        return self.state != self.State.DRAFT

    @property
    def hosts(self) -> list[str]:
        """The origins that may show it in a frame."""
        return self.embed_in.split()

    @property
    def word(self) -> str:
        """What the invitation's link holds."""
        return salted_hmac(
            "summitry.opinions.link", f"{self.pk}:{self.links}", algorithm="sha256"
        ).hexdigest()[:24]

    def is_invited(self, word: str) -> bool:
        return constant_time_compare(self.word, word)


class Participant(models.Model):
    """Somebody who takes part in one conversation: an account, or the holder of a cookie of which only a
    keyed hash is kept, another one in each conversation. Imported ones have the number that they had."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="participants")
    user = models.ForeignKey(
        "people.User", models.PROTECT, null=True, blank=True, related_name="opinion_voices"
    )
    key = models.CharField(max_length=64, null=True, blank=True)
    number = models.PositiveIntegerField(null=True, blank=True)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=True, key__isnull=False) | Q(user__isnull=False, key__isnull=True),
                name="participant_by_account_or_by_key",
            ),
            models.UniqueConstraint(
                fields=["conversation", "user"], name="account_takes_part_once_in_a_conversation"
            ),
            models.UniqueConstraint(fields=["conversation", "key"], name="key_takes_part_once"),
            models.UniqueConstraint(fields=["conversation", "number"], name="participant_number_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Statement(models.Model):
    """One idea in one language, or in several. Its number is its address within the conversation."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for moderation")
        SHOWN = "shown", pgettext_lazy("statement", "shown")
        REMOVED = "removed", pgettext_lazy("statement", "removed")

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="statements")
    number = models.PositiveIntegerField()
    text = TranslatedField(_("statement"), max_length=LONGEST_IMPORTED)
    seed = models.BooleanField(_("from the secretariat"), default=False)
    metadata = models.BooleanField(_("about the participant herself"), default=False)
    author = models.ForeignKey(  # never public
        Participant, models.SET_NULL, null=True, blank=True, related_name="statements"
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    reason = TranslatedField(_("reason"), blank=True, max_length=2000, multiline=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    priority = models.FloatField(default=NEW)  # the chance to be shown next, in proportion
    if TYPE_CHECKING:
        uptakes: "RelatedManager[Uptake]"

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["conversation", "state"])]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "number"], name="statement_number_once"),
            models.CheckConstraint(
                condition=~Q(state="removed") | Q(decided_at__isnull=False),
                name="statement_removed_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.text)

    def scopes(self) -> list[str]:
        return self.conversation.scopes()

    @property
    def key(self) -> str:
        return f"{self.conversation.slug}/{self.number}"


class Vote(models.Model):
    """What somebody says now of a statement: 1 agree, -1 disagree, 0 pass. A later vote takes the place of
    an earlier one; `changes` counts how often."""

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="votes")
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="votes")
    value = models.SmallIntegerField()
    at = models.DateTimeField(default=timezone.now, db_index=True)
    changes = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "statement"], name="one_vote_of_a_participant_on_a_statement"
            ),
            models.CheckConstraint(condition=Q(value__in=[-1, 0, 1]), name="vote_is_one_of_three"),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id}: {self.value} on {self.statement_id}"


class MapRun(models.Model):
    """A map as it was drawn. `shown` holds what pages show, `table` the counts of each statement; `seats` is
    where everybody stood (`drawing.SEAT`), so that the next map can keep the groups' numbers."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="runs")
    digest = models.CharField(max_length=64)  # of the votes and of what moderation took out
    made_at = models.DateTimeField(default=timezone.now)
    people = models.PositiveIntegerField()
    votes = models.PositiveIntegerField()
    statements = models.PositiveIntegerField()
    groups = models.PositiveSmallIntegerField()
    shown = models.JSONField(default=dict)
    table = models.JSONField(default=list)
    seats = models.BinaryField(default=bytes)

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["conversation", "-made_at"])]

    def __str__(self) -> str:
        return f"{self.conversation_id} at {self.made_at:%Y-%m-%d %H:%M:%S}"


class Uptake(models.Model):
    """Where a statement that unites went on to: a taker made something of it, named as the record names it.
    `evidence` is what spoke for the statement then (`uptake.Evidence`)."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="uptakes")
    taker = models.CharField(max_length=80)
    subject = models.CharField(max_length=240)
    evidence = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "subject"], name="statement_taken_up_into_a_thing_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id} into {self.subject}"
