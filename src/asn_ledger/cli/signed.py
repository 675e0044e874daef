"""How a command is signed: on a page in a browser, or by a file that says what and one that answers, of either kind."""

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
from asn_ledger.exchange.tte.handed_in import read_signed
from asn_ledger.ledger.attesting import Asked, Signed
from asn_ledger.proof.tte import act_pdf
from asn_ledger.web.signing import SignatureGiven, asked_shown

Ask = Annotated[Path | None, typer.Option("--ask", metavar="FILE", dir_okay=False, writable=True)]
Tte = Annotated[Path | None, typer.Option("--tte", metavar="FILE", exists=True, dir_okay=False)]
Given = Annotated[Path | None, typer.Option("--signature", metavar="FILE", exists=True, dir_okay=False)]


def page_of(service: Service, path: str) -> str:
    """The address of a page in a browser: at the first of the addresses where passkeys sign, else the path alone."""
    site = service.passkeys.keyring().site
    return path if site is None or not site.origins else f"{min(site.origins)}{path}"


def write_asked(service: Service, file: Path, asked: Asked, path: str, *, as_json: bool) -> None:
    """Write what is to be signed, as the API gives it, or its PDF; `path` is of the page where a browser does the same.

    Raises:
        InvalidValue: the file cannot be written.
    """
    shown = asked_shown(asked)
    said = orjson.dumps(shown.model_dump(mode="json"), option=orjson.OPT_INDENT_2) + b"\n"
    try:
        file.write_bytes(act_pdf(asked.act.written()) if file.suffix.lower() == ".pdf" else said)
    except OSError as error:
        raise InvalidValue(say("not_written", file=str(file), reason=str(error.strerror)), code="not-written") from None
    where = page_of(service, path)
    if as_json:
        output.print_json({"file": str(file), "page": where, "challenge": shown.challenge, "required": shown.required})
    else:
        output.print_said("asked_written", file=str(file), where=where)


def signed_in(service: Service, passkey: Path | None, tte: Path | None, act: str, signer: Actor) -> Signed | None:
    """What is signed in a file: a passkey's answer, spelled as the API takes it, or the PDF of the act with a TTE.

    Raises:
        InvalidValue: it cannot be read.
        Conflict: it is a TTE that does not hold.
    """
    file = passkey or tte
    if file is None:
        return None
    try:
        if tte is not None:
            return read_signed(tte.read_bytes(), act, signer, service.passkeys.keyring(), service.now())
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
