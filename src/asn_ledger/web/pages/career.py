"""The page of a person's career, a table for each axis. For those who may read about people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from asn_ledger.language import span
from asn_ledger.web.api.appraisals import AppraisalShown
from asn_ledger.web.career_words import LEVELS, appraised_words, level_words, rank_words, step_detail, step_words
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.career_picture import draw_career
from asn_ledger.web.pages.parts import (
    Crumb,
    Fact,
    Picture,
    Proof,
    When,
    crumb_of,
    day_of,
    end_of,
    partial_of,
    proof_of,
    verified_words,
)
from asn_ledger.web.representations import Career, CareerStep, Citation, Employee, PostRef, Tenure

_LASTING = {"rank", "status", "contract", "duty", "interruption"}


@dataclass(frozen=True, slots=True)
class Strike:
    """What struck a row, and the entry that says so."""

    word: str
    words: str
    href: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """A row of one axis: what it says (a link for posts), what belongs to it, from when to when, by which decree."""

    kind: str
    value: str
    href: str
    sub: str
    began: When | None
    last: When | None
    length: str
    decree: Crumb
    decided: When | None
    why: str
    proof: Proof
    verified: str
    current: bool
    notes: tuple[str, ...]
    struck: Strike | None


@dataclass(frozen=True, slots=True)
class AxisTable:
    """The table of one axis; appraisals and changes of identity happen on a day and do not end."""

    anchor: str
    heading: str
    column: str
    rows: tuple[StepRow, ...]
    shows_reasons: bool
    shows_ends: bool


@dataclass(frozen=True, slots=True)
class CareerPage:
    """Everything the page of a career shows."""

    name: str
    word: str
    main: str
    more: tuple[str, ...]
    in_service: bool
    facts: tuple[Fact, ...]
    same_person: str
    picture: Picture | None
    tables: tuple[AxisTable, ...]


def build(frame: Frame, career: Career, now: Employee, appraisals: Sequence[AppraisalShown] = ()) -> CareerPage:
    """The page out of what was read; `now` is the person on the day asked about, `appraisals` what each year's says."""
    name = career.person.name or frame.t("person.erased" if career.person.erased else "person.unknown")
    known = career.person.id
    return CareerPage(
        name=name,
        word=frame.t("post.state_now" if frame.as_of.valid_now else "post.state_on", day=now.as_of.valid_on),
        main=_main(frame, now),
        more=tuple(_acting(frame, row) for row in now.acting),
        in_service=now.status is not None,
        facts=_facts(frame, career, now),
        same_person="" if known in {None, career.asked_for} else frame.t("career.same_person", id=str(known)),
        picture=draw_career(frame, name, career),
        tables=_tables(frame, career, {one.position: appraised_words(frame.language, one) for one in appraisals}),
    )


def _main(frame: Frame, now: Employee) -> str:
    if now.status is None:
        return frame.t("career.not_in_service")
    if now.post is None or now.post.post is None:
        return frame.t("career.no_post")
    return now.post.post.title or frame.t("post.unnamed")


def _acting(frame: Frame, row: Tenure) -> str:
    title = frame.t("post.unnamed") if row.post is None or row.post.title is None else row.post.title
    return frame.t("career.acts", capacity=frame.t(f"capacity.{row.capacity}"), post=title)


def _facts(frame: Frame, career: Career, now: Employee) -> tuple[Fact, ...]:
    found = [Fact(frame.t("career.nip"), career.person.nip or frame.t("career.no_nip"))]
    if now.status is not None:
        found.append(Fact(frame.t("career.status"), frame.t(f"service_status.{now.status}")))
    if now.rank is not None:
        found.append(Fact(frame.t("career.rank"), rank_words(now.rank)))
    if now.post is not None and now.post.post is not None and now.post.post.unit is not None:
        unit = now.post.post.unit
        name = unit.name or unit.name_now or frame.t("unit.unnamed")
        found.append(Fact(frame.t("post.unit"), name, href=frame.href(f"/unit/{unit.id}")))
    return tuple(found)


