"""Kinds of sheets about units, posts, NIPs and decrees themselves: their actions, and the columns that fill these.

A unit or post that a row brings on record is known to the rows below it by its name or title.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import get_args

from asn_ledger.domain.terms import codes
from asn_ledger.exchange.sheets.actions import YES_OR_NO, Action, Field
from asn_ledger.exchange.sheets.layout import ACTION, HOW, NAME, NIP, NUMBER, POST, SCAN, TMT, UNIT, Column, Layout

_SINCE = Field("tmt", "tmt")
_CALLED = Field("name", "new_name")
_TITLE = Field("title", "new_title")
_FROM = Field("from", "predecessors")
_SUCCESSION = Field("how", "how", codes=get_args(codes.Succession))
_POST_KIND = Field("kind", "post_kind", codes=get_args(codes.PostKind))
_LEVEL = Field("level", "post_level", needed=False, codes=get_args(codes.PostLevel))
_GRADE = Field("grade", "grade", needed=False)
_SEATS = Field("seats", "seats")
_NEED = Field("need", "need")
_YEAR = Field("year", "workload_year")
_FUNCTION = Field("function", "function", needed=False)
_EFFECT = Field("effect", "how", codes=get_args(codes.AnnulmentEffect))
_OF = Field("of", "of_decree")
_NEW_NUMBER = Field("number", "new_number", needed=False)
_NEW_DATE = Field("decided_on", "new_date", needed=False)
_REASON = Field("reason", "reason")
_EVIDENCE = Field("evidence", "evidence")

STRUCTURE_ACTIONS: Mapping[str, Action] = {
    action.word: action
    for action in (
        Action(
            "assign_nip",
            "assign_nip",
            (Field("nip", "new_nip"), Field("reason", "how", codes=get_args(codes.NipReason)), _SINCE),
            (),
            ("perubahan nip", "nip baru", "konversi nip", "new nip"),
        ),
        Action(
            "create_unit",
            "create_unit",
            (
                _CALLED,
                Field("kind", "unit_kind", codes=get_args(codes.UnitKind)),
                Field("parent", "parent", needed=False),
                _SINCE,
            ),
            (),
            ("pembentukan unit", "bentuk unit", "unit created"),
            begins=True,
            about="unit",
        ),
        Action("rename_unit", "rename_unit", (_CALLED, _SINCE), (), ("ganti nama unit", "unit renamed"), about="unit"),
        Action(
            "move_unit",
            "move_unit",
            (Field("parent", "parent", needed=False), _SINCE),
            (),
            ("pindah induk unit", "unit moved"),
            about="unit",
        ),
        Action(
            "succeed_unit",
            "succeed_unit",
            (_FROM, _SUCCESSION, _SINCE),
            (),
            ("unit pengganti", "unit succeeds"),
            about="unit",
        ),
        Action(
            "abolish_unit",
            "abolish_unit",
            (_SINCE,),
            (),
            ("penghapusan unit", "hapus unit", "unit abolished"),
            about="unit",
        ),
        Action(
            "create_post",
            "create_post",
            (
                Field("unit", "unit"),
                _TITLE,
                _POST_KIND,
                _LEVEL,
                _GRADE,
                _SEATS,
                Field("leads_unit", "leads_unit", codes=YES_OR_NO),
                Field("code", "code", needed=False),
                Field("min_rank", "min_rank", needed=False),
                Field("named_publicly", "named_publicly", needed=False, codes=YES_OR_NO),
                _FUNCTION,
                _SINCE,
            ),
            (),
            ("pembentukan jabatan", "bentuk jabatan", "post created"),
            begins=True,
            about="post",
        ),
        Action(
            "rename_post", "rename_post", (_TITLE, _SINCE), (), ("ganti nama jabatan", "post renamed"), about="post"
        ),
        Action(
            "reclassify_post",
            "reclassify_post",
            (_POST_KIND, _LEVEL, _GRADE, _SEATS, _FUNCTION, _SINCE),
            (),
            ("ubah kelas jabatan", "post reclassified"),
            about="post",
        ),
        Action(
            "set_workload",
            "set_workload",
            (_NEED, _YEAR, _SINCE),
            (),
            ("penetapan kebutuhan", "penetapan abk", "workload set"),
            about="post",
        ),
        Action(
            "move_post",
            "move_post",
            (Field("unit", "parent"), _SINCE),
            (),
            ("pindah unit jabatan", "post moved"),
            about="post",
        ),
        Action(
            "succeed_post",
            "succeed_post",
            (_FROM, _SUCCESSION, _SINCE),
            (),
            ("jabatan pengganti", "post succeeds"),
            about="post",
        ),
        Action(
            "abolish_post",
            "abolish_post",
            (_SINCE,),
            (),
            ("penghapusan jabatan", "hapus jabatan", "post abolished"),
            about="post",
        ),
        Action(
            "correct_decree",
            "correct_decree",
            (_OF, _NEW_NUMBER, _NEW_DATE),
            (),
            ("ralat sk", "ralat keputusan", "decree corrected"),
            about="decree",
        ),
        Action(
            "correct_decree_record",
            "correct_decree_record",
            (_OF, _NEW_NUMBER, _NEW_DATE, _REASON, _EVIDENCE),
            (),
            ("pembetulan entri sk", "decree entry corrected"),
            about="decree",
        ),
        Action("revoke", "revoke", (_OF, _EFFECT, _SINCE), (), ("pencabutan", "cabut", "revoked"), about="decree"),
        Action(
            "annul",
            "annul",
            (_OF, _EFFECT, Field("ground", "ground", codes=get_args(codes.AnnulmentGround)), _SINCE),
            (),
            ("pembatalan", "batal", "annulled"),
            about="decree",
        ),
        Action(
            "withdraw_record",
            "withdraw_record",
            (_OF, _EVIDENCE, _REASON),
            (),
            ("tarik catatan", "penarikan catatan", "record withdrawn"),
            about="decree",
        ),
    )
}
"""Actions about no person's career, as a sheet names them; and a change of NIP."""

