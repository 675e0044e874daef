"""What is read back from the ledger is what pydantic would have made of it, of every type and every field."""

from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

import pytest
from pydantic import BaseModel, ValidationError

from asn_ledger.domain.events import EVENT_TYPES, DecreeRecorded, Event, PostAppointed, RankRaised
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.documents import Sha256
from asn_ledger.domain.terms.ids import EntityId, OfficeId
from asn_ledger.domain.terms.sealing import Erased

ID = "0f6b7a1f-7d11-4c64-9a7e-5f0c1c4e3c53"


def samples(annotation: Any) -> Iterator[Any]:
    """Stored JSON of a type, one for each way that it can be written."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation == Sha256:
        yield "ab" * 32
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
    every = {
        name: list(samples(Sha256 if name == "sha256" else field.annotation))
        for name, field in model.model_fields.items()
    }
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


def test_parts_within_parts_are_read_too() -> None:
    read = DecreeRecorded.from_dict(next(payloads(DecreeRecorded)))
    assert read.signer.signature.signed_at is not None
    assert read.signer.signature.signed_at.year == 2026
    assert read.decided_on is not None
    assert read.decided_on.first.month == 3
