"""Reorganisations (SOTK): units merged, split, renamed, thinned out, and everybody confirmed in a post on the day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from asn_ledger.simulation import acting
from asn_ledger.simulation.dates import plus_days
from asn_ledger.simulation.desk import Wish
from asn_ledger.simulation.exits import transfer_out
from asn_ledger.simulation.lives import Json, Post, Unit
from asn_ledger.simulation.rotations import Step, row_of, subjects_of
from asn_ledger.simulation.shape import Plan, agency
from asn_ledger.simulation.world import World

_PROVINCE = "Pemerintah Provinsi Jawa Tengah"
_MOST_ROWS = 200
_LEAD = 60  # days between the regulation and the day it takes effect


@dataclass(frozen=True, slots=True)
class _Reform:
    """What a reorganisation changes, by the names that agencies have until then."""

    merged: tuple[tuple[str, str, tuple[str, ...]], ...] = ()  # new name, kind, the old ones
    split: tuple[tuple[str, tuple[str, ...]], ...] = ()  # the old name, the new ones
    renamed: tuple[tuple[str, str], ...] = ()
    moved: tuple[tuple[str, str], ...] = ()  # a bagian, and the agency it goes to
    raised: bool = False  # secretaries of kelurahan from IV.b to IV.a
    to_province: bool = False  # SMA and SMK go to the province (UU 23/2014)
    thinned: bool = False  # the last seksi of every bidang goes


REFORMS = {
    2009: _Reform(
        merged=(
            ("Dinas Perindustrian dan Perdagangan", "dinas", ("Dinas Perindustrian", "Dinas Perdagangan")),
            ("Dinas Kebudayaan dan Pariwisata", "dinas", ("Dinas Kebudayaan", "Dinas Pariwisata")),
            ("Dinas Perhubungan dan Pekerjaan Umum", "dinas", ("Dinas Perhubungan", "Dinas Pekerjaan Umum")),
        ),
        renamed=(("Dinas Sosial", "Dinas Sosial dan Pemberdayaan Masyarakat"),),
        raised=True,
    ),
    2017: _Reform(
        merged=(
            ("Dinas Pertanian dan Pangan", "dinas", ("Dinas Pertanian", "Dinas Ketahanan Pangan")),
            (
                "Badan Perencanaan, Penelitian dan Pengembangan Daerah",
                "badan",
                ("Badan Perencanaan Pembangunan Daerah", "Badan Penelitian dan Pengembangan"),
            ),
        ),
        split=(
            ("Badan Pengelolaan Keuangan Daerah", ("Badan Keuangan Daerah", "Badan Pendapatan Daerah")),
            ("Dinas Perhubungan dan Pekerjaan Umum", ("Dinas Perhubungan Kota", "Dinas PU dan Penataan Ruang")),
        ),
        renamed=(("Badan Kepegawaian Daerah", "Badan Kepegawaian dan Pengembangan SDM"),),
        moved=(("Bagian Hukum", "Inspektorat"), ("Bagian Hubungan Masyarakat", "Dinas Komunikasi dan Informatika")),
        to_province=True,
    ),
    2021: _Reform(
        merged=(
            (
                "Dinas Koperasi, Usaha Mikro dan Tenaga Kerja",
                "dinas",
                ("Dinas Koperasi dan Usaha Mikro", "Dinas Tenaga Kerja"),
            ),
        ),
        renamed=(("Dinas Sosial dan Pemberdayaan Masyarakat", "Dinas Sosial"),),
        thinned=True,
    ),
}


@dataclass(slots=True)
class _Draft:
    """A reorganisation on paper: rows about units and posts, and what happens on the day."""

    plan: Plan
    units: list[Json] = field(default_factory=list)
    posts: list[Json] = field(default_factory=list)
    closed: list[Unit] = field(default_factory=list)
    touched: list[Post] = field(default_factory=list)
    renames: list[tuple[Unit | Post, str]] = field(default_factory=list)
    moves: list[tuple[Post, Unit]] = field(default_factory=list)
    relocations: list[tuple[Unit, Unit]] = field(default_factory=list)
    raises: list[Post] = field(default_factory=list)
    leaving: list[Unit] = field(default_factory=list)  # whose people go to the province

    def unit_row(self, action: str, unit: Unit, **fields: object) -> None:
        self.units.append({"row": 0, "action": action, "unit": unit.id, **fields, "tmt": self.plan.tmt})

    def post_row(self, action: str, post: Post, **fields: object) -> None:
        self.posts.append({"row": 0, "action": action, "post": post.id, **fields, "tmt": self.plan.tmt})
        self.touched.append(post)

    def close(self, unit: Unit) -> None:
        """Abolish a unit with all below it and their posts."""
        for part in unit.tree():
            self.closed.append(part)
            for post in part.posts:
                self.post_row("abolish_post", post)
        for part in reversed(unit.tree()):
            self.unit_row("abolish_unit", part)


def announce(world: World, day: date) -> None:
    """Issue the regulations of a reorganisation that takes effect sixty days on."""
    draft = _Draft(Plan(world, plus_days(day, _LEAD)))
    reform = REFORMS[draft.plan.day.year]
    by_name = {unit.name: unit for unit in world.city.children}
    for name, kind, olds in reform.merged:
        if all(old in by_name for old in olds):
            _merge(draft, name, kind, [by_name[old] for old in olds])
    for old, news in reform.split:
        if old in by_name:
            _split(draft, by_name[old], news)
    for old, new in reform.renamed:
        if old in by_name:
            _rename(draft, by_name[old], new)
    for name, agency_name in reform.moved:
        unit = next((one for one in world.units if one.name == name), None)
        if unit is not None and agency_name in by_name:
            draft.unit_row("move_unit", unit, parent=by_name[agency_name].id)
            draft.relocations.append((unit, by_name[agency_name]))
    if reform.raised:
        _raise_secretaries(draft, world.posts)
    if reform.to_province:
        draft.leaving = [unit for unit in world.units if unit.name.startswith(("SMA ", "SMK "))]
        for school in draft.leaving:
            draft.close(school)
    if reform.thinned:
        _thin_out(draft, world.units)
    _issue(world, day, draft)
    world.agenda.at(plus_days(day, _LEAD - 1), partial(_eve, world, draft))


def _merge(draft: _Draft, name: str, kind: str, olds: list[Unit]) -> None:
    divisions = [_bare(bidang) for old in olds for bidang in old.children if bidang.kind == "bidang"]
    new = _found(draft, name, kind, divisions, olds)
    draft.unit_row("succeed_unit", new, **{"from": [old.id for old in olds], "how": "merge"})
    _succeed_posts(draft, new, olds)
    for old in olds:
        draft.close(old)


def _split(draft: _Draft, old: Unit, names: tuple[str, ...]) -> None:
    divisions = [_bare(bidang) for bidang in old.children if bidang.kind == "bidang"]
    half = (len(divisions) + 1) // 2
    for name, part in zip(names, (divisions[:half], divisions[half:]), strict=True):
        new = _found(draft, name, old.kind, part or divisions[:1], [old])
        draft.unit_row("succeed_unit", new, **{"from": [old.id], "how": "split"})
        if name == names[0]:
            _succeed_posts(draft, new, [old])
    draft.close(old)


def _bare(bidang: Unit) -> str:
    """The field of a bidang, from its head's title."""
    return bidang.posts[0].title.removeprefix("Kepala Bidang ")


