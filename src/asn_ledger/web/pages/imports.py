"""The pages about imports: the runs, and one run with what it says of rows that did not simply go in."""

from dataclasses import dataclass

from asn_ledger.accounts.desk.import_run import Status
from asn_ledger.web.api.imports import ImportList, ImportShown, ItemShown, RunShown
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.parts import PAGE, Pages, pages_of
from asn_ledger.web.pages.sheet import Cell, csv_text

_COUNTS = ("files_done", "rows_read", "recorded", "facts", "confirmed", "known", "open_rows", "findings")
_LISTED = ("rows_read", "recorded", "confirmed", "findings")
"""What the list tells of each; the page of a run tells all."""
_ANSWERS: tuple[Status, ...] = ("refused", "changed", "noted")
COLUMNS = ("file", "resource", "row", "field", "status", "reason", "detail")


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run in the list."""

    href: str
    started: str
    source: str
    state: str
    counts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportsPage:
    """Everything the list of runs shows."""

    columns: tuple[str, ...]
    lines: tuple[RunLine, ...]


@dataclass(frozen=True, slots=True)
class AnswerTab:
    """An answer, how many rows got it, and where these alone are shown."""

    words: str
    count: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """A reason in the report, how many rows have it, and where these alone are shown."""

    words: str
    reason: str
    resource: str
    count: str
    href: str


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A row of the report."""

    file: str
    resource: str
    row: str
    field: str
    answer: str
    tone: str
    reason: str
    detail: str
    proposed: bool


@dataclass(frozen=True, slots=True)
class ImportPage:
    """Everything that is shown of one run."""

    back: str
    source: str
    started: str
    state: str
    counts: tuple[tuple[str, str], ...]
    tabs: tuple[AnswerTab, ...]
    filters: tuple[Filter, ...]
    lines: tuple[ItemLine, ...]
    pages: Pages


_TONES: dict[Status, str] = {"refused": "bad", "changed": "warn", "noted": "plain"}


def build_imports(frame: Frame, found: ImportList) -> ImportsPage:
    """The list out of what was read."""
    return ImportsPage(
        columns=tuple(frame.t(f"imports.count.{name}") for name in _LISTED),
        lines=tuple(
            RunLine(
                frame.href(f"/impor/{run.run}"),
                f"{run.started_at:%Y-%m-%d %H:%M} UTC",
                run.source,
                frame.t(f"imports.state.{state_of(run)}"),
                tuple(frame.count(getattr(run, name)) for name in _LISTED),
            )
            for run in found.runs
        ),
    )


def build_import(frame: Frame, found: ImportShown, *, status: Status | None, page: int) -> ImportPage:
    """The page of a run out of what was read."""
    run, first = found.run, (page - 1) * PAGE
    answered = {answer: sum(one.rows for one in found.counts if one.status == answer) for answer in _ANSWERS}
    tabs = [
        AnswerTab(frame.t("imports.all"), frame.count(sum(answered.values())), frame.href(_path(run)), status is None)
    ]
    tabs += [
        AnswerTab(
            frame.t(f"imports.answer.{one}"), frame.count(count), frame.href(_path(run), status=one), one == status
        )
        for one, count in answered.items()
    ]
    return ImportPage(
        back=frame.href("/impor"),
        source=run.source,
        started=f"{run.started_at:%Y-%m-%d %H:%M} UTC",
        state=frame.t(f"imports.state.{state_of(run)}"),
        counts=tuple((frame.t(f"imports.count.{name}"), frame.count(getattr(run, name))) for name in _COUNTS),
        tabs=tuple(tabs),
        filters=tuple(
            Filter(
                frame.t(f"imports.answer.{one.status}"),
                one.reason,
                one.resource,
                frame.count(one.rows),
                frame.href(_path(run), status=one.status, resource=one.resource, reason=one.reason),
            )
            for one in found.counts
        ),
        lines=tuple(_line(frame, one) for one in found.rows),
        pages=pages_of(
            frame, first=min(first + 1, found.total), last=first + len(found.rows), total=found.total, page=page
        ),
    )


def _path(run: RunShown) -> str:
    return f"/impor/{run.run}"


def _line(frame: Frame, one: ItemShown) -> ItemLine:
    return ItemLine(
        one.file,
        one.resource,
        one.row,
        one.field,
        frame.t(f"imports.answer.{one.status}"),
        _TONES[one.status],
        one.reason,
        one.detail,
        one.proposal is not None,
    )


def state_of(run: RunShown) -> str:
    """Undone, a dry run, done, or not finished."""
    if run.undone_at is not None:
        return "undone"
    if run.dry_run:
        return "dry"
    return "unfinished" if run.ended_at is None else "done"


def imports_csv(found: ImportList) -> str:
    """The runs as a table."""
    rows: list[list[Cell]] = [
        [str(run.run), run.started_at.isoformat(), run.source, state_of(run), *(getattr(run, name) for name in _COUNTS)]
        for run in found.runs
    ]
    return csv_text(("run", "started_at", "source", "state", *_COUNTS), rows)


def import_csv(found: ImportShown) -> str:
    """The report of a run as a table."""
    rows: list[list[Cell]] = [[getattr(one, name) for name in COLUMNS] for one in found.rows]
    return csv_text(COLUMNS, rows)
