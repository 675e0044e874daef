"""The pages on a real database: what each role is sent, as what, and that one address says the same in every form."""

import csv
import io
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from fastapi.testclient import TestClient
from web.office import appoint, decree, enters, move, name, post, separate, unit
from web.pages.page import Page, check_landmarks, read
from web.running import Running, running

from asn_ledger.domain.access import Grant
from asn_ledger.domain.terms.ids import EmployeeId
from asn_ledger.web.api import accountability

HTML = {"Accept": "text/html"}
HEAD, CLERK = name("post", "head"), name("post", "clerk")
AGUS, RINA = name("employee", 1), name("employee", 2)


@pytest.fixture(scope="module")
def web(service_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(service_url, tmp_path_factory.mktemp("home")) as opened:
        _fill(opened)
        opened.service.checkpoints.sign()
        yield opened


def _fill(opened: Running) -> None:
    rows = [
        unit("city", "Pemerintah Kota Salatiga", kind="kota"),
        unit(1, "Dinas Pendidikan", parent=name("unit", "city")),
        post("head", "Kepala Dinas Pendidikan", kind="jpt_pratama", leads=True),
        post("clerk", "Pengelola Keuangan", seats=3),
    ]
    opened.record(decree(rows, kind="perwal", decided_on="2010-01-01", number="1/2010"))
    people = [
        enters(1, "Dr. H. Agus Prasetyo, M.H.", "196801011990031001", tmt="2012-01-01"),
        enters(2, "Rina Astuti, S.E.", "197501012000032002", tmt="2012-01-01"),
    ]
    opened.record(decree(people, decided_on="2012-01-01", number="800/1/2012"))
    first = [appoint(1, "head", "2015-08-01"), appoint(2, "clerk", "2015-08-01", path="pelaksana")]
    opened.record(decree(first, decided_on="2015-07-20", number="821.2/9/2015"))
    opened.record(decree([move(2, "head", "2021-02-01")], decided_on="2021-01-25", number="821.2/2/2021"))
    opened.record(decree([separate(1, "2021-02-01")], decided_on="2021-01-20", number="882/7/2021"))


def _page(client: TestClient, address: str, status: int = 200) -> Page:
    answer = client.get(address, headers=HTML)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    page = read(answer.text)
    check_landmarks(page)
    return page


@pytest.mark.parametrize("role", ["public", "auditor", "office"])
@pytest.mark.parametrize(
    "address",
    ["/", f"/jabatan/{HEAD}", f"/jabatan/{CLERK}", "/buku-besar", "/buku-besar/1", "/cari", "/cari?q=kepala", "/unit"],
)
def test_every_page_is_whole_for_every_role(web: Running, role: str, address: str) -> None:
    _page(web.as_role(role), address)


@pytest.mark.parametrize("address", ["/cari?kind=post&kata=kepala", f"/jabatan/{HEAD}?valid-on=2016", "/sk?yaer=2015"])
def test_a_page_refuses_parameters_that_it_does_not_know(web: Running, address: str) -> None:
    page = _page(web.office, address, 400)
    problem = web.office.get(address, headers={"Accept": "application/json"}).json()

    assert "Parameter tidak dikenal" in page.words
    assert problem["type"] == "/problems/unknown-parameter"
    assert any(name in problem["detail"] for name in ("kata", "valid-on", "yaer"))


@pytest.mark.parametrize(
    "address", ["/", "/cari?q=kepala", f"/jabatan/{HEAD}", "/sk", "/pegawai", "/buku-besar", "/lembar"]
)
def test_both_times_and_the_language_are_known_to_every_page(web: Running, address: str) -> None:
    _page(web.office, f"{address}{'&' if '?' in address else '?'}valid_on=2022&known_at=&lang=id")


def test_the_sheet_of_decrees_has_all_of_them_whatever_page_it_is_asked_from(
    web: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accountability, "_PART", 2)
    sheet = web.office.get("/sk.csv?page=2").text.removeprefix("\ufeff")
    narrowed = web.office.get("/sk.csv?year=2021").text.removeprefix("\ufeff")

    assert [row["number"] for row in csv.DictReader(io.StringIO(sheet))] == [
        "821.2/2/2021", "882/7/2021", "821.2/9/2015", "800/1/2012", "1/2010",
    ]  # fmt: skip
    assert len(list(csv.DictReader(io.StringIO(narrowed)))) == 2


def test_a_post_and_its_data_say_the_same(web: Running) -> None:
    page = _page(web.public, f"/jabatan/{HEAD}")
    assert "Rina Astuti, S.E., sejak 1 Februari 2021" in page.words
    data = web.public.get(f"/jabatan/{HEAD}.json").json()
    assert data == web.public.get(f"/api/v1/posts/{HEAD}/history?predecessors=true").json()
    assert [row["holder"]["name"] for row in data["tenures"]] == ["Dr. H. Agus Prasetyo, M.H.", "Rina Astuti, S.E."]
    answer = web.public.get(f"/jabatan/{HEAD}.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    sheet = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [(row["state"], row["name"]) for row in sheet] == [
        ("vacant", ""),
        ("held", "Dr. H. Agus Prasetyo, M.H."),
        ("held", "Rina Astuti, S.E."),
    ]


def test_a_post_below_the_threshold_keeps_its_names_from_the_public(web: Running) -> None:
    for suffix in ("", ".json", ".csv"):
        assert "Rina" not in web.public.get(f"/jabatan/{CLERK}{suffix}", headers=HTML).text
    assert "Rina Astuti" in _page(web.office, f"/jabatan/{CLERK}").words


def test_a_past_day_and_what_was_known_then(web: Running) -> None:
    page = _page(web.public, f"/jabatan/{HEAD}?valid_on=2016")
    assert "Dr. H. Agus Prasetyo, M.H., sejak 1 Agustus 2015" in page.words
    assert "of-then" in page.of("body")[0].attributes["class"]
    early = _page(web.office, f"/jabatan/{HEAD}?known_at=@5")
    assert "Rina" not in early.words
    assert "(entri 5)" in early.words


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ("valid_on=tahun", "valid_on", "Tanggal berlaku tidak terbaca"),
        ("known_at=2099", "known_at", "Waktu diketahui belum terjadi"),
        ("known_at=kemarin", "known_at", "Waktu diketahui tidak terbaca"),
    ],
)
def test_a_time_that_cannot_be_read_is_refused_where_it_was_typed(
    web: Running, query: str, field: str, said: str
) -> None:
    page = _page(web.public, f"/jabatan/{HEAD}?{query}", 422)
    assert said in page.of("div", role="alert")[0].words
    assert page.of("input", id=field)[0].attributes["value"] == query.partition("=")[2]


