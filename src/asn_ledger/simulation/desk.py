"""The office's desk: turns what happens into decrees, and says when each was recorded and by whom."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from heapq import heappop, heappush
from random import Random

from asn_ledger.simulation.dates import moment, plus_days, stamp, working_day
from asn_ledger.simulation.heads import Heads
from asn_ledger.simulation.law import cited
from asn_ledger.simulation.lives import Json, Person, Post
from asn_ledger.simulation.numbers import Ids, Numbers

_OFFICERS = 6
_LATE = 0.1
_REASONS = (
    "Berkas baru diterima dari OPD",
    "Petikan tertinggal pada penyampaian kolektif",
    "Ditemukan pada pencocokan dengan arsip",
    "Salinan SK baru diterima dari instansi penerbit",
)
_PENDING = ("Pindaian menyusul dari arsip", "Menunggu salinan dari Bagian Hukum", "Dokumen fisik dalam penataan")
_LAST_DAYS = 3600  # 08:00 in Asia/Jakarta on the last day: where records end up that would fall after it


@dataclass(frozen=True, slots=True)
class Wish:
    """What a decree is like, apart from its rows. `signer` is an office's slug, or the post that signs.

    `matter` says what law it cites, `pace` how soon it is recorded, `draft` whether it may have been judged before it
    was signed, `after` a moment that must have passed before it is recorded.
    """

    kind: str
    code: str
    signer: str | Post = "wali-kota"
    capacity: str | None = None
    matter: str | None = None
    considerations: tuple[Json, ...] = ()
    pace: str = "usual"  # usual | prompt
    draft: bool = True
    after: int = 0


@dataclass(frozen=True, slots=True)
class Issued:
    """A decree that has been made: its id and the moment it is recorded."""

    id: str
    recorded: int


@dataclass(slots=True)
class Desk:
    """Makes decrees and keeps those not yet handed out, in order of recording."""

    ids: Ids
    numbers: Numbers
    heads: Heads
    chance: Random
    until: date
    _waiting: list[tuple[int, int, Json]] = field(default_factory=list)
    _made: int = 0
    _handed_out: int = 0
    _overdue: int = 0
    _officers: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._officers = [self.ids.next() for _ in range(_OFFICERS)]
        self._overdue = stamp(plus_days(self.until, -1), _LAST_DAYS)

    def issue(self, wish: Wish, decided: date, rows: list[Json], subjects: Sequence[Person | Post]) -> Issued:
        """Make a decree of `rows`, signed on `decided`, about `subjects` (everybody and every post it touches)."""
        decided = working_day(min(decided, plus_days(self.until, -1)))
        late = wish.pace == "usual" and self.chance.random() < _LATE
        floor, latest = wish.after, 0
        for subject in subjects:
            floor = max(subject.floor, floor)
            latest = max(subject.latest, latest)
        recorded = self._recorded(decided, floor, late=late, usual=wish.pace == "usual")
        draft = wish.draft and not late and decided.year >= 2024 and self.chance.random() < 0.5 and recorded > latest
        for subject in subjects:
            subject.latest = max(subject.latest, recorded)
            if draft:
                subject.floor = recorded
        decree = self._decree(wish, decided, rows, draft=draft)
        overdue = recorded // 86400 - decided.toordinal() > 14
        decree["recording_note"] = self.chance.choice(_REASONS) if overdue else None
        self._file(decree, recorded)
        return Issued(decree["id"], recorded)

    def hand_out(self, before: date | None) -> Iterator[Json]:
        """The lines recorded before a day (all that wait, if None), in order, no two at the same second."""
        limit = stamp(before, 0) if before else 2**62
        while self._waiting and self._waiting[0][0] < limit:
            recorded, _, line = heappop(self._waiting)
            self._handed_out = max(recorded, self._handed_out + 1)
            line["recorded_at"] = moment(self._handed_out)
            yield line

    def consideration(self, kind: str, on: date, rows: int, outcome: str = "setuju") -> Json:
        """A consideration that covers the rows 1 to `rows`."""
        on = working_day(on)
        return {
            "kind": kind,
            "number": self.numbers.decree(_CONSIDERATION_CODES[kind], on),
            "on": on.isoformat(),
            "outcome": outcome,
            "document": None,
            "rows": list(range(1, rows + 1)),
        }

    def _recorded(self, decided: date, floor: int, *, late: bool, usual: bool) -> int:
        chance = self.chance.random()
        days = 15 + int(715 * chance**3) if late else int(chance * (6 if usual else 4))
        day = plus_days(decided, days)
        if day.weekday() > 4:
            day = plus_days(day, 7 - day.weekday())
        recorded = max(stamp(day, 3600 + int(self.chance.random() * 28800)), floor + 60)
        if recorded >= stamp(self.until, 0):
            self._overdue = recorded = max(self._overdue, floor) + 1
        return recorded

    def _decree(self, wish: Wish, decided: date, rows: list[Json], *, draft: bool) -> Json:
        for number, row in enumerate(rows, 1):
            row["row"] = number
        return {
            "id": self.ids.next(),
            "mode": "draft" if draft else "signed",
            "kind": wish.kind,
            "number": self.numbers.decree(wish.code, decided),
            "decided_on": decided.isoformat(),
            "signer": self._signer(wish, decided),
            "legal_basis": cited(wish.matter, decided),
            "considerations": list(wish.considerations),
            "documents": [],
            "document_pending": None if draft else {"reason": self.chance.choice(_PENDING)},
            "recording_note": None,
            "rows": rows,
        }

    def _signer(self, wish: Wish, decided: date) -> Json:
        signature: Json = {"kind": "basah"}
        if decided.year >= 2022:
            signed_at = moment(stamp(decided, 3600 + int(self.chance.random() * 20000)))
            signature = {"kind": "tte", "serial": f"{self.chance.getrandbits(48):012x}", "signed_at": signed_at}
        if isinstance(wish.signer, Post):
            holder = wish.signer.holders[0]
            title = ("a.n. Wali Kota Salatiga, " if wish.capacity == "an" else "") + wish.signer.title
            printed = {"name": holder.name, "title": title}
            capacity = wish.capacity or "sendiri"
            return {"as_printed": printed, "post": wish.signer.id, "capacity": capacity, "signature": signature}
        term = self.heads.on(wish.signer, decided)
        capacity = wish.capacity or ("pj" if term.capacity == "pj" else "sendiri")
        printed = {"name": term.name, "title": ("a.n. Presiden, " if capacity == "an" else "") + term.title}
        return {"as_printed": printed, "office": term.office, "capacity": capacity, "signature": signature}

    def _file(self, decree: Json, recorded: int) -> None:
        recorder = int(self.chance.random() * _OFFICERS)
        confirmer = (recorder + 1 + int(self.chance.random() * (_OFFICERS - 1))) % _OFFICERS
        line = {
            "recorded_at": "",
            "command": self.ids.next(),
            "recorder": {"id": self._officers[recorder], "role": "hr"},
            "confirmer": None if decree["mode"] == "draft" else {"id": self._officers[confirmer], "role": "hr"},
            "decree": decree,
        }
        self._made += 1
        heappush(self._waiting, (recorded, self._made, line))


_CONSIDERATION_CODES = {
    "pertek_bkn": "PERTEK",
    "rekomendasi_pengawas_merit": "REK",
    "persetujuan_mendagri": "100.2.2.6",
    "koordinasi_gubernur": "821.4",
    "ba_tpk": "BA-TPK",
    "ba_pansel": "BA-PANSEL",
    "ba_uji_kompetensi": "BA-UKOM",
    "usul_opd": "820",
    "lolos_butuh": "LB",
    "persetujuan_lepas": "PL",
    "surat_keterangan_dokter": "445",
    "sttpl": "STTPL",
    "bukti_salah_catat": "BSC",
}
