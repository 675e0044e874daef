"""The pages about imports: a run and its report, alike as page, JSON and CSV, filtered, never for the public."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from web.pages import rows
from web.running import Running

from asn_ledger.accounts.desk.import_run import Item, NewRun, Progress
from asn_ledger.web.api.imports import CountShown, ImportList, ImportShown, ItemShown, RunShown
from asn_ledger.web.pages import imports as view
from asn_ledger.web.render import render

FRAME = rows.frame("/impor", role="office")
RUN = RunShown(
    run=UUID(int=1), system="siasn", state="done", why="", looked=None, undoes=None, failed_at=None, source="kiriman-bkn/" + "sangat-panjang-" * 6, dry_run=False, account=UUID(int=2),
    account_role="office", files=3501, files_done=3501, rows_read=54_507, recorded=51_548, facts=99_587, confirmed=12,
    known=0, findings=709, open_rows=0, started_at=datetime(2026, 1, 5, tzinfo=UTC), ended_at=None, undone_at=None,
)  # fmt: skip
ROW = ItemShown(
    number=1, file="pns/010D000D93A18C989BFF668E6B9924EF.json", resource="rw-pemberhentian",
    row="010D000D93A18C989BFF668E6B9924EF", field="tmtPensiun", status="refused", reason="no-tmt",
    detail="the wire says no day; record the decree by hand", erased=False, proposal={"action": "correct_record"},
)  # fmt: skip
COUNT = CountShown(status="refused", resource="rw-pemberhentian", reason="no-tmt", rows=1)


def shown() -> str:
    return render("imports.html", view.build_imports(FRAME, ImportList(runs=(RUN,))), FRAME)


def shown_one() -> str:
    found = ImportShown(run=RUN, counts=(COUNT,), total=1, rows=(ROW,))
    return render("import.html", view.build_import(FRAME, found, status=None, page=1), FRAME)


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
    progress.items += [Item(n, "pns/1.json", *one) for n, one in enumerate(told, start=1)]  # type: ignore[arg-type]
    imports.save(made, progress, ended=True)
    return made


def test_a_run_is_told_alike_in_every_form(web: Running, run: UUID) -> None:
    api = web.office.get(f"/api/v1/imports/{run}").json()
    assert (api["total"], [row["row"] for row in api["rows"]]) == (3, ["G1", "J1", "G2"])
    assert web.office.get(f"/impor/{run}.json").json() == api

    page = web.office.get(f"/impor/{run}").text
    assert "impossible-date" in page
    assert "kiriman &lt;b&gt;BKN" in page
    sheet = web.office.get(f"/impor/{run}.csv").text.splitlines()
    assert sheet[0].removeprefix("\ufeff").startswith("file,resource,row,")
    assert len(sheet) == 4
    assert "'=1+1" in sheet[2]
    assert str(run) in web.office.get("/impor.csv").text
    assert web.office.get("/impor").text.count(f"/impor/{run}") == 1


def test_filters_leave_what_they_name(web: Running, run: UUID) -> None:
    asked = {"status": "refused", "resource": "rw-jabatan"}
    assert [row["row"] for row in web.auditor.get(f"/api/v1/imports/{run}", params=asked).json()["rows"]] == ["J1"]
    assert "G1" not in web.auditor.get(f"/impor/{run}", params=asked).text
    assert len(web.auditor.get(f"/impor/{run}.csv", params=asked).text.splitlines()) == 2
