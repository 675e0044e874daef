"""The table of a post's holders: every tenure numbered, and of a one-seat post the vacancies between them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from asn_ledger.language import days, span
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.parts import Proof, When, day_of, end_of, last_day_of, partial_of, proof_of, verified_words
from asn_ledger.web.representations import Person, PostHistory, Tenure, Vacancy


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time from `began` until `ended` (first day no longer; None = still) about which nothing else is told."""

    began: date
    ended: date | None


@dataclass(frozen=True, slots=True)
class Numbered:
    """A tenure with its number in order of beginning, and the name shown for it."""

    number: int
    row: Tenure
    name: str
    named: bool


@dataclass(frozen=True, slots=True)
class DecreeCell:
    """A decree as cited: number, date, who signed it."""

    number: str
    href: str
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
    """A row of the table: `kind` is held, pending, struck, vacant or withheld; `named` says that `name` is a name.

    `href` leads to the person for those who may read about people.
    """

    number: str
    anchor: str
    kind: str
    capacity: str
    name: str
    named: bool
    began: When | None
    last: When | None
    length: str
    href: str = ""
    current: bool = False
    decree: DecreeCell | None = None
    why: str = ""
    proof: Proof | None = None
    verified: str = ""
    notes: tuple[str, ...] = ()
    struck: Strike | None = None


def number_tenures(frame: Frame, history: PostHistory) -> tuple[Numbered, ...]:
    """Every tenure that stands, waits or was struck, numbered from the earliest; what waits comes last."""
    rows = [*history.tenures, *history.struck, *history.pending]
    rows.sort(key=lambda row: (row.began or date.max, row.position))
    return tuple(Numbered(number, row, *_name_of(frame, row.holder)) for number, row in enumerate(rows, start=1))


def _name_of(frame: Frame, holder: Person | None) -> tuple[str, bool]:
    if holder is not None and holder.name is not None:
        return holder.name, True
    erased = holder is not None and holder.erased
    return frame.t("person.erased" if erased else "person.unknown"), False


def seats_of(history: PostHistory) -> int:
    """The most seats the post ever had."""
    return max((version.seats for version in history.versions), default=1)


def withheld(history: PostHistory) -> tuple[Stretch, ...]:
    """When the only seat was filled without this reader being told by whom."""
    if not history.names_withheld or seats_of(history) != 1:
        return ()
    taken: list[tuple[date, date | None]] = [(vacancy.began, vacancy.ended) for vacancy in history.vacancies]
    taken += [
        (row.began, row.ended) for row in history.tenures if row.capacity == "definitif" and row.began is not None
    ]
    left: list[Stretch] = []
    for version in history.versions:
        left += _without(Stretch(version.began, version.ended), sorted(taken, key=lambda pair: pair[0]))
    return tuple(_joined(left))


def _without(whole: Stretch, taken: Iterable[tuple[date, date | None]]) -> list[Stretch]:
    """The parts of a stretch in which nothing of `taken`, ordered by beginning, lies."""
    found: list[Stretch] = []
    at: date | None = whole.began
    for began, ended in taken:
        if at is None or (whole.ended is not None and began >= whole.ended):
            break
        if began > at:
            found.append(Stretch(at, began))
        at = None if ended is None else max(at, ended)
    if at is not None and (whole.ended is None or at < whole.ended):
        found.append(Stretch(at, whole.ended))
    return found


