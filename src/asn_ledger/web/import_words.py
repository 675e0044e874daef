"""What a report's reasons are in words: what is so, and what to do."""

from datetime import date

from asn_ledger.accounts.desk.import_run import Item
from asn_ledger.domain.rules import BY_ID
from asn_ledger.language import Language, citation, full_day, has_message, translate
from asn_ledger.web.problems import reason

_OF_NIP = frozenset({"bad-nip", "old-nip"})


def reason_title(language: Language, of: str) -> str:
    """Why a row did not simply go in; of a finding the rule's sentence and article, as they read today."""
    rule = BY_ID.get(of)
    if rule is not None:
        return f"{rule.title_id if language == 'id' else rule.title_en} ({citation(language, rule.source)})"
    return translate(language, f"import_reason.{_known(of)}.title")


def reason_remedy(language: Language, of: str) -> str:
    """What to do about it."""
    return translate(language, f"import_reason.{_known(of)}.remedy")


def reason_detail(language: Language, one: Item) -> str:
    """What was found: why a rule refused the row, what is wrong with a NIP, or what a file says."""
    if one.refusal is not None:
        return reason(one.refusal, language)
    key, told = f"refusal.fault.{one.detail}", f"import_detail.{one.reason}"
    if one.reason in _OF_NIP and has_message(key):
        return translate(language, key)
    if not has_message(told) or not one.detail:
        return one.detail
    return translate(language, told, row=one.detail, day=_day(language, one.detail))


def _day(language: Language, text: str) -> str:
    try:
        return full_day(language, date.fromisoformat(text))
    except ValueError:
        return text


def _known(of: str) -> str:
    """The reason itself; `finding` for a rule that was not met; `other` for a refusal that its detail explains."""
    if of in BY_ID:
        return "finding"
    return of if has_message(f"import_reason.{of}.title") else "other"
