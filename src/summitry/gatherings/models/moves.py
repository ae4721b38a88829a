"""Who moved what in the working programme: what undoing needs, and what editors see of each other."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from summitry.people.models import Person

from .gathering import Gathering, Room
from .session import Session


class Shift(models.Model):
    """One act of an editor: one or several sessions put elsewhere. Never changed afterwards."""

    class What(models.TextChoices):
        PLACED = "placed", _("placed")
        TAKEN_OUT = "taken-out", _("taken out")
        SWAPPED = "swapped", _("swapped")
        SHIFTED = "shifted", _("moved together")
        ARRANGED = "arranged", _("took over a proposal")
        CANCELLED = "cancelled", _("cancelled")
        UNDONE = "undone", _("undid")
        REDONE = "redone", _("did again")

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="shifts")
    what = models.CharField(max_length=12, choices=What.choices)
    at = models.DateTimeField(default=timezone.now)
    # None: the operator at the command line, or somebody who has been forgotten
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    undoes = models.OneToOneField("self", models.CASCADE, null=True, blank=True, related_name="undone_by")

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["gathering", "-id"])]

    def __str__(self) -> str:
        return f"{self.get_what_display()} · {self.gathering} · {self.at:%Y-%m-%d %H:%M} UTC"


class Move(models.Model):
    """From where to where one session went in a shift; no time stands for the tray of unscheduled ones."""

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="moves")
    session = models.ForeignKey(Session, models.CASCADE, related_name="moves")
    from_room = models.ForeignKey(Room, models.SET_NULL, null=True, related_name="+")
    from_starts = models.DateTimeField(null=True)
    from_ends = models.DateTimeField(null=True)
    from_minutes = models.PositiveIntegerField(null=True)  # the planned length before
    to_room = models.ForeignKey(Room, models.SET_NULL, null=True, related_name="+")
    to_starts = models.DateTimeField(null=True)
    to_ends = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["shift", "session"], name="session_once_a_shift")]

    def __str__(self) -> str:
        return f"{self.session} · {self.shift_id}"
