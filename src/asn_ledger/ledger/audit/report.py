"""What an audit found: each step by name, and the first bad position."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Self

from asn_ledger.language import Language, translate
from asn_ledger.proof.restored import Loss


class Step(StrEnum):
    """The steps of a full audit, in their order."""

    STRUCTURE = "structure"
    """Positions run from 1 to the head's size without a hole, and times never go back."""
    LEAF = "leaf"
    """Each leaf is the hash of its entry."""
    ENTRY = "entry"
    """Each entry is of this ledger and its own position, in canonical form."""
    HEADER = "header"
    """Each part of each header has the hash that the entry names."""
    PAYLOAD = "payload"
    """Each payload has the hash that `act` names."""
    COLUMNS = "columns"
    """Event id, time and type stand in their columns as entry and header say."""
    TAGS = "tags"
    """The search index holds the tags that the headers name, and no others."""
    SUBJECTS = "subjects"
    """The facts of each subject are numbered without a hole, each naming the one before."""
    TILES = "tiles"
    """The stored tiles hold the hashes of the leaves."""
    ROOT = "root"
    """The head row states the size, frontier and root that the leaves lead to."""
    SIGNATURES = "signatures"
    """Every stored checkpoint is signed by the ledger's key and states what its row says."""
    ORIGIN = "origin"
    """The name that checkpoints are signed under changed only where a loss is on record, by two people."""
    ATTESTATIONS = "attestations"
    """Every act that must be is signed by the person it names, with a key that counted then."""
    CONSISTENCY = "consistency"
    """Every stored checkpoint states the root that the leaves have at its size."""
    SINCE = "since"
    """So does the checkpoint that the auditor brought along."""
    QUORUM = "quorum"
    """Every cosignature is its witness's own, and the policy's quorum has cosigned."""
    WITNESSES = "witnesses"
    """The ledger continues what each witness says it cosigned last."""
    CLOCK = "clock"
    """Recording times fit the times at which witnesses cosigned."""
    ACKNOWLEDGED = "acknowledged"
    """What was acknowledged to somebody stands where it stood."""
    KEYS = "keys"
    """Every key that seals a value is in the key store, unless a recorded erasure destroyed it."""
    DOCUMENTS = "documents"
    """Every scan that a fact names is there, unchanged, and opens with its own key."""


State = Literal["passed", "failed", "skipped"]


FaultCode = Literal[
    "behind_last", "missing_before", "other_position", "missing_of", "time_went_back", "leaf_not_hash",
    "entry_not_canonical", "entry_of_other", "header_part", "header_not_canonical", "payload_not_named",
    "payload_not_canonical", "column_event_id", "column_time", "column_type", "tags_of_nothing", "tags_none",
    "tags_lack", "tags_surplus", "tags_twice", "broken_chain", "tile_not_full", "tile_missing", "tile_other_leaf",
    "tile_root",    "tile_above", "simulation_mark", "head_root", "head_frontier", "head_time", "checkpoint_unread",
    "checkpoint_differs", "checkpoint_number", "checkpoint_zone", "checkpoint_origin", "given_unread",
    "given_origin", "checkpoint_broken", "checkpoint_size", "later_gone", "document_unknown", "document_missing",
    "document_changed", "document_sealed", "key_missing", "cosignature_false", "quorum_never",
    "witness_unread", "witness_contradicts", "acknowledged_unread", "acknowledged_ledger", "acknowledged_gone",
    "acknowledged_other", "acknowledged_root", "statement_false", "statement_keys",
    "attestation_missing", "attestation_wrong", "origin_unexplained",
    "origin_keys", "loss_unread", "loss_alone", "loss_note", "loss_larger",
]  # fmt: skip
"""What may be wrong; the catalogs have the sentence of each."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong somewhere: a sentence by its code, with what stands in it."""

    code: FaultCode
    values: tuple[tuple[str, str | int], ...] = ()

    @classmethod
    def of(cls, code: FaultCode, **values: str | int) -> Self:
        """A fault with its values."""
        return cls(code, tuple(values.items()))

    def __str__(self) -> str:
        return self.told("en")

    def told(self, language: Language) -> str:
        """The sentence in a language."""
        return translate(language, f"audit.fault.{self.code}", **dict(self.values))


@dataclass(frozen=True, slots=True)
class Finding:
    """The first thing that is wrong.

    Args:
        step: that failed.
        position: the first bad one; None where the fault is in no entry (a signature, a head).
        fault: what is wrong there.
    """

    step: Step
    position: int | None
    fault: Fault

    @property
    def detail(self) -> str:
        """What is wrong there, in one English sentence."""
        return str(self.fault)

    def __str__(self) -> str:
        place = "" if self.position is None else f" at position {self.position}"
        return f"{self.step}{place}: {self.detail}"


