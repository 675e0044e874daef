"""The Merkle tree of RFC 9162 (the same tree as RFC 6962's), over SHA-256.

Indexes count from 0. Hashes are 32 bytes. Everything that builds works on leaf hashes, never on entries, so that
`leaf_hash` is applied once, where the entry is written or checked. Whoever asks for the impossible while building gets
`ValueError`; whoever presents a proof that proves nothing gets `VerificationError`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Self, TypeAlias

from .encoding import MAX_DECIMAL
from .errors import VerificationError

HASH_BYTES = 32
"""The length of every hash of the tree."""

MAX_PROOF_HASHES = 64
"""More hashes than a proof in any tree of fewer than 2^63 leaves has."""

EMPTY_ROOT = sha256(b"").digest()
"""The root of the tree without leaves."""

SubtreeHash: TypeAlias = Callable[[int, int], bytes]
"""Gives the hash over leaves `start` to `end` (exclusive).

It is asked for perfect subtrees alone: `end - start` is a power of two, and `start` a multiple of it.
"""


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry as a leaf: SHA-256 over 0x00 and the entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees as their parent: SHA-256 over 0x01, the left and the right hash."""
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Compute the root over leaf hashes, level by level; of no leaves it is `EMPTY_ROOT`."""
    if not leaves:
        return EMPTY_ROOT
    level = leaves
    while len(level) > 1:
        above = [sha256(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)]
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return level[0]


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that is needed of a tree to append to it: its size and the hashes of its perfect subtrees.

    Args:
        size: number of leaves.
        hashes: one hash for each bit set in `size`, from the largest (leftmost) subtree to the smallest. This tuple
            and the size are the stored form.

    Raises:
        ValueError: if the number or length of the hashes does not fit the size.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MAX_DECIMAL:
            raise ValueError(f"a frontier's size lies between 0 and 2^63-1, not {self.size}")
        if len(self.hashes) != self.size.bit_count():
            raise ValueError(
                f"a frontier of size {self.size} has {self.size.bit_count()} hashes, not {len(self.hashes)}"
            )
        if any(len(part) != HASH_BYTES for part in self.hashes):
            raise ValueError(f"a frontier's hashes have {HASH_BYTES} bytes each")

    def append(self, leaf: bytes) -> Self:
        """Give the frontier of the tree with one more leaf hash.

        Raises:
            ValueError: if it is not a hash's length.
        """
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> Self:
        """Give the frontier of the tree with these leaf hashes appended in order.

        Raises:
            ValueError: if one of them is not a hash's length.
        """
        stack = list(self.hashes)
        size = self.size
        for leaf in leaves:
            if len(leaf) != HASH_BYTES:
                raise ValueError(f"a leaf hash has {HASH_BYTES} bytes, not {len(leaf)}")
            node = leaf
            carry = size
            while carry & 1:
                node = sha256(b"\x01" + stack.pop() + node).digest()
                carry >>= 1
            stack.append(node)
            size += 1
        return type(self)(size, tuple(stack))

    def root(self) -> bytes:
        """Compute the root of the whole tree."""
        return _fold(self.hashes)


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> tuple[bytes, ...]:
    """Prove that leaf `index` is in the tree over all these leaf hashes; costs one hash per leaf.

    Raises:
        ValueError: if there is no such leaf.
    """
    return inclusion_path(index, len(leaves), subtrees(leaves))


def consistency_proof(old: int, new: int, leaves: Sequence[bytes]) -> tuple[bytes, ...]:
    """Prove that the tree over the first `old` leaf hashes is a prefix of the tree over the first `new`.

    Raises:
        ValueError: unless 0 < old ≤ new ≤ number of leaves.
    """
    if new > len(leaves):
        raise ValueError(f"there are {len(leaves)} leaves, not {new}")
    return consistency_path(old, new, subtrees(leaves))


def subtrees(leaves: Sequence[bytes]) -> SubtreeHash:
    """Answer for subtree hashes from leaf hashes alone, computing each when asked."""

    def subtree_hash(start: int, end: int) -> bytes:
        return root(leaves[start:end])

    return subtree_hash


def inclusion_path(index: int, size: int, subtree_hash: SubtreeHash) -> tuple[bytes, ...]:
    """Prove that leaf `index` is in the tree of `size` leaves, from stored subtree hashes.

    Returns:
        The hashes from the leaf's sibling up to the root's child (RFC 9162 section 2.1.3.1).

    Raises:
        ValueError: unless 0 ≤ index < size.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range_hash(middle, end, subtree_hash))
            end = middle
        else:
            path.append(_range_hash(start, middle, subtree_hash))
            start = middle
    return tuple(reversed(path))


