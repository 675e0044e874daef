"""Whether a certificate counted at a time: a chain to one of the roots that are named, and not revoked by then.

Everything comes as bytes: the chain from the certificate upwards without its root, the roots, and what its issuer said
of revocation (an OCSP response or a CRL). Algorithms that are broken are refused at every step: SHA-1, RSA of less than
2048 bits.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import new, sha256
from itertools import pairwise
from typing import Final, Literal, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    SECP384R1,
    SECP521R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from .der import BIT_STRING, SEQUENCE, content, read_all, read_one
from .errors import VerificationError

UNTRUSTED: Final = "the certificate does not lead to a root that the ledger names"
EXPIRED: Final = "a certificate was not valid at the time"
REVOKED: Final = "the certificate was revoked at the time"
NO_REVOCATION: Final = "whether the certificate was revoked at the time is not shown"
WEAK: Final = "an algorithm or a key is too weak: SHA-256 and RSA of 2048 bits are the least"

_Extension = TypeVar("_Extension", bound=x509.ExtensionType)

Purpose = Literal["sign", "time", "ocsp"]
Revocation = tuple[Literal["ocsp", "crl"], bytes]
"""What an issuer said of revocation, and in which form."""

SKEW: Final = timedelta(minutes=5)
"""By so much clocks may differ."""
HASHES: Final[dict[str, type[HashAlgorithm]]] = {"sha256": SHA256, "sha384": SHA384, "sha512": SHA512}

_LONGEST_CHAIN = 6
_RSA_BITS = range(2048, 8193)
_CURVES = (SECP256R1, SECP384R1, SECP521R1)
_UNDERSTOOD = (
    x509.BasicConstraints, x509.KeyUsage, x509.ExtendedKeyUsage, x509.CertificatePolicies, x509.SubjectAlternativeName,
)  # fmt: skip
_PURPOSES: Final = {"time": ExtendedKeyUsageOID.TIME_STAMPING, "ocsp": ExtendedKeyUsageOID.OCSP_SIGNING}


def read_certificate(der: bytes) -> x509.Certificate:
    """A certificate of its DER.

    Raises:
        VerificationError: it cannot be read.
    """
    with _readable():
        return x509.load_der_x509_certificate(der)


def public_key_of(der: bytes) -> bytes:
    """DER of the public key of a certificate.

    Raises:
        VerificationError: it cannot be read.
    """
    with _readable():
        return read_certificate(der).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def fingerprint_of(der: bytes) -> str:
    """SHA-256 of a certificate, by which people compare it."""
    return sha256(der).hexdigest()


def require_root(der: bytes) -> None:
    """Refuse a certificate that cannot be a root: it may not certify others, or its key is too weak.

    Raises:
        VerificationError: it cannot.
    """
    with _readable():
        root = read_certificate(der)
        _strong(root)
        _require_authority(root, 0)


def verify_chain(chain: Sequence[bytes], roots: Sequence[bytes], at: datetime, purpose: Purpose) -> x509.Certificate:
    """Check that a certificate led to one of the roots at a time, for a purpose; gives its issuer's.

    Args:
        chain: the certificate, then what certifies it, without the root.
        roots: DER of certificates that are believed.
        at: when.
        purpose: what it signs.

    Raises:
        VerificationError: it did not.
    """
    if not 0 < len(chain) <= _LONGEST_CHAIN:
        raise VerificationError(UNTRUSTED)
    with _readable():
        links = [read_certificate(one) for one in chain]
        anchors = [read_certificate(one) for one in roots]
        _require_purpose(links[0], purpose)
        anchor = next((one for one in anchors if one.subject == links[-1].issuer and _issued(links[-1], one)), None)
        if anchor is None:
            raise VerificationError(UNTRUSTED)
        path = [*links, anchor]
        for below, (one, issuer) in enumerate(pairwise(path)):
            _require_sound(one, at)
            _require_authority(issuer, below)
            if one.issuer != issuer.subject or not _issued(one, issuer):
                raise VerificationError(UNTRUSTED)
        _require_sound(anchor, at, signed=False)
        return path[1]


def verify_not_revoked(der: bytes, issuer: x509.Certificate, shown: Revocation, at: datetime) -> None:
    """Check that a certificate was not revoked at a time, by what its issuer said.

    Raises:
        VerificationError: it was, or what is shown says nothing of it.
    """
    kind, said = shown
    with _readable():
        certificate = read_certificate(der)
        revoked = (_by_ocsp if kind == "ocsp" else _by_crl)(certificate, issuer, said, at)
    if revoked is not None and revoked <= at:
        raise VerificationError(REVOKED)


def verify_signature(certificate: x509.Certificate, algorithm: str, signature: bytes, signed: bytes) -> None:
    """Check that a certificate's key signed; the algorithm is written as `rsa-sha256`, `rsapss-…` or `ecdsa-…`.

    Raises:
        VerificationError: it did not, or the algorithm is not one that is believed.
    """
    scheme, _, name = algorithm.partition("-")
    if name not in HASHES or scheme not in {"rsa", "rsapss", "ecdsa"}:
        raise VerificationError(WEAK)
    hashed = HASHES[name]()
    with _readable():
        key = _strong(certificate)
    try:
        match key:
            case EllipticCurvePublicKey() if scheme == "ecdsa":
                key.verify(signature, signed, ECDSA(hashed))
            case RSAPublicKey() if scheme == "rsa":
                key.verify(signature, signed, PKCS1v15(), hashed)
            case RSAPublicKey() if scheme == "rsapss":
                key.verify(signature, signed, PSS(MGF1(hashed), PSS.AUTO), hashed)
            case _:
                raise VerificationError("the algorithm is not one of the certificate's key")
    except InvalidSignature:
        raise VerificationError("the certificate's signature is not over this") from None


@contextmanager
def _readable() -> Iterator[None]:
    """Refuse what the library cannot read, which it says late and in many ways."""
    try:
        yield
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        raise VerificationError("a certificate, or what is said of its revocation, cannot be read") from None


def _strong(certificate: x509.Certificate) -> RSAPublicKey | EllipticCurvePublicKey:
    key = certificate.public_key()
    match key:
        case RSAPublicKey() if key.key_size in _RSA_BITS:
            return key
        case EllipticCurvePublicKey() if isinstance(key.curve, _CURVES):
            return key
        case _:
            raise VerificationError(WEAK)


def _require_sound(one: x509.Certificate, at: datetime, *, signed: bool = True) -> None:
    """Refuse what is weak, was not valid, or asks for what is not understood; a root's own signature says nothing."""
    _strong(one)
    if signed and not isinstance(one.signature_hash_algorithm, tuple(HASHES.values())):
        raise VerificationError(WEAK)
    if not one.not_valid_before_utc <= at <= one.not_valid_after_utc:
        raise VerificationError(EXPIRED)
    if any(extension.critical and not isinstance(extension.value, _UNDERSTOOD) for extension in one.extensions):
        raise VerificationError("a certificate asks for something that is not understood here")


