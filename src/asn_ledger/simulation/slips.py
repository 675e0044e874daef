"""Slips of the pen and their repair: misprints, typing errors, rows that name nobody, facts on the wrong person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from asn_ledger.simulation.dates import plus_days, plus_months
from asn_ledger.simulation.desk import Issued, Wish
from asn_ledger.simulation.lives import Json, Person, Post
from asn_ledger.simulation.world import World

NOTE = Wish("catatan", "800.2", draft=False, pace="prompt")
_RALAT = Wish("keputusan", "821.9", matter="ralat", draft=False, pace="prompt")
_LONGEST = 240  # days until a slip is mended


@dataclass(frozen=True, slots=True)
class _Slip:
    """A one-row decree that goes wrong: how it should have been, whom it touches, when it is put right."""

    world: World
    wish: Wish
    decided: date
    row: Json
    subjects: Sequence[Person | Post]
    mended: date

    @property
    def person(self) -> Person:
        return next(one for one in self.subjects if isinstance(one, Person))

    def issue(self, row: Json, *more: Person | Post) -> Issued:
        """Issue the decree with this (wrong) row."""
        wish = replace(self.wish, pace="prompt", draft=False)
        return self.world.desk.issue(wish, self.decided, [row], [*self.subjects, *more])

    def mend(self, wish: Wish, issued: Issued, row: Json, *more: Person | Post) -> Issued:
        """Issue the row that puts it right, after the wrong one was recorded."""
        row = {"row": 0, "action": row.pop("action"), "of": {"decree": issued.id, "row": 1}} | row
        self.world.desk.issue(replace(wish, after=issued.recorded), self.mended, [row], [*self.subjects, *more])
        return issued


def planted(world: World, wish: Wish, decided: date, row: Json, subjects: Sequence[Person | Post]) -> Issued | None:
    """Now and then, issue a one-row decree with a slip and its later repair; None if all is to go right."""
    draw = world.chance.random()
    if draw > 0.014 or plus_days(decided, _LONGEST + 60) >= world.until:
        return None
    slip = _Slip(world, wish, decided, row | {"row": 1}, subjects, world.later(decided, 20, _LONGEST))
    if draw < 0.005:
        return _misprinted(slip)
    if draw < 0.009:
        return _mistyped(slip)
    if draw < 0.012 or row["action"] != "transfer":
        return _unresolved(slip)
    return _misattributed(slip)


def _off_by_a_month(row: Json) -> Json:
    right = date.fromisoformat(row["tmt"]["on"])
    return row | {"tmt": {"on": plus_months(right, 1).isoformat()}}


def _misprinted(slip: _Slip) -> Issued:
    """The decree itself is printed with the wrong month; a *ralat* follows."""
    issued = slip.issue(_off_by_a_month(slip.row))
    return slip.mend(_RALAT, issued, {"action": "correct", "replacement": slip.row})


def _mistyped(slip: _Slip) -> Issued:
    """The decree was right, the typing was not; the record is corrected with the scan as evidence."""
    issued = slip.issue(_off_by_a_month(slip.row))
    evidence = slip.world.desk.consideration("bukti_salah_catat", plus_days(slip.mended, -3), 1)
    row = {"action": "correct_record", "replacement": slip.row, "evidence": evidence["number"]}
    return slip.mend(replace(NOTE, considerations=(evidence,)), issued, row | {"reason": "TMT salah ketik"})


def _unresolved(slip: _Slip) -> Issued:
    """The printed NIP belongs to nobody, so the row stays open until somebody looks it up."""
    nip = slip.person.nip
    printed = {"name": slip.person.name, "nip": f"{nip[:-3]}{(int(nip[-3:]) + 500) % 1000:03d}"}
    issued = slip.issue(slip.row | {"employee": None, "as_printed": printed})
    return slip.mend(NOTE, issued, {"action": "resolve_row", "replacement": slip.row | {"as_printed": printed}})


def _misattributed(slip: _Slip) -> Issued:
    """The fact is recorded on somebody else who holds a like post, and put right later."""
    other = next((one for one in slip.world.tries(20) if _alike(one, slip.person)), None)
    if other is None or other.post is None:
        return _mistyped(slip)
    issued = slip.issue(slip.row | {"employee": other.id}, other, other.post)
    row = {"action": "reassign_fact", "employee": slip.person.id, "reason": "Tercatat pada pegawai lain"}
    return slip.mend(NOTE, issued, row, other, other.post)


def _alike(other: Person, person: Person) -> bool:
    if other.post is None or person.post is None or other.post.structural or other is person:
        return False
    return other.post.schooling == person.post.schooling and other.status == "pns" and not other.reserved
