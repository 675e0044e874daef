"""Evidence that people kept, held against the ledger: its facts stand where they stood, its statements are true."""

from collections.abc import Iterator, Sequence

import orjson

from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.evidence import Evidence, verify_evidence
from asn_ledger.proof.keyring import KEYRING_TYPES
from asn_ledger.proof.note import VerifierKey
from asn_ledger.proof.restored import Origins

from .report import Fault, Finding, Step
from .source import Head, Source

_STEP = Step.ACKNOWLEDGED


def read_evidence(data: bytes, keys: Sequence[VerifierKey]) -> Evidence:
    """Read evidence of which one of the keys signed the checkpoint, and one the statements.

    Raises:
        VerificationError: it does not hold with any of them.
    """
    why = "no key to check it with was given"
    for key in keys:
        for service in (None, *keys):
            try:
                return verify_evidence(data, key, service=service)
            except VerificationError as error:
                why = why if str(error).startswith("manifest.json") else str(error)
    raise VerificationError(why)


def refuted(
    source: Source, head: Head, origins: Origins, kept: Sequence[bytes], keys: Sequence[VerifierKey]
) -> Finding | None:
    """The first thing that the ledger refutes in evidence that people kept, of what no restoration has lost."""
    for number, data in enumerate(kept, start=1):
        try:
            evidence = read_evidence(data, keys)
        except VerificationError as error:
            return Finding(_STEP, None, Fault.of("acknowledged_unread", number=number, why=str(error)))
        for finding in (*_gone(source, head, origins, evidence), *_false(source, origins, evidence)):
            return finding
    return None


def _gone(source: Source, head: Head, origins: Origins, kept: Evidence) -> Iterator[Finding]:
    """What evidence shows and does not stand there any more."""
    manifest = kept.manifest
    if manifest.ledger != head.ledger:
        yield Finding(_STEP, None, Fault.of("acknowledged_ledger", found=manifest.ledger, ledger=head.ledger))
        return
    for fact in kept.facts:
        if origins.loss_of(manifest.origin, fact.position) is not None:
            return
        if fact.position > head.size:
            gone = Fault.of("acknowledged_gone", position=fact.position, head=head.size)
            yield Finding(_STEP, head.size + 1, gone)
            return
        row = next(iter(source.rows(fact.position, fact.position)), None)
        if row is None or row.entry != fact.entry:
            yield Finding(_STEP, fact.position, Fault.of("acknowledged_other", position=fact.position))
            return


def _false(source: Source, origins: Origins, kept: Evidence) -> Iterator[Finding]:
    """Statements of evidence that a fact on record refutes: a chain that goes on, a fact about keys left out."""
    size, keys = kept.manifest.size, 0
    ends = {end.subject: end for end in kept.ends}
    for row in source.rows(1, size):
        if origins.loss_of(kept.manifest.origin, row.position) is not None:
            return
        subjects = orjson.loads(row.act)["subjects"] | orjson.loads(row.person)["subjects"]
        for subject in subjects.keys() & ends.keys():
            number, end = subjects[subject][0], ends[subject]
            if number > end.seq or row.position > end.position:
                said = Fault.of("statement_false", subject=subject, seq=end.seq, size=size, number=number)
                yield Finding(_STEP, row.position, said)
        keys += row.type in KEYRING_TYPES
        if kept.manifest.keys is not None and keys > kept.manifest.keys:
            yield Finding(_STEP, row.position, Fault.of("statement_keys", said=kept.manifest.keys, size=size))
