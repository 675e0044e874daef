"""A signed file is taken for one act, by one person's certificate, with a trusted time; anything else is refused, and says why."""

import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from ttes import NOW, YEAR, Signer, authority, ec_key, issue, rsa_key

from asn_ledger.domain.errors import Refusal
from asn_ledger.domain.events import Actor
from asn_ledger.exchange.tte import handed_in, reading
from asn_ledger.exchange.tte.handed_in import MOST_FILE_BYTES, certificate_in, read_signed
from asn_ledger.ledger.mapper import actor_fields
from asn_ledger.proof.attestation import Act, Attestation, attest, command_leaf, event_leaf
from asn_ledger.proof.canonical import canonical, decode
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.keyring import Key, Keyring
from asn_ledger.proof.merkle import root
from asn_ledger.proof.tte import Tte, act_pdf, credential_of, verify_tte

BSRE = authority()
OTHER = authority("Other")
BUDI = Actor("6a5f7a05-3f4e-4b44-9b3f-0d9f6a3c1a11", "confirmer")
CITRA = Actor("7b5f7a05-3f4e-4b44-9b3f-0d9f6a3c1a11", "confirmer")
OWNED = BSRE.certify("Budi")
LEAVES = [command_leaf("c", "f" * 64, actor_fields(BUDI), [event_leaf("e", "t.v1", "0" * 64, [])])]
ACT = Act("confirm", "city", actor_fields(BUDI), "2026-01-05T03:04:05.000000Z", 1, root(LEAVES))
SIGNER = Signer(BSRE, OWNED)
RECORDED = NOW + timedelta(minutes=20)
ASK = handed_in._ask


def ring(**owners: Any) -> Keyring:
    made = Keyring(trust=BSRE.trust)
    for owner, issued in ({"budi": OWNED} | owners).items():
        account = {"budi": BUDI, "citra": CITRA}[owner].id
        made.keys[credential_of(issued.public_key)] = Key(account, issued.public_key, 1, anchor=True)
    return made


def refused(file: bytes, **given: Any) -> str:
    """The code with which a file is refused."""
    with pytest.raises(Refusal) as caught:
        read_signed(file, "confirm", BUDI, given.get("ring", ring()), RECORDED)
    return caught.value.code


@pytest.fixture(autouse=True, scope="module")
def _at_once() -> Iterator[None]:
    """Read in this process, which is quicker by two seconds each time; what asks for `apart` goes the whole way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(handed_in, "_ask", ask_here)
        yield


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handed_in, "_ask", ASK)


def ask_here(head: dict[str, Any], file: bytes) -> dict[str, Any]:
    said = reading.read(head, file)
    if "code" in said:
        raise handed_in._refusal(said["code"])
    return said


@pytest.fixture(scope="module")
def signed() -> bytes:
    return SIGNER.sign_act(ACT)


@pytest.fixture(scope="module")
def tte(signed: bytes) -> Tte:
    found = read_signed(signed, "confirm", BUDI, ring(), RECORDED).assertion
    assert isinstance(found, Tte)
    return found


def check(tte: Tte, act: Act = ACT) -> None:
    verify_tte(tte, OWNED.public_key, BSRE.trust, act.written(), NOW - timedelta(minutes=6), RECORDED)


@pytest.mark.parametrize(
    "tool",
    [
        replace(SIGNER, pades=True),
        replace(SIGNER, pss=True),
        replace(SIGNER, ocsps=(), crls=(BSRE.list_revoked(NOW),)),
        replace(SIGNER, ocsps=(BSRE.answer(OWNED, NOW, apart=True),)),
        replace(SIGNER, ocsps=(BSRE.answer(OWNED, NOW, NOW + timedelta(minutes=5)),)),
    ],
    ids=["pades", "pss", "crl", "ocsp by another", "revoked later"],
)
def test_a_pdf_that_was_signed_elsewhere_is_taken(tool: Signer) -> None:
    found = read_signed(tool.sign_act(ACT), "confirm", BUDI, ring(), RECORDED)
    assert isinstance(found.assertion, Tte)
    check(found.assertion)
    assert len(canonical(found.assertion.stored())) < 20_000


@pytest.mark.usefixtures("apart")
def test_a_key_of_a_curve_signs_too_and_an_act_without_a_pdf() -> None:
    owned = BSRE.certify("Curve", ec_key("curve"))
    tool = Signer(BSRE, owned)
    found = read_signed(tool.sign_enclosed(ACT), "confirm", BUDI, ring(budi=owned), RECORDED)
    assert isinstance(found.assertion, Tte)
    assert (found.assertion.form, found.assertion.signed.algorithm) == ("act", "ecdsa-sha256")


@pytest.mark.parametrize(
    ("tool", "code"),
    [
        (replace(SIGNER, timed=False), "tte-no-time"),
        (replace(SIGNER, clock=OTHER.clock), "tte-untrusted"),
        (replace(SIGNER, told_at=NOW - timedelta(days=1)), "tte-other-time"),
        (replace(SIGNER, told_at=NOW + timedelta(days=1)), "tte-other-time"),
        (replace(SIGNER, ocsps=()), "tte-no-revocation"),
        (replace(SIGNER, ocsps=(BSRE.answer(OWNED, NOW - timedelta(days=3)),)), "tte-no-revocation"),
        (replace(SIGNER, ocsps=(BSRE.answer(BSRE.certify("Eka"), NOW),)), "tte-no-revocation"),
        (replace(SIGNER, ocsps=(BSRE.answer(OWNED, NOW, NOW - YEAR),)), "tte-revoked"),
        (replace(SIGNER, ocsps=(), crls=(BSRE.list_revoked(NOW, (OWNED, NOW - YEAR)),)), "tte-revoked"),
        (replace(SIGNER, md_algorithm="sha1"), "tte-weak"),
    ],
)
def test_a_signature_that_does_not_count_says_why(tool: Signer, code: str) -> None:
    assert refused(tool.sign_act(ACT)) == code


@pytest.mark.parametrize(
    ("owned", "by", "code"),
    [
        (OTHER.certify("Budi", rsa_key("Budi")), OTHER, "tte-untrusted"),
        (BSRE.certify("Budi", rsa_key("Budi"), until=NOW - timedelta(days=1)), BSRE, "tte-expired"),
        (BSRE.certify("Budi", rsa_key("weak", 1024)), BSRE, "tte-weak"),
        (issue("Self", rsa_key("Budi")), BSRE, "tte-untrusted"),
        (BSRE.certify("Budi", rsa_key("stranger")), BSRE, "signature-no-key"),
        (BSRE.certify("Citra"), BSRE, "signature-other-person"),
    ],
    ids=["other authority", "expired", "short key", "self-signed", "not enrolled", "other person"],
)
def test_a_certificate_that_does_not_count_says_why(owned: Any, by: Any, code: str) -> None:
    known = ring() if code == "signature-no-key" else ring(budi=owned)
    if code == "signature-other-person":
        known = ring(citra=owned)
    assert refused(Signer(by, owned).sign_act(ACT), ring=known) == code


def test_what_is_no_signed_act_of_ours_says_so(signed: bytes) -> None:
    pdf = act_pdf(ACT.written())
    assert refused(b"") == "tte-malformed"
    assert refused(b"%PDF-1.7\nhello") == "tte-not-ours"
    assert refused(b"no file of a signature") == "tte-malformed"
    assert refused(signed + bytes(MOST_FILE_BYTES)) == "tte-large"
    assert refused(pdf) == "tte-unsigned"
    assert refused(SIGNER.sign_pdf(signed, field_name="again")) == "tte-several"
    assert refused(SIGNER.sign_act(replace(ACT, act="annul"))) == "tte-other-act"
    assert refused(act_pdf(replace(ACT, at="2026-01-05T03:04:05").written())) == "tte-not-ours"
    assert refused(SIGNER.sign_act(replace(ACT, signer=actor_fields(CITRA)))) == "tte-other-act"
    assert refused(signed[:-200]) in {"tte-malformed", "tte-altered"}


def changed(pdf: bytes, stream: bytes) -> bytes:
    """A PDF whose page was made to show something else, by what was appended."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0]
    page[generic.NameObject("/Contents")] = writer.add_object(generic.StreamObject(stream_data=stream))
    writer.update_container(page)
    made = BytesIO()
    writer.write(made)  # type: ignore[no-untyped-call]  # the library's, without annotations
    return made.getvalue()


