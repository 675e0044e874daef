"""Numbers that decrees have already: another row of the same bulk day, a decree on record, or one that waits here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal
from uuid import UUID

import orjson
import psycopg
from psycopg_pool import ConnectionPool

from asn_ledger.accounts.desk import Desk
from asn_ledger.domain.decisions.form import Decree, parse_decree
from asn_ledger.domain.errors import Conflict, Refusal
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import DecreeId
from asn_ledger.ledger.errors import driver_errors
from projections.accountability.queries import normalise, of_numbers

_Said = tuple[str, date, str]
"""Number, date and issuer, without spaces and case: what makes two records one paper."""
_STATES: Final[Mapping[str, Literal["recorded", "waiting"]]] = {
    "number-on-record": "recorded",
    "number-on-desk": "waiting",
}


@dataclass(frozen=True, slots=True)
class Holder:
    """The decree that has a number already: on record, or waiting on the desk; which account entered it."""

    decree: DecreeId
    state: Literal["recorded", "waiting"]
    recorder: str | None


def holder_of(refusal: Refusal | None) -> Holder | None:
    """Which decree has the number, where that is why something was refused; also of a refusal that was kept."""
    if refusal is None or refusal.code not in _STATES:
        return None
    decree, recorder = refusal.values.get("decree"), refusal.values.get("recorder")
    if decree is None:  # kept before the desk told it
        return None
    return Holder(DecreeId(decree), _STATES[refusal.code], None if recorder is None else str(recorder))


def _taken(number: str, holder: Holder) -> Conflict:
    there = "is on record already" if holder.state == "recorded" else "waits on the desk already"
    return Conflict(
        f"a decree of the number {number}, this date and issuer {there}: look whether it is this one,"
        " or give this one another number",
        code="number-on-record" if holder.state == "recorded" else "number-on-desk",
        values={
            "number": number,
            "decree": holder.decree,
            **({} if holder.recorder is None else {"recorder": holder.recorder}),
        },
    )


class Numbers:
    """Tells whose numbers are taken.

    What was recorded a moment ago may be missing; a decree that was wholly annulled, withdrawn or refused since leaves
    its number free.
    """

    def __init__(self, pool: ConnectionPool[psycopg.Connection], ledger: str, desk: Desk) -> None:
        self._pool, self._ledger, self._desk = pool, ledger, desk

    def taken(self, decree: Decree) -> Conflict | None:
        """Why a decree's number is not free, if it is not."""
        key = _key(decree)
        if key is None:
            return None
        holder = _other(self._holders([key]).get(key, ()), decree)
        return None if holder is None else _taken(decree.number or "", holder)

    def shared(self, forms: Mapping[int, dict[str, object]]) -> dict[int, Conflict]:
        """By their places in a bulk day, why the numbers of decrees are not free; the first that has one keeps it."""
        said = {place: (decree, key) for place, decree in _read(forms) if (key := _key(decree)) is not None}
        kept = self._holders([key for _, key in said.values()])
        found: dict[int, Conflict] = {}
        first: dict[_Said, int] = {}
        for place, (decree, key) in said.items():
            before = first.setdefault(key, place)
            holder = _other(kept.get(key, ()), decree)
            if before != place:
                found[place] = Conflict(
                    f"row {before} of this bulk day has the number {decree.number} too: give each its own",
                    code="number-of-another-row",
                    values={"number": decree.number or "", "row": before},
                )
            elif holder is not None:
                found[place] = _taken(decree.number or "", holder)
        return found

    def _holders(self, sought: list[_Said]) -> dict[_Said, tuple[Holder, ...]]:
        """The decrees that have these numbers, those on record first."""
        with driver_errors(), self._pool.connection() as connection:
            recorded = of_numbers(connection, self._ledger, sought)
        found = {
            key: tuple(Holder(one.decree, "recorded", one.recorder) for one in decrees)
            for key, decrees in recorded.items()
        }
        wanted = set(sought)
        for waiting in self._desk.all() if wanted else ():
            key = None if waiting.request is None else _key_of(orjson.loads(waiting.request))
            if key in wanted:
                held = Holder(DecreeId.of(waiting.decree), "waiting", str(waiting.recorder))
                found[key] = (*found.get(key, ()), held)
        return found


def _other(holders: tuple[Holder, ...], decree: Decree) -> Holder | None:
    return next((one for one in holders if UUID(one.decree) != UUID(decree.id)), None)


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


def _key_of(form: Mapping[str, Any]) -> _Said | None:  # Any: JSON that was judged when it was laid here
    """The same of a decree on the desk, which need not be read whole."""
    number, decided_on = form.get("number"), form.get("decided_on")
    if number is None or decided_on is None:
        return None
    return normalise(number), PartialDate(decided_on).first, normalise(form["signer"]["as_printed"]["title"])
