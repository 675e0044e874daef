import re
from pathlib import Path

from web.test_gate import EXPECTED

DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "http.md"
PROGRAMS = ("/api/", "/log/", "/problems", "/healthz", "/readyz", "/metrics")


def test_the_reference_lists_exactly_the_addresses_for_programs() -> None:
    table = [line for line in DOCUMENT.read_text().splitlines() if line.startswith(("| `GET", "| `POST", "| `PUT"))]
    listed = {address for line in table for address in re.findall(r"`(GET|POST|PUT|DELETE) ([^`]+)`", line)}

    assert listed == {(method, path) for method, path in EXPECTED if path.startswith(PROGRAMS)}