def test_a_document_that_was_changed_or_shows_something_else_is_refused(signed: bytes) -> None:
    pdf, shows = act_pdf(ACT.written()), b"BT (harmless) Tj ET"
    assert refused(changed(signed, shows)) == "tte-altered"
    assert refused(SIGNER.sign_pdf(changed(pdf, shows))) == "tte-shown-otherwise"
    anew = BytesIO()
    copy_into_new_writer(PdfFileReader(BytesIO(pdf))).write(anew)  # type: ignore[no-untyped-call]  # as above
    assert refused(SIGNER.sign_pdf(anew.getvalue())) == "tte-not-ours"
    assert refused(pdf.replace(b"confirm", b"annul--") + signed[len(pdf) :]) == "tte-rewritten"


@pytest.mark.usefixtures("apart")
def test_a_file_that_grows_when_it_is_opened_is_refused() -> None:
    pdf = act_pdf(ACT.written())
    bomb = zlib.compress(zlib.compress(bytes(400 * 2**20), 9), 9)
    table = b"<</Type/XRef/Size 9/W[1 4 2]/Root 1 0 R/Filter[/FlateDecode/FlateDecode]/Length %d>>" % len(bomb)
    made = pdf + b"7 0 obj\n" + table + b"stream\n" + bomb + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(pdf)
    assert len(made) < MOST_FILE_BYTES
    assert refused(made) == "tte-malformed"


@given(data=st.data())
@settings(max_examples=300)
def test_any_changed_byte_of_what_is_stored_is_refused(data: st.DataObject, tte: Tte) -> None:
    stored = canonical(attest(ACT, LEAVES, 0, tte).stored())
    changed = bytearray(stored)
    changed[data.draw(st.integers(0, len(stored) - 1))] ^= data.draw(st.integers(1, 127))
    with pytest.raises(VerificationError):
        require_as_signed(bytes(changed))


def require_as_signed(stored: bytes) -> None:
    kept = Attestation.read(decode(stored))
    assert isinstance(kept.assertion, Tte)
    check(kept.assertion, kept.covering("city", LEAVES[0]))


@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_of_a_broken_file_nothing_else_is_taken_than_what_was_signed(
    data: st.DataObject, signed: bytes, tte: Tte
) -> None:
    at = data.draw(st.integers(0, len(signed) - 1))
    broken = signed[:at] + bytes([signed[at] ^ data.draw(st.integers(1, 255))]) + signed[at + 1 :]
    try:
        found = read_signed(broken, "confirm", BUDI, ring(), RECORDED)
    except Refusal:
        return
    assert found.assertion == tte


def test_a_certificate_is_taken_from_a_file_or_a_signed_pdf(signed: bytes) -> None:
    pem = OWNED.certificate.public_bytes(Encoding.PEM)
    assert {certificate_in(file) for file in (pem, OWNED.der, signed)} == {OWNED.certificate}
    with pytest.raises(Refusal):
        certificate_in(b"no certificate")
