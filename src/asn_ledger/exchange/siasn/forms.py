"""Rows of the wire as decree forms: of the decree they name, or of a note of the office."""

from typing import Final

from .ids import Ids
from .person import Fact, Json

_NOT_TOLD: Final = "tidak disebut SIASN"
_KINDS: Final = {"appraise": "penilaian", "record_education": "sertifikat"}
_PENDING: Final = "Diimpor dari SIASN; pindaian menyusul"


def confirming(ids: Ids, fact: Fact, of: Json) -> Json:
    """The note that SIASN says what the office has."""
    row = {"action": "confirm_row", "of": of, "reference": fact.name[:150]}
    return _form(ids, f"confirmed|{fact.row['employee']}", None, None, "catatan", row)


def recording(ids: Ids, fact: Fact) -> Json:
    """The decree with a row of its own; units and the posts of a unit share a note."""
    kind = "catatan" if fact.note else _KINDS.get(fact.row["action"], "keputusan")
    if kind == "catatan":
        group = fact.row.get("unit") if fact.resource == "post" else None
        name = "ref-unor" if fact.resource == "ref-unor" else f"post|{group}" if group else fact.name
        return _form(ids, name, None, None, kind, fact.row)
    return _form(ids, fact.name, fact.number, fact.on, kind, fact.row)


def _form(ids: Ids, name: str, number: str | None, on: str | None, kind: str, row: Json) -> Json:  # noqa: PLR0917 -- what a form is
    form: Json = {"id": ids.decree(number, on, name), "mode": "signed", "kind": kind}
    form |= {"signer": {"as_printed": {"name": _NOT_TOLD, "title": _NOT_TOLD}, "capacity": "sendiri"}}
    form["signer"]["signature"] = {"kind": "basah"}
    form |= {"document_pending": {"reason": _PENDING}, "rows": [{"row": 1, **row}]}
    if number is not None:
        form["number"] = number
    if on is not None:
        form["decided_on"] = on
    return form
