"""Values as canonical JSON bytes: a profile of RFC 8785 in which a fast encoder gives exactly the standard's bytes.

The profile: objects with ASCII keys, arrays, strings in Unicode normalisation form C, integers below 2^53 in magnitude,
`true`, `false`, `null`. No floats. Within it sorting by code point equals the standard's sorting by UTF-16 unit, and
numbers have one spelling.

Two encoders give the same bytes. `canonical` checks the whole profile and belongs wherever a value comes from outside
or is written for the first time. `encode` trusts its caller, and belongs on the path of an append, whose values were
built by validated types; it still refuses integers out of range, unpaired surrogates and keys that are not strings.
"""

import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeAlias
from uuid import UUID

import orjson

from .errors import VerificationError

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"
"""A value of the profile; mappings are `dict`, sequences are `list` or `tuple`."""

MAX_INTEGER = 2**53 - 1
"""The largest magnitude of an integer that every JSON reader keeps exact."""

_OPTIONS = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_STRICT_INTEGER
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)
_SCALARS = frozenset({str, int, bool, type(None)})


class CanonicalError(ValueError):
    """The value lies outside the canonical profile; the message names the place, from `$`."""


def canonical(value: Json) -> bytes:
    """Write a value as canonical JSON after checking that it lies within the profile.

    Raises:
        CanonicalError: if any part of the value lies outside the profile.
    """
    try:
        data = orjson.dumps(value, option=_OPTIONS)
    except orjson.JSONEncodeError as error:
        raise CanonicalError(_explain(value, str(error))) from None
    if not (_is_plain(value) if data.isascii() else _is_plain_and_normal(value)):
        raise CanonicalError(_explain(value, "$: outside the profile"))
    return data


def canonical_text(value: Json) -> bytes:
    """Write a value whose types are known to lie within the profile, and whose texts may not.

    Raises:
        CanonicalError: if a text is in another normalisation form.
    """
    data = encode(value)
    return data if data.isascii() else canonical(value)


def encode(value: "Json | Mapping[str, Json | UUID]") -> bytes:
    """Write a value that is known to lie within the profile as canonical JSON; an id is written as its text.

    Raises:
        CanonicalError: if the value cannot be encoded at all; a float or a string in another normalisation form is
            not noticed.
    """
    try:
        return orjson.dumps(value, option=_OPTIONS)
    except orjson.JSONEncodeError as error:
        raise CanonicalError(_explain(value, str(error))) from None


def decode(data: bytes) -> Json:
    """Read bytes that must be the canonical JSON of a value.

    Raises:
        VerificationError: if they are not JSON, lie outside the profile, or are not its canonical spelling.
    """
    try:
        # orjson.loads is typed Any; the comparison below is what establishes the type.
        value: Json = orjson.loads(data)
        again = canonical(value)
    except RecursionError:
        raise VerificationError("not canonical JSON: nested too deeply") from None
    except (orjson.JSONDecodeError, CanonicalError) as error:
        raise VerificationError(f"not canonical JSON: {error}") from None
    if again != data:
        raise VerificationError("JSON with another spelling than the canonical one")
    return value


def _is_plain(value: object) -> bool:
    """Whether a value whose every string is ASCII is made of the profile's exact types."""
    if isinstance(value, dict):
        parts: Collection[object] = value.values()
    elif isinstance(value, list | tuple):
        parts = value
    else:
        return type(value) in _SCALARS
    return _SCALARS.issuperset(map(type, parts)) or all(map(_is_plain, parts))


def _is_plain_and_normal(value: object) -> bool:
    if isinstance(value, dict):
        return all(key.isascii() for key in value) and all(map(_is_plain_and_normal, value.values()))
    if isinstance(value, list | tuple):
        return all(map(_is_plain_and_normal, value))
    if type(value) is str:
        return value.isascii() or unicodedata.is_normalized("NFC", value)
    return type(value) in _SCALARS


def _explain(value: object, otherwise: str) -> str:
    try:
        return next(_faults(value, "$"), otherwise)
    except RecursionError:
        return otherwise


def _faults(value: object, place: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            if type(key) is not str or not key.isascii():
                yield f"{place}: the key {key!r} is not an ASCII string"
            yield from _faults(part, f"{place}.{key}")
    elif isinstance(value, list | tuple):
        for number, part in enumerate(value):
            yield from _faults(part, f"{place}[{number}]")
    elif fault := _scalar_fault(value):
        yield f"{place}: {fault}"


def _scalar_fault(value: object) -> str:
    if type(value) not in _SCALARS:
        return f"{type(value).__name__} has no canonical form; write it as a string or an integer"
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        return "the integer lies outside ±(2^53-1); write it as a string"
    if isinstance(value, str):
        if any("\ud800" <= character <= "\udfff" for character in value):
            return "the string holds an unpaired surrogate"
        if not unicodedata.is_normalized("NFC", value):
            return "the string is not in normalisation form C"
    return ""
