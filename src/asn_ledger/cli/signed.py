"""How a command is signed with a passkey: on a page in a browser, or by a file that says what and one that answers."""

from pathlib import Path
from typing import Annotated

import orjson
import typer
from pydantic import ValidationError

from asn_ledger.app import Service
from asn_ledger.cli import output
from asn_ledger.cli.output import say
from asn_ledger.domain.errors import InvalidValue, NotAllowed
from asn_ledger.domain.events import Actor
from asn_ledger.ledger.attesting import Asked, Signed
from asn_ledger.web.signing import SignatureGiven, asked_shown

Ask = Annotated[Path | None, typer.Option("--ask", metavar="FILE", dir_okay=False, writable=True)]
Given = Annotated[Path | None, typer.Option("--signature", metavar="FILE", exists=True, dir_okay=False)]


def page_of(service: Service, path: str) -> str:
    """The address of a page in a browser: at the first of the addresses where passkeys sign, else the path alone."""
    site = service.passkeys.keyring().site
    return path if site is None or not site.origins else f"{min(site.origins)}{path}"


def write_asked(service: Service, file: Path, asked: Asked, path: str, *, as_json: bool) -> None:
    """Write what is to be signed, as the API gives it; `path` is of the page where a browser does the same.

    Raises:
        InvalidValue: the file cannot be written.
    """
    shown = asked_shown(asked)
    try:
        file.write_bytes(orjson.dumps(shown.model_dump(mode="json"), option=orjson.OPT_INDENT_2) + b"\n")
    except OSError as error:
        raise InvalidValue(say("not_written", file=str(file), reason=str(error.strerror)), code="not-written") from None
    where = page_of(service, path)
    if as_json:
        output.print_json({"file": str(file), "page": where, "challenge": shown.challenge, "required": shown.required})
    else:
        output.print_said("asked_written", file=str(file), where=where)


def read_signed(file: Path, act: str, signer: Actor) -> Signed:
    """The passkey's answer in a file, spelled as the API takes it.

    Raises:
        InvalidValue: it cannot be read.
    """
    try:
        return SignatureGiven.model_validate_json(file.read_bytes()).signed(act, signer)
    except (ValidationError, OSError):
        raise InvalidValue(say("no_signature", file=str(file)), code="signature-unread") from None


def require_signed(service: Service, signed: Signed | None, act: str, path: str) -> None:
    """Refuse a command without a signature where it must have one, and say where it is given.

    Raises:
        NotAllowed: signatures are required, and there is none.
    """
    if signed is None and service.passkeys.keyring().required_from:
        where = page_of(service, path)
        raise NotAllowed(say("sign_there", act=act, where=where), code="signature-missing", values={"act": act})