RemarkCode = Literal[
    "unread", "unexported_documents", "unexported_keys", "unexported_tags", "unexported_tiles", "looked_up_to",
    "unsound", "no_key", "uncovered", "none_given", "signature_unchecked", "others", "no_policy", "no_witness",
    "captive", "unsealed", "nobody_asked", "silent", "clock_off", "simulated_clock", "no_cosignature",
    "unsigned", "signed_from", "disputed", "lost", "lost_given",
]  # fmt: skip
_ENGLISH: Mapping[RemarkCode, str] = {
    "unread": "{count}: not read here",
    "unexported_documents": "{count}: an export holds the hashes of documents, not the documents",
    "unexported_keys": "{count}: keys lie in the key store, never in an export",
    "unexported_tags": "the search index is not exported: it is made of the headers",
    "unexported_tiles": "tiles are not exported: they are made of the leaves",
    "looked_up_to": "looked at up to position {position}",
    "unsound": "the entries are not sound up to there",
    "no_key": "no public key was given: signatures were not checked",
    "uncovered": "no checkpoint covers the entries after {position} yet",
    "none_given": "none was given",
    "signature_unchecked": "its signature was not checked: no key was given",
    "no_policy": "no policy was given: cosignatures were not looked at",
    "no_witness": "the policy asks for no witness: whoever holds the key can rewrite everything",
    "captive": "sealed up to {position}. Warning: all witnesses that the quorum needs are inside the house",
    "unsealed": "sealed up to {position}, later entries not yet",
    "nobody_asked": "no witness was asked",
    "silent": "no answer from {names}",
    "clock_off": "ALARM: at {position} the clock was {seconds} s off the witnesses' time ({count} such places)",
    "simulated_clock": "the clock of a simulation was set by whoever wrote it",
    "no_cosignature": "no witness has cosigned yet",
    "unsigned": "nothing on record asks for signatures; acts that carry none: {count}",
    "signed_from": "signatures are required from position {position} on, by {keys} keys, {anchors} of them enrolled"
    " before that; acts of before that carry none: {count}",
    "disputed": "places where a scan, compared by two persons, says something else than the record: {count}",
    "others": "so many more faults as these: {count}",
    "lost": "LOST: the entries {first} to {last}, told at {first}; losses on record: {count}",
    "lost_given": "of what was given, so much is of entries that are told to be lost: {count}",
}


@dataclass(frozen=True, slots=True)
class Remark:
    """Why a step was skipped, or what else a reader must know: a message by its code, with what stands in it."""

    code: RemarkCode
    values: tuple[tuple[str, str | int], ...] = ()

    @classmethod
    def of(cls, code: RemarkCode, **values: str | int) -> Self:
        """A remark with its values."""
        return cls(code, tuple(values.items()))

    def __str__(self) -> str:
        return _ENGLISH[self.code].format(**dict(self.values))


@dataclass(frozen=True, slots=True)
class StepReport:
    """How one step went.

    Args:
        step: which.
        state: `skipped` where an earlier failure leaves nothing to check, or there was nothing to check with.
        checked: how many entries, tiles or checkpoints passed.
        finding: of a failed step.
        said: why it was skipped, or what else a reader must know.
        also: further faults of a failed step.
    """

    step: Step
    state: State
    checked: int = 0
    finding: Finding | None = None
    said: Remark | None = None
    also: tuple[Finding, ...] = ()

    @property
    def remark(self) -> str:
        """What is said of it, in English; nothing where nothing is."""
        return "" if self.said is None else str(self.said)


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a full audit of one ledger.

    Args:
        ledger: its name.
        origin: the log's name in checkpoints.
        size: entries that the head states.
        root: that the leaves lead to, where all of them are sound.
        steps: each step, in order.
        losses: what the ledger says that it lost. That stands for ever, and is no fault.
    """

    ledger: str
    origin: str
    size: int
    root: bytes | None
    steps: tuple[StepReport, ...]
    losses: tuple[Loss, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether no step failed."""
        return self.finding is None

    @property
    def finding(self) -> Finding | None:
        """The first fault; of the steps' faults the one with the lowest position."""
        found = [step.finding for step in self.steps if step.finding is not None]
        return min(found, key=lambda one: (one.position is None, one.position or 0), default=None)

    def as_dict(self) -> dict[str, object]:
        """The report as JSON types."""
        return {
            "ledger": self.ledger,
            "origin": self.origin,
            "size": self.size,
            "root": None if self.root is None else self.root.hex(),
            "passed": self.passed,
            "first_fault": None if self.finding is None else _fault(self.finding),
            "losses": [loss.told() for loss in self.losses],
            "steps": [
                {
                    "step": step.step.value,
                    "state": step.state,
                    "checked": step.checked,
                    "fault": None if step.finding is None else _fault(step.finding),
                    "remark": step.remark,
                    "remark_code": None if step.said is None else step.said.code,
                    "also": [_fault(finding) for finding in step.also],
                }
                for step in self.steps
            ],
        }


def _fault(finding: Finding) -> dict[str, object]:
    return {
        "step": finding.step.value,
        "position": finding.position,
        "code": finding.fault.code,
        "detail": finding.detail,
    }
