"""The record as the public gets it: the same bytes over HTTP and in an exported directory."""

from collections.abc import Iterator
from itertools import batched

from summitry.engines.merkle import receipt, tiles, tree

from . import canonical, keys, log, registry
from .models import Checkpoint, Entry, Node

FACES_AT_ONCE = 200


def key() -> str:
    """The key that verifies checkpoints (vkey of c2sp.org/signed-note), with a newline."""
    return f"{keys.signer().verifier}\n"


def tile(wanted: tiles.Tile) -> bytes:
    """The bytes of a tile or a bundle of entries as stored; one query. What is missing is missing in them,
    too.
    """
    if wanted.row is None:
        bodies = Entry.objects.filter(index__gte=wanted.start, index__lt=wanted.end).order_by("index")
        return tiles.join_bundle([bytes(body) for body in bodies.values_list("body", flat=True)])
    if wanted.row == 0:
        leaves = Entry.objects.filter(index__gte=wanted.start, index__lt=wanted.end).order_by("index")
        return b"".join(leaves.values_list("leaf", flat=True))
    nodes = Node.objects.filter(row=wanted.row, place__gte=wanted.start, place__lt=wanted.end)
    return b"".join(nodes.order_by("place").values_list("hash", flat=True))


def proof(index: int, size: int) -> list[bytes]:
    """The hashes that lead from an entry to the root of the tree of `size`; at most two queries."""
    return tree.inclusion_proof(index, size, tiles.subtree_reader(log.read_spans))


def receipt_of(entry: Entry, head: Checkpoint) -> receipt.Receipt:
    return receipt.Receipt(entry.index, tuple(proof(entry.index, head.size)), head.note, bytes(entry.body))


def faces() -> Iterator[bytes]:
    """For each subject with a public face now, one line of canonical JSON: subject and face."""
    for reference, face in present_faces():
        yield canonical.encode({"subject": reference, "face": face}, reference) + b"\n"


def present_faces() -> Iterator[tuple[str, object]]:
    """Each subject with a public face now, and that face. One query a kind of subject, and what its faces
    cost.
    """
    for name, subject in sorted(registry.subjects.items()):
        if not registry.has_face(f"{name}:"):
            continue
        entered = Entry.objects.filter(subject__startswith=f"{name}:").values_list("subject", flat=True)
        known = {one.removeprefix(f"{name}:") for one in entered.distinct().iterator()}
        if subject.keys is not None:
            known.update(subject.keys())
        for some in batched(sorted(known), FACES_AT_ONCE, strict=False):
            found = subject.faces_of(list(some))
            for one in some:
                if one in found:
                    yield f"{name}:{one}", found[one]


def files(head: Checkpoint) -> Iterator[tiles.Tile]:
    """Every tile and bundle of a tree."""
    yield from tiles.tiles(head.size, None)
    for row in range(tiles.rows(head.size)):
        yield from tiles.tiles(head.size, row)
