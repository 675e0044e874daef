"""What a working life holds beside posts and ranks: salary steps, contracts, duties, levels, diplomas, trainings."""

from datetime import date
from functools import partial

from asn_ledger.simulation import points
from asn_ledger.simulation.dates import plus_days, plus_months, plus_years, retirement_day
from asn_ledger.simulation.desk import Wish
from asn_ledger.simulation.exits import end_of_contract
from asn_ledger.simulation.lives import LEVEL_RANKS, Json, Person, Post, Unit
from asn_ledger.simulation.rotations import Step, carry_out
from asn_ledger.simulation.world import World

SALARY_YEARS = 2  # the last years of the story in which salary steps are recorded: the office's own choice
DIPLOMA_YEARS = 10
_MOST_ROWS = 150
_LEVELS = {"SD": "sd", "SLTP": "sltp", "SLTA": "slta", "D-II": "d2", "D-III": "d3", "S1": "s1", "S2": "s2"}
_TITLES = {"d2": "Diploma II", "d3": "Diploma III", "s1": "Sarjana", "s2": "Magister"}
_SCHOOLS = ("Universitas Kristen Satya Wacana", "Universitas Negeri Semarang", "Universitas Diponegoro",
            "Universitas Terbuka", "Universitas Sebelas Maret")  # fmt: skip
_COURSES = (("bimtek", "Pengelolaan Keuangan Daerah", 20), ("teknis", "Pelayanan Prima", 30),
            ("seminar", "Reformasi Birokrasi", 8), ("fungsional", "Penilaian Angka Kredit", 40),
            ("e_learning", "Keamanan Informasi", 12))  # fmt: skip
_SHORT = tuple(course for course in _COURSES if course[2] <= 12)  # by contract: 24 hours a year at most
_LEADERSHIP = {"pengawas": ("pkp", "Pelatihan Kepemimpinan Pengawas"),
               "administrator": ("pka", "Pelatihan Kepemimpinan Administrator"),
               "jpt_pratama": ("pkn_ii", "Pelatihan Kepemimpinan Nasional Tingkat II")}  # fmt: skip
_LEADERSHIP_SINCE = 2018


def _first_step(person: Person) -> int:
    """The first service years at which the pay table of a rank rises (annexes of PP 7/1977 and Perpres 98/2020)."""
    rank = person.rank_text
    if "/" not in rank:
        return {"I": 0, "IX": 0, "X": 0, "V": 1}.get(rank, 3)
    golongan = rank.partition("/")[0]
    return {"I/a": 0, "II/a": 1}.get(rank, 3 if golongan in ("I", "II") else 0)


def _last_step(person: Person) -> int:
    """The last service years for which the pay table of a rank has a row (the same annexes)."""
    rank = person.rank_text
    if rank.startswith("I/") or rank in ("I", "II", "III", "IV"):
        return 27
    return 33 if rank.startswith("II/") or rank in ("V", "VI", "VII", "VIII") else 32


def salary_steps(world: World, day: date) -> None:
    """Everybody whose service years reach a step on this first of a month has a notice of their own, months before."""
    for person in list(world.serving):
        years, rest = divmod(months_served(person, day), 12)
        first = _first_step(person)
        due = rest == 0 and max(1, first) <= years <= _last_step(person) and (years - first) % 2 == 0
        ready = person.post is not None and person.status in ("pns", "pppk") and person.predicates[0]
        if due and ready and person.entered < day and (day - person.stepped).days > 700:
            _grant_step(world, person, day, years)


def months_served(person: Person, day: date) -> int:
    """Service in months (masa kerja golongan), with what was recognised."""
    return (day.year - person.entered.year) * 12 + day.month - person.entered.month + person.credit


def _grant_step(world: World, person: Person, day: date, years: int) -> None:
    decided = world.later(day, -95, -66)
    signer = world.sekda(decided)
    row: Json = {"row": 0, "action": "grant_salary_step", "employee": person.id, "service_years": years}
    row |= {"service_months": 0, "tmt": {"on": day.isoformat()}}
    if years + 2 <= _last_step(person):
        row["next_on"] = plus_years(day, 2).isoformat()
    capacity = "an" if isinstance(signer, Post) else None
    wish = Wish("surat_pemberitahuan", "822.4", signer, capacity, matter="salary step", pace="prompt", draft=False)
    world.desk.issue(wish, decided, [row], [person])
    person.stepped = day


def recognise(world: World, person: Person, day: date) -> None:
    """Earlier service elsewhere is recognised (PMK)."""
    if person.status != "pns" or person.credit:
        return
    years, months = 1 + int(3 * world.chance.random()), int(12 * world.chance.random())
    row: Json = {"row": 0, "action": "recognise_service", "employee": person.id, "years": years, "months": months}
    row |= {"where": "Guru bantu", "tmt": {"on": day.isoformat()}}
    wish = Wish("keputusan", "823.9", matter="service", pace="prompt", draft=False)
    world.desk.issue(wish, world.later(day, -40, -5), [row], [person])
    person.credit = 12 * years + months


