"""Where pages are kept: in the memory of each process, and on the disk for all of them. Both within
bounds."""

import contextlib
import hashlib
import json
import os
import secrets
import threading
import time
from pathlib import Path

from django.conf import settings
from django.db import connections

from .pages import Page, unpack

MEMORY = 64 * 1024 * 1024  # bytes, a process
DISK = 512 * 1024 * 1024  # bytes
LARGEST = 8 * 1024 * 1024  # bytes of one page
_SWEEP = 500  # pages written between two looks at how much the disk holds


class Shelf:
    """stamp: what was kept under another one, by another version of the software, is not found."""

    def __init__(self, folder: Path, stamp: str, memory: int = MEMORY, disk: int = DISK) -> None:
        self._folder, self._stamp = folder, stamp
        self._most, self._most_on_disk = memory, disk
        self.pages: dict[str, Page] = {}
        self._size = 0
        self._lock = threading.Lock()
        self._written = 0

    def get(self, key: str) -> Page | None:
        """A page that holds, from memory or else from the disk."""
        page = self.pages.get(key)
        if page is not None and page.validity.holds():
            page.used = time.time()
            return page
        found = self._read(key)
        if found is not None and found.validity.holds():
            self._place(found)
            return found
        return None

    def put(self, page: Page) -> None:
        """Keeps it; a disk that is full or read-only keeps nothing."""
        self._place(page)
        path = self._path(page.key)
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(page.pack())
            fresh.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                fresh.unlink()
            return
        self._written += 1
        if self._written % _SWEEP == 0:
            self.sweep()

    def _place(self, page: Page) -> None:
        page.used = time.time()
        with self._lock:
            if old := self.pages.get(page.key):
                self._size -= old.size
            self.pages[page.key] = page
            self._size += page.size
            if self._size > self._most:
                self._drop()

    def _drop(self) -> None:
        """Down to four fifths: first what nobody has read for the longest time."""
        for page in sorted(self.pages.values(), key=lambda one: one.used):
            if self._size <= self._most * 4 // 5:
                return
            del self.pages[page.key]
            self._size -= page.size

    def _path(self, key: str) -> Path:
        name = hashlib.sha256(f"{self._stamp}\n{key}".encode()).hexdigest()
        return self._folder / name[:2] / name

    def _read(self, key: str) -> Page | None:
        try:
            return unpack(self._path(key).read_bytes(), key)
        except OSError:
            return None

    def sweep(self) -> None:
        """Takes the oldest files away until the disk holds four fifths of what it may."""
        files = []
        for folder in _scan(self._folder):
            for one in _scan(folder.path):
                with contextlib.suppress(OSError):
                    found = one.stat()
                    files.append((found.st_mtime, found.st_size, one.path))
        total = sum(size for _at, size, _path in files)
        if total <= self._most_on_disk:
            return
        for _at, size, path in sorted(files):
            if total <= self._most_on_disk * 4 // 5:
                return
            with contextlib.suppress(OSError):
                os.unlink(path)
            total -= size


def _scan(folder: str | Path) -> list[os.DirEntry[str]]:
    try:
        return list(os.scandir(folder))
    except OSError:
        return []


def stamp() -> str:
    """A text that is another one for another version of the software, of its look or of its settings."""
    _ = connections.settings  # from then on DATABASES is the same in every process: Django fills it in
    found = hashlib.sha256()
    for root in (
        Path(__file__).resolve().parent.parent,
        settings.DATA_DIR / "templates",
        settings.STATIC_ROOT,
    ):
        for folder, folders, files in os.walk(root):
            folders[:] = sorted(one for one in folders if one not in {"__pycache__", "tests"})
            for name in sorted(files):
                if name.endswith((".py", ".html", ".mo", ".json", ".yaml", ".svg", ".css", ".js")):
                    at = os.stat(os.path.join(folder, name))
                    found.update(f"{folder}/{name} {at.st_size} {at.st_mtime_ns}\n".encode())
    said = {name: getattr(settings, name) for name in dir(settings) if name.isupper()}
    found.update(json.dumps(said, default=lambda value: type(value).__name__, sort_keys=True).encode())
    return found.hexdigest()