def _found(draft: _Draft, name: str, kind: str, divisions: list[str], olds: list[Unit]) -> Unit:
    """A new agency with seats for everybody of the old ones."""
    first_unit, first_post = len(draft.plan.units), len(draft.plan.made)
    new = agency(draft.plan, name, kind, divisions)
    draft.units += draft.plan.units[first_unit:]
    seats = sum(post.seats for old in olds for part in old.tree() for post in part.posts)
    weights = {post: draft.plan.weights[post] for post in draft.plan.made[first_post:] if post in draft.plan.weights}
    draft.plan.give_seats(weights, seats)
    draft.posts += draft.plan.posts[first_post:]
    draft.touched += draft.plan.made[first_post:]
    return new


def _succeed_posts(draft: _Draft, new: Unit, olds: list[Unit]) -> None:
    """Heads succeed heads, secretaries secretaries, a bidang's head the head of the bidang of that name."""
    by_title: dict[str, list[Post]] = {}
    for old in olds:
        for part in old.tree():
            for post in part.posts:
                if post.kind in ("jpt_pratama", "administrator"):
                    by_title.setdefault(_role(post), []).append(post)
    for part in new.tree():
        for post in part.posts:
            before = by_title.pop(_role(post), [])
            if before:
                how = "merge" if len(before) > 1 else "rename"
                draft.post_row("succeed_post", post, **{"from": [one.id for one in before], "how": how})


def _role(post: Post) -> str:
    return post.title if post.title.startswith("Kepala Bidang") else post.kind


def _rename(draft: _Draft, unit: Unit, name: str) -> None:
    draft.unit_row("rename_unit", unit, name=name)
    draft.renames.append((unit, name))
    for part in (unit, *unit.children):
        for post in part.posts:
            if post.structural and post.title.endswith(unit.name):
                title = post.title.replace(unit.name, name)
                draft.post_row("rename_post", post, title=title)
                draft.renames.append((post, title))


def _raise_secretaries(draft: _Draft, posts: Iterable[Post]) -> None:
    for post in posts:
        if post.title.startswith("Sekretaris Kelurahan") and post.level == "IV.b":
            draft.raises.append(post)
            draft.post_row("reclassify_post", post, kind=post.kind, level="IV.a", grade=9, seats=post.seats)


