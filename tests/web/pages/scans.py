"""Pages of scans with long names and much in them, as their builders would make them; no scan is framed here."""

from asn_ledger.web.pages.confirmation import ClosedPage, ConfirmationPage
from asn_ledger.web.pages.consequences import ChangeLine
from asn_ledger.web.pages.coverage import CoverageLine, CoveragePage
from asn_ledger.web.pages.disputes import DisputeLine, DisputesPage
from asn_ledger.web.pages.parts import Crumb, Fact, Pages
from asn_ledger.web.pages.queue import BroughtLine, Choice, QueueLine, QueuePage, ScanPage, Tab
from asn_ledger.web.pages.scans import SaidRow, ScanView

FILE = "198503122010012003_JABATAN_821.2-15-2026_lampiran_ke_dua_belas_hasil_pemindaian_ulang.pdf"
PERSON = "Dr. Hj. Siti Nurhaliza Kusumawardhani Prawirodirdjo, S.Pd., M.Pd., M.Si."
POST = "Kepala Subbagian Perencanaan, Evaluasi, Pelaporan, dan Pengelolaan Barang Milik Daerah"
SCAN_FILE = ScanView("/api/v1/documents/x", "/api/v1/documents/x", "other", FILE, "204.800 KB")
ROW = SaidRow(
    number="Baris 12 dari 300, SK 821.2/15/2026",
    action="Diangkat dalam jabatan",
    about=(Crumb(PERSON, "/pegawai/x"), Crumb(POST, "")),
    facts=(Fact("TMT", "1 Feb 2026"), Fact("NIP", "198503122010012003"), Fact("as_printed.of.decree", "x" * 60)),
    objections=("R-POS-03-KURSI: tidak terpenuhi", "Belum teridentifikasi, disimpan seperti tercetak: " + "y" * 60),
)
CONFIRMATION = ConfirmationPage(
    title="821.2/15/BKPSDM-Mutasi-dan-Promosi/2026",
    kind="Keputusan",
    action="/sk/x/konfirmasi",
    means="Mencatat seluruh isinya; sesudah itu tidak dapat ditarik.",
    button="Konfirmasi dan catat",
    facts=(Fact("Ditandatangani", "Wali Kota Salatiga", f"({PERSON})"),),
    scan=SCAN_FILE,
    scans=tuple(Crumb(f"{n}. Lampiran", f"?scan={n}") for n in range(1, 9)),
    no_scan="",
    doubtful=(ROW, ROW),
    doubtful_pages=Pages("1\u20132 dari 2", "", "", "", ""),
    rows=(ROW, ROW),
    rows_pages=Pages("1\u201310 dari 300", "", "", "/sk/x?rows=2", "10 berikutnya"),
    rows_title="Baris lainnya",
    said="300 baris",
    objections=("R-DEC-01: tidak terpenuhi. Penanda tangan berwenang atas keputusan ini (UU 30/2014 Ps. 13)",),
    own="",
    decides=True,
    refused="",
    withdraw="",
    refuse="/sk/x/tolak",
    changes=(
        ChangeLine((Crumb(PERSON, "/x"), Crumb(POST, "/x")), f"{POST} \u00b7 Baris 1", "sejak 1 Feb 2020", "dicoret"),
    )
    * 2,
    changes_pages=Pages("1\u201350 dari 212", "", "", "/sk/x?page=2", "50 berikutnya"),
    earlier=(Fact("Ditolak oleh budi", "24 November 2026 pukul 09.15", "baris 12: " + "z" * 60),),
)
CLOSED = ClosedPage(
    title="821.2/15/BKPSDM-Mutasi-dan-Promosi/2026",
    kind="Keputusan",
    state="ditolak; tidak tercatat",
    facts=(Fact("Dicatat oleh", PERSON, "24 Nov 2026 pukul 09.15"), Fact("Ditolak oleh", PERSON, "24 Nov 2026")),
    reason=f"Baris 12: NIP di pindaian 198503122010012003, bukan 198503122010012030. {FILE} " + "z" * 200,
    advice="Keputusan ini tidak tercatat. Isi yang Anda kirim telah dihapus; setelah diperbaiki, catat lagi.",
    anew="/sk/baru",
)
QUEUE = QueuePage(
    action="/dokumen",
    tabs=tuple(
        Tab(words, "12.345", "/dokumen", words == "Cocok") for words in ("Perlu diusulkan", "Diusulkan", "Cocok")
    ),
    lines=tuple(
        QueueLine(FILE, "/x", f"Naik pangkat, {FILE}, baris 1", "pasti", tone, "nomor dan jenis", "24 Nov 2026", "beda")
        for tone in ("ok", "accent", "attention", "wrong")
    ),
    pages=Pages("1 sampai 50 dari 12.345", "", "", "/dokumen?page=2", "50 berikutnya"),
    brought=(BroughtLine(FILE, "tidak disimpan: bukan PDF", "wrong"), BroughtLine("a.pdf", "masuk antrean", "ok")),
    what="Pindaian yang menunggu.",
    coverage="/dokumen/cakupan",
    empty="",
)
SCAN = ScanPage(
    name=FILE,
    state="diusulkan, menunggu orang kedua",
    tone="accent",
    suggestion="pasti: nomor dan jenis keputusan pegawai ini",
    suggestion_tone="ok",
    scan=SCAN_FILE,
    twin="/dokumen/antrean/y",
    row=ROW,
    decree=Crumb("Seluruh keputusan", "/sk/x"),
    waits_for="other",
    choices=tuple(Choice(f"x/{n}", f"Naik pangkat, {FILE}, baris {n}", chosen=n == 1) for n in range(1, 5)),
    roles=(Choice("sk", "SK", chosen=True), Choice("annex", "Lampiran", chosen=False)),
    verdicts=(Choice("beda", "isinya beda", chosen=False),),
    propose="/x/usulan",
    match="/x/cocok",
    refuse="/x/sisihkan",
    following="/x/next",
    back="/dokumen",
    ask="/x/tanya",
    needs_key="",
)
_LINE = CoverageLine(Crumb(POST, "/dokumen/cakupan?unit=x"), ("12.345",) * 7, "86.415", "33%")
COVERAGE = CoveragePage(
    columns=("Cocok", "Terlampir", "Sebagian", "Menyusul", "Tidak ditemukan", "Tidak ada", "Disanggah"),
    kinds=(_LINE,),
    units=(_LINE, _LINE),
    whole=_LINE,
    within=POST,
    back="/dokumen",
)
DISPUTES = DisputesPage(
    tabs=QUEUE.tabs,
    said="2 disanggah",
    lines=tuple(
        DisputeLine(
            f"s-{n}",
            Crumb("Keputusan 821.2/15/BKPSDM-Mutasi-dan-Promosi/2026", "/sk/x"),
            "Baris 12 \u00b7 SK",
            f"diusulkan {PERSON}, dinyatakan beda oleh {PERSON}, 24 November 2026 pukul 09.15",
            Crumb("Pindaiannya", "/dokumen/antrean/x"),
            "/sk/x",
            "/dokumen/sanggahan/x/cabut",
            "k",
        )
        for n in (1, 2)
    ),
    bring="/dokumen",
    most=2_000,
)
