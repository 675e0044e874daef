"""SIASN's resources as they are spelled, `dd-MM-yyyy` dates and all: JSON in, frozen rows out.

What cannot be read is a problem that names resource, row, field and reason; the rows beside it go in. Fields that are
not read here are passed over: the wire has many more.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar, get_args

import orjson

from asn_ledger.accounts.desk.import_run import Reason
from asn_ledger.domain.decisions.appraise import LAST_COUNTED
from asn_ledger.domain.errors import Malformed
from asn_ledger.domain.rules.appraisal import predicate_of
from asn_ledger.domain.terms.codes import (
    ActingKind,
    AppraisalScale,
    PostKind,
    PostLevel,
)
from asn_ledger.domain.terms.nip import Nip, parse_nip
from asn_ledger.domain.terms.ranks import ContractGrade

from . import codes
from .fields import Fields, kind_of
from .rows import (
    AgencyRow,
    AppraisalRow,
    DutyRow,
    EducationRow,
    Person,
    PersonRow,
    PostRow,
    Problem,
    RankRow,
    SeparationRow,
    ServiceRow,
    Told,
    UnitOfPerson,
    UnitRow,
    told_day,
)

LARGEST = 16 * 1024 * 1024
"""Bytes of one file: a person's whole history is some kilobytes, all units of a province some megabytes."""
MOST_ROWS = 20_000
"""Rows of one resource in one file."""
_ZIP = b"PK\x03\x04"
_OLD_NIP = re.compile(r"^\d{9}$", re.ASCII)


def read_file(content: bytes) -> Told:
    """Read one file: units (`ref-unor`), or one person (`data-utama` and `rw-*`)."""
    if len(content) > LARGEST or content.startswith(_ZIP):
        reason: tuple[Reason, str] = ("zip-file", "") if content.startswith(_ZIP) else ("too-large", str(len(content)))
        return Told(problems=(Problem("", "", "", *reason),))
    try:
        said = orjson.loads(content.removeprefix(BOM_UTF8))
    except orjson.JSONDecodeError as error:
        return Told(problems=(Problem("", "", "", "malformed-json", str(error)),))
    if not isinstance(said, dict):
        return Told(problems=(Problem("", "", "", "no-object", kind_of(said)),))
    if "ref-unor" in said:
        return _units(said)
    if "data-utama" in said:
        return _person(said)
    return Told(problems=(Problem("", "", "", "no-resource", ", ".join(sorted(said))[:200]),))


def _units(said: Mapping[str, object]) -> Told:
    problems: list[Problem] = []
    units = tuple(row for _, row in _rows(said, "ref-unor", _unit, problems))
    return Told(units=units, problems=tuple(problems))


def _person(said: Mapping[str, object]) -> Told:
    problems: list[Problem] = []
    told = _unwrapped(said["data-utama"])
    if not isinstance(told, dict):
        return Told(problems=(Problem("data-utama", "", "", "wrong-type", kind_of(told)),))
    fields = Fields("data-utama", told)
    person = _who(fields)
    problems += fields.problems
    remarks = fields.remarks
    rows: list[tuple[str, PersonRow]] = []
    for resource, read in _RESOURCES.items():
        if resource in said:
            rows += _lived(_rows(said, resource, read, problems), person, problems)
    for resource in sorted(said.keys() - _RESOURCES.keys() - {"data-utama"}):
        remarks.append(Problem(resource[:60], "", "", "resource-not-read"))
    return Told(person=person, rows=tuple(rows), problems=tuple(problems), remarks=tuple(remarks))


def _lived(
    rows: Iterable[tuple[str, PersonRow]], person: Person | None, problems: list[Problem]
) -> Iterator[tuple[str, PersonRow]]:
    """The rows but those of a day before the person's birth."""
    born = None if person is None else person.born_on
    for resource, row in rows:
        field_, day = told_day(row)
        if born is not None and day is not None and day < born[: len(day)]:
            problems.append(Problem(resource, row.id, field_, "before-birth", day))
        else:
            yield resource, row


def _unwrapped(value: object) -> object:
    """The service wraps what it answers in `data`; a file may keep that."""
    return value["data"] if isinstance(value, dict) and isinstance(value.get("data"), dict | list) else value


