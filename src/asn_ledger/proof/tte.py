"""A TTE (tanda tangan elektronik): an act signed with a certificate by CMS (RFC 5652), with a trusted time (RFC 3161).

Signing tools of certificate authorities sign PDF documents (PAdES, ETSI EN 319 142). So an act has one PDF, whose bytes
follow from the act alone. A tool appends its signature to it; what it appended is kept, and nothing else of the PDF.
The containers of CMS are not kept either, only what their signatures cover, so that no byte is free.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import new, sha256
from typing import Final, Literal, Self

from cryptography.x509 import Certificate

from .canonical import Json, decode
from .certificates import (
    HASHES,
    SKEW,
    WEAK,
    Revocation,
    public_key_of,
    read_certificate,
    verify_chain,
    verify_not_revoked,
    verify_signature,
)
from .der import INTEGER, OCTET_STRING, OID, SEQUENCE, SET, Node, content, members, read_all, read_one, read_time
from .encoding import read_base64, write_base64
from .errors import VerificationError

MOST_BYTES: Final = 256 * 1024
"""A TTE of more bytes, all parts together, is not read."""

OTHER_TIME: Final = "the trusted time of the signature lies outside the time from the asking to the recording"
OTHER_KEY: Final = "the certificate is of another key"
OTHER_CONTENT: Final = "something else was signed than this act"

ACT_LINE: Final = b"%ASN-LEDGER-ACT "
"""Begins the second line of an act's PDF; after it stands the act in base64."""

Form = Literal["pdf", "act"]

_DATA: Final = bytes.fromhex("2a864886f70d010701")
_TST_INFO: Final = bytes.fromhex("2a864886f70d0109100104")
_CONTENT_TYPE: Final = bytes.fromhex("2a864886f70d010903")
_MESSAGE_DIGEST: Final = bytes.fromhex("2a864886f70d010904")
_SIGNING_CERTIFICATE_V2: Final = bytes.fromhex("2a864886f70d010910022f")
_HASH_OIDS: Final = {
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}
_ALGORITHMS: Final = frozenset(f"{scheme}-{name}" for scheme in ("rsa", "rsapss", "ecdsa") for name in HASHES)
_MEMBERS: Final = frozenset({"form", "before", "after", "signed", "token", "time", "revocation"})
_SIGNED_MEMBERS: Final = frozenset({"chain", "attributes", "algorithm", "signature"})


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose certificates a ledger believes: the roots of those with which people sign, and of those that tell time."""

    roots: tuple[bytes, ...]
    time_roots: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class CmsSignature:
    """A signature of CMS without its container.

    Args:
        chain: DER of the certificate, and of what certifies it, without the root.
        attributes: DER of the set of signed attributes.
        algorithm: as `verify_signature` writes it.
        signature: over the attributes.
    """

    chain: tuple[bytes, ...]
    attributes: bytes
    algorithm: str
    signature: bytes

    def verify(self, kind: bytes, digest_of: bytes, roots: Sequence[bytes], at: datetime) -> Certificate:
        """Check that it is over this content, by a certificate that counted at a time; gives its issuer's.

        Raises:
            VerificationError: it is not.
        """
        if self.algorithm not in _ALGORITHMS or not self.chain:
            raise VerificationError(WEAK)
        said = _attributes(self.attributes)
        if content(said[_CONTENT_TYPE], OID) != kind:
            raise VerificationError(OTHER_CONTENT)
        if content(said[_MESSAGE_DIGEST], OCTET_STRING) != self.hashed(digest_of):
            raise VerificationError(OTHER_CONTENT)
        if _SIGNING_CERTIFICATE_V2 in said:
            _require_named(said[_SIGNING_CERTIFICATE_V2].content, self.chain[0])
        verify_signature(read_certificate(self.chain[0]), self.algorithm, self.signature, self.attributes)
        return verify_chain(self.chain, roots, at, "sign" if kind == _DATA else "time")

    def hashed(self, data: bytes) -> bytes:
        """The digest of bytes by the signature's own algorithm."""
        return new(self.algorithm.partition("-")[2], data).digest()

    def stored(self) -> dict[str, Json]:
        """As JSON, binary in base64."""
        return {
            "chain": [write_base64(one) for one in self.chain],
            "attributes": write_base64(self.attributes),
            "algorithm": self.algorithm,
            "signature": write_base64(self.signature),
        }

    @classmethod
    def read(cls, stored: Json) -> Self:
        """Read what `stored` wrote.

        Raises:
            VerificationError: it is anything else.
        """
        said = _object(stored, _SIGNED_MEMBERS)
        chain = said["chain"]
        if not isinstance(chain, list):
            raise VerificationError("the chain of a TTE is not a list")
        return cls(
            tuple(map(_bytes, chain)), _bytes(said["attributes"]), _text(said["algorithm"]), _bytes(said["signature"])
        )


