"""The city's shape: which units and posts a city of this size has, in the manner of Kota Salatiga."""

from dataclasses import dataclass, field
from datetime import date
from math import ceil

from asn_ledger.simulation.lives import Json, Post, Unit
from asn_ledger.simulation.world import World

KELURAHAN = {
    "Sidorejo": ["Sidorejo Lor", "Salatiga", "Bugel", "Blotongan", "Kauman Kidul", "Pulutan"],
    "Tingkir": ["Gendongan", "Sidorejo Kidul", "Kutowinangun Kidul", "Kutowinangun Lor", "Tingkir Lor",
                "Tingkir Tengah", "Kalibening"],
    "Argomulyo": ["Noborejo", "Cebongan", "Randuacir", "Ledok", "Tegalrejo", "Kumpulrejo"],
    "Sidomukti": ["Dukuh", "Mangunsari", "Kalicacing", "Kecandran"],
}  # fmt: skip
_DINAS = {
    "Pendidikan": ["Pembinaan SD", "Pembinaan SMP", "PAUD dan Pendidikan Nonformal", "Ketenagaan"],
    "Kesehatan": ["Kesehatan Masyarakat", "Pencegahan Penyakit", "Pelayanan Kesehatan", "Sumber Daya Kesehatan"],
    "Pekerjaan Umum": ["Bina Marga", "Sumber Daya Air", "Cipta Karya"],
    "Perhubungan": ["Lalu Lintas", "Angkutan", "Prasarana"],
    "Sosial": ["Rehabilitasi Sosial", "Perlindungan dan Jaminan Sosial", "Pemberdayaan Sosial"],
    "Kependudukan dan Pencatatan Sipil": ["Pendaftaran Penduduk", "Pencatatan Sipil", "Informasi Kependudukan"],
    "Tenaga Kerja": ["Penempatan Kerja", "Pelatihan Kerja", "Hubungan Industrial"],
    "Perindustrian": ["Industri Kecil", "Industri Menengah", "Standardisasi"],
    "Perdagangan": ["Pengelolaan Pasar", "Bina Usaha", "Metrologi"],
    "Koperasi dan Usaha Mikro": ["Koperasi", "Usaha Mikro"],
    "Pertanian": ["Tanaman Pangan", "Peternakan", "Penyuluhan"],
    "Ketahanan Pangan": ["Ketersediaan Pangan", "Konsumsi Pangan"],
    "Lingkungan Hidup": ["Tata Lingkungan", "Persampahan", "Pengendalian Pencemaran"],
    "Perumahan": ["Perumahan Rakyat", "Kawasan Permukiman"],
    "Komunikasi dan Informatika": ["Informasi Publik", "Aplikasi Informatika", "Statistik"],
    "Kebudayaan": ["Sejarah dan Cagar Budaya", "Kesenian"],
    "Pariwisata": ["Destinasi", "Pemasaran Wisata"],
    "Kearsipan dan Perpustakaan": ["Kearsipan", "Perpustakaan"],
}
_BADAN = {
    "Kepegawaian Daerah": ["Mutasi dan Promosi", "Pengembangan", "Penilaian Kinerja"],
    "Perencanaan Pembangunan Daerah": ["Pemerintahan dan Sosial", "Ekonomi", "Infrastruktur"],
    "Pengelolaan Keuangan Daerah": ["Anggaran", "Perbendaharaan", "Akuntansi", "Pendapatan"],
    "Kesatuan Bangsa dan Politik": ["Wawasan Kebangsaan", "Politik Dalam Negeri"],
    "Penelitian dan Pengembangan": ["Penelitian", "Inovasi"],
}
_BAGIAN = ["Tata Pemerintahan", "Hukum", "Organisasi", "Umum", "Kesejahteraan Rakyat", "Perekonomian",
           "Administrasi Pembangunan", "Hubungan Masyarakat"]  # fmt: skip
_SEKSI = ["Perencanaan dan Evaluasi", "Pelayanan dan Fasilitasi", "Pengawasan"]
_SUBBAGIAN = ["Umum dan Kepegawaian", "Keuangan", "Perencanaan"]
_DESK = ["Pengadministrasi Umum", "Pengelola Keuangan", "Analis Data dan Informasi", "Pengelola Layanan Operasional"]


