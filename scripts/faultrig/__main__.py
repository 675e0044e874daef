"""Plays rounds of faults and prints what was found; ends with 1 if anything was wrong."""

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

from .faults import FAULTS
from .place import placed
from .rounds import Round, Told, play


def run(
    rounds: int, seed: int, *, names: tuple[str, ...] = tuple(FAULTS), writers: int = 4, quiet: bool = False
) -> tuple[Told, Path]:
    """Play rounds in a new folder, which is kept if anything was wrong."""
    folder = Path(tempfile.mkdtemp(prefix="asn-ledger-faults-", dir="/tmp"))
    folder.chmod(0o711)
    told = None
    try:
        with placed(folder) as place:
            told = play(place, seed, rounds, names=names, writers=writers, say=(lambda _: None) if quiet else _say)
    finally:
        if told is not None and not told.wrong:
            shutil.rmtree(folder)
    return told, folder


def _say(one: Round) -> None:
    print(
        f"round {one.number}: {'; '.join(one.faults)} | head {one.head}, {one.acknowledged} acknowledged,"
        f" {one.seconds} s{'' if not one.wrong else ' | WRONG'}",
        flush=True,
    )


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="scripts/faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=10, metavar="N")
    parser.add_argument("--seed", type=int, metavar="S", help="draws the same faults again; else one is drawn")
    parser.add_argument("--only", action="append", choices=FAULTS, metavar="FAULT", help=f"of {', '.join(FAULTS)}")
    parser.add_argument("--writers", type=int, default=4, metavar="N")
    parser.add_argument("--json", action="store_true", help="print the report as JSON, and nothing else")
    given = parser.parse_args()
    seed = random.SystemRandom().getrandbits(32) if given.seed is None else given.seed
    print(f"seed {seed}", file=sys.stderr)  # at once: a run may also break off
    began = time.monotonic()
    names = tuple(given.only or FAULTS)
    told, folder = run(given.rounds, seed, names=names, writers=given.writers, quiet=given.json)
    if given.json:
        print(json.dumps(told.as_dict(), indent=2))
    else:
        last = told.rounds[-1]
        print(
            f"seed {seed}: {len(told.rounds)} rounds, {sum(told.drawn.values())} faults, {last.acknowledged} decrees"
            f" acknowledged, {last.head} entries, {time.monotonic() - began:.0f} s",
            *(f"  {name}: {count}" for name, count in sorted((told.drawn + told.counted).items())),
            *told.wrong,
            sep="\n",
        )
    if told.wrong:
        print(f"everything is kept in {folder}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
