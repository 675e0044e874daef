"""The part of the documents queue that tells which scans say something else than the record, and what to do next."""

from dataclasses import dataclass
from uuid import uuid4

from asn_ledger.domain.access import Act
from asn_ledger.exchange.sheets.writing import csv_text
from asn_ledger.web.api.disputes import LONGEST_REASON, DisputeList, DisputeShown
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.parts import Crumb
from asn_ledger.web.pages.queue import Tab, tabs_of


@dataclass(frozen=True, slots=True)
class DisputeLine:
    """A scan that says something else: of what, who saw it, and where each way out begins.

    `withdraw` is where a reason is sent; `key` makes it one withdrawal however often it is sent.
    """

    anchor: str
    decree: Crumb
    what: str
    seen: str
    scan: Crumb | None
    correct: str
    withdraw: str
    key: str


@dataclass(frozen=True, slots=True)
class DisputesPage:
    """Everything the page shows."""

    tabs: tuple[Tab, ...]
    said: str
    lines: tuple[DisputeLine, ...]
    bring: str
    most: int


def build(frame: Frame, found: DisputeList, counts: dict[str, int]) -> DisputesPage:
    """The page out of what was read; `counts` are those of the queue's states."""
    return DisputesPage(
        tabs=tabs_of(frame, counts, "disputed", len(found.disputes)),
        said=frame.t("dispute.said", count=len(found.disputes)),
        lines=tuple(_line(frame, one) for one in found.disputes),
        bring=frame.href("/dokumen"),
        most=LONGEST_REASON,
    )


def _line(frame: Frame, one: DisputeShown) -> DisputeLine:
    role = frame.t(f"document_role.{one.role}")
    kind = "" if one.kind is None else frame.t(f"decree_kind.{one.kind}")
    words = one.number or frame.t("decree.no_number")
    row = frame.t("dispute.whole") if one.row is None else frame.t("grid.row", row=one.row)
    return DisputeLine(
        anchor=f"s-{one.note}",
        decree=Crumb(f"{kind} {words}".strip(), frame.href(f"/sk/{one.decree}")),
        what=f"{row} \u00b7 {role}",
        seen=frame.t(
            "dispute.seen",
            proposer=one.proposed_by or frame.t("entry.nobody"),
            second=one.seen_by or frame.t("entry.nobody"),
            at=frame.t("ledger.at", at=one.at.astimezone(frame.made_at.tzinfo)),
        ),
        scan=None if one.scan is None else Crumb(frame.t("dispute.scan"), frame.href(f"/dokumen/antrean/{one.scan}")),
        correct=frame.href(f"/sk/{one.decree}"),
        withdraw=f"{frame.base}/dokumen/sanggahan/{one.note}/cabut" if frame.may(Act.MATCH_DOCUMENT) else "",
        key=str(uuid4()),
    )


def disputes_csv(found: DisputeList) -> str:
    """The list as a table."""
    names = tuple(DisputeShown.model_fields)
    rows = [[_cell(getattr(one, name)) for name in names] for one in found.disputes]
    return csv_text(names, rows)


def _cell(value: object) -> str | None:
    return None if value is None else str(value)
