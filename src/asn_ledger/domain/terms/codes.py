"""Code lists of the decree form and of the law; SIASN's own ids join with the import."""

from typing import Literal

UnitKind = Literal[
    "kota", "sekretariat", "dinas", "badan", "inspektorat", "kecamatan", "kelurahan", "bagian", "bidang",
    "subbagian", "uptd", "sekolah", "puskesmas", "satuan",
]  # fmt: skip
PostKind = Literal["jpt_utama", "jpt_madya", "jpt_pratama", "administrator", "pengawas", "pelaksana"]
PostLevel = Literal["I.a", "I.b", "II.a", "II.b", "III.a", "III.b", "IV.a", "IV.b", "V.a"]
Succession = Literal["rename", "merge", "split"]

Capacity = Literal["definitif", "plt", "plh", "pj"]
ActingKind = Literal["plt", "plh", "pj"]
ActingCause = Literal["lowong", "berhalangan_tetap", "cuti", "dinas_luar", "tubel", "sakit"]
ActingEnd = Literal["definitif_dilantik", "masa_habis", "dicabut", "diganti", "pensiun"]
OfficeCapacity = Literal["definitif", "pj", "plt", "plh", "pjs"]
SignerCapacity = Literal["sendiri", "an", "ub", "plt", "plh", "pj", "pjs"]

AppointmentPath = Literal[
    "seleksi_terbuka", "uji_kompetensi_rotasi", "manajemen_talenta", "promosi_tpk", "mutasi_setingkat",
    "pengukuhan_sotk", "penurunan", "pelaksana",
]  # fmt: skip
TransferRequest = Literal["dinas", "aps"]
ReleaseReason = Literal[
    "mengundurkan_diri", "diberhentikan_sementara", "cltn", "tubel", "tugas_penuh_di_luar", "penataan_organisasi",
    "tidak_memenuhi_syarat", "hukdis", "mutasi",
]  # fmt: skip

ServiceStatus = Literal["cpns", "pns", "pppk", "pppk_pw"]
Sex = Literal["m", "f"]
PromotionKind = Literal[
    "reguler", "pilihan_struktural", "pilihan_jf", "penyesuaian_ijazah", "prestasi_luar_biasa", "anumerta",
    "pengabdian",
]  # fmt: skip
SeparationReason = Literal[
    "bup", "meninggal", "tewas", "aps", "cacat", "uzur", "hukdis_berat", "parpol", "penyederhanaan_organisasi",
    "pelanggaran_sumpah", "pidana", "meninggalkan_tugas", "hilang", "tidak_melapor_cltn", "tipikor",
    "tidak_berkinerja", "kontrak_berakhir", "tidak_lulus_percobaan",
]  # fmt: skip
Honour = Literal["hormat", "tidak_hormat"]
NipReason = Literal["konversi", "pengangkatan"]

Expectation = Literal["di_atas", "sesuai", "di_bawah"]
Predicate = Literal["sangat_baik", "baik", "butuh_perbaikan", "kurang", "sangat_kurang"]

DecreeMode = Literal["draft", "signed"]
DecreeKind = Literal[
    "keputusan", "petikan", "perjanjian_kerja", "surat_perintah", "surat_pemberitahuan", "berita_acara",
    "surat_pernyataan", "keppres", "putusan_pengadilan", "sertifikat", "penilaian", "perda", "perwal", "catatan",
]  # fmt: skip
SignatureKind = Literal["basah", "tte"]
ConsiderationKind = Literal[
    "pertek_bkn", "rekomendasi_pengawas_merit", "persetujuan_mendagri", "koordinasi_gubernur", "ba_tpk", "ba_pansel",
    "ba_uji_kompetensi", "usul_opd", "lolos_butuh", "persetujuan_lepas", "surat_keterangan_dokter", "sttpl",
    "bukti_salah_catat",
]  # fmt: skip
ConsiderationOutcome = Literal["setuju", "menolak", "dicatat"]
DocumentRole = Literal["sk", "annex", "petikan", "consideration"]
Verdict = Literal["beda", "tak_terbaca", "duplikat", "bukan_keputusan"]
PendingState = Literal["menyusul", "tidak_ditemukan"]

AnnulmentEffect = Literal["ex_tunc", "ex_nunc"]
AnnulmentGround = Literal["wewenang", "prosedur", "substansi"]

Verification = Literal["unverified", "matched_to_document", "confirmed_by_siasn", "disputed"]
Source = Literal["entry", "import_siasn", "legacy_paper", "simulation"]
