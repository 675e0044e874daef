"""Payloads of every event as they are stored: each way to write a field, and the widest that its bounds let in."""

from collections.abc import Iterator
from datetime import datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo

from asn_ledger.domain.events import Event, RankRaised
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.documents import Sha256
from asn_ledger.domain.terms.ids import EntityId, OfficeId
from asn_ledger.domain.terms.numbers import Year
from asn_ledger.domain.terms.sealing import Erased

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


def widest(kind: type[Event]) -> dict[str, Any]:
    """A payload with the greatest numbers and the longest texts at the top of an event."""
    payload = next(payloads(kind))
    for name, of, marks in bounds(kind):
        if name in payload and not any(hasattr(mark, "pattern") and "0-9a-f" in mark.pattern for mark in marks):
            said: dict[str, Any] = {
                key: getattr(mark, key) for mark in marks for key in ("le", "lt", "max_length") if hasattr(mark, key)
            }
            wide = "w" * said["max_length"] if of is str else said.get("le", said.get("lt", 0) - 1)
            payload[name] = [wide] if isinstance(payload[name], list) else wide
    return payload
