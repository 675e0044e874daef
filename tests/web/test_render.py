"""Every template's variables are the fields of its page's context type, and none of these goes unused."""

from dataclasses import fields
from typing import Any

import pytest
from jinja2 import meta, nodes

from asn_ledger.language import keys
from asn_ledger.web.pages.account import AccountPage
from asn_ledger.web.pages.accounts import AccountsPage, KeptAccountPage
from asn_ledger.web.pages.appraisals import AppraisalsPage
from asn_ledger.web.pages.bulk import BulkDaysPage, BulkPage
from asn_ledger.web.pages.career import CareerPage
from asn_ledger.web.pages.check import CheckPage
from asn_ledger.web.pages.confirmation import ClosedPage, ConfirmationPage
from asn_ledger.web.pages.coverage import CoveragePage
from asn_ledger.web.pages.decree import DecreePage
from asn_ledger.web.pages.decrees import DecreesPage
from asn_ledger.web.pages.disputes import DisputesPage
from asn_ledger.web.pages.due import DueContext
from asn_ledger.web.pages.entry import EntryPage
from asn_ledger.web.pages.erasures import ErasuresPage
from asn_ledger.web.pages.filters import FiltersPage
from asn_ledger.web.pages.grid import GridPage
from asn_ledger.web.pages.home import HomePage
from asn_ledger.web.pages.imports import ImportPage, ImportsPage
from asn_ledger.web.pages.keys import KeysPage
from asn_ledger.web.pages.ledger import LedgerPage
from asn_ledger.web.pages.login import CodePage, LoginPage, PasswordPage
from asn_ledger.web.pages.post import PostPage
from asn_ledger.web.pages.queue import QueuePage, ScanPage
from asn_ledger.web.pages.refusal import FramedRefusal, RefusalPage
from asn_ledger.web.pages.search import SearchPage
from asn_ledger.web.pages.second_factor import CodesPage, EnrolPage
from asn_ledger.web.pages.sheets import MappingPage, SheetsPage
from asn_ledger.web.pages.staff import StaffContext
from asn_ledger.web.pages.tasks import TasksPage
from asn_ledger.web.pages.unit import UnitPage, UnitsPage
from asn_ledger.web.render import GLOBALS, environment, version

# Any: whatever dataclass the page's builder returns.
CONTEXTS: dict[str, type[Any]] = {
    "appraisals.html": AppraisalsPage,
    "bulk.html": BulkPage,
    "disputes.html": DisputesPage,
    "bulk_days.html": BulkDaysPage,
    "career.html": CareerPage,
    "check.html": CheckPage,
    "closed.html": ClosedPage,
    "confirmation.html": ConfirmationPage,
    "coverage.html": CoveragePage,
    "import.html": ImportPage,
    "imports.html": ImportsPage,
    "decree.html": DecreePage,
    "documents.html": QueuePage,
    "decrees.html": DecreesPage,
    "due.html": DueContext,
    "entry.html": EntryPage,
    "erasures.html": ErasuresPage,
    "filters.html": FiltersPage,
    "grid.html": GridPage,
    "home.html": HomePage,
    "login.html": LoginPage,
    "account.html": AccountPage,
    "accounts.html": AccountsPage,
    "kept_account.html": KeptAccountPage,
    "code.html": CodePage,
    "password.html": PasswordPage,
    "enrol.html": EnrolPage,
    "recovery.html": CodesPage,
    "keys.html": KeysPage,
    "ledger.html": LedgerPage,
    "post.html": PostPage,
    "framed.html": FramedRefusal,
    "refusal.html": RefusalPage,
    "scan.html": ScanPage,
    "mapping.html": MappingPage,
    "search.html": SearchPage,
    "sheets.html": SheetsPage,
    "staff.html": StaffContext,
    "tasks.html": TasksPage,
    "unit.html": UnitPage,
    "units.html": UnitsPage,
}


def _variables(template: str) -> set[str]:
    env = environment()
    assert env.loader is not None
    source, _, _ = env.loader.get_source(env, template)
    tree = env.parse(source)
    imported = {
        name if isinstance(name, str) else name[1] for node in tree.find_all(nodes.FromImport) for name in node.names
    }
    found = set(meta.find_undeclared_variables(tree)) - imported
    for other in meta.find_referenced_templates(tree):
        assert other is not None, "templates name each other outright"
        found |= _variables(other)
    return found


@pytest.mark.parametrize("template", CONTEXTS)
def test_a_template_knows_its_context_and_nothing_else(template: str) -> None:
    assert _variables(template) - GLOBALS == {field.name for field in fields(CONTEXTS[template])}


def test_every_page_has_its_context() -> None:
    pages = {name for name in environment().list_templates() if "/" not in name} - {"base.html"}
    assert pages == set(CONTEXTS)


def test_every_message_a_template_asks_for_is_there() -> None:
    env = environment()
    assert env.loader is not None
    asked = set()
    for name in env.list_templates():
        source, _, _ = env.loader.get_source(env, name)
        for call in env.parse(source).find_all(nodes.Call):
            first = call.args[0] if call.args else None
            if getattr(call.node, "name", "") == "t" and isinstance(first, nodes.Const):
                asked.add(first.value)
    assert asked
    assert asked <= keys("id")


def test_addresses_of_files_change_with_their_content() -> None:
    assert version("style.css") != version("htmx-4.0.1.min.js")
    assert len(version("style.css")) == 12
