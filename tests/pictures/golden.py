"""Pictures as they were last looked at; `ASN_LEDGER_GOLDEN=write pytest tests/pictures` draws them anew."""

import os
from pathlib import Path
from xml.etree import ElementTree as ET  # the pictures are our own

FOLDER = Path(__file__).with_name("golden")
SVG = "{http://www.w3.org/2000/svg}"


def check(name: str, drawn: str) -> None:
    """The picture is the golden one; a line for each element, so that a difference can be read."""
    lines = drawn.replace("><", ">\n<") + "\n"
    path = FOLDER / f"{name}.svg"
    if os.environ.get("ASN_LEDGER_GOLDEN") == "write":
        path.write_text(lines, encoding="utf-8")
    assert lines == path.read_text(encoding="utf-8")


def parsed(drawn: str) -> ET.Element:
    """The picture as a tree; raises where it is not well-formed."""
    return ET.fromstring(drawn)  # noqa: S314 -- drawn here


def ids_and_references(root: ET.Element) -> tuple[list[str], set[str]]:
    """Every id in the picture, and every one that something in it refers to."""
    ids = [found for element in root.iter() if (found := element.get("id"))]
    used = set()
    for element in root.iter():
        for name, value in element.attrib.items():
            if value.startswith("url(#"):
                used.add(value[5:-1])
            elif name in {"aria-labelledby", "aria-describedby"}:
                used.add(value)
    return ids, used
