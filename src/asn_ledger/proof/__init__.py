"""What anybody can check on bytes alone: canonical JSON, Merkle tree, signed checkpoints, receipts, acknowledgements.

Bytes go in; bytes come out, or a `VerificationError`. Nothing here knows what the bytes are about, reads a clock or
opens a file, and nothing but the standard library, `cryptography` and `orjson` is imported, so that a verifier can be
built from this room alone.

    canonical        values as RFC 8785 bytes, in a profile narrow enough to be fast
    merkle           RFC 9162 tree: hashes, root, frontier, inclusion and consistency
    note             C2SP signed notes and their Ed25519 keys
    checkpoint       C2SP tlog-checkpoint: a signed statement of size and root
    logkeys          the keys of one log, one after the other
    cosignature      C2SP tlog-cosignature: a witness's dated signature of a checkpoint
    policy           C2SP tlog-policy: which log, which witnesses, and how many of them, a reader asks for
    submission       C2SP tlog-witness: what a log hands in to be cosigned
    receipt          C2SP tlog-proof: one entry's proof that can be checked offline
    acknowledgement  the signed answer to an append, given before a checkpoint covers it
    signed           statements as signed canonical JSON, of whatever kind
    subject          where the chain of a person's or post's facts ends
    archive          ZIP files with exactly one spelling
    facts            one fact as evidence shows it; sealed: one of its values, opened with its own key
    evidence         what a ledger says about one post, person or decree, checked without the ledger
    attested         the signatures in it that were made outside the server
    encoding         strict readers of base64, hex and decimals
    errors           the one way to fail
"""