@dataclass(frozen=True, slots=True)
class Tte:
    """What a certificate signed, and when by a clock that is believed.

    Args:
        form: whether the act's PDF was signed, or the act's own bytes.
        before: what was appended to the PDF before the signature's place.
        after: and after it.
        signed: the signature.
        token: DER of TSTInfo (RFC 3161), which states the time of the signature.
        time: the signature over it.
        revocation: what the certificate's issuer said of its revocation.
    """

    form: Form
    before: bytes
    after: bytes
    signed: CmsSignature
    token: bytes
    time: CmsSignature
    revocation: Revocation

    @property
    def credential(self) -> bytes:
        """By which the certificate's key is known: SHA-256 of its public key."""
        return credential_of(public_key_of(self.signed.chain[0] if self.signed.chain else b""))

    def stored(self) -> dict[str, Json]:
        """As JSON, binary in base64."""
        kind, said = self.revocation
        return {
            "form": self.form,
            "before": write_base64(self.before),
            "after": write_base64(self.after),
            "signed": self.signed.stored(),
            "token": write_base64(self.token),
            "time": self.time.stored(),
            "revocation": [kind, write_base64(said)],
        }

    @classmethod
    def read(cls, stored: Json) -> Self:
        """Read what `stored` wrote.

        Raises:
            VerificationError: it is anything else, or too long.
        """
        said = _object(stored, _MEMBERS)
        form, revocation = said["form"], said["revocation"]
        if form not in {"pdf", "act"} or not isinstance(revocation, list) or len(revocation) != 2:  # noqa: PLR2004 -- kind and bytes
            raise VerificationError("the form or the revocation of a TTE has another shape")
        if revocation[0] not in {"ocsp", "crl"}:
            raise VerificationError("the revocation of a TTE is neither OCSP nor a CRL")
        tte = cls(
            "pdf" if form == "pdf" else "act",
            _bytes(said["before"]),
            _bytes(said["after"]),
            CmsSignature.read(said["signed"]),
            _bytes(said["token"]),
            CmsSignature.read(said["time"]),
            ("ocsp" if revocation[0] == "ocsp" else "crl", _bytes(revocation[1])),
        )
        tte.require_short()
        return tte

    def require_short(self) -> None:
        """Refuse what is too long to be kept.

        Raises:
            VerificationError: it is.
        """
        parts = [self.before, self.after, self.token, self.revocation[1]]
        for one in (self.signed, self.time):
            parts += [*one.chain, one.attributes, one.signature]
        if sum(map(len, parts)) > MOST_BYTES:
            raise VerificationError(f"a TTE of more than {MOST_BYTES} bytes is not read")
        if self.form == "act" and (self.before or self.after):
            raise VerificationError("nothing is appended to an act")


def credential_of(public_key: bytes) -> bytes:
    """By which a certificate's key is known: SHA-256 of its public key's DER."""
    return sha256(public_key).digest()


def verify_tte(  # noqa: PLR0917 -- what one signature is held against
    tte: Tte, public_key: bytes, trust: Trust, act: bytes, asked: datetime, recorded: datetime
) -> datetime:
    """Check that the key of a certificate signed an act, between the asking and the recording; gives the trusted time.

    Args:
        tte: the signature.
        public_key: DER of the key that counts.
        trust: the roots that counted at its position.
        act: its canonical bytes.
        asked: when the act was made.
        recorded: when it was put on record.

    Raises:
        VerificationError: it did not, the certificate was not valid then, or a clock that is believed did not say when.
    """
    tte.require_short()
    if public_key_of(tte.signed.chain[0] if tte.signed.chain else b"") != public_key:
        raise VerificationError(OTHER_KEY)
    at = _time(tte.token, tte.signed)
    tte.time.verify(_TST_INFO, tte.token, trust.time_roots, at)
    signed = act_pdf(act) + tte.before + tte.after if tte.form == "pdf" else act
    issuer = tte.signed.verify(_DATA, signed, trust.roots, at)
    verify_not_revoked(tte.signed.chain[0], issuer, tte.revocation, at)
    if not asked - SKEW <= at <= recorded + SKEW:
        raise VerificationError(OTHER_TIME)
    return at


