"""Who may sign for whom, and what was signed."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from summitry.people.models import Organisation, Person
from summitry.record.models import Octets
from summitry.text.fields import TranslatedField

from .texts import Document, Version

if TYPE_CHECKING:
    from ..means import Means


def powers_path(powers: "FullPowers", name: str) -> str:
    """Where full powers are kept: under their own random name."""
    return f"documents/powers/{powers.uid}"


def scan_path(signature: "Signature", name: str) -> str:
    """Where the scan of a signature is kept: under its own random name."""
    return f"documents/signatures/{signature.uid}"


class FullPowersQuerySet(models.QuerySet["FullPowers"]):
    def in_force(self, now: datetime | None = None) -> "FullPowersQuerySet":
        """Verified, and valid at this moment; the moment of the end no longer counts."""
        when = now or timezone.now()
        held = self.filter(state=FullPowers.State.VERIFIED, since__lte=when)
        return held.filter(Q(until__isnull=True) | Q(until__gt=when))

    def for_document(self, document: Document) -> "FullPowersQuerySet":
        """Those for this document, and those for any."""
        return self.filter(Q(document=document) | Q(document__isnull=True))


class FullPowers(models.Model):
    """The paper by which an organisation lets a person sign for it. Private to her, the depositary and the
    auditor; ended, never deleted."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("state of full powers", "to be verified")
        VERIFIED = "verified", pgettext_lazy("state of full powers", "verified")
        REFUSED = "refused", pgettext_lazy("state of full powers", "refused")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    capacity = TranslatedField(_("in what capacity"), max_length=200)
    binding = models.BooleanField(_("also to sign definitively"), default=False)
    since = models.DateTimeField(_("valid from"))
    until = models.DateTimeField(_("valid until"), null=True, blank=True)
    file = models.FileField(_("full powers"), upload_to=powers_path, max_length=200)
    file_name = models.CharField(max_length=200)
    file_digest = models.CharField(max_length=64)  # SHA-256
    given_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    answer = TranslatedField(_("reason"), blank=True, max_length=2000, multiline=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = FullPowersQuerySet.as_manager()

    class Meta:
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="full_powers_end_after_they_begin",
                violation_error_message=_("Full powers end after they begin."),
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", answered_at__isnull=True)
                | (~Q(state="waiting") & Q(answered_at__isnull=False)),
                name="full_powers_answered_with_their_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uid)

    def scopes(self) -> list[str]:
        return self.document.scopes() if self.document else []

    @property
    def subject(self) -> str:
        """What entries of the record call them; they have no public face."""
        return f"documents.powers:{self.uid}"

    @property
    def in_force(self) -> bool:
        return self.state == self.State.VERIFIED and self.since <= timezone.now() and not self.has_ended

    @property
    def has_ended(self) -> bool:
        return self.until is not None and self.until <= timezone.now()


class SignatureQuerySet(models.QuerySet["Signature"]):
    def in_force(self) -> "SignatureQuerySet":
        """Certified or taken in; of the withdrawn those whose day has not come."""
        ending = Q(state=Signature.State.WITHDRAWN, ends_on__gt=timezone.now().date())
        stood = Q(answered_at__isnull=False) | ~Q(source="")
        return self.filter(
            Q(state__in=[Signature.State.CERTIFIED, Signature.State.TAKEN_IN]) | (ending & stood)
        )


class Signature(models.Model):
    """An organisation's signature of an adopted text. Refused or withdrawn, never deleted."""

    class Kind(models.TextChoices):
        SIMPLE = "simple", _("simple, to be confirmed")
        DEFINITIVE = "definitive", _("definitive")

    class State(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("state of a signature", "received")
        CERTIFIED = "certified", pgettext_lazy("state of a signature", "certified")
        TAKEN_IN = "taken_in", pgettext_lazy("state of a signature", "taken in from elsewhere")
        REFUSED = "refused", pgettext_lazy("state of a signature", "refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("state of a signature", "withdrawn")

    STANDING = (State.RECEIVED, State.CERTIFIED, State.TAKEN_IN)

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    document = models.ForeignKey(Document, models.PROTECT, related_name="signatures")
    version = models.ForeignKey(Version, models.PROTECT, related_name="signatures")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")  # not public
    powers = models.ForeignKey(FullPowers, models.PROTECT, null=True, blank=True, related_name="signatures")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, blank=True)  # empty: not told
    means = models.CharField(_("means"), max_length=12)  # a key of `means`
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.RECEIVED)
    capacity = TranslatedField(_("in what capacity"), blank=True, max_length=200)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)  # null: not told
    received_at = models.DateTimeField(default=timezone.now)
    message = models.TextField(blank=True)  # what an electronic signature signs: canonical JSON
    message_digest = models.CharField(max_length=64, blank=True)  # SHA-256
    proof = models.JSONField(default=dict, blank=True)  # by which anybody verifies it
    salt = Octets(null=True, blank=True)  # opens the message's commitment to the person; not public
    file = models.FileField(_("scan"), blank=True, upload_to=scan_path, max_length=200)  # not public
    file_name = models.CharField(max_length=200, blank=True)
    file_digest = models.CharField(max_length=64, blank=True)  # SHA-256
    answered_at = models.DateTimeField(null=True, blank=True)  # certified or refused
    answer = TranslatedField(blank=True, max_length=2000, multiline=True)  # why it was refused
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)  # made definitive
    confirmation = TranslatedField(_("evidence"), blank=True, max_length=1000)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    ends_on = models.DateField(_("withdrawn with effect from"), null=True, blank=True)
    withdrawal = TranslatedField(_("reason"), blank=True, max_length=2000, multiline=True)
    source = models.CharField(max_length=300, blank=True)  # from where it was taken in
    external_id = models.CharField(max_length=200, blank=True)  # there

    objects = SignatureQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "organisation"],
                condition=Q(state__in=["received", "certified", "taken_in"]),
                name="one_standing_signature_a_body",
            ),
            models.UniqueConstraint(
                fields=["document", "external_id"],
                condition=~Q(external_id=""),
                name="one_signature_an_external_id",
            ),
            models.UniqueConstraint(
                fields=["message_digest"], condition=~Q(message_digest=""), name="a_message_is_signed_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(withdrawn_at__isnull=False, ends_on__isnull=False),
                name="signature_withdrawn_with_its_day",
            ),
            models.CheckConstraint(condition=~Q(kind="") | ~Q(source=""), name="kind_of_signature_is_told"),
        ]
        indexes = [models.Index(fields=["document", "state"])]

    def __str__(self) -> str:
        return str(self.uid)

    def scopes(self) -> list[str]:
        return self.document.scopes()

    @property
    def subject(self) -> str:
        """What entries of the record call it: itself, or the list with which it was taken in."""
        if self.source:
            return f"documents.roll:{self.document.slug}"
        return f"{self._meta.label_lower}:{self.uid}"

    @property
    def by(self) -> "Means":
        from .. import means

        return means.means(self.means)

    @property
    def is_standing(self) -> bool:
        return self.state in self.STANDING
