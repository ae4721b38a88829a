"""What applicants hand in: the submission, who else stands behind it, and its files."""

import secrets
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from summitry.people.models import Organisation, Person
from summitry.text.fields import TranslatedField
from summitry.text.value import Text

from .. import fields, sight
from .. import rules as data
from .call import Call

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no letter that looks like a digit


def receipt_code() -> str:
    """A code of 60 random bits in groups, that only its holder knows: "7KQ2-M4XD-9TRB"."""
    letters = [secrets.choice(ALPHABET) for _ in range(12)]
    return "-".join("".join(letters[start : start + 4]) for start in (0, 4, 8))


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def of(self, user: Any) -> "SubmissionQuerySet":
        """One's own: as applicant, or as a co-applicant who has confirmed."""
        return self.filter(sight.own(user))

    def visible_to(self, user: Any) -> "SubmissionQuerySet":
        """Everything that this user may open: her own, and what her duties show her. Never an entry with
        which she has a conflict, unless it is her own."""
        return self.filter(sight.own(user) | sight.on_duty(user))

    def on_duty_of(self, user: Any) -> "SubmissionQuerySet":
        """What her duties show her: never her own, nor one with which she has a conflict."""
        return self.filter(sight.on_duty(user))

    def sent(self) -> "SubmissionQuerySet":
        return self.exclude(state__in=[Submission.State.DRAFT, Submission.State.WITHDRAWN])

    def with_a_place(self) -> "SubmissionQuerySet":
        """Accepted, and the place not given back."""
        return (
            self.in_the_running().filter(decision__result="accepted").exclude(state=Submission.State.DECLINED)
        )

    def in_the_running(self) -> "SubmissionQuerySet":
        """Sent, not withdrawn, not failed by a screener and not taken out by a stage."""
        from .judging import Screening
        from .stages import Elimination

        failed = Screening.objects.filter(submission=OuterRef("pk"), passed=False)
        out = Elimination.objects.filter(submission=OuterRef("pk"))
        return self.sent().exclude(Exists(failed)).exclude(Exists(out))


