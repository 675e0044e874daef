"""What is sent to be imported lies on the disk, sealed, and never whole in memory."""

import asyncio
import os
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import gettempdir
from typing import Any, cast

import pytest
from fastapi import Request
from hypothesis import given, settings
from hypothesis import strategies as st
from web.running import Running

from asn_ledger.domain.errors import InvalidValue
from asn_ledger.web.spool import Part, Spool
from asn_ledger.web.uploads import spooled_files

PIECES = st.lists(st.binary(max_size=70), min_size=1, max_size=6)


@settings(max_examples=60)
@given(pieces=PIECES, data=st.data())
def test_a_spool_gives_back_what_was_written_from_any_place_on(pieces: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(pieces)
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    with Spool(Path(gettempdir())) as spool:
        for piece in pieces:
            spool.write(piece)
        part, told = spool.part(start, end), whole[start:end]
        for _ in range(3):
            place, count = data.draw(st.integers(0, end - start)), data.draw(st.integers(0, 40))
            part.seek(place)
            assert part.read(count) == told[place : place + count]
            assert part.tell() == min(place + count, len(told))
        part.seek(-(end - start), os.SEEK_END)
        assert part.read() == told


BOUNDARY = b"x1y2"
HEAD = b'--x1y2\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n'


def form(*fields: tuple[str, str, list[bytes]]) -> list[bytes]:
    """The pieces of a form: a field's name, its file's name, its content piece by piece."""
    made: list[bytes] = []
    for name, file, content in fields:
        named = b'; filename="%s"' % file.encode() if file else b""
        made += [HEAD % (name.encode(), named), *content, b"\r\n"]
    return [*made, b"--x1y2--\r\n"]


def received(spool: Spool, pieces: list[bytes], most: int = 5) -> tuple[tuple[str, Part], ...]:
    async def stream() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    class Sent:
        headers = {"content-type": "multipart/form-data; boundary=x1y2"}  # noqa: RUF012 -- read only

        def stream(self) -> AsyncIterator[bytes]:
            return stream()

    return asyncio.run(spooled_files(cast("Request", Sent()), spool, most))


def test_files_of_a_form_are_received_one_behind_the_other(tmp_path: Path) -> None:
    with Spool(tmp_path) as spool:
        pieces = form(("files", "C:\\a\\1.json", [b"{}", b"[]"]), ("note", "", [b"x"]), ("files", "2.zip", [b"PK"]))
        found = received(spool, pieces)
        assert [(name, part.read()) for name, part in found] == [("1.json", b"{}[]"), ("2.zip", b"PK")]
        assert spool.size == 6
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "pieces",
    [
        form(*[("files", f"{n}.json", [b"1"]) for n in range(6)]),
        form(("files", "x" * 9000, [b"1"])),
        [b"--x1y2\r\nno header\r\n\r\n"],
        [b"other"],
    ],
)
def test_a_form_that_is_none_or_beyond_its_bounds_is_refused(pieces: list[bytes], tmp_path: Path) -> None:
    with Spool(tmp_path) as spool, pytest.raises(InvalidValue) as refused:
        received(spool, pieces)
    assert refused.value.code == "form"


def test_a_long_file_is_on_the_disk_sealed_and_not_in_memory(tmp_path: Path) -> None:
    piece = b"NIP 198503122010012003 " * 3000
    with Spool(tmp_path) as spool:
        tracemalloc.start()
        try:
            ((_, part),) = received(spool, form(("files", "a.zip", [piece] * 400)))
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert spool.size == 400 * len(piece) > 20 * 2**20 > 10 * most
        assert part.read(len(piece)) == piece
        sealed = os.pread(spool._file.fileno(), spool.size, 0)
        assert (len(sealed), b"198503122010012003" in sealed) == (spool.size, False)


def long_body(size: int) -> Any:
    yield from (b"x" * 2**20 for _ in range(size // 2**20 + 1))


@pytest.mark.parametrize("told", [True, False])
def test_more_than_an_address_takes_is_answered_with_how_much_it_takes(web: Running, told: bool) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x1y2", "Accept-Language": "en"}
    if told:
        headers["Content-Length"] = str(80 * 2**20)
    answer = web.office.post("/api/v1/imports", content=long_body(72 * 2**20), headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")
    assert "72 MiB" in answer.json()["detail"]
    assert web.service.imports.in_hand() is None
    short = web.office.post("/api/v1/decrees", content=b"x" * (4 * 2**20 + 1), headers={"Accept-Language": "id"})
    assert (short.status_code, "4 MiB" in short.json()["detail"]) == (413, True)
