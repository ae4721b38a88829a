"""The stored log: rows of hashes read by range, entries appended, checkpoints sealed. Called inside an act
only.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from django.db import connection
from django.db.models import Max, Q
from django.utils import timezone

from summitry import kept
from summitry.engines.merkle import note, tiles, tree

from . import canonical, keys, registry
from .models import Checkpoint, Entry, Node

LOCK = 0x5245434F5244  # of PostgreSQL's advisory locks: "RECORD"


class BrokenLog(RuntimeError):
    """What is stored does not fit the last checkpoint: nothing more is signed until somebody has looked."""


def lock() -> None:
    """Appends wait for each other until the end of the transaction. SQLite's are one at a time anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def next_index() -> int:
    last = Entry.objects.aggregate(last=Max("index"))["last"]
    return 0 if last is None else last + 1


def read_spans(spans: Sequence[tiles.Span]) -> list[list[bytes]]:
    """Stretches of the rows of hashes; at most two queries, however many stretches."""
    found: dict[tuple[int, int], bytes] = {}
    below = [Q(index__gte=start, index__lt=end) for row, start, end in _merged(spans) if not row]
    if below:
        for index, leaf in Entry.objects.filter(reduce(or_, below)).values_list("index", "leaf"):
            found[0, index] = bytes(leaf)
    above = [Q(row=row, place__gte=start, place__lt=end) for row, start, end in _merged(spans) if row]
    if above:
        hashes = Node.objects.filter(reduce(or_, above)).values_list("row", "place", "hash")
        for row, place, digest in hashes:
            found[row, place] = bytes(digest)
    try:
        return [[found[row, place] for place in range(start, end)] for row, start, end in spans]
    except KeyError as error:
        raise BrokenLog(f"the hash at {error} is missing") from error


def _merged(spans: Sequence[tiles.Span]) -> list[tiles.Span]:
    """The same stretches, neighbours joined: those of a proof lie side by side but for the entry itself."""
    joined: list[tiles.Span] = []
    for row, start, end in sorted(spans):
        if start == end:
            continue
        if joined and joined[-1][0] == row and start <= joined[-1][2] + 1:
            joined[-1] = (row, joined[-1][1], max(end, joined[-1][2]))
        else:
            joined.append((row, start, end))
    return joined


def seal() -> Checkpoint | None:
    """One checkpoint over all entries, if there are some since the last one. Their faces are taken now."""
    last = Checkpoint.objects.order_by("-size").first()
    old = last.size if last else 0
    fresh = list(Entry.objects.filter(index__gte=old).order_by("index"))
    if not fresh:
        return None
    if [entry.index for entry in fresh] != list(range(old, old + len(fresh))):
        raise BrokenLog(f"entries are missing after {old}")
    _take_faces(fresh)
    tails = read_spans(
        [
            (row, tiles.row_length(old, row) // tiles.WIDTH * tiles.WIDTH, tiles.row_length(old, row))
            for row in range(tiles.rows(old))
        ]
    )
    if last and tiles.grown(old, [], tails)[1] != last.root:
        raise BrokenLog(f"the stored hashes do not give the root of checkpoint {old}")
    rows, root = tiles.grown(old, [bytes(entry.leaf) for entry in fresh], tails)
    Node.objects.bulk_create(
        Node(row=row, place=tiles.row_length(old, row) + at, hash=digest)
        for row, hashes in enumerate(rows)
        if row
        for at, digest in enumerate(hashes)
    )
    size = old + len(fresh)
    signer = keys.signer()
    text = note.TreeHead(signer.name, size, root).text()
    return Checkpoint.objects.create(
        size=size, root=root, at=timezone.now(), note=note.sign_note(text, signer)
    )


def _take_faces(fresh: list[Entry]) -> None:
    """Each entry whose subject has a face gets the digest of the face as the act leaves it."""
    about = [entry for entry in fresh if "face" in entry.said]
    if not about:
        return
    faces = registry.faces_of(dict.fromkeys(entry.subject for entry in about))
    for entry in about:
        face = faces.get(entry.subject)
        write(entry, {**entry.said, "face": None if face is None else digest(face, entry.subject)})
    with kept.only():  # each was entered in this act, and has retired what is to be retired
        Entry.objects.bulk_update(about, ["body", "leaf"], batch_size=200)


def write(entry: Entry, said: dict[str, canonical.Json]) -> None:
    """Sets an entry's body and the leaf hash that follows from it; does not save."""
    entry.body = canonical.encode(said, "entry")
    if len(entry.body) > tiles.MAX_ENTRY:
        raise ValueError(
            f"an entry has at most {tiles.MAX_ENTRY:,} bytes, this has {len(entry.body):,}: "
            "enter a digest instead"
        )
    entry.leaf = tree.hash_leaf(entry.body)
    entry.said = said


def digest(face: object, where: str = "face") -> str:
    """SHA-256 of a face's canonical bytes, in hex."""
    return hashlib.sha256(canonical.encode(face, where)).hexdigest()


def moment(at: datetime) -> str:
    """A moment as entries write it: UTC, RFC 3339, microseconds."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
