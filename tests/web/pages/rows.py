"""Rows as the read models return them, made by hand: posts with one seat and many, long names, struck rows, nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import NAMESPACE_OID, uuid5
from zoneinfo import ZoneInfo

import given

from asn_ledger.accounts import Principal
from asn_ledger.domain.access import Act, Grant, Role
from asn_ledger.domain.career import EndedBy
from asn_ledger.domain.occupancy import Vacancy
from asn_ledger.domain.regulations import Publication, Regulations
from asn_ledger.domain.terms.codes import Capacity, PostKind, UnitKind
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import EmployeeId, UnitId
from asn_ledger.domain.units import PostLife, PostVersion, UnitLife, UnitVersion
from asn_ledger.language import Language
from asn_ledger.web import visibility
from asn_ledger.web.frame import AsOfBar, Frame
from asn_ledger.web.pages.post import PostRecord
from asn_ledger.web.representations import AsOfShown, PostHistory, Predecessor
from asn_ledger.web.visibility import Sight
from projections.directory.rows import PersonRow
from projections.position_history.queries import PostHistory as History
from projections.position_history.rows import TenureRow, TenureState
from projections.units.queries import UnitName
from projections.units.rows import UnitRow

TODAY = date(2025, 11, 23)
ZONE = ZoneInfo("Asia/Jakarta")
REGULATIONS = Regulations(
    publication=(
        Publication(
            frozenset({"jpt_utama", "jpt_madya", "jpt_pratama", "administrator"}),
            frozenset({"kelurahan"}),
            date(2010, 4, 30),
            None,
            "UU 14/2008",
        ),
    )
)
POST = given.post(1)


_OFFICE: tuple[Role, ...] = ("hr_officer", "confirmer")
_ROLES: dict[str, tuple[Role, ...]] = {"public": (), "office": _OFFICE, "auditor": ("auditor",)}
_GRANTS = {name: Principal(None, name, tuple(Grant(role) for role in roles)) for name, roles in _ROLES.items()}
"""Who reads, by a name: the public, an auditor, and the office, where people both record and confirm."""


def acts_of(role: str) -> frozenset[Act]:
    """What such a reader may do in the whole agency."""
    return frozenset(act for act in Act if _GRANTS[role].may(act))


def frame(
    path: str = f"/jabatan/{POST}",
    *,
    role: str = "public",
    language: Language = "id",
    query: tuple[tuple[str, str], ...] = (),
    valid_on: date = TODAY,
    position: int = 48_213,
    checkpoint: int | None = 48_200,
    base: str = "",
) -> Frame:
    """The frame of a reader who comes on 23 November 2025."""
    typed = dict(query)
    return Frame(
        language=language,
        agency="Kota Salatiga",
        base=base,
        path=path,
        query=query,
        roles=_GRANTS[role].roles,
        acts=acts_of(role),
        account=None if role == "public" else "retno.k",
        made_at=datetime(2025, 11, 23, 14, 5, tzinfo=ZONE),
        as_of=AsOfBar(
            TODAY,
            valid_on,
            position,
            48_213,
            datetime(2016, 3, 31, 16, 59, tzinfo=UTC).astimezone(ZONE),
            typed.get("valid_on", ""),
            typed.get("known_at", ""),
        ),
        checkpoint=checkpoint,
    )


def tenure(
    n: int,
    began: str | None,
    ended: str | None = None,
    *,
    capacity: Capacity = "definitif",
    state: TenureState = "held",
    why: EndedBy | None = None,
    restricted: bool = False,
    struck_by: int | None = None,
    replaced: bool = False,
    position: int | None = None,
    **changes: object,
) -> TenureRow:
    """A tenure of person `n`; dates may be partial, `ended` is the first day no longer."""
    text = None if began is None else PartialDate(began)
    at = position if position is not None else 1_000 + 37 * n
    row = TenureRow(
        employee=given.employee(n),
        began_by=at,
        state=state,
        post=POST,
        capacity=capacity,
        began=None if text is None else text.first,
        began_text=text,
        ended=None if ended is None else date.fromisoformat(ended),
        ended_text=None,
        why_ended=why or (None if ended is None else "moved"),
        ended_by=None if ended is None else at + 19,
        ended_restricted=restricted,
        until=None,
        before_record=False,
        exact=text is None or text.exact,
        review=False,
        decree=given.decree(n),
        row=1,
        number=f"821.2/{n}/{'2025' if text is None else text[:4]}",
        decided_on=PartialDate("2025-10-27") if text is None else text,
        issuer="Wali Kota Salatiga",
        signed_as="sendiri",
        origin=uuid5(NAMESPACE_OID, f"tenure {n} {at}"),
        basis=(at,),
        struck_by=struck_by,
        replaced=replaced,
    )
    return replace(row, **changes)  # type: ignore[arg-type]  # a field's own type


def version(
    title: str = "Kepala Dinas Pendidikan",
    *,
    kind: PostKind = "jpt_pratama",
    seats: int = 1,
    began: str = "1998-01-01",
    ended: str | None = None,
    **changes: object,
) -> PostVersion:
    """What a post was for a time."""
    made = PostVersion(
        POST,
        given.unit(1),
        title,
        kind,
        "II.b" if kind == "jpt_pratama" else None,
        14 if kind == "jpt_pratama" else None,
        seats,
        kind == "jpt_pratama",
        "33.73.01.001",
        "IV/a" if kind == "jpt_pratama" else None,
        None,
        date.fromisoformat(began),
        None if ended is None else date.fromisoformat(ended),
        12,
        (12,),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # a field's own type


def unit(name: str = "Dinas Pendidikan", kind: UnitKind = "dinas", *, earlier: str | None = None) -> UnitLife:
    """A unit, renamed on 1 January 2017 where it had an earlier name."""
    first = UnitVersion(given.unit(1), earlier or name, kind, given.unit(0), date(1998, 1, 1), None, 5, (5,))
    if earlier is None:
        return UnitLife(given.unit(1), (first,))
    change = date(2017, 1, 1)
    return UnitLife(given.unit(1), (replace(first, ended=change), replace(first, name=name, began=change, began_by=90)))


def trail(*names: str) -> tuple[UnitRow, ...]:
    return tuple(
        UnitRow(given.unit(n), date(1998, 1, 1), None, name, "dinas", None, 3, None, (3,))
        for n, name in enumerate(names)
    )


def people(names: Mapping[int, str | None]) -> dict[EmployeeId, PersonRow]:
    return {
        given.employee(n): PersonRow(
            given.employee(n), date(1998, 1, 1), None, name, None, (name or "").lower(), name is None, 20
        )
        for n, name in names.items()
    }


@dataclass(frozen=True)
class Stored:
    """What the read models know of a post, before anybody reads it."""

    history: History
    people: Mapping[EmployeeId, PersonRow]
    units: Mapping[UnitId, UnitLife]

    def seen_by(self, reader: str | frozenset[Act]) -> PostRecord:
        """What a reader of that role, or one who may do these acts, may see of it."""
        acts = acts_of(reader) if isinstance(reader, str) else reader
        life = self.history.life
        names = {
            unit: UnitName(unit, at.name if (at := found.on(self.history.valid_on)) else None, found.versions[-1].name)
            for unit, found in self.units.items()
        }
        sight = Sight(acts, REGULATIONS, TODAY, self.people, self.units, names, {life.post: life})
        return PostRecord(
            _shown(sight, self.history),
            trail("Pemerintah Kota Salatiga", "Dinas Pendidikan"),
            tuple(Predecessor(id=post, how=how, since=since) for post, how, since in life.predecessors),
        )


def _shown(sight: Sight, history: History) -> PostHistory:
    life = history.life
    version = life.on(history.valid_on)
    return PostHistory(
        id=history.post,
        as_of=AsOfShown(valid_on=history.valid_on, known_at=None, position=history.position),
        version=None if version is None else visibility.post_version(sight, version),
        versions=tuple(visibility.post_version(sight, then) for then in life.versions),
        abolished=life.abolished,
        names_withheld=not all(sight.names_holder(then, then.began) for then in life.versions),
        tenures=visibility.tenures(sight, history.tenures, life),
        vacancies=visibility.vacancies(sight, history.vacancies),
        pending=visibility.tenures(sight, history.pending, life),
        struck=visibility.tenures(sight, history.struck, life),
        predecessors=tuple(_shown(sight, earlier) for earlier in history.predecessors),
    )


def stored(
    *rows: TenureRow,
    names: Mapping[int, str | None],
    life: PostLife | None = None,
    vacancies: tuple[Vacancy, ...] = (),
    valid_on: date = TODAY,
    units: Mapping[UnitId, UnitLife] | None = None,
    predecessors: tuple[History, ...] = (),
) -> Stored:
    """A post out of rows of every state."""

    def of(state: TenureState) -> tuple[TenureRow, ...]:
        return tuple(row for row in rows if row.state == state)

    history = History(
        POST,
        life or PostLife(POST, (version(),)),
        of("held"),
        vacancies,
        of("pending"),
        of("struck"),
        predecessors,
        valid_on,
        48_213,
    )
    return Stored(history, people(names), {given.unit(1): unit()} if units is None else units)


NAMES = {
    1: "Drs. Suparno",
    2: "Dra. Hj. Sri Wahyuningsih Kusumaningrum Notodiningrat, M.Si., M.Pd.",
    3: "Ir. Bambang Sutrisno",
    4: "Slamet Widodo, S.Pd.",
    5: "Dr. H. Agus Prasetyo, S.H., M.H.",
    6: "Rina Astuti, S.E.",
    7: "Joko Susilo, S.Sos.",
    8: "Retno Kusumastuti, S.Psi., M.M.",
    9: "Tono Hadiwijaya, S.STP., M.A.P.",
}


def busy(valid_on: date = TODAY) -> Stored:
    """One seat: partial dates, a correction, an annulment, vacancies, every capacity, one who waits."""
    return stored(
        tenure(1, "1998", "2003-04-02", why="left_service", restricted=True),
        tenure(7, "2003-04-10", "2003-11-20", capacity="plt", why="ended"),
        tenure(2, "2003-11-20", "2009-01-05"),
        tenure(4, "2009-01-05", "2011-03-01", state="struck", struck_by=1_300),
        tenure(3, "2009-01-15", "2009-08-01", state="struck", struck_by=1_250, replaced=True, position=1_190),
        tenure(3, "2009-01-05", "2009-08-01", position=1_250),
        tenure(5, "2009-08-01", "2021-02-01", why="left_service", restricted=True),
        tenure(7, "2015-04-10", "2015-05-20", capacity="plh", position=2_200, why="expired"),
        tenure(8, "2021-02-03", "2022-03-01", capacity="plt", why="ended", position=2_900),
        tenure(6, "2022-03-01", "2025-05-03", review=True),
        tenure(8, "2025-05-20", None, capacity="plt"),
        tenure(9, None, state="pending", position=48_205),
        names=NAMES,
        life=PostLife(
            POST,
            (
                version("Kepala Dinas Pendidikan, Pemuda dan Olahraga", ended="2017-01-01"),
                version(began="2017-01-01", began_by=95),
            ),
            ((given.post(77), "merge", date(1998, 1, 1)),),
        ),
        vacancies=(
            Vacancy(date(2003, 4, 2), date(2003, 11, 20), 1),
            Vacancy(date(2021, 2, 1), date(2022, 3, 1), 1),
            Vacancy(date(2025, 5, 3), None, 1),
        ),
        units={given.unit(1): unit(earlier="Dinas Pendidikan, Pemuda dan Olahraga")},
        valid_on=valid_on,
    )


def plain() -> Stored:
    """One seat, held."""
    return stored(
        tenure(5, "2015-08-01", "2021-02-01"),
        tenure(6, "2021-02-01"),
        names=NAMES,
        life=PostLife(POST, (version(began="2015-08-01"),)),
    )


def nothing() -> Stored:
    """A post that nobody ever held."""
    return stored(
        names={},
        life=PostLife(POST, (version("Analis Kebijakan", kind="pelaksana", began="2025-05-03"),)),
        vacancies=(Vacancy(date(2025, 5, 3), None, 1),),
    )


def school(holders: int = 70, seats: int = 25) -> Stored:
    """A post of many seats and many holders."""
    rows = [
        tenure(
            n,
            f"{1998 + n // 3}-0{1 + n % 9}-01",
            None if n >= holders - seats + 3 else f"{2003 + n // 3}-0{1 + n % 9}-01",
        )
        for n in range(holders)
    ]
    vacancy = Vacancy(date(2025, 5, 3), None, 3)
    return stored(
        *rows,
        names={n: f"Nama Guru yang ke-{n}, S.Pd." for n in range(holders)},
        life=PostLife(POST, (version("Guru Kelas SD Negeri Sidorejo Lor 07", kind="pelaksana", seats=seats),)),
        vacancies=(vacancy,),
        units={given.unit(1): unit("SD Negeri Sidorejo Lor 07", "sekolah")},
    )


def secretaries() -> Stored:
    """A post of a few seats, whose holders get a lane each."""
    return stored(
        tenure(1, "2001-02-01", "2010-02-01"),
        tenure(2, "2003-04-01"),
        tenure(3, "2010-02-01", "2019-06-01"),
        tenure(6, "2012-01-01", None, before_record=True),
        tenure(1, "2020-01-01", "2022-01-01", position=4_000),
        names=NAMES,
        life=PostLife(POST, (version("Pengelola Keuangan", kind="pelaksana", seats=3),)),
        vacancies=(Vacancy(date(2022, 1, 1), None, 1),),
    )


LONG = (
    "Kepala Subbagian Perencanaan, Evaluasi, Pelaporan, Kepegawaian dan Umum pada Sekretariat Dinas Pemberdayaan "
    "Perempuan dan Anak, Pengendalian Penduduk, Keluarga Berencana dan Perlindungan Masyarakat"
)


def long_names() -> Stored:
    """Everything as long as it gets."""
    made = busy()
    life = replace(made.history.life, versions=tuple(replace(v, title=LONG) for v in made.history.life.versions))
    name = "Prof. Dr. Ir. Raden Mas Haryo Suryohadikusumo Tjokronegoro Notodiningrat, S.H., S.Pd., M.Si., M.Pd., Ph.D."
    names = {**NAMES, 5: name, 8: name.upper(), 6: "A" * 60}
    return replace(made, history=replace(made.history, life=life), people=people(names))
