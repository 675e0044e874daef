import pytest
from argon2 import PasswordHasher

from asn_ledger.accounts.passwords import LONGEST, NOBODYS, hash_of, is_outdated, matches, require_good
from asn_ledger.domain.errors import InvalidValue

GOOD = "empat kucing di atap"


@pytest.mark.parametrize("password", [GOOD, "x9!kLmQp42zz", "ωψδγβακύθηξρ", "a" * 40 + "bcdefgh", "a b c d e f g"])
def test_length_is_what_counts(password: str) -> None:
    require_good(password, "ani")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password-short"),
        ("elevenchars", "password-short"),
        ("x" * LONGEST + "abcdefg", "password-long"),
        ("kucing RINAwati di atap", "password-name"),
        ("indonesia2024", "password-common"),
        ("Indonesia2024", "password-common"),
        ("administrator", "password-common"),
        ("111111111111", "password-common"),
        ("abcdabcdabcd", "password-common"),
    ],
)
def test_what_is_guessed_first_is_refused(password: str, code: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        require_good(password, "rinawati")

    assert refused.value.code == code


def test_a_password_is_known_by_its_hash_alone() -> None:
    kept = hash_of(GOOD)

    assert GOOD not in kept
    assert kept != hash_of(GOOD)
    assert matches(kept, GOOD)
    assert not matches(kept, GOOD + " ")
    assert not matches(kept, "x" * 10_000)
    assert not matches("no hash", GOOD)


def test_letters_that_look_the_same_are_the_same() -> None:
    assert matches(hash_of("cafe\u0301 dan \ufb01lsafat"), "caf\u00e9 dan filsafat")


def test_nobodys_password_takes_the_work_of_anybodys_and_is_none() -> None:
    assert not is_outdated(NOBODYS)
    assert not matches(None, GOOD)


def test_other_parameters_are_outdated() -> None:
    assert is_outdated(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD))
    assert not is_outdated(hash_of(GOOD))
