"""How people come in: the snapshot at the beginning, CPNS cohorts, contracts, transfers from other agencies."""

from datetime import date
from functools import partial
from itertools import groupby

from asn_ledger.simulation import points
from asn_ledger.simulation.dates import next_first, plus_days, plus_months, plus_years, rank_periods, retirement_day
from asn_ledger.simulation.desk import Wish
from asn_ledger.simulation.exits import due_to_retire
from asn_ledger.simulation.lives import LEVEL_RANKS, SCALE, Json, Person, Post
from asn_ledger.simulation.names import person_name
from asn_ledger.simulation.working import contract_course
from asn_ledger.simulation.world import World

_SCHOOLING = {  # education by schooling asked for: (at the beginning, later), as weighted choices
    "guru": (["SLTA", "D-II", "D-II", "D-III", "S1", "S1"], ["S1", "S1", "S1", "S1", "S2"]),
    "kesehatan": (["SLTA", "D-III", "D-III", "S1", "S2"], ["D-III", "D-III", "S1", "S1", "S2"]),
    "umum": (["SD", "SLTP", "SLTA", "SLTA", "SLTA", "D-III", "S1"], ["SLTA", "D-III", "D-III", "S1", "S1", "S1", "S2"]),
}
_NOT_YET = ("", 0)  # until the snapshot's decree has its id


def newcomer(world: World, education: str, born: date, entered: date, status: str) -> Person:
    """Somebody new, not yet serving anywhere."""
    sex = "f" if world.chance.random() < 0.57 else "m"
    name = person_name(world.chance, sex)
    scale = "pppk" if status.startswith("pppk") else "pns"
    person = Person(world.ids.next(), name, sex, born, education, status, scale, SCALE[education][0], entered, entered)
    person.nip = world.numbers.nip(person)
    return person


def open_snapshot(world: World) -> None:
    """Everybody who serves on the first day, one record per OPD and school."""
    led = [post for post in world.posts if post.structural and world.chance.random() < 0.96]
    people = [_settled(world, post) for post in led]
    while len(people) < 0.96 * world.size and (desk := world.roomy()) is not None:
        people.append(_settled(world, desk))
    people.sort(key=lambda person: person.place)
    by_house = sorted(people, key=lambda person: (person.unit.id if person.unit else "", person.place))
    wish = Wish("berita_acara", "800.1", pace="prompt", draft=False)
    batch: list[Person] = []
    for _, house in groupby(by_house, key=lambda person: person.unit):
        batch += house
        if len(batch) >= 120:
            _open(world, wish, batch)
            batch = []
    _open(world, wish, batch)


def _open(world: World, wish: Wish, people: list[Person]) -> None:
    if not people:
        return
    rows = [_snapshot(world, person) for person in people]
    posts = [person.post for person in people if person.post is not None]
    issued = world.desk.issue(wish, world.begins, rows, [*people, *posts])
    for row, person in enumerate(people, 1):
        person.held_by = (issued.id, row)
        person.floor = issued.recorded


def _settled(world: World, post: Post) -> Person:
    chance = world.chance
    if not post.structural:
        education = chance.choice(_SCHOOLING[post.schooling][0])
        age = 22 + int(35 * chance.random())
    else:
        education = "S1" if chance.random() < 0.7 else "S2"
        age = 38 + int(15 * chance.random()) + (3 if post.kind == "jpt_pratama" else 0)
    born = plus_days(plus_years(world.begins, -age), -int(364 * chance.random()) - 1)
    entry_age = min(age - 1, 19 + int(11 * chance.random()))
    entered = date(born.year + entry_age, chance.choice((1, 3, 12)), 1)
    if entered >= plus_years(world.begins, -1):
        entered = date(world.begins.year - 2, 3, 1)
    person = newcomer(world, education, born, entered, "pns")
    start, top = SCALE[education]
    years = world.begins.year - entered.year
    if not post.structural:
        person.rank = min(top, start + int(years / 4.6))
    else:
        low, high = LEVEL_RANKS[post.level or ""]
        person.rank = chance.choice((low - 1, low, low, high))
    person.rank_since = date(world.begins.year - 1 - int(4 * chance.random()), chance.choice((4, 10)), 1)
    person.rank_since = max(person.rank_since, entered)
    fitting = post.fitting(person.rank)
    if fitting is not None and fitting.free > 0:
        post = fitting
    world.join(person)
    since = plus_days(world.begins, -int(chance.random() * 365 * min(5, years)) - 20)
    world.hold(person, post, max(since, entered), _NOT_YET)
    person.pns_since = plus_years(entered, 1)
    due_to_retire(world, person)
    return person


