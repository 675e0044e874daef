"""Acting officials: Plt while a post is vacant, Plh while its holder is away, a Pj Sekda (SE BKN 1/SE/I/2021)."""

from datetime import date
from functools import partial

from asn_ledger.simulation.dates import plus_days, plus_months
from asn_ledger.simulation.desk import Wish
from asn_ledger.simulation.lives import Acting, Json, Person, Post
from asn_ledger.simulation.world import World

_NEEDED = {"jpt_pratama": 1.0, "administrator": 0.75, "pengawas": 0.3}
_BELOW = {"jpt_pratama": ("jpt_pratama", "administrator"), "administrator": ("administrator", "pengawas"),
          "pengawas": ("pengawas", "pelaksana")}  # fmt: skip


def on_vacated(world: World, post: Post, day: date) -> None:
    """A structural post fell vacant: somebody may have to act in it a few days later."""
    if post.leads and world.chance.random() < _NEEDED[post.kind]:
        world.agenda.at(world.later(day, 0, 9), partial(stand_in, world, post))


def on_filled(world: World, post: Post, day: date) -> None:
    """A structural post was filled: who acted in it acts no longer."""
    if post.acting is not None:
        end(world, post, day, "definitif_dilantik")


def stand_in(world: World, post: Post, day: date) -> None:
    """Let somebody act in a vacant post for three months."""
    if post.ended or post.holders or post.acting or post.promised:
        return
    person = _somebody(world, post, day)
    if person is None:
        return
    acting = Acting(person, "pj" if post.level == "II.a" else "plt", day, plus_days(plus_months(day, 3), -1))
    _assign(world, post, day, acting, "lowong")
    post.acting = acting
    person.acts = post
    world.agenda.at(plus_days(acting.until, 1), partial(_run_out, world, post, acting))


def _somebody(world: World, post: Post, day: date) -> Person | None:
    """Somebody of the same kind of post or one below, of the same agency first, acting nowhere else."""
    near = [held for unit in post.unit.agency.tree() for held in unit.posts]
    for kind in _BELOW[post.kind][::-1]:
        for pool in (near, world.posts):
            able = [
                person
                for held in pool
                if held.kind == kind
                for person in held.holders
                if _able(person, day) and person is not post.last_acting
            ]
            if able:
                return world.chance.choice(able)
    return None


def _able(person: Person, day: date) -> bool:
    return person.acts is None and not person.reserved and person.status == "pns" and person.daily_until < day


def _assign(world: World, post: Post, day: date, acting: Acting, cause: str) -> None:
    """Order somebody to act in `post` from `day` to the last day of the term."""
    row: Json = {
        "row": 0,
        "action": "assign_acting",
        "employee": acting.person.id,
        "post": post.id,
        "kind": acting.kind,
        "cause": cause,
        "until": acting.until.isoformat(),
        "tmt": {"on": day.isoformat()},
    }
    _order(world, post, day, acting, row)


def _order(world: World, post: Post, day: date, acting: Acting, row: Json) -> None:
    """Issue an order about an acting official, recorded after the one before it."""
    decided = world.later(day, -4, 0)
    signer = "wali-kota" if post.kind == "jpt_pratama" else world.sekda(decided)
    considerations: tuple[Json, ...] = ()
    if acting.kind == "pj":
        considerations = (world.desk.consideration("koordinasi_gubernur", plus_days(decided, -7), 1),)
    wish = Wish(
        "surat_perintah", "800.1.11", signer, matter="acting", considerations=considerations, after=acting.recorded
    )
    acting.recorded = world.desk.issue(wish, decided, [row], [acting.person, post]).recorded


def _run_out(world: World, post: Post, acting: Acting, day: date) -> None:
    """The term is over: prolonged once while the post is still vacant, then somebody else's turn."""
    if post.acting is not acting:
        return
    person = acting.person
    if not acting.extended and not post.holders and not post.ended:
        acting.extended = True
        acting.until = plus_days(plus_months(day, 3), -1)
        row: Json = {"row": 0, "action": "extend_acting", "employee": person.id, "post": post.id}
        row |= {"until": acting.until.isoformat(), "tmt": {"on": day.isoformat()}}
        _order(world, post, day, acting, row)
        world.agenda.at(plus_days(acting.until, 1), partial(_run_out, world, post, acting))
        return
    post.acting = None
    post.last_acting = person
    person.acts = None
    if not post.holders:
        world.agenda.at(world.later(day, 0, 12), partial(stand_in, world, post))


def end(world: World, post: Post, day: date, reason: str) -> None:
    """End the acting in `post`: `day` is the first day no longer acting (the second, if it began on that day)."""
    acting = post.acting
    if acting is None:
        return
    post.acting = None
    acting.person.acts = None
    row: Json = {"row": 0, "action": "end_acting", "employee": acting.person.id, "post": post.id, "reason": reason}
    day = max(day, plus_days(acting.began, 1))
    _order(world, post, day, acting, row | {"tmt": {"on": day.isoformat()}})


def absence(world: World, day: date) -> None:
    """The head of a unit is away for a while, and somebody below takes the daily duties (Plh)."""
    post = world.chance.choice(world.leading())
    if not post.holders or post.acting or post.away_until >= day:
        return
    person = _somebody(world, post, day)
    if person is None or person is post.holders[0]:
        return
    cause = world.chance.choice(("cuti", "cuti", "dinas_luar", "dinas_luar", "sakit"))
    acting = Acting(person, "plh", day, world.later(day, 2, 18))
    _assign(world, post, day, acting, cause)
    person.daily_until = post.away_until = acting.until
