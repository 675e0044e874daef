"""What a kind of sheet is: its columns, how their cells are read, and the columns that many kinds share."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "number",
    "nip",
    "name",
    "action",
    "post",
    "unit",
    "rank",
    "grade",
    "date",
    "tmt",
    "whole",
    "money",
    "code",
    "yes",
    "text",
    "scan",
    "decree",
    "printed",
]
"""How a column's cells are read; `printed` is shown and kept as it is, never read; `scan` names the scan of a
row's own decree; `grade` is a rank or a grade; `yes` is whether."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, how its cells are read, and headings that mean it, as `plain` writes them."""

    key: str
    kind: Kind
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of sheet; `kind` is what instrument its decree mostly is.

    A row that names no action has the first, unless a kind `asks` every row for one.
    """

    name: str
    actions: tuple[str, ...]
    columns: tuple[Column, ...]
    kind: str = "keputusan"
    asks: bool = False

    def column(self, key: str) -> Column | None:
        """The column of a key."""
        return next((column for column in self.columns if column.key == key), None)


NUMBER = Column("number", "number", ("no", "no urut", "nomor", "nomor urut", "number"))
NIP = Column(
    "nip",
    "nip",
    ("nip", "nip baru", "nip nip baru", "nip nipppk", "nip nippppk", "nomor induk pegawai", "ni pppk", "nip ni pppk"),
)
NAME = Column(
    "name",
    "name",
    ("nama", "nama lengkap", "nama pegawai", "nama asn", "nama pns", "name", "namapns", "nama dan gelar"),
)
ACTION = Column("action", "action", ("tindakan", "jenis mutasi", "jenis", "jenis perubahan", "action"))
POST = Column(
    "post",
    "post",
    (
        "jabatan baru",
        "jabatan",
        "nama jabatan baru",
        "dalam jabatan",
        "diangkat dalam jabatan",
        "menjadi",
        "jabatan yang baru",
        "new post",
        "post",
        "nama jabatan",
    ),
)
UNIT = Column(
    "unit",
    "unit",
    (
        "unit kerja baru",
        "unit kerja",
        "unit organisasi",
        "perangkat daerah",
        "opd",
        "opd baru",
        "nama unor",
        "satker",
        "instansi",
        "unit",
        "unit kerja yang baru",
    ),
)
TMT = Column(
    "tmt",
    "tmt",
    ("tmt", "tmt jabatan", "terhitung mulai tanggal", "tmt baru", "mulai berlaku", "tmt jabatan baru", "tmt sk"),
)
HOW = Column(
    "how",
    "code",
    (
        "jalur",
        "alasan",
        "sebab",
        "jalur alasan",
        "path reason",
        "path",
        "reason",
        "keterangan mutasi",
        "jenis pemberhentian",
        "alasan pemberhentian",
    ),
)
SCAN = Column("document", "scan", ("pindaian", "berkas pindaian", "nama berkas", "scan", "file", "sha256"))
