"""The addresses of one's own saved filters: all of them, save, rename, delete."""

from dataclasses import replace
from typing import Annotated
from urllib.parse import parse_qsl, quote, urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from asn_ledger.accounts import Principal
from asn_ledger.accounts.desk.filters import ListName
from asn_ledger.domain.access import Act
from asn_ledger.domain.errors import Conflict, InvalidValue
from asn_ledger.web.api.filters import LISTS, FilterShown, Keepers, account_of, require_parameters, shown
from asn_ledger.web.asking import Ask, Question, asking
from asn_ledger.web.auth import Running
from asn_ledger.web.frame import AS_OF
from asn_ledger.web.languages import language_of
from asn_ledger.web.pages import filters
from asn_ledger.web.pages.filters import Done, Unnamed, Unsaved
from asn_ledger.web.pages.visit import answer, frame_of
from asn_ledger.web.problems import problem_of
from asn_ledger.web.service import Service
from asn_ledger.web.session import Fields

router = APIRouter(include_in_schema=False)

AskOwn = Annotated[Question, Depends(Ask(Act.KEEP_ACCOUNT), scope="function")]
_HOME = "/saringan"
_SEE_OTHER = 303
_MOST_PARAMETERS = 50
_NOT_CHOSEN = frozenset({*AS_OF, "lang", "page", "from"})
"""What an address of a list says besides what it is chosen by."""


@router.get("/saringan.json")
def filters_data(service: Running, asker: Keepers, response: Response) -> list[FilterShown]:
    """One's own filters as the API has them."""
    response.headers["Cache-Control"] = "no-store"
    return [shown(one) for one in service.filters.all(account_of(asker))]


@router.get("/saringan")
def own_filters(request: Request, question: AskOwn, done: Annotated[Done | None, Query()] = None) -> Response:
    """One's own filters, to be renamed and deleted."""
    frame = frame_of(request, question)
    saved = question.service.filters.of(question.connection, account_of(question.reader))
    return answer(request, frame, "filters.html", filters.build(frame, question, saved, done=done))


@router.post("/saringan")
def save(request: Request, service: Running, asker: Keepers, form: Fields) -> Response:
    """Keep what a list is chosen by, and lead back there; what is refused comes back with why."""
    of, sent, name = _list_of(form.get("list", "")), _parameters(form.get("query", "")), form.get("name", "")
    parameters = {key: value for key, value in sent if key not in _NOT_CHOSEN and value}
    require_parameters(of, parameters)
    account = account_of(asker)
    try:
        replaced = service.filters.named(account, of, name) if "replace" in form else None
        if replaced is None:
            service.filters.save(account, of, name, parameters)
        else:
            service.filters.change(account, replaced.id, name, parameters)
    except (InvalidValue, Conflict) as refused:
        problem = problem_of(refused, language_of(request))
        taken = refused.code == "filter-name-taken"
        unsaved = Unsaved(of, sent, name, problem.detail, may_replace=taken)
        return _refused(request, service, asker, problem.status, unsaved=unsaved)
    return _led(request, f"{LISTS[of].path}?{urlencode(sent, quote_via=quote)}")


@router.post("/saringan/{id}")
def rename(
    request: Request,
    service: Running,
    asker: Keepers,
    form: Fields,
    id: UUID,  # noqa: A002 -- the parameter's name in the address
) -> Response:
    """Give a filter another name."""
    account, typed = account_of(asker), form.get("name", "")
    try:
        service.filters.change(account, id, typed, service.filters.get(account, id).parameters)
    except (InvalidValue, Conflict) as refused:
        wrong = problem_of(refused, language_of(request))
        return _refused(request, service, asker, wrong.status, unnamed=Unnamed(id, typed, wrong.detail))
    return _led(request, f"{_HOME}?done=renamed")


@router.post("/saringan/{id}/hapus")
def delete(
    request: Request,
    service: Running,
    asker: Keepers,
    id: UUID,  # noqa: A002 -- as above
) -> Response:
    """Delete a filter."""
    service.filters.drop(account_of(asker), id)
    return _led(request, f"{_HOME}?done=deleted")


def _list_of(name: str) -> ListName:
    found = next((one for one in LISTS if one == name), None)
    if found is None:
        raise InvalidValue("no filters are saved for such a list", code="form")
    return found


def _parameters(query: str) -> tuple[tuple[str, str], ...]:
    try:
        return tuple(parse_qsl(query, max_num_fields=_MOST_PARAMETERS))
    except ValueError as error:
        raise InvalidValue("the form cannot be read", code="form") from error


def _refused(
    request: Request,
    service: Service,
    asker: Principal,
    status: int,
    *,
    unsaved: Unsaved | None = None,
    unnamed: Unnamed | None = None,
) -> Response:
    """The page of all filters, with what was refused and why."""
    with asking(service, asker, language_of(request)) as question:
        frame = replace(frame_of(request, question), path=_HOME)  # where it was sent shows no page
        saved = service.filters.of(question.connection, account_of(asker))
        page = filters.build(frame, question, saved, unsaved=unsaved, unnamed=unnamed)
    response = answer(request, frame, "filters.html", page)
    response.status_code = status
    return response


def _led(request: Request, address: str) -> Response:
    base: str = request.scope.get("root_path", "")
    return RedirectResponse(f"{base}{address}", _SEE_OTHER, {"Cache-Control": "no-store"})
