"""What pages and API need of a running service. `app` makes one; nothing here knows how.

Everything may be used from many threads.
"""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from asn_ledger.accounts import Accounts, Sessions
from asn_ledger.accounts.desk import Desk
from asn_ledger.accounts.desk.bulk import BulkDesk
from asn_ledger.accounts.desk.filters import Filters
from asn_ledger.accounts.desk.imports import Imports
from asn_ledger.accounts.desk.matching import Matcher
from asn_ledger.accounts.desk.sheets import Sheets
from asn_ledger.accounts.desk.sweeping import Sweeper
from asn_ledger.accounts.login import Logins
from asn_ledger.accounts.passkeys import Passkeys
from asn_ledger.documents import Documents
from asn_ledger.domain.facts import Calendar
from asn_ledger.domain.regulations import Regulations
from asn_ledger.ledger.checkpoints import Checkpoints
from asn_ledger.ledger.erasing import Eraser
from asn_ledger.ledger.mapper import LedgerMapper
from asn_ledger.ledger.plan import Registrar
from asn_ledger.ledger.recorder import LedgerRecorder
from asn_ledger.ledger.store import EntryStore
from asn_ledger.proof.policy import Policy
from asn_ledger.readmodels.opening import Connection, Opens
from asn_ledger.settings import Settings


class Service(Protocol):
    """One agency's ledger, opened."""

    @property
    def settings(self) -> Settings:
        """The installation's choices."""
        ...

    @property
    def regulations(self) -> Regulations:
        """The dated tables of the law."""
        ...

    @property
    def calendar(self) -> Calendar:
        """The agency's working days."""
        ...

    @property
    def recorder(self) -> LedgerRecorder:
        """The ledger's facts as stored."""
        ...

    @property
    def store(self) -> EntryStore:
        """The ledger's facts, opened."""
        ...

    @property
    def mapper(self) -> LedgerMapper:
        """Opens what is sealed, and gives the keys of single fields."""
        ...

    @property
    def opens(self) -> Opens:
        """Opens stored facts for the read models."""
        ...

    @property
    def registrar(self) -> Registrar:
        """Plans and records decrees."""
        ...

    @property
    def checkpoints(self) -> Checkpoints:
        """Signs, and proves from what was signed."""
        ...

    @property
    def policy(self) -> Policy:
        """Whose cosignatures make a checkpoint official."""
        ...

    @property
    def accounts(self) -> Accounts:
        """People who log in."""
        ...

    @property
    def sessions(self) -> Sessions:
        """The browsers in which they did."""
        ...

    @property
    def logins(self) -> Logins:
        """How they log in."""
        ...

    @property
    def passkeys(self) -> Passkeys:
        """With what they sign outside the server."""
        ...

    @property
    def bulk(self) -> BulkDesk:
        """Bulk days: many decrees from one request."""
        ...

    @property
    def sheets(self) -> Sheets:
        """Sheets that were sent, and how their columns are read."""
        ...

    @property
    def filters(self) -> Filters:
        """What accounts choose lists by, by name."""
        ...

    @property
    def desk(self) -> Desk:
        """Signed decrees that wait for a second person."""
        ...

    @property
    def eraser(self) -> Eraser:
        """Records proposals, holds and erasures."""
        ...

    @property
    def sweeper(self) -> Sweeper:
        """Carries erasures out, and knows which keys are missing without one."""
        ...

    @property
    def imports(self) -> Imports:
        """Imports from other systems and their reports."""
        ...

    @property
    def matcher(self) -> Matcher:
        """Scans that wait to be matched with a decree."""
        ...

    @property
    def documents(self) -> Documents:
        """Scans of decrees, sealed."""
        ...

    @property
    def agency(self) -> str:
        """The ledger's name, first in every statement."""
        ...

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the agency's days begin."""
        ...

    def now(self) -> datetime:
        """The time of a request; asked once and passed down."""
        ...

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection that reads; errors of the driver come out as the ledger's own."""
        ...

    def wait_live(self, position: int, seconds: float) -> bool:
        """Whether the read models have reached a position, waiting so many seconds at most."""
        ...
