"""What only a browser can tell: nothing overflows, nothing breaks the policy, everything is reached by keyboard."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib import resources
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser
from web.pages import (
    rows,
    scans,
    test_account,
    test_career,
    test_decree,
    test_decrees,
    test_due,
    test_imports,
    test_ledger,
    test_refusal,
    test_search,
    test_staff,
    test_unit,
)
from web.pages.browser import ADDRESS, CHROMIUM, chromium, visiting

from asn_ledger.accounts import totp
from asn_ledger.domain.errors import InvalidValue
from asn_ledger.readmodels.listing import Listing
from asn_ledger.web.api.tasks import KINDS, Task, TaskList, TasksOfKind
from asn_ledger.web.frame import FieldError, Frame
from asn_ledger.web.pages import (
    career,
    decree,
    entry,
    home,
    ledger,
    login,
    post,
    refusal,
    search,
    second_factor,
    tasks,
    unit,
)
from asn_ledger.web.pages.search import Sought
from asn_ledger.web.problems import problem_of
from asn_ledger.web.render import render

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's Chromium"),
    # the driver closes its pipes and loop after the interpreter has let go of them
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
THEN = date(2016, 3, 31)
OFFICE = rows.frame(role="office")
INBOX = rows.frame("/tugas", role="office")
LOGIN = rows.frame("/masuk")
LEDGER = rows.frame("/buku-besar", role="auditor")
SEARCH = rows.frame("/cari", role="office", query=(("q", "kepala"),))


def _post(stored: rows.Stored, frame: Frame = OFFICE) -> str:
    return render("post.html", post.build(frame, stored.seen_by(frame.acts)), frame)


def _refused() -> str:
    problem = problem_of(InvalidValue("ahead", code="known-at-ahead"), "id")
    frame = test_refusal._with_faults(test_refusal._frame(valid_on="2016", known_at="2099"), problem)
    return render("refusal.html", refusal.build(frame, problem), frame)


def _search(frame: Frame, sought: Sought) -> str:
    return render("search.html", search.build(frame, sought), frame)


WITHOUT_A_LIST = {
    "to_override",
    "seen",
    "to_confirm",
    "own_sent_back",
    "own_waiting",
    "review",
    "overridden",
    "one_factor",
}
EVERY_TASK = TaskList(
    total=81_234,
    kinds=tuple(
        TasksOfKind(
            kind=kind,
            total=8_123,
            first=1,
            last=3,
            page=None if kind in WITHOUT_A_LIST else "/dokumen",
            tasks=(
                Task(
                    page="/sk/x",
                    title="821.2/15/BKPSDM-Mutasi-dan-Promosi/2026",
                    kind="keputusan",
                    since=datetime(2025, 5, 3, tzinfo=UTC),
                    count=300,
                    note="Baris 12: " + "z" * 200 if kind == "own_sent_back" else None,
                    of="findings" if kind in {"findings", "seen"} else None,
                    mark="0" * 64 if kind == "findings" else None,
                ),
                Task(page="/pegawai/x", title=rows.NAMES[2], day=date(2025, 5, 3)),
                Task(page=None, title="x" * 60, kind="account"),
                Task(page="/impor/x", title=None, kind="import", since=datetime(2025, 5, 3, tzinfo=UTC), count=1),
            ),
        )
        for kind in KINDS
    ),
)


def _tasks(found: TaskList) -> str:
    return render("tasks.html", tasks.build(INBOX, found, None, 1), INBOX)


PAGES: dict[str, Callable[[], str]] = {
    "busy": lambda: _post(rows.busy()),
    "public": lambda: _post(rows.busy(), rows.frame(language="en")),
    "then": lambda: _post(rows.busy(THEN), rows.frame(valid_on=THEN, query=(("valid_on", "2016-03"),))),
    "nothing": lambda: _post(rows.nothing()),
    "long": lambda: _post(rows.long_names()),
    "school": lambda: _post(rows.school(30)),
    "secretaries": lambda: _post(rows.secretaries()),
    "unnamed": lambda: _post(rows.school(70), rows.frame()),
    "ledger": lambda: render(
        "ledger.html", ledger.build(LEDGER, test_ledger.record(48_194, 48_213, "auditor")), LEDGER
    ),
    "entry": lambda: render("entry.html", entry.build(LEDGER, test_ledger._record(1_250, "auditor")), LEDGER),
    "unit": lambda: render(
        "unit.html", unit.build(OFFICE, test_unit.unit(), test_unit.posts(3, 4), test_unit.DUTIES, below=True), OFFICE
    ),
    "units": lambda: render("units.html", unit.build_tree(test_unit.FRAME, test_unit.unit().path), test_unit.FRAME),
    "closed": lambda: render("closed.html", scans.CLOSED, OFFICE),
    "confirmation": lambda: render("confirmation.html", scans.CONFIRMATION, OFFICE),
    "queue": lambda: render("documents.html", scans.QUEUE, OFFICE),
    "scan": lambda: render("scan.html", scans.SCAN, OFFICE),
    "coverage": lambda: render("coverage.html", scans.COVERAGE, OFFICE),
    "disputes": lambda: render("disputes.html", scans.DISPUTES, OFFICE),
    "decree": lambda: render("decree.html", decree.build(OFFICE, test_decree.WITH_DATES), OFFICE),
    "decrees": test_decrees.shown,
    "appraisals": test_decrees.shown_unit,
    "due": lambda: test_due.shown(test_due.EVERY_KIND),
    "imports": test_imports.shown,
    "import": test_imports.shown_one,
    "import in hand": test_imports.shown_in_hand,
    "import looked at": test_imports.shown_dry,
    "undo looked at": test_imports.shown_dry_undo,
    "staff": test_staff.shown,
    "filters": test_staff.shown_filters,
    "tasks": lambda: _tasks(EVERY_TASK),
    "no tasks": lambda: _tasks(TaskList(total=0, kinds=())),
    "career": lambda: render("career.html", career.build(OFFICE, test_career.CAREER, test_career.NOW), OFFICE),
    "search": lambda: _search(SEARCH, test_search.FULL),
    "nothing found": lambda: _search(SEARCH, Sought("xyz", None, Listing([], 0))),
    "home": lambda: render("home.html", home.build(rows.frame("/"), posts=10_500), rows.frame("/")),
    "refused": _refused,
    "login": lambda: render(
        "login.html", login.build(LOGIN, onwards="/cari", refused="password", name="x" * 60), LOGIN
    ),
    "login with a token": lambda: render("login.html", login.build(LOGIN, onwards="/", refused="token"), LOGIN),
    "login too early": lambda: render("login.html", login.build(LOGIN, onwards="/", refused="wait", wait=900), LOGIN),
    "code": lambda: render("code.html", login.build_code(LOGIN, onwards="/", refused="code"), LOGIN),
    "enrol": lambda: render(
        "enrol.html", second_factor.build(LOGIN, bytes(range(20)), "x" * 60, needed=True, onwards="/"), LOGIN
    ),
    "enrol another": lambda: render(
        "enrol.html",
        second_factor.build(
            OFFICE, bytes(20), "ani", needed=False, onwards="/akun", errors=(FieldError("password", "keliru"),)
        ),
        OFFICE,
    ),
    "account": lambda: render("account.html", test_account.shown(), OFFICE),
    "account, much wrong": lambda: render("account.html", test_account.shown(wrong=True), OFFICE),
    "account by token": lambda: render("account.html", test_account.shown(keeps=False), OFFICE),
    "recovery codes": lambda: render(
        "recovery.html", second_factor.CodesPage(totp.new_recovery_codes(), "/akun"), OFFICE
    ),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.mark.parametrize("name", PAGES)
def test_nothing_overflows_breaks_the_policy_or_shuts_anybody_out(browser: Browser, name: str) -> None:
    html = PAGES[name]()
    with visiting(browser, lambda _: html, 1280) as (page, complaints):
        page.goto(f"{ADDRESS}/")
        for width in (1280, 1089, 768, 705, 320, 360):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width
        assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('1em \"Noto Sans\"'))")
        page.evaluate(AXE)
        found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        assert [(item["id"], item["nodes"][0]["html"]) for item in found] == []
        assert complaints == []


def test_the_keyboard_reaches_the_content_and_the_two_times(browser: Browser) -> None:
    with visiting(browser, lambda _: PAGES["busy"](), 1280) as (page, _):
        page.goto(f"{ADDRESS}/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "isi"
        page.locator(".as-of summary").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "valid_on"


@pytest.mark.parametrize("script", [True, False])
def test_the_two_times_are_asked_for_with_and_without_script(browser: Browser, script: bool) -> None:
    asked: list[str] = []

    def answer(address: str) -> str:
        asked.append(address)
        return PAGES["busy"]()

    with visiting(browser, answer, 360, script=script) as (page, _):
        page.goto(f"{ADDRESS}/jabatan/x?sort=began")
        page.locator(".as-of summary").click()
        page.locator("#valid_on").fill("2016-03")
        page.locator(".as-of button").click()
        page.wait_for_url("**valid_on=2016-03**")
    assert parse_qs(urlsplit(asked[-1]).query)["valid_on"] == ["2016-03"]


def test_the_search_answers_while_one_types_and_says_so_aloud(browser: Browser) -> None:
    def answer(address: str) -> str:
        text = parse_qs(urlsplit(address).query).get("q", [""])[0]
        found = Sought(text, None, Listing([], 0)) if text == "xyz" else Sought(text, None)
        return _search(rows.frame("/cari", query=(("q", text),)), found)

    with visiting(browser, answer, 1280) as (page, complaints):
        page.goto(f"{ADDRESS}/cari")
        page.locator("#q").press_sequentially("xyz")
        page.wait_for_url("**/cari?q=xyz**")
        assert "Tidak ada yang cocok" in page.locator("#hasil").inner_text()
        assert page.locator("#hasil [role=status]").inner_text() == "0 hasil untuk \u201cxyz\u201d"
        assert page.evaluate("document.activeElement.id") == "q", "typing goes on"
        assert complaints == []


def test_a_wrong_time_is_seen_where_it_was_typed(browser: Browser) -> None:
    with visiting(browser, lambda _: PAGES["refused"](), 360) as (page, _):
        page.goto(f"{ADDRESS}/")
        assert page.locator("#known_at").is_visible()
        page.locator(".errors a").click()
        assert page.evaluate("document.activeElement.id") == "known_at"


def test_print_carries_the_two_times_and_no_controls(browser: Browser) -> None:
    with visiting(browser, lambda _: PAGES["then"](), 1280) as (page, _):
        page.goto(f"{ADDRESS}/")
        page.emulate_media(media="print")
        assert page.locator(".running").is_visible()
        assert "31 Maret 2016" in page.locator(".running").inner_text()
        assert page.evaluate("getComputedStyle(document.querySelector('.running')).display") == "table-footer-group"
        assert not page.locator("nav[aria-label='Navigasi utama']").is_visible()
        assert page.pdf().startswith(b"%PDF")


def test_what_waits_is_printed_as_rows_and_consequences_without_the_frame_and_the_buttons(browser: Browser) -> None:
    scan = replace(scans.CONFIRMATION, scan=replace(scans.SCAN_FILE, kind="pdf"))
    html = render("confirmation.html", scan, OFFICE)
    with visiting(browser, lambda _: html, 720) as (page, _):
        page.goto(f"{ADDRESS}/")
        page.emulate_media(media="print")
        assert page.locator("#akibat").is_visible()
        assert not page.locator("iframe").is_visible()
        assert not page.locator("form.decide").first.is_visible()
        assert page.evaluate("document.querySelector('.said').getBoundingClientRect().width") > 600
