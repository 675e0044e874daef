"""How a document is named, and which kinds of file it may be."""

from typing import Annotated, Final

from pydantic import Field

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""A document's name: the SHA-256 of its content in small hexadecimal letters, as the server computed it."""

PDF: Final = "application/pdf"
JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
TIFF: Final = "image/tiff"
