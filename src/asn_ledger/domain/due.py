"""What falls due: pensions, contracts, salary steps, promotions, acting, leave, probation …, each with its ground.

Pure: out of a person's states, acting and waiting, for a stretch of days. What has begun to be settled (the person
leaves on that day anyway, the contract is followed by another) is told as settled, not left out.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from typing import Literal, get_args

from asn_ledger.domain.career import Pending, Tenure
from asn_ledger.domain.facts import Calendar
from asn_ledger.domain.regulations import Regulations
from asn_ledger.domain.rules.retirement import retirement_day
from asn_ledger.domain.state import State
from asn_ledger.domain.terms.codes import InterruptionKind
from asn_ledger.domain.terms.dates import months_later
from asn_ledger.domain.terms.ids import EmployeeId, PostId
from asn_ledger.domain.terms.ranks import RANKS, is_rank, rank_order
from asn_ledger.domain.units import PostVersion

DueKind = Literal[
    "pension", "contract", "salary_step", "promotion", "acting", "inauguration", "leave", "study", "probation"
]
KINDS: tuple[DueKind, ...] = get_args(DueKind)

_DAY = timedelta(days=1)
_IN_RANK = "promotion_months_least"


@dataclass(frozen=True, slots=True)
class Due:
    """Something that falls due on a day.

    Args:
        id: the same for as long as the same thing falls due on the same day.
        kind: of what.
        employee: whom it concerns.
        day: the first day of the new state: of the pension, after the contract, of the promotion.
        overdue: it was due before the first day asked about, and nothing has settled it by then.
        settled: a fact on record already brings it about on that day or before.
        post: the post it is about, if any.
        rule: the rule that makes it due.
        source: the article.
        facts: what it rests on, by name: dates, kinds, ages, as text.
        basis: the positions of those facts.
    """

    id: str
    kind: DueKind
    employee: EmployeeId
    day: date
    overdue: bool
    settled: bool
    post: PostId | None
    rule: str
    source: str
    facts: tuple[tuple[str, str], ...]
    basis: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Untold:
    """Something that falls due on a day that cannot be told, and why: what is not on record."""

    kind: DueKind
    employee: EmployeeId
    why: Literal["no_birth", "no_post", "no_age"]


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of one person: states from the first day asked about on, in order; acting; what waits.

    What waited on the first day and was inaugurated later waits until that day, as `lapsed_on`.
    """

    states: Sequence[State]
    acting: Sequence[Tenure] = ()
    waiting: Sequence[Pending] = ()


PostOn = Callable[[PostId, date], PostVersion | None]


@dataclass(frozen=True, slots=True)
class Law:
    """What dates are counted by: the dated tables, the working calendar, and what a post was on a day."""

    regulations: Regulations
    calendar: Calendar
    post_on: PostOn


def due(person: Person, law: Law, first: date, before: date) -> Iterator[Due | Untold]:
    """What falls due for a person from a first day on, before another, and what was due earlier and is not settled.

    Args:
        person: as on the first day; nothing falls due for somebody who does not serve then.
        law: see there.
        first: the first day asked about; any day.
        before: the first day no longer asked about.
    """
    now = next((state for state in person.states if state.on(first)), None)
    if now is None or now.status is None:
        return
    found = chain(
        _pension(person, now, law, first),
        _contract(person, now),
        _salary_step(person, now, law, first),
        _promotion(person, now, law, first),
        _return(now, law),
        _acting(person, law, first),
        _inaugurations(person, law, first),
        _probation(person, now, law),
    )
    for item in found:
        if isinstance(item, Untold):
            yield item
        elif item.day < before and (item.day >= first or not item.settled):
            yield _late(item, first)


def working_days_later(day: date, count: int, calendar: Calendar) -> date:
    """The last of so many working days after a day."""
    while count:
        day += _DAY
        if calendar.is_working_day(day):
            count -= 1
    return day


def _pension(person: Person, now: State, law: Law, first: date) -> Iterator[Due | Untold]:
    if now.born_on is None:
        yield Untold("pension", now.employee, "no_birth")
        return
    if now.post is None:
        yield Untold("pension", now.employee, "no_post")
        return
    told = False
    for state in person.states:
        version = None if state.post is None else law.post_on(state.post, max(state.began, first))
        if version is None or state.status is None:
            continue
        at = max(state.began, first)
        age = law.regulations.retirement_age(version.kind, at, level=version.level, function=version.function)
        day = None if age is None else retirement_day(now.born_on, age.years)
        if age is None or day is None:
            continue
        told = True
        eve = max(day - _DAY, first)
        if state.on(eve):
            yield _item(
                "pension", state, day, rule="R-BUP-01", source=age.source, post=state.post,
                settled=_leaves_by(person, day),
                facts=(("born_on", now.born_on), ("post_kind", version.kind), ("age", str(age.years))),
            )  # fmt: skip
            return
    if not told:
        yield Untold("pension", now.employee, "no_age")


