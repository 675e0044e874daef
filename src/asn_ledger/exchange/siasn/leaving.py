"""When somebody left, as far as the wire tells, and whether they served again. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta

from .rows import Person, PersonRow, PostRow, RankRow, SeparationRow


def left_on(person: Person, row: SeparationRow) -> str | None:
    """The first day out of service, where the wire tells it: of a death, and of who goes by age into their pension."""
    if row.tmt is None and row.reason in {"meninggal", "tewas"} and person.died_on is not None:
        return (date.fromisoformat(person.died_on) + timedelta(days=1)).isoformat()
    return person.pension_from if row.tmt is None and row.reason == "bup" else row.tmt


def left_before(person: Person, rows: Iterable[PersonRow], day: str) -> bool:
    """Whether an exit came before somebody's entry as a candidate on a day."""
    exits = (left_on(person, row) or row.on for row in rows if isinstance(row, SeparationRow))
    return any(left is not None and left <= day for left in exits)


def served_after(day: str, ranks: Iterable[RankRow], posts: Iterable[PostRow]) -> str | None:
    """The day of a rank or post after a day, unless the person has entered again by then."""
    told = [(row.tmt, row.kind is None) for row in ranks] + [(row.tmt, False) for row in posts]
    later = sorted((tmt, not entry) for tmt, entry in told if tmt >= day and (entry or tmt > day))
    return later[0][0] if later and later[0][1] else None
