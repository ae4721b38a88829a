"""Documents, their versions, and the provisions of each."""

import hashlib
import json
from typing import TYPE_CHECKING

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from summitry.people.models import INSTITUTION, scope_of
from summitry.text.fields import TranslatedField

from ..structure import DEEPEST, Kind

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

LONGEST = 20_000  # characters of a provision in one language


class DocumentQuerySet(models.QuerySet["Document"]):
    def public(self) -> "DocumentQuerySet":
        """Those of which a version is published."""
        return self.filter(
            Exists(Version.objects.filter(document=OuterRef("pk"), published_at__isnull=False))
        )


class Document(models.Model):
    """A lineage: one text from its guiding questions to its adopted form, in versions."""

    slug = models.SlugField(unique=True, max_length=80)
    title = TranslatedField(_("title"))
    summary = TranslatedField(_("summary"), blank=True, max_length=2000, multiline=True)
    issued_by = TranslatedField(_("issued by"), blank=True)
    languages = models.JSONField(_("languages of the text"), default=list)  # codes; the first is the source
    authentic = models.JSONField(_("authentic languages"), default=list)  # of these languages
    derives_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="descendants",
        verbose_name=_("derives from"),
    )
    comment_days = models.PositiveSmallIntegerField(_("days for comments, at least"), default=28)
    objection_days = models.PositiveSmallIntegerField(_("days for objections, at least"), default=14)
    open_to_signature = models.BooleanField(_("open to signature once adopted"), default=False)
    parent_scope = models.CharField(max_length=160, default=INSTITUTION, blank=True)
    anchors = models.PositiveIntegerField(default=0)  # how many addresses of provisions were given out
    created_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)  # a form that carries an older one is stale

    objects = DocumentQuerySet.as_manager()
    if TYPE_CHECKING:
        versions: "RelatedManager[Version]"

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(derives_from__isnull=True) | ~Q(derives_from=F("pk")),
                name="document_derives_from_another",
                violation_error_message=_("A document does not derive from itself."),
            )
        ]

    def __str__(self) -> str:
        return str(self.title)

    def scopes(self) -> list[str]:
        return list(dict.fromkeys([scope_of(self), *filter(None, [self.parent_scope]), INSTITUTION]))

    def own_scopes(self) -> list[str]:
        return [scope_of(self)]

    @property
    def source(self) -> str:
        """The language in which it is drafted."""
        return self.languages[0]


class Version(models.Model):
    """One state of a document. Once published its words in the source language never change; translations
    may still be added and corrected. At most one version of a document is a draft."""

    class Stage(models.TextChoices):
        QUESTIONS = "questions", _("guiding questions")
        CONCEPT = "concept", _("concept")
        ZERO = "zero", _("zero draft")
        REVISION = "revision", _("revision")
        FINAL = "final", _("final text")  # put to adoption as it stands

    class Commenters(models.TextChoices):
        ACCOUNTS = "accounts", _("everybody with an account")
        MEMBERS = "members", _("delegates of members only")  # who alone read them until they are answered

    document = models.ForeignKey(Document, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices)
    note = TranslatedField(_("what this version is"), blank=True, max_length=2000, multiline=True)
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)  # of the source's words, once published
    comments_from = models.DateTimeField(_("comments from"), null=True, blank=True)
    comments_until = models.DateTimeField(_("comments until"), null=True, blank=True)
    commenters = models.CharField(
        _("who comments"), max_length=10, choices=Commenters.choices, default=Commenters.ACCOUNTS
    )
    closing_told_at = models.DateTimeField(null=True, blank=True)  # followers know that comments end soon
    disposed_at = models.DateTimeField(null=True, blank=True)  # when all answers to it were published
    adopted_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)  # of a draft's words: a form with an older one is stale

    if TYPE_CHECKING:
        provisions: "RelatedManager[Provision]"

    class Meta:
        ordering = ["document", "number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["document"], condition=Q(published_at__isnull=True), name="one_draft_a_document"
            ),
            models.UniqueConstraint(
                fields=["document"], condition=Q(adopted_at__isnull=False), name="one_adopted_text_a_document"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | ~Q(digest=""), name="published_version_has_a_digest"
            ),
            models.CheckConstraint(
                condition=Q(adopted_at__isnull=True) | Q(published_at__isnull=False),
                name="adopted_version_is_published",
            ),
            models.CheckConstraint(
                condition=Q(comments_from__isnull=True, comments_until__isnull=True)
                | Q(published_at__isnull=False, comments_until__gt=F("comments_from")),
                name="comments_end_after_they_begin",
                violation_error_message=_("Comments have to end after they begin."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}/{self.number}"

    def scopes(self) -> list[str]:
        return self.document.scopes()

    @property
    def key(self) -> str:
        return f"{self.document.slug}/{self.number}"

    @property
    def subject(self) -> str:
        """What entries of the record call it: "documents.version:initiative/2"."""
        return f"{self._meta.label_lower}:{self.key}"

    @property
    def is_public(self) -> bool:
        return self.published_at is not None

    @property
    def following(self) -> Stage:
        """The stage that the next version most likely has."""
        before_drafts = {self.Stage.QUESTIONS: self.Stage.CONCEPT, self.Stage.CONCEPT: self.Stage.ZERO}
        return before_drafts.get(self.Stage(self.stage), self.Stage.REVISION)


class Provision(models.Model):
    """A passage of one version: a heading, a paragraph or an item. Its anchor is the same in every version in
    which it stands, and is never given to another provision of the document."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="provisions")
    anchor = models.CharField(max_length=12, validators=[RegexValidator(r"\Ap[1-9][0-9]*\Z")])
    position = models.PositiveIntegerField()
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.PARAGRAPH)
    depth = models.PositiveSmallIntegerField(_("depth"), default=1)
    number = models.CharField(_("number"), max_length=20, blank=True)
    text = TranslatedField(_("words"), max_length=LONGEST, multiline=True)

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "anchor"], name="anchor_once_a_version"),
            models.UniqueConstraint(fields=["version", "position"], name="position_once_a_version"),
            models.CheckConstraint(
                condition=Q(depth__gte=1, depth__lte=DEEPEST), name="provision_depth_in_bounds"
            ),
        ]

    def __str__(self) -> str:
        return self.anchor

    @property
    def mark(self) -> str:
        """What a form carries to say how its writer saw this provision of a draft."""
        return mark_of(self.kind, self.depth, self.number, self.text.get(self.text.source))

    def mark_in(self, language: str) -> str:
        """The same for a translator: the source that she read and the translation that she found."""
        return _mark(self.text.get(self.text.source), self.text.get(language), self.text.state(language))


def mark_of(kind: str, depth: int, number: str, words: str) -> str:
    """The mark of a provision with this kind, depth, number and words in its source language."""
    return _mark(str(kind), depth, number, words)


def _mark(*seen: object) -> str:
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:16]
