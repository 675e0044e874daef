"""Who holds the offices outside the civil service: mayor, governor, ministers, president. All names are made up."""

from dataclasses import dataclass
from datetime import date
from random import Random

from asn_ledger.simulation.names import person_name
from asn_ledger.simulation.numbers import Ids

_TITLES = {
    "presiden": "Presiden Republik Indonesia",
    "mendagri": "Menteri Dalam Negeri",
    "kepala-bkn": "Kepala Badan Kepegawaian Negara",
    "gubernur": "Gubernur Jawa Tengah",
    "wali-kota": "Wali Kota Salatiga",
}
_BEGINNINGS = {
    "presiden": ["1993-03-11", "1998-05-21", "1999-10-20", "2001-07-23", "2004-10-20", "2014-10-20", "2024-10-20"],
    "mendagri": ["1993-03-17", "1998-05-23", "2001-08-10", "2007-08-29", "2009-10-22", "2014-10-27", "2019-10-23"],
    "kepala-bkn": ["1994-06-01", "2000-03-01", "2007-05-01", "2012-11-01", "2015-06-01", "2024-03-01"],
    "gubernur": ["1993-08-23", "1998-08-24", "2003-08-24", "2008-08-23", "2013-08-23", "2018-09-05", "2023-09-05"],
    "wali-kota": ["1991-07-11", "1996-07-11", "2001-07-11", "2006-07-11", "2011-07-11", "2016-07-11", "2017-05-22",
                  "2022-05-22", "2025-02-20"],
}  # fmt: skip
_PENJABAT = {("wali-kota", "2016-07-11"), ("wali-kota", "2022-05-22"), ("gubernur", "2023-09-05")}
_ELECTION_BANS = ((date(2016, 4, 24), date(2017, 5, 21)), (date(2024, 3, 22), date(2025, 2, 19)))


@dataclass(frozen=True, slots=True)
class Term:
    """One term of one official in an office outside the civil service; `ended` is the first day out of it."""

    office: str
    official: str
    name: str
    title: str
    capacity: str
    letter: str | None
    began: date
    ended: date | None


class Heads:
    """The terms of all outside offices, by date."""

    def __init__(self, ids: Ids, chance: Random) -> None:
        self.terms: list[Term] = []
        for office, beginnings in _BEGINNINGS.items():
            for index, began in enumerate(beginnings):
                pj = (office, began) in _PENJABAT
                later = beginnings[index + 1 : index + 2]
                self.terms.append(
                    Term(
                        office=office,
                        official=ids.next(),
                        name=person_name(chance, chance.choice("mmf")),
                        title=("Pj. " if pj else "") + _TITLES[office],
                        capacity="pj" if pj else "definitif",
                        letter=f"131.33/{began[2:4]}{index + 1:02}/SJ" if pj else None,
                        began=date.fromisoformat(began),
                        ended=date.fromisoformat(later[0]) if later else None,
                    )
                )
        self._by_office = {office: [t for t in self.terms if t.office == office] for office in _BEGINNINGS}

    def on(self, office: str, day: date) -> Term:
        """The term that runs on a day (the first one for days before it)."""
        found = self._by_office[office][0]
        for term in self._by_office[office]:
            if term.began <= day:
                found = term
        return found

    def letter_needed(self, day: date) -> bool:
        """Whether replacing officials needs the Minister's approval: an acting mayor, a fresh one, or an election."""
        mayor = self.on("wali-kota", day)
        if mayor.capacity == "pj" or any(first <= day <= last for first, last in _ELECTION_BANS):
            return True
        return day.year >= 2015 and (day - mayor.began).days < 190
