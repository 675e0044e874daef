"""Destruction of personal data, step by step: what is on record, what is asked, and what then happens."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import given
import pytest

from asn_ledger.domain.access import was_named
from asn_ledger.domain.decisions import erase as decide
from asn_ledger.domain.decisions.erase import By, Destroyed, Subject
from asn_ledger.domain.erasures import Erasures, fold_erasures
from asn_ledger.domain.errors import Conflict, InvalidValue, NotAllowed, NotFound, Refusal, RuleViolation
from asn_ledger.domain.events import (
    Actor,
    Entry,
    ErasureApproved,
    ErasureProposed,
    Event,
    HoldLifted,
    HoldPlaced,
    Letter,
    PersonErased,
    Record,
)
from asn_ledger.domain.reach import PERSON, AboutPerson, AboutPost, Question
from asn_ledger.domain.regulations import Regulations, Retention
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import ErasureId, HoldId
from asn_ledger.proof.canonical import canonical

ZONE = ZoneInfo("Asia/Jakarta")
DAYS = 30
PROPOSAL, HOLD = ErasureId.of(UUID(int=1)), HoldId.of(UUID(int=2))
LISTED = Letter(number="045/1", on=PartialDate("2025-01-06"))
MINUTES = Letter(number="BA/1", on=PartialDate("2025-02-03"))
CONSENT = Letter(number="ANRI/1", on=PartialDate("2025-01-20"))
START = date(2025, 2, 3)
SCHEDULE = Regulations(
    retentions=(
        Retention("berkas", frozenset({"identity"}), 10, frozenset({"jpt_pratama"}), True, date(2012, 1, 1), None, "t"),
        Retention("terbatas", frozenset({"restricted"}), 5, frozenset(), False, date(2012, 1, 1), None, "t"),
    ),
)


def ledger(*, left: str | None = "2014-01-01", kind: str = "pelaksana") -> given.Ledger:
    made = given.Ledger(
        given.signed(
            101, given.create_unit(1, "2005-01-01"), given.create_post(1, tmt="2005-01-01", kind=kind),
            given.open_career(1, tmt="2006-01-01", post=given.post(1)), on="2006-01-01",
        )
    )  # fmt: skip
    if left is not None:
        made.record(given.signed(102, given.separate(1, left), on=left))
    return made


def subject(**told: Any) -> Subject:
    made = ledger(**told)
    career = made.career(1)
    kinds = frozenset({told.get("kind", "pelaksana")})
    return Subject((given.employee(1),), career, kinds)


GONE = subject()


def by(account: str, **owners: str) -> By:
    return By(Actor(account, "hr_officer"), owners)


def at(event: Event, account: str, day: date, position: int) -> Entry:
    record = Record(UUID(int=position), "", Actor(account, "hr_officer"), None, (), "entry", "unverified")
    moment = datetime.combine(day, datetime.min.time(), ZONE) + timedelta(hours=9)
    return Entry(event.tags(), event, position, UUID(int=position), moment.astimezone(UTC), record)


class Story:
    """A register that grows by one decision after the other, each by somebody on a day."""

    def __init__(self, who: Subject = GONE) -> None:
        self.who = who
        self.entries: list[Entry] = []

    @property
    def register(self) -> Erasures:
        return fold_erasures(self.entries)

    @property
    def erasure(self) -> Any:
        return self.register.proposals[PROPOSAL]

    def take(self, event: Event, account: str, day: date = START) -> "Story":
        self.entries.append(at(event, account, day, len(self.entries) + 1))
        return self

    def proposed(self, account: str = "ani", categories: Iterable[Any] = ("identity",)) -> "Story":
        told = decide.propose(
            self.register, self.who, erasure=PROPOSAL, categories=tuple(categories), listed=LISTED, today=START
        )
        return self.take(told, account)

    def assessed(self, account: str = "budi", consent: Letter | None = CONSENT, **owners: str) -> "Story":
        told = decide.assess(
            self.register, self.who, erasure=self.erasure, regulations=SCHEDULE, today=START,
            by=by(account, **owners), consent=consent,
        )  # fmt: skip
        return self.take(told, account)

    def approved(self, account: str, minutes: Letter | None = MINUTES, **owners: str) -> "Story":
        told = decide.approve(
            self.register, self.who, erasure=self.erasure, today=START, by=by(account, **owners), minutes=minutes
        )
        return self.take(told, account)

    def stopped(self) -> "Story":
        told = decide.stop(self.erasure, reason="perkara", letter=MINUTES, today=START)
        return self.take(told, "inspektur")

    def erased(self, day: date = START + timedelta(days=DAYS)) -> "Story":
        destroyed = Destroyed((UUID(int=9), UUID(int=8)), day, day + timedelta(days=35))
        told = decide.erase(
            self.register, self.who, erasure=self.erasure, days=DAYS, zone=ZONE, today=day, destroyed=destroyed
        )
        return self.take(told, "ani", day)

    def held(self) -> "Story":
        told = decide.place_hold(
            self.who.ids, hold=HOLD, authority="inspektorat", ground="pemeriksaan", letter=LISTED, today=START
        )
        return self.take(told, "inspektur")

    def lifted(self) -> "Story":
        return self.take(decide.lift_hold(self.register, hold=HOLD, letter=MINUTES, today=START), "inspektur")

    def is_now(self, **told: Any) -> "Story":
        self.who = replace(self.who, **told)
        return self


Steps = Callable[[], Story]


def all_approved() -> Story:
    return Story().proposed().assessed().approved("citra").approved("dewi")


def test_what_two_approve_and_nobody_stops_is_destroyed() -> None:
    story = all_approved()
    assert story.erasure.state(START, ZONE, DAYS) == "objection"
    assert story.erasure.runs_on(ZONE, DAYS) == START + timedelta(days=DAYS)
    assert story.erasure.state(START + timedelta(days=DAYS), ZONE, DAYS) == "due"

    story.erased()

    assert story.erasure.state(START, ZONE, DAYS) == "erased"
    assert story.erasure.erasing.keys == (UUID(int=8), UUID(int=9))
    assert story.register.keys == {str(UUID(int=8)), str(UUID(int=9))}
    assert story.erasure.assessment.due_on == "2024-01-01"


def test_states_follow_the_steps() -> None:
    story = Story().proposed()
    seen = [story.erasure.state(START, ZONE, DAYS)]
    steps: list[Steps] = [story.assessed, lambda: story.approved("citra"), story.stopped]
    for step in steps:
        step()
        seen.append(story.erasure.state(START, ZONE, DAYS))
    assert seen == ["proposed", "assessed", "approved_once", "stopped"]


REFUSED: list[tuple[str, type[Refusal], str, Steps]] = [
    ("a hold, at the proposal", RuleViolation, "hold", lambda: Story().held().proposed()),
    ("a hold, at the assessment", RuleViolation, "hold", lambda: Story().proposed().held().assessed()),
    ("a hold, at an approval", RuleViolation, "hold", lambda: Story().proposed().assessed().held().approved("citra")),
    ("a hold, at the end", RuleViolation, "hold", lambda: all_approved().held().erased()),
    ("a case on the desk", RuleViolation, "open-case-desk", lambda: Story().is_now(desk=("desk",)).proposed()),
    ("a case at the end", RuleViolation, "open-case-desk", lambda: all_approved().is_now(desk=("desk",)).erased()),
    ("a public post", RuleViolation, "public-post", lambda: Story().is_now(named=True).proposed()),
    (
        "a permanent class", RuleViolation, "permanent",
        lambda: Story(subject(kind="jpt_pratama")).proposed().assessed(),
    ),
    ("still in service", RuleViolation, "still-serving", lambda: Story(subject(left=None)).proposed().assessed()),
    ("retention", RuleViolation, "retention", lambda: Story(subject(left="2015-02-04")).proposed().assessed()),
    ("no class", RuleViolation, "no-class", lambda: Story().proposed(categories=("contact",)).assessed()),
    ("no consent of ANRI", RuleViolation, "consent", lambda: Story().proposed().assessed(consent=None)),
    ("not assessed", RuleViolation, "not-assessed", lambda: Story().proposed().approved("citra")),
    (
        "no minutes", RuleViolation, "no-minutes",
        lambda: Story().proposed().assessed().approved("citra", minutes=None),
    ),
    (
        "other minutes", RuleViolation, "other-minutes",
        lambda: Story().proposed().assessed().approved("citra").approved("dewi", minutes=CONSENT),
    ),
    ("who proposed assesses", NotAllowed, "one-person", lambda: Story().proposed().assessed("ani")),
    ("who proposed approves", NotAllowed, "one-person", lambda: Story().proposed().assessed().approved("ani")),
    (
        "one approves twice", NotAllowed, "one-person",
        lambda: Story().proposed().assessed().approved("citra").approved("citra"),
    ),
    (
        "one person approves with two accounts", NotAllowed, "one-person",
        lambda: Story().proposed().assessed().approved("citra").approved("other", citra="c", other="c"),
    ),
    ("a third approval", Conflict, "already-approved", lambda: all_approved().approved("eka")),
    ("one approval alone", RuleViolation, "not-approved", lambda: Story().proposed().assessed().approved("c").erased()),
    ("before thirty days", RuleViolation, "objection", lambda: all_approved().erased(START + timedelta(days=DAYS - 1))),
    ("after a stop", Conflict, "erasure-stopped", lambda: all_approved().stopped().erased()),
    ("twice", Conflict, "already-erased", lambda: all_approved().erased().erased()),
    ("proposed twice", Conflict, "already-proposed", lambda: Story().proposed().proposed()),
    ("proposed once erased", Conflict, "already-erased", lambda: all_approved().erased().proposed()),
    ("nothing", InvalidValue, "no-category", lambda: Story().proposed(categories=())),
    ("a hold lifted twice", Conflict, "already-lifted", lambda: Story().held().lifted().lifted()),
    ("a hold that is none", NotFound, "unknown-hold", lambda: Story().lifted()),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "code", "steps"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_it_is_refused(kind: type[Refusal], code: str, steps: Steps) -> None:
    with pytest.raises(kind) as refused:
        steps()
    assert refused.value.code == code


def test_a_lifted_hold_and_a_stopped_proposal_stand_in_nobodys_way() -> None:
    story = Story().held().lifted().proposed().stopped().proposed()
    assert story.erasure.state(START, ZONE, DAYS) == "proposed"
    assert story.register.holding(GONE.ids) == ()


def test_retention_is_over_on_its_last_day_of_years() -> None:
    assert Story(subject(left="2015-02-03")).proposed().assessed().erasure.assessment.due_on == START.isoformat()


@pytest.mark.parametrize("on", ["2025-02", "2025-02-04"])
def test_a_letter_has_a_whole_day_that_is_past(on: str) -> None:
    with pytest.raises(InvalidValue):
        Story().proposed().assessed().approved("citra", Letter(number="BA/1", on=PartialDate(on)))


@pytest.mark.parametrize(("kind", "named"), [("administrator", True), ("pelaksana", False)])
def test_a_public_post_is_one_whose_holder_the_public_learns(kind: str, named: bool) -> None:
    made = ledger(kind=kind)
    facts = made.facts(Question((AboutPerson(given.employee(1), PERSON), AboutPost(given.post(1), units=True))))
    assert was_named(facts, facts.careers[given.employee(1)]) is named


def test_an_appointment_that_waits_for_its_inauguration_is_an_open_case() -> None:
    made = ledger(left=None)
    made.record(given.signed(103, given.create_post(2, tmt="2010-01-01")))
    upon = {**given.move(1, 2), "tmt": {"upon": "inauguration"}}
    made.record(given.signed(104, upon, on="2013-01-07"))
    with pytest.raises(RuleViolation, match="inauguration"):
        Story(replace(GONE, career=made.career(1))).proposed()


DESTROYED = (
    b'{"categories":["identity"],"clear_until":"2025-03-05","employees":["%s"],"erasure":"%s",'
    b'"keys":["00000000-0000-0000-0000-000000000008"],"keys_until":"2025-04-09"}'
)
GOLDEN: list[tuple[Event, bytes]] = [
    (
        ErasureProposed(employees=GONE.ids, erasure=PROPOSAL, categories=("identity",), listed=LISTED),
        b'{"categories":["identity"],"employees":["%s"],"erasure":"%s","listed":{"number":"045/1","on":"2025-01-06"}}',
    ),
    (
        ErasureApproved(employees=GONE.ids, erasure=PROPOSAL, minutes=MINUTES),
        b'{"employees":["%s"],"erasure":"%s","minutes":{"number":"BA/1","on":"2025-02-03"}}',
    ),
    (
        PersonErased(
            employees=GONE.ids, erasure=PROPOSAL, categories=("identity",), keys=(UUID(int=8),),
            clear_until=PartialDate("2025-03-05"), keys_until=PartialDate("2025-04-09"),
        ),
        DESTROYED,
    ),
    (
        HoldLifted(employees=GONE.ids, hold=HoldId(PROPOSAL), letter=MINUTES),
        b'{"employees":["%s"],"hold":"%s","letter":{"number":"BA/1","on":"2025-02-03"}}',
    ),
]  # fmt: skip


@pytest.mark.parametrize(("event", "stored"), GOLDEN, ids=[event.TOPIC for event, _ in GOLDEN])
def test_the_stored_words_are_these(event: Event, stored: bytes) -> None:
    assert canonical(event.as_dict()) == stored % (given.employee(1).encode(), PROPOSAL.encode())


def test_every_step_carries_the_persons_and_the_registers_tag() -> None:
    told = HoldPlaced(employees=GONE.ids, hold=HOLD, authority="bpk", ground="sengketa", letter=LISTED)
    assert told.tags() == [given.employee(1).tag, HOLD.tag, "register:erasures"]
