"""Hands checkpoints in to the policy's witnesses and gathers their cosignatures (C2SP tlog-witness).

All witnesses are asked at once, each for a bounded time. One that is silent, slow or refuses is told in the log lines
and left.
"""

import http.client
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal
from urllib.parse import SplitResult, urlsplit

import structlog

from asn_ledger.proof.checkpoint import Checkpoint, parse_body
from asn_ledger.proof.cosignature import verify_cosignatures
from asn_ledger.proof.encoding import read_decimal
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.note import MAX_NOTE_BYTES, Note, Signature, parse_note
from asn_ledger.proof.policy import Policy, Witness
from asn_ledger.proof.submission import Submission

SECONDS = 10.0
"""How long a witness may take, over all that is said to it about one checkpoint."""

CLOCK_SECONDS = 300
"""A cosignature whose time is farther than this from the clock here is an alarm: one of the two clocks is wrong."""

Outcome = Literal["cosigned", "silent", "refused", "inconsistent", "ahead"]
"""How a witness answered; `ahead`: it cosigned a larger tree than this ledger has now, which has lost entries."""

Prove = Callable[[int, int], tuple[bytes, ...]]
"""The consistency proof between two sizes."""

_TRIES = 3
_ANSWERED, _CONFLICT, _UNPROCESSABLE = 200, 409, 422
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one witness answered about one checkpoint.

    Args:
        outcome: in a word.
        signatures: its cosignatures, checked; empty unless it cosigned.
    """

    outcome: Outcome
    signatures: tuple[Signature, ...] = ()


class Cosigners:
    """The policy's witnesses that can be asked, and how far each is thought to have come.

    Args:
        policy: names them, with their keys and addresses.
        prove: gives the consistency proofs that they ask for.
        seconds: for which each is waited.
    """

    def __init__(self, policy: Policy, prove: Prove, seconds: float = SECONDS) -> None:
        self._witnesses = tuple(one for one in policy.witnesses if one.url)
        self._prove, self._seconds = prove, seconds
        self._sizes: dict[str, int] = {}

    def gather(self, data: bytes) -> bytes | None:
        """Ask each witness that has not cosigned a checkpoint's note.

        Returns:
            The note with the cosignatures that came in time, behind those it had; None if none came.
        """
        note = parse_note(data)
        missing = [one for one in self._witnesses if not _has_cosigned(note, one)]
        if not missing:
            return None
        with ThreadPoolExecutor(len(missing), thread_name_prefix="cosigning") as pool:
            answers = list(pool.map(lambda one: self._ask(one, data), missing))
        for witness, answer in zip(missing, answers, strict=True):
            _tell(witness, answer)
        came = tuple(signature for answer in answers for signature in answer.signatures)
        return Note(note.text, note.signatures + came).to_bytes() if came else None

    def _ask(self, witness: Witness, data: bytes) -> Asked:
        """Hand a checkpoint in; the size that the witness has is learnt from its answer."""
        ends, checkpoint = time.monotonic() + self._seconds, parse_body(parse_note(data).text)
        try:
            for _ in range(_TRIES):
                old = self._sizes.get(witness.name, 0)
                if old > checkpoint.size:
                    return self._behind(witness, checkpoint, old)
                proof = self._prove(old, checkpoint.size) if 0 < old < checkpoint.size else ()
                body = Submission(old, proof, data).to_bytes()
                status, answer = request(f"{witness.url.rstrip('/')}/add-checkpoint", ends - time.monotonic(), body)
                if status == _ANSWERED:
                    return self._cosigned(witness, checkpoint, answer)
                if status != _CONFLICT:
                    return Asked("inconsistent" if status == _UNPROCESSABLE else "refused")
                self._sizes[witness.name] = read_decimal(answer.decode("ascii", "replace").strip())
        except OSError:
            return Asked("silent")
        except (VerificationError, ValueError, LookupError, http.client.HTTPException):
            return Asked("refused")
        return Asked("refused")

    def _behind(self, witness: Witness, checkpoint: Checkpoint, size: int) -> Asked:
        """Say what it means that a witness has cosigned more than is handed in."""
        del self._sizes[witness.name]
        try:
            self._prove(max(checkpoint.size, 1), size)
        except LookupError:
            return Asked("ahead")
        return Asked("refused")  # another process was quicker with a newer one

    def _cosigned(self, witness: Witness, checkpoint: Checkpoint, answer: bytes) -> Asked:
        """Keep the witness's own cosignature out of an answer; others' are not believed from it."""
        note = parse_note(checkpoint.body() + b"\n" + answer)
        (cosigned, *_) = verify_cosignatures(note, (witness.key,))
        self._sizes[witness.name] = checkpoint.size
        if abs(cosigned.time - time.time()) > CLOCK_SECONDS:
            _log.error("this clock and a witness's are more than five minutes apart", name=witness.key.name)
        own = [one for one in note.signatures if (one.name, one.key_id) == (witness.key.name, witness.key.key_id)]
        return Asked("cosigned", (own[0],))


def published(witness: Witness, origin: str, seconds: float = SECONDS) -> bytes | None:
    """Ask a witness for the last checkpoint of a log that it cosigned.

    Returns:
        The note, not checked yet; None where it does not answer, or never cosigned any.
    """
    place = sha256(origin.encode("utf-8")).hexdigest()
    try:
        status, answer = request(f"{witness.url.rstrip('/')}/{place}/checkpoint", seconds)
    except (OSError, ValueError, http.client.HTTPException):
        return None
    return answer if status == _ANSWERED else None


def request(url: str, seconds: float, body: bytes | None = None) -> tuple[int, bytes]:
    """Ask over HTTP or HTTPS, within a time that no server which answers byte by byte, and no resolver, can draw out.

    A name is looked up by the system, which takes no limit of time: a thread of its own waits for that, and is left.

    Args:
        url: of a witness; anything else than http and https is refused.
        seconds: for the whole exchange.
        body: sent by POST; None: asked by GET.

    Returns:
        Status and body; no redirection is followed.

    Raises:
        OSError: nobody answers, not in time, or more than a note has.
        ValueError: the address is none.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or parts.hostname is None:
        raise ValueError(f"{url} is no address of a witness")
    if seconds <= 0:
        raise TimeoutError("no time is left")
    answers: queue.SimpleQueue[tuple[int, bytes] | Exception] = queue.SimpleQueue()
    threading.Thread(target=_ask, args=(parts, seconds, body, answers), daemon=True, name="asking").start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError("nobody answered in time") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _ask(
    parts: SplitResult,
    seconds: float,
    body: bytes | None,
    answers: "queue.SimpleQueue[tuple[int, bytes] | Exception]",
) -> None:
    """Put what came of an exchange where it is waited for."""
    try:
        answers.put(_exchange(parts, seconds, body))
    except (OSError, ValueError, http.client.HTTPException) as error:
        answers.put(error)


