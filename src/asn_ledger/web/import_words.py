"""What a report's reasons are in words: what is so, and what to do."""

from asn_ledger.language import Language, has_message, translate

_OF_NIP = frozenset({"bad-nip", "old-nip"})


def reason_title(language: Language, reason: str) -> str:
    """Why a row did not simply go in."""
    return translate(language, f"import_reason.{_known(reason)}.title")


def reason_remedy(language: Language, reason: str) -> str:
    """What to do about it."""
    return translate(language, f"import_reason.{_known(reason)}.remedy")


def reason_detail(language: Language, reason: str, detail: str) -> str:
    """What was found: of a NIP, the code of what is wrong with it in words; of anything else, as it was kept."""
    key = f"refusal.fault.{detail}"
    return translate(language, key) if reason in _OF_NIP and has_message(key) else detail


def _known(reason: str) -> str:
    """The reason itself; for the code of a rule's refusal, which the detail explains, what is said of all of them."""
    return reason if has_message(f"import_reason.{reason}.title") else "other"
