import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from asn_ledger.ledger import embedded, postgresql
from asn_ledger.ledger.embedded import EmbeddedServer, Told, start
from asn_ledger.ledger.postgresql import EmbeddedServerError

USER = """
import sys
from pathlib import Path
from asn_ledger.ledger.embedded import start
with start(Path(sys.argv[1])) as server:
    print(server.superuser_url, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home that is used already; each test leaves its server stopped."""
    with _folder() as folder:
        start(folder / "home").stop()
        yield folder / "home"


@pytest.fixture
def no_home() -> Iterator[Path]:
    with _folder() as folder:
        yield folder / "home"


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="asn-ledger-test-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def _other_process(home: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that uses the server until its input is closed; its first line of output is the address."""
    process = subprocess.Popen(  # noqa: S603 -- this interpreter
        [sys.executable, "-c", USER, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def _run(url: str, statement: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def _postmaster(home: Path) -> int:
    return int((home / "pg18" / "postmaster.pid").read_text().split()[0])


def _is_down(server: EmbeddedServer, home: Path) -> bool:
    with pytest.raises(psycopg.OperationalError):
        _run(server.superuser_url, "SELECT 1")
    return not (home / "pg18" / "postmaster.pid").exists()


def test_a_new_home_gets_a_database_and_keeps_it(no_home: Path) -> None:
    with start(no_home) as server:
        _run(server.superuser_url, "CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS answer")
        assert _run(server.superuser_url, "SHOW server_version_num") > "180000"  # type: ignore[operator]  # a text
        assert _run(server.superuser_url, "SHOW data_checksums") == "on"
        assert _run(server.superuser_url, "SELECT current_database()") == "asn_ledger"
    assert _is_down(server, no_home)
    with start(no_home) as server:
        assert _run(server.superuser_url, "SELECT answer FROM kept") == 42


def test_only_the_socket_of_a_private_folder_is_open(home: Path) -> None:
    with start(home) as server:
        assert _run(server.superuser_url, "SHOW listen_addresses") == ""
        assert stat.S_IMODE((home / "socket").stat().st_mode) == 0o700
        rules = _run(server.superuser_url, "SELECT string_agg(type || ' ' || auth_method, ',') FROM pg_hba_file_rules")
        assert rules == "local peer"


def test_the_environment_of_other_postgresql_programs_does_not_matter(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "6000")
    monkeypatch.setenv("PGUSER", "nobody")
    with start(home) as server:
        assert _run(server.superuser_url, "SELECT current_user") == "postgres"


def test_stopping_twice_is_as_good_as_once(home: Path) -> None:
    server = start(home)
    server.stop()
    server.stop()
    assert _is_down(server, home)


def test_folders_that_were_there_keep_their_modes(no_home: Path) -> None:
    no_home.mkdir(mode=0o751)
    no_home.chmod(0o751)
    before = {folder: folder.stat().st_mode for folder in (no_home, *no_home.parents)}
    start(no_home).stop()
    assert before == {folder: folder.stat().st_mode for folder in (no_home, *no_home.parents)}


def test_the_last_of_two_users_stops_the_server(home: Path) -> None:
    with start(home) as first:
        with start(home) as second:
            assert first.superuser_url == second.superuser_url
        assert _run(first.superuser_url, "SELECT 1") == 1
    assert _is_down(first, home)


def test_two_processes_that_start_at_once_share_one_server(no_home: Path) -> None:
    with _other_process(no_home) as one, _other_process(no_home) as two:
        assert one.stdout is not None
        assert two.stdout is not None
        assert one.stdout.readline() == two.stdout.readline() != ""
        postmaster = _postmaster(no_home)
        one.communicate()
        with start(no_home):
            two.communicate()
            assert _postmaster(no_home) == postmaster
    assert not (no_home / "pg18" / "postmaster.pid").exists()


def test_a_server_whose_user_was_killed_is_adopted_and_then_stopped(home: Path) -> None:
    with _other_process(home) as user:
        assert user.stdout is not None
        url = user.stdout.readline().strip()
        _run(url, "CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS answer")
        user.kill()
        user.wait()
    postmaster = _postmaster(home)
    assert _run(url, "SELECT 1") == 1, "PostgreSQL outlives the process that started it"
    with start(home) as server:
        assert _postmaster(home) == postmaster
        assert _run(server.superuser_url, "SELECT answer FROM kept") == 42
    assert _is_down(server, home)


def test_a_killed_server_is_recovered_with_a_word_to_the_waiting(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "FIRST_WORD", 0.0)
    said: list[Told] = []
    with start(home) as first:
        _run(first.superuser_url, "CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS answer")
        busy = psycopg.connect(first.superuser_url)
        # a backend at work notices late that its server is gone, and no new one may start before it ends
        busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 3000000)")
        time.sleep(0.1)
        os.kill(_postmaster(home), signal.SIGKILL)
        with start(home, said.append) as second:
            assert _run(second.superuser_url, "SELECT answer FROM kept") == 42
            assert _run(first.superuser_url, "SELECT answer FROM kept") == 42
        busy.close()
    assert said[0].code == "starting"
    assert _is_down(first, home)


@pytest.mark.parametrize("content", ["{pid}\n{data}\n", "", "no number\n"])
def test_a_pid_file_left_by_a_dead_server_is_no_obstacle(home: Path, content: str) -> None:
    programs = postgresql.programs(postgresql.MAJOR, postgresql.server_account())
    programs.run(["/bin/sh", "-c", 'sleep 60 >/dev/null 2>&1 & echo $! > "$0"', str(home / "pg18" / "other")])
    other = int((home / "pg18" / "other").read_text())
    pid_file = home / "pg18" / "postmaster.pid"
    pid_file.write_text(content.format(pid=other, data=home / "pg18"))
    programs.hand_over(pid_file)
    try:
        with start(home) as server:
            assert _run(server.superuser_url, "SELECT 1") == 1
    finally:
        os.kill(other, signal.SIGKILL)


def test_a_server_started_by_hand_is_left_alone(home: Path) -> None:
    programs = postgresql.programs(postgresql.MAJOR, postgresql.server_account())
    socket = embedded.make_socket_folder(embedded.Home(home), programs)
    command = [programs.path("pg_ctl"), "-D", str(home / "pg18"), "-w"]
    options = ["-o", f"-c listen_addresses='' -k {socket}", "-l", str(home / "pg18" / "by-hand.log")]
    programs.run([*command, *options, "start"])
    try:
        with pytest.raises(EmbeddedServerError, match=f"process {_postmaster(home)}.*Stop it first"):
            start(home)
    finally:
        programs.run([*command, "stop"])


def test_a_long_path_gets_its_socket_elsewhere(no_home: Path) -> None:
    no_home = no_home / ("a-very-long-name" * 5) / ("and-another-one" * 5)
    with start(no_home) as server:
        socket = Path(str(_run(server.superuser_url, "SHOW unix_socket_directories")))
        assert len(str(socket)) < 60
        with start(no_home) as second:
            assert second.superuser_url == server.superuser_url
    assert not socket.exists()


@pytest.mark.parametrize("name", ["it's $HOME & 100%", 'one, two or "three"'])
def test_any_name_of_a_home_works(no_home: Path, name: str) -> None:
    with start(no_home / name) as server:
        assert _run(server.superuser_url, "SELECT 1") == 1


def test_an_interrupted_first_start_leaves_nothing_in_the_way(no_home: Path) -> None:
    (no_home / "pg18.making" / "base").mkdir(parents=True)
    no_home.chmod(0o711)
    with start(no_home) as server:
        assert _run(server.superuser_url, "SELECT 1") == 1


def test_data_of_another_major_version_are_refused(home: Path) -> None:
    (home / "pg18" / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedServerError, match="written by PostgreSQL 17, not 18"):
        start(home)
    (home / "pg18" / "PG_VERSION").write_text("18\n")


def test_a_server_that_cannot_start_says_what_its_log_says(home: Path) -> None:
    control = home / "pg18" / "global" / "pg_control"
    aside = control.rename(home / "pg_control")
    with pytest.raises(EmbeddedServerError, match="could not find the database system"):
        start(home)
    aside.rename(control)


def test_waits_for_another_who_is_starting_with_a_word(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "FIRST_WORD", 0.0)

    class GivesUpError(Exception):
        pass

    def say(told: Told) -> None:
        assert told.code == "waiting"
        raise GivesUpError

    with embedded.held(home / "locks" / "start", print), pytest.raises(GivesUpError):
        start(home, say)


def test_a_home_that_cannot_be_made_is_refused_with_advice(no_home: Path) -> None:
    no_home.write_text("a file")
    with pytest.raises(EmbeddedServerError, match="Set ASN_LEDGER_HOME"):
        start(no_home)


root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root has PostgreSQL run as another user")


@root_only
def test_as_root_a_private_folder_is_refused_and_stays_private(no_home: Path) -> None:
    no_home.mkdir(mode=0o700)
    with pytest.raises(EmbeddedServerError, match=f"cannot enter {no_home}\\. Set ASN_LEDGER_HOME"):
        start(no_home / "inside")
    assert stat.S_IMODE(no_home.stat().st_mode) == 0o700


@root_only
def test_as_root_programs_in_a_private_folder_are_copied(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = postgresql._wheel()
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        (private / part.name).symlink_to(part)
    monkeypatch.setattr(postgresql, "_wheel", lambda: private / wheel.name)
    monkeypatch.setattr(postgresql, "COPIES", home / "programs")
    for _ in ("copied", "found again"):
        with start(home) as server:
            assert _run(server.superuser_url, "SELECT 1") == 1
    assert len(list((home / "programs").iterdir())) == 1


@root_only
def test_as_root_the_server_runs_as_a_user_without_rights(home: Path) -> None:
    with start(home):
        assert Path(f"/proc/{_postmaster(home)}").stat().st_uid == (home / "pg18").stat().st_uid != 0