def _contract(person: Person, now: State) -> Iterator[Due]:
    if now.contract_until is None:
        return
    day = now.contract_until + _DAY
    later = any(s.contract_until is not None and s.began <= day <= s.contract_until for s in person.states)
    yield _item(
        "contract", now, day, rule="R-PK-02", source="PP 49/2018 Ps 37; PermenPANRB 70/2020", post=now.post,
        settled=later or _leaves_by(person, day),
        facts=(("contract_until", now.contract_until.isoformat()), ("propose_by", months_later(day, -6).isoformat())),
    )  # fmt: skip


def _salary_step(person: Person, now: State, law: Law, first: date) -> Iterator[Due]:
    """The next rise by the MKG, if the pay table has one; one that has passed is overdue only after one on record.

    Its fact `mkg` is reached on its day; `mkg_since` is the day of the MKG on record from which that is counted.
    """
    if now.credit is None or now.credit_since is None or not now.credit_counts or now.rank is None:
        return
    grid = law.regulations.salary_grid(now.rank, first)
    if grid is None:
        return
    months = grid.after(now.credit)
    while months is not None and now.step_since is None and _reached(now.credit, now.credit_since, months) < first:
        months = grid.after(months)
    if months is None:
        return
    day = _reached(now.credit, now.credit_since, months)
    put_off = next((s.deferred_until for s in person.states if s.on(day)), None)
    facts = [("mkg", f"{months // 12}"), ("mkg_since", now.credit_since.isoformat()), ("rank", now.rank)]
    if now.step_since is not None:
        facts.append(("step_since", now.step_since.isoformat()))
    if put_off is not None:
        facts.append(("deferred_until", put_off.isoformat()))
    due_on = day if put_off is None else put_off + _DAY
    yield _item(
        "salary_step", now, due_on, rule="R-KGB-01", source=grid.source, post=now.post,
        settled=any(s.step_since is not None and now.began < s.step_since <= due_on and s.step_since > first
                    for s in person.states) or _leaves_by(person, due_on),
        facts=facts,
    )  # fmt: skip


def _reached(credit: int, since: date, months: int) -> date:
    """The day on which an MKG in months is reached."""
    return months_later(since, months - credit)


_RULES: dict[InterruptionKind, tuple[DueKind, str]] = {
    "cltn": ("leave", "R-CLTN-02"),
    "tugas_belajar": ("study", "R-TUB-01"),
}


def _return(now: State, law: Law) -> Iterator[Due]:
    """The day after the printed last day of unpaid leave or study; a suspension has no last day."""
    if now.away is None or now.away_until is None or now.away not in _RULES:
        return
    kind, rule = _RULES[now.away]
    day = now.away_until + _DAY
    months = law.regulations.limit("return_months_most", day) or 0
    facts = [("away_since", "" if now.away_since is None else now.away_since.isoformat())]
    facts.append(("until", now.away_until.isoformat()))
    if now.away == "cltn" and months:
        facts.append(("report_by", months_later(now.away_until, months).isoformat()))
    source = "Peraturan BKN 24/2017" if now.away == "cltn" else "SE MenPANRB 28/2021"
    yield _item(kind, now, day, rule=rule, source=source, post=None, settled=False, facts=facts)


def _promotion(person: Person, now: State, law: Law, first: date) -> Iterator[Due]:
    """The first day on which time in rank allows a promotion; appraisals, schooling and credit are not judged here."""
    if now.status != "pns" or now.rank is None or now.rank_since is None or not is_rank(now.rank):
        return
    if now.away in {"cltn", "pemberhentian_sementara"}:
        return  # R-KP-12
    limits = law.regulations
    least = limits.limit_on(_IN_RANK, now.rank_since) or limits.limit_on(_IN_RANK, first)
    if least is None or rank_order(now.rank) + 1 >= len(RANKS):
        return
    day = _first_promotion(months_later(now.rank_since, least.value), law.regulations)
    if day is None or day < first:
        return  # whoever was not promoted when it was possible does not wait for a day
    yield _item(
        "promotion", now, day, rule="R-KP-02", source=least.source, post=now.post,
        settled=any(s.rank != now.rank and s.rank is not None and s.began <= day for s in person.states)
        or _leaves_by(person, day),
        facts=(("rank", now.rank), ("rank_since", now.rank_since.isoformat()), ("next_rank", _next(now.rank))),
    )  # fmt: skip


def _next(rank: str) -> str:
    return RANKS[rank_order(rank) + 1] if is_rank(rank) else ""


