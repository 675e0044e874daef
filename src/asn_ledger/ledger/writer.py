"""The one way into a ledger: a thread that commits together what arrived while it was committing before."""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from queue import Empty, SimpleQueue

import psycopg
import structlog
from psycopg.errors import UniqueViolation

from . import statements
from .connection import writing_connection
from .draft import AHEAD, Draft, Job, Run, Submission
from .envelope import prepare, random_salts
from .errors import HEAD_MOVED, HeadMoved, LedgerUnavailable, driver_errors
from .memory import NO_END, Memory
from .requests import Answer, BoundaryMoved, Request

BATCH_EVENTS = 5000
"""A batch takes no further submission once it has this many facts."""

_PAUSE = 0.0002

_log = structlog.get_logger(__name__)


class Writer:
    """Appends to one ledger, in one thread over one connection.

    Args:
        url: of a login that may act as the service.
        ledger: name of the ledger.
        clock: gives the time, with its zone.
        appended: is called after each commit that appended something.
    """

    def __init__(self, url: str, ledger: str, *, clock: Callable[[], datetime], appended: Callable[[], None]) -> None:
        self._url = url
        self._ledger = ledger
        self._clock = clock
        self._appended = appended
        self._connection: psycopg.Connection | None = None
        self._memory: Memory | None = None
        self._queue: SimpleQueue[Submission | None] = SimpleQueue()
        self._held: Submission | None = None
        self._closed = False
        self._gate = threading.Lock()
        self._thread = threading.Thread(target=self._work, name=f"ledger-writer-{ledger}", daemon=True)
        self._thread.start()

    def submit(
        self,
        requests: Sequence[Request],
        *,
        run: Run | None = None,
        expected: int = 0,
        times: Sequence[datetime] | None = None,
    ) -> Submission:
        """Hand requests to the writer; `Submission.wait` gives their answers.

        Args:
            requests: each is judged by itself.
            run: if given, all is refused unless the ledger's size is the expected one.
            expected: see `run`.
            times: in a simulation, one time for each fact of a submission of one request.

        Raises:
            ValueError: if a request is empty or malformed.
            LedgerUnavailable: if the writer is closed.
        """
        return self._enqueue(Submission(_prepared(requests, times), run, expected))

    def decide(self, decide: Callable[[psycopg.Connection], Request]) -> Submission:
        """Have a request made while the head is locked, by reading over the connection that has locked it.

        Raises:
            LedgerUnavailable: if the writer is closed.
        """
        return self._enqueue(Submission((), decide=decide))

    def close(self) -> None:
        """Answer what was submitted, then stop."""
        with self._gate:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def _enqueue(self, submission: Submission) -> Submission:
        with self._gate:
            if self._closed:
                raise LedgerUnavailable("the ledger's writer is closed")
            self._queue.put(submission)
        return submission

    def _work(self) -> None:
        last = False
        while not last and (first := self._held or self._queue.get()) is not None:
            self._held = None
            batch, last = self._gather(first)
            try:
                with driver_errors():
                    answers = self._commit(batch)
            except BaseException as error:  # noqa: BLE001 -- every caller gets an answer, and the thread lives on
                self._drop()
                for submission in batch:
                    _break(submission)
                    submission.answers.put(error)
            else:
                for submission, answer in zip(batch, answers, strict=True):
                    if answer is None:
                        _break(submission)
                    submission.answers.put(
                        HeadMoved(f"{self._ledger} was written to meanwhile") if answer is None else answer
                    )
            if len(batch) > 1:
                time.sleep(_PAUSE)
        self._drop()

    def _gather(self, first: Submission) -> tuple[list[Submission], bool]:
        """Take what waits, up to a batch; the flag says that nothing comes after.

        A submission that decides under the lock is a batch by itself.
        """
        batch = [first]
        facts = first.facts
        while facts < BATCH_EVENTS and first.decide is None:
            try:
                submission = self._queue.get_nowait()
            except Empty:
                break
            if submission is None:
                return batch, True
            if submission.decide is not None:
                self._held = submission
                break
            batch.append(submission)
            facts += submission.facts
        return batch, False

    def _commit(self, batch: Sequence[Submission]) -> list[list[Answer] | None]:
        if self._connection is None:
            self._connection = writing_connection(self._url, self._ledger)
        memory = self._memory
        if batch[0].decide is not None:
            statements.lock(self._connection, self._ledger)
            decided = Submission(_prepared([batch[0].decide(self._connection)], None))
            return self._append_under_lock(self._connection, memory, [decided])
        if memory is not None:
            memory.make_room()
        if memory is not None and _covers(memory, batch):
            try:
                return self._append_from_memory(self._connection, memory, batch)
            except psycopg.Error as error:
                if error.sqlstate != HEAD_MOVED and not isinstance(error, UniqueViolation):
                    raise
                memory = None
        return self._append_under_lock(self._connection, memory, batch)

    def _append_from_memory(
        self, connection: psycopg.Connection, memory: Memory, batch: Sequence[Submission]
    ) -> list[list[Answer] | None]:
        """One statement, one round trip: right if the head is where it is remembered, which the statement checks."""
        draft = self._draft(memory)
        draft.judge(batch, {}, {})
        root = memory.frontier.root()
        if draft.events:
            self._append(connection, draft, memory, root)
        return self._settled(draft, memory, root)

    def _append_under_lock(
        self, connection: psycopg.Connection, memory: Memory | None, batch: Sequence[Submission]
    ) -> list[list[Answer] | None]:
        jobs = [job for submission in batch for job in submission.jobs]
        subjects = {subject for job in jobs for event in job.events for subject in event.subjects}
        looked = statements.lock_and_look(
            connection,
            self._ledger,
            subjects=list(subjects),
            conditions=[
                (number, job.request.condition) for number, job in enumerate(jobs) if job.request.condition is not None
            ],
            ids=[prepared.event.event_id for job in jobs for prepared in job.events],
        )
        if memory is None or memory.frontier != looked.frontier:
            memory = Memory(looked.frontier, looked.recorded_at)
        for subject in subjects:
            memory.learn_end(subject, looked.ends.get(subject, NO_END))
        moved = {**_unheld(jobs), **looked.moved}
        draft = self._draft(memory)
        draft.judge(batch, moved, looked.ids)
        root = memory.frontier.root()
        with connection.pipeline():
            if draft.events:
                self._append(connection, draft, memory, root)
            connection.execute("COMMIT")
        return self._settled(draft, memory, root)

    def _draft(self, memory: Memory) -> Draft:
        now = self._clock()
        if memory.recorded_at is not None and memory.recorded_at - now > AHEAD:
            _log.error(
                "the last fact is later than the clock",
                ledger=self._ledger,
                last=memory.recorded_at.isoformat(),
                clock=now.isoformat(),
            )
        return Draft(self._ledger, memory, now)

    def _append(self, connection: psycopg.Connection, draft: Draft, memory: Memory, root: bytes) -> None:
        statements.append(
            connection,
            self._ledger,
            expected=draft.expected,
            frontier=memory.frontier,
            root=root,
            events=draft.events,
            tags=draft.tags,
        )

    def _settled(self, draft: Draft, memory: Memory, root: bytes) -> list[list[Answer] | None]:
        """What was drafted is durable: keep the memory, and tell who waits for the head."""
        self._memory = memory
        if draft.events:
            self._appended()
        return draft.answers(root)

    def _drop(self) -> None:
        """Close the connection, with whatever is open on it, and forget."""
        self._memory = None
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _prepared(requests: Sequence[Request], times: Sequence[datetime] | None) -> tuple[Job, ...]:
    """Do for requests what needs no place in the ledger, and refuse what is malformed."""
    moments = [*(times or ()), *(request.recorded_at for request in requests if request.recorded_at is not None)]
    if any(moment.tzinfo is None for moment in moments):
        raise ValueError("a recording time has a time zone")
    jobs = tuple(
        Job(
            request,
            tuple(prepare(event, random_salts()) for event in request.events),
            None if times is None else tuple(times),
        )
        for request in requests
    )
    for job in jobs:
        if not job.events:
            raise ValueError("a request has at least one event")
        if len({prepared.event.event_id for prepared in job.events}) < len(job.events):
            raise ValueError("a request has no event twice")
    return jobs


def _covers(memory: Memory, batch: Sequence[Submission]) -> bool:
    """Whether a batch can be judged and numbered from memory alone."""
    for submission in batch:
        if submission.run is not None and submission.expected > memory.size:
            return False
        for job in submission.jobs:
            if job.request.holds is not None:
                return False  # it is asked under the lock
            if job.request.condition is not None and not memory.covers(job.request.condition):
                return False
            for event in job.events:
                if any(memory.end(subject) is None for subject in event.subjects):
                    return False
    return True


def _unheld(jobs: Sequence[Job]) -> dict[int, BoundaryMoved]:
    """The requests, by number, of which something does not hold any more; the head is locked."""
    return {
        number: BoundaryMoved(0, "", None)
        for number, job in enumerate(jobs)
        if job.request.holds is not None and not job.request.holds()
    }


def _break(submission: Submission) -> None:
    if submission.run is not None:
        submission.run.broken = True
