import ast
import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import given
import pytest
from fastapi.exceptions import RequestValidationError
from web.running import Running

from asn_ledger.documents import DamagedDocument
from asn_ledger.domain.decisions.form import parse_decree
from asn_ledger.domain.decisions.row import Unresolved
from asn_ledger.domain.errors import (
    Conflict,
    InvalidValue,
    NotAllowed,
    NotFound,
    Refusal,
    RowRefusal,
    RuleViolation,
)
from asn_ledger.language import LANGUAGES, Language, has_message, translate
from asn_ledger.language.messages import template
from asn_ledger.ledger.audit import Fault
from asn_ledger.ledger.errors import HeadMoved, LedgerError, LedgerUnavailable, WrongSchema
from asn_ledger.ledger.keystore import IdentityTaken
from asn_ledger.readmodels.reading import NotBuilt
from asn_ledger.web.application import create_app
from asn_ledger.web.problems import PROBLEM_TYPES, Problem, Unauthenticated, UnknownParameters, problem_of

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "reference" / "problems.md"


@pytest.mark.parametrize(
    ("error", "status", "slug"),
    [
        (NotFound("x"), 404, "not-found"),
        (Conflict("x"), 409, "conflict"),
        (RuleViolation("x"), 409, "rule-violation"),
        (NotAllowed("x"), 403, "not-allowed"),
        (InvalidValue("x"), 422, "invalid-value"),
        (Unresolved("x"), 404, "not-found"),
        (IdentityTaken("x"), 409, "conflict"),
        (Conflict("x", code="boundary-moved"), 409, "boundary-moved"),
        (HeadMoved("x"), 409, "boundary-moved"),
        (LedgerUnavailable("x"), 503, "unavailable"),
        (NotBuilt("x"), 503, "unavailable"),
        (Unauthenticated(cookie=False), 401, "unauthenticated"),
        (WrongSchema("x"), 500, "internal-error"),
        (LedgerError("x"), 500, "internal-error"),
        (KeyError("x"), 500, "internal-error"),
        (DamagedDocument(Fault.of("document_missing", name="x")), 500, "damaged-document"),
        (UnknownParameters(["x"]), 400, "unknown-parameter"),
    ],
)
def test_each_kind_of_error_has_its_status_and_type(error: Exception, status: int, slug: str) -> None:
    problem = problem_of(error, "en")

    assert (problem.status, problem.type) == (status, f"/problems/{slug}")
    assert problem.title == translate("en", f"problem.{slug}.title")


def test_every_kind_of_refusal_is_mapped() -> None:
    for kind in Refusal.__subclasses__():
        assert problem_of(kind("x"), "id").status in {403, 404, 409, 422}


def test_a_refusal_keeps_its_words_its_code_and_every_row() -> None:
    rows = [RowRefusal(3, "R-POS-02", "no seat is free"), RowRefusal(200, "R-RANK-01", "a rank is skipped")]
    problem = problem_of(RuleViolation("the draft is refused: rows 3, 200", rows=rows, code="draft-refused"), "en")

    assert problem.detail == "the draft is refused: rows 3, 200"
    assert problem.code == "draft-refused"
    assert [(row.row, row.code, row.message) for row in problem.rows] == [
        (3, "R-POS-02", "no seat is free"),
        (200, "R-RANK-01", "a rank is skipped"),
    ]


_REFUSING = {"NotFound", "Conflict", "NotAllowed", "InvalidValue", "Unresolved", "RuleViolation", "RowRefusal"}


def refused_with() -> Iterator[tuple[str, set[str]]]:
    """With which codes and values anything refuses in English words of its own, out of the code that does so."""
    for room in ("src/asn_ledger", "projections"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in _REFUSING:
                    said = ast.unparse(node.args[0]) if node.args else ""
                    words = {word.arg: word.value for word in node.keywords}
                    code, values = words.get("code"), words.get("values")
                    if isinstance(code, ast.Constant) and not said.startswith("say("):
                        keys = values.keys if isinstance(values, ast.Dict) else []
                        yield str(code.value), {str(key.value) for key in keys if isinstance(key, ast.Constant)}


def faulted_with() -> Iterator[str]:
    """The codes with which forms find fields malformed."""
    for path in (ROOT / "src/asn_ledger/domain").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func) in {"Malformed", "_about"}
                and isinstance(node.args[0], ast.Constant)
            ):
                yield str(node.args[0].value)


def test_whatever_is_refused_is_said_in_both_languages() -> None:
    said = list(refused_with())

    assert {"no-such-post", "unknown-person", "draft-refused", "unknown-document"} <= {code for code, _ in said}
    assert {code for code, _ in said if not has_message(f"refusal.code.{code}")} == set()
    named = [(code, values, template("id", f"refusal.code.{code}")) for code, values in said]
    wanting = [(code, text) for code, values, text in named if not set(re.findall(r"{(\w+)}", text)) <= values]
    assert wanting == []


def test_whatever_is_malformed_is_said_in_both_languages() -> None:
    codes = set(faulted_with())

    assert {"nip_shape", "draft_needs_date", "note_only"} <= codes
    assert [code for code in sorted(codes) if not has_message(f"refusal.fault.{code}")] == []


def _faults(field: str, wrong: Any) -> Problem:
    """What is answered where a field of a decree is something wrong (Any: JSON)."""
    form = {**given.form(given.move()), field: wrong}
    with pytest.raises(InvalidValue) as refused:
        parse_decree(form)
    return problem_of(refused.value, "id")


