"""Whether a fact on record states what a row of the wire states."""

from typing import Any, Final

from asn_ledger.domain.events import Event
from asn_ledger.domain.terms.dates import PartialDate

from .person import Json

ENTRIES: Final = {"open_career", "appoint_cpns", "transfer_in"}
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


def differs(event: Event, row: Json) -> str:
    """The names of the fields in which a row differs from what it said before."""
    said: dict[str, Any] = {"tmt": None, **event.as_dict()}  # Any: JSON
    mine = {**row, "tmt": row.get("tmt", {}).get("on")}
    if "to" in mine:
        mine["post" if "post" in said else "rank"] = mine["to"]
    different = [name for name in sorted(said.keys() & mine.keys()) if said[name] != mine[name] and name != "row"]
    return ", ".join(different)
