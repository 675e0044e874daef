"""The inbox: what waits for whoever is logged in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from asn_ledger.domain.access import Act
from asn_ledger.language import counted, short_day
from asn_ledger.web.api.tasks import Task, TaskKind, TaskList, TasksOfKind
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.parts import Pages, pages_of

_COUNTED: Mapping[TaskKind, str] = {"findings": "task.objections", "overridden": "task.overrides"}
"""What the count of a task counts, where it is no rows."""


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One thing that waits, and what is told of it."""

    title: str
    href: str
    what: str
    when: str
    note: str


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


def build(frame: Frame, found: TaskList, kind: TaskKind | None, page: int) -> TasksPage:
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
    )


def _group(frame: Frame, one: TasksOfKind, *, alone: bool) -> TaskGroup:
    more = one.last < one.total and bool(one.tasks) and not alone
    return TaskGroup(
        anchor=one.kind.replace("_", "-"),
        title=frame.t(f"task.kind.{one.kind}"),
        words=frame.t(f"task.words.{one.kind}"),
        count=frame.count(one.total),
        lines=tuple(_line(frame, one.kind, task) for task in one.tasks),
        every=frame.here(without=("page",), kind=one.kind) if more else "",
        every_words=frame.t("task.every", count=one.total),
        place=f"{frame.base}{one.page}" if one.page else "",
        place_words=frame.t(f"task.place.{one.kind}") if one.page else "",
    )


def _line(frame: Frame, kind: TaskKind, task: Task) -> TaskLine:
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
        what=", ".join(part for part in (what, count) if part),
        when=_when(frame, task.since, task.day),
        note=task.note or "",
    )


def _when(frame: Frame, since: datetime | None, day: date | None) -> str:
    if since is not None:
        return frame.t("task.since", day=short_day(frame.language, since.astimezone(frame.made_at.tzinfo).date()))
    if day is None:
        return ""
    overdue = day < frame.as_of.today
    return frame.t("task.overdue" if overdue else "task.by", day=short_day(frame.language, day))
