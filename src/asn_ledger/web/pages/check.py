"""The page that checks a receipt in the browser: it holds no data, only the words that its script says."""

from dataclasses import dataclass

from asn_ledger.language.messages import template
from asn_ledger.web.frame import Frame

WORDS = (
    "sound",
    "proved",
    "signed",
    "unproved",
    "witnesses",
    "refused",
    "unread",
    "no_crypto",
    "no_key",
    "no_receipt",
    "no_entry",
    "bad_key",
    "bad_receipt",
    "bad_note",
    "bad_entry",
    "not_signed",
    "wrong_signature",
    "not_included",
    "other_position",
)


@dataclass(frozen=True, slots=True)
class CheckPage:
    """The messages that its script fills in and shows, by name, their values still named in braces."""

    words: tuple[tuple[str, str], ...]


def build(frame: Frame) -> CheckPage:
    """The page."""
    return CheckPage(tuple((name, template(frame.language, f"check.said.{name}")) for name in WORDS))
