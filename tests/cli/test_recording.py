"""Decrees into the ledger by command: one, confirmed by a second person, or a whole file; refused in words that help."""

import json
import signal
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid4, uuid5

import psycopg
import pytest
from cli.installations import LANGUAGES, Installation, Said
from web import office as forms

from asn_ledger.domain.events import event_id
from asn_ledger.language import translate
from asn_ledger.ledger.lines import request_bytes


@pytest.fixture
def written(tmp_path: Path) -> Callable[[object], str]:
    """Puts JSON, or text as it is, into a file."""

    def write(content: object) -> str:
        file = tmp_path / f"{uuid4()}.json"
        file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return str(file)

    return write


def _founding() -> dict[str, Any]:
    city = forms.unit(1, "Kota Salatiga", kind="kota")
    return forms.decree(
        [city, forms.post(1, "Sekretaris Daerah", kind="jpt_pratama"), forms.post(2, "Camat Argomulyo")]
    )


def _line(decree: dict[str, Any], recorded_at: str = "2020-01-06T02:00:00Z") -> str:
    confirmer = None if decree["mode"] == "draft" else {"id": str(uuid4()), "role": "hr"}
    who = {"recorder": {"id": str(uuid4()), "role": "hr"}, "confirmer": confirmer}
    return json.dumps({"recorded_at": recorded_at, "command": str(uuid4()), **who, "decree": decree})


def _head(place: Installation) -> int:
    with psycopg.connect(place.database_url) as connection:
        row = connection.execute("SELECT size FROM ledger.ledger WHERE ledger = %s", (place.agency,)).fetchone()
    assert row is not None
    return int(row[0])


def test_a_decree_is_refused_with_a_reason_or_withdrawn_and_then_sent_anew(
    office: Installation, written: Callable[[object], str]
) -> None:
    form = _founding()
    file = written(form)
    office.ok("record", file, "--as", "ani")

    assert office.run("withdraw", form["id"], "--as", "budi").code == 1
    refused = office.ok("refuse", form["id"], "--reason", "baris 2 keliru", "--as", "budi", "--json").json
    told = {"decree": form["id"], "state": "refused", "reason": "baris 2 keliru"}
    assert refused == told
    assert office.ok("record", file, "--as", "ani", "--json").json == told
    assert office.ok("confirm", "--json").json == []
    office.ok("record", file, "--as", "ani", "--key", str(uuid4()))
    assert office.ok("withdraw", form["id"], "--as", "ani", "--json").json["state"] == "withdrawn"
    assert _head(office) == 0


def test_a_signed_decree_waits_for_a_second_person(office: Installation, written: Callable[[object], str]) -> None:
    form = _founding()
    file = written(form)

    assert office.ok("record", file, "--as", "ani", "--json").json == {"decree": form["id"], "state": "waiting"}
    assert office.ok("record", file, "--as", "ani", "--json").json["state"] == "waiting"
    assert [one["decree"] for one in office.ok("confirm", "--json").json] == [form["id"]]
    assert form["id"] in office.ok("confirm").out
    assert _head(office) == 0

    itself = office.run("confirm", form["id"], "--as", "ani")
    assert itself.code == 1
    assert "Refused:" in itself.err

    confirmed = office.ok("confirm", form["id"], "--as", "budi", "--json").json
    assert [one["type"] for one in confirmed["events"]] == [
        "decree.recorded.v1", "unit.created.v1", "post.created.v1", "post.created.v1",
    ]  # fmt: skip
    assert office.ok("confirm", form["id"], "--as", "budi", "--json").json["again"] is True
    assert office.ok("record", file, "--as", "ani", "--json").json["state"] == "recorded"
    assert "No decree waits" in office.ok("confirm").out
    assert _head(office) == 4

    found = office.ok("search", "camat", "--json").json["posts"]["rows"]
    assert [row["title"] for row in found] == ["Camat Argomulyo"]


def test_the_public_id_of_an_entry_confirms_no_guess_at_what_it_says(
    office: Installation, written: Callable[[object], str]
) -> None:
    form = {**_founding(), "mode": "draft"} | {"document_pending": None}
    office.ok("record", written(form))
    guessed = uuid5(NAMESPACE_OID, sha256(request_bytes(form)).hexdigest())
    with psycopg.connect(office.database_url) as connection:
        ids = {row[0] for row in connection.execute("SELECT event_id FROM ledger.event")}

    assert len(ids) == 4
    assert not ids & {event_id(guessed, ordinal) for ordinal in range(5)}


