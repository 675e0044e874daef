"""Lines of decrees.jsonl: decrees as an office recorded them, in order, with the time and who it was."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from asn_ledger.domain.decisions.form import parse_decree
from asn_ledger.domain.errors import InvalidValue
from asn_ledger.domain.events import Actor
from asn_ledger.domain.terms.codes import Source
from asn_ledger.proof.canonical import CanonicalError, canonical_text

from .plan import Command


class _Who(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    role: str
    post: UUID | None = None

    def actor(self) -> Actor:
        return Actor(str(self.id), self.role, None if self.post is None else str(self.post))


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    recorded_at: AwareDatetime
    command: UUID
    recorder: _Who
    confirmer: _Who | None
    decree: dict[str, Any]  # Any: JSON


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number in the file, and what it says; the decree's form is read when it is recorded."""

    number: int
    id: UUID
    recorded_at: datetime
    recorder: Actor
    confirmer: Actor | None
    form: Mapping[str, Any]  # Any: JSON

    def command(self, source: Source, *, simulated_clock: bool) -> Command:
        """The command that it stands for.

        Raises:
            InvalidValue: the decree is malformed.
        """
        return Command(
            id=self.id,
            decree=parse_decree(self.form),
            request=request_bytes(self.form),
            recorded_by=self.recorder,
            confirmed_by=self.confirmer,
            source=source,
            recorded_at=self.recorded_at if simulated_clock else None,
        )


def request_bytes(form: Mapping[str, Any]) -> bytes:  # Any: JSON
    """The canonical bytes of a decree form as received.

    Raises:
        InvalidValue: a text is not in normalisation form C, or a number is no whole one.
    """
    try:
        return canonical_text(dict(form))
    except CanonicalError as error:
        raise InvalidValue(f"this cannot be recorded: {error}", code="not-canonical") from error


def read_lines(lines: Iterable[bytes]) -> Iterator[Line]:
    """Read the lines of a file one by one.

    Raises:
        InvalidValue: a line is no such line, or its time lies before that of the line above; the message names it.
    """
    last: datetime | None = None
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        line = _line(number, text)
        if last is not None and line.recorded_at < last:
            raise InvalidValue(f"line {number}: recorded_at goes back behind the line above; put the lines in order")
        last = line.recorded_at
        yield line


def _unread(number: int, why: str) -> InvalidValue:
    return InvalidValue(f"line {number}: {why}", code="malformed-line", values={"line": number, "why": why})


def _line(number: int, text: bytes) -> Line:
    try:
        said = _Said.model_validate(orjson.loads(text))
    except orjson.JSONDecodeError as error:
        raise _unread(number, f"no JSON: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise _unread(number, f"{place}: {first['msg']}") from error
    confirmer = None if said.confirmer is None else said.confirmer.actor()
    return Line(number, said.command, said.recorded_at, said.recorder.actor(), confirmer, said.decree)
