"""What the public learns: of restricted facts, nothing.

Two cities are recorded that differ in restricted facts alone: where somebody is dismissed or appraised in one, they
are transferred to a post below the threshold or promoted in the other. Whatever the public asks, both answer alike.
"""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_OID, uuid5

import pytest
from web.office import (
    annul,
    appoint,
    appraise,
    decree,
    enters,
    name,
    post,
    raise_rank,
    release,
    separate,
    transfer,
    unit,
)
from web.running import Running, running

from asn_ledger.ledger.recorder import LedgerRecorder
from asn_ledger.proof.archive import read_archive
from asn_ledger.proof.evidence import verify_evidence

NAMES = {1: "Sri Wahyuningsih", 2: "Bambang Kusumo", 3: "Ni Luh Ayu", 4: "Zulkifli Nasution", 5: "Ester Manurung"}
NIPS = {n: f"19850312201001{n:04d}" for n in range(2001, 2006)}
NAMED_POSTS = (1, 2, 3)
LOW = 10
DECREES = 9
FACTS = 31
POSITION = re.compile(r"known_at=@(\d+)")
_COLON = r"(?::|%(?:25)?3A)"
MOMENT = re.compile(rf"\d{{4}}-\d\d-\d\dT\d\d{_COLON}\d\d{_COLON}[\d.]+(?:\+|%(?:25)?2B|&#43;)\d\d{_COLON}\d\d")
CLOCK = re.compile(r"\d\d\.\d\d WIB")


def city(*, restricted: bool) -> Iterator[dict[str, Any]]:
    yield decree(
        [
            unit(1, "Dinas Pendidikan"),
            post(1, "Kepala Dinas Pendidikan", kind="jpt_pratama", leads=True),
            post(2, "Sekretaris Dinas", kind="administrator"),
            post(3, "Kepala Bidang", kind="administrator"),
            post(LOW, "Pengelola Data", seats=9),
        ]
    )
    yield decree([enters(n, NAMES[n], nip) for n, nip in zip(NAMES, NIPS.values(), strict=True)])
    yield decree(
        [
            appoint(1, 1, "2020-01-01"),
            appoint(2, 2, "2020-01-01"),
            appoint(3, 3, "2020-01-01"),
            appoint(4, LOW, "2020-01-01", path="pelaksana"),
        ]
    )
    # One decree promotes somebody in its first row, and in its second does what the public may not know.
    yield decree(
        [
            raise_rank(5, "IV/c", "2021-04-01"),
            separate(2, "2021-04-01", "pidana", "tidak_hormat") if restricted else transfer(2, LOW, "2021-04-01"),
            appoint(5, 2, "2021-05-01"),
        ]
    )
    yield decree([appraise(1, 2021, "sangat_kurang") if restricted else raise_rank(1, "IV/c", "2021-12-31")])
    yield decree([release(3, 3, "2022-01-01", "hukdis" if restricted else "mutasi")])
    yield decree([separate(1, "2199-01-01", "uzur") if restricted else raise_rank(1, "IV/d", "2199-01-01")])
    yield decree([separate(4, "2023-01-01", "meninggal") if restricted else raise_rank(4, "III/c", "2023-01-01")])
    yield decree([annul(name("decree", 4), 2, "2023-06-01")])


@pytest.fixture(scope="module")
def cities(server: Any, ledger_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Running]]:
    with server.fresh_database(ledger_template) as first, server.fresh_database(ledger_template) as second:
        homes = [tmp_path_factory.mktemp(name) for name in ("restricted", "plain")]
        with running(first, homes[0]) as restricted, running(second, homes[1]) as plain:
            for running_city, is_restricted in ((restricted, True), (plain, False)):
                for n, form in enumerate(city(restricted=is_restricted), start=1):
                    running_city.record(
                        {**form, "id": name("decree", n), "number": f"800/{n}/2020"}, uuid5(NAMESPACE_OID, str(n))
                    )
            yield [restricted, plain]


