"""The full audit of a ledger, in the database or in an exported file: every entry, and everything that was signed."""

from .exported import audit_export
from .live import audit_ledger
from .outside import Brought
from .report import Fault, Finding, Report, Step, StepReport

__all__ = ["Brought", "Fault", "Finding", "Report", "Step", "StepReport", "audit_export", "audit_ledger"]
