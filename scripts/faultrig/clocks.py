"""A service whose clock can be put forward and back while it runs: by so many seconds as a file says."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn_ledger.app import Service
from asn_ledger.ledger.recorder import LedgerRecorder

VARIABLE = "ASN_LEDGER_FAULTS_CLOCK"


def stepped() -> None:
    """Have this process take the time by the file that the environment names, if it names one."""
    name = os.environ.pop(VARIABLE, None)
    if name is None:
        return
    file = Path(name)

    def now(_service: Service | None = None) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=json.loads(file.read_text(encoding="utf-8")))

    defaults = LedgerRecorder.__init__.__kwdefaults__
    LedgerRecorder.__init__.__kwdefaults__ = {**(defaults or {}), "clock": now}
    setattr(Service, "now", now)  # noqa: B010 -- a frozen class is changed for this process alone
