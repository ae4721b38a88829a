"""What was decided, and the sealed verdict from which anybody who may see it can compute it again."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy

from summitry.people.models import Person
from summitry.text.fields import TranslatedField
from summitry.text.value import Text

from .. import rules as data
from .call import Call, RuleSet
from .submission import Submission


class Decision(models.Model):
    """The answer to one submission. Seen by nobody but the chair and auditors before the call publishes
    it."""

    class Result(models.TextChoices):
        ACCEPTED = "accepted", pgettext_lazy("result of a submission", "accepted")
        RESERVE = "reserve", pgettext_lazy("result of a submission", "on the reserve list")
        REJECTED = "rejected", pgettext_lazy("result of a submission", "not accepted")

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="decision")
    result = models.CharField(max_length=10, choices=Result.choices)
    tier = models.CharField(max_length=40, blank=True)
    computed_rank = models.PositiveIntegerField(null=True, blank=True)  # 1 is the best; none without a mark
    departs = models.BooleanField(default=False)  # from the computed order
    reason = TranslatedField(blank=True, max_length=5000)  # the applicant reads it
    standard = models.CharField(
        max_length=40, blank=True
    )  # key of a standard reason of the deliberating stage
    departure_reason = TranslatedField(blank=True, max_length=5000)
    decided_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=200, blank=True)  # the subject that came of it

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(result="accepted") | Q(result__in=["reserve", "rejected"], tier=""),
                name="tier_only_if_accepted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id}: {self.result}"

    def scopes(self) -> list[str]:
        return self.submission.scopes()

    @property
    def is_accepted(self) -> bool:
        return self.result == self.Result.ACCEPTED

    @property
    def is_reserve(self) -> bool:
        return self.result == self.Result.RESERVE

    @property
    def standing(self) -> str:
        """The result in one word, with its tier: "accepted:gold"."""
        return f"{self.result}:{self.tier}" if self.tier else str(self.result)

    @property
    def tier_rule(self) -> data.Tier | None:
        return self.submission.call.rules.tier(self.tier) if self.tier else None

    @property
    def words(self) -> Text:
        """The reason as the applicant reads it: the chair's own words, else the standard reason."""
        if self.reason or not self.standard:
            return self.reason
        found = (stage.reason(self.standard) for stage in self.submission.call.rules.stages)
        return next((one.text for one in found if one), Text())


class Verdict(models.Model):
    """The sealed decision of a call: inputs, rules, seed, computed order and decisions, as canonical JSON.

    Written once; superseded if deliberation is re-opened by a recorded act. The record holds its digest;
    `verdicts.recompute` makes it again from the inputs that are in it."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="verdicts")
    number = models.PositiveIntegerField(default=1)
    rules = models.ForeignKey(RuleSet, models.PROTECT, related_name="+")
    seed = models.CharField(max_length=64)
    body = models.TextField()  # canonical JSON
    digest = models.CharField(max_length=64)  # SHA-256 of body
    sealed_at = models.DateTimeField(default=timezone.now)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="one_verdict_a_number"),
            models.UniqueConstraint(
                fields=["call"], condition=Q(superseded_at__isnull=True), name="one_verdict_in_force"
            ),
        ]

    def __str__(self) -> str:
        return self.digest

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding and set(options.get("update_fields") or ()) != {"superseded_at"}:
            raise ValidationError(gettext("A sealed verdict cannot be changed."))
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> Any:
        raise ValidationError(gettext("A sealed verdict cannot be deleted."))

    def scopes(self) -> list[str]:
        return self.call.scopes()

    @property
    def slug(self) -> str:
        return self.call.slug
