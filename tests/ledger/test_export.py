import json
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest
from ledger.facts import NAMES, NIPS
from ledger.records import KEY, LEDGER, events, record

from asn_ledger.ledger import export
from asn_ledger.ledger.audit import Step, audit_export
from asn_ledger.ledger.checkpoints import Checkpoints
from asn_ledger.ledger.errors import LedgerError, UnknownLedger
from asn_ledger.ledger.export import export_ledger
from asn_ledger.ledger.exportfile import ExportFile, MalformedExport
from asn_ledger.ledger.recorder import LedgerRecorder
from asn_ledger.proof.checkpoint import Checkpoint, sign_checkpoint
from asn_ledger.proof.logkeys import LogKeys

SIZE = 600
SMALL_MEMBER = 256
LINES = 5
Change = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def source_url(module_ledger_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("source")
    facts = events(SIZE)
    with Checkpoints(module_ledger_url, LEDGER, KEY) as checkpoints:
        record(module_ledger_url, folder, facts[:300])
        checkpoints.sign()
        record(module_ledger_url, folder, facts[300:])
        checkpoints.sign()
    return module_ledger_url


@pytest.fixture
def exported(source_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(export, "FACTS_IN_MEMBER", SMALL_MEMBER)
    path = tmp_path / "ledger.zip"
    export_ledger(source_url, LEDGER, path, keys=LogKeys.of(KEY.verifier))
    return path


def test_its_owner_alone_can_read_it(exported: Path) -> None:
    assert exported.stat().st_mode & 0o777 == 0o600


def rebuilt(path: Path, name: str, change: Change, *, honest: bool) -> Path:
    """The file with one member changed; `honest`: the manifest names the changed member."""
    new = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(new, "w") as archive:
        members = {member: old.read(member) for member in old.namelist()}
        members[name] = change(members[name])
        if honest:
            manifest = json.loads(members["manifest.json"])
            for member in manifest["members"]:
                data = members[member["name"]]
                member |= {"bytes": len(data), "sha256": sha256(data).hexdigest()}
            members["manifest.json"] = json.dumps(manifest).encode()
        for member, data in members.items():
            archive.writestr(member, data)
    return new


def lines_of(data: bytes) -> list[bytes]:
    return data.splitlines(keepends=True)


@pytest.mark.parametrize("processes", [1, 2])
def test_an_exported_ledger_passes_the_audit(exported: Path, processes: int) -> None:
    told: list[int] = []
    report = audit_export(exported, key=KEY.verifier, processes=processes, told=told.append)
    assert report.passed, report.finding
    states = {step.step: step.state for step in report.steps}
    assert {step for step, state in states.items() if state == "skipped"} == {
        Step.TAGS, Step.TILES, Step.SINCE, Step.QUORUM, Step.WITNESSES, Step.CLOCK, Step.ACKNOWLEDGED,
        Step.KEYS,
    }  # fmt: skip
    assert report.size == SIZE


def test_the_file_holds_every_byte(exported: Path, source_url: str) -> None:
    with LedgerRecorder(source_url, LEDGER) as recorder, ExportFile(exported) as file:
        stored = [(fact.entry, fact.act, fact.person, fact.record, fact.data) for fact in recorder.stream()]
        found = [(fact.entry, fact.act, fact.person, fact.record, fact.payload) for fact in file.facts(1, SIZE)]
        assert file.verifier_key().strip() == str(KEY.verifier)
    assert found == stored


def test_the_file_says_what_it_is(exported: Path) -> None:
    with zipfile.ZipFile(exported) as archive:
        assert archive.testzip() is None
        assert "This is the whole ledger of kota-salatiga: 600 facts." in archive.read("README.txt").decode()
        manifest = json.loads(archive.read("manifest.json"))
    assert (manifest["origin"], manifest["zone"], manifest["simulation"]) == (KEY.name, "Asia/Jakarta", False)
    assert [member.get("first") for member in manifest["members"]] == [None, 1, 257, 513, None, None]


def test_nothing_personal_is_in_the_file_in_clear(exported: Path) -> None:
    with zipfile.ZipFile(exported) as archive:
        text = b"".join(archive.read(name) for name in archive.namelist())
    assert b"cpns.appointed.v1" in text
    assert not [value for value in (*NAMES, *NIPS) if value.encode() in text]


def test_an_empty_ledger_is_exported_too(ledger_url: str, tmp_path: Path) -> None:
    export_ledger(ledger_url, LEDGER, tmp_path / "empty.zip", keys=LogKeys.of(KEY.verifier))
    assert audit_export(tmp_path / "empty.zip", key=KEY.verifier).passed


def test_what_is_newer_than_the_last_checkpoint_is_said(ledger_url: str, tmp_path: Path) -> None:
    record(ledger_url, tmp_path, events(3))
    export_ledger(ledger_url, LEDGER, tmp_path / "ledger.zip", keys=LogKeys.of(KEY.verifier))
    (consistency,) = [
        step for step in audit_export(tmp_path / "ledger.zip", key=KEY.verifier).steps if step.step is Step.CONSISTENCY
    ]
    assert "no checkpoint covers the entries after 0" in consistency.remark


FACTS = "facts/000000000257.ndjson"


def _line(number: int, change: Change) -> Change:
    """Change one of the lines of fact 301, the 45th in its member."""

    def changed(data: bytes) -> bytes:
        lines = lines_of(data)
        at = (301 - 257) * LINES + number
        lines[at] = change(lines[at])
        return b"".join(lines)

    return changed


def _without(fact: int) -> Change:
    return lambda data: b"".join(lines_of(data)[: (fact - 257) * LINES] + lines_of(data)[(fact - 256) * LINES :])


def _swapped(data: bytes) -> bytes:
    lines = lines_of(data)
    at, other = 44 * LINES, 99 * LINES
    lines[at : at + LINES], lines[other : other + LINES] = lines[other : other + LINES], lines[at : at + LINES]
    return b"".join(lines)


@pytest.mark.parametrize(
    ("change", "step", "position"),
    [
        (_line(0, lambda line: line.replace(b'"v":1', b'"v":2')), Step.ENTRY, 301),
        (_line(0, lambda line: b"x" + line), Step.ENTRY, 301),
        (_line(0, lambda line: line.replace(b'"position":301', b'"position":302')), Step.STRUCTURE, 301),
        (_line(1, lambda line: line.replace(b'"salt":"', b'"salt":"A')), Step.HEADER, 301),
        (_line(1, lambda _: b"{}\n"), Step.HEADER, 301),
        (_line(2, lambda line: line.replace(b"employee", b"Employee")), Step.HEADER, 301),
        (_line(3, lambda line: line.replace(b"a1", b"b1")), Step.HEADER, 301),
        (_line(4, lambda line: line.replace(b"{", b"{ ", 1)), Step.PAYLOAD, 301),
        (_swapped, Step.STRUCTURE, 301),
    ],
)
@pytest.mark.parametrize("processes", [1, 2])
def test_a_changed_fact_is_named(exported: Path, change: Change, step: Step, position: int, processes: int) -> None:
    changed = rebuilt(exported, FACTS, change, honest=True)
    finding = audit_export(changed, key=KEY.verifier, processes=processes).finding
    assert finding is not None
    assert (finding.step, finding.position) == (step, position)


def test_a_fact_left_out_is_named(exported: Path) -> None:
    def shortened(data: bytes) -> bytes:
        manifest = json.loads(data)
        for member in manifest["members"]:
            if member["name"] == FACTS:
                member["last"] -= 1
        return json.dumps(manifest).encode()

    changed = rebuilt(
        rebuilt(exported, FACTS, _without(301), honest=True).rename(exported), "manifest.json", shortened, honest=False
    )
    finding = audit_export(changed, key=KEY.verifier).finding
    assert finding is not None
    assert (finding.step, finding.position) == (Step.STRUCTURE, 301)


def test_an_older_export_is_convicted_by_a_newer_checkpoint(exported: Path, ledger_url: str, tmp_path: Path) -> None:
    newer = sign_checkpoint(Checkpoint(KEY.name, SIZE + 1, bytes(32)), KEY)
    finding = audit_export(exported, key=KEY.verifier, since=newer).finding
    assert finding is not None
    assert (finding.step, finding.position) == (Step.SINCE, SIZE + 1)


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        (FACTS, lambda data: data[:-1], "last line has no end|not the one that the manifest names"),
        (FACTS, lambda data: data[: len(data) // 2], "ends before fact|no end"),
        (FACTS, lambda data: data + data, "longer than the manifest says"),
        (FACTS, lambda data: data.replace(b"1", b"2", 1), "not the one that the manifest names"),
        ("checkpoints.ndjson", lambda _: b"", "not the one that the manifest names"),
        ("manifest.json", lambda _: b"{}", "manifest.json is malformed at format"),
        ("manifest.json", lambda data: data.replace(b"export/v1", b"export/v9"), "malformed at format"),
        ("manifest.json", lambda _: b"\xff", "malformed"),
        ("manifest.json", lambda data: data.replace(b'"size":600', b'"size":"600"'), "malformed at size"),
        ("manifest.json", lambda data: data.replace(b"checkpoints.nd", b"checkmate.nd"), "lacks checkpoints.ndjson"),
        (
            "manifest.json",
            lambda data: data.replace(b"000000000257", b"000000000258"),
            "000000000258.ndjson: it is missing",
        ),
    ],
)
def test_a_damaged_file_is_said_so(exported: Path, name: str, change: Change, message: str) -> None:
    changed = rebuilt(exported, name, change, honest=False)
    with pytest.raises(MalformedExport, match=message):
        audit_export(changed, key=KEY.verifier)


@pytest.mark.parametrize("extra", [b"{}\n", b"{}\n" * 5])
def test_facts_that_the_manifest_does_not_count_are_refused(exported: Path, extra: bytes) -> None:
    changed = rebuilt(exported, FACTS, lambda data: data + extra, honest=True)
    with pytest.raises(MalformedExport, match="goes on after fact 512"):
        audit_export(changed, key=KEY.verifier)


@pytest.mark.parametrize("line", [b"{}", b"x", b'{"size":1,"number":1,"root":"","note":""}'])
def test_a_checkpoint_line_that_is_none_is_refused(exported: Path, line: bytes) -> None:
    changed = rebuilt(exported, "checkpoints.ndjson", lambda _: line + b"\n", honest=True)
    with pytest.raises(MalformedExport, match="line 1"):
        audit_export(changed, key=KEY.verifier)


@pytest.mark.parametrize("damage", [lambda data: data[:200], lambda data: b"no zip", lambda data: b""])
def test_something_else_than_an_export_is_refused(exported: Path, damage: Change) -> None:
    exported.write_bytes(damage(exported.read_bytes()))
    with pytest.raises(MalformedExport, match="no export of a ledger"):
        audit_export(exported, key=KEY.verifier)


def test_a_damaged_byte_is_said_so(exported: Path) -> None:
    with zipfile.ZipFile(exported) as archive:
        start = archive.getinfo(FACTS).header_offset
    data = bytearray(exported.read_bytes())
    data[start + 5000] ^= 0xFF
    exported.write_bytes(data)
    try:
        sound = audit_export(exported, key=KEY.verifier).passed
    except MalformedExport:
        sound = False
    assert not sound


def test_a_zip_of_something_else_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(MalformedExport, match=r"no manifest\.json"):
        audit_export(tmp_path / "other.zip", key=None)
    with pytest.raises(MalformedExport, match="No such file"):
        audit_export(tmp_path / "nothing.zip", key=None)


def test_an_unsound_ledger_is_not_exported(ledger_url: str, tmp_path: Path) -> None:
    record(ledger_url, tmp_path, events(3))
    path = tmp_path / "ledger.zip"
    path.write_bytes(b"the one before")
    with psycopg.connect(ledger_url) as connection:
        connection.execute("ALTER TABLE ledger.event DISABLE TRIGGER ALL")
        connection.execute("UPDATE ledger.event SET payload = '{\n}' WHERE position = 3")
    with pytest.raises(LedgerError, match="fact at 3 is not canonical"):
        export_ledger(ledger_url, LEDGER, path, keys=LogKeys.of(KEY.verifier))
    with psycopg.connect(ledger_url) as connection:
        connection.execute("DELETE FROM ledger.event WHERE position = 2")
    with pytest.raises(LedgerError, match="fact at 2 is missing"):
        export_ledger(ledger_url, LEDGER, path, keys=LogKeys.of(KEY.verifier))
    with pytest.raises(UnknownLedger):
        export_ledger(ledger_url, "kota-lain", path, keys=LogKeys.of(KEY.verifier))
    assert path.read_bytes() == b"the one before"
    assert not list(tmp_path.glob("*.part"))
