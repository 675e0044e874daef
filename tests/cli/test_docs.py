"""What the documents say can be done, done: links lead somewhere, commands can be typed, examples are recorded."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from shlex import split

import psycopg
import pytest
from cli.installations import Installation
from cli.reference import places

from asn_ledger.cli.commands import load

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
PICTURE = ROOT / "docs" / "images" / "post.png"
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _blocks(document: Path, kind: str) -> list[str]:
    return [text for found, text in BLOCK.findall(document.read_text(encoding="utf-8")) if found == kind]


def _commands() -> Iterator[tuple[str, str]]:
    for document in DOCUMENTS:
        for kind in ("sh", "text"):
            for block in _blocks(document, kind):
                for line in block.splitlines():
                    if line.startswith("asn-ledger "):
                        yield document.name, line


def test_links_lead_somewhere() -> None:
    missing = [
        f"{document.relative_to(ROOT)}: {link}"
        for document in DOCUMENTS
        for link in LINK.findall(document.read_text(encoding="utf-8"))
        if not (document.parent / link).exists()
    ]
    assert missing == []


@pytest.mark.parametrize(("document", "line"), sorted(set(_commands())))
def test_commands_in_documents_can_be_typed(document: str, line: str, tmp_path: Path) -> None:
    words = split(line)[1:]
    path = max((path for path, _ in places() if words[: len(path)] == list(path)), key=len)
    file = tmp_path / "any"
    file.touch()
    given = [
        str(file)
        if re.fullmatch(r"[\w./-]+\.(json|jsonl|txt|ledger|pdf|xlsx|csv|tlog-proof|zip|policy)", word)
        else word
        for word in words
    ]

    load(dict(places())[path], path).make_context(path[-1], given[len(path) :])


def test_the_picture_is_small_enough_to_be_looked_at() -> None:
    content = PICTURE.read_bytes()

    assert content.startswith(b"\x89PNG")
    assert len(content) < 300_000


def test_the_decree_of_the_how_to_is_recorded_as_it_says(office: Installation, tmp_path: Path) -> None:
    (text,) = _blocks(ROOT / "docs" / "howto" / "record-a-decree.md", "json")
    signed, draft = tmp_path / "sk.json", tmp_path / "draft.json"
    form = json.loads(text)
    signed.write_text(text, encoding="utf-8")
    other = {
        **form,
        "id": form["id"].replace("0b8c", "0b8d"),
        "mode": "draft",
        "number": "2/2020",
        "rows": form["rows"][:1],
    }
    del other["document_pending"]
    draft.write_text(json.dumps(other).replace("1f3a01", "1f3a03"), encoding="utf-8")

    judged = office.ok("record", str(signed), "--dry-run", "--json").json
    assert [event["type"] for event in judged["events"]] == ["decree.recorded.v1", "unit.created.v1", "post.created.v1"]
    assert office.ok("record", str(signed), "--as", "ani", "--json").json["state"] == "waiting"
    assert form["id"] in office.ok("confirm").out
    assert office.run("confirm", form["id"], "--as", "ani").code == 1
    assert office.ok("confirm", form["id"], "--as", "budi", "--json").json["position"] == 3
    assert office.ok("record", str(draft), "--as", "ani", "--json").json["position"] == 5
    assert office.ok("record", str(draft), "--as", "ani", "--json").json["again"] is True
    signed.write_text(json.dumps({**form, "number": "3/2020"}), encoding="utf-8")
    assert office.run("record", str(signed), "--as", "ani").code == 1


def test_the_roles_of_the_how_to_are_those_the_schema_makes(office: Installation) -> None:
    text = (ROOT / "docs" / "howto" / "run-on-your-own-postgresql.md").read_text(encoding="utf-8")
    with psycopg.connect(office.database_url) as connection:
        rows = connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolname ~ '^asn_ledger_(owner|service)$'"
        ).fetchall()

    assert {row[0] for row in rows} <= set(re.findall(r"asn_ledger_\w+", text))
    assert len(rows) == 2
