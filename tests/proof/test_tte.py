"""A TTE that was made once is checked for ever, whatever has become of certificates and tools since.

The vectors were made by pyHanko with an authority of these tests (`ttes`), in January 2026 by its clock.
"""

import json
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from asn_ledger.proof import der
from asn_ledger.proof.encoding import read_base64
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.tte import OTHER_CONTENT, OTHER_KEY, OTHER_TIME, Trust, Tte, act_pdf, verify_tte

VECTORS = json.loads(Path(__file__).with_name("tte_vectors.json").read_bytes())
ASKED = datetime.fromisoformat("2026-01-05T03:04:05.000000Z")


def check(vector: dict[str, Any], **other: Any) -> datetime:
    trust = Trust(*(tuple(map(read_base64, vector[name])) for name in ("roots", "time_roots")))
    given = {
        "tte": Tte.read(vector["tte"]),
        "public_key": read_base64(vector["public_key"]),
        "trust": trust,
        "act": vector["act"].encode(),
        "asked": ASKED,
        "recorded": ASKED + timedelta(hours=1),
    }
    return verify_tte(**{**given, **other})


@pytest.mark.parametrize("vector", VECTORS, ids=["pdf", "pades", "act"])
def test_vectors(vector: dict[str, Any]) -> None:
    assert check(vector).isoformat() == "2026-01-05T03:10:00+00:00"
    assert Tte.read(vector["tte"]).stored() == vector["tte"]
    assert sha256(act_pdf(vector["act"].encode())).hexdigest() == vector["pdf_sha256"]
    other = vector["act"].replace("confirm", "annul").encode()
    for wrong, why in (
        ({"act": other}, OTHER_CONTENT),
        ({"asked": ASKED + timedelta(hours=1)}, OTHER_TIME),
        ({"recorded": ASKED}, OTHER_TIME),
        ({"public_key": b"another"}, OTHER_KEY),
    ):
        with pytest.raises(VerificationError, match=why):
            check(vector, **wrong)


@pytest.mark.parametrize(
    "data", ["30", "3081", "308100", "30810100", "30800000", "3f8101", "300100ff", "0285000000000100", "30820001"]
)
def test_der_with_another_spelling_is_refused(data: str) -> None:
    with pytest.raises(VerificationError):
        der.read_one(bytes.fromhex(data), der.SEQUENCE)


@pytest.mark.parametrize(
    "time", ["20260105031000", "20260105031000.0Z", "20261305031000Z", "2601050310Z", "20260105031000+0700"]
)
def test_a_time_with_another_spelling_is_refused(time: str) -> None:
    with pytest.raises(VerificationError):
        der.read_time(der.Node(der.GENERALIZED_TIME, time.encode()))
