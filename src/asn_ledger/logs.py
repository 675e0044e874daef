"""What the process logs, and that nobody's data is in it.

A line holds a message and fields out of a closed list. Whatever else a caller binds is dropped, and so are the values
of other libraries' messages, the messages of exceptions and the values in tracebacks: names, NIPs, search texts,
payloads and tokens pass through all of these. A traceback keeps its exception types, files, lines and functions.
"""

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Literal, TextIO

import structlog
from structlog.typing import EventDict, ProcessorReturnValue, WrappedLogger

Level = Literal["debug", "info", "warning", "error"]

FIELDS = frozenset(
    {
        "message", "level", "timestamp", "logger", "exception", "thread", "account",
        "request", "command", "method", "route", "status", "milliseconds", "role", "problem",
        "ledger", "position", "head", "size", "key", "decree", "seconds", "count", "name", "version", "build",
    }
)  # fmt: skip
"""The fields that a line may have; ids of accounts, commands, decrees and keys name nobody."""

_OURS = ("asn_ledger", "projections")


def configure(level: Level, *, as_json: bool, stream: TextIO | None = None) -> None:
    """Send all log lines of the process, those of libraries too, to one stream (standard error if none is named)."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, _exception_told, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    renderer = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _template_alone, _exception_told],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.EventRenamer("message"),
                _known_fields,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    # It would log whole addresses, search texts in them; the service logs each answer by its route.
    logging.getLogger("uvicorn.access").disabled = True
    logging.captureWarnings(capture=True)


@contextmanager
def on_error_stream() -> Iterator[None]:
    """Send the process's own lines to standard error meanwhile, for commands whose output is for programs."""
    before = structlog.get_config()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.EventRenamer("message"),
            _known_fields,
            structlog.processors.LogfmtRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    try:
        yield
    finally:
        structlog.configure(**before)


def _template_alone(_: WrappedLogger, __: str, line: EventDict) -> ProcessorReturnValue:
    """Of another library's line keep the text its authors wrote, without the values filled in."""
    record = line.get("_record")
    if isinstance(record, logging.LogRecord):
        line["event"] = record.msg if isinstance(record.msg, str) and record.name != "py.warnings" else record.name
    return line


def _exception_told(_: WrappedLogger, __: str, line: EventDict) -> ProcessorReturnValue:
    """Replace an exception by where it was raised."""
    record = line.get("_record")
    told = line.pop("exc_info", None) or (record.exc_info if isinstance(record, logging.LogRecord) else None)
    error = told if isinstance(told, BaseException) else told[1] if isinstance(told, tuple) else sys.exc_info()[1]
    if told and error is not None:
        line["exception"] = describe(error)
    if isinstance(record, logging.LogRecord):
        record.exc_info = record.exc_text = record.stack_info = None
    return line


def describe(error: BaseException) -> str:
    """An exception and what caused it: its type, and `file:line function` of each frame; no message, no value."""
    lines: list[str] = []
    seen: set[int] = set()
    here: BaseException | None = error
    while here is not None and id(here) not in seen:
        seen.add(id(here))
        lines.append(f"{type(here).__module__}.{type(here).__qualname__}")
        lines.extend(_frames(here.__traceback__))
        here = here.__cause__ or (None if here.__suppress_context__ else here.__context__)
    return "\n".join(lines)


def _frames(trace: TracebackType | None) -> list[str]:
    """Our own frames and the innermost one."""
    frames = traceback.extract_tb(trace)
    return [
        f"  {frame.filename}:{frame.lineno} {frame.name}"
        for number, frame in enumerate(frames, start=1)
        if number == len(frames) or any(f"/{room}/" in frame.filename for room in _OURS)
    ]


def _known_fields(_: WrappedLogger, __: str, line: EventDict) -> ProcessorReturnValue:
    return {name: value for name, value in line.items() if name in FIELDS}
