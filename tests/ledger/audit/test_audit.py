from collections.abc import Iterator

import psycopg
import pytest
from ledger.audit.mutations import ALL, AT, SIGNED, SIZE, Mutation
from ledger.records import KEY, LEDGER, events, record

from asn_ledger.ledger.audit import Report, Step, audit_ledger
from asn_ledger.ledger.audit.database import DatabaseSource
from asn_ledger.ledger.audit.full import check_source_span, checkpoint_sizes, conclude, spans
from asn_ledger.ledger.checkpoints import Checkpoints
from asn_ledger.ledger.errors import UnknownLedger
from asn_ledger.proof.checkpoint import Checkpoint, sign_checkpoint
from asn_ledger.proof.merkle import Frontier, leaf_hash
from asn_ledger.proof.note import SigningKey, VerifierKey

TABLES = ("ledger", "event", "event_tag", "tile", "checkpoint")


@pytest.fixture(scope="module")
def audited_url(module_ledger_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("audited")
    facts = events(SIZE)
    before = 0
    with Checkpoints(module_ledger_url, LEDGER, KEY) as checkpoints:
        for size in SIGNED:
            record(module_ledger_url, folder, facts[before:size])
            checkpoints.sign()
            before = size
    return module_ledger_url


@pytest.fixture
def superuser(audited_url: str) -> Iterator[psycopg.Connection]:
    """A connection whose changes are never committed: the audit looks from inside the same transaction."""
    with psycopg.connect(audited_url) as connection:
        for table in TABLES:
            connection.execute(f"ALTER TABLE ledger.{table} DISABLE TRIGGER ALL".encode())
        yield connection
        connection.rollback()


def audit(
    connection: psycopg.Connection,
    *,
    key: VerifierKey | None = KEY.verifier,
    since: bytes | None = None,
    parts: int = 1,
) -> Report:
    source = DatabaseSource(connection, LEDGER)
    head = source.head()
    sizes = checkpoint_sizes(source, since)
    results = [check_source_span(source, head, span, sizes) for span in spans(head.size, parts)]
    return conclude(source, results, key=key, since=since)


def latest(connection: psycopg.Connection) -> bytes:
    (note,) = connection.execute("SELECT note FROM ledger.checkpoint ORDER BY size DESC LIMIT 1").fetchall()[0]
    return str(note).encode()


@pytest.mark.parametrize("processes", [1, 2, 8])
def test_a_sound_ledger_passes_every_step(audited_url: str, processes: int) -> None:
    with psycopg.connect(audited_url) as connection:
        since = latest(connection)
    told: list[int] = []
    report = audit_ledger(
        audited_url, LEDGER, key=KEY.verifier, since=since, processes=processes, told=told.append, find_keys=frozenset
    )
    assert report.passed, report.finding
    assert [step.step for step in report.steps] == list(Step)
    assert {step.step for step in report.steps if step.state != "passed"} == {
        Step.QUORUM, Step.WITNESSES, Step.CLOCK, Step.ACKNOWLEDGED,
    }, "what needs something that others hold is in test_outside"  # fmt: skip
    checked = {step.step: step.checked for step in report.steps}
    assert checked[Step.STRUCTURE] == checked[Step.SUBJECTS] == SIZE
    assert (checked[Step.TILES], checked[Step.SIGNATURES], checked[Step.CONSISTENCY], checked[Step.SINCE]) == (
        2,
        3,
        3,
        1,
    )
    assert report.root is not None
    assert report.as_dict()["passed"] is True


@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("mutation", ALL, ids=[mutation.name for mutation in ALL])
def test_every_change_is_named_with_its_first_position(
    superuser: psycopg.Connection, mutation: Mutation, parts: int
) -> None:
    superuser.execute(mutation.statements.encode())
    finding = audit(superuser, parts=parts).finding
    found = (None, None) if finding is None else (finding.step, finding.position)
    assert found == (mutation.step, mutation.position), finding


def test_every_column_is_changed_by_some_mutation(superuser: psycopg.Connection) -> None:
    columns = superuser.execute(
        "SELECT c.table_name || '.' || c.column_name FROM information_schema.columns c "
        "WHERE c.table_schema = 'ledger' AND c.table_name <> 'schema_version'"
    ).fetchall()
    edited = {mutation.name.split()[0] for mutation in ALL if " edit" in mutation.name}
    assert {name for (name,) in columns} - edited == {"ledger.ledger"}, "a head of another name is another ledger"
    for table in ("event", "event_tag", "tile", "checkpoint"):
        kinds = {mutation.name for mutation in ALL if mutation.name.startswith((f"{table} ", f"{table}."))}
        assert all(any(kind in name for name in kinds) for kind in ("edit", "delete", "insert", "swap", "truncate"))


def test_a_head_that_is_gone_is_an_unknown_ledger(superuser: psycopg.Connection) -> None:
    superuser.execute("DELETE FROM ledger.ledger WHERE ledger = %s", (LEDGER,))
    with pytest.raises(UnknownLedger):
        audit(superuser)


def test_an_empty_ledger_is_sound(ledger_url: str) -> None:
    report = audit_ledger(ledger_url, LEDGER, key=KEY.verifier)
    assert report.passed
    assert report.size == 0


def test_what_was_deleted_with_its_checkpoints_is_named_by_a_checkpoint_kept_elsewhere(
    superuser: psycopg.Connection,
) -> None:
    kept = latest(superuser)
    (leaves,) = superuser.execute(
        "SELECT array_agg(leaf ORDER BY position) FROM ledger.event WHERE position <= %s", (AT,)
    ).fetchall()[0]
    frontier = Frontier().extend(leaves)
    superuser.execute("DELETE FROM ledger.event WHERE position > %s", (AT,))
    superuser.execute("DELETE FROM ledger.event_tag WHERE position > %s", (AT,))
    superuser.execute("DELETE FROM ledger.tile WHERE index = 1")
    superuser.execute("DELETE FROM ledger.checkpoint WHERE size > %s", (AT,))
    superuser.execute(
        "UPDATE ledger.ledger SET size = %s, root = %s, frontier = %s, recorded_at = "
        "(SELECT e.recorded_at FROM ledger.event e WHERE e.position = %s) WHERE ledger = %s",
        (AT, frontier.root(), list(frontier.hashes), AT, LEDGER),
    )
    assert audit(superuser).passed, "who looks at the database alone cannot tell"
    finding = audit(superuser, since=kept).finding
    assert finding is not None
    assert (finding.step, finding.position) == (Step.SINCE, AT + 1)


def rewrite(connection: psycopg.Connection, position: int) -> None:
    """Change an entry so that everything computed from it fits, up to the head: what a forger with rights would do."""
    (entry, old_record) = connection.execute(
        "SELECT entry, record FROM ledger.event WHERE ledger = %s AND position = %s", (LEDGER, position)
    ).fetchall()[0]
    new_record = old_record.replace(b'"id":"a1"', b'"id":"b1"')
    hashes = connection.execute("SELECT sha256(%b)::text, sha256(%b)::text", (old_record, new_record)).fetchall()[0]
    old_hash, new_hash = (value.removeprefix("\\x").encode() for value in hashes)
    new_entry = entry.replace(old_hash, new_hash)
    assert new_entry != entry
    connection.execute(
        "UPDATE ledger.event SET record = %s, entry = %s, leaf = %s WHERE ledger = %s AND position = %s",
        (new_record, new_entry, leaf_hash(new_entry), LEDGER, position),
    )
    (leaves,) = connection.execute("SELECT array_agg(leaf ORDER BY position) FROM ledger.event").fetchall()[0]
    frontier = Frontier().extend(leaves)
    connection.execute(
        "UPDATE ledger.ledger SET root = %s, frontier = %s WHERE ledger = %s",
        (frontier.root(), list(frontier.hashes), LEDGER),
    )


def test_a_rewritten_entry_is_placed_by_the_tiles(superuser: psycopg.Connection) -> None:
    rewrite(superuser, AT)
    finding = audit(superuser).finding
    assert finding is not None
    assert (finding.step, finding.position) == (Step.TILES, AT)


def test_a_rewritten_entry_is_placed_between_checkpoints_without_tiles(superuser: psycopg.Connection) -> None:
    rewrite(superuser, AT)
    superuser.execute("DELETE FROM ledger.tile")
    finding = audit(superuser).finding
    assert finding is not None
    assert (finding.step, finding.position) == (Step.CONSISTENCY, 101)
    assert "101 to 512" in finding.detail


def test_a_head_signed_anew_by_another_key_is_noticed(superuser: psycopg.Connection) -> None:
    kept = latest(superuser)
    rewrite(superuser, AT)
    superuser.execute("DELETE FROM ledger.tile")
    superuser.execute("DELETE FROM ledger.checkpoint WHERE size > 100")
    (root,) = superuser.execute("SELECT root FROM ledger.ledger WHERE ledger = %s", (LEDGER,)).fetchall()[0]
    assert audit(superuser).passed
    note = sign_checkpoint(Checkpoint(KEY.name, SIZE, root), SigningKey.generate(KEY.name))
    superuser.execute(
        "INSERT INTO ledger.checkpoint (ledger, size, number, root, note) VALUES (%s, %s, 1, %s, %s)",
        (LEDGER, SIZE, root, note.decode()),
    )
    finding = audit(superuser).finding
    assert finding is not None
    assert finding.step is Step.SIGNATURES
    finding = audit(superuser, key=None, since=kept).finding
    assert finding is not None
    assert finding.step is Step.SINCE


def test_without_a_key_the_report_says_that_signatures_were_not_checked(superuser: psycopg.Connection) -> None:
    report = audit(superuser, key=None)
    (signatures,) = [step for step in report.steps if step.step is Step.SIGNATURES]
    assert signatures.state == "skipped"
    assert "no public key" in signatures.remark


@pytest.mark.parametrize(
    "note",
    [b"no note", sign_checkpoint(Checkpoint("other.example", 1, bytes(32)), SigningKey.generate("other.example"))],
)
def test_a_checkpoint_that_is_none_of_this_ledger_is_said_so(superuser: psycopg.Connection, note: bytes) -> None:
    for key in (KEY.verifier, None):
        finding = audit(superuser, since=note, key=key).finding
        assert finding is not None
        assert finding.step is Step.SINCE


def test_what_stands_before_the_first_fault_was_looked_at(superuser: psycopg.Connection) -> None:
    superuser.execute("UPDATE ledger.event SET payload = '' WHERE position = %s", (AT,))
    report = audit(superuser)
    checked = {step.step: (step.state, step.checked) for step in report.steps}
    assert checked[Step.PAYLOAD] == ("failed", AT - 1)
    assert checked[Step.SUBJECTS] == ("skipped", AT - 1)
    assert checked[Step.CONSISTENCY] == ("skipped", 1)
    assert report.root is None
    assert str(report.finding) == "payload at position 302: the payload is not the one that act names"
    assert report.as_dict()["first_fault"] == {
        "step": "payload",
        "position": AT,
        "code": "payload_not_named",
        "detail": "the payload is not the one that act names",
    }