def _exchange(parts: SplitResult, seconds: float, body: bytes | None) -> tuple[int, bytes]:
    assert parts.hostname is not None  # noqa: S101 -- looked at by who asks
    connection = (
        http.client.HTTPSConnection(parts.hostname, parts.port, timeout=seconds, context=ssl.create_default_context())
        if parts.scheme == "https"
        else http.client.HTTPConnection(parts.hostname, parts.port, timeout=seconds)
    )
    alarm = threading.Timer(seconds, _hang_up, (connection,))
    alarm.daemon = True
    alarm.start()
    try:
        connection.request("GET" if body is None else "POST", parts.path or "/", body)
        with connection.getresponse() as response:
            answer = response.read(MAX_NOTE_BYTES + 1)
            if len(answer) > MAX_NOTE_BYTES:
                raise OSError("the answer is longer than a note")
            return response.status, answer
    finally:
        alarm.cancel()
        connection.close()


def _hang_up(connection: http.client.HTTPConnection) -> None:
    """End an exchange that takes too long, from another thread."""
    if isinstance(connection.sock, socket.socket):
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


def _has_cosigned(note: Note, witness: Witness) -> bool:
    return any((one.name, one.key_id) == (witness.key.name, witness.key.key_id) for one in note.signatures)


def _tell(witness: Witness, answer: Asked) -> None:
    match answer.outcome:
        case "cosigned":
            pass
        case "silent" | "refused":
            _log.warning("a witness did not cosign; trying again", name=witness.key.name, problem=answer.outcome)
        case "inconsistent" | "ahead":
            _log.error(
                "a witness says that this ledger is not the one it cosigned: run asn-ledger verify",
                name=witness.key.name,
                problem=answer.outcome,
            )