def test_what_is_not_there_has_a_page_too(web: Running) -> None:
    page = _page(web.public, f"/jabatan/{name('post', 'nothing')}", 404)
    assert "Tidak tercatat" in page.words
    assert web.public.get(f"/jabatan/{name('post', 'nothing')}.json", headers=HTML).json()["status"] == 404


def test_the_ledger_shows_the_checkpoint_and_leads_to_its_entries(web: Running) -> None:
    size = web.service.recorder.head()
    page = _page(web.public, "/buku-besar")
    assert f"Semua {size} entri tercakup checkpoint terakhir" in page.words
    note = web.service.checkpoints.latest()
    assert note is not None
    assert page.of("pre")[0].words == note.decode()
    links = [tag.attributes["href"] for tag in page.of("a") if tag.attributes["href"].startswith("/buku-besar/")]
    assert links == [f"/buku-besar/{position}" for position in range(size, 0, -1)]
    assert [entry["position"] for entry in web.public.get("/buku-besar.json").json()] == list(range(size, 0, -1))
    assert [entry["position"] for entry in web.public.get("/buku-besar.json?before=3").json()] == [2, 1]


def test_an_entry_says_to_each_what_each_may_see(web: Running) -> None:
    position = next(
        entry["position"]
        for entry in web.office.get("/buku-besar.json").json()
        if entry["type"] == "post.appointed.v1" and "821.2/2/2021" in str(entry["says"])
    )
    public, auditor = (_page(web.as_role(role), f"/buku-besar/{position}") for role in ("public", "auditor"))
    assert "821.2/2/2021" not in public.words
    assert "821.2/2/2021" in auditor.words
    assert "Dicatat oleh Kepegawaian" in auditor.words
    assert "tercakup" not in public.words
    assert "Jalur" in public.words
    (receipt,) = [tag for tag in public.of("a") if tag.words.startswith("Unduh tanda terima")]
    assert web.public.get(receipt.attributes["href"]).text.startswith("c2sp.org/tlog-proof@v1")


