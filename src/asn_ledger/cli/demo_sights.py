"""What of the made-up city is worth looking at, who may look, and a decree that can be recorded next."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, islice
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from asn_ledger.app import Service
from asn_ledger.domain.access import Grant, holder_named
from asn_ledger.domain.decisions.form import parse_decree
from asn_ledger.domain.errors import NotFound, Refusal
from asn_ledger.domain.events import Actor
from asn_ledger.domain.terms.codes import ActingKind
from asn_ledger.domain.terms.ids import EmployeeId, PostId
from asn_ledger.ledger.lines import request_bytes
from asn_ledger.ledger.plan import Command
from asn_ledger.readmodels.asof import AsOf
from projections.directory.queries import people
from projections.position_history.queries import tenures_of_posts
from projections.position_history.rows import TenureRow
from projections.posts.queries import PostRow, find_posts
from projections.whereabouts.queries import whereabouts

_HEADS = ("kepala", "sekretaris", "camat", "lurah", "direktur", "inspektur", "asisten")
_EVERY = 10_000
_ENOUGH = 8
_TRIES, _PEOPLE = 40, 5
_A_WEEK = timedelta(days=6)

_OFFICE = (Grant("hr_officer"), Grant("confirmer"))
ACCOUNTS = (("ani", "office", _OFFICE), ("budi", "office", _OFFICE), ("citra", "auditor", (Grant("auditor"),)))
"""Two who record, so that one can confirm what the other recorded, and one who audits."""


@dataclass(frozen=True, slots=True)
class Sights:
    """A post whose history is worth reading, and a year whose end knew something else of it than is known now."""

    post: PostId
    title: str
    nip: str | None
    then: int


@dataclass(frozen=True, slots=True)
class Token:
    """A token of one of the demonstration's accounts."""

    name: str
    role: str
    token: str


@dataclass(frozen=True, slots=True)
class NextDecree:
    """A decree that can be recorded, as a file; and the post whose history it changes."""

    id: str
    key: str
    file: Path
    post: PostId
    title: str
    person: str
    capacity: ActingKind


@dataclass(frozen=True, slots=True)
class _Post:
    row: PostRow
    tenures: tuple[TenureRow, ...]


def find_sights(service: Service) -> Sights:
    """The post with the most eventful history among those whose holders are public.

    Raises:
        NotFound: no such post was ever held.
    """
    posts = [post for post in _posts(service) if post.tenures]
    if not posts:
        raise NotFound("the city has no post that anybody held; simulate a larger one")
    best = max(posts, key=_eventful)
    last = best.tenures[-1].employee
    with service.reading() as connection:
        person = people(connection, service.agency, [last]).get(last)
    nip = None if person is None else person.nip
    return Sights(best.row.post, best.row.title, nip, _year_of_other_belief(service, best))


def _posts(service: Service) -> list[_Post]:
    """The posts that lead something and of which the public learns who holds them, with their tenures."""
    today = service.today()
    with service.reading() as connection:
        listed = [find_posts(connection, service.agency, word, AsOf(today), limit=_EVERY).rows for word in _HEADS]
        public = {row.post: row for rows in listed for row in rows if _is_public(service, row)}
        found = tenures_of_posts(connection, service.agency, sorted(public))
        return [_Post(public[post], tuple(held)) for post, held in groupby(found, key=lambda row: row.post)]


def _is_public(service: Service, row: PostRow) -> bool:
    return row.ended is None and holder_named(
        "public",
        service.regulations,
        service.today(),
        kind=row.kind,
        unit_kind=None,
        leads_unit=row.leads_unit,
        named_publicly=row.named_publicly,
    )


def _eventful(post: _Post) -> tuple[int, PostId]:
    """How much there is to see: corrections most, then acting, then holders up to a number that can be read."""
    struck = sum(row.state == "struck" for row in post.tenures)
    acting = sum(row.capacity != "definitif" for row in post.tenures)
    return 6 * min(struck, 2) + 2 * min(acting, 3) + min(len(post.tenures), _ENOUGH), post.row.post


