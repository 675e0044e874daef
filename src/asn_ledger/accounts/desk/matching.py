"""The way of a scan in the queue: proposed by one person as a note of the office, put on record by another.

The match is a row of a note (`catatan`) that waits on the desk like any signed decree, so that the domain alone judges
whether two persons did it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

import orjson

from asn_ledger.accounts.desk import Desk
from asn_ledger.accounts.desk.confirming import ask_to_sign, confirm, lay_on_desk
from asn_ledger.accounts.desk.intake import Intake, Scan
from asn_ledger.accounts.desk.suggesting import UNREADABLE, Suggestion, candidates, read_name, suggest
from asn_ledger.documents import Documents
from asn_ledger.domain.decisions.form import parse_decree
from asn_ledger.domain.decisions.match_document import Place
from asn_ledger.domain.errors import Conflict, NotFound, Refusal
from asn_ledger.domain.events import Actor
from asn_ledger.domain.terms.codes import DocumentRole, Verdict
from asn_ledger.domain.terms.ids import EmployeeId
from asn_ledger.domain.terms.sealing import Category
from asn_ledger.ledger.attesting import Asked, Signed
from asn_ledger.ledger.keystore import KeyStore
from asn_ledger.ledger.lines import request_bytes
from asn_ledger.ledger.mapper import LedgerMapper
from asn_ledger.ledger.plan import Command, Committed, Registrar
from asn_ledger.ledger.recorder import LedgerRecorder

_CLOSED = frozenset(Category)


@dataclass(frozen=True, slots=True)
class Matcher:
    """Everything that matching takes of an opened ledger."""

    intake: Intake
    desk: Desk
    registrar: Registrar
    recorder: LedgerRecorder
    mapper: LedgerMapper
    keys: KeyStore
    documents: Documents

    def bring_in(self, name: str, content: Iterable[bytes], *, by: str) -> tuple[Scan, bool]:
        """Keep a scan and put it in the queue by its name, once; whether it is new there.

        Raises:
            InvalidValue: it is empty, too long, or a kind of file that is not kept.
        """
        return self.intake.add(self.documents.add(content, by).document.sha256, name, by)

    def suggestion(self, scan: Scan) -> Suggestion:
        """What the scan may be, by its name and what is on record now."""
        named = read_name(scan.name)
        if named is None:
            return UNREADABLE
        person = self.keys.find_nip(named.nip)
        if person is None:
            return Suggestion("none", "unknown_person")
        employee = EmployeeId(person)
        _, facts = self.recorder.read_tags([employee.tag])
        return suggest(named, employee, candidates(self.mapper.entries(facts, unopened=_CLOSED)))

    def propose(
        self, scan: UUID, of: Place, role: DocumentRole, page: int | None, *, by: Actor, name: str, now: datetime
    ) -> Scan:
        """Say what a scan is; it waits for a second person.

        Raises:
            NotFound: there is no such scan, decree or row.
            Conflict: it is proposed or matched already, or attached there.
            Refusal: the note could not be recorded.
        """
        found = self.intake.get(scan)
        note, command = uuid4(), uuid4()
        form = _note(note, found, of, role, page, name=name, on=now.date())
        self.intake.propose(scan, of, role, page, note=note, by=UUID(by.id))
        try:
            laid = Command(command, parse_decree(form), request_bytes(form), by, None)
            lay_on_desk(self.desk, self.registrar, laid, now)
        except Refusal:
            self.intake.reopen(scan, note)
            raise
        return self.intake.get(scan)

    def ask_to_sign(self, scan: UUID, verdict: Verdict | None, *, by: Actor, now: datetime) -> Asked | None:
        """What whoever decides on a proposed match signs outside the server; None where nothing is put on record.

        Args:
            scan: the scan.
            verdict: why it is to be put aside; None: the match is to be confirmed.
            by: who decides.
            now: the time of the request.

        Raises:
            NotFound: there is no such scan.
            Conflict: nothing is proposed, or it is on record.
        """
        found = self.intake.get(scan)
        if verdict is None and found.note is None:
            raise Conflict("nobody has proposed what this scan is", code="scan-open")
        if verdict is None and found.note is not None:
            return ask_to_sign(self.desk, self.registrar, [found.note], confirmer=by, now=now)
        disputing = None if found.note is None or verdict != "beda" else self._disputing(found.note, by)
        if disputing is None or found.state != "proposed":
            return None
        return self.registrar.ask("confirm", by, [self.registrar.plan(disputing, now)], now)

    def accept(self, scan: UUID, *, by: Actor, now: datetime, signed: Signed | None = None) -> Committed:
        """Put a proposed match on record; again gives the first answer.

        Raises:
            NotFound: there is no such scan.
            NotAllowed: it was the same person who proposed it.
            Conflict: nothing is proposed, or the proposal was lost before it was complete.
        """
        found = self.intake.get(scan)
        if found.note is None:
            raise Conflict("nobody has proposed what this scan is", code="scan-open")
        try:
            committed = confirm(
                self.desk, self.registrar, self.recorder, found.note, confirmer=by, now=now, signed=signed
            )
        except NotFound:
            self.intake.reopen(scan, found.note)
            raise Conflict("the proposal was never complete; propose it again", code="scan-open") from None
        except Conflict as refusal:
            if refusal.code not in {"desk-closed", "desk-withdrawn"}:
                raise
            self.intake.reopen(scan, found.note)
            raise Conflict("the proposal was sent back; propose it again", code="scan-open") from None
        self.intake.matched(scan, UUID(by.id))
        return committed

    def refuse(self, scan: UUID, verdict: Verdict, *, by: Actor, now: datetime, signed: Signed | None = None) -> Scan:
        """Put a scan aside, and take what was proposed off the desk.

        Where a second person says that it differs (*beda*), that is put on record first: the facts are disputed.

        Raises:
            NotFound: there is no such scan.
            Conflict: it is on record as matched.
        """
        found = self.intake.get(scan)
        if found.note is not None and found.state == "proposed":
            if verdict == "beda":
                disputing = self._disputing(found.note, by)
                if disputing is not None:
                    self.registrar.record(replace(disputing, signed=() if signed is None else (signed,)), now)
            if not self.desk.drop(found.note):
                self._require_lost(found.note)
        self.intake.set_aside(scan, verdict, UUID(by.id))
        return self.intake.get(scan)

    def _disputing(self, note: UUID, by: Actor) -> Command | None:
        """What puts on record that what was proposed is not so; a proposer alone only takes it back."""
        try:
            waiting = self.desk.get(note)
        except NotFound:
            return None
        recorder = self.desk.person(str(waiting.recorder))
        if waiting.request is None or self.desk.person(by.id).is_also(recorder):
            return None
        form = orjson.loads(waiting.request)
        form |= {"id": str(uuid5(note, "dispute")), "rows": [form["rows"][0] | {"action": "dispute_document"}]}
        proposer = Actor(str(waiting.recorder), waiting.recorder_role)
        return Command(uuid5(note, "dispute/command"), parse_decree(form), request_bytes(form), proposer, by)

    def _require_lost(self, note: UUID) -> None:
        """A note that is not on the desk was never complete; one that was confirmed is on record."""
        try:
            if self.desk.get(note).closed_as is not None:
                return
        except NotFound:
            return
        raise Conflict("this scan is matched already", code="scan-decided")


def _note(
    note: UUID, scan: Scan, of: Place, role: DocumentRole, page: int | None, *, name: str, on: date
) -> dict[str, Any]:  # Any: JSON
    """The note of the office that matches a scan, as a decree's form."""
    return {
        "id": str(note),
        "mode": "signed",
        "kind": "catatan",
        "decided_on": on.isoformat(),
        "signer": {
            "as_printed": {"name": name, "title": "Pencocokan dokumen"},
            "capacity": "sendiri",
            "signature": {"kind": "basah"},
        },
        "rows": [
            {
                "row": 1,
                "action": "match_document",
                "of": of.model_dump(mode="json", exclude_none=True),
                "role": role,
                "sha256": scan.sha256,
                **({} if page is None else {"page": page}),
            }
        ],
    }
