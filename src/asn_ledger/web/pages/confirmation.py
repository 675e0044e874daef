"""The page of a signed decree that waits: its scan on one side, on the other what would be recorded, and the button."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from uuid import UUID

import orjson

from asn_ledger.accounts.desk import Waiting
from asn_ledger.domain.access import Act
from asn_ledger.domain.decisions.decree import Judgement, Made
from asn_ledger.domain.decisions.form import Decree as Form
from asn_ledger.domain.decisions.form import parse_decree
from asn_ledger.domain.errors import NotFound, Refusal
from asn_ledger.domain.events import Actor, ReplacingAct, RowOpened
from asn_ledger.language import counted, partial_day
from asn_ledger.ledger.attesting import Asked
from asn_ledger.ledger.plan import Command, Plan
from asn_ledger.web.asking import Question, asking
from asn_ledger.web.auth import actor_of
from asn_ledger.web.changes import Consequences
from asn_ledger.web.consequences import consequences
from asn_ledger.web.decree_shapes import ClosedShown, Decree
from asn_ledger.web.frame import Frame
from asn_ledger.web.numbers import taken_within
from asn_ledger.web.pages.consequences import ChangeLine, lines_to_make
from asn_ledger.web.pages.grid import taken_link
from asn_ledger.web.pages.ledger import event_word
from asn_ledger.web.pages.parts import Crumb, Fact, Pages, pages_of, rule_said
from asn_ledger.web.pages.scans import Names, SaidRow, ScanView, about, fields, names_of, scan_view
from asn_ledger.web.problems import reason, row_fault
from asn_ledger.web.reach import DECIDES, sees_on_desk
from asn_ledger.web.signing import as_data, asked_shown

T = TypeVar("T")

_AT_ONCE: Final = 50
"""Rows of a decree whose consequences are shown at once."""
_BESIDE: Final = 10
"""Rows of each list that stand beside a scan at a time."""


@dataclass(frozen=True, slots=True)
class ConfirmationPage:
    """Everything the page shows. `refused`: why it cannot be recorded.

    `own`: the reader recorded it, and may withdraw it; others may confirm or refuse it where `decides`. `earlier` are
    the times it was sent back before.

    `scan` is the one that is looked at, `scans` lead to all of them; `no_scan` says why there is none. `doubtful` are
    the rows that do not meet a rule or stay open, `rows` the others; `changes` what it would change; of each a part,
    `…_pages` say which; `later` is where changes are asked for that were left out.
    `objections` are what rules say of the decree itself, and that
    another has its number: `taken` leads there.
    """

    title: str
    kind: str
    action: str
    facts: tuple[Fact, ...]
    scan: ScanView | None
    scans: tuple[Crumb, ...]
    no_scan: str
    doubtful: tuple[SaidRow, ...]
    doubtful_pages: Pages | None
    rows: tuple[SaidRow, ...]
    rows_pages: Pages | None
    rows_title: str
    said: str
    objections: tuple[str, ...]
    own: str
    decides: bool
    refused: str
    withdraw: str
    refuse: str
    changes: tuple[ChangeLine, ...] = ()
    changes_pages: Pages | None = None
    later: str = ""
    taken: Crumb | None = None
    earlier: tuple[Fact, ...] = ()
    means: str = ""
    button: str = ""
    sign: str = ""
    needs_key: str = ""


@dataclass(frozen=True, slots=True)
class WaitingDecree:
    """What was read: the decree on the desk, what it would make and change or why it cannot, the words for its ids."""

    waiting: Waiting
    form: Form
    judgement: Judgement | None
    changes: Consequences | None
    refused: str
    names: Names
    recorder: str
    asked: Asked | None = None


def read_waiting(question: Question, decree: UUID, *, whole: bool = True) -> WaitingDecree | None:
    """The decree on the desk, judged as it would be recorded now; None where none of this id waits for this reader.

    Unless it is asked for as a `whole`, what a long one would change is left for another request: each person whom it
    is about is folded twice for that.
    """
    waiting = question.service.desk.look(question.connection, decree)
    if waiting is None or waiting.request is None or not sees_on_desk(question, waiting):
        return None
    form = parse_decree(orjson.loads(waiting.request))
    by = Actor(str(waiting.recorder), waiting.recorder_role)
    judgement, changes, refused, asked = None, None, "", None
    try:
        command = Command(waiting.command, form, waiting.request, by, None)
        registrar = question.service.registrar
        plan = (registrar.dry_run if form.mode == "signed" else registrar.plan)(command, question.now)
        judgement = plan.judgement
        asked = _asked(question, waiting, plan)
        # The decree was judged on what is on record now, which may be more than the question's snapshot knows.
        if whole or len(form.rows) <= _AT_ONCE:
            with asking(question.service, question.reader, question.language) as fresh:
                changes = consequences(fresh, plan.entries, with_rows=False)
    except Refusal as refusal:
        refused = reason(refusal, question.language)
    said = [] if judgement is None else [_says(one) for one in judgement.made]
    return WaitingDecree(
        waiting,
        form,
        judgement,
        changes,
        refused,
        names_of(question, said),
        name_of(question, str(waiting.recorder), waiting.recorder_role),
        asked,
    )


def _asked(question: Question, waiting: Waiting, plan: Plan) -> Asked | None:
    """What the reader signs who confirms it; None where they may not, or no passkeys are introduced."""
    desk = question.service.desk
    of = DECIDES[waiting.ends_by]
    if not question.may(of) or desk.person(str(waiting.recorder)).is_also(desk.person(str(question.reader.id))):
        return None
    by = actor_of(question.reader, of)
    asked = question.service.registrar.ask(waiting.ends_by, by, [plan], question.now)
    return None if asked.site is None and asked.trust is None else asked


def name_of(question: Question, account: str, role: str) -> str:
    """What an account is called; an operator has none."""
    try:
        return question.service.accounts.find(account).name
    except NotFound:
        return f"{role} {account}"


def sent_back(frame: Frame, question: Question, waiting: Waiting) -> Fact:
    """When and by whom a decree was sent back, and why."""
    by = name_of(question, str(waiting.closed_by), waiting.closed_role or "")
    at = (waiting.closed_at or waiting.submitted_at).astimezone(frame.made_at.tzinfo)
    return Fact(frame.t(f"closed.{waiting.closed_as}_by", who=by), frame.t("ledger.at", at=at), waiting.reason or "")


@dataclass(frozen=True, slots=True)
class ClosedPage:
    """A decree that is not on record, because it was sent back: who did it, why, and what may be done now."""

    title: str
    kind: str
    state: str
    facts: tuple[Fact, ...]
    reason: str
    advice: str
    anew: str


def build_closed(frame: Frame, question: Question, decree: Decree, closed: ClosedShown) -> ClosedPage:
    """The page of a decree that was withdrawn or refused."""
    own = question.service.desk.person(closed.recorder).is_also(question.service.desk.person(str(question.reader.id)))
    at = closed.at.astimezone(frame.made_at.tzinfo)
    since = closed.submitted_at.astimezone(frame.made_at.tzinfo)
    return ClosedPage(
        title=decree.number or frame.t("decree.no_number"),
        kind="" if decree.kind is None else frame.t(f"decree_kind.{decree.kind}"),
        state=frame.t(f"decree.state.{closed.state}"),
        facts=(
            Fact(frame.t("entry.recorded_by"), name_of(question, closed.recorder, ""), frame.t("ledger.at", at=since)),
            Fact(
                frame.t(f"closed.{closed.state}"),
                name_of(question, closed.by.id, closed.by.role),
                frame.t("ledger.at", at=at),
            ),
        ),
        reason=closed.reason or "",
        advice=frame.t("closed.advice") if own else "",
        anew=frame.href("/sk/baru") if own and frame.enters else "",
    )


@dataclass(frozen=True, slots=True)
class Parts:
    """Which scan is looked at, and which page of each list, all counted from 1."""

    scan: int = 1
    changes: int = 1
    doubtful: int = 1
    rows: int = 1


def build(frame: Frame, question: Question, found: WaitingDecree, parts: Parts) -> ConfirmationPage:
    """The page out of what was read."""
    form = found.form
    attached = [(one.role, one.sha256) for one in form.documents]
    attached += [("consideration", one.document) for one in form.considerations if one.document is not None]
    attached += [("sk", name) for row in form.rows for name in row.named_documents()]
    looks = question.reader.may(Act.SEE_DOCUMENTS)
    there = question.service.documents.these(name for _, name in attached) if looks else {}
    known = [(role, there[name]) for role, name in attached if name in there]
    labels = [
        frame.t("scan.numbered", number=n, role=frame.t(f"document_role.{role}"))
        for n, (role, _) in enumerate(known, 1)
    ]
    at = min(parts.scan, len(known)) - 1
    changes, changes_pages = _part(frame, _changes(frame, found), "page", parts.changes, _BESIDE)
    objected, others = _sorted_out(found)
    doubtful, doubtful_pages = _part(frame, objected, "doubtful", parts.doubtful, _BESIDE)
    rows, rows_pages = _part(frame, others, "rows", parts.rows, _BESIDE)
    desk, numbered = question.service.desk, question.service.bulk.numbers.taken(form)
    taken = taken_within(question)(numbered)
    own = desk.person(str(found.waiting.recorder)).is_also(desk.person(str(question.reader.id)))
    return ConfirmationPage(
        title=form.number or frame.t("decree.no_number"),
        kind=frame.t(f"decree_kind.{form.kind}"),
        action=f"{frame.base}/sk/{form.id}/konfirmasi",
        facts=_facts(frame, found),
        scan=scan_view(frame, question.service.documents, known[at][1], labels[at]) if known else None,
        scans=tuple(Crumb(label, frame.here(scan=n)) for n, label in enumerate(labels, 1)) if len(known) > 1 else (),
        no_scan="" if known else _no_scan(frame, form) if looks else frame.t("scan.kept"),
        doubtful=_rows(frame, found, doubtful),
        doubtful_pages=doubtful_pages,
        rows=_rows(frame, found, rows),
        rows_pages=rows_pages,
        rows_title=frame.t("confirmation.others" if objected else "confirmation.rows"),
        said=counted(frame.language, "decree.rows", len(form.rows)),
        objections=(*_of_decree(frame, found), *(() if numbered is None else (reason(numbered, frame.language),))),
        taken=None if taken is None else taken_link(frame, taken),
        own=frame.t("confirmation.own") if own else "",
        decides=not own and question.may(DECIDES[found.waiting.ends_by]),
        refused=found.refused,
        withdraw=f"{frame.base}/sk/{form.id}/tarik" if own else "",
        refuse=f"{frame.base}/sk/{form.id}/tolak",
        means=frame.t(f"confirmation.means_{found.waiting.ends_by}"),
        button=frame.t(f"confirmation.button_{found.waiting.ends_by}"),
        sign=as_data(asked_shown(found.asked)) if found.asked is not None and found.asked.has_key else "",
        needs_key=frame.t("keys.needs_key") if _lacks_key(found.asked) else "",
        changes=tuple(line() for line in changes),
        changes_pages=changes_pages,
        later=frame.here(akibat="1") if found.judgement is not None and found.changes is None else "",
        earlier=tuple(
            sent_back(frame, question, one) for one in desk.closings(question.connection, found.waiting.decree)
        ),
    )


def _lacks_key(asked: Asked | None) -> bool:
    return asked is not None and asked.required and not asked.has_key


def _no_scan(frame: Frame, form: Form) -> str:
    pending = form.document_pending
    if pending is None:
        return frame.t("scan.none")
    state = pending.state or "menyusul"
    return f"{frame.t(f'document_state.{state}')}: {pending.reason}"


def _facts(frame: Frame, found: WaitingDecree) -> tuple[Fact, ...]:
    form, waiting = found.form, found.waiting
    at = waiting.submitted_at.astimezone(frame.made_at.tzinfo)
    decided = frame.t("decree.no_date") if form.decided_on is None else partial_day(frame.language, form.decided_on)
    signer = form.signer
    lines = [
        Fact(frame.t("decree.decided_on"), decided),
        Fact(frame.t("decree.signed_by"), signer.as_printed.title, f"({signer.as_printed.name})"),
        Fact(frame.t("entry.recorded_by"), found.recorder),
        Fact(frame.t("confirmation.since"), frame.t("ledger.at", at=at)),
    ]
    if signer.capacity != "sendiri":
        lines.insert(2, Fact(frame.t("decree.capacity"), frame.t(f"signed_as.{signer.capacity}")))
    lines += [
        Fact(
            frame.t(f"consideration.{one.kind}"),
            frame.t("decree.letter", number=one.number, on=partial_day(frame.language, one.on)),
            frame.t(f"consideration_outcome.{one.outcome}"),
        )
        for one in form.considerations
    ]
    lines += [
        Fact(frame.t("confirmation.passes", row=one.row, rule=one.rule), one.reason, one.authority)
        for one in form.overrides
    ]
    return tuple(lines)


def _part(frame: Frame, found: Sequence[T], name: str, page: int, size: int) -> tuple[Sequence[T], Pages | None]:
    """A page of a list, and the way to the others; `name` is what the address calls its number."""
    first = min(page - 1, max(0, len(found) - 1) // size) * size
    last, total = min(first + size, len(found)), len(found)
    if not found:
        return (), None
    pages = pages_of(frame, first=first + 1, last=last, total=total, page=first // size + 1, size=size, name=name)
    return found[first:last], pages


def _sorted_out(found: WaitingDecree) -> tuple[Sequence[Made], Sequence[Made]]:
    """The rows that do not meet a rule or stay open, and the others, each in their order."""
    judgement = found.judgement
    if judgement is None:
        return (), ()
    waits = {one.row for one in judgement.open_rows}
    parts: dict[bool, list[Made]] = {True: [], False: []}
    for one in judgement.made:
        if one.row:
            parts[one.row in waits or any(said.result == "not_met" for said in one.outcomes)].append(one)
    return parts[True], parts[False]


def _rows(frame: Frame, found: WaitingDecree, made: Sequence[Made]) -> tuple[SaidRow, ...]:
    judgement = found.judgement
    if judgement is None:
        return ()
    waits = {one.row: row_fault(frame.language, one).message for one in judgement.open_rows}
    return tuple(
        SaidRow(
            number=frame.count(one.row),
            action=event_word(frame, one.event.TOPIC),
            about=about(frame, _says(one), found.names),
            facts=fields(frame, _says(one)),
            objections=(
                *([frame.t("confirmation.open", why=waits[one.row])] if one.row in waits else ()),
                *_objections(frame, one),
            ),
        )
        for one in made
    )


def _of_decree(frame: Frame, found: WaitingDecree) -> tuple[str, ...]:
    """What rules say of the decree itself, not of one of its rows."""
    made = () if found.judgement is None else found.judgement.made
    return tuple(said for one in made if not one.row for said in _objections(frame, one))


def _changes(frame: Frame, found: WaitingDecree) -> Sequence[Callable[[], ChangeLine]]:
    if found.changes is None or found.judgement is None:
        return ()
    return lines_to_make(frame, found.changes, found.judgement.made)


def _says(one: Made) -> Mapping[str, Any]:  # Any: an event's fields as JSON
    """What the event says; of an act that replaces, what takes the place."""
    event = one.event
    if isinstance(event, RowOpened) and isinstance(event.as_printed, dict):
        return _printed(event.as_printed)
    if isinstance(event, ReplacingAct) and event.replacement is not None:
        event = event.replacement
    return event.as_dict()


def _printed(row: Mapping[str, Any]) -> Mapping[str, Any]:  # Any: a row as it was sent
    """A row as it was sent: what it leads to is a post, or for a rise in rank the rank."""
    to = row.get("to")
    rest = {name: value for name, value in row.items() if name != "to"}
    if to is None:
        return rest
    return {**rest, "rank" if row.get("action") == "raise_rank" else "post": to}


def _objections(frame: Frame, one: Made) -> tuple[str, ...]:
    return tuple(
        rule_said(frame, outcome.rule, outcome.result)
        for outcome in one.outcomes
        if outcome.result in {"not_met", "cannot_tell"}
    )
