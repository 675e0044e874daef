"""Rank: each ends the one before; annulled ex nunc, the one before comes back."""

from dataclasses import replace
from datetime import date
from itertools import takewhile
from typing import assert_never, cast

from asn_ledger.domain.career.values import Period
from asn_ledger.domain.events import (
    CareerOpened,
    ContractConverted,
    CpnsAppointed,
    PnsAppointed,
    PppkContracted,
    RankRaised,
    TransferredIn,
)
from asn_ledger.domain.history import Standing
from asn_ledger.domain.steps import Step, steps
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import DecreeId
from asn_ledger.domain.terms.ranks import ContractGrade, Rank

_Read = CareerOpened | TransferredIn | CpnsAppointed | PnsAppointed | PppkContracted | ContractConverted | RankRaised
RankPeriods = tuple[Period[Rank | ContractGrade], ...]


def fold_ranks(facts: tuple[Standing, ...]) -> RankPeriods:
    """The periods of each rank in order."""
    fold = _RankFold()
    for step in steps(facts):
        if step.ends:
            fold.annul(step)
        else:
            fold.apply(step, cast("_Read", step.fact.event))
    return tuple(fold.periods)


def resume_ranks(known: RankPeriods, later: tuple[Standing, ...]) -> RankPeriods:
    """The fold carried on with facts that come after all those it was made of; none of them ends ex nunc."""
    fold = _RankFold()
    fold.periods = list(known)
    for step in steps(later):
        fold.apply(step, cast("_Read", step.fact.event))
    return tuple(fold.periods)


class _RankFold:
    def __init__(self) -> None:
        self.periods: list[Period[Rank | ContractGrade]] = []
        self.stated: list[Period[Rank | ContractGrade]] = []
        """What each fact in force says, in order, also where it says again what was so already."""

    def begin(self, rank: Rank | ContractGrade, day: date, text: PartialDate | None, step: Step) -> None:
        last = self.periods[-1] if self.periods else None
        decree, row = step.fact.event.place()
        said = Period(rank, day, text, None, step.position, None, DecreeId(decree), row, review=step.fact.review)
        self.stated.append(said)
        if last is not None and last.ended is None:
            if last.value == rank:
                return
            self.periods[-1] = last.until_day(day, step.position)
        self.periods.append(said)

    def annul(self, step: Step) -> None:
        """What a fact said falls, and what was said before it, and still stands, holds again."""
        self.stated = [said for said in self.stated if said.began_by != step.fact.position]
        if not self.periods or self.periods[-1].began_by != step.fact.position:
            return
        self.periods[-1] = replace(self.periods[-1], ended=step.day, ended_by=step.position)
        if self.stated:
            same = takewhile(lambda said: said.value == self.stated[-1].value, reversed(self.stated))
            *_, first = same
            self.periods.append(replace(first, began=step.day, began_text=None))

    def apply(self, step: Step, event: _Read) -> None:
        match event:
            case CareerOpened():
                if event.rank is not None:
                    text = event.rank_tmt
                    self.begin(event.rank, step.day if text is None else text.first, text, step)
            case TransferredIn():
                self.begin(event.rank, event.rank_tmt.first, event.rank_tmt, step)
            case CpnsAppointed() | PnsAppointed() | PppkContracted() | ContractConverted() | RankRaised():
                self.begin(event.rank, step.day, event.tmt, step)
            case _:
                assert_never(event)
