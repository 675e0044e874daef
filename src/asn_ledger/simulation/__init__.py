"""A made-up city: decades of careers by chance under the law's clockwork, and its own account of the truth.

Shares no code with `asn_ledger.domain`, so that it can judge it. docs/reference/simulation.md says what the account
means.
"""

from asn_ledger.simulation.city import City, simulate, write, write_decrees

__all__ = ["City", "simulate", "write", "write_decrees"]
