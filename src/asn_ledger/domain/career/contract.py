"""Contracts: each runs until its printed last day; only the end of service or the next contract ends it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, assert_never, cast

from asn_ledger.domain.career.service import ServicePeriods, follow
from asn_ledger.domain.career.values import Period
from asn_ledger.domain.events import (
    CareerOpened,
    ContractConverted,
    ContractExtended,
    CpnsAppointed,
    PppkContracted,
    Separated,
    TransferredIn,
    TransferredOut,
)
from asn_ledger.domain.history import Standing
from asn_ledger.domain.steps import Step
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import DecreeId

_Read = (
    CareerOpened
    | CpnsAppointed
    | TransferredIn
    | PppkContracted
    | ContractExtended
    | ContractConverted
    | Separated
    | TransferredOut
)


@dataclass(frozen=True, slots=True)
class Contract:
    """A term of a contract: full or part-time, and its last day (None = not recorded); `extends` the term before."""

    kind: Literal["pppk", "pppk_pw"]
    until: PartialDate | None
    extends: bool = False

    def lapsed(self, day: date) -> bool | None:
        """Whether its last day had passed; None where that cannot be told."""
        if self.until is None or self.until.first < day <= self.until.last:
            return None
        return self.until.last < day


ContractPeriods = tuple[Period[Contract], ...]


def fold_contracts(facts: tuple[Standing, ...], service: ServicePeriods) -> ContractPeriods:
    """The terms in order; a term that passed its last day without a next one is still the one in force."""
    fold = _ContractFold()
    follow(fold, facts, service, in_service=(ContractExtended,))
    return tuple(fold.terms)


class _ContractFold:
    def __init__(self) -> None:
        self.terms: list[Period[Contract]] = []

    @property
    def running(self) -> Period[Contract] | None:
        return self.terms[-1] if self.terms and self.terms[-1].ended is None else None

    def leave(self, day: date, period: Period[object]) -> None:
        if self.running is not None:
            by = period.ended_by or period.began_by
            self.terms[-1] = self.running.until_day(day, by, restricted=period.restricted_end)

    def begin(self, contract: Contract, step: Step) -> None:
        if self.running is not None:
            self.terms[-1] = self.running.until_day(step.day, step.position)
        event = step.fact.event
        decree, row = event.place()
        text = cast("_Read", event).tmt
        self.terms.append(
            Period(contract, step.day, text, None, step.position, None, DecreeId(decree), row, review=step.fact.review)
        )

    def annul(self, step: Step) -> None:
        """Ex nunc: the term ends, and the one before is again the one in force."""
        last = self.running
        if last is None or last.began_by != step.fact.position:
            return
        self.terms[-1] = last.until_day(step.day, step.position)
        if len(self.terms) > 1 and isinstance(step.fact.event, ContractExtended | ContractConverted):
            earlier = self.terms[-2]
            self.terms.append(replace(earlier, began=step.day, began_text=None, ended=None, ended_by=None))

    def apply(self, step: Step, event: _Read) -> None:
        match event:
            case PppkContracted():
                self.begin(Contract("pppk_pw" if event.part_time else "pppk", event.until), step)
            case ContractConverted():
                self.begin(Contract("pppk", event.until), step)
            case ContractExtended():
                kind = "pppk" if self.running is None else self.running.value.kind
                self.begin(Contract(kind, event.until, extends=True), step)
            case CareerOpened():
                self._enter(step, event.status, event.contract_until)
            case TransferredIn():
                self._enter(step, event.status, None)
            case CpnsAppointed():
                self._enter(step, "cpns", None)
            case Separated() | TransferredOut():
                pass  # the service axis says when they end a contract
            case _:
                assert_never(event)

    def _enter(self, step: Step, status: str, until: PartialDate | None) -> None:
        if status == "pppk":
            self.begin(Contract("pppk", until), step)
        elif status == "pppk_pw":
            self.begin(Contract("pppk_pw", until), step)
        elif self.running is not None:
            self.terms[-1] = self.running.until_day(step.day, step.position)
