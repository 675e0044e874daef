"""A verifier can be built from this room alone."""

import ast
import sys
from pathlib import Path

import asn_ledger.proof

ROOM = Path(asn_ledger.proof.__file__).parent
ALLOWED = sys.stdlib_module_names | {"cryptography", "orjson"}


def imported(module: Path) -> set[str]:
    """The first names of what a module imports, leaving out the room's own modules."""
    found = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level != 1:
            found.add((node.module or "").split(".")[0])
    return found


def test_the_room_stands_on_the_standard_library_cryptography_and_orjson() -> None:
    modules = sorted(ROOM.glob("*.py"))
    assert {"merkle", "receipt"} <= {module.stem for module in modules}
    assert {module.stem: imported(module) - ALLOWED for module in modules} == {module.stem: set() for module in modules}
