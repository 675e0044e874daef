"""The simulator's own reading of a person's facts: plain folds, one per axis, over what stands.

Written from the semantics in docs/reference/simulation.md and sharing nothing with the product's own folds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest
from operator import attrgetter
from typing import TypeAlias

from asn_ledger.simulation.lives import Json

ENTRIES = frozenset({"open_career", "appoint_cpns", "contract_pppk", "transfer_in"})
EXITS = frozenset({"separate", "transfer_out"})
AWAY = frozenset({"grant_leave", "assign_study", "suspend"})
INTERRUPTED = AWAY | {"extend_leave", "extend_study", "reinstate"} | EXITS
CONTRACTED = frozenset({"open_career", "appoint_cpns", "transfer_in", "contract_pppk", "extend_contract",
                        "convert_contract"}) | EXITS  # fmt: skip
DUTIED = frozenset({"assign_duty", "end_duty"}) | AWAY | EXITS
TAKES = frozenset({"open_career", "appoint", "move", "transfer", "contract_pppk"})
ACTS = frozenset({"assign_acting", "extend_acting", "end_acting"})
RANKED = frozenset({"open_career", "appoint_cpns", "appoint_pns", "contract_pppk", "transfer_in", "raise_rank",
                    "convert_contract"})  # fmt: skip
STATUSED = ENTRIES | EXITS | {"appoint_pns", "convert_contract"}
TENURED = TAKES | ACTS | EXITS | ENTRIES | AWAY | {"release"}
_PHASE = {
    "separate": 0, "transfer_out": 0, "end_duty": 0, "release": 1, "end_acting": 1, "extend_acting": 2,
    "extend_contract": 2, "reinstate": 2, "extend_leave": 2, "extend_study": 2, "assign_duty": 4,
} | dict.fromkeys(AWAY, 2)  # fmt: skip


@dataclass(slots=True, eq=False)
class Fact:
    """One row as it stands on record. `day` is the day of effect (None while it waits for an inauguration)."""

    decree: str
    row: int
    decided: str
    action: str
    employee: str | None
    body: Json
    tmt: str | None
    corrected: tuple[str, int] | None = None  # the decree and row whose text stands in place of the original
    struck: bool = False
    ended: str | None = None  # ex nunc: the day on which what it began is over
    key: tuple[str, int, str, int, str] = ("", 0, "", 0, "")

    def __post_init__(self) -> None:
        self.place()

    def place(self) -> None:
        """Say where it stands among others: day, ends before releases before what begins, decree."""
        phase = _PHASE.get(self.action, 3)
        self.key = (first_day(self.tmt or ""), phase, self.decided, self.row, self.decree)

    @property
    def day(self) -> str:
        """The day of effect to sort by: a partial date counts as its first day."""
        return self.key[0]


Tenure: TypeAlias = tuple[str, str, str, str | None, str, int, tuple[str, int] | None]
"""post, capacity, began, ended, decree, row, corrected by."""
Period: TypeAlias = tuple[str, str | None, str | None, str, int]
"""rank or status, began, ended, decree, row."""


def first_day(partial: str) -> str:
    """`2016`, `2016-03` or a full date as the full date it sorts by."""
    return partial + "-01-01"[len(partial) - 4 :] if len(partial) in (4, 7) else partial


def day_after(day: str) -> str:
    """The day after an ISO day."""
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


_by_key = attrgetter("key")


def in_order(facts: Iterable[Fact], actions: frozenset[str]) -> list[Fact]:
    """What stands and has effect of these actions, in order."""
    standing = [fact for fact in facts if fact.action in actions and fact.tmt and not fact.struck]
    standing.sort(key=_by_key)
    return standing


def tenures(facts: Iterable[Fact], abolished: Mapping[str, str]) -> list[Tenure]:
    """Every post held for a day or more, definitively or acting; `abolished`: the day on which a post ceased to be."""
    standing = in_order(facts, TENURED)
    found = _definitive(standing, abolished) + _acting(standing, abolished)
    return [tenure for tenure in found if tenure[3] is None or tenure[3] > first_day(tenure[2])]


def _definitive(standing: list[Fact], abolished: Mapping[str, str]) -> list[Tenure]:
    done: list[Tenure] = []
    held: Fact | None = None
    gone = False

    def close(day: str | None) -> None:
        if held is not None:
            done.append(_tenure(held, "definitif", day, abolished))

    for fact in standing:
        if fact.action in EXITS:
            close(fact.day)
            held, gone = None, True
        elif fact.action in AWAY:
            if leaves(fact):
                close(fact.day)
                held = None
        elif fact.action == "release":
            if held is not None and _post(held) == fact.body["post"]:
                close(fact.day)
                held = None
        elif fact.action in TAKES or fact.action in ENTRIES:
            gone = gone and fact.action not in ENTRIES
            if fact.action in TAKES and not gone and _post(fact):
                close(fact.day)
                held = fact
    close(None)
    return done


def leaves(fact: Fact) -> bool:
    """Whether an interruption leaves the post."""
    return fact.action in AWAY and bool(fact.body.get("leaves_post", True))


def _post(fact: Fact) -> str:
    post = fact.body.get("to") or fact.body.get("post")
    return post if isinstance(post, str) else ""


def _earliest(*days: str | None) -> str | None:
    return min((day for day in days if day is not None), default=None)


def _tenure(fact: Fact, capacity: str, ended: str | None, abolished: Mapping[str, str]) -> Tenure:
    """What a fact gave, until it was over by itself, by an act ex nunc, or because the post ceased to be."""
    post = _post(fact)
    began = (fact.body.get("post_tmt") if fact.action == "open_career" else None) or fact.tmt or ""
    gone = abolished.get(post)
    ends = [ended, fact.ended, gone if gone is not None and gone > first_day(began) else None]
    return (post, capacity, began, _earliest(*ends), fact.decree, fact.row, fact.corrected)


def _acting(standing: list[Fact], abolished: Mapping[str, str]) -> list[Tenure]:
    done: list[Tenure] = []
    open_terms: list[tuple[Fact, str | None]] = []  # the order, and the first day no longer acting
    gone = False
    for fact in standing:
        gone = fact.action in EXITS or (gone and fact.action not in ENTRIES)
        if fact.action == "assign_acting":
            if gone:
                continue
            until = fact.body.get("until")
            open_terms.append((fact, day_after(until) if until else None))
        elif fact.action in ACTS:
            new = day_after(fact.body["until"]) if fact.action == "extend_acting" else fact.day
            for index, (order, ended) in reversed(list(enumerate(open_terms))):
                if order.body["post"] == fact.body["post"]:
                    later = fact.action == "extend_acting"
                    open_terms[index] = (order, new if later or ended is None or new < ended else ended)
                    break
        elif fact.action in EXITS or leaves(fact):
            open_terms = [(order, _earliest(ended, fact.day)) for order, ended in open_terms]
    return done + [_tenure(order, order.body["kind"], ended, abolished) for order, ended in open_terms]


def ranks(facts: Iterable[Fact]) -> list[Period]:
    """The ranks one after the other; a rank goes on after the exit, as a pensioner's does."""
    found: list[tuple[str, str | None, str, int]] = []
    dated: list[tuple[str, int, Fact, str | None]] = []
    for order, fact in enumerate(in_order(facts, RANKED)):
        if fact.body.get("rank", fact.body.get("to")):
            began = fact.body.get("rank_tmt") if fact.action in ("open_career", "transfer_in") else fact.tmt
            dated.append((first_day(began) if began else fact.day, order, fact, began))
    for _, _, fact, began in sorted(dated, key=lambda one: one[:2]):
        rank = fact.body["to"] if fact.action == "raise_rank" else fact.body["rank"]
        if not found or found[-1][0] != rank:
            found.append((rank, began, fact.decree, fact.row))
    ends = [began for _, began, _, _ in found[1:]]
    return [
        (rank, began, first_day(end) if end else None, decree, row)
        for (rank, began, decree, row), end in zip_longest(found, ends)
    ]


