"""What a scan's name tells: whose decree it may be, which one, how sure that is and why. Pure.

Scans are named as for SIASN: `NIP_kind_number.pdf`, as in `198503122010012003_KP_821.2-15-2026.pdf`. A number cannot be
written in a file's name as it is printed, so that only its letters and digits are compared.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from asn_ledger.domain.events import (
    Act,
    ActingAssigned,
    ActingExtended,
    Appraised,
    CpnsAppointed,
    Entry,
    PnsAppointed,
    PostAppointed,
    PostInaugurated,
    PostTransferred,
    PppkContracted,
    RankRaised,
    RowEvent,
    Separated,
    TransferredIn,
    TransferredOut,
)
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId

Confidence = Literal["high", "medium", "low", "none"]
Reason = Literal[
    "number_and_kind", "number", "only_of_kind", "several_of_kind", "person_only", "unknown_person", "unreadable",
]  # fmt: skip

KINDS: Final[Mapping[str, frozenset[str]]] = {
    "CPNS": frozenset({CpnsAppointed.TOPIC}),
    "PNS": frozenset({PnsAppointed.TOPIC}),
    "PPPK": frozenset({PppkContracted.TOPIC}),
    "KP": frozenset({RankRaised.TOPIC}),
    "PANGKAT": frozenset({RankRaised.TOPIC}),
    "JABATAN": frozenset({PostAppointed.TOPIC, PostTransferred.TOPIC}),
    "JAB": frozenset({PostAppointed.TOPIC, PostTransferred.TOPIC}),
    "MUTASI": frozenset({PostAppointed.TOPIC, PostTransferred.TOPIC, TransferredIn.TOPIC, TransferredOut.TOPIC}),
    "PELANTIKAN": frozenset({PostInaugurated.TOPIC}),
    "PLT": frozenset({ActingAssigned.TOPIC, ActingExtended.TOPIC}),
    "PLH": frozenset({ActingAssigned.TOPIC, ActingExtended.TOPIC}),
    "PENSIUN": frozenset({Separated.TOPIC}),
    "SKP": frozenset({Appraised.TOPIC}),
}
"""What kinds of decree the second part of a name may say, and the facts that such a decree states."""

_NAME = re.compile(r"(?P<nip>\d{18})_(?P<kind>[A-Za-z]+)(?:_(?P<number>.+))?\.(?:pdf|jpe?g|png|tiff?)", re.IGNORECASE)
_PLAIN = re.compile(r"[^a-z0-9]")


@dataclass(frozen=True, slots=True)
class Named:
    """A scan's name, read: whose, what kind of decree, which number (empty: not said)."""

    nip: str
    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A fact of a person: the decree and row that it stands in."""

    decree: DecreeId
    row: int
    number: str | None
    decided_on: str | None
    type: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a scan may be: the person and the row it may belong to, how sure that is and why; other rows beside it."""

    confidence: Confidence
    reason: Reason
    employee: EmployeeId | None = None
    best: Candidate | None = None
    others: tuple[Candidate, ...] = ()


UNREADABLE: Final = Suggestion("none", "unreadable")


def read_name(name: str) -> Named | None:
    """What a scan's name says; None where it is not named so."""
    found = _NAME.fullmatch(name.rsplit("/", 1)[-1].strip())
    if found is None:
        return None
    return Named(found["nip"], found["kind"].upper(), found["number"] or "")


def plain_number(number: str) -> str:
    """The letters and digits of a decree's number."""
    return _PLAIN.sub("", number.casefold())


def candidates(entries: Sequence[Entry]) -> tuple[Candidate, ...]:
    """The rows in which a person's facts stand, the newest first."""
    found = {
        (entry.event.decree, entry.event.row): Candidate(
            entry.event.decree,
            entry.event.row,
            entry.event.cited.number,
            None if entry.event.cited.decided_on is None else str(entry.event.cited.decided_on),
            entry.event.TOPIC,
        )
        for entry in entries
        if isinstance(entry.event, RowEvent) and not isinstance(entry.event, Act)
    }
    return tuple(sorted(found.values(), key=lambda one: (one.decided_on or "", one.decree, one.row), reverse=True))


def suggest(named: Named, employee: EmployeeId, known: Sequence[Candidate]) -> Suggestion:
    """Which of a person's rows the scan may belong to."""
    types = KINDS.get(named.kind, frozenset())
    sought = plain_number(named.number)
    numbered = [one for one in known if sought and one.number is not None and plain_number(one.number) == sought]
    of_kind = [one for one in known if one.type in types]
    both = [one for one in numbered if one in of_kind]
    rest = tuple(known)
    if both:
        return _told("high", "number_and_kind", employee, both[0], rest)
    if numbered:
        return _told("medium", "number", employee, numbered[0], rest)
    if len(of_kind) == 1:
        return _told("medium" if not sought else "low", "only_of_kind", employee, of_kind[0], rest)
    if of_kind:
        return _told("low", "several_of_kind", employee, of_kind[0], rest)
    return Suggestion("none", "person_only", employee, None, rest)


def _told(
    confidence: Confidence, reason: Reason, employee: EmployeeId, best: Candidate, known: Sequence[Candidate]
) -> Suggestion:
    return Suggestion(confidence, reason, employee, best, tuple(one for one in known if one != best))
