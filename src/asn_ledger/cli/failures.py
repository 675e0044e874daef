"""How a command fails: what was refused, and what to do, in a line or two; or one JSON document."""

import functools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import typer
from pydantic import ValidationError
from rich.markup import escape

from asn_ledger import logs
from asn_ledger.cli import output
from asn_ledger.cli.output import say
from asn_ledger.domain.decisions.decree import OpenRow
from asn_ledger.domain.errors import InvalidValue, Refusal, RowRefusal
from asn_ledger.language import has_message
from asn_ledger.ledger.errors import HeadMoved, LedgerError, LedgerUnavailable, UnknownLedger
from asn_ledger.ledger.postgresql import EmbeddedServerError
from asn_ledger.readmodels.reading import NotBuilt


def telling(callback: Callable[..., None]) -> Callable[..., None]:
    """The function, whose refusals and failures are said in a line or two and end with exit code 1.

    The log's lines go to the error stream meanwhile, so that what is printed can be piped.
    """

    @functools.wraps(callback)
    def told(*args: Any, **values: Any) -> None:  # Any: whatever the function takes
        with logs.on_error_stream(), told_failures(as_json=bool(values.get("as_json"))):
            callback(*args, **values)

    return told


@contextmanager
def told_failures(*, as_json: bool) -> Iterator[None]:
    """Say refusals and failures of the ledger, and end with 1; of settings that cannot be right, and end with 2."""
    try:
        yield
    except Refusal as refusal:
        _tell_refusal(refusal, as_json=as_json)
        raise typer.Exit(1) from None
    except ValidationError as error:
        if error.title != "Settings":
            raise
        _tell_settings(error, as_json=as_json)
        raise typer.Exit(2) from None
    except OSError as error:
        if error.filename is None:
            raise
        _tell_refusal(_of_file(error), as_json=as_json)
        raise typer.Exit(1) from None
    except (LedgerError, EmbeddedServerError, NotBuilt) as error:
        _tell_failure(error, as_json=as_json)
        raise typer.Exit(1) from None


def _of_file(error: OSError) -> Refusal:
    """A file or folder that cannot be used, and why, in this run's language where the cause is a usual one."""
    cause = f"file.{type(error).__name__}"
    why = say(cause) if has_message(f"cli.{cause}") else error.strerror or type(error).__name__
    return InvalidValue(say("file_refused", file=str(error.filename), why=why), code="file")


def _tell_refusal(refusal: Refusal, *, as_json: bool) -> None:
    if as_json:
        output.print_json(
            {
                "type": f"/problems/{refusal.kind}",
                "code": refusal.code,
                "detail": refusal.detail,
                "rows": [{"row": row.row, "code": row.code, "message": row.message} for row in told_rows(refusal.rows)],
            }
        )
        return
    output.complain("refused", told_detail(refusal))
    for row in told_rows(refusal.rows):
        output.err.print(f"  {escape(say('row', row=row.row))}: {escape(row.message)} ({escape(row.code)})")


def told_detail(refusal: Refusal) -> str:
    """Why it is refused, in this run's language."""
    if isinstance(refusal.detail, output.Said):
        return refusal.detail
    from asn_ledger.web.problems import problem_of  # noqa: PLC0415 -- as below

    return problem_of(refusal, output.language()).detail


def told_rows(rows: Iterable[RowRefusal | OpenRow]) -> tuple[RowRefusal, ...]:
    """Rows that are refused or stay open, in the language of this run."""
    from asn_ledger.web.problems import row_fault  # noqa: PLC0415 -- a command that is not refused need not wait for it

    told = (row_fault(output.language(), row) for row in rows)
    return tuple(RowRefusal(row.row, row.code, row.message) for row in told)


def _tell_failure(error: Exception, *, as_json: bool) -> None:
    kind = type(error).__name__
    remedy = ""
    if isinstance(error, UnknownLedger):
        remedy = say("remedy.no_ledger")
    elif isinstance(error, HeadMoved):
        remedy = say("remedy.head_moved")
    elif isinstance(error, LedgerUnavailable):
        remedy = say("remedy.unavailable")
    said = _failure_said(error)
    if as_json:
        told = {"type": "/problems/unavailable", "code": kind, "message": said, "detail": str(error), "remedy": remedy}
        output.print_json(told)
        return
    output.complain("failed", said)
    output.err.print(f"  {escape(say('failure.technical', detail=str(error)))}")
    if remedy:
        output.err.print(f"  {escape(remedy)}")


def _failure_said(error: Exception) -> str:
    """What has failed, in this run's language: by the class of the error, or the nearest above it that has words."""
    for kind in type(error).__mro__:
        if has_message(f"cli.failure.{kind.__name__}"):
            return say(f"failure.{kind.__name__}")
    raise LookupError(f"no message for {type(error).__name__}")


def _tell_settings(error: ValidationError, *, as_json: bool) -> None:
    faults = [
        {"setting": "ASN_LEDGER_" + "_".join(str(part) for part in fault["loc"]).upper(), "message": fault["msg"]}
        for fault in error.errors(include_url=False, include_input=False)
    ]
    if as_json:
        output.print_json({"type": "/problems/settings", "detail": say("bad_settings"), "errors": faults})
        return
    output.complain("bad_settings", "")
    for fault in faults:
        output.err.print(f"  {escape(fault['setting'])}: {escape(fault['message'])}")
