"""What is proposed for erasure and what is held, with the steps that the reader may take."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import get_args
from uuid import uuid4

from asn_ledger.domain.access import Act
from asn_ledger.domain.terms.codes import HoldAuthority, HoldGround, StopReason
from asn_ledger.language import full_day, partial_day
from asn_ledger.web.api.erasures import CATEGORIES, ErasureShown, ErasuresShown, HoldShown
from asn_ledger.web.frame import FieldError, Frame
from asn_ledger.web.pages.keys import KeyState
from asn_ledger.web.pages.parts import Crumb

HOME = "/pemusnahan"
HOLDS = "/penahanan"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form; with choices one of these, else a line of text."""

    id: str
    name: str
    label: str
    hint: str = ""
    typed: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Tick:
    """A category that may be chosen."""

    name: str
    words: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Action:
    """A step that the reader may take: where it is sent, what is asked; `named` says it with whom it is about.

    `ask` is where the page's script asks what is signed of it, empty where nothing is.
    """

    words: str
    named: str
    action: str
    key: str
    fields: tuple[Field, ...]
    ask: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A proposal or a hold: about whom, what, how far, what was done, and what may be done."""

    person: Crumb
    what: str
    state: str
    left: str
    attention: bool
    notes: tuple[str, ...]
    entries: tuple[Crumb, ...]
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class ErasuresPage:
    """Everything the page shows. `alarm` is there where keys are missing; the forms for those who may."""

    what: str
    alarm: str
    done: bool
    errors: tuple[FieldError, ...]
    lines: tuple[Line, ...]
    holds: tuple[Line, ...]
    proposing: Action | None
    ticks: tuple[Tick, ...]
    holding: Action | None
    needs_key: str = ""


def build(
    frame: Frame, found: ErasuresShown, days: int, *, done: bool = False, wrong: str = "",
    typed: Mapping[str, str] | None = None, at: str = "", signs: KeyState = "none",
) -> ErasuresPage:  # fmt: skip
    """The page out of what was found; what was refused comes back with why, where it was typed.

    `signs`: whether the reader signs what they approve.
    """
    said = typed or {}
    mine, held = (said if at == HOME else {}), (said if at == HOLDS else {})
    proposes, holds = frame.may(Act.PROPOSE_ERASURE), frame.may(Act.HOLD_ERASURE)
    anchor = "hold-person" if at == HOLDS else "propose-person" if at == HOME and proposes else "lines"
    return ErasuresPage(
        what=frame.t("erasure.what", days=days),
        alarm=frame.t("erasure.missing", count=len(found.missing_keys)) if found.missing_keys else "",
        done=done,
        errors=(FieldError(anchor, wrong),) if wrong else (),
        lines=tuple(_erasure(frame, one, n, signs) for n, one in enumerate(found.erasures)),
        holds=tuple(_hold(frame, one, n) for n, one in enumerate(found.holds)),
        proposing=_action(frame, "propose", HOME, _proposing(frame, mine)) if proposes else None,
        ticks=tuple(
            Tick(name, frame.t(f"erasure.category.{name}"), mine.get(f"category_{name}") is not None)
            for name in CATEGORIES
        ),
        holding=_action(frame, "hold", HOLDS, _holding(frame, held)) if holds else None,
        needs_key=frame.t("keys.needs_key") if signs == "lacks" and frame.may(Act.APPROVE_ERASURE) else "",
    )


def _action(frame: Frame, words: str, path: str, fields: tuple[Field, ...]) -> Action:
    said = frame.t(f"erasure.{words}")
    return Action(said, said, f"{frame.base}{path}", str(uuid4()), fields)


def _proposing(frame: Frame, typed: Mapping[str, str]) -> tuple[Field, ...]:
    return (_person(frame, "propose", typed), *_letter(frame, "propose", typed))


def _holding(frame: Frame, typed: Mapping[str, str]) -> tuple[Field, ...]:
    return (
        _person(frame, "hold", typed),
        _choice(frame, "hold", "authority", get_args(HoldAuthority)),
        _choice(frame, "hold", "ground", get_args(HoldGround)),
        *_letter(frame, "hold", typed),
    )


def _person(frame: Frame, form: str, typed: Mapping[str, str]) -> Field:
    return Field(
        f"{form}-person", "person", frame.t("erasure.person"), frame.t("erasure.person_hint"), typed.get("person", "")
    )


def _letter(frame: Frame, form: str, typed: Mapping[str, str]) -> tuple[Field, ...]:
    return tuple(
        Field(f"{form}-{name}", name, frame.t(f"erasure.{name}"), frame.t(f"erasure.{name}_hint"), typed.get(name, ""))
        for name in ("number", "on")
    )


def _choice(frame: Frame, form: str, name: str, codes: Iterable[str]) -> Field:
    choices = tuple((code, frame.t(f"erasure.{name}.{code}")) for code in codes)
    return Field(f"{form}-{name}", name, frame.t(f"erasure.step.{name}"), choices=choices)


def _erasure(frame: Frame, one: ErasureShown, n: int, signs: KeyState) -> Line:
    person = _named(frame, one)
    return Line(
        person=person,
        what=", ".join(frame.t(f"erasure.category.{name}") for name in one.categories),
        state=frame.t(f"erasure.state.{one.state}"),
        left="" if one.days_left is None else frame.t("erasure.left", days=one.days_left),
        attention=one.state == "due",
        notes=tuple(_notes(frame, one)),
        entries=_entries(frame, one.positions),
        actions=tuple(_steps(frame, one, person.words, n, signs)),
    )


def _notes(frame: Frame, one: ErasureShown) -> Iterable[str]:
    yield frame.t("erasure.proposed_on", number=one.listed.number, on=partial_day(frame.language, one.listed.on))
    if one.due_on is not None:
        yield frame.t("erasure.due_on", day=full_day(frame.language, one.due_on.first))
    if one.consent is not None:
        yield frame.t("erasure.consent_of", number=one.consent.number, on=partial_day(frame.language, one.consent.on))
    if one.minutes is not None:
        yield frame.t("erasure.minutes", number=one.minutes.number, on=partial_day(frame.language, one.minutes.on))
        yield frame.t("erasure.approvals", count=len(one.approved_at))
    if one.stopped is not None:
        on, reason = partial_day(frame.language, one.stopped.on), frame.t(f"erasure.reason.{one.stop_reason}")
        yield frame.t("erasure.stopped_by", number=one.stopped.number, on=on, reason=reason)
    if one.clear_until is not None and one.keys_until is not None:
        clear, keys = (full_day(frame.language, day.first) for day in (one.clear_until, one.keys_until))
        yield frame.t("erasure.backups", clear=clear, keys=keys)


def _steps(frame: Frame, one: ErasureShown, name: str, n: int, signs: KeyState) -> Iterable[Action]:
    def step(words: str, path: str, fields: tuple[Field, ...]) -> Action:
        return Action(
            frame.t(f"erasure.step.{words}"),
            frame.t(f"erasure.step.{words}_named", name=name),
            f"{frame.base}{HOME}/{one.id}/{path}",
            str(uuid4()),
            fields,
        )

    if one.state == "proposed" and frame.may(Act.PROPOSE_ERASURE):
        yield step("assess", "penilaian", _consent(frame, f"assess-{n}"))
    if one.state in {"assessed", "approved_once"} and frame.may(Act.APPROVE_ERASURE) and signs != "lacks":
        approving = step("approve", "persetujuan", _letter(frame, f"approve-{n}", {}))
        yield replace(approving, ask=f"{approving.action}/tanya") if signs == "signs" else approving
    if one.state not in {"stopped", "erased"} and frame.may(Act.HOLD_ERASURE):
        why = _choice(frame, f"stop-{n}", "reason", get_args(StopReason))
        yield step("stop", "penghentian", (why, *_letter(frame, f"stop-{n}", {})))
    if one.state == "due" and frame.may(Act.PROPOSE_ERASURE):
        yield step("run", "pelaksanaan", ())


def _consent(frame: Frame, form: str) -> tuple[Field, ...]:
    return (
        Field(f"{form}-number", "number", frame.t("erasure.step.consent"), frame.t("erasure.number_hint")),
        Field(f"{form}-on", "on", frame.t("erasure.step.consent_on"), frame.t("erasure.on_hint")),
    )


def _hold(frame: Frame, one: HoldShown, n: int) -> Line:
    person, stands = _named(frame, one), one.lifted_at is None
    lifted = "" if one.lifted_at is None else full_day(frame.language, one.lifted_at.astimezone(frame.made_at.tzinfo))
    lift = Action(
        frame.t("erasure.step.lift"), frame.t("erasure.step.lift_named", name=person.words),
        f"{frame.base}{HOLDS}/{one.id}/pencabutan", str(uuid4()), _letter(frame, f"lift-{n}", {}),
    )  # fmt: skip
    return Line(
        person=person,
        what=frame.t(f"erasure.ground.{one.ground}"),
        state=frame.t(f"erasure.authority.{one.authority}"),
        left="",
        attention=stands,
        notes=(
            f"{one.letter.number}, {partial_day(frame.language, one.letter.on)}",
            *(() if stands else (frame.t("erasure.lifted_on", day=lifted),)),
        ),
        entries=_entries(frame, one.positions),
        actions=(lift,) if stands and frame.may(Act.HOLD_ERASURE) else (),
    )


def _named(frame: Frame, one: ErasureShown | HoldShown) -> Crumb:
    person = one.person
    erased = person is not None and person.erased
    name = None if person is None else person.name
    words = name or frame.t("person.erased" if erased else "person.unknown")
    return Crumb(words, frame.href(f"/pegawai/{one.employee}"))


def _entries(frame: Frame, positions: Iterable[int]) -> tuple[Crumb, ...]:
    return tuple(Crumb(f"@{position}", frame.href(f"/buku-besar/{position}")) for position in positions)
