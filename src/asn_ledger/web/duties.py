"""The additional duties in a unit as their reader may see them: who heads a school, who leads a team."""

from collections.abc import Mapping
from dataclasses import replace

from asn_ledger.domain import access
from asn_ledger.domain.terms.codes import HEADING_DUTIES
from asn_ledger.domain.terms.ids import UnitId
from asn_ledger.web import visibility
from asn_ledger.web.asking import Question
from asn_ledger.web.lists import as_of_shown
from asn_ledger.web.lists_shown import DutyHeld, UnitDuties
from asn_ledger.web.sights import plain_sight, sight_of_people
from asn_ledger.web.visibility import Sight
from projections.career.queries import CareerRow, duties_in
from projections.units.queries import UnitNode, unit_life, unit_tree


def duties(question: Question, sought: UnitId, *, below: bool = False) -> UnitDuties:
    """Who has which additional duty in a unit on the day asked for, or in it and all units below it.

    Whoever may not read about a person is told of the duties that head their unit alone, by the publication threshold,
    and of nothing that lies ahead.

    Raises:
        NotFound: no such unit was on record.
    """
    connection, ledger, opens = question.connection, question.ledger, question.service.opens
    unit_life(connection, ledger, sought, question.as_of, opens=opens)
    sight = plain_sight(question)
    day = question.as_of.valid_on
    as_of = question.as_of if sight.all_people else replace(question.as_of, valid_on=min(day, sight.today))
    tree = {node.unit.unit: node for node in unit_tree(connection, ledger, question.as_of, opens=opens, root=sought)}
    found = duties_in(connection, ledger, {sought, *tree} if below else {sought}, as_of, opens=opens)
    seen = [row for row in found if sight.reads(row.employee) or _published(sight, row, tree)]
    units = {row.unit for row in seen if row.unit is not None}
    sight = sight_of_people(question, {row.employee for row in seen}, (), units)
    return UnitDuties(unit=sought, as_of=as_of_shown(question), duties=tuple(_held(sight, row) for row in seen))


def _published(sight: Sight, row: CareerRow, tree: Mapping[UnitId, UnitNode]) -> bool:
    """Whether anybody may know: it heads a unit whose heads are named."""
    node = None if row.unit is None else tree.get(row.unit)
    if node is None or row.value not in HEADING_DUTIES:
        return False
    return access.holder_named(
        "public",
        sight.regulations,
        max(row.began, node.unit.began),
        kind="fungsional",
        unit_kind=node.unit.kind,
        leads_unit=True,
    )


def _held(sight: Sight, row: CareerRow) -> DutyHeld:
    assert row.unit is not None  # noqa: S101 -- it was found by its unit
    whole = sight.reads(row.employee)
    return DutyHeld(
        person=visibility.person(sight, row.employee),
        duty=row.value,
        title=row.detail if whole else None,
        unit=visibility.unit_ref(sight, row.unit),
        began=row.began,
        began_text=row.began_text,
        until=row.until if whole else None,
        citation=visibility.citation(sight, row) if whole else None,
        position=row.began_by if whole else None,
    )
