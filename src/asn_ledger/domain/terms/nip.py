"""NIP and NI PPPK: 18 digits (Peraturan Kepala BKN 22/2007)."""

import re
from dataclasses import dataclass
from datetime import date

from asn_ledger.domain.errors import Malformed
from asn_ledger.domain.terms.codes import Sex

_FORM = re.compile(r"^(\d{4})(\d{2})(\d{2})(\d{4})(\d{2})([12])(\d{3})$", re.ASCII)
_FIRST_CONTRACT_CODE = 21


@dataclass(frozen=True, slots=True)
class Nip:
    """The parts of a NIP: birth, year (and month, for a PNS) of entry, sex, serial."""

    digits: str
    born_on: date
    entry_year: int
    entry_month: int | None
    sex: Sex


def parse_nip(text: str) -> Nip:
    """Read a NIP (spaces allowed).

    Raises:
        ValueError: it is no NIP; the message says which part is wrong.
    """
    digits = text.replace(" ", "")
    match = _FORM.match(digits)
    if match is None:
        raise Malformed("nip_shape", "a NIP has 18 digits, the 15th being 1 or 2")
    year, month, day, entry_year, code, sex, serial = match.groups()
    try:
        born_on = date(int(year), int(month), int(day))
    except ValueError as error:
        raise Malformed("nip_birth", "the NIP's first eight digits are no date of birth") from error
    entry_month = int(code)
    contract = entry_month >= _FIRST_CONTRACT_CODE and code[1] != "0" and code[0] == "2"
    if not contract and not 1 <= entry_month <= 12:  # noqa: PLR2004 -- months of a year
        raise Malformed("nip_month", "the NIP's digits 13-14 are neither a month nor a PPPK code")
    if serial == "000":
        raise Malformed("nip_serial", "the NIP's serial number is 000")
    return Nip(digits, born_on, int(entry_year), None if contract else entry_month, "m" if sex == "1" else "f")