def addresses() -> Iterator[str]:
    times = ["", "valid_on=2021-04-15", "valid_on=2022-06-01", "valid_on=2199-06-01", "valid_on=2019-01-01"]
    times += [f"known_at=@{position}&valid_on=2022-06-01" for position in (12, 20, 24, 28)]
    for time in times:
        for n in NAMED_POSTS:
            yield f"/api/v1/posts/{name('post', n)}?{time}"
            yield f"/api/v1/posts/{name('post', n)}/history?predecessors=true&{time}"
            yield f"/jabatan/{name('post', n)}?{time}"
            yield f"/jabatan/{name('post', n)}.csv?{time}"
        for n in range(1, DECREES + 2):
            yield f"/api/v1/decrees/{name('decree', n)}?{time}"
    yield "/api/v1/units"
    yield f"/api/v1/units/{name('unit', 1)}"
    for who in (*map(str, NAMES), "nobody"):
        yield f"/api/v1/employees/{name('employee', who)}"
        yield f"/api/v1/employees/{name('employee', who)}/career"
    yield from (f"/api/v1/employees?q={text}" for text in ("sri", NIPS[2001], "nobody"))
    yield from (f"/api/v1/posts?q={text}" for text in ("kepala", "sekretaris", "sri"))
    yield from (
        f"/cari{form}?q={text}" for text in ("kepala", "sri", NIPS[2001], "800/7") for form in ("", ".json", ".csv")
    )
    yield "/api/v1/decrees"


def other() -> Iterator[str]:
    """Addresses whose answers hold hashes or counts of seats below the threshold, so that they cannot be alike."""
    yield from ("/", "/buku-besar", "/buku-besar.json", "/buku-besar/20", f"/jabatan/{name('post', LOW)}")
    yield f"/api/v1/posts/{name('post', LOW)}"
    yield f"/api/v1/posts/{name('post', LOW)}/history"
    yield f"/api/v1/posts?unit={name('unit', 1)}"
    yield "/api/v1/posts"
    yield f"/api/v1/units/{name('unit', 1)}/establishment"
    yield "/api/v1/ledger/entries?limit=1000"
    yield from (f"/api/v1/ledger/entries/{position}" for position in range(1, FACTS + 3))
    yield from (f"/api/v1/ledger/entries/{position}/proof" for position in range(20, FACTS))
    yield f"/api/v1/ledger/consistency?from=1&to={FACTS}"
    yield "/api/v1/ledger/checkpoint"
    yield from ("/metrics", "/readyz", "/healthz", "/problems")


def moment_of(recorder: LedgerRecorder, position: int) -> str:
    """When an entry was recorded: the public asks by time, and the two cities were recorded at different ones."""
    entry = recorder.entry(position)
    assert entry is not None
    return entry.recorded_at.isoformat()


def told(web: Running, address: str) -> Any:
    """What an answer says: status, headers and body, without what differs each time or repeats the question."""
    asked = POSITION.sub(lambda found: "known_at=" + quote(moment_of(web.service.recorder, int(found[1]))), address)
    answer = web.public.get(asked)
    body = answer.json() if "json" in answer.headers["Content-Type"] else MOMENT.sub("", CLOCK.sub("", answer.text))
    if isinstance(body, dict):
        body = {key: value for key, value in body.items() if key not in {"request", "instance"}}
    headers = {key: value for key, value in answer.headers.items() if key not in {"x-request-id", "etag"}}
    return answer.status_code, headers, body


@pytest.fixture(scope="module")
def answers(cities: list[Running]) -> dict[str, Any]:
    """What the public is told where there are restricted facts, by address."""
    return {address: told(cities[0], address) for address in (*addresses(), *other())}


def test_both_cities_have_as_many_facts(cities: list[Running]) -> None:
    assert {web.service.recorder.head() for web in cities} == {FACTS}


def test_the_public_gets_the_same_answers_with_and_without_restricted_facts(
    cities: list[Running], answers: dict[str, Any]
) -> None:
    unlike = [address for address in addresses() if answers[address] != told(cities[1], address)]

    assert unlike == []


