"""Cyclic garbage collection, put off while much is made that has no cycles."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def set_aside() -> None:
    """Leave all that is there out of garbage collection from now on.

    For a service that has started: its modules and caches stay to the end, and to look through them again and again
    costs every hundredth request a twentieth of a second.
    """
    gc.collect()
    gc.freeze()


@contextmanager
def quiet_gc() -> Iterator[None]:
    """No cyclic garbage collection: what bulk runs and rebuilds make has no cycles, and looking costs a fifth."""
    was = gc.isenabled()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # not young any more: else the next object made would have all of them looked through
        gc.unfreeze()
        if was:
            gc.enable()