def test_the_first_page_says_how_many_posts_are_on_record_then_and_now(web: Running) -> None:
    assert "2 jabatan tercatat" in _page(web.public, "/").words
    assert "0 jabatan tercatat" in _page(web.office, "/?known_at=@1").words


def test_ones_own_file_keeps_the_language_and_the_two_times(web: Running) -> None:
    own = web.log_in("rina", Grant("employee"), employee=EmployeeId(RINA))
    answer = own.get("/saya?lang=en&valid_on=2016", follow_redirects=False)
    assert answer.headers["location"] == f"/pegawai/{RINA}?lang=en&valid_on=2016"


@pytest.mark.parametrize("address", ["/lembar/{id}", "/dokumen/antrean/{id}", "/borongan/{id}", "/saya"])
def test_what_is_not_there_is_said_in_the_readers_language(web: Running, address: str) -> None:
    path = address.format(id=name("nothing", 1))
    said = {lang: web.office.get(f"{path}?lang={lang}", headers={"Accept": "text/html"}) for lang in ("id", "en")}
    web.office.cookies.clear()
    words = {
        lang: set(read(answer.text).of("div", class_="prose")[0].words.lower().split()) for lang, answer in said.items()
    }
    assert {answer.status_code for answer in said.values()} == {404}
    assert not words["id"] & {"no", "is", "of", "this", "nobody"}
    assert words["en"] & {"no", "nobody"}


def test_looking_at_a_page_signs_nothing(web: Running) -> None:
    before = web.service.checkpoints.latest()
    _page(web.public, f"/buku-besar/{web.service.recorder.head()}")
    assert web.service.checkpoints.latest() == before


def test_the_search_finds_what_each_role_may_search(web: Running) -> None:
    public = web.public.get("/cari.json?q=rina").json()
    assert set(public) == {"text", "kind", "post", "unit"}
    office = web.office.get("/cari.json?q=rina").json()
    assert [row["name"] for row in office["employee"]["rows"]] == ["Rina Astuti, S.E."]
    page = _page(web.public, "/cari?q=kepala")
    (hit,) = [tag for tag in page.of("a") if tag.words == "Kepala Dinas Pendidikan"]
    assert hit.attributes["href"] == f"/jabatan/{HEAD}"
    assert "821.2/9/2015" in _page(web.office, "/cari?q=821.2").words
    assert web.public.get("/cari?q=821.2&kind=decree", headers=HTML).status_code == 403
    sheet = list(csv.DictReader(io.StringIO(web.public.get("/cari.csv?q=kepala").text.removeprefix("\ufeff"))))
    assert [(row["kind"], row["name"], row["filled"]) for row in sheet] == [("post", "Kepala Dinas Pendidikan", "1")]


