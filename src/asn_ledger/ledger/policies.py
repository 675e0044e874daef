"""The policy of this installation: which witnesses its log asks, and whose cosignatures make a checkpoint official."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.note import VerifierKey
from asn_ledger.proof.policy import Log, Policy, parse_policy

from .errors import LedgerError


class PolicyError(LedgerError):
    """The policy file cannot be used; the message says why."""


def read_policy(path: Path, keys: Sequence[VerifierKey]) -> Policy:
    """Read the witnesses and the quorum out of a policy file; the logs are always this installation's own keys.

    Args:
        path: of a C2SP tlog-policy; where there is none, no witness is asked for.
        keys: the log's, one for each time its key was changed.

    Raises:
        PolicyError: if the file is no policy.
    """
    logs = tuple(Log(key) for key in keys)
    try:
        return replace(parse_policy(path.read_bytes()), logs=logs)
    except FileNotFoundError:
        return Policy(logs)
    except VerificationError as error:
        raise PolicyError(f"{path}: {error}") from None
