"""A log that lies as a test asks: leaves, checkpoints of any size, and what is handed in to a witness."""

from dataclasses import dataclass, field

from asn_ledger.proof.checkpoint import Checkpoint, sign_checkpoint
from asn_ledger.proof.merkle import consistency_proof, leaf_hash, root
from asn_ledger.proof.note import SigningKey
from asn_ledger.proof.submission import Submission

ORIGIN = "ledger.example/kota-salatiga/Asia/Jakarta"
KEY = SigningKey.from_seed(ORIGIN, bytes(range(32)))


@dataclass(frozen=True)
class MadeLog:
    leaves: tuple[bytes, ...] = tuple(leaf_hash(str(number).encode()) for number in range(300))
    key: SigningKey = field(default=KEY)

    def checkpoint(self, size: int) -> bytes:
        return sign_checkpoint(Checkpoint(self.key.name, size, root(self.leaves[:size])), self.key)

    def submission(self, old: int, new: int) -> bytes:
        proof = consistency_proof(old, new, self.leaves) if 0 < old < new else ()
        return Submission(old, tuple(proof), self.checkpoint(new)).to_bytes()

    def forked(self, at: int) -> "MadeLog":
        """The same log but for one leaf, and signed with the same key."""
        other = leaf_hash(b"another past")
        return MadeLog((*self.leaves[:at], other, *self.leaves[at + 1 :]), self.key)
