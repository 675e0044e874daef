"""The pages about imports: the runs, and one run with what it says of rows that did not simply go in."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import orjson

from asn_ledger.accounts.desk.import_run import RunState, Status
from asn_ledger.domain.access import Act
from asn_ledger.language.formats import moment
from asn_ledger.web.api.imports import Beside, CountShown, ImportList, ImportShown, ItemShown, RunShown
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.parts import PAGE, Pages, pages_of
from asn_ledger.web.pages.sheet import Cell, csv_text

_COUNTS = ("files_done", "rows_read", "recorded", "facts", "confirmed", "known", "open_rows", "findings")
_LISTED = ("rows_read", "recorded", "confirmed", "findings")
"""What the list tells of each; the page of a run tells all."""
_ANSWERS: tuple[Status, ...] = ("refused", "changed", "finding", "noted")
COLUMNS = ("file", "resource", "row", "field", "status", "reason", "title", "detail", "remedy")


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

    action: str
    sends: bool
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
    title: str
    remedy: str
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
    title: str
    detail: str
    proposal: str
    erased: bool


@dataclass(frozen=True, slots=True)
class ImportPage:
    """Everything that is shown of one run; `ahead` is where the next step is sent, empty where there is none."""

    back: str
    source: str
    why: str
    started: str
    state: str
    tone: str
    live: bool
    broken: bool
    done: int
    all: int
    so_far: str
    links: tuple[tuple[str, str], ...]
    same: str
    record: str
    record_undo: str
    would_strike: str
    undo: str
    settle: str
    settled: str
    counts: tuple[tuple[str, str], ...]
    clean_why: str
    tabs: tuple[AnswerTab, ...]
    filters: tuple[Filter, ...]
    lines: tuple[ItemLine, ...]
    pages: Pages


_STATES: dict[RunState, str] = {
    "under_way": "warn",
    "failed": "bad",
    "unfinished": "warn",
    "dry": "plain",
    "done": "plain",
    "undone": "warn",
    "undo_dry": "plain",
    "undo_done": "plain",
}
_TONES: dict[Status, str] = {"refused": "bad", "changed": "warn", "finding": "warn", "noted": "plain"}


def build_imports(frame: Frame, found: ImportList) -> ImportsPage:
    """The list out of what was read."""
    return ImportsPage(
        action=frame.href("/impor"),
        sends=frame.may(Act.RUN_IMPORT),
        columns=tuple(frame.t(f"imports.count.{name}") for name in _LISTED),
        lines=tuple(
            RunLine(
                frame.href(f"/impor/{run.run}"),
                frame.t("ledger.at", at=run.started_at.astimezone(frame.made_at.tzinfo)),
                run.source,
                frame.t(f"imports.state.{run.state}"),
                tuple(frame.count(getattr(run, name)) for name in _LISTED),
            )
            for run in found.runs
        ),
    )


def build_import(frame: Frame, found: ImportShown, beside: Beside, *, status: Status | None, page: int) -> ImportPage:
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
        why=run.why,
        started=frame.t("ledger.at", at=run.started_at.astimezone(frame.made_at.tzinfo)),
        state=frame.t(f"imports.state.{run.state}"),
        tone=_STATES[run.state],
        live=run.state == "under_way",
        broken=run.state == "failed",
        done=run.files_done,
        all=max(run.files, 1),
        so_far=frame.t("imports.so_far", done=run.files_done, all=run.files),
        links=tuple(_links(frame, run, beside)),
        same="" if beside.same is None or not run.dry_run else frame.href(f"/impor/{beside.same}"),
        **_steps(frame, run, beside, found.counts),
        counts=tuple((frame.t(f"imports.count.{name}"), frame.count(getattr(run, name))) for name in _COUNTS),
        clean_why=frame.t("imports.clean_why_dry" if run.dry_run else "imports.clean_why"),
        tabs=tuple(tabs),
        filters=tuple(
            Filter(
                frame.t(f"imports.answer.{one.status}"),
                one.title,
                one.remedy,
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


def _links(frame: Frame, run: RunShown, beside: Beside) -> Iterator[tuple[str, str]]:
    for key, other in (("looked", run.looked), ("undoes", run.undoes), ("earnest", beside.earnest)):
        if other is not None:
            yield frame.t(f"imports.{key}"), frame.href(f"/impor/{other}")


def _steps(frame: Frame, run: RunShown, beside: Beside, counts: Iterable[CountShown]) -> dict[str, str]:
    """Where the next step is sent, for those who may take it: recording, striking, or looking at an undo."""
    steps = {"record": "", "record_undo": "", "would_strike": "", "undo": "", "settle": "", "settled": ""}
    if not frame.may(Act.RUN_IMPORT):
        return steps
    if run.state == "dry" and beside.earnest is None:
        steps["record"] = frame.href(f"{_path(run)}/catat")
    elif run.state == "undo_dry" and beside.earnest is None and run.recorded:
        steps["record_undo"] = frame.href(f"{_path(run)}/catat")
        steps["would_strike"] = frame.t("imports.undo_go_lead", count=run.recorded)
    elif run.state in {"done", "unfinished", "failed"} and run.undoes is None and not run.dry_run:
        steps["undo"] = frame.href(f"{_path(run)}/batal")
    if run.state == "done" and any(one.status in {"refused", "changed"} for one in counts):
        if run.settled_at is None:
            steps["settle"] = frame.href(f"{_path(run)}/selesai")
        else:
            day = moment(frame.language, run.settled_at.astimezone(frame.made_at.tzinfo))
            steps["settled"] = frame.t("imports.settled", on=day)
    return steps


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
        one.title,
        one.detail,
        "" if one.proposal is None else orjson.dumps(one.proposal, option=orjson.OPT_INDENT_2).decode(),
        one.erased,
    )


def imports_csv(found: ImportList) -> str:
    """The runs as a table."""
    rows: list[list[Cell]] = [
        [str(run.run), run.started_at.isoformat(), run.source, run.state, *(getattr(run, name) for name in _COUNTS)]
        for run in found.runs
    ]
    return csv_text(("run", "started_at", "source", "state", *_COUNTS), rows)


def import_csv(found: ImportShown) -> str:
    """The report of a run as a table."""
    rows: list[list[Cell]] = [[getattr(one, name) for name in COLUMNS] for one in found.rows]
    return csv_text(COLUMNS, rows)
