"""An office's own sheets: titles above the heading, merged cells, columns numbered, a signature below, and hostile files."""

import io
import zipfile
from datetime import date

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from asn_ledger.domain.errors import InvalidValue
from asn_ledger.exchange.sheets.layouts import layout_of
from asn_ledger.exchange.sheets.mapping import best_layout, find_heading, propose, read_rows, with_remarks
from asn_ledger.exchange.sheets.table import read_table
from asn_ledger.exchange.sheets.writing import csv_text, xlsx_bytes

NIP = "196801011990031001"


def annex() -> bytes:
    """As a city prints it: a letterhead, a heading of two rows, merged, columns numbered, a signature at the end."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet("Kosong")
        sheet = book.add_worksheet("Lampiran")
        sheet.merge_range(0, 0, 0, 7, "LAMPIRAN KEPUTUSAN WALI KOTA SALATIGA")
        sheet.merge_range(1, 0, 1, 7, "NOMOR 821.2/5/2026 TANGGAL 5 JANUARI 2026")
        for column, title in ((0, "NO."), (1, "N A M A".replace(" ", "")), (2, "NIP."), (3, "PANGKAT/GOL.")):
            sheet.merge_range(3, column, 4, column, title)
        sheet.merge_range(3, 4, 3, 5, "JABATAN")
        sheet.write_row(4, 4, ["LAMA", "BARU"])
        sheet.merge_range(3, 6, 4, 6, "UNIT KERJA")
        sheet.merge_range(3, 7, 4, 7, "TMT")
        sheet.write_row(5, 0, [1, 2, 3, 4, 5, 6, 7, 8])
        day = book.add_format({"num_format": "dd-mm-yyyy"})
        for n in range(3):
            sheet.write_row(
                6 + n, 0, [n + 1, f"Pegawai {n}", NIP, "Pembina, IV/a", "Analis", "Kepala Bidang", "Dinas Pendidikan"]
            )
            sheet.write_datetime(6 + n, 7, date(2026, 2, 1), day)
        sheet.write(10, 6, "WALI KOTA SALATIGA,")
        sheet.write(13, 6, "YULIYANTO")
    return out.getvalue()


def test_an_annex_in_a_citys_own_layout_is_read_without_retyping() -> None:
    table = read_table(annex())
    heading = find_heading(table)
    assert (heading.first, heading.last) == (4, 5)
    layout = layout_of("annex")
    mapping = propose(layout, heading.titles)
    assert {heading.titles[place]: key for place, key in mapping.items()} == {
        "NO.": "number", "NAMA": "name", "NIP.": "nip", "JABATAN LAMA": "old_post", "JABATAN BARU": "post",
        "UNIT KERJA": "unit", "TMT": "tmt",
    }  # fmt: skip
    read = read_rows(table, heading, mapping, layout)
    assert [row.number for row in read.rows] == [7, 8, 9]
    assert read.rows[0].cells["nip"] == NIP
    assert read.rows[0].cells["tmt"] == "2026-02-01"
    assert read.passed_over == ((11, "WALI KOTA SALATIGA,"), (14, "YULIYANTO")), "what is left out is told"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_whatever_its_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    lines = [["No", "NIP", "Nama", "Gol. Baru", "TMT"], ["1", NIP, "José, S.E.".replace(",", " "), "IV/a", "1-4-2026"]]
    text = "\r\n".join(delimiter.join(line) for line in lines)
    table = read_table(text.encode(encoding))
    heading = find_heading(table)
    assert best_layout(table, heading).name == "kp"
    read = read_rows(table, heading, propose(layout_of("kp"), heading.titles), layout_of("kp"))
    assert read.rows[0].cells == {"number": "1", "nip": NIP, "name": "José  S.E.", "rank": "IV/a", "tmt": "1-4-2026"}


def test_a_nip_that_excel_keeps_as_a_number_arrives_as_one() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["NIP", "Nama"])
        sheet.write_number(1, 0, 196801011990031001)
        sheet.write_string(1, 1, "Agus")
        sheet.write_formula(2, 0, "=1+1", value="2")
    table = read_table(out.getvalue())
    assert table.row(2)[0] == "1.96801E+17"
    assert table.row(3)[0] == "2", "the value that was kept, never computed"


def test_a_bomb_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"\0" * (65 * 2**20))
    assert len(out.getvalue()) < 100_000
    with pytest.raises(InvalidValue, match="unpacks"):
        read_table(out.getvalue())


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0old", b"a,b\0c", b"x" * (5 * 2**20), b"a\n" * 6000],
)
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidValue):
        read_table(content)


def test_a_sheet_without_headings_says_so() -> None:
    with pytest.raises(InvalidValue, match="headings"):
        find_heading(read_table(b"a,b,c\n1,2,3\n"))


def test_the_error_file_has_the_same_layout_and_remarks() -> None:
    table = read_table(f"No;NIP;Nama\n1;{NIP};=cmd|' /C calc'!A0\n".encode())
    back = with_remarks(table, find_heading(table), {2: "NIP salah"}, "Keterangan", workbook=False)
    assert back.decode("utf-8-sig").splitlines() == ["No;NIP;Nama;Keterangan", f"1;{NIP};'=cmd|' /C calc'!A0;NIP salah"]


def test_a_workbook_keeps_nips_as_text_and_runs_nothing() -> None:
    content = xlsx_bytes("Nominatif", ["NIP", "Nama", "TMT"], [[NIP, "=1+1", date(2026, 3, 5)]])
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    assert sheet.to_python() == [["NIP", "Nama", "TMT"], [NIP, "'=1+1", "05-03-2026"]]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        xml = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert "frozen" in xml
    assert csv_text(["a"], [["@x"]]) == "a\r\n'@x\r\n"