def test_the_answers_say_something(cities: list[Running]) -> None:
    history = cities[0].public.get(f"/api/v1/posts/{name('post', 2)}/history").json()

    assert [(row["holder"]["name"], row["ended"]) for row in history["tenures"]] == [
        ("Bambang Kusumo", None),
        ("Ester Manurung", None),
    ]
    assert {row["citation"]["row"] for row in history["tenures"]} == {None}
    assert {(row["why_ended"], row["ended_by"], row["holder"]["id"]) for row in history["tenures"]} == {(None,) * 3}


def test_no_answer_holds_an_id_a_nip_a_reason_or_a_name_below_the_threshold(answers: dict[str, Any]) -> None:
    secret = [name("employee", n) for n in NAMES] + list(NIPS.values()) + [NAMES[4]]
    secret += ["pidana", "uzur", "meninggal", "hukdis", "sangat_kurang", "tidak_hormat", "service.ended", "appraised"]
    for address, answer in answers.items():
        whole = json.dumps(answer)

        assert [text for text in secret if text in whole and text not in address] == [], address


def test_entries_say_nothing_about_anybody(cities: list[Running]) -> None:
    for entry in cities[0].public.get("/api/v1/ledger/entries?limit=1000").json()["entries"]:
        assert {key for key, value in entry.items() if value is not None} == {
            "position", "event", "recorded_at", "entry", "leaf"
        }  # fmt: skip
        assert set(json.loads(entry["entry"])) == {"v", "ledger", "position", "event", "recorded_at", "header"}


def test_a_refusal_does_not_tell_whether_there_is_such_a_person(cities: list[Running]) -> None:
    there, nowhere = (told(cities[0], f"/api/v1/employees/{name('employee', who)}") for who in ("1", "nobody"))

    assert there[0] == 403
    assert there == nowhere


@pytest.mark.parametrize("n", [5, 7, 8])
def test_a_decree_of_restricted_facts_alone_is_not_there_for_the_public(cities: list[Running], n: int) -> None:
    restricted = cities[0]
    unknown = told(restricted, f"/api/v1/decrees/{name('decree', 'unknown')}")
    known = told(restricted, f"/api/v1/decrees/{name('decree', n)}")

    assert known[0] == unknown[0] == 404
    assert known == unknown
    assert restricted.office.get(f"/api/v1/decrees/{name('decree', n)}").status_code == 200


def test_the_office_sees_all_of_it(cities: list[Running]) -> None:
    restricted = cities[0]
    shown = restricted.auditor.get(f"/api/v1/decrees/{name('decree', 4)}").json()
    career = restricted.auditor.get(f"/api/v1/employees/{name('employee', 4)}/career").json()

    assert [(row["row"], row["state"]) for row in shown["rows"]] == [(1, "stands"), (2, "struck"), (3, "stands")]
    assert shown["rows"][1]["says"]["reason"] == "pidana"
    assert shown["rows"][0]["record"]["recorded_by"]["role"] == "hr_officer"
    assert career["person"]["name"] == NAMES[4]
    assert career["posts"][0]["why_ended"] == "left_service"


def evidence_of(web: Running, n: int) -> tuple[Any, ...]:
    """What public evidence about a post tells, without times and hashes: facts, chains, sizes, what is shown."""
    web.service.checkpoints.sign()
    content = web.public.get(f"/api/v1/posts/{name('post', n)}/evidence").content
    found = verify_evidence(content, web.key)
    facts = [fact.told() | {"recorded_at": None} for fact in found.facts]
    ends = [(end.subject, end.seq, end.position, end.size) for end in found.ends]
    lines = read_archive(content)["facts.ndjson"].splitlines()
    return facts, ends, found.manifest.size, [(len(line), sorted(json.loads(line))) for line in lines]


@pytest.mark.parametrize("n", NAMED_POSTS)
def test_public_evidence_tells_the_same_with_and_without_restricted_facts(cities: list[Running], n: int) -> None:
    restricted, plain = (evidence_of(web, n) for web in cities)

    assert restricted == plain
    assert len(restricted[0]) > 1
    whole = json.dumps(restricted)
    assert [text for text in ("pidana", "hukdis", "service.ended", "appraised", *NIPS.values()) if text in whole] == []
