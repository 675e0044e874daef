"""What is gathered step by step is what is gathered at once."""

from collections.abc import Sequence

import given
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from asn_ledger.domain.events import Entry
from asn_ledger.domain.facts import Facts
from asn_ledger.domain.gathering import Gathering
from asn_ledger.domain.reach import Reach

PEOPLE = (1, 2)
WHEN = st.sampled_from(("2020-02-01", "2021-02-01", "2022-02-01"))
ROWS = st.one_of(
    st.builds(given.move, st.sampled_from(PEOPLE), st.sampled_from((1, 2)), WHEN),
    st.builds(given.annul, st.integers(10, 14), effect=st.sampled_from(("ex_tunc", "ex_nunc")), tmt=WHEN),
    st.builds(
        lambda action: {
            "action": action,
            "employees": [given.employee(n) for n in PEOPLE],
            "canonical": given.employee(2),
            "tmt": given.on("2022-02-01"),
        },
        st.sampled_from(("identify_persons", "separate_persons")),
    ),
)
NOTES = {"identify_persons", "separate_persons"}


def told(facts: Facts) -> tuple[object, ...]:
    careers = {one: (career.keys, career.history) for one, career in facts.careers.items()}
    return careers, facts.posts, facts.units, facts.offices, facts.decrees, facts.holders, facts.histories


def gathered(steps: Sequence[Sequence[Entry]], reach: Reach) -> Facts:
    gathering = Gathering(given.REGULATIONS)
    for step in steps:
        gathering.add(step)
        gathering.facts(reach)
    return gathering.facts(reach)


@settings(deadline=None)
@drawn(st.lists(ROWS, min_size=1, max_size=5), st.data())
def test_in_steps_and_at_once(rows: list[given.Json], data: st.DataObject) -> None:
    ledger = given.Ledger(
        given.signed(1, given.create_unit(), given.create_post(1), given.create_post(2)),
        given.signed(2, given.open_career(1, post=given.post(1)), given.open_career(2)),
        *(
            given.signed(n, row, kind="catatan" if row["action"] in NOTES else "keputusan")
            for n, row in enumerate(rows, 10)
        ),
    )
    reach = Reach({tag: frozenset() for entry in ledger.entries for tag in entry.tags})
    mixed = data.draw(st.permutations(ledger.entries))
    cut = data.draw(st.integers(0, len(mixed)))
    in_steps = gathered([mixed[:cut], mixed[: cut + 2], mixed[cut:]], reach)
    assert told(in_steps) == told(gathered([ledger.entries], reach))
