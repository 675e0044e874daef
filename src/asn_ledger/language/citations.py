"""Where a rule stands, as each language writes it: citations are Indonesian, the remarks between them are not."""

from asn_ledger.language.formats import Language

_REMARKS = {
    "our reading": "tafsiran kami",
    "invariant": "invarian",
    "BKN's practice through I-MUT": "praktik BKN lewat I-MUT",
    "ministries' letters on relocation": "surat kementerian tentang relokasi",
    "number of hours and article": "jumlah jam dan pasal",
    "article and period": "pasal dan masa",
    "first day": "hari pertama",
    "as amended by": "sebagaimana diubah dengan",
    "last changed by": "terakhir diubah dengan",
    "with the reference list of functional posts": "dengan daftar rujukan jabatan fungsional",
    "which record shows it": "catatan mana yang menunjukkannya",
    "to verify": "perlu diperiksa",
    "a warning": "peringatan",
    "functions": "fungsi",
    "annex": "lampiran",
    " and ": " dan ",
}


def citation(language: Language, source: str) -> str:
    """A source with its remarks in the reader's language."""
    if language == "id":
        for english, indonesian in _REMARKS.items():
            source = source.replace(english, indonesian)
    return source
