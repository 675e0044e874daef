"""A batch of requests judged and numbered: which facts are appended, which requests are refused."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from queue import SimpleQueue
from typing import TypeAlias
from uuid import UUID

import psycopg

from asn_ledger.proof.merkle import leaf_hash

from .envelope import Prepared, seal, timestamp
from .memory import Memory
from .requests import AlreadyRecorded, Answer, Appended, BoundaryMoved, Recorded, Refused, Request

AHEAD = timedelta(seconds=5)
"""By how much the last fact may be later than the clock before that is an alarm."""

Answers: TypeAlias = "SimpleQueue[list[Answer] | BaseException]"


@dataclass(slots=True, eq=False)
class Run:
    """A sequence of submissions that rests on nobody else's appending meanwhile; after one fails, all later ones do."""

    broken: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """One request, with what of it could be prepared before it reached the writer, and its simulated times if any."""

    request: Request
    events: tuple[Prepared, ...]
    times: tuple[datetime, ...] | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """Requests that wait for the writer, and where their caller waits for the answers.

    Args:
        jobs: judged one by one.
        run: the run that it belongs to, if any.
        expected: size that the ledger has before it, if it belongs to a run.
        decide: makes the one request, in place of `jobs`, once the head is locked.
    """

    jobs: tuple[Job, ...]
    run: Run | None = None
    expected: int = 0
    decide: Callable[[psycopg.Connection], Request] | None = None
    answers: Answers = field(default_factory=SimpleQueue)

    @property
    def facts(self) -> int:
        """How many facts it would append."""
        return sum(len(job.events) for job in self.jobs)

    def wait(self) -> list[Answer]:
        """Wait until each request is durable or refused; what went wrong with all of them is raised."""
        answer = self.answers.get()
        if isinstance(answer, BaseException):
            raise answer
        return answer


@dataclass(frozen=True, slots=True)
class TagColumns:
    """The tags of a draft's facts, by columns; `events` counts facts from 1 within the append."""

    tags: list[str] = field(default_factory=list)
    events: list[int] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    seqs: list[int | None] = field(default_factory=list)


class Draft:
    """What a batch would append behind the head that the memory knows.

    Making it moves the memory on, so if it is not appended, the memory has to be forgotten.
    """

    def __init__(self, ledger: str, memory: Memory, now: datetime) -> None:
        self.expected = memory.size
        self.events: list[Recorded] = []
        self.tags = TagColumns()
        self._ledger = ledger
        self._memory = memory
        self._now = now
        self._moment = now
        self._text = timestamp(now)
        self._ids: dict[UUID, int] = {}
        self._broken: list[Run] = []
        self._outcomes: list[list[Refused | slice] | None] = []

    def judge(
        self, batch: Sequence[Submission], moved: Mapping[int, BoundaryMoved], ids: Mapping[UUID, AlreadyRecorded]
    ) -> None:
        """Take the requests of a batch one after the other.

        Args:
            batch: the submissions; their requests are numbered through from 0.
            moved: for requests by that number, the fact that their condition forbids.
            ids: those of the batch's event ids that are on record.
        """
        numbers = count()
        for submission in batch:
            run = submission.run
            if run is not None and (run.broken or run in self._broken or submission.expected != self._memory.size):
                self._broken.append(run)
                self._outcomes.append(None)
                for _ in submission.jobs:
                    next(numbers)
            else:
                self._outcomes.append([self._take(job, moved.get(next(numbers)), ids) for job in submission.jobs])
        for event in self.events:
            event.leaf = leaf_hash(event.entry)
        self._memory.frontier = self._memory.frontier.extend(event.leaf for event in self.events)

    def answers(self, root: bytes) -> list[list[Answer] | None]:
        """Give the answers of each submission once the draft is durable; None: its run is broken."""
        return [
            None if outcomes is None else [self._answer(outcome, root) for outcome in outcomes]
            for outcomes in self._outcomes
        ]

    def _answer(self, outcome: Refused | slice, root: bytes) -> Answer:
        if isinstance(outcome, slice):
            return Appended(tuple(self.events[outcome]), self._memory.size, root)
        return outcome

    def _take(self, job: Job, moved: BoundaryMoved | None, ids: Mapping[UUID, AlreadyRecorded]) -> Refused | slice:
        condition = job.request.condition
        if moved is None and condition is not None:
            moved = self._memory.first_match(condition)
        if moved is not None:
            return moved
        own = [prepared.event.event_id for prepared in job.events]
        for event_id in own:
            if event_id in ids:
                return ids[event_id]
            if event_id in self._ids:
                return AlreadyRecorded(event_id, self._ids[event_id])
        start = len(self.events)
        times = job.times or (job.request.recorded_at or self._now,) * len(job.events)
        for prepared, moment in zip(job.events, times, strict=True):
            self._record(prepared, moment)
        return slice(start, len(self.events))

    def _record(self, prepared: Prepared, moment: datetime) -> None:
        memory = self._memory
        if memory.recorded_at is None or moment > memory.recorded_at:
            memory.recorded_at = moment
        if memory.recorded_at != self._moment:
            self._moment, self._text = memory.recorded_at, timestamp(memory.recorded_at)
        event = prepared.event
        ends = memory.accept(event.type, prepared.tags, prepared.subjects)
        position = memory.size
        sealed = seal(prepared, ledger=self._ledger, position=position, recorded_at=self._text, ends=ends)
        self._ids[event.event_id] = position
        self.events.append(
            Recorded(
                position,
                event.event_id,
                memory.recorded_at,
                event.type,
                b"",
                sealed.entry,
                sealed.act,
                sealed.person,
                prepared.record,
                event.data,
            )
        )
        number = len(prepared.tags)
        self.tags.tags.extend(prepared.tags)
        self.tags.events.extend([len(self.events)] * number)
        self.tags.types.extend([event.type] * number)
        self.tags.seqs.extend([ends[tag][0] + 1 if tag in ends else None for tag in prepared.tags])
