"""How a text is adopted, and what is said of it then: objections, positions."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from summitry.people.models import Organisation, Person
from summitry.text.fields import TranslatedField

from .texts import Version

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import ManyRelatedManager, RelatedManager

    from ..ways import Way


def evidence_path(adoption: "Adoption", name: str) -> str:
    """Where the evidence is kept: under a random name, which no other file has."""
    return f"documents/adoption/{uuid.uuid4()}"


class AdoptionQuerySet(models.QuerySet["Adoption"]):
    def due(self) -> "AdoptionQuerySet":
        """Those whose window is over and that nobody has closed. The last instant still belongs to it."""
        return self.filter(state=Adoption.State.OPEN, closes_at__lt=timezone.now())


class Adoption(models.Model):
    """One attempt to adopt a final version, in one way: a version that failed is followed by another one.
    Which columns a way fills in, it says itself (`ways/`)."""

    class State(models.TextChoices):
        OPEN = "open", _("open to objections")
        ADOPTED = "adopted", _("adopted")
        FAILED = "failed", _("not adopted")

    version = models.OneToOneField(Version, models.PROTECT, related_name="adoption")
    way = models.CharField(_("way"), max_length=20)  # a key of `ways`
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    opens_at = models.DateTimeField(_("objections from"), null=True, blank=True)
    closes_at = models.DateTimeField(_("objections until"), null=True, blank=True)
    entitled = models.ManyToManyField(Organisation, related_name="+", blank=True)  # may object
    on = models.DateField(_("date"), null=True, blank=True)
    place = TranslatedField(_("gathering and place"), blank=True, max_length=300)
    chair = TranslatedField(_("who chaired"), blank=True, max_length=300)
    statement = TranslatedField(_("statement of the chair"), blank=True, max_length=5000, multiline=True)
    reference = TranslatedField(_("motion and its result"), blank=True, max_length=1000)
    link = models.URLField(_("address of the motion"), blank=True)
    file = models.FileField(_("evidence"), blank=True, upload_to=evidence_path, max_length=200)
    file_name = models.CharField(max_length=200, blank=True)
    file_digest = models.CharField(max_length=64, blank=True)  # SHA-256
    begun_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = AdoptionQuerySet.as_manager()
    if TYPE_CHECKING:
        objections: "RelatedManager[Objection]"
        entitled: "ManyRelatedManager[Organisation, models.Model]"  # type: ignore[no-redef]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="adoption_decided_with_its_time",
            ),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True, closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="objections_end_after_they_begin",
                violation_error_message=_("Objections have to end after they begin."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.way} {self.state}"

    def scopes(self) -> list[str]:
        return self.version.scopes()

    @property
    def subject(self) -> str:
        """What entries of the record call it: "documents.adoption:initiative/2"."""
        return f"{self._meta.label_lower}:{self.version.key}"

    def standing(self) -> "ObjectionQuerySet":
        """The objections that were not withdrawn."""
        return Objection.objects.standing().filter(adoption=self)

    @property
    def kind(self) -> "Way":
        from .. import ways

        return ways.way(self.way)


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def standing(self) -> "ObjectionQuerySet":
        return self.filter(withdrawn_at__isnull=True)


class Objection(models.Model):
    """What an entitled body has against the adoption, with its reason; withdrawn, never deleted."""

    adoption = models.ForeignKey(Adoption, models.CASCADE, related_name="objections")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")  # who spoke for it; not public
    reason = TranslatedField(_("reason"), max_length=5000, multiline=True)
    at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["adoption", "organisation"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_standing_objection_a_body",
            )
        ]

    def __str__(self) -> str:
        return f"{self.adoption_id}: {self.organisation_id}"

    def scopes(self) -> list[str]:
        return self.organisation.scopes()


class Position(models.Model):
    """What an organisation declares about a text. It is kept with the text for ever: withdrawn, never
    deleted or changed."""

    class Kind(models.TextChoices):
        STATEMENT = "statement", _("statement of position")
        RESERVATION = "reservation", _("reservation")
        DECLARATION = "declaration", _("interpretative declaration")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="positions")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")  # who spoke for it; not public
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    text = TranslatedField(_("words"), max_length=10_000, multiline=True)
    anchors = models.JSONField(_("provisions"), default=list, blank=True)  # of the version
    at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return str(self.uid)

    def scopes(self) -> list[str]:
        return self.organisation.scopes()

    @property
    def subject(self) -> str:
        """What entries of the record call it."""
        return f"{self._meta.label_lower}:{self.uid}"
