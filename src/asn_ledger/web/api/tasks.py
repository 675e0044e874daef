"""What waits for oneself: on the desk, among scans and imports, on record, and what falls due."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Annotated, Literal, get_args

import orjson
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from asn_ledger.accounts import Principal
from asn_ledger.accounts.desk import Waiting
from asn_ledger.accounts.desk.seen import FindingKind
from asn_ledger.domain.access import Act, needs_second_factor
from asn_ledger.domain.due import Due, DueKind
from asn_ledger.domain.terms.ids import EmployeeId
from asn_ledger.ledger.plan import SecondAct
from asn_ledger.readmodels.listing import Listing
from asn_ledger.readmodels.opening import Source
from asn_ledger.web.api.accountability import Filters, recorded_decrees
from asn_ledger.web.api.disputes import disputed
from asn_ledger.web.api.due import due_items, found_due
from asn_ledger.web.api.seen import SeenShown, shown, states, states_of
from asn_ledger.web.asking import Lang, Question, asking
from asn_ledger.web.auth import Gate, Running
from asn_ledger.web.languages import language_of
from asn_ledger.web.lists import ROWS, Cursor, Limit, link, offset_of
from asn_ledger.web.problems import INVALID_REQUEST, INVALID_VALUE, NOT_ALLOWED, documented
from asn_ledger.web.queue_reach import QueueReach
from asn_ledger.web.representations import Shown
from asn_ledger.web.sights import named
from projections.accountability.queries import DecreeRow, Wanted, decrees, list_decrees
from projections.appraisals.queries import to_review as appraisals_to_review
from projections.career.queries import to_review as periods_to_review
from projections.position_history.queries import to_review

router = APIRouter(prefix="/api/v1/tasks", tags=["tasks"])

TaskReaders = Annotated[Principal, Depends(Gate(Act.SEE_TASKS))]
TaskKind = Literal[
    "to_confirm", "to_override", "own_sent_back", "own_waiting", "scans_proposed", "scans_open", "disputed",
    "inauguration", "acting", "open_rows", "review", "imports", "findings", "overridden", "late", "one_factor",
    "of_nobody",
    "seen",
]  # fmt: skip
KINDS: tuple[TaskKind, ...] = get_args(TaskKind)
FEW = 5
"""Tasks of a kind that are shown beside those of the others."""

_DUE_MONTHS = 1
_LATELY = timedelta(days=30)

OF: Mapping[TaskKind, Act] = {
    "to_confirm": Act.CONFIRM,
    "to_override": Act.OVERRIDE,
    "own_sent_back": Act.SUBMIT,
    "own_waiting": Act.SUBMIT,
    "scans_proposed": Act.MATCH_DOCUMENT,
    "scans_open": Act.MATCH_DOCUMENT,
    "disputed": Act.MATCH_DOCUMENT,
    "inauguration": Act.SUBMIT,
    "acting": Act.SUBMIT,
    "open_rows": Act.RECORD,
    "review": Act.RECORD,
    "imports": Act.RUN_IMPORT,
    "findings": Act.OVERSEE,
    "overridden": Act.OVERSEE,
    "late": Act.OVERSEE,
    "one_factor": Act.PROTECT_DATA,
    "of_nobody": Act.PROTECT_DATA,
    "seen": Act.OVERSEE,
}
"""What somebody may do for whom a kind of task waits."""
OF_AGENCY: frozenset[TaskKind] = frozenset({"open_rows", "review"})
"""Kinds that wait for those alone who may do it in the whole agency."""


class Task(Shown):
    """One thing that waits: a decree by its number, a person or account by name, an import by its day.

    `page` is where it is done; null for an account, which its owner and the service's operator alone change.
    `note` is why a decree was sent back; `count` how many rows of a decree, facts of a person, rows of an import. Of a
    finding `mark` is how it stands, sent along to mark it as seen, and `seen` who has marked it, when, with which note;
    `of` is the kind of finding that was marked.
    """

    page: str | None
    title: str | None
    kind: str | None = None
    since: datetime | None = None
    day: date | None = None
    note: str | None = None
    count: int | None = None
    of: FindingKind | None = None
    mark: str | None = None
    seen: tuple[SeenShown, ...] = ()


class TasksOfKind(Shown):
    """The tasks of a kind, the first of them; `page` leads to where all of them are worked upon, if there is such."""

    kind: TaskKind
    total: int
    first: int
    last: int
    page: str | None
    tasks: tuple[Task, ...]


class TaskList(Shown):
    """What waits for whoever asks, by kind; kinds of which nothing waits are left out. What was seen is not counted."""

    total: int
    kinds: tuple[TasksOfKind, ...]


@router.get("", responses=documented(NOT_ALLOWED, INVALID_VALUE, INVALID_REQUEST))
def list_tasks(
    request: Request,
    response: Response,
    service: Running,
    asker: TaskReaders,
    kind: Annotated[TaskKind | None, Query(description="only of this kind, all of them page by page")] = None,
    limit: Limit = ROWS,
    cursor: Cursor = None,
    lang: Lang = None,  # noqa: ARG001 -- named for the document; `language_of` reads it
) -> TaskList:
    """What waits for oneself: a few of each kind, or of one kind a page."""
    response.headers["Cache-Control"] = "no-store"
    offset = offset_of(cursor)
    with asking(service, asker, language_of(request)) as question:
        found = tasks(question, str(asker.id), kind, limit=FEW if kind is None else limit, offset=offset)
    if kind is not None:
        link(request, response, offset=offset, limit=limit, total=found.total)
    return found


def tasks(question: Question, me: str, kind: TaskKind | None, *, limit: int, offset: int = 0) -> TaskList:
    """What waits for an account (`me`, its id), as the roles of the reader have it."""
    asked = KINDS if kind is None else (kind,)
    mine = [one for one in asked if question.reader.may(OF[one], "agency" if one in OF_AGENCY else "anything")]
    falls_due = cache(lambda: found_due(question, months=_DUE_MONTHS).items)  # asked once for both kinds, or never
    found = [_of_kind(question, me, one, limit, offset, falls_due) for one in mine]
    there = tuple(one for one in found if one.total)
    return TaskList(total=sum(one.total for one in there if one.kind != "seen"), kinds=there)


_Found = tuple[Listing[Task], str | None]


def _of_kind(
    question: Question, me: str, kind: TaskKind, limit: int, offset: int, falls_due: Callable[[], Sequence[Due]]
) -> TasksOfKind:
    find: Mapping[TaskKind, Callable[[], _Found]] = {
        "to_confirm": lambda: (_waiting(question, me, limit, offset, own=False), None),
        "to_override": lambda: (_waiting(question, me, limit, offset, own=False, act="override"), None),
        "own_waiting": lambda: (_waiting(question, me, limit, offset, own=True), None),
        "own_sent_back": lambda: (_sent_back(question, me, limit, offset), None),
        "scans_open": lambda: (_scans(question, me, "open"), "/dokumen?state=open"),
        "disputed": lambda: (_disputed(question, limit, offset), "/dokumen/sanggahan"),
        "scans_proposed": lambda: (_scans(question, me, "proposed"), "/dokumen?state=proposed"),
        "inauguration": lambda: (
            _due(question, falls_due(), "inauguration", limit, offset),
            "/jatuh-tempo?kind=inauguration",
        ),
        "acting": lambda: (_due(question, falls_due(), "acting", limit, offset), "/jatuh-tempo?kind=acting"),
        "open_rows": lambda: (_open_rows(question, limit, offset), "/sk?open=true"),
        "review": lambda: (_review(question, limit, offset), None),
        "imports": lambda: (_imports(question, limit, offset), "/impor"),
        "findings": lambda: (_recorded(question, me, "findings", limit, offset), "/sk?findings=true"),
        "overridden": lambda: (_recorded(question, me, "overridden", limit, offset), None),
        "one_factor": lambda: (_one_factor(question, limit, offset), None),
        "of_nobody": lambda: (_open_rows(question, limit, offset), "/sk?open=true"),
        "late": lambda: (_recorded(question, me, "late", limit, offset), "/sk?late=true"),
        "seen": lambda: (_seen(question, limit, offset), None),
    }
    listing, page = find[kind]()
    return TasksOfKind(
        kind=kind,
        total=listing.total,
        first=listing.first,
        last=listing.last,
        page=page,
        tasks=tuple(listing.rows),
    )


def _waiting(
    question: Question, me: str, limit: int, offset: int, *, own: bool, act: SecondAct = "confirm"
) -> Listing[Task]:
    desk = question.service.desk
    rows, total = desk.open_for(question.connection, me, own=own, limit=limit, offset=offset, act=act)
    return Listing([_decree(one, one.submitted_at) for one in rows], total, offset)


def _sent_back(question: Question, me: str, limit: int, offset: int) -> Listing[Task]:
    rows, total = question.service.desk.sent_back_to(question.connection, me, limit=limit, offset=offset)
    return Listing([_decree(one, one.closed_at) for one in rows], total, offset)


def _decree(one: Waiting, since: datetime | None) -> Task:
    form = orjson.loads(one.request or b"{}")
    return Task(
        page=f"/sk/{one.decree}",
        title=form.get("number") or one.number,
        kind=form.get("kind") or one.kind,
        since=since,
        note=one.reason,
        count=len(form["rows"]) if "rows" in form else None,
    )


def _scans(question: Question, me: str, state: Literal["open", "proposed"]) -> Listing[Task]:
    """How many there are; they are worked upon in their queue."""
    reach = QueueReach.of(question)
    if not reach.whole:
        return Listing([], len(reach.decidable(state)))
    return Listing([], question.service.matcher.intake.waiting_for(question.connection, me, state))


def _disputed(question: Question, limit: int, offset: int) -> Listing[Task]:
    """Decrees of which a scan says something else."""
    found = disputed(question).disputes
    rows = [
        Task(page=f"/dokumen/sanggahan#s-{one.note}", title=one.number, kind=one.kind, since=one.at)
        for one in found[offset : offset + limit]
    ]
    return Listing(rows, len(found), offset)


def _due(question: Question, items: Sequence[Due], kind: DueKind, limit: int, offset: int) -> Listing[Task]:
    """Inaugurations that are overdue; acting whose limit has passed or comes within a month."""
    found = [one for one in items if one.kind == kind and not one.settled and (one.overdue or kind != "inauguration")]
    part = due_items(question, found[offset : offset + limit])
    return Listing(
        [Task(page=f"/pegawai/{one.person.id}", title=one.person.name, kind=one.kind, day=one.day) for one in part],
        len(found),
        offset,
    )


def _open_rows(question: Question, limit: int, offset: int) -> Listing[Task]:
    found = recorded_decrees(question, Filters(open=True), limit=limit, offset=offset)
    rows = [
        Task(page=f"/sk/{row.decree}", title=row.number, kind=row.kind, since=row.recorded_at, count=row.open_rows)
        for row in found.rows
    ]
    return Listing(rows, found.total, offset)


def _one_factor(question: Question, limit: int, offset: int) -> Listing[Task]:
    """Accounts that a password opens though their roles need a second factor, which nobody has set up yet."""
    accounts = question.service.accounts
    standing = accounts.standing()
    found = [
        one
        for one in accounts.all()
        if one.id in standing
        and needs_second_factor(one.grants)
        and standing[one.id].password
        and not standing[one.id].second_factor
    ]
    rows = [Task(page=None, title=one.name, kind="account") for one in found[offset : offset + limit]]
    return Listing(rows, len(found), offset)


_FINDINGS: Mapping[FindingKind, Wanted] = {
    "findings": Wanted(findings=True),
    "overridden": Wanted(overridden=True),
    "late": Wanted(late=True),
}


def _recorded(question: Question, me: str, kind: FindingKind, limit: int, offset: int) -> Listing[Task]:
    """Decrees of the last days with a finding of a kind, but those that the reader has seen as they stand."""
    desk, since = question.service.desk, question.now - _LATELY
    marked = desk.seen.by_account(question.connection, me, kind, since)
    stand = states(question, marked)
    wanted = replace(
        _FINDINGS[kind],
        since=since,
        without=frozenset(decree for decree, state in marked.items() if stand.get(decree) == state),
    )
    source = Source(question.connection, question.ledger, question.service.opens)
    found = list_decrees(source, wanted, question.as_of, question.service.zone, limit=limit, offset=offset)
    stand = states_of(question, found.rows)
    marks = [one for one in desk.seen.about(question.connection, list(stand)) if one.kind == kind]
    told = {row.decree: [one for one in marks if one.decree == row.decree] for row in found.rows}
    rows = [
        Task(
            page=f"/sk/{row.decree}",
            title=row.number,
            kind=row.kind,
            since=row.recorded_at,
            count=_counted(kind, row),
            of=kind,
            mark=stand[row.decree].hex(),
            seen=tuple(shown(question, told[row.decree], stand)),
        )
        for row in found.rows
    ]
    return Listing(rows, found.total, offset)


def _seen(question: Question, limit: int, offset: int) -> Listing[Task]:
    """What anybody who oversees has marked as seen, the last first."""
    marks, total = question.service.desk.seen.all(question.connection, limit=limit, offset=offset)
    asked = list(dict.fromkeys(mark.decree for mark in marks))
    known = decrees(question.connection, question.ledger, asked)
    stand = states_of(question, known.values())
    rows = [
        Task(
            page=f"/sk/{mark.decree}",
            title=known[mark.decree].number if mark.decree in known else None,
            kind=known[mark.decree].kind if mark.decree in known else None,
            since=mark.seen_at,
            of=mark.kind,
            seen=(told,),
        )
        for mark, told in zip(marks, shown(question, marks, stand), strict=True)
    ]
    return Listing(rows, total, offset)


def _counted(kind: FindingKind, row: DecreeRow) -> int | None:
    return {"findings": row.not_met, "overridden": row.overridden}.get(kind)


def _review(question: Question, limit: int, offset: int) -> Listing[Task]:
    """People of whom something rested on what was struck, whichever side of a career it is."""
    found = Counter[EmployeeId]()
    for asked in (to_review, periods_to_review, appraisals_to_review):
        found.update(asked(question.connection, question.ledger))
    part = sorted(found)[offset : offset + limit]
    people = named(question, part)
    rows = [
        Task(page=f"/pegawai/{who}", title=people[who].name if who in people else None, count=found[who])
        for who in part
    ]
    return Listing(rows, len(found), offset)


def _imports(question: Question, limit: int, offset: int) -> Listing[Task]:
    found = question.service.imports.to_work_upon(question.connection)
    rows = [
        Task(page=f"/impor/{run}", title=None, kind="import", since=started, count=rows)
        for run, started, rows in found[offset : offset + limit]
    ]
    return Listing(rows, len(found), offset)
