"""Texts that are kept: no database keeps a NUL, and no paper prints a control character."""

import re
from typing import Final

from asn_ledger.domain.errors import InvalidValue

CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""What no text holds; the ends of lines and tabs may stand."""


def require_printable(text: str) -> None:
    """Refuse a text that holds control characters.

    Raises:
        InvalidValue: it does.
    """
    if CONTROLS.search(text):
        raise InvalidValue("a text cannot hold control characters; type it anew", code="control-characters")