class Submission(models.Model):
    """An entry. `draft` is what the applicant is writing, `answers` what she has sent: judges see only the
    latter.

    The result is put in `state` when the call publishes it, not before, so that no door can tell it early.
    Declined: its applicant stepped out after the verdict was sealed, whatever it said.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("state of a submission", "draft")
        SUBMITTED = "submitted", pgettext_lazy("state of a submission", "submitted")
        WITHDRAWN = "withdrawn", pgettext_lazy("state of a submission", "withdrawn")
        ACCEPTED = "accepted", pgettext_lazy("state of a submission", "accepted")
        RESERVE = "reserve", pgettext_lazy("state of a submission", "on the reserve list")
        REJECTED = "rejected", pgettext_lazy("state of a submission", "not accepted")
        DECLINED = "declined", pgettext_lazy("state of a submission", "given back")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    call = models.ForeignKey(Call, models.PROTECT, related_name="submissions")
    number = models.PositiveIntegerField(null=True, blank=True)  # given when it is first sent
    ref = models.CharField(max_length=80, blank=True)  # how it is cited: "practice-cases-2027-118"
    applicant = models.ForeignKey(Person, models.PROTECT, related_name="submissions")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="submissions"
    )
    language = models.CharField(max_length=12, default=settings.LANGUAGE_CODE)  # that it is written in
    category = models.CharField(max_length=40, blank=True)  # as sent
    answers = models.JSONField(default=dict, blank=True)  # as sent
    draft = models.JSONField(default=dict, blank=True)  # as being written
    draft_category = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)  # counts saves
    rules_version = models.PositiveIntegerField(null=True, blank=True)  # under which it was sent
    receipt = models.CharField(max_length=20, blank=True)
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    saved_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["call", "number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="one_number_a_call"),
            models.UniqueConstraint(fields=["call", "ref"], condition=~Q(ref=""), name="one_ref_a_call"),
            models.UniqueConstraint(fields=["receipt"], condition=~Q(receipt=""), name="one_receipt"),
            models.CheckConstraint(
                condition=Q(state="draft", number__isnull=True, ref="", sent_at__isnull=True)
                | Q(state="withdrawn")
                | Q(
                    state__in=["submitted", "accepted", "reserve", "rejected", "declined"],
                    number__isnull=False,
                    sent_at__isnull=False,
                )
                & ~Q(ref=""),
                name="submission_sent_has_a_number",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | ~Q(state="withdrawn") & Q(withdrawn_at__isnull=True),
                name="submission_withdrawn_has_its_time",
            ),
        ]
        indexes = [models.Index(fields=["call", "state"])]

    def __str__(self) -> str:
        return self.ref or str(self.uid)

    @property
    def slug(self) -> str:
        """The key of its subject in the record, once it has been sent."""
        return self.ref or str(self.uid)

    def scopes(self) -> list[str]:
        return self.call.scopes()

    def own_scopes(self) -> list[str]:
        """Duties in the call are duties for its submissions."""
        return self.call.scopes()[:1]

    def context(self, files: bool = True) -> fields.Context:
        """What fields must know of this submission; without `files` it costs no query."""
        uploads = {str(one.uid): one for one in self.uploads.all()} if files else {}
        return fields.Context(self.language, self.call.rules.languages, uploads)

    def value(self, key: str) -> Any:
        """The sent answer to a field as its kind types it; None if there is none."""
        field = self.call.rules.field(key)
        if field is None or key not in self.answers:
            return None
        kind = fields.kind(field.kind)
        return kind.value(field, self.answers[key], self.context(kind.holds_files))

    def by_role(self, role: str) -> Any:
        """The sent answer that plays this role for the outcome, typed; None if no field plays it or it is
        empty."""
        field = self.call.rules.by_role(role)
        return self.value(field.key) if field else None

    @property
    def title(self) -> Text:
        """What it is called, from the field with the role "title": as sent, else as being written, else
        empty."""
        field = self.call.rules.by_role("title")
        stored = (self.answers or self.draft).get(field.key) if field else None
        if field is None or not stored:
            return Text()
        try:
            found = fields.kind(field.kind).value(field, stored, self.context(False))
        except (TypeError, ValueError, KeyError, AttributeError):
            return Text()
        return found if isinstance(found, Text) else Text.of(str(found), self.language)

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def has_unsent_changes(self) -> bool:
        """She has sent it and gone on writing since."""
        return self.sent_at is not None and (
            self.draft != self.answers or self.draft_category != self.category
        )

    def is_editable(self, now: datetime | None = None) -> bool:
        return self.state in {self.State.DRAFT, self.State.SUBMITTED} and self.call.is_accepting(now)

    @property
    def editable(self) -> bool:
        """For templates: `is_editable()` now."""
        return self.is_editable()

    @property
    def category_rule(self) -> data.Category | None:
        return self.call.rules.category(self.category or self.draft_category)


class CoApplicant(models.Model):
    """Somebody else who stands behind a submission. Her name is shown to nobody before she has agreed."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="co_applicants")
    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=200, blank=True)
    contribution = TranslatedField(_("contribution"), blank=True, max_length=1000)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="co_submissions")
    invited_at = models.DateTimeField(default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["invited_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "submission",
                Lower("email"),
                condition=Q(removed_at__isnull=True),
                name="one_co_applicant_an_email",
            ),
            models.UniqueConstraint(
                fields=["submission", "person"],
                condition=Q(removed_at__isnull=True, person__isnull=False),
                name="one_co_applicant_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id}: {self.email}"

    def scopes(self) -> list[str]:
        return self.submission.scopes()

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None and self.removed_at is None


def upload_path(upload: "Upload", name: str) -> str:
    """Where a file is kept: by random names alone, so that an address tells nothing and none can be
    guessed."""
    return f"calls/{upload.submission.uid}/{upload.uid}"


class Upload(models.Model):
    """A file that answers a field. Written once; answers name it by `uid`."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="uploads")
    field = models.CharField(max_length=40)
    file = models.FileField(upload_to=upload_path)
    name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()  # bytes
    digest = models.CharField(max_length=64)  # SHA-256
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    def scopes(self) -> list[str]:
        return self.submission.scopes()
