"""The addresses of the page that enters a decree, and of what completes its cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Annotated, Any
from urllib.parse import parse_qs
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

import orjson
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from asn_ledger.accounts import Principal
from asn_ledger.accounts.desk.confirming import lay_on_desk, record_draft
from asn_ledger.domain.access import Act
from asn_ledger.domain.decisions.form import parse_decree
from asn_ledger.domain.decisions.series import parse_bulk
from asn_ledger.domain.due import DueKind
from asn_ledger.domain.errors import InvalidValue, NotAllowed, Refusal
from asn_ledger.domain.events import Actor
from asn_ledger.exchange.sheets import head
from asn_ledger.exchange.sheets.cells import Wrong
from asn_ledger.exchange.sheets.layouts import layout_of
from asn_ledger.exchange.sheets.rows import Cells, Filled, fill
from asn_ledger.language.formats import Language
from asn_ledger.ledger.lines import request_bytes
from asn_ledger.ledger.plan import Command, Committed
from asn_ledger.web.api.due import Months, due_page, found_due
from asn_ledger.web.asking import Ask, Question, asking
from asn_ledger.web.auth import Asker, Gate, Running, actor_of
from asn_ledger.web.consequences import consequences
from asn_ledger.web.languages import language_of
from asn_ledger.web.lists_shown import DueItem
from asn_ledger.web.numbers import taken_within
from asn_ledger.web.pages import grid
from asn_ledger.web.pages.due import MADE
from asn_ledger.web.pages.finding import Words
from asn_ledger.web.pages.grid import Typed, Verdict
from asn_ledger.web.pages.grid_scans import Scans, brought_by, of_one_decree, own_documents
from asn_ledger.web.pages.visit import answer, frame_of
from asn_ledger.web.problems import problem_of, reason
from asn_ledger.web.reach import on_record, require_bulk, require_rows
from asn_ledger.web.service import Service
from projections.directory.queries import find_people
from projections.posts.queries import find_posts
from projections.units.queries import find_units

router = APIRouter(include_in_schema=False)

MOST_FIELDS = 20_000
_FEW = 8
_MANY = 200
_LIVE_SECONDS = 10.0
_SEE_OTHER = 303

_SETTLED_BY: Mapping[DueKind, Cells] = {"leave": {"how": "selesai_cltn"}, "study": {"how": "selesai_tubel"}}
"""What a row says that settles what falls due, where the kind tells."""

AskDryRun = Annotated[Question, Depends(Ask(Act.DRY_RUN, scoped=True), scope="function")]
DryRunners = Annotated[Principal, Depends(Gate(Act.DRY_RUN, scoped=True))]


@dataclass(frozen=True, slots=True)
class Many:
    """A decree for each row: the command of the bulk day, and its request."""

    command: UUID
    request: bytes


async def read_grid(request: Request, _asker: Asker) -> dict[str, str]:
    """The fields of the grid's form; a token of nobody is refused before it is read.

    Raises:
        InvalidValue: the body is no form, or has more fields than a grid.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise InvalidValue("send the form as application/x-www-form-urlencoded", code="form")
    try:
        fields = parse_qs((await request.body()).decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise InvalidValue("the form cannot be read, or has more rows than one decree takes", code="form") from error
    return {name: values[-1] for name, values in fields.items()}


Sent = Annotated[dict[str, str], Depends(read_grid)]


@router.get("/sk/baru")
def new_decree(
    request: Request,
    question: AskDryRun,
    layout: Annotated[str, Query(max_length=20)] = "annex",
    due: Annotated[DueKind | None, Query()] = None,
    months: Months = 1,
) -> Response:
    """An empty grid; or one with what falls due, a decree for each row."""
    chosen = layout_of(layout if due is None else MADE.get(due, layout))
    defaults = {"mode": "draft", "kind": chosen.kind, "capacity": "sendiri", "signature": "basah"}
    rows: tuple[Cells, ...] = ({},) * grid.FIRST_ROWS
    if due is not None:
        defaults["per"] = "each"
        rows = _falls_due(question, due, months) or rows
    typed = Typed(str(uuid4()), chosen, defaults, rows)
    frame = frame_of(request, question)
    return answer(request, frame, "grid.html", grid.build(frame, typed))


def _falls_due(question: Question, kind: DueKind, months: int) -> tuple[Cells, ...]:
    """The people with whom this falls due and nothing on record settles it, as many as the grid takes."""
    found = due_page(question, found_due(question, months=months), kind=kind, limit=None, offset=0)
    return tuple(_cells_of(row) for row in found.rows if not row.settled)[: grid.MOST_ROWS]


def _cells_of(row: DueItem) -> Cells:
    """What is known of the row that would settle it; the day of an inauguration is not."""
    cells = {"nip": row.person.nip or "", "name": row.person.name or ""}
    if row.kind in {"acting", "inauguration"} and row.post is not None:
        unit = row.post.unit
        cells["post"] = row.post.title or ""
        cells["unit"] = "" if unit is None else unit.name or unit.name_now or ""
    if row.kind != "inauguration":
        cells["tmt"] = f"{row.day:%d-%m-%Y}"
    return {**cells, **_SETTLED_BY.get(row.kind, {})}


@router.post("/sk/baru")
def enter_decree(request: Request, service: Running, asker: DryRunners, sent: Sent) -> Response:
    """Check what was typed, or record it once what was checked is sent again; whatever is refused stays typed."""
    typed, do = read_typed(sent), sent.get("do", "check")
    if do in {"rows", "layout"}:
        more = min(grid.MORE_ROWS, grid.MOST_ROWS - len(typed.rows)) if do == "rows" else 0
        longer: tuple[Cells, ...] = (*typed.rows, *({} for _ in range(more)))
        return _page(request, service, asker, replace(typed, rows=longer, checked=""), None)
    verdict, asked = weigh(service, asker, language_of(request), typed)
    if do == "record" and asked is not None and verdict.digest:
        if verdict.digest == typed.checked:
            _require(service, asker, act_of(typed), asked, language_of(request))
            return _record(request, service, asker, asked)
        verdict = replace(verdict, changed=True)
    return _page(request, service, asker, typed, verdict)


def act_of(typed: Typed) -> Act:
    """What sending the grid does: many decrees, one laid on the desk, one recorded."""
    if typed.head.get("per") == "each":
        return Act.PLAN_BULK
    return Act.SUBMIT if typed.head.get("mode") == "signed" else Act.RECORD


def _require(service: Service, asker: Principal, act: Act, asked: "Command | Many", language: Language) -> None:
    if isinstance(asked, Many):
        require_bulk(service, asker, asked.command, parse_bulk(orjson.loads(asked.request)), language)
    else:
        require_rows(service, asker, act, asked.decree, language)


def _by(asker: Principal, typed: Typed) -> Actor:
    """Who does it, in the role that allows it; whoever may only check, in the role for that."""
    act = act_of(typed)
    return actor_of(asker, act if asker.may(act, "anything") else Act.DRY_RUN)


def read_typed(sent: Mapping[str, str]) -> Typed:
    """What the form's fields say.

    Raises:
        InvalidValue: the decree's id is none, or there are too many rows.
        NotFound: there is no such kind of grid.
    """
    try:
        decree = str(UUID(sent.get("decree", "")))
    except ValueError as error:
        raise InvalidValue("open the page for a new decree again", code="form") from error
    layout = layout_of(sent.get("layout", "annex"))
    cells: dict[int, dict[str, str]] = {}
    for name, text in sent.items():
        row, _, column = name.partition(".")
        if column and row[:1] == "r" and row[1:].isdecimal() and len(row) < len("r9999") and layout.column(column):
            cells.setdefault(int(row[1:]), {})[column] = text
    common = cells.pop(0, {})
    last = max((row for row, texts in cells.items() if any(texts.values())), default=0)
    if last > grid.MOST_ROWS:
        raise InvalidValue(f"a grid takes {grid.MOST_ROWS} rows; send the others with another decree", code="form")
    shown = min(max(last, grid.FIRST_ROWS, *cells), grid.MOST_ROWS) if cells else grid.FIRST_ROWS
    return Typed(
        decree,
        layout,
        {name: sent.get(name, "") for name in head.head_fields()},
        tuple(cells.get(number, {}) for number in range(1, shown + 1)),
        sent.get("checked", ""),
        common,
    )


def weigh(
    service: Service, asker: Principal, language: Language, typed: Typed
) -> tuple[Verdict, Command | Many | None]:
    """What is wrong with what was typed, or what it would do; what is asked for if it can be recorded."""
    with asking(service, asker, language) as question:
        lookup = on_record(question)
        today = question.now.date()
        signed = typed.head.get("mode") == "signed"
        scans = Scans.named(service, asker, typed)
        own, wrong = head.fill_head(typed.head, today, scans)
        filled = fill(
            typed.layout,
            typed.rows,
            lookup,
            today=today,
            signed=signed,
            newcomer=Newcomer(typed.decree),
            common=typed.common,
        )
    each = typed.head.get("per") == "each"
    owns, filled = own_documents(scans, typed, filled, own["kind"]) if each else ([], of_one_decree(typed, filled))
    if each and signed and not own.get("documents") and not own.get("document_pending") and not all(owns):
        wrong.setdefault("pending", Wrong("missing"))
    if wrong or not filled.whole:
        return Verdict(filled, wrong), None
    if each:
        return _weigh_each(service, asker, language, typed, own, filled, owns)
    form = {"id": typed.decree, **{key: value for key, value in own.items() if value is not None}}
    form["rows"] = list(filled.rows)
    try:
        decree, request = parse_decree(form), request_bytes(form)
        require_rows(service, asker, Act.DRY_RUN, decree, language)
        command = Command(uuid5(NAMESPACE_OID, f"grid:{typed.decree}"), decree, request, _by(asker, typed), None)
        plan = service.registrar.dry_run(command, service.now())
    except Refusal as refusal:
        problem = problem_of(refusal, language)
        rows = tuple((row.row, row.message) for row in problem.rows) or ((0, problem.detail),)
        return Verdict(filled, wrong, refused=rows), None
    numbered = service.bulk.numbers.taken(decree)
    remarks = () if numbered is None else ((0, reason(numbered, language)),)
    with asking(service, asker, language) as question:
        by = taken_within(question)(numbered)
        taken = () if by is None else ((0, by),)
        if plan.judgement.refusals:
            return Verdict(filled, wrong, plan.judgement, remarks=remarks, taken=taken), None
        changes = consequences(question, plan.entries, with_rows=False)
    digest = sha256(request).hexdigest()
    return Verdict(filled, wrong, plan.judgement, changes, digest=digest, remarks=remarks, taken=taken), command


class Newcomer:
    """The id of somebody whom a decree brings on record: the same for the same NIP, however often it is checked."""

    def __init__(self, decree: str) -> None:
        self._space = UUID(decree)

    def __call__(self, nip: str) -> str:
        """The id."""
        return str(uuid5(self._space, nip))


def _weigh_each(
    service: Service,
    asker: Principal,
    language: Language,
    typed: Typed,
    own: dict[str, Any],
    filled: Filled,  # Any: JSON
    owns: Sequence[dict[str, object]],
) -> tuple[Verdict, "Many | None"]:
    """A decree for each row: each is judged by itself."""
    numbers = own.pop("numbers", None)
    form: dict[str, Any] = {  # Any: JSON
        "common": {key: value for key, value in own.items() if value is not None},
        "rows": [
            {"row": {key: value for key, value in row.items() if key != "row"}} | ({"own": one} if one else {})
            for row, one in zip(filled.rows, owns, strict=True)
        ],
    }
    if numbers is not None:
        form["numbers"] = numbers
    many, bulk = Many(UUID(typed.decree), request_bytes(form)), parse_bulk(form)
    try:
        require_bulk(service, asker, many.command, bulk, language)
    except NotAllowed as refusal:
        return Verdict(filled, {}, refused=((0, problem_of(refusal, language).detail),)), None
    by = _by(asker, typed)
    results = list(service.bulk.judge(many.command, bulk, by, service.now()))
    refused = tuple(
        (result.place, reason(result.refusal, language)) for result in results if result.refusal is not None
    )
    digest = "" if refused else sha256(many.request).hexdigest()
    objections = tuple((result.place, one) for result in results for one in result.objections)
    remarks = tuple((result.place, reason(result.remark, language)) for result in results if result.remark is not None)
    with asking(service, asker, language) as question:
        within = taken_within(question)
        held = ((result.place, within(result.refusal) or within(result.remark)) for result in results)
        taken = tuple((place, by) for place, by in held if by is not None)
    verdict = Verdict(
        filled,
        {},
        refused=refused,
        digest=digest,
        decrees=len(results),
        objections=objections,
        remarks=remarks,
        taken=taken,
    )
    return verdict, None if refused else many


def _record(request: Request, service: Service, asker: Principal, asked: "Command | Many") -> Response:
    base, now = request.scope.get("root_path", ""), service.now()
    if isinstance(asked, Many):
        service.bulk.put(asked.command, asked.request, actor_of(asker, Act.PLAN_BULK))
        where = f"{base}/borongan/{asked.command}"
    else:
        decree = asked.decree
        if decree.mode == "signed":
            lay_on_desk(service.desk, service.registrar, asked, now)
        else:
            recorded = record_draft(service.desk, service.registrar, asked, now)
            if isinstance(recorded, Committed):
                service.wait_live(recorded.position, _LIVE_SECONDS)
        where = f"{base}/sk/{decree.id}"
    response = RedirectResponse(where, _SEE_OTHER)
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(request: Request, service: Service, asker: Principal, typed: Typed, verdict: Verdict | None) -> Response:
    with asking(service, asker, language_of(request)) as question:
        frame = frame_of(request, question)
    page = grid.build(frame, typed, verdict)
    response = answer(request, frame, "grid.html", page)
    response.headers["Cache-Control"] = "no-store"
    response.status_code = 422 if page.errors else 200
    return response


@router.get("/sk/baru/pegawai.json")
def complete_person(question: AskDryRun, q: Words = "") -> list[dict[str, str]]:
    """People whose NIP or name starts with what was typed, for completion; for those alone who enter decrees."""
    if not q.strip():
        return []
    among = question.people(Act.DRY_RUN)
    found = find_people(question.connection, question.ledger, q, among=among, limit=_FEW).rows
    return [{"nip": row.nip or "", "name": row.name or ""} for row in found if not row.erased]


@router.get("/sk/baru/pindaian.json")
def complete_scan(service: Running, asker: DryRunners, q: Words = "") -> list[dict[str, str]]:
    """Names of scans in the queue that have the text in them, for completion."""
    text = q.strip().lower()
    if not text:
        return []
    found = sorted(name for name in service.matcher.intake.by_name(brought_by(asker)) if text in name.lower())
    return [{"document": name} for name in found[:_FEW]]


@router.get("/sk/baru/unit.json")
def complete_unit(question: AskDryRun, q: Words = "") -> list[dict[str, str]]:
    """Units in force whose name has the words typed, for completion."""
    if not q.strip():
        return []
    within = question.units(Act.DRY_RUN)
    limit = _FEW if within is None else _MANY
    found = find_units(question.connection, question.ledger, q, question.as_of, limit=limit).rows
    return [
        {"unit": row.name}
        for row in found
        if row.on(question.as_of.valid_on) and (within is None or row.unit in within)
    ][:_FEW]


@router.get("/sk/baru/jabatan.json")
def complete_post(question: AskDryRun, q: Words = "") -> list[dict[str, str]]:
    """Posts in force whose title has the words typed, with their units, for completion."""
    if not q.strip():
        return []
    lookup, within = on_record(question), question.posts(Act.DRY_RUN)
    limit = _FEW if within is None else _MANY
    found = find_posts(question.connection, question.ledger, q, question.as_of, limit=limit).rows
    return [
        {"post": row.title, "unit": lookup.unit_name(row), "code": row.code or ""}
        for row in found
        if row.on(question.as_of.valid_on) and (within is None or row.post in within)
    ][:_FEW]
