"""Verifies a record from its public data alone. No Django, no database: what it finds, anyone can find.

    report = verify(open_source("https://example.org"), key)

Three kinds of result: faults (something does not hold), notes (what was checked, and how), SourceError (it
could not be read, so nothing is known).
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from summitry.engines.merkle import note, tiles, tree

from . import canonical
from .sources import Missing, Source, SourceError, TooLong

MAX_CHECKPOINT = 64 * 1024  # bytes
MAX_BUNDLE = tiles.WIDTH * (tiles.MAX_ENTRY + 2)
MAX_FACE = 4 * 1024 * 1024
MAX_FACES = 1024 * 1024 * 1024
MAX_SIZE = 50_000_000  # entries: more are refused before anything is read
MAX_FAULTS = 20
AGAIN = 3  # readings of the faces of a record that grows meanwhile


@dataclass
class Report:
    """What came out. It holds if there are no faults."""

    head: note.TreeHead | None = None
    checkpoint: str = ""
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unsaid: int = 0  # faults beyond MAX_FAULTS

    @property
    def holds(self) -> bool:
        return not self.faults

    def fault(self, text: str) -> None:
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(text)
        else:
            self.unsaid += 1


def fetch_key(source: Source) -> note.Verifier:
    """The key that the record itself offers: to be trusted on first use at most."""
    return note.Verifier.parse(_text(source.read("key", 4096), "key"))


def verify(
    source: Source, key: note.Verifier, *, since: str | None = None, faces: bool | None = None
) -> Report:
    """Verifies all of a record.

    since: an older checkpoint (signed note) that it must continue. faces: True also fails if none are
    published though entries speak of some; None: the same; False leaves them out. Raises SourceError if data
    cannot be read.
    """
    report = Report()
    checker = _Checker(source, key, report)
    try:
        checker.checkpoint()
    except note.NoteError as error:
        report.fault(f"checkpoint: {error}")
        return report
    checker.log()
    if since is not None:
        checker.continues(since)
    if faces is not False and report.holds:
        checker.faces()
    return report


def _text(data: bytes, what: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise note.NoteError(f"{what} is not UTF-8") from None


@dataclass
class _Checker:
    source: Source
    key: note.Verifier
    report: Report
    entries: tree.Tree = field(
        default_factory=tree.Tree
    )  # over the leaves computed from the entries themselves
    last_face: dict[str, tuple[int, str | None]] = field(default_factory=dict)  # subject -> (entry, digest)

    def checkpoint(self) -> None:
        try:
            text = _text(self.source.read("checkpoint", MAX_CHECKPOINT), "the checkpoint")
        except Missing:
            raise Missing(f"there is no record at {self.source.place}, or it has no entry yet") from None
        head = note.open_checkpoint(text, self.key)
        if head.size > MAX_SIZE:
            raise SourceError(
                f"the record says it has {head.size:,} entries; this reads at most {MAX_SIZE:,}"
            )
        before = self.report.head
        if before is not None and head.size < before.size:
            raise note.NoteError(f"it went back from {before.size} entries to {head.size} while it was read")
        self.report.head, self.report.checkpoint = head, text

    @property
    def head(self) -> note.TreeHead:
        if self.report.head is None:
            raise RuntimeError("no checkpoint was read")
        return self.report.head

    # -- entries and tiles ------------------------------------------------------------------------
    def log(self) -> None:
        """Reads what has been added since the last reading and verifies all tiles up to the root."""
        size = self.head.size
        before = len(self.report.faults)
        start = len(self.entries)
        for place in tiles.tiles(size, None, start):
            self._bundle(place)
        if len(self.entries) != size:
            self.report.fault(f"there are {len(self.entries)} entries, the checkpoint says {size}")
            return
        for row in range(tiles.rows(size)):
            self._row(row, start)
        if self.entries.root() != self.head.root:
            self.report.fault(
                f"the entries do not give the root of checkpoint {size}: "
                f"{self.entries.root().hex()} instead of {self.head.root.hex()}"
            )
        if len(self.report.faults) == before and not start:
            self.report.notes.append(
                f"checkpoint {size:,}: signed by {self.key.name}, "
                f"{size:,} entries and all tiles lead to its root"
            )

    def _bundle(self, place: tiles.Tile) -> None:
        try:
            bundle = tiles.split_bundle(self.source.read(place.path, MAX_BUNDLE), place)
        except (Missing, TooLong, tiles.TileError) as error:
            self.report.fault(str(error))
            return
        if len(self.entries) < place.start:  # an earlier bundle is missing: places would not fit
            return
        for index, entry in enumerate(bundle, place.start):
            if index >= len(self.entries):
                self.entries.append(entry)
                self._entry(index, entry)

    def _entry(self, index: int, entry: bytes) -> None:
        try:
            said = json.loads(entry)
            if canonical.encode(said) != entry:
                raise ValueError("not canonical JSON")
            subject = said["subject"]
            if said["v"] != 1 or not isinstance(subject, str) or not isinstance(said["facts"], dict):
                raise ValueError("not an entry of version 1")
            if "face" in said:
                digest = said["face"]
                if digest is not None and not isinstance(digest, str):
                    raise ValueError("its face is no digest")
                self.last_face[subject] = (index, digest)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            self.report.fault(f"entry {index} cannot be read as an entry: {error}")

    def _row(self, row: int, start: int) -> None:
        level = row * tiles.HEIGHT
        for place in tiles.tiles(self.head.size, row, start >> level):
            try:
                stored = tiles.split_tile(self.source.read(place.path, tiles.WIDTH * tree.HASH_SIZE), place)
            except (Missing, TooLong, tiles.TileError) as error:
                self.report.fault(str(error))
                continue
            for at, digest in enumerate(stored, place.start):
                if digest != self.entries.node(level, at):
                    self.report.fault(
                        f"entry {at} does not have the hash that {place.path} says"
                        if row == 0
                        else f"{place.path}: hash {at - place.start}, over entries {at << level} to "
                        f"{((at + 1) << level) - 1}, is not that of the entries"
                    )

    # -- growth -----------------------------------------------------------------------------------
    def continues(self, since: str) -> None:
        """The record must have grown out of an older checkpoint."""
        try:
            old = note.open_checkpoint(since, self.key)
        except note.NoteError as error:
            self.report.fault(f"the older checkpoint: {error}")
            return
        if old.size > len(self.entries):
            self.report.fault(
                f"the record is shorter than it was: checkpoint {old.size} was signed before, now it is "
                f"{self.head.size}"
            )
        elif self.entries.root(old.size) != old.root:
            self.report.fault(
                f"the record was rewritten: its first {old.size} entries are not those of the checkpoint "
                f"of {old.size} that was signed before"
            )
        else:
            self.report.notes.append(f"it continues the older checkpoint {old.size:,}")

    # -- faces ------------------------------------------------------------------------------------
    def faces(self) -> None:
        """What the public pages say now must be what the last entry about each left there."""
        faults: list[str] = []
        for _ in range(AGAIN):
            faults, count = self._compare()
            size = self.head.size
            if not faults:
                if count:
                    self.report.notes.append(f"{count:,} public faces are as the entries left them")
                return
            try:
                self.checkpoint()  # an act in the meantime may be the whole reason
            except note.NoteError as error:
                self.report.fault(f"checkpoint: {error}")
                return
            if self.head.size == size:
                break
            self.log()
        for text in faults:
            self.report.fault(text)

    def _compare(self) -> tuple[list[str], int]:
        faults, seen = [], set()
        expected = {subject for subject, (_, digest) in self.last_face.items() if digest is not None}
        try:
            for subject, digest in self._published():
                if subject in seen:
                    faults.append(f"{subject}: its public face is given twice")
                seen.add(subject)
                index, entered = self.last_face.get(subject, (None, None))
                if entered is None:
                    said = "no entry speaks of it" if index is None else f"entry {index} took it away"
                    faults.append(f"{subject} has a public face, but {said}")
                elif digest != entered:
                    faults.append(f"{subject} does not say in public what entry {index} left there")
        except Missing:
            if expected:
                faults.append(f"faces.jsonl is missing, but entries speak of {len(expected)} public faces")
            return faults, 0
        except ValueError as error:
            faults.append(f"faces.jsonl: {error}")
            return faults, 0
        faults += [
            f"{subject} has no public face any more, but entry {self.last_face[subject][0]} left one"
            for subject in sorted(expected - seen)
        ]
        return faults, len(seen)

    def _published(self) -> Iterator[tuple[str, str]]:
        for number, line in enumerate(self.source.lines("faces.jsonl", MAX_FACE, MAX_FACES), 1):
            try:
                said: Any = json.loads(line)
                subject, face = said["subject"], said["face"]
                digest = hashlib.sha256(canonical.encode(face)).hexdigest()
            except (ValueError, TypeError, KeyError, RecursionError) as error:
                raise ValueError(f"line {number} cannot be read: {error}") from None
            if not isinstance(subject, str):
                raise ValueError(f"line {number} names no subject")
            yield subject, digest
