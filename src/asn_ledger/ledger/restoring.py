"""What a ledger that was put back must show before anybody may add to it: that it continues what others have seen.

A mark in the home folder stands from before the data are put back until the ledger has passed. A database that was put
back by other means is known by the newest checkpoint that this installation keeps outside it.
"""

from datetime import UTC, datetime
from pathlib import Path

from asn_ledger.proof.checkpoint import parse_checkpoint
from asn_ledger.proof.errors import VerificationError

from .errors import LedgerError

FOLDER = "restored"
"""Folder within the home: the marks of ledgers that wait for their audit, and proposals to go on."""


class NotAudited(LedgerError):  # noqa: N818 -- the state it reports
    """The ledger was put back from a backup and has not passed the audit yet."""


def mark(home: Path, ledger: str, backup: str) -> None:
    """Note that a ledger comes from a backup; again keeps the first note."""
    path = home / FOLDER / ledger
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        path.write_text(f"{datetime.now(UTC).isoformat()} {backup}\n", encoding="utf-8")


def marked(home: Path, ledger: str) -> str:
    """When a ledger was put back, and from which backup; empty where it is not marked."""
    path = home / FOLDER / ledger
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""


def unmark(home: Path, ledger: str) -> None:
    """Note that a ledger has passed."""
    (home / FOLDER / ledger).unlink(missing_ok=True)


def require_audited(home: Path, ledger: str, *, kept: Path, size: int) -> None:
    """Refuse a ledger that was put back and has not passed yet.

    Args:
        home: of the installation.
        ledger: its name.
        kept: file with the newest checkpoint that this installation signed.
        size: that the ledger has now.

    Raises:
        NotAudited: with the command that audits it.
    """
    restored = marked(home, ledger)
    if restored:
        raise NotAudited(f"{ledger} was put back from {restored} and is not audited yet")
    signed = _size(kept)
    if signed > size:
        raise NotAudited(f"{ledger} has {size} entries and had {signed} when it was last signed: an older copy is here")


def _size(kept: Path) -> int:
    try:
        return parse_checkpoint(kept.read_bytes()).size
    except (FileNotFoundError, VerificationError):  # the signer says what is wrong with a note
        return 0
