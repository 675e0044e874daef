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
_NOT_YET = """
## What the law asks and no rule here asks yet

| matter | what is missing |
|---|---|
| entry | age at application (R-EN-05); the end of a candidacy after a sanction (R-EN-03) |
| high posts | education, related experience, years in the level below, age (R-JPT-01 to 04); applicants and committee (R-JPT-06); two and five years in a post, the yearly evaluation (R-JPT-07 to 10) |
| administrators, supervisors, clerks | education, experience, two good appraisals (R-ADM-01, R-PGS-01, R-PLK-01) |
| posts | rank within the range of an eselon (R-POS-01); two to five years (R-POS-05); inauguration within thirty working days, which only the list of what falls due tells (R-POS-07); grounds of a demotion, confirmation after a reorganisation, a running sanction (R-POS-12 to 14); inspectors, civil registry, sub-district heads (R-POS-15); a year before retirement (R-POS-16) |
| rank | months, years, ceilings and exams (R-KP-01 to 04, 06 to 10), a running sanction or leave (R-KP-12), a decree long after its TMT (R-KP-14) |
| retirement and exit | who stays after the age (R-BUP-02), a post of a lower age after 58 (R-BUP-03), working days from cause to decision (R-EXIT) |
| credit points | from one level to the next the rest is lost by the sums themselves (R-AK-03); experience, education and two good appraisals of who moves into a functional career (R-AK-06) |
| appraisal | days, appraiser, months, gaps, spread (R-PF-02 to 08) |
| acting | the longest time, which only the list of what falls due tells (R-ACT-01); what a Plt may sign beside posts (R-ACT-05) |
| training, study | who has not done leadership training in time, before it is recorded: the list of what falls due reads no trainings (R-TRN-02); limits and bond of study (R-TUB-02), allowances (R-TUB-03) |
| discipline, talent, awards, appeals | all (R-DIS, R-TAL-01, R-AWD-01, R-ADM-30 and 31) |
| considerations | that a letter is not used for two decrees, that its scan is there and names the rows |
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
        [_ABOUT, _HEAD, *(_line(rule) for rule in sorted(RULES, key=lambda one: (one.id, one.version))), _NOT_YET]
    )


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
