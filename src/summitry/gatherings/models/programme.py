"""Where and when: the working slots, and the releases that the public reads."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from summitry.people.models import User
from summitry.text.fields import TranslatedField

from .gathering import Gathering, Room, Track
from .session import Session


class Slot(models.Model):
    """Where and when a session stands in the working programme; a session without one is unscheduled.

    Two sessions may stand in one room at one time while a programme is being made: `queries.conflicts` finds
    them, and a release refuses them unless a reason is given (`acts.release`).
    """

    session = models.OneToOneField(Session, models.CASCADE, related_name="slot")
    room = models.ForeignKey(Room, models.PROTECT, related_name="slots", verbose_name=_("room"))
    starts = models.DateTimeField(_("begins"))
    ends = models.DateTimeField(_("ends"))

    class Meta:
        ordering = ["starts", "room__position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="slot_of_no_negative_length")
        ]
        indexes = [models.Index(fields=["room", "starts"])]

    def __str__(self) -> str:
        return f"{self.session} · {self.starts:%Y-%m-%d %H:%M} UTC"


class Release(models.Model):
    """A published version of a programme. Immutable; its rows are `ReleasedSlot`s."""

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="releases")
    version = models.PositiveIntegerField()
    published_at = models.DateTimeField(default=timezone.now)
    note = TranslatedField(_("note"), blank=True, max_length=2000, multiline=True)
    overlap_reason = models.TextField(blank=True, max_length=1000)  # why two sessions may share a room
    digest = models.CharField(max_length=64)  # SHA-256 of the canonical rows, hexadecimal
    sessions = models.PositiveIntegerField(default=0)
    # How many are new, moved, cancelled, retitled, other, against the release before (`Changes.counts`).
    changes = models.JSONField(default=dict, blank=True)
    prepared_at = models.DateTimeField(null=True, blank=True)  # when it waited under embargo until its moment

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["gathering", "version"], name="release_version_once")]

    def __str__(self) -> str:
        return f"{self.gathering} {self.version}"


class Placed(models.Model):
    """One session as a version of a programme places it, frozen."""

    day = models.DateField()  # in the gathering's zone, by its day change
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    title = TranslatedField(max_length=500)
    kind = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=20, blank=True)
    interpreted = models.JSONField(default=list, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.title} · {self.starts:%Y-%m-%d %H:%M} UTC"


class ReleasedSlot(Placed):
    """One session as a release published it. People, texts and links are read live: a corrected abstract or
    an erased person needs no new release; a title, a time or a room does."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="rows")
    session = models.ForeignKey(Session, models.RESTRICT, related_name="released")
    room = models.ForeignKey(Room, models.RESTRICT, related_name="+")
    track = models.ForeignKey(Track, models.RESTRICT, null=True, related_name="+")
    # The version that was the first to say all of this; 0 where a row is older than this column.
    since = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["starts", "room__position", "session"]
        constraints = [
            models.UniqueConstraint(fields=["release", "session"], name="session_once_a_release"),
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="released_of_no_negative_length"),
        ]
        indexes = [models.Index(fields=["release", "day", "starts"])]


class PreparedRelease(models.Model):
    """A release under embargo: made now, public at its moment. It stands apart from the releases, so that no
    door for the public can find it: what the public reads is asked of `Release` and `ReleasedSlot` alone."""

    gathering = models.OneToOneField(Gathering, models.CASCADE, related_name="prepared")
    due_at = models.DateTimeField(_("becomes public at"), db_index=True)
    note = TranslatedField(_("note"), blank=True, max_length=2000, multiline=True)
    overlap_reason = models.TextField(blank=True, max_length=1000)
    notify = models.BooleanField(default=True)  # whether those affected get a letter when it is public
    prepared_at = models.DateTimeField(default=timezone.now)
    prepared_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    prepared_as = models.CharField(max_length=30)  # the role in which

    def __str__(self) -> str:
        return f"{self.gathering} · {self.due_at:%Y-%m-%d %H:%M} UTC"

    def scopes(self) -> list[str]:
        return self.gathering.scopes()


class PreparedSlot(Placed):
    """One session as a release under embargo will publish it."""

    prepared = models.ForeignKey(PreparedRelease, models.CASCADE, related_name="rows")
    session = models.ForeignKey(Session, models.CASCADE, related_name="+")
    room = models.ForeignKey(Room, models.RESTRICT, related_name="+")
    track = models.ForeignKey(Track, models.RESTRICT, null=True, related_name="+")

    class Meta:
        ordering = ["starts", "room__position", "session"]
        constraints = [
            models.UniqueConstraint(fields=["prepared", "session"], name="session_once_a_prepared_release"),
        ]


class AgendaWatch(models.Model):
    """A reader with an account who wants a letter when sessions of her agenda change."""

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="watches")
    user = models.ForeignKey(User, models.CASCADE, related_name="agenda_watches")
    sessions = models.ManyToManyField(Session, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gathering", "user"], name="one_watch_a_reader")]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.gathering}"