OF_ROW = frozenset({"revoke", "annul", "withdraw_record"})
"""Actions about one row of a decree, the others about a decree as a whole."""
SIGNED = frozenset({"correct_decree", "correct_decree_record"})
"""Actions that say who should have been printed as the signer."""

_NEW_NIP = Column("new_nip", "nip", ("nip baru", "nip pengganti", "new nip"))
_NEW_NAME = Column("new_name", "text", ("nama unit baru", "nama baru", "new name"))
_NEW_TITLE = Column("new_title", "text", ("nama jabatan baru", "jabatan baru", "new title"))
_UNIT_KIND = Column("unit_kind", "code", ("jenis unit", "unit kind"))
_PARENT = Column("parent", "unit", ("unit induk", "induk", "unit tujuan", "parent"))
_POST_KIND_COLUMN = Column("post_kind", "code", ("jenis jabatan", "post kind"))
_LEVEL_COLUMN = Column("post_level", "code", ("eselon", "jenjang", "level"))
_GRADE_COLUMN = Column("grade", "whole", ("kelas jabatan", "kelas", "grade"))
_SEATS_COLUMN = Column("seats", "whole", ("jumlah kursi", "kursi", "formasi", "seats"))
_NEED_COLUMN = Column("need", "whole", ("kebutuhan", "jumlah kebutuhan", "abk", "kebutuhan abk", "need"))
_YEAR_COLUMN = Column("workload_year", "whole", ("tahun abk", "tahun kebutuhan", "workload year"))
_LEADS = Column("leads_unit", "yes", ("memimpin unit", "pimpinan", "leads unit"))
_CODE = Column("code", "text", ("kode jabatan", "kode", "code"))
_MIN_RANK = Column("min_rank", "rank", ("pangkat terendah", "syarat pangkat", "min rank"))
_NAMED = Column("named_publicly", "yes", ("nama diumumkan", "named publicly"))
_FUNCTION_COLUMN = Column("function", "text", ("jabatan fungsional", "nama jf", "function"))
_PREDECESSORS = Column("predecessors", "text", ("pendahulu", "asal", "predecessors"))
_OF_DECREE = Column("of_decree", "decree", ("sk yang dituju", "nomor sk", "sk", "of decree"))
_OF_ROW_COLUMN = Column("of_row", "whole", ("baris sk", "baris", "of row"))
_NEW_NUMBER_COLUMN = Column("new_number", "text", ("nomor seharusnya", "nomor yang benar", "right number"))
_NEW_DATE_COLUMN = Column("new_date", "date", ("tanggal seharusnya", "tanggal yang benar", "right date"))
_SIGNER_NAME = Column("right_signer", "text", ("penanda tangan seharusnya", "right signer"))
_SIGNER_TITLE = Column("right_title", "text", ("jabatan penanda tangan seharusnya", "right title"))
_SIGNER_CAPACITY = Column("right_capacity", "code", ("menandatangani sebagai", "right capacity"))
_GROUND = Column("ground", "code", ("alasan pembatalan", "cacat", "ground"))
_REASON_COLUMN = Column("reason", "text", ("sebab", "alasan", "reason"))
_EVIDENCE_COLUMN = Column("evidence", "text", ("bukti", "evidence"))

