"""`asn-ledger erasure`: destruction of personal data as archives law has it, and holds that stand against it."""

from dataclasses import replace
from typing import Annotated
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

import typer

from asn_ledger.accounts import Principal, authorise
from asn_ledger.app import Service, open_service
from asn_ledger.cli import cells, output
from asn_ledger.cli.asking import OPERATOR
from asn_ledger.cli.output import say
from asn_ledger.cli.record import As, actor_of
from asn_ledger.cli.signed import Ask, Given, Tte, require_signed, signed_in, write_asked
from asn_ledger.domain.access import Act
from asn_ledger.domain.decisions.erase import By
from asn_ledger.domain.errors import InvalidValue, NotFound
from asn_ledger.domain.events import Letter
from asn_ledger.domain.terms.codes import HoldAuthority, HoldGround, StopReason
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import EmployeeId, ErasureId, HoldId
from asn_ledger.domain.terms.sealing import Category
from asn_ledger.language import translate
from asn_ledger.ledger.erasing import Asked, Step
from asn_ledger.web.api.erasures import CATEGORIES, ErasureShown, ErasuresShown, HoldShown, carry_out, erasures
from asn_ledger.web.asking import asking

Proposal = Annotated[UUID, typer.Argument(metavar="ID")]
Person = Annotated[str, typer.Argument(metavar="PERSON")]
Number = Annotated[str, typer.Option("--number", metavar="TEXT")]
Day = Annotated[str, typer.Option("--on", metavar="DATE")]
Key = Annotated[UUID | None, typer.Option("--key", metavar="UUID")]


def propose(
    person: Person,
    number: Number,
    on: Day,
    category: Annotated[list[Category], typer.Option("--category")],
    key: Key = None,
    as_account: As = None,
    as_json: output.Json = False,
) -> None:
    """List categories of a person's data for erasure.

    `asn-ledger erasure propose 196208121985031002 --category identity --number 045/1 --on 2026-01-05`
    """
    with open_service(say=output.tell) as service:
        asked = _asked(service, as_account, Act.PROPOSE_ERASURE, key)
        categories = [one for one in CATEGORIES if one in category]
        step = service.eraser.propose(asked, _person(service, person), categories, _letter(number, on))
    _print(step, as_json=as_json)


def assess(
    proposal: Proposal,
    consent: Annotated[str | None, typer.Option("--consent", metavar="TEXT")] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="DATE")] = None,
    key: Key = None,
    as_account: As = None,
    as_json: output.Json = False,
) -> None:
    """Find by the retention schedule that a proposal is due; by another person than who proposed it.

    `asn-ledger erasure assess 86d67be3-62a0-50f4-aa95-d00ddac6d79b --consent B-KN.00.03/1 --on 2026-02-02 --as budi`
    """
    letter = None if consent is None else _letter(consent, on or "")
    with open_service(say=output.tell) as service:
        asked = _asked(service, as_account, Act.PROPOSE_ERASURE, key)
        step = service.eraser.assess(asked, ErasureId.of(proposal), letter)
    _print(step, as_json=as_json)


def approve(
    proposal: Proposal,
    number: Number,
    on: Day,
    key: Key = None,
    as_account: As = None,
    ask: Ask = None,
    signature: Given = None,
    tte: Tte = None,
    as_json: output.Json = False,
) -> None:
    """Approve what was assessed, by minutes (berita acara); two do, and neither proposed it.

    Once signatures are required it is signed: on the page of erasures, or by a file. `--ask` writes what is to be
    signed, `--signature` reads a passkey's answer, `--tte` the PDF that `--ask act.pdf` wrote, signed with a TTE.

    `asn-ledger erasure approve 86d67be3-62a0-50f4-aa95-d00ddac6d79b --number BA/7 --on 2026-02-09 --as citra`
    """
    erasure, minutes = ErasureId.of(proposal), _letter(number, on)
    # The same for what is signed and for what is sent with it; by somebody else, or by other minutes, another.
    chosen = key or uuid5(NAMESPACE_OID, f"approve {proposal} {as_account} {number} {on}")
    with open_service(say=output.tell) as service:
        asked = _asked(service, as_account, Act.APPROVE_ERASURE, chosen)
        if ask is not None:
            signs = service.eraser.ask_to_approve(asked, erasure, minutes)
            write_asked(service, ask, signs, "/pemusnahan", as_json=as_json)
            return
        signed = signed_in(service, signature, tte, "erase", asked.by.actor)
        require_signed(service, signed, "erase", "/pemusnahan")
        step = service.eraser.approve(replace(asked, signed=signed), erasure, minutes)
    _print(step, as_json=as_json)


def stop(
    proposal: Proposal,
    reason: Annotated[StopReason, typer.Option("--reason")],
    number: Number,
    on: Day,
    key: Key = None,
    as_account: As = None,
    as_json: output.Json = False,
) -> None:
    """End a proposal for ever, as an inspector.

    `asn-ledger erasure stop 86d67be3-62a0-50f4-aa95-d00ddac6d79b --reason perkara --number X/1 --on 2026-02-20`
    """
    with open_service(say=output.tell) as service:
        asked = _asked(service, as_account, Act.HOLD_ERASURE, key)
        step = service.eraser.stop(asked, ErasureId.of(proposal), reason, _letter(number, on))
    _print(step, as_json=as_json)