def contract_course(world: World, person: Person) -> None:
    """Put on the agenda what becomes of a contract: renewed in time or ended, a part-time one perhaps made full."""
    last = person.contract_until
    if last is None:
        return
    world.agenda.at(plus_days(last, -100), partial(_renew, world, person))
    world.agenda.at(plus_days(last, 1), partial(end_of_contract, world, person))
    if person.status == "pppk_pw" and world.chance.random() < 0.06:
        world.agenda.at(plus_months(person.entered, 2), partial(_convert, world, person))


def _renew(world: World, person: Person, day: date) -> None:
    last = person.contract_until
    running = person.serving and person.status.startswith("pppk") and last is not None and plus_days(last, -100) == day
    if not running or last is None or world.chance.random() > 0.85:
        return
    begins = plus_days(last, 1)
    longest = plus_years(begins, 1 if person.status == "pppk_pw" or world.chance.random() < 0.5 else 5)
    until = plus_days(min(longest, retirement_day(person.born, 58)), -1)
    if until < plus_years(begins, 1) and until < plus_days(plus_years(begins, 1), -1):
        return
    row: Json = {"row": 0, "action": "extend_contract", "employee": person.id, "until": until.isoformat()}
    wish = Wish("perjanjian_kerja", "814.1", matter="contract", pace="prompt", draft=False)
    world.desk.issue(wish, day, [row | {"tmt": {"on": begins.isoformat()}}], [person])
    person.contract_until = until
    world.agenda.at(plus_days(until, -100), partial(_renew, world, person))
    world.agenda.at(plus_days(until, 1), partial(end_of_contract, world, person))


def _convert(world: World, person: Person, day: date) -> None:
    """A part-time contract becomes a full one; the post stays (KepmenPANRB 16/2025)."""
    until = plus_days(min(plus_years(day, 5), retirement_day(person.born, 58)), -1)
    if not person.serving or person.status != "pppk_pw" or until < plus_years(day, 1):
        return
    row: Json = {"row": 0, "action": "convert_contract", "employee": person.id, "rank": person.rank_text}
    row |= {"until": until.isoformat(), "tmt": {"on": day.isoformat()}}
    wish = Wish("perjanjian_kerja", "814.2", matter="part time", pace="prompt", draft=False)
    person.floor = world.desk.issue(wish, world.later(day, -20, -3), [row], [person]).recorded
    person.status = "pppk"
    person.contract_until = until
    world.agenda.at(plus_days(until, -100), partial(_renew, world, person))
    world.agenda.at(plus_days(until, 1), partial(end_of_contract, world, person))


def headships(world: World, day: date) -> None:
    """Schools and health centres without a running head get one, in one decree: a duty beside the own post."""
    rows: list[Json] = []
    people: list[Person] = []
    for house in world.units:
        if house.kind not in ("sekolah", "puskesmas") or house.ended:
            continue
        before = world.led.get(house)
        if before is not None and before.duty_at is house and before.duty_until > day and _there(before, house):
            continue
        person = _head_for(house, day)
        if person is None:
            continue
        first = before is None
        years = 1 + int(4 * world.chance.random()) if first else 4
        until = plus_days(plus_years(day, years), -1)
        duty = "kepala_sekolah" if house.kind == "sekolah" else "kepala_puskesmas"
        row: Json = {"row": 0, "action": "assign_duty", "employee": person.id, "unit": house.id, "duty": duty}
        if person is before and person.duty_at is house:
            person.duty_term += 1
        else:
            person.duty_term = 1
        row |= {"term": person.duty_term, "until": until.isoformat(), "tmt": {"on": day.isoformat()}}
        if before is not None and before is not person and _leads(before, house, day):
            ended: Json = {"row": 0, "action": "end_duty", "employee": before.id, "unit": house.id, "duty": duty}
            rows.append(ended | {"reason": "diganti", "tmt": {"on": day.isoformat()}})
            people.append(before)
            before.duty_until = plus_days(day, -1)
        person.duty_at, person.duty_until = house, until
        world.led[house] = person
        rows.append(row)
        people.append(person)
    for begins in range(0, len(rows), _MOST_ROWS):
        wish = Wish("keputusan", "821.2.TT", matter="duty", pace="prompt", draft=False)
        part = slice(begins, begins + _MOST_ROWS)
        world.desk.issue(wish, world.later(day, -20, -4), rows[part], people[part])


def _leads(person: Person, house: Unit, day: date) -> bool:
    return person.serving and not person.away and person.duty_at is house and person.duty_until >= day


def _there(person: Person, house: Unit) -> bool:
    return person.serving and person.post is not None and person.post.unit is house


