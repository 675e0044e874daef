"""`asn-ledger staff` and `asn-ledger duk`: who serves on a day, chosen by facets; the order of seniority."""

from collections.abc import Mapping
from typing import Annotated, get_args

import typer

from asn_ledger.cli import cells, output
from asn_ledger.cli.asking import KnownAt, ValidOn, asking, find_unit, print_times
from asn_ledger.cli.output import say
from asn_ledger.cli.record import As
from asn_ledger.domain.errors import NotFound
from asn_ledger.language import has_message, translate
from asn_ledger.web.api.staff import Wanted, seniority
from asn_ledger.web.api.staff import staff as chosen_staff
from asn_ledger.web.asking import Question
from asn_ledger.web.lists_shown import StaffPage, StaffRow
from asn_ledger.web.pages.staff import WORDS, staff_csv
from projections.employee_now.serving import FACETS, Facet, Sort

Where = Annotated[list[str] | None, typer.Option("--where", metavar="FACET=VALUE")]
OfUnit = Annotated[str | None, typer.Option("--unit", metavar="ID")]
Limit = Annotated[int, typer.Option("--limit", metavar="N", min=1, max=100_000)]
Csv = Annotated[bool, typer.Option("--csv")]

_MONTHS = 12


def staff(
    text: Annotated[str | None, typer.Argument(metavar="TEXT")] = None,
    where: Where = None,
    unit: OfUnit = None,
    sort: Annotated[Sort | None, typer.Option("--sort")] = None,
    saved: Annotated[str | None, typer.Option("--filter", metavar="NAME")] = None,
    as_account: As = None,
    counts: Annotated[bool, typer.Option("--counts")] = False,
    limit: Limit = 50,
    valid_on: ValidOn = None,
    known_at: KnownAt = None,
    as_csv: Csv = False,
    as_json: output.Json = False,
) -> None:
    """List who serves on a day, chosen by facets, or count them by each facet.

    `asn-ledger staff`
    `asn-ledger staff siti --where rank=IV/a --where legal=aktif`
    `asn-ledger staff --where retires=2028 --counts`
    `asn-ledger staff --where predicate=kurang --csv`
    `asn-ledger staff --filter "Guru pensiun 2027" --as ani`
    """
    values = _values(where or [])
    if (saved is None) != (as_account is None):
        raise typer.BadParameter(say("filter_of"), param_hint="--filter")
    with asking(valid_on, known_at) as question:
        kept = {} if saved is None or as_account is None else _saved(question, saved, as_account)
        values = {**{facet: kept[facet] for facet in FACETS if facet in kept}, **values}
        within = unit or kept.get("unit")
        chosen = Wanted(text or kept.get("q"), None if within is None else find_unit(within), values)
        shown = chosen_staff(question, chosen, sort=sort or _sort(kept.get("sort")), limit=None if as_csv else limit)
    if as_json:
        output.print_json(shown)
    elif as_csv:
        output.print_text(staff_csv(shown.rows))
    elif counts:
        print_times(shown.as_of)
        _print_counts(shown)
    else:
        _print(shown)


def duk(
    unit: OfUnit = None,
    limit: Limit = 50,
    valid_on: ValidOn = None,
    known_at: KnownAt = None,
    as_csv: Csv = False,
    as_json: output.Json = False,
) -> None:
    """List civil servants in the order of seniority (daftar urut kepangkatan) on a day.

    `asn-ledger duk`
    `asn-ledger duk --valid-on 2020-12-31 --limit 200`
    `asn-ledger duk --csv`
    """
    with asking(valid_on, known_at) as question:
        shown = seniority(question, None if unit is None else find_unit(unit), limit=None if as_csv else limit)
    if as_json:
        output.print_json(shown)
    elif as_csv:
        output.print_text(staff_csv(shown.rows))
    else:
        _print(shown)


def _saved(question: Question, name: str, account: str) -> Mapping[str, str]:
    """What an account's saved filter chooses by.

    Raises:
        NotFound: there is no such account, or it has no filter of this name for this list.
    """
    owner = question.service.accounts.find(account).id
    found = None if owner is None else question.service.filters.named(owner, "staff", name)
    if found is None:
        raise NotFound(say("no_filter", name=name, account=account), code="no-filter")
    return found.parameters


def _sort(text: str | None) -> Sort:
    return next((one for one in get_args(Sort) if one == text), "name")


def _values(where: list[str]) -> dict[Facet, str]:
    found: dict[Facet, str] = {}
    for one in where:
        facet, _, value = one.partition("=")
        if facet not in FACETS or not value:
            raise typer.BadParameter(say("staff_where", facets=", ".join(FACETS)), param_hint="--where")
        found[facet] = value
    return found


def _print(shown: StaffPage) -> None:
    print_times(shown.as_of)
    columns = [say(f"column.{name}") for name in ("number", "employee", "nip", "status", "rank", "post", "service")]
    title = say("staff_shown", shown=len(shown.rows), total=shown.total)
    output.print_table(title, columns, [_row(row) for row in shown.rows], wraps=(1, 5))


def _row(row: StaffRow) -> list[str]:
    post = cells.NOTHING if row.post is None else row.post.title or row.post.id
    service = cells.NOTHING
    if row.credit is not None:
        years, months = divmod(row.credit, _MONTHS)
        service = translate(output.language(), "staff.service", years=years, months=months)
    return [
        str(row.number),
        cells.name(row.person),
        row.person.nip or cells.NOTHING,
        _said("status", row.status),
        row.rank or cells.NOTHING,
        post,
        service,
    ]


def _print_counts(shown: StaffPage) -> None:
    tongue = output.language()
    rows = [
        [translate(tongue, f"staff.facet.{facet}"), one.name or _said(facet, one.value), one.value, str(one.count)]
        for facet, counted in shown.facets.items()
        for one in counted
    ]
    columns = [say(f"column.{name}") for name in ("facet", "value", "word", "count")]
    output.print_table(say("staff_counts", total=shown.total), columns, rows)


def _said(facet: str, value: str) -> str:
    key = f"{WORDS.get(facet, f'staff.{facet}')}.{value}"
    return translate(output.language(), key) if has_message(key) else value
