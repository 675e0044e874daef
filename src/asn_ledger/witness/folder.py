"""A witness's folder: its private keys, the logs it trusts, its book."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from os import urandom
from pathlib import Path

from asn_ledger.ledger.keyfiles import KeyFileError, read_private, write_private
from asn_ledger.proof.cosignature import CosignatureKind, CosignerKey, CosigningKey
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.note import VerifierKey

from .book import Book
from .judging import Witness

KEY, LOGS, BOOK = "key", "logs", "witness.sqlite"
"""The files of the folder: private keys, one a line; verifier keys of logs, one a line; what was cosigned."""

_SEED_BYTES = 32


def make_witness(folder: Path, name: str) -> tuple[CosignerKey, ...]:
    """Make a witness's folder with new keys, one of each kind; give their public halves.

    Raises:
        KeyFileError: there is a key already.
        ValueError: the name cannot be a witness's.
    """
    keys = [CosigningKey(name, kind, urandom(_SEED_BYTES)) for kind in CosignatureKind]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(folder / KEY, "".join(f"{key.encode()}\n" for key in keys))
    return tuple(key.verifier for key in keys)


def trust_log(folder: Path, key: VerifierKey) -> None:
    """Have the witness trust a log's key from now on; also a running one.

    Raises:
        KeyFileError: the folder is no witness's.
    """
    _require_witness(folder)
    known = read_logs(folder)
    if key not in known:
        with (folder / LOGS).open("a", encoding="utf-8") as file:
            file.write(f"{key}\n")


def read_logs(folder: Path) -> tuple[VerifierKey, ...]:
    """Read which logs are trusted.

    Raises:
        KeyFileError: the file holds something else than verifier keys.
    """
    path = folder / LOGS
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    try:
        return tuple(VerifierKey.parse(line.strip()) for line in lines if not re.fullmatch(r"\s*(#.*)?", line))
    except VerificationError as error:
        raise KeyFileError(f"{path} holds something else than verifier keys, one a line: {error}") from None


def read_keys(folder: Path) -> tuple[CosigningKey, ...]:
    """Read the witness's private keys.

    Raises:
        KeyFileError: the file is missing, open to others, or holds something else.
    """
    path = folder / KEY
    try:
        keys = tuple(CosigningKey.parse(line) for line in read_private(path).splitlines() if line.strip())
    except VerificationError as error:
        raise KeyFileError(f"{path} holds something else than a witness's keys: {error}") from None
    if not keys:
        raise KeyFileError(f"{path} holds no key: put the original file back")
    return keys


def _require_witness(folder: Path) -> None:
    if not (folder / KEY).exists():
        raise KeyFileError(f"{folder} is no witness's folder: run `asn-ledger witness init {folder} --name NAME`")


@contextmanager
def open_witness(folder: Path) -> Iterator[Witness]:
    """The witness of a folder.

    Raises:
        KeyFileError: a file of it cannot be used.
    """
    _require_witness(folder)
    keys = read_keys(folder)
    read_logs(folder)
    book = Book(folder / BOOK)
    try:
        yield Witness(keys, lambda: read_logs(folder), book, lambda: int(time.time()))
    finally:
        book.close()