def _head_for(house: Unit, day: date) -> Person | None:
    """The one of highest rank among those who teach or treat there, who leads nothing else."""
    able = [
        person
        for post in house.posts
        if post.function is not None
        for person in post.holders
        if person.status == "pns" and person.acts is None and (person.duty_until < day or person.duty_at is house)
        and person.retires > plus_years(day, 1) and person.duty_term < 2 and not person.reserved
    ]  # fmt: skip
    return max(able, key=lambda person: (person.rank, -person.entered.toordinal(), person.id), default=None)


def raise_levels(world: World, day: date) -> None:
    """Those who have reached the last rank of their level rise to the next, where a seat is free; rank comes after."""
    plan: list[Step] = []
    promised: dict[Post, int] = {}
    for person in list(world.serving):
        post = person.post
        higher = None if post is None else post.higher
        if post is None or higher is None or higher.ended or person.status != "pns" or person.reserved:
            continue
        counted = points.enough_for_level(person, post.level or "") and person.predicates[0]
        if day.year >= points.SINCE and not counted:
            continue
        low, high = LEVEL_RANKS[higher.level or ""]
        if not low - 1 <= person.rank <= high:
            continue
        if (day - person.since).days < 730 or higher.free <= promised.get(higher, 0) or person.since == day:
            continue
        if world.chance.random() < 0.4:
            promised[higher] = promised.get(higher, 0) + 1
            plan.append(Step(person, higher, "naik_jenjang"))
            points.begin(person, higher.level or "")
    for first in range(0, len(plan), 60):
        carry_out(world, day, plan[first : first + 60], ("ba_uji_kompetensi",), draft=False)


def diplomas(world: World, day: date) -> None:
    """The year's newcomers and graduates show their diplomas: one record for many."""
    told, world.diplomas = world.diplomas, []
    if day.year < world.until.year - DIPLOMA_YEARS:
        return
    told = [one for one in told if one[0].serving]
    for begins in range(0, len(told), _MOST_ROWS):
        part = told[begins : begins + _MOST_ROWS]
        rows = [_diploma(world, *one) for one in part]
        wish = Wish("berita_acara", "893", matter="education", pace="prompt", draft=False)
        world.desk.issue(wish, day, rows, [person for person, *_ in part])


def _diploma(world: World, person: Person, education: str, graduated: date, permit: str) -> Json:
    level = _LEVELS[education]
    row: Json = {"row": 0, "action": "record_education", "employee": person.id, "level": level, "permit": permit}
    row |= {"first": permit == "sebelum_cpns", "tmt": {"on": graduated.isoformat()}}
    if level in _TITLES:
        row |= {"programme": _TITLES[level], "institution": world.chance.choice(_SCHOOLS)}
    return row


def leadership(world: World, day: date) -> None:
    """Who has come to a structural post of a kind is trained for it within the year (PKP, PKA, PKN II): one list."""
    if day.year < _LEADERSHIP_SINCE:
        return
    rows: list[Json] = []
    people: list[Person] = []
    for post in world.posts:
        for person in post.holders if post.kind in _LEADERSHIP else ():
            if person.trained_for == post.kind or (day - person.since).days > 300 or person.since >= day:
                continue
            level, name = _LEADERSHIP[post.kind]
            row: Json = {"row": 0, "action": "record_training", "employee": person.id, "kind": "struktural"}
            row |= {"name": name, "organiser": "Badan Pengembangan SDM Daerah", "hours": 300, "structural": level}
            rows.append(row | {"tmt": {"on": day.isoformat()}})
            people.append(person)
            person.trained_for = post.kind
    for begins in range(0, len(rows), _MOST_ROWS):
        part = slice(begins, begins + _MOST_ROWS)
        wish = Wish("sertifikat", "893.2", matter="training", pace="prompt", draft=False)
        world.desk.issue(wish, day, rows[part], people[part])


def trainings(world: World, day: date) -> None:
    """Some of those who serve have completed a training in the year: one list for many."""
    if day.year < world.until.year - 3:
        return
    people = [person for person in world.some(world.scaled(300)) if person.post and person.entered.year < day.year]
    for begins in range(0, len(people), _MOST_ROWS):
        part = people[begins : begins + _MOST_ROWS]
        rows: list[Json] = []
        for person in part:
            courses = _COURSES if person.rank_scale == "pns" else _SHORT
            kind, name, hours = world.chance.choice(courses)
            last = world.later(day, -120, -10)
            row: Json = {"row": 0, "action": "record_training", "employee": person.id, "kind": kind, "name": name}
            row |= {"organiser": "BKPSDM Kota Salatiga", "hours": hours, "tmt": {"on": last.isoformat()}}
            rows.append(row)
        wish = Wish("sertifikat", "893.3", matter="training", pace="prompt", draft=False)
        world.desk.issue(wish, day, rows, part)
