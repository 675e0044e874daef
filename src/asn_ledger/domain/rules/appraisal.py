"""Rules about the annual appraisal."""

from datetime import date

from asn_ledger.domain.events import Appraised, OutcomeResult
from asn_ledger.domain.rules.rule import Case, Rule
from asn_ledger.domain.terms.codes import Expectation, Predicate
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


def _by_the_matrix(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, Appraised):
        return "not_applicable"
    given = event.judgement
    if isinstance(given, Erased):
        return "cannot_tell"
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
