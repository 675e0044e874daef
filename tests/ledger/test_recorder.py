from collections.abc import Iterator

import pytest
from eventsourcing.dcb.tests import DCBRecorderTestCase

from asn_ledger.ledger.recorder import LedgerRecorder


@pytest.fixture
def recorder(ledger_url: str) -> Iterator[LedgerRecorder]:
    with LedgerRecorder(ledger_url, "kota-salatiga") as opened:
        yield opened


class TestAsTheLibraryAsks:
    """The library's own cases for a recorder."""

    def test_appends_and_reads(self, recorder: LedgerRecorder) -> None:
        DCBRecorderTestCase()._test_append_read(recorder)

    def test_subscribes(self, recorder: LedgerRecorder) -> None:
        DCBRecorderTestCase()._test_append_subscribe(recorder)
