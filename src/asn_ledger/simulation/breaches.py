"""A few deliberate breaches of the law in signed decrees, so that an audit has something to find."""

from datetime import date

from asn_ledger.simulation.annulments import share_for_a_while
from asn_ledger.simulation.desk import Issued, Wish
from asn_ledger.simulation.lives import RANKS, Person
from asn_ledger.simulation.ranks import raise_rank, raise_row
from asn_ledger.simulation.world import World


def breach(world: World, day: date) -> None:
    """One breach of a kind by chance, flagged for the truth."""
    act = world.chance.choice((_skipped_rank, _after_exit, _occupied_seat))
    act(world, day)


def _flag(world: World, kind: str, issued: Issued, person: Person, **more: str) -> None:
    world.unlawful.append({"kind": kind, "decree": issued.id, "row": 1, "employee": person.id, **more})


def _skipped_rank(world: World, day: date) -> None:
    """Somebody rises two ranks at once."""
    first = day.replace(month=4 if day.month < 10 else 10, day=1)
    for person in world.tries(200):
        if person.status == "pns" and person.rank < RANKS.index("III/a") and (first - person.rank_since).days > 1500:
            issued = raise_rank(world, person, first, "reguler", steps=2)
            _flag(world, "skipped_rank", issued, person)
            return


def _after_exit(world: World, day: date) -> None:
    """Somebody who has gone still rises in rank."""
    for person, gone in reversed(world.exited):
        if person.rank_scale == "pns" and 40 < (day - gone).days < 700 and person.rank < RANKS.index("IV/c"):
            person.rank += 1
            row = raise_row(person, day.replace(day=1), "reguler")
            wish = Wish("petikan", "823.9", matter="rank", draft=False)
            _flag(world, "after_exit", world.desk.issue(wish, world.later(day, -20, -3), [row], [person]), person)
            return


def _occupied_seat(world: World, day: date) -> None:
    """Somebody is moved onto a seat that another holds; a month later it is noticed."""
    able = [
        post.holders[0]
        for post in world.posts
        if post.level == "IV.a" and len(post.holders) == 1 and not post.holders[0].reserved and not post.promised
    ]
    able = [person for person in able if (day - person.since).days > 400]
    if len(able) < 2:
        return
    person, other = world.chance.sample(able, 2)
    issued = share_for_a_while(world, day, person, other)
    if issued is not None and person.post is not None:
        _flag(world, "occupied_seat", issued, person, post=person.post.id)
