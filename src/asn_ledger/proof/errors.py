"""The one way in which a check fails."""


class VerificationError(Exception):
    """What was presented does not prove what it claims; the message says which part failed."""
