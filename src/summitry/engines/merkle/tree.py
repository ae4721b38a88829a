"""Merkle trees of RFC 9162 (the hashing of RFC 6962): roots, inclusion and consistency proofs.

Leaves are bytes; every hash is 32 bytes of SHA-256. A tree of size n is the one over the first n leaves, so a
tree never changes: it grows. Source: RFC 9162, sections 2.1.1 to 2.1.4.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()

type Subtree = tuple[int, int]
"""(level, index): the complete subtree over the leaves [index << level, (index + 1) << level)."""

type Reader = Callable[[Sequence[Subtree]], list[bytes]]
"""Gives the hashes of complete subtrees, in the order asked."""


class ProofError(ValueError):
    """A proof does not prove what it should; the message says why."""


def hash_leaf(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def hash_children(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over hashes that are leaves or the roots of equally large complete subtrees."""
    if not hashes:
        return EMPTY_ROOT
    row = list(hashes)
    while len(row) > 1:
        paired = [hash_children(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
        if len(row) % 2:
            paired.append(row[-1])
        row = paired
    return row[0]


def frontier(size: int) -> list[Subtree]:
    """The complete subtrees that make a tree of this size, left to right: one for each bit of the size."""
    if size < 0:
        raise ValueError("a tree has no negative size")
    found, start = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            found.append((level, start >> level))
            start += 1 << level
    return found


def root_of_frontier(hashes: Sequence[bytes]) -> bytes:
    """The root from the hashes of `frontier(size)`."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = hash_children(left, root)
    return root


class Tree:
    """An append-only tree in memory that keeps every node: an append costs one leaf hash and, on average, one
    more.

    >>> tree = Tree([b"a", b"b", b"c"])
    >>> verify_inclusion(hash_leaf(b"b"), 1, 3, tree.inclusion(1), tree.root())
    """

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._rows: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.append(leaf)

    def __len__(self) -> int:
        return len(self._rows[0])

    def append(self, data: bytes) -> int:
        """Adds a leaf and returns its index."""
        return self.append_hash(hash_leaf(data))

    def append_hash(self, digest: bytes) -> int:
        """Adds a leaf whose hash is known already and returns its index."""
        if len(digest) != HASH_SIZE:
            raise ValueError(f"a leaf hash has {HASH_SIZE} bytes, this has {len(digest)}")
        index = len(self)
        level = 0
        while True:
            if level == len(self._rows):
                self._rows.append([])
            row = self._rows[level]
            row.append(digest)
            if len(row) % 2:
                return index
            digest = hash_children(row[-2], row[-1])
            level += 1

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree."""
        return self._rows[level][index]

    def _read(self, wanted: Sequence[Subtree]) -> list[bytes]:
        return [self._rows[level][index] for level, index in wanted]

    def _within(self, size: int | None) -> int:
        size = len(self) if size is None else size
        if not 0 <= size <= len(self):
            raise ValueError(f"the tree has {len(self)} leaves, not {size}")
        return size

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` leaves (default: all)."""
        return root_of_frontier(self._read(frontier(self._within(size))))

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        return inclusion_proof(index, self._within(size), self._read)

    def consistency(self, old: int, size: int | None = None) -> list[bytes]:
        return consistency_proof(old, self._within(size), self._read)


# -- making proofs --------------------------------------------------------------------------------
def _split(size: int) -> int:
    """The largest power of two smaller than size."""
    return 1 << (size - 1).bit_length() - 1


def _parts(start: int, end: int) -> list[Subtree]:
    """The complete subtrees under the tree over the leaves [start, end), where start is aligned as the RFC
    splits.
    """
    return [(level, (start >> level) + index) for level, index in frontier(end - start)]


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """The leaf ranges whose roots prove that leaf `index` is in a tree of `size` leaves, lowest first."""
    if not 0 <= index < size:
        raise ValueError(f"entry {index} is not in a tree of {size}")
    ranges, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(old: int, size: int) -> list[tuple[int, int]]:
    """The leaf ranges whose roots prove that a tree of `old` leaves is the beginning of one of `size`."""
    if not 0 < old <= size:
        raise ValueError(f"a tree of {old} is not the beginning of one of {size}")
    if old == size:
        return []
    ranges, start, end, whole = [], 0, size, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start, whole = middle, False
    if not whole:
        ranges.append((start, end))
    return ranges[::-1]


def _roots(ranges: Sequence[tuple[int, int]], read: Reader) -> list[bytes]:
    parts = [_parts(start, end) for start, end in ranges]
    hashes = iter(read([subtree for part in parts for subtree in part]))
    return [root_of_frontier([next(hashes) for _ in part]) for part in parts]


def inclusion_proof(index: int, size: int, read: Reader) -> list[bytes]:
    """The hashes that lead from leaf `index` to the root of a tree of `size`, lowest first. `read` is called
    once.
    """
    return _roots(inclusion_ranges(index, size), read)


def consistency_proof(old: int, size: int, read: Reader) -> list[bytes]:
    """The hashes that show that the tree of `old` leaves is the beginning of that of `size` (0 < old <=
    size).
    """
    return _roots(consistency_ranges(old, size), read)


# -- checking proofs ------------------------------------------------------------------------------
def proof_sides(index: int, size: int) -> list[bool]:
    """For each hash of an inclusion proof, lowest first: True if it stands on the left."""
    return [start < index for start, end in inclusion_ranges(index, size)]


def _check_length(*hashes: bytes) -> None:
    if any(len(digest) != HASH_SIZE for digest in hashes):
        raise ProofError(f"a hash has {HASH_SIZE} bytes")


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root to which a proof leads (RFC 9162, 2.1.3.2). Raises ProofError if its length is wrong."""
    if not 0 <= index < size:
        raise ProofError(f"entry {index} is not in a tree of {size}")
    _check_length(leaf, *proof)
    place, last, root = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise ProofError("the proof is longer than the tree is high")
        if place % 2 or place == last:
            root = hash_children(step, root)
            while not place % 2 and place:
                place, last = place >> 1, last >> 1
        else:
            root = hash_children(root, step)
        place, last = place >> 1, last >> 1
    if last:
        raise ProofError("the proof is shorter than the tree is high")
    return root


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raises ProofError unless the leaf hash stands at `index` of the tree with this size and root."""
    if root_from_inclusion(leaf, index, size, proof) != root:
        raise ProofError("the proof leads to another root")


def verify_consistency(old: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes) -> None:
    """Raises ProofError unless the tree of `old` is the beginning of that of `size` (RFC 9162, 2.1.4.2)."""
    if not 0 < old <= size:
        raise ProofError(f"a tree of {old} is not the beginning of one of {size}")
    if old == size:
        if proof:
            raise ProofError("nothing is to be proven, but there is a proof")
        if old_root != root:
            raise ProofError("two roots for one size")
        return
    _check_length(old_root, *proof)
    steps = list(proof)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        raise ProofError("the proof is empty")
    place, last = old - 1, size - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise ProofError("the proof is longer than the tree is high")
        if place % 2 or place == last:
            before, after = hash_children(step, before), hash_children(step, after)
            while not place % 2 and place:
                place, last = place >> 1, last >> 1
        else:
            after = hash_children(after, step)
        place, last = place >> 1, last >> 1
    if last:
        raise ProofError("the proof is shorter than the tree is high")
    if before != old_root:
        raise ProofError("the proof leads to another old root")
    if after != root:
        raise ProofError("the proof leads to another root")
