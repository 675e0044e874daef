"""What stands, said once more and more slowly: by asking of every fact whether anything in force strikes it."""

from collections.abc import Sequence
from datetime import date, timedelta

from asn_ledger.domain.events import Entry, Event, FactAnnulled
from asn_ledger.domain.events.corrections import Act, ReplacingAct

DAYS = tuple(date(2011 + n, 1, 1) + timedelta(days=d) for n in range(4) for d in (-1, 0, 1))
Fact = tuple[int, Event, date | None]
"""Position that carries it, what it says, and the first day on which an annulment ex nunc takes it back."""


def in_force(act: Entry, entries: Sequence[Entry]) -> bool:
    """Whether no later act strikes it that is in force; a correction that is ended ex nunc was in force until then."""
    return not any(
        isinstance(later.event, Act)
        and later.position > act.position
        and later.event.strikes == act.event_id
        and not (isinstance(act.event, ReplacingAct) and only_ends(later))
        and in_force(later, entries)
        for later in entries
    )


def only_ends(act: Entry) -> bool:
    return isinstance(act.event, FactAnnulled) and act.event.effect == "ex_nunc"


def facts(entries: Sequence[Entry], tag: str) -> list[Fact]:
    """What stands about a person, a post, a unit or a decree, in the order in which it takes effect."""
    found: list[Fact] = []
    for entry in entries:
        acts = [
            act
            for act in entries
            if isinstance(act.event, Act) and act.event.strikes == entry.event_id and in_force(act, entries)
        ]
        voids = [act for act in acts if not only_ends(act)]
        ends = [a.event.effective() for a in acts if a not in voids]
        said = entry.event
        if isinstance(said, ReplacingAct):
            if said.replacement is None or not in_force(entry, entries):
                continue
            said = said.replacement
            ends += [a.event.effective() for a in ends_before(entry, said, entries)]
        if not isinstance(said, Act) and tag in said.tags() and not voids:
            found.append((entry.position, said, min((end for end in ends if end), default=None)))
    ids = {entry.position: str(_origin(entry)) for entry in entries}
    return sorted(
        found,
        key=lambda fact: (
            day_of(fact),
            fact[1].PHASE,
            fact[1].decided() or day_of(fact),
            *fact[1].place(),
            ids[fact[0]],
        ),
    )


def ends_before(correction: Entry, now: Event, entries: Sequence[Entry]) -> list[Entry]:
    """The annulments ex nunc of what a correction took the place of, about the same person, or post or unit."""
    assert isinstance(correction.event, Act)
    struck = correction.event.strikes
    named = [tag for kind in ("employee:", "post:", "unit:", "office:") for tag in now.tags() if tag.startswith(kind)]
    whose = [tag for tag in named if tag.startswith("employee:")] or named
    return [
        act
        for act in entries
        if isinstance(act.event, Act)
        and act.event.strikes == struck
        and only_ends(act)
        and in_force(act, entries)
        and all(tag in act.tags for tag in whose)
    ]


def _origin(entry: Entry) -> object:
    return entry.event.strikes if isinstance(entry.event, Act) else entry.event_id


def day_of(fact: Fact) -> date:
    day = fact[1].effective()
    assert day is not None
    return day


def took_effect(fact: Fact) -> bool:
    return fact[2] is None or fact[2] > day_of(fact)