def act_pdf(act: bytes) -> bytes:
    """The one PDF of an act: a page that says what is signed, and the act itself in a comment.

    Raises:
        VerificationError: it is no act.
    """
    page = b"".join(b"(" + _shown(line) + b") Tj T*\n" for line in _lines(act))
    stream = b"BT /F1 9 Tf 48 780 Td 13 TL\n" + page + b"ET\n"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]/SigFlags 2>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%bendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Courier>>",
    )
    made = b"%PDF-1.7\n" + ACT_LINE + b64encode(act) + b"\n"
    table = b"xref\n0 6\n0000000000 65535 f \n"
    for number, one in enumerate(objects, start=1):
        table += b"%010d 00000 n \n" % len(made)
        made += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    mark = sha256(act).hexdigest()[:32].encode()
    trailer = b"trailer\n<</Size 6/Root 1 0 R/ID[<%b><%b>]>>\nstartxref\n%d\n%%%%EOF\n" % (mark, mark, len(made))
    return made + table + trailer


def _lines(act: bytes) -> list[str]:
    said = decode(act)
    if not isinstance(said, Mapping):
        raise VerificationError("an act is an object")
    digits, written = sha256(act).hexdigest(), act.decode()
    return [
        "ASN LEDGER",
        "Tindakan yang ditandatangani / The act that is signed",
        "",
        f"tindakan / act: {said.get('act')}",
        f"buku besar / ledger: {said.get('ledger')}",
        f"waktu / time: {said.get('at')}",
        "",
        "Sidik tindakan / fingerprint of the act (SHA-256):",
        *(" ".join(digits[at + part : at + part + 4] for part in range(0, 32, 4)) for at in (0, 32)),
        "Bandingkan dengan sidik di layar sebelum menandatangani.",
        "Compare it with the fingerprint on the screen before you sign.",
        "",
        *(written[at : at + 90] for at in range(0, len(written), 90)),
    ]


def _shown(line: str) -> bytes:
    plain = "".join(one if " " <= one <= "~" else "?" for one in line)
    return plain.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").encode("ascii")


def _time(token: bytes, signed: CmsSignature) -> datetime:
    """The time that a token states of a signature."""
    version, _policy, imprint, serial, at = members(Node(SEQUENCE, read_one(token, SEQUENCE)), 5)[:5]
    algorithm, hashed = members(imprint, 2)[:2]
    name = _HASH_OIDS.get(content(members(algorithm, 1)[0], OID))
    if name is None:
        raise VerificationError(WEAK)
    if content(version, INTEGER) != b"\1" or serial.tag != INTEGER:
        raise VerificationError("the trusted time cannot be read")
    if content(hashed, OCTET_STRING) != new(name, signed.signature).digest():
        raise VerificationError("the trusted time is of another signature")
    return read_time(at)


def _attributes(der: bytes) -> dict[bytes, Node]:
    """The signed attributes by their kind, each of one value; type and digest of the content are among them."""
    found: dict[bytes, Node] = {}
    for one in read_all(read_one(der, SET)):
        kind, values = members(one, 2)[:2]
        name, value = content(kind, OID), read_all(content(values, SET))
        if name in found or len(value) != 1:
            raise VerificationError("a signed attribute stands there twice")
        found[name] = value[0]
    if not {_CONTENT_TYPE, _MESSAGE_DIGEST} <= found.keys():
        raise VerificationError("the signed attributes do not say what was signed")
    return found


def _require_named(value: bytes, certificate: bytes) -> None:
    """Refuse a certificate in the place of the one that the signer named (RFC 5035)."""
    first = members(read_all(members(Node(SEQUENCE, value), 1)[0].content)[0], 1)
    name = "sha256"
    if first[0].tag == SEQUENCE:
        name = _HASH_OIDS.get(content(members(first[0], 1)[0], OID), "")
        first = first[1:]
    if not name or not first or content(first[0], OCTET_STRING) != new(name, certificate).digest():
        raise VerificationError("the signer named another certificate")


def _object(stored: Json, names: frozenset[str]) -> Mapping[str, Json]:
    if not isinstance(stored, Mapping) or stored.keys() != names:
        raise VerificationError("the TTE has other members")
    return stored


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise VerificationError("a member of the TTE is not a string")
    return value


def _bytes(value: Json) -> bytes:
    return read_base64(_text(value))
