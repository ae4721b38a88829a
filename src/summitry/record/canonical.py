"""One value, one sequence of bytes: the JSON that entries, commitments and faces are hashed as.

Keys sorted by code point, UTF-8, no spaces, no floats, integers that every JSON reader keeps exactly.
"""

import json
from collections.abc import Mapping
from typing import Any

MOST = 2**53 - 1  # the largest integer that a JavaScript reader keeps
type Json = bool | int | str | list["Json"] | dict[str, "Json"] | None


def clean(value: Any, where: str = "value") -> Json:
    """A value as plain JSON: a Text becomes {language: words}. Raises TypeError or ValueError that names the
    place.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) > MOST:
            raise ValueError(f"{where}: {value} is beyond ±(2**53 - 1); write it as a string")
        return int(value)
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise ValueError(f"{where}: not valid Unicode") from error
        return str(getattr(value, "value", value))
    if isinstance(value, float):
        raise TypeError(f"{where}: {value!r} is a float; write a string, or an integer in a stated unit")
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise TypeError(f"{where}: {key!r} is a key but not a string")
        return {str(getattr(key, "value", key)): clean(one, f"{where}.{key}") for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [clean(one, f"{where}[{at}]") for at, one in enumerate(value)]
    from summitry.text.value import Text  # here: verify.py reads this module on machines without Django

    if isinstance(value, Text):
        return {code: clean(words, f"{where}.{code}") for code, words in value.values.items()}
    raise TypeError(
        f"{where}: a {type(value).__name__} cannot be entered; use str, int, bool, None, list, dict or Text"
    )


def encode(value: Any, where: str = "value") -> bytes:
    """The canonical bytes of a value."""
    return json.dumps(
        clean(value, where), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()


def decode(data: bytes) -> Any:
    return json.loads(data)
