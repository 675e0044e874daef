"""What somebody typed into a cell, read as the value it stands for: dates above all."""

import re
from datetime import date
from typing import get_args

from asn_ledger.domain.terms.nip import parse_nip
from asn_ledger.domain.terms.ranks import RANKS, ContractGrade
from asn_ledger.language import Language, translate
from asn_ledger.readmodels.words import words

_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "januari jan january", "februari feb pebruari february", "maret mar march", "april apr", "mei may",
            "juni jun june", "juli jul july", "agustus agu agt ags aug august", "september sep sept",
            "oktober okt oct october", "november nov nopember nop", "desember des dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_FIRST, _LAST = 1900, 2100
_AHEAD = 20
"""A year of two digits lies at most so many years ahead; what would lie further is of the century before."""
_ISO = re.compile(r"^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[T ]00:00(?::00)?)?$", re.ASCII)
_SPLIT = re.compile(r"^(\d{1,2})[-/. ]([A-Za-z]+|\d{1,2})[-/., ]+(\d{4}|\d{2})$", re.ASCII)
_MONTH = re.compile(r"^([A-Za-z]+|\d{1,2})[-/. ](\d{4})$", re.ASCII)
_YEAR = re.compile(r"^(?:th|thn|tahun|year)\.?\s*(\d{4})$", re.ASCII | re.IGNORECASE)
_CUTS = {
    4: ((1, 1, 2),),
    5: ((1, 2, 2), (2, 1, 2)),
    6: ((2, 2, 2), (1, 1, 4)),
    7: ((1, 2, 4), (2, 1, 4)),
    8: ((2, 2, 4),),
}
_FLOATED = re.compile(r"^\d(?:[.,]\d+)?E\+?\d+$", re.ASCII | re.IGNORECASE)
_RANK = re.compile(r"(?<![IVX])(IV|I{1,3})\s*[/. ]\s*([a-eA-E])(?![a-zA-Z])")


class Wrong(Exception):  # noqa: N818 -- a cell is wrong
    """A cell that cannot be read: the key of a message under `grid.wrong`, and what it names.

    `actions`: the actions to choose from, which each language calls by its own words, in place of `other`.
    """

    def __init__(self, code: str, value: str = "", other: str = "", actions: tuple[str, ...] = ()) -> None:
        super().__init__(code)
        self.code, self.value, self.other, self.actions = code, value, other, actions

    def told(self, language: Language) -> str:
        """What is wrong, in words."""
        other = ", ".join(translate(language, f"grid.action.{word}") for word in self.actions) or self.other
        return translate(language, f"grid.wrong.{self.code}", value=self.value, other=other)


def read_date(text: str, today: date) -> str:
    """A date as ISO writes it, as far as it is known (`YYYY`, `YYYY-MM`, `YYYY-MM-DD`).

    Day comes before month, as in Indonesia: `5326` and `05032026` are 5 March 2026.

    Raises:
        Wrong: it is no date, or could be two.
    """
    typed = " ".join(text.split())
    if typed.isdecimal() and typed.isascii():
        return _of_digits(typed, today)
    if found := _ISO.match(typed):
        return _checked(typed, int(found[1]), found[2], found[3])
    if found := _SPLIT.match(typed):
        return _checked(typed, _year(found[3], today), found[2], found[1])
    if found := _YEAR.match(typed):
        return _checked(typed, int(found[1]), None, None)
    if found := _MONTH.match(typed):
        return _checked(typed, int(found[2]), found[1], None)
    raise Wrong("date", typed)


def _of_digits(typed: str, today: date) -> str:
    found: list[str] = []
    for day, month, _ in _CUTS.get(len(typed), ()):
        parts = typed[:day], typed[day : day + month], typed[day + month :]
        found += _possible(_year(parts[2], today), parts[1], parts[0])
    if len(typed) == len("20260305"):
        found += _possible(int(typed[:4]), typed[4:6], typed[6:])
    if len(typed) == len("1998") and typed[:2] in {"19", "20"}:
        found.append(typed)
    found = sorted(set(found))
    if not found:
        raise Wrong("date", typed)
    if len(found) > 1:
        raise Wrong("date_twice", typed, " / ".join(found))
    return found[0]