@dataclass(slots=True)
class Plan:
    """Units and posts being created as of `day`: the live things, and the annex rows that say so."""

    world: World
    day: date
    units: list[Json] = field(default_factory=list)
    posts: list[Json] = field(default_factory=list)
    founded: list[Unit] = field(default_factory=list)
    made: list[Post] = field(default_factory=list)
    weights: dict[Post, float] = field(default_factory=dict)

    @property
    def tmt(self) -> Json:
        """The effective date as rows carry it."""
        return {"on": self.day.isoformat()}

    def unit(self, name: str, kind: str, parent: Unit | None, *, agency: bool = False) -> Unit:
        """Create a unit below `parent`; `agency` makes it an OPD of its own."""
        unit = Unit(self.world.ids.next(), name, kind, parent, agency)
        self.founded.append(unit)
        if parent is not None:
            parent.children.append(unit)
        parent_id = parent.id if parent else None
        row = {"row": 0, "action": "create_unit", "unit": unit.id, "name": name, "kind": kind, "parent": parent_id}
        self.units.append({**row, "tmt": self.tmt})
        return unit

    def post(
        self, unit: Unit, title: str, kind: str, level: str | None, grade: int, *, leads: bool = False,
        seats: int = 1, schooling: str = "umum", function: str | None = None,
    ) -> Post:  # fmt: skip
        """Create a post in `unit`."""
        post = Post(self.world.ids.next(), unit, title, kind, level, grade, seats, leads, schooling, function)
        unit.posts.append(post)
        self.made.append(post)
        self.posts.append(created(post, self.day))
        return post

    def pelaksana(self, unit: Unit, title: str, grade: int, weight: float, schooling: str = "umum") -> None:
        """Create a pelaksana post, its seats to be shared out by weight later."""
        post = self.post(unit, title, "pelaksana", None, grade, schooling=schooling)
        self.weights[post] = weight

    def functional(self, unit: Unit, title: str, function: str, grade: int, weight: float) -> None:
        """Create a functional post at its first level and at the next: teachers, nurses, doctors, midwives."""
        schooling = "guru" if function == "guru" else "kesehatan"
        skilled = function in ("perawat", "bidan")
        levels = ("terampil", "mahir") if skilled else ("ahli_pertama", "ahli_muda")
        first, higher = (
            self.post(
                unit, f"{title} {level.replace('_', ' ').title()}", "fungsional", level, grade + step,
                schooling=schooling, function=function,
            )
            for step, level in enumerate(levels)
        )  # fmt: skip
        first.higher = higher
        self.weights[first] = weight

    def give_seats(self, weights: dict[Post, float], people: float) -> None:
        """Give weighted posts seats for that many people, and a quarter more."""
        whole = sum(weights.values())
        rows = dict(zip(self.made, self.posts, strict=True))
        for post, weight in weights.items():
            post.seats = rows[post]["seats"] = max(2, ceil(1.25 * people * weight / whole) + 1)
            if post.higher is not None:
                post.higher.seats = rows[post.higher]["seats"] = max(1, ceil(0.3 * post.seats))

    def publish(self) -> None:
        """The day has come: the units and posts are there to be used."""
        self.world.units += [unit for unit in self.founded if unit.parent is not None]
        self.world.posts += self.made
        self.world.reshaped()


def created(post: Post, day: date) -> Json:
    """The row that creates a post."""
    told: Json = {
        "row": 0,
        "action": "create_post",
        "post": post.id,
        "unit": post.unit.id,
        "title": post.title,
        "kind": post.kind,
        "level": post.level,
        "grade": post.grade,
        "seats": post.seats,
        "leads_unit": post.leads,
        "tmt": {"on": day.isoformat()},
    }
    return told if post.function is None else told | {"function": post.function}


def desks(plan: Plan, unit: Unit, weight: float) -> None:
    """Give a unit its clerks."""
    first = len(unit.name) % len(_DESK)
    for step in range(2 if plan.world.size >= 1000 else 1):
        title = f"{_DESK[(first + step) % len(_DESK)]} pada {unit.name}"
        plan.pelaksana(unit, title, 5 + step, weight / 2)


