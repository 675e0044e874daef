"""Brings the embedded server's data to the major version of PostgreSQL that this version of ASN Ledger uses."""

import re
import shutil
from pathlib import Path

from asn_ledger.ledger import embedded, postgresql
from asn_ledger.ledger.embedded import Home, Say, Told
from asn_ledger.ledger.postgresql import EmbeddedServerError, Programs


def upgrade_database(home: Path, say: Say) -> bool:
    """Convert the newest older data under `home` with pg_upgrade; False if there is nothing to do.

    The old data are copied, never changed, and stay where they are until somebody removes them.

    Raises:
        EmbeddedServerError: the server is in use, or its version is not among those the wheel brings.
    """
    place = Home(home.expanduser().resolve())
    account = postgresql.server_account()
    postgresql.make_home(place.folder, account)
    with embedded.held(place.lock("start"), say):
        older = place.older_majors()
        if place.data.exists() or not older:
            return False
        if older[-1] not in postgresql.FOLDERS:
            raise EmbeddedServerError(
                f"{place.data_of(older[-1])} was written by PostgreSQL {older[-1]}, which this version of ASN Ledger "
                f"cannot read. With the version that wrote it run: asn-ledger export ledger FILE; then with this one, "
                "on an empty home: asn-ledger import ledger FILE"
            )
        _convert(
            place,
            postgresql.programs(older[-1], account),
            postgresql.programs(postgresql.MAJOR, account),
            place.data_of(older[-1]),
            say,
        )
    return True


def _convert(place: Home, old: Programs, new: Programs, old_data: Path, say: Say) -> None:
    if embedded.answers(old_data):
        raise EmbeddedServerError("The database is in use. Stop every asn-ledger program of this home, then try again.")
    say(Told.of("upgrade_old", folder=str(old_data)))
    embedded.bring_up(place, old_data, old, say)
    embedded.shut_down(place, old_data, say)

    say(Told.of("upgrade_copying", major=postgresql.MAJOR))
    making = place.folder / "upgrade"
    new.make_folder(making)
    data = making / "data"
    new.make_cluster(data, checksums=_has_checksums(old, old_data))
    new.run(
        [
            new.path("pg_upgrade"),
            *("-b", str(old.folder), "-B", str(new.folder), "-d", str(old_data), "-D", str(data)),
            *("-U", embedded.SUPERUSER, "-s", str(embedded.make_socket_folder(place, new))),
        ],
        work_in=making,
    )
    data.rename(place.data)
    shutil.rmtree(making)
    say(Told.of("upgrade_done", folder=str(old_data)))


def _has_checksums(old: Programs, data: Path) -> bool:
    """Whether the old cluster has page checksums; pg_upgrade refuses to add or to drop them."""
    said = old.run([old.path("pg_controldata"), "-D", str(data)])
    found = re.search(r"Data page checksum version:\s*(\d+)", said)
    return found is not None and found[1] != "0"