def _issued(one: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        one.verify_directly_issued_by(issuer)
    except InvalidSignature:
        return False
    return True


def _require_authority(issuer: x509.Certificate, below: int) -> None:
    """Refuse an issuer that may not certify, or not so far down."""
    limits = _extension(issuer, x509.BasicConstraints)
    usage = _extension(issuer, x509.KeyUsage)
    if limits is None or not limits.ca or (usage is not None and not usage.key_cert_sign):
        raise VerificationError(UNTRUSTED)
    if limits.path_length is not None and limits.path_length < below:
        raise VerificationError(UNTRUSTED)


def _require_purpose(one: x509.Certificate, purpose: Purpose) -> None:
    usage, extended = _extension(one, x509.KeyUsage), _extension(one, x509.ExtendedKeyUsage)
    if usage is not None and not (usage.digital_signature or usage.content_commitment):
        raise VerificationError("the certificate is not for signatures")
    if purpose != "sign" and list(extended or ()) != [_PURPOSES[purpose]]:
        raise VerificationError("the certificate is not for what it signed")


def _extension(one: x509.Certificate, kind: type[_Extension]) -> _Extension | None:
    try:
        return one.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _by_ocsp(one: x509.Certificate, issuer: x509.Certificate, der: bytes, at: datetime) -> datetime | None:
    """When an OCSP response (RFC 6960) says that a certificate was revoked; None where it says that it was not."""
    said = ocsp.load_der_ocsp_response(der)
    if said.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise VerificationError(NO_REVOCATION)
    found = [single for single in said.responses if _is_about(single, one, issuer)]
    if len(found) != 1:
        raise VerificationError(NO_REVOCATION)
    (single,) = found
    responder = next((own for own in said.certificates if own.issuer == issuer.subject and _issued(own, issuer)), None)
    if responder is not None and responder != issuer:
        _require_sound(responder, said.produced_at_utc)
        _require_purpose(responder, "ocsp")
    _verify_said(responder or issuer, said.signature_hash_algorithm, said.signature, said.tbs_response_bytes)
    _require_fresh(single.this_update_utc, single.next_update_utc, at)
    if single.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
        raise VerificationError(NO_REVOCATION)
    return single.revocation_time_utc


def _is_about(single: ocsp.OCSPSingleResponse, one: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether it names the certificate; names are hashed by what the asker chose, the signature alone is believed."""
    info = issuer.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    key = content(read_all(read_one(info, SEQUENCE))[1], BIT_STRING)[1:]
    named = single.hash_algorithm.name
    return (
        single.serial_number == one.serial_number
        and single.issuer_name_hash == new(named, issuer.subject.public_bytes(), usedforsecurity=False).digest()
        and single.issuer_key_hash == new(named, key, usedforsecurity=False).digest()
    )


def _verify_said(by: x509.Certificate, algorithm: HashAlgorithm | None, signature: bytes, said: bytes) -> None:
    if algorithm is None or algorithm.name not in HASHES:
        raise VerificationError(WEAK)
    scheme = "rsa" if isinstance(by.public_key(), RSAPublicKey) else "ecdsa"
    verify_signature(by, f"{scheme}-{algorithm.name}", signature, said)


def _by_crl(one: x509.Certificate, issuer: x509.Certificate, der: bytes, at: datetime) -> datetime | None:
    """When a CRL (RFC 5280) says that a certificate was revoked; None where it does not."""
    listed = x509.load_der_x509_crl(der)
    if listed.issuer != issuer.subject:
        raise VerificationError(NO_REVOCATION)
    usage = _extension(issuer, x509.KeyUsage)
    if usage is not None and not usage.crl_sign:
        raise VerificationError(NO_REVOCATION)
    if any(extension.critical for extension in listed.extensions):  # of a part of the certificates, or only of changes
        raise VerificationError(NO_REVOCATION)
    _verify_said(issuer, listed.signature_hash_algorithm, listed.signature, listed.tbs_certlist_bytes)
    _require_fresh(listed.last_update_utc, listed.next_update_utc, at)
    entry = listed.get_revoked_certificate_by_serial_number(one.serial_number)
    return None if entry is None else entry.revocation_date_utc


def _require_fresh(since: datetime, until: datetime | None, at: datetime) -> None:
    """Refuse what was said of another time: it begins before and lasts until then, or was said after it."""
    if since < at - SKEW and (until is None or until < at):
        raise VerificationError(NO_REVOCATION)
