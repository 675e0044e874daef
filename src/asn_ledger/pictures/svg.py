"""SVG elements as text: escaped, attributes in the order given, numbers to a tenth of a unit."""

from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

INK = "#1c2430"
MUTED = "#5a6472"
RULE = "#d9d5cc"
PAPER = "#ffffff"
ACCENT = "#1d4f6e"
TINT = "#dbe7ee"
FONT = "'Noto Sans', 'Segoe UI', system-ui, sans-serif"
LETTER, BOLD_LETTER = 0.56, 0.6
"""Mean width of a letter of Noto Sans, in ems; enough to judge whether a word fits."""

Attribute = str | int | float | None


def element(name: str, attributes: Mapping[str, Attribute], *children: str) -> str:
    """One element; attributes that are None are left out, children are elements already or come from `text`."""
    written = "".join(f" {key}={quoteattr(_written(value))}" for key, value in attributes.items() if value is not None)
    return f"<{name}{written}>{''.join(children)}</{name}>" if children else f"<{name}{written}/>"


def text(content: str) -> str:
    """Words inside an element."""
    return escape(content)


def words(
    x: float,
    y: float,
    content: str,
    *,
    size: float = 12,
    fill: str = INK,
    anchor: str = "start",
    weight: int | None = None,
    halo: bool = False,
    more: Mapping[str, Attribute] | None = None,
) -> str:
    """A line of words with its baseline at `y`; a halo keeps it legible on a pattern, `more` are further attributes."""
    around: dict[str, Attribute] = {"stroke": PAPER, "stroke-width": 3, "paint-order": "stroke"} if halo else {}
    return element(
        "text",
        {
            "x": x,
            "y": y,
            "font-size": size,
            "fill": fill,
            "text-anchor": anchor,
            "font-weight": weight,
            **around,
            **(more or {}),
        },
        text(content),
    )


def width_of(content: str, size: float = 12, letter: float = LETTER) -> float:
    """About how wide a line of words is."""
    return len(content) * size * letter


def fitted(content: str, room: float, size: float = 12, letter: float = LETTER) -> str:
    """The words, cut with an ellipsis where they do not fit; nothing where not even four letters would."""
    if width_of(content, size, letter) <= room:
        return content
    letters = int(room / (size * letter)) - 1
    return f"{content[:letters].rstrip()}…" if letters >= 4 else ""  # noqa: PLR2004 -- too few to tell anything


def line(x1: float, y1: float, x2: float, y2: float, **attributes: Attribute) -> str:
    """A straight line; attribute names are written with `_` for `-`."""
    named = {key.replace("_", "-"): value for key, value in attributes.items()}
    return element("line", {"x1": x1, "y1": y1, "x2": x2, "y2": y2, **named})


def rectangle(x: float, y: float, width: float, height: float, **attributes: Attribute) -> str:
    """A rectangle; attribute names are written with `_` for `-`."""
    named = {key.replace("_", "-"): value for key, value in attributes.items()}
    return element("rect", {"x": x, "y": y, "width": width, "height": height, **named})


def picture(prefix: str, width: float, height: float, title: str, description: str, *children: str) -> str:
    """The picture itself: its own title and description, scaled to the room it is given."""
    return element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {_written(width)} {_written(height)}",
            "width": width,
            "height": height,
            "class": "picture",
            "role": "group",
            "aria-labelledby": f"{prefix}-title",
            "aria-describedby": f"{prefix}-desc",
            "font-family": FONT,
        },
        element("title", {"id": f"{prefix}-title"}, text(title)),
        element("desc", {"id": f"{prefix}-desc"}, text(description)),
        *children,
    )


def _written(value: Attribute) -> str:
    if isinstance(value, float):
        rounded = round(value, 1)
        return str(int(rounded)) if rounded == int(rounded) else str(rounded)
    return str(value)
