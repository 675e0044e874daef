"""An annex out of a city's own workbook becomes a confirmed decree without retyping, over HTTP alone."""

import csv
import html
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import pytest
import xlsxwriter
from web.office import appoint, decree, enters, name, post, unit
from web.pages.page import check_landmarks, read
from web.running import Running, running

from asn_ledger.exchange.sheets.layouts import layout_of
from asn_ledger.exchange.sheets.mapping import find_heading, propose, read_rows
from asn_ledger.exchange.sheets.table import read_table

HTML = {"Accept": "text/html"}
PEOPLE = 60


def nip(n: int) -> str:
    return f"19700101199503{1 + n % 2}{n + 1:03}"


@pytest.fixture(scope="module")
def web(service_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(service_url, tmp_path_factory.mktemp("home")) as opened:
        rows = [
            unit("city", "Pemerintah Kota Salatiga", kind="kota"),
            unit(1, "Dinas Pendidikan", parent=name("unit", "city")),
        ]
        rows.append(unit(2, "Dinas Kesehatan", parent=name("unit", "city")))
        rows += [post(f"old{n}", f"Pengelola Data {n}") for n in range(PEOPLE)]
        rows += [post(f"new{n}", f"Penata Layanan {n}", unit=1 + n % 2) for n in range(PEOPLE)]
        opened.record(decree(rows, kind="perwal", decided_on="2010-01-01", number="1/2010"))
        people = [enters(n, f"Pegawai Nomor {n}", nip(n)) for n in range(PEOPLE)]
        opened.record(decree(people, decided_on="2012-01-01", number="800/1/2012"))
        first = [appoint(n, f"old{n}", "2015-08-01", path="pelaksana") for n in range(PEOPLE)]
        opened.record(decree(first, decided_on="2015-07-20", number="821.2/9/2015"))
        opened.follow()
        yield opened


def annex(wrong: int | None = None) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Lampiran")
        sheet.merge_range(0, 0, 0, 5, "LAMPIRAN KEPUTUSAN WALI KOTA SALATIGA NOMOR 821.2/7/2026")
        sheet.merge_range(2, 3, 2, 4, "JABATAN")
        for column, title in ((0, "NO"), (1, "NAMA"), (2, "NIP"), (5, "UNIT KERJA")):
            sheet.merge_range(2, column, 3, column, title)
        sheet.write_row(3, 3, ["LAMA", "BARU"])
        for n in range(PEOPLE):
            sheet.write_row(
                4 + n, 0, [n + 1, f"PEGAWAI NOMOR {n}", f"'{nip(n)}", f"Pengelola Data {n}", f"Penata Layanan {n}"]
            )
            sheet.write(4 + n, 5, f"Dinas {('Pendidikan', 'Kesehatan')[n % 2]}")
            if n == wrong:
                sheet.write_number(4 + n, 2, int(nip(n)))
        sheet.write(6 + PEOPLE, 4, "WALI KOTA SALATIGA,")
        sheet.write(9 + PEOPLE, 4, "YULIYANTO")
    return out.getvalue()


class Form(HTMLParser):
    """The fields of the page's last form as a browser would send them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {key: value or "" for key, value in attrs}
        match tag:
            case "form":
                self.fields = {}
            case "input":
                self.fields[found.get("name", "")] = found.get("value", "")
            case "select":
                self._select = found["name"]
            case "option" if "selected" in found or self._select not in self.fields:
                self.fields[self._select] = found["value"]
            case "textarea":
                self.fields[found["name"]] = ""
            case _:
                pass


def upload(web: Running, content: bytes, called: str = "Lampiran SK.xlsx") -> str:
    answer = web.office.post("/lembar", files={"file": (called, content)}, headers=HTML, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_sixty_rows_of_a_citys_own_layout_become_a_confirmed_decree_without_retyping(web: Running) -> None:
    where = upload(web, annex())
    page = web.office.get(where, headers=HTML)
    check_landmarks(read(page.text))
    assert "Kepala tabel di baris 4; 60 baris berisi." in html.unescape(page.text)
    fields = Form(page.text).fields
    assert [fields[f"c{n}"] for n in range(6)] == ["number", "name", "nip", "old_post", "post", "unit"]

    page = web.office.post(where, data={**fields, "save": "Lampiran Salatiga", "do": "grid"}, headers=HTML)
    assert page.status_code == 200, page.text
    fields = Form(page.text).fields
    assert fields["r60.post"] == "Penata Layanan 59"
    fields |= {
        "mode": "signed", "number": "821.2/7/2026", "decided_on": "5126", "signer_name": "Yuliyanto",
        "signer_title": "Wali Kota", "pending": "menyusul", "r0.how": "pelaksana", "r0.tmt": "1226",
    }  # fmt: skip
    page = web.office.post("/sk/baru", data={**fields, "do": "check"}, headers=HTML)
    assert page.status_code == 200, read(page.text).of("div", class_="errors")[0].words
    assert "60 baris akan menjadi 61 fakta." in html.unescape(page.text)
    fields = Form(page.text).fields
    answer = web.office.post("/sk/baru", data={**fields, "do": "record"}, headers=HTML, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    sk = fields["decree"]
    assert web.colleague.post(f"/api/v1/decrees/{sk}/confirmation").status_code == 201
    web.follow()
    for n in (0, 31, 59):
        history = web.office.get(f"/api/v1/posts/{name('post', f'new{n}')}/history?valid_on=2026-03-01").json()
        assert [row["began"] for row in history["tenures"]] == ["2026-02-01"]
    rows = web.office.get(f"/api/v1/decrees/{sk}").json()["rows"]
    assert [row["person"]["nip"] for row in rows] == [nip(n) for n in range(PEOPLE)]


def test_a_saved_mapping_is_known_again_and_the_file_comes_back_with_remarks(web: Running) -> None:
    where = upload(web, annex(wrong=2))
    fields = Form(web.office.get(where, headers=HTML).text).fields
    web.office.post(where, data={**fields, "save": "Kota", "do": "grid"}, headers=HTML)
    again = upload(web, annex(wrong=2))
    page = web.office.get(f"{again}?mapping=Kota", headers=HTML)
    assert Form(page.text).fields["c4"] == "post"
    back = web.office.post(again, data={**fields, "do": "remarks"}, headers=HTML)
    assert back.headers["content-disposition"] == 'attachment; filename="LampiranSK-keterangan.xlsx"'
    sheet = web.office.post("/lembar", files={"file": ("x.xlsx", back.content)}, headers=HTML)
    assert sheet.status_code == 200, "what comes back can be sent again"


def test_csv_comes_back_as_csv(web: Running) -> None:
    where = upload(
        web,
        f"No;NIP;Nama;Gol. Baru;TMT\n1;1,97001E+17;Pegawai;III/d;1426\n2;{nip(1)};;IV/a;1-4-2026\n;;Kepala BKPSDM;;\n".encode(),
        "kp.csv",
    )
    fields = Form(web.office.get(f"{where}?layout=kp", headers=HTML).text).fields
    back = web.office.post(where, data={**fields, "do": "remarks"}, headers=HTML)
    rows = list(csv.reader(io.StringIO(back.text.removeprefix("\ufeff")), delimiter=";"))
    assert rows[0] == ["No", "NIP", "Nama", "Gol. Baru", "TMT", "Keterangan pemeriksaan"]
    assert "Excel menjadikan NIP ini bilangan" in rows[1][5]
    assert rows[3][5].startswith("Dilewati")


def test_a_sheet_is_its_senders_alone(web: Running) -> None:
    where = upload(web, annex())
    assert web.colleague.get(where).status_code == 404
    assert web.auditor.get(where).status_code == 403


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"a,b\n1,2\n"])
def test_what_cannot_be_read_is_said(web: Running, content: bytes) -> None:
    answer = web.office.post("/lembar", files={"file": ("x.xlsx", content)}, headers=HTML)
    assert answer.status_code == 422
    assert re.search(r"<h1", answer.text)


def test_what_goes_out_comes_in_again(web: Running) -> None:
    """The roll is in a layout that is read back without a word; NIPs stay text."""
    for form in ("xlsx", "csv"):
        sent = web.auditor.get(f"/lembar/nominatif.{form}")
        table = read_table(sent.content)
        heading = find_heading(table)
        layout = layout_of("roll")
        rows = read_rows(table, heading, propose(layout, heading.titles), layout).rows
        assert sorted(row.cells["nip"] for row in rows) == sorted(nip(n) for n in range(PEOPLE))
        assert {row.cells["unit"] for row in rows} <= {"Dinas Pendidikan", "Dinas Kesehatan"}
    assert web.public.get("/lembar/nominatif.xlsx").status_code == 403


def test_the_order_of_seniority_goes_out_in_the_layout_of_offices(web: Running) -> None:
    """The same on the page and for programs; NIPs and dates are text, and no cell is a formula."""
    wb = decree([
        enters("duk", "=HYPERLINK(1)", "196801011990031009", rank="IV/e", born_on="1968-01-01", post=None),
        {"action": "record_education", "employee": name("employee", "duk"), "level": "s2", "programme": "Hukum",
         "institution": "Undip", "tmt": {"on": "1995-08-01"}},
        {"action": "record_training", "employee": name("employee", "duk"), "kind": "struktural", "name": "PKN II",
         "structural": "pkn_ii", "hours": 924, "tmt": {"on": "2018-05-01"}},
    ], number="800/9/2020")  # fmt: skip
    for row in wb["rows"]:
        row.pop("post", None)
    web.record(wb)
    sent = web.auditor.get("/lembar/duk.xlsx")
    assert sent.content[:2] == b"PK"
    head, first, *_ = read_table(sent.content).rows
    assert list(head) == [
        "No", "Nama", "NIP", "Golongan", "TMT golongan", "Jabatan", "TMT jabatan", "MKG tahun", "MKG bulan",
        "Latihan jabatan", "Latihan, tahun", "Latihan, jam", "Pendidikan", "Lulus tahun", "Tingkat pendidikan", "Usia", "Catatan mutasi",
    ]  # fmt: skip
    told = dict(zip(head, first, strict=True))
    assert (told["No"], told["Nama"], told["NIP"]) == ("1", "'=HYPERLINK(1)", "196801011990031009")
    assert (told["TMT golongan"], told["Latihan jabatan"], told["Latihan, tahun"]) == ("01-01-2012", "PKN II", "2018")
    assert told["Latihan, jam"] == "924"
    assert (told["Pendidikan"], told["Lulus tahun"], told["Tingkat pendidikan"]) == ("Hukum, Undip", "1995", "S2")

    english = web.office.get("/api/v1/sheets/duk.csv?lang=en&valid_on=2020-02-01").text.removeprefix("\ufeff")
    row = next(csv.DictReader(io.StringIO(english)))
    assert (row["Name"], row["NIP"], row["Age"]) == ("'=HYPERLINK(1)", "196801011990031009", "52")
    then = web.office.get("/lembar/duk.csv?known_at=2001").text.removeprefix("\ufeff")
    assert list(csv.DictReader(io.StringIO(then))) == []
    assert web.public.get("/api/v1/sheets/duk.xlsx").status_code == 403
    assert web.public.get("/lembar/duk.xlsx").status_code == 403


def test_the_establishment_says_who_fills_which_post(web: Running) -> None:
    """The need (ABK) is what was set for a post, never its seats; sums are over the posts of which one was set."""
    needs = [
        {"action": "set_workload", "post": name("post", "new7"), "need": 3, "year": 2019, "tmt": {"on": "2020-01-01"}},
        {"action": "set_workload", "post": name("post", "new7"), "need": 2, "year": 2018, "tmt": {"on": "2019-01-01"}},
        {"action": "set_workload", "post": name("post", "old7"), "need": 0, "year": 2019, "tmt": {"on": "2020-01-01"}},
    ]
    web.record(decree(needs, kind="perwal", decided_on="2018-12-01", number="9/2018"))
    web.follow()
    text = web.office.get("/lembar/bezetting.csv?valid_on=2020-01-01").text.removeprefix("\ufeff")
    rows = {row["Jabatan"]: row for row in csv.DictReader(io.StringIO(text))}
    assert (rows["Pengelola Data 7"]["Bezetting"], rows["Pengelola Data 7"]["NIP"]) == ("1", nip(7))
    told = ("Kebutuhan (ABK)", "Jumlah kursi", "Bezetting", "Selisih")
    assert [rows["Penata Layanan 7"][column] for column in told] == ["3", "1", "0", "-3"]
    assert [rows["Pengelola Data 7"][column] for column in told] == ["0", "1", "1", "1"]
    assert [rows["Penata Layanan 8"][column] for column in told] == ["", "1", "0", ""]

    address = f"/api/v1/units/{name('unit', 'city')}/establishment?below=true&valid_on="
    sums = {day: web.public.get(address + day).json()["total"] for day in ("2018-12-31", "2019-01-01", "2020-01-01")}
    said = [(told["need"], told["difference"], told["need_unset"]) for told in sums.values()]
    assert said == [(None, None, 2 * PEOPLE), (2, -2, 2 * PEOPLE - 1), (3, -2, 2 * PEOPLE - 2)]
    page = web.public.get(f"/unit/{name('unit', 2)}?valid_on=2020-01-01", headers=HTML).text
    assert "Kebutuhan (ABK) 3, selisih -3" in html.unescape(page)
    assert "belum ditetapkan" in page
    assert "ABK tahun 2018" in web.public.get(f"/jabatan/{name('post', 'new7')}?valid_on=2019-06-01", headers=HTML).text


def test_a_file_with_a_heading_alone_says_what_to_do(web: Running) -> None:
    page = web.office.post("/lembar", files={"file": ("kosong.csv", b"No;NIP;Nama;TMT\n;;;\n")}).text
    assert "tanpa baris di bawahnya" in page
    assert ('href="/lembar"' in page, 'name="do"' in page) == (True, False)


def test_an_annex_goes_out_as_a_workbook(web: Running) -> None:
    history = web.office.get(f"/api/v1/posts/{name('post', 'old0')}/history").json()
    listed = history["tenures"][0]["citation"]
    table = read_table(web.office.get(f"/sk/{listed['decree']}/lampiran.xlsx").content)
    assert len(table.rows) == 1 + PEOPLE
    assert table.row(2)[1:3] == (nip(0), "Pegawai Nomor 0")
    told = web.office.get(f"/api/v1/sheets/annex/{listed['decree']}.xlsx")
    assert read_table(told.content).rows == table.rows
    assert f"lampiran-{listed['decree']}.xlsx" in told.headers["Content-Disposition"]
    assert web.public.get(f"/api/v1/sheets/annex/{listed['decree']}.csv").status_code == 403


def test_a_program_reads_the_same_sheet_as_rows_of_a_decree(web: Running) -> None:
    found = web.office.post("/api/v1/sheets", content=annex(wrong=2), headers={"Accept-Language": "en"}).json()
    assert found["layout"] == "annex"
    assert found["columns"]["JABATAN BARU"] == "post"
    assert (len(found["rows"]), found["rows"][0]["to"]) == (PEOPLE, name("post", "new0"))
    assert any(fault["row"] == 7 and "Excel made a number" in fault["message"] for fault in found["faults"])
    assert found["passed_over"] == [67, 70]
    assert web.auditor.post("/api/v1/sheets", content=annex()).status_code == 403


def test_the_desk_keeps_no_sheet_and_no_bulk_day_in_clear(web: Running) -> None:
    name_of_file = f"KGB SITI AMINAH {nip(1)}.csv"
    text = f"No;NIP;Nama;Gol. Baru\n1;{nip(1)};SITI AMINAH;IV/c\n"
    sent = web.office.post("/lembar", files={"file": (name_of_file, text.encode())}, follow_redirects=False)
    assert sent.status_code == 303
    common = {key: value for key, value in decree([]).items() if key not in {"id", "rows", "number"}}
    row: dict[str, Any] = {"action": "raise_rank", "employee": name("employee", 1), "to": "IV/c", "kind": "reguler"}
    row |= {"as_printed": {"name": "SITI AMINAH", "nip": nip(1)}, "tmt": {"on": "2026-04-01"}}
    asked = {"common": common, "numbers": {"pattern": "823/{n}/2026"}, "rows": [{"row": row}]}
    key = {"Idempotency-Key": str(uuid4())}
    assert web.office.post("/api/v1/bulk", json=asked, headers=key).status_code in {200, 202, 207}
    assert web.office.post("/api/v1/bulk", json=asked, headers=key).status_code in {200, 202, 207}
    assert web.office.post("/api/v1/bulk", json={**asked, "rows": []}, headers=key).status_code in {409, 422}

    with web.service.reading() as connection:
        kept = [
            str(line)
            for table in ("sheet", "bulk", "bulk_refusal")
            for line in connection.execute(f"SELECT t::text FROM desk.{table} t").fetchall()
        ]
    assert len(kept) >= 2
    for word in ("SITI AMINAH", nip(1), "KGB"):
        assert word not in "".join(kept)
        assert word.encode().hex() not in "".join(kept)
    assert "SITI AMINAH" in web.office.get(sent.headers["location"], headers=HTML).text
