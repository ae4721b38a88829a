"""What every form of a part has in common: it reads one thing of the rules and makes the changed thing."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from summitry.text.forms import TranslatedFormField
from summitry.text.value import Text

from ... import eligibility
from ...labels import option_label
from ...rules import Condition, RuleSet
from ..tree import free_key
from ..widgets import Selects, Ticks

_MOMENT = "%Y-%m-%dT%H:%M:%S"


def words(label: Any, required: bool = True, most: int = 500, multiline: bool = False, hint: Any = "") -> Any:
    return TranslatedFormField(
        label=label, required=required, max_length=most, multiline=multiline, help_text=hint
    )


class MomentField(forms.DateTimeField):
    """A moment in UTC. A browser asks for its seconds only where there are some: with a step of a second it
    sends nothing at all as long as they are left out."""

    def __init__(self, **options: Any):
        widget = forms.DateTimeInput(format=_MOMENT, attrs={"type": "datetime-local", "dir": "ltr"})
        options.setdefault("required", False)
        super().__init__(
            widget=widget, input_formats=[_MOMENT, "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **options
        )


class RuleForm(forms.Form):
    """One thing of the rules: `thing()` is the thing as the form says. `version` is that of the rules."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    makes: ClassVar[type]
    named: ClassVar[str] = "name"

    def __init__(
        self, *args: Any, rules: RuleSet, old: Any = None, taken: Iterable[str] = (), **options: Any
    ):
        self.rules, self.old, self.taken = rules, old, list(taken)
        if old is not None:
            options["initial"] = {**self.read(old), **(options.get("initial") or {})}
        super().__init__(*args, **options)

    def settle(self, amending: bool) -> "RuleForm":
        """Once a call is open only words and dates can be put right, with a reason that everybody reads."""
        if amending:
            for field in self.fields.values():
                if not isinstance(field, TranslatedFormField | MomentField | forms.IntegerField) or (
                    isinstance(field, forms.IntegerField) and not isinstance(field.widget, forms.HiddenInput)
                ):
                    field.disabled = True
            self.fields["amendment"] = words(
                _("Reason of the amendment"),
                True,
                2000,
                True,
                _("It is published, with the date, beside the rules."),
            )
        return self

    def read(self, old: Any) -> dict[str, Any]:
        return {name: getattr(old, name) for name in self.base_fields if hasattr(old, name)}

    def values(self) -> dict[str, Any]:
        return {
            name: value for name, value in self.cleaned_data.items() if name not in {"version", "amendment"}
        }

    def thing(self) -> Any:
        if self.old is not None:
            return replace(self.old, **self.values())
        return self.makes(key=self.new_key(), **self.values())

    def new_key(self) -> str:
        """A short key made from the English words; what is in other scripts gets the name of its kind."""
        text = self.cleaned_data[self.named]
        base = slugify(text.get("en") or str(text)).replace("-", "_")[:30].strip("_")
        if not base or not base[0].isascii() or not base[0].isalpha():
            base = self.makes.__name__.lower()
        return free_key(self.taken, base)


class WithOptions(RuleForm):
    """Adds an input for each option that the thing's kind knows. component: finds the registered component
    of a kind."""

    component: ClassVar["staticmethod[[str], Any]"]

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if self.old is None:
            return
        component = self.component(self.old.kind)
        for name, kind in self.known_options(self.old.kind).items():
            choices = getattr(component, "choices", {}).get(name)
            label, value = option_label(component.key, name), self.old.options.get(name)
            made = _input(kind, label, value, choices() if choices else None)
            made.required = name in getattr(component, "needed", ())
            self.fields[f"option_{name}"] = made

    def known_options(self, kind: str) -> Mapping[str, type]:
        found: Mapping[str, type] = self.component(kind).options
        return found

    def values(self) -> dict[str, Any]:
        plain = {name: value for name, value in super().values().items() if not name.startswith("option_")}
        if self.old is None:
            return plain
        found: dict[str, Any] = {}
        for name, kind in self.known_options(self.old.kind).items():
            value = self.cleaned_data.get(f"option_{name}")
            if kind is list and isinstance(value, str):
                value = [one.strip().lstrip(".").lower() for one in value.split(",") if one.strip()]
            if value not in (None, "", [], False):
                found[name] = value
        return {**plain, "options": found}


SHORT = 20  # choices that are ticked one by one; longer lists are chosen from


def _input(kind: type, label: Any, value: Any, choices: Iterable[tuple[str, Any]] | None) -> forms.Field:
    """The input of an option of this type."""
    if kind is bool:
        return forms.BooleanField(label=label, required=False, initial=bool(value))
    if kind is int:
        return forms.IntegerField(label=label, required=False, initial=value)
    if choices is not None:
        listed = list(choices)
        widget = Ticks() if len(listed) <= SHORT else Selects(listed, "–")
        return forms.MultipleChoiceField(
            label=label, required=False, initial=value, choices=listed, widget=widget
        )
    shown = ", ".join(map(str, value or [])) if kind is list else value
    return forms.CharField(label=label, required=False, initial=shown)


def label_of(thing: Any) -> Any:
    """What a thing of the rules is called: its own words, else those of its kind."""
    names = (getattr(thing, name, None) for name in ("name", "label", "text", "note", "subject"))
    if found := next((one for one in names if one), None):
        return found
    kind = getattr(thing, "kind", "")
    return eligibility.kind(kind).says(thing) if isinstance(thing, Condition) else Text()
