"""Form side: one value in several languages, side by side."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from . import languages
from .value import Text


class LangSet(forms.Widget):
    """One input a language, with its `lang` and `dir`; names are NAME_LANGUAGE. `locked` languages are for
    reading only: an original beside its translations."""

    template_name = "text/langset.html"
    use_fieldset = True
    wrong: dict[str, bool]  # the languages whose input is to blame
    locked: frozenset[str] | set[str] = frozenset()

    def __init__(
        self,
        codes: Iterable[str] = (),
        multiline: bool = False,
        max_length: int | None = None,
        attrs: Any = None,
    ):
        super().__init__(attrs)
        self.wrong = {}
        self.codes, self.multiline, self.max_length = (
            list(codes) or list(settings.CONTENT_LANGUAGES),
            multiline,
            max_length,
        )

    def id_for_label(self, id_: str | None) -> str:
        return ""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        values = value.values if isinstance(value, Text) else (value or {})
        wrong = self.wrong
        extra = [code for code in values if code not in self.codes]
        rows = [
            {
                "code": code,
                "lang": languages.bcp47(code),
                "dir": languages.direction(code),
                "label": languages.local_name(code),
                "name": f"{name}_{code}",
                "id": f"{context['widget']['attrs'].get('id', 'id_' + name)}_{code}",
                "value": values.get(code, ""),
                "bad": code in wrong,
                "locked": code in self.locked,
            }
            for code in [*self.codes, *extra]
        ]
        first = [row for row in rows if row["value"] or row["bad"]]
        shown = first or [next((row for row in rows if row["code"] == languages.current()), rows[0])]
        context["widget"] |= {
            "shown": shown,
            "more": [row for row in rows if row not in shown],
            "multiline": self.multiline,
            "max_length": self.max_length,
        }
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        prefix = f"{name}_"
        known = [*self.codes, *(key[len(prefix) :] for key in data if key.startswith(prefix))]
        return {
            code: data.get(prefix + code, "").replace("\r\n", "\n")
            for code in dict.fromkeys(known)
            if prefix + code in data
        }

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(key.startswith(f"{name}_") for key in data)


class TranslatedFormField(forms.Field):
    """Cleans to a `Text`. Errors name the language. `initial` (its own or the form's) may be the stored
    Text: then its source and the states of untouched translations are kept."""

    widget = LangSet
    default_error_messages = {
        "max_length": _("%(language)s: at most %(most)d characters, this has %(count)d."),
        "null_characters": _("%(language)s: null characters are not allowed."),
        "unknown": _("Unknown language “%(language)s”."),
    }

    def __init__(
        self,
        *,
        codes: Iterable[str] = (),
        max_length: int | None = None,
        multiline: bool = False,
        **kwargs: Any,
    ):
        self.codes, self.max_length = list(codes) or list(settings.CONTENT_LANGUAGES), max_length
        kwargs.pop("empty_value", None)
        kwargs.pop("encoder", None)
        kwargs.pop("decoder", None)
        kwargs.setdefault("widget", LangSet(self.codes, multiline, max_length))
        super().__init__(**kwargs)

    def _clean_bound_field(self, bf: Any) -> Text:
        return self.clean(bf.initial if self.disabled else bf.data, bf.initial)

    def clean(self, value: dict[str, str] | Text | None, stored: Any = None) -> Text:
        if isinstance(value, Text):  # a disabled field
            return value
        values = {code: words.strip() for code, words in (value or {}).items() if words and words.strip()}
        stored = next((one for one in (stored, self.initial) if isinstance(one, Text) and one), Text())
        self._check(values, {*self.codes, *stored.texts})
        result = stored.edited(values) if stored else Text.from_values(values, languages.current())
        self.run_validators(result)
        return result

    def _check(self, values: dict[str, str], known: set[str]) -> None:
        """Raise every fault of every language at once, and tell the widget which inputs are to blame."""
        self.widget.wrong = {}
        if unknown := [code for code in values if code not in known]:
            raise ValidationError(
                self.error_messages["unknown"], code="unknown", params={"language": unknown[0][:20]}
            )
        errors = []
        for code, words in values.items():
            named: dict[str, Any] = {"language": languages.local_name(code)}
            if "\x00" in words:
                fault = "null_characters"
            elif self.max_length and len(words) > self.max_length:
                fault = "max_length"
                named |= {"most": self.max_length, "count": len(words)}
            else:
                continue
            self.widget.wrong[code] = True
            errors.append(ValidationError(self.error_messages[fault], code=fault, params=named))
        if errors:
            raise ValidationError(errors)
        if self.required and not values:
            raise ValidationError(self.error_messages["required"], code="required")

    def has_changed(self, initial: Any, data: Any) -> bool:
        if self.disabled:
            return False
        before = initial.values if isinstance(initial, Text) else {}
        return before != {code: words.strip() for code, words in (data or {}).items() if words.strip()}

    def prepare_value(self, value: Any) -> Any:
        return value