@pytest.mark.parametrize(
    ("field", "wrong", "said"),
    [
        ("kind", "surat", "kind: Isinya salah satu dari"),
        ("kind", "surat", "' atau '"),
        ("mode", "signed", "memerlukan dokumennya"),
        ("rows", [], "rows: Daftar sedikitnya berisi 1."),
        ("number", "x" * 151, "number: Teks paling banyak 150 karakter."),
        ("decided_on", "2026-02-30", "decided_on: Tanggal ditulis"),
        ("rows", [{"row": 1, "action": "promote"}], "promote tidak dikenal"),
    ],
)
def test_a_malformed_decree_is_refused_in_the_readers_language(field: str, wrong: Any, said: str) -> None:
    assert any(said in row.message for row in _faults(field, wrong).rows), _faults(field, wrong).rows


def test_a_refusal_is_said_in_the_readers_language() -> None:
    rows = [
        RowRefusal(2, "unknown-post", "post 7 is not on record; create it first"),
        RowRefusal(3, "else", "as it is"),
    ]
    error = NotFound("no post 7 is on record", code="no-such-post", rows=rows)
    indonesian, english = problem_of(error, "id"), problem_of(error, "en")

    assert indonesian.detail == translate("id", "refusal.code.no-such-post")
    assert [row.message for row in indonesian.rows] == [translate("id", "refusal.code.unknown-post"), "as it is"]
    assert english.detail == "no post 7 is on record"
    assert [row.message for row in english.rows] == [row.message for row in rows]


def test_a_malformed_field_is_said_in_the_readers_language() -> None:
    item = {"type": "missing", "loc": ("body", "mode"), "msg": "Field required", "input": None}
    error = RequestValidationError([item], body={})

    assert [fault.message for fault in problem_of(error, "id").errors] == ["Isian ini wajib."]
    assert [fault.message for fault in problem_of(error, "en").errors] == ["Field required"]


def test_of_a_fault_of_the_service_nothing_is_told() -> None:
    problem = problem_of(LedgerError("Key (nip)=(198503122010012003) already exists"), "id")

    assert "198503122010012003" not in problem.model_dump_json()


def located(loc: tuple[int | str, ...], kind: str, body: object) -> str:
    error = RequestValidationError(
        [{"type": kind, "loc": loc, "msg": "wrong", "input": None, "ctx": {"pattern": "x", "max_length": 1}}], body=body
    )
    (fault,) = problem_of(error, "id").errors
    return fault.pointer


@pytest.mark.parametrize(
    ("loc", "kind", "pointer"),
    [
        (("body", "mode"), "missing", "/mode"),
        (("body", "rows", 1, "move", "tmt", "OnDay", "on"), "string_pattern_mismatch", "/rows/1/tmt/on"),
        (("body", "rows", 0, "move", "to"), "missing", "/rows/0/to"),
        (("body", "rows", 0, "move", "a/b~c"), "extra_forbidden", "/rows/0/a~1b~0c"),
        (("body", "rows", 0, "move", "employee", "str"), "string_type", "/rows/0/employee"),
        (("body",), "missing", ""),
        (("query", "valid_on"), "string_too_long", "valid_on"),
        (("header", "idempotency-key"), "missing", "idempotency-key"),
    ],
)
def test_a_pointer_leads_into_what_was_sent(loc: tuple[int | str, ...], kind: str, pointer: str) -> None:
    body = {"rows": [{"action": "move", "a/b~c": 1, "employee": 4}, {"action": "move", "tmt": {"on": "x"}}]}

    assert located(loc, kind, body) == pointer


def test_a_malformed_row_is_named_by_its_number() -> None:
    error = RequestValidationError(
        [{"type": "missing", "loc": ("body", "rows", 199, "move", "to"), "msg": "Field required", "input": None}],
        body={"rows": [{}] * 200},
    )

    assert [row.row for row in problem_of(error, "id").rows] == [200]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", PROBLEM_TYPES)
def test_every_type_says_what_it_means_and_what_to_do(slug: str, language: Language) -> None:
    for part in ("title", "meaning", "remedy"):
        assert translate(language, f"problem.{slug}.{part}")


def test_the_document_lists_exactly_the_types_there_are() -> None:
    rows = re.findall(r"^\| `/problems/([a-z-]+)` \| (\d{3}) \| (.+) \| (.+) \|$", DOCUMENT.read_text(), re.MULTILINE)

    assert rows == [
        (slug, str(kind.status), translate("en", f"problem.{slug}.meaning"), translate("en", f"problem.{slug}.remedy"))
        for slug, kind in PROBLEM_TYPES.items()
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("error", "slug"), [(KeyError("x"), "internal-error"), (NotBuilt("x"), "unavailable")])
def test_what_was_only_read_is_loaded_again_and_what_was_sent_is_sent_again(
    web: Running, error: Exception, slug: str, language: Language
) -> None:
    app = create_app(web.service)

    @app.api_route("/fault", methods=["GET", "POST"])
    def fault() -> None:
        raise error

    client = type(web.public)(app, headers={"Accept-Language": language})
    reload, remedy, form = (translate(language, f"problem.{slug}.{part}") for part in ("reload", "remedy", "form"))
    page = html.unescape(client.get(f"/fault?lang={language}", headers={"Accept": "text/html"}).text)

    assert client.get("/fault").json()["detail"] == reload
    assert client.post("/fault").json()["detail"] == remedy
    assert page.count(reload) == 1
    assert "Idempotency-Key" not in page
    sent = html.unescape(client.post(f"/fault?lang={language}", headers={"Accept": "text/html"}).text)
    assert sent.count(form) == 1
    assert "Idempotency-Key" not in sent
