"""Whether two pieces of evidence can be of one ledger: what one says is held against what the other shows.

Each holds by itself. A signed statement of where a chain ends, or of how many facts about keys there are, is false
where another file shows a fact beyond it within its size; and a log has forked where two files show it otherwise at one
place.
Whoever signed both is convicted by the two files together.
"""

from .errors import VerificationError
from .evidence import Evidence
from .keyring import KEYRING_TYPES


def require_agreement(one: Evidence, other: Evidence) -> None:
    """Refuse two pieces of evidence of one ledger that cannot both be true.

    Raises:
        VerificationError: what contradicts what, or they are of different ledgers.
    """
    if (one.manifest.ledger, one.manifest.origin) != (other.manifest.ledger, other.manifest.origin):
        raise VerificationError("they are of different ledgers")
    if one.checkpoint.size == other.checkpoint.size and one.checkpoint.root != other.checkpoint.root:
        raise VerificationError(f"the ledger has forked: two roots are signed at size {one.checkpoint.size}")
    entries = {fact.position: fact.entry for fact in one.facts}
    for fact in other.facts:
        if entries.get(fact.position, fact.entry) != fact.entry:
            raise VerificationError(f"the ledger has forked: two facts stand @{fact.position}")
    _require_true(one, other)
    _require_true(other, one)


def _require_true(said: Evidence, shown: Evidence) -> None:
    """Refuse statements of one that a fact of the other refutes."""
    ends = {end.subject: end for end in said.ends}
    for fact in shown.facts:
        if fact.position > said.manifest.size:
            continue
        for subject, (number, _) in fact.subjects.items():
            end = ends.get(subject)
            if end is not None and (number > end.seq or fact.position > end.position):
                raise VerificationError(
                    f"the statement about {subject} is false: it ends with number {end.seq} @{end.position}"
                    f" of the first {end.size}, and number {number} stands @{fact.position}"
                )
    within = sum(fact.type in KEYRING_TYPES and fact.position <= said.manifest.size for fact in shown.facts)
    if said.manifest.keys is not None and within > said.manifest.keys:
        raise VerificationError(f"the manifest is false: it states {said.manifest.keys} facts about keys, of {within}")
