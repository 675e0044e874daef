"""What a reader sees instead of the page that could not be shown: what is wrong, where, and what to do."""

from dataclasses import dataclass

from asn_ledger.language import has_message
from asn_ledger.web.frame import FieldError, Frame
from asn_ledger.web.problems import Problem, form_message, reload_message


@dataclass(frozen=True, slots=True)
class RefusalPage:
    """Everything it shows; `errors` lead to the fields they are about."""

    status: int
    title: str
    detail: str
    errors: tuple[FieldError, ...]
    errors_title: str
    advice: tuple[str, ...]
    request: str


def build(frame: Frame, problem: Problem) -> RefusalPage:
    """The page of a problem; faults in the two times are shown at their fields."""
    slug = problem.type.rpartition("/")[2]
    remedy, reload = f"problem.{slug}.remedy", reload_message(problem)
    if has_message(reload) and problem.detail == frame.t(reload):
        remedy = reload
    elif has_message(form_message(problem)):
        remedy = form_message(problem)
    advice = frame.t(remedy) if has_message(remedy) else ""
    detail = said(frame, problem)
    if any(fault.place == "path" for fault in problem.errors):
        detail, advice = frame.t("refusal.address"), frame.t("refusal.address_advice")
    faults = tuple(f"{one.pointer.strip('/')}: {one.message}" for one in problem.errors if one.place != "path")
    return RefusalPage(
        status=problem.status,
        title=problem.title,
        detail="" if frame.as_of.wrong or detail == advice else detail,
        errors=frame.as_of.wrong,
        errors_title=frame.t("refusal.errors"),
        advice=(*faults, *((advice,) if advice else ())) if not frame.as_of.wrong else (),
        request="" if problem.request is None else frame.t("refusal.request", id=problem.request),
    )


@dataclass(frozen=True, slots=True)
class FramedRefusal:
    """What stands in the frame of a scan that cannot be shown."""

    title: str
    lines: tuple[str, ...]


def build_framed(frame: Frame, problem: Problem) -> FramedRefusal:
    """What is wrong with the scan, and what to do, without the head of a page: it stands within one."""
    page = build(frame, problem)
    return FramedRefusal(page.title, tuple(line for line in (page.detail, *page.advice, page.request) if line))


def said(frame: Frame, problem: Problem) -> str:
    """What happened, in the words of the refusal's code, unless the problem says more: what the message names."""
    on_page = f"refusal.page.{problem.code}"
    try:
        return frame.t(on_page if has_message(on_page) else f"refusal.code.{problem.code}")
    except LookupError:
        return problem.detail


def wrong_times(problem: Problem, message: str) -> tuple[FieldError, ...]:
    """The faults of a problem that are about one of the page's two times."""
    fields = {
        "valid-on": "valid_on",
        "known-at": "known_at",
        "known-at-ahead": "known_at",
        "known-at-position": "known_at",
    }
    field = fields.get(problem.code or "")
    return () if field is None else (FieldError(field, message),)
