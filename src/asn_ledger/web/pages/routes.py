"""The pages' addresses. Each also ends in `.json` for the API's own representation, lists in `.csv`."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from asn_ledger.domain.access import Act
from asn_ledger.domain.errors import NotFound
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, PostId, UnitId
from asn_ledger.proof.receipt import Receipt, parse_receipt
from asn_ledger.readmodels.listing import Listing
from asn_ledger.web.api.accountability import AskRecord, Filtered, Filters, every_decree, recorded_decrees
from asn_ledger.web.api.accountability import listed as listed_decree
from asn_ledger.web.api.appraisals import of_person
from asn_ledger.web.api.decrees import decree as read_decree
from asn_ledger.web.api.decrees import fresh
from asn_ledger.web.api.employees import career as read_career
from asn_ledger.web.api.employees import employee as read_employee
from asn_ledger.web.api.ledger import EntryShown, Position
from asn_ledger.web.api.ledger import shown as entry_shown
from asn_ledger.web.api.posts import history
from asn_ledger.web.api.units import Below, listed_unit
from asn_ledger.web.api.units import unit as read_unit
from asn_ledger.web.api.witnesses import lost, sealing
from asn_ledger.web.asking import AskPeople, AskPublic, Question
from asn_ledger.web.bezetting import establishment
from asn_ledger.web.decree_shapes import Decree, DecreeListed
from asn_ledger.web.duties import duties
from asn_ledger.web.frame import Frame
from asn_ledger.web.headers import BESIDE_A_SCAN
from asn_ledger.web.pages import career as career_page
from asn_ledger.web.pages import check as check_page
from asn_ledger.web.pages import confirmation as confirmation_page
from asn_ledger.web.pages import decree as decree_page
from asn_ledger.web.pages import decrees as decrees_page
from asn_ledger.web.pages import entry as entry_page
from asn_ledger.web.pages import home as home_page
from asn_ledger.web.pages import ledger as ledger_page
from asn_ledger.web.pages import post as post_page
from asn_ledger.web.pages import search as search_page
from asn_ledger.web.pages import unit as unit_page
from asn_ledger.web.pages.confirmation import read_waiting
from asn_ledger.web.pages.filters import beside
from asn_ledger.web.pages.finding import PAGES, Kind, Words, find
from asn_ledger.web.pages.parts import PAGE
from asn_ledger.web.pages.post_sheet import post_csv
from asn_ledger.web.pages.search_sheet import search_csv
from asn_ledger.web.pages.sheet import sheet, sheet_name, streamed_sheet
from asn_ledger.web.pages.visit import answer, frame_of
from asn_ledger.web.representations import Career, PostHistory, Predecessor, Unit, UnitListed
from projections.accountability.queries import DecreeRow
from projections.posts.queries import count_posts, post_life
from projections.units.queries import unit_path, unit_tree

router = APIRouter(include_in_schema=False)

PageNumber = Annotated[int, Query(alias="page", ge=1, le=PAGES)]
Before = Annotated[int | None, Query(ge=1, le=2**53)]


@router.get("/")
def home(request: Request, question: AskPublic) -> Response:
    """The first page."""
    frame = frame_of(request, question)
    posts = count_posts(question.connection, question.ledger, question.as_of)
    return answer(request, frame, "home.html", home_page.build(frame, posts=posts))


@router.get("/jabatan/{id}.json")
def post_data(question: AskPublic, id: PostId) -> PostHistory:  # noqa: A002 -- the parameter's name in the address
    """A post's history as the API has it."""
    return history(question, id, predecessors=True)


@router.get("/jabatan/{id}.csv")
def post_sheet(question: AskPublic, id: PostId) -> Response:  # noqa: A002 -- the parameter's name in the address
    """A post's holders and vacancies as a table."""
    found = history(question, id, predecessors=False)
    return sheet(post_csv(found), sheet_name(question.service, f"jabatan-{id}", post_page.positions(found)))


@router.get("/jabatan/{id}")
def post(
    request: Request,
    question: AskPublic,
    id: PostId,  # noqa: A002 -- the parameter's name in the address
    number: PageNumber = 1,
    sort: Literal["began"] | None = None,
) -> Response:
    """A post: who holds it, who held it, when it was vacant."""
    frame = frame_of(request, question)
    context = post_page.build(frame, _post_record(question, id), page=number, oldest_first=sort == "began")
    return answer(request, frame, "post.html", context)


def _post_record(question: Question, sought: PostId) -> post_page.PostRecord:
    connection, ledger, as_of, opens = question.connection, question.ledger, question.as_of, question.service.opens
    found = history(question, sought, predecessors=True)
    trail = () if found.version is None else unit_path(connection, ledger, found.version.unit.id, as_of, opens=opens)
    life = post_life(connection, ledger, sought, as_of, opens=opens)
    return post_page.PostRecord(
        found,
        trail,
        tuple(Predecessor(id=earlier, how=how, since=since) for earlier, how, since in life.predecessors),
    )


@router.get("/unit.json")
def units_data(question: AskPublic) -> list[UnitListed]:
    """The tree of units on the day, parents first."""
    return _tree(question)