R = TypeVar("R")


def _rows(
    said: Mapping[str, object], resource: str, read: Callable[[Fields], R | None], problems: list[Problem]
) -> Iterator[tuple[str, R]]:
    told = _unwrapped(said[resource])
    if told is None:
        return
    if not isinstance(told, list):
        problems.append(Problem(resource, "", "", "wrong-type", kind_of(told)))
        return
    if len(told) > MOST_ROWS:
        problems.append(Problem(resource, "", "", "too-many-rows", str(len(told))))
        return
    for number, one in enumerate(told, start=1):
        if not isinstance(one, dict):
            problems.append(Problem(resource, f"#{number}", "", "wrong-type", kind_of(one)))
            continue
        fields = Fields(resource, one, f"#{number}")
        fields.row = fields.id("Id" if resource == "ref-unor" else "id") or fields.row
        row = read(fields)
        if row is not None and not fields.problems:
            yield resource, row
        elif not fields.problems:
            fields.wrong("", "unreadable")
        problems += fields.problems


def _unit(fields: Fields) -> UnitRow | None:
    level = fields.text("EselonId") or ""
    if level not in codes.NO_LEVEL:
        fields.code("EselonId", codes.LEVEL)
    name = fields.words("NamaUnor", need=True)
    parent = fields.id("DiatasanId", need=False)
    head = fields.words("NamaJabatan")
    agency = fields.id("InstansiId", need=False)
    if name is None:
        return None
    return UnitRow(fields.row, parent, name, head, codes.LEVEL.get(level), agency)


def _who(fields: Fields) -> Person | None:
    fields.row = fields.id("id") or ""
    name = fields.words("nama", need=True)
    nip = (fields.text("nipBaru", need=True) or "").replace(" ", "")
    read = _nip(fields, nip)
    kind = codes.normal(fields.words("jenisPegawaiNama") or "")
    contract = "PPPK" in kind
    first_rank = fields.text("golRuangAwalId")
    person = Person(
        id=fields.row,
        nip=nip,
        old_nip=fields.text("nipLama"),
        name=name or "",
        born_on=fields.day("tglLahir"),
        sex=fields.code("jenisKelamin", codes.SEX, need=False),
        contract=contract,
        part_time="PARUH WAKTU" in kind,
        first_rank=_first_rank(fields, first_rank, contract=contract),
        candidate_since=fields.day("tmtCpns"),
        candidate_number=fields.text("nomorSkCpns"),
        candidate_on=fields.day("tglSkCpns"),
        servant_since=fields.day("tmtPns"),
        servant_number=fields.text("nomorSkPns"),
        servant_on=fields.day("tglSkPns"),
        pension_from=fields.day("tmtPensiun"),
        died_on=fields.day("tglMeninggal"),
    )
    _refuse_order(fields, person)
    if kind and not any(word in kind for word in ("PNS", "PPPK", "PEGAWAI NEGERI")):
        fields.remark("jenisPegawaiNama", "unknown-code", kind)
    if read is not None:
        _remark_unlike(fields, person, read)
    return None if fields.problems else person


def _nip(fields: Fields, nip: str) -> Nip | None:
    try:
        return parse_nip(nip) if nip else None
    except Malformed as error:
        fields.wrong("nipBaru", "old-nip" if _OLD_NIP.match(nip) else "bad-nip", error.code)
        return None


def _refuse_order(fields: Fields, person: Person) -> None:
    """Days of a life that cannot be in this order."""
    days = {"tmtCpns": person.candidate_since, "tmtPns": person.servant_since, "tmtPensiun": person.pension_from}
    for name, day in (days | {"tglMeninggal": person.died_on}).items():
        if person.born_on is not None and day is not None and day < person.born_on:
            fields.wrong(name, "before-birth", day)
    candidate, servant = person.candidate_since, person.servant_since
    if candidate is not None and servant is not None and servant < candidate:
        fields.wrong("tmtPns", "before-candidate", servant)


