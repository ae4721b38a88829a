"""What the institution says of itself: pages, documents, messages, milestones."""

import calendar
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from summitry.people.models import INSTITUTION
from summitry.text.fields import TranslatedField

from .kinds import KINDS, Kind, choices


class Page(models.Model):
    """A standing page. Its kind says in which list a reader finds it; see `kinds`."""

    slug = models.SlugField(
        _("address"),
        unique=True,
        max_length=80,
        help_text=_("The last part of the page’s address; it never changes."),
    )
    kind = models.CharField(_("kind"), max_length=20, default="page")
    title = TranslatedField(_("title"), max_length=300)
    lede = TranslatedField(_("summary"), blank=True, max_length=1000, multiline=True)
    body = TranslatedField(_("text"), blank=True, max_length=100_000, multiline=True)
    origin = TranslatedField(_("origin"), blank=True, max_length=500)  # who issued it, where it comes from
    year = models.PositiveSmallIntegerField(
        _("year"), null=True, blank=True, validators=[MinValueValidator(1800), MaxValueValidator(2999)]
    )
    month = models.PositiveSmallIntegerField(_("month"), null=True, blank=True)
    day = models.PositiveSmallIntegerField(_("day"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position in its list"), default=100)  # then by date
    in_foot = models.BooleanField(_("in the foot of every page"), default=False)
    shown = models.BooleanField(_("shown to the public"), default=True)
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

    def clean(self) -> None:
        """A date may be a year, a month or a day, but it must be one that there was."""
        if self.kind not in dict(choices()):
            raise ValidationError({"kind": _("There is no kind of page of this name.")})
        if self.month and not self.year:
            raise ValidationError({"year": _("A month needs its year.")})
        if self.month and not 1 <= self.month <= 12:
            raise ValidationError({"month": _("A month is a number from 1 to 12.")})
        if self.day:
            if not (self.month and self.year):
                raise ValidationError({"month": _("A day needs its month and its year.")})
            if not 1 <= self.day <= (last := calendar.monthrange(self.year, self.month)[1]):
                raise ValidationError(
                    {
                        "day": ValidationError(
                            _("This month has the days 1 to %(last)d."), params={"last": last}
                        )
                    }
                )

    def scopes(self) -> list[str]:
        return [INSTITUTION]

    @property
    def described(self) -> Kind:
        return KINDS[self.kind]

    @property
    def when(self) -> str:
        """Its date as exactly as it is known, in the reader's way of writing: "2019", "November 2014"."""
        if not self.year:
            return ""
        if not self.month:
            return str(self.year)
        first = date(self.year, self.month, self.day or 1)
        return date_format(first, "DATE_FORMAT" if self.day else "YEAR_MONTH_FORMAT")

    @property
    def iso(self) -> str:
        """The same for <time datetime>: "2019", "2014-11"."""
        return "-".join(f"{part:02}" for part in (self.year, self.month, self.day) if part)

    def face(self) -> dict[str, Any] | None:
        """What the public sees of it; nothing of a page that is not shown."""
        if not self.shown:
            return None
        return {
            "kind": self.kind,
            "title": self.title,
            "lede": self.lede,
            "body": self.body,
            "origin": self.origin,
            "date": self.iso,
        }