def _year_of_other_belief(service: Service, post: _Post) -> int:
    """A year at whose end something was believed of the post that is not believed now, or was not known yet."""
    first = _year_recorded(service, 1)
    for row in post.tenures:
        recorded = _year_recorded(service, row.began_by)
        if row.struck_by is not None and recorded < _year_recorded(service, row.struck_by):
            return recorded
    for row in post.tenures:
        if row.began is not None and first <= row.began.year < _year_recorded(service, row.began_by):
            return row.began.year
    began = [row.began.year for row in post.tenures if row.began is not None]
    return max(began[len(began) // 2], first) if began else first


def _year_recorded(service: Service, position: int) -> int:
    entry = service.recorder.entry(position)
    if entry is None:
        raise NotFound(f"the ledger has no entry at {position}")
    return entry.recorded_at.astimezone(service.zone).year


def tokens(service: Service, file: Path) -> tuple[Token, ...]:
    """A token for each account; those of an earlier run are used again while they are valid."""
    kept: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    found = tuple(
        _token(service, name, role, grants, employee, kept.get(name))
        for name, role, grants, employee in (*((*one, None) for one in ACCOUNTS), *_of_a_unit(service))
    )
    file.touch(mode=0o600)
    file.write_text(json.dumps({one.name: one.token for one in found}), encoding="utf-8")
    return found


def _of_a_unit(service: Service) -> list[tuple[str, str, tuple[Grant, ...], EmployeeId | None]]:
    """A clerk of the unit under which most people stand who are not all, and one of these people."""
    with service.reading() as connection:
        there = whereabouts(connection, service.agency, service.today(), opens=service.opens)
    units = {employee: there.of_person(employee).units for employee in there.people}
    below = Counter(unit for above in units.values() for unit in above)
    some = [(count, unit) for unit, count in below.items() if count < len(units)]
    if not some:
        return []
    _, unit = max(some)
    someone = min(employee for employee, above in units.items() if unit in above)
    return [("dewi", "clerk", (Grant("opd_clerk", unit),), None), ("eko", "employee", (Grant("employee"),), someone)]


def _token(
    service: Service, name: str, role: str, grants: Sequence[Grant], employee: EmployeeId | None, kept: str | None
) -> Token:
    if kept is not None and service.accounts.authenticate(kept) is not None:
        return Token(name, role, kept)
    try:
        account = service.accounts.find(name)
    except NotFound:
        account = service.accounts.add(name, *grants, employee=employee)
    assert account.id is not None  # noqa: S101 -- only the anonymous public has none
    return Token(name, role, service.accounts.token(account.id, "demo", timedelta(days=366)))


def next_decree(service: Service, home: Path) -> NextDecree | None:
    """A decree that makes somebody act, to which no rule objects; None if there is no such post.

    In a vacant post (Plt), or where there is none for a holder who is away for a week (Plh). Its form is the one that
    the city's office used last for such a decree.
    """
    form = last_form(home / "city" / "decrees.jsonl")
    if form is None:
        return None
    posts = _posts(service)
    today = service.today()
    unacted = [p for p in posts if not any(row.on(today) and row.capacity != "definitif" for row in p.tenures)]
    vacant = [post for post in unacted if not any(row.on(today) for row in post.tenures)]
    held = [post for post in unacted if post not in vacant]
    ways: tuple[tuple[ActingKind, list[_Post]], ...] = (("plt", vacant), ("plh", held))
    for capacity, some in ways:
        for post, person in islice(_pairs(some, posts, service), _TRIES):
            filled = _filled(form, capacity, str(post.row.post), str(person.employee), today)
            if _fits(service, filled):
                file = home / "next-decree.json"
                file.write_text(json.dumps(filled, ensure_ascii=False, indent=1), encoding="utf-8")
                name = _name(service, person)
                return NextDecree(filled["id"], str(uuid4()), file, post.row.post, post.row.title, name, capacity)
    return None


def _pairs(some: Iterable[_Post], posts: Iterable[_Post], service: Service) -> Iterator[tuple[_Post, TenureRow]]:
    """Posts, each with people who hold another post of its kind."""
    today = service.today()
    holders: dict[str, list[TenureRow]] = {}
    for post in posts:
        for row in post.tenures:
            if row.capacity == "definitif" and row.on(today):
                holders.setdefault(post.row.kind, []).append(row)
    for post in some:
        others = (row for row in holders.get(post.row.kind, []) if row.post != post.row.post)
        yield from ((post, row) for row in islice(others, _PEOPLE))


def last_form(file: Path) -> dict[str, Any] | None:  # Any: JSON
    """The latest by its own date: what was recorded last may have come late, signed by who held the office long ago."""
    with file.open(encoding="utf-8") as lines:
        forms = [json.loads(line)["decree"] for line in lines if '"action":"assign_acting"' in line]
    return max(forms, key=lambda form: str(form.get("decided_on")), default=None)


def _filled(
    form: dict[str, Any], capacity: ActingKind, post: str, employee: str, day: date
) -> dict[str, Any]:  # Any: JSON
    today = day.isoformat()
    row = {"row": 1, "action": "assign_acting", "employee": employee, "post": post, "kind": capacity}
    row |= {"cause": "lowong"} if capacity == "plt" else {"cause": "cuti", "until": (day + _A_WEEK).isoformat()}
    row |= {"tmt": {"on": today}}
    signature = {**form["signer"], "signature": {"kind": "basah"}}
    number = f"800.1.11/{uuid4().int % 1000:03}/{today[:4]}"
    return {
        **{name: value for name, value in form.items() if name != "recording_note"},
        "id": str(uuid4()),
        "mode": "signed",
        "number": number,
        "decided_on": today,
        "signer": signature,
        "document_pending": {"reason": "Pindaian menyusul"},
        "rows": [row],
    }


def _fits(service: Service, form: dict[str, Any]) -> bool:  # Any: JSON
    command = Command(uuid4(), parse_decree(form), request_bytes(form), Actor(str(UUID(int=1)), "hr_officer"), None)
    try:
        judgement = service.registrar.dry_run(command, service.now()).judgement
    except Refusal:
        return False
    outcomes = [outcome for made in judgement.made for outcome in made.outcomes]
    return not judgement.refusals and not judgement.open_rows and not any(one.result == "not_met" for one in outcomes)


def _name(service: Service, row: TenureRow) -> str:
    with service.reading() as connection:
        person = people(connection, service.agency, [row.employee]).get(row.employee)
    return row.employee if person is None or person.name is None else person.name
