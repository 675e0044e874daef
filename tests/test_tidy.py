"""House rules that no linter knows."""

import ast
import re
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CODE = sorted(path for room in ("src", "projections") for path in (ROOT / room).rglob("*.py"))
SQL_FILES = sorted(path for room in ("src", "projections") for path in (ROOT / room).rglob("*.sql"))
LOCKS = ("requirements.lock", "requirements-dev.lock")

EXCUSED = re.compile(r"#\s*(noqa|nosec|type:\s*ignore|pragma)\b")
"""Begins what silences a tool on a line."""
REASONED = re.compile(
    r"(#\s*(noqa: [A-Z]+\d+(, ?[A-Z]+\d+)*|nosec B\d+|pragma: no cover)\s*)+-- \S.*"
    r"|#\s*type: ignore\[[\w, -]+\]\s+# (?!noqa|nosec|type:)\w.*"
)
"""All of it: what is silenced by name, then why."""

SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "services", "service_layer", "managers"}
CLOCK_CHANCE_WORLD = {"now", "today", "utcnow", "uuid1", "uuid4", "uuid7", "token_bytes", "open", "print", "input"}
LONGEST = 500

SQL = re.compile(
    r"\b(SELECT\s|INSERT\s+INTO\s|UPDATE\s+[\w.]+\s+(AS\s+\w+\s+)?SET\s|DELETE\s+FROM\s|TRUNCATE\s|GRANT\s|COPY\s"
    r"|(CREATE|ALTER|DROP)\s+(OR\s+REPLACE\s+)?(TABLE|SCHEMA|ROLE|DATABASE|FUNCTION|INDEX|TRIGGER|VIEW)\s)"
)
CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*$")
"""What may be put into SQL: a constant of the module, which is SQL itself."""
ON_PURPOSE = "-- all ledgers: "
"""Stands, with the reason, in a statement that looks over all ledgers."""
KEPT_TABLE = re.compile(
    r"\b(?:FROM|JOIN|INTO|UPDATE|USING)\s+((?:ledger|keys|\w+_v\d+)\.(?!schema_version\b)\w+)(?![\w(])", re.IGNORECASE
)
LEDGER_COLUMN = re.compile(r"(?<![\w(])(?:\w+\.)?ledger(?![\w.])|\(\s*ledger(?![\w.)])", re.IGNORECASE)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _trees() -> Iterator[tuple[str, ast.Module]]:
    for path in CODE:
        yield _name(path), ast.parse(path.read_text(encoding="utf-8"))


def _strings(node: ast.AST) -> str:
    """The constant text inside an expression."""
    return " ".join(
        inner.value for inner in ast.walk(node) if isinstance(inner, ast.Constant) and isinstance(inner.value, str)
    )


def _assembles_sql(node: ast.AST) -> bool:
    match node:
        case ast.JoinedStr(values=parts):
            inserted = [part.value for part in parts if isinstance(part, ast.FormattedValue)]
            constant = all(isinstance(value, ast.Name) and CONSTANT.match(value.id) for value in inserted)
            return not constant and bool(SQL.search(_strings(node)))
        case ast.BinOp(op=ast.Mod() | ast.Add(), left=left, right=right):
            return any(isinstance(side, ast.Constant) and SQL.search(_strings(side)) for side in (left, right))
        case ast.Call(func=ast.Attribute(attr="format" | "replace" | "join", value=text)):
            return isinstance(text, ast.Constant) and bool(SQL.search(_strings(text)))
        case _:
            return False


def _split(text: str) -> list[str]:
    """The statements of a text, without comments but for the one on purpose."""
    return re.sub(rf"(?!{ON_PURPOSE})--.*", "", text).split(";")


def _statements() -> Iterator[tuple[str, str]]:
    for path in SQL_FILES:
        for statement in _split(path.read_text(encoding="utf-8")):
            yield _name(path), statement
    for name, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for statement in _split(node.value):
                    yield f"{name}:{node.lineno}", statement


def _forgets_ledger(statement: str) -> bool:
    """Whether it touches more tables of a ledger than it says `ledger` columns."""
    if ON_PURPOSE in statement:
        return False
    tables = KEPT_TABLE.findall(statement)
    rest = KEPT_TABLE.sub("", statement).replace("%(ledger)s", "")
    return len(tables) > len(LEDGER_COLUMN.findall(rest))


def test_names_say_something() -> None:
    assert [_name(path) for path in CODE if SAYS_NOTHING & {path.stem, *path.relative_to(ROOT).parts}] == []


def test_every_module_says_what_it_is_for() -> None:
    assert [name for name, tree in _trees() if not ast.get_docstring(tree)] == []


