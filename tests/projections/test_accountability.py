"""What became of a decree, said once more without any fold; and lists of decrees, now and as known then."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import city
import given
import pytest
import strategies
from hypothesis import given as for_all
from hypothesis import settings
from oracle import day_of, facts
from recording import Books

from asn_ledger.domain.events import Actor, Entry, Event, Outcome, Record, RowEvent
from asn_ledger.domain.events.corrections import Act
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.follow import catch_up
from asn_ledger.readmodels.opening import Source
from asn_ledger.readmodels.standing import install
from projections import PROJECTIONS
from projections.accountability import ACCOUNTABILITY
from projections.accountability.queries import Wanted, late_by, list_decrees, objections
from projections.accountability.rows import DecreeRow, ObjectionRow

DECREE = given.decree(50)
ZONE = ZoneInfo("Asia/Jakarta")
NOW = AsOf(date(2020, 1, 1))
ACTOR = Actor("a", "office")
SAID = (Outcome("R-A", 1, "not_met", "Sekda: perlu"), Outcome("R-B", 1, "met"), Outcome("R-C", 2, "cannot_tell"))
rows_of_one_decree = strategies.told_lists("appointed", "raised", "released", "annulled", "annulled", "corrected")


def _of_the_decree(events: list[Event]) -> list[Event]:
    """The events as rows of one decree; acts upon them are another's."""
    found = list(events)
    for n, event in enumerate(events):
        if n >= len(strategies.BEGINNING) and isinstance(event, RowEvent) and not isinstance(event, Act):
            found[n] = event.model_copy(update={"decree": DECREE, "row": n})
    return found


@settings(max_examples=150, deadline=None)
@for_all(rows_of_one_decree)
def test_a_decree_is_what_stands_of_its_rows(told: list[strategies.Told]) -> None:
    events = strategies.events([])
    for one in told:  # each act copies what it strikes, so that what it strikes must be a row of the decree already
        made = strategies.events_after(events, one)
        events = events if made is None else _of_the_decree([*events, made])
    entries = given.entries(*events, city.recorded(50, "821/50/2011", "2011-01-01", rows=len(told)))
    mine = [entry for entry in entries if DECREE.tag in entry.tags]
    (row,) = ACCOUNTABILITY.project(ACCOUNTABILITY.key.fold((DECREE.tag,), mine))
    assert isinstance(row, DecreeRow)

    standing = [fact for fact in facts(entries, DECREE.tag) if isinstance(fact[1], RowEvent)]
    days = sorted(day_of(fact) for fact in standing)
    made_rows = {e.row for e in events if isinstance(e, RowEvent) and not isinstance(e, Act) and e.decree == DECREE}
    assert (row.tmt_first, row.tmt_last) == ((days[0], days[-1]) if days else (None, None))
    assert row.struck_rows == len(made_rows - {fact[1].place()[1] for fact in standing})
    assert (row.open_rows, row.strikes, row.number) == (0, 0, "821/50/2011")


def _recorded(entry: Entry) -> Entry:
    record = Record(UUID(int=1), "", ACTOR, Actor("b", "office"), SAID, "entry", "unverified")
    return replace(entry, record=record)


def test_objections_are_kept_as_they_were_recorded() -> None:
    row = city.appointed(1, 1, "2011-01-01", decree=50)
    entries = [_recorded(entry) for entry in given.entries(city.recorded(50, None), row)]
    first, *found = ACCOUNTABILITY.project(ACCOUNTABILITY.key.fold((DECREE.tag,), entries))
    assert isinstance(first, DecreeRow)
    assert (first.not_met, first.cannot_tell, first.overridden) == (2, 2, 2)
    assert (first.recorder, first.confirmer) == ("a", "b")
    assert [(o.row, o.rule, o.override) for o in found if isinstance(o, ObjectionRow)] == [
        (0, "R-A", "Sekda: perlu"), (0, "R-C", None), (1, "R-A", "Sekda: perlu"), (1, "R-C", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("decided", "recorded", "late"),
    [
        ("2020-01-01", datetime(2020, 1, 1, 16, 59, tzinfo=UTC), 0),
        ("2020-01-01", datetime(2020, 1, 1, 17, tzinfo=UTC), 1),
    ],
)
def test_lateness_is_counted_in_the_days_of_the_office(decided: str, recorded: datetime, late: int) -> None:
    entry = replace(given.entry(city.recorded(50, "1", decided), 1), recorded_at=recorded)
    (row,) = ACCOUNTABILITY.project(ACCOUNTABILITY.key.fold((DECREE.tag,), [entry]))
    assert isinstance(row, DecreeRow)
    assert late_by(row, ZONE) == late


@pytest.fixture
def source(books: Books) -> Iterator[Source]:
    with books.source() as found:
        install(found.connection, books.name, PROJECTIONS)
        yield found


WANTED = (
    Wanted(), Wanted(year=2019), Wanted(year=2018), Wanted(kind="keputusan"), Wanted(kind="petikan"), Wanted(mode="draft"),
    Wanted(signer="wali KOTA"), Wanted(signer="Gubernur"), Wanted(late=True), Wanted(findings=True), Wanted(open=True),
)  # fmt: skip


def test_lists_say_now_what_they_say_as_known_at_the_head(books: Books, source: Source) -> None:
    told = [city.recorded(n, f"821/{n}/2019", f"{2017 + n % 3}-05-0{n}") for n in range(1, 6)]
    books.record([*told, city.appointed(1, 1, "2019-01-01", decree=2)])
    catch_up(source, PROJECTIONS)
    head = books.recorder.head()

    counts = []
    for wanted in WANTED:
        now = list_decrees(source, wanted, NOW, ZONE, limit=2, offset=1)
        then = list_decrees(source, wanted, AsOf(NOW.valid_on, head), ZONE, limit=2, offset=1)
        assert (list(now.rows), now.total) == (list(then.rows), then.total), wanted
        counts.append(now.total)
    assert counts == [5, 2, 2, 5, 0, 0, 5, 0, 5, 0, 0]
    assert list_decrees(source, Wanted(), AsOf(NOW.valid_on, 1), ZONE).total == 1, "known then: one"
    assert objections(source.connection, books.name, given.decree(1)) == []
