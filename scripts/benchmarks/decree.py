"""`decree`: one decree that moves three hundred people: planned and committed, and the same over HTTP."""

import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from asn_ledger.app import Service
from asn_ledger.domain.decisions.form import parse_decree
from asn_ledger.domain.events import Actor
from asn_ledger.ledger.collecting import set_aside
from asn_ledger.ledger.lines import request_bytes
from asn_ledger.ledger.plan import Command, Committed

from .figures import Figure, within
from .places import Place
from .serving import account, client, served

_HOLDERS = """
SELECT t.employee::text, t.post::text FROM position_history_v4.tenure t
JOIN readmodels.follower f
    ON f.ledger = t.ledger AND f.name = 'position_history' AND f.version = 4 AND f.live_build = t.build
WHERE t.ledger = %(ledger)s AND t.state = 'held' AND t.capacity = 'definitif' AND t.ended IS NULL
ORDER BY t.post LIMIT %(people)s
"""
_COMMITTED, _VISIBLE = 2.0, 3.0


def measure(place: Place, service: Service) -> Iterator[Figure]:
    """Move people, each to the post of the next, in turn by the library's way and over HTTP."""
    with service.reading() as connection:
        asked = {"ledger": service.agency, "people": place.scale.decree_people}
        holders = [(str(who), str(post)) for who, post in connection.execute(_HOLDERS, asked).fetchall()]
    recorder = account(service, f"recorder-{uuid4()}", "hr_officer")
    confirmer = account(service, f"confirmer-{uuid4()}", "confirmer")
    direct: list[float] = []
    posted: list[float] = []
    visible: list[float] = []
    set_aside()  # as whoever serves does
    with served(service) as port, client(port, recorder) as officer, client(port, confirmer) as colleague:
        for number in range(place.scale.rounds):
            direct.append(_record(service, _form(holders, 2 * number + 1)))
            form = _form(holders, 2 * number + 2)
            laid = officer.post("/api/v1/decrees", form, 202, uuid4())
            posted.append(laid)
            visible.append(colleague.post(f"/api/v1/decrees/{form['id']}/confirmation?wait=live", None, 201))
    people = f"{len(holders)} people"
    yield within("decree", f"{people}, plan and commit", direct, _COMMITTED)
    yield within(
        "decree", f"{people}, laid on the desk over HTTP", posted, _COMMITTED, "judged once more when confirmed"
    )
    yield within("decree", f"{people}, confirmed over HTTP and visible", visible, _VISIBLE, "all read models")


def _form(holders: list[tuple[str, str]], turn: int) -> dict[str, Any]:  # Any: JSON
    posts = [post for _, post in holders]
    day = f"2026-{turn % 12 + 1:02d}-01"
    return {
        "id": str(uuid4()),
        "mode": "signed",
        "kind": "keputusan",
        "number": f"821.2/{turn}/2026",
        "decided_on": "2026-01-02",
        "signer": {
            "as_printed": {"name": "Wali Kota", "title": "Wali Kota Salatiga"},
            "office": "wali-kota",
            "capacity": "sendiri",
            "signature": {"kind": "basah"},
        },
        "document_pending": {"reason": "menyusul"},
        "rows": [
            {
                "row": row,
                "action": "move",
                "employee": who,
                "to": posts[(row + turn) % len(posts)],
                "path": "mutasi_setingkat",
                "tmt": {"on": day},
            }
            for row, (who, _) in enumerate(holders, start=1)
        ],
    }


def _record(service: Service, form: dict[str, Any]) -> float:  # Any: JSON
    """Seconds of plan and commit, the form read already."""
    by, confirmed_by = Actor(str(uuid4()), "office"), Actor(str(uuid4()), "office")
    command = Command(uuid4(), parse_decree(form), request_bytes(form), by, confirmed_by)
    began = time.monotonic()
    answer = service.registrar.commit(service.registrar.plan(command, service.now()))
    took = time.monotonic() - began
    if not isinstance(answer, Committed):
        raise TypeError(f"nobody else appends: {answer}")
    return took
