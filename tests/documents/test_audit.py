"""The full audit reads every document that the ledger names, and names each that is missing, changed or mis-keyed."""

import os
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from papers import pdf
from web.office import decree, unit
from web.running import Running, running

from asn_ledger.documents.sealing import HEAD_BYTES
from asn_ledger.ledger.audit import audit_ledger
from asn_ledger.ledger.audit.documents import Compared, compared, count_disputed
from asn_ledger.ledger.audit.report import Report, Step, StepReport

SCANS = [pdf(bytes([n])) for n in range(3)]
NAMES = [sha256(scan).hexdigest() for scan in SCANS]


@pytest.fixture(scope="module")
def web(service_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A decree that names scan 0 and, in a consideration, scan 1; a note that matches scan 2 with it later."""
    with running(service_url, tmp_path_factory.mktemp("home")) as opened:
        for scan in SCANS:
            opened.service.documents.add([scan], "ani")
        form = decree([unit(1, "Dinas Arsip")]) | {"document_pending": None}
        form["documents"] = [{"role": "sk", "sha256": NAMES[0]}]
        form["considerations"] = [
            {"kind": "ba_tpk", "number": "1", "on": "2019", "outcome": "setuju", "document": NAMES[1]}
        ]
        opened.record(form)
        row = {"action": "match_document", "of": {"decree": form["id"]}, "role": "annex", "sha256": NAMES[2]}
        opened.record(decree([row], kind="catatan", number="800.2/1") | {"document_pending": None})
        yield opened


def audit(web: Running) -> Report:
    service = web.service
    return audit_ledger(service.databases.service, service.agency, key=web.key, check_document=service.documents.fault)


def step(report: Report) -> StepReport:
    return report.steps[-1]


def test_every_document_is_read(web: Running) -> None:
    report = audit(web)

    assert report.passed
    assert (step(report).step, step(report).checked) == (Step.DOCUMENTS, 3)


def changed(path: Path) -> None:
    sealed = bytearray(path.read_bytes())
    sealed[HEAD_BYTES + 2] ^= 1
    path.write_bytes(sealed)


@pytest.mark.parametrize(
    ("number", "position"), [(0, 1), (1, 1), (2, 4)], ids=["the decree's own", "a consideration's", "one matched later"]
)
@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (Path.unlink, "missing"),
        (changed, "changed or cut off"),
        (lambda path: os.truncate(path, 70), "changed or cut off"),
    ],
    ids=["missing", "changed", "cut"],
)
def test_each_damage_is_named_with_the_position_of_the_fact_that_names_it(
    web: Running, number: int, position: int, damage: Callable[[Path], None], words: str
) -> None:
    path = web.service.documents._path(NAMES[number])
    whole = path.read_bytes()
    damage(path)
    try:
        report = audit(web)
    finally:
        path.write_bytes(whole)
    finding = report.finding

    assert finding is not None
    assert (finding.step, finding.position) == (Step.DOCUMENTS, position)
    assert NAMES[number] in finding.detail
    assert words in finding.detail
    assert step(report).checked == 2


def test_a_wrong_key_is_named_and_every_further_fault_too(web: Running) -> None:
    documents = web.service.documents
    paths = [documents._path(name) for name in NAMES]
    whole = [path.read_bytes() for path in paths]
    paths[0].write_bytes(whole[1])
    paths[2].unlink()
    try:
        report = audit(web)
    finally:
        for path, content in zip(paths, whole, strict=True):
            path.write_bytes(content)

    assert report.finding is not None
    assert "names the key" in report.finding.detail
    (other,) = step(report).also
    assert NAMES[2] in other.detail
    assert other.position == 4


def test_a_document_that_the_table_lost_is_named(web: Running) -> None:
    lost = web.service.documents.fault("0" * 64)

    assert lost is not None
    assert "not in the table" in str(lost)


def test_where_no_documents_are_at_hand_the_step_says_so(web: Running) -> None:
    report = audit_ledger(web.service.databases.service, web.service.agency, key=web.key)

    assert report.passed
    assert step(report).state == "skipped"
    assert "3" in step(report).remark


def test_the_audit_counts_the_places_at_which_the_last_scan_compared_says_something_else() -> None:
    def told(n: int, kind: str, row: int | None = None, *, decree: str = "d", role: str = "sk") -> Compared | None:
        word = kind.removeprefix("document.").removesuffix(".v1")
        at = {} if row is None else {f"{word}_row": row}
        return compared(kind, f"e{n}", {f"{word}_decree": decree, "role": role, "strikes": "e1", **at})

    matched, disputed, annulled = "document.matched.v1", "document.disputed.v1", "fact.annulled.v1"
    assert told(9, disputed, role="consideration") is None
    for facts, count in (
        ([told(1, disputed, 1), told(2, disputed, 2), told(3, disputed, 2)], 2),
        ([told(1, disputed, 1), told(2, matched, 1)], 0),
        ([told(1, matched, 1), told(2, disputed, 1)], 1),
        ([told(1, disputed, 1), told(2, disputed), told(3, matched), told(4, disputed, decree="c")], 1),
        ([told(1, disputed, 1), told(2, annulled)], 0),
    ):
        assert count_disputed(one for one in facts if one is not None) == count
