"""The service as a web application: what surrounds every request, what answers it, what it is refused with."""

from fastapi import Depends, FastAPI

from asn_ledger.documents import LARGEST
from asn_ledger.exchange.siasn.sending import MOST_SENT
from asn_ledger.ledger.tiles import TileTree
from asn_ledger.web import problems, session
from asn_ledger.web.api import (
    accountability,
    appraisals,
    bulk,
    confirming,
    coverage,
    decrees,
    disputes,
    documents,
    due,
    employees,
    erasures,
    evidence,
    feed,
    filters,
    health,
    imports,
    intake,
    ledger,
    log,
    posts,
    seen,
    sheets,
    staff,
    tasks,
    units,
    witnesses,
)
from asn_ledger.web.api import problems as problem_types
from asn_ledger.web.asking import BUILD, NotModified, not_modified
from asn_ledger.web.csrf import Beginnings
from asn_ledger.web.document import describe_fully
from asn_ledger.web.headers import SecurityHeaders
from asn_ledger.web.metrics import Metrics
from asn_ledger.web.middleware import BodyLimit, Requests
from asn_ledger.web.pages import (
    account_routes,
    accounts_routes,
    bulk_routes,
    erasure_routes,
    filter_routes,
    grid_routes,
    import_routes,
    key_routes,
    office_routes,
    sheet_routes,
    task_routes,
)
from asn_ledger.web.pages import document_routes as document_pages
from asn_ledger.web.pages import routes as pages
from asn_ledger.web.pages.visit import render_problem
from asn_ledger.web.parameters import known_parameters, refuse_unknown, refuse_unknown_of_page
from asn_ledger.web.render import OwnFiles
from asn_ledger.web.service import Service

MOST_BYTES = 4 * 2**20
"""The longest body that is read, but for documents."""

_OF_IMPORT = MOST_SENT + 8 * 2**20
LONGER = {
    "/api/v1/documents": LARGEST + 1,
    "/api/v1/documents/intake": 5 * LARGEST,
    "/dokumen": 5 * LARGEST,
    "/api/v1/imports": _OF_IMPORT,
    "/impor": _OF_IMPORT,
}
"""The longest bodies of addresses that take files; those of a form with many scans are sealed one by one."""

_STRICT = [Depends(refuse_unknown)]
_STRICT_PAGE = [Depends(refuse_unknown_of_page)]


def create_app(service: Service) -> FastAPI:
    """The web application of one agency's opened ledger; closing that stays with whoever opened it."""
    app = FastAPI(
        title="ASN Ledger",
        summary="Careers of civil servants and histories of posts, rebuilt from immutable facts",
        version=BUILD,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={
            "tracing": False,
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
        },
    )
    app.state.service = service
    app.state.metrics = Metrics()
    app.state.tiles = TileTree(service.agency)
    app.state.streams = 0

    # The last one added is the outermost: also what the others answer themselves has the headers.
    app.add_middleware(Beginnings)
    app.add_middleware(BodyLimit, most=MOST_BYTES, longer=LONGER)
    app.add_middleware(Requests, metrics=app.state.metrics)
    app.add_middleware(SecurityHeaders)

    problems.install(app)
    app.add_exception_handler(NotModified, not_modified)

    for concept in (
        accountability,
        appraisals,
        bulk,
        sheets,
        decrees,
        confirming,
        coverage,
        disputes,
        intake,
        imports,
        documents,
        posts,
        employees,
        erasures,
        evidence,
        feed,
        staff,
        filters,
        tasks,
        seen,
        units,
        due,
        ledger,
        witnesses,
        log,
        problem_types,
    ):
        app.include_router(concept.router, dependencies=_STRICT)
    app.include_router(health.router)
    app.include_router(session.router)
    app.include_router(account_routes.router, dependencies=_STRICT_PAGE)
    app.include_router(accounts_routes.router, dependencies=_STRICT_PAGE)
    app.include_router(key_routes.router, dependencies=_STRICT_PAGE)
    app.include_router(grid_routes.router, dependencies=_STRICT_PAGE)
    app.include_router(sheet_routes.router, dependencies=_STRICT_PAGE)
    app.include_router(filter_routes.router, dependencies=_STRICT_PAGE)
    app.include_router(bulk_routes.router, dependencies=_STRICT_PAGE)
    app.include_router(erasure_routes.router, dependencies=_STRICT_PAGE)
    app.include_router(pages.router, dependencies=_STRICT_PAGE)
    app.include_router(document_pages.router, dependencies=_STRICT_PAGE)
    app.include_router(office_routes.router, dependencies=_STRICT_PAGE)
    app.include_router(import_routes.router, dependencies=_STRICT_PAGE)
    app.include_router(task_routes.router, dependencies=_STRICT_PAGE)
    app.state.render_problem = render_problem
    app.mount("/static", OwnFiles())
    app.state.parameters = known_parameters(app)
    describe_fully(app)
    return app
