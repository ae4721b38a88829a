"""How the evidence of an amendment is shown. Documents know no room that brings some: whoever does says with
which template it is read, and puts its `kind` into it."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from summitry.record import registry

_templates: dict[str, str] = {}


def register(kind: str, template: str) -> None:
    """Evidence whose "kind" is this is shown with this template, which finds it as `evidence`. Called in
    AppConfig.ready()."""
    _templates[kind] = template


def template_of(evidence: Mapping[str, Any]) -> str:
    """Empty for evidence that is shown as names and values."""
    return _templates.get(str(evidence.get("kind", "")), "")


def facts(evidence: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(name, value, address) of evidence that no room shows; an address for a link and for a subject of the
    record."""
    found = []
    for name, value in evidence.items():
        words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        address = words if words.startswith(("https://", "http://")) else registry.url_of(words) or ""
        found.append((name, words, address))
    return found


def digest(evidence: Mapping[str, Any]) -> str | None:
    """SHA-256 of it as JSON with sorted keys, for the record; None if there is none. Raises TypeError,
    ValueError for what is no plain data."""
    if not evidence:
        return None
    said = json.dumps(evidence, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(said.encode()).hexdigest()
