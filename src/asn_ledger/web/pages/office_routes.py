"""The office's lists, each also as `.json` and `.csv`: what falls due, who serves, how a unit was appraised."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from asn_ledger.domain.terms.ids import UnitId
from asn_ledger.web.api.appraisals import AskRestricted, UnitAppraisals, Year, of_unit
from asn_ledger.web.api.due import Kind, Months, OfUnit, Since, due_page, found_due, starting
from asn_ledger.web.api.staff import Chosen, Sorting, Wanted, may_be_chosen, seniority, staff
from asn_ledger.web.asking import AskExport, Question, SearchPeople
from asn_ledger.web.lists_shown import DuePage, StaffPage
from asn_ledger.web.pages import appraisals as appraisals_view
from asn_ledger.web.pages import due as due_view
from asn_ledger.web.pages import staff as staff_view
from asn_ledger.web.pages.filters import beside
from asn_ledger.web.pages.finding import PAGES
from asn_ledger.web.pages.parts import PAGE
from asn_ledger.web.pages.sheet import sheet
from asn_ledger.web.pages.visit import answer, frame_of
from projections.units.queries import unit_names

router = APIRouter(include_in_schema=False)

PageNumber = Annotated[int, Query(alias="page", ge=1, le=PAGES)]


@router.get("/jatuh-tempo.json")
def due_data(
    question: SearchPeople,
    since: Since = None,
    months: Months = 12,
    kind: Kind = None,
    unit: OfUnit = None,
    number: PageNumber = 1,
) -> DuePage:
    """What falls due as the API has it."""
    asked = starting(question, since)
    return due_page(asked, found_due(asked, months=months, unit=unit), kind=kind, limit=PAGE, offset=_offset(number))


@router.get("/jatuh-tempo.csv")
def due_sheet(
    question: AskExport,
    since: Since = None,
    months: Months = 12,
    kind: Kind = None,
    unit: OfUnit = None,
    number: PageNumber = 1,  # noqa: ARG001 -- the sheet has all of them, whatever page it is asked from
) -> Response:
    """All that falls due as a table."""
    asked = starting(question, since)
    found = due_page(asked, found_due(asked, months=months, unit=unit), kind=kind, limit=None, offset=0)
    return sheet(due_view.due_csv(found.rows), f"jatuh-tempo-{found.since}.csv")


@router.get("/jatuh-tempo")
def due(
    request: Request,
    question: SearchPeople,
    since: Since = None,
    months: Months = 12,
    kind: Kind = None,
    unit: OfUnit = None,
    number: PageNumber = 1,
) -> Response:
    """What falls due in the months ahead, for the office and its auditors."""
    asked = starting(question, since)
    found = due_page(asked, found_due(asked, months=months, unit=unit), kind=kind, limit=PAGE, offset=_offset(number))
    frame = frame_of(request, asked)
    called, saved = unit_called(asked, unit), beside(frame, asked, "due")
    context = due_view.build(frame, found, months=months, kind=kind, page=number, unit=called, saved=saved)
    return answer(request, frame, "due.html", context)


@router.get("/unit/{id}/penilaian.json")
def appraisals_data(question: AskRestricted, id: UnitId, year: Year = None) -> UnitAppraisals:  # noqa: A002 -- the name that the address has
    """How the people of a unit were appraised, as the API has it."""
    return of_unit(question, id, year)


@router.get("/unit/{id}/penilaian.csv")
def appraisals_sheet(question: AskRestricted, id: UnitId, year: Year = None) -> Response:  # noqa: A002 -- the name that the address has
    """How the people of a unit were appraised, as a table."""
    found = of_unit(question, id, year)
    return sheet(appraisals_view.appraisals_csv(found), f"penilaian-{found.year}-{id}.csv")


@router.get("/unit/{id}/penilaian")
def appraisals(
    request: Request,
    question: AskRestricted,
    id: UnitId,  # noqa: A002 -- the name that the address has
    year: Year = None,
    number: PageNumber = 1,
) -> Response:
    """How the people of a unit were appraised in a year, and who was not."""
    frame = frame_of(request, question)
    return answer(request, frame, "appraisals.html", appraisals_view.build(frame, of_unit(question, id, year), number))


@router.get("/pegawai.json")
def staff_data(question: SearchPeople, chosen: Chosen, sort: Sorting = "name", number: PageNumber = 1) -> StaffPage:
    """Who serves as the API has it."""
    return staff(question, chosen, sort=sort, limit=PAGE, offset=_offset(number))


@router.get("/pegawai.csv")
def staff_sheet(
    question: AskExport,
    chosen: Chosen,
    sort: Sorting = "name",
    number: PageNumber = 1,  # noqa: ARG001 -- the sheet has all of them, whatever page it is asked from
) -> Response:
    """All who were chosen as a table."""
    found = staff(question, chosen, sort=sort, limit=None)
    return sheet(staff_view.staff_csv(found.rows), f"pegawai-{question.as_of.valid_on}.csv")


@router.get("/pegawai")
def staff_list(
    request: Request, question: SearchPeople, chosen: Chosen, sort: Sorting = "name", number: PageNumber = 1
) -> Response:
    """Who serves on the day, chosen by facets, for the office and its auditors."""
    frame = frame_of(request, question)
    saved = beside(frame, question, "staff")
    if not may_be_chosen(question, chosen):
        return answer(request, frame, "staff.html", staff_view.build_closed(frame, chosen, saved))
    found = staff(question, chosen, sort=sort, limit=PAGE, offset=_offset(number))
    called = unit_called(question, chosen.unit)
    context = staff_view.build(frame, found, chosen, sort=sort, page=number, unit=called, saved=saved)
    return answer(request, frame, "staff.html", context)


@router.get("/duk.json")
def seniority_data(question: SearchPeople, unit: OfUnit = None, number: PageNumber = 1) -> StaffPage:
    """The order of seniority as the API has it."""
    return seniority(question, unit, limit=PAGE, offset=_offset(number))


@router.get("/duk.csv")
def seniority_sheet(
    question: AskExport,
    unit: OfUnit = None,
    number: PageNumber = 1,  # noqa: ARG001 -- as above
) -> Response:
    """The whole order of seniority as a table."""
    found = seniority(question, unit, limit=None)
    return sheet(staff_view.staff_csv(found.rows), f"duk-{question.as_of.valid_on}.csv")


@router.get("/duk")
def seniority_list(request: Request, question: SearchPeople, unit: OfUnit = None, number: PageNumber = 1) -> Response:
    """Civil servants in the order of seniority on the day."""
    found = seniority(question, unit, limit=PAGE, offset=_offset(number))
    frame = frame_of(request, question)
    chosen = Wanted(None, unit, {})
    context = staff_view.build_seniority(frame, found, chosen, page=number, unit=unit_called(question, unit))
    return answer(request, frame, "staff.html", context)


def _offset(number: int) -> int:
    return (number - 1) * PAGE


def unit_called(question: Question, unit: UnitId | None) -> str:
    """The name of a unit on the day, or now; empty without one."""
    if unit is None:
        return ""
    name = unit_names(question.connection, question.ledger, [unit], question.as_of).get(unit)
    return unit if name is None else name.then or name.now
