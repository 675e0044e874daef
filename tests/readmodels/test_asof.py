from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import city
import pytest
from recording import Books

from asn_ledger.domain.errors import InvalidValue
from asn_ledger.readmodels.asof import AsOf, as_of, parse_known_at, parse_valid_on

ZONE = ZoneInfo("Asia/Jakarta")
NOW = datetime(2016, 3, 31, 9, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (None, date(2016, 3, 31)),
        ("", date(2016, 3, 31)),
        ("2015", date(2015, 12, 31)),
        ("2016-02", date(2016, 2, 29)),
        ("2030-05-06", date(2030, 5, 6)),
    ],
)
def test_a_day_that_is_asked_about_may_lie_ahead(text: str | None, day: date) -> None:
    assert parse_valid_on(text, NOW.date()) == day


@pytest.mark.parametrize("text", ["x", "2016-13", "2016-02-30", "16", "2016-3", "@5"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_valid_on(text, NOW.date())


@pytest.mark.parametrize("text", [None, "", "2016", "2016-03", "2016-03-31", "now", "sekarang"])
def test_what_has_begun_and_not_ended_means_now(text: str | None) -> None:
    assert parse_known_at(text, NOW, ZONE) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2015", datetime(2015, 12, 31, 16, 59, 59, 999999, UTC)),
        ("2016-02", datetime(2016, 2, 29, 16, 59, 59, 999999, UTC)),
        ("2016-03-30", datetime(2016, 3, 30, 16, 59, 59, 999999, UTC)),
        ("2016-03-30T12:00:00Z", datetime(2016, 3, 30, 12, tzinfo=UTC)),
        ("2016-03-30T12:00:00+07:00", datetime(2016, 3, 30, 5, tzinfo=UTC)),
        ("2016-03-30T12:00:00 07:00", datetime(2016, 3, 30, 5, tzinfo=UTC)),
        ("2016-03-31T09:00:00+07:00", NOW),
        ("2016-03-30t12:00:00.25z", datetime(2016, 3, 30, 12, 0, 0, 250000, UTC)),
    ],
)
def test_what_has_ended_means_its_end_in_the_zone_of_the_ledger(text: str, moment: datetime) -> None:
    assert parse_known_at(text, NOW, ZONE) == moment


def test_a_day_ends_with_its_last_moment() -> None:
    midnight = datetime(2016, 4, 1, tzinfo=ZONE)
    assert parse_known_at("2016-03-31", midnight, ZONE) == datetime(2016, 3, 31, 16, 59, 59, 999999, UTC)


def test_a_position_is_one() -> None:
    assert parse_known_at("@48213", NOW, ZONE) == 48213


@pytest.mark.parametrize("text", ["2017", "2016-04", "2016-04-01", "2016-03-31T09:00:01+07:00"])
def test_what_begins_later_than_now_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="lies ahead"):
        parse_known_at(text, NOW, ZONE)


@pytest.mark.parametrize(
    "text", ["@", "@-1", "@x", "31-03-2016", "2016-03-30T12:00:00", "2016-03-30T12", "2016-W10-1T12:00:00Z", "20160330"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_known_at(text, NOW, ZONE)


def test_both_times_of_a_request_are_found_in_the_ledger(books: Books) -> None:
    books.record([city.unit(1, "Kota")])
    recorded = books.recorder.entry(1)
    assert recorded is not None
    now = recorded.recorded_at

    with books.source() as source:

        def asked(valid_on: str | None, known_at: str | None) -> AsOf:
            return as_of(source.connection, books.name, valid_on=valid_on, known_at=known_at, now=now, zone=ZONE)

        assert asked("2015", None) == AsOf(date(2015, 12, 31))
        assert asked(None, "@1") == AsOf(now.astimezone(ZONE).date(), 1)
        assert asked(None, now.isoformat()).position == 1
        assert asked(None, "2015").position == 0
        assert asked(None, "@0").position == 0
        with pytest.raises(InvalidValue, match="has not reached"):
            asked(None, "@2")
