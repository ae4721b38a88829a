"""The model field that holds a `Text`, as JSON."""

import json
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext_lazy as _

from . import languages
from .forms import TranslatedFormField
from .value import Text

LONG = 1000  # characters: titles and names are shorter


@lru_cache(maxsize=1 << 13)
def _read(stored: str) -> Text:
    """Names and titles come again and again, and a `Text` never changes: each is read once."""
    return Text.from_json(json.loads(stored) or {})


class TranslatedField(models.JSONField):
    """A `Text` in a JSON column; a new language needs no migration. Never null: nothing is an empty Text.

    `max_length` bounds each language; `multiline` asks forms for a text area.
    """

    def __init__(
        self, *args: Any, max_length: int | None = 500, multiline: bool = False, **kwargs: Any
    ) -> None:
        kwargs.setdefault("default", Text)
        self.longest, self.multiline = max_length, multiline
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()
        if self.longest != 500:
            kwargs["max_length"] = self.longest
        if self.multiline:
            kwargs["multiline"] = True
        return name, path, args, kwargs

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if type(value) is str and not isinstance(expression, KeyTransform):
            return _read(value) if len(value) < LONG else Text.from_json(json.loads(value) or {})
        stored = super().from_db_value(value, expression, connection)
        if isinstance(expression, KeyTransform):  # a part of the JSON, asked for by name
            return stored
        return Text.from_json(stored or {})

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(value.to_json() if isinstance(value, Text) else value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(
            value.to_json() if isinstance(value, Text) else value, connection, prepared
        )

    def to_python(self, value: Any) -> Text:
        if isinstance(value, Text):
            return value
        if isinstance(value, str):
            return Text.of(value)
        return Text.from_json(value or {})

    def validate(self, value: Text, model_instance: Any) -> None:
        if not self.blank and not value:
            raise ValidationError(self.error_messages["blank"], code="blank")
        for code, words in value.values.items():
            if "\x00" in words:
                raise ValidationError(
                    _("%(language)s: null characters are not allowed."),
                    code="null_characters",
                    params={"language": languages.local_name(code)},
                )
            if self.longest and len(words) > self.longest:
                raise ValidationError(
                    _("%(language)s: at most %(most)d characters, this has %(count)d."),
                    code="max_length",
                    params={
                        "language": languages.local_name(code),
                        "most": self.longest,
                        "count": len(words),
                    },
                )

    def formfield(self, **kwargs: Any) -> Any:
        return models.Field.formfield(
            self,
            **{
                "form_class": TranslatedFormField,
                "max_length": self.longest,
                "multiline": self.multiline,
                "show_hidden_initial": False,  # it would print the whole text once more
                **kwargs,
            },
        )
