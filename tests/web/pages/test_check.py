"""The page that checks a receipt in the browser: what the program takes it takes, what was changed it refuses, offline."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from importlib import resources
from pathlib import Path

import evidences as e
import pytest
from playwright.sync_api import Browser, Page
from web.pages import rows
from web.pages.browser import ADDRESS, CHROMIUM, chromium, visiting

from asn_ledger.language import LANGUAGES, Language
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.merkle import inclusion_proof
from asn_ledger.proof.note import SigningKey
from asn_ledger.proof.receipt import Receipt, verify_receipt
from asn_ledger.web.api.witnesses import LossShown
from asn_ledger.web.pages import check
from asn_ledger.web.render import render

AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
LOG = e.a_log()
KEY = str(e.KEY.verifier)
AT = 3
ENTRY = LOG.facts[AT - 1].parts.entry.decode()
RECEIPT = Receipt(AT - 1, inclusion_proof(AT - 1, LOG.leaves), LOG.checkpoint()).to_bytes().decode()
OTHER = LOG.facts[AT].parts.entry.decode()
FORGER = SigningKey.generate(e.ORIGIN)
SOUND: dict[Language, str] = {"id": "UTUH", "en": "SOUND"}
REFUSED: dict[Language, str] = {"id": "DITOLAK", "en": "REFUSED"}


LOST = LossShown(
    first=AT, last=9, earlier=e.ORIGIN, origin=f"{e.ORIGIN}/e2", seen=e.ORIGIN, reason="gudang terbakar",
    recorded_at=datetime(2026, 1, 2, tzinfo=UTC),
)  # fmt: skip
"""As if everything from that entry on had been lost: the receipt is of a tree that is there no more."""


def page_of(language: Language, losses: tuple[LossShown, ...] = ()) -> str:
    frame = rows.frame("/periksa", language=language)
    return render("check.html", check.build(frame, losses), frame)


def _page_told(losses: tuple[LossShown, ...], _: object) -> str:
    return page_of("en", losses)


def test_it_says_what_to_do_without_script_and_has_every_word_its_script_says() -> None:
    script = (resources.files("asn_ledger.web") / "static" / "check.js").read_text(encoding="utf-8")
    for language in LANGUAGES:
        page = page_of(language)
        assert "<code>asn-ledger proof</code>" in page
    for word in check.WORDS:
        assert f'"{word}"' in script or (word.startswith("no_") and "no_${name}" in script)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def checked(page: Page, key: str, receipt: str, entry: str) -> str:
    page.fill("#key", key)
    page.fill("#receipt", receipt)
    page.fill("#entry", entry)
    page.click("#check button")
    page.wait_for_selector("#check-said .state")
    return page.inner_text("#check-said")


def mutants() -> Iterator[tuple[str, str, str, str]]:
    lines = RECEIPT.split("\n")
    yield "another entry", KEY, RECEIPT, OTHER
    yield "entry changed", KEY, RECEIPT, ENTRY.replace('"position":3', '"position":4')
    yield "entry with a blank more", KEY, RECEIPT, ENTRY.replace(",", ", ", 1)
    yield "index", KEY, RECEIPT.replace("index 2", "index 3"), ENTRY
    yield "index in another spelling", KEY, RECEIPT.replace("index 2", "index 02"), ENTRY
    yield "a hash less", KEY, "\n".join(lines[:2] + lines[3:]), ENTRY
    yield "a hash more", KEY, "\n".join([*lines[:3], lines[2], *lines[3:]]), ENTRY
    yield "hashes swapped", KEY, "\n".join([*lines[:2], lines[3], lines[2], *lines[4:]]), ENTRY
    yield "size", KEY, RECEIPT.replace("\n8\n", "\n9\n"), ENTRY
    yield "origin", KEY, RECEIPT.replace(f"\n{e.ORIGIN}\n", "\nother\n"), ENTRY
    yield "header", KEY, RECEIPT.replace("@v1", "@v2"), ENTRY
    yield "no signature", KEY, RECEIPT[: RECEIPT.index("\u2014")], ENTRY
    yield "signature", KEY, RECEIPT[:-10] + ("B" if RECEIPT[-10] != "B" else "C") + RECEIPT[-9:], ENTRY
    yield "another key of the name", str(FORGER.verifier), RECEIPT, ENTRY
    yield "key copied wrongly", KEY.replace("+", "+0", 1), RECEIPT, ENTRY
    yield "no key", "", RECEIPT, ENTRY
    yield "no JSON", KEY, RECEIPT, "entry"


MUTANTS = list(mutants())


def flipped(text: str) -> Iterator[str]:
    """Every seventeenth character changed into another of its kind."""
    for at in range(0, len(text), 17):
        other = {"A": "B", "1": "2"}.get(text[at], "A" if text[at].isalpha() else "1")
        yield text[:at] + other + text[at + 1 :]


def refused_by_the_program(receipt: str, entry: str) -> bool:
    try:
        verify_receipt(receipt.encode(), entry.encode(), e.KEY.verifier)
    except VerificationError:
        return True
    return False


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's Chromium")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
class TestInTheBrowser:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_good_receipt_is_taken_and_what_was_changed_refused_without_a_network(
        self, browser: Browser, language: Language
    ) -> None:
        with visiting(browser, lambda _: page_of(language), 1280) as (page, complaints):
            page.goto(f"{ADDRESS}/periksa")
            page.context.set_offline(True)
            said = checked(page, KEY, RECEIPT, ENTRY + "\n")
            assert SOUND[language] in said
            assert "@3" in said
            assert "kota" in said
            for name, key, receipt, entry in MUTANTS:
                assert REFUSED[language] in checked(page, key, receipt, entry), name
            assert complaints == []

    def test_a_receipt_of_what_was_lost_is_proved_and_said_to_be_lost(self, browser: Browser) -> None:
        later = LOST.model_copy(update={"first": AT + 1})
        for losses, lost in (((LOST,), True), ((later,), False)):
            pages = partial(_page_told, losses)
            with visiting(browser, pages, 360) as (page, _):
                page.goto(f"{ADDRESS}/periksa")
                said = checked(page, KEY, RECEIPT, ENTRY)
                assert ("LOST" in said, "gudang terbakar" in said, "Proved" in said) == (lost, lost, True)
                assert REFUSED["en"] in checked(page, KEY, RECEIPT, OTHER)

    def test_it_refuses_exactly_what_the_program_refuses(self, browser: Browser) -> None:
        with visiting(browser, lambda _: page_of("en"), 1280) as (page, _):
            page.goto(f"{ADDRESS}/periksa")
            for receipt in flipped(RECEIPT):
                assert (REFUSED["en"] in checked(page, KEY, receipt, ENTRY)) == refused_by_the_program(receipt, ENTRY)
            for entry in flipped(ENTRY):
                assert (REFUSED["en"] in checked(page, KEY, RECEIPT, entry)) == refused_by_the_program(RECEIPT, entry)

    def test_a_saved_copy_checks_by_itself(self, browser: Browser, tmp_path: Path) -> None:
        saved = tmp_path / "periksa.html"
        (tmp_path / "check.js").write_bytes((resources.files("asn_ledger.web") / "static" / "check.js").read_bytes())
        written = page_of("id")
        start = written.index("/static/check.js")
        saved.write_text(written.replace(written[start : written.index('"', start)], "check.js"), encoding="utf-8")
        context = browser.new_context(offline=True)
        page = context.new_page()
        page.goto(saved.as_uri())
        assert SOUND["id"] in checked(page, KEY, RECEIPT, ENTRY)
        assert REFUSED["id"] in checked(page, KEY, RECEIPT, OTHER)
        context.close()

    def test_files_are_read_into_their_fields(self, browser: Browser, tmp_path: Path) -> None:
        (tmp_path / "3.tlog-proof").write_text(RECEIPT, encoding="utf-8")
        (tmp_path / "3.json").write_text(ENTRY, encoding="utf-8")
        with visiting(browser, lambda _: page_of("id"), 360) as (page, _):
            page.goto(f"{ADDRESS}/periksa")
            page.set_input_files("#receipt-file", tmp_path / "3.tlog-proof")
            page.set_input_files("#entry-file", tmp_path / "3.json")
            page.wait_for_function("document.getElementById('entry').value !== ''")
            page.fill("#key", KEY)
            page.press("#key", "Enter")
            page.wait_for_selector("#check-said .state")
            assert SOUND["id"] in page.inner_text("#check-said")

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("width", [360, 1280])
    def test_it_fits_and_is_accessible(self, browser: Browser, language: Language, width: int) -> None:
        with visiting(browser, lambda _: page_of(language), width) as (page, complaints):
            page.goto(f"{ADDRESS}/periksa")
            for entry in (ENTRY, OTHER):
                checked(page, KEY, RECEIPT, entry)
                assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
                page.evaluate(AXE)
                found = page.evaluate("axe.run()")
                assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found["violations"]] == []
            assert complaints == []