def test_a_draft_is_recorded_at_once_and_once(office: Installation, written: Callable[[object], str]) -> None:
    file = written({**_founding(), "mode": "draft"} | {"document_pending": None})

    first = office.ok("record", file, "--json").json
    again = office.ok("record", file, "--json").json

    assert (first["position"], first["again"]) == (4, False)
    assert (again["position"], again["again"]) == (4, True)
    assert "Nothing was added" in office.ok("record", file).out


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_dry_run_writes_nothing(office: Installation, written: Callable[[object], str], language: str) -> None:
    good = written(_founding())
    bad = written({**forms.decree([forms.appoint(1, 99, "2020-02-01")], mode="draft")})

    said = office.ok("record", good, "--dry-run", language=language)
    refused = office.run("record", bad, "--dry-run", language=language)

    assert "post.created.v1" in said.out
    assert {"id": "baris berubah", "en": "rows change"}[language] in said.out
    assert {"id": "Formasi dan keterisian", "en": "Seats filled"}[language] in said.out
    assert refused.code == 1
    assert {"id": "baris 1", "en": "row 1"}[language] in refused.err
    assert office.run("record", bad, "--dry-run", "--json").json["recordable"] is False
    assert _head(office) == 0


@pytest.mark.parametrize(("language", "said"), [("id", "Tugas tambahan: Ketua tim"), ("en", "Additional dut")])
def test_a_dry_run_tells_every_axis_of_a_career_and_whose_it_is(
    office: Installation, written: Callable[[object], str], language: str, said: str
) -> None:
    duty = {
        "action": "assign_duty", "employee": forms.name("employee", 1), "duty": "ketua_tim",
        "unit": forms.name("unit", 1), "title": "Tim Arsip", "tmt": {"on": "2020-02-01"},
    }  # fmt: skip
    city = forms.unit(1, "Kota Salatiga", kind="kota")
    form = forms.decree([city, forms.enters(1, "Ani Lestari", "198503122010012003"), duty])

    told = office.ok("record", written(form), "--dry-run", language=language)
    assert said in " ".join(told.out.split())


def test_a_draft_that_rules_refuse_is_refused_row_by_row(
    office: Installation, written: Callable[[object], str]
) -> None:
    file = written(forms.decree([forms.appoint(1, 98, "2020-02-01"), forms.appoint(2, 99, "2020-02-01")], mode="draft"))

    said = office.run("record", file)
    told = office.run("record", file, "--json")

    assert said.code == told.code == 1
    assert "row 1" in said.err
    assert "row 2" in said.err
    assert {row["row"] for row in told.json["rows"]} == {1, 2}
    for language, words in (("id", translate("id", "refusal.code.unknown-person")), ("en", "is not on record")):
        for options in ((), ("--dry-run",)):
            assert words in office.run("record", file, *options, language=language).err
    assert _head(office) == 0


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("not json", "is no JSON"),
        ("[]", "--all"),
        ("{}", "Refused:"),
        ('{"id": "7", "mode": "draft", "rows": []}', "rows"),
    ],
)
def test_a_malformed_decree_is_refused(
    office: Installation, written: Callable[[object], str], content: str, expected: str
) -> None:
    said = office.run("record", written(content))

    assert said.code == 1
    assert expected in said.err


def test_what_cannot_be_meant_is_a_usage_error(office: Installation, written: Callable[[object], str]) -> None:
    file = written(_founding())

    assert office.run("record", file, "--simulated-clock").code == 2
    assert office.run("record", file, "--all", "--as", "ani").code == 2
    assert office.run("record", "no-such-file.json").code == 2
    assert office.run("replay").code == 2
    assert office.run("record", file, "--as", "nobody").code == 1


def test_a_real_ledger_keeps_its_own_clock(office: Installation, written: Callable[[object], str]) -> None:
    file = written(_line(_founding()))

    said = office.run("record", "--all", file, "--simulated-clock")

    assert said.code == 1
    assert "asn-ledger init --simulation" in said.err
    assert _head(office) == 0


def test_an_office_s_file_is_recorded_now_and_once(office: Installation, written: Callable[[object], str]) -> None:
    below = forms.decree([forms.unit(2, "Dinas", parent=forms.name("unit", 1))])
    refused = forms.decree([forms.appoint(1, 99, "2020-02-01")], mode="draft", number="9")
    file = written("\n".join(map(_line, (_founding(), refused, below))))

    said = office.run("record", "--all", file)
    again = office.run("record", "--all", file, "--json")

    assert (said.code, again.code) == (1, 1)
    assert "Decrees recorded: 2 (6 facts)" in said.out
    assert "line 2" in said.err
    assert (again.json["decrees"], again.json["facts"], again.json["there_already"]) == (0, 0, 2)
    assert [one["line"] for one in again.json["refused"]] == [2]
    assert _head(office) == 6