def _tables(frame: Frame, career: Career, said: Mapping[int, str]) -> tuple[AxisTable, ...]:
    axes: tuple[tuple[str, Sequence[CareerStep]], ...] = (
        ("rank", career.ranks),
        ("status", career.status),
        ("appraisal", career.appraisals),
        ("interruption", career.interruptions),
        ("duty", career.duties),
        ("contract", career.contracts),
        ("salary", career.salary),
        ("education", career.education),
        ("training", career.trainings),
        ("points", career.points),
        ("identity", career.identity),
    )
    posts = sorted(career.posts, key=lambda row: (row.began is None, row.began, row.position), reverse=True)
    found = [
        AxisTable(
            "jabatan",
            frame.t("career.axis.post"),
            frame.t("career.column.post"),
            tuple(_post(frame, career, row) for row in posts),
            shows_reasons=True,
            shows_ends=True,
        )
    ]
    found += [
        AxisTable(
            axis,
            frame.t(f"career.axis.{axis}"),
            frame.t(f"career.column.{axis}"),
            tuple(_steps(frame, career, steps, said)),
            shows_reasons=False,
            shows_ends=axis in _LASTING,
        )
        for axis, steps in axes
    ]
    return tuple(table for table in found if table.rows)


def _post(frame: Frame, career: Career, row: Tenure) -> StepRow:
    post = row.post
    day = career.as_of.valid_on
    notes = [frame.t(f"capacity_long.{row.capacity}")] if row.capacity != "definitif" else []
    if row.state == "pending":
        notes.append(frame.t("post.pending"))
    if row.review:
        notes.append(frame.t("post.review"))
    began = When(frame.t("post.before_record"), None) if row.before_record else partial_of(frame, row.began_text)
    until = min(day, row.ended) if row.ended is not None else day
    lasted = row.began is not None and row.exact and not row.before_record and until >= row.began
    lasted = lasted and row.why_ended != "not_told"
    return StepRow(
        kind=row.state,
        value=frame.t("post.unnamed") if post is None or post.title is None else post.title,
        href="" if post is None else frame.href(f"/jabatan/{post.id}"),
        sub=", ".join(_place(frame, post)),
        began=began or day_of(frame, row.began),
        last=end_of(frame, row),
        length=span(frame.language, row.began, until) if lasted and row.began is not None else "",
        decree=_cited(frame, row.citation),
        decided=partial_of(frame, row.citation.decided_on),
        why="" if row.why_ended is None else frame.t(f"ended_by.{row.why_ended}"),
        proof=_proof(frame, row.position, row.ended_by),
        verified=verified_words(frame, row),
        current=row.state == "held"
        and row.began is not None
        and row.began <= day
        and (row.ended is None or day < row.ended),
        notes=tuple(notes),
        struck=_strike(frame, row.state, row.struck_by, replaced=row.replaced),
    )


def _place(frame: Frame, post: PostRef | None) -> Iterable[str]:
    """Where a post was, and of which level it was if it is a functional one."""
    if post is None:
        return
    if post.unit is not None and (post.unit.name or post.unit.name_now):
        yield post.unit.name or post.unit.name_now or ""
    if post.level is not None and post.level in LEVELS:
        yield frame.t("career.level", level=level_words(post.level))


def _steps(frame: Frame, career: Career, steps: Sequence[CareerStep], said: Mapping[int, str]) -> Iterable[StepRow]:
    day = career.as_of.valid_on
    for step in sorted(steps, key=lambda step: (step.began, step.position), reverse=True):
        yield StepRow(
            kind=step.state,
            value=step_words(frame.language, step),
            href="",
            sub=said.get(step.position, "") if step.axis == "appraisal" else step_detail(frame.language, step),
            began=partial_of(frame, step.began_text) or day_of(frame, step.began),
            last=end_of(frame, step),
            length="",
            decree=_cited(frame, step.citation),
            decided=partial_of(frame, step.citation.decided_on),
            why="",
            proof=_proof(frame, step.position, step.ended_by),
            verified=verified_words(frame, step),
            current=step.axis in _LASTING
            and step.state == "held"
            and step.began <= day
            and (step.ended is None or day < step.ended),
            notes=tuple(_step_notes(frame, step)),
            struck=_strike(frame, step.state, step.struck_by, replaced=step.replaced),
        )


def _step_notes(frame: Frame, step: CareerStep) -> Iterable[str]:
    until = partial_of(frame, step.until)
    if until is not None:
        yield frame.t("career.until", day=until.text)
    if step.review:
        yield frame.t("post.review")


def _cited(frame: Frame, cited: Citation) -> Crumb:
    return crumb_of(frame, f"/sk/{cited.decree}", cited.number or frame.t("decree.no_number"))


def _proof(frame: Frame, began: int, ended: int | None) -> Proof:
    return proof_of(frame, began) if ended is None or ended == began else proof_of(frame, began, ended)


def _strike(frame: Frame, state: str, position: int | None, *, replaced: bool) -> Strike | None:
    if state != "struck" or position is None:
        return None
    words = frame.t("post.replaced_at" if replaced else "proof.entry", position=position)
    word = frame.t("post.corrected" if replaced else "post.annulled")
    return Strike(word, words, frame.href(f"/buku-besar/{position}"))
