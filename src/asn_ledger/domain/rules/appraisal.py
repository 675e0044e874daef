"""Rules about the annual appraisal."""

from datetime import date
from decimal import Decimal

from asn_ledger.domain.events import Appraised, OutcomeResult
from asn_ledger.domain.rules.rule import Case, Rule
from asn_ledger.domain.terms.codes import AppraisalScale, Expectation, Predicate
from asn_ledger.domain.terms.sealing import Erased

MATRIX: dict[tuple[Expectation, Expectation], Predicate] = {
    ("di_atas", "di_bawah"): "kurang",
    ("di_atas", "sesuai"): "baik",
    ("di_atas", "di_atas"): "sangat_baik",
    ("sesuai", "di_bawah"): "kurang",
    ("sesuai", "sesuai"): "baik",
    ("sesuai", "di_atas"): "baik",
    ("di_bawah", "di_bawah"): "sangat_kurang",
    ("di_bawah", "sesuai"): "butuh_perbaikan",
    ("di_bawah", "di_atas"): "butuh_perbaikan",
}
"""The predicate (predikat) by result of work and behaviour (PermenPANRB 6/2022)."""


_BANDS: dict[AppraisalScale, tuple[tuple[Decimal, Predicate], ...]] = {
    "pp46": (
        (Decimal(91), "sangat_baik"),
        (Decimal(76), "baik"),
        (Decimal(61), "butuh_perbaikan"),
        (Decimal(51), "kurang"),
    ),
    "pp30": (
        (Decimal(110), "sangat_baik"),
        (Decimal("90.01"), "baik"),
        (Decimal("70.01"), "butuh_perbaikan"),
        (Decimal("50.01"), "kurang"),
    ),
}
"""The least number of each predicate (PP 46/2011 Ps 17; PP 30/2019 Ps 41), the names of before in those of today.

Our reading, to be verified: between 90 and 91 it is *baik*, and the new idea that PP 30/2019 asks beside 110 for
*sangat baik* is not looked for. *Cukup* is *butuh perbaikan*, *buruk* is *sangat kurang*.
"""


def predicate_of(score: Decimal, scale: AppraisalScale) -> Predicate:
    """The predicate of a number as appraisals before 2022 had it."""
    return next((predicate for least, predicate in _BANDS[scale] if score >= least), "sangat_kurang")


def _by_the_matrix(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, Appraised):
        return "not_applicable"
    given = event.judgement
    if isinstance(given, Erased):
        return "cannot_tell"
    if given.result is None or given.behaviour is None:
        return "not_applicable"
    return "met" if MATRIX[given.result, given.behaviour] == given.predicate else "not_met"


BY_THE_MATRIX = Rule(
    id="R-PF-01",
    version=1,
    title_id="Predikat kinerja sesuai matriks hasil kerja dan perilaku kerja",
    title_en="The predicate is what the matrix of result and behaviour gives",
    source="PermenPANRB 6/2022",
    valid_from=date(2022, 2, 17),
    valid_to=None,
    severity="B",
    applies_to=(Appraised,),
    check=_by_the_matrix,
)
RULES = (BY_THE_MATRIX,)