def _joined(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Stretches that follow each other at once as one: a renamed post tells of no change of holder."""
    found: list[Stretch] = []
    for stretch in stretches:
        if found and found[-1].ended == stretch.began:
            found[-1] = Stretch(found[-1].began, stretch.ended)
        else:
            found.append(stretch)
    return found


def table_rows(frame: Frame, history: PostHistory, tenures: Sequence[Numbered]) -> list[HolderRow]:
    """All rows from the earliest; of a post with one seat also its vacancies, where they happened."""
    carriers = {item.row.position: item for item in tenures if item.row.state != "struck"}
    dated = [(item.row.began or date.max, 1, _tenure_row(frame, history, item, carriers)) for item in tenures]
    if seats_of(history) == 1:
        dated += [(vacancy.began, 0, _vacancy_row(frame, history, vacancy)) for vacancy in history.vacancies]
    dated += [(stretch.began, 0, _withheld_row(frame, history, stretch)) for stretch in withheld(history)]
    return [row for _, _, row in sorted(dated, key=lambda entry: entry[:2])]


def _tenure_row(frame: Frame, history: PostHistory, item: Numbered, carriers: dict[int, Numbered]) -> HolderRow:
    row = item.row
    began = partial_of(frame, row.began_text) or day_of(frame, row.began)
    return HolderRow(
        number=str(item.number),
        anchor=anchor(item.number),
        kind=row.state,
        capacity=frame.t(f"capacity.{row.capacity}"),
        name=item.name,
        named=item.named,
        began=When(frame.t("post.before_record"), None) if row.before_record else began,
        last=end_of(frame, row),
        length=_length(frame, row, valid_on(history)),
        href="" if row.holder is None or row.holder.id is None else frame.href(f"/pegawai/{row.holder.id}"),
        current=row.state == "held" and holds_on(row, valid_on(history)),
        decree=DecreeCell(
            row.citation.number or frame.t("decree.no_number"),
            frame.href(f"/sk/{row.citation.decree}"),
            partial_of(frame, row.citation.decided_on),
            row.citation.issuer,
        ),
        why="" if row.why_ended is None else frame.t(f"ended_by.{row.why_ended}"),
        proof=_proof(frame, row),
        verified=verified_words(frame, row),
        notes=_notes(frame, row),
        struck=_strike(frame, row, carriers),
    )


def _vacancy_row(frame: Frame, history: PostHistory, vacancy: Vacancy) -> HolderRow:
    return HolderRow(
        number="",
        anchor=stretch_anchor("kosong", vacancy),
        kind="vacant",
        capacity=frame.t("capacity.definitif"),
        name=frame.t("post.vacant"),
        named=True,
        began=day_of(frame, vacancy.began),
        last=last_day_of(frame, vacancy.ended),
        length=stretch_days(frame, vacancy, valid_on(history)),
        current=covers(vacancy, valid_on(history)),
    )


def _withheld_row(frame: Frame, history: PostHistory, stretch: Stretch) -> HolderRow:
    until = stretch.ended or valid_on(history)
    return HolderRow(
        number="",
        anchor=stretch_anchor("terisi", stretch),
        kind="withheld",
        capacity=frame.t("capacity.definitif"),
        name=frame.t("person.unpublished"),
        named=False,
        began=day_of(frame, stretch.began),
        last=last_day_of(frame, stretch.ended),
        length=span(frame.language, stretch.began, until) if until >= stretch.began else "",
        current=covers(stretch, valid_on(history)),
    )


def anchor(number: int) -> str:
    """The id of a tenure's row in the page."""
    return f"baris-{number}"


def stretch_anchor(word: str, stretch: Vacancy | Stretch) -> str:
    """The id of a row without a tenure."""
    return f"{word}-{stretch.began.isoformat()}"


def valid_on(history: PostHistory) -> date:
    """The day asked about."""
    return history.as_of.valid_on


def covers(stretch: Vacancy | Stretch, day: date) -> bool:
    """Whether a day lies in it."""
    return stretch.began <= day and (stretch.ended is None or day < stretch.ended)


def holds_on(row: Tenure, day: date) -> bool:
    """Whether the post was held in this tenure on a day."""
    return row.began is not None and row.began <= day and (row.ended is None or day < row.ended)


def stretch_days(frame: Frame, stretch: Vacancy, day: date) -> str:
    """How long it lasted, up to the day asked about, in days; empty before it began."""
    until = stretch.ended or day
    return days(frame.language, (until - stretch.began).days) if until >= stretch.began else ""


def tenure_length(frame: Frame, row: Tenure, day: date) -> str:
    """How long it lasted, or has lasted on the day asked about; empty before it began."""
    until = row.ended or day
    if row.began is None or until < row.began:
        return ""
    return span(frame.language, row.began, until)


def _length(frame: Frame, row: Tenure, day: date) -> str:
    if row.began is not None and (row.before_record or not row.exact or row.why_ended == "not_told"):
        return frame.t("post.length_unknown")
    return tenure_length(frame, row, day)


def _proof(frame: Frame, row: Tenure) -> Proof:
    if row.ended_by is None or row.ended_by == row.position:
        return proof_of(frame, row.position)
    return proof_of(frame, row.position, row.ended_by)


def _notes(frame: Frame, row: Tenure) -> tuple[str, ...]:
    waited = "post.pending" if row.ended is None else "post.lapsed"
    found = ((row.state == "pending", waited), (row.review, "post.review"))
    return tuple(frame.t(key) for holds, key in found if holds)


def _strike(frame: Frame, row: Tenure, carriers: dict[int, Numbered]) -> Strike | None:
    if row.state != "struck" or row.struck_by is None:
        return None
    entry = frame.href(f"/buku-besar/{row.struck_by}")
    if not row.replaced:
        return Strike(frame.t("post.annulled"), frame.t("proof.entry", position=row.struck_by), entry)
    later = carriers.get(row.struck_by)
    if later is None:
        return Strike(frame.t("post.corrected"), frame.t("post.replaced_at", position=row.struck_by), entry)
    words = frame.t("post.replaced_by", number=str(later.number))
    return Strike(frame.t("post.corrected"), words, f"#{anchor(later.number)}")


def on_pages(rows: Sequence[HolderRow], size: int) -> dict[str, int]:
    """On which page of the table each anchor stands, counted from 1."""
    return {row.anchor: index // size + 1 for index, row in enumerate(rows)}


def linked(frame: Frame, rows: Sequence[HolderRow], page: int, at: dict[str, int]) -> tuple[HolderRow, ...]:
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
