"""Rules about who signed: the name as printed beside the name that the record knows for that day."""

import unicodedata
from collections.abc import Sequence
from datetime import date

from asn_ledger.domain.events import DecreeRecorded, OutcomeResult
from asn_ledger.domain.events.decrees import Signer
from asn_ledger.domain.facts import Facts
from asn_ledger.domain.rules.rule import ALWAYS, Case, Rule, all_of
from asn_ledger.domain.terms.sealing import Erased

Name = str | Erased | None


def _signed_by_holder(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, DecreeRecorded):
        return "not_applicable"
    if event.signer.office is None and event.signer.post is None:
        return "not_applicable"
    if event.decided_on is None:
        return "cannot_tell"
    printed = event.signer.as_printed.name
    days = dict.fromkeys((event.decided_on.first, event.decided_on.last))
    return all_of([_is_one_of(printed, _holders(event.signer, day, case.after)) for day in days])


def _holders(signer: Signer, day: date, facts: Facts) -> list[Name]:
    """What is known of the names of whoever held the office or post that day, in any capacity."""
    if signer.office is not None:
        return [tenure.name for tenure in facts.offices.get(signer.office, ()) if tenure.on(day)]
    if signer.post is None:
        return []
    holders = {t.employee: facts.careers[t.employee] for t in facts.tenures_of(signer.post) if t.on(day)}
    return [named.name for career in holders.values() for _, named, _ in career.identity]


def _is_one_of(printed: str, names: Sequence[Name]) -> bool | None:
    """Whether it is the name of one of them, titles aside; None where that is not known."""
    if printed in names:
        return True
    sought = _words(printed)
    known = [_words(name) if isinstance(name, str) else frozenset[str]() for name in names]
    if any(sought and name and (sought <= name or name <= sought) for name in known):
        return True
    return False if sought and known and all(known) else None


def _words(name: str) -> frozenset[str]:
    """The words of a name without titles: those before it end with a full stop, those behind follow a comma."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    parts = [part for part in plain.partition(",")[0].split() if any(map(str.isalnum, part))]
    return frozenset([part for part in parts if not part.endswith(".")] or parts)


SIGNED_BY_HOLDER = Rule(
    id="R-SK-03",
    version=1,
    title_id="Nama penanda tangan yang tercetak adalah nama yang pada tanggal keputusan tercatat memangku jabatannya",
    title_en="The printed signer is whoever is on record as holding the office or post on the decree's date",
    source="invariant; UU 30/2014 Ps 52(1)a",
    valid_from=ALWAYS,
    valid_to=None,
    severity="F",
    applies_to=(DecreeRecorded,),
    check=_signed_by_holder,
)
RULES = (SIGNED_BY_HOLDER,)
