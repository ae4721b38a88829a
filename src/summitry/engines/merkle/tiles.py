"""The tree as files: tiles and entry bundles of c2sp.org/tlog-tiles (tile height 8).

Only the hashes on every eighth level are kept ("tile rows": row 0 holds the leaf hashes, row 1 the roots over
256 leaves each, row 2 over 65,536, …); all others follow from at most 256 of those.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .tree import HASH_SIZE, Reader, Subtree, fold, frontier, root_of_frontier

HEIGHT = 8
WIDTH = 1 << HEIGHT
MAX_ROW = 63
MAX_ENTRY = 0xFFFF  # bytes of one entry: its length is written in two bytes
_PATH = re.compile(r"tile/(entries|0|[1-9]\d?)/((?:x\d{3}/){0,5})(\d{3})(?:\.p/([1-9]\d{0,2}))?\Z", re.ASCII)


class TileError(ValueError):
    """A tile, a bundle or a path is not what it should be; the message says why."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A place in the tree: `row` None is a bundle of entries. `width` is 256 unless the tile is partial."""

    row: int | None
    index: int
    width: int = WIDTH

    @property
    def full(self) -> bool:
        return self.width == WIDTH

    @property
    def start(self) -> int:
        """Place in its row of the first hash (or index of the first entry)."""
        return self.index * WIDTH

    @property
    def end(self) -> int:
        return self.start + self.width

    @property
    def needs(self) -> int:
        """The smallest tree that has this tile."""
        return self.end << HEIGHT * (self.row or 0)

    @property
    def path(self) -> str:
        rest, last = divmod(self.index, 1000)
        parts = [f"{last:03d}"]
        while rest:
            rest, part = divmod(rest, 1000)
            parts.append(f"x{part:03d}")
        name = "/".join(reversed(parts))
        row = "entries" if self.row is None else self.row
        return f"tile/{row}/{name}" + ("" if self.full else f".p/{self.width}")

    @classmethod
    def parse(cls, path: str) -> "Tile":
        found = _PATH.match(path)
        if found is None:
            raise TileError("not the path of a tile")
        row, before, last, width = found.groups()
        tile = cls(
            None if row == "entries" else int(row),
            int(before.replace("x", "").replace("/", "") + last),
            int(width) if width else WIDTH,
        )
        if tile.path != path or (tile.row or 0) > MAX_ROW:
            raise TileError("not the path of a tile")
        return tile


def row_length(size: int, row: int) -> int:
    """How many hashes row `row` holds in a tree of this size."""
    return size >> HEIGHT * row


def rows(size: int) -> int:
    """How many rows a tree of this size has."""
    return (size.bit_length() + HEIGHT - 1) // HEIGHT


def tiles(size: int, row: int | None, start: int = 0) -> list[Tile]:
    """The tiles of a row in a tree of this size, from the one that holds place `start`; the last may be
    partial.
    """
    length = row_length(size, row or 0)
    return [
        Tile(row, index, min(WIDTH, length - index * WIDTH))
        for index in range(start // WIDTH, (length + WIDTH - 1) // WIDTH)
    ]


def split_tile(data: bytes, tile: Tile) -> list[bytes]:
    """The hashes in a tile."""
    if len(data) != tile.width * HASH_SIZE:
        raise TileError(f"{tile.path} has {len(data)} bytes, not {tile.width * HASH_SIZE}")
    return [data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)]


def join_bundle(entries: Sequence[bytes]) -> bytes:
    """Entries as one bundle: each after its length in two bytes, big-endian."""
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > MAX_ENTRY:
            raise TileError(f"an entry has at most {MAX_ENTRY:,} bytes, this has {len(entry):,}")
        parts += (len(entry).to_bytes(2, "big"), entry)
    return b"".join(parts)


def split_bundle(data: bytes, tile: Tile) -> list[bytes]:
    """The entries in a bundle."""
    found, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        entry = data[at + 2 : at + 2 + length]
        if at + 2 > len(data) or len(entry) != length:
            raise TileError(f"{tile.path} ends in the middle of an entry")
        found.append(entry)
        at += 2 + length
    if len(found) != tile.width:
        raise TileError(f"{tile.path} holds {len(found)} entries, not {tile.width}")
    return found


# -- from rows to any node ------------------------------------------------------------------------
type Span = tuple[int, int, int]
"""(row, start, end): a stretch of a row."""

type SpanReader = Callable[[Sequence[Span]], list[list[bytes]]]
"""Gives the hashes of stretches of rows, in the order asked."""


def span(subtree: Subtree) -> Span:
    """The stretch of a row from which the hash of a complete subtree follows."""
    level, index = subtree
    row, rest = divmod(level, HEIGHT)
    return row, index << rest, index + 1 << rest


def subtree_reader(read: SpanReader) -> Reader:
    """A reader of any complete subtree for `tree.inclusion_proof` and its like, on top of rows; `read` is
    called once.
    """

    def reader(wanted: Sequence[Subtree]) -> list[bytes]:
        return [fold(hashes) for hashes in read([span(subtree) for subtree in wanted])]

    return reader


def root(size: int, read: SpanReader) -> bytes:
    """The root of a tree of this size, from its rows."""
    return root_of_frontier(subtree_reader(read)(frontier(size)))


def grown(
    old: int, leaves: Sequence[bytes], tails: Sequence[Sequence[bytes]]
) -> tuple[list[list[bytes]], bytes]:
    """Appends leaf hashes to a tree of `old` leaves of which only the tails are at hand.

    tails: for each row, the hashes after its last full tile (row r: places from row_length(old, r) // 256 *
    256 on). Returns the new hashes of each row (row 0: the leaves themselves) and the root after them.
    """
    fresh: list[list[bytes]] = []
    size = old + len(leaves)
    new = list(leaves)
    right: list[list[bytes]] = []
    for row in range(max(rows(size), 1)):
        length = row_length(old, row)
        tail = list(tails[row]) if row < len(tails) else []
        if len(tail) != length % WIDTH:
            raise TileError(f"row {row} needs a tail of {length % WIDTH}, this has {len(tail)}")
        fresh.append(new)
        both = tail + new
        full = len(both) // WIDTH * WIDTH
        right.append(both[full:])
        new = [fold(both[at : at + WIDTH]) for at in range(0, full, WIDTH)]
    edge: list[bytes] = []
    for hashes in reversed(right):
        edge += _complete(hashes)
    return fresh, root_of_frontier(edge)


def _complete(hashes: Sequence[bytes]) -> list[bytes]:
    """The roots of the complete subtrees over hashes at the right edge, largest first."""
    return [fold(hashes[index << level : index + 1 << level]) for level, index in frontier(len(hashes))]
