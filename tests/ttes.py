"""A certificate authority, its OCSP responder and a clock, with whom a person signs PDF documents as BSrE's tools do."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from typing import Any

from asn1crypto import cms, keys
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import pdf as asn1_pdf
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, SimpleSigner
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from asn_ledger.exchange.tte import reading
from asn_ledger.proof.attestation import Act
from asn_ledger.proof.tte import Trust, Tte, act_pdf, credential_of

NOW = datetime(2026, 1, 5, 3, 10, tzinfo=UTC)
YEAR = timedelta(days=365)
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@cache
def rsa_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """A key of a name; the same as long as the tests run."""
    return rsa.generate_private_key(65537, bits)


@cache
def ec_key(name: str) -> ec.EllipticCurvePrivateKey:
    """As `rsa_key`, of the curve P-256."""
    return ec.generate_private_key(ec.SECP256R1())


@dataclass(frozen=True)
class Issued:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: PrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def public_key(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    @property
    def private(self) -> keys.PrivateKeyInfo:
        return keys.PrivateKeyInfo.load(self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))

    @property
    def as_asn1(self) -> asn1.Certificate:
        return asn1.Certificate.load(self.der)


def issue(
    name: str,
    key: PrivateKey,
    by: Issued | None = None,
    *,
    usage: str = "sign",
    since: datetime = NOW - YEAR,
    until: datetime = NOW + 10 * YEAR,
    path_length: int | None = None,
) -> Issued:
    """A certificate; `usage` is sign, ca, time or ocsp."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name), x509.NameAttribute(NameOID.COUNTRY_NAME, "ID")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if by is None else by.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=usage == "ca", path_length=path_length), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=usage != "ca", content_commitment=usage == "sign", key_encipherment=False,
                data_encipherment=False, key_agreement=False, key_cert_sign=usage == "ca", crl_sign=usage == "ca",
                encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
    )  # fmt: skip
    extended = {"time": ExtendedKeyUsageOID.TIME_STAMPING, "ocsp": ExtendedKeyUsageOID.OCSP_SIGNING}.get(usage)
    if extended is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([extended]), critical=usage == "time")
    signing = key if by is None else by.key
    return Issued(builder.sign(signing, SHA256()), key)


