"""What the search found as CSV: one row for each hit, its kind first."""

from asn_ledger.exchange.sheets.writing import Cell, csv_text
from asn_ledger.web.pages.search import Sought

HEAD = ("kind", "id", "name", "of", "began", "ended", "seats", "filled", "position")


def search_csv(sought: Sought) -> str:
    """The table; `of` is a post's unit, a unit's kind, a person's NIP or a decree's issuer."""
    rows: list[list[Cell]] = []
    if sought.posts is not None:
        rows += [
            [
                "post",
                row.id,
                row.version.title,
                row.version.unit.name or row.version.unit.name_now,
                row.version.began,
                row.version.ended,
                row.version.seats,
                None if row.seats is None else row.seats.filled,
                row.version.position,
            ]
            for row in sought.posts.rows
        ]
    if sought.units is not None:
        rows += [
            ["unit", row.id, at.name, at.kind, at.began, at.ended, None, None, at.position]
            for row in sought.units.rows
            for at in (row.version,)
        ]
    if sought.employees is not None:
        rows += [["employee", row.id, row.name, row.nip, None, None, None, None, None] for row in sought.employees.rows]
    if sought.decrees is not None:
        rows += [
            ["decree", row.decree, row.number, row.issuer, row.decided_on, None, None, None, row.position]
            for row in sought.decrees.rows
        ]
    return csv_text(HEAD, rows)
