"""What is left of a session: who convened it, its outcome document and what each side says of it, the report
that is owed."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from summitry.people.models import Organisation, Person, User, scope_of
from summitry.text.fields import TranslatedField
from summitry.text.value import Text

from .session import Session


class Convener(models.Model):
    """An organisation that convenes a session with others: one side of a roundtable."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="conveners")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="convened_sessions", verbose_name=_("organisation")
    )
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["session", "organisation"], name="one_side_once")]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.session}"

    def scopes(self) -> list[str]:
        return [scope_of(self.organisation)]

    @property
    def shown_title(self) -> Text:
        """The title of its session's last release where the query gave it (`told_title`), else its own."""
        return getattr(self, "told_title", None) or self.session.title


class OutcomeDocument(models.Model):
    """What a session agreed on. Written as a draft, put to its conveners, public once each has spoken or the
    programme desk publishes it. A change raises `version`: what a side said of an older one no longer
    counts."""

    session = models.OneToOneField(Session, models.CASCADE, related_name="outcome")
    title = TranslatedField(_("title"))
    text = TranslatedField(_("text"), blank=True, max_length=40000, multiline=True)
    url = models.URLField(_("where it can be read"), blank=True, max_length=1000)
    authors = models.ManyToManyField(Person, blank=True, related_name="+", verbose_name=_("written by"))
    author_bodies = models.ManyToManyField(
        Organisation, blank=True, related_name="+", verbose_name=_("written for")
    )
    version = models.PositiveIntegerField(default=1)
    digest = models.CharField(max_length=64)  # SHA-256 of what the record names, hexadecimal
    proposed_at = models.DateTimeField(null=True, blank=True)  # put to the conveners
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(proposed_at__lte=F("published_at")),
                name="outcome_published_after_it_was_proposed",
            )
        ]

    def __str__(self) -> str:
        return str(self.title)

    def scopes(self) -> list[str]:
        return self.session.scopes()


class Stance(models.Model):
    """What one side says of one version of an outcome document: it confirms it, or says why not. Kept when
    it is said anew; the latest counts."""

    document = models.ForeignKey(OutcomeDocument, models.CASCADE, related_name="stances")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    confirms = models.BooleanField()
    reason = TranslatedField(_("why not"), blank=True, max_length=2000, multiline=True)
    said_at = models.DateTimeField(default=timezone.now)
    said_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["document", "version"])]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.document_id}.{self.version}"


def report_path(report: "SessionReport", name: str) -> str:
    """Where a report's file is kept: by a random name, so that an address tells nothing."""
    return f"gatherings/reports/{report.uid}/{uuid.uuid4()}"


class SessionReport(models.Model):
    """The report that a session owes by a day. Made when a release places the session, or by the programme
    desk; public as soon as it is delivered."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.OneToOneField(Session, models.CASCADE, related_name="report")
    due_at = models.DateTimeField(_("due"))
    set_by_hand = models.BooleanField(default=False)  # a release does not move this day
    text = TranslatedField(_("text"), blank=True, max_length=40000, multiline=True)
    file = models.FileField(_("file"), blank=True, upload_to=report_path, max_length=200)
    file_name = models.CharField(max_length=200, blank=True)
    file_size = models.PositiveIntegerField(default=0)  # bytes
    file_digest = models.CharField(max_length=64, blank=True)  # SHA-256, hexadecimal
    delivered_at = models.DateTimeField(null=True, blank=True)
    delivered_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    waived_at = models.DateTimeField(null=True, blank=True)
    waived_reason = TranslatedField(_("reason"), blank=True, max_length=2000, multiline=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True) | Q(waived_at__isnull=True),
                name="report_delivered_or_waived",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(delivered_at__isnull=True, waived_at__isnull=True),
                name="report_owed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.session} · {self.due_at:%Y-%m-%d}"

    def scopes(self) -> list[str]:
        return self.session.scopes()

    @property
    def shown_title(self) -> Text:
        """The title of its session's last release where the query gave it (`told_title`), else its own."""
        return getattr(self, "told_title", None) or self.session.title

    @property
    def is_owed(self) -> bool:
        return self.delivered_at is None and self.waived_at is None

    @property
    def is_late(self) -> bool:
        return self.is_owed and self.due_at < timezone.now()
