"""Ids that follow from the seed, and the registers of civil-servant and decree numbers."""

import hashlib
import uuid
from datetime import date

from asn_ledger.simulation.lives import Person

_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "asn-ledger:simulation")


class Ids:
    """Hands out UUIDv5 of (seed, counter), so that a city comes out the same byte for byte."""

    def __init__(self, seed: int) -> None:
        self._space = hashlib.sha1(uuid.uuid5(_SPACE, str(seed)).bytes, usedforsecurity=False)
        self._count = 0

    def next(self) -> str:
        """The next id, as text: uuid5 by hand, for there are hundreds of thousands."""
        self._count += 1
        digest = self._space.copy()
        digest.update(b"%d" % self._count)
        text = digest.hexdigest()
        variant = _VARIANT[text[16]]
        return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{variant}{text[17:20]}-{text[20:32]}"


class Numbers:
    """Keeps civil-servant numbers (NIP) and decree numbers unique."""

    def __init__(self) -> None:
        self._serials: dict[str, int] = {}
        self._registered: dict[tuple[str, int], int] = {}

    def nip(self, person: Person) -> str:
        """A structurally valid NIP (Perka BKN 22/2007), or NI PPPK for somebody under contract."""
        sex = "1" if person.sex == "m" else "2"
        entered = f"{person.entered:%Y%m}" if person.rank_scale == "pns" else f"{person.entered.year}21"
        stem = f"{person.born:%Y%m%d}{entered}{sex}"
        serial = self._serials[stem] = self._serials.get(stem, 0) + 1
        return f"{stem}{serial:03d}"

    def decree(self, code: str, day: date) -> str:
        """A number that grows with the date within a class and year, as a register's would."""
        year, ordinal = day.year, day.toordinal()
        serial = self._registered[code, ordinal] = self._registered.get((code, ordinal), 0) + 1
        return f"{code}/{ordinal - date(year, 1, 1).toordinal() + 1:03d}{serial:03d}/{year}"
