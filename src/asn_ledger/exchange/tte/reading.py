"""Reads one signed file, in a process of its own: `python -m asn_ledger.exchange.tte.reading`.

In: a line of JSON with the roots and how long the act's own PDF is (0: an act signed without a PDF), then the file.
Out: JSON with the parts of the signature, or with a code that says why there are none. pyHanko looks at what no reader
of bytes can: whether the signature covers the whole document, whether what a tool appended shows anything else than the
signature, and whether its own rules believe certificate and time.
"""

import asyncio
import io
import logging
import resource
import sys
from collections.abc import Iterable
from datetime import datetime
from hashlib import new
from typing import Any, Final

import orjson
from asn1crypto import cms, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    DiffResult,
    FormUpdatingRule,
    ModificationLevel,
    StandardDiffPolicy,
)
from pyhanko.sign.diff_analysis.constants import ACROFORM_EXEMPT_STRICT_COMPARISON
from pyhanko.sign.validation import (
    DocumentSecurityStore,
    EmbeddedPdfSignature,
    SignatureCoverageLevel,
    StandardCMSSignatureStatus,
    async_validate_cms_signature,
    async_validate_pdf_signature,
)
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.generic_cms import collect_timing_info
from pyhanko_certvalidator import ValidationContext

from asn_ledger.proof.certificates import Revocation, read_certificate, verify_chain, verify_not_revoked
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.tte import CmsSignature, Form, Tte

_MEMORY: Final = 1024 * 2**20
_SECONDS: Final = 20
_SCHEMES: Final = {"rsassa_pkcs1v15": "rsa", "rsassa_pss": "rsapss", "ecdsa": "ecdsa"}
_LONGEST: Final = 6
_FORM: Final = DEFAULT_DIFF_POLICY.form_rule
_APPENDED: Final = StandardDiffPolicy(
    DEFAULT_DIFF_POLICY.global_rules,
    FormUpdatingRule(
        [] if _FORM is None else _FORM.field_rules,
        ACROFORM_EXEMPT_STRICT_COMPARISON | {"/SigFlags", "/NeedAppearances"},
    ),
)
"""What a tool may append with a first signature: as to a signed document, and that there are signatures."""


class Unread(Exception):  # noqa: N818 -- what it says
    """There is no signature that can be taken; the message is the code of the reason."""


