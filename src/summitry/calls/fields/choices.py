"""One of several, some of several, yes or no."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from ..codec import Problem
from ..rules import Field
from .base import Context, FieldKind, Shown, is_blank, register


@register
class OneChoice(FieldKind):
    """The value is the `rules.Choice`: its key and its label."""

    key = "choice"
    label = gettext_lazy("one of a list")
    needs_choices = True

    def clean(self, field: Field, raw: Any, context: Context) -> Any:
        if is_blank(raw):
            return None
        if not isinstance(raw, str) or field.choice(raw) is None:
            raise ValidationError(_("Choose one of the answers offered."), code="choice")
        return raw

    def made_up(self, field: Field, context: Context) -> str:
        return field.choices[0].key

    def value(self, field: Field, stored: Any, context: Context) -> Any:
        return field.choice(stored)

    def show(self, field: Field, stored: Any, context: Context) -> Shown:
        found = field.choice(stored)
        return Shown("words", (found.label,) if found else ())


@register
class SomeChoices(FieldKind):
    """The value is a list of `rules.Choice`, in the order of the field."""

    key = "choices"
    label = gettext_lazy("several of a list")
    needs_choices = True
    options = {"min": int, "max": int}

    def problems(self, field: Field, path: str) -> Iterator[Problem]:
        yield from super().problems(field, path)
        least = field.option("min")
        if isinstance(least, int) and least > len(field.choices):
            yield Problem(f"{path}.options.min", _("is more than there are choices"))

    def clean(self, field: Field, raw: Any, context: Context) -> Any:
        if is_blank(raw):
            return None
        if not isinstance(raw, list | tuple) or not all(
            isinstance(one, str) and field.choice(one) for one in raw
        ):
            raise ValidationError(_("Choose from the answers offered."), code="choice")
        kept = [one.key for one in field.choices if one.key in raw]
        bounds(field, len(kept))
        return kept

    def forms(self, field: Field, suggested: Any) -> list[Any]:
        return [[suggested] if isinstance(suggested, str) else suggested]

    def made_up(self, field: Field, context: Context) -> list[str]:
        return [one.key for one in field.choices[: max(1, field.option("min", 1))]]

    def value(self, field: Field, stored: Any, context: Context) -> Any:
        return [one for one in field.choices if one.key in stored]

    def show(self, field: Field, stored: Any, context: Context) -> Shown:
        return Shown("items", tuple(one.label for one in self.value(field, stored, context)))


@register
class YesNo(FieldKind):
    """A statement to agree to, or a question of fact; with the option `must` only yes is good enough to
    send."""

    key = "yesno"
    label = pgettext_lazy("kind of field", "yes or no")
    options = {"must": bool}

    def clean(self, field: Field, raw: Any, context: Context) -> Any:
        if is_blank(raw):
            raw = None
        elif isinstance(raw, str) and raw in {"yes", "no"}:
            raw = raw == "yes"
        if raw is not None and not isinstance(raw, bool):
            raise ValidationError(_("Answer with yes or no."), code="choice")
        if field.option("must") and raw is False:
            raise ValidationError(_("You can only send this if you agree."), code="must")
        return raw

    def made_up(self, field: Field, context: Context) -> bool:
        return True

    def show(self, field: Field, stored: Any, context: Context) -> Shown:
        return Shown("words", (_("Yes") if stored else _("No"),))


def bounds(field: Field, count: int) -> None:
    """Refuse fewer things than the option `min` or more than `max`."""
    least, most = field.option("min"), field.option("max")
    if least is not None and count < least:
        raise ValidationError(
            ngettext("Give at least %(count)d.", "Give at least %(count)d.", least) % {"count": least},
            code="min",
        )
    if most is not None and count > most:
        raise ValidationError(
            ngettext("Give at most %(count)d.", "Give at most %(count)d.", most) % {"count": most}, code="max"
        )