def _first_promotion(earliest: date, regulations: Regulations) -> date | None:
    day = earliest if earliest.day == 1 else months_later(earliest.replace(day=1), 1)
    for _ in range(12):
        months = regulations.promotes(day)
        if months is not None and day.month in months.months:
            return day
        day = months_later(day, 1)
    return None


def _acting(person: Person, law: Law, first: date) -> Iterator[Due]:
    for tenure in person.acting:
        if not tenure.on(first):
            continue
        most = law.regulations.limit_on("acting_months_most", tenure.began) if tenure.capacity == "plt" else None
        extension = law.regulations.limit("acting_extension_months_most", tenure.began) or 0
        day, facts = _acts_until(tenure, None if most is None else most.value, extension)
        if day is None:
            continue
        yield Due(
            id=_id("acting", tenure.employee, day, tenure.post),
            kind="acting",
            employee=tenure.employee,
            day=day,
            overdue=False,
            settled=tenure.ended is not None and tenure.why_ended != "expired" and tenure.ended <= day,
            post=tenure.post,
            rule="R-ACT-01",
            source=most.source if most is not None else "UU 30/2014 Ps 14",
            facts=(("acting_as", tenure.capacity), ("acting_since", tenure.began.isoformat()), *facts),
            basis=tenure.basis,
        )


def _acts_until(tenure: Tenure, months: int | None, extension: int) -> tuple[date | None, tuple[tuple[str, str], ...]]:
    """The day on which it is over: as printed, but no later than the law lets a Plt act, with one extension."""
    printed = None if tenure.until is None else tenure.until + _DAY
    if months is None:
        return printed, () if tenure.until is None else (("until", tenure.until.isoformat()),)
    limit = months_later(tenure.began, months)
    extended = months_later(tenure.began, months + extension)
    day = min(extended, limit if printed is None else printed)
    facts = [] if tenure.until is None else [("until", tenure.until.isoformat())]
    facts += [("longest", (extended - _DAY).isoformat())]
    return day, tuple(facts)


def _inaugurations(person: Person, law: Law, first: date) -> Iterator[Due]:
    for waiting in person.waiting:
        over = waiting.lapsed_on
        if waiting.decided_on is None or (over is not None and over <= first):
            continue
        most = law.regulations.limit_on("inauguration_working_days_most", waiting.decided_on)
        if most is None:
            continue
        last = working_days_later(waiting.decided_on, most.value, law.calendar)
        yield Due(
            id=_id("inauguration", waiting.employee, last, waiting.post),
            kind="inauguration",
            employee=waiting.employee,
            day=last,
            overdue=False,
            settled=over is not None and over <= last,
            post=waiting.post,
            rule="R-POS-07",
            source=most.source,
            facts=(("decided_on", waiting.decided_on.isoformat()), ("working_days", str(most.value))),
            basis=(waiting.position,) if waiting.lapsed_by is None else (waiting.position, waiting.lapsed_by),
        )


def _probation(person: Person, now: State, law: Law) -> Iterator[Due]:
    if now.status != "cpns" or now.status_since is None:
        return
    least = law.regulations.limit_on("probation_months", now.status_since)
    if least is None:
        return
    extension = law.regulations.limit("probation_extension_months_most", now.status_since) or 0
    day = months_later(now.status_since, least.value)
    latest = months_later(now.status_since, least.value + extension)
    yield _item(
        "probation", now, day, rule="R-EN-01", source=least.source, post=now.post,
        settled=any(s.status == "pns" and s.began <= day for s in person.states) or _leaves_by(person, day),
        facts=(("cpns_since", now.status_since.isoformat()), ("latest", latest.isoformat())),
    )  # fmt: skip


def _leaves_by(person: Person, day: date) -> bool:
    """Whether it is on record that the service ends on a day or before."""
    return any(state.status is None and state.began <= day for state in person.states)


def _late(item: Due, first: date) -> Due:
    return item if item.day >= first else replace(item, overdue=True)


def _id(kind: DueKind, employee: EmployeeId, day: date, post: PostId | None = None) -> str:
    return f"{kind}.{day:%Y%m%d}.{employee}" + ("" if post is None else f".{post}")


def _item(
    kind: DueKind,
    state: State,
    day: date,
    *,
    rule: str,
    source: str,
    post: PostId | None,
    settled: bool,
    facts: Iterable[tuple[str, str]],
    basis: tuple[int, ...] | None = None,
) -> Due:
    return Due(
        id=_id(kind, state.employee, day),
        kind=kind,
        employee=state.employee,
        day=day,
        overdue=False,
        settled=settled,
        post=post,
        rule=rule,
        source=source,
        facts=tuple(facts),
        basis=state.basis if basis is None else basis,
    )
