"""The addresses of the pages about imports, each also as `.json` and `.csv`."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from asn_ledger.domain.access import Act
from asn_ledger.exchange.siasn.sending import look, look_at_undo, record
from asn_ledger.web.api.imports import (
    Answer,
    Importers,
    ImportList,
    ImportShown,
    Reason,
    Resource,
    SentFilesOf,
    beside_run,
    import_shown,
    imports_shown,
)
from asn_ledger.web.asking import Ask, Question
from asn_ledger.web.auth import Asker, Running, actor_of
from asn_ledger.web.pages import imports as view
from asn_ledger.web.pages.finding import PAGES
from asn_ledger.web.pages.parts import PAGE
from asn_ledger.web.pages.sheet import sheet
from asn_ledger.web.pages.visit import answer, frame_of
from asn_ledger.web.session import Form

router = APIRouter(include_in_schema=False)

AskImports = Annotated[Question, Depends(Ask(Act.SEE_IMPORTS), scope="function")]
PageNumber = Annotated[int, Query(alias="page", ge=1, le=PAGES)]
_RUNS = 200
_SEE_OTHER = 303
_SHEET = 1_000_000


@router.get("/impor.json")
def runs_data(question: AskImports) -> ImportList:
    """The runs as the API has them."""
    return imports_shown(question.service, limit=_RUNS, offset=0)


@router.get("/impor.csv")
def runs_sheet(question: AskImports) -> Response:
    """The runs as a table."""
    return sheet(view.imports_csv(imports_shown(question.service, limit=_RUNS, offset=0)), "impor.csv")


@router.get("/impor")
def runs(request: Request, question: AskImports) -> Response:
    """The imports, newest first."""
    frame = frame_of(request, question)
    found = imports_shown(question.service, limit=_RUNS, offset=0)
    return answer(request, frame, "imports.html", view.build_imports(frame, found))


@router.get("/impor/{id}.json")
def run_data(
    question: AskImports,
    id: UUID,  # noqa: A002 -- the parameter's name in the address
    status: Answer = None,
    resource: Resource = None,
    reason: Reason = None,
    number: PageNumber = 1,
) -> ImportShown:
    """A run and its report as the API has it."""
    return import_shown(
        question.service,
        id,
        question.language,
        status=status,
        resource=resource,
        reason=reason,
        limit=PAGE,
        offset=(number - 1) * PAGE,
    )


@router.get("/impor/{id}.csv")
def run_sheet(
    question: AskImports,
    id: UUID,  # noqa: A002 -- the parameter's name in the address
    status: Answer = None,
    resource: Resource = None,
    reason: Reason = None,
    number: PageNumber = 1,  # noqa: ARG001 -- the sheet has all of them, whatever page it is asked from
) -> Response:
    """The whole report of a run as a table."""
    found = import_shown(
        question.service, id, question.language, status=status, resource=resource, reason=reason, limit=_SHEET, offset=0
    )
    return sheet(view.import_csv(found), f"impor-{id}.csv")


@router.get("/impor/{id}")
def one_run(
    request: Request,
    question: AskImports,
    id: UUID,  # noqa: A002 -- the parameter's name in the address
    status: Answer = None,
    resource: Resource = None,
    reason: Reason = None,
    number: PageNumber = 1,
) -> Response:
    """One run: its counts, and what it says of rows that did not simply go in."""
    frame = frame_of(request, question)
    found = import_shown(
        question.service,
        id,
        question.language,
        status=status,
        resource=resource,
        reason=reason,
        limit=PAGE,
        offset=(number - 1) * PAGE,
    )
    beside = beside_run(question.service, found.run.run)
    return answer(request, frame, "import.html", view.build_import(frame, found, beside, status=status, page=number))


@router.post("/impor")
def send(request: Request, service: Running, asker: Asker, sent: SentFilesOf) -> Response:
    """Look at files that were sent, and show how far that has come."""
    return _see(request, look(service.imports, sent, actor_of(asker, Act.RUN_IMPORT)).run)


@router.post("/impor/{id}/catat")
def record_run(
    request: Request,
    service: Running,
    asker: Importers,
    form: Form,  # noqa: ARG001 -- what a page of ours sends
    id: UUID,  # noqa: A002 -- the parameter's name in the address
) -> Response:
    """Do in earnest what a dry run looked at."""
    return _see(request, record(service.imports, id, actor_of(asker, Act.RUN_IMPORT)).run)


@router.post("/impor/{id}/batal")
def undo_run(
    request: Request,
    service: Running,
    asker: Importers,
    form: Form,
    id: UUID,  # noqa: A002 -- the parameter's name in the address
) -> Response:
    """Count what taking a run back would strike."""
    by = actor_of(asker, Act.RUN_IMPORT)
    return _see(request, look_at_undo(service.imports, id, form.get("why", ""), by).run)


@router.post("/impor/{id}/selesai")
def settle_run(
    request: Request,
    service: Running,
    asker: Importers,
    form: Form,  # noqa: ARG001 -- what a page of ours sends
    id: UUID,  # noqa: A002 -- the parameter's name in the address
) -> Response:
    """Say that nothing of a run waits any more."""
    return _see(request, service.imports.settle(id, actor_of(asker, Act.RUN_IMPORT)).run)


def _see(request: Request, run: UUID) -> Response:
    base: str = request.scope.get("root_path", "")
    return RedirectResponse(f"{base}/impor/{run}", _SEE_OTHER, {"Cache-Control": "no-store"})
