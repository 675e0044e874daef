"""What a signed file says, and whether it is believed."""

import subprocess
import sys
from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime
from threading import Lock
from typing import Any, Final

import orjson
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from asn_ledger.domain.errors import Conflict, InvalidValue
from asn_ledger.domain.events import Actor
from asn_ledger.ledger.attesting import Signed, refusal_of
from asn_ledger.ledger.mapper import actor_fields
from asn_ledger.proof.attestation import ACT_FORMAT
from asn_ledger.proof.canonical import decode
from asn_ledger.proof.certificates import public_key_of
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.keyring import NO_AUTHORITY, NO_KEY, OTHERS_KEY, Keyring
from asn_ledger.proof.tte import ACT_LINE, MOST_BYTES, Trust, Tte, act_pdf, credential_of, verify_tte

MOST_FILE_BYTES: Final = 512 * 1024
"""A signed file of more bytes is not read."""

_MOST_CERTIFICATE: Final = 16 * 1024
_MOST_ACT: Final = 16 * 1024
_SECONDS: Final = 30
_MAGIC: Final = b"%PDF-"

_SAID: Final = {
    "tte-malformed": "the signed file cannot be read; sign the file that was given, and hand in what the tool made",
    "tte-unsigned": "there is no signature in the file; sign it first",
    "tte-several": "the file has more than one signature; take the act again, and sign it once",
    "tte-altered": "the file was altered after it was signed; take the act again, and sign it again",
    "tte-shown-otherwise": "the file shows something else than the act; take the act again, sign and change nothing",
    "tte-rewritten": "the tool has written the file anew; sign with one that appends its signature (PAdES)",
    "tte-no-time": "the signature has no trusted time; sign with a time stamp (RFC 3161)",
    "tte-weak": "the TTE uses an algorithm that is too weak; SHA-256 and RSA of 2048 bits are the least",
    "tte-no-revocation": "the file does not show that the certificate was not revoked; sign with OCSP or CRL (LTV)",
    "tte-long": f"the signature needs more than {MOST_BYTES // 1024} KiB; sign with a smaller picture, OCSP, not a CRL",
}
"""Why there is no signature to take, by the code."""

_one_at_a_time = Lock()


def read_signed(  # noqa: PLR0917 -- what one file is held against
    file: bytes, act: str, signer: Actor, ring: Keyring, now: datetime, leaves: tuple[bytes, ...] = ()
) -> Signed:
    """The signature in a file that somebody signed with a TTE, if it is theirs, for this kind of act, and believed.

    Whether the act is the one that would be recorded, whoever records it sees.

    Args:
        file: the act's PDF as a tool signed it, or CMS (RFC 5652) around the act.
        act: what is done, in a word.
        signer: who hands it in.
        ring: the keys and authorities that count.
        now: when.
        leaves: of all commands that the act covers, where these are several.

    Raises:
        InvalidValue: it is no such file, or too large.
        Conflict: it is over another act, was altered, or is not believed.
    """
    if len(file) > MOST_FILE_BYTES:
        raise _too_large()
    if ring.trust is None:
        raise refusal_of(NO_AUTHORITY)
    written = _act_in(file)
    at = _require_act(written, act, signer)
    tte, believed = _read(file, len(act_pdf(written)) if file.startswith(_MAGIC) else 0, ring.trust)
    try:
        key = public_key_of(tte.signed.chain[0])
        if act != "enrol":
            _require_own(key, signer, ring)
        verify_tte(tte, key, ring.trust, written, datetime.fromisoformat(at), now)
    except VerificationError as error:
        raise refusal_of(str(error)) from None
    if not believed:
        raise refusal_of("the second reader of signatures, pyHanko, does not believe it")
    return Signed(act, signer, at, tte, leaves)


def _require_own(public_key: bytes, signer: Actor, ring: Keyring) -> None:
    known = ring.keys.get(credential_of(public_key))
    if known is None:
        raise VerificationError(NO_KEY)
    if known.account != signer.id:
        raise VerificationError(OTHERS_KEY)


