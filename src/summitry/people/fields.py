"""A column that keeps what a search compares: the normalised words of other columns."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from django.db import models

from summitry.text.value import Text

_SEPARATOR = "\n"


def normal(words: str) -> str:
    """The form in which two spellings of one name are equal: compatibility forms folded, case folded, accents
    and invisible signs dropped, white space single.

    >>> normal("  École  Polytechnique ")
    'ecole polytechnique'
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", words).casefold())
    kept = "".join(
        " " if unicodedata.category(sign) == "Zs" or sign in "\t\n\r" else sign
        for sign in folded
        if unicodedata.category(sign) not in {"Mn", "Cf", "Cc"} or sign in "\t\n\r"
    )
    return " ".join(unicodedata.normalize("NFC", kept).split())


def exactly(words: str) -> str:
    """What a `SearchField` contains if and only if one of its names is this one."""
    return f"{_SEPARATOR}{normal(words)}{_SEPARATOR}"


class SearchField(models.TextField):
    """Filled from other columns (Text, str or list of str) at each save; `like` and `exactly` say how to ask
    it."""

    def __init__(self, *args: Any, of: Iterable[str] = (), **kwargs: Any) -> None:
        self.of = tuple(of)
        kwargs |= {"editable": False, "default": "", "blank": True}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()
        for known in ("editable", "default", "blank"):
            kwargs.pop(known, None)
        return name, path, args, {**kwargs, "of": list(self.of)}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        found: list[str] = []
        for source in self.of:
            value = getattr(model_instance, source)
            if isinstance(value, Text):
                found += value.values.values()
            elif isinstance(value, str):
                found.append(value)
            else:
                found += [one for one in value or () if isinstance(one, str)]
        names = sorted({normal(one) for one in found} - {""})
        kept = f"{_SEPARATOR}{_SEPARATOR.join(names)}{_SEPARATOR}" if names else ""
        setattr(model_instance, self.attname, kept)
        return kept