Spell: TypeAlias = tuple[str, str | None, str | None, str | None, str, int]
"""what, began, ended, printed last day, decree, row; of a duty `what` is the duty and its unit."""


def interruptions(facts: Iterable[Fact]) -> list[Spell]:
    """Leave, study and suspension, each until the return or the exit, be its last day past or not."""
    done: list[Spell] = []
    now: tuple[Fact, str | None] | None = None
    for fact in in_order(facts, INTERRUPTED):
        if fact.action in ("extend_leave", "extend_study"):
            if now is not None and now[0].action == (
                "grant_leave" if fact.action == "extend_leave" else "assign_study"
            ):
                now = (now[0], fact.body["until"])
            continue
        if now is not None:
            done.append((now[0].action, now[0].tmt, fact.day, now[1], now[0].decree, now[0].row))
        now = (fact, fact.body.get("until")) if fact.action in AWAY else None
    if now is not None:
        done.append((now[0].action, now[0].tmt, None, now[1], now[0].decree, now[0].row))
    return done


def contracts(facts: Iterable[Fact]) -> list[Spell]:
    """Terms of contracts: each until the next, or the exit."""
    done: list[Spell] = []
    now: tuple[str, Fact] | None = None
    for fact in in_order(facts, CONTRACTED):
        if fact.action == "extend_contract" and now is None:
            continue  # out of service by then
        if now is not None:
            done.append(_term(*now, fact.day))
        kind = (
            now[0]
            if fact.action == "extend_contract" and now is not None
            else ""
            if fact.action in EXITS
            else _status(fact)
        )
        now = (kind, fact) if kind.startswith("pppk") else None
    if now is not None:
        done.append(_term(*now, None))
    return done