def _snapshot(world: World, person: Person) -> Json:
    """What the old register says; some of it only to the year, some not at all."""
    draw = world.chance.random()
    rank_since: str | None = person.rank_since.isoformat()
    post_since = person.since.isoformat()
    born = person.born.isoformat()
    if draw < 0.03:
        rank_since = None
    elif draw < 0.07:
        rank_since = str(person.rank_since.year)
    elif draw < 0.11:
        post_since = post_since[:4] if draw < 0.09 else post_since[:7]
    elif draw < 0.12:
        born = born[:4]
    return {
        "row": 0,
        "action": "open_career",
        "employee": person.id,
        "name": person.name,
        "nip": person.nip,
        "born_on": born,
        "sex": person.sex,
        "status": person.status,
        "rank": person.rank_text,
        "rank_tmt": rank_since,
        "post": person.post.id if person.post else None,
        "post_tmt": post_since,
        "tmt": {"on": world.begins.isoformat()},
    }


def cpns_cohort(world: World, day: date, count: int) -> None:
    """New candidates: each a decree, a post after a month, and appointment as PNS after the year of probation."""
    for _ in range(count):
        post = world.roomy()
        if post is not None:
            education = world.chance.choice(_SCHOOLING[post.schooling][1])
            born = plus_days(plus_years(day, -21), -int(365 * 13 * world.chance.random()) - 1)
            candidate(world, newcomer(world, education, born, day, "cpns"), day, post)


def candidate(world: World, person: Person, day: date, post: Post) -> None:
    """Appoint somebody new as a candidate (CPNS) in the unit of `post`."""
    world.join(person)
    person.unit = post.unit
    due_to_retire(world, person)
    row = {
        "row": 0,
        "action": "appoint_cpns",
        "employee": person.id,
        "name": person.name,
        "nip": person.nip,
        "born_on": person.born.isoformat(),
        "sex": person.sex,
        "rank": person.rank_text,
        "education": person.education,
        "unit": post.unit.id,
        "tmt": {"on": day.isoformat()},
    }
    decided = world.later(day, -40, -12)
    pertek = world.desk.consideration("pertek_bkn", plus_days(decided, -20), 1)
    wish = Wish("petikan", "810", matter="candidate", considerations=(pertek,), pace="prompt")
    issued = world.desk.issue(wish, decided, [row], [person, post])
    person.floor = max(person.floor, issued.recorded)
    world.diplomas.append(
        (person, person.education, date(min(person.born.year + 23, day.year - 1), 9, 1), "sebelum_cpns")
    )
    world.agenda.at(next_first(day), partial(first_post, world, person))
    world.agenda.at(world.later(day, 370, 480).replace(day=1), partial(_as_pns, world, person))


def first_post(world: World, person: Person, day: date) -> None:
    """Give somebody who holds no post a clerk's or functional post with room."""
    post = world.roomy_for(person.rank) or world.roomy("umum")
    if not person.serving or person.post is not None or post is None or person.away:
        return
    fresh = person.since == date.min
    path = "pelaksana"
    if post.function is not None:
        path = "pertama" if fresh else "pengangkatan_kembali"
        if fresh:
            points.begin(person, post.level or "")
    row = {
        "row": 0,
        "action": "appoint",
        "employee": person.id,
        "to": post.id,
        "path": path,
        "tmt": {"on": day.isoformat()},
        "duty_start_on": world.later(day, 0, 3).isoformat(),
    }
    decided = world.later(day, -20, -3)
    considerations = world.grounds(decided, 1, ("usul_opd",))
    wish = Wish("petikan", "824", matter="clerk", considerations=considerations, pace="prompt", draft=fresh)
    issued = world.desk.issue(wish, decided, [row], [person, post])
    world.hold(person, post, day, (issued.id, 1))
    person.floor = max(person.floor, issued.recorded)


def _as_pns(world: World, person: Person, day: date) -> None:
    if not person.serving or person.status != "cpns":
        return
    decided = world.later(day, -30, -4)
    considerations = tuple(
        world.desk.consideration(kind, world.later(decided, -60, -10), 1)
        for kind in ("sttpl", "surat_keterangan_dokter")
    )
    row = {"row": 0, "action": "appoint_pns", "employee": person.id, "rank": person.rank_text}
    wish = Wish("petikan", "821.1", matter="civil servant", considerations=considerations)
    world.desk.issue(wish, decided, [{**row, "tmt": {"on": day.isoformat()}}], [person])
    person.status = "pns"
    person.pns_since = day


