"""A person's state from day to day: the axes of a career laid side by side, one value for each stretch of days."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from asn_ledger.domain.career import Career, Named
from asn_ledger.domain.events import Axis, CareerOpened, PppkContracted
from asn_ledger.domain.history import Standing
from asn_ledger.domain.terms.codes import ServiceStatus, Sex
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import EmployeeId, PostId
from asn_ledger.domain.terms.ranks import ContractGrade, Rank
from asn_ledger.domain.terms.sealing import Erased


@dataclass(frozen=True, slots=True)
class State:
    """What holds of a person from `began` until `ended` (the first day no longer so; None = still).

    Each axis has its value, the day since when it holds and the position of the entry that says so; None = out of
    service, without a post, or not recorded. `served_since` is the first day of service on record, `contract_until`
    the last day of the contract. `basis` are the positions whose removal would change the row.
    """

    employee: EmployeeId
    began: date
    ended: date | None
    status: ServiceStatus | None
    status_since: date | None
    status_by: int | None
    served_since: date | None
    post: PostId | None
    post_since: date | None
    post_by: int | None
    rank: Rank | ContractGrade | None
    rank_since: date | None
    rank_by: int | None
    contract_until: date | None
    contract_by: int | None
    born_on: PartialDate | None
    sex: Sex | None
    basis: tuple[int, ...]

    def on(self, day: date) -> bool:
        """Whether it was so on that day."""
        return self.began <= day and (self.ended is None or day < self.ended)


class _Spell(Protocol):
    @property
    def began(self) -> date: ...
    @property
    def ended(self) -> date | None: ...


S = TypeVar("S", bound=_Spell)

_Said = tuple[
    ServiceStatus | None, date | None, int | None, date | None, PostId | None, date | None, int | None,
    Rank | ContractGrade | None, date | None, int | None, date | None, int | None, PartialDate | None, Sex | None,
    tuple[int, ...],
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Contract:
    """The last day of a contract, as said by an entry, from the day it takes effect."""

    began: date
    ended: date | None
    until: date
    position: int


def states(career: Career) -> Iterator[State]:
    """The states of a person in order of time, from the first day on which anything is known."""
    made = _States(career)
    began: date | None = None
    last: _Said | None = None
    for day in sorted(made.days()):
        said = made.on(day)
        if said == last:
            continue
        if began is not None and last is not None:
            yield State(career.employee, began, day, *last)
        began, last = day, said
    if began is not None and last is not None:
        yield State(career.employee, began, None, *last)


class _States:
    """The spells of every axis of one career, and what holds on a day."""

    def __init__(self, career: Career) -> None:
        self.service = career.service
        self.tenures = career.placement.tenures
        self.ranks = career.ranks
        self.identity = career.identity
        self.contracts = _contracts(career.history.on(Axis.SERVICE))

    def days(self) -> set[date]:
        """The days on which anything changes."""
        spells: tuple[Iterable[_Spell], ...] = (self.service, self.tenures, self.ranks, self.contracts)
        found = {spell.began for axis in spells for spell in axis} | {day for day, _, _ in self.identity}
        return found | {spell.ended for axis in spells for spell in axis if spell.ended is not None}

    def on(self, day: date) -> _Said:
        """What holds on a day: the fields of a state after its days."""
        status, post = _holding(self.service, day), _holding(self.tenures, day)
        rank, contract = _holding(self.ranks, day), _holding(self.contracts, day)
        if status is None or status.value not in _CONTRACTED:
            contract = None
        named, named_by = self._named(day)
        basis = set() if named_by is None else {named_by}
        basis.update(one.began_by for one in (status, rank) if one is not None)
        if post is not None:
            basis.update(post.basis)
        if contract is not None:
            basis.add(contract.position)
        return (
            None if status is None else status.value,
            None if status is None else status.began,
            None if status is None else status.began_by,
            self.service[0].began if self.service and self.service[0].began <= day else None,
            None if post is None else post.post,
            None if post is None or post.before_record else post.began,
            None if post is None else post.began_by,
            None if rank is None else rank.value,
            None if rank is None else rank.began,
            None if rank is None else rank.began_by,
            None if contract is None else contract.until,
            None if contract is None else contract.position,
            None if isinstance(named.born_on, Erased) else named.born_on,
            None if named.sex is None or isinstance(named.sex, Erased) else _SEXES.get(named.sex),
            tuple(sorted(basis)),
        )

    def _named(self, day: date) -> tuple[Named, int | None]:
        """Birth and sex as recorded by a day; before that, as first recorded."""
        known = [(named, position) for began, named, position in self.identity if began <= day]
        if known:
            return known[-1]
        return (Named(), None) if not self.identity else self.identity[0][1:]


_CONTRACTED: frozenset[ServiceStatus] = frozenset({"pppk", "pppk_pw"})
_SEXES: dict[str, Sex] = {"m": "m", "f": "f"}


def _holding(spells: Sequence[S], day: date) -> S | None:
    for one in reversed(spells):
        if one.began <= day and (one.ended is None or day < one.ended):
            return one
    return None


def _contracts(facts: Iterable[Standing]) -> tuple[_Contract, ...]:
    return tuple(
        _Contract(fact.day, fact.until, until.last, fact.position)
        for fact in facts
        if fact.took_effect and (until := _until(fact)) is not None
    )


def _until(fact: Standing) -> PartialDate | None:
    event = fact.event
    if isinstance(event, PppkContracted):
        return event.until
    return event.contract_until if isinstance(event, CareerOpened) else None
