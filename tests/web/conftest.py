from collections.abc import Iterator

import pytest
from web.running import Running, running

from asn_ledger.web.api import feed


@pytest.fixture(autouse=True)
def _short_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's client reads an answer to its end."""
    monkeypatch.setattr(feed, "STREAM_SECONDS", 0.3)


@pytest.fixture(scope="module")
def web(service_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(service_url, tmp_path_factory.mktemp("home")) as opened:
        yield opened