def consistency_path(old: int, new: int, subtree_hash: SubtreeHash) -> tuple[bytes, ...]:
    """Prove that the tree of `old` leaves is a prefix of that of `new` leaves, from stored subtree hashes.

    Returns:
        The hashes in the order of RFC 9162 section 2.1.4.1; none when the sizes are equal.

    Raises:
        ValueError: unless 0 < old ≤ new; every tree extends the empty one, so there is nothing to prove about it.
    """
    if not 0 < old <= new:
        raise ValueError(f"consistency is proved from 0 < old ≤ new, not from {old} to {new}")
    path = []
    start, end = 0, new
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range_hash(middle, end, subtree_hash))
            end = middle
        else:
            path.append(_range_hash(start, middle, subtree_hash))
            start = middle
    # Where the old tree is itself one of the subtrees, its hash is the old root, which the verifier has.
    if start:
        path.append(_range_hash(start, end, subtree_hash))
    return tuple(reversed(path))


def verify_inclusion(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that a leaf hash stands at `index` in the tree with this size and root (RFC 9162 section 2.1.3.2).

    Raises:
        VerificationError: if the proof does not show it.
    """
    if inclusion_root(leaf=leaf, index=index, size=size, proof=proof) != root:
        raise VerificationError("the inclusion proof leads to another root")


def inclusion_root(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """Give the root that an inclusion proof leads to; whether it is the right one, the caller knows.

    Raises:
        VerificationError: if a proof of this length cannot be of this place.
    """
    if not 0 <= index < size <= MAX_DECIMAL:
        raise VerificationError("the index lies outside the tree")
    _require_hashes(leaf, *proof)
    position, last = index, size - 1
    computed = leaf
    for sibling in proof:
        if last == 0:
            raise VerificationError("the inclusion proof is too long")
        if position & 1 or position == last:
            computed = node_hash(sibling, computed)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            computed = node_hash(computed, sibling)
        position >>= 1
        last >>= 1
    if last:
        raise VerificationError("the inclusion proof is too short")
    return computed


def verify_consistency(
    *, old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the old tree is a prefix of the new one (RFC 9162 section 2.1.4.2).

    An empty old tree is refused: it is consistent with everything, so a caller who passes it believes to have checked
    what was not.

    Raises:
        VerificationError: if the proof does not show it.
    """
    if not 0 < old_size <= new_size <= MAX_DECIMAL:
        raise VerificationError("consistency holds between sizes with 0 < old ≤ new")
    if old_size == new_size:
        if proof:
            raise VerificationError("the consistency proof between equal sizes is empty")
        if old_root != new_root:
            raise VerificationError("the roots differ at the same size")
        return
    if not proof:
        raise VerificationError("the consistency proof is empty")
    _require_hashes(old_root, *proof)
    old_computed, new_computed = _climb(old_size, new_size, old_root, proof)
    if old_computed != old_root:
        raise VerificationError("the consistency proof leads to another old root")
    if new_computed != new_root:
        raise VerificationError("the consistency proof leads to another new root")


def _climb(old_size: int, new_size: int, old_root: bytes, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Compute the old and the new root that a consistency proof between different sizes leads to."""
    is_subtree = old_size & (old_size - 1) == 0
    seed, *rest = (old_root, *proof) if is_subtree else proof
    position, last = old_size - 1, new_size - 1
    while position & 1:
        position >>= 1
        last >>= 1
    old_computed = new_computed = seed
    for sibling in rest:
        if last == 0:
            raise VerificationError("the consistency proof is too long")
        if position & 1 or position == last:
            old_computed = node_hash(sibling, old_computed)
            new_computed = node_hash(sibling, new_computed)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            new_computed = node_hash(new_computed, sibling)
        position >>= 1
        last >>= 1
    if last:
        raise VerificationError("the consistency proof is too short")
    return old_computed, new_computed


def _require_hashes(*hashes: bytes) -> None:
    if len(hashes) > MAX_PROOF_HASHES + 1:
        raise VerificationError(f"a proof has at most {MAX_PROOF_HASHES} hashes")
    if any(len(part) != HASH_BYTES for part in hashes):
        raise VerificationError(f"a hash of the tree has {HASH_BYTES} bytes")


def _split(size: int) -> int:
    """Give the largest power of two below a size of two or more: the leaves of its left subtree."""
    return 1 << ((size - 1).bit_length() - 1)


def _range_hash(start: int, end: int, subtree_hash: SubtreeHash) -> bytes:
    """Hash a range that the tree's own splits lead to, from its perfect subtrees."""
    parts = []
    while start < end:
        width = 1 << ((end - start).bit_length() - 1)
        parts.append(subtree_hash(start, start + width))
        start += width
    return _fold(parts)


def _fold(hashes: Sequence[bytes]) -> bytes:
    """Compute the root over perfect subtrees that stand side by side from the largest to the smallest."""
    if not hashes:
        return EMPTY_ROOT
    computed = hashes[-1]
    for left in reversed(hashes[:-1]):
        computed = node_hash(left, computed)
    return computed
