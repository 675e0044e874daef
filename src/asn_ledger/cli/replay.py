"""`asn-ledger replay`: event by event, the rows before and after."""

import dataclasses
from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape

from asn_ledger.cli import cells, output
from asn_ledger.cli.asking import asking, find_employee, find_post
from asn_ledger.cli.output import say
from asn_ledger.domain.errors import InvalidValue
from asn_ledger.language import moment, short_partial_day, translate
from asn_ledger.readmodels.opening import Source
from asn_ledger.readmodels.replay import Step, steps, steps_of_post
from asn_ledger.web.asking import Question
from projections.directory.queries import people
from projections.position_history import POSITION_HISTORY
from projections.position_history.rows import TenureRow
from projections.posts.queries import post_life


@dataclasses.dataclass(frozen=True, slots=True)
class _Words:
    """Names for the ids of rows, as known at the end of the replay; the zone in which times are told."""

    names: dict[str, str]
    zone: ZoneInfo


def replay(
    post: Annotated[str | None, typer.Option("--post", metavar="ID|CODE")] = None,
    employee: Annotated[str | None, typer.Option("--employee", metavar="ID|NIP")] = None,
    until: Annotated[int | None, typer.Option("--until", metavar="POSITION", min=1)] = None,
    step: Annotated[bool, typer.Option("--step")] = False,
    as_json: output.Json = False,
) -> None:
    """Replay the tenures of a post or a person event by event.

    `asn-ledger replay --post 01.02.1`
    `asn-ledger replay --employee 198503122010012003 --until 48213 --step`
    """
    if (post is None) == (employee is None):
        raise typer.BadParameter(say("post_or_employee"))
    with asking(None, None if until is None else f"@{until}") as question:
        taken = _steps(question, post, employee, until)
        words = _words(question, taken)
    if as_json:
        output.print_json([_as_json(one) for one in taken])
        return
    for one in taken:
        _print(one, words)
        if step and one is not taken[-1]:
            typer.prompt(say("press_enter"), default="", show_default=False, err=True)
    output.out.print()
    output.print_said("replayed", events=len(taken))


def _steps(question: Question, post: str | None, employee: str | None, until: int | None) -> list[Step]:
    source = Source(question.connection, question.ledger, question.service.opens)
    last = until or question.service.recorder.head()
    if post is not None:
        return list(steps_of_post(source, POSITION_HISTORY, find_post(question, post), last))
    if employee is None:
        raise InvalidValue(say("post_or_employee"))
    return list(steps(source, POSITION_HISTORY, find_employee(question, employee), last))


def _words(question: Question, taken: list[Step]) -> _Words:
    rows = [row for one in taken for row in (*one.before, *one.after) if isinstance(row, TenureRow)]
    found = people(
        question.connection, question.ledger, sorted({row.employee for row in rows}), question.as_of.position
    )
    names: dict[str, str] = {who: person.name for who, person in found.items() if person.name is not None}
    for post in {row.post for row in rows}:
        life = post_life(question.connection, question.ledger, post, question.as_of, opens=question.service.opens)
        if life.versions:
            names[post] = life.versions[-1].title
    return _Words(names, question.service.zone)


def _as_json(one: Step) -> dict[str, object]:
    entry = one.entry
    return {
        "position": entry.position,
        "recorded_at": entry.recorded_at,
        "type": entry.event.TOPIC,
        "event": entry.event.as_dict(),
        "before": one.before,
        "after": one.after,
    }


def _print(one: Step, words: _Words) -> None:
    entry = one.entry
    recorded = moment(output.language(), entry.recorded_at.astimezone(words.zone))
    output.out.print(f"\n[bold]@{entry.position}[/bold] {entry.event.TOPIC} · {escape(recorded)}")
    before, after = ([_shown(row, words) for row in rows] for rows in (one.before, one.after))
    for row in before:
        if row not in after:
            output.out.print(f"[red]- {escape(row)}[/red]")
    for row in after:
        if row not in before:
            output.out.print(f"[green]+ {escape(row)}[/green]")
    if before == after:
        output.print_text(f"  {say('no_change')}")


def _shown(row: object, words: _Words) -> str:
    assert isinstance(row, TenureRow)  # noqa: S101 -- position_history has no other rows
    who, what = words.names.get(row.employee, row.employee), words.names.get(row.post, row.post)
    began = cells.NOTHING if row.began is None else cells.day(row.began)
    last = "" if row.ended is None or row.why_ended == "not_told" else cells.day(row.ended - timedelta(days=1))
    if row.ended_text is not None:
        last = short_partial_day(output.language(), row.ended_text)
    why = "" if row.why_ended is None else f" ({translate(output.language(), f'ended_by.{row.why_ended}')})"
    return " · ".join([who, what, cells.capacity(row), f"{began} {cells.NOTHING} {last}{why}".rstrip()])
