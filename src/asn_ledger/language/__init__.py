"""Indonesian and English: messages, dates, numbers. Command line, pages and print share it; it knows no other room."""

from asn_ledger.language.citations import citation
from asn_ledger.language.formats import (
    Language,
    days,
    full_day,
    moment,
    number,
    partial_day,
    short_day,
    short_partial_day,
    span,
)
from asn_ledger.language.messages import LANGUAGES, counted, has_message, keys, translate

__all__ = [
    "LANGUAGES",
    "Language",
    "citation",
    "counted",
    "days",
    "full_day",
    "has_message",
    "keys",
    "moment",
    "number",
    "partial_day",
    "short_day",
    "short_partial_day",
    "span",
    "translate",
]
