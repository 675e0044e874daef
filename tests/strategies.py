"""Histories by chance, out of pools so narrow that everything collides: three days, a few people, two posts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import city
import given
from hypothesis import strategies as st

from asn_ledger.domain.events import (
    ActingEnded,
    ContractExtended,
    DutyAssigned,
    EducationRecorded,
    Event,
    FactReassigned,
    LeaveGranted,
    PointsDetermined,
    PostAppointed,
    PostInaugurated,
    PostReleased,
    PppkContracted,
    Reinstated,
    SalaryStepGranted,
    StudyAssigned,
)
from asn_ledger.domain.events.base import PersonEvent
from asn_ledger.domain.terms.dates import PartialDate

DAYS = ("2011-01-01", "2012-01-01", "2013-01-01")
PEOPLE = (1, 2)
POSTS = (1, 2)
RANKS = ("III/b", "III/c")
TOGETHER = ((1, 2), (2, 3), (1, 3), (1, 2, 3))

days = st.sampled_from(DAYS)
people = st.sampled_from(PEOPLE)
posts = st.sampled_from(POSTS)


@dataclass(frozen=True)
class Told:
    """What happened, in the order of recording; a pick names an earlier event by a number, whatever there is."""

    kind: str
    person: int = 1
    post: int = 1
    day: str = DAYS[0]
    other: str | None = None
    pick: int = 0
    effect: str = "ex_tunc"


def _told(*kinds: str, people: st.SearchStrategy[int] = people) -> st.SearchStrategy[Told]:
    return st.builds(
        Told,
        kind=st.sampled_from(kinds),
        person=people,
        post=posts,
        day=days,
        other=st.none() | days,
        pick=st.integers(0, 30),
        effect=st.sampled_from(["ex_tunc", "ex_nunc"]),
    )


HOLDING = ("appointed", "appointed", "acting", "released", "acting_ended", "left")
ACTS = ("annulled", "annulled", "corrected")
ALL = (
    *HOLDING, *ACTS, "entered", "raised", "waiting", "inaugurated", "reassigned", "identified", "identified", "separated",
    "post_abolished", "post_renamed", "unit_renamed", "unit_moved", "workload", "decree", "decree_corrected", "succeeded",
    "away", "back", "duty", "contract", "extended", "step", "diploma", "points",
)  # fmt: skip

holdings = st.lists(_told(*HOLDING, *ACTS), max_size=9)
everything = st.lists(_told(*ALL, people=st.sampled_from((1, 2, 3))), max_size=12)


def told_lists(*kinds: str) -> st.SearchStrategy[list[Told]]:
    """Histories of these kinds of events alone."""
    return st.lists(_told(*kinds), max_size=9)


def from_the_start(one: Told) -> Told:
    """The same, annulling ex tunc."""
    return replace(one, effect="ex_tunc")


BEGINNING: tuple[Event, ...] = (
    city.unit(1, "Dinas Satu"),
    city.unit(2, "Dinas Dua", parent=1),
    city.post(1, "Analis"),
    city.post(2, "Arsiparis", unit=2, seats=2),
    city.entered(1, "Ani", "198503122010012001"),
    city.entered(2, "Budi", "198503122010011002"),
)
"""What every history begins with: two units, two posts, two people in service."""


def events(told: Sequence[Told]) -> list[Event]:
    """The history as events; positions count from 1, and the event at a position has the id `given.event_id` says."""
    found = list(BEGINNING)
    for one in told:
        event = _event(one, found)
        if event is not None:
            found.append(event)
    return found


def events_after(found: Sequence[Event], one: Told) -> Event | None:
    """What happens next; None where there is nothing to strike."""
    return _event(one, found)


def _event(one: Told, found: Sequence[Event]) -> Event | None:  # noqa: PLR0911 -- a case for each kind
    decree = len(found) + 100
    common: dict[str, Any] = city.said(one.day, decree)
    who, post = given.employee(one.person), given.post(one.post)
    n = one.pick % len(found)
    struck, position = found[n], n + 1
    match one.kind:
        case "appointed":
            return PostAppointed(**common, employee=who, post=post, path="pelaksana")
        case "waiting":
            return PostAppointed(
                **{**common, "tmt": None}, employee=who, post=post, path="pelaksana", upon="inauguration"
            )
        case "inaugurated":
            return PostInaugurated(**common, employee=who, post=post, appointment=given.event_id(position))
        case "acting":
            return city.acting(one.person, one.post, one.day, one.other).model_copy(update={"decree": common["decree"]})
        case "released":
            return PostReleased(**common, employee=who, post=post, reason="mutasi")
        case "acting_ended":
            return ActingEnded(**common, employee=who, post=post, reason="dicabut")
        case "left":
            return city.left(one.person, one.day).model_copy(update={"decree": common["decree"]})
        case "annulled":
            return city.annulled(struck, given.event_id(position), one.day, one.effect) if n > 5 else None
        case "corrected":
            return _corrected(one, struck, position) if n > 5 else None
        case "reassigned" if isinstance(struck, PersonEvent) and n > 5:
            right = struck.model_copy(update={"employee": who})
            return FactReassigned(
                **common,
                strikes=given.event_id(position),
                struck_tags=tuple(struck.tags()),
                replacement=right,
                reason="-",
            )
        case _:
            return _other(one, decree)


def _corrected(one: Told, struck: Event, position: int) -> Event | None:
    changes: dict[str, Any] = {"tmt": PartialDate(one.other or one.day)}
    if "post" in type(struck).model_fields:
        changes["post"] = given.post(one.post)
    if "tmt" not in type(struck).model_fields or hasattr(struck, "strikes"):
        return None
    return city.corrected(struck, given.event_id(position), struck.model_copy(update=changes), one.day)


def _other(one: Told, decree: int) -> Event | None:  # noqa: PLR0911, PLR0912 -- a case for each kind
    match one.kind:
        case "entered":
            return city.entered(one.person, f"Nama {decree}", f"1985031220100120{decree:02}"[:18], one.day)
        case "raised":
            return city.raised(one.person, RANKS[one.pick % 2], one.day).model_copy(
                update={"decree": given.decree(decree)}
            )
        case "identified":
            people = TOGETHER[one.pick % 4]
            return city.identified(*people, canonical=people[one.person % len(people)], tmt=one.day)
        case "separated":
            people = TOGETHER[one.pick % 4]
            return city.separated(*people, canonical=people[one.person % len(people)], tmt=one.day)
        case "post_abolished":
            return city.post_abolished(one.post, one.day)
        case "workload":
            return city.workload(one.post, one.pick, 2010 + one.person, one.day)
        case "post_renamed":
            return city.post_renamed(one.post, f"Analis {decree}", one.day)
        case "unit_renamed":
            return city.unit_renamed(one.post, f"Dinas {decree}", one.day)
        case "unit_moved":
            return city.unit_moved(one.post, one.person, one.day)
        case "away" | "back" | "duty" | "contract" | "extended" | "step" | "diploma" | "points":
            return _working(one, decree)
        case "succeeded":
            return city.post_succeeded(one.post, one.person, one.day)
        case "decree":
            return city.recorded(decree, f"821/{decree}/2011", one.day)
        case _:
            return None


def _working(one: Told, decree: int) -> Event:  # noqa: PLR0911 -- a case for each kind
    said: dict[str, Any] = {**city.said(one.day, decree), "employee": given.employee(one.person)}
    match one.kind:
        case "away" if one.pick % 2:
            return LeaveGranted(**said, until=DAYS[2], reason="merawat_anak")
        case "away":
            study = {"level": "s2", "programme": "MM", "institution": "UKSW", "until": DAYS[2]}
            return StudyAssigned(**said, **study, leaves_post=one.post == 1)
        case "back":
            return Reinstated(**said, basis="selesai_cltn")
        case "duty":
            return DutyAssigned(**said, unit=given.unit(one.post), duty="ketua_tim", until=one.other)
        case "contract":
            who = {"name": "Ani", "nip": "198503122011211001", "born_on": "1985-03-12", "sex": "f", "rank": "IX"}
            until = one.other or DAYS[2]
            return PppkContracted(**said, **who, post=given.post(one.post), until=until, part_time=one.pick % 2 == 0)
        case "extended":
            return ContractExtended(**said, until=one.other or DAYS[2])
        case "points":
            told = {"kind": "konversi", "level": "ahli_muda", "began_on": DAYS[0], "points": 25000}
            return PointsDetermined(**said, **told, predicate="baik")
        case "step":
            return SalaryStepGranted(**said, service_years=one.pick)
        case _:
            return EducationRecorded(**said, level="s1")
