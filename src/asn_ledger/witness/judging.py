"""What a witness says to a submission: cosignatures, or why not (C2SP tlog-witness, add-checkpoint)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from asn_ledger.proof.checkpoint import Checkpoint, parse_body
from asn_ledger.proof.cosignature import CosigningKey
from asn_ledger.proof.encoding import read_text
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.merkle import EMPTY_ROOT, verify_consistency
from asn_ledger.proof.note import Note, Signature, VerifierKey, parse_note, verify_note
from asn_ledger.proof.submission import Submission, parse_submission

from .book import Book, Contradiction, Seen

_NOTHING = Seen(0, EMPTY_ROOT, b"", 0)


class Unreadable(Exception):  # noqa: N818 -- what the submission is
    """The submission is none (400)."""


class UnknownLog(Exception):  # noqa: N818 -- what the log is
    """This witness does not know the log (404)."""


class NotSigned(Exception):  # noqa: N818 -- what the checkpoint is
    """No key that is trusted for the log signed the checkpoint, or a signature under its name is false (403)."""


class Inconsistent(Exception):  # noqa: N818 -- what the log is
    """The log does not continue what this witness cosigned of it: it was changed, forked or put back (422)."""


class OtherSize(Exception):  # noqa: N818 -- what the witness has
    """The last tree that was cosigned has another size than the submission says (409).

    Args:
        size: that it has.
    """

    def __init__(self, size: int) -> None:
        super().__init__(f"the last tree that was cosigned has {size} leaves")
        self.size = size


@dataclass(frozen=True, slots=True)
class Witness:
    """Judges submissions. What was cosigned is on the disk before the cosignature is given away.

    Args:
        keys: with each of which it cosigns.
        logs: gives the keys of the logs that it trusts; asked at every submission.
        book: remembers.
        now: seconds since 1970 (UTC).
    """

    keys: tuple[CosigningKey, ...]
    logs: Callable[[], Sequence[VerifierKey]]
    book: Book
    now: Callable[[], int]

    def cosign(self, data: bytes) -> tuple[Signature, ...]:
        """Cosign the checkpoint of a submission, if it continues all that was cosigned of its log.

        Raises:
            Unreadable, UnknownLog, NotSigned, OtherSize, Inconsistent: it is not cosigned; nothing is remembered but,
                of the last, the checkpoint itself.
        """
        try:
            submission = parse_submission(data)
            note = parse_note(submission.checkpoint)
            origin, size = _first_lines(note)
        except VerificationError as error:
            raise Unreadable(str(error)) from None
        signed = self._signed(origin, submission.checkpoint, note)
        try:
            checkpoint = parse_body(note.text)
        except VerificationError as error:
            # An empty tree with another root is a log's lie, not a malformed text.
            raise (Inconsistent(str(error)) if size == "0" else Unreadable(str(error))) from None
        if submission.old > checkpoint.size:
            raise Unreadable("the old size is more than the checkpoint's")
        try:
            return self._decide(submission, checkpoint, signed)
        except Inconsistent as error:
            self.book.refuse(origin, Contradiction(submission.checkpoint, str(error), self.now()))
            raise

    def checkpoint(self, origin_hash: str, hash_of: Callable[[str], str]) -> bytes | None:
        """Give the last checkpoint that was cosigned of the log whose origin has this hash."""
        for key in self.logs():
            if hash_of(key.name) == origin_hash:
                seen = self.book.seen(key.name)
                return None if seen is None else seen.note
        return None

    def _signed(self, origin: str, data: bytes, note: Note) -> tuple[Signature, ...]:
        """Check the log's signatures; give those that were checked."""
        known = [key for key in self.logs() if key.name == origin]
        if not known:
            raise UnknownLog("this witness does not know the log")
        names = {(part.name, part.key_id) for part in note.signatures}
        own = [key for key in known if (key.name, key.key_id) in names]
        if not own:
            raise NotSigned("the checkpoint is not signed by a key that is trusted for the log")
        try:
            for key in own:
                verify_note(data, key)
        except VerificationError as error:
            raise NotSigned(str(error)) from None
        ids = {key.key_id for key in own}
        return tuple(part for part in note.signatures if part.name == origin and part.key_id in ids)

    def _decide(
        self, submission: Submission, checkpoint: Checkpoint, signed: tuple[Signature, ...]
    ) -> tuple[Signature, ...]:
        """Compare, remember and cosign as one step: between look and note nobody else gets in."""
        with self.book.deciding():
            seen = self.book.seen(checkpoint.origin) or _NOTHING
            if submission.old != seen.size:
                raise OtherSize(seen.size)
            _require_continuation(seen, submission, checkpoint)
            time = self.now()
            cosigned = tuple(key.cosign(checkpoint, time) for key in self.keys)
            note = Note(checkpoint.body(), signed + cosigned).to_bytes()
            self.book.see(checkpoint.origin, Seen(checkpoint.size, checkpoint.root, note, time))
        return cosigned


def _require_continuation(seen: Seen, submission: Submission, checkpoint: Checkpoint) -> None:
    if seen.size == 0:
        if submission.proof:
            raise Inconsistent("nothing is to be proved of an empty tree")
        return
    try:
        verify_consistency(
            old_size=seen.size,
            old_root=seen.root,
            new_size=checkpoint.size,
            new_root=checkpoint.root,
            proof=submission.proof,
        )
    except VerificationError as error:
        raise Inconsistent(str(error)) from None


def _first_lines(note: Note) -> tuple[str, str]:
    """Give origin and size as they stand there, before anything of the text is believed."""
    lines = read_text(note.text).split("\n")
    if len(lines) < len(("origin", "size")):
        raise VerificationError("a checkpoint has the lines origin, size and root")
    return lines[0], lines[1]
