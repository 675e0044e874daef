"""Raises in rank, on the days and after the years the law asks for (PP 99/2000 with PP 12/2002)."""

from datetime import date

from asn_ledger.simulation import points
from asn_ledger.simulation.dates import plus_days, plus_years
from asn_ledger.simulation.desk import Issued, Wish
from asn_ledger.simulation.lives import LEVEL_RANKS, RANKS, SCALE, Json, Person
from asn_ledger.simulation.slips import planted
from asn_ledger.simulation.world import World

_GOLONGAN_IV = RANKS.index("IV/a")
_SIGNED_ABOVE = RANKS.index("IV/c")


def raise_ranks(world: World, day: date) -> None:
    """Everybody who is due on this period's day rises one rank, each by a decree of their own."""
    year = day.year
    for person in list(world.serving):
        if person.status == "pns" and year - person.rank_since.year >= 1:
            kind = _due(person, day)
            if kind and world.chance.random() < 0.9:
                raise_rank(world, person, day, kind)
            elif _has_studied(world, person, day):
                person.education, person.studied = "S1", True
                world.diplomas.append((person, "S1", date(year - 1, 8, 20), "izin_belajar"))
                raise_rank(world, person, day, "penyesuaian_ijazah")


def _due(person: Person, day: date) -> str | None:
    """Which kind of raise the person may have on `day`, a first of the month, if any."""
    if not (person.predicates[0] and person.predicates[1]) or person.pns_since > day:
        return None
    since = person.rank_since
    four_years = (day.year - since.year) * 12 + day.month - since.month >= 48
    post = person.post
    if post is None:
        return None
    if not post.structural:
        kind = "reguler" if post.function is None else "pilihan_jf"
        top = SCALE[person.education][1]
        if post.level is not None:
            top = min(top, LEVEL_RANKS[post.level][1])  # the level first, then the rank
        counted = post.level is None or day.year < points.SINCE or points.enough_for_rank(person, post.level)
        return kind if four_years and person.rank < top and counted else None
    low, high = LEVEL_RANKS[post.level or ""]
    if person.rank >= high:
        return None
    if person.rank == low - 1:
        ripe = plus_years(person.rank_since, 1) <= day and plus_years(person.since, 1) <= day
        return "pilihan_struktural" if ripe else None
    return "pilihan_struktural" if four_years else None


def _has_studied(world: World, person: Person, day: date) -> bool:
    """Whether somebody at the end of golongan II now shows a degree that opens golongan III."""
    if RANKS[person.rank] != "II/d" or person.education not in {"SLTA", "D-III"} or person.post is None:
        return False
    ripe = plus_years(person.rank_since, 1) <= day and person.predicates[0] and not person.post.structural
    return ripe and world.chance.random() < 0.08


def raise_rank(world: World, person: Person, day: date, kind: str, steps: int = 1) -> Issued:
    """Raise somebody by `steps` ranks (one is lawful) and let a slip of the pen happen now and then."""
    person.rank += steps
    person.rank_before, person.rank_since = person.rank_since, day
    decided = world.later(day, -35, 40)
    row = raise_row(person, day, kind)
    high = person.rank >= _SIGNED_ABOVE
    signer = "wali-kota" if person.rank < _GOLONGAN_IV else "gubernur"
    wish = Wish(
        "petikan",
        "823." + str(1 + RANKS[person.rank].count("I")),
        "kepala-bkn" if high else signer,
        "an" if high else None,
        matter="rank",
        considerations=(world.desk.consideration("pertek_bkn", plus_days(decided, -12), 1),),
        draft=steps == 1 and not person.studied,
    )
    issued = planted(world, wish, decided, row, [person]) if steps == 1 else None
    person.raised_by = None
    if issued is None:
        issued = world.desk.issue(wish, decided, [row], [person])
        person.raised_by = (issued.id, 1)
    return issued


def raise_row(person: Person, day: date, kind: str) -> Json:
    """The row that says somebody's present rank was given on `day`."""
    months = (day.year - person.entered.year) * 12 + day.month - person.entered.month + person.credit
    return {
        "row": 0,
        "action": "raise_rank",
        "employee": person.id,
        "to": person.rank_text,
        "kind": kind,
        "service_years": months // 12,
        "service_months": months % 12,
        "tmt": {"on": day.isoformat()},
    }