def _excuses() -> Iterator[tuple[str, str]]:
    """What silences a tool, and where: out of comments alone, strings may say anything."""
    for room in ("src", "projections", "tests", "scripts"):
        for path in sorted((ROOT / room).rglob("*.py")):
            with path.open("rb") as file:
                for token in tokenize.tokenize(file.readline):
                    if token.type == tokenize.COMMENT and EXCUSED.match(token.string):
                        yield f"{_name(path)}:{token.start[0]}", token.string


def test_what_silences_a_tool_says_why() -> None:
    excuses = list(_excuses())
    assert len(excuses) > 100
    assert [(place, said) for place, said in excuses if not REASONED.fullmatch(said)] == []


@pytest.mark.parametrize(
    "said", ["# noqa", "# noqa: E501", "# noqa: E501 -- ", "# type: ignore", "# type: ignore[misc]", "# nosec B101"]
)
def test_an_excuse_without_a_reason_is_seen(said: str) -> None:
    assert EXCUSED.match(said)
    assert not REASONED.fullmatch(said)


def test_no_module_is_longer_than_a_story() -> None:
    lengths = {_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in CODE}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_domain_and_proof_know_no_clock_no_chance_and_no_world() -> None:
    calls = [
        f"{name}:{node.lineno} {ast.unparse(node.func)}()"
        for name, tree in _trees()
        if name.startswith(("src/asn_ledger/domain/", "src/asn_ledger/proof/"))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).rsplit(".", 1)[-1] in CLOCK_CHANCE_WORLD
    ]
    assert calls == []


def test_sql_is_written_not_assembled() -> None:
    found = [
        f"{name}:{getattr(node, 'lineno', 0)}"
        for name, tree in _trees()
        for node in ast.walk(tree)
        if _assembles_sql(node)
    ]
    assert found == []


def test_every_statement_names_the_ledger() -> None:
    assert [f"{place}: {statement.strip()}" for place, statement in _statements() if _forgets_ledger(statement)] == []


@pytest.mark.parametrize(
    ("expression", "assembled"),
    [
        ("'SELECT position FROM ledger.event WHERE ledger = %s'", False),
        ("f'SELECT position FROM {table}'", True),
        ("f'SELECT position FROM ledger.event {_OF_LEDGER}'", False),
        ("'SELECT %s FROM ledger.event' % column", True),
        ("'SELECT {} FROM ledger.event'.format(column)", True),
        ("'DELETE FROM ' + table", True),
        ("f'{name} is not to be deleted from {table}'", False),
    ],
)
def test_the_rule_against_assembled_sql_sees(expression: str, *, assembled: bool) -> None:
    assert any(_assembles_sql(node) for node in ast.walk(ast.parse(expression))) is assembled


@pytest.mark.parametrize(
    ("statement", "forgets"),
    [
        ("SELECT e.type FROM ledger.event e WHERE e.ledger = %(ledger)s", False),
        ("SELECT e.type FROM ledger.event e WHERE e.position = 1", True),
        (
            "SELECT e.type FROM ledger.event e JOIN ledger.event_tag t USING (position) WHERE e.ledger = %(ledger)s",
            True,
        ),
        ("INSERT INTO keys.secret (ledger, name) VALUES (%s, %s)", False),
        ("INSERT INTO keys.secret (name) VALUES (%(ledger)s)", True),
        ("SELECT size FROM ledger.lock_head(%(ledger)s)", False),
        ("SELECT max(size) FROM ledger.ledger -- all ledgers: how full is the disk", False),
        ("UPDATE career_v1.row SET ended = %s WHERE build = %s", True),
    ],
)
def test_the_rule_about_the_ledger_column_sees(statement: str, *, forgets: bool) -> None:
    assert _forgets_ledger(statement) is forgets


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_files_pin_with_hashes_and_name_no_place(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert [
        entry
        for entry in entries
        if not re.match(r"[\w.\[\],-]+==\S+[^\n]*( \\\n +--hash=sha256:[0-9a-f]{64})+$", entry)
    ] == []
    assert re.search(r"https?:|file:|--index|--find-links| @ ", text) is None


def test_lock_files_cover_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    for lock, wanted in (
        ("requirements.lock", [*project["project"]["dependencies"], *groups["build"]]),
        (
            "requirements-dev.lock",
            [*project["project"]["dependencies"], *(one for group in groups.values() for one in group)],
        ),
    ):
        pinned = set(
            re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)
        )
        names = {re.match(r"[\w.-]+", one)[0].lower() for one in wanted}  # type: ignore[index]  # each begins with a name
        assert names - pinned == set(), f"run scripts/lock: {lock} lacks these"
