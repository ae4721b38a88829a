"""Sessions and who takes part in them."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from summitry.people.models import Organisation, Person
from summitry.text.fields import TranslatedField

from .gathering import Gathering, Track


class Session(models.Model):
    """One item of a programme. Never deleted: a session that does not take place is cancelled.

    `guid` is what other systems know it by, for ever; `slug` is its address and does not change once made.
    """

    class State(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        CANCELLED = "cancelled", _("cancelled")

    class Mode(models.TextChoices):
        ONSITE = "onsite", _("on site")
        REMOTE = "remote", _("remote")
        HYBRID = "hybrid", _("on site and remote")

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="sessions")
    slug = models.SlugField(max_length=240)
    guid = models.UUIDField(default=uuid.uuid4)
    external_id = models.CharField(max_length=60, blank=True)
    code = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=200, blank=True)  # what it came from: "calls.submission:…"
    state = models.CharField(max_length=12, choices=State.choices, default=State.ACCEPTED)
    kind = models.CharField(
        _("kind"), max_length=60, blank=True
    )  # a key of kinds.KINDS, or an import's own word
    title = TranslatedField(_("title"), max_length=500)
    subtitle = TranslatedField(_("subtitle"), blank=True, max_length=500)
    abstract = TranslatedField(_("abstract"), blank=True, max_length=20000, multiline=True)
    description = TranslatedField(_("description"), blank=True, max_length=40000, multiline=True)
    language = models.CharField(_("language spoken"), max_length=20, blank=True)
    interpreted = models.JSONField(_("interpreted into"), default=list, blank=True)  # language codes
    captions = models.JSONField(_("captions in"), default=list, blank=True)  # language codes
    mode = models.CharField(
        _("where one takes part"), max_length=8, choices=Mode.choices, default=Mode.ONSITE
    )
    track = models.ForeignKey(
        Track, models.SET_NULL, null=True, blank=True, related_name="sessions", verbose_name=_("track")
    )
    minutes = models.PositiveIntegerField(_("planned length in minutes"), null=True, blank=True)
    do_not_record = models.BooleanField(_("do not record"), default=False)
    license = models.CharField(_("licence"), max_length=200, blank=True)
    logo = models.CharField(_("picture"), max_length=500, blank=True)
    url = models.CharField(_("page elsewhere"), max_length=1000, blank=True)
    feedback_url = models.CharField(_("where to give feedback"), max_length=1000, blank=True)
    origin_url = models.CharField(_("where it was proposed"), max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1)
    extra = models.JSONField(default=dict, blank=True)
    people = models.ManyToManyField(Person, through="SessionPerson", related_name="sessions")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["gathering", "slug"], name="session_slug_once"),
            models.UniqueConstraint(fields=["gathering", "guid"], name="session_guid_once"),
            models.UniqueConstraint(
                fields=["gathering", "external_id"],
                condition=~Q(external_id=""),
                name="session_external_id_once",
            ),
            models.UniqueConstraint(
                fields=["gathering", "source"], condition=~Q(source=""), name="session_source_once"
            ),
        ]
        indexes = [models.Index(fields=["gathering", "state"])]

    def __str__(self) -> str:
        return str(self.title)

    def scopes(self) -> list[str]:
        return self.gathering.scopes()

    @property
    def is_cancelled(self) -> bool:
        return self.state == self.State.CANCELLED


class SessionPerson(models.Model):
    """A person's part in a session."""

    class Role(models.TextChoices):
        SPEAKER = "speaker", _("speaker")
        MODERATOR = "moderator", _("moderator")
        RAPPORTEUR = "rapporteur", _("rapporteur")
        HOST = "host", _("host")

    session = models.ForeignKey(Session, models.CASCADE, related_name="parts")
    person = models.ForeignKey(Person, models.CASCADE, related_name="parts")
    role = models.CharField(_("role"), max_length=12, choices=Role.choices, default=Role.SPEAKER)
    # For whom she takes part: public as her name here is. A profile's affiliations are never read for it.
    organisation = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("organisation"),
    )
    position = models.PositiveIntegerField(default=0)
    extra = models.JSONField(default=dict, blank=True)  # {"again": [3]}: a file named her twice

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "person", "role"], name="one_part_of_a_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.session}"


class Speaker(models.Model):
    """What one edition says about a person: the biography she gave for it, her id in an imported file."""

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="speakers")
    person = models.ForeignKey(Person, models.CASCADE, related_name="appearances")
    external_id = models.CharField(max_length=60, blank=True)
    biography = TranslatedField(_("biography"), blank=True, max_length=10000, multiline=True)
    extra = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gathering", "person"], name="one_speaker_a_gathering"),
            models.UniqueConstraint(
                fields=["gathering", "external_id"],
                condition=~Q(external_id=""),
                name="speaker_external_id_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.gathering}"


class Link(models.Model):
    """Something to read or see beside a session."""

    class Kind(models.TextChoices):
        LINK = "link", _("link")
        ATTACHMENT = "attachment", _("attachment")
        VIDEO = "video", _("recording")
        STREAM = "stream", _("stream")
        SLIDES = "slides", _("slides")
        OUTCOME = "outcome", _("outcome document")
        TRANSCRIPT = "transcript", _("transcript")

    session = models.ForeignKey(Session, models.CASCADE, related_name="links")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.LINK)
    title = models.CharField(_("title"), max_length=500, blank=True)
    url = models.CharField(_("address"), max_length=2000)
    language = models.CharField(_("language"), max_length=20, blank=True)  # of a transcript, a recording …
    type = models.CharField(max_length=60, blank=True)  # "slides", "paper" …, as the file says
    service = models.CharField(max_length=60, blank=True)
    position = models.PositiveIntegerField(default=0)
    extra = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["kind", "position", "pk"]

    def __str__(self) -> str:
        return self.title or self.url
