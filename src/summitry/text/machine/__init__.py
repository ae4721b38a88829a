"""Machine translation: an interface for whoever provides it, named by the setting SUMMITRY_TRANSLATOR.

Without the setting nothing is translated by machines and nothing is sent anywhere. A room says which texts
everybody reads; only these are sent. What a machine wrote is kept apart from what people wrote
(`MachineText`), never counts as a translation, is shown only where there is none, and is marked
(`text/machine.html`).

A room has three things to do: a task that calls `translate`, pages that ask `said`, and `forget` where it
takes words back.
"""

from .asking import BadTranslator, Translator, configured, translated
from .keeping import begin, forget, keep, translate
from .models import MachineText, key_of
from .queries import said, unsaid

__all__ = [
    "BadTranslator",
    "MachineText",
    "Translator",
    "begin",
    "configured",
    "forget",
    "keep",
    "key_of",
    "said",
    "translate",
    "translated",
    "unsaid",
]
