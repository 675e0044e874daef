import pytest

from asn_ledger.readmodels.listing import Listing
from asn_ledger.readmodels.words import HIGHEST, beginnings, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kepala Dinas  Pendidikan", ("kepala", "dinas", "pendidikan")),
        ("Ni Luh, S.Pd., M.M.", ("ni", "luh", "s", "pd", "m")),
        ("José Müller", ("jose", "muller")),
        ("01.02-KD_7", ("01", "02", "kd", "7")),
        ("  ", ()),
    ],
)
def test_words_are_small_and_plain_and_come_once(text: str, found: tuple[str, ...]) -> None:
    assert words(text) == found


def test_the_longest_word_is_looked_for_first() -> None:
    assert beginnings("di Pendidikan kepala") == {
        "first": "pendidikan",
        "after_first": "pendidikan" + HIGHEST,
        "firsts": ["kepala", "di"],
        "afters": ["kepala" + HIGHEST, "di" + HIGHEST],
    }


def test_a_text_without_words_finds_nothing() -> None:
    asked = beginnings("%")
    assert asked["first"] == asked["after_first"] == ""


def test_a_listing_says_which_rows_it_shows() -> None:
    some = Listing(("a", "b"), 9, 4)
    none: Listing[str] = Listing((), 9, 20)
    assert (some.first, some.last, none.first, none.last) == (5, 6, 0, 0)
