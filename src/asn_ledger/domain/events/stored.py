"""Reading back what an event's type let in when it was recorded: its values are taken as they are, not checked again.

The ledger's bytes are bound by the hash of their entry, and every value in them was checked before it was recorded. A
ledger is read far more often than written, and most of the time of a reader would go into asking the same again. And
what an older program let in stays readable, however narrow the bounds have become since.
Whatever does not have the shape of the type goes to pydantic, which says what is wrong.
"""

from collections.abc import Callable, Mapping
from functools import cache, lru_cache, partial
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel, TypeAdapter

from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import EntityId
from asn_ledger.domain.terms.sealing import Erased

Convert = Callable[[Any], Any]  # Any: JSON, and what it means
_PLAIN = (str, int, bool)
_partial_date = lru_cache(maxsize=8192)(PartialDate)


@cache
def reader(model: type[BaseModel]) -> Callable[[Mapping[str, Any]], Any]:
    """What makes an event, or a part of one, of its stored JSON (Any), with opened or erased values in it."""
    told = model.__pydantic_decorators__
    reads = {n: v.func for v in told.field_validators.values() if v.info.mode == "before" for n in v.info.fields}
    checked = any(v.info.mode != "before" for v in told.field_validators.values()) or told.model_validators
    if checked or any(f.default_factory for f in model.model_fields.values()):
        return model.model_validate
    fields = model.model_fields
    defaults = {name: field.default for name, field in fields.items() if not field.is_required()}
    required, known = fields.keys() - defaults.keys(), fields.keys()
    found = {name: reads.get(name) or _converter(field.annotation) for name, field in fields.items()}
    changes = [(name, convert) for name, convert in found.items() if convert is not None]
    new, put = model.__new__, object.__setattr__

    def read(payload: Mapping[str, Any]) -> Any:  # Any: of the model
        if not required <= payload.keys() <= known:
            return model.model_validate(payload)
        values = {**defaults, **payload}
        for name, convert in changes:
            value = values[name]
            if value is not None:
                values[name] = convert(value)
        made = new(model)
        put(made, "__dict__", values)
        put(made, "__pydantic_fields_set__", set(payload))
        put(made, "__pydantic_extra__", None)
        put(made, "__pydantic_private__", None)
        return made

    return read


def _converter(annotation: Any) -> Convert | None:  # Any: a type as written
    """How a stored value becomes one of the annotated type; None where it is one already."""
    kinds = [kind for kind in _kinds(annotation) if kind is not NoneType]
    erasable = Erased in kinds
    told = [kind for kind in kinds if kind is not Erased]
    if all(get_origin(kind) is Literal or kind in _PLAIN for kind in told):
        return None
    convert = _one(told[0]) if len(told) == 1 else TypeAdapter(annotation).validate_python
    if not erasable or convert is None:
        return convert
    return lambda value: value if isinstance(value, Erased) else convert(value)


def _one(kind: Any) -> Convert:  # Any: a type as written
    if get_origin(kind) is tuple:
        inner = _converter(get_args(kind)[0])
        return tuple if inner is None else lambda values: tuple(map(inner, values))
    if kind is UUID:
        return UUID
    if kind is PartialDate:
        return _partial_date
    if isinstance(kind, type) and issubclass(kind, EntityId):
        return partial(str.__new__, kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _shared(kind) if all(_is_scalar(f.annotation) for f in kind.model_fields.values()) else reader(kind)
    return TypeAdapter(kind).validate_python


def _shared(kind: type[BaseModel]) -> Convert:
    """A part that many events say in the same words, as the citation of their decree, is made once for all of them.

    Few are kept: each process of a rebuild keeps its own, and by person they come again too late for any number.
    """
    made = lru_cache(maxsize=256)(lambda items: reader(kind)(dict(items)))
    return lambda value: made(tuple(value.items()))


def _is_scalar(annotation: Any) -> bool:  # Any: a type as written
    return all(
        get_origin(kind) is Literal or kind is NoneType or (isinstance(kind, type) and issubclass(kind, (str, int)))
        for kind in _kinds(annotation)
    )


def _kinds(annotation: Any) -> list[Any]:  # Any: types as written
    """The members of a union, looked for through what types are annotated with."""
    if get_origin(annotation) is Annotated:
        return _kinds(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [kind for member in get_args(annotation) for kind in _kinds(member)]
    return [annotation]
