"""Who may do and see what, walked role by role."""

from datetime import date
from uuid import UUID

import given
import pytest

from asn_ledger.domain.access import About, Act, Grant, Role, Subject, allowing, holder_named, may
from asn_ledger.domain.terms.codes import PostKind, UnitKind
from asn_ledger.domain.terms.ids import EmployeeId, UnitId

LOGGED_IN = {Act.READ_PUBLIC, Act.KEEP_ACCOUNT}
READING = {
    *LOGGED_IN,
    Act.READ_PEOPLE,
    Act.READ_RESTRICTED,
    Act.READ_RECORD,
    Act.READ_PAYLOADS,
    Act.SEARCH_PEOPLE,
    Act.SEE_DOCUMENTS,
    Act.SEE_IMPORTS,
    Act.SEE_TASKS,
    Act.EXPORT_LIST,
    Act.SEE_KEYS,
    Act.SEE_ERASURES,
}
ENTERING = {
    Act.SEE_DESK,
    Act.DRY_RUN,
    Act.SUBMIT,
    Act.RECORD,
    Act.SEE_INTAKE,
    Act.UPLOAD_DOCUMENT,
    Act.MATCH_DOCUMENT,
    Act.RUN_IMPORT,
    Act.PLAN_BULK,
}
OF_UNITS = {
    Act.READ_PEOPLE,
    Act.SEARCH_PEOPLE,
    Act.DRY_RUN,
    Act.SEE_DESK,
    Act.SUBMIT,
    Act.RECORD,
    Act.PLAN_BULK,
    Act.SEE_DOCUMENTS,
    Act.UPLOAD_DOCUMENT,
    Act.SEE_INTAKE,
    Act.MATCH_DOCUMENT,
    Act.EXPORT_LIST,
}
DAY = date(2025, 1, 1)
CITY, OFFICE, SCHOOL = (UnitId.of(UUID(int=n)) for n in (1, 2, 3))
ANI, BUDI = (EmployeeId.of(UUID(int=n)) for n in (11, 12))
IN_SCHOOL = About(BUDI, frozenset({SCHOOL, OFFICE, CITY}))
IN_CITY = About(BUDI, frozenset({CITY}))


@pytest.mark.parametrize(
    ("role", "acts"),
    [
        ("public", {Act.READ_PUBLIC}),
        ("employee", LOGGED_IN),
        ("opd_clerk", LOGGED_IN | {Act.SEE_TASKS}),
        ("hr_officer", READING | ENTERING | {Act.PROPOSE_ERASURE}),
        (
            "confirmer",
            READING
            | {Act.DRY_RUN, Act.SEE_DESK, Act.DECIDE, Act.CONFIRM, Act.SEE_INTAKE, Act.MATCH_DOCUMENT}
            | {Act.APPROVE_ERASURE, Act.VOUCH, Act.SEE_ACCOUNTS, Act.ANSWER_FOR_LOSS},
        ),
        (
            "authority",
            READING
            | {Act.DRY_RUN, Act.OVERSEE, Act.DECIDE, Act.OVERRIDE, Act.APPROVE_ERASURE, Act.VOUCH, Act.SEE_ACCOUNTS}
            | {Act.ANSWER_FOR_LOSS},
        ),
        ("auditor", READING | {Act.OVERSEE, Act.SEE_ACCOUNTS}),
        ("inspector", READING | {Act.OVERSEE, Act.HOLD_ERASURE, Act.SEE_ACCOUNTS, Act.ANSWER_FOR_LOSS}),
        ("administrator", LOGGED_IN | {Act.SEE_ACCOUNTS, Act.KEEP_ACCOUNTS}),
        (
            "dpo",
            LOGGED_IN
            | {Act.READ_PEOPLE, Act.READ_RECORD, Act.SEARCH_PEOPLE, Act.SEE_TASKS, Act.PROTECT_DATA}
            | {Act.SEE_ERASURES, Act.PROPOSE_ERASURE, Act.SEE_ACCOUNTS},
        ),
        (
            "operator",
            READING | ENTERING | {Act.DECIDE, Act.CONFIRM, Act.PROPOSE_ERASURE, Act.APPROVE_ERASURE, Act.HOLD_ERASURE},
        ),
    ],
)
def test_each_role_may_do_this_in_the_whole_agency_and_nothing_else(role: Role, acts: set[Act]) -> None:
    assert {act for act in Act if may(role, act)} == acts


@pytest.mark.parametrize("act", list(Act))
def test_a_clerk_reaches_what_stands_under_the_unit_and_nothing_else(act: Act) -> None:
    def can(subject: Subject) -> bool:
        return bool(allowing([Grant("opd_clerk", OFFICE)], ANI, act, subject)) and not may("opd_clerk", act)

    assert can((IN_SCHOOL,)) is (act in OF_UNITS)
    assert can("anything") is (act in OF_UNITS)
    assert not can((IN_CITY,))
    assert not can((IN_SCHOOL, IN_CITY))
    assert not can((About(ANI),))
    assert not can(())
    assert not can("agency")


@pytest.mark.parametrize("act", list(Act))
def test_an_employee_reaches_their_own_file_alone(act: Act) -> None:
    own = act in {Act.READ_PEOPLE, Act.READ_RESTRICTED, Act.SEE_DOCUMENTS}

    def can(subject: Subject, employee: EmployeeId | None = ANI) -> bool:
        return bool(allowing([Grant("employee")], employee, act, subject)) and not may("employee", act)

    assert can((About(ANI, frozenset({SCHOOL})),)) is own
    assert not can((IN_SCHOOL,))
    assert not can((About(ANI), IN_SCHOOL))
    assert not can((About(None, frozenset({SCHOOL})),))
    assert not can((About(ANI),), None)
    assert not can((About(None),), None)
    assert not can("agency")


@pytest.mark.parametrize(
    ("kind", "unit_kind", "leads", "marked", "named"),
    [
        ("jpt_pratama", "dinas", True, None, True),
        ("administrator", "bidang", False, None, True),
        ("pengawas", "kelurahan", True, None, True),
        ("pengawas", "kelurahan", False, None, False),
        ("pengawas", "subbagian", True, None, False),
        ("pelaksana", None, False, None, False),
        ("pelaksana", "dinas", False, True, True),
        ("jpt_pratama", "dinas", True, False, False),
    ],
)
def test_the_public_learns_names_above_the_threshold(
    kind: PostKind, unit_kind: UnitKind | None, leads: bool, marked: bool | None, named: bool
) -> None:
    def asked(role: Role) -> bool:
        return holder_named(
            role, given.REGULATIONS, DAY, kind=kind, unit_kind=unit_kind, leads_unit=leads, named_publicly=marked
        )

    assert asked("public") is named
    assert asked("auditor")


def test_before_any_threshold_nobody_is_named_to_the_public() -> None:
    assert not holder_named(
        "public", given.REGULATIONS, date(1999, 1, 1), kind="jpt_pratama", unit_kind="dinas", leads_unit=True
    )
