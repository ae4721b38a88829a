"""Trees against the published roots, the recursive definition of RFC 6962, and tampering."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summitry.engines.merkle.tree import (
    EMPTY_ROOT,
    ProofError,
    Tree,
    fold,
    frontier,
    hash_children,
    hash_leaf,
    inclusion_ranges,
    proof_sides,
    root_from_inclusion,
    verify_consistency,
    verify_inclusion,
)

# The reference inputs of the certificate-transparency implementations, and their roots.
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
MOST = 130


def mth(leaves):
    """MTH of RFC 6962, 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = split(len(leaves))
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def split(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def path(m, leaves):
    """PATH of RFC 6962, 2.1.1."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m, leaves, whole):
    """SUBPROOF of RFC 6962, 2.1.2."""
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


@pytest.fixture(scope="module")
def leaves():
    return [number.to_bytes(2, "big") * (number % 3) for number in range(MOST)]


@pytest.fixture(scope="module")
def tree(leaves):
    return Tree(leaves)


@pytest.fixture(scope="module")
def roots(leaves):
    return [mth(leaves[:size]) for size in range(MOST + 1)]


def test_reference_roots():
    tree = Tree()
    assert [tree.root().hex()] == ROOTS[:1]
    for size, data in enumerate(INPUTS, 1):
        assert tree.append(data) == size - 1
        assert tree.root().hex() == ROOTS[size]
    assert [tree.root(size).hex() for size in range(9)] == ROOTS
    assert EMPTY_ROOT.hex() == ROOTS[0]


def test_reference_inclusion_proof():
    steps = [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert [step.hex() for step in Tree(INPUTS).inclusion(0)] == steps


def test_roots_of_every_size_are_those_of_the_definition(tree, roots):
    assert [tree.root(size) for size in range(MOST + 1)] == roots


def test_fold_is_the_definition_over_leaf_hashes(leaves, roots):
    assert [fold([hash_leaf(leaf) for leaf in leaves[:size]]) for size in range(MOST + 1)] == roots


def test_every_inclusion_proof(tree, leaves, roots):
    for size in range(1, MOST + 1):
        for index in range(size):
            proof = tree.inclusion(index, size)
            assert proof == path(index, leaves[:size])
            verify_inclusion(hash_leaf(leaves[index]), index, size, proof, roots[size])
            assert len(proof_sides(index, size)) == len(proof)


def test_every_consistency_proof(tree, leaves, roots):
    for size in range(1, MOST + 1):
        for old in range(1, size + 1):
            proof = tree.consistency(old, size)
            assert proof == subproof(old, leaves[:size], True)
            verify_consistency(old, size, proof, roots[old], roots[size])


def test_sides_say_how_to_combine(tree, leaves, roots):
    for index in range(MOST):
        digest = hash_leaf(leaves[index])
        for left, step in zip(proof_sides(index, MOST), tree.inclusion(index), strict=True):
            digest = hash_children(step, digest) if left else hash_children(digest, step)
        assert digest == roots[MOST]


def test_an_append_costs_two_hashes_on_average(monkeypatch):
    made = []
    monkeypatch.setattr(
        "summitry.engines.merkle.tree.hash_children", lambda left, right: made.append(1) or bytes(32)
    )
    tree = Tree()
    for _ in range(4096):
        tree.append(b"")
    assert len(made) == 4095


@given(st.lists(st.binary(max_size=40), max_size=70), st.data())
@settings(max_examples=80, deadline=None)
def test_any_tree_proves_what_it_holds(leaves, data):
    tree = Tree(leaves)
    assert tree.root() == mth(leaves)
    size = data.draw(st.integers(0, len(leaves)))
    if size:
        old = data.draw(st.integers(1, size))
        verify_consistency(old, size, tree.consistency(old, size), mth(leaves[:old]), mth(leaves[:size]))
        index = data.draw(st.integers(0, size - 1))
        verify_inclusion(
            hash_leaf(leaves[index]), index, size, tree.inclusion(index, size), mth(leaves[:size])
        )


def variants(proof):
    """Each way to spoil a proof: a flipped bit in each step, one step less, one more, two swapped."""
    for at, step in enumerate(proof):
        yield [*proof[:at], bytes([step[0] ^ 1]) + step[1:], *proof[at + 1 :]]
        yield [*proof[:at], *proof[at + 1 :]]
        yield [*proof[:at], bytes(32), *proof[at:]]
    yield [*proof, bytes(32)]
    for at in range(len(proof) - 1):
        if proof[at] != proof[at + 1]:
            yield [*proof[:at], proof[at + 1], proof[at], *proof[at + 2 :]]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 33])
def test_a_spoiled_inclusion_proof_never_proves(size):
    tree = Tree(bytes([number]) for number in range(size))
    for index in range(size):
        leaf, proof, root = hash_leaf(bytes([index])), tree.inclusion(index), tree.root()
        for spoiled in variants(proof):
            with pytest.raises(ProofError):
                verify_inclusion(leaf, index, size, spoiled, root)
        with pytest.raises(ProofError):
            verify_inclusion(hash_leaf(b"another"), index, size, proof, root)
        with pytest.raises(ProofError):
            verify_inclusion(leaf, index, size, proof, bytes(32))
        for other in range(size):
            if other != index:
                with pytest.raises(ProofError):
                    verify_inclusion(leaf, other, size, proof, root)
        for outside in (-1, size, size + 1):
            with pytest.raises(ProofError):
                verify_inclusion(leaf, outside, size, proof, root)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 33])
def test_a_spoiled_consistency_proof_never_proves(size):
    tree = Tree(bytes([number]) for number in range(size))
    for old in range(1, size + 1):
        proof, before, after = tree.consistency(old), tree.root(old), tree.root()
        for spoiled in variants(proof):
            with pytest.raises(ProofError):
                verify_consistency(old, size, spoiled, before, after)
        with pytest.raises(ProofError):
            verify_consistency(old, size, proof, bytes(32), after)
        with pytest.raises(ProofError):
            verify_consistency(old, size, proof, before, bytes(32))
    with pytest.raises(ProofError):
        verify_consistency(size + 1, size, [], tree.root(), tree.root())
    for nothing in (-1, 0):
        with pytest.raises(ProofError):
            verify_consistency(nothing, size, [], EMPTY_ROOT, tree.root())


def test_an_empty_proof_between_two_sizes_proves_nothing():
    with pytest.raises(ProofError, match="empty"):
        verify_consistency(3, 5, [], bytes(32), bytes(32))


def test_a_hash_of_another_length_proves_nothing():
    with pytest.raises(ProofError, match="32 bytes"):
        verify_inclusion(b"", 0, 1, [], b"")
    with pytest.raises(ProofError, match="32 bytes"):
        verify_consistency(1, 2, [b""], EMPTY_ROOT, EMPTY_ROOT)


def test_one_leaf_needs_no_proof():
    verify_inclusion(hash_leaf(b"a"), 0, 1, [], hash_leaf(b"a"))
    assert root_from_inclusion(hash_leaf(b"a"), 0, 1, []) == hash_leaf(b"a")


def test_what_is_not_there_is_refused():
    tree = Tree([b"a"])
    with pytest.raises(ValueError, match="1 leaves, not 2"):
        tree.root(2)
    with pytest.raises(ValueError, match="entry 1 is not in a tree of 1"):
        tree.inclusion(1)
    with pytest.raises(ValueError, match="not the beginning"):
        tree.consistency(2, 1)
    with pytest.raises(ValueError, match="not the beginning"):
        tree.consistency(0, 1)
    with pytest.raises(ValueError, match="32 bytes, this has 3"):
        tree.append_hash(b"abc")
    with pytest.raises(ValueError, match="negative"):
        frontier(-1)
    with pytest.raises(ValueError, match="not in a tree"):
        inclusion_ranges(0, 0)
