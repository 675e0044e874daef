"""Scans that stop in the middle, and files that only begin like one."""

from collections.abc import Callable
from random import Random

import pytest
from papers import jpeg, pdf, png, tiff

from asn_ledger.documents.kinds import media_type
from asn_ledger.documents.wholeness import HEAD, Look

PAPERS: tuple[Callable[[], bytes], ...] = (
    lambda: pdf("sk"),
    lambda: pdf("long", Random(1).randbytes(2 * HEAD)),
    lambda: png(40, 30),
    lambda: png(40, 30, filling=100_000),
    lambda: jpeg(40, 30),
    lambda: jpeg(40, 30, thumbnail=jpeg()),
    lambda: tiff(40, 30),
    lambda: tiff(400, 300),
    lambda: tiff(40, 30, order="big"),
    lambda: tiff(400, 300, pages=3, strips=5),
)


def lacks(content: bytes, step: int = 10**9) -> str | None:
    look = Look()
    for at in range(0, len(content), step):
        look.take(content[at : at + step])
    kind = media_type(content)
    assert kind is not None
    return look.lacks(kind, lambda at, length: content[at : at + length])


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("step", [5, 997, 65_536, 10**9])
def test_a_whole_scan_lacks_nothing_in_pieces_of_any_size(paper: Callable[[], bytes], step: int) -> None:
    content = paper()
    assert lacks(content, step if step > 5 or len(content) < 10_000 else 997) is None


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_one_that_was_cut_off_is_not_whole(paper: Callable[[], bytes], share: float) -> None:
    content = paper()

    assert lacks(content[: max(16, int(len(content) * share))]) is not None


@pytest.mark.parametrize(
    ("content", "lack"),
    [
        (b"%PDF-", "document-cut"),
        (b"%PDF-1.7\n%%EOF", "document-cut"),
        (pdf("x").replace(b"/Type/Page/", b"/Type/Text/"), "document-no-page"),
        (pdf("x").replace(b"/Type/Page/", b"/Type /ObjStm/"), None),
        (pdf("x").replace(b"%%EOF", b"%%EOF\n" + bytes(500)), None),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "document-no-size"),
        (png(0, 5), "document-no-size"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "document-no-size"),
        (jpeg(0, 5), "document-no-size"),
        (jpeg()[:-2], "document-cut"),
        (b"II*\x00" + bytes(50), "document-cut"),
        (tiff(0, 0), "document-no-size"),
        (tiff(40, 30, pages=2)[: 8 + 1200 + 54 + 8 + 600], "document-cut"),
        (tiff(40, 30, strips=3, beyond=True), "document-cut"),
        (tiff(40, 30, pages=2, loops=True), "document-damaged"),
        (png(40, 30, filling=100).replace(b"xxx", b"xyx", 1), "document-damaged"),
    ],
)
def test_what_it_lacks_is_told(content: bytes, lack: str | None) -> None:
    assert lacks(content) == lack


@pytest.mark.parametrize("seed", range(30))
def test_noise_behind_any_signature_is_no_scan_and_breaks_nothing(seed: int) -> None:
    for beginning in (b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"MM\x00*"):
        assert lacks(beginning + Random(seed).randbytes(5_000), 1_000) is not None
