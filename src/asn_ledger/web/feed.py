"""Which facts a reader is told of as they are recorded, and what of each.

Who may see payloads is told everything. Who may read about people, or about some, is told of these people's facts: of
restricted ones only where they may see these, without what is sealed as restricted, and without the row's number, whose
gaps would tell of others. Everybody is told that an entry was recorded: it is public and says nothing about anybody.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from asn_ledger.accounts import Principal
from asn_ledger.domain.access import Act
from asn_ledger.domain.events import EVENT_TYPES, ActEvent, Event, PersonEvent
from asn_ledger.domain.terms.ids import EmployeeId
from asn_ledger.domain.terms.sealing import Category
from asn_ledger.exchange.cloudevents import CloudEvent, of_entry, of_leaf
from asn_ledger.ledger.requests import Recorded
from asn_ledger.web.asking import Question, asking
from asn_ledger.web.service import Service

MOST_LOOKED_AT = 5000
"""Facts that one answer looks at to find those its reader may be told of."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a feed is asked for: facts about one of the subjects (any, where there are none), of one of the types."""

    subjects: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What is told: events in order, the position up to which was looked, and whether more stands behind it."""

    events: tuple[CloudEvent, ...]
    upto: int
    more: bool


def tell(service: Service, reader: Principal, wanted: Wanted, *, after: int, limit: int) -> Told:
    """The next facts that this reader may be told of; the public is told of all entries, whatever is wanted."""
    size = service.recorder.head()
    scoped = not reader.may(Act.READ_PAYLOADS)
    if scoped and not reader.may(Act.READ_PEOPLE, "anything"):
        return _tell_everybody(service, after=after, upto=size, limit=limit)
    if after >= size:
        return Told((), after, more=False)
    most = MOST_LOOKED_AT if scoped else limit
    facts = service.recorder.page_of(wanted.subjects, wanted.kinds, after=after, upto=size, limit=most)
    upto = facts[-1].position if len(facts) == most else size
    if not scoped:
        opened = service.store.open_entries(facts)
        origin = service.recorder.identity.origin
        return Told(tuple(of_entry(origin, entry) for entry in opened), upto, more=upto < size)
    with asking(service, reader, "id") as question:
        sights = _Sights.of(question)
    seen = [fact for fact in facts if sights.tells(fact)]
    if len(seen) > limit:
        seen = seen[:limit]
        upto = seen[-1].position
    return Told(tuple(sights.shown(service, seen)), upto, more=upto < size)


def _tell_everybody(service: Service, *, after: int, upto: int, limit: int) -> Told:
    facts = service.recorder.page(None, after=after, upto=upto, limit=limit)
    last = facts[-1].position if len(facts) == limit else upto
    origin = service.recorder.identity.origin
    events = tuple(
        of_leaf(origin, fact, {"entry": fact.entry.decode("utf-8"), "leaf": fact.leaf.hex()}) for fact in facts
    )
    return Told(events, last, more=last < upto)


@dataclass(frozen=True, slots=True)
class _Sights:
    """About whom a reader is told, and about whom also what is restricted; None: everybody."""

    people: Collection[EmployeeId] | None
    restricted: Collection[EmployeeId] | None

    @classmethod
    def of(cls, question: Question) -> "_Sights":
        return cls(question.people(Act.READ_PEOPLE), question.people(Act.READ_RESTRICTED))

    def tells(self, fact: Recorded) -> bool:
        """Whether the reader is told of a fact: it is about people, all of whom are within reach."""
        made = EVENT_TYPES[fact.type]
        if not issubclass(made, PersonEvent | ActEvent):
            return False
        reached = self.restricted if made.RESTRICTED or issubclass(made, ActEvent) else self.people
        about = _people(fact)
        return bool(about) and (reached is None or all(one in reached for one in about))

    def shown(self, service: Service, facts: Iterable[Recorded]) -> list[CloudEvent]:
        """Facts of which the reader is told, each without what they may not see."""
        origin = service.recorder.identity.origin
        return [of_entry(origin, entry, self._hidden(entry.event)) for entry in service.store.open_entries(list(facts))]

    def _hidden(self, event: Event) -> frozenset[str]:
        if not isinstance(event, PersonEvent) or self.restricted is None or event.employee in self.restricted:
            return frozenset({"row"})
        sealed = {name for name, category in event.SEALED.items() if category is Category.RESTRICTED}
        return frozenset({"row", *sealed})


def _people(fact: Recorded) -> list[EmployeeId]:
    return [EmployeeId(tag.partition(":")[2]) for tag in fact.tags if tag.startswith("employee:")]