def section(plan: Plan, parent: Unit, name: str, kind: str, level: str = "IV.a") -> Unit:
    """A subbagian or seksi with its head and clerks."""
    unit = plan.unit(name, kind, parent)
    plan.post(unit, f"Kepala {name}", "pengawas", level, 9, leads=True)
    desks(plan, unit, 1.0)
    return unit


def agency(plan: Plan, name: str, kind: str, divisions: list[str]) -> Unit:
    """A dinas or badan: its head, the secretariat and the bidang with their seksi."""
    big = plan.world.size >= 1000
    unit = plan.unit(name, kind, plan.world.city, agency=True)
    plan.post(unit, f"Kepala {name}", "jpt_pratama", "II.b", 14, leads=True)
    secretariat = plan.unit(f"Sekretariat {name}", "sekretariat", unit)
    plan.post(secretariat, f"Sekretaris {name}", "administrator", "III.a", 12, leads=True)
    for part in _SUBBAGIAN if big else _SUBBAGIAN[:1]:
        section(plan, secretariat, f"Subbagian {part} {name}", "subbagian")
    for division in divisions if big else divisions[:2]:
        bidang = plan.unit(f"Bidang {division} {name}", "bidang", unit)
        plan.post(bidang, f"Kepala Bidang {division}", "administrator", "III.b", 11, leads=True)
        for part in _SEKSI[: 2 if plan.world.size >= 3000 else 1]:
            section(plan, bidang, f"Seksi {part} {division}", "subbagian")
    return unit


def found(world: World) -> Plan:
    """Everything that exists when the story begins."""
    plan = Plan(world, world.begins)
    share = world.size / 5000
    world.units.append(plan.unit("Pemerintah Kota Salatiga", "kota", None))
    _secretariats(plan, share)
    breadth = share**0.5
    for names, kind in ((_DINAS, "dinas"), (_BADAN, "badan")):
        for name in list(names)[: max(2, round(len(names) * breadth))]:
            agency(plan, f"{kind.capitalize()} {name}", kind, names[name])
    _police(plan)
    _districts(plan)
    _schools(plan, share)
    _clinics(plan, share)
    heads = sum(post.structural for post in plan.made)
    plan.give_seats(plan.weights, world.size - 0.9 * heads)
    plan.publish()
    return plan


def _secretariats(plan: Plan, share: float) -> None:
    big = plan.world.size >= 1000
    setda = plan.unit("Sekretariat Daerah", "sekretariat", plan.world.city, agency=True)
    plan.post(setda, "Sekretaris Daerah", "jpt_pratama", "II.a", 15, leads=True)
    for title in ("Pemerintahan", "Perekonomian dan Pembangunan", "Administrasi Umum")[: 3 if big else 1]:
        plan.post(setda, f"Asisten {title}", "jpt_pratama", "II.b", 14)
        if big:
            plan.post(setda, f"Staf Ahli Bidang {title}", "jpt_pratama", "II.b", 13)
    council = plan.unit("Sekretariat DPRD", "sekretariat", plan.world.city, agency=True)
    plan.post(council, "Sekretaris DPRD", "jpt_pratama", "II.b", 14, leads=True)
    inspectors = plan.unit("Inspektorat", "inspektorat", plan.world.city, agency=True)
    plan.post(inspectors, "Inspektur", "jpt_pratama", "II.b", 14, leads=True)
    bagian = [(setda, name) for name in _BAGIAN[: max(2, round(8 * share**0.5))]]
    bagian += [(council, "Persidangan"), (council, "Umum dan Keuangan DPRD")][: 2 if big else 1]
    for parent, name in bagian:
        unit = plan.unit(f"Bagian {name}", "bagian", parent)
        plan.post(unit, f"Kepala Bagian {name}", "administrator", "III.a", 12, leads=True)
        for part in _SEKSI[: 3 if big else 1]:
            section(plan, unit, f"Subbagian {part} {name}", "subbagian")
    for number in range(1, 5 if big else 2):
        unit = plan.unit(f"Inspektur Pembantu Wilayah {number}", "satuan", inspectors)
        plan.post(unit, f"Inspektur Pembantu Wilayah {number}", "administrator", "III.a", 12, leads=True)
        desks(plan, unit, 2.0)
    section(plan, inspectors, "Subbagian Umum Inspektorat", "subbagian")