@router.get("/unit.csv")
def units_sheet(question: AskPublic) -> Response:
    """The tree of units as a table."""
    return sheet(unit_page.tree_csv(_tree(question)), "unit.csv")


@router.get("/unit")
def units(request: Request, question: AskPublic) -> Response:
    """The tree of units on the day."""
    frame = frame_of(request, question)
    return answer(request, frame, "units.html", unit_page.build_tree(frame, _tree(question)))


def _tree(question: Question) -> list[UnitListed]:
    nodes = unit_tree(question.connection, question.ledger, question.as_of, opens=question.service.opens)
    return [listed_unit(node.unit, node.depth) for node in nodes]


@router.get("/unit/{id}.json")
def unit_data(
    question: AskPublic,
    id: UnitId,  # noqa: A002 -- the parameter's name in the address
    below: Below = False,  # noqa: ARG001 -- the posts are at /api/v1/units/{id}/establishment
    number: PageNumber = 1,  # noqa: ARG001 -- as above
) -> Unit:
    """A unit as the API has it."""
    return read_unit(question, id)


@router.get("/unit/{id}.csv")
def unit_sheet(
    question: AskPublic,
    id: UnitId,  # noqa: A002 -- the parameter's name in the address
    below: Below = False,
    number: PageNumber = 1,  # noqa: ARG001 -- the sheet has all of them, whatever page it is asked from
) -> Response:
    """The posts of a unit, or of it and all below it, as a table."""
    return sheet(unit_page.unit_csv(establishment(question, id, below=below)), f"unit-{id}.csv")


@router.get("/unit/{id}")
def unit(
    request: Request,
    question: AskPublic,
    id: UnitId,  # noqa: A002 -- the parameter's name in the address
    below: Below = False,
    number: PageNumber = 1,
) -> Response:
    """A unit on the day: its posts and how they are filled, what lies below it, what it was."""
    frame = frame_of(request, question)
    offset = (number - 1) * unit_page.POSTS
    posts = establishment(question, id, below=below, limit=unit_page.POSTS, offset=offset)
    held = duties(question, id, below=below)
    context = unit_page.build(frame, read_unit(question, id), posts, held, below=below, page=number)
    return answer(request, frame, "unit.html", context)


@router.get("/sk.json")
def decrees_data(question: AskRecord, filters: Filtered, number: PageNumber = 1) -> list[DecreeListed]:
    """The decrees of the page as the API has them."""
    return _decrees(question, filters, number)[1]


@router.get("/sk.csv")
def decrees_sheet(
    question: AskRecord,
    filters: Filtered,
    number: PageNumber = 1,  # noqa: ARG001 -- see below
) -> Response:
    """All decrees that the filters let in as a table, whatever page it is asked from."""
    return streamed_sheet(decrees_page.decrees_csv(every_decree(question, filters)), "sk.csv")


@router.get("/sk")
def decrees(request: Request, question: AskRecord, filters: Filtered, number: PageNumber = 1) -> Response:
    """Decrees on record, for those who may see who recorded them."""
    frame = frame_of(request, question)
    found, rows = _decrees(question, filters, number)
    context = decrees_page.build(frame, found, rows, filters, number, beside(frame, question, "decrees"))
    return answer(request, frame, "decrees.html", context)


def _decrees(question: Question, filters: Filters, number: int) -> tuple[Listing[DecreeRow], list[DecreeListed]]:
    found = recorded_decrees(question, filters, limit=PAGE, offset=(number - 1) * PAGE)
    return found, [listed_decree(question, row) for row in found.rows]


@router.get("/sk/{id}.json")
def decree_data(question: AskPublic, response: Response, id: DecreeId) -> Decree:  # noqa: A002 -- as above
    """A decree as the API has it."""
    return fresh(response, read_decree(question, id))


@router.get("/sk/{id}.csv")
def decree_sheet(question: AskPublic, id: DecreeId) -> Response:  # noqa: A002 -- the parameter's name in the address
    """The rows of a decree as a table."""
    found = read_decree(question, id)
    return sheet(decree_page.decree_csv(found), sheet_name(question.service, f"sk-{id}", decree_page.positions(found)))


@router.get("/sk/{id}")
def decree(
    request: Request,
    question: AskPublic,
    id: DecreeId,  # noqa: A002 -- the parameter's name in the address
    number: Annotated[int, Query(alias="scan", ge=1, le=1000)] = 1,
    changes: PageNumber = 1,
    doubtful: Annotated[int, Query(ge=1, le=PAGES)] = 1,
    rows: Annotated[int, Query(ge=1, le=PAGES)] = 1,
    effects: Annotated[Literal["1"] | None, Query(alias="akibat")] = None,
) -> Response:
    """A decree: who signed it, its rows, what has become of each; one that waits, beside its scan; one sent back."""
    frame = frame_of(request, question)
    waiting = read_waiting(question, UUID(id), whole=effects is not None or changes > 1)
    if waiting is not None:
        parts = confirmation_page.Parts(number, changes, doubtful, rows)
        context = confirmation_page.build(frame, question, waiting, parts)
        response = answer(request, frame, "confirmation.html", context)
        response.headers["Content-Security-Policy"] = BESIDE_A_SCAN
        return response
    found = read_decree(question, id)
    if found.closed is not None:
        return answer(
            request, frame, "closed.html", confirmation_page.build_closed(frame, question, found, found.closed)
        )
    return answer(request, frame, "decree.html", decree_page.build(frame, found))


