"""Whether personal data may be proposed for destruction, assessed, approved, stopped and destroyed; and held.

Each decision takes what is on record and gives the event, or says by which rule it is refused. What stands against a
destruction at its end stands against every step towards it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from asn_ledger.domain.career import Career
from asn_ledger.domain.career.service import exits
from asn_ledger.domain.erasures import APPROVERS, Erasure, Erasures
from asn_ledger.domain.errors import Conflict, InvalidValue, NotAllowed, NotFound, RuleViolation
from asn_ledger.domain.events import (
    Actor,
    Entry,
    ErasureApproved,
    ErasureAssessed,
    ErasureProposed,
    ErasureStopped,
    HoldLifted,
    HoldPlaced,
    Letter,
    PersonErased,
)
from asn_ledger.domain.events.erasure import DataCategory
from asn_ledger.domain.regulations import Regulations, Retention
from asn_ledger.domain.terms.codes import HoldAuthority, HoldGround, PostKind, StopReason
from asn_ledger.domain.terms.dates import PartialDate, years_later
from asn_ledger.domain.terms.ids import EmployeeId, ErasureId, HoldId

OBJECTION_DAYS = 30
"""So long an inspector may stop what two have approved, where the dated limits say nothing else."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose data it is about.

    Args:
        ids: all of theirs, the canonical one first.
        career: theirs.
        kinds: of all posts that they ever held.
        named: whether they ever held a post whose holder the public learns by name.
        desk: codes of what waits for somebody about them, outside the ledger too.
    """

    ids: tuple[EmployeeId, ...]
    career: Career
    kinds: frozenset[PostKind] = frozenset()
    named: bool = False
    desk: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class By:
    """Who acts; `owners` says of accounts which civil servant they belong to, so that nobody acts twice."""

    actor: Actor
    owners: Mapping[str, str] = field(default_factory=dict)

    def did(self, entry: Entry) -> bool:
        """Whether the same person recorded an entry."""
        if entry.record is None:
            return False
        other = entry.record.recorded_by.id
        mine = self.owners.get(self.actor.id)
        return other == self.actor.id or (mine is not None and self.owners.get(other) == mine)


@dataclass(frozen=True, slots=True)
class Destroyed:
    """What an erasure destroys: these keys; and until when backups of the ledger and of the keys may live."""

    keys: tuple[UUID, ...]
    clear_until: date
    keys_until: date


def propose(
    register: Erasures,
    subject: Subject,
    *,
    erasure: ErasureId,
    categories: Collection[DataCategory],
    listed: Letter,
    today: date,
) -> ErasureProposed:
    """List categories of a person's data for destruction.

    Raises:
        RuleViolation: a hold, an open case, or public office stands against it.
        Conflict: it is proposed or destroyed already.
        InvalidValue: no category, or a letter of no whole past day.
    """
    if not categories:
        raise InvalidValue("say which categories: identity, contact, restricted", code="no-category")
    _require_day(listed, today)
    _require_free(register, subject)
    for one in register.about(subject.ids):
        both = sorted(set(categories) & set(one.said.categories))
        if one.erased is not None and both:
            raise Conflict(f"destroyed already: {', '.join(both)}", code="already-erased")
        if one.open and both:
            raise Conflict(f"proposed already: {one.said.erasure}", code="already-proposed")
    _require_not_kept_for_ever(subject, categories, None)
    return ErasureProposed(
        employees=subject.ids, erasure=erasure, categories=tuple(sorted(set(categories))), listed=listed
    )


def assess(
    register: Erasures,
    subject: Subject,
    *,
    erasure: Erasure,
    regulations: Regulations,
    today: date,
    by: By,
    consent: Letter | None,
) -> ErasureAssessed:
    """Find by the retention schedule that a proposal is due.

    Raises:
        RuleViolation: retention is not over, the class is kept for ever, consent lacks, a hold or open case stands.
        NotAllowed: whoever proposed it assesses it.
        Conflict: it is assessed already, or no more open.
    """
    _require_open(erasure)
    if erasure.assessed is not None:
        raise Conflict("this proposal is assessed already", code="already-assessed")
    if by.did(erasure.proposed):
        raise NotAllowed("who proposed an erasure does not assess it; ask a colleague", code="one-person")
    _require_free(register, subject)
    classes = _classes(regulations, erasure.said.categories, today)
    _require_not_kept_for_ever(subject, erasure.said.categories, classes)
    due_on = _due(subject.career, classes, today)
    if any(one.consent for one in classes):
        if consent is None:
            raise RuleViolation("destroying this class takes ANRI's written consent: give its letter", code="consent")
        _require_day(consent, today)
    return ErasureAssessed(
        employees=subject.ids,
        erasure=erasure.said.erasure,
        classes=tuple(sorted({one.code for one in classes})),
        schedule_on=PartialDate(today.isoformat()),
        due_on=PartialDate(due_on.isoformat()),
        consent=consent,
    )


def approve(
    register: Erasures, subject: Subject, *, erasure: Erasure, today: date, by: By, minutes: Letter | None
) -> ErasureApproved:
    """Approve what was assessed; two do, and neither proposed it.

    Raises:
        RuleViolation: it is not assessed, without minutes or by others than the first; a hold or open case stands.
        NotAllowed: the same person proposed it, or approved it before.
        Conflict: two have approved it, or it is no more open.
    """
    _require_open(erasure)
    if erasure.assessed is None:
        raise RuleViolation("this proposal is not assessed against the retention schedule yet", code="not-assessed")
    if len(erasure.approvals) >= APPROVERS:
        raise Conflict("two have approved this already", code="already-approved")
    if by.did(erasure.proposed) or any(by.did(one) for one in erasure.approvals):
        raise NotAllowed("an erasure is approved by two who neither proposed it nor are one person", code="one-person")
    if minutes is None:
        raise RuleViolation("an approval names its minutes (berita acara) by number and date", code="no-minutes")
    _require_day(minutes, today)
    if any(isinstance(one.event, ErasureApproved) and one.event.minutes != minutes for one in erasure.approvals):
        raise RuleViolation("the first approval named other minutes (berita acara)", code="other-minutes")
    _require_free(register, subject)
    return ErasureApproved(employees=subject.ids, erasure=erasure.said.erasure, minutes=minutes)


def stop(erasure: Erasure, *, reason: StopReason, letter: Letter, today: date) -> ErasureStopped:
    """End a proposal for ever.

    Raises:
        Conflict: it is no more open.
    """
    _require_open(erasure)
    _require_day(letter, today)
    return ErasureStopped(employees=erasure.said.employees, erasure=erasure.said.erasure, reason=reason, letter=letter)


def erase(
    register: Erasures, subject: Subject, *, erasure: Erasure, days: int, zone: ZoneInfo, today: date,
    destroyed: Destroyed,
) -> PersonErased:  # fmt: skip
    """Destroy what two have approved and nobody stopped in time.

    Raises:
        RuleViolation: it is not approved by two, the days to object are not over, a hold or open case stands.
        Conflict: it is no more open.
    """
    _require_open(erasure)
    runs_on = erasure.runs_on(zone, days)
    if runs_on is None:
        raise RuleViolation("two must approve this before anything is destroyed", code="not-approved")
    if today < runs_on:
        raise RuleViolation(
            f"an inspector may stop this until {runs_on}: nothing is destroyed before",
            code="objection",
            values={"day": runs_on.isoformat()},
        )
    _require_free(register, subject)
    return PersonErased(
        employees=subject.ids,
        erasure=erasure.said.erasure,
        categories=erasure.said.categories,
        keys=tuple(sorted(destroyed.keys)),
        clear_until=PartialDate(destroyed.clear_until.isoformat()),
        keys_until=PartialDate(destroyed.keys_until.isoformat()),
    )


def place_hold(
    subject_ids: tuple[EmployeeId, ...], *, hold: HoldId, authority: HoldAuthority, ground: HoldGround, letter: Letter,
    today: date,
) -> HoldPlaced:  # fmt: skip
    """Hold everything of a person."""
    _require_day(letter, today)
    return HoldPlaced(employees=subject_ids, hold=hold, authority=authority, ground=ground, letter=letter)


def lift_hold(register: Erasures, *, hold: HoldId, letter: Letter, today: date) -> HoldLifted:
    """Lift a hold.

    Raises:
        NotFound: there is none of this id.
        Conflict: it is lifted already.
    """
    known = register.holds.get(hold)
    if known is None:
        raise NotFound(f"there is no hold {hold}", code="unknown-hold")
    if known.lifted is not None:
        raise Conflict("this hold is lifted already", code="already-lifted")
    _require_day(letter, today)
    return HoldLifted(employees=known.said.employees, hold=hold, letter=letter)


def _require_open(erasure: Erasure) -> None:
    if erasure.stopped is not None:
        raise Conflict("an inspector stopped this proposal: propose it anew", code="erasure-stopped")
    if erasure.erased is not None:
        raise Conflict("this is destroyed already", code="already-erased")


def _require_free(register: Erasures, subject: Subject) -> None:
    holds = register.holding(subject.ids)
    if holds:
        letter = holds[0].said.letter
        raise RuleViolation(
            f"a hold stands ({letter.number}, {letter.on}): nothing of this person is destroyed until it is lifted",
            code="hold",
            values={"number": letter.number, "on": str(letter.on)},
        )
    cases = [*_cases(subject.career), *subject.desk]
    if cases:
        raise RuleViolation(f"a case about this person is open: {cases[0]}", code=f"open-case-{cases[0]}")


def _cases(career: Career) -> list[str]:
    """What of a career is not settled yet."""
    found = ["inauguration"] if career.placement.pending else []
    return found + (["review"] if any(fact.review for fact in career.history.standing) else [])


def _classes(regulations: Regulations, categories: Sequence[DataCategory], day: date) -> list[Retention]:
    classes = [regulations.retention(category, day) for category in categories]
    if None in classes:
        raise RuleViolation("the retention schedule has no class for this", code="no-class")
    return [one for one in classes if one is not None]


def _require_not_kept_for_ever(
    subject: Subject, categories: Collection[DataCategory], classes: Sequence[Retention] | None
) -> None:
    if "identity" in categories and subject.named:
        raise RuleViolation("names of who held a public post stay", code="public-post")
    for one in classes or ():
        if one.permanent_kinds & subject.kinds:
            raise RuleViolation(
                f"class {one.code} is kept for ever for who held such a post: it goes to the archive institution",
                code="permanent",
                values={"name": one.code},
            )


def _due(career: Career, classes: Sequence[Retention], today: date) -> date:
    """The first day on which the last class is over."""
    left = exits(career.service)
    if not career.service or career.service[-1].ended is None or not left:
        raise RuleViolation("retention begins with the end of service, which is not on record", code="still-serving")
    due_on = max(years_later(left[-1][0], one.years) for one in classes)
    if today < due_on:
        raise RuleViolation(f"retention runs until {due_on}", code="retention", values={"day": due_on.isoformat()})
    return due_on


def _require_day(letter: Letter, today: date) -> None:
    if not letter.on.exact or letter.on.first > today:
        raise InvalidValue(
            "a letter has a number and the whole day on which it was signed, today or before", code="letter"
        )
