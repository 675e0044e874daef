from collections.abc import Iterator

import pytest
from web.running import Running, running


@pytest.fixture(scope="module")
def web(service_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(service_url, tmp_path_factory.mktemp("home")) as opened:
        yield opened