def _police(plan: Plan) -> None:
    unit = plan.unit("Satuan Polisi Pamong Praja", "satuan", plan.world.city, agency=True)
    plan.post(unit, "Kepala Satuan Polisi Pamong Praja", "jpt_pratama", "II.b", 14, leads=True)
    for name in ("Penegakan Perda", "Ketertiban Umum"):
        bidang = plan.unit(f"Bidang {name}", "bidang", unit)
        plan.post(bidang, f"Kepala Bidang {name}", "administrator", "III.b", 11, leads=True)
        section(plan, bidang, f"Seksi Operasional {name}", "subbagian")
        plan.pelaksana(bidang, f"Anggota Polisi Pamong Praja pada {name}", 5, 20.0)


def _districts(plan: Plan) -> None:
    big = plan.world.size >= 1000
    for name, villages in KELURAHAN.items():
        district = plan.unit(f"Kecamatan {name}", "kecamatan", plan.world.city, agency=True)
        plan.post(district, f"Camat {name}", "administrator", "III.a", 12, leads=True)
        plan.post(district, f"Sekretaris Kecamatan {name}", "administrator", "III.b", 11)
        for part in ("Pemerintahan", "Pembangunan", "Ketenteraman")[: 3 if big else 1]:
            section(plan, district, f"Seksi {part} Kecamatan {name}", "subbagian")
        for village in villages:
            unit = plan.unit(f"Kelurahan {village}", "kelurahan", district)
            plan.post(unit, f"Lurah {village}", "pengawas", "IV.a", 9, leads=True)
            if big:
                plan.post(unit, f"Sekretaris Kelurahan {village}", "pengawas", "IV.b", 8)
                plan.post(unit, f"Kepala Seksi Pemerintahan Kelurahan {village}", "pengawas", "IV.b", 8)
            desks(plan, unit, 2.0)


def _schools(plan: Plan, share: float) -> None:
    education = next(unit for unit in plan.founded if unit.name == "Dinas Pendidikan")
    for number in range(1, max(2, round(82 * share)) + 1):
        school = plan.unit(f"SD Negeri Salatiga {number:02}", "sekolah", education)
        plan.functional(school, "Guru Kelas", "guru", 8, 12.0)
        plan.functional(school, "Guru Pendidikan Jasmani", "guru", 8, 2.5)
        plan.pelaksana(school, "Tenaga Administrasi Sekolah", 5, 1.5)
    for kind, count in (("SMP", 10), ("SMA", 3), ("SMK", 3)):
        for number in range(1, max(1, round(count * share)) + 1):
            school = plan.unit(f"{kind} Negeri {number} Salatiga", "sekolah", education)
            plan.functional(school, "Guru Mata Pelajaran", "guru", 8, 38.0)
            plan.functional(school, "Guru Bimbingan Konseling", "guru", 8, 4.0)
            plan.pelaksana(school, "Tenaga Administrasi Sekolah", 5, 8.0)


def _clinics(plan: Plan, share: float) -> None:
    health = next(unit for unit in plan.founded if unit.name == "Dinas Kesehatan")
    hospital = plan.unit("RSUD Kota Salatiga", "uptd", health)
    clinics = ["Sidorejo Lor", "Sidorejo Kidul", "Tegalrejo", "Kalicacing", "Cebongan", "Mangunsari"]
    small = [plan.unit(f"Puskesmas {name}", "puskesmas", health) for name in clinics[: max(1, round(6 * share))]]
    houses = [(hospital, 6.0), *((clinic, 1.0) for clinic in small)]
    for house, times in houses:
        for title, grade, weight in (("Dokter", 10, 6.0), ("Perawat", 8, 22.0), ("Bidan", 8, 16.0)):
            plan.functional(house, title, title.lower(), grade, times * weight)
        plan.pelaksana(house, f"Pengadministrasi {house.name}", 5, times * 6.0)
