"""The read models: one folder per question, each deletable with one line here."""

from asn_ledger.readmodels.projection import AnyProjection
from projections.accountability import ACCOUNTABILITY
from projections.appraisals import APPRAISALS
from projections.career import CAREER
from projections.directory import DIRECTORY
from projections.documents import DOCUMENTS
from projections.employee_now import EMPLOYEE_NOW
from projections.position_history import POSITION_HISTORY
from projections.posts import POSTS
from projections.units import UNITS

PROJECTIONS: tuple[AnyProjection, ...] = (
    POSITION_HISTORY,
    POSTS,
    CAREER,
    DIRECTORY,
    UNITS,
    DOCUMENTS,
    EMPLOYEE_NOW,
    ACCOUNTABILITY,
    APPRAISALS,
)
