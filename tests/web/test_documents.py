"""Scans over HTTP: brought in by the office, seen by office and audit, named by decrees."""

from collections.abc import Iterator
from hashlib import sha256
from uuid import uuid4

import pytest
from papers import pdf, png
from web.office import decree, unit
from web.pages.page import read
from web.running import Running

PDF = {"Content-Type": "application/pdf"}


def scan(text: str) -> bytes:
    return pdf(text)


def uploaded(web: Running, content: bytes) -> str:
    answer = web.office.post("/api/v1/documents", content=content, headers=PDF)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["sha256"])


def test_a_scan_is_kept_once_under_the_hash_that_the_server_computes(web: Running) -> None:
    content = scan("once")
    first = web.office.post("/api/v1/documents", content=content, headers=PDF)
    again = web.colleague.post(
        "/api/v1/documents", content=content, headers={"Content-Type": "application/octet-stream"}
    )

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["sha256"] == again.json()["sha256"] == sha256(content).hexdigest()
    assert (first.json()["new"], again.json()["new"]) == (True, False)
    assert first.headers["Location"] == f"/api/v1/documents/{first.json()['sha256']}"
    assert first.json()["sha256"] in {one["sha256"] for one in web.auditor.get("/api/v1/documents").json()["documents"]}


@pytest.mark.parametrize(("show", "how"), [("attachment", "attachment"), ("inline", "inline")])
def test_it_comes_back_with_headers_that_keep_it_apart_from_our_pages(web: Running, show: str, how: str) -> None:
    content = scan("headers")
    answer = web.auditor.get(f"/api/v1/documents/{uploaded_once(web, content)}", params={"show": show})

    assert answer.content == content
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith(how)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def uploaded_once(web: Running, content: bytes) -> str:
    return str(web.office.post("/api/v1/documents", content=content, headers=PDF).json()["sha256"])


def test_images_are_shown_in_a_sandbox(web: Running) -> None:
    name = uploaded(web, png())
    answer = web.office.get(f"/api/v1/documents/{name}", params={"show": "inline"})

    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"<script>alert(1)</script>", "application/pdf", 422),
        (b"", "application/pdf", 422),
        (b"{}", "application/json", 415),
        (b"a=b", "application/x-www-form-urlencoded", 415),
    ],
)
def test_what_is_no_scan_is_refused(web: Running, content: bytes, kind: str, status: int) -> None:
    answer = web.office.post("/api/v1/documents", content=content, headers={"Content-Type": kind})

    assert answer.status_code == status
    assert answer.json()["type"].startswith("/problems/")


def test_one_longer_than_the_limit_is_refused_unread(web: Running) -> None:
    answer = web.office.post("/api/v1/documents", content=b"%PDF-", headers={**PDF, "Content-Length": str(300 * 2**20)})

    assert answer.status_code == 413


def test_one_longer_than_other_bodies_may_be_is_kept(web: Running) -> None:
    def pieces() -> Iterator[bytes]:
        whole = pdf("long", bytes(6 * 2**20))
        yield from (whole[at : at + 2**20] for at in range(0, len(whole), 2**20))

    answer = web.office.post("/api/v1/documents", content=pieces(), headers=PDF)

    assert answer.status_code == 201
    assert answer.json()["bytes"] == len(pdf("long", bytes(6 * 2**20)))


def test_a_damaged_one_is_not_handed_out(web: Running) -> None:
    name = uploaded(web, scan("damaged"))
    path = web.service.documents._path(name)
    path.write_bytes(path.read_bytes()[:-1])

    answer = web.office.get(f"/api/v1/documents/{name}")
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/damaged-document")
    assert "Unggah lagi berkas yang sama" in answer.json()["detail"]


