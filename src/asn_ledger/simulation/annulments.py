"""Decrees that fall: annulled from the start or from now on, revoked, or annulled though never recorded."""

from datetime import date
from functools import partial

from asn_ledger.simulation.dates import plus_days
from asn_ledger.simulation.desk import Issued, Wish
from asn_ledger.simulation.entries import first_post
from asn_ledger.simulation.lives import Json, Person, Post
from asn_ledger.simulation.rotations import Step, carry_out
from asn_ledger.simulation.world import World

_GROUNDS = ("wewenang", "prosedur", "prosedur", "substansi")


def _issue(world: World, day: date, row: Json, subjects: list[Person | Post], after: int) -> int:
    wish = Wish("keputusan", "821.8", matter="annulment", draft=False, after=after)
    return world.desk.issue(wish, day, [row | {"tmt": {"on": day.isoformat()}}], subjects).recorded


def _row(world: World, action: str, of: tuple[str, int], effect: str) -> Json:
    row: Json = {"row": 0, "action": action, "of": {"decree": of[0], "row": of[1]}, "effect": effect}
    return row | {"ground": world.chance.choice(_GROUNDS)} if action == "annul" else row


def from_the_start(world: World, day: date) -> None:
    """Annul ex tunc what gave somebody their post; they hold the one before again."""
    for person in world.tries(400):
        if _recent(world, person, day) and person.held_by is not None and person.before is not None:
            old, post = person.before[0], person.post
            never_full = old.full_on < person.since and old.free > 0
            if post is None or old.ended or not never_full:
                continue
            row = _row(world, world.chance.choice(("annul", "annul", "revoke")), person.held_by, "ex_tunc")
            _issue(world, day, row, [person, post, old], person.latest)
            world.go_back(person, day)
            return


def beside_a_successor(world: World, day: date) -> None:
    """Annul ex tunc a move out of a post that somebody else holds by now; a month later another post is found."""
    for person in world.serving:
        if not _recent(world, person, day) or person.held_by is None or person.before is None:
            continue
        old, post = person.before[0], person.post
        if post is None or old.ended or old.kind != "pengawas" or len(old.holders) != 1 or old.promised:
            continue
        row = _row(world, "annul", person.held_by, "ex_tunc")
        world.beside.append({"post": old.id, "employee": person.id, "decree": person.held_by[0],
                             "row": person.held_by[1]})  # fmt: skip
        _issue(world, day, row, [person, post, old], person.latest)
        world.go_back(person, day)
        _until_moved_aside(world, day, person)
        return


def share_for_a_while(world: World, day: date, person: Person, other: Person) -> Issued | None:
    """Move somebody onto the one seat of another, which is unlawful; a month later another post is found."""
    if other.post is None:
        return None
    step = Step(person, other.post, "mutasi_setingkat")
    issued = carry_out(world, day, [step], draft=False)
    _until_moved_aside(world, day, person)
    return issued


def _until_moved_aside(world: World, day: date, person: Person) -> None:
    for holder in person.post.holders if person.post is not None else ():
        holder.reserved = True
    world.agenda.at(world.later(day, 20, 40), partial(_move_aside, world, person))


def _move_aside(world: World, person: Person, day: date) -> None:
    """Somebody who shares a one-seat post gets a vacant one of that level, or a clerk's desk."""
    old = person.post
    for holder in old.holders if old is not None else ():
        holder.reserved = False
    person.reserved = False
    if not person.serving or old is None:
        return
    vacant = [p for p in world.posts if p.kind == old.kind and p.level == old.level and p.free > 0 and not p.ended]
    desk = world.roomy("umum")
    if vacant:
        carry_out(world, day, [Step(person, world.chance.choice(vacant), "mutasi_setingkat")])
    elif desk is not None:
        carry_out(world, day, [Step(person, desk, "penurunan")])


def from_now_on(world: World, day: date) -> None:
    """Annul or revoke ex nunc what gave somebody their post; they hold none until they get another."""
    for person in world.tries(200):
        post, of = person.post, person.held_by
        if not _recent(world, person, day) or post is None or of is None:
            continue
        row = _row(world, world.chance.choice(("annul", "revoke")), of, "ex_nunc")
        person.floor = _issue(world, day, row, [person, post], person.latest)
        world.give_up(person, day)
        person.before = None
        world.agenda.at(world.later(day, 12, 60), partial(_again, world, person, post))
        return


def _again(world: World, person: Person, lost: Post, day: date) -> None:
    """Somebody who lost a post by an annulment gets another of that level if one is vacant, else a clerk's."""
    if not person.serving or person.post is not None:
        return
    vacant = [p for p in world.posts if lost.structural and p.level == lost.level and p.free > 0 and not p.ended]
    if vacant:
        carry_out(world, day, [Step(person, world.chance.choice(vacant), "mutasi_setingkat")], draft=False)
    else:
        first_post(world, person, day)


def rank_from_the_start(world: World, day: date) -> None:
    """Annul ex tunc somebody's last raise; the rank before revives."""
    for person in world.tries(400):
        if person.raised_by is not None and 40 < (day - person.rank_since).days < 300 and not person.reserved:
            row = _row(world, "annul", person.raised_by, "ex_tunc")
            _issue(world, day, row, [person], person.latest)
            person.rank -= 1
            person.rank_since = person.rank_before
            person.raised_by = None
            return


def never_recorded(world: World, day: date) -> None:
    """Annul a decree that the office never entered."""
    decided = world.later(day, -300, -30)
    stub = {"number": f"821.2/{900 + int(90 * world.chance.random())}/X/{decided.year}", "issuer": "Wali Kota Salatiga"}
    row = _row(world, "annul", (world.ids.next(), 1), "ex_tunc")
    _issue(world, day, row | {"unrecorded": stub | {"decided_on": decided.isoformat()}}, [], 0)


def _recent(world: World, person: Person, day: date) -> bool:
    """Whether somebody's post was given so lately, and so plainly, that it may still fall."""
    if person.status != "pns" or person.reserved or person.since <= plus_days(world.begins, 30):
        return False
    return 35 < (day - person.since).days < 420
