"""The made-up city that the larger protocols look at: recorded once, by the product's own way."""

import time
from collections.abc import Iterable
from pathlib import Path

from asn_ledger.app import Service, read_regulations
from asn_ledger.ledger.keystore import KeyStore
from asn_ledger.ledger.lines import read_lines
from asn_ledger.ledger.mapper import LedgerMapper
from asn_ledger.ledger.record_all import Told, World, record_all
from asn_ledger.ledger.recorder import LedgerRecorder
from asn_ledger.ledger.vault import Vault
from asn_ledger.simulation import simulate, write_decrees

SEED = 1


def make(folder: Path, people: int, years: int) -> Path:
    """Write a city's decrees; the file."""
    write_decrees(simulate(people, years, SEED), folder)
    return folder / "decrees.jsonl"


def record(recorder: LedgerRecorder, keys: KeyStore, file: Path) -> tuple[int, float]:
    """Record all decrees of a file, decided and judged; facts and seconds.

    Raises:
        RuntimeError: a line was refused.
    """
    began = time.monotonic()
    with file.open("rb") as lines:
        told = _all(recorder, keys, lines)
    if told.refused:
        raise RuntimeError(f"line {told.refused[0].number} was refused: {told.refused[0].refusal.detail}")
    return told.facts, time.monotonic() - began


def _all(recorder: LedgerRecorder, keys: KeyStore, lines: Iterable[bytes]) -> Told:
    mapper = LedgerMapper(Vault(keys))
    world = World(read_regulations(), None)
    return record_all(recorder, mapper, keys, world, read_lines(lines), source="simulation", told=lambda _: None)


def settle(service: Service) -> None:
    """Build the read models, sign a checkpoint and let the server gather what it knows of its tables."""
    service.bring_live()
    service.checkpoints.sign()
    with service.reading() as connection:
        connection.execute("ANALYZE")
