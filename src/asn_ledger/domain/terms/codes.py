"""Code lists of the decree form and of the law; SIASN's own ids join with the import."""

from typing import Literal

UnitKind = Literal[
    "kota", "sekretariat", "dinas", "badan", "inspektorat", "kecamatan", "kelurahan", "bagian", "bidang",
    "subbagian", "uptd", "sekolah", "puskesmas", "satuan",
]  # fmt: skip
PostKind = Literal["jpt_utama", "jpt_madya", "jpt_pratama", "administrator", "pengawas", "pelaksana", "fungsional"]
FunctionalLevel = Literal[
    "pemula", "terampil", "mahir", "penyelia", "ahli_pertama", "ahli_muda", "ahli_madya", "ahli_utama"
]
PostLevel = Literal[
    "I.a", "I.b", "II.a", "II.b", "III.a", "III.b", "IV.a", "IV.b", "V.a", "V.b",
    "pemula", "terampil", "mahir", "penyelia", "ahli_pertama", "ahli_muda", "ahli_madya", "ahli_utama",
]  # fmt: skip
Succession = Literal["rename", "merge", "split"]

Capacity = Literal["definitif", "plt", "plh", "pj"]
ActingKind = Literal["plt", "plh", "pj"]
ActingCause = Literal["lowong", "berhalangan_tetap", "cuti", "dinas_luar", "tubel", "sakit"]
ActingEnd = Literal["definitif_dilantik", "masa_habis", "dicabut", "diganti", "pensiun"]
OfficeCapacity = Literal["definitif", "pj", "plt", "plh", "pjs"]
SignerCapacity = Literal["sendiri", "an", "ub", "plt", "plh", "pj", "pjs"]

AppointmentPath = Literal[
    "seleksi_terbuka", "uji_kompetensi_rotasi", "manajemen_talenta", "promosi_tpk", "mutasi_setingkat",
    "pengukuhan_sotk", "penurunan", "pelaksana", "pertama", "perpindahan", "inpassing", "penyetaraan", "naik_jenjang",
    "pengangkatan_kembali",
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
    "tidak_berkinerja", "kontrak_berakhir", "tidak_lulus_percobaan", "menjadi_pns",
]  # fmt: skip
Honour = Literal["hormat", "tidak_hormat"]
NipReason = Literal["konversi", "pengangkatan"]

DutyKind = Literal[
    "kepala_sekolah", "wakil_kepala_sekolah", "kepala_puskesmas", "wakil_direktur", "koordinator", "ketua_tim",
    "tugas_lain",
]  # fmt: skip
HEADING_DUTIES: frozenset[DutyKind] = frozenset({"kepala_sekolah", "kepala_puskesmas"})
"""Whoever has one of these duties heads the unit."""
DutyEnd = Literal["masa_habis", "dicabut", "diganti", "mengundurkan_diri", "pensiun"]

EducationLevel = Literal[
    "sd", "sltp", "sltp_kejuruan", "slta", "slta_kejuruan", "slta_keguruan", "d1", "d2", "d3", "d4", "s1", "profesi",
    "s2", "s3",
]  # fmt: skip
EducationPermit = Literal["tugas_belajar", "izin_belajar", "sebelum_cpns", "tanpa_izin"]
TrainingKind = Literal[
    "struktural", "fungsional", "teknis", "workshop", "manajerial", "sosial_kultural", "sosialisasi", "bimtek",
    "seminar", "magang", "kursus", "penataran", "coaching", "mentoring", "e_learning", "pjj", "detasering", "outbond",
    "benchmarking", "pertukaran", "pengembangan_diri", "komunitas_belajar", "ojt", "latsar", "pelatihan_lain",
]  # fmt: skip
StructuralTraining = Literal[
    "sepada", "pim_iv", "pim_iii", "pim_ii", "pim_i", "sespim", "sespati", "pkp", "pka", "pkn_ii", "pkn_i",
    "struktural_lain",
]  # fmt: skip

InterruptionKind = Literal["cltn", "tugas_belajar", "pemberhentian_sementara"]
LegalStatus = Literal["aktif", "cltn", "tugas_belajar", "pemberhentian_sementara"]
LeaveReason = Literal[
    "mendampingi_pasangan", "program_kehamilan", "merawat_anak", "merawat_pasangan", "merawat_orang_tua",
    "alasan_penting_lain",
]  # fmt: skip
StudyFunding = Literal["apbn", "apbd", "sponsor", "mandiri"]
SuspensionReason = Literal["pejabat_negara", "komisioner_lns", "tersangka_ditahan"]
ReturnBasis = Literal[
    "selesai_cltn", "selesai_tubel", "selesai_jabatan", "putusan_bebas", "sp3", "putusan_ptun", "putusan_bpasn"
]

PointsKind = Literal["konversi", "integrasi", "pertama", "tambahan_pendidikan"]

Expectation = Literal["di_atas", "sesuai", "di_bawah"]
AppraisalScale = Literal["pp46", "pp30"]
"""By which regulation an appraisal before 2022 was counted: PP 46/2011, or PP 30/2019 in the second half of 2021."""
Predicate = Literal["sangat_baik", "baik", "butuh_perbaikan", "kurang", "sangat_kurang"]

DecreeMode = Literal["draft", "signed"]
DecreeKind = Literal[
    "keputusan", "petikan", "perjanjian_kerja", "surat_perintah", "surat_pemberitahuan", "berita_acara",
    "surat_pernyataan", "keppres", "putusan_pengadilan", "sertifikat", "penilaian", "perda", "perwal", "catatan",
    "ijazah", "surat_izin",
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

HoldAuthority = Literal["inspektorat", "pengadilan", "bpk", "penegak_hukum"]
HoldGround = Literal["perkara", "pemeriksaan", "sengketa"]
StopReason = Literal["perkara", "bernilai_guna", "salah_orang", "retensi_belum_habis", "prosedur"]
