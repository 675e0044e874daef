from dataclasses import replace

import pytest
from web.office import name
from web.pages import rows
from web.pages.page import check_landmarks, read
from web.running import Running

from asn_ledger.domain.access import Grant
from asn_ledger.domain.errors import InvalidValue, NotFound
from asn_ledger.language import LANGUAGES, Language, translate
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.refusal import build, said, wrong_times
from asn_ledger.web.problems import Problem, problem_of
from asn_ledger.web.render import render


def _frame(language: Language = "id", **typed: str) -> Frame:
    frame = rows.frame(language=language, query=tuple(typed.items()))
    return replace(frame, as_of=replace(frame.as_of, position=None, head=None))


def _with_faults(frame: Frame, problem: Problem) -> Frame:
    return replace(frame, as_of=replace(frame.as_of, wrong=wrong_times(problem, said(frame, problem))))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_thing_says_so_and_what_to_do(language: Language) -> None:
    problem = problem_of(NotFound("no post 1 was on record"), language)
    frame = _frame(language)
    page = read(render("refusal.html", build(frame, problem), frame))
    check_landmarks(page)
    assert "404" in page.words
    assert problem.title in page.words
    assert "(entri" not in page.words, "a page without rows knows no position"


def test_a_wrong_time_stays_typed_with_the_fault_at_the_top_and_at_the_field() -> None:
    problem = problem_of(InvalidValue("known_at '2099' lies ahead", code="known-at-ahead"), "id")
    frame = _with_faults(_frame(valid_on="2016", known_at="2099"), problem)
    page = read(render("refusal.html", build(frame, problem), frame))
    check_landmarks(page)
    (alert,) = page.of("div", role="alert")
    assert "Waktu diketahui belum terjadi" in alert.words
    assert "#known_at" in [tag.attributes["href"] for tag in page.of("a") if tag.words.startswith("Waktu diketahui")]
    (field,) = page.of("input", name="known_at")
    assert (field.attributes["value"], field.attributes["aria-invalid"]) == ("2099", "true")
    assert "known_at-wrong" in field.attributes["aria-describedby"]
    assert page.of("input", name="valid_on")[0].attributes["value"] == "2016"
    assert "open" in page.of("details")[0].attributes
    assert "of-then" not in page.of("body")[0].attributes.get("class", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mistyped_address_is_called_one_and_malformed_fields_are_named(web: Running, language: Language) -> None:
    def asked(address: str) -> str:
        answer = web.office.get(f"{address}lang={language}", headers={"Accept": "text/html"})
        assert answer.status_code == 422
        return read(answer.text).words

    words = asked("/sk/tidak-ada?")
    assert translate(language, "refusal.address") in words
    assert translate(language, "problem.invalid-request.remedy") not in words
    words = asked("/sk?page=nol&")
    assert "page: " in words
    assert translate(language, "problem.invalid-request.remedy") in words


def test_a_refusal_without_words_of_its_own_keeps_the_services() -> None:
    problem = problem_of(InvalidValue("rows: at least one", code="rows"), "id")
    assert said(_frame(), problem) == "rows: at least one"
    assert wrong_times(problem, "x") == ()


def test_a_refusal_shows_its_readers_own_menu(web: Running) -> None:
    browser = web.browser("ani")
    web.log_in("sekadar-pegawai", Grant("employee"))
    denied = web.browser("sekadar-pegawai")
    nothing = f"/pegawai/{name('employee', 'nobody')}"
    for client, address, status in (
        (browser, "/tidak/ada", 404),
        (browser, nothing, 404),
        (browser, "/sk?yaer=2015", 400),
        (browser, "/masuk/kode", 403),
        (denied, "/dokumen", 403),
    ):
        answer = client.get(address)
        page = read(answer.text)
        check_landmarks(page)
        links = {tag.attributes.get("href") for tag in page.of("a")}
        assert answer.status_code == status
        assert answer.headers["Cache-Control"] == "no-store"
        assert "/akun" in links, address
        assert ("/tugas" in links) is (client is browser)
        assert page.of("input", name="csrf"), "one logs out from here too"
    for client in (web.public, web.browser("budi", stage="second_factor")):
        page = read(client.get("/tidak/ada", headers={"Accept": "text/html"}).text)
        assert "/akun" not in {tag.attributes.get("href") for tag in page.of("a")}
