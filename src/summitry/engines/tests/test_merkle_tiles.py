"""Tiles: the paths and sizes of the specification, and every node and root from rows alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summitry.engines.merkle import tiles
from summitry.engines.merkle.tiles import Tile, TileError
from summitry.engines.merkle.tree import Tree, consistency_proof, inclusion_proof


def rows_of(tree):
    return [
        [tree.node(row * 8, place) for place in range(tiles.row_length(len(tree), row))]
        for row in range(tiles.rows(len(tree)))
    ]


def reader(tree):
    rows = rows_of(tree)
    return lambda spans: [rows[row][start:end] for row, start, end in spans]


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(2, 1234067), "tile/2/x001/x234/067"),
        (Tile(None, 999), "tile/entries/999"),
        (Tile(None, 1000, 7), "tile/entries/x001/000.p/7"),
        (Tile(63, 5, 255), "tile/63/005.p/255"),
    ],
)
def test_paths(tile, path):
    assert tile.path == path
    assert Tile.parse(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "", "tile/0/0", "tile/0/0000", "tile/00/000", "tile/-1/000", "tile/64/000", "tile/0/000.p/0",
        "tile/0/000.p/256", "tile/0/000.p/007", "tile/0/000.p/", "tile/0/x000/000", "tile/0/001/000",
        "tile/0/x001/x000", "tile/entries", "tile/data/000", "tile/0/000\n", "tile/0/٠٠٠", "tile/0/../000",
        "/tile/0/000", "tile/0/000/",
    ],
)  # fmt: skip
def test_what_is_no_path(path):
    with pytest.raises(TileError):
        Tile.parse(path)


@given(st.integers(0, 10**17), st.integers(1, 256), st.one_of(st.none(), st.integers(0, 63)))
def test_every_path_reads_back(index, width, row):
    tile = Tile(row, index, width)
    assert Tile.parse(tile.path) == tile


def test_the_specification_counts_tiles_like_this():
    """c2sp.org/tlog-tiles: the example of 70,000 entries, and of 256."""
    zero, one, two = (tiles.tiles(70_000, row) for row in range(3))
    assert (len(zero), zero[-1].width, sum(tile.full for tile in zero)) == (274, 112, 273)
    assert [(tile.full, tile.width) for tile in one] == [(True, 256), (False, 17)]
    assert [tile.width for tile in two] == [1]
    assert tiles.rows(70_000) == 3
    assert [[tile.width for tile in tiles.tiles(256, row)] for row in range(tiles.rows(256))] == [[256], [1]]
    assert tiles.rows(255) == 1
    assert tiles.tiles(0, None) == []


def test_what_a_tile_needs():
    assert Tile(0, 0, 3).needs == 3
    assert Tile(None, 1, 3).needs == 259
    assert Tile(1, 0, 2).needs == 512
    assert Tile(1, 0).needs == 65_536


@pytest.fixture(scope="module")
def large():
    return Tree(number.to_bytes(3, "big") for number in range(1300))


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 700, 1024, 1299, 1300])
def test_roots_and_proofs_from_rows(large, size):
    tree = Tree(number.to_bytes(3, "big") for number in range(size))
    read = reader(tree)
    assert tiles.root(size, read) == large.root(size)
    for index in {0, 1, size // 2, size - 1}:
        if index < size:
            assert inclusion_proof(index, size, tiles.subtree_reader(read)) == large.inclusion(index, size)
    for old in {1, size // 3 or 1, size - 1 or 1, size}:
        assert consistency_proof(old, size, tiles.subtree_reader(read)) == large.consistency(old, size)


@given(st.lists(st.integers(0, 600), min_size=1, max_size=6))
@settings(max_examples=25, deadline=None)
def test_growing_by_tails_is_growing_whole(steps):
    """However entries come in batches, rows and roots are those of the whole tree."""
    whole, rows = Tree(), []
    for count in steps:
        old = len(whole)
        leaves = []
        for number in range(old, old + count):
            whole.append(number.to_bytes(3, "big"))
            leaves.append(whole.node(0, number))
        tails = [row[len(row) // 256 * 256 :] for row in rows]
        fresh, root = tiles.grown(old, leaves, tails)
        rows += [[] for _ in range(len(fresh) - len(rows))]
        for row, hashes in zip(rows, fresh, strict=True):
            row += hashes
        assert root == whole.root()
    assert [row for row in rows if row] == rows_of(whole)


def test_growing_refuses_a_tail_that_does_not_fit():
    with pytest.raises(TileError, match="row 0 needs a tail of 3, this has 2"):
        tiles.grown(3, [bytes(32)], [[bytes(32)] * 2])


def test_a_tile_of_a_wrong_length():
    assert tiles.split_tile(b"a" * 32 + b"b" * 32, Tile(0, 0, 2)) == [b"a" * 32, b"b" * 32]
    with pytest.raises(TileError, match=r"tile/0/000\.p/2 has 63 bytes, not 64"):
        tiles.split_tile(b"a" * 63, Tile(0, 0, 2))


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=20))
def test_a_bundle_reads_back(entries):
    assert tiles.split_bundle(tiles.join_bundle(entries), Tile(None, 0, len(entries))) == entries


def test_bundles_by_the_byte():
    assert tiles.join_bundle([b"ab", b"", b"c"]) == b"\x00\x02ab\x00\x00\x00\x01c"
    assert tiles.split_bundle(tiles.join_bundle([b"x" * 65535]), Tile(None, 0, 1)) == [b"x" * 65535]
    with pytest.raises(TileError, match="at most 65,535 bytes, this has 65,536"):
        tiles.join_bundle([b"x" * 65536])


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x00\x02a", "middle of an entry"),
        (b"\x00\x01a\x00", "middle of an entry"),
        (b"", "holds 0 entries, not 1"),
        (b"\x00\x01a\x00\x01b", "holds 2 entries, not 1"),
    ],
)
def test_a_spoiled_bundle(data, why):
    with pytest.raises(TileError, match=why):
        tiles.split_bundle(data, Tile(None, 0, 1))