def _remark_unlike(fields: Fields, person: Person, nip: Nip) -> None:
    """Say where birth and sex are other than the NIP has them: the person goes in, as SIASN says."""
    if person.born_on is not None and person.born_on != nip.born_on.isoformat():
        fields.remark("tglLahir", "unlike-nip", fields.text("tglLahir") or "")
    if person.sex is not None and person.sex != nip.sex:
        fields.remark("jenisKelamin", "unlike-nip", fields.text("jenisKelamin") or "")


_GRADES = frozenset(get_args(ContractGrade))


def _first_rank(fields: Fields, text: str | None, *, contract: bool) -> str | None:
    if text is None:
        return None
    if contract and text.upper() in _GRADES:
        return text.upper()
    if contract:
        fields.remark("golRuangAwalId", "unknown-grade", text)
        return None
    return fields.code("golRuangAwalId", codes.RANK)


def _rank(fields: Fields) -> RankRow | None:
    rank = fields.code("golonganId", codes.RANK)
    tmt = fields.day("tmtGolongan", need=True)
    kind = None
    if fields.text("jenisKPId") != codes.AS_CANDIDATE:
        kind = fields.code("jenisKPId", codes.PROMOTION)
    number, on = fields.text("skNomor"), fields.day("skTanggal")
    years, months = fields.whole("masaKerjaGolonganTahun", 0, 60), fields.whole("masaKerjaGolonganBulan", 0, 11)
    return None if rank is None or tmt is None else RankRow(fields.row, rank, kind, tmt, number, on, years, months)


def _duty(fields: Fields) -> DutyRow | None:
    unit, title, tmt = fields.id("unorId"), fields.words("namaJabatan", need=True), fields.day("tmtJabatan", need=True)
    unit_name, number, on = fields.words("namaUnor"), fields.text("nomorSk"), fields.day("tanggalSk")
    if unit is None or title is None or tmt is None:
        return None
    duty, named = codes.duty_of(title)
    return DutyRow(fields.row, unit, unit_name, duty, named, tmt, number, on)


def _post(fields: Fields) -> PostRow | DutyRow | None:
    if fields.text("jenisPenugasanId") == codes.ADDITIONAL:
        return _duty(fields)
    kind = fields.text("jenisJabatan", need=True)
    if kind is not None and kind not in {codes.STRUCTURAL, codes.FUNCTIONAL, codes.EXECUTOR}:
        fields.wrong("jenisJabatan", "unknown-code", kind)
    acting: ActingKind | None = None
    assignment = fields.text("jenisPenugasanId")
    if assignment is not None and assignment != codes.DEFINITIVE:
        acting = fields.code("jenisPenugasanId", codes.ASSIGNMENT)
    level = fields.code("eselonId", codes.LEVEL) if kind == codes.STRUCTURAL else None
    unit, title = fields.id("unorId"), fields.words("namaJabatan", need=True)
    tmt = fields.day("tmtJabatan", need=True)
    unit_name = fields.words("namaUnor")
    number, on, inaugurated = fields.text("nomorSk"), fields.day("tanggalSk"), fields.day("tmtPelantikan")
    if unit is None or title is None or tmt is None or fields.problems:
        return None
    post_kind: PostKind = "pelaksana" if level is None else level[0]
    post_level: PostLevel | None = None if level is None else level[1]
    function = None
    if kind == codes.FUNCTIONAL:
        found = codes.functional_level(title)
        if found is None:
            fields.wrong("namaJabatan", "no-level", title)
            return None
        post_kind, (post_level, told) = "fungsional", found
        named = fields.words("jabatanFungsionalNama")
        function = told if named is None else (codes.functional_level(named) or (None, codes.slug(named)))[1]
    return PostRow(
        fields.row, unit, unit_name, title, post_kind, post_level, acting, tmt, number, on, inaugurated, function
    )


def _unit_of(fields: Fields) -> UnitOfPerson | None:
    unit = fields.id("unorId")
    on, number = fields.day("skTanggal"), fields.text("skNomor")
    return None if unit is None else UnitOfPerson(fields.row, unit, on, number)


