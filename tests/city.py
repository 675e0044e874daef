"""Events about numbered people, posts and units, in as few words as a test wants to read."""

from typing import Any
from uuid import UUID

import given

from asn_ledger.domain.events import (
    ActingAssigned,
    CpnsAppointed,
    DecreeRecorded,
    Event,
    FactAnnulled,
    FactCorrected,
    PersonsIdentified,
    PersonsSeparated,
    PostAbolished,
    PostAppointed,
    PostCreated,
    PostRenamed,
    PostSucceeded,
    RankRaised,
    Separated,
    UnitCreated,
    UnitMoved,
    UnitRenamed,
    WorkloadSet,
)
from asn_ledger.domain.terms.dates import PartialDate


def said(tmt: str, decree: int = 1, row: int = 1) -> dict[str, Any]:
    """What every row of a decree says."""
    return {"decree": given.decree(decree), "row": row, "cited": given.cited(tmt), "tmt": PartialDate(tmt)}


def unit(n: int, name: str, tmt: str = "2010-01-01", parent: int | None = None) -> UnitCreated:
    above = None if parent is None else given.unit(parent)
    return UnitCreated(**said(tmt), unit=given.unit(n), name=name, kind="dinas", parent=above)


def unit_renamed(n: int, name: str, tmt: str) -> UnitRenamed:
    return UnitRenamed(**said(tmt), unit=given.unit(n), name=name)


def unit_moved(n: int, parent: int, tmt: str) -> UnitMoved:
    return UnitMoved(**said(tmt), unit=given.unit(n), parent=given.unit(parent))


def post(
    n: int,
    title: str,
    tmt: str = "2010-01-01",
    *,
    unit: int = 1,
    seats: int = 1,
    leads: bool = False,
    code: str | None = None,
) -> PostCreated:
    return PostCreated(
        **said(tmt),
        post=given.post(n),
        unit=given.unit(unit),
        title=title,
        kind="pelaksana",
        seats=seats,
        leads_unit=leads,
        code=code,
    )


def workload(n: int, need: int, year: int, tmt: str) -> WorkloadSet:
    return WorkloadSet(**said(tmt), post=given.post(n), need=need, year=year)


def post_renamed(n: int, title: str, tmt: str) -> PostRenamed:
    return PostRenamed(**said(tmt), post=given.post(n), title=title)


def post_abolished(n: int, tmt: str) -> PostAbolished:
    return PostAbolished(**said(tmt), post=given.post(n))


def post_succeeded(n: int, earlier: int, tmt: str) -> PostSucceeded:
    return PostSucceeded(**said(tmt), post=given.post(n), predecessors=(given.post(earlier),), how="rename")


def entered(n: int, name: str = "Ani", nip: str = "198503122010012003", tmt: str = "2010-01-01") -> CpnsAppointed:
    return CpnsAppointed(
        **said(tmt), employee=given.employee(n), name=name, nip=nip, born_on="1985-03-12", sex="f", rank="III/a",
        education="40", unit=given.unit(1),
    )  # fmt: skip


def appointed(n: int, post: int, tmt: str, decree: int = 2) -> PostAppointed:
    return PostAppointed(**said(tmt, decree), employee=given.employee(n), post=given.post(post), path="pelaksana")


def acting(n: int, post: int, tmt: str, until: str | None = None) -> ActingAssigned:
    return ActingAssigned(
        **said(tmt), employee=given.employee(n), post=given.post(post), kind="plt", cause="lowong", until=until
    )


def raised(n: int, rank: str, tmt: str) -> RankRaised:
    return RankRaised(**said(tmt), employee=given.employee(n), rank=rank, kind="reguler")


def left(n: int, tmt: str) -> Separated:
    return Separated(**said(tmt), employee=given.employee(n), reason="bup", honour="hormat")


def annulled(struck: Event, strikes: UUID, tmt: str, effect: str = "ex_tunc") -> FactAnnulled:
    return FactAnnulled(
        **said(tmt, 9), strikes=strikes, struck_tags=tuple(struck.tags()), instrument="pembatalan", effect=effect,
        ground="wewenang",
    )  # fmt: skip


def corrected(struck: Event, strikes: UUID, replacement: Event, tmt: str) -> FactCorrected:
    return FactCorrected(**said(tmt, 9), strikes=strikes, struck_tags=tuple(struck.tags()), replacement=replacement)


def identified(*people: int, canonical: int, tmt: str = "2020-01-01") -> PersonsIdentified:
    employees = tuple(given.employee(n) for n in people)
    return PersonsIdentified(**said(tmt, 8), employees=employees, canonical=given.employee(canonical))


def separated(*people: int, canonical: int, tmt: str = "2020-01-01") -> PersonsSeparated:
    employees = tuple(given.employee(n) for n in people)
    return PersonsSeparated(**said(tmt, 8), employees=employees, canonical=given.employee(canonical))


def recorded(n: int, number: str | None, decided_on: str = "2020-01-01", rows: int = 1) -> DecreeRecorded:
    return DecreeRecorded.model_validate(
        {
            "decree": given.decree(n),
            "mode": "signed",
            "kind": "keputusan",
            "number": number,
            "decided_on": decided_on,
            "signer": {
                "as_printed": {"name": "Yanti", "title": "Wali Kota Salatiga"},
                "office": "wali-kota",
                "capacity": "sendiri",
                "signature": {"kind": "basah"},
            },
            "rows": rows,
        }
    )
