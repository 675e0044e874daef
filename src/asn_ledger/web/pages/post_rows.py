"""The table of a post's holders: every tenure numbered, with the vacancies of a one-seat post between them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from asn_ledger.domain.access import Act
from asn_ledger.domain.occupancy import Vacancy
from asn_ledger.language import days, span
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.naming import Name, Naming
from asn_ledger.web.pages.parts import Proof, When, day_of, last_day_of, partial_of, proof_of
from projections.position_history.queries import PostHistory
from projections.position_history.rows import TenureRow


@dataclass(frozen=True, slots=True)
class Numbered:
    """A tenure as this reader may see it, with its number in order of beginning and the name shown for it."""

    number: int
    row: TenureRow
    name: Name


@dataclass(frozen=True, slots=True)
class DecreeCell:
    """A decree as cited: number, date, who signed it."""

    number: str
    decided: When | None
    issuer: str


@dataclass(frozen=True, slots=True)
class Strike:
    """What struck a row, and where what replaced it stands."""

    word: str
    words: str
    href: str


@dataclass(frozen=True, slots=True)
class HolderRow:
    """A row of the table: `kind` is held, pending, struck or vacant; `name` says so where it is not published."""

    number: str
    anchor: str
    kind: str
    capacity: str
    name: str
    named: bool
    began: When | None
    last: When | None
    length: str
    current: bool = False
    decree: DecreeCell | None = None
    why: str = ""
    proof: Proof | None = None
    notes: tuple[str, ...] = ()
    struck: Strike | None = None


def number_tenures(frame: Frame, history: PostHistory, naming: Naming) -> tuple[Numbered, ...]:
    """Every tenure that stands, waits or was struck, numbered from the earliest; redacted for who may not see ends."""
    whole = frame.may(Act.READ_RESTRICTED)
    rows = [*history.tenures, *history.struck, *history.pending]
    rows.sort(key=lambda row: (_begins(row), row.began_by))
    return tuple(
        Numbered(number, row if whole else row.redacted(), naming.of(row, history.life))
        for number, row in enumerate(rows, start=1)
    )


def _begins(row: TenureRow) -> date:
    """Where a row stands in time; what waits for an inauguration comes last."""
    return row.began or date.max


def table_rows(frame: Frame, history: PostHistory, tenures: Sequence[Numbered], *, seats: int) -> list[HolderRow]:
    """All rows from the earliest; the vacancies of a post with one seat stand where they happened."""
    by_carrier = {item.row.began_by: item for item in tenures if item.row.state != "struck"}
    dated = [(_begins(item.row), 1, tenure_row(frame, history, item, by_carrier)) for item in tenures]
    if seats == 1:
        dated += [(vacancy.began, 0, vacancy_row(frame, history, vacancy)) for vacancy in history.vacancies]
    return [row for _, _, row in sorted(dated, key=lambda entry: entry[:2])]


def tenure_row(frame: Frame, history: PostHistory, item: Numbered, by_carrier: dict[int, Numbered]) -> HolderRow:
    """One tenure as a row."""
    row = item.row
    began = partial_of(frame, row.began_text) or day_of(frame, row.began)
    if row.before_record:
        began = When(frame.t("post.before_record"), None)
    decree = DecreeCell(row.number or frame.t("decree.no_number"), partial_of(frame, row.decided_on), row.issuer)
    return HolderRow(
        number=str(item.number),
        anchor=anchor(item.number),
        kind=row.state,
        capacity=frame.t(f"capacity.{row.capacity}"),
        name=item.name.text,
        named=item.name.shown,
        began=began,
        last=last_day_of(frame, row.ended, row.began),
        length=_length(frame, history, row),
        decree=decree,
        why="" if row.why_ended is None or not frame.may(Act.READ_RESTRICTED) else _why(frame, row),
        proof=_proof(frame, row),
        current=row.on(history.valid_on),
        notes=_notes(frame, row),
        struck=_strike(frame, row, by_carrier),
    )


def vacancy_row(frame: Frame, history: PostHistory, vacancy: Vacancy) -> HolderRow:
    """A vacancy as a row: a fact with a length."""
    return HolderRow(
        number="",
        anchor=f"kosong-{vacancy.began.isoformat()}",
        kind="vacant",
        capacity=frame.t("capacity.definitif"),
        name=frame.t("post.vacant"),
        named=True,
        began=day_of(frame, vacancy.began),
        last=last_day_of(frame, vacancy.ended),
        length=vacancy_length(frame, vacancy, history.valid_on),
        current=vacancy.began <= history.valid_on and (vacancy.ended is None or history.valid_on < vacancy.ended),
    )


def anchor(number: int) -> str:
    """The id of a tenure's row in the page."""
    return f"baris-{number}"


