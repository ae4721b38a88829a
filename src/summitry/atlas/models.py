"""Practice cases: what has been tried, by whom, where, and how it came to be chosen."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from summitry.people.models import INSTITUTION, scope_of
from summitry.text.fields import TranslatedField


class Topic(models.Model):
    """A subject that cases are filed under; the institution's own small vocabulary."""

    slug = models.SlugField(unique=True, max_length=60)
    name = TranslatedField(_("name"))
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return str(self.name)


class Case(models.Model):
    """A practice case. It ends in this library by a decision of a call, or from a public source that it
    names.
    """

    class State(models.TextChoices):
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    slug = models.SlugField(unique=True, max_length=80)
    title = TranslatedField(_("title"))
    summary = TranslatedField(_("summary"), blank=True, max_length=2000, multiline=True)
    body = TranslatedField(_("text"), blank=True, max_length=40000, multiline=True)
    evidence = TranslatedField(_("evidence"), blank=True, max_length=20000, multiline=True)
    # The year in which it was chosen, or became known.
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(1900), MaxValueValidator(2999)]
    )
    since = models.PositiveSmallIntegerField(
        _("in use since"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1900), MaxValueValidator(2999)],
    )
    topics = models.ManyToManyField(Topic, blank=True, related_name="cases", verbose_name=_("topics"))
    worldwide = models.BooleanField(_("worldwide"), default=False)
    # What a call names its tiers is the call's own data: the key filters, the label is shown, `top` earns
    # the seal.
    tier = models.SlugField(_("tier"), max_length=60, blank=True)
    tier_label = TranslatedField(_("name of the tier"), blank=True)
    top = models.BooleanField(_("of the highest tier"), default=False)
    organisations = models.ManyToManyField(
        "people.Organisation", blank=True, related_name="cases", verbose_name=_("organisations")
    )
    # The texts that it says it puts into practice: each has been published.
    documents = models.ManyToManyField(
        "documents.Document", blank=True, related_name="+", verbose_name=_("puts into practice")
    )
    carried_by = TranslatedField(_("carried out by"), blank=True)  # those that have no page of their own
    website = models.URLField(_("website"), blank=True, max_length=500)
    decision = models.OneToOneField(
        "calls.Decision",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="case",
        verbose_name=_("decision"),
    )
    source = TranslatedField(_("source"), blank=True)  # of a case that was not chosen by a call here
    source_url = models.URLField(_("address of the source"), blank=True, max_length=500)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.PUBLISHED)
    published_at = models.DateTimeField(_("published"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_reason = TranslatedField(_("reason"), blank=True, max_length=2000, multiline=True)
    version = models.PositiveIntegerField(default=1)  # of the row: a form that carries an older one is stale
    search = models.TextField(editable=False, default="", blank=True)  # text.search.prepared(): never shown

    class Meta:
        ordering = ["-year", "-published_at", "-pk"]
        indexes = [models.Index(fields=["state", "-year"]), models.Index(fields=["state", "tier"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(year__gte=1900) & Q(year__lte=2999), name="case_year_has_four_digits"
            ),
            models.CheckConstraint(
                condition=~Q(top=True) | ~Q(tier=""),
                name="case_top_has_a_tier",
                violation_error_message=_("A case of the highest tier needs the tier’s key."),
            ),
            models.CheckConstraint(
                condition=Q(state="published", withdrawn_at__isnull=True)
                | Q(state="withdrawn", withdrawn_at__gte=F("published_at")),
                name="case_withdrawn_after_it_was_published",
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def scopes(self) -> list[str]:
        return [scope_of(self), INSTITUTION]

    @property
    def shown(self) -> bool:
        return self.state == self.State.PUBLISHED

    @property
    def country_codes(self) -> list[str]:
        """Alpha-2 codes, in order; prefetch `countries` where many cases are shown."""
        return sorted(row.country for row in self.countries.all())

    def texts(self) -> dict[str, Any]:
        """The translatable texts that readers see, by the name of their field."""
        return {name: getattr(self, name) for name in TEXTS}


TEXTS = ("title", "summary", "body", "evidence")


class CaseCountry(models.Model):
    """Where a case takes place. The region and sub-region (UN M.49) are stored so that both databases
    filter by index.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="countries")
    country = models.CharField(max_length=2)  # ISO 3166-1 alpha-2, upper case
    region = models.CharField(max_length=3, blank=True)
    subregion = models.CharField(max_length=3, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "country"], name="case_names_a_country_once")]
        indexes = [
            models.Index(fields=["country"]),
            models.Index(fields=["region"]),
            models.Index(fields=["subregion"]),
        ]
        ordering = ["country"]

    def __str__(self) -> str:
        return self.country


class CaseLanguage(models.Model):
    """A language in which a case can be read: its title and all its other texts exist in it."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="languages")
    code = models.CharField(max_length=12)  # lower case, e.g. "zh-hans"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "code"], name="case_names_a_language_once")]
        indexes = [models.Index(fields=["code"])]
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code
