"""The proof vectors of transparency-dev/merkle, read where they are kept and never copied.

They are looked for in the folder that ASN_LEDGER_VECTORS names, else in `shared/vectors` beside the checkout or one
folder above it. Where they are not, the tests skip and say so; a folder that is named and lacks them is an error.
"""

import json
import os
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.merkle import verify_consistency, verify_inclusion

REPOSITORY = Path(__file__).resolve().parents[2]
FILES_PER_KIND = 98


def folder() -> Path | None:
    named = os.environ.get("ASN_LEDGER_VECTORS")
    if named:
        return Path(named) / "merkle" / "testdata"
    for above in REPOSITORY.parents[:2]:
        candidate = above / "shared" / "vectors" / "merkle" / "testdata"
        if candidate.is_dir():
            return candidate
    return None


FOLDER = folder()
needs_vectors = pytest.mark.skipif(
    FOLDER is None, reason="no proof vectors: set ASN_LEDGER_VECTORS to the folder that holds merkle/testdata"
)


def names(kind: str) -> list[str]:
    return [] if FOLDER is None else sorted(str(path.relative_to(FOLDER)) for path in (FOLDER / kind).rglob("*.json"))


# A vector is JSON as its publisher wrote it; the fields are taken as they come, so that a wrong type fails the test.
def read(name: str) -> dict[str, Any]:
    assert FOLDER is not None
    vector: dict[str, Any] = json.loads((FOLDER / name).read_bytes())
    return vector


def hashes(vector: dict[str, Any]) -> list[bytes]:
    return [b64decode(part) for part in vector["proof"] or []]


@needs_vectors
@pytest.mark.parametrize("kind", ["inclusion", "consistency"])
def test_all_vectors_are_there(kind: str) -> None:
    assert len(names(kind)) == FILES_PER_KIND


@needs_vectors
@pytest.mark.parametrize("name", names("inclusion"))
def test_inclusion_vector(name: str) -> None:
    vector = read(name)

    def verify() -> None:
        verify_inclusion(
            leaf=b64decode(vector["leafHash"]),
            index=vector["leafIdx"],
            size=vector["treeSize"],
            proof=hashes(vector),
            root=b64decode(vector["root"]),
        )

    judge(wanted_error=vector["wantErr"], verify=verify)


@needs_vectors
@pytest.mark.parametrize("name", names("consistency"))
def test_consistency_vector(name: str) -> None:
    vector = read(name)

    def verify() -> None:
        verify_consistency(
            old_size=vector["size1"],
            old_root=b64decode(vector["root1"]),
            new_size=vector["size2"],
            new_root=b64decode(vector["root2"]),
            proof=hashes(vector),
        )

    judge(wanted_error=vector["wantErr"], verify=verify)


def judge(*, wanted_error: bool, verify: Any) -> None:
    if wanted_error:
        with pytest.raises(VerificationError):
            verify()
    else:
        verify()
