"""Cyclic garbage collection, put off while much is made that has no cycles."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
