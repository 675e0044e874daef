"""Who may do and see what, walked role by role."""

from datetime import date

import given
import pytest

from asn_ledger.domain.access import Act, Role, holder_named, may
from asn_ledger.domain.terms.codes import PostKind, UnitKind

READING = {Act.READ_PUBLIC, Act.READ_PEOPLE, Act.READ_RESTRICTED, Act.READ_RECORD, Act.READ_PAYLOADS, Act.SEARCH_PEOPLE}
ENTERING = {Act.DRY_RUN, Act.RECORD, Act.CONFIRM}
DAY = date(2025, 1, 1)


@pytest.mark.parametrize(
    ("role", "acts"),
    [
        ("public", {Act.READ_PUBLIC}),
        ("auditor", READING),
        ("office", READING | ENTERING),
        ("operator", READING | ENTERING),
    ],
)
def test_each_role_may_do_this_and_nothing_else(role: Role, acts: set[Act]) -> None:
    assert {act for act in Act if may(role, act)} == acts


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
