"""Asking a provider."""

import re
from collections.abc import Sequence
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

LONGEST = 20_000  # characters of a text that a machine gives
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Translator(Protocol):
    """name: of the service, kept with each of its texts."""

    name: str

    def translate(self, texts: Sequence[str], source: str, target: str) -> Sequence[str]:
        """As many texts as were given, in their order; "" for one that it cannot translate, for which it is
        not asked again. Languages are codes such as "en" and "zh-hans". Called by the worker alone; if it
        raises, that is logged, and it is asked again later."""


class BadTranslator(ValueError):
    """A provider that does not keep to the interface."""


def configured() -> Translator | None:
    """The provider that the setting names: an object, or a class that is made without arguments."""
    path = settings.SUMMITRY_TRANSLATOR
    if not path:
        return None
    try:
        found = import_string(path)
    except ImportError as error:
        raise ImproperlyConfigured(f"SUMMITRY_TRANSLATOR names {path}, which is not there: {error}") from None
    made: Translator = found() if isinstance(found, type) else found
    return made


def translated(provider: Translator, texts: Sequence[str], source: str, target: str) -> dict[str, str]:
    """{words: the machine's}. Raises BadTranslator."""
    said = provider.translate(list(texts), source, target)
    if len(said) != len(texts) or not all(isinstance(one, str) for one in said):
        raise BadTranslator(f"{provider.name} gave {len(said)} texts for {len(texts)}")
    return {words: _tidy(made, words)[:LONGEST] for words, made in zip(texts, said, strict=True)}


def _tidy(made: str, words: str) -> str:
    """Without controls, and of one line if the words are."""
    lines = [_UNFIT.sub("", line).rstrip() for line in made.splitlines()]
    return "\n".join(lines).strip() if "\n" in words else " ".join(" ".join(lines).split())