@dataclass(frozen=True)
class Authority:
    """A root, an authority below it that certifies people, and a clock certified by a root of its own."""

    root: Issued
    below: Issued
    time_root: Issued
    clock: Issued

    @property
    def trust(self) -> Trust:
        return Trust((self.root.der,), (self.time_root.der,))

    def certify(self, name: str, key: PrivateKey | None = None, **more: Any) -> Issued:
        """A person's certificate."""
        return issue(name, key or rsa_key(name), self.below, **more)

    def answer(
        self, one: Issued, at: datetime, revoked: datetime | None = None, *, apart: bool = False, **more: Any
    ) -> bytes:
        """What the OCSP responder says of a certificate; `apart`: with a key that the authority certified for it."""
        by = issue("OCSP", ec_key("ocsp"), self.below, usage="ocsp") if apart else self.below
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=one.certificate,
            issuer=self.below.certificate,
            algorithm=SHA256(),
            cert_status=ocsp.OCSPCertStatus.GOOD if revoked is None else ocsp.OCSPCertStatus.REVOKED,
            this_update=at - timedelta(minutes=10),
            next_update=more.get("until", at + timedelta(hours=12)),
            revocation_time=revoked,
            revocation_reason=None if revoked is None else x509.ReasonFlags.key_compromise,
        )
        if apart:
            builder = builder.certificates([by.certificate])
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, by.certificate)
        return builder.sign(by.key, SHA256()).public_bytes(Encoding.DER)

    def list_revoked(self, at: datetime, *revoked: tuple[Issued, datetime]) -> bytes:
        """A CRL of the authority that certifies people."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.below.certificate.subject)
            .last_update(at - timedelta(minutes=10))
            .next_update(at + timedelta(hours=12))
        )
        for one, since in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(one.certificate.serial_number).revocation_date(since)
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(self.below.key, SHA256()).public_bytes(Encoding.DER)


def authority(name: str = "BSrE", **more: Any) -> Authority:
    """An authority; `more` is of the certificate of the one that certifies people."""
    root = issue(f"{name} Root", ec_key(f"{name} root"), usage="ca", until=NOW + 20 * YEAR)
    below = issue(f"{name} CA", ec_key(f"{name} ca"), root, usage="ca", **{"until": NOW + 15 * YEAR, **more})
    time_root = issue(f"{name} TSA Root", ec_key(f"{name} tsa root"), usage="ca", until=NOW + 20 * YEAR)
    clock = issue(f"{name} TSA", rsa_key("tsa"), time_root, usage="time", until=NOW + 15 * YEAR)
    return Authority(root, below, time_root, clock)


@dataclass(frozen=True)
class Signer:
    """A person's signing tool.

    `revocation`: OCSP responses or CRLs that it brings along; None: an OCSP response of the time. `told_at`: the
    clock's time; `clock`: None for no trusted time. `subfilter`: `pades` keeps revocation beside the signature.
    """

    by: Authority
    owner: Issued
    told_at: datetime = NOW
    ocsps: tuple[bytes, ...] | None = None
    crls: tuple[bytes, ...] = ()
    clock: Issued | None = field(default=None)
    timed: bool = True
    pades: bool = False
    pss: bool = False
    md_algorithm: str = "sha256"

    def signer(self) -> "BringingSigner":
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # the library's, without annotations
        store.register_multiple([self.by.below.as_asn1])
        made = BringingSigner(
            signing_cert=self.owner.as_asn1, signing_key=self.owner.private, cert_registry=store, prefer_pss=self.pss
        )
        made.brings = asn1_pdf.RevocationInfoArchival(
            {
                "ocsp": [asn1_ocsp.OCSPResponse.load(one) for one in self.answers],
                "crl": [asn1_crl.CertificateList.load(one) for one in self.crls],
            }
        )
        return made

    @property
    def answers(self) -> tuple[bytes, ...]:
        return (self.by.answer(self.owner, self.told_at),) if self.ocsps is None else self.ocsps

    def timestamper(self) -> DummyTimeStamper | None:
        clock = self.clock or self.by.clock
        return DummyTimeStamper(clock.as_asn1, clock.private, fixed_dt=self.told_at) if self.timed else None

    def sign_pdf(self, pdf: bytes, *, field_name: str = "TTE") -> bytes:
        """The PDF signed, as a tool hands it back."""
        signer = self.signer()
        metadata = PdfSignatureMetadata(
            field_name=field_name, md_algorithm=self.md_algorithm, subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED
        )
        if self.pades:
            signer.brings = None
            context = ValidationContext(
                trust_roots=[self.by.root.as_asn1, self.by.time_root.as_asn1],
                moment=self.told_at,
                ocsps=self.answers,
                revocation_mode="soft-fail",
            )
            metadata = replace(
                metadata, subfilter=SigSeedSubFilter.PADES, embed_validation_info=True, validation_context=context
            )
        made = BytesIO()
        PdfSigner(
            metadata,
            signer,
            timestamper=self.timestamper(),
            new_field_spec=SigFieldSpec(field_name, box=(350, 60, 550, 140), on_page=0),
        ).sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), output=made)
        return made.getvalue()

    def sign_act(self, act: Act) -> bytes:
        """The act's own PDF signed."""
        return self.sign_pdf(act_pdf(act.written()))

    def sign_enclosed(self, act: Act) -> bytes:
        """The act signed without a PDF: CMS around it."""
        made = asyncio.run(
            self.signer().async_sign_general_data(
                cms.ContentInfo({"content_type": "data", "content": act.written()}),
                "sha256",
                detached=False,
                timestamper=self.timestamper(),
            )
        )
        said = {
            "other_rev_info_format": "ocsp_response",
            "other_rev_info": asn1_ocsp.OCSPResponse.load(self.answers[0]),
        }
        made["content"]["crls"] = [cms.RevocationInfoChoice("other", said)]
        return bytes(made.dump(force=True))


@dataclass(frozen=True)
class SoftTte:
    """A person with a certificate, in the place of a passkey; signs a minute after the act was made."""

    by: Authority
    owner: Issued

    @property
    def credential(self) -> bytes:
        return credential_of(self.owner.public_key)

    @property
    def public_key(self) -> bytes:
        return self.owner.public_key

    def sign_act(self, act: Act) -> Tte:
        """The TTE in what a tool hands back."""
        at = datetime.fromisoformat(act.at) + timedelta(minutes=1)
        file = Signer(self.by, self.owner, told_at=at.replace(microsecond=0)).sign_act(act)
        head = {
            "length": len(act_pdf(act.written())),
            "roots": [one.hex() for one in self.by.trust.roots],
            "time_roots": [one.hex() for one in self.by.trust.time_roots],
        }
        return Tte.read(reading.read(head, file)["tte"])


class BringingSigner(SimpleSigner):
    """Brings along what is said of its certificate, whatever that is."""

    brings: asn1_pdf.RevocationInfoArchival | None = None

    async def async_sign(self, *given: Any, **named: Any) -> cms.ContentInfo:
        if self.brings is not None and (self.brings["ocsp"] or self.brings["crl"]):
            settings = named["signed_attr_settings"] or PdfCMSSignedAttributes()
            named["signed_attr_settings"] = replace(settings, adobe_revinfo_attr=self.brings)
        return await super().async_sign(*given, **named)
