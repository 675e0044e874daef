"""`asn-ledger signer`: signs in a process of its own, which alone has the log's key; and changes that key."""

import signal
import threading
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from asn_ledger import logs
from asn_ledger.app import databases, kept_checkpoint, key_places
from asn_ledger.cli import output
from asn_ledger.ledger.checkpoints import Checkpoints
from asn_ledger.ledger.logkeyfiles import current_key, prepare_key, read_log_keys, switch_key, taking_turns
from asn_ledger.ledger.policies import read_policy
from asn_ledger.ledger.recorder import LedgerRecorder
from asn_ledger.ledger.signing import Signer, listen
from asn_ledger.settings import Settings


def run(as_json: output.Json = False) -> None:
    """Sign until somebody ends it.

    `asn-ledger signer run`
    """
    settings, ending = Settings(), threading.Event()
    logs.configure(settings.log_level, as_json=settings.log_json)
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda *_: ending.set())
    with (
        databases(settings, output.tell) as urls,
        taking_turns(key_places(settings)),
        LedgerRecorder(urls.service, settings.agency) as recorder,
        _opened(settings, urls.service, recorder) as checkpoints,
    ):
        signer = Signer(recorder, checkpoints)
        signer.start()
        if as_json:
            output.print_json({"signing": recorder.identity.origin})
        else:
            output.print_said("signing", origin=recorder.identity.origin)
        listen(urls.service, settings.agency, signer, ending)
        signer.stop()


def rotate(
    switch: Annotated[bool, typer.Option("--switch")] = False,
    as_json: output.Json = False,
) -> None:
    """Change the log's key.

    `asn-ledger signer rotate`
    `asn-ledger signer rotate --switch`
    """
    settings = Settings()
    places = key_places(settings)
    with databases(settings, output.tell) as urls, LedgerRecorder(urls.service, settings.agency) as recorder:
        origin = recorder.identity.origin
        if not switch:
            waiting = prepare_key(places, origin)
            if as_json:
                output.print_json({"next_key": str(waiting)})
            else:
                output.print_said("key_prepared")
                output.print_text(str(waiting))
            return
        today = datetime.now(UTC).astimezone(ZoneInfo(recorder.identity.zone)).date()
        with taking_turns(places, change=True), _opened(settings, urls.service, recorder) as checkpoints:
            keys = switch_key(places, checkpoints, origin, today)
    if as_json:
        output.print_json({"keys": keys.to_bytes().decode().splitlines()})
    else:
        output.print_said("key_switched", size=keys.keys[-1].since, file=str(places.list_of(origin)))
        output.print_text(str(keys.current))


def _opened(settings: Settings, url: str, recorder: LedgerRecorder) -> Checkpoints:
    """What signs for the ledger, with the key whose turn it is."""
    places, origin = key_places(settings), recorder.identity.origin
    key = current_key(places, origin)
    keys, kept = read_log_keys(places, origin), kept_checkpoint(settings)
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    policy = read_policy(settings.policy_file, keys.verifiers)
    return Checkpoints(url, settings.agency, key, keys=keys, kept=kept, policy=policy)
