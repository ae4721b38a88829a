"""What follows a published decision: appeals, revisions, and what the accepted owe."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from summitry.people.models import Person
from summitry.text.fields import TranslatedField

from .. import rules as data
from .decision import Decision
from .submission import Submission


class Appeal(models.Model):
    """An applicant's appeal against her answer, before the clock runs out; one an entry."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="appeal")
    person = models.ForeignKey(Person, models.PROTECT, related_name="appeals")
    words = models.TextField(_("grounds"), max_length=10000)
    filed_at = models.DateTimeField(default=timezone.now)
    upheld = models.BooleanField(null=True, blank=True)
    answer = TranslatedField(blank=True, max_length=5000)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(upheld__isnull=True, answered_at__isnull=True)
                | Q(upheld__isnull=False, answered_at__isnull=False),
                name="appeal_answered_with_its_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.submission_id}: {self.upheld}"

    def scopes(self) -> list[str]:
        return self.submission.scopes()

    @property
    def due_at(self) -> datetime:
        """By when it should be answered: as many days after it came as the call gives for appealing."""
        return self.filed_at + timedelta(days=self.submission.call.rules.appeal_days)

    @property
    def is_late(self) -> bool:
        return self.answered_at is None and self.due_at < timezone.now()


class Revision(models.Model):
    """A change of a published decision, with its cause. The sealed verdict stays as it is."""

    class Cause(models.TextChoices):
        APPEAL = "appeal", pgettext_lazy("cause of a revision", "an appeal was upheld")
        DECLINED = "declined", pgettext_lazy("cause of a revision", "the place was given back")
        MOVED_UP = "moved_up", pgettext_lazy("cause of a revision", "moved up from the reserve list")

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="revisions")
    cause = models.CharField(max_length=10, choices=Cause.choices)
    before = models.CharField(max_length=60)  # "result" or "result:tier"
    after = models.CharField(max_length=60)
    reason = TranslatedField(blank=True, max_length=5000)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.decision_id}: {self.before} -> {self.after}"


class Owed(models.Model):
    """Something that an accepted applicant owes: delivered by her, or waived with a reason."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="owed")
    key = models.CharField(max_length=40)  # of an obligation in the rules
    due_at = models.DateTimeField()
    words = TranslatedField(blank=True, max_length=20000)
    link = models.URLField(_("address"), blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    waived_at = models.DateTimeField(null=True, blank=True)
    waiver = TranslatedField(blank=True, max_length=2000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "key"], name="one_obligation_an_entry")]
        indexes = [models.Index(fields=["delivered_at", "due_at"])]

    def __str__(self) -> str:
        return f"{self.submission_id}: {self.key}"

    def scopes(self) -> list[str]:
        return self.submission.scopes()

    @property
    def rule(self) -> data.Obligation | None:
        """What the rules say of it."""
        return self.submission.call.rules.obligation(self.key)

    @property
    def is_open(self) -> bool:
        """Neither delivered nor waived."""
        return self.delivered_at is None and self.waived_at is None

    @property
    def is_due(self) -> bool:
        """Past its day, neither delivered nor waived."""
        return self.is_open and self.due_at < timezone.now()
