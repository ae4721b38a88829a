"""Who looks at an entry and what they find: conflicts, assignments, screenings, assessments."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from summitry.people.models import Person
from summitry.text.fields import TranslatedField
from summitry.text.value import Text

from .call import StageRun
from .submission import Submission


class Conflict(models.Model):
    """A reason why somebody must see neither an entry nor its discussion. Lifted, never deleted."""

    class Source(models.TextChoices):
        DECLARED = "declared", pgettext_lazy("source of a conflict", "declared")
        FOUND = "found", pgettext_lazy("source of a conflict", "found by comparison")

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="conflicts")
    juror = models.ForeignKey(Person, models.CASCADE, related_name="conflicts")
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.DECLARED)
    reason = models.TextField(
        _("reason"), blank=True, max_length=2000
    )  # private; the record holds a commitment
    basis = models.JSONField(default=list, blank=True)  # of a found one: [[kind, detail], ...], sorted
    declared_at = models.DateTimeField(default=timezone.now, editable=False)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    lift_reason = models.TextField(blank=True, max_length=2000)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "juror"], condition=Q(lifted_at__isnull=True), name="one_open_conflict"
            )
        ]
        indexes = [models.Index(fields=["juror", "submission"])]

    def __str__(self) -> str:
        return f"{self.juror_id} / {self.submission_id}"

    def scopes(self) -> list[str]:
        return self.submission.scopes()


class Assignment(models.Model):
    """An entry on a juror's list, in one scoring stage. Ended, never deleted: by hand with a reason in words,
    else for one of those `BY_ITSELF`."""

    BY_ITSELF: ClassVar = frozenset({"better", "conflict", "left", "withdrawn"})

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="assignments")
    juror = models.ForeignKey(Person, models.PROTECT, related_name="assignments")
    stage = models.ForeignKey(StageRun, models.PROTECT, related_name="assignments")
    manual = models.BooleanField(default=False)  # made by hand: the engine keeps it
    assigned_at = models.DateTimeField(default=timezone.now, editable=False)
    cleared_at = models.DateTimeField(null=True, blank=True)  # she has said that she has no conflict
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "juror", "stage"],
                condition=Q(ended_at__isnull=True),
                name="one_open_assignment",
            )
        ]
        indexes = [models.Index(fields=["juror", "stage"])]

    def __str__(self) -> str:
        return f"{self.stage_id}: {self.juror_id} / {self.submission_id}"

    def scopes(self) -> list[str]:
        return self.submission.scopes()


class Screening(models.Model):
    """A screener's finding on one entry in one stage."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="screenings")
    stage = models.ForeignKey(StageRun, models.PROTECT, related_name="screenings")
    screener = models.ForeignKey(Person, models.PROTECT, related_name="screenings")
    passed = models.BooleanField()
    standard = models.CharField(max_length=40, blank=True)  # the key of one of the stage's standard reasons
    reason = TranslatedField(blank=True, max_length=3000)
    version = models.PositiveIntegerField(default=1)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "stage"], name="one_screening_a_stage"),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id}: {self.passed}"

    def scopes(self) -> list[str]:
        return self.submission.scopes()

    @property
    def words(self) -> Text:
        """The reason as the applicant reads it: the screener's own words, else the standard reason."""
        standard = self.stage.rule.reason(self.standard) if self.standard else None
        return self.reason or (standard.text if standard else Text())


class Assessment(models.Model):
    """A juror's marks for one entry in one stage. Final once it is sent; void once a conflict is declared."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="assessments")
    juror = models.ForeignKey(Person, models.PROTECT, related_name="assessments")
    stage = models.ForeignKey(StageRun, models.PROTECT, related_name="assessments")
    marks = models.JSONField(default=dict)  # criterion key -> whole number
    comment = models.TextField(_("comment"), blank=True, max_length=5000)  # the applicant may read it
    note = models.TextField(_("note to the chair"), blank=True, max_length=5000)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "juror", "stage"], name="one_assessment"),
        ]
        indexes = [models.Index(fields=["stage", "sent_at"])]

    def __str__(self) -> str:
        return f"{self.stage_id}: {self.juror_id} / {self.submission_id}"

    def scopes(self) -> list[str]:
        return self.submission.scopes()

    @property
    def counts(self) -> bool:
        return self.sent_at is not None and self.voided_at is None
