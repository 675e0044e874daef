"""A QR code (ISO/IEC 18004) for an authenticator on a telephone to read."""

import segno

from asn_ledger.pictures.svg import INK, PAPER, element, text

_QUIET = 4
"""Modules of white around the code, which the standard asks for."""


def draw_qr(content: str, title: str) -> str:
    """The code of a text, dark on white; its size is the page's affair."""
    rows = [[bool(dark) for dark in row] for row in segno.make(content, error="m", micro=False).matrix]
    size = len(rows) + 2 * _QUIET
    strokes = "".join(
        f"M{column + _QUIET} {row + _QUIET}h1v1h-1z"
        for row, line in enumerate(rows)
        for column, dark in enumerate(line)
        if dark
    )
    return element(
        "svg",
        {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {size} {size}", "role": "img", "class": "qr",
         "shape-rendering": "crispEdges"},
        element("title", {}, text(title)),
        element("rect", {"width": size, "height": size, "fill": PAPER}),
        element("path", {"d": strokes, "fill": INK}),
    )  # fmt: skip
