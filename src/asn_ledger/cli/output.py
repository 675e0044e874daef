"""How every command speaks: one value, as text for people or as JSON, in Indonesian or English."""

import dataclasses
import os
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from importlib.metadata import version
from typing import Annotated, Any, Protocol

import orjson
import typer
from pydantic import BaseModel
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from asn_ledger.language import LANGUAGES, Language, translate
from asn_ledger.settings import Settings

Json = Annotated[bool, typer.Option("--json")]

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

_PIPE_WIDTH = 1000


def language() -> Language:
    """The language of this run, also where another setting is malformed and that must be said."""
    chosen = os.environ.get("ASN_LEDGER_LANGUAGE", "")
    known: Language = Settings.model_fields["language"].default
    return next((one for one in LANGUAGES if one == chosen), known)


class Said(str):
    """A message in this run's language: as the reason of a refusal it needs no other words."""

    __slots__ = ()


def say(key: str, **values: str | int | date | datetime) -> Said:
    """A message of the command line in this run's language."""
    return Said(translate(language(), f"cli.{key}", **values))


def print_version() -> None:
    """Print the program's version."""
    out.print(f"asn-ledger {version('asn-ledger')}")


def print_said(key: str, **values: str | int | date | datetime) -> None:
    """Print a message."""
    out.print(escape(say(key, **values)))


def print_text(text: str) -> None:
    """Print a text as it is, never read as markup: a key, a token, a note."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def complain(key: str, detail: str) -> None:
    """Say on the error stream what went wrong: a message in bold, then its detail."""
    err.print(f"[bold]{escape(say(key))}[/bold] {escape(detail)}".rstrip())


class Tellable(Protocol):
    """Something that is going on, which can be told in a language."""

    def told(self, language: Language, /) -> str:
        """The sentence."""
        ...


def tell(text: str | Tellable) -> None:
    """Say on the error stream what is going on."""
    err.print(escape(text if isinstance(text, str) else text.told(language())))


def print_json(value: object) -> None:
    """Print a value (dataclasses and models among them) as one JSON document."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_SUBCLASS
    sys.stdout.write(orjson.dumps(value, default=_plain, option=options).decode() + "\n")


def _plain(value: object) -> Any:  # Any: JSON
    match value:
        case BaseModel():
            return value.model_dump(mode="json")
        case frozenset():
            return sorted(value)
        case str():
            return str(value)
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        case _:
            raise TypeError(f"{type(value).__name__} has no JSON form")


def print_table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *, wraps: Collection[int] = (0,)
) -> None:
    """Print rows under their columns; text is printed as it is, never read as markup. No rows are said to be none.

    `wraps` are the columns whose cells are broken where the screen is too narrow; into a pipe none is.
    """
    out.print(f"\n[bold]{escape(title)}[/bold]" if title else "")
    if not rows:
        out.print(escape(say("none")))
        return
    grid = Table(header_style="bold", box=None, pad_edge=False, show_header=any(columns))
    for number, column in enumerate(columns):
        grid.add_column(escape(column), overflow="fold", no_wrap=number not in wraps)
    for row in rows:
        grid.add_row(*(escape(cell) for cell in row))
    screen = out if out.is_terminal else Console(highlight=False, width=_PIPE_WIDTH)
    with screen.capture() as drawn:
        screen.print(grid)
    sys.stdout.write("".join(line.rstrip() + "\n" for line in drawn.get().splitlines()))


class Bar:
    """One line of progress, there once something is told."""

    def __init__(self, label: str, *, quiet: bool) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bars = Progress(*columns, console=err, disable=quiet)
        self._label = label
        self._task: TaskID | None = None
        self._last: tuple[int, int | None] = (0, None)

    def __call__(self, done: int, total: int | None = None) -> None:
        """So much is done, of so much."""
        if self._task is None:
            self._bars.start()
            self._task = self._bars.add_task(escape(self._label), total=None)
        self._last = (done, total)
        self._bars.update(self._task, completed=done, total=total)

    def stop(self, *, whole: bool) -> None:
        """No more will be told; `whole` says that all was done, however much it was. An empty line does not stay."""
        if self._task is None:
            return
        done, total = self._last
        count = done if total is None else total
        if whole and count:
            self(count, count)
        elif whole:
            self._bars.live.transient = True
        self._bars.stop()


@contextmanager
def progress(label: str, *, quiet: bool = False, at_once: bool = True) -> Iterator[Bar]:
    """A progress bar on the error stream, so that what is printed can be piped; `at_once` before anything is told."""
    bar = Bar(label, quiet=quiet)
    if at_once:
        bar(0)
    whole = False
    try:
        yield bar
        whole = True
    finally:
        bar.stop(whole=whole)