@pytest.mark.parametrize("role", ["public", "auditor"])
def test_every_link_within_leads_somewhere(web: Running, role: str) -> None:
    client = web.as_role(role)
    todo, seen = ["/", f"/jabatan/{CLERK}", "/cari?q=a"], {"/masuk"}
    while todo:
        address = todo.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = client.get(address, headers=HTML)
        assert answer.status_code == 200, address
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        for tag in read(answer.text).of("a"):
            href = tag.attributes["href"].partition("#")[0]
            if href.startswith("/") and "lang=" not in href and not _several_facets(href):
                todo.append(href)
    kinds = {address.split("/")[1].partition("?")[0] for address in seen}
    expected = {"", "cari", "unit", "jabatan", "sk", "buku-besar", "periksa", "api", "log", "masuk"}
    assert {kind.partition(".")[0] for kind in kinds} == expected | (
        {"pegawai", "jatuh-tempo", "duk", "akun", "tugas", "pemusnahan"} if role == "auditor" else set()
    )


def _several_facets(address: str) -> bool:
    """Whether it is the list of employees chosen in several ways: of those there are too many to go to each."""
    path, _, query = address.partition("?")
    return path.startswith("/pegawai") and len(parse_qs(query)) > 1


def test_a_unit_shows_its_posts_and_how_they_are_filled(web: Running) -> None:
    page = _page(web.public, f"/unit/{name('unit', 1)}")
    assert "1 dari 4 kursi terisi" in page.words
    tree = [tag.words for tag in _page(web.public, "/unit").of("a") if "/unit/" in tag.attributes["href"]]
    assert tree == ["Pemerintah Kota Salatiga", "Dinas Pendidikan"]
    assert web.public.get(f"/unit/{name('unit', 1)}.json").json()["version"]["name"] == "Dinas Pendidikan"
    sheet = web.public.get(f"/unit/{name('unit', 1)}.csv").text.removeprefix("\ufeff")
    assert [row["title"] for row in csv.DictReader(io.StringIO(sheet))] == [
        "Kepala Dinas Pendidikan",
        "Pengelola Keuangan",
    ]


def test_a_decree_shows_each_reader_the_rows_that_are_for_them(web: Running) -> None:
    tenures = web.office.get(f"/jabatan/{HEAD}.json").json()["tenures"]
    sk = tenures[0]["citation"]["decree"]
    office, public = _page(web.office, f"/sk/{sk}"), _page(web.public, f"/sk/{sk}")
    assert "Rina" in office.words
    assert "Rina" not in public.words, "appointed to a post below the threshold"
    assert "Agus" in public.words
    assert web.public.get(f"/sk/{sk}.json").json() == web.public.get(f"/api/v1/decrees/{sk}").json()


def test_a_career_is_for_those_who_may_read_about_people(web: Running) -> None:
    page = _page(web.office, f"/pegawai/{RINA}")
    assert "Kepala Dinas Pendidikan" in page.words
    assert "Pengelola Keuangan" in page.words
    assert "Tidak dalam dinas" in _page(web.auditor, f"/pegawai/{AGUS}").words
    _page(web.public, f"/pegawai/{RINA}", 403)
    nobody = name("employee", "nobody")
    assert web.public.get(f"/pegawai/{nobody}", headers=HTML).status_code == 403, "there or not, the same answer"


def test_a_language_asked_for_is_kept(web: Running) -> None:
    client = TestClient(web.app)
    assert _page(client, "/?lang=en").of("html")[0].attributes["lang"] == "en"
    assert "lang=en" not in str(_page(client, "/buku-besar").of("a"))
    assert _page(client, "/buku-besar").of("html")[0].attributes["lang"] == "en"
    assert _page(client, "/buku-besar?lang=id").of("html")[0].attributes["lang"] == "id"


def test_pages_of_people_who_logged_in_are_not_kept(web: Running) -> None:
    assert web.office.get("/", headers=HTML).headers["cache-control"] == "no-store"
    answer = web.public.get("/", headers=HTML)
    assert answer.headers["cache-control"] == "no-cache"
    assert "Cookie" in answer.headers["vary"]
    assert "etag" not in answer.headers, "a new checkpoint changes the page while the position stays"
