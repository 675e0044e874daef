"""The page of a decree: what it is, who signed it, its rows and what has become of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from asn_ledger.domain.access import Act
from asn_ledger.exchange.sheets.writing import Cell, csv_text
from asn_ledger.language import counted, has_message, partial_day, short_day
from asn_ledger.web.decree_shapes import (
    ActorShown,
    AttachedShown,
    Decree,
    DecreeDates,
    DecreeRowShown,
    FormerlyShown,
    OutcomeShown,
    RecordShown,
)
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.ledger import event_word
from asn_ledger.web.pages.parts import (
    Crumb,
    Fact,
    Proof,
    When,
    crumb_of,
    day_of,
    partial_of,
    proof_of,
    role_words,
    rule_sentence,
)


@dataclass(frozen=True, slots=True)
class Milestone:
    """One of the five dates: what happened then, when, and how long after the decree's own date."""

    name: str
    when: str
    note: str


@dataclass(frozen=True, slots=True)
class Doing:
    """Who did what, in which capacity or with which outcome, when."""

    act: str
    who: str
    capacity: str
    on: str


@dataclass(frozen=True, slots=True)
class Objection:
    """A rule that was not met or could not be told: id and result, its sentence, its source, why it was overridden."""

    said: str
    sentence: str
    override: str


@dataclass(frozen=True, slots=True)
class DecreeLine:
    """A row: `kind` is stands, struck or open; `about` are the person, post or unit it is about.

    `met` counts the rules that were met; `notes` lead to what it strikes, and say when it was inaugurated.
    """

    number: str
    kind: str
    action: str
    about: tuple[Crumb, ...]
    tmt: When | None
    word: str
    strikes: tuple[Crumb, ...]
    why_open: str
    outcomes: tuple[Objection, ...]
    met: str
    notes: tuple[Crumb, ...]
    proof: Proof


@dataclass(frozen=True, slots=True)
class DecreePage:
    """Everything the page of a decree shows; `record`, `dates` and `doings` are for the office and its auditors."""

    title: str
    kind: str
    tag: str
    facts: tuple[Fact, ...]
    record: tuple[Fact, ...]
    dates: tuple[Milestone, ...]
    doings: tuple[Doing, ...]
    rows: tuple[DecreeLine, ...]
    said: str
    note: str
    unofficial: str


def build(frame: Frame, decree: Decree) -> DecreePage:
    """The page out of what was read."""
    details = decree.details or {}
    records = [row.record for row in decree.rows if row.record is not None]
    whole = frame.may(Act.READ_RECORD)
    return DecreePage(
        title=decree.number or frame.t("decree.no_number"),
        kind=frame.t(f"decree_kind.{decree.kind}") if decree.kind is not None else "",
        tag="" if decree.state == "recorded" else frame.t(f"decree.state.{decree.state}"),
        facts=_facts(frame, decree, details),
        record=_record(frame, records[0]) if records else (),
        dates=() if decree.dates is None else _dates(frame, decree.dates),
        doings=_doings(frame, decree, details) if whole else (),
        rows=tuple(_row(frame, row) for row in decree.rows),
        said=counted(frame.language, "decree.rows", len(decree.rows)),
        note="" if whole else frame.t("decree.public_rows"),
        unofficial=frame.unofficial_words(positions(decree)),
    )


def positions(decree: Decree) -> tuple[int, ...]:
    """The entries that the page rests on."""
    return (decree.position or 0, *(row.position for row in decree.rows))


def decree_csv(decree: Decree) -> str:
    """The rows as a table."""
    rows: list[list[Cell]] = [
        [
            row.row,
            row.state,
            row.type,
            None if row.person is None else row.person.name,
            None if row.post is None else row.post.title,
            None if row.unit is None else row.unit.name or row.unit.name_now,
            row.tmt,
            row.position,
        ]
        for row in decree.rows
    ]
    return csv_text(("row", "state", "type", "name", "post", "unit", "tmt", "position"), rows)


