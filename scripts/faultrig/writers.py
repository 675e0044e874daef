"""Clerks who send decrees whatever happens, and remember what they were told."""

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

from asn_ledger.domain.decisions.series import command_id, decree_forms, parse_bulk

from . import forms
from .forms import Chance, Form
from .processes import Served

_TIMEOUT = 20.0
_ANSWERED_WITHIN = 90.0
_FIRST_DAY = date(2013, 1, 1)
_GIVE_UP = 3

State = Literal["recorded", "refused", "abandoned"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; status 0: nothing did."""

    status: int
    said: Mapping[str, Any]  # Any: JSON

    @property
    def lost(self) -> bool:
        """Whether nobody knows what came of it: ask again."""
        moved = self.status == http.HTTPStatus.CONFLICT and self.said.get("type") == "/problems/boundary-moved"
        return self.status in {0, http.HTTPStatus.SERVICE_UNAVAILABLE} or moved


@dataclass(frozen=True, slots=True)
class Sent:
    """A decree that was sent, its command, and what its sender knows of it in the end."""

    command: UUID
    form: Form
    state: State
    positions: tuple[int, ...] = ()
    acknowledgement: bytes = b""


@dataclass
class Writer:
    """One clerk.

    Args:
        chance: what it draws.
        services: which it asks, by chance.
        tokens: of who records and of who confirms.
        posts: among which people move.
    """

    chance: Chance
    services: Sequence[Served]
    tokens: tuple[str, str]
    posts: Sequence[str]
    sent: list[Sent] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    people: dict[str, str] = field(default_factory=dict)
    moves: Counter[str] = field(default_factory=Counter)

    def work(self, until: threading.Event) -> None:
        """Send one decree after the other until it is told to stop; whatever was begun is ended."""
        while not until.is_set():
            try:
                self._one()
            except Exception as error:  # noqa: BLE001 -- a clerk that stops silently would hide what stopped it
                self.faults.append(f"writer {self.chance.number}: {error!r}")
                return

    def send(self, form: Form, command: UUID | None = None, *, patient: bool = True) -> Sent:
        """Send a decree until it is known what came of it, or until it is given up."""
        command = command or UUID(self.chance.id())
        answer = self._told(lambda: self._post(f"{_DECREES}?wait=live", form, command), patient=patient)
        if answer is not None and answer.status == http.HTTPStatus.ACCEPTED:
            path = f"{_DECREES}/{form['id']}/confirmation?wait=live"
            answer = self._told(lambda: self._ask("POST", path, 1), patient=True)
        sent = self._remembered(command, form, answer)
        self.sent.append(sent)
        self.counted[sent.state] += 1
        return sent

    def repeat(self, sent: Sent) -> None:
        """Send a decree again: the answer must be the first one."""
        again = self._told(lambda: self._post(_DECREES, sent.form, sent.command), patient=True)
        if again is not None and again.status == http.HTTPStatus.ACCEPTED:
            again = self._told(lambda: self._ask("POST", f"{_DECREES}/{sent.form['id']}/confirmation", 1), patient=True)
        self.counted["repeated"] += 1
        expected = (http.HTTPStatus.CREATED, sent.positions)
        got = None if again is None else (again.status, tuple(again.said.get("positions", ())))
        if got != expected:
            self.faults.append(f"{sent.command} sent again: {got} instead of {expected}")

    def _one(self) -> None:
        drawn = self.chance.drawn
        kind = drawn.choices(
            ("enter", "move", "signed", "many", "taken", "day"),
            (8, 10, 4, 2, 2, 1) if self.people else (1, 0, 0, 1, 0, 0),
        )[0]
        match kind:
            case "enter":
                sent = self._enter()
            case "move":
                sent = self.send(forms.decree(self.chance, [self._move()]))
            case "signed":
                sent = self.send(forms.decree(self.chance, [self._move()], "signed"))
            case "many":
                sent = self._many(drawn.randrange(5, 25))
            case "day":
                sent = self._day(drawn.choice(("draft", "signed")), drawn.randrange(2, 9))
            case _:
                sent = self._taken()
        if sent.state == "recorded":
            self._read_back(sent)
            if drawn.random() < 0.2:  # noqa: PLR2004 -- a fifth
                self.repeat(sent)
            if drawn.random() < 0.05:  # noqa: PLR2004 -- a twentieth
                self._reuse(sent)

    def _enter(self) -> Sent:
        employee, nip = self.chance.id(), self.chance.nip()
        patient = self.chance.drawn.random() < 0.5  # noqa: PLR2004 -- half of them
        sent = self.send(forms.decree(self.chance, [forms.enters(employee, nip)]), patient=patient)
        if sent.state == "recorded":
            self.people[employee] = nip
        if sent.state == "abandoned":  # somebody else enters the same person anew, knowing nothing of it
            other = self.chance.id()
            again = self.send(forms.decree(self.chance, [forms.enters(other, nip)]))
            if again.state == "recorded":
                self.people[other] = nip
            return again
        return sent

    def _many(self, number: int) -> Sent:
        new = {self.chance.id(): self.chance.nip() for _ in range(number)}
        sent = self.send(forms.decree(self.chance, [forms.enters(*pair) for pair in new.items()]))
        if sent.state == "recorded":
            self.people.update(new)
        return sent

    def _day(self, mode: str, number: int) -> Sent:
        """A bulk day, asked for again under its key until each of its decrees is on record."""
        command, new = UUID(self.chance.id()), {self.chance.id(): self.chance.nip() for _ in range(number)}
        form = forms.day(self.chance, [forms.enters(*pair) for pair in new.items()], mode)
        ends = time.monotonic() + _ANSWERED_WITHIN
        while (positions := self._asked_day(command, form, number)) is None:
            self.counted["bulk days asked for again"] += 1
            if time.monotonic() > ends:
                raise TimeoutError(f"the bulk day {command} does not come on record")
        self.counted["bulk days"] += 1
        for place, made in enumerate(decree_forms(command, parse_bulk(form)), start=1):
            sent = self.send(made, command_id(command, place))
            if sent.positions[-1:] != positions[place - 1 : place]:
                self.faults.append(f"{sent.command} of a bulk day: {sent.positions}, the day: {positions[place - 1]}")
        self.people.update(new)
        return sent

    def _asked_day(self, command: UUID, form: Form, number: int) -> tuple[int, ...] | None:
        """Ask once for a bulk day, confirm what waits; where its decrees ended, None if any is not on record yet."""
        key = {"Idempotency-Key": str(command)}
        answer = self._told(lambda: self._ask("POST", f"{_BULK}?wait=live", 0, form, key), patient=True)
        if answer is not None and answer.said.get("confirm"):
            answer = self._told(lambda: self._ask("POST", f"{_BULK}/{command}/confirmation?wait=live", 1), patient=True)
        if answer is None or answer.status != http.HTTPStatus.OK:
            self.faults.append(f"the bulk day {command}: {answer and (answer.status, json.dumps(answer.said)[:300])}")
            return None
        results = answer.said["results"]
        done = tuple(one["position"] for one in results if one["state"] == "recorded")
        return done if len(done) == number == len(results) else None

    def _taken(self) -> Sent:
        nip = self.chance.drawn.choice(list(self.people.values()))
        sent = self.send(forms.decree(self.chance, [forms.enters(self.chance.id(), nip)]))
        if sent.state != "refused":
            self.faults.append(f"{sent.command} gave somebody another's NIP: {sent.state}")
        return sent

    def _move(self) -> Form:
        employee = self.chance.drawn.choice(list(self.people))
        self.moves[employee] += 1
        day = _FIRST_DAY + timedelta(days=30 * self.moves[employee])
        first = self.moves[employee] == 1
        return forms.placed(employee, self.chance.drawn.choice(self.posts), day.isoformat(), first=first)

    def _read_back(self, sent: Sent) -> None:
        """What is said to be live must be there, whichever service is asked."""
        answer = self._ask("GET", f"{_DECREES}/{sent.form['id']}", 0)
        if answer.lost:
            return
        self.counted["read back"] += 1
        if answer.status != http.HTTPStatus.OK or answer.said.get("state") != "recorded":
            self.faults.append(f"{sent.command} was acknowledged, but its decree reads {answer.status}")

    def _reuse(self, sent: Sent) -> None:
        """The same key for another decree must be refused."""
        other = {**sent.form, "number": "1/OTHER/2019"}
        answer = self._told(lambda: self._post(_DECREES, other, sent.command), patient=True)
        if answer is not None and answer.status != http.HTTPStatus.CONFLICT:
            self.faults.append(f"{sent.command} was used for another decree: {answer.status}")

    def _remembered(self, command: UUID, form: Form, answer: Answer | None) -> Sent:
        if answer is None:
            return Sent(command, form, "abandoned")
        if answer.status == http.HTTPStatus.CREATED:
            positions = tuple(answer.said["positions"])
            if answer.said["live"] is False:
                self.counted["not live in time"] += 1
            return Sent(command, form, "recorded", positions, answer.said["acknowledgement"].encode())
        if answer.status not in {http.HTTPStatus.CONFLICT, http.HTTPStatus.NOT_FOUND}:
            self.faults.append(f"{command}: {answer.status} {json.dumps(answer.said)[:300]}")
        return Sent(command, form, "refused")

    def _told(self, ask: Callable[[], Answer], *, patient: bool) -> Answer | None:
        """Ask until there is an answer; None: given up, because that is all the patience there is."""
        ends = time.monotonic() + _ANSWERED_WITHIN
        tries = 0
        while time.monotonic() < ends:
            answer = ask()
            if not answer.lost:
                return answer
            self.counted["lost"] += 1
            tries += 1
            if not patient and tries == _GIVE_UP:
                return None
            time.sleep(self.chance.drawn.uniform(0.02, 0.3))
        raise TimeoutError(f"no answer within {_ANSWERED_WITHIN:g} s")

    def _post(self, path: str, form: Form, command: UUID) -> Answer:
        return self._ask("POST", path, 0, form, {"Idempotency-Key": str(command)})

    def _ask(
        self, method: str, path: str, who: int, form: Form | None = None, more: Mapping[str, str] | None = None
    ) -> Answer:
        return ask(self.chance.drawn.choice(self.services).port, self.tokens[who], method, path, form=form, more=more)


_DECREES = "/api/v1/decrees"
_BULK = "/api/v1/bulk"


def ask(
    port: int,
    token: str | None,
    method: str,
    path: str,
    *,
    form: Form | None = None,
    more: Mapping[str, str] | None = None,
) -> Answer:
    """Ask a service once, over a connection of its own."""
    headers = {**(more or {}), **({} if token is None else {"Authorization": f"Bearer {token}"})}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT)
    try:
        body = None if form is None else json.dumps(form)
        connection.request(method, path, body, {**headers, "Content-Type": "application/json"})
        answer = connection.getresponse()
        return Answer(answer.status, json.loads(answer.read()))
    except (OSError, http.client.HTTPException, ValueError):
        return Answer(0, {})
    finally:
        connection.close()
