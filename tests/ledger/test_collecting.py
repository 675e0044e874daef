import gc

from asn_ledger.ledger.collecting import quiet_gc, set_aside


def _made(number: int) -> int:
    """How many objects wait to be looked through after so many were made quietly."""
    with quiet_gc():
        kept = [[one] for one in range(number)]
        assert not gc.isenabled()
    waiting = gc.get_count()[0]
    assert len(kept) == number
    return waiting


def test_what_was_made_quietly_is_not_looked_through_right_after() -> None:
    assert gc.isenabled()
    assert _made(50_000) < 1_000
    assert gc.isenabled()


def test_who_had_it_off_keeps_it_off() -> None:
    gc.disable()
    try:
        _made(10)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_was_set_aside_is_not_looked_through_again_and_the_rest_more_seldom() -> None:
    before = gc.get_threshold()
    try:
        kept = [[one] for one in range(1000)]
        set_aside()
        assert gc.get_freeze_count() > len(kept)
        assert not any(one is kept for one in gc.get_objects())
        assert gc.get_threshold()[0] > before[0]
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
