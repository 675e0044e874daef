"""Texts that are kept: no database keeps a NUL, and no paper prints a control character."""

import re
from typing import Annotated, Final

from pydantic import Field

from asn_ledger.domain.errors import InvalidValue

CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""What no text holds; the ends of lines and tabs may stand."""

PRINTABLE: Final = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
_MOST, _MOST_INDEXED = 10_000, 150

Said = Annotated[str, Field(max_length=_MOST, pattern=PRINTABLE)]
"""A text of a fact, of a length that any table keeps."""
SaidShort = Annotated[str, Field(max_length=_MOST_INDEXED, pattern=PRINTABLE)]
"""A number or code of a fact that things are looked up by; an index takes no more."""


def require_printable(text: str) -> None:
    """Refuse a text that holds control characters.

    Raises:
        InvalidValue: it does.
    """
    if CONTROLS.search(text):
        raise InvalidValue("a text cannot hold control characters; type it anew", code="control-characters")
