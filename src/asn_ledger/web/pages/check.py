"""The page that checks a receipt in the browser: it holds the words that its script says, and what was lost."""

from dataclasses import dataclass

from asn_ledger.language.messages import template
from asn_ledger.web.api.witnesses import LossShown
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
    "lost",
    "lost_beside",
)


@dataclass(frozen=True, slots=True)
class CheckPage:
    """The messages that its script fills in and shows, by name, their values still named in braces."""

    words: tuple[tuple[str, str], ...]
    losses: tuple[LossShown, ...]


def build(frame: Frame, losses: tuple[LossShown, ...] = ()) -> CheckPage:
    """The page, with what the ledger says that it lost, so that a saved copy knows it too."""
    return CheckPage(tuple((name, template(frame.language, f"check.said.{name}")) for name in WORDS), losses)