def _possible(year: int, month: str, day: str) -> list[str]:
    try:
        return [_checked("", year, month, day)]
    except Wrong:
        return []


def _year(text: str, today: date) -> int:
    if len(text) == len("2026"):
        return int(text)
    year = today.year // 100 * 100 + int(text)
    return year if year <= today.year + _AHEAD else year - 100


def _checked(typed: str, year: int, month: str | None, day: str | None) -> str:
    if not _FIRST <= year <= _LAST:
        raise Wrong("date", typed)
    if month is None:
        return f"{year:04}"
    number = int(month) if month.isdecimal() else _MONTHS.get(month.casefold(), 0)
    try:
        whole = date(year, number, int(day or 1))
    except ValueError:
        raise Wrong("date", typed) from None
    return whole.isoformat() if day else whole.isoformat()[:7]


def read_nip(text: str) -> str:
    """The 18 digits of a NIP, however it was spaced.

    Raises:
        Wrong: it is none; one that a spreadsheet made a number of has lost its last digits, and is never guessed.
    """
    typed = text.strip().lstrip("'\u2018\u2019`").strip()
    if _FLOATED.match(typed.replace(" ", "")):
        raise Wrong("nip_number", typed)
    digits = re.sub(r"(?i)^nip\.?\s*:?\s*", "", typed)
    digits = re.sub(r"[\s.\-]", "", digits)
    try:
        return parse_nip(digits).digits
    except ValueError:
        rounded = len(digits) == len("198503152010011005") and digits.endswith("000")
        raise Wrong("nip_rounded" if rounded else "nip", typed) from None


def read_rank(text: str) -> str:
    """A rank such as `III/d`, out of `Penata Tk. I (III/d)`, `III d` or `3d`.

    Raises:
        Wrong: there is none in it.
    """
    typed = " ".join(text.split())
    short = re.fullmatch(r"([1-4])\s*[/. ]?\s*([a-eA-E])", typed)
    found = short or _RANK.search(typed.upper())
    if found is not None:
        step = ("I", "II", "III", "IV")[int(found[1]) - 1] if short else found[1]
        rank = f"{step}/{found[2].lower()}"
        if rank in RANKS:
            return rank
    raise Wrong("rank", typed)


def read_grade(text: str) -> str:
    """A rank, or the grade (golongan) of a contract, such as `IX`.

    Raises:
        Wrong: it is neither.
    """
    typed = " ".join(text.upper().split())
    return typed if typed in get_args(ContractGrade) else read_rank(text)


def read_whole(text: str) -> int:
    """A whole number; what comes behind it (`12 tahun`) is its unit.

    Raises:
        Wrong: it is none.
    """
    found = re.match(
        r"^(\d{1,4})(?:[.,]0+)?\s*(?:th|thn|tahun|bl|bln|bulan|years?|months?)?\.?$", text.strip(), re.ASCII
    )
    if found is None:
        raise Wrong("whole", text.strip())
    return int(found[1])


def read_text(text: str) -> str:
    """A text, without the mark that keeps it from being taken for a formula."""
    return text[1:] if text.startswith(("'=", "'+", "'-", "'@")) else text


def read_money(text: str) -> int:
    """Whole rupiah, however thousands are marked: `Rp 3.500.000,00`, `3,500,000`, `3500000`.

    Raises:
        Wrong: it is no such sum.
    """
    typed = re.sub(r"^(?i:rp\.?)", "", text.strip()).replace(" ", "")
    whole = re.sub(r"(?:[.,]00|,-)$", "", typed)
    if not re.fullmatch(r"\d{1,12}|\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3})+", whole, re.ASCII):
        raise Wrong("whole", text.strip())
    return int(re.sub(r"[.,]", "", whole))


def read_code(text: str, codes: dict[str, str]) -> str:
    """The code that a word stands for; `codes` maps words, as `plain` writes them, to codes.

    Raises:
        Wrong: no code is called that.
    """
    found = codes.get(plain(text))
    if found is None:
        raise Wrong("code", text.strip(), ", ".join(sorted({code.replace("_", " ") for code in codes.values()})))
    return found


def plain(text: str) -> str:
    """A text as headings and words are compared: its words in small letters."""
    return " ".join(words(text))
