"""The cells of tables that say what happened: days, decrees, positions."""

from collections.abc import Iterable
from datetime import date, timedelta

from asn_ledger.cli import output
from asn_ledger.cli.output import say
from asn_ledger.language import short_day, short_partial_day, translate
from asn_ledger.web.representations import CareerStep, Citation, Person, Tenure, Vacancy
from projections.position_history.rows import TenureRow

NOTHING = "\u2013"
_DAY = timedelta(days=1)


def day(value: date | None) -> str:
    """A day, or nothing."""
    return "" if value is None else short_day(output.language(), value)


def began(row: Tenure | CareerStep) -> str:
    """The first day, as far as it is known."""
    if row.began_text is not None:
        return short_partial_day(output.language(), row.began_text)
    return "?" if row.began is None else day(row.began)


def last(row: Tenure | CareerStep | Vacancy, today: date) -> str:
    """The last day; nothing while it goes on."""
    untold = isinstance(row, Tenure) and row.why_ended == "not_told"
    if untold or (isinstance(row, CareerStep) and not row.end_told):
        return say("end_not_told")
    if row.ended is None:
        return ""
    text = None if isinstance(row, Vacancy) else row.ended_text
    said = day(row.ended - _DAY) if text is None else short_partial_day(output.language(), text)
    return said + ("" if row.ended <= today else f" ({say('ahead')})")


def capacity(row: Tenure | TenureRow) -> str:
    """In what capacity, and whether it stands."""
    word = translate(output.language(), f"capacity.{row.capacity}")
    return word if row.state == "held" else f"{word} ({say(f'state.{row.state}')})"


def decree(citation: Citation) -> str:
    """A decree by number and date."""
    decided = None if citation.decided_on is None else short_partial_day(output.language(), citation.decided_on)
    return f"{citation.number or NOTHING} · {decided or NOTHING}"


def position(row: Tenure | CareerStep) -> str:
    """Where it stands in the ledger, and what struck it."""
    struck = "" if row.struck_by is None else f" {say('struck_by', position=f'@{row.struck_by}')}"
    return f"@{row.position}{struck}"


def name(person: Person | None) -> str:
    """A person by name; by id where the name is not on record."""
    if person is None:
        return NOTHING
    if person.erased:
        return translate(output.language(), "person.erased")
    return person.name or person.id or NOTHING


def in_order(rows: Iterable[Tenure]) -> list[Tenure]:
    """Tenures by their beginning; what waits comes last."""
    return sorted(rows, key=lambda row: (row.began or date.max, row.position))
