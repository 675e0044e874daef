"""The rows that facts in evidence give: the read models' own functions, over what is shown alone."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

import orjson

from asn_ledger.domain.career import Career
from asn_ledger.domain.events import EVENT_TYPES, Entry, Event, ReplacingAct
from asn_ledger.domain.sameness import fold_sameness
from asn_ledger.domain.terms.ids import PostId
from asn_ledger.ledger.vault import UNOPENED
from asn_ledger.proof.canonical import Json, canonical
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.evidence import Evidence, Manifest
from asn_ledger.proof.facts import Fact
from asn_ledger.readmodels.projection import POST
from projections.career.project import project as project_career
from projections.position_history.project import project as project_tenures
from projections.position_history.queries import assemble

_EMPLOYEE = "employee:"


def verify_rows(evidence: Evidence) -> None:
    """Check that the rows shown are those that the facts shown give.

    Raises:
        VerificationError: if they are others, or a fact is not one that this program can read.
    """
    try:
        given = rows(evidence.manifest, evidence.facts)
    except (LookupError, TypeError, ValueError) as error:
        raise VerificationError(f"rows.json: a fact cannot be read by this program: {error}") from error
    if canonical(given) != canonical(evidence.rows):
        raise VerificationError("rows.json: the rows are not those that the facts give")


def rows(manifest: Manifest, facts: Sequence[Fact]) -> Json:
    """The rows of what evidence is about; none of a decree, whose rows are its facts, nor where too little is shown."""
    if manifest.audience == "public" or manifest.kind == "decree":
        return None
    entries = [entry for fact in facts if (entry := _entry(fact)) is not None]
    if manifest.kind == "employee":
        return _of_employee(manifest.tag, entries)
    return _of_post(PostId(manifest.id), entries)


def _of_employee(tag: str, entries: Sequence[Entry]) -> Json:
    (career,) = _careers([tag], entries)
    tenures = sorted(project_tenures(career), key=lambda row: row.began_by)
    steps = sorted(project_career(career), key=lambda row: (row.began_by, row.axis))
    return _plain({"tenures": tenures, "steps": steps})


def _of_post(post: PostId, entries: Sequence[Entry]) -> Json:
    on_post = [entry for entry in entries if post.tag in entry.tags]
    people = {tag for entry in on_post for tag in entry.tags if tag.startswith(_EMPLOYEE)}
    found = [row for career in _careers(people, entries) for row in project_tenures(career) if row.post == post]
    found.sort(key=lambda row: (row.began or dt.date.max, row.began_by, row.employee))
    life = POST.fold((post.tag,), on_post)
    known = assemble(life, found, dt.date.min, 0)
    return _plain(
        {
            "versions": life.versions,
            "abolished": life.abolished,
            "tenures": known.tenures,
            "pending": known.pending,
            "struck": known.struck,
            "vacancies": known.vacancies,
        }
    )


def _careers(tags: Iterable[str], entries: Sequence[Entry]) -> Iterator[Career]:
    """The careers of everybody of these tags, each once, under all ids known to be theirs."""
    same = {one.tag: tuple(member.tag for member in group) for one, group in fold_sameness(entries).items()}
    for keys in sorted({same.get(tag, (tag,)) for tag in tags}):
        yield Career.of(keys, [entry for entry in entries if not set(keys).isdisjoint(entry.tags)])


def _entry(fact: Fact) -> Entry | None:
    if fact.payload is None:
        return None
    tags = sorted({*fact.tags, *fact.subjects})
    event = _event(fact.type, cast("Mapping[str, Any]", fact.payload))  # Any: JSON
    recorded_at = dt.datetime.fromisoformat(fact.recorded_at)
    return Entry(tags, event, fact.position, UUID(fact.event), recorded_at, None)


def _event(type_name: str, payload: Mapping[str, Any]) -> Event:
    """The event of a payload (Any: JSON) whose sealed values stay closed: no row depends on one."""
    kind = EVENT_TYPES[type_name]
    return kind.from_dict(_closed(kind, payload))


def _closed(kind: type[Event], payload: Mapping[str, Any]) -> dict[str, Any]:
    closed: dict[str, Any] = {name: UNOPENED if name in kind.SEALED else value for name, value in payload.items()}
    within = payload.get(ReplacingAct.EMBEDDED) if issubclass(kind, ReplacingAct) else None
    if within is not None:
        replacing = _closed(EVENT_TYPES[within["type"]], within["payload"])
        closed[ReplacingAct.EMBEDDED] = {"type": within["type"], "payload": replacing}
    return closed


def _plain(value: object) -> Json:
    told: Json = orjson.loads(orjson.dumps(value, default=_text))
    return told


def _text(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)