def run(proposal: Proposal, key: Key = None, as_account: As = None, as_json: output.Json = False) -> None:
    """Erase what two have approved and nobody stopped within thirty days.

    `asn-ledger erasure run 86d67be3-62a0-50f4-aa95-d00ddac6d79b --as ani`
    """
    with open_service(say=output.tell) as service:
        step = carry_out(service, _asked(service, as_account, Act.PROPOSE_ERASURE, key), ErasureId.of(proposal))
    _print(step, as_json=as_json)


def list_erasures(as_account: As = None, as_json: output.Json = False) -> None:
    """Print what is proposed, approved, stopped and erased, and keys that are missing without an erasure.

    `asn-ledger erasure list`
    `asn-ledger erasure list --json`
    """
    found = _found(as_account)
    if as_json:
        output.print_json(found)
        return
    if found.erasures:
        columns = [say(f"column.{name}") for name in ("person", "categories", "state", "runs_on")]
        output.print_table(say("erasures"), [*columns, "id"], [_erasure_row(one) for one in found.erasures])
    else:
        output.print_said("no_erasures")
    for key in found.missing_keys:
        output.complain("missing_key", key)


def place_hold(
    person: Person,
    authority: Annotated[HoldAuthority, typer.Option("--authority")],
    ground: Annotated[HoldGround, typer.Option("--ground")],
    number: Number,
    on: Day,
    key: Key = None,
    as_account: As = None,
    as_json: output.Json = False,
) -> None:
    """Let nothing of a person be destroyed until the hold is lifted.

    `asn-ledger hold place 196208121985031002 --authority pengadilan --ground perkara --number 12 --on 2026-01-12`
    """
    with open_service(say=output.tell) as service:
        asked = _asked(service, as_account, Act.HOLD_ERASURE, key)
        step = service.eraser.place_hold(asked, _person(service, person), authority, ground, _letter(number, on))
    _print(step, as_json=as_json)


def lift_hold(
    hold: Proposal, number: Number, on: Day, key: Key = None, as_account: As = None, as_json: output.Json = False
) -> None:
    """Lift a hold.

    `asn-ledger hold lift 0d6f3f0e-51f0-4d34-9d2c-4f1b7f0a7c11 --number 14/G --on 2026-04-01 --as eko`
    """
    with open_service(say=output.tell) as service:
        asked = _asked(service, as_account, Act.HOLD_ERASURE, key)
        step = service.eraser.lift_hold(asked, HoldId.of(hold), _letter(number, on))
    _print(step, as_json=as_json)


def list_holds(as_account: As = None, as_json: output.Json = False) -> None:
    """Print the holds, those that stand and those that were lifted.

    `asn-ledger hold list`
    """
    found = _found(as_account).holds
    if as_json:
        output.print_json(list(found))
    elif found:
        columns = [say(f"column.{name}") for name in ("person", "authority", "letter", "lifted")]
        output.print_table(say("erasure_holds"), [*columns, "id"], [_hold_row(one) for one in found])
    else:
        output.print_said("no_holds")


def _found(account: str | None) -> ErasuresShown:
    with open_service(say=output.tell) as service:
        reader: Principal = OPERATOR if account is None else service.accounts.find(account)
        authorise(reader, Act.SEE_ERASURES)
        service.sweeper.missing.look()
        with asking(service, reader, output.language()) as question:
            return erasures(question)


def _asked(service: Service, account: str | None, act: Act, key: UUID | None) -> Asked:
    by = By(actor_of(service, account, act), service.accounts.owners())
    return Asked(key or uuid4(), by, service.now())


def _person(service: Service, text: str) -> EmployeeId:
    """The person of an id or NIP.

    Raises:
        NotFound: neither is known.
    """
    found = service.keys.find_nip(text)
    if found is not None:
        return EmployeeId(found)
    try:
        return EmployeeId.of(UUID(text))
    except ValueError:
        raise NotFound(say("no_employee", text=text), code="no-such-employee") from None


def _letter(number: str, on: str) -> Letter:
    try:
        return Letter(number=number, on=PartialDate(on))
    except ValueError:
        raise InvalidValue("a letter has a number and a date", code="letter") from None


def _print(step: Step, *, as_json: bool) -> None:
    if as_json:
        output.print_json({"id": step.id, "position": step.position, "again": step.again})
    else:
        output.print_said("erasure_step", id=step.id, position=f"@{step.position}")


def _erasure_row(one: ErasureShown) -> list[str]:
    categories = ", ".join(_word(f"category.{category}") for category in one.categories)
    runs_on = cells.NOTHING if one.runs_on is None else f"{one.runs_on}"
    return [_named(one), categories, _word(f"state.{one.state}"), runs_on, str(one.id)]


def _hold_row(one: HoldShown) -> list[str]:
    letter = f"{one.letter.number}, {one.letter.on}"
    lifted = cells.NOTHING if one.lifted_at is None else f"{one.lifted_at.date()}"
    return [_named(one), _word(f"authority.{one.authority}"), letter, lifted, str(one.id)]


def _named(one: ErasureShown | HoldShown) -> str:
    return str(one.employee) if one.person is None else cells.name(one.person)


def _word(key: str) -> str:
    return translate(output.language(), f"erasure.{key}")
