"""The pages of the documents queue: what waits, one scan beside the decree it may belong to, what was brought in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from asn_ledger.accounts.desk.intake import IntakeState
from asn_ledger.domain.access import Act
from asn_ledger.domain.terms.codes import DocumentRole, Verdict
from asn_ledger.domain.terms.ids import DecreeId
from asn_ledger.exchange.sheets.writing import csv_text
from asn_ledger.language import has_message, short_day, short_partial_day
from asn_ledger.web.api.decrees import decree as read_decree
from asn_ledger.web.api.intake import STATES, BroughtIn, CandidateShown, ScanList, ScanShown, SentShown, SuggestionShown
from asn_ledger.web.asking import Question
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.keys import KeyState
from asn_ledger.web.pages.ledger import event_word
from asn_ledger.web.pages.parts import PAGE, Crumb, Pages, pages_of
from asn_ledger.web.pages.scans import SaidRow, ScanView, about, document_of, fields, names_of, scan_view

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
ROLES: tuple[DocumentRole, ...] = get_args(DocumentRole)
_TONES = {"high": "ok", "medium": "accent", "low": "attention", "none": "wrong"}


@dataclass(frozen=True, slots=True)
class Tab:
    """A state of the queue and how many scans are in it."""

    words: str
    count: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A scan: its name, the decree it may belong to, how sure that is and why."""

    name: str
    href: str
    suggested: str
    confidence: str
    tone: str
    why: str
    arrived: str
    note: str


