"""The pages that take a sheet: which file, then which column is which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from asn_ledger.accounts.desk.sheets import SavedMapping
from asn_ledger.exchange.sheets.layouts import EVERY_LAYOUT, Layout
from asn_ledger.exchange.sheets.mapping import Heading, Read
from asn_ledger.exchange.sheets.table import Table
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.grid import Choice

_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class SheetsPage:
    """Everything the page that takes a file shows."""

    action: str


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """A column of the file: its heading, the first values, and the columns it may be."""

    name: str
    title: str
    samples: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class MappingPage:
    """Everything the page that asks which column is which shows."""

    action: str
    file: str
    found: str
    layouts: tuple[Choice, ...]
    saved: tuple[Choice, ...]
    columns: tuple[MappedColumn, ...]
    passed: tuple[str, ...]
    again: str = ""
    """Where another file is sent, if nothing stands below the heading of this one."""


def build(frame: Frame) -> SheetsPage:
    """The page that takes a file."""
    return SheetsPage(f"{frame.base}/lembar")


def build_mapping(
    frame: Frame,
    *,
    address: str,
    file: str,
    table: Table,
    heading: Heading,
    layout: Layout,
    mapping: Mapping[int, str],
    read: Read,
    saved: Sequence[SavedMapping],
    name: str = "",
) -> MappingPage:
    """The page that asks which column is which."""
    below = range(heading.last + 1, len(table.rows) + 1)

    def samples(place: int) -> str:
        texts = [text for number in below if (text := (table.row(number) + ("",) * (place + 1))[place])]
        return " · ".join(texts[:_SAMPLES])

    def choices(place: int) -> tuple[Choice, ...]:
        taken = mapping.get(place, "")
        named = [Choice(one.key, frame.t(f"grid.column.{one.key}"), one.key == taken) for one in layout.columns]
        return (Choice("", frame.t("lembar.none"), not taken), *named)

    return MappingPage(
        action=f"{frame.base}{address}",
        file=file,
        found=frame.t("lembar.found", row=heading.last, rows=len(read.rows)),
        layouts=tuple(Choice(one, frame.t(f"grid.layout.{one}"), one == layout.name) for one in EVERY_LAYOUT),
        saved=(
            Choice("", frame.t("lembar.proposed"), not name),
            *(Choice(one.name, one.name, one.name == name) for one in saved),
        ),
        columns=tuple(
            MappedColumn(
                f"c{place}", title or frame.t("lembar.untitled", number=place + 1), samples(place), choices(place)
            )
            for place, title in enumerate(heading.titles)
            if title or samples(place)
        ),
        again="" if any(any(table.row(number)) for number in below) else f"{frame.base}/lembar",
        passed=tuple(frame.t("lembar.passed", row=number, text=text[:120]) for number, text in read.passed_over),
    )
