"""What is read back from the ledger is what pydantic would have made of it, of every type and every field."""

from collections.abc import Iterator
from datetime import datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

import pytest
from pydantic import AwareDatetime, BaseModel, Field, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from asn_ledger.domain.events import (
    EVENT_TYPES,
    DecreeRecorded,
    Event,
    FactCorrected,
    PostAppointed,
    PostCreated,
    RankRaised,
)
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.documents import Sha256
from asn_ledger.domain.terms.ids import EntityId, OfficeId
from asn_ledger.domain.terms.numbers import Year
from asn_ledger.domain.terms.sealing import Erased, Sealed

ID = "0f6b7a1f-7d11-4c64-9a7e-5f0c1c4e3c53"


_MARKED = {"sha256": Sha256, "year": Year}
"""Fields whose own bounds pydantic has taken off their types."""


def samples(annotation: Any) -> Iterator[Any]:
    """Stored JSON of a type, one for each way that it can be written."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation == Sha256:
        yield "ab" * 32
    elif annotation == Year:
        yield 2015
    elif origin is Annotated:
        yield from samples(arguments[0])
    elif origin in (Union, UnionType):
        for member in arguments:
            yield from samples(member)
    elif origin is Literal:
        yield arguments[-1]
    elif origin is tuple:
        yield []
        yield [next(samples(arguments[0]))]
    elif origin is dict:
        yield {"row": 1, "as_printed": {"name": "Ani"}}
    elif annotation is NoneType:
        pass
    else:
        yield from _plain(annotation)


def _plain(kind: type[Any]) -> Iterator[Any]:
    if issubclass(kind, Event):
        yield {"type": RankRaised.TOPIC, "payload": next(payloads(RankRaised))}
    elif issubclass(kind, Erased):
        yield Erased()
    elif issubclass(kind, BaseModel):
        yield next(payloads(kind))
    elif issubclass(kind, OfficeId):
        yield "wali-kota"
    elif issubclass(kind, EntityId | UUID):
        yield ID
    elif issubclass(kind, PartialDate):
        yield "2015-03"
    elif issubclass(kind, bool):
        yield True
    elif issubclass(kind, int):
        yield 7
    elif issubclass(kind, str):
        yield "employee:1"
    else:
        yield "2026-01-05T03:04:05Z"


def payloads(model: type[BaseModel]) -> Iterator[dict[str, Any]]:
    """With every field said, then once more for each other way to write one, then with nothing but what must be."""
    every = {name: list(samples(_MARKED.get(name, field.annotation))) for name, field in model.model_fields.items()}
    first = {name: known[0] for name, known in every.items() if known}
    yield first
    for name, known in every.items():
        for other in known[1:]:
            yield {**first, name: other}
    yield {name: value for name, value in first.items() if model.model_fields[name].is_required()}


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


def bounds(model: type[BaseModel]) -> Iterator[tuple[str, type, list[Any]]]:
    """Each number and text of an event and its parts, with what bounds it (Any: pydantic's own marks)."""
    for name, field in model.model_fields.items():
        for kind, marks in _members(field.annotation, list(field.metadata)):
            if issubclass(kind, BaseModel):
                yield from ((f"{name}.{inner}", its, said) for inner, its, said in bounds(kind))
            elif not issubclass(kind, EntityId | UUID | PartialDate | bool | datetime | AwareDatetime):
                yield name, kind, marks


def _members(annotation: Any, marks: list[Any]) -> Iterator[tuple[type, list[Any]]]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        inner = [one for mark in arguments[1:] for one in (mark.metadata if isinstance(mark, FieldInfo) else [mark])]
        yield from _members(arguments[0], [*marks, *inner])
    elif origin in (Union, UnionType):
        for member in arguments:
            yield from _members(member, marks)
    elif origin is tuple:
        yield from _members(arguments[0], [])
    elif origin not in (Literal, dict) and annotation is not NoneType:
        yield annotation, marks


_INTEGER, _LEDGER = 2**31 - 1, 2**53 - 1
_IN_NO_TABLE = {"salary", "size", "witnessed_size"}


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
