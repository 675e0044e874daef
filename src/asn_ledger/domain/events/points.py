"""Credit points (angka kredit) of functional posts (PermenPANRB 1/2023; Peraturan BKN 3/2023)."""

from typing import Annotated

from asn_ledger.domain.events.base import Axis, PersonEvent
from asn_ledger.domain.terms.codes import FunctionalLevel, PointsKind, Predicate
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.numbers import Thousandths
from asn_ledger.domain.terms.sealing import Category, Erased, Sealed


class PointsDetermined(PersonEvent, topic="points.determined.v1", axes=(Axis.POINTS,), restricted=True):
    """Points for a period were determined (PAK); the TMT is its last day, `points` are in thousandths.

    `predicate` is the one that was converted; points tell it as well, and so are sealed like an appraisal.
    """

    kind: PointsKind
    level: FunctionalLevel
    began_on: PartialDate
    points: Annotated[Thousandths | Erased, Sealed(Category.RESTRICTED)]
    predicate: Annotated[Predicate | Erased | None, Sealed(Category.RESTRICTED)] = None
