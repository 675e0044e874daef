"""What must hold once the faults are over: looked at in the database and in the key store, not through the service."""

import http
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson
import psycopg

from asn_ledger.app import Service, open_service
from asn_ledger.domain.events import Entry
from asn_ledger.ledger.audit import audit_ledger
from asn_ledger.ledger.checkpoints import SignerSilent
from asn_ledger.ledger.requests import Recorded
from asn_ledger.proof.acknowledgement import verify_acknowledgement
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.policy import verify_policy
from asn_ledger.readmodels.compare import compare
from asn_ledger.witness.folder import open_witness
from projections import PROJECTIONS

from .place import Place
from .writers import Sent, ask

_READY_WITHIN = 60.0
_IDLE = """
SELECT count(*) FROM pg_stat_activity a
WHERE a.application_name = 'asn-ledger' AND a.state LIKE 'idle in transaction%%'
    AND a.state_change < clock_timestamp() - interval '10 s'
"""
_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "open_career": ("employee", "nip", "name"),
    "appoint": ("employee",),
    "move": ("employee",),
    "create_post": ("post", "unit", "title", "seats"),
    "create_unit": ("unit", "name"),
}
"""What an event says in the words of the row that it was made of."""


@dataclass(frozen=True, slots=True)
class Checked:
    """How much was looked at, and what was wrong."""

    head: int
    acknowledged: int
    faults: tuple[str, ...]


def check(place: Place, sent: Sequence[Sent], since: bytes | None) -> tuple[Checked, bytes]:
    """Look at everything; give that, and the newest checkpoint for the next look."""
    faults = list(_ready(place))
    with open_service(place.installation) as service:
        head = service.recorder.head()
        report = audit_ledger(service.databases.service, service.agency, key=service.verifier, since=since)
        if not report.passed:
            faults.append(f"audit: {report.finding}")
        faults += _compared(service)
        entries = {fact.position: fact for fact in service.recorder.stream()}
        faults += _commands(service, sent, entries)
        faults += _identities(service, sent, entries)
        newest = _signed(service)
        faults += _witnessed(place, service)
        with psycopg.connect(place.admin) as connection:
            row = connection.execute(_IDLE).fetchone()
            if row is not None and row[0]:
                faults.append(f"{row[0]} connections stand idle in a transaction")
    acknowledged = sum(one.state == "recorded" for one in sent)
    return Checked(head, acknowledged, tuple(faults)), newest


def _signed(service: Service) -> bytes:
    """The newest checkpoint, once the signer is there again."""
    ends = time.monotonic() + _READY_WITHIN
    while True:
        try:
            return service.checkpoints.sign()
        except SignerSilent:
            if time.monotonic() > ends:
                raise


def _witnessed(place: Place, service: Service) -> Iterator[str]:
    """The witness cosigns the newest checkpoint, and has never met one that contradicts another."""
    ends = time.monotonic() + _READY_WITHIN
    while True:
        note = service.checkpoints.cosign()
        try:
            if note is not None:
                verify_policy(note, service.policy)
                break
        except VerificationError as error:
            if time.monotonic() > ends:
                yield f"the newest checkpoint is not cosigned: {error}"
                break
        time.sleep(0.2)
    with open_witness(place.folder / "witness") as witness:
        for one in witness.book.contradictions(service.recorder.identity.origin):
            yield f"the witness met a contradiction: {one.reason}"


def _ready(place: Place) -> Iterator[str]:
    """Both services answer, and nothing is left for the read models to take."""
    for one in place.services:
        ends = time.monotonic() + _READY_WITHIN
        while True:
            answer = ask(one.port, None, "GET", "/readyz")
            if answer.status == http.HTTPStatus.OK and answer.said["lag"] == 0:
                break
            if time.monotonic() > ends:
                yield f"service {one.name} is not ready: {answer.status} {dict(answer.said)}"
                break
            time.sleep(0.05)


def _compared(service: Service) -> Iterator[str]:
    compared = compare(service.agency, PROJECTIONS, service.crew())
    for one in compared.differences:
        yield f"{one.model}.{one.table} differs: {len(one.live_only)} rows live only, {len(one.ledger_only)} missing"
    with service.reading() as connection:
        rows = connection.execute(
            "SELECT f.name, f.position FROM readmodels.follower f WHERE f.ledger = %s", (service.agency,)
        ).fetchall()
    head = service.recorder.head()
    for name, position in rows:
        if position > head:
            yield f"{name} is ahead of the ledger: {position} of {head}"


def _commands(service: Service, sent: Sequence[Sent], entries: Mapping[int, Recorded]) -> Iterator[str]:
    """Each command is on record as its sender was told, once, with what it said; a refused one is not."""
    by_command: dict[UUID, list[int]] = {}
    for position, fact in entries.items():
        command = orjson.loads(fact.record)["command"] if fact.record else None
        if command is not None:
            by_command.setdefault(UUID(command), []).append(position)
    known = {one.command for one in sent}
    for command in by_command.keys() - known:
        yield f"{command} is on record, and nobody sent it"
    for one in sent:
        positions = tuple(by_command.get(one.command, ()))
        if one.state == "recorded":
            if positions != one.positions:
                yield f"{one.command} was acknowledged at {one.positions} and stands at {positions}"
                continue
            yield from _content(service, one, [entries[position] for position in positions])
        elif one.state == "refused" and positions:
            yield f"{one.command} was refused and stands at {positions}"


def _content(service: Service, one: Sent, facts: Sequence[Recorded]) -> Iterator[str]:
    stated = verify_acknowledgement(one.acknowledgement, service.acknowledging)
    if (stated.position, stated.leaf) != (facts[-1].position, facts[-1].leaf):
        yield f"{one.command}: another leaf stands at {facts[-1].position} than was acknowledged"
    rows = [orjson.loads(fact.act)["row"] for fact in facts]
    said = list(zip(rows, service.mapper.entries(list(facts)), strict=True))
    for row in one.form["rows"]:
        if not any(number == row["row"] and _says(entry, row) for number, entry in said):
            yield f"{one.command}: row {row['row']} is not on record as it was sent"


def _says(entry: Entry, row: Mapping[str, object]) -> bool:
    told = entry.event.as_dict()
    return all(told.get(name) == row[name] for name in _ACTIONS[str(row["action"])])


def _identities(service: Service, sent: Sequence[Sent], entries: Mapping[int, Recorded]) -> Iterator[str]:
    """A NIP is one person's, the key store knows whose, and none is kept for somebody who never came."""
    owners: dict[str, str] = {}
    opened = [fact for fact in entries.values() if fact.type == "career.opened.v1"]
    for entry in service.mapper.entries(opened):
        told = entry.event.as_dict()
        nip, person = str(told["nip"]), str(told["employee"])
        if owners.setdefault(nip, person) != person:
            yield f"a NIP belongs to two persons on record, {owners[nip]} and {person}"
    for nip, person in owners.items():
        if (found := service.keys.find_nip(nip)) != person:
            yield f"the NIP of {person} is kept as that of {found}"
    for one in sent:
        stated = {str(row["nip"]) for row in one.form["rows"] if row["action"] == "open_career"}
        if one.state == "refused" and stated and stated.isdisjoint(owners):
            yield f"{one.command} was refused though nobody on record has its NIP"