@dataclass(frozen=True, slots=True)
class BroughtLine:
    """What came of a file that was just brought in."""

    name: str
    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Everything the queue shows; `brought` is what came of files that were just sent."""

    action: str
    tabs: tuple[Tab, ...]
    lines: tuple[QueueLine, ...]
    pages: Pages
    brought: tuple[BroughtLine, ...]
    what: str
    coverage: str
    empty: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A row that a scan may be said to belong to; `value` is what the form sends."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ScanPage:
    """Everything the page of one scan shows.

    `waits_for`: empty (nobody has proposed), `other` (another than its proposer is to decide; this reader may), `own`
    (this reader proposed it). `row` is what is on record beside the scan. `ask` is where to ask what is signed, where
    this reader signs; `needs_key` says that they must, and have no key.
    """

    name: str
    state: str
    tone: str
    suggestion: str
    suggestion_tone: str
    scan: ScanView | None
    twin: str
    row: SaidRow | None
    decree: Crumb | None
    waits_for: str
    choices: tuple[Choice, ...]
    roles: tuple[Choice, ...]
    verdicts: tuple[Choice, ...]
    propose: str
    match: str
    refuse: str
    following: str
    back: str
    ask: str
    needs_key: str


def tabs_of(frame: Frame, counts: Mapping[str, int], current: str, disputed: int) -> tuple[Tab, ...]:
    """The states of the queue, and beside them what is disputed."""
    states = tuple(
        Tab(
            frame.t(f"intake.state.{one}"),
            frame.count(counts.get(one, 0)),
            frame.href("/dokumen", state=one),
            one == current,
        )
        for one in STATES
    )
    words = frame.t("intake.state.disputed")
    return (*states, Tab(words, frame.count(disputed), frame.href("/dokumen/sanggahan"), current == "disputed"))


def build_queue(
    frame: Frame,
    found: ScanList,
    state: IntakeState,
    page: int,
    brought: BroughtIn | None = None,
    *,
    disputed: int = 0,
) -> QueuePage:
    """The queue out of what was read; `disputed`: how many scans are."""
    total = found.counts.get(state, 0)
    first = (page - 1) * PAGE
    return QueuePage(
        action=f"{frame.base}/dokumen",
        tabs=tabs_of(frame, found.counts, state, disputed),
        lines=tuple(_line(frame, one) for one in found.scans),
        pages=pages_of(frame, first=min(first + 1, total), last=first + len(found.scans), total=total, page=page),
        brought=() if brought is None else tuple(_brought(frame, one) for one in brought.files),
        what=frame.t("intake.what" if frame.may(Act.MATCH_DOCUMENT) else "intake.what_own"),
        coverage=frame.href("/dokumen/cakupan") if frame.may(Act.SEE_DOCUMENTS) else "",
        empty=frame.t(f"intake.none.{state}"),
    )


def queue_csv(found: ScanList) -> str:
    """The queue as a table."""
    rows = [
        [
            one.name,
            one.state,
            one.sha256,
            None if one.suggestion is None else one.suggestion.confidence,
            None if one.suggestion is None else one.suggestion.reason,
            None if one.suggestion is None or one.suggestion.best is None else one.suggestion.best.number,
            one.verdict,
            str(one.id),
        ]
        for one in found.scans
    ]
    return csv_text(("name", "state", "sha256", "confidence", "reason", "number", "verdict", "id"), rows)


def _line(frame: Frame, one: ScanShown) -> QueueLine:
    suggestion = one.suggestion
    best = None if suggestion is None else suggestion.best
    return QueueLine(
        name=one.name,
        href=frame.href(f"/dokumen/antrean/{one.id}") if frame.matches and (suggestion or one.decree) else "",
        suggested="" if best is None else candidate_words(frame, best),
        confidence="" if suggestion is None else frame.t(f"confidence.{suggestion.confidence}"),
        tone="" if suggestion is None else _TONES[suggestion.confidence],
        why="" if suggestion is None else frame.t(f"suggestion.{suggestion.reason}"),
        arrived=short_day(frame.language, one.arrived_at.astimezone(frame.made_at.tzinfo).date()),
        note=_note(frame, one),
    )


def _note(frame: Frame, one: ScanShown) -> str:
    if one.verdict is not None:
        return frame.t(f"verdict.{one.verdict}")
    return frame.t("intake.same") if one.same_as is not None else ""


def _brought(frame: Frame, one: SentShown) -> BroughtLine:
    if one.code is not None:
        key = f"intake.why.{one.code}"
        why = frame.t(key) if has_message(key) else one.detail or ""
        return BroughtLine(one.name, frame.t("intake.refused", why=why), "wrong")
    return BroughtLine(one.name, frame.t("intake.new" if one.new else "intake.known"), "ok" if one.new else "")


def candidate_words(frame: Frame, one: CandidateShown) -> str:
    """A row on record in a line: what it is, its number and date."""
    decided = "" if one.decided_on is None else short_partial_day(frame.language, one.decided_on)
    return frame.t(
        "intake.candidate",
        event=event_word(frame, one.type),
        number=one.number or frame.t("decree.no_number"),
        on=decided,
        row=one.row,
    )


def build_scan(frame: Frame, question: Question, one: ScanShown, *, following: str, key: KeyState = "none") -> ScanPage:
    """The page of one scan; `following` leads to the next that this reader may decide on."""
    document = document_of(question, one.sha256)
    place = _place(one)
    waits = "" if one.state != "proposed" else "own" if str(one.proposed_by) == str(question.reader.id) else "other"
    base = f"{frame.base}/dokumen/antrean/{one.id}"
    return ScanPage(
        name=one.name,
        state=frame.t(f"intake.is.{one.state}") + (f": {frame.t(f'verdict.{one.verdict}')}" if one.verdict else ""),
        tone={"open": "attention", "proposed": "accent", "set_aside": "wrong", "matched": "ok"}[one.state],
        suggestion="" if one.suggestion is None else _why(frame, one.suggestion),
        suggestion_tone="" if one.suggestion is None else _TONES[one.suggestion.confidence],
        scan=None
        if document is None
        else scan_view(frame, question.service.documents, document, one.name, page=one.page, of=one.content),
        twin="" if one.same_as is None else frame.href(f"/dokumen/antrean/{one.same_as}"),
        row=None
        if place is None
        else _row(frame, question, *place)
        if frame.may(Act.MATCH_DOCUMENT)
        else _named(frame, question, one, place),
        decree=None if place is None else Crumb(frame.t("intake.whole"), frame.href(f"/sk/{place[0]}")),
        waits_for=waits,
        choices=_choices(frame, one),
        roles=tuple(Choice(role, frame.t(f"document_role.{role}"), role == (one.role or "sk")) for role in ROLES),
        verdicts=tuple(Choice(verdict, frame.t(f"verdict.{verdict}"), chosen=False) for verdict in VERDICTS),
        propose=f"{base}/usulan" if one.state in {"open", "set_aside"} else "",
        match=f"{base}/cocok" if waits == "other" else "",
        refuse=f"{base}/sisihkan" if one.state != "matched" else "",
        following=following,
        back=frame.href("/dokumen", state=one.state),
        ask=f"{base}/tanya" if waits == "other" and key == "signs" else "",
        needs_key=frame.t("keys.needs_key") if waits == "other" and key == "lacks" else "",
    )


def _why(frame: Frame, suggestion: SuggestionShown) -> str:
    return f"{frame.t(f'confidence.{suggestion.confidence}')}: {frame.t(f'suggestion.{suggestion.reason}')}"


def _place(one: ScanShown) -> tuple[DecreeId, int | None] | None:
    """What stands beside the scan: what was proposed, else what its name tells."""
    if one.decree is not None:
        return one.decree, one.row
    best = None if one.suggestion is None else one.suggestion.best
    return None if best is None else (best.decree, best.row)


def _choices(frame: Frame, one: ScanShown) -> tuple[Choice, ...]:
    suggestion = one.suggestion
    if suggestion is None:
        return ()
    best = () if suggestion.best is None else (suggestion.best,)
    return tuple(
        Choice(f"{at.decree}/{at.row}", candidate_words(frame, at), chosen=at is suggestion.best)
        for at in (*best, *suggestion.others)
    )


def _named(frame: Frame, question: Question, one: ScanShown, place: tuple[DecreeId, int | None]) -> SaidRow | None:
    """The row for those to whom a decree does not tell its rows: which it is, and the person, whose career tells it."""
    told = one.suggestion
    if told is None or told.employee is None:
        return None
    best = () if told.best is None else (told.best,)
    found = next((at for at in (*best, *told.others) if (at.decree, at.row) == place), None)
    if found is None:
        return None
    says = {"employee": told.employee}
    return SaidRow(
        number=candidate_words(frame, found),
        action=event_word(frame, found.type),
        about=about(frame, says, names_of(question, [says])),
        facts=(),
    )


def _row(frame: Frame, question: Question, decree: DecreeId, row: int | None) -> SaidRow | None:
    """What is on record at that place; of a whole decree its first row, and how many there are."""
    shown = read_decree(question, decree)
    rows = [one for one in shown.rows if row is None or one.row == row]
    if not rows:
        return None
    first = rows[0]
    says: Mapping[str, object] = first.says or {}
    number = shown.number or frame.t("decree.no_number")
    of = frame.t("intake.row_of", row=first.row or 0, total=len(shown.rows), number=number)
    return SaidRow(
        number=of,
        action=event_word(frame, first.type),
        about=about(frame, says, names_of(question, [says])),
        facts=fields(frame, says),
    )