_OF_UNITS = ("create_unit", "rename_unit", "move_unit", "succeed_unit", "abolish_unit")
_OF_POSTS = (
    "create_post",
    "rename_post",
    "reclassify_post",
    "set_workload",
    "move_post",
    "succeed_post",
    "abolish_post",
)
_POST_COLUMNS = (
    _NEW_TITLE, _POST_KIND_COLUMN, _LEVEL_COLUMN, _GRADE_COLUMN, _SEATS_COLUMN, _LEADS, _CODE, _MIN_RANK, _NAMED,
    _FUNCTION_COLUMN, _NEED_COLUMN, _YEAR_COLUMN,
)  # fmt: skip

STRUCTURES: Mapping[str, Layout] = {
    layout.name: replace(layout, columns=(*layout.columns, SCAN))
    for layout in (
        Layout("nips", ("assign_nip",), (NUMBER, NIP, NAME, _NEW_NIP, HOW, TMT)),
        Layout(
            "units",
            _OF_UNITS,
            (NUMBER, ACTION, UNIT, _NEW_NAME, _UNIT_KIND, _PARENT, _PREDECESSORS, HOW, TMT),
            "perwal",
            asks=True,
        ),
        Layout(
            "posts",
            _OF_POSTS,
            (NUMBER, ACTION, POST, UNIT, *_POST_COLUMNS, _PARENT, _PREDECESSORS, HOW, TMT),
            "perwal",
            asks=True,
        ),
        Layout(
            "structure",
            (*_OF_UNITS, *_OF_POSTS),
            (
                NUMBER, ACTION, POST, UNIT, _NEW_NAME, _UNIT_KIND, _PARENT, *_POST_COLUMNS, _PREDECESSORS, HOW, TMT,
            ),
            "perwal",
            asks=True,
        ),
        Layout(
            "decrees",
            ("correct_decree", "correct_decree_record", "revoke", "annul", "withdraw_record"),
            (
                NUMBER, ACTION, _OF_DECREE, _OF_ROW_COLUMN, _NEW_NUMBER_COLUMN, _NEW_DATE_COLUMN, _SIGNER_NAME,
                _SIGNER_TITLE, _SIGNER_CAPACITY, HOW, _GROUND, _REASON_COLUMN, _EVIDENCE_COLUMN, TMT,
            ),
            asks=True,
        ),
    )
}  # fmt: skip
"""Kinds of sheets about what is no career, by name."""
