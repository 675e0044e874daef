"""The addresses of the inbox."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from asn_ledger.accounts.desk.seen import LONGEST_NOTE
from asn_ledger.domain.errors import InvalidValue
from asn_ledger.web.api.seen import Overseers, SeenForm, see
from asn_ledger.web.api.tasks import FEW, TaskKind, TaskList, TaskReaders, tasks
from asn_ledger.web.asking import asking
from asn_ledger.web.auth import Running
from asn_ledger.web.languages import language_of
from asn_ledger.web.pages import tasks as view
from asn_ledger.web.pages.finding import PAGES
from asn_ledger.web.pages.parts import PAGE
from asn_ledger.web.pages.visit import answer, frame_of
from asn_ledger.web.session import Fields

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
    request: Request,
    service: Running,
    asker: TaskReaders,
    kind: TaskKind | None = None,
    number: PageNumber = 1,
    done: Annotated[Literal["seen"] | None, Query()] = None,
) -> Response:
    """What waits for whoever is logged in, by kind; of one kind all of it."""
    with asking(service, asker, language_of(request)) as question:
        found = tasks(question, str(asker.id), kind, **_part(kind, number))
        frame = frame_of(request, question)
    return answer(request, frame, "tasks.html", view.build(frame, found, kind, number, done=done or ""))


@router.post("/tugas/dilihat")
def mark_seen(request: Request, service: Running, overseer: Overseers, form: Fields) -> Response:
    """Mark a finding as seen, and lead back to the inbox.

    Raises:
        InvalidValue: there is no note, or the form is not one of ours.
    """
    sent = {name: form.get(name, "") for name in ("decree", "kind", "mark", "note")}
    if not 0 < len(sent["note"].strip()) <= LONGEST_NOTE:
        raise InvalidValue(
            f"say in a line of at most {LONGEST_NOTE} characters what you made of it",
            code="seen-note",
            values={"most": LONGEST_NOTE},
        )
    try:
        said = SeenForm.model_validate(sent)
    except ValidationError:
        raise InvalidValue("the form is not one of ours; open the page again", code="form") from None
    see(service, overseer, said, language_of(request))
    return RedirectResponse(f"{request.scope.get('root_path', '')}/tugas?done=seen", 303, {"Cache-Control": "no-store"})


def _part(kind: TaskKind | None, number: int) -> dict[str, int]:
    return {"limit": FEW} if kind is None else {"limit": PAGE, "offset": (number - 1) * PAGE}
