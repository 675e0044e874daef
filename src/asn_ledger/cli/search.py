"""`asn-ledger search`: what the search page finds."""

from typing import Annotated

import typer

from asn_ledger.cli import output
from asn_ledger.cli.asking import KnownAt, ValidOn, asking
from asn_ledger.cli.cells import NOTHING
from asn_ledger.language import translate
from asn_ledger.readmodels.listing import Listing
from projections.search.queries import Found, SearchKind
from projections.search.queries import search as find

Kind = Annotated[SearchKind | None, typer.Option("--kind")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=200)]


def search(
    text: Annotated[str, typer.Argument(metavar="TEXT")],
    kind: Kind = None,
    limit: Limit = 20,
    valid_on: ValidOn = None,
    known_at: KnownAt = None,
    as_json: output.Json = False,
) -> None:
    """Find posts, people, units and decrees.

    `asn-ledger search lurah`
    `asn-ledger search 821.2/15 --kind decree`
    """
    with asking(valid_on, known_at) as question:
        found = find(question.connection, question.ledger, text, question.as_of, kind=kind, limit=limit)
    if as_json:
        output.print_json(found)
    else:
        _print(found)


def _print(found: Found) -> None:
    if found.total == 0:
        output.print_said("nothing_found", text=found.text)
        return
    if found.posts is not None:
        rows = [[row.title, row.code or NOTHING, row.level or "", row.post] for row in found.posts.rows]
        _print_part("post", found.posts, rows)
    if found.employees is not None:
        rows = [[row.name or NOTHING, row.nip or NOTHING, row.employee] for row in found.employees.rows]
        _print_part("employee", found.employees, rows)
    if found.units is not None:
        _print_part("unit", found.units, [[row.name, row.kind, row.unit] for row in found.units.rows])
    if found.decrees is not None:
        rows = [
            [row.number or NOTHING, row.decided_on or NOTHING, row.issuer, row.decree] for row in found.decrees.rows
        ]
        _print_part("decree", found.decrees, rows)


def _print_part(kind: SearchKind, listing: Listing[object], rows: list[list[str]]) -> None:
    """Print what was found of a kind, and how much of it."""
    if rows:
        tongue = output.language()
        part = translate(tongue, "range.of", first=listing.first, last=listing.last, total=listing.total)
        output.print_table(f"{translate(tongue, f'kind.{kind}')} {part}", [""] * len(rows[0]), rows)
