"""What each kind of stretch looks like: fill, outline and ink, told apart by pattern as well as by colour."""

from dataclasses import dataclass
from typing import Literal

from asn_ledger.pictures.svg import ACCENT, INK, MUTED, PAPER, TINT, element, line

BarKind = Literal["held", "plt", "plh", "pj", "vacant", "pending", "withheld", "mark"]


@dataclass(frozen=True, slots=True)
class Look:
    """How a stretch is drawn; `halo` says that words on it need one."""

    fill: str
    stroke: str
    ink: str
    dashes: str | None = None
    halo: bool = True


def look(kind: BarKind, prefix: str, *, struck: bool = False) -> Look:
    """The look of a kind; what was struck is an empty dashed outline."""
    if struck:
        return Look(PAPER, MUTED, MUTED, "4 3")
    match kind:
        case "held" | "mark":
            return Look(ACCENT, PAPER, PAPER, halo=False)  # the paper edge parts one holder from the next
        case "plt" | "plh" | "pj":
            return Look(f"url(#{prefix}-{kind})", ACCENT, INK)
        case "withheld":
            return Look(TINT, ACCENT, INK, halo=False)
        case "vacant":
            return Look(f"url(#{prefix}-vacant)", MUTED, INK)
        case "pending":
            return Look(PAPER, ACCENT, INK, "1.5 3")


def definitions(prefix: str) -> str:
    """The patterns, under ids that begin with the picture's own prefix."""
    return element(
        "defs",
        {},
        _stripes(f"{prefix}-plt", 45, TINT, ACCENT),
        _stripes(f"{prefix}-plh", 90, TINT, ACCENT),
        _dots(f"{prefix}-pj", TINT, ACCENT),
        _stripes(f"{prefix}-vacant", 135, PAPER, "#6b7280"),
        _dots(f"{prefix}-uncertain", PAPER, MUTED),
    )


def _stripes(name: str, degrees: int, ground: str, ink: str) -> str:
    return element(
        "pattern",
        {
            "id": name,
            "width": 7,
            "height": 7,
            "patternUnits": "userSpaceOnUse",
            "patternTransform": f"rotate({degrees})",
        },
        element("rect", {"width": 7, "height": 7, "fill": ground}),
        line(0, 0, 7, 0, stroke=ink, stroke_width=1.6, stroke_opacity=0.7),
    )


def _dots(name: str, ground: str, ink: str) -> str:
    return element(
        "pattern",
        {"id": name, "width": 5, "height": 5, "patternUnits": "userSpaceOnUse"},
        element("rect", {"width": 5, "height": 5, "fill": ground}),
        element("circle", {"cx": 2.5, "cy": 2.5, "r": 1, "fill": ink}),
    )