def _thin_out(draft: _Draft, units: Iterable[Unit]) -> None:
    """The last seksi of every bidang goes; its clerks' posts move to the one before it."""
    for bidang in units:
        if bidang.kind != "bidang" or len(bidang.children) < 2 or bidang.agency in draft.closed:
            continue
        kept, gone = bidang.children[-2:]
        for post in gone.posts:
            if post.structural:
                draft.post_row("abolish_post", post)
            else:
                draft.post_row("move_post", post, unit=kept.id)
                draft.moves.append((post, kept))
        draft.closed.append(gone)
        draft.unit_row("abolish_unit", gone)


def _issue(world: World, day: date, draft: _Draft) -> None:
    after = 0
    if draft.units:
        wish = Wish("perda", "PERDA", matter="organisation", pace="prompt", draft=False)
        after = world.desk.issue(wish, day, draft.units, []).recorded
    if draft.posts:
        wish = Wish("perwal", "PERWAL", matter="organisation", pace="prompt", draft=False, after=after)
        after = world.desk.issue(wish, day, draft.posts, draft.touched).recorded
    for post in draft.touched:
        post.floor = max(post.floor, after)


def _eve(world: World, draft: _Draft, day: date) -> None:
    """Queue up behind everything else that is due on the day itself."""
    world.agenda.at(plus_days(day, 1), partial(_take_effect, world, draft))


def _take_effect(world: World, draft: _Draft, day: date) -> None:
    for school in draft.leaving:
        for post in school.posts:
            for person in list(post.holders):
                transfer_out(world, person, day, _PROVINCE)
    _change(draft)
    draft.plan.publish()
    old_posts = [post for unit in draft.closed for post in unit.posts]
    for post in old_posts:
        acting.end(world, post, day, "dicabut")
        post.ended = True
    for unit in draft.closed:
        unit.ended = True
        if unit.parent is not None and unit in unit.parent.children:
            unit.parent.children.remove(unit)
    _confirm(world, day, _Seats(world, draft.plan.made), old_posts)
    world.reshaped()
    for post in draft.plan.made:
        if post.structural and not post.holders:
            world.vacated(post, day)


def _change(draft: _Draft) -> None:
    """What is renamed, moved and raised in place."""
    for post, unit in draft.moves:
        post.unit.posts.remove(post)
        unit.posts.append(post)
        post.unit = unit
        for person in post.holders:
            person.unit = unit
    for thing, name in draft.renames:
        if isinstance(thing, Unit):
            thing.name = name
        else:
            thing.title = name
    for moved, parent in draft.relocations:
        if moved.parent is not None:
            moved.parent.children.remove(moved)
        parent.children.append(moved)
        moved.parent = parent
    for post in draft.raises:
        post.level, post.grade = "IV.a", 9


class _Seats:
    """Seats that the displaced may take: the new agencies' first, then vacant ones elsewhere, then clerks' desks."""

    def __init__(self, world: World, made: list[Post]) -> None:
        self.world = world
        self.made = made
        self.taken: dict[Post, int] = {}

    def find(self, old: Post) -> Post | None:
        """A seat for somebody: same kind and level, same kind, then a clerk's."""
        for pool in (self.made, self.world.posts):
            for fits in (_same_level, _same_kind):
                for post in pool:
                    if not post.ended and fits(post, old) and self._take(post):
                        return post
        desks = (post for post in self.world.pelaksana("umum") if not post.ended)
        return next((desk for desk in desks if self._take(desk)), None)

    def _take(self, post: Post) -> bool:
        if post.free <= self.taken.get(post, 0):
            return False
        self.taken[post] = self.taken.get(post, 0) + 1
        return True


def _same_level(post: Post, old: Post) -> bool:
    return post.kind == old.kind and post.level == old.level and post.schooling == old.schooling


def _same_kind(post: Post, old: Post) -> bool:
    return post.kind == old.kind and post.schooling == old.schooling


def _confirm(world: World, day: date, seats: _Seats, old_posts: list[Post]) -> None:
    """Everybody displaced is confirmed in a post (*pengukuhan*), in as few decrees as an annex allows."""
    plan = []
    for old in sorted(old_posts, key=lambda post: not post.structural):
        for person in old.holders:
            target = seats.find(old)
            if target is not None:
                plan.append(Step(person, target, "pengukuhan_sotk"))
    decided = world.later(day, -9, -2)
    for first in range(0, len(plan), _MOST_ROWS):
        part = plan[first : first + _MOST_ROWS]
        rows = [row_of(step, {"on": day.isoformat()}, day) for step in part]
        considerations = world.grounds(decided, len(rows), ("ba_tpk",))
        wish = Wish(
            "keputusan", "821.2", matter="organisation", considerations=considerations, pace="prompt", draft=False
        )
        issued = world.desk.issue(wish, decided, rows, subjects_of(part))
        world.hold_all([(step.person, step.to, (issued.id, row)) for row, step in enumerate(part, 1)], day)
