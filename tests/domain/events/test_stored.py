"""What is read back from the ledger is what pydantic would have made of it, of every type and every field."""

from typing import Annotated, Any

import pytest
from pydantic import Field, TypeAdapter, ValidationError
from stored import bounds, payloads

from asn_ledger.domain.events import (
    EVENT_TYPES,
    DecreeRecorded,
    FactCorrected,
    PostAppointed,
    PostCreated,
)
from asn_ledger.domain.terms.sealing import Sealed


@pytest.mark.parametrize("name", sorted(EVENT_TYPES))
def test_read_back_an_event_is_what_it_was(name: str) -> None:
    kind = EVENT_TYPES[name]
    for payload in payloads(kind):
        checked, read = kind.model_validate(payload), kind.from_dict(payload)
        assert read == checked
        assert read.model_fields_set == checked.model_fields_set
        assert read.as_dict() == checked.as_dict()
        assert read.tags() == checked.tags()
        for field in kind.model_fields:
            assert type(getattr(read, field)) is type(getattr(checked, field)), field


@pytest.mark.parametrize("change", [{"seats": 3}, {"post": None}, {"decree": ...}])
def test_what_has_not_the_shape_of_its_type_is_refused(change: dict[str, Any]) -> None:
    payload = {**next(payloads(PostAppointed)), **change}
    payload = {name: value for name, value in payload.items() if value is not ...}
    if change == {"post": None}:
        payload.pop("post")
    with pytest.raises(ValidationError):
        PostAppointed.from_dict(payload)


def test_what_an_older_program_let_in_stays_readable_also_within_a_correction() -> None:
    wide = {**next(payloads(PostCreated)), "seats": 10**12, "title": "a\0" * 20_000}
    within = {**next(payloads(FactCorrected)), "replacement": {"type": PostCreated.TOPIC, "payload": wide}}

    with pytest.raises(ValidationError):
        PostCreated.model_validate(wide)
    assert PostCreated.from_dict(wide).seats == 10**12
    replaced = FactCorrected.from_dict(within).replacement
    assert isinstance(replaced, PostCreated)
    assert replaced.title == wide["title"]


_INTEGER, _LEDGER = 2**31 - 1, 2**53 - 1
_IN_NO_TABLE = {"salary", "size", "witnessed_size", "lost_to", "acknowledged"}


@pytest.mark.parametrize("name", sorted(EVENT_TYPES))
def test_every_number_and_text_of_an_event_is_bounded_to_what_tables_take(name: str) -> None:
    for field, kind, marks in bounds(EVENT_TYPES[name]):
        bounding = [mark for mark in marks if not isinstance(mark, Sealed | type)]
        adapter: TypeAdapter[Any] = TypeAdapter(
            Annotated[kind, Field(), *bounding]  # type: ignore[arg-type]  # composed here of what the field says
        )
        most = _LEDGER if field in _IN_NO_TABLE else _INTEGER
        for wrong in ("a\0b", "x" * 10_001) if issubclass(kind, str) else (most + 1, -most - 2):
            with pytest.raises(ValidationError):
                adapter.validate_python(wrong)


def test_parts_within_parts_are_read_too() -> None:
    read = DecreeRecorded.from_dict(next(payloads(DecreeRecorded)))
    assert read.signer.signature.signed_at is not None
    assert read.signer.signature.signed_at.year == 2026
    assert read.decided_on is not None
    assert read.decided_on.first.month == 3
