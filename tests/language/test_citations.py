"""What stands between citations is read in the reader's language."""

import re

from asn_ledger.domain.rules import BY_ID
from asn_ledger.language import citation

_ENGLISH = re.compile(r"\b(and|our|reading|practice|by|the|of|as|annex|verify|warning|letters|with|which|first)\b")


def test_no_remark_of_a_rule_is_english_for_who_reads_indonesian() -> None:
    left = {rule.id: said for rule in BY_ID.values() if _ENGLISH.search(said := citation("id", rule.source))}
    assert left == {}
    assert citation("en", "PP 99/2000 (our reading)") == "PP 99/2000 (our reading)"
    assert citation("id", "PP 7/1977 Ps 11 and annex, last changed by PP 5/2024") == (
        "PP 7/1977 Ps 11 dan lampiran, terakhir diubah dengan PP 5/2024"
    )
