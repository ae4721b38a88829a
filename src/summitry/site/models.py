"""What the institution says of itself: pages, documents, messages, milestones."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from summitry.people.models import INSTITUTION
from summitry.text.fields import TranslatedField


class Page(models.Model):
    """A standing page. Its kind says in which list a reader finds it; see `site.kinds`."""

    slug = models.SlugField(_("address"), unique=True, max_length=80)
    kind = models.CharField(_("kind"), max_length=20, default="page")
    title = TranslatedField(_("title"), max_length=300)
    lede = TranslatedField(_("summary"), blank=True, max_length=1000)
    body = TranslatedField(_("text"), blank=True, max_length=100_000, multiline=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)  # in its list; then by date
    in_foot = models.BooleanField(_("in the foot of every page"), default=False)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    month = models.PositiveSmallIntegerField(_("month"), null=True, blank=True)
    day = models.PositiveSmallIntegerField(_("day"), null=True, blank=True)
    origin = TranslatedField(_("origin"), blank=True, max_length=500)  # who issued it, where it comes from
    version = models.PositiveIntegerField(default=1)  # counts edits; a form that holds an older one is stale
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["position", "year", "month", "day", "slug"]
        indexes = [models.Index(fields=["kind", "position"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(month__isnull=True) | Q(year__isnull=False, month__gte=1, month__lte=12),
                name="page_month_has_year",
            ),
            models.CheckConstraint(
                condition=Q(day__isnull=True) | Q(month__isnull=False, day__gte=1, day__lte=31),
                name="page_day_has_month",
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("site:page", args=[self.slug])

    def scopes(self) -> list[str]:
        return [INSTITUTION]
