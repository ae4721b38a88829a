"""Fields that several forms share."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import countries


def country_choices() -> list[tuple[str, str]]:
    return [("", _("Choose a country")), *countries.choices()]


class CountryField(forms.ChoiceField):
    """A country, by name in the reader's language."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=country_choices, label=gettext_lazy("Country"), required=False, **kwargs)


class LinesField(forms.CharField):
    """A list of short words, one a line."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or []) != self.to_python(data)


class DayField(forms.DateField):
    """A day, as 2027-09-19."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], required=False, **kwargs)
