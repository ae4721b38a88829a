"""A call, the frozen versions of its rules, and the run of each of its stages."""

import json
from collections.abc import Iterable
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from summitry import kept
from summitry.people.models import INSTITUTION, scope_of
from summitry.text.fields import TranslatedField

from .. import rules as data
from .. import stages


@lru_cache(maxsize=64)
def _parsed(words: str) -> data.RuleSet:
    """Rules are immutable: those of a list's calls are read once and not once a row (6 ms for a full
    template)."""
    return data.parse(json.loads(words))


class CallQuerySet(models.QuerySet["Call"]):
    def public(self) -> "CallQuerySet":
        """Everything but drafts."""
        return self.exclude(state=Call.State.DRAFT)

    def accepting(self, now: datetime | None = None) -> "CallQuerySet":
        """Open for submissions at this moment; the last instant counts."""
        now = now or timezone.now()
        return self.filter(state=Call.State.OPEN, opens_at__lte=now, closes_at__gte=now)


class Call(models.Model):
    """A call. While it is a draft `working` holds its rules; opening freezes them as version 1 (`RuleSet`),
    and from then on `working` repeats the newest version. The columns title ... outcome mirror the rules,
    for queries."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("state of a call", "draft")
        OPEN = "open", pgettext_lazy("state of a call", "open")
        CLOSED = "closed", pgettext_lazy("state of a call", "closed")
        DECIDED = "decided", pgettext_lazy("state of a call", "decided")
        PUBLISHED = "published", pgettext_lazy("state of a call", "published")

    slug = models.SlugField(_("address"), unique=True, max_length=60)
    title = TranslatedField(_("title"), max_length=200)
    summary = TranslatedField(_("summary"), blank=True, max_length=1000)
    body = TranslatedField(_("description"), blank=True, max_length=20000, multiline=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=60, default="list")
    outcome_options = models.JSONField(default=dict, blank=True)
    parent_scope = models.CharField(
        max_length=160, blank=True
    )  # a gathering's scope, if the call is part of one
    working = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)  # counts changes of the rules
    sheet = models.PositiveIntegerField(default=1)  # counts changes of the decision sheet
    seed = models.CharField(max_length=64, blank=True)  # of the tie-break: secret until the verdict is sealed
    seed_digest = models.CharField(max_length=64, blank=True)  # published at opening
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)  # applicants were told, under embargo
    published_at = models.DateTimeField(null=True, blank=True)
    appeals_until = models.DateTimeField(null=True, blank=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "open", "closed", "decided", "published"]),
                name="call_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", opened_at__isnull=True)
                | Q(opened_at__isnull=False, opens_at__isnull=False, closes_at__isnull=False)
                & ~Q(state="draft"),
                name="call_opened_with_dates",
            ),
            models.CheckConstraint(
                condition=Q(closes_at__isnull=True)
                | Q(opens_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
                name="call_closes_after_it_opens",
                violation_error_message=_("The call closes before it opens."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "open"], closed_at__isnull=True)
                | Q(state__in=["closed", "decided", "published"], closed_at__isnull=False),
                name="call_closed_once_closed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["decided", "published"], decided_at__isnull=False)
                | Q(state__in=["draft", "open", "closed"], decided_at__isnull=True),
                name="call_decided_once_decided",
            ),
            models.CheckConstraint(
                condition=Q(state="published", published_at__isnull=False)
                | ~Q(state="published") & Q(published_at__isnull=True),
                name="call_published_once_published",
            ),
        ]
        indexes = [models.Index(fields=["state", "closes_at"])]

    def __str__(self) -> str:
        return str(self.title)

    def scopes(self) -> list[str]:
        return list(dict.fromkeys(filter(None, [scope_of(self), self.parent_scope, INSTITUTION])))

    @cached_property
    def rules(self) -> data.RuleSet:
        """The rules in force: the working ones of a draft, else the newest frozen version."""
        return _parsed(json.dumps(self.working))

    def frozen(self) -> "RuleSet":
        """The newest frozen version of the rules. One query."""
        return self.versions.order_by("-version")[0]

    def set_rules(self, rules: data.RuleSet) -> None:
        """Put rules in place, with the columns that mirror them. The caller saves."""
        self.working = rules.to_json()
        self.title, self.summary, self.body = rules.title, rules.summary, rules.body
        self.opens_at, self.closes_at = rules.opens_at, rules.closes_at
        self.outcome, self.outcome_options = rules.outcome, dict(rules.outcome_options)
        self.__dict__["rules"] = rules

    def is_accepting(self, now: datetime | None = None) -> bool:
        """Whether a submission that arrives now is in time; at `closes_at` exactly it is."""
        kept.until(self.opens_at, self.closes_at)
        now = now or timezone.now()
        return (
            self.state == self.State.OPEN
            and self.opens_at is not None
            and self.closes_at is not None
            and self.opens_at <= now <= self.closes_at
        )

    @property
    def is_coming(self) -> bool:
        """Opened, its rules frozen, and the first day of submissions still ahead."""
        return self.state == self.State.OPEN and self.opens_at is not None and self.opens_at > timezone.now()

    @cached_property
    def verdict(self) -> Any:
        """The verdict in force; LookupError before there is one. One query."""
        found = self.verdicts.filter(superseded_at=None).first()
        if found is None:
            raise LookupError(self.slug)
        return found

    @property
    def is_sealed(self) -> bool:
        return self.state in {self.State.DECIDED, self.State.PUBLISHED}

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED


class RuleSetQuerySet(models.QuerySet["RuleSet"]):
    def update(self, **values: Any) -> int:
        raise ValidationError(gettext("Frozen rules cannot be changed; amend the call."))

    def bulk_update(self, *args: Any, **options: Any) -> int:
        raise ValidationError(gettext("Frozen rules cannot be changed; amend the call."))

    def delete(self) -> Any:
        raise ValidationError(gettext("Frozen rules cannot be deleted."))


class RuleSet(models.Model):
    """One frozen version of a call's rules. Rows are written once and never changed; a correction is a new
    version."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    rules = models.JSONField()
    digest = models.CharField(max_length=64)  # SHA-256 of the canonical JSON
    reason = TranslatedField(blank=True, max_length=2000)  # of the amendment; empty for version 1
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = RuleSetQuerySet.as_manager()

    class Meta:
        ordering = ["call", "version"]
        constraints = [
            models.UniqueConstraint(fields=["call", "version"], name="one_version_a_call"),
            models.CheckConstraint(condition=Q(version__gte=1), name="versions_count_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} v{self.version}"

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise ValidationError(gettext("Frozen rules cannot be changed; amend the call."))
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> Any:
        raise ValidationError(gettext("Frozen rules cannot be deleted."))

    @cached_property
    def parsed(self) -> data.RuleSet:
        return data.parse(self.rules)


class StageRunQuerySet(models.QuerySet["StageRun"]):
    def open(self) -> "StageRunQuerySet":
        return self.filter(state=StageRun.State.OPEN)

    def allowing(self, deed: str) -> "StageRunQuerySet":
        """Stages whose kind allows this deed ("screen", "assign", "assess", "decide", "publish")."""
        return self.filter(kind__in=[kind.key for kind in stages.every() if deed in kind.allows])


class StageRun(models.Model):
    """How one stage of a call goes. Its name, criteria and options are in the rules, under the same key."""

    class State(models.TextChoices):
        PENDING = "pending", pgettext_lazy("state of a stage", "not open yet")
        OPEN = "open", pgettext_lazy("state of a stage", "open")
        CLOSED = "closed", pgettext_lazy("state of a stage", "closed")

    call = models.ForeignKey(Call, models.CASCADE, related_name="stages")
    key = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=40)  # a key of calls.stages
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    opens_at = models.DateTimeField(null=True, blank=True)  # as planned, mirrors the rules
    closes_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    reopened = models.PositiveIntegerField(default=0)  # how often

    objects = StageRunQuerySet.as_manager()

    class Meta:
        ordering = ["call", "position"]
        constraints = [
            models.UniqueConstraint(fields=["call", "key"], name="one_stage_a_key"),
            models.UniqueConstraint(fields=["call", "position"], name="one_stage_a_position"),
            models.CheckConstraint(
                condition=Q(state="pending", opened_at__isnull=True, closed_at__isnull=True)
                | Q(state="open", opened_at__isnull=False, closed_at__isnull=True)
                | Q(state="closed", opened_at__isnull=False, closed_at__isnull=False),
                name="stage_state_has_its_times",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id}:{self.key}"

    def scopes(self) -> list[str]:
        return self.call.scopes()

    @property
    def rule(self) -> data.Stage:
        """What the rules say of this stage: name, criteria, options."""
        found = self.call.rules.stage(self.key)
        if found is None:
            raise LookupError(self.key)
        return found

    @property
    def component(self) -> "stages.StageKind":
        return stages.kind(self.kind)

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_late(self) -> bool:
        """Past the day on which the calendar wanted it closed."""
        return self.is_open and self.closes_at is not None and self.closes_at < timezone.now()


def allowing(runs: Iterable[StageRun], deed: str) -> StageRun | None:
    """The open one of these stages whose kind allows this deed."""
    return next((run for run in runs if run.is_open and deed in run.component.allows), None)
