"""The decree form refuses what cannot be represented, and says where."""

from collections.abc import Callable

import given
import pytest

from asn_ledger.domain.decisions.form import parse_decree
from asn_ledger.domain.decisions.row import ACTIONS
from asn_ledger.domain.errors import InvalidValue

ACTIONS_OF_THE_FORM = {
    "create_unit", "rename_unit", "move_unit", "succeed_unit", "abolish_unit", "create_post", "rename_post",
    "reclassify_post", "set_workload", "move_post", "succeed_post", "abolish_post", "take_office", "leave_office", "open_career",
    "appoint_cpns", "appoint_pns", "contract_pppk", "transfer_in", "assign_nip", "appoint", "move", "transfer",
    "inaugurate", "release", "assign_acting", "extend_acting", "end_acting", "raise_rank", "transfer_out", "separate",
    "appraise", "resolve_row", "correct", "revoke", "annul", "correct_record", "correct_decree", "correct_decree_record", "reassign_fact", "identify_persons",
    "separate_persons", "match_document", "dispute_document", "confirm_row", "withdraw_record", "extend_contract", "convert_contract", "grant_salary_step",
    "defer_salary_step", "recognise_service", "assign_duty", "end_duty", "record_education", "record_training", "determine_points",
    "grant_leave", "extend_leave", "assign_study", "extend_study", "suspend", "reinstate",
}  # fmt: skip


def test_every_action_of_the_form_is_there() -> None:
    assert set(ACTIONS) == ACTIONS_OF_THE_FORM


def test_a_whole_decree_is_read() -> None:
    consideration = {"kind": "ba_tpk", "number": "BA-1", "on": "2024-12", "outcome": "setuju", "rows": [1]}
    read = parse_decree(
        given.form(given.move(), considerations=[consideration], legal_basis=[{"regulation": "PP 11/2017"}])
    )

    assert (read.rows[0].action, read.considerations[0].rows) == ("move", (1,))


def wrong_number(form: given.Json) -> None:
    form["rows"][1]["row"] = 3


def twice_the_number(form: given.Json) -> None:
    form["rows"][1]["row"] = 1


def unknown_field(form: given.Json) -> None:
    form["rows"][1]["salary"] = 1


def unknown_action(form: given.Json) -> None:
    form["rows"][1]["action"] = "promote"


def malformed_date(form: given.Json) -> None:
    form["rows"][1]["tmt"] = {"on": "2025-02-30"}


def no_rows(form: given.Json) -> None:
    form["rows"] = []


def a_document_that_is_no_hash(form: given.Json) -> None:
    form["documents"] = [{"role": "sk", "sha256": "sk.pdf"}]


def a_document_twice(form: given.Json) -> None:
    form["documents"] = [{"role": "sk", "sha256": "ab" * 32}] * 2


def the_decree_attached_and_still_to_come(form: given.Json) -> None:
    form |= {"mode": "signed", "document_pending": {"reason": "menyusul"}}
    form["documents"] = [{"role": "sk", "sha256": "ab" * 32}]


def an_annex_alone(form: given.Json) -> None:
    form |= {"mode": "signed", "documents": [{"role": "annex", "sha256": "ab" * 32}]}


def no_document_and_no_reason(form: given.Json) -> None:
    form["mode"] = "signed"


def a_draft_without_date(form: given.Json) -> None:
    form["decided_on"] = None


def a_note_that_appoints(form: given.Json) -> None:
    form["kind"] = "catatan"


def a_decree_that_resolves(form: given.Json) -> None:
    form["rows"][1] = {
        "row": 2,
        "action": "resolve_row",
        "of": given.row_of(7),
        "replacement": {"row": 1, **given.move()},
    }


def a_ralat_of_a_ralat_row(form: given.Json) -> None:
    inner = {"row": 1, "action": "correct", "of": given.row_of(7), "replacement": {"row": 1, **given.move()}}
    form["rows"][1] = {"row": 2, "action": "correct", "of": given.row_of(8), "replacement": inner}


