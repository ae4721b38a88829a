"""A number, a year, a date."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from ..codec import Problem
from ..rules import Field
from .base import Context, FieldKind, Shown, is_blank, register

LARGEST = 10**15 - 1
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９", "0123456789" * 3)


def between(field: Field, value: int | Decimal) -> None:
    """Refuse a number outside the options `min` and `max`."""
    least, most = field.option("min"), field.option("max")
    if least is not None and value < least:
        raise ValidationError(_("Must be at least %(least)s.") % {"least": least}, code="min")
    if most is not None and value > most:
        raise ValidationError(_("Must be at most %(most)s.") % {"most": most}, code="max")


def _day(words: str) -> str:
    """A day of the rules, "2027-09-19", as readers write it."""
    return date_format(date.fromisoformat(words))


def inside(field: Field, wanted: int, least: int, most: int) -> int:
    """The number nearest to a wanted one within the options `min` and `max`, and within these."""
    low, high = field.option("min"), field.option("max")
    return max(
        min(wanted, most if high is None else min(high, most)), least if low is None else max(low, least)
    )


@register
class Number(FieldKind):
    """Kept as an integer, or with the option `decimals` as a decimal string; the value is an int or a
    Decimal."""

    key = "number"
    label = pgettext_lazy("kind of field", "number")
    options = {"min": int, "max": int, "decimals": int}

    def problems(self, field: Field, path: str) -> Iterator[Problem]:
        yield from super().problems(field, path)
        if isinstance(field.option("decimals"), int) and not 0 <= field.option("decimals") <= 6:
            yield Problem(f"{path}.options.decimals", _("must be from 0 to %(most)d") % {"most": 6})

    def clean(self, field: Field, raw: Any, context: Context) -> Any:
        if is_blank(raw):
            return None
        if isinstance(raw, bool) or not isinstance(raw, str | int | Decimal):
            raise self.wrong()
        words = (
            str(raw).translate(_DIGITS).strip().replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
        )
        try:
            number = Decimal(words.replace("٫", "."))
        except InvalidOperation as error:
            raise ValidationError(_("Write a number, for instance 12."), code="number") from error
        if not number.is_finite() or abs(number) > LARGEST:
            raise ValidationError(_("Write a number, for instance 12."), code="number")
        places = field.option("decimals", 0)
        if number != round(number, places):
            raise ValidationError(
                _("At most %(places)d decimals.") % {"places": places}
                if places
                else _("Write a whole number."),
                code="decimals",
            )
        between(field, number)
        return f"{number:.{places}f}" if places else int(number)

    def made_up(self, field: Field, context: Context) -> int:
        return inside(field, 1, -LARGEST, LARGEST)

    def value(self, field: Field, stored: Any, context: Context) -> int | Decimal:
        return stored if isinstance(stored, int) else Decimal(stored)

    def show(self, field: Field, stored: Any, context: Context) -> Shown:
        words = number_format(self.value(field, stored, context), use_l10n=False)
        return Shown("words", (f"{words} {field.unit}" if field.unit else words,))


@register
class Year(FieldKind):
    key = "year"
    label = pgettext_lazy("kind of field", "year")
    options = {"min": int, "max": int}

    def clean(self, field: Field, raw: Any, context: Context) -> Any:
        if is_blank(raw):
            return None
        words = str(raw).translate(_DIGITS).strip() if isinstance(raw, str | int) else ""
        if isinstance(raw, bool) or not (words.isascii() and words.isdigit() and len(words) == 4):
            raise ValidationError(_("Write a year with four digits, for instance 2027."), code="year")
        between(field, int(words))
        return int(words)

    def made_up(self, field: Field, context: Context) -> int:
        return inside(field, 2024, 1000, 9999)

    def show(self, field: Field, stored: Any, context: Context) -> Shown:
        return Shown("words", (str(stored),))


@register
class Date(FieldKind):
    """Kept as YYYY-MM-DD; the options `after` and `before` are dates too, both included."""

    key = "date"
    label = pgettext_lazy("kind of field", "date")
    options = {"after": str, "before": str}

    def problems(self, field: Field, path: str) -> Iterator[Problem]:
        yield from super().problems(field, path)
        ends = {}
        for name in ("after", "before"):
            if isinstance(words := field.option(name), str):
                try:
                    ends[name] = date.fromisoformat(words)
                except ValueError:
                    yield Problem(f"{path}.options.{name}", _("must be a date, for instance 2027-09-19"))
        if len(ends) == 2 and ends["after"] > ends["before"]:
            yield Problem(f"{path}.options.after", _("is later than “before”"))

    def clean(self, field: Field, raw: Any, context: Context) -> Any:
        if is_blank(raw):
            return None
        try:
            day = raw if isinstance(raw, date) else date.fromisoformat(raw.translate(_DIGITS).strip())
        except (AttributeError, ValueError) as error:
            raise ValidationError(
                _("Write a date as year-month-day, for instance 2027-09-19."), code="date"
            ) from error
        kept = day.isoformat()[:10]
        if field.option("after") and kept < field.option("after"):
            raise ValidationError(
                _("Must not be before %(date)s.") % {"date": _day(field.option("after"))}, code="min"
            )
        if field.option("before") and kept > field.option("before"):
            raise ValidationError(
                _("Must not be after %(date)s.") % {"date": _day(field.option("before"))}, code="max"
            )
        return kept

    def made_up(self, field: Field, context: Context) -> str:
        return str(field.option("after") or field.option("before") or "2024-03-01")

    def keep(self, field: Field, raw: Any) -> Any:
        return super().keep(field, raw.isoformat() if isinstance(raw, date) else raw)

    def value(self, field: Field, stored: Any, context: Context) -> date:
        return date.fromisoformat(stored)

    def show(self, field: Field, stored: Any, context: Context) -> Shown:
        return Shown("words", (date_format(date.fromisoformat(stored)),))
