"""Cyclic garbage collection, put off while much is made that has no cycles."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_YOUNG = 10_000
"""So many new objects before they are looked through. Python's 700 cost a decree for 300 people a quarter of its time:
what is read for it grows to hundreds of thousands of objects, and none of them has a cycle."""


def set_aside() -> None:
    """Leave all that is there out of garbage collection from now on, and collect more seldom.

    For a service that has started: its modules and caches stay to the end, and to look through them again and again
    costs every hundredth request a twentieth of a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])


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
