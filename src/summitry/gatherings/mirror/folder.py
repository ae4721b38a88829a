"""A folder that is whole or as it was: filled beside its place, then put there in one step."""

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .problem import Problem

MARKER, SUMS = "copy.json", "SHA256SUMS"
_OF_SYSTEMS = {".ds_store", "thumbs.db", "desktop.ini", ".directory", "system volume information"}


class Folder:
    """A copy that is being filled. Keeps the sum of each file, and how many pages were counted."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.pages = 0
        self.sums: dict[str, str] = {}
        self.bytes = 0
        self._sizes: dict[str, int] = {}
        self._made: set[Path] = set()

    def put(self, name: str, data: bytes) -> None:
        target = self.path / name
        if target.parent not in self._made:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(target.parent)
        target.write_bytes(data)
        self.bytes += len(data) - self._sizes.get(name, 0)
        self._sizes[name] = len(data)
        self.sums[name] = hashlib.sha256(data).hexdigest()

    def take(self, part: "Folder") -> None:
        """Counts in what another process put there."""
        self.sums |= part.sums
        self.bytes += part.bytes

    def close(self, facts: dict[str, object]) -> None:
        """The last two files: what this is, and the sums that `sha256sum --check` reads."""
        self.put(MARKER, json.dumps(facts, ensure_ascii=False, indent=1).encode())
        lines = "".join(f"{value}  {name}\n" for name, value in sorted(self.sums.items()))
        (self.path / SUMS).write_text(lines, encoding="utf-8")


def check(path: Path, slug: str) -> None:
    """Raises Problem unless a copy of this gathering may be put there: the folder is not there yet, or
    empty, or holds an older copy of it and nothing else."""
    if not path.parent.is_dir():
        raise Problem(f"There is no folder {path.parent}.")
    if not path.exists():
        return
    if not path.is_dir():
        raise Problem(f"{path} is no folder.")
    if path.is_mount():
        raise Problem(f"{path} is a whole disk. Name a folder on it: {path / slug}")
    there = {one.relative_to(path).as_posix() for one in path.rglob("*") if one.is_file() or one.is_symlink()}
    there = {name for name in there if not _is_of_a_system(name)}
    if not there:
        return
    try:
        facts = json.loads((path / MARKER).read_text(encoding="utf-8"))
        lines = (path / SUMS).read_text(encoding="utf-8").splitlines()
        held = facts["copy of"]
    except (OSError, ValueError, KeyError, TypeError):
        raise Problem(f"{path} holds something else than a copy. Name a new or an empty folder.") from None
    if held != slug:
        raise Problem(f"{path} holds a copy of another gathering, {held}. Name another folder.")
    if strange := sorted(there - {MARKER, SUMS} - {line.partition("  ")[2] for line in lines}):
        raise Problem(f"{path} also holds {strange[0]}, which is not of the copy. Take it out first.")


def _is_of_a_system(name: str) -> bool:
    parts = [part.lower() for part in name.split("/")]
    return any(part in _OF_SYSTEMS or part.startswith("._") for part in parts)


@contextlib.contextmanager
def replacing(path: Path, slug: str) -> Iterator[Folder]:
    """A folder to fill; at the end it stands at `path`, unless something was raised. Raises Problem."""
    path = path.expanduser().resolve()
    check(path, slug)
    try:
        fresh = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    except OSError as error:
        raise Problem(f"{path.parent} cannot be written ({error.strerror}).") from None
    try:
        yield Folder(fresh)
        fresh.chmod(0o755)
        check(path, slug)  # it took minutes: somebody may have put something there
        _swap(fresh, path)
    except OSError as error:
        raise Problem(f"{path} cannot be written ({error.strerror}).") from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _swap(fresh: Path, path: Path) -> None:
    if not path.exists():
        fresh.rename(path)
        return
    old = path.with_name(f"{fresh.name}.old")
    path.rename(old)
    try:
        fresh.rename(path)
    except OSError:
        os.rename(old, path)
        raise
    shutil.rmtree(old, ignore_errors=True)