def _facts(frame: Frame, decree: Decree, details: Mapping[str, Any]) -> tuple[Fact, ...]:  # Any: JSON
    decided = partial_of(frame, decree.decided_on)
    found = [Fact(frame.t("decree.decided_on"), frame.t("decree.no_date") if decided is None else decided.text)]
    signer = decree.signer
    if signer is not None:
        name = "" if signer.name is None else f"({signer.name})"
        found.append(Fact(frame.t("decree.signed_by"), signer.title, name))
        if signer.capacity != "sendiri":
            found.append(Fact(frame.t("decree.capacity"), frame.t(f"signed_as.{signer.capacity}")))
    elif decree.issuer is not None:
        found.append(Fact(frame.t("decree.signed_by"), decree.issuer))
    if decree.mode is not None:
        found.append(Fact(frame.t("decree.mode"), frame.t(f"decree_mode.{decree.mode}")))
    found += [
        Fact(
            frame.t("decree.basis"),
            str(basis.get("regulation", "")),
            frame.t("decree.article", article=str(basis["article"])) if basis.get("article") else "",
        )
        for basis in details.get("legal_basis", ())
    ]
    pending = details.get("document_pending")
    if pending:
        state = frame.t(f"document_state.{pending.get('state') or 'menyusul'}")
        found.append(Fact(frame.t("decree.document"), state, str(pending.get("reason"))))
    found += [_scan(frame, one) for one in decree.documents]
    found += [
        Fact(
            frame.t("decree.recorded_before"),
            frame.t("proof.entry", position=earlier.position),
            frame.t("decree.state.stub") if earlier.stub else "",
            href=frame.href(f"/sk/{earlier.id}"),
        )
        for earlier in decree.recorded_before
    ]
    found += [_formerly(frame, decree, one) for one in decree.formerly]
    objections = _objections(frame, [outcome for outcome in decree.outcomes if outcome.result == "not_met"])
    found += [Fact(frame.t("decree.finding"), one.said, one.sentence) for one in objections]
    if decree.position is not None:
        found.append(
            Fact(
                frame.t("decree.entry"),
                frame.t("proof.entry", position=decree.position),
                frame.sealed_words(decree.position),
                href=frame.href(f"/buku-besar/{decree.position}"),
            )
        )
        receipt = f"{frame.base}/api/v1/decrees/{decree.id}/receipt"
        found.append(Fact(frame.t("decree.receipt"), "tlog-proof", frame.t("decree.receipt_why"), href=receipt))
    return tuple(found)


def _formerly(frame: Frame, decree: Decree, one: FormerlyShown) -> Fact:
    """What it said of itself, struck through, and what corrected it: the signer is named where the title was right."""
    decided = partial_of(frame, one.decided_on)
    signer = one.issuer if one.issuer != decree.issuer else f"{one.issuer} ({one.signer})"
    said = (
        one.number or frame.t("decree.no_number"),
        frame.t("decree.no_date") if decided is None else decided.text,
        signer,
    )
    act = frame.t("decree.struck_by", act=event_word(frame, one.by), position=one.position)
    note = act if one.reason is None else f"{act}: {one.reason}"
    return Fact(frame.t("decree.formerly"), ", ".join(said), note, href=frame.href(f"/sk/{one.decree}"), struck=True)


def _scan(frame: Frame, one: AttachedShown) -> Fact:
    """A scan of the decree or of one row, and whether two persons compared it."""
    words = frame.t(f"document_role.{one.role}")
    if one.row is not None:
        words = frame.t("scan.of_row", role=words, row=one.row)
    note = frame.t("verification.matched_to_document" if one.matched else "verification.unverified")
    show = "&show=inline" if "?" in one.content else "?show=inline"
    return Fact(frame.t("decree.document"), words, note, href=f"{frame.base}{one.content}{show}")


def _record(frame: Frame, record: RecordShown) -> tuple[Fact, ...]:
    """How it came into the ledger; all rows of a decree were recorded together."""
    confirmed = record.confirmed_by
    at = record.recorded_at.astimezone(frame.made_at.tzinfo)
    return (
        Fact(frame.t("entry.recorded_at"), frame.t("ledger.at", at=at)),
        Fact(frame.t("entry.recorded_by"), _actor(frame, record.recorded_by)),
        Fact(
            frame.t("entry.confirmed_by"),
            frame.t("entry.nobody") if confirmed is None else _actor(frame, confirmed),
        ),
        Fact(frame.t("entry.source"), frame.t(f"source.{record.source}")),
        Fact(frame.t("entry.verified"), frame.t(f"verification.{record.verified}")),
    )


def _actor(frame: Frame, actor: ActorShown) -> str:
    """Who acted: role and name; the id of an account that is not there any more."""
    return f"{role_words(frame, actor.role)} {actor.name or actor.id}"


def _dates(frame: Frame, dates: DecreeDates) -> tuple[Milestone, ...]:
    """The five dates in the order in which they should come."""
    decided = partial_of(frame, dates.decided_on)
    unknown = frame.t("decree.dates.unknown")
    late = "" if dates.late_days is None else _after(frame, dates.late_days)
    found = [
        ("decided", decided.text if decided is not None else "", ""),
        ("tmt", _span(frame, dates.tmt_first, dates.tmt_last), ""),
        ("inaugurated", _span(frame, dates.inaugurated_first, dates.inaugurated_last), ""),
        ("submitted", _moment(frame, dates.submitted_at), ""),
        ("recorded", _moment(frame, dates.recorded_at), late),
    ]
    return tuple(Milestone(frame.t(f"decree.dates.{name}"), when or unknown, note) for name, when, note in found)


def _after(frame: Frame, days: int) -> str:
    return frame.t("decree.dates.early") if days < 0 else counted(frame.language, "decree.dates.late", days)


