"""The tree is RFC 6962's: published roots, an independent second opinion, and properties of every proof."""

from hashlib import sha256
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.merkle import (
    EMPTY_ROOT,
    HASH_BYTES,
    MAX_PROOF_HASHES,
    Frontier,
    consistency_path,
    consistency_proof,
    inclusion_path,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    subtrees,
    verify_consistency,
    verify_inclusion,
)

# The eight inputs and the roots of the trees over the first 0 to 8 of them, as Certificate Transparency publishes them.
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
    bytes.fromhex(text)
    for text in (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
LEAVES = [leaf_hash(entry) for entry in INPUTS]
PLENTY = [leaf_hash(number.to_bytes(4)) for number in range(600)]
QUICK = settings(deadline=None, max_examples=150)


@st.composite
def inclusions(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(st.integers(1, len(PLENTY)))
    return draw(st.integers(0, size - 1)), size


@st.composite
def growths(draw: st.DrawFn) -> tuple[int, int]:
    new = draw(st.integers(1, len(PLENTY)))
    return draw(st.integers(1, new)), new


def plain_root(leaves: list[bytes]) -> bytes:
    """The recursive definition of RFC 9162 section 2.1.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + plain_root(leaves[:split]) + plain_root(leaves[split:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_published_roots(size: int) -> None:
    assert root(LEAVES[:size]) == ROOTS[size]
    assert Frontier().extend(LEAVES[:size]).root() == ROOTS[size]


def test_published_inclusion_proof() -> None:
    assert inclusion_proof(0, LEAVES) == (
        bytes.fromhex("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"),
        bytes.fromhex("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"),
        bytes.fromhex("6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"),
    )


def test_published_consistency_proof() -> None:
    assert consistency_proof(2, 5, LEAVES) == (
        bytes.fromhex("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"),
        bytes.fromhex("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"),
    )


@pytest.mark.parametrize("size", [*range(70), 127, 128, 129, 255, 256, 257, 600])
def test_roots_equal_the_recursive_definition_and_a_second_implementation(size: int) -> None:
    tree = InmemoryTree.init_from_entries([number.to_bytes(4) for number in range(size)], algorithm="sha256")
    assert root(PLENTY[:size]) == plain_root(PLENTY[:size]) == tree.get_root()
    for index in range(0, size, 7):
        leaf, *path = cast("list[bytes]", tree.prove_inclusion(index + 1).path)
        assert leaf == PLENTY[index]
        assert inclusion_proof(index, PLENTY[:size]) == tuple(path)


@QUICK
@given(st.lists(st.integers(0, 80), max_size=8))
def test_a_frontier_grown_in_any_steps_is_the_tree(steps: list[int]) -> None:
    frontier, leaves = Frontier(), PLENTY[: sum(steps)]
    start = 0
    for step in steps:
        frontier = frontier.extend(PLENTY[start : start + step])
        start += step
        frontier = Frontier(frontier.size, frontier.hashes)
    assert frontier.size == len(leaves)
    assert frontier.root() == root(leaves)


def test_a_frontier_keeps_its_subtrees_from_large_to_small() -> None:
    frontier = Frontier()
    for leaf in LEAVES[:7]:
        frontier = frontier.append(leaf)
    assert frontier.hashes == (root(LEAVES[:4]), root(LEAVES[4:6]), LEAVES[6])
    assert Frontier().root() == EMPTY_ROOT


@pytest.mark.parametrize(
    ("size", "hashes"),
    [(-1, ()), (1, ()), (3, (b"a" * 32,)), (1, (b"a" * 31,)), (0, (b"a" * 32,)), (2**63, (b"a" * 32,))],
)
def test_a_frontier_that_fits_no_tree_is_refused(size: int, hashes: tuple[bytes, ...]) -> None:
    with pytest.raises(ValueError, match="frontier"):
        Frontier(size, hashes)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_frontier_takes_hashes_only(length: int) -> None:
    with pytest.raises(ValueError, match="has 32 bytes"):
        Frontier(1, (LEAVES[0],)).append(b"x" * length)


@QUICK
@given(inclusions())
def test_every_inclusion_proof_verifies(case: tuple[int, int]) -> None:
    index, size = case
    leaves = PLENTY[:size]
    verify_inclusion(
        leaf=leaves[index], index=index, size=size, proof=inclusion_proof(index, leaves), root=root(leaves)
    )


@QUICK
@given(growths())
def test_every_consistency_proof_verifies(case: tuple[int, int]) -> None:
    old, new = case
    verify_consistency(
        old_size=old,
        old_root=root(PLENTY[:old]),
        new_size=new,
        new_root=root(PLENTY[:new]),
        proof=consistency_proof(old, new, PLENTY),
    )


def flipped(data: bytes, bit: int) -> bytes:
    return data[: bit // 8] + bytes([data[bit // 8] ^ (1 << bit % 8)]) + data[bit // 8 + 1 :]


def damaged(proof: tuple[bytes, ...], data: st.DataObject) -> tuple[bytes, ...]:
    """One bit flipped, one hash cut short, left out, doubled or added, or two swapped: never the proof itself."""
    at = data.draw(st.integers(0, len(proof)))
    if at == len(proof):
        return (*proof, data.draw(st.sampled_from([*PLENTY[:3], b""])))
    head, part, tail = proof[:at], proof[at], proof[at + 1 :]
    choices: list[tuple[bytes, ...]] = [
        (*head, flipped(part, data.draw(st.integers(0, 8 * HASH_BYTES - 1))), *tail),
        (*head, part[:-1], *tail),
        (*head, *tail),
        (*head, part, part, *tail),
    ]
    if tail and tail[0] != part:
        choices.append((*head, tail[0], part, *tail[1:]))
    return data.draw(st.sampled_from(choices))


@QUICK
@given(inclusions(), st.data())
def test_damaged_inclusion_proofs_are_refused(case: tuple[int, int], data: st.DataObject) -> None:
    index, size = case
    leaves = PLENTY[:size]
    proof, top, leaf = inclusion_proof(index, leaves), root(leaves), leaves[index]
    bit = data.draw(st.integers(0, 255))
    other = data.draw(st.integers(-1, size).filter(lambda number: number != index))
    with pytest.raises(VerificationError):
        verify_inclusion(leaf=leaf, index=index, size=size, proof=damaged(proof, data), root=top)
    with pytest.raises(VerificationError):
        verify_inclusion(leaf=flipped(leaf, bit), index=index, size=size, proof=proof, root=top)
    with pytest.raises(VerificationError):
        verify_inclusion(leaf=leaf, index=index, size=size, proof=proof, root=flipped(top, bit))
    with pytest.raises(VerificationError):
        verify_inclusion(leaf=leaf, index=other, size=size, proof=proof, root=top)


@QUICK
@given(growths(), st.data())
def test_damaged_consistency_proofs_are_refused(case: tuple[int, int], data: st.DataObject) -> None:
    old, new = case
    proof, old_root, new_root = consistency_proof(old, new, PLENTY), root(PLENTY[:old]), root(PLENTY[:new])
    bit = data.draw(st.integers(0, 255))

    def refused(**change: object) -> None:
        given_ = {"old_size": old, "old_root": old_root, "new_size": new, "new_root": new_root, "proof": proof}
        with pytest.raises(VerificationError):
            verify_consistency(**cast("dict[str, int]", given_ | change))  # type: ignore[arg-type]  # whole numbers and lists of hashes

    refused(proof=damaged(proof, data))
    refused(old_root=flipped(old_root, bit))
    refused(new_root=flipped(new_root, bit))
    refused(old_size=0)
    if old != new:
        refused(old_root=new_root, new_root=old_root)
        refused(old_size=new)


def test_a_leaf_does_not_pass_for_a_node() -> None:
    assert leaf_hash(LEAVES[0] + LEAVES[1]) != node_hash(LEAVES[0], LEAVES[1])


@pytest.mark.parametrize("size", range(1, 9))
def test_a_proof_that_goes_on_above_the_root_is_refused_for_that(size: int) -> None:
    leaves, more = LEAVES[:size], (LEAVES[0],)
    with pytest.raises(VerificationError, match="too long"):
        verify_inclusion(leaf=leaves[0], index=0, size=size, proof=inclusion_proof(0, leaves) + more, root=root(leaves))
    if size > 1:
        proof = consistency_proof(1, size, leaves) + more
        with pytest.raises(VerificationError, match="too long"):
            verify_consistency(old_size=1, old_root=leaves[0], new_size=size, new_root=root(leaves), proof=proof)


def test_proofs_of_unbounded_length_are_refused() -> None:
    with pytest.raises(VerificationError, match="at most"):
        verify_inclusion(
            leaf=LEAVES[0], index=0, size=2**62, proof=[LEAVES[0]] * (MAX_PROOF_HASHES + 1), root=LEAVES[0]
        )


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_proofs_hold_whole_hashes_alone(length: int) -> None:
    part = b"x" * length
    with pytest.raises(VerificationError, match="32 bytes"):
        verify_inclusion(leaf=LEAVES[0], index=0, size=2, proof=[part], root=ROOTS[2])
    with pytest.raises(VerificationError, match="32 bytes"):
        verify_inclusion(leaf=part, index=0, size=2, proof=[LEAVES[1]], root=ROOTS[2])
    with pytest.raises(VerificationError, match="32 bytes"):
        verify_consistency(old_size=1, old_root=LEAVES[0], new_size=2, new_root=ROOTS[2], proof=[part])
    with pytest.raises(VerificationError, match="32 bytes"):
        verify_consistency(old_size=1, old_root=part, new_size=2, new_root=ROOTS[2], proof=[LEAVES[1]])


def test_sizes_beyond_what_a_database_can_number_are_refused() -> None:
    with pytest.raises(VerificationError):
        verify_inclusion(leaf=LEAVES[0], index=0, size=2**63, proof=[], root=LEAVES[0])
    with pytest.raises(VerificationError):
        verify_consistency(old_size=1, old_root=LEAVES[0], new_size=2**63, new_root=LEAVES[0], proof=[])


@QUICK
@given(growths(), st.data())
def test_stored_subtrees_are_asked_for_perfect_ranges_only(case: tuple[int, int], data: st.DataObject) -> None:
    old, new = case
    index = data.draw(st.integers(0, new - 1))

    def strict(start: int, end: int) -> bytes:
        width = end - start
        assert width > 0
        assert width & (width - 1) == 0
        assert start % width == 0
        assert end <= new
        return subtrees(PLENTY)(start, end)

    assert inclusion_path(index, new, strict) == inclusion_proof(index, PLENTY[:new])
    assert consistency_path(old, new, strict) == consistency_proof(old, new, PLENTY)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 3), (3, 3)])
def test_no_proof_is_made_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(index, LEAVES[:size])


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 1), (3, 2), (1, 9), (-1, 4)])
def test_no_consistency_is_proved_between_trees_that_are_not_there(old: int, new: int) -> None:
    with pytest.raises(ValueError, match=r"leaves|consistency"):
        consistency_proof(old, new, LEAVES)
