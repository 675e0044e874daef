"""What was measured, as a table."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    Args:
        protocol: its name.
        case: which of its measurements.
        ours: the median, with its unit.
        beside: what stands beside it, with its median.
        ratio: the median of the rounds' ratios, or empty.
        aim: what was aimed at, or empty.
        reached: whether it was; None where there is no aim to compare with.
        remark: what has to be known about it.
    """

    protocol: str
    case: str
    ours: str
    beside: str = ""
    ratio: str = ""
    aim: str = ""
    reached: bool | None = None
    remark: str = ""

    def cells(self) -> tuple[str, ...]:
        """As the columns of the table."""
        reached = {True: "yes", False: "**no**", None: ""}[self.reached]
        return self.protocol, self.case, self.ours, self.beside, self.ratio, self.aim, reached, self.remark


HEADER = ("protocol", "case", "ours", "beside it", "ratio", "aim", "reached", "remark")


def rate(values: Sequence[float]) -> str:
    """Say the median of rates."""
    return f"{statistics.median(values):,.0f}/s"


def milliseconds(values: Sequence[float]) -> str:
    """Say the median of durations given in seconds."""
    median = statistics.median(values)
    return f"{median:.2f} s" if median >= 1 else f"{median * 1000:.1f} ms"


def ratio_of(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios of rounds."""
    return statistics.median(mine / other for mine, other in zip(ours, theirs, strict=True))


def compared(  # noqa: PLR0917 -- read as a line of the table
    protocol: str,
    case: str,
    ours: Sequence[float],
    name: str,
    theirs: Sequence[float],
    least: float | None,
    remark: str = "",
) -> Figure:
    """A line of rates beside others'; `least` is the ratio aimed at."""
    found = ratio_of(ours, theirs)
    return Figure(
        protocol,
        case,
        rate(ours),
        f"{name} {rate(theirs)}",
        f"{found:.2f}x",
        "" if least is None else f">= {least:g}x",
        None if least is None else found >= least,
        remark,
    )


def within(protocol: str, case: str, seconds: Sequence[float], most: float, remark: str = "") -> Figure:
    """A line of durations that should stay below so many seconds."""
    median = statistics.median(seconds)
    aim = f"< {most:g} s" if most >= 1 else f"< {most * 1000:g} ms"
    return Figure(protocol, case, milliseconds(seconds), aim=aim, reached=median < most, remark=remark)


def percentile(values: Iterable[float], part: float) -> float:
    """The value below which this part of all lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def as_text(figures: Iterable[Figure]) -> str:
    """The table for a terminal."""
    rows = [HEADER, *(tuple(cell.replace("**", "") for cell in figure.cells()) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADER))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def as_markdown(figures: Iterable[Figure]) -> str:
    """The table for a document."""
    rows = [HEADER, tuple("-" for _ in HEADER), *(figure.cells() for figure in figures)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