def _span(frame: Frame, first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return ""
    if first == last:
        return short_day(frame.language, first)
    return frame.t("decree.dates.to", first=short_day(frame.language, first), last=short_day(frame.language, last))


def _moment(frame: Frame, at: datetime | None) -> str:
    return "" if at is None else frame.t("ledger.at", at=at.astimezone(frame.made_at.tzinfo))


def _doings(frame: Frame, decree: Decree, details: Mapping[str, Any]) -> tuple[Doing, ...]:  # Any: JSON
    """Proposed and advised before the signature, signed, recorded, confirmed: each with its ground."""
    found = [
        Doing(
            frame.t(f"consideration.{item['kind']}"),
            str(item["number"]),
            frame.t(f"consideration_outcome.{item['outcome']}"),
            partial_day(frame.language, item["on"]),
        )
        for item in details.get("considerations", ())
    ]
    if decree.signer is not None:
        decided = partial_of(frame, decree.decided_on)
        name, title = decree.signer.name, decree.signer.title
        found.append(
            Doing(
                frame.t("decree.who.signed"),
                title if name is None else f"{name}, {title}",
                frame.t(f"signed_as.{decree.signer.capacity}"),
                "" if decided is None else decided.text,
            )
        )
    record = next((row.record for row in decree.rows if row.record is not None), None)
    if record is not None:
        at, confirmer, recorder = _moment(frame, record.recorded_at), record.confirmed_by, record.recorded_by
        submitted = "" if decree.dates is None else _moment(frame, decree.dates.submitted_at)
        role = role_words(frame, recorder.role)
        found.append(Doing(frame.t("decree.who.recorded"), recorder.name or recorder.id, role, submitted or at))
        if confirmer is not None:
            role = role_words(frame, confirmer.role)
            found.append(Doing(frame.t("decree.who.confirmed"), confirmer.name or confirmer.id, role, at))
        elif decree.mode == "signed":
            source = frame.t(f"source.{record.source}")
            found.append(Doing(frame.t("decree.who.confirmed"), frame.t("decree.who.nobody"), source, at))
    return tuple(found)


def _row(frame: Frame, row: DecreeRowShown) -> DecreeLine:
    about = []
    if row.person is not None:
        name = row.person.name or frame.t("person.erased" if row.person.erased else "person.unknown")
        about.append(Crumb(name, "" if row.person.id is None else frame.href(f"/pegawai/{row.person.id}")))
    if row.post is not None:
        about.append(crumb_of(frame, f"/jabatan/{row.post.id}", row.post.title or frame.t("post.unnamed")))
    if row.unit is not None:
        name = row.unit.name or row.unit.name_now or frame.t("unit.unnamed")
        about.append(crumb_of(frame, f"/unit/{row.unit.id}", name))
    outcomes = () if row.record is None else row.record.outcomes
    met = sum(1 for outcome in outcomes if outcome.result == "met")
    return DecreeLine(
        number="" if row.row is None else frame.count(row.row),
        kind=row.state,
        action=_action(frame, row),
        about=tuple(about),
        tmt=day_of(frame, row.tmt),
        word="" if row.state == "stands" else frame.t(f"decree.row.{row.state}"),
        strikes=tuple(
            crumb_of(
                frame,
                f"/sk/{act.decree}",
                frame.t("decree.struck_by", act=event_word(frame, act.by), position=act.position),
            )
            for act in row.struck
        ),
        why_open=_why_open(frame, row.why_open),
        outcomes=_objections(frame, outcomes),
        met=counted(frame.language, "decree.links.met", met) if met else "",
        notes=_notes(frame, row),
        proof=proof_of(frame, row.position),
    )


def _action(frame: Frame, row: DecreeRowShown) -> str:
    """What a row does; of one not identified yet also which action stands in print."""
    said, printed = event_word(frame, row.type), (row.says or {}).get("action")
    known = isinstance(printed, str) and has_message(f"grid.action.{printed}")
    return f"{said} ({frame.t(f'grid.action.{printed}')})" if row.state == "open" and known else said


def _why_open(frame: Frame, code: str | None) -> str:
    """Why a row is not identified yet, in the sentence of its code."""
    told = f"refusal.code.{code}"
    return "" if code is None else frame.t(told) if has_message(told) else code


def _objections(frame: Frame, outcomes: Sequence[OutcomeShown]) -> tuple[Objection, ...]:
    return tuple(_objection(frame, outcome) for outcome in outcomes if outcome.result in {"not_met", "cannot_tell"})


def _objection(frame: Frame, outcome: OutcomeShown) -> Objection:
    """What a rule said, with its sentence and article as they read today."""
    said = frame.t("decree.outcome", rule=outcome.rule, result=frame.t(f"outcome.{outcome.result}"))
    return Objection(said, rule_sentence(frame, outcome.rule), outcome.override or "")


def _notes(frame: Frame, row: DecreeRowShown) -> tuple[Crumb, ...]:
    """What the row strikes, and when whom it appoints was inaugurated."""
    notes = [crumb_of(frame, f"/sk/{struck}", frame.t("decree.links.strikes")) for struck in row.strikes]
    inaugurated = partial_of(frame, row.inaugurated_on)
    if inaugurated is not None:
        notes.append(Crumb(frame.t("decree.links.inaugurated", day=inaugurated.text), ""))
    return tuple(notes)
