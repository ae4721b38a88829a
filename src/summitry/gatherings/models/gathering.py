"""Series, their editions, and the rooms and tracks of an edition."""

from datetime import time

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from summitry.people.models import INSTITUTION, Organisation, scope_of
from summitry.text.fields import TranslatedField


class Series(models.Model):
    """What comes back: the annual summit, the dialogues."""

    slug = models.SlugField(_("short name in addresses"), unique=True, max_length=80)
    title = TranslatedField(_("title"))
    summary = TranslatedField(_("summary"), blank=True, max_length=4000, multiline=True)

    class Meta:
        verbose_name_plural = "series"

    def __str__(self) -> str:
        return str(self.title)

    def scopes(self) -> list[str]:
        return [scope_of(self), INSTITUTION]


class Gathering(models.Model):
    """One edition: where and when people meet. Times are UTC in the database and shown in `time_zone`."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        ANNOUNCED = "announced", _("announced")
        CANCELLED = "cancelled", _("cancelled")

    slug = models.SlugField(_("short name in addresses"), unique=True, max_length=80)
    series = models.ForeignKey(
        Series, models.PROTECT, null=True, blank=True, related_name="editions", verbose_name=_("series")
    )
    number = models.PositiveSmallIntegerField(_("number of the edition"), null=True, blank=True)
    title = TranslatedField(_("title"))
    subtitle = TranslatedField(_("subtitle"), blank=True)
    summary = TranslatedField(_("summary"), blank=True, max_length=10000, multiline=True)
    place = TranslatedField(_("place"), blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)  # ISO 3166-1 alpha-2, upper case
    starts = models.DateField(_("first day"))
    ends = models.DateField(_("last day"))
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")  # a name of the IANA database
    day_change = models.TimeField(
        _("a new day begins at"),
        default=time(0),
        help_text=_("Sessions after midnight and before this time belong to the day before."),
    )
    slot_minutes = models.PositiveSmallIntegerField(_("minutes of the time grid"), default=15)
    report_days = models.PositiveSmallIntegerField(
        _("days until a session’s report is owed"),
        null=True,
        blank=True,
        help_text=_("Empty: as each kind of session says. 0: no reports are owed."),
    )
    turnround_minutes = models.PositiveSmallIntegerField(
        _("minutes needed between two sessions"),
        default=0,
        help_text=_("To clear a room, or to walk from one to another. Shorter gaps are told in the editor."),
    )
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    partner = models.BooleanField(_("held by other conveners"), default=False)
    origin = TranslatedField(_("whose platform it is"), blank=True)
    parties = models.JSONField(_("countries that take part as parties"), default=list, blank=True)
    conveners = models.ManyToManyField(
        Organisation, blank=True, related_name="convenes", verbose_name=_("conveners")
    )
    website = models.URLField(_("website"), max_length=500, blank=True)
    logo = models.URLField(_("logo"), max_length=500, blank=True)
    # The release that the public reads, and since when the working programme may differ from it.
    released = models.OneToOneField("Release", models.SET_NULL, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    demands = models.PositiveIntegerField(default=0)  # grows with each change of what a timetable must keep
    extra = models.JSONField(default=dict, blank=True)  # what an imported file said that has no column

    class Meta:
        ordering = ["-starts", "slug"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="gathering_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(slot_minutes__gte=1), name="gathering_has_a_time_grid"),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def scopes(self) -> list[str]:
        return [scope_of(self), INSTITUTION]

    @property
    def is_public(self) -> bool:
        return self.state != self.State.DRAFT


class Track(models.Model):
    """A thread of sessions on one theme."""

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="tracks")
    slug = models.SlugField(max_length=120)
    name = TranslatedField(_("name"))
    colour = models.CharField(
        _("colour"), max_length=7, blank=True
    )  # #rrggbb, for exports; our pages name the track
    position = models.PositiveIntegerField(_("position"), default=0)
    extra = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["gathering", "slug"], name="track_slug_once")]

    def __str__(self) -> str:
        return str(self.name)

    def scopes(self) -> list[str]:
        return self.gathering.scopes()


class Room(models.Model):
    """A place for one session at a time."""

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="rooms")
    slug = models.SlugField(max_length=120)
    name = TranslatedField(_("name"))
    guid = models.UUIDField(null=True, blank=True)
    capacity = models.PositiveIntegerField(_("seats"), null=True, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    extra = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["gathering", "slug"], name="room_slug_once")]

    def __str__(self) -> str:
        return str(self.name)

    def scopes(self) -> list[str]:
        return self.gathering.scopes()
