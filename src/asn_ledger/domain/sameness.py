"""Which ids are one person: identified, separated again, and the canonical id of each group."""

from collections.abc import Iterable, Mapping

from asn_ledger.domain.events import Entry, PersonsIdentified, PersonsSeparated
from asn_ledger.domain.history import resolve
from asn_ledger.domain.terms.ids import EmployeeId

Group = tuple[EmployeeId, ...]
"""All ids of one person, the canonical one first."""


def fold_sameness(entries: Iterable[Entry]) -> Mapping[EmployeeId, Group]:
    """The group of every id that was ever identified with another.

    Unlike other histories this one follows the order of recording: it says what was known, not what was in force. For
    the same reason what was annulled counts no more, from the start or from a day on.
    """
    told = resolve(entry for entry in entries if _concerns(entry))
    groups: dict[EmployeeId, Group] = {}
    for fact in sorted(told.standing, key=lambda fact: fact.position):
        if fact.until is not None:
            continue
        match fact.event:
            case PersonsIdentified(employees=ids, canonical=canonical):
                _identify(groups, ids, canonical)
            case PersonsSeparated(employees=ids):
                _separate(groups, ids)
            case _:
                pass
    return groups


def _concerns(entry: Entry) -> bool:
    return not entry.event.AXES


def _identify(groups: dict[EmployeeId, Group], ids: Group, canonical: EmployeeId) -> None:
    everybody = {one for employee in (*ids, canonical) for one in groups.get(employee, (employee,))}
    group = (canonical, *sorted(everybody - {canonical}))
    for employee in group:
        groups[employee] = group


def _separate(groups: dict[EmployeeId, Group], ids: Group) -> None:
    for employee in ids:
        rest = tuple(one for one in groups.get(employee, ()) if one != employee)
        for one in rest:
            groups[one] = rest
        groups[employee] = (employee,)
