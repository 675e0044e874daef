"""Annual appraisals: one record per house and year, the predicate by the matrix (PermenPANRB 6/2022)."""

from datetime import date

from asn_ledger.simulation.desk import Wish
from asn_ledger.simulation.lives import Json, Person, Post, Unit
from asn_ledger.simulation.points import determine
from asn_ledger.simulation.world import World

_MOST_ROWS = 150
_LAST_COUNTED = 2021
# The numbers of each predicate, in the names of today (PP 46/2011 Ps 17; PP 30/2019 Ps 41).
_BANDS: dict[str, dict[str, tuple[float, float]]] = {
    "pp46": {"sangat_baik": (91, 98), "baik": (76, 90), "butuh_perbaikan": (61, 75), "kurang": (51, 60),
             "sangat_kurang": (30, 50)},
    "pp30": {"sangat_baik": (110, 120), "baik": (90.5, 109), "butuh_perbaikan": (70.5, 90), "kurang": (50.5, 70),
             "sangat_kurang": (30, 50)},
}  # fmt: skip
# (result, behaviour, predicate, cumulative chance): what is common comes first.
_OUTCOMES = (
    ("sesuai", "sesuai", "baik", 0.58),
    ("di_atas", "di_atas", "sangat_baik", 0.78),
    ("di_atas", "sesuai", "baik", 0.9),
    ("sesuai", "di_atas", "baik", 0.978),
    ("di_bawah", "sesuai", "butuh_perbaikan", 0.989),
    ("di_bawah", "di_atas", "butuh_perbaikan", 0.993),
    ("sesuai", "di_bawah", "kurang", 0.996),
    ("di_atas", "di_bawah", "kurang", 0.998),
    ("di_bawah", "di_bawah", "sangat_kurang", 1.0),
)


def appraise(world: World, day: date) -> None:
    """Everybody who serves on the last day of the year is appraised; the record follows by March."""
    if date(day.year + 1, 3, 31) > world.until:
        return
    houses: dict[Unit, list[Person]] = {}
    for person in world.serving:
        if person.post is not None and (day - person.entered).days > 92:
            unit = person.post.unit
            houses.setdefault(unit if unit.kind in ("sekolah", "puskesmas", "uptd") else unit.agency, []).append(person)
    sekda = next((p for p in world.posts if p.level == "II.a" and not p.ended), None)
    judged: list[tuple[Person, str]] = []
    for house, people in houses.items():
        head = _head(house)
        for first in range(0, len(people), _MOST_ROWS):
            judged += _record(world, day, head or sekda, sekda, people[first : first + _MOST_ROWS])
    determine(world, day, judged)


def _head(house: Unit) -> Post | None:
    """The post that leads a house and is held, or the nearest one above it."""
    at: Unit | None = house
    while at is not None:
        for post in at.posts:
            if post.leads and post.holders:
                return post
        at = at.parent
    return None


def _record(
    world: World, day: date, head: Post | None, above: Post | None, people: list[Person]
) -> list[tuple[Person, str]]:
    """Appraise people; answers the predicate of each."""
    chance = world.chance.random
    year = day.year
    tmt = {"on": day.isoformat()}
    appraiser = head.holders[0] if head is not None and head.holders else None
    superior = above.holders[0] if above is not None and above.holders else None
    rows: list[Json] = []
    judged: list[tuple[Person, str]] = []
    for person in people:
        draw = chance()
        result, behaviour, predicate, _ = next(outcome for outcome in _OUTCOMES if draw <= outcome[3])
        person.predicates = (draw <= 0.978, person.predicates[0])
        by = superior if person is appraiser else appraiser
        row: Json = {
            "row": 0,
            "action": "appraise",
            "employee": person.id,
            "year": year,
            **_judgement(year, result, behaviour, predicate, draw),
            "appraiser": by.id if by is not None and by is not person else None,
            "months": 12 if person.entered.year < year else 13 - person.entered.month,
            "post": person.post.id if person.post else None,
            "tmt": tmt,
        }
        rows.append(row)
        judged.append((person, predicate))
    decided = world.later(date(year + 1, 1, 10), 0, 60)
    signer: Post | str = "wali-kota"
    if head is not None and head.holders and head.holders[0] is not people[0]:
        signer = head
    wish = Wish("penilaian", "800.1.4", signer, matter="appraisal", pace="prompt", draft=False)
    world.desk.issue(wish, decided, rows, people)
    return judged


def _judgement(year: int, result: str, behaviour: str, predicate: str, draw: float) -> Json:
    """By the matrix since 2022; before that a number, by PP 30/2019 for 2021, else by PP 46/2011 and DP3 alike."""
    if year > _LAST_COUNTED:
        return {"result": result, "behaviour": behaviour, "predicate": predicate}
    scale = "pp30" if year == _LAST_COUNTED else "pp46"
    least, most = _BANDS[scale][predicate]
    score = least + (draw * 1000 % 1) * (most - least)
    return {"predicate": predicate, "score": f"{score:.2f}", "scale": scale}
