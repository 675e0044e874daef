"""The head of a decree as it is typed: its number, date, signer, grounds; and what is wrong with which field."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, get_args

from asn_ledger.domain.terms import codes
from asn_ledger.exchange.sheets.cells import Wrong, read_date, read_whole

HEAD = (
    "mode", "per", "kind", "number", "first", "decided_on", "signer_name", "signer_title", "signer_office", "capacity",
    "signature", "legal_basis", "document", "pending",
)  # fmt: skip
GROUNDS = 3
"""So many considerations can be typed beside each other."""
GROUND = ("kind", "number", "on", "outcome", "document")
SCANS = ("document", *(f"ground_{number}_document" for number in range(1, GROUNDS + 1)))
"""Fields that name a scan."""
CHOICES: Mapping[str, tuple[str, ...]] = {
    "mode": ("draft", "signed"),
    "per": ("annex", "each"),
    "kind": get_args(codes.DecreeKind),
    "capacity": get_args(codes.SignerCapacity),
    "signature": get_args(codes.SignatureKind),
    "ground_kind": get_args(codes.ConsiderationKind),
    "ground_outcome": get_args(codes.ConsiderationOutcome),
}

Typed = Mapping[str, str]
Wrongs = dict[str, Wrong]


def ground_field(number: int, part: str) -> str:
    """The name of a field of the nth consideration."""
    return f"ground_{number}_{part}"


def head_fields() -> tuple[str, ...]:
    """Every field of the head."""
    grounds = (ground_field(number, part) for number in range(1, GROUNDS + 1) for part in GROUND)
    return (*HEAD, *grounds)


def scan_role(kind: str) -> str:
    """What the scan of a decree is: an extract is one for one person."""
    return "petikan" if kind == "petikan" else "sk"


def fill_head(
    typed: Typed, today: date, scan: Callable[[str], str] = str
) -> tuple[dict[str, Any], Wrongs]:  # Any: JSON
    """The decree's own fields as the form has them, and what is wrong with those that cannot be read.

    `scan` gives the SHA-256 of the scan that a field names, or raises what is wrong with it. Where each row makes a
    decree, rows may name their scans, so that a signed head need not.
    """
    wrong: Wrongs = {}

    def said(name: str) -> str:
        return typed.get(name, "").strip()

    def needed(name: str) -> str:
        if not said(name):
            wrong[name] = Wrong("missing")
        return said(name)

    def day(name: str) -> str | None:
        try:
            return read_date(said(name), today) if said(name) else None
        except Wrong as error:
            wrong[name] = error
            return None

    def named(name: str) -> str | None:
        try:
            return scan(said(name)) if said(name) else None
        except Wrong as error:
            wrong[name] = error
            return None

    signed = said("mode") == "signed"
    form: dict[str, Any] = {
        "mode": "signed" if signed else "draft",
        "kind": said("kind") or "keputusan",
        "number": said("number") or None,
        "decided_on": day("decided_on"),
        "signer": {
            "as_printed": {"name": needed("signer_name"), "title": needed("signer_title")},
            "capacity": said("capacity") or "sendiri",
            "signature": {"kind": said("signature") or "basah"},
        },
    }
    if not signed and not said("decided_on"):
        wrong["decided_on"] = Wrong("missing")
    if said("per") == "each":
        _series(form, said, wrong)
    if said("signer_office"):
        form["signer"]["office"] = said("signer_office")
    if lines := [line.strip() for line in said("legal_basis").splitlines() if line.strip()]:
        form["legal_basis"] = [{"regulation": line} for line in lines]
    if grounds := [
        made for number in range(1, GROUNDS + 1) if (made := _ground(number, said, needed, day, named)) is not None
    ]:
        form["considerations"] = grounds
    if document := named("document"):
        form["documents"] = [{"role": scan_role(form["kind"]), "sha256": document}]
    elif signed and "document" not in wrong:
        reason = said("pending") if said("per") == "each" else needed("pending")
        form["document_pending"] = {"reason": reason} if reason else None
    return form, wrong


def _series(form: dict[str, Any], said: Callable[[str], str], wrong: Wrongs) -> None:  # Any: JSON
    """The number as the pattern of a series, under `numbers`."""
    pattern = form.pop("number")
    try:
        first = read_whole(said("first") or "1")
    except Wrong as error:
        wrong["first"] = error
        return
    if pattern is not None and "{n}" not in pattern:
        wrong["number"] = Wrong("series", pattern)
    elif pattern is not None:
        form["numbers"] = {"pattern": pattern, "first": first}


def _ground(
    number: int, said: Any, needed: Any, day: Any, named: Any
) -> dict[str, Any] | None:  # Any: the readers above
    names = {part: ground_field(number, part) for part in GROUND}
    if not said(names["number"]) and not said(names["on"]):
        return None
    needed(names["on"])
    document = named(names["document"])
    return {
        "kind": said(names["kind"]) or "ba_tpk",
        "number": needed(names["number"]),
        "on": day(names["on"]),
        "outcome": said(names["outcome"]) or "setuju",
        **({} if document is None else {"document": document}),
    }
