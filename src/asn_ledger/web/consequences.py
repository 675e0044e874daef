"""What a draft would change in what the read models show, for those who may read about people."""

from typing import TypeVar

from asn_ledger.domain.decisions.decree import Judgement
from asn_ledger.readmodels.opening import Source
from asn_ledger.readmodels.whatif import Difference, what_if
from asn_ledger.web import visibility
from asn_ledger.web.asking import Question
from asn_ledger.web.representations import Changed, Consequences
from asn_ledger.web.sights import sight_of_people
from projections.career import CAREER
from projections.career.rows import CareerRow
from projections.position_history import POSITION_HISTORY
from projections.position_history.rows import TenureRow

R = TypeVar("R", TenureRow, CareerRow)


def consequences(question: Question, judgement: Judgement) -> Consequences:
    """The rows of careers that a judged decree would change, each as it is and as it would be."""
    draft = judgement.entries
    source = Source(question.connection, question.ledger, question.service.opens)
    head = draft[0].position - 1
    held = [_pairs(one, TenureRow) for one in what_if(source, POSITION_HISTORY, draft, head)]
    said = [_pairs(one, CareerRow) for one in what_if(source, CAREER, draft, head)]
    tenures = [pair for pairs in held for pair in pairs]
    rows = [row for pair in tenures for row in pair if row is not None]
    sight = sight_of_people(question, {row.employee for row in rows}, {row.post for row in rows})
    return Consequences(
        posts=tuple(
            Changed(
                before=None if before is None else visibility.tenure(sight, before, with_post=True),
                after=None if after is None else visibility.tenure(sight, after, with_post=True),
            )
            for before, after in tenures
        ),
        steps=tuple(
            Changed(
                before=None if before is None else visibility.career_steps(sight, [before])[0],
                after=None if after is None else visibility.career_steps(sight, [after])[0],
            )
            for pairs in said
            for before, after in pairs
        ),
    )


def _pairs(difference: Difference, kind: type[R]) -> list[tuple[R | None, R | None]]:
    """Rows that go beside those that take their place: a row is known by the entry that began it."""
    gone = [row for row in difference.gone if isinstance(row, kind)]
    new: dict[tuple[object, ...], R] = {_key(row): row for row in difference.new if isinstance(row, kind)}
    changed: list[tuple[R | None, R | None]] = [(row, new.pop(_key(row), None)) for row in gone]
    added: list[tuple[R | None, R | None]] = [(None, row) for row in new.values()]
    return changed + added


def _key(row: TenureRow | CareerRow) -> tuple[object, ...]:
    about = row.post if isinstance(row, TenureRow) else row.axis
    return row.employee, row.began_by, about, row.state