def an_unknown_row_named(form: given.Json) -> None:
    form["overrides"] = [{"row": 9, "rule": "R-KP-11", "reason": "r", "authority": "a"}]


def an_override_of_a_signed_decree(form: given.Json) -> None:
    form |= {"mode": "signed", "document_pending": {"reason": "menyusul"}}
    form["overrides"] = [{"row": 1, "rule": "R-KP-11", "reason": "r", "authority": "a"}]


def one_post_created_twice(form: given.Json) -> None:
    form["rows"] = [{"row": 1, **given.create_post(1)}, {"row": 2, **given.create_post(1)}]


def a_control_character(form: given.Json) -> None:
    form["rows"][0]["as_printed"] = {"name": "Siti\x7f"}


def two_signers(form: given.Json) -> None:
    form["signer"]["post"] = given.post()


@pytest.mark.parametrize(
    ("spoil", "row", "words"),
    [
        (wrong_number, 0, "numbered from 1 to 2"),
        (twice_the_number, 0, "numbered from 1 to 2"),
        (unknown_field, 2, "salary: Extra inputs"),
        (unknown_action, 2, "promote"),
        (malformed_date, 2, "day of the calendar"),
        (no_rows, 0, "rows: "),
        (a_document_that_is_no_hash, 0, "sha256"),
        (a_document_twice, 0, "twice"),
        (the_decree_attached_and_still_to_come, 0, "no document_pending"),
        (an_annex_alone, 0, "document_pending"),
        (no_document_and_no_reason, 0, "document_pending"),
        (a_draft_without_date, 0, "decided_on"),
        (a_note_that_appoints, 0, "needs a decree"),
        (a_decree_that_resolves, 0, "kind catatan"),
        (a_ralat_of_a_ralat_row, 2, "states a fact"),
        (an_unknown_row_named, 0, "no row 9"),
        (an_override_of_a_signed_decree, 0, "finding"),
        (two_signers, 0, "not for both"),
        (one_post_created_twice, 0, "row 2"),
        (a_control_character, 0, "Siti?"),
    ],
)
def test_what_cannot_be_represented_is_refused(spoil: Callable[[given.Json], None], row: int, words: str) -> None:
    form = given.form(given.move(1), given.move(2))
    spoil(form)

    with pytest.raises(InvalidValue) as refused:
        parse_decree(form)

    assert refused.value.rows[0].row == row
    assert words in refused.value.rows[0].message


@pytest.mark.parametrize(
    "row",
    [
        {"action": "raise_rank", "service_years": 10**9},
        {"action": "grant_salary_step", "service_years": 10**9},
        {"action": "recognise_service", "years": 10**9},
        {"action": "open_career", "service_years": 10**9},
        {"action": "transfer_in", "service_years": 10**9},
        {"action": "match_document", "page": 10**12},
    ],
)
def test_no_number_is_larger_than_a_read_model_keeps(row: given.Json) -> None:
    with pytest.raises(InvalidValue) as refused:
        parse_decree(given.form(row, kind="catatan"))

    assert any("less than or equal to" in one.message for one in refused.value.rows)


def test_every_malformed_row_is_named_by_its_own_number() -> None:
    form = given.form(given.move(1), given.move(2), given.raise_rank(1))
    form["rows"][0] |= {"row": 3, "path": "x"}
    form["rows"][2] |= {"row": 1, "to": "V/a"}

    with pytest.raises(InvalidValue) as refused:
        parse_decree(form)

    assert {row.row for row in refused.value.rows} == {1, 3}


def test_evidence_is_a_consideration_of_the_same_decree() -> None:
    row = {"action": "correct_record", "of": given.row_of(7), "replacement": {"row": 1, **given.move()}}
    form = given.form({**row, "evidence": "BA-2", "reason": "salah ketik"}, kind="catatan")

    with pytest.raises(InvalidValue, match="BA-2"):
        parse_decree(form)
