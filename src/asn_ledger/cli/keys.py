"""`asn-ledger keys …`: with which keys people sign outside the server, and from when on they must."""

from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from asn_ledger.accounts.passkeys import Revoking, fingerprint
from asn_ledger.app import Service, open_service
from asn_ledger.cli import output
from asn_ledger.cli.output import say
from asn_ledger.cli.record import actor_of
from asn_ledger.domain.access import Act
from asn_ledger.domain.errors import InvalidValue, NotFound
from asn_ledger.exchange.tte.handed_in import roots_in
from asn_ledger.proof.certificates import fingerprint_of
from asn_ledger.proof.keyring import Key, Keyring
from asn_ledger.proof.tte import Trust

_MARK = 8


def list_keys(as_json: output.Json = False) -> None:
    """List the keys that count, with the fingerprints that people compare.

    `asn-ledger keys list`
    """
    with open_service() as service:
        ring, names = service.passkeys.keyring(), _names(service)
    if as_json:
        output.print_json(_shown(ring))
        return
    if ring.site is None and ring.trust is None:
        output.print_said("keys_none")
        return
    if ring.site is not None:
        output.print_said("keys_site", rp_id=ring.site.rp_id, origins=", ".join(sorted(ring.site.origins)))
    for kind, roots in _authorities(ring):
        for one in roots:
            output.print_said(f"keys_{kind}", fingerprint=one)
    columns = [say("column.account"), say("column.position"), say("column.state"), say("column.fingerprint"), "id"]
    output.print_table("", columns, [_row(credential, key, names) for credential, key in ring.keys.items()], wraps=(3,))
    if ring.required_from:
        output.print_said("keys_required", position=ring.required_from)
    else:
        output.print_said("keys_not_required")


def introduce(
    rp_id: Annotated[str, typer.Option("--rp-id", metavar="DOMAIN")],
    origin: Annotated[list[str], typer.Option("--origin", metavar="URL")],
    as_json: output.Json = False,
) -> None:
    """Say for which domain passkeys sign, and on pages of which addresses they are asked to.

    `asn-ledger keys introduce --rp-id asn.salatiga.go.id --origin https://asn.salatiga.go.id`
    """
    for one in origin:
        _require_origin(one, rp_id)
    with open_service() as service:
        by, origins = actor_of(service, None, Act.RECORD), tuple(dict.fromkeys(origin))
        position = service.passkeys.introduce(rp_id, origins, by, service.now())
    _print_position(position, "keys_introduced", as_json=as_json)


def trust(
    root: Annotated[list[Path], typer.Option("--root", metavar="FILE")],
    time_root: Annotated[list[Path], typer.Option("--time-root", metavar="FILE")],
    as_json: output.Json = False,
) -> None:
    """Say whose certificates count for a TTE, in place of those before.

    `asn-ledger keys trust --root bsre.pem --time-root tsa.pem`
    """
    roots, time_roots = _roots(root), _roots(time_root)
    with open_service() as service:
        position = service.passkeys.trust(roots, time_roots, actor_of(service, None, Act.RECORD), service.now())
    _print_position(position, "keys_trusted", as_json=as_json)


def require(minutes: Annotated[str, typer.Option("--minutes", metavar="TEXT")], as_json: output.Json = False) -> None:
    """Require signatures from here on; this is never taken back.

    `asn-ledger keys require --minutes "BA 800/12/2026, 24 November 2026"`
    """
    with open_service() as service:
        by, carried = actor_of(service, None, Act.RECORD), service.accounts.all()
        position = service.passkeys.require(minutes, by, service.now(), carried)
    _print_position(position, "keys_now_required", as_json=as_json)


def revoke(
    key: Annotated[str, typer.Argument(metavar="ID")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT")],
    as_json: output.Json = False,
) -> None:
    """Let a key count no more. Once signatures are required, somebody with a key does it on the page of keys.

    `asn-ledger keys revoke 5ac1f00d --reason "hilang"`
    """
    with open_service() as service:
        found = [one for one in service.passkeys.keyring().keys if one.hex().endswith(key)]
        if len(found) != 1:
            raise NotFound("no such key counts", code="no-key")
        by, revoking = actor_of(service, None, Act.RECORD), Revoking(uuid4(), found[0], reason)
        position = service.passkeys.revoke(by, revoking, None, service.now())
    _print_position(position, "key_revoked", as_json=as_json)


def _roots(files: list[Path]) -> tuple[bytes, ...]:
    try:
        return tuple(one for file in files for one in roots_in(file.read_text(encoding="ascii")))
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidValue(say("tte_roots", why=str(error)), code="tte-no-roots") from None


def _require_origin(origin: str, rp_id: str) -> None:
    scheme, _, host = origin.partition("://")
    name = host.partition(":")[0]
    local = name == "localhost"
    if (scheme != "https" and not (scheme == "http" and local)) or "/" in host:
        raise InvalidValue(say("key_origin", origin=origin), code="key-origin")
    if name != rp_id and not name.endswith(f".{rp_id}"):
        raise InvalidValue(say("key_origin_other", origin=origin, rp_id=rp_id), code="key-origin")


def _names(service: Service) -> dict[str, str]:
    return {str(one.id): one.name for one in service.accounts.all()}


def _row(credential: bytes, key: Key, names: dict[str, str]) -> list[str]:
    state = say("key_anchor") if key.anchor else say("key_vouched")
    return [names.get(key.account, key.account), str(key.position), state, fingerprint(key.public_key),
            credential.hex()[-_MARK:]]  # fmt: skip


def _authorities(ring: Keyring) -> list[tuple[str, list[str]]]:
    trust = Trust((), ()) if ring.trust is None else ring.trust
    return [
        ("roots", list(map(fingerprint_of, trust.roots))),
        ("time_roots", list(map(fingerprint_of, trust.time_roots))),
    ]


def _shown(ring: Keyring) -> dict[str, object]:
    return {
        "rp_id": None if ring.site is None else ring.site.rp_id,
        "origins": [] if ring.site is None else sorted(ring.site.origins),
        "required_from": ring.required_from or None,
        **dict(_authorities(ring)),
        "keys": [
            {"id": credential.hex(), "account": key.account, "position": key.position, "anchor": key.anchor,
             "fingerprint": fingerprint(key.public_key)}
            for credential, key in ring.keys.items()
        ],
    }  # fmt: skip


def _print_position(position: int, said: str, *, as_json: bool) -> None:
    if as_json:
        output.print_json({"position": position})
    else:
        output.print_said(said, position=position)
