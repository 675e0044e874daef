"""A backup of the embedded server put back in another home, and what it must pass before it serves."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.installations import Installation, first_document
from web import office

from asn_ledger.app import databases, open_service
from asn_ledger.ledger.continuing import alone
from asn_ledger.proof.checkpoint import Checkpoint, parse_checkpoint
from asn_ledger.settings import Settings
from asn_ledger.web.api.witnesses import lost


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder that the embedded server's account may enter."""
    folder = Path(tempfile.mkdtemp(prefix="asn-ledger-test-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def origin(place: Path) -> Installation:
    """An embedded installation with one scan, a backup of it, and facts that came after."""
    made = Installation(place / "home", "")
    made.ok("init", "--simulation")
    for name, role in (("citra", "inspector"), ("budi", "confirmer"), ("ani", "hr_officer")):
        made.ok("account", "add", name, "--role", role)
    scan = place / "scan.pdf"
    scan.write_bytes(PDF)
    made.ok("document", "add", str(scan))
    record(made, place, "first")
    made.ok("backup", "keys", str(place / "keys.sqlite"))
    made.ok("checkpoint", "-o", str(place / "early.txt"))
    made.ok("backup", "database", str(place / "backups"))
    record(made, place, "second")
    made.ok("checkpoint", "-o", str(place / "late.txt"))
    return made


PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\nxref\n0 4\n0000000000 65535 f \n"
    b"0000000009 00000 n \n0000000053 00000 n \n0000000104 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n160\n%%EOF\n"
)


def record(installation: Installation, place: Path, name: str) -> None:
    number = {"first": 1, "second": 2, "third": 3}[name]
    form = office.decree([office.unit(number, f"Dinas {name}")], number=str(number), mode="draft", kind="perwal")
    file = place / f"{name}.json"
    file.write_text(json.dumps(form), encoding="utf-8")
    installation.ok("record", str(file))


def backup(place: Path) -> Path:
    (found,) = (place / "backups").iterdir()
    return found


def restored(origin: Installation, place: Path, name: str) -> Installation:
    home = place / name
    home.mkdir(mode=0o711)
    shutil.copytree(origin.home / "keys", home / "keys")
    made = Installation(home, "")
    made.ok("restore", "database", str(backup(place)))
    return made


def test_it_serves_once_it_continues_what_others_have_seen(origin: Installation, place: Path) -> None:
    found = restored(origin, place, "again")

    for command in (("search", "Dinas"), ("checkpoint",), ("record", str(place / "second.json"))):
        said = found.run(*command)
        assert (said.code, "restore audit" in said.err) == (1, True)
    assert found.run("restore", "audit").code == 1
    passed = found.ok("restore", "audit", "--witnessed", str(place / "early.txt"), "--json").json
    found.ok("rebuild")

    early = parse_checkpoint((place / "early.txt").read_bytes())
    assert passed["position"] == early.size + 1
    assert "Dinas first" in found.ok("search", "Dinas").out
    assert "Dinas second" not in found.ok("search", "Dinas").out
    found.ok("verify", "--since", str(place / "early.txt"))
    entry = found.ok("export", "ledger", str(place / "again.ledger"), "--json").json
    assert entry["size"] == early.size + 1


def test_that_it_was_restored_is_recorded_once_also_after_a_crash(
    origin: Installation, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = restored(origin, place, "crashed")
    audit = ("restore", "audit", "--witnessed", str(place / "early.txt"), "--json")

    with monkeypatch.context() as crashing:
        crashing.setattr("asn_ledger.cli.restore.unmark", lambda *_: None)  # died before the mark was gone
        first = found.ok(*audit).json["position"]
    again = found.ok(*audit).json

    assert (again["position"], again["size"]) == (first, first)


def test_one_that_lacks_what_others_have_seen_is_refused_by_position(origin: Installation, place: Path) -> None:
    found = restored(origin, place, "lacking")
    early, late = (parse_checkpoint((place / name).read_bytes()) for name in ("early.txt", "late.txt"))

    said = found.run("restore", "audit", "--witnessed", str(place / "late.txt"))
    told = found.run("restore", "audit", "--witnessed", str(place / "late.txt"), "--json").json

    assert said.code == 1
    assert f"{early.size + 1}..{late.size}" in said.err
    assert told["lost"] == [early.size + 1, late.size]
    assert found.run("search", "Dinas").code == 1


def test_an_older_copy_put_back_by_other_means_is_known_by_the_kept_checkpoint(
    origin: Installation, place: Path
) -> None:
    found = restored(origin, place, "unmarked")
    shutil.rmtree(found.home / "restored")
    shutil.copytree(origin.home / "checkpoints", found.home / "checkpoints", dirs_exist_ok=True)

    said = found.run("search", "Dinas")

    assert (said.code, "restore audit" in said.err) == (1, True)


@pytest.mark.parametrize("damage", ["database/PG_VERSION", "documents", "manifest.json"])
def test_a_damaged_backup_is_not_put_back(origin: Installation, place: Path, tmp_path: Path, damage: str) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(backup(place), copy)
    victim = copy / damage
    file = victim if victim.is_file() else next(path for path in sorted(victim.rglob("*")) if path.is_file())
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    found = Installation(place / "none", "")

    assert found.run("backup", "check", str(copy)).code == 1
    assert found.run("restore", "database", str(copy)).code == 1
    assert not (found.home / "pg18").exists()


def test_data_that_are_there_are_never_overwritten(origin: Installation, place: Path) -> None:
    said = origin.run("restore", "database", str(backup(place)))

    assert (said.code, "pg18" in said.err) == (1, True)
    assert "Dinas second" in origin.ok("search", "Dinas").out


def test_a_ledger_without_its_key_store_does_not_get_an_empty_one(origin: Installation, place: Path) -> None:
    found = restored(origin, place, "keyless")
    (found.home / "keys" / "keys.sqlite").unlink()

    said = found.run("restore", "audit", "--no-witness", "x")
    found.ok("restore", "keys", str(place / "keys.sqlite"))
    again = found.run("restore", "keys", str(place / "keys.sqlite"))
    found.ok("restore", "audit", "--witnessed", str(place / "early.txt"))

    assert (said.code, "key store" in said.err) == (1, True)
    assert (again.code, "move it away" in again.err) == (1, True)
    assert found.run("restore", "keys", str(place / "first.json")).code == 1


def test_a_key_store_is_copied_whole_and_never_overwritten(origin: Installation, place: Path) -> None:
    assert (place / "keys.sqlite").stat().st_mode & 0o777 == 0o600
    assert origin.run("backup", "keys", str(place / "keys.sqlite")).code == 1


def test_the_witness_is_asked_what_it_cosigned_last_and_a_loss_is_named_for_ever(
    origin: Installation, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its word stands against a backup that is older than what it has seen, without a file."""
    key = origin.ok("init", "--simulation", "--json").json["verifier_key"]
    book = place / "witness"
    keys = origin.ok("witness", "init", str(book), "--name", "saksi.example", "--json").json["keys"]
    origin.ok("witness", "add-log", str(book), key)
    with origin.process("witness", "serve", str(book), "--port", "0", "--json") as process:
        address = first_document(process)["address"]
        policy = f"witness saksi {keys[0]} {address}\nquorum saksi\n"
        (origin.home / "policy").write_text(policy, encoding="utf-8")
        with open_service(Settings(home=origin.home)) as service:
            service.checkpoints.sign()
            note = service.checkpoints.cosign()
        assert note is not None
        found = restored(origin, place, "asked")
        (found.home / "policy").write_text(policy, encoding="utf-8")

        said = found.run("restore", "audit")
        early = parse_checkpoint((place / "early.txt").read_bytes())
        late = parse_checkpoint(note)
        assert (said.code, f"{early.size + 1}..{late.size}" in said.err) == (1, True)

        with databases(Settings(home=found.home)), databases(Settings(home=origin.home)):  # started once
            goes_on(origin, found, book, monkeypatch, (early, late))


def goes_on(
    origin: Installation,
    found: Installation,
    book: Path,
    monkeypatch: pytest.MonkeyPatch,
    sizes: tuple[Checkpoint, Checkpoint],
) -> None:
    """Two people go on without what the witness saw; the loss is named from then on, and more than it is convicts."""
    early, late = sizes
    propose = ("restore", "continue", "--reason", "gudang server terbakar")
    for command, code in (
        (("restore", "continue", "--as", "budi"), 1),  # nothing is proposed
        (propose, 1),  # by nobody
        ((*propose, "--as", "ani"), 1),  # who may not
        ((*propose, "--as", "citra"), 0),
        (("restore", "continue", "--as", "citra"), 1),  # the same person
    ):
        assert found.run(*command).code == code, command
    with alone(found.home, found.agency):
        assert "at this moment" in found.run("restore", "continue", "--as", "budi").err

    agree = ("restore", "continue", "--as", "budi", "--json")
    for step in ("begin_origin", "_record", "put_aside", "unmark"):  # dies before it
        with monkeypatch.context() as crashing:
            crashing.setattr(f"asn_ledger.cli.continuing.{step}", crash)
            with pytest.raises(Crashed):
                found.run(*agree)
        assert found.run("search", "Dinas").code == 1
    told = found.ok(*agree).json

    assert (told["lost"], told["position"]) == ([early.size + 1, late.size], early.size + 1)
    assert told["origin"] == f"{early.origin.removesuffix('/Asia/Jakarta')}/e2/Asia/Jakarta"
    found.ok("rebuild")
    origin.ok("witness", "add-log", str(book), told["keys"][-1].split(" ")[0])
    found.ok("checkpoint")
    report = found.ok("verify", "--since", str(found.home.parent / "late.txt"), "--json").json
    (loss,) = report["losses"]
    assert loss["lost"] == [early.size + 1, late.size]
    assert (loss["earlier"], loss["origin"], loss["reason"]) == (early.origin, told["origin"], "gudang server terbakar")
    assert len(set(loss["by"])) == 2
    assert "gudang server terbakar" in found.ok("verify").out
    with open_service(Settings(home=found.home)) as service:
        (shown,) = lost(service)
    assert (shown.first, shown.last, shown.reason) == (early.size + 1, late.size, "gudang server terbakar")
    assert f"{early.size + 1} to {late.size} were lost" in found.run("proof", "99").err
    found.ok("verify", "--since", str(found.home.parent / "early.txt"))

    witnessed = next(step for step in report["steps"] if step["step"] == "witnesses")
    assert (witnessed["state"], witnessed["checked"], witnessed["remark_code"]) == ("passed", 2, "lost_given")
    record(origin, origin.home.parent, "third")  # the lost ledger was longer than the witness said
    origin.ok("checkpoint", "-o", str(found.home / "more.txt"))
    more = found.run("verify", "--since", str(found.home / "more.txt"), "--json")
    assert (more.code, more.json["first_fault"]["code"]) == (1, "loss_larger")


class Crashed(BaseException):
    """What no command catches."""


def crash(*_: object, **__: object) -> None:
    raise Crashed
