"""The pages about imports: a run and its report, alike as page, JSON and CSV, filtered, never for the public."""

import json
import re
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from multiprocessing import active_children
from multiprocessing.process import BaseProcess
from typing import Any, get_args
from uuid import UUID, uuid4

import pytest
from exchange.siasn.test_importing import UNITS, person
from httpx2 import Response
from web.pages import rows
from web.running import Running

from asn_ledger.accounts.desk.import_run import Item, NewRun, Progress, Reason
from asn_ledger.domain.decisions.form import parse_decree
from asn_ledger.domain.errors import InvalidValue
from asn_ledger.exchange.siasn.wire import read_file
from asn_ledger.exchange.siasn.working import work as work_upon
from asn_ledger.language import Language
from asn_ledger.language.messages import keys
from asn_ledger.web import problems
from asn_ledger.web.api.imports import _SENDERS, Beside, CountShown, ImportList, ImportShown, ItemShown, RunShown
from asn_ledger.web.pages import imports as view
from asn_ledger.web.render import render

FRAME = rows.frame("/impor", role="office")
RUN = RunShown(
    run=UUID(int=1), system="siasn", state="done", why="", looked=None, undoes=None, failed_at=None, source="kiriman-bkn/" + "sangat-panjang-" * 6, dry_run=False, account=UUID(int=2),
    account_role="office", files=3501, files_done=3501, rows_read=54_507, recorded=51_548, facts=99_587, confirmed=12,
    known=0, findings=709, open_rows=0, started_at=datetime(2026, 1, 5, tzinfo=UTC), ended_at=None, undone_at=None,
    settled_at=None,
)  # fmt: skip
ROW = ItemShown(
    number=1, file="pns/010D000D93A18C989BFF668E6B9924EF.json", resource="rw-pemberhentian",
    row="010D000D93A18C989BFF668E6B9924EF", field="tmtPensiun", status="refused", reason="no-tmt",
    title="TMT pemberhentian tidak disebut", remedy="Catat SK pemberhentian sendiri dengan TMT-nya.",
    detail="masih bekerja pada 1 Oktober 2020, sesudah tanggal SK-nya", erased=False, proposal={"action": "correct_record"},
)  # fmt: skip
COUNT = CountShown(
    status="refused", resource="rw-pemberhentian", reason="no-tmt", title="TMT pemberhentian tidak disebut",
    remedy="Catat SK pemberhentian sendiri dengan TMT-nya.", rows=1,
)  # fmt: skip


def shown() -> str:
    return render("imports.html", view.build_imports(FRAME, ImportList(runs=(RUN,))), FRAME)


def shown_one(run: RunShown = RUN, beside: Beside = Beside()) -> str:  # noqa: B008 -- frozen
    found = ImportShown(run=run, counts=(COUNT,), total=1, rows=(ROW,))
    return render("import.html", view.build_import(FRAME, found, beside, status=None, page=1), FRAME)


def shown_in_hand() -> str:
    return shown_one(RUN.model_copy(update={"state": "under_way", "files_done": 1700}))


def shown_dry() -> str:
    run = RUN.model_copy(update={"state": "dry", "dry_run": True})
    return shown_one(run, Beside(same=UUID(int=7)))


def shown_dry_undo() -> str:
    return shown_one(
        RUN.model_copy(update={"state": "undo_dry", "dry_run": True, "undoes": UUID(int=8), "why": "Salah"})
    )


@pytest.fixture
def run(web: Running) -> UUID:
    """A finished run that refused two rows and proposes a correction for a third."""
    imports = web.service.imports
    made = imports.begin(
        NewRun("kiriman <b>BKN</b>", uuid4().bytes, dry_run=False, account=uuid4(), role="office", files=3)
    ).run
    told = [
        ("rw-golongan", "G1", "tmtGolongan", "refused", "impossible-date", "31-02-2015", None),
        ("rw-jabatan", "J1", "eselonId", "refused", "unknown-code", "=1+1", None),
        ("rw-golongan", "G2", "rank", "changed", "changed", "", {"action": "correct_record"}),
    ]
    progress = Progress(files_done=3, rows_read=9, recorded=6, facts=12)
    progress.items += [Item(n, "pns/1.json", *one) for n, one in enumerate(told, start=1)]  # type: ignore[arg-type]  # each is a tuple of its fields
    imports.save(made, progress, ended=True)
    return made


