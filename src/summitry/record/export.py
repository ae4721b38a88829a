"""The public data of the record as a directory that anyone can serve or verify."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from . import publish, queries


def export(root: Path, progress: Callable[[str], None] = lambda path: None) -> int:
    """Writes the record's public data below a directory; the checkpoint last, so that it never promises more
    than is there. Each file appears whole. Returns the number of entries; 0 (and no file) if there are
    none.
    """
    head = queries.head()
    if head is None:
        return 0
    for tile in publish.files(head):
        _write(root / tile.path, [publish.tile(tile)])
        progress(tile.path)
    _write(root / "key", [publish.key().encode()])
    _write(root / "faces.jsonl", publish.faces())
    _write(root / "checkpoint", [head.note.encode()])
    return head.size


def _write(path: Path, parts: Iterable[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with fresh.open("wb") as file:
            for part in parts:
                file.write(part)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
