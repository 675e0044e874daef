"""Plays rounds of faults and prints what was found; ends with 1 if anything was wrong, with 130 if it was ended."""

import argparse
import json
import random
import shutil
import signal
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

from asn_ledger import logs

from .faults import FAULTS
from .place import placed
from .rounds import Round, Told, play

_ENDED = 130


def run(told: Told, rounds: range, *, names: tuple[str, ...], writers: int, of: int, quiet: bool) -> Path | None:
    """Play rounds of these numbers, some of them on each ledger; the folder that is kept if one of them was wrong."""
    for first in range(rounds.start, rounds.stop, of):
        numbers = range(first, min(first + of, rounds.stop))
        folder = Path(tempfile.mkdtemp(prefix="asn-ledger-faults-", dir="/tmp"))
        folder.chmod(0o711)
        keep = True
        try:
            with placed(folder) as place:
                play(place, told, numbers, names=names, writers=writers, say=(lambda _: None) if quiet else _say)
            keep = bool(told.wrong)
        except KeyboardInterrupt:
            keep = False
            raise
        finally:
            if keep:
                print(f"everything is kept in {folder}", file=sys.stderr)
            else:
                shutil.rmtree(folder, ignore_errors=True)
        if told.wrong:
            return folder
    return None


def _say(one: Round) -> None:
    print(
        f"round {one.number}: {'; '.join(one.faults)} | head {one.head}, {one.acknowledged} acknowledged,"
        f" {one.seconds} s{'' if not one.wrong else ' | WRONG: ' + '; '.join(one.wrong)}",
        flush=True,
    )


def _end(_number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # what was started is put away in peace
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def _report(told: Told, seconds: float) -> None:
    print(
        f"seed {told.seed}: {len(told.rounds)} rounds, {told.drawn.total()} faults, {told.counted['recorded']} decrees"
        f" acknowledged, {told.entries.total()} entries in {len(told.entries)} ledgers, {seconds:.0f} s",
        *(f"  {name}: {count}" for name, count in sorted(told.drawn.items())),
        *(f"  answers {name}: {count}" for name, count in sorted(told.counted.items())),
        *told.wrong,
        sep="\n",
        flush=True,
    )


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="scripts/faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=10, metavar="N", help="number of the last round")
    parser.add_argument("--from-round", type=int, default=1, metavar="N", help="goes on with the ledger of this round")
    parser.add_argument("--ledger-of", type=int, default=25, metavar="N", help="rounds until a new ledger begins")
    parser.add_argument("--seed", type=int, metavar="S", help="draws the same faults again; else one is drawn")
    parser.add_argument("--only", action="append", choices=FAULTS, metavar="FAULT", help=f"of {', '.join(FAULTS)}")
    parser.add_argument("--writers", type=int, default=4, metavar="N")
    parser.add_argument("--json", action="store_true", help="print the report as JSON, and nothing else")
    given = parser.parse_args()
    seed = random.SystemRandom().getrandbits(32) if given.seed is None else given.seed
    print(f"seed {seed}", file=sys.stderr, flush=True)  # at once: a run may also break off
    logs.configure("error", as_json=False)
    signal.signal(signal.SIGINT, _end)
    signal.signal(signal.SIGTERM, _end)
    began, told = time.monotonic(), Told(seed)
    first = (given.from_round - 1) // given.ledger_of * given.ledger_of + 1
    whole = False
    try:
        with suppress(KeyboardInterrupt):
            run(
                told,
                range(first, given.rounds + 1),
                names=tuple(given.only or FAULTS),
                writers=given.writers,
                of=given.ledger_of,
                quiet=given.json,
            )
            whole = True
    finally:
        if given.json:
            print(json.dumps(told.as_dict(), indent=2), flush=True)
        else:
            _report(told, time.monotonic() - began)
    if told.wrong or not whole:
        sys.exit(1 if told.wrong else _ENDED)


if __name__ == "__main__":
    main()
