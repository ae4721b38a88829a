"""Timetables that the solver proposes."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from summitry.people.models import Person

from .gathering import Gathering
from .moves import Shift


class Proposal(models.Model):
    """One run of the solver: how far it is, the best timetable so far, or why there is none."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being computed")
        DONE = "done", _("proposed")
        NONE = "none", _("nothing found")
        IMPOSSIBLE = "impossible", _("not possible")
        ACCEPTED = "accepted", _("accepted")
        DISCARDED = "discarded", _("discarded")

    class Base(models.TextChoices):
        NOTHING = "nothing", _("Begin afresh")
        WORKING = "working", _("Move as little as possible of the working programme")
        RELEASED = "released", _("Move as little as possible of the published programme")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="proposals")
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    seconds = models.PositiveIntegerField(_("seconds at most"), default=60)
    seed = models.PositiveIntegerField(default=0)
    base = models.CharField(_("how much may move"), max_length=12, choices=Base.choices, default=Base.NOTHING)
    stopping = models.BooleanField(default=False)  # somebody has said: enough, keep the best
    mark = models.PositiveBigIntegerField(default=0)  # `queries.mark` when it was computed
    demands = models.CharField(max_length=64, blank=True)  # `timetabling.still.digest` of then
    passed = models.FloatField(default=0)  # seconds of computing
    cost = models.PositiveBigIntegerField(null=True, blank=True)  # points of the best so far
    bound = models.PositiveBigIntegerField(default=0)  # no timetable costs less
    before = models.JSONField(
        default=dict, blank=True
    )  # what the working programme cost: {"soft", "hard", …}
    # [{"session": key, "room": key, "starts": ISO 8601 UTC, "minutes": n, "teams": {pair: key}}]
    places = models.JSONField(default=list, blank=True)
    costs = models.JSONField(default=dict, blank=True)  # points by soft rule
    # Violations and reasons as data, in the keys of our rows; `timetabling.words` makes sentences of them.
    violations = models.JSONField(default=list, blank=True)
    reasons = models.JSONField(default=dict, blank=True)
    shift = models.OneToOneField(Shift, models.SET_NULL, null=True, blank=True, related_name="proposal")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["gathering"],
                condition=Q(state__in=["waiting", "running"]),
                name="one_proposal_computed_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.gathering} · {self.asked_at:%Y-%m-%d %H:%M} UTC"

    @property
    def is_computing(self) -> bool:
        return self.state in {self.State.WAITING, self.State.RUNNING}
