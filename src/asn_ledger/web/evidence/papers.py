"""What stands in evidence for people: the page that says what is proved and what is not, and the minutes of handover.

Both are in Indonesian, the language of the courts and auditors they are handed to, and hold no name and no clock.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib import resources
from zoneinfo import ZoneInfo

from asn_ledger.language import moment
from asn_ledger.proof.checkpoint import Checkpoint
from asn_ledger.proof.evidence import Manifest
from asn_ledger.proof.facts import Fact

_KINDS = {"post": "jabatan", "employee": "pegawai", "decree": "keputusan"}
_AUDIENCES = {"public": "publik", "auditor": "pemeriksa"}


@dataclass(frozen=True, slots=True)
class Told:
    """What the papers are about: evidence as it will be written; `erased` of its values were destroyed since.

    `keys` are the ledger's, and the service's where that one signs what the file says.
    """

    manifest: Manifest
    checkpoint: Checkpoint
    facts: tuple[Fact, ...]
    keys: tuple[str, ...]
    zone: ZoneInfo
    erased: int = 0


def readme(told: Told) -> bytes:
    """The page that says in plain words what the file proves, what it does not, and how to check it."""
    return _fill("readme.txt", told)


def handover(told: Told) -> bytes:
    """The minutes of handing it over, ready to be dated and signed."""
    return _fill("handover.txt", told)


def _fill(name: str, told: Told) -> bytes:
    template = (resources.files(__package__) / name).read_text(encoding="utf-8")
    manifest, first, last = told.manifest, told.facts[0], told.facts[-1]
    documents = sorted({name for fact in told.facts for name in fact.documents()})
    return template.format(
        kind=_KINDS[manifest.kind],
        id=manifest.id,
        ledger=manifest.ledger,
        origin=manifest.origin,
        audience=_AUDIENCES[manifest.audience],
        simulation="\nIni data SIMULASI: tidak ada orang atau keputusan nyata di dalamnya.\n" * manifest.simulation,
        erased=_ERASED.format(count=told.erased) if told.erased else "",
        facts=len(told.facts),
        first=first.position,
        first_at=_moment(first, told.zone),
        last=last.position,
        last_at=_moment(last, told.zone),
        size=manifest.size,
        signed_size=told.checkpoint.size,
        root=told.checkpoint.root.hex(),
        checkpoint_sha256=sha256(told.checkpoint.body()).hexdigest(),
        key="\n    ".join(told.keys),
        options=" --service-key KUNCI-LAYANAN" * (len(told.keys) - 1),
        documents="\n".join(f"  {name}" for name in documents) or "  (tidak ada)",
        limit=_LIMITS[manifest.kind, manifest.audience],
    ).encode()


def _moment(fact: Fact, zone: ZoneInfo) -> str:
    return moment("id", datetime.fromisoformat(fact.recorded_at).astimezone(zone))


_ERASED = """
- {count} nilai tersegel di dalamnya telah DIMUSNAHKAN menurut hukum kearsipan (UU 43/2009 Ps 51): kuncinya tidak ada
  lagi, sehingga isinya tidak dapat dibuka siapa pun. Fakta dan buktinya tetap."""
_OF_PERSON = """\
- Rantai pegawai ini utuh dari nomor 1 sampai nomor terakhir yang ditandatangani buku besar (subjects.ndjson): tidak ada
  fakta tentangnya yang disembunyikan di antaranya. Riwayat di rows.json dapat dihitung ulang dari fakta di dalamnya."""
_OF_POST = """\
- Rantai jabatan ini, dan rantai setiap orang yang pernah memegangnya, utuh dari nomor 1 sampai nomor terakhir yang
  ditandatangani buku besar (subjects.ndjson). Riwayat di rows.json dapat dihitung ulang dari fakta di dalamnya."""
_OF_POST_PUBLIC = """\
- Rantai jabatan ini utuh dari nomor 1 sampai nomor terakhir yang ditandatangani buku besar (subjects.ndjson).
- Berkas ini hanya memuat yang boleh diketahui umum. Kapan dan mengapa seseorang BERHENTI memegang jabatan tidak
  terbukti di sini: itu sering ada di fakta tentang orangnya, bukan tentang jabatannya. Dari beberapa fakta hanya jenis
  dan tanggalnya yang ditunjukkan."""
_OF_DECREE = """\
- Keputusan ini beserta setiap barisnya, dari baris 1 sampai jumlah baris yang dinyatakan saat dicatat. Keputusan yang
  diimpor dapat menyatakan jumlah yang lebih kecil daripada baris yang ada; ralat yang menyusul ikut dimuat."""
_LIMITS = {
    ("employee", "auditor"): _OF_PERSON,
    ("post", "auditor"): _OF_POST,
    ("post", "public"): _OF_POST_PUBLIC,
    ("decree", "auditor"): _OF_DECREE,
}
