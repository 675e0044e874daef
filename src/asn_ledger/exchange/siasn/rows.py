"""Rows of the wire as they were read: frozen, in the words of the law where a code says so."""

from dataclasses import dataclass
from typing import assert_never

from asn_ledger.accounts.desk.import_run import Reason
from asn_ledger.domain.terms.codes import (
    ActingKind,
    AppraisalScale,
    DutyKind,
    EducationLevel,
    Expectation,
    PostKind,
    PostLevel,
    Predicate,
    PromotionKind,
    SeparationReason,
    Sex,
)
from asn_ledger.domain.terms.ranks import Rank

from . import codes


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row, or a file (then without resource and row), does not go in: a reason's code and what was found."""

    resource: str
    row: str
    field: str
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A row of ref-unor: a unit, its parent, and the title and level of the post that leads it."""

    id: str
    parent: str | None
    name: str
    head: str | None
    level: tuple[PostKind, PostLevel] | None
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """data-utama: who this is, and how they came in."""

    id: str
    nip: str
    old_nip: str | None
    name: str
    born_on: str | None
    sex: Sex | None
    contract: bool
    part_time: bool
    first_rank: str | None
    candidate_since: str | None
    candidate_number: str | None
    candidate_on: str | None
    servant_since: str | None
    servant_number: str | None
    servant_on: str | None
    pension_from: str | None
    died_on: str | None


@dataclass(frozen=True, slots=True)
class RankRow:
    """A row of rw-golongan; `kind` None: the rank with which the person entered."""

    id: str
    rank: Rank
    kind: PromotionKind | None
    tmt: str
    number: str | None
    on: str | None
    years: int | None
    months: int | None


@dataclass(frozen=True, slots=True)
class PostRow:
    """A row of rw-jabatan: a post by unit, title and level, definitive (`acting` None) or acted in."""

    id: str
    unit: str
    unit_name: str | None
    title: str
    kind: PostKind
    level: PostLevel | None
    acting: ActingKind | None
    tmt: str
    number: str | None
    on: str | None
    inaugurated_on: str | None
    function: str | None = None

    @property
    def post(self) -> tuple[str, str, str]:
        """What says which post it is."""
        return self.unit, codes.normal(self.title), self.level or ""


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A row of rw-jabatan about an additional duty (TT) at a unit; `title` where it is of no kind of its own."""

    id: str
    unit: str
    unit_name: str | None
    duty: DutyKind
    title: str | None
    tmt: str
    number: str | None
    on: str | None


@dataclass(frozen=True, slots=True)
class UnitOfPerson:
    """A row of rw-pnsunor: the unit that a decree put the person in."""

    id: str
    unit: str
    on: str | None
    number: str | None


@dataclass(frozen=True, slots=True)
class AppraisalRow:
    """A row of skp22, or of rw-skp: there a number gives the predicate."""

    id: str
    year: int
    result: Expectation | None
    behaviour: Expectation | None
    predicate: Predicate
    appraiser: str | None
    score: str | None = None
    scale: AppraisalScale | None = None


@dataclass(frozen=True, slots=True)
class SeparationRow:
    """A row of rw-pemberhentian; the wire's own rows carry no TMT."""

    id: str
    reason: SeparationReason
    number: str | None
    on: str | None
    tmt: str | None


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """A row of rw-pindahinstansi: from one agency to another."""

    id: str
    source: str
    target: str
    target_id: str
    source_id: str
    tmt: str
    number: str | None
    on: str | None
    letters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EducationRow:
    """A row of rw-pendidikan; of some only the year of graduation is known."""

    id: str
    level: EducationLevel
    graduated: str
    programme: str | None
    institution: str | None
    certificate: str | None
    first: bool
    title_before: str | None
    title_after: str | None


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A row of rw-masakerja (PMK): earlier service that was recognised, from the date of its decree."""

    id: str
    years: int
    months: int
    where: str | None
    number: str | None
    on: str
    counted: bool


PersonRow = (
    DutyRow | EducationRow | ServiceRow | RankRow | PostRow | UnitOfPerson | AppraisalRow | SeparationRow | AgencyRow
)


def told_day(row: PersonRow) -> tuple[str, str | None]:
    """The day that a row is about, or the year alone, and the field that tells it."""
    match row:
        case RankRow():
            told: tuple[str, str | None] = "tmtGolongan", row.tmt
        case PostRow() | DutyRow():
            told = "tmtJabatan", row.tmt
        case UnitOfPerson():
            told = "skTanggal", row.on
        case AppraisalRow():
            told = "tahun", str(row.year)
        case SeparationRow():
            told = "tmtPemberhentian", row.tmt
        case AgencyRow():
            told = "tmtPi", row.tmt
        case EducationRow():
            told = "tglLulus", row.graduated
        case ServiceRow():
            told = "tanggalSk", row.on
        case _:
            assert_never(row)
    return told


@dataclass(frozen=True, slots=True)
class Told:
    """What one file tells: units, or a person with rows by resource; what keeps rows out, and what is only remarked."""

    units: tuple[UnitRow, ...] = ()
    person: Person | None = None
    rows: tuple[tuple[str, PersonRow], ...] = ()
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()