def certificate_in(file: bytes) -> x509.Certificate:
    """The certificate in a file: the certificate itself (DER or PEM), or a PDF that was signed with it.

    Raises:
        InvalidValue: there is none.
    """
    if len(file) > MOST_FILE_BYTES:
        raise _too_large()
    if file.startswith(_MAGIC):
        file = bytes.fromhex(_ask({"certificate": True}, file)["certificate"])
    try:
        if file.lstrip().startswith(b"-----"):
            return x509.load_pem_x509_certificate(file)
        return x509.load_der_x509_certificate(file)
    except ValueError:
        raise InvalidValue(
            "this is no certificate; hand in the certificate (.cer, .pem) or a PDF that you signed with it",
            code="tte-no-certificate",
        ) from None


def public_key_in(file: bytes) -> bytes:
    """DER of the public key of the certificate in a file.

    Raises:
        InvalidValue: there is none.
    """
    return public_key_of(certificate_in(file).public_bytes(Encoding.DER))


def roots_in(text: str) -> tuple[bytes, ...]:
    """DER of the certificates of a PEM file.

    Raises:
        InvalidValue: it has none.
    """
    try:
        found = x509.load_pem_x509_certificates(text.encode())
    except ValueError:
        raise InvalidValue("certificates are given in PEM, one after the other", code="tte-no-roots") from None
    return tuple(one.public_bytes(Encoding.DER) for one in found)


def _too_large() -> InvalidValue:
    most = MOST_FILE_BYTES // 1024
    return InvalidValue(f"a signed file has at most {most} KiB", code="tte-large", values={"most": most})


def _act_in(file: bytes) -> bytes:
    """The act that a signed file says it is of."""
    if file.startswith(_MAGIC):
        head = file[: _MOST_ACT * 2].split(b"\n", 2)
        if len(head) < 3 or not head[1].startswith(ACT_LINE):  # noqa: PLR2004 -- two lines, and the rest
            raise _unlike_ours()
        try:
            written = b64decode(head[1].removeprefix(ACT_LINE), validate=True)
            if not file.startswith(act_pdf(written)):
                raise _refusal("tte-rewritten")
        except (ValueError, VerificationError):
            raise _unlike_ours() from None
        return written
    return bytes.fromhex(_ask({"content": True}, file)["content"])


def _require_act(written: bytes, act: str, signer: Actor) -> str:
    """Refuse another kind of act, or somebody else's; gives when it was made."""
    try:
        said = decode(written)
        if not isinstance(said, Mapping) or said.get("format") != ACT_FORMAT:
            raise _unlike_ours()
        at = str(said.get("at"))
        if datetime.fromisoformat(at).tzinfo is None:
            raise _unlike_ours()
    except (ValueError, VerificationError):
        raise _unlike_ours() from None
    if said.get("act") != act or said.get("signer") != actor_fields(signer):
        raise Conflict(
            "the file is of another act or another person; take the act of this page, sign it, and hand that in",
            code="tte-other-act",
        )
    return at


def _read(file: bytes, length: int, trust: Trust) -> tuple[Tte, bool]:
    said = _ask(
        {
            "length": length,
            "roots": [one.hex() for one in trust.roots],
            "time_roots": [one.hex() for one in trust.time_roots],
        },
        file,
    )
    try:
        return Tte.read(said["tte"]), bool(said["believed"])
    except VerificationError:
        raise _refusal("tte-long") from None


def _ask(head: dict[str, Any], file: bytes) -> dict[str, Any]:  # Any: JSON
    """What the process says that reads the file.

    Raises:
        InvalidValue: the file cannot be read, or there is nothing in it that can be taken.
    """
    command = [sys.executable, "-P", "-m", "asn_ledger.exchange.tte.reading"]
    with _one_at_a_time:
        try:
            done = subprocess.run(  # noqa: S603 -- this program, with arguments of ours
                command, input=orjson.dumps(head) + b"\n" + file, capture_output=True, timeout=_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise _refusal("tte-malformed") from None
    try:
        said: dict[str, Any] = orjson.loads(done.stdout)
    except orjson.JSONDecodeError:  # it needed more memory or time than it may have
        raise _refusal("tte-malformed") from None
    if "code" in said:
        raise _refusal(said["code"])
    return said


def _refusal(code: str) -> InvalidValue:
    return InvalidValue(_SAID[code], code=code)


def _unlike_ours() -> InvalidValue:
    return InvalidValue(
        "the file is not an act of this ledger; take the act of the page, sign it, and hand that in",
        code="tte-not-ours",
    )