def test_a_run_is_told_alike_in_every_form(web: Running, run: UUID) -> None:
    api = web.office.get(f"/api/v1/imports/{run}").json()
    assert (api["total"], [row["row"] for row in api["rows"]]) == (3, ["G1", "J1", "G2"])
    assert web.office.get(f"/impor/{run}.json").json() == api

    page = web.office.get(f"/impor/{run}").text
    assert "Tanggal tidak mungkin" in page
    english = web.office.get(f"/api/v1/imports/{run}", headers={"Accept-Language": "en"}).json()["rows"][0]
    assert (english["reason"], english["title"]) == ("impossible-date", "An impossible date")
    assert "kiriman &lt;b&gt;BKN" in page
    assert "&#34;correct_record&#34;" in page
    sheet = web.office.get(f"/impor/{run}.csv").text.splitlines()
    assert sheet[0].removeprefix("\ufeff").startswith("file,resource,row,")
    assert len(sheet) == 4
    assert "'=1+1" in sheet[2]
    assert str(run) in web.office.get("/impor.csv").text
    assert web.office.get("/impor").text.count(f"/impor/{run}") == 1


def test_what_is_wrong_with_a_nip_is_told_in_the_readers_language(web: Running) -> None:
    (problem,) = read_file(json.dumps({"data-utama": {**person()["data-utama"], "nipBaru": "123"}}).encode()).problems
    imports = web.service.imports
    made = imports.begin(NewRun("x", uuid4().bytes, dry_run=True, account=uuid4(), role="office", files=1)).run
    progress = Progress(files_done=1)
    progress.items.append(Item(1, "1.json", "data-utama", "P1", "nipBaru", "refused", problem.reason, problem.detail))
    imports.save(made, progress, ended=True)

    address = f"/api/v1/imports/{made}"
    told = {
        language: web.office.get(address, headers={"Accept-Language": language}).json()["rows"][0]["detail"]
        for language in ("id", "en")
    }
    assert told == {
        "id": "NIP terdiri dari 18 angka, angka ke-15 1 atau 2.",
        "en": "A NIP has 18 digits, the 15th being 1 or 2.",
    }
    assert told["id"] in web.office.get(f"/impor/{made}").text


def test_why_a_row_did_not_go_in_is_told_in_the_readers_language(web: Running) -> None:
    """A refusal of the record as it is, row by row; what the files lack by its reason."""
    with pytest.raises(InvalidValue) as refused:
        parse_decree({"id": "x", "mode": "signed", "kind": "keputusan", "rows": [{"row": 1, "action": "separate"}]})
    imports = web.service.imports
    made = imports.begin(NewRun("x", uuid4().bytes, dry_run=True, account=uuid4(), role="office", files=1)).run
    progress = Progress(files_done=1)
    refusal = refused.value
    progress.items += [
        Item(1, "1.json", "rw-golongan", "G1", "", "refused", refusal.code, refusal.detail, refusal=refusal),
        Item(2, "1.json", "rw-pemberhentian", "X1", "tmtPemberhentian", "refused", "no-tmt", "2020-10-01"),
        Item(3, "1.json", "rw-pendidikan", "E2", "", "noted", "told-twice", "E1"),
    ]
    imports.save(made, progress, ended=True)

    address = f"/api/v1/imports/{made}"
    told = {
        language: [
            row["detail"] for row in web.office.get(address, headers={"Accept-Language": language}).json()["rows"]
        ]
        for language in ("id", "en")
    }
    assert told["id"][1:] == ["masih bekerja pada 1 Oktober 2020, sesudah tanggal SK-nya", "baris E1"]
    assert told["en"][1:] == ["served on 1 October 2020, after its decree", "row E1"]
    assert told["id"][0] == problems.reason(refusal, "id") != problems.reason(refusal, "en") == told["en"][0]
    page = web.office.get(f"/impor/{made}", headers={"Accept-Language": "id"}).text
    assert told["id"][1] in page