def _term(kind: str, fact: Fact, ended: str | None) -> Spell:
    until = fact.body.get("until") or fact.body.get("contract_until")
    return kind, fact.tmt, ended, until, fact.decree, fact.row


def duties(facts: Iterable[Fact]) -> list[Spell]:
    """Additional duties: each until its end, its last day, the exit, or an interruption that leaves the post."""
    terms: list[tuple[Fact, str | None]] = []
    gone = False
    for fact in in_order(facts, DUTIED | ENTRIES):
        gone = fact.action in EXITS or (gone and fact.action not in ENTRIES)
        if fact.action == "assign_duty":
            terms = [(old, _earliest(ended, fact.day) if _duty(old) == _duty(fact) else ended) for old, ended in terms]
            if not gone:
                until = fact.body.get("until")
                terms.append((fact, day_after(until) if until else None))
        elif fact.action == "end_duty":
            terms = [(old, _earliest(ended, fact.day) if _duty(old) == _duty(fact) else ended) for old, ended in terms]
        elif fact.action in EXITS or leaves(fact):
            terms = [(old, _earliest(ended, fact.day)) for old, ended in terms]
    return [
        (_duty(fact), fact.tmt, _earliest(ended, fact.ended), fact.body.get("until"), fact.decree, fact.row)
        for fact, ended in terms
    ]


Note: TypeAlias = tuple[str, str, str | None, str, int]
"""action, what it says, day, decree, row."""
NOTED = {
    "grant_salary_step": ("service_years", "service_months"),
    "recognise_service": ("years", "months"),
    "record_education": ("level",),
    "record_training": ("kind", "name"),
    "determine_points": ("kind", "level", "points"),
}


def notes(facts: Iterable[Fact]) -> list[Note]:
    """Salary steps, service recognised, diplomas, trainings, credit points: each has its day and stands by itself."""
    return [
        (fact.action, " ".join(str(fact.body[name]) for name in NOTED[fact.action]), fact.tmt, fact.decree, fact.row)
        for fact in in_order(facts, frozenset(NOTED))
    ]


def _duty(fact: Fact) -> str:
    return f"{fact.body['duty']} {fact.body['unit']}"


def statuses(facts: Iterable[Fact]) -> list[Period]:
    """Employment status: cpns, pns, pppk, pppk_pw, from entry to exit."""
    done: list[Period] = []
    current: tuple[str, Fact] | None = None
    for fact in in_order(facts, STATUSED):
        if fact.action == "appoint_pns" and current is None:
            continue
        if current is not None:
            status, since = current
            done.append((status, since.tmt, fact.day, since.decree, since.row))
        current = None if fact.action in EXITS else (_status(fact), fact)
    if current is not None:
        status, since = current
        done.append((status, since.tmt, None, since.decree, since.row))
    return done


def _status(fact: Fact) -> str:
    match fact.action:
        case "appoint_cpns":
            return "cpns"
        case "appoint_pns":
            return "pns"
        case "contract_pppk":
            return "pppk_pw" if fact.body["part_time"] else "pppk"
        case "convert_contract":
            return "pppk"
        case _:
            return str(fact.body["status"])
