"""The addresses of the inbox."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from asn_ledger.web.api.tasks import FEW, TaskKind, TaskList, TaskReaders, tasks
from asn_ledger.web.asking import asking
from asn_ledger.web.auth import Running
from asn_ledger.web.languages import language_of
from asn_ledger.web.pages import tasks as view
from asn_ledger.web.pages.finding import PAGES
from asn_ledger.web.pages.parts import PAGE
from asn_ledger.web.pages.visit import answer, frame_of

router = APIRouter(include_in_schema=False)

PageNumber = Annotated[int, Query(alias="page", ge=1, le=PAGES)]


@router.get("/tugas.json")
def tasks_data(
    request: Request,
    response: Response,
    service: Running,
    asker: TaskReaders,
    kind: TaskKind | None = None,
    number: PageNumber = 1,
) -> TaskList:
    """The inbox as the API has it."""
    response.headers["Cache-Control"] = "no-store"
    with asking(service, asker, language_of(request)) as question:
        return tasks(question, str(asker.id), kind, **_part(kind, number))


@router.get("/tugas")
def inbox(
    request: Request, service: Running, asker: TaskReaders, kind: TaskKind | None = None, number: PageNumber = 1
) -> Response:
    """What waits for whoever is logged in, by kind; of one kind all of it."""
    with asking(service, asker, language_of(request)) as question:
        found = tasks(question, str(asker.id), kind, **_part(kind, number))
        frame = frame_of(request, question)
    return answer(request, frame, "tasks.html", view.build(frame, found, kind, number))


def _part(kind: TaskKind | None, number: int) -> dict[str, int]:
    return {"limit": FEW} if kind is None else {"limit": PAGE, "offset": (number - 1) * PAGE}
