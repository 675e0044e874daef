"""Collective decrees: rotations in cycles, promotions into vacated posts, selection for high posts, transfers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial

from asn_ledger.simulation.dates import plus_days, plus_years, working_day
from asn_ledger.simulation.desk import Issued, Wish
from asn_ledger.simulation.lives import LEVEL_RANKS, Json, Person, Post
from asn_ledger.simulation.slips import planted
from asn_ledger.simulation.world import World

_FEEDERS = {"jpt_pratama": "administrator", "administrator": "pengawas", "pengawas": "pelaksana"}
_YEARS = {"jpt_pratama": 2, "administrator": 3, "pengawas": 4}
_DIPLOMAS = {"jpt_pratama": ("S1", "S2"), "administrator": ("S1", "S2"), "pengawas": ("D-III", "S1", "S2")}
_MOST_ROWS = 200
_OPEN_SELECTION = 2014  # UU 5/2014
_STATED = date(2018, 8, 27)  # from now on applicants state that they ask for no transfer for ten years


@dataclass(slots=True)
class Step:
    """One planned row: who goes where by which path (None: a transfer)."""

    person: Person
    to: Post
    path: str | None


def rotate(world: World, day: date) -> None:
    """One big rotation: cycles at every level, promotions into what is vacant, transfers of clerks."""
    plan: list[Step] = []
    for kind, portion in (("administrator", 0.22), ("pengawas", 0.2)):
        plan += _cycles(world, day, kind, portion)
    plan += _promotions(world, day, {step.person for step in plan})
    plan += _clerks(world, day, min(world.scaled(60), _MOST_ROWS - len(plan)), {step.person for step in plan})
    if not plan:
        return
    if world.chance.random() < 0.25:
        await_inauguration(world, day, plan)
    else:
        carry_out(world, day, plan)


def _cycles(world: World, day: date, kind: str, portion: float) -> list[Step]:
    by_level: dict[str, list[Person]] = {}
    for post in world.posts:
        if post.kind == kind and post.level and len(post.holders) == 1 and not post.promised:
            person = post.holders[0]
            if (day - person.since).days >= 730 and not person.reserved and not _leaving(person, day):
                by_level.setdefault(post.level, []).append(person)
    plan: list[Step] = []
    for people in by_level.values():
        chosen = world.chance.sample(people, int(len(people) * portion))
        while len(chosen) > 1:
            length = len(chosen) if len(chosen) <= 3 else 2 + int(world.chance.random() * min(7, len(chosen) - 3))
            plan += _ring(chosen[:length], "mutasi_setingkat")
            chosen = chosen[length:]
    return plan


def _ring(people: list[Person], path: str) -> list[Step]:
    """Everybody takes the post of the next, the last that of the first."""
    pairs = zip(people, people[1:] + people[:1], strict=True)
    return [Step(person, after.post, path) for person, after in pairs if after.post is not None]


def _promotions(world: World, day: date, busy: set[Person]) -> list[Step]:
    """Fill vacant posts from the top down; who rises leaves a post that the next kind fills."""
    plan: list[Step] = []
    taken = set(busy)
    for kind in ("administrator", "pengawas"):
        vacant = [p for p in world.posts if p.kind == kind and not p.holders and not p.promised]
        vacant += [step.person.post for step in plan if step.person.post is not None and step.person.post.kind == kind]
        pool = _able(world, day, kind)
        for post in vacant:
            person = choose(world, pool, post, taken)
            if person is not None:
                taken.add(person)
                plan.append(Step(person, post, "promosi_tpk"))
    return plan


def _able(world: World, day: date, kind: str) -> list[Person]:
    """Those who may rise into a kind of post: diploma, years in the kind below, good appraisals, years left."""
    feeder, years, diplomas = _FEEDERS[kind], _YEARS[kind], _DIPLOMAS[kind]
    left = 740 if kind == "jpt_pratama" else 380  # not above 56 for a high post
    able = []
    for person in world.serving:
        post = person.post
        if post is None or post.kind != feeder or person.status != "pns" or person.reserved:
            continue
        served = day.year - (person.pns_since.year if feeder == "pelaksana" else person.since.year)
        good = person.predicates[0] and person.predicates[1]
        if served > years and person.education in diplomas and good and not _leaving(person, day, left):
            able.append(person)
    return able


def choose(world: World, pool: list[Person], post: Post, taken: set[Person]) -> Person | None:
    """Somebody of the pool whose rank fits the post, the highest of a few tries."""
    low, high = LEVEL_RANKS[post.level or ""]
    best: Person | None = None
    for _ in range(24):
        if not pool:
            return None
        person = world.chance.choice(pool)
        fits = low - 1 <= person.rank <= high and person not in taken
        if fits and (best is None or person.rank > best.rank):
            best = person
    return best


def _leaving(person: Person, day: date, days: int = 380) -> bool:
    return (person.retires - day).days < days


def _may_go(person: Person, day: date) -> bool:
    """Whether somebody may be moved: no other post is promised, and nothing else is led where they are."""
    return person.status == "pns" and not person.reserved and person.duty_until < day


def _clerks(world: World, day: date, count: int, busy: set[Person]) -> list[Step]:
    plan: list[Step] = []
    promised: dict[Post, int] = {}
    for person in world.some(max(0, count)):
        post = person.post
        if post is None or post.structural or person in busy or not _may_go(person, day):
            continue
        target = world.roomy_for(person.rank, post.schooling)
        if target is None or target is post or (day - person.since).days < 200:
            continue
        if target.free > promised.get(target, 0):
            promised[target] = promised.get(target, 0) + 1
            plan.append(Step(person, target, None))
    return plan


def row_of(step: Step, tmt: Json, sworn_in: date | None) -> Json:
    """The annex row of a step."""
    person, to = step.person, step.to
    printed = {"name": person.name, "nip": person.nip, "post": f"{to.title} — {to.unit.name}"}
    row: Json = {"row": 0, "as_printed": printed, "employee": person.id}
    if step.path is None:
        return row | {"action": "transfer", "to": to.id, "request": "dinas", "tmt": tmt}
    row |= {"action": "move" if person.post else "appoint", "to": to.id, "path": step.path, "tmt": tmt}
    return row | {"inaugurated_on": sworn_in.isoformat()} if sworn_in and to.structural else row


def subjects_of(plan: Iterable[Step]) -> list[Person | Post]:
    """Everybody and every post that a plan touches."""
    found: list[Person | Post] = []
    for step in plan:
        found += [step.person, step.to]
        if step.person.post is not None:
            found.append(step.person.post)
    return found


def carry_out(
    world: World, day: date, plan: list[Step], path_grounds: tuple[str, ...] = ("ba_tpk",), *, draft: bool = True
) -> Issued:
    """Issue a plan as one decree with effect on `day`, and let it come true."""
    decided = world.later(day, -16, -2)
    rows = [row_of(step, {"on": day.isoformat()}, day) for step in plan]
    matter = "high post" if plan[0].to.kind == "jpt_pratama" else "post"
    considerations = world.grounds(decided, len(rows), path_grounds)
    wish = Wish("keputusan", "821.2", matter=matter, considerations=considerations, draft=draft)
    issued = world.desk.issue(wish, decided, rows, subjects_of(plan))
    world.hold_all([(step.person, step.to, (issued.id, row)) for row, step in enumerate(plan, 1)], day)
    return issued


def await_inauguration(world: World, decided: date, plan: list[Step]) -> None:
    """Issue a plan whose rows take effect upon inauguration; a latecomer and somebody who never comes included."""
    rows = [row_of(step, {"upon": "inauguration"}, None) for step in plan]
    considerations = world.grounds(decided, len(rows), ("ba_tpk",))
    wish = Wish("keputusan", "821.2", matter="post", considerations=considerations, pace="prompt")
    issued = world.desk.issue(wish, decided, rows, subjects_of(plan))
    for step in plan:
        step.person.reserved = True
        step.to.promised += 1
    numbered = list(enumerate(plan, 1))
    risers = [(number, step) for number, step in numbered if step.person.post and not step.person.post.structural]
    never = risers[:1] if world.chance.random() < 0.5 else []
    latecomers = risers[1:3]
    on_time = [pair for pair in numbered if pair not in never and pair not in latecomers]
    day = working_day(world.later(decided, 4, 18))
    world.agenda.at(day, partial(_inaugurate, world, issued, on_time))
    if latecomers:
        world.agenda.at(working_day(world.later(day, 5, 10)), partial(_inaugurate, world, issued, latecomers))
    if never:
        world.agenda.at(plus_days(day, 60), partial(_give_up_waiting, never))


def _inaugurate(world: World, issued: Issued, pairs: list[tuple[int, Step]], day: date) -> None:
    for _, step in pairs:
        step.person.reserved = False
        step.to.promised -= 1
    pairs = [(number, step) for number, step in pairs if step.person.serving and not step.to.ended]
    if not pairs:
        return
    tmt = {"on": day.isoformat()}
    rows: list[Json] = [
        {"row": 0, "action": "inaugurate", "employee": step.person.id, "of": {"decree": issued.id, "row": number}}
        for number, step in pairs
    ]
    rows = [row | {"tmt": tmt} for row in rows]
    plan = [step for _, step in pairs]
    wish = Wish("berita_acara", "821.2.BA", world.sekda(day), pace="prompt", draft=False, after=issued.recorded)
    world.desk.issue(wish, day, rows, subjects_of(plan))
    world.hold_all([(step.person, step.to, (issued.id, number)) for number, step in pairs], day)


def _give_up_waiting(pairs: list[tuple[int, Step]], _day: date) -> None:
    for _, step in pairs:
        step.person.reserved = False
        step.to.promised -= 1


def select(world: World, day: date) -> None:
    """Fill vacant high posts: some by rotation of those who hold one, the rest by open selection."""
    vacant = [p for p in world.posts if p.kind == "jpt_pratama" and not p.holders and not p.promised]
    ripe = [
        post.holders[0]
        for post in world.posts
        if post.level == "II.b" and len(post.holders) == 1 and (day - post.holders[0].since).days >= 730
    ]
    ripe = [person for person in ripe if not person.reserved and not _leaving(person, day)]
    world.chance.shuffle(ripe)
    lateral: list[Step] = []
    if len(ripe) > 2 and world.chance.random() < 0.5:
        tested = day.year >= _OPEN_SELECTION
        path = "uji_kompetensi_rotasi" if tested else "mutasi_setingkat"
        lateral = _ring(ripe[: 2 + int(world.chance.random() * min(4, len(ripe) - 2))], path)
        carry_out(world, day, lateral, ("ba_uji_kompetensi", "ba_tpk") if tested else ("ba_tpk",))
    pool = _able(world, day, "jpt_pratama")
    taken: set[Person] = {step.person for step in lateral}
    chosen = []
    for post in vacant:
        best = choose(world, pool, post, taken)
        if post.level == "II.a":
            best = next((one for one in ripe if one not in taken), None)
        if best is not None:
            taken.add(best)
            chosen.append(Step(best, post, "seleksi_terbuka" if day.year >= _OPEN_SELECTION else "promosi_tpk"))
    if chosen:
        asked = any(step.to.title in ("Sekretaris Daerah", "Inspektur") for step in chosen)
        governor = ("koordinasi_gubernur",) if asked else ()
        merit = ("ba_pansel", "rekomendasi_pengawas_merit") if day.year >= _OPEN_SELECTION else ("ba_tpk",)
        carry_out(world, day, chosen, (*merit, *governor))


def move_clerk(world: World, day: date) -> None:
    """One clerk, teacher or nurse goes elsewhere, by a decree of their own."""
    for person in world.tries(12):
        post = person.post
        if post is None or post.structural or not _may_go(person, day):
            continue
        if (day - person.since).days < 200:
            continue
        target = world.roomy_for(person.rank, post.schooling)
        if target is not None and target is not post:
            _transfer(world, day, person, target)
            return


def _transfer(world: World, day: date, person: Person, target: Post) -> None:
    stated = person.entered >= _STATED and day < plus_years(person.entered, 10)
    own_wish = world.chance.random() < 0.3 and not stated
    row: Json = {
        "row": 0,
        "action": "transfer",
        "employee": person.id,
        "to": target.id,
        "request": "aps" if own_wish else "dinas",
        "tmt": {"on": day.isoformat()},
        "duty_start_on": world.later(day, 0, 4).isoformat(),
    }
    decided = world.later(day, -20, -3)
    considerations = world.grounds(decided, 1, ("usul_opd",))
    signer = world.sekda(decided)
    capacity = "an" if isinstance(signer, Post) else None
    wish = Wish("petikan", "824.1", signer, capacity, matter="transfer", considerations=considerations)
    left = [person.post] if person.post else []
    subjects: list[Person | Post] = [person, target, *left]
    if planted(world, wish, decided, row, subjects):
        world.hold(person, target, day, None)
        return
    issued = world.desk.issue(wish, decided, [row], subjects)
    world.hold(person, target, day, (issued.id, 1))
