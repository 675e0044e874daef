"""A witness: cosigns the checkpoints of other people's logs, each only if it continues all that it cosigned before.

It is run by somebody who does not obey the log's owner, on another machine, with a key and a memory of its own
(C2SP tlog-witness). It knows nothing of civil servants: hashes and sizes are all it sees.

    book      its memory: the largest tree cosigned of each log, and what was refused, in one SQLite file
    folder    its key, the logs it trusts, and its book, in one folder
    judging   a submission in, cosignatures or a refusal out
    service   the same over HTTP
"""
