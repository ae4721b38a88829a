"""The files of a version, offered at its foot."""

from typing import Any

from . import formats, parts
from .parts import Place, Visit


def files(visit: Visit) -> dict[str, Any]:
    """The formats, and the languages that may be asked for. No query."""
    return {
        "version": visit.version,
        "languages": visit.version.document.languages,
        "writers": formats.writers(),
    }


def ready() -> None:
    parts.register("files", Place.FOOT, "documents/files.html", files)