def main() -> None:
    """Read the file on standard input, within little memory and time."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    logging.disable(logging.CRITICAL)
    head = orjson.loads(sys.stdin.buffer.readline())
    sys.stdout.buffer.write(orjson.dumps(read(head, sys.stdin.buffer.read())))


def read(head: dict[str, Any], file: bytes) -> dict[str, Any]:  # Any: JSON
    """What the file says, or the code of the reason why it says nothing."""
    try:
        return asyncio.run(_read(head, file))
    except Unread as unread:
        return {"code": str(unread)}
    except Exception:  # noqa: BLE001 -- whatever a hostile file makes a reader of files stumble over
        return {"code": "tte-malformed"}


async def _read(head: dict[str, Any], file: bytes) -> dict[str, Any]:  # Any: JSON
    if "certificate" in head:
        found = PdfFileReader(io.BytesIO(file), strict=True).embedded_regular_signatures
        if not found:
            raise Unread("tte-unsigned")
        return {"certificate": found[-1].signer_cert.dump().hex()}
    if "content" in head:
        return {"content": _enclosed(file)[1].hex()}
    roots = [bytes.fromhex(one) for one in head["roots"]]
    time_roots = [bytes.fromhex(one) for one in head["time_roots"]]
    if head["length"]:
        return await _read_pdf(file, head["length"], roots, time_roots)
    data, content = _enclosed(file)
    tte, at = _taken(data, None, (), roots)
    timed = await collect_timing_info(_signer(data), _context(time_roots, at), lambda name: new(name, content).digest())
    status = await async_validate_cms_signature(
        data,
        status_cls=StandardCMSSignatureStatus,
        validation_context=_context(roots, at, tte.revocation),
        status_kwargs=timed,
    )
    return _answer(tte, status)


def _enclosed(file: bytes) -> tuple[cms.SignedData, bytes]:
    """A signature of CMS, and what it was put around."""
    signed = cms.ContentInfo.load(file, strict=True)
    if signed["content_type"].native != "signed_data":
        raise Unread("tte-malformed")
    data = signed["content"]
    content = data["encap_content_info"]["content"].native
    if not isinstance(content, bytes):
        raise Unread("tte-malformed")
    return data, content


async def _read_pdf(file: bytes, length: int, roots: list[bytes], time_roots: list[bytes]) -> dict[str, Any]:
    reader = PdfFileReader(io.BytesIO(file), strict=True)
    found = reader.embedded_regular_signatures
    if len(found) != 1:
        raise Unread("tte-several" if found else "tte-unsigned")
    (one,) = found
    _require_whole(reader, one)
    start, before, after, rest = (int(number) for number in one.byte_range)
    if start or not length <= before < after:
        raise Unread("tte-rewritten")
    appended = file[length:before], file[after : after + rest]
    tte, at = _taken(one.signed_data, appended, _of_document(reader), roots)
    status = await async_validate_pdf_signature(
        one,
        signer_validation_context=_context(roots, at, tte.revocation),
        ts_validation_context=_context(time_roots, at),
    )
    return _answer(tte, status)


def _require_whole(reader: PdfFileReader, one: EmbeddedPdfSignature) -> None:
    """Refuse a document that was changed after it was signed, or that a tool changed by more than the signature."""
    one.compute_integrity_info()  # type: ignore[no-untyped-call]  # the library's, without annotations
    covered: SignatureCoverageLevel | None = one.coverage
    archived = covered is SignatureCoverageLevel.ENTIRE_REVISION and _at_most(
        one.diff_result, ModificationLevel.LTA_UPDATES
    )
    if covered is not SignatureCoverageLevel.ENTIRE_FILE and not archived:
        raise Unread("tte-altered")
    if not _at_most(_APPENDED.review_file(reader, 0), ModificationLevel.FORM_FILLING):
        raise Unread("tte-shown-otherwise")


def _at_most(found: object, level: ModificationLevel) -> bool:
    return isinstance(found, DiffResult) and found.modification_level <= level


def _of_document(reader: PdfFileReader) -> Iterable[tuple[str, bytes]]:
    """What the document itself keeps beside its signatures (PAdES, DSS): certificates, OCSP responses and CRLs."""
    try:
        kept = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return []
    found = [("certificate", one.dump()) for one in kept.load_certs()]
    for kind, references in (("ocsp", kept.ocsps), ("crl", kept.crls)):
        found += [(kind, one.get_object().data) for one in references]
    return found


def _taken(
    data: cms.SignedData, appended: tuple[bytes, bytes] | None, kept: Iterable[tuple[str, bytes]], roots: list[bytes]
) -> tuple[Tte, datetime]:
    """The parts of a signature that the ledger keeps, and the time that its token states."""
    kept = [*kept, *_of_signature(data)]
    before, after = appended or (b"", b"")
    others = [one for kind, one in kept if kind == "certificate"]
    signer = _signer(data)
    signed = _cms(data, signer, others, roots)
    unsigned = {one["type"].native: one["values"] for one in signer["unsigned_attrs"] or ()}
    tokens = unsigned.get("signature_time_stamp_token")
    if tokens is None or len(tokens) != 1:
        raise Unread("tte-no-time")
    token = tokens[0]["content"]
    time = _cms(token, _signer(token), others, roots)
    info = token["encap_content_info"]["content"]
    at = info.parsed["gen_time"].native
    revocation = _revocation(signed, [(kind, one) for kind, one in kept if kind != "certificate"], roots, at)
    form: Form = "act" if appended is None else "pdf"
    return Tte(form, before, after, signed, bytes(info), time, revocation), at


def _signer(data: cms.SignedData) -> cms.SignerInfo:
    signers = data["signer_infos"]
    if len(signers) != 1:
        raise Unread("tte-several")
    if not signers[0]["signed_attrs"]:
        raise Unread("tte-malformed")
    return signers[0]


def _of_signature(data: cms.SignedData) -> list[tuple[str, bytes]]:
    """What a signature brings along: certificates, OCSP responses and CRLs (also as Adobe's readers write them)."""
    found = [("certificate", one) for one in _certificates(data)]
    for one in data["crls"] or ():
        if one.name == "crl":
            found.append(("crl", one.chosen.dump()))
        elif one.chosen["other_rev_info_format"].native == "ocsp_response":  # RFC 5940
            found.append(("ocsp", one.chosen["other_rev_info"].dump()))
    for one in _signer(data)["signed_attrs"]:
        if one["type"].native == "adobe_revocation_info_archival":
            archival = one["values"][0]
            found += [("ocsp", response.dump()) for response in archival["ocsp"] or ()]
            found += [("crl", listed.dump()) for listed in archival["crl"] or ()]
    return found


def _certificates(data: cms.SignedData) -> list[bytes]:
    return [one.chosen.dump() for one in data["certificates"] or () if one.name == "certificate"]


def _cms(data: cms.SignedData, signer: cms.SignerInfo, others: list[bytes], roots: list[bytes]) -> CmsSignature:
    own = _certificates(data)
    sid = signer["sid"]
    if sid.name != "issuer_and_serial_number":
        raise Unread("tte-malformed")
    named = (sid.chosen["issuer"], sid.chosen["serial_number"].native)
    first = next((der for der in own if _is(x509.Certificate.load(der), *named)), None)
    if first is None:
        raise Unread("tte-malformed")
    algorithm = signer["signature_algorithm"].signature_algo
    digest = signer["digest_algorithm"]["algorithm"].native
    if algorithm not in _SCHEMES or digest not in {"sha256", "sha384", "sha512"}:
        raise Unread("tte-weak")
    attributes = b"\x31" + signer["signed_attrs"].dump()[1:]
    chain = _chain(first, [*own, *others], roots)
    return CmsSignature(chain, attributes, f"{_SCHEMES[algorithm]}-{digest}", signer["signature"].native)


def _is(one: x509.Certificate, issuer: x509.Name, serial: int) -> bool:
    return bool(one.issuer == issuer) and one.serial_number == serial


def _chain(first: bytes, others: list[bytes], roots: list[bytes]) -> tuple[bytes, ...]:
    """The certificate and what certifies it, up to what a root certifies."""
    anchors = [read_certificate(one) for one in roots]
    known = [(one, read_certificate(one)) for one in dict.fromkeys(others)]
    chain = [first]
    while len(chain) < _LONGEST:
        top = read_certificate(chain[-1])
        if any(one.subject == top.issuer for one in anchors):
            break
        above = next((der for der, one in known if one.subject == top.issuer and der not in chain), None)
        if above is None:
            break
        chain.append(above)
    return tuple(chain)


def _revocation(signed: CmsSignature, said: list[tuple[str, bytes]], roots: list[bytes], at: datetime) -> Revocation:
    """The first of what is there that speaks of the signer's certificate; what says that it was revoked before all."""
    candidates: list[Revocation] = [("ocsp" if kind == "ocsp" else "crl", one) for kind, one in said]
    candidates.sort(key=lambda one: (one[0] != "ocsp", len(one[1])))
    if not candidates:
        raise Unread("tte-no-revocation")
    try:
        issuer = verify_chain(signed.chain, roots, at, "sign")
    except VerificationError:
        return candidates[0]  # the check that follows says why
    speaking = [one for one in candidates if _speaks(signed.chain[0], issuer, one, at)]
    return speaking[0] if speaking else candidates[0]


def _speaks(certificate: bytes, issuer: Any, one: Revocation, at: datetime) -> bool:  # Any: the library's certificate
    try:
        verify_not_revoked(certificate, issuer, one, at)
    except VerificationError:
        return False
    return True


def _context(roots: list[bytes], at: datetime, revocation: Revocation | None = None) -> ValidationContext:
    kind, said = revocation or ("", b"")
    return ValidationContext(
        trust_roots=[x509.Certificate.load(one) for one in roots],
        moment=at,
        allow_fetching=False,
        ocsps=[said] if kind == "ocsp" else [],
        crls=[said] if kind == "crl" else [],
        revocation_mode="soft-fail",
    )


def _answer(tte: Tte, status: StandardCMSSignatureStatus) -> dict[str, Any]:
    if not status.intact or not status.valid:
        raise Unread("tte-altered")
    timed = status.timestamp_validity
    believed = status.bottom_line and timed is not None and timed.valid and timed.trusted
    return {"tte": tte.stored(), "believed": bool(believed), "why": status.summary()}


if __name__ == "__main__":
    main()
