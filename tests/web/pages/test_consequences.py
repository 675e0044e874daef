"""What a decree would change, in words: before and after, for the grid and for who confirms."""

from datetime import date
from typing import Any

import given
import pytest
from web.pages import rows
from web.pages.test_career import post, step, tenure

from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.language import Language
from asn_ledger.web.changes import Changed, ChangedStep, Consequences, Filled, PlaceChanged, SeatsChanged, Touched
from asn_ledger.web.pages.consequences import change_lines
from asn_ledger.web.representations import CareerStep, Person, Tenure

PERSON = Person(id=given.employee(1), name="Drs. Suparno", nip=None, erased=False)
HELD = tenure(1, "Camat Argomulyo", "2020-01-01")


def spans(before: Tenure | None, after: Tenure | None, language: Language = "id") -> tuple[str, str]:
    frame = rows.frame("/sk/x", role="office", language=language)
    changes = Consequences(posts=(Changed(before=before, after=after),), steps=(), rows=(), facts=())
    (line,) = change_lines(frame, changes, ())
    definitive = {"id": "definitif", "en": "definitive"}[language]
    assert [one.words for one in line.about] == [rows.NAMES[5], f"Camat Argomulyo ({definitive})"]
    return line.before, line.after


def step_spans(before: CareerStep | None, after: CareerStep | None) -> tuple[str, str, str]:
    frame = rows.frame("/sk/x", role="office")
    changed = ChangedStep(person=PERSON, before=before, after=after)
    (line,) = change_lines(frame, Consequences(posts=(), steps=(changed,), rows=(), facts=()), ())
    return " ".join(one.words for one in line.about), line.before, line.after


@pytest.mark.parametrize(
    ("changes", "indonesian", "english"),
    [
        ({"state": "struck"}, "dicoret", "struck"),
        ({"state": "pending"}, "menunggu pelantikan", "awaiting inauguration"),
        ({"review": True}, "sejak 1 Jan 2020, perlu ditinjau", "since 1 Jan 2020, to be reviewed"),
        ({"ended": date(2021, 1, 1)}, "1 Jan 2020 sampai 31 Des 2020", "1 Jan 2020 to 31 Dec 2020"),
        (
            {"until": date(2021, 1, 1)},
            "sejak 1 Jan 2020, tercetak sampai 1 Jan 2021",
            "since 1 Jan 2020, printed until 1 Jan 2021",
        ),
        ({"before_record": True}, "sebelum yang tercatat", "before the record begins"),
        (
            {"basis": (1, 2)},
            "sejak 1 Jan 2020 (dasar atau rinciannya berubah)",
            "since 1 Jan 2020 (its ground or details change)",
        ),
    ],
)
def test_what_becomes_of_a_tenure_is_said(changes: dict[str, Any], indonesian: str, english: str) -> None:
    after = HELD.model_copy(update=changes)
    assert spans(HELD, after)[1] == indonesian
    assert spans(HELD, after, "en")[1] == english
    assert spans(None, HELD) == ("", "sejak 1 Jan 2020")


def test_steps_of_a_career_say_whose_they_are_and_what() -> None:
    extended = step("contract", "pppk", "2026-01-01", detail="extended", until=PartialDate("2026-12-31"))
    assert step_spans(None, extended) == (
        "Drs. Suparno Perjanjian kerja: Perpanjangan perjanjian kerja",
        "",
        "sejak 1 Jan 2026, tercetak sampai 31 Des 2026",
    )
    assert step_spans(None, step("salary", "step", "2026-01-01"))[2] == "1 Jan 2026"
    assert step_spans(step("rank", "III/d", "2020-04-01"), None)[1:] == ("sejak 1 Apr 2020", "")


def test_facts_on_record_that_a_decree_touches_are_named() -> None:
    fact = Touched(
        touch="needs_review",
        type="post.appointed.v1",
        tmt=date(2020, 1, 1),
        person=PERSON,
        post=post(1, "Camat Argomulyo"),
        decree=given.decree(3),
        row=1,
        position=48_001,
    )
    frame = rows.frame("/sk/x", role="office")
    (line,) = change_lines(frame, Consequences(posts=(), steps=(), rows=(), facts=(fact,)), ())
    assert [one.words for one in line.about] == ["Drs. Suparno", "Diangkat dalam jabatan", "Camat Argomulyo"]
    assert (line.sub, line.before, line.after) == (
        "entri 48.001",
        "sejak 1 Jan 2020",
        "perlu ditinjau: dasarnya dicoret",
    )


@pytest.mark.parametrize(
    ("language", "seats", "place"),
    [
        (
            "id",
            (
                "1 Jan 2026 sampai 31 Jan 2026",
                "jabatan tidak ada",
                "kursi 2, terisi 1, lowong 1, pejabat sementara 0",
            ),
            ("per 1 Jan 2026 \u00b7 mendahului 2, didahului 1 (Drs. Suparno, \u2026)", "7", "6"),
        ),
        (
            "en",
            ("1 Jan 2026 to 31 Jan 2026", "no such post", "2 seats, 1 filled, 1 vacant, 0 acting"),
            ("as of 1 Jan 2026 \u00b7 passes 2, passed by 1 (Drs. Suparno, \u2026)", "7", "6"),
        ),
    ],
)
def test_seats_and_places_in_the_order_of_seniority_are_said(
    language: Language, seats: tuple[str, ...], place: tuple[str, ...]
) -> None:
    day = date(2026, 1, 1)
    changed = SeatsChanged(
        post=post(1, "Camat Argomulyo"), began=day, ended=date(2026, 2, 1), before=None,
        after=Filled(seats=2, filled=1, vacant=1, acting=0),
    )  # fmt: skip
    moved = PlaceChanged(person=PERSON, day=day, before=7, after=6, passes=2, passed_by=1, nearest=(PERSON,))
    frame = rows.frame("/sk/x", role="office", language=language)
    told = Consequences(posts=(), steps=(), rows=(), facts=(), seats=(changed,), seniority=(moved,))

    assert [(line.sub, line.before, line.after) for line in change_lines(frame, told, ())] == [seats, place]