def vacancy_length(frame: Frame, vacancy: Vacancy, valid_on: date) -> str:
    """How long it was vacant, up to the day asked about, in days."""
    until = vacancy.ended or valid_on
    return days(frame.language, (until - vacancy.began).days) if until >= vacancy.began else ""


def tenure_length(frame: Frame, row: TenureRow, valid_on: date) -> str:
    """How long it lasted, or has lasted on the day asked about; empty before it began."""
    until = row.ended or valid_on
    if row.began is None or until < row.began:
        return ""
    return span(frame.language, row.began, until)


def _length(frame: Frame, history: PostHistory, row: TenureRow) -> str:
    if row.before_record or not row.exact:
        return frame.t("post.length_unknown")
    return tenure_length(frame, row, history.valid_on)


def _why(frame: Frame, row: TenureRow) -> str:
    return frame.t(f"ended_by.{row.why_ended}")


def _proof(frame: Frame, row: TenureRow) -> Proof:
    if row.ended_by is None or row.ended_by == row.began_by:
        return proof_of(frame, row.began_by)
    return proof_of(frame, row.began_by, row.ended_by)


def _notes(frame: Frame, row: TenureRow) -> tuple[str, ...]:
    notes = []
    if row.state == "pending":
        notes.append(frame.t("post.pending"))
    if row.review:
        notes.append(frame.t("post.review"))
    return tuple(notes)


def _strike(frame: Frame, row: TenureRow, by_carrier: dict[int, Numbered]) -> Strike | None:
    if row.struck_by is None or row.state != "struck":
        return None
    if not row.replaced:
        return Strike(
            frame.t("post.annulled"),
            frame.t("proof.entry", position=row.struck_by),
            frame.href(f"/buku-besar/{row.struck_by}"),
        )
    later = by_carrier.get(row.struck_by)
    if later is None:
        words, href = frame.t("post.replaced_at", position=row.struck_by), frame.href(f"/buku-besar/{row.struck_by}")
    else:
        words, href = frame.t("post.replaced_by", number=str(later.number)), f"#{anchor(later.number)}"
    return Strike(frame.t("post.corrected"), words, href)


def on_pages(rows: Sequence[HolderRow], size: int) -> dict[str, int]:
    """On which page of the table each anchor stands, counted from 1."""
    return {row.anchor: index // size + 1 for index, row in enumerate(rows)}


def linked(rows: Sequence[HolderRow], page: int, at: dict[str, int], frame: Frame) -> tuple[HolderRow, ...]:
    """Rows whose links to other rows lead to the page on which those stand."""
    return tuple(
        replace(row, struck=replace(row.struck, href=row_address(frame, row.struck.href[1:], page, at)))
        if row.struck is not None and row.struck.href.startswith("#")
        else row
        for row in rows
    )


def row_address(frame: Frame, name: str, page: int, at: dict[str, int]) -> str:
    """The address of a row: within this page, or on the page of the table on which it stands."""
    there = at.get(name, page)
    if there == page:
        return f"#{name}"
    return f"{frame.here(page=there) if there > 1 else frame.here(without=('page',))}#{name}"
