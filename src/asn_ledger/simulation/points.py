"""Credit points of functional officers (angka kredit): taken over at the end of 2022, then converted year by year."""

from datetime import date
from functools import partial

from asn_ledger.simulation.dates import plus_months
from asn_ledger.simulation.desk import Wish
from asn_ledger.simulation.lives import LEVEL_RANKS, Json, Person
from asn_ledger.simulation.world import World

SINCE = 2023  # PermenPANRB 1/2023
_MOST_ROWS = 150
# By level, in thousandths: a year at "baik", the next rank within the level, the next level.
_YEARLY = {"terampil": 5_000, "mahir": 12_500, "ahli_pertama": 12_500, "ahli_muda": 25_000}
_FOR_RANK = {"terampil": 20_000, "mahir": 50_000, "ahli_pertama": 50_000, "ahli_muda": 100_000}
_FOR_LEVEL = {"terampil": 60_000, "ahli_pertama": 100_000}
_SHARE = {"sangat_baik": 150, "baik": 100, "butuh_perbaikan": 75, "kurang": 50, "sangat_kurang": 25}


def determine(world: World, day: date, judged: list[tuple[Person, str]]) -> None:
    """The points of a year that ends on `day`, of those who were appraised; they count from the next May on."""
    if day.year < SINCE - 1:
        return
    rows: list[Json] = []
    people: list[Person] = []
    for person, predicate in judged:
        level = None if person.post is None or person.post.function is None else person.post.level
        if level is None or person.status != "pns" or person.away:
            continue
        made = _opened(person, level, day) + _converted(person, level, day, predicate)
        rows += [row for row, _ in made]
        people += [person] * len(made)
        gained = sum(points for _, points in made)
        if made:
            world.agenda.at(date(day.year + 1, 5, 6), partial(_count, person, level, gained))
    for first in range(0, len(rows), _MOST_ROWS):
        part = slice(first, first + _MOST_ROWS)
        wish = Wish("keputusan", "821.29", matter="points", pace="prompt", draft=False)
        decided = world.later(date(day.year + 1, 3, 10), 0, 20)
        world.desk.issue(wish, decided, rows[part], people[part])


def enough_for_rank(person: Person, level: str) -> bool:
    """Whether the points open the next rank; of whom none are counted nobody can tell."""
    return person.points.get(level, 10**9) >= _steps(person, level, 1) * _FOR_RANK[level]


def enough_for_level(person: Person, level: str) -> bool:
    """Whether the points open the next level."""
    return person.points.get(level, 0) >= _FOR_LEVEL[level]


def begin(person: Person, level: str) -> None:
    """Somebody comes to a level with nothing: risen to it, or appointed to it first of all."""
    person.points[level] = 0


def _count(person: Person, level: str, gained: int, _day: date) -> None:
    person.points[level] = person.points.get(level, 0) + gained


def _steps(person: Person, level: str, further: int = 0) -> int:
    return max(0, person.rank + further - LEVEL_RANKS[level][0])


def _opened(person: Person, level: str, day: date) -> list[tuple[Json, int]]:
    """What somebody brings along: by the old way of counting, or by the rank where they came from elsewhere."""
    taken_over = day.year < SINCE
    if level in person.points and not taken_over:
        return []
    points = _steps(person, level) * _FOR_RANK[level]
    if taken_over:
        months = (day.year - person.rank_since.year) * 12 + day.month - person.rank_since.month
        points += min(_FOR_RANK[level], _YEARLY[level] * (months + 6) // 12)
        person.points.pop(level, None)
    else:
        begin(person, level)
    until = day if taken_over else max(person.since, person.pns_since)
    return [(_row(person, level, "integrasi" if taken_over else "pertama", (person.since, until), points), points)]


def _converted(person: Person, level: str, day: date, predicate: str) -> list[tuple[Json, int]]:
    if day.year < SINCE:
        return []
    since = person.since
    if person.before is not None and person.before[0].level == level:
        since = person.before[1]  # at the same level elsewhere before
    begins = max(date(day.year, 1, 1), since if since.day == 1 else plus_months(since.replace(day=1), 1))
    months = 13 - begins.month
    if begins.year > day.year:
        return []
    points = round(_YEARLY[level] * _SHARE[predicate] * months / 1200)
    row = _row(person, level, "konversi", (begins, day), points)
    return [({**row, "predicate": predicate}, points)]


def _row(person: Person, level: str, kind: str, period: tuple[date, date], points: int) -> Json:
    said = f"{points // 1000}.{points % 1000:03}".rstrip("0").rstrip(".")
    row: Json = {"row": 0, "action": "determine_points", "employee": person.id, "kind": kind, "level": level}
    return row | {"began_on": period[0].isoformat(), "points": said, "tmt": {"on": period[1].isoformat()}}
