"""Numbers that decrees of a bulk day share with one another, or with a decree on record."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from asn_ledger.domain.decisions.form import Decree, parse_decree
from asn_ledger.domain.errors import Conflict, Refusal
from asn_ledger.readmodels.opening import Connection
from projections.accountability.queries import normalise, of_numbers

_Said = tuple[str, date, str]
"""Number, date and issuer, without spaces and case: what makes two records one paper."""


def shared_numbers(connection: Connection, ledger: str, forms: Mapping[int, dict[str, object]]) -> dict[int, Conflict]:
    """By their places, why the numbers of decrees are not free; the first of a day that has one keeps it.

    What was recorded a moment ago may be missing; a decree that was wholly annulled since leaves its number free.
    """
    said = {place: (decree, key) for place, decree in _read(forms) if (key := _key(decree)) is not None}
    kept = of_numbers(connection, ledger, [key for _, key in said.values()])
    found: dict[int, Conflict] = {}
    first: dict[_Said, int] = {}
    for place, (decree, key) in said.items():
        before = first.setdefault(key, place)
        others = [one for one in kept.get(key, ()) if one != UUID(decree.id)]
        if before != place:
            found[place] = Conflict(
                f"row {before} of this bulk day has the number {decree.number} too: give each its own",
                code="number-of-another-row",
                values={"number": decree.number or "", "row": before},
            )
        elif others:
            found[place] = Conflict(
                f"the number {decree.number} of this date and issuer is on record already: decree {others[0]};"
                " look whether this one is recorded, or give it another number",
                code="number-on-record",
                values={"number": decree.number or "", "decree": str(others[0])},
            )
    return found


def _read(forms: Mapping[int, dict[str, object]]) -> list[tuple[int, Decree]]:
    """The decrees that can be read; what is wrong with the others is said where they are judged."""
    read: list[tuple[int, Decree]] = []
    for place, form in forms.items():
        try:
            read.append((place, parse_decree(form)))
        except Refusal:
            continue
    return read


def _key(decree: Decree) -> _Said | None:
    """Without a number or a date nothing is the same."""
    if decree.number is None or decree.decided_on is None:
        return None
    return normalise(decree.number), decree.decided_on.first, normalise(decree.signer.as_printed.title)
