"""A witness over HTTP: logs hand checkpoints in, monitors fetch the last one that was cosigned (C2SP tlog-witness)."""

import sqlite3
from hashlib import sha256

import structlog
from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from asn_ledger.proof.submission import MAX_SUBMISSION_BYTES

from .judging import Inconsistent, NotSigned, OtherSize, UnknownLog, Unreadable, Witness

_STATUS: dict[type[Exception], int] = {Unreadable: 400, NotSigned: 403, UnknownLog: 404}

_log = structlog.get_logger(__name__)


def create_witness(witness: Witness) -> FastAPI:
    """The application of one witness."""
    app = FastAPI(title="ASN Ledger witness", openapi_url=None, docs_url=None, redoc_url=None)

    @app.post("/add-checkpoint")
    async def add_checkpoint(request: Request) -> Response:
        """Cosign a checkpoint that continues all that was cosigned of its log."""
        data = bytearray()
        async for part in request.stream():
            data += part
            if len(data) > MAX_SUBMISSION_BYTES:
                return _text(400, "the submission is too long")
        return await run_in_threadpool(_answer, witness, bytes(data))

    @app.get("/{origin_hash}/checkpoint")
    def read_checkpoint(origin_hash: str) -> Response:
        """The last checkpoint that was cosigned of a log, by the SHA-256 of its origin."""
        note = witness.checkpoint(origin_hash, _hash)
        if note is None:
            return _text(404, "nothing was cosigned of such a log")
        return Response(note, media_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-cache"})

    return app


def _answer(witness: Witness, data: bytes) -> Response:
    try:
        cosigned = witness.cosign(data)
    except (Unreadable, NotSigned, UnknownLog) as refusal:
        return _text(_STATUS[type(refusal)], str(refusal))
    except OtherSize as refusal:
        return Response(f"{refusal.size}\n", 409, headers={"Content-Type": "text/x.tlog.size"})
    except sqlite3.Error as fault:
        _log.error("nothing is cosigned: the book cannot be written", problem=type(fault).__name__)
        return _text(503, "the witness cannot write its book now; try again later")
    except Inconsistent as refusal:
        _log.error("a log does not continue what was cosigned of it; the checkpoint is kept as proof")
        return _text(422, str(refusal))
    return _text(200, "".join(signature.line() for signature in cosigned).removesuffix("\n"))


def _text(status: int, text: str) -> Response:
    return Response(f"{text}\n", status, media_type="text/plain; charset=utf-8")


def _hash(origin: str) -> str:
    return sha256(origin.encode("utf-8")).hexdigest()
