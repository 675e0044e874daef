"""People who log in, their tokens, and `authorise(principal, act, subject)`: the one gate."""

from asn_ledger.accounts.gate import ANONYMOUS, Principal, authorise
from asn_ledger.accounts.sessions import Session, Sessions
from asn_ledger.accounts.store import Accounts, prepare

__all__ = ["ANONYMOUS", "Accounts", "Principal", "Session", "Sessions", "authorise", "prepare"]
