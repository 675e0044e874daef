"""Decrees that writers send: a little office with posts that many people move among."""

import random
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

Form = dict[str, Any]  # Any: JSON

POSTS = 12
_SIGNER = {
    "as_printed": {"name": "Wali Kota", "title": "Wali Kota Salatiga"},
    "capacity": "sendiri",
    "signature": {"kind": "basah"},
}


@dataclass
class Chance:
    """What is drawn for one writer; the same seed draws the same."""

    number: int
    drawn: random.Random
    _serial: int = field(default=0)

    def id(self) -> str:
        """A new id."""
        return str(UUID(int=self.drawn.getrandbits(128), version=4))

    def nip(self) -> str:
        """A NIP that no other writer of the run draws."""
        self._serial += 1
        days, serial = divmod(self._serial, 999)
        return f"{1960 + self.number:04d}01{days + 1:02d}201201{1 + self.number % 2}{serial + 1:03d}"


def decree(chance: Chance, rows: list[Form], mode: str = "draft") -> Form:
    """A decree of these rows."""
    form: Form = {
        "id": chance.id(),
        "mode": mode,
        "kind": "keputusan",
        "number": f"821.2/{chance.drawn.randrange(10**6)}/2019",
        "decided_on": "2019-12-20",
        "signer": _SIGNER,
        "rows": [{"row": number, **row} for number, row in enumerate(rows, start=1)],
    }
    if mode == "signed":
        form["document_pending"] = {"reason": "menyusul"}
    return form


def day(chance: Chance, rows: list[Form], mode: str) -> Form:
    """A bulk day: a decree of each row, numbered in a series."""
    common = {name: said for name, said in decree(chance, [], mode).items() if name not in {"id", "number", "rows"}}
    numbers = {"pattern": f"821.2/{chance.drawn.randrange(10**6)}.{{n}}/2019"}
    return {"common": common, "numbers": numbers, "rows": [{"row": row} for row in rows]}


def office(chance: Chance) -> tuple[Form, list[str]]:
    """The decree that makes the unit and its posts, and the posts' ids."""
    unit, posts = chance.id(), [chance.id() for _ in range(POSTS)]
    made: Form = {
        "action": "create_unit", "unit": unit, "name": "Dinas Pengujian", "kind": "dinas", "parent": None,
        "tmt": {"on": "2010-01-01"},
    }  # fmt: skip
    return decree(chance, [made, *(create_post(post, unit, n) for n, post in enumerate(posts))]), posts


def create_post(post: str, unit: str, number: int) -> Form:
    """A post with many seats, or, every third, with one that is fought for."""
    return {
        "action": "create_post", "post": post, "unit": unit, "title": f"Pengolah Data {number}", "kind": "pelaksana",
        "seats": 1 if number % 3 == 0 else 400, "leads_unit": False, "tmt": {"on": "2010-01-01"},
    }  # fmt: skip


def enters(employee: str, nip: str) -> Form:
    """Somebody who serves already."""
    return {
        "action": "open_career", "employee": employee, "name": f"Pegawai {nip}", "nip": nip, "sex": "f",
        "status": "pns", "rank": "III/b", "rank_tmt": "2012-01-01", "tmt": {"on": "2012-01-01"},
    }  # fmt: skip


def placed(employee: str, post: str, day: str, *, first: bool) -> Form:
    """Somebody's first post, or another one."""
    return {
        "action": "appoint" if first else "move", "employee": employee, "to": post,
        "path": "mutasi_setingkat", "tmt": {"on": day},
    }  # fmt: skip
