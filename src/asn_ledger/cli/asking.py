"""A question on the command line: the operator of this machine asks as the office does, in two times."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from uuid import UUID

import typer

from asn_ledger.accounts import Principal
from asn_ledger.app import Service, open_service
from asn_ledger.cli import output
from asn_ledger.cli.output import say
from asn_ledger.domain.access import Grant
from asn_ledger.domain.errors import NotFound
from asn_ledger.domain.terms.ids import EmployeeId, PostId, UnitId
from asn_ledger.readmodels.asof import as_of
from asn_ledger.readmodels.reading import one_snapshot
from asn_ledger.web.asking import Known, Question
from asn_ledger.web.representations import AsOfShown
from projections.directory.queries import employee_by_nip
from projections.posts.queries import post_by_code

ValidOn = Annotated[str | None, typer.Option("--valid-on", metavar="DATE")]
KnownAt = Annotated[str | None, typer.Option("--known-at", metavar="TIME")]

OPERATOR = Principal(None, "operator", (Grant("operator"),))


@contextmanager
def asking(valid_on: str | None, known_at: str | None) -> Iterator[Question]:
    """A question about both times, in one state of ledger and read models.

    Raises:
        InvalidValue: one of the times is malformed, or known_at lies ahead.
    """
    with open_service() as service, service.reading() as connection, one_snapshot(connection):
        now = service.now().astimezone(service.zone)
        times = as_of(connection, service.agency, valid_on=valid_on, known_at=known_at, now=now, zone=service.zone)
        position = Known.of(connection, service.agency).position
        _say_if_behind(service, position)
        yield Question(service, OPERATOR, connection, times, now, position, output.language())


def _say_if_behind(service: Service, position: int) -> None:
    head = service.recorder.head()
    if position < head:
        output.tell(say("behind", position=position, head=head))


def print_times(times: AsOfShown) -> None:
    """Say what day the answer is about and what it knows; that this is not the present, where it is not."""
    if times.known_at is not None:
        output.out.print(f"[reverse] {say('not_now')} [/reverse]")
        output.print_said("as_known_at", valid_on=times.valid_on, position=f"@{times.known_at}")
    else:
        output.print_said("as_of", valid_on=times.valid_on, position=f"@{times.position}")


def find_post(question: Question, text: str) -> PostId:
    """The post of an id or code.

    Raises:
        NotFound: neither is known.
    """
    by_code = post_by_code(question.connection, question.ledger, text)
    if by_code is not None:
        return by_code
    try:
        return PostId(str(UUID(text)))
    except ValueError:
        raise NotFound(say("no_post", text=text), code="no-such-post") from None


def find_employee(question: Question, text: str) -> EmployeeId:
    """The person of an id or NIP.

    Raises:
        NotFound: neither is known.
    """
    by_nip = employee_by_nip(question.connection, question.ledger, text)
    if by_nip is not None:
        return by_nip
    try:
        return EmployeeId(str(UUID(text)))
    except ValueError:
        raise NotFound(say("no_employee", text=text), code="no-such-employee") from None


def find_unit(text: str) -> UnitId:
    """The unit of an id.

    Raises:
        NotFound: it is no id.
    """
    try:
        return UnitId(str(UUID(text)))
    except ValueError:
        raise NotFound(say("no_unit", text=text), code="no-such-unit") from None
