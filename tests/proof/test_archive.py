"""An archive has one spelling: what was written is read, and nothing else is."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asn_ledger.proof import archive
from asn_ledger.proof.archive import read_archive, write_archive
from asn_ledger.proof.errors import VerificationError

MEMBERS = [("manifest.json", b"{}"), ("a.txt", b""), ("documents/" + "0" * 64, b"scan" * 9)]
FILE = write_archive(MEMBERS)

names = st.sampled_from(["a", "b.txt", "manifest.json", "documents/c"])


@given(st.lists(st.tuples(names, st.binary(max_size=40)), min_size=1, max_size=4, unique_by=lambda pair: pair[0]))
def test_what_is_written_is_read_by_us_and_by_every_other_reader(members: list[tuple[str, bytes]]) -> None:
    file = write_archive(members)

    assert list(read_archive(file).items()) == members
    with zipfile.ZipFile(io.BytesIO(file)) as other:
        assert other.testzip() is None
        assert [(name, other.read(name)) for name in other.namelist()] == members


def test_every_flipped_bit_and_every_other_length_is_refused() -> None:
    flipped = [
        FILE[: bit // 8] + bytes([FILE[bit // 8] ^ (1 << bit % 8)]) + FILE[bit // 8 + 1 :]
        for bit in range(8 * len(FILE))
    ]
    for other in (*flipped, *(FILE[:end] for end in range(len(FILE))), FILE + b"\0", b"\0" + FILE, FILE + FILE):
        with pytest.raises(VerificationError, match=r"^archive: "):
            read_archive(other)


@pytest.mark.parametrize(
    "name", ["../a", "/a", "a/../b", "a/b/c", "a\\b", ".a", "", "a/", "C:a", "a\0", "é", "a" * 81, "-a"]
)
def test_names_that_lead_elsewhere_are_neither_written_nor_read(name: str) -> None:
    with pytest.raises(ValueError, match="plain"):
        write_archive([(name, b"")])
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as other:
        other.writestr(name or "x", b"")
    with pytest.raises(VerificationError):
        read_archive(made.getvalue())


def test_a_name_that_stands_there_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        write_archive([("a", b"1"), ("a", b"2")])
    one, two = write_archive([("a", b"1"), ("b", b"2")]), write_archive([("a", b"1"), ("c", b"2")])
    with pytest.raises(VerificationError):
        read_archive(one.replace(b"b", b"a"))
    assert one != two


def test_compressed_members_and_bombs_are_refused_unopened() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as other:
        other.writestr("a", bytes(2**24))
    assert len(made.getvalue()) < 2**16
    with pytest.raises(VerificationError):
        read_archive(made.getvalue())


def test_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_ARCHIVE_BYTES", len(FILE) - 1)
    with pytest.raises(VerificationError, match="more than"):
        read_archive(FILE)
    monkeypatch.setattr(archive, "MAX_MEMBERS", 1)
    with pytest.raises(ValueError, match="members"):
        write_archive(MEMBERS)