@pytest.mark.parametrize(("lang", "words"), [("id", "Unggah lagi berkas yang sama"), ("en", "the same file")])
def test_a_damaged_one_says_so_in_the_frame_of_the_page_that_shows_it(web: Running, lang: str, words: str) -> None:
    name = uploaded(web, scan(f"damaged in a frame {lang}"))
    path = web.service.documents._path(name)
    path.write_bytes(path.read_bytes()[:-1])
    asked = {"Accept": "text/html", "Cookie": f"lang={lang}"}

    answer = web.office.get(f"/api/v1/documents/{name}?show=inline", headers=asked)
    page = read(answer.text)
    assert (answer.status_code, answer.headers["Content-Language"]) == (500, lang)
    assert words in page.words
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert page.of("nav") == page.of("script") == []
    nothing = web.public.get(f"/api/v1/documents/{name}?show=inline", headers=asked)
    assert nothing.headers["Content-Type"].startswith("text/html")
    assert web.office.get(f"/api/v1/documents/{name}?show=inline").json()["type"] == "/problems/damaged-document"


def test_a_decree_names_a_scan_that_is_there_and_is_then_matched_to_it(web: Running) -> None:
    name = uploaded(web, scan("sk"))
    form = decree([unit(801, "Dinas Arsip")], number="800/801/2020")
    form |= {"document_pending": None, "documents": [{"role": "sk", "sha256": name}]}
    web.record(form)
    shown = web.office.get(f"/api/v1/decrees/{form['id']}").json()

    assert shown["details"]["documents"] == [{"role": "sk", "sha256": name}]
    assert shown["rows"][0]["record"]["verified"] == "matched_to_document"


@pytest.mark.parametrize("place", ["documents", "considerations"])
@pytest.mark.parametrize("mode", ["signed", "draft"])
def test_a_decree_that_names_an_unknown_scan_is_refused(web: Running, place: str, mode: str) -> None:
    form = decree([unit(802, "Dinas Kearsipan")], mode=mode)
    unknown = "ab" * 32
    if place == "documents":
        form["documents"] = [{"role": "annex", "sha256": unknown}]
    else:
        form["considerations"] = [
            {"kind": "ba_tpk", "number": "1", "on": "2024", "outcome": "setuju", "document": unknown}
        ]
    before = web.service.recorder.head()
    answer = web.office.post("/api/v1/decrees", json=form, headers={"Idempotency-Key": str(uuid4())})

    assert answer.status_code == 404
    assert answer.json()["code"] == "unknown-document"
    assert unknown in answer.json()["detail"]
    assert web.service.recorder.head() == before


def test_what_is_still_to_come_or_was_not_found_is_said(web: Running) -> None:
    form = decree([unit(803, "Dinas Perpustakaan")], number="800/803/2020")
    form["document_pending"] = {"reason": "BA pencarian 12/2020", "state": "tidak_ditemukan"}
    web.record(form)

    assert (
        web.office.get(f"/api/v1/decrees/{form['id']}").json()["details"]["document_pending"]
        == form["document_pending"]
    )


def test_a_scan_that_comes_later_is_matched_by_two_persons(web: Running) -> None:
    form = decree([unit(804, "Dinas Kebudayaan")], number="800/804/2020")
    web.record(form)
    assert web.office.get(f"/api/v1/decrees/{form['id']}").json()["rows"][0]["record"]["verified"] == "unverified"

    name = uploaded(web, scan("later"))
    row = {"action": "match_document", "of": {"decree": form["id"]}, "role": "sk", "sha256": name, "page": 2}
    note = decree([row], kind="catatan", number="800.2/4/2020") | {"document_pending": None}
    laid = web.office.post("/api/v1/decrees", json=note, headers={"Idempotency-Key": str(uuid4())})
    assert laid.status_code == 202, laid.text
    assert web.office.post(f"/api/v1/decrees/{note['id']}/confirmation").status_code == 403
    assert web.colleague.post(f"/api/v1/decrees/{note['id']}/confirmation").status_code == 201
    web.follow()
    shown = web.office.get(f"/api/v1/decrees/{form['id']}").json()

    assert shown["rows"][0]["record"]["verified"] == "matched_to_document"
    assert [(one["sha256"], one["role"], one["page"], one["matched"]) for one in shown["documents"]] == [
        (name, "sk", 2, True)
    ]
    assert web.public.get(f"/api/v1/decrees/{form['id']}").json()["documents"] == []