def test_filters_leave_what_they_name(web: Running, run: UUID) -> None:
    asked = {"status": "refused", "resource": "rw-jabatan"}
    assert [row["row"] for row in web.auditor.get(f"/api/v1/imports/{run}", params=asked).json()["rows"]] == ["J1"]
    assert "G1" not in web.auditor.get(f"/impor/{run}", params=asked).text
    assert len(web.auditor.get(f"/impor/{run}.csv", params=asked).text.splitlines()) == 2


FORM = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


SENDS = 'action="/impor" enctype'


def work(web: Running) -> None:
    """What a process of the service does."""
    found = web.service.imports.in_hand()
    assert found is not None
    work_upon(web.service.books, found)


def location(answer: Response) -> str:
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def files(*people: int) -> list[tuple[str, tuple[str, bytes]]]:
    told = [("unor.json", UNITS), *((f"{n}.json", person(n)) for n in people)]
    return [("files", (name, json.dumps(content).encode())) for name, content in told]


def actions(page: str) -> set[str]:
    return set(re.findall(r'method="post" action="(/impor/[^"]+)"', page))


def test_files_are_looked_at_recorded_and_taken_back_on_pages(web: Running) -> None:
    browser = web.browser("ani")
    assert SENDS in browser.get("/impor").text
    assert SENDS not in web.auditor.get("/impor", headers=FORM).text

    dry = location(browser.post("/impor", files=files(1, 2)))
    waiting = browser.get(dry).text
    assert "every 2s" in waiting
    assert actions(waiting) == set()
    work(web)
    looked = browser.get(dry).text
    assert "every 2s" not in looked
    assert actions(looked) == {f"{dry}/catat"}
    assert actions(web.auditor.get(dry, headers=FORM).text) == set()
    head = web.service.recorder.head()

    run = location(browser.post(f"{dry}/catat", data={"x": ""}))
    assert location(browser.post(f"{dry}/catat", data={"x": ""})) == run
    work(web)
    assert web.service.recorder.head() > head
    done = browser.get(run).text
    assert actions(done) == {f"{run}/batal"}
    assert f'href="{dry}"' in done
    assert f'href="{run}"' in browser.get(dry).text

    again = location(browser.post("/impor", files=files(1, 2)))
    work(web)
    assert f'href="{run}"' in browser.get(again).text

    refused = browser.post(f"{run}/batal", data={"why": " "})
    assert refused.status_code == 422
    undo = location(browser.post(f"{run}/batal", data={"why": "Kiriman bulan lalu"}))
    work(web)
    assert "Kiriman bulan lalu" in browser.get(undo).text
    assert actions(browser.get(undo).text) == {f"{undo}/catat"}
    struck = location(browser.post(f"{undo}/catat", data={"x": ""}))
    work(web)
    assert "penarikan kembali, selesai" in browser.get(struck).text
    assert actions(browser.get(run).text) == set()
    assert "ditarik kembali" in browser.get(run).text


