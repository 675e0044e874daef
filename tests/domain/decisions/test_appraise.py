"""An appraisal is judged one way: by result and behaviour, or before 2022 by a number with its regulation."""

from typing import Any

import given
import pytest
from pydantic import ValidationError

from asn_ledger.domain.decisions.appraise import Appraise
from asn_ledger.domain.events import Appraised
from asn_ledger.domain.events.appraisal import Judgement

COUNTED: given.Json = {"score": "86.50", "scale": "pp46"}
BY_MATRIX: given.Json = {"result": "sesuai", "behaviour": "sesuai"}


def appraisal(year: int, **said: Any) -> given.Json:
    row = {"action": "appraise", "employee": given.employee(1), "year": year, "predicate": "baik", "months": 12}
    return row | said | {"tmt": given.on(f"{year}-12-31")}


@pytest.mark.parametrize("said", [COUNTED, BY_MATRIX])
def test_either_way_is_on_record_as_it_was_said(said: given.Json) -> None:
    made = given.moved_once().record(given.signed(30, appraisal(2018, **said), on="2019-01-31"))

    (event,) = [one for one in made.events if isinstance(one, Appraised)]
    assert isinstance(event.judgement, Judgement)
    assert event.judgement.model_dump(exclude_none=True) == {"predicate": "baik", **said}


@pytest.mark.parametrize(
    ("year", "said"),
    [
        (2018, {}),
        (2018, {"result": "sesuai"}),
        (2018, {"score": "86.50"}),
        (2018, {**COUNTED, **BY_MATRIX}),
        (2018, {**BY_MATRIX, "scale": "pp46"}),
        (2018, {**COUNTED, "result": "sesuai"}),
        (2018, {"score": "86.5", "scale": "pp46"}),
        (2018, {"score": 86.5, "scale": "pp46"}),
        (2022, COUNTED),
    ],
)
def test_neither_both_and_half_of_one_are_malformed(year: int, said: given.Json) -> None:
    with pytest.raises(ValidationError):
        Appraise.model_validate({"row": 1, **appraisal(year, **said)})