@router.get("/pegawai/{id}.json")
def career_data(question: AskPeople, id: EmployeeId) -> Career:  # noqa: A002 -- the parameter's name in the address
    """A career as the API has it."""
    return read_career(question, id)


@router.get("/pegawai/{id}")
def career(request: Request, question: AskPeople, id: EmployeeId) -> Response:  # noqa: A002 -- as above
    """A person's career, for those who may read about people."""
    career, now = read_career(question, id), read_employee(question, id)
    asked = question.about((question.person(id),))
    said = of_person(question, id).appraisals if asked.may(Act.READ_RESTRICTED) else ()
    frame = frame_of(request, asked)
    context = career_page.build(frame, career, now, said)
    return answer(request, frame, "career.html", context)


@router.get("/saya")
def own_file(request: Request, question: AskPeople) -> Response:
    """The way to one's own file, for accounts that belong to somebody on record."""
    own = question.reader.employee
    if own is None:
        raise NotFound("this account belongs to nobody on record", code="no-person")
    base: str = request.scope.get("root_path", "")
    asked = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{base}/pegawai/{own}{asked}", 303, {"Cache-Control": "no-store"})


@router.get("/periksa")
def check(request: Request, question: AskPublic) -> Response:
    """A page that checks a receipt in the reader's own browser."""
    frame = frame_of(request, question)
    return answer(request, frame, "check.html", check_page.build(frame, lost(question.service)))


@router.get("/buku-besar.json")
def ledger_data(question: AskPublic, before: Before = None) -> list[EntryShown]:
    """The entries of the page as the API has them."""
    return list(_entries(question, before)[0])


@router.get("/buku-besar")
def ledger(request: Request, question: AskPublic, before: Before = None) -> Response:
    """The ledger: how many entries, what is signed, the last entries."""
    frame = frame_of(request, question)
    service = question.service
    entries, size = _entries(question, before)
    record = ledger_page.LedgerRecord(
        entries, size, sealing(service), service.checkpoints.latest(), service.agency, service.zone
    )
    return answer(request, frame, "ledger.html", ledger_page.build(frame, record))


def _entries(question: Question, before: int | None) -> tuple[tuple[EntryShown, ...], int]:
    """A page of entries from the newest, and how many there are."""
    recorder = question.service.recorder
    size = recorder.head()
    last = size if before is None else min(size, before - 1)
    facts = recorder.page(None, after=max(0, last - PAGE), upto=last, limit=PAGE) if last else []
    whole = question.may(Act.READ_PAYLOADS)
    return tuple(entry_shown(question.service, fact, whole=whole) for fact in reversed(facts)), size


@router.get("/buku-besar/{position}.json")
def entry_data(question: AskPublic, position: Position) -> EntryShown:
    """An entry as the API has it."""
    return _entry(question, position)


@router.get("/buku-besar/{position}")
def entry(request: Request, question: AskPublic, position: Position) -> Response:
    """One entry: the text that is hashed, its proof, what it says to those who may see it."""
    frame = frame_of(request, question)
    service = question.service
    record = entry_page.EntryRecord(
        _entry(question, position), _receipt(frame, question, position), service.recorder.head(), service.zone
    )
    return answer(request, frame, "entry.html", entry_page.build(frame, record))


def _entry(question: Question, position: int) -> EntryShown:
    fact = question.service.recorder.entry(position)
    if fact is None:
        raise NotFound(f"the ledger has no entry at {position} yet", code="no-entry")
    return entry_shown(question.service, fact, whole=question.may(Act.READ_PAYLOADS))


def _receipt(frame: Frame, question: Question, position: int) -> Receipt | None:
    """The receipt under the checkpoint there is: looking at a page signs nothing."""
    if frame.checkpoint is None or position > frame.checkpoint:
        return None
    return parse_receipt(question.service.checkpoints.receipt(position))


@router.get("/cari.json")
def search_data(question: AskPublic, q: Words = "", kind: Kind = None, number: PageNumber = 1) -> object:
    """What the search found, in the API's representations."""
    return search_page.data(find(question, q.strip(), kind, number))


@router.get("/cari.csv")
def search_sheet(question: AskPublic, q: Words = "", kind: Kind = None, number: PageNumber = 1) -> Response:
    """What the search found as a table."""
    return sheet(search_csv(find(question, q.strip(), kind, number)), "cari.csv")


@router.get("/cari")
def search(request: Request, question: AskPublic, q: Words = "", kind: Kind = None, number: PageNumber = 1) -> Response:
    """Posts and units by words; people and decrees for those who may search them."""
    frame = frame_of(request, question)
    found, saved = find(question, q.strip(), kind, number), beside(frame, question, "search")
    context = search_page.build(frame, found, page=number, saved=saved)
    return answer(request, frame, "search.html", context)