def test_lines_out_of_order_are_named(office: Installation, written: Callable[[object], str]) -> None:
    later, earlier = _line(_founding(), "2021-01-04T02:00:00Z"), _line(_founding(), "2020-01-06T02:00:00Z")

    said = office.run("record", "--all", written(f"{later}\n{earlier}\n"))

    assert said.code == 1
    assert "line 2" in said.err
    assert _head(office) == 0


def test_another_file_is_refused_once_something_is_recorded(
    copy_of_city: Installation, written: Callable[[object], str]
) -> None:
    before = _head(copy_of_city)

    said = copy_of_city.run("record", "--all", written(_line(_founding())), "--simulated-clock", "--json")

    assert said.code == 1
    assert said.json["code"] == "other-file"
    assert _head(copy_of_city) == before


def test_the_same_file_adds_nothing(city: Installation) -> None:
    file = city.home / "city" / "decrees.jsonl"

    told = city.ok("record", "--all", str(file), "--simulated-clock", "--json").json

    assert told["decrees"] == 0
    assert told["refused"] == []
    assert told["there_already"] == len(file.read_text(encoding="utf-8").splitlines())


def test_a_run_that_was_killed_goes_on_where_it_stopped(empty: Installation, tmp_path: Path) -> None:
    empty.ok("init", "--simulation")
    empty.ok("simulate", str(tmp_path), "--people", "150", "--years", "18", "--seed", "5")
    command = ("record", "--all", str(tmp_path / "decrees.jsonl"), "--simulated-clock", "--json")
    facts = json.loads((tmp_path / "truth.json").read_bytes())["totals"]["facts"]

    with empty.process(*command) as process:
        while _head(empty) == 0:
            assert process.poll() is None, "it ended before anything was recorded"
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
    part = _head(empty)
    told = empty.finish(*command)

    assert told.code == 0, told
    assert 0 < part < _head(empty)
    assert told.json["there_already"] > 0
    assert told.json["decrees"] > 0
    assert part + told.json["facts"] == _head(empty)
    assert _head(empty) >= facts
    assert empty.ok("verify", "--json").json["passed"] is True


def test_a_clerk_acts_for_those_within_the_unit_alone(office: Installation, written: Callable[[object], str]) -> None:
    """`--as` an account that reaches a part of the agency asks about every row, as over HTTP."""
    units = [forms.unit(1, "Dinas Arsip"), forms.unit(2, "Dinas Lain")]
    posts = [forms.post(n, "Arsiparis", unit=n) for n in (1, 2)]
    people = [forms.enters(n, f"Pegawai {n}", f"19700101199503100{n}") for n in (1, 2)]
    held = [forms.appoint(n, n, "2015-01-01", path="pelaksana") for n in (1, 2)]
    for number, rows in enumerate(([*units, *posts], people, held), start=1):
        form = forms.decree(rows, number=f"{number}/2020", kind="perwal" if number == 1 else "keputusan")
        office.ok("record", written(form), "--as", "ani")
        office.ok("confirm", str(form["id"]), "--as", "budi")
    office.ok("account", "add", "titik", "--role", "opd_clerk", "--unit", forms.name("unit", 1))

    def as_clerk(*people: int, dry_run: bool = False, mode: str = "signed") -> Said:
        rows = [forms.raise_rank(n, "IV/c", "2020-04-01") for n in people]
        return office.run(
            "record",
            written(forms.decree(rows, mode=mode)),
            "--as",
            "titik",
            "--json",
            *(["--dry-run"] if dry_run else []),
        )

    linked = office.ok("account", "link", "titik", "--employee", "197001011995031001", "--json").json
    assert linked["employee"] == forms.name("employee", 1)
    assert office.run("account", "link", "titik", "--employee", forms.name("employee", 2)).code == 1
    assert office.run("account", "link", "ani", "--employee", str(uuid4())).code == 1, "nobody on record"
    assert as_clerk(1).json["state"] == "waiting"
    assert as_clerk(1, dry_run=True).code == 0
    for refused in (as_clerk(2), as_clerk(1, 2), as_clerk(2, dry_run=True), as_clerk(2, mode="draft")):
        assert (refused.code, refused.json["code"]) == (1, "out-of-scope")
    common = {key: value for key, value in forms.decree([]).items() if key not in {"id", "rows", "number"}}
    for who, code in ((1, 0), (2, 1)):
        bulk = {"common": common, "rows": [{"row": forms.raise_rank(who, "IV/c", "2020-04-01")}]}
        assert office.run("bulk", "record", written(bulk), "--as", "titik", "--json").code == code
    assert office.ok("bulk", "list", "--as", "titik", "--json").json["total"] == 1
