"""A QR code is drawn as it was computed: every dark module, no other, and the quiet zone around them."""

import re
from xml.etree import ElementTree as ET

import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from asn_ledger.pictures.qr import draw_qr

SVG = "{http://www.w3.org/2000/svg}"


@settings(max_examples=20, deadline=None)
@given(st.text(min_size=1, max_size=60))
def test_every_dark_module_is_drawn_and_no_other(content: str) -> None:
    drawn = ET.fromstring(draw_qr(content, "kode"))  # noqa: S314 -- our own
    matrix = [list(row) for row in segno.make(content, error="m", micro=False).matrix]
    dark = {(x + 4, y + 4) for y, row in enumerate(matrix) for x, module in enumerate(row) if module}
    path = drawn.find(f"{SVG}path")
    assert path is not None
    found = re.findall(r"M(\d+) (\d+)h1v1h-1z", path.attrib["d"])

    assert sorted((int(x), int(y)) for x, y in found) == sorted(dark)
    assert drawn.attrib["viewBox"] == f"0 0 {len(matrix) + 8} {len(matrix) + 8}"


def test_it_says_what_it_is_and_escapes_it() -> None:
    drawn = ET.fromstring(draw_qr("x", "<kode> & kunci"))  # noqa: S314 -- our own
    title = drawn.find(f"{SVG}title")

    assert title is not None
    assert title.text == "<kode> & kunci"
    assert "style" not in draw_qr("x", "kode"), "the policy allows no styles of its own"
