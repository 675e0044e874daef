"""Which kind of file it is, by its first bytes; what a name or a sender says of it counts for nothing."""

from asn_ledger.domain.terms.documents import JPEG, PDF, PNG, TIFF

HEAD_BYTES = 16
"""So many first bytes tell the kind."""

_BEGINNINGS = (
    (b"%PDF-", PDF),
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
)
_SUFFIXES = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png", TIFF: ".tif"}


def media_type(head: bytes) -> str | None:
    """The media type of a file that begins so; None for any that is not kept."""
    return next((kind for beginning, kind in _BEGINNINGS if head.startswith(beginning)), None)


def suffix(kind: str) -> str:
    """How the name of a file of this media type ends."""
    return _SUFFIXES[kind]