def _appraisal(fields: Fields) -> AppraisalRow | None:
    year = fields.whole("tahun", 1950, 2100)
    result = fields.code("hasilKinerja", codes.EXPECTATION)
    behaviour = fields.code("perilakuKerja", codes.EXPECTATION)
    predicate = fields.code("kuadranKinerja", codes.PREDICATE)
    appraiser = fields.text("nipNrpPenilai")
    if year is None or result is None or behaviour is None or predicate is None:
        return None
    return AppraisalRow(fields.row, year, result, behaviour, predicate, appraiser)


def _counted(fields: Fields) -> AppraisalRow | None:
    """rw-skp, before 2022: a number, of which the predicate follows by the regulation that counted it."""
    year, score = fields.whole("tahun", 1950, LAST_COUNTED), fields.score("nilaiPrestasiKerja")
    scale = fields.code("jenisPeraturanKinerjaKd", codes.SCALE, need=False)
    appraiser = fields.text("penilaiNipNrp")
    if year is None or score is None:
        return None
    told: AppraisalScale = scale or "pp46"
    predicate = predicate_of(score, told)
    return AppraisalRow(fields.row, year, None, None, predicate, appraiser, f"{score:.2f}", told)


def _separation(fields: Fields) -> SeparationRow | None:
    reason = fields.code("jenisHenti", codes.SEPARATION)
    number, on, tmt = fields.text("skNomor"), fields.day("skTanggal"), fields.day("tmtPemberhentian")
    return None if reason is None else SeparationRow(fields.row, reason, number, on, tmt)


def _agency(fields: Fields) -> AgencyRow | None:
    source, target = fields.words("instansiKerjaLama", need=True), fields.words("instansiKerjaBaru", need=True)
    source_id, target_id = fields.id("instansiKerjaLamaId"), fields.id("instansiKerjaBaruId")
    tmt = fields.day("tmtPi", need=True)
    ours, theirs = ((fields.text(f"sk{end}Nomor"), fields.day(f"sk{end}Tanggal")) for end in ("Tujuan", "Asal"))
    number, on = ours if any(ours) else theirs  # one decree's number and date, never of two
    letters = tuple(text for name in ("skUsulNomor", "skBknNomor", "skAsalProvNomor") if (text := fields.text(name)))
    if source is None or target is None or tmt is None or source_id is None or target_id is None:
        return None
    return AgencyRow(fields.row, source, target, target_id, source_id, tmt, number, on, letters)


def _education(fields: Fields) -> EducationRow | None:
    level = fields.code("tkPendidikanId", codes.EDUCATION)
    day, year = fields.day("tglLulus"), fields.whole("tahunLulus", 1900, 2100)
    graduated = day or (None if year is None else str(year))
    if graduated is None:
        fields.wrong("tglLulus", "missing")
    first = fields.yes("isPendidikanPertama")
    told = [fields.words(name) for name in ("pendidikanNama", "namaSekolah")]
    certificate, before, after = (_short(fields, name) for name in ("nomorIjasah", "gelarDepan", "gelarBelakang"))
    if level is None or graduated is None:
        return None
    return EducationRow(fields.row, level, graduated, told[0], told[1], certificate, bool(first), before, after)


_SHORT = 150


def _short(fields: Fields, name: str) -> str | None:
    text = fields.text(name)
    if text is not None and len(text) > _SHORT:
        fields.wrong(name, "too-long", text[:60])
    return text


def _service(fields: Fields) -> ServiceRow | None:
    years, months = fields.whole("masaKerjaTahun", 0, 60), fields.whole("masaKerjaBulan", 0, 11)
    on, number, where = fields.day("tanggalSk", need=True), fields.text("nomorSk"), fields.words("pengalaman")
    counted = fields.yes("dinilai")
    if on is None:
        return None
    return ServiceRow(fields.row, years or 0, months or 0, where, number, on, counted is not False)


_RESOURCES: Mapping[str, Callable[[Fields], PersonRow | None]] = {
    "rw-golongan": _rank,
    "rw-jabatan": _post,
    "rw-pnsunor": _unit_of,
    "skp22": _appraisal,
    "rw-skp": _counted,
    "rw-pemberhentian": _separation,
    "rw-pindahinstansi": _agency,
    "rw-pendidikan": _education,
    "rw-masakerja": _service,
}
