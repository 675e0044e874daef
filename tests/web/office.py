"""Decrees of a small office, as JSON: a city with a few units and posts, and people who hold them."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any
from uuid import NAMESPACE_OID, uuid4, uuid5

SIGNER = {
    "as_printed": {"name": "Yuliyanto Kepala Daerah", "title": "Wali Kota Salatiga"},
    "capacity": "sendiri",
    "signature": {"kind": "basah"},
}


def name(kind: str, n: int | str) -> str:
    """The id of the nth thing of a kind."""
    return str(uuid5(NAMESPACE_OID, f"{kind}/{n}"))


def decree(
    rows: Sequence[dict[str, Any]],
    *,
    mode: str = "signed",
    decided_on: str = "2019-12-20",
    number: str = "821.2/1/2019",
    kind: str = "keputusan",
) -> dict[str, Any]:
    numbered = [{"row": n, **row} for n, row in enumerate(rows, start=1)]
    form: dict[str, Any] = {
        "id": str(uuid4()), "mode": mode, "kind": kind, "number": number, "decided_on": decided_on, "signer": deepcopy(SIGNER),
        "rows": numbered,
    }  # fmt: skip
    if mode == "signed":
        form["document_pending"] = {"reason": "menyusul"}
    return form


def unit(
    n: int | str, called: str, *, parent: str | None = None, kind: str = "dinas", tmt: str = "2010-01-01"
) -> dict[str, Any]:
    return {
        "action": "create_unit",
        "unit": name("unit", n),
        "name": called,
        "kind": kind,
        "parent": parent,
        "tmt": {"on": tmt},
    }


def post(
    n: int | str,
    title: str,
    *,
    unit: int | str = 1,
    kind: str = "pelaksana",
    seats: int = 1,
    leads: bool = False,
    tmt: str = "2010-01-01",
) -> dict[str, Any]:
    return {
        "action": "create_post", "post": name("post", n), "unit": name("unit", unit), "title": title, "kind": kind,
        "seats": seats, "leads_unit": leads, "tmt": {"on": tmt},
    }  # fmt: skip


def enters(n: int | str, called: str, nip: str, *, tmt: str = "2012-01-01", **more: Any) -> dict[str, Any]:
    return {
        "action": "open_career", "employee": name("employee", n), "name": called, "nip": nip, "sex": "f",
        "status": "pns", "rank": "IV/b", "rank_tmt": tmt, "tmt": {"on": tmt}, **more,
    }  # fmt: skip


def appoint(n: int | str, to: int | str, tmt: str, *, path: str = "seleksi_terbuka") -> dict[str, Any]:
    return {
        "action": "appoint",
        "employee": name("employee", n),
        "to": name("post", to),
        "path": path,
        "tmt": {"on": tmt},
    }


def move(n: int | str, to: int | str, tmt: str, *, path: str = "mutasi_setingkat") -> dict[str, Any]:
    return {**appoint(n, to, tmt, path=path), "action": "move"}


def separate(n: int | str, tmt: str, reason: str = "bup", honour: str = "hormat") -> dict[str, Any]:
    return {
        "action": "separate",
        "employee": name("employee", n),
        "reason": reason,
        "honour": honour,
        "tmt": {"on": tmt},
    }


def transfer(n: int | str, to: int | str, tmt: str) -> dict[str, Any]:
    return {
        "action": "transfer", "employee": name("employee", n), "to": name("post", to), "request": "dinas",
        "tmt": {"on": tmt},
    }  # fmt: skip


def release(n: int | str, post: int | str, tmt: str, reason: str) -> dict[str, Any]:
    return {
        "action": "release", "employee": name("employee", n), "post": name("post", post), "reason": reason,
        "tmt": {"on": tmt},
    }  # fmt: skip


def raise_rank(n: int | str, to: str, tmt: str) -> dict[str, Any]:
    return {"action": "raise_rank", "employee": name("employee", n), "to": to, "kind": "reguler", "tmt": {"on": tmt}}


def appraise(n: int | str, year: int, predicate: str) -> dict[str, Any]:
    return {
        "action": "appraise", "employee": name("employee", n), "year": year, "result": "di_bawah",
        "behaviour": "di_bawah", "predicate": predicate, "months": 12, "tmt": {"on": f"{year}-12-31"},
    }  # fmt: skip


def annul(decree: str, row: int, tmt: str) -> dict[str, Any]:
    return {
        "action": "annul", "of": {"decree": decree, "row": row}, "effect": "ex_tunc", "ground": "wewenang",
        "tmt": {"on": tmt},
    }  # fmt: skip
