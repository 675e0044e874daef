"""Example events for the tests of the log: made-up people whose names and NIPs can be searched for."""

from uuid import UUID, uuid5

from asn_ledger.domain.events import (
    ActingAssigned,
    Appraised,
    Citation,
    CpnsAppointed,
    EducationRecorded,
    Event,
    FactCorrected,
    Judgement,
    LeaveGranted,
    NipAssigned,
    OfficeTaken,
    PointsDetermined,
    PostAppointed,
    PostReleased,
    RankRaised,
    Reinstated,
    RowOpened,
    RowResolved,
    SalaryStepDeferred,
    SalaryStepGranted,
    Separated,
    Suspended,
    TrainingCompleted,
)
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, OfficeId, OfficialId, PostId, UnitId

SEED = UUID("5f0c1c4e-3c53-4c64-9a7e-0f6b7a1f7d11")
NAMES = ("Sri Wahyuningsih", "Bambang Kusumo Hadiprojo", "Ni Luh Ayu", "Zulkifli Nasution")
NIPS = ("198703052010012004", "197911302005011001", "199202142015032002", "198501012009021003")
CITED = Citation(number="821.2/15/2026", decided_on=PartialDate("2026-01-05"), issuer="Wali Kota", capacity="sendiri")
TMT = PartialDate("2026-02-01")
DECREE = DecreeId.of(uuid5(SEED, "decree"))
UNIT = UnitId.of(uuid5(SEED, "unit"))


def employee(number: int) -> EmployeeId:
    return EmployeeId.of(uuid5(SEED, f"employee {number}"))


def post(number: int) -> PostId:
    return PostId.of(uuid5(SEED, f"post {number}"))


def cpns(number: int, row: int = 1) -> CpnsAppointed:
    return CpnsAppointed(
        decree=DECREE,
        row=row,
        cited=CITED,
        tmt=TMT,
        employee=employee(number),
        name=NAMES[number % len(NAMES)],
        nip=NIPS[number % len(NIPS)],
        born_on=PartialDate("1987-03-05"),
        sex="f",
        rank="III/a",
        education="S1",
        unit=UNIT,
    )


def appointed(number: int, row: int = 1) -> PostAppointed:
    return PostAppointed(
        decree=DECREE,
        row=row,
        cited=CITED,
        tmt=TMT,
        employee=employee(number),
        post=post(number),
        path="mutasi_setingkat",
        name=NAMES[number % len(NAMES)],
    )


def raised(number: int, row: int = 1) -> RankRaised:
    return RankRaised(
        decree=DECREE, row=row, cited=CITED, tmt=TMT, employee=employee(number), rank="III/b", kind="reguler"
    )


def corrected(struck: UUID, replacement: Event, row: int = 1) -> FactCorrected:
    return FactCorrected(
        decree=DECREE,
        row=row,
        cited=CITED,
        strikes=struck,
        struck_tags=tuple(replacement.tags()),
        replacement=replacement,
    )


def opened(row: int = 4) -> RowOpened:
    printed = {"row": row, "action": "move", "as_printed": {"name": NAMES[3], "nip": NIPS[3]}}
    return RowOpened(
        decree=DECREE, row=row, cited=CITED, action="move", as_printed=printed, why="no such NIP on record"
    )


def resolved(row: int = 4) -> RowResolved:
    return RowResolved(
        decree=DecreeId.of(uuid5(SEED, "resolving")),
        row=1,
        cited=CITED,
        opened=uuid5(SEED, "opened"),
        resolved_decree=DECREE,
        resolved_row=row,
    )


def personal() -> list[Event]:
    """One event of every type that has sealed fields, and acts that replace such events."""
    common = {"decree": DECREE, "row": 1, "cited": CITED, "tmt": TMT}
    person = {**common, "employee": employee(2)}
    return [
        cpns(0),
        appointed(1),
        opened(),
        OfficeTaken(
            **common,
            office=OfficeId("wali-kota"),
            official=OfficialId.of(uuid5(SEED, "official")),
            name=NAMES[2],
            title="Wali Kota",
            capacity="definitif",
        ),
        NipAssigned(**person, nip=NIPS[2], reason="konversi"),
        PostReleased(**person, post=post(1), reason="hukdis"),
        ActingAssigned(**person, post=post(1), kind="plh", cause="sakit"),
        Appraised(
            **person,
            year=2025,
            judgement=Judgement(result="di_bawah", behaviour="sesuai", predicate="kurang"),
            months=12,
        ),
        Separated(**person, reason="pidana", honour="tidak_hormat"),
        SalaryStepGranted(**person, service_years=12, salary=3_456_700),
        SalaryStepDeferred(**person, until="2027-02-01", reason="di_bawah"),
        EducationRecorded(**person, level="s1", certificate=NIPS[0], title_before="Dr.", title_after="S.Pd."),
        PointsDetermined(
            **person, kind="konversi", level="ahli_muda", began_on="2027-01", points=25000, predicate="baik"
        ),
        TrainingCompleted(**person, kind="teknis", name="Bimtek", certificate=NIPS[1]),
        LeaveGranted(**person, until="2028-01-31", reason="merawat_anak"),
        Suspended(**person, reason="tersangka_ditahan"),
        Reinstated(**person, basis="sp3"),
        corrected(uuid5(SEED, "struck"), cpns(1)),
        corrected(uuid5(SEED, "struck"), corrected(uuid5(SEED, "older"), appointed(2))),
    ]
