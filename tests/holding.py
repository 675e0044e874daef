"""Who holds what on a day, said without any fold: by asking every fact about that one day."""

from collections.abc import Sequence
from datetime import date

import given
from oracle import Fact, day_of, facts, took_effect

from asn_ledger.domain.events import ActingAssigned, ActingEnded, Entry, PostAppointed, PostReleased, Separated


def out_of_service(known: Sequence[Fact], day: date) -> bool:
    """Whoever was separated is out, until the separation is taken back."""
    exits = [fact for fact in known if isinstance(fact[1], Separated) and took_effect(fact)]
    out_since: date | None = None
    moments = sorted({day_of(f) for f in exits} | {f[2] for f in exits if f[2] is not None})
    ended_by: int | None = None
    for moment in moments:
        if moment > day:
            break
        for fact in exits:
            if day_of(fact) == moment and out_since is None:
                out_since, ended_by = moment, fact[0]
        for fact in exits:
            if fact[2] == moment and ended_by == fact[0]:
                out_since, ended_by = None, None
    return out_since is not None


def was_out_between(known: Sequence[Fact], first: date, last: date) -> bool:
    spans = {day_of(f) for f in known if isinstance(f[1], Separated)} | {f[2] for f in known if f[2]} | {last}
    return any(out_of_service(known, day) for day in spans if first <= day <= last)


def holds(entries: Sequence[Entry], person: int, day: date) -> set[tuple[str, str]]:
    """(post, capacity) of everything a person holds on a day."""
    known = [fact for fact in facts(entries, given.employee(person).tag) if took_effect(fact)]
    found: set[tuple[str, str]] = set()
    begun = [
        n
        for n, fact in enumerate(known)
        if isinstance(fact[1], PostAppointed) and day_of(fact) <= day and not out_of_service(known, day_of(fact))
    ]
    if begun:
        last = begun[-1]
        fact = known[last]
        assert isinstance(fact[1], PostAppointed)
        released = any(
            isinstance(later[1], PostReleased) and later[1].post == fact[1].post and day_of(later) <= day
            for later in known[last + 1 :]
        )
        annulled = fact[2] is not None and fact[2] <= day
        if not (released or annulled or was_out_between(known, day_of(fact), day)):
            found.add((fact[1].post, "definitif"))
    for post in {fact[1].post for fact in known if isinstance(fact[1], ActingAssigned)}:
        n = last_acting(known, post, day)
        if n is not None and acts(known, n, day):
            found.add((post, "plt"))
    return found


def last_acting(known: Sequence[Fact], post: str, day: date) -> int | None:
    """The last assignment to act in a post that took effect by a day, of somebody who served then."""
    begun = [
        n
        for n, fact in enumerate(known)
        if isinstance(fact[1], ActingAssigned)
        and fact[1].post == post
        and day_of(fact) <= day
        and not out_of_service(known, day_of(fact))
    ]
    return begun[-1] if begun else None


def acts(known: Sequence[Fact], n: int, day: date) -> bool:
    """Whether an assignment to act, the last in its post, still holds on a day."""
    fact = known[n]
    assert isinstance(fact[1], ActingAssigned)
    ended = any(
        isinstance(later[1], ActingEnded) and later[1].post == fact[1].post and day_of(later) <= day
        for later in known[n + 1 :]
    )
    over = fact[1].until is not None and day > fact[1].until.last
    annulled = fact[2] is not None and fact[2] <= day
    return not (ended or over or annulled or was_out_between(known, day_of(fact), day))
