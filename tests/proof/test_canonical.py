"""The canonical bytes are RFC 8785's, and what the profile refuses is refused by place."""

import enum
import unicodedata
import uuid
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from asn_ledger.proof.canonical import MAX_INTEGER, CanonicalError, Json, canonical, decode, encode
from asn_ledger.proof.errors import VerificationError

ASCII_KEYS = st.text(st.characters(min_codepoint=0, max_codepoint=127), max_size=12)
NFC_STRINGS = st.text(st.characters(codec="utf-8"), max_size=12).map(lambda text: unicodedata.normalize("NFC", text))
SCALARS = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | NFC_STRINGS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(ASCII_KEYS, inner, max_size=5), max_leaves=25
)


class Name(str):
    __slots__ = ()


@dataclass(frozen=True)
class Pair:
    left: int
    right: int


class Colour(enum.StrEnum):
    RED = "red"


@settings(deadline=None, max_examples=400)
@given(VALUES)
def test_within_the_profile_both_encoders_write_what_rfc_8785_says(value: Json) -> None:
    expected = rfc8785.dumps(cast("str", value))
    assert canonical(value) == expected
    assert encode(value) == expected
    assert decode(expected) == value


def test_golden_bytes() -> None:
    value: Json = {"b": [1, -2, True, None], "a": 'Ké "€"\n\x01\x7f/', "A": {}, "": "😀", "10": 0, "9": MAX_INTEGER}
    assert canonical(value) == (
        b'{"":"\xf0\x9f\x98\x80","10":0,"9":9007199254740991,"A":{},'
        b'"a":"K\xc3\xa9 \\"\xe2\x82\xac\\"\\n\\u0001\x7f/","b":[1,-2,true,null]}'
    )


def test_tuples_are_arrays() -> None:
    assert canonical({"a": (1, (2,))}) == b'{"a":[1,[2]]}'


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (1.0, "$: float"),
        ({"a": [0, 1.5]}, "$.a[1]: float"),
        ({"a": {"b": 2**53}}, "$.a.b: the integer"),
        (-(2**53), "$: the integer"),
        (2**70, "$: the integer"),
        ({"kö": 1}, "$: the key 'kö'"),
        ({"a": {"é": 1}, "b": "é"}, "$.a: the key"),
        ({1: 2}, "$: the key 1"),
        ({"a": "e\u0301"}, "$.a: the string is not in normalisation form C"),
        (["\ud800"], "$[0]: the string holds an unpaired surrogate"),
        ({"a": uuid.UUID(int=0)}, "$.a: UUID"),
        ({"a": datetime(2026, 1, 1, tzinfo=UTC)}, "$.a: datetime"),
        ({"a": Colour.RED, "b": "é"}, "$.a: Colour"),
        ({"a": Colour.RED}, "$.a: Colour"),
        (Colour.RED, "$: Colour"),
        (b"bytes", "$: bytes"),
    ],
)
def test_what_the_profile_refuses_is_named_by_place(value: object, place: str) -> None:
    with pytest.raises(CanonicalError) as refused:
        canonical(cast("Json", value))
    assert str(refused.value).startswith(place)


def test_bottomless_values_are_refused() -> None:
    loop: list[object] = []
    loop.append(loop)
    with pytest.raises(CanonicalError):
        canonical(cast("Json", loop))


@pytest.mark.parametrize(
    "value",
    [
        {"a": 2**53},
        {"a": "\ud800"},
        {1: 1},
        {"a": datetime(2026, 1, 1, tzinfo=UTC)},
        {"a": Name("x")},
        {"a": OrderedDict(b=1)},
        {"a": Pair(1, 2)},
    ],
)
def test_the_trusting_encoder_refuses_what_has_no_bytes(value: object) -> None:
    with pytest.raises(CanonicalError):
        encode(cast("Json", value))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1}\n',
        b"1.0",
        b"1e2",
        b"-0",
        b"9007199254740992",
        b"18446744073709551616",
        b'"\\u0041"',
        b'"\\/"',
        b'"e\xcc\x81"',
        b'{"\xc3\xa9":1}',
        b'"\xff"',
        b'"\\ud800"',
        b"NaN",
        b"\xef\xbb\xbf1",
        b"[" * 5000 + b"]" * 5000,
        b"[" * 300 + b"]" * 300,
    ],
)
def test_only_the_canonical_spelling_is_read(data: bytes) -> None:
    with pytest.raises(VerificationError):
        decode(data)


@settings(deadline=None)
@given(st.binary(max_size=40))
def test_reading_arbitrary_bytes_either_round_trips_or_is_refused(data: bytes) -> None:
    try:
        value = decode(data)
    except VerificationError:
        return
    assert canonical(value) == data
