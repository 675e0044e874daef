"""Scans that a grid names: by SHA-256, or by the name under which they wait in the queue."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from asn_ledger.accounts import Principal
from asn_ledger.domain.access import Act
from asn_ledger.exchange.sheets import head
from asn_ledger.exchange.sheets.cells import Wrong
from asn_ledger.exchange.sheets.rows import CellFault, Filled, is_empty
from asn_ledger.web.pages.grid import Typed
from asn_ledger.web.service import Service

_SHA256 = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)


def brought_by(asker: Principal) -> str | None:
    """Whose scans somebody finds by name: those they brought themselves, or None, all."""
    return None if asker.may(Act.SEE_INTAKE) else str(asker.id)


@dataclass(frozen=True, slots=True)
class Scans:
    """What the texts of a grid name, asked of all of them at once."""

    there: frozenset[str]
    queued: Mapping[str, frozenset[str]]

    @classmethod
    def named(cls, service: Service, asker: Principal, typed: Typed) -> "Scans":
        """The scans that the head and the rows name."""
        texts = {text.strip() for text in _texts(typed)} - {""}
        hashes = {text.lower() for text in texts if _SHA256.fullmatch(text)}
        names = {text for text in texts if not _SHA256.fullmatch(text)}
        queued = service.matcher.intake.by_name(brought_by(asker)) if names else {}
        return cls(frozenset(service.documents.these(hashes)), queued)

    def __call__(self, text: str) -> str:
        """The SHA-256 of the scan that a text names.

        Raises:
            Wrong: there is none, or several wait under this name.
        """
        if _SHA256.fullmatch(text):
            if text.lower() in self.there:
                return text.lower()
            raise Wrong("no_scan", text)
        found = self.queued.get(text, frozenset())
        if len(found) != 1:
            raise Wrong("several_scans" if found else "no_scan", text)
        return next(iter(found))


def own_documents(scans: Scans, typed: Typed, filled: Filled, kind: str) -> tuple[list[dict[str, object]], Filled]:
    """What each row's decree has of its own: its scan; and the rows with what is wrong with these cells."""
    owns: list[dict[str, object]] = []
    faults: list[CellFault] = []
    for place in filled.places:
        text = _of_row(typed, place)
        try:
            documents = [{"role": head.scan_role(kind), "sha256": scans(text)}] if text else None
        except Wrong as wrong:
            faults.append(CellFault(place, "document", wrong))
            documents = None
        owns.append({"documents": documents, "document_pending": None} if documents else {})
    return owns, Filled(filled.rows, (*filled.faults, *faults), filled.places)


def of_one_decree(typed: Typed, filled: Filled) -> Filled:
    """The rows, where a scan beside a row of one decree is wrong: the head names that decree's."""
    wrong = [CellFault(place, "document", Wrong("scan_of_row")) for place in filled.places if _of_row(typed, place)]
    return Filled(filled.rows, (*filled.faults, *wrong), filled.places)


def _of_row(typed: Typed, place: int) -> str:
    return typed.rows[place - 1].get("document", "").strip() or typed.common.get("document", "").strip()


def _texts(typed: Typed) -> Iterable[str]:
    yield from (typed.head.get(name, "") for name in head.SCANS)
    yield typed.common.get("document", "")
    yield from (cells.get("document", "") for cells in typed.rows if not is_empty(cells))
