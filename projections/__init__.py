"""The read models: one folder per question, each deletable with one line here."""

from asn_ledger.readmodels.projection import AnyProjection
from projections.position_history import POSITION_HISTORY
from projections.posts import POSTS
from projections.units import UNITS

PROJECTIONS: tuple[AnyProjection, ...] = (
    POSITION_HISTORY,
    POSTS,
    UNITS,
)
