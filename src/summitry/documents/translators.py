"""Machine translation: an interface for whoever provides it, named by the setting SUMMITRY_TRANSLATOR.

Without the setting nothing is translated by machines and nothing is sent anywhere. Only words that everybody
may read are sent. What a machine wrote is kept apart from what people wrote (`models.MachineText`), never
counts as a translation, is shown only where there is none, and is marked.
"""

from collections.abc import Sequence
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from .models.texts import LONGEST
from .structure import tidy


class Translator(Protocol):
    """name: of the service, shown with each of its texts."""

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
    return {words: tidy(made)[:LONGEST] for words, made in zip(texts, said, strict=True)}
