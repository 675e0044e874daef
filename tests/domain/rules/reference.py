"""docs/reference/rules.md out of the rules themselves.

usage, in the project's folder: PYTHONPATH=src:.:tests python -m domain.rules.reference
"""

from pathlib import Path

from asn_ledger.domain.rules import RULES, Rule
from asn_ledger.domain.rules.rule import ALWAYS

FILE = Path(__file__).parents[3] / "docs" / "reference" / "rules.md"
_ABOUT = """\
# Rules

Every rule that a fact is judged by, written from the rules themselves: `PYTHONPATH=src:.:tests python -m domain.rules.reference`.
Numbers and tables that rules compare with stand with their dates and articles in
[`regulations/`](../../src/asn_ledger/domain/regulations).

**Severity.** `B` refuses a draft, unless a named authority overrides it with a reason; `W` warns; `F` is a finding. Of a
signed decree all three are findings: it exists, so it is recorded. A rule answers `met`, `not_met` or `cannot_tell` (a partial
date, an erased value, what is not on record), and is silent where it does not apply. It is the law of the fact's own day.

*Our reading* marks what the law leaves open or what is still to be verified with the agency's counsel.
"""
_HEAD = "| rule | says | source | in force | severity | judges |\n|---|---|---|---|---|---|"


def _line(rule: Rule) -> str:
    since = "always" if rule.valid_from == ALWAYS else rule.valid_from.isoformat()
    until = "" if rule.valid_to is None else f" until {rule.valid_to.isoformat()}"
    topics = ", ".join(f"`{event.TOPIC}`" for event in rule.applies_to)
    says = f"{rule.title_en}<br>*{rule.title_id}*"
    return f"| {rule.id} | {says} | {rule.source} | {since}{until} | {rule.severity} | {topics} |"


def written() -> str:
    """The reference as it must be."""
    return "\n".join(
        [_ABOUT, _HEAD, *(_line(rule) for rule in sorted(RULES, key=lambda one: (one.id, one.version))), ""]
    )


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