def contracts(world: World, day: date, count: int, *, part_time: bool) -> None:
    """People taken on under contract, each with a work agreement; part time for a year, else for five at most."""
    for _ in range(count):
        schooling = "umum" if part_time else world.chance.choice(("guru", "guru", "kesehatan", "umum"))
        post = world.roomy(schooling)
        if post is None:
            continue
        education = world.chance.choice(_SCHOOLING[schooling][1])
        born = plus_days(plus_years(day, -24), -int(365 * 25 * world.chance.random()) - 1)
        person = newcomer(world, education, born, day, "pppk_pw" if part_time else "pppk")
        longest = plus_years(day, 1 if part_time or world.chance.random() < 0.15 else 5)
        end = min(longest, retirement_day(born, 58))
        if end > plus_months(day, 11):
            _contract(world, person, post, day, plus_days(end, -1))


def _contract(world: World, person: Person, post: Post, day: date, last: date) -> None:
    world.join(person)
    row = {
        "row": 0,
        "action": "contract_pppk",
        "employee": person.id,
        "name": person.name,
        "nip": person.nip,
        "born_on": person.born.isoformat(),
        "sex": person.sex,
        "rank": person.rank_text,
        "post": post.id,
        "until": last.isoformat(),
        "part_time": person.status == "pppk_pw",
        "tmt": {"on": day.isoformat()},
    }
    matter = "part time" if person.status == "pppk_pw" else "contract"
    decided = world.later(day, -20, -2)
    pertek = world.desk.consideration("pertek_bkn", plus_days(decided, -15), 1)
    wish = Wish("perjanjian_kerja", "814", matter=matter, considerations=(pertek,), pace="prompt")
    issued = world.desk.issue(wish, decided, [row], [person, post])
    world.hold(person, post, day, (issued.id, 1))
    person.contract_until = last
    person.floor = max(person.floor, issued.recorded)
    world.diplomas.append((person, person.education, date(person.born.year + 23, 9, 1), "sebelum_cpns"))
    contract_course(world, person)


_AGENCIES = ("Pemerintah Kabupaten Semarang", "Pemerintah Kabupaten Boyolali", "Pemerintah Kota Surakarta",
             "Pemerintah Kota Magelang", "Pemerintah Provinsi Jawa Tengah", "Kementerian Agama")  # fmt: skip


def transfer_in(world: World, day: date) -> None:
    """Somebody comes from another agency with rank and letters, and gets a post a few days later."""
    education = world.chance.choice(("D-III", "S1", "S1", "S2"))
    age = 28 + int(18 * world.chance.random())
    born = plus_days(plus_years(day, -age), -int(364 * world.chance.random()) - 1)
    entered = date(born.year + min(age - 3, 24), 3, 1)
    person = newcomer(world, education, born, entered, "pns")
    start, top = SCALE[education]
    person.rank = min(top, start + (day.year - entered.year) // 4)
    person.rank_since = max(entered, [p for p in rank_periods(day.year - 2) if p < day][-1])
    arrive(world, person, world.chance.choice(_AGENCIES), day)


def arrive(world: World, person: Person, agency: str, day: date) -> None:
    """Record somebody's transfer from `agency` as of `day`."""
    world.join(person)
    person.pns_since = plus_years(person.entered, 1)
    due_to_retire(world, person)
    decided = world.later(day, -30, -5)
    letters = tuple(
        world.desk.consideration(kind, world.later(decided, -90, -15), 1)
        for kind in ("lolos_butuh", "persetujuan_lepas", "pertek_bkn")
    )
    row = {
        "row": 0,
        "action": "transfer_in",
        "employee": person.id,
        "name": person.name,
        "nip": person.nip,
        "born_on": person.born.isoformat(),
        "sex": person.sex,
        "from_agency": agency,
        "status": "pns",
        "rank": person.rank_text,
        "rank_tmt": person.rank_since.isoformat(),
        "letters": [letter["number"] for letter in letters],
        "tmt": {"on": day.isoformat()},
    }
    wish = Wish("keputusan", "824.3", "gubernur", matter="other agency", considerations=letters, pace="prompt")
    issued = world.desk.issue(wish, decided, [row], [person])
    person.floor = max(person.floor, issued.recorded)
    world.agenda.at(world.later(day, 7, 28), partial(first_post, world, person))
