"""Ranks of civil servants (pangkat, golongan ruang) and PPPK golongan (PP 99/2000 jo PP 12/2002; Perpres 98/2020)."""

from typing import Literal, TypeGuard, get_args

Rank = Literal[
    "I/a", "I/b", "I/c", "I/d", "II/a", "II/b", "II/c", "II/d",
    "III/a", "III/b", "III/c", "III/d", "IV/a", "IV/b", "IV/c", "IV/d", "IV/e",
]  # fmt: skip
ContractGrade = Literal[
    "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII",
]  # fmt: skip

RANKS: tuple[Rank, ...] = get_args(Rank)
_ORDER = {rank: n for n, rank in enumerate(RANKS)}

TITLES: dict[Rank, str] = dict(
    zip(
        RANKS,
        (
            "Juru Muda", "Juru Muda Tingkat I", "Juru", "Juru Tingkat I",
            "Pengatur Muda", "Pengatur Muda Tingkat I", "Pengatur", "Pengatur Tingkat I",
            "Penata Muda", "Penata Muda Tingkat I", "Penata", "Penata Tingkat I",
            "Pembina", "Pembina Tingkat I", "Pembina Utama Muda", "Pembina Utama Madya", "Pembina Utama",
        ),
        strict=True,
    )
)  # fmt: skip


def is_rank(text: str) -> TypeGuard[Rank]:
    """Whether the text is a rank of a PNS (and not a PPPK golongan)."""
    return text in _ORDER


def rank_order(rank: Rank) -> int:
    """0 for I/a up to 16 for IV/e."""
    return _ORDER[rank]