def test_a_program_does_the_same_over_http(web: Running) -> None:
    api = web.office
    begun = api.post("/api/v1/imports", files=files(3))
    assert begun.status_code == 202
    dry = begun.json()
    assert begun.headers["location"] == f"/api/v1/imports/{dry['run']}"
    assert (dry["state"], dry["dry_run"], dry["files"]) == ("under_way", True, 2)
    second = api.post("/api/v1/imports", files=files(4))
    assert (second.status_code, second.json()["code"]) == (409, "import-under-way")
    early = api.post(f"/api/v1/imports/{dry['run']}/recording")
    assert (early.status_code, early.json()["code"]) == (409, "import-under-way")
    work(web)

    run = api.post(f"/api/v1/imports/{dry['run']}/recording").json()
    assert (run["looked"], run["dry_run"]) == (dry["run"], False)
    work(web)
    done = api.get(f"/api/v1/imports/{run['run']}").json()["run"]
    assert (done["state"], done["files_done"]) == ("done", 2)

    unprintable = api.post(f"/api/v1/imports/{run['run']}/undo", json={"reason": "Salah\x00"})
    assert (unprintable.status_code, unprintable.json()["code"]) == (422, "control-characters")
    undo = api.post(f"/api/v1/imports/{run['run']}/undo", json={"reason": "Salah"}).json()
    assert (undo["undoes"], undo["why"]) == (run["run"], "Salah")
    work(web)
    struck = api.post(f"/api/v1/imports/{undo['run']}/recording").json()
    work(web)
    assert api.get(f"/api/v1/imports/{struck['run']}").json()["run"]["state"] == "undo_done"
    assert api.get(f"/api/v1/imports/{run['run']}").json()["run"]["state"] == "undone"
    assert api.post(f"/api/v1/imports/{run['run']}/undo", json={"reason": "Lagi"}).json()["code"] == "undone"


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"files": [("files", ("a.zip", b"PK no archive"))]}, "archive"),
        ({"files": [("other", ("a.json", b"{}"))]}, "no-files"),
        ({"data": {"files": "x"}}, "form"),
        ({"content": b"x", "headers": {"content-type": "multipart/form-data; boundary=b"}}, "form"),
    ],
)
def test_what_is_no_form_of_files_is_refused(web: Running, sent: dict[str, Any], code: str) -> None:
    answer = web.office.post("/api/v1/imports", **sent)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert web.service.imports.in_hand() is None


def test_only_a_few_send_files_at_a_time(web: Running) -> None:
    with ExitStack() as sending:
        while _SENDERS.acquire(blocking=False):
            sending.callback(_SENDERS.release)
        refused = web.office.post("/api/v1/imports", files=files(7))
        assert (refused.status_code, refused.json()["code"]) == (409, "import-under-way")
    web.office.post("/api/v1/imports", files=files(7)).raise_for_status()
    work(web)


def importers() -> list[BaseProcess]:
    return [process for process in active_children() if process.name == "import"]


def soon(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_a_service_takes_up_what_another_left(web: Running) -> None:
    begun = web.office.post("/api/v1/imports", files=files(5)).json()["run"]

    def state() -> str:
        return str(web.office.get(f"/api/v1/imports/{begun}").json()["run"]["state"])

    with web.service.importing():
        soon(lambda: bool(importers()))
    assert importers() == [], "a service that ends leaves no process behind"
    with web.service.importing():
        soon(lambda: state() != "under_way")
    assert state() == "dry"


def test_a_run_whose_process_was_killed_is_put_aside_and_can_be_sent_again(web: Running) -> None:
    begun = web.office.post("/api/v1/imports", files=files(6)).json()["run"]
    with web.service.importing():
        soon(lambda: bool(importers()))
        for process in importers():
            process.kill()
        soon(lambda: web.service.imports.in_hand() is None)
    assert web.office.get(f"/api/v1/imports/{begun}").json()["run"]["state"] == "failed"

    again = web.office.post("/api/v1/imports", files=files(6)).json()["run"]
    work(web)
    assert web.office.get(f"/api/v1/imports/{again}").json()["run"]["state"] == "dry"


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_reason_has_its_words(language: Language) -> None:
    for reason in (*get_args(Reason), "other"):
        for part in ("title", "remedy"):
            assert f"import_reason.{reason}.{part}" in keys(language)
