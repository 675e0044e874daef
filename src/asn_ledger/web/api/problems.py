"""What each type of problem means and what to do: the addresses that problem details name as their type."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from asn_ledger.domain.errors import NotFound
from asn_ledger.language import Language, translate
from asn_ledger.web.asking import Lang
from asn_ledger.web.auth import Anybody
from asn_ledger.web.languages import language_of
from asn_ledger.web.problems import NOT_FOUND, PROBLEM_TYPES, ProblemType, documented
from asn_ledger.web.representations import Shown

router = APIRouter(prefix="/problems", tags=["problems"])


class ProblemTypeShown(Shown):
    """A type of problem in words."""

    type: str
    status: int
    title: str
    meaning: str
    remedy: str


@router.get("")
def list_problem_types(
    request: Request,
    reader: Anybody,  # noqa: ARG001 -- the gate
    lang: Lang = None,  # noqa: ARG001 -- named for the document; `language_of` reads it
) -> list[ProblemTypeShown]:
    """Every type of problem."""
    language = language_of(request)
    return [described(kind, language) for kind in PROBLEM_TYPES.values()]


@router.get("/{slug}", response_model=ProblemTypeShown, responses=documented(NOT_FOUND))
def read_problem_type(
    request: Request,
    reader: Anybody,  # noqa: ARG001 -- the gate
    slug: str,
    lang: Lang = None,  # noqa: ARG001 -- named for the document; `language_of` reads it
) -> Response | ProblemTypeShown:
    """What a problem means and what to do; a page for browsers, JSON for programs."""
    kind = PROBLEM_TYPES.get(slug)
    if kind is None:
        raise NotFound("there is no such type of problem", code="no-problem-type")
    language = language_of(request)
    shown = described(kind, language)
    if "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(_page(shown, language), headers={"Vary": "Accept, Accept-Language"})
    return shown


def described(kind: ProblemType, language: Language) -> ProblemTypeShown:
    """A type of problem in words of a language."""
    said = {part: translate(language, f"problem.{kind.slug}.{part}") for part in ("title", "meaning", "remedy")}
    return ProblemTypeShown(type=kind.uri, status=kind.status, **said)


def _page(shown: ProblemTypeShown, language: Language) -> str:
    """A page without anything a reader sent: all of it is out of the catalog."""
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{shown.title}</title>'
        f"<h1>{shown.title} ({shown.status})</h1><p>{shown.meaning}</p><p>{shown.remedy}</p></html>"
    )
