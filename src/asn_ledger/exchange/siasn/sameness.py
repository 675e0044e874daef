"""Whether a fact on record states what a row of the wire states."""

from collections.abc import Collection
from datetime import date
from typing import Any, Final

from asn_ledger.accounts.desk.import_run import Reason
from asn_ledger.domain.career import Career, Named
from asn_ledger.domain.events import CareerOpened, Event, PersonEvent, PostInaugurated, RankRaised, TransferredIn
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import DecreeId
from asn_ledger.domain.terms.sealing import Erased

from .codes import normal
from .person import Json

ENTRIES: Final = {
    "open_career": "career.opened.v1", "appoint_cpns": "cpns.appointed.v1", "transfer_in": "transfer.in.v1",
}  # fmt: skip
STATES: Final = {
    "open_career": {"career.opened.v1", "cpns.appointed.v1", "pppk.contracted.v1", "transfer.in.v1"},
    "appoint_cpns": {"career.opened.v1", "cpns.appointed.v1", "transfer.in.v1"},
    "transfer_in": {"career.opened.v1", "transfer.in.v1"},
    "appoint_pns": {"pns.appointed.v1"},
    "raise_rank": {"rank.raised.v1"},
    "appoint": {"post.appointed.v1", "post.transferred.v1", "pppk.contracted.v1"},
    "move": {"post.appointed.v1", "post.transferred.v1", "pppk.contracted.v1"},
    "assign_duty": {"duty.assigned.v1"},
    "assign_acting": {"acting.assigned.v1"},
    "appraise": {"appraisal.given.v1"},
    "separate": {"service.ended.v1"},
    "record_education": {"education.recorded.v1"},
    "recognise_service": {"service.recognised.v1"},
    "transfer_out": {"transfer.out.v1"},
}
"""Which facts on record state the same as a row of the wire."""

_Pair = tuple[str | None, str | None]
"""A rank or post, and the day since when."""


def agrees(event: Event, row: Json, inaugurated: PartialDate | None = None) -> bool:
    """Whether a fact on record takes effect on the same day, and gives the same post or rank.

    `inaugurated` is the day on which an appointment took effect that had waited for its inauguration.
    """
    said: dict[str, Any] = event.__dict__  # Any: fields of an event
    if event.TOPIC == "appraisal.given.v1":
        half = row.get("scale") is None or str(said["tmt"]) == row["tmt"]["on"]  # 2021 was counted in two halves
        return bool(said["year"] == row["year"] and half)
    if event.TOPIC == "service.ended.v1" and "tmt" not in row:
        return bool(said["reason"] == row["reason"])  # whatever day the office has: the wire tells none
    if (said.get("tmt") or inaugurated) != row["tmt"]["on"]:
        return False
    if event.TOPIC == "education.recorded.v1":
        return bool(said["level"] == row["level"])
    if event.TOPIC == "duty.assigned.v1":
        return bool((said["unit"], said["duty"]) == (row["unit"], row["duty"]))
    given = row.get("to", row.get("post", row.get("rank")))
    told = said.get("post") or said.get("rank")
    return given is None or told is None or given == told


def on_record(career: Career, row: Json, day: date, decrees: Collection[DecreeId]) -> tuple[Json, str | None] | None:
    """A fact on record that states what a row states: where it stands, and in which fields it says otherwise.

    By its decree's number and date, or, whatever its decree, by the same content. Whoever is on record has entered;
    only who had left by then enters again.

    Args:
        career: of whom the row is about.
        row: of the wire.
        day: on which it takes effect.
        decrees: those on record of the row's number and date.
    """
    entry = row["action"] in ENTRIES and career.serves(day) is not False
    standing = career.history.standing
    upon = {one.event.appointment: one.event.tmt for one in standing if isinstance(one.event, PostInaugurated)}
    for fact in standing:
        event = fact.event
        if event.TOPIC not in STATES.get(row["action"], ()) or not isinstance(event, PersonEvent):
            continue
        of = {"decree": event.decree, "row": event.row}
        if entry:
            return of, otherwise(career, row) or None
        if agrees(event, row, upon.get(fact.origin)):
            return of, None
        if event.decree in decrees:
            return of, differs(event, row)
    return None


def otherwise(career: Career, row: Json) -> str:
    """In what somebody on record is another than an entry says: who they are, and their rank and post of that day.

    What either does not tell is no difference.
    """
    day = PartialDate(row["tmt"]["on"]).first
    known = career.identity[-1][1] if career.identity else Named()
    held = career.placement.on(day)
    told = {"name": known.name, "born_on": known.born_on, "sex": known.sex, "rank": career.rank_on(day)}
    told |= {"post": None if held is None else held.post}
    both = [(name, value, row.get(name)) for name, value in told.items() if not isinstance(value, Erased)]
    return ", ".join(name for name, one, other in both if one and other and normal(str(one)) != normal(str(other)))


def before_record(career: Career, row: Json) -> Reason | None:
    """Why a rank or post with which somebody entered, or of before, is no fact of its own; None where it is one."""
    if row["action"] not in {"raise_rank", "appoint", "move"}:
        return None
    events = [one.event for one in career.history.standing]
    opened = [event for event in events if isinstance(event, CareerOpened)]
    held: set[tuple[str | None, str | None]] = {
        (event.rank, event.rank_tmt) for event in events if isinstance(event, CareerOpened | TransferredIn)
    }
    held |= {(event.post, event.post_tmt) for event in opened}
    tmt = row["tmt"]["on"]
    if (row["to"], tmt) in held:
        return "told-by-entry"
    day = opened[0].effective() if opened else None
    return "before-record" if day is not None and PartialDate(tmt).first < day else None


def moved_from_entry(career: Career, row: Json, told: Collection[_Pair]) -> CareerOpened | TransferredIn | None:
    """The entry that tells a row's rank or post on another day, and after which nothing else came: the row was moved.

    Args:
        career: of whom the row is about.
        row: of the wire.
        told: the ranks and posts with their days that the person's rows tell now: one that still does was not moved.
    """
    if row["action"] not in {"raise_rank", "appoint", "move"}:
        return None
    day = PartialDate(row["tmt"]["on"]).first
    tenure = career.placement.on(day)
    events = [fact.event for fact in career.history.standing]
    raised = any(isinstance(event, RankRaised) and event.tmt is not None and event.tmt.first <= day for event in events)
    for event in events:
        if not isinstance(event, CareerOpened | TransferredIn):
            continue
        held: list[_Pair] = [] if raised else [(event.rank, event.rank_tmt)]
        if isinstance(event, CareerOpened) and tenure is not None:
            held += [(event.post, event.post_tmt)] * ((tenure.decree, tenure.row) == (event.decree, event.row))
        if any(to == row["to"] and tmt is not None and (to, tmt) not in told for to, tmt in held):
            return event
    return None


def told_pairs(row: Json) -> set[_Pair]:
    """The ranks and posts with their days that a row of the wire tells."""
    day = row.get("tmt", {}).get("on")
    return {(row.get("to"), day), (row.get("rank"), row.get("rank_tmt")), (row.get("post"), row.get("post_tmt"))}


def differs(event: Event, row: Json) -> str:
    """The names of the fields in which a row differs from what it said before."""
    said: dict[str, Any] = {"tmt": None, **event.as_dict()}  # Any: JSON
    mine = {**row, "tmt": row.get("tmt", {}).get("on")}
    if "to" in mine:
        mine["post" if "post" in said else "rank"] = mine["to"]
    different = [name for name in sorted(said.keys() & mine.keys()) if said[name] != mine[name] and name != "row"]
    return ", ".join(different)
