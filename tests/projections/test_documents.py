"""How decrees are covered by scans, held against an account that is kept from what was sent, without any fold."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

import given
import pytest

from projections.documents import DOCUMENTS
from projections.documents.rows import ConcernRow, CoverageRow

SCANS = ["aa" * 32, "bb" * 32, "cc" * 32]
FIRST = 10


@dataclass
class Told:
    """A decree by what was sent: its rows, why it has no scan, and each scan with its row, role and who compared it."""

    rows: int
    pending: str | None
    scans: list[tuple[str, int | None, str, bool]] = field(default_factory=list)

    def state(self) -> str:
        for wanted, compared in (("matched", True), ("attached", False)):
            showing = [
                row for _, row, role, by_two in self.scans if role in {"sk", "petikan"} and (by_two or not compared)
            ]
            if None in showing or all(n in showing for n in range(1, self.rows + 1)):
                return wanted
        if any(role in {"sk", "petikan"} for _, _, role, _ in self.scans):
            return "partly"
        return self.pending or "none"


def rows_of(ledger: given.Ledger, n: int) -> list[CoverageRow | ConcernRow]:
    tag = given.decree(n).tag
    mine = [entry for entry in ledger.entries if tag in entry.tags]
    return [
        row for row in DOCUMENTS.project(DOCUMENTS.key.fold((tag,), mine)) if isinstance(row, CoverageRow | ConcernRow)
    ]


def coverage_of(ledger: given.Ledger, n: int) -> CoverageRow:
    (row,) = [row for row in rows_of(ledger, n) if isinstance(row, CoverageRow)]
    return row


def office() -> given.Ledger:
    return given.Ledger(
        given.form(given.create_unit(), *(given.create_post(n) for n in range(1, 4)), n=1, mode="signed"),
        given.form(*(given.open_career(n, post=given.post(n)) for n in range(1, 4)), n=2, mode="signed"),
    )


def sent(chance: Random) -> Iterator[tuple[given.Json, dict[int, Told]]]:
    """Decrees, matches and annulments of matches, in order, each with what is then true of every decree."""
    known: dict[int, Told] = {}
    matches: list[tuple[int, int, tuple[str, int | None, str, bool]]] = []
    for n in range(FIRST, FIRST + 14):
        choice = chance.choice(("decree", "decree", "match", "match", "annul"))
        if choice == "match" and known:
            of = chance.choice(list(known))
            row = chance.choice((None, *range(1, known[of].rows + 1)))
            scan = (chance.choice(SCANS), row, chance.choice(("sk", "petikan", "annex", "consideration")), True)
            if any(other == scan[0] and at in {None, row} for other, at, _, _ in known[of].scans):
                continue
            known[of].scans.append(scan)
            matches.append((n, of, scan))
            told = {"action": "match_document", "of": {"decree": given.decree(of), "row": row}, "role": scan[2]}
            yield given.note(n, {**told, "sha256": scan[0]}, document_pending=None), known
        elif choice == "annul" and matches:
            note, of, scan = matches.pop(chance.randrange(len(matches)))
            known[of].scans.remove(scan)
            known[n] = Told(1, "menyusul")
            yield given.signed(n, given.annul(note)), known
        else:
            people = chance.sample((1, 2, 3), chance.choice((1, 2)))
            pending = chance.choice(("menyusul", "tidak_ditemukan", None))
            form = given.signed(n, *(given.raise_rank(who) for who in people), on=f"2025-01-{n:02}")
            form |= {"document_pending": {"reason": "r", "state": pending} if pending else {"reason": "r"}}
            being = Told(len(people), pending or "menyusul")
            if chance.random() < 0.3:
                form |= {"document_pending": None, "documents": [{"role": "sk", "sha256": SCANS[0]}]}
                being = Told(len(people), None, [(SCANS[0], None, "sk", False)])
            known[n] = being
            yield form, known


@pytest.mark.parametrize("seed", range(60))
def test_coverage_agrees_with_an_account_kept_from_what_was_sent(seed: int) -> None:
    ledger = office()
    seen = set()
    for form, known in sent(Random(seed)):
        ledger.record(form)
        for n, told in known.items():
            row = coverage_of(ledger, n)
            assert (row.state, row.scans) == (told.state(), len(told.scans)), (seed, n)
            seen.add(row.state)
    assert seen


def test_every_state_comes_up_by_chance() -> None:
    states = {told.state() for seed in range(60) for _, known in sent(Random(seed)) for told in known.values()}

    assert states >= {"matched", "attached", "partly", "menyusul", "tidak_ditemukan"}


def test_a_draft_without_a_scan_has_none_and_says_no_reason() -> None:
    ledger = office()
    ledger.record(given.form(given.raise_rank(1), n=20))

    assert coverage_of(ledger, 20).state == "none"


def test_a_decree_concerns_people_posts_and_units_but_not_its_signer_or_a_note() -> None:
    ledger = office()
    ledger.record(given.signed(20, given.move(1, 2, "2025-02-01"), given.create_unit(2)))
    told = {"action": "match_document", "of": {"decree": given.decree(20)}, "role": "sk", "sha256": SCANS[0]}
    ledger.record(given.note(21, told, document_pending=None))
    concerns = {(row.kind, row.subject) for row in rows_of(ledger, 20) if isinstance(row, ConcernRow)}

    assert concerns == {
        ("employee", UUID(given.employee(1))), ("post", UUID(given.post(2))), ("unit", UUID(given.unit(2))),
    }  # fmt: skip
    assert rows_of(ledger, 21) == []
