"""What a timetable must keep and what it should: stated by those who make the programme, read by the solver.

Periods are lines in the gathering's zone, such as "2027-11-03" or "2027-11-03 14:00-18:00"
(`timetabling.periods`); pairs of languages are such as "en-zh".
"""

from datetime import time

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from summitry.people.models import Person

from .gathering import Gathering, Room
from .session import Session


class Planning(models.Model):
    """How one edition's timetable is made: its grid, and what each soft rule weighs. Without a row, these
    defaults hold."""

    gathering = models.OneToOneField(Gathering, models.CASCADE, related_name="planning")
    day_starts = models.TimeField(_("first session of a day begins at"), default=time(9))
    day_ends = models.TimeField(_("last session of a day ends at"), default=time(18))
    step = models.PositiveSmallIntegerField(_("minutes from one possible beginning to the next"), default=30)
    breaks = models.JSONField(_("breaks"), default=list, blank=True)  # periods, or times of every day
    rest = models.PositiveSmallIntegerField(_("minutes of rest between two sessions of a person"), default=30)
    weights = models.JSONField(_("weights"), default=dict, blank=True)  # name of a soft rule -> points
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(day_ends__gt=F("day_starts")), name="planned_day_has_a_length"
            ),
            models.CheckConstraint(condition=Q(step__gte=5), name="planned_step_of_five_minutes"),
        ]

    def __str__(self) -> str:
        return f"{self.gathering}"


class Presence(models.Model):
    """When a person can take part in an edition, and from where."""

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="presences")
    person = models.ForeignKey(Person, models.CASCADE, related_name="presences")
    absent = models.JSONField(_("cannot take part"), default=list, blank=True)
    zone = models.CharField(_("joins remotely from this time zone"), max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gathering", "person"], name="one_presence_an_edition")
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.gathering}"


class RoomFacts(models.Model):
    """What a room has, and when it cannot be used."""

    room = models.OneToOneField(Room, models.CASCADE, related_name="facts")
    equipment = models.JSONField(_("equipment"), default=list, blank=True)  # words
    closed = models.JSONField(_("not available"), default=list, blank=True)

    def __str__(self) -> str:
        return f"{self.room}"


class InterpreterTeam(models.Model):
    """Interpreters who work together, one session at a time."""

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="teams")
    name = models.CharField(_("name"), max_length=120)
    pairs = models.JSONField(_("pairs of languages"), default=list)
    absent = models.JSONField(_("not available"), default=list, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["gathering", "name"], name="team_name_once")]

    def __str__(self) -> str:
        return self.name


class Service(models.Model):
    """Which team interprets a session from and into a pair of languages."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="services")
    pair = models.CharField(max_length=20)
    team = models.ForeignKey(InterpreterTeam, models.CASCADE, related_name="services")

    class Meta:
        ordering = ["pair", "pk"]
        constraints = [models.UniqueConstraint(fields=["session", "pair"], name="one_team_a_pair")]

    def __str__(self) -> str:
        return f"{self.session} · {self.pair} · {self.team}"


class SessionDemand(models.Model):
    """What a session needs of its room and its time."""

    session = models.OneToOneField(Session, models.CASCADE, related_name="demand")
    audience = models.PositiveIntegerField(_("expected audience"), null=True, blank=True)
    equipment = models.JSONField(_("needed equipment"), default=list, blank=True)
    interpretation = models.JSONField(_("needed interpretation"), default=list, blank=True)
    pinned = models.BooleanField(_("stays where it stands"), default=False)
    wanted = models.JSONField(_("would rather begin in"), default=list, blank=True)
    after = models.ManyToManyField(Session, blank=True, related_name="before", verbose_name=_("after"))

    def __str__(self) -> str:
        return f"{self.session}"


class Couple(models.Model):
    """Two sessions that should not be in parallel."""

    class Kind(models.TextChoices):
        SIMILAR = "similar", _("They are similar")
        JOINT = "joint", _("Many people want both")

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="couples")
    first = models.ForeignKey(Session, models.CASCADE, related_name="+", verbose_name=_("first session"))
    second = models.ForeignKey(Session, models.CASCADE, related_name="+", verbose_name=_("second session"))
    kind = models.CharField(_("why"), max_length=8, choices=Kind.choices, default=Kind.SIMILAR)
    amount = models.PositiveIntegerField(_("how many want both"), default=1)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="couple_in_order"),
            models.UniqueConstraint(fields=["first", "second", "kind"], name="couple_once_a_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.first} · {self.second}"
