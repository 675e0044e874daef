"""Messages by key, out of plain catalog files: `catalogs/<language>/<subject>.toml`, one table per part of a key."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import get_args

from asn_ledger.language.formats import Language, full_day, moment, number

LANGUAGES: tuple[Language, ...] = get_args(Language)

Value = str | int | date | datetime


def translate(language: Language, key: str, **values: Value) -> str:
    """The message of a key; whole numbers, days and moments among the values are written as the language does.

    Raises:
        LookupError: there is no such message, or a value it names is missing.
    """
    template = _catalog(language).get(key)
    if template is None:
        raise LookupError(f"no message {key!r} in language {language!r}")
    return template.format_map({name: _written(language, value) for name, value in values.items()})


def counted(language: Language, key: str, count: int, **values: Value) -> str:
    """The message of `key.one` or `key.other`, with `{count}` written in.

    Raises:
        LookupError: as `translate`.
    """
    form = "one" if count == 1 else "other"
    return translate(language, f"{key}.{form}", count=count, **values)


def has_message(key: str) -> bool:
    """Whether there is a message of this key."""
    return key in _catalog("id")


def keys(language: Language) -> frozenset[str]:
    """Every key a language has a message for."""
    return frozenset(_catalog(language))


def template(language: Language, key: str) -> str:
    """The message as the catalog has it, its values still named in braces."""
    return _catalog(language)[key]


@cache
def _catalog(language: Language) -> Mapping[str, str]:
    found: dict[str, str] = {}
    folder = files(__package__) / "catalogs" / language
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        for key, text in _flat("", tomllib.loads(file.read_text(encoding="utf-8"))).items():
            if key in found:
                raise ValueError(f"{language}/{file.name}: the message {key!r} is there twice")
            found[key] = text
    return found


def _flat(prefix: str, table: Mapping[str, object]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            found |= _flat(f"{prefix}{name}.", value)
        elif isinstance(value, str):
            found[f"{prefix}{name}"] = value
        else:
            raise TypeError(f"the message {prefix}{name!r} is no text")
    return found


def _written(language: Language, value: Value) -> str:
    match value:
        case str():
            return value
        case datetime():
            return moment(language, value)
        case date():
            return full_day(language, value)
        case int():
            return number(language, value)
