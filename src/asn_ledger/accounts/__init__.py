"""People who log in, their tokens, and `authorise(principal, act, subject)`: the one gate."""

from asn_ledger.accounts.gate import ANONYMOUS, Principal, authorise
from asn_ledger.accounts.sessions import Session, Sessions
from asn_ledger.accounts.store import SCHEMA, Accounts

__all__ = ["ANONYMOUS", "SCHEMA", "Accounts", "Principal", "Session", "Sessions", "authorise"]
