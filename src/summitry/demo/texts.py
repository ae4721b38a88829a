"""The demonstration's words: the YAML files in data/, each text in up to six languages."""

from functools import cache
from importlib import resources
from typing import Any

import yaml

from summitry.text.value import Text

LANGUAGES = {"en": "en", "zh": "zh-hans", "ar": "ar", "fr": "fr", "ru": "ru", "es": "es"}


@cache
def read(name: str) -> dict[str, Any]:
    """A file of data/, as it stands."""
    path = resources.files("summitry.demo") / "data" / f"{name}.yaml"
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def text(words: dict[str, str] | str | None, **values: Any) -> Text:
    """Words by language as a Text whose source is English; {names} in them are filled in."""
    if not words:
        return Text()
    if isinstance(words, str):
        words = {"en": words}
    said = {LANGUAGES[code]: value.strip() for code, value in words.items()}
    if values:
        said = {code: value.format(**values) for code, value in said.items()}
    return Text.of(said.pop("en", ""), "en", **said)
