"""The inbox: what waits for whoever is logged in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from asn_ledger.accounts.desk.seen import LONGEST_NOTE
from asn_ledger.domain.access import Act
from asn_ledger.language import counted, short_day
from asn_ledger.web.api.seen import SeenShown
from asn_ledger.web.api.tasks import Task, TaskKind, TaskList, TasksOfKind
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.parts import Pages, pages_of

_COUNTED: Mapping[TaskKind, str] = {"findings": "task.objections", "overridden": "task.overrides"}
"""What the count of a task counts, where it is no rows."""


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One thing that waits, and what is told of it.

    `seen` says who has marked a finding as seen; `marks` are the hidden fields of the form that does (empty: none),
    `field` the id of its note.
    """

    title: str
    href: str
    what: str
    when: str
    note: str
    seen: tuple[str, ...] = ()
    marks: tuple[tuple[str, str], ...] = ()
    field: str = ""


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """The tasks of a kind. `every` leads to the page of them all, `place` to where they are worked upon."""

    anchor: str
    title: str
    words: str
    count: str
    lines: tuple[TaskLine, ...]
    every: str
    every_words: str
    place: str
    place_words: str


@dataclass(frozen=True, slots=True)
class TasksPage:
    """Everything the inbox shows; `back` leads from one kind to all."""

    said: str
    groups: tuple[TaskGroup, ...]
    pages: Pages | None
    back: str
    empty: str
    empty_why: str
    done: str
    action: str
    most: int


def build(frame: Frame, found: TaskList, kind: TaskKind | None, page: int, *, done: str = "") -> TasksPage:
    """The page out of what was found; of one kind, a page of its tasks."""
    alone = found.kinds[0] if kind is not None and found.kinds else None
    paged = alone is not None and alone.last > 0
    return TasksPage(
        said=counted(frame.language, "task.said", found.total),
        groups=tuple(_group(frame, one, alone=kind is not None) for one in found.kinds),
        pages=pages_of(frame, first=alone.first, last=alone.last, total=alone.total, page=page)
        if alone is not None and paged
        else None,
        back="" if kind is None else frame.here(without=("kind", "page")),
        empty=frame.t("task.none"),
        empty_why=frame.t("task.none_protect" if frame.does(Act.PROTECT_DATA) else "task.none_why"),
        done=frame.t("task.seen.done") if done else "",
        action=f"{frame.base}/tugas/dilihat",
        most=LONGEST_NOTE,
    )


def _group(frame: Frame, one: TasksOfKind, *, alone: bool) -> TaskGroup:
    more = one.last < one.total and bool(one.tasks) and not alone
    return TaskGroup(
        anchor=one.kind.replace("_", "-"),
        title=frame.t(f"task.kind.{one.kind}"),
        words=frame.t(f"task.words.{one.kind}"),
        count=frame.count(one.total),
        lines=tuple(_line(frame, one.kind, task, number) for number, task in enumerate(one.tasks, 1)),
        every=frame.here(without=("page",), kind=one.kind) if more else "",
        every_words=frame.t("task.every", count=one.total),
        place=f"{frame.base}{one.page}" if one.page else "",
        place_words=frame.t(f"task.place.{one.kind}") if one.page else "",
    )


def _line(frame: Frame, kind: TaskKind, task: Task, number: int) -> TaskLine:
    if task.kind == "import":
        title, what = frame.t("task.import"), ""
    elif task.page is None:
        title, what = task.title or "", frame.t("task.account")
    elif task.page.startswith("/sk/"):
        title = task.title or frame.t("decree.no_number")
        what = "" if task.kind is None else frame.t(f"decree_kind.{task.kind}")
    else:
        title, what = task.title or frame.t("person.unknown"), ""
    count = "" if task.count is None else counted(frame.language, _COUNTED.get(kind, "task.rows"), task.count)
    return TaskLine(
        title=title,
        href="" if task.page is None else f"{frame.base}{task.page}",
        what=", ".join(part for part in (what, _finding(frame, kind, task), count) if part),
        when="" if kind == "seen" else _when(frame, task.since, task.day),
        note=task.note or "",
        seen=tuple(_seen(frame, one) for one in task.seen),
        marks=()
        if task.mark is None or task.of is None or task.page is None
        else (("decree", task.page.rpartition("/")[2]), ("kind", task.of), ("mark", task.mark)),
        field=f"{kind}-{number}",
    )


def _finding(frame: Frame, kind: TaskKind, task: Task) -> str:
    """Which finding it was that somebody marked."""
    return frame.t(f"task.kind.{task.of}") if kind == "seen" and task.of is not None else ""


def _seen(frame: Frame, one: SeenShown) -> str:
    """Who has seen it, when, with which note, and whether it stands otherwise since."""
    at = one.at.astimezone(frame.made_at.tzinfo)
    note = frame.t("task.seen.destroyed") if one.note is None else one.note
    said = frame.t("task.seen.by", who=one.by, role=frame.t(f"role.{one.role}"), at=at, note=note)
    return said if one.still else f"{said} {frame.t('task.seen.changed')}"


def _when(frame: Frame, since: datetime | None, day: date | None) -> str:
    if since is not None:
        return frame.t("task.since", day=short_day(frame.language, since.astimezone(frame.made_at.tzinfo).date()))
    if day is None:
        return ""
    overdue = day < frame.as_of.today
    return frame.t("task.overdue" if overdue else "task.by", day=short_day(frame.language, day))
