"""A budget table: what is paid, how much, and by whom."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..codec import Problem
from ..rules import Field
from .base import Context, Shown, register
from .parties import Parties

MOST = Decimal(10) ** 13


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One line of a budget; the amount is in the currency of the field."""

    name: str
    amount: Decimal
    source: str = ""


def amount_of(words: str) -> Decimal:
    """An amount as people type it, to two decimals: "1 200.50", "1,200.5", "1.200,50". Raises
    ValidationError."""
    plain = "".join(one for one in words if not one.isspace() and one not in "'’\u00a0\u202f")
    if "," in plain and (plain.rfind(",") > plain.rfind(".")) and len(plain) - plain.rfind(",") <= 3:
        plain = plain.replace(".", "").replace(",", ".")
    plain = plain.replace(",", "")
    try:
        found = Decimal(plain)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or not 0 <= found < MOST:
        raise ValidationError(_("Write the amount as a number, for instance 1200 or 1200.50."), code="amount")
    if found != round(found, 2):
        raise ValidationError(_("At most two decimals."), code="amount")
    return round(found, 2)


@register
class Budget(Parties):
    """The value is a list of `BudgetLine`, shown with its sum. Options: `currency` (ISO 4217), `total`:
    the sum is at most so much."""

    key = "budget"
    label = gettext_lazy("budget table")
    parts = ("name", "amount", "source")
    made = BudgetLine
    options = {**Parties.options, "currency": str, "total": int}

    def problems(self, field: Field, path: str) -> Iterator[Problem]:
        yield from super().problems(field, path)
        currency = field.option("currency", "")
        if not (
            isinstance(currency, str) and len(currency) == 3 and currency.isascii() and currency.isupper()
        ):
            yield Problem(f"{path}.options.currency", _("must be a code of three letters, for instance USD"))

    def clean(self, field: Field, raw: Any, context: Context) -> Any:
        kept = super().clean(field, raw, context)
        most = field.option("total")
        if kept and most is not None and sum(Decimal(one["amount"]) for one in kept) > most:
            raise ValidationError(
                _("The sum is at most %(most)s."),
                code="most",
                params={"most": self.money(field, Decimal(most))},
            )
        return kept

    def one(self, field: Field, given: Any, at: int) -> dict[str, str] | None:
        if isinstance(given, BudgetLine):
            given = {"name": given.name, "amount": str(given.amount), "source": given.source}
        return super().one(field, given, at)

    def asked(self, field: Field) -> list[str]:
        return [*super().asked(field), "amount"]

    def sample(self, key: str, field: Field) -> str:
        if key != "amount":
            return super().sample(key, field)
        total = field.option("total")
        return str(100 if total is None else min(100, total // self.least(field)))

    def tidied(self, found: dict[str, str]) -> dict[str, str]:
        amount = found.get("amount")
        return {**found, "amount": str(amount_of(amount))} if amount else found

    def part_label(self, key: str) -> str:
        return _("What for") if key == "name" else super().part_label(key)

    def money(self, field: Field, amount: Decimal) -> str:
        return f"{field.option('currency', '')} {amount:,.2f}".strip()

    def value(self, field: Field, stored: Any, context: Context) -> list[BudgetLine]:
        return [BudgetLine(**{**one, "amount": Decimal(one["amount"])}) for one in stored]

    def show(self, field: Field, stored: Any, context: Context) -> Shown:
        lines = self.value(field, stored, context)
        said = [
            " · ".join(filter(None, [line.name, self.money(field, line.amount), line.source]))
            for line in lines
        ]
        total = sum((line.amount for line in lines), Decimal())
        return Shown("items", (*said, _("Sum: %(amount)s") % {"amount": self.money(field, total)}))
