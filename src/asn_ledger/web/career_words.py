"""What a row of a career says in words, on pages and at the command line."""

from typing import get_args

from asn_ledger.domain.terms.codes import PostLevel
from asn_ledger.domain.terms.ranks import TITLES, is_rank
from asn_ledger.language import Language, has_message, number, partial_day, translate
from asn_ledger.web.api.appraisals import AppraisalShown
from asn_ledger.web.representations import CareerStep, CreditPoints

LEVELS = tuple(level for level in get_args(PostLevel) if "." not in level)
"""The levels of functional posts, as against echelons."""


def level_words(level: str) -> str:
    """A level of functional posts as offices write it: `Ahli Muda`."""
    return level.replace("_", " ").title()


def rank_words(value: str) -> str:
    """A rank with its title: `Pembina, IV/a`; a contract's grade as it is."""
    return f"{TITLES[value]}, {value}" if is_rank(value) else value


def step_words(language: Language, step: CareerStep) -> str:
    """What a row of one axis says."""
    match step.axis:
        case "rank":
            return rank_words(step.value)
        case "status":
            return translate(language, f"service_status.{step.value}")
        case "appraisal":
            return step.value
        case "contract":
            extended = step.detail == "extended"
            return translate(language, "career.extended" if extended else f"service_status.{step.value}")
        case "duty" | "education" | "training" | "interruption" | "salary" | "points":
            return translate(language, f"{step.axis}.{step.value}")
        case "identity":
            key = f"career.identity.{step.value}"
            return translate(language, key) if has_message(key) else step.value


def step_detail(language: Language, step: CareerStep) -> str:
    """What belongs to a row: the unit of a duty, the service years of a salary step, a programme."""
    if step.axis == "salary" and step.detail is not None:
        years, _, months = step.detail.partition("-")
        return translate(language, "career.service", years=int(years), months=int(months))
    if step.axis == "duty":
        unit = "" if step.unit is None else step.unit.name or step.unit.name_now or translate(language, "unit.unnamed")
        return ", ".join(text for text in (step.detail, unit) if text)
    if step.axis == "points":
        return "" if step.points is None else points_words(language, step.points)
    return step.detail or "" if step.axis in {"education", "training"} else ""


def points_words(language: Language, said: CreditPoints) -> str:
    """How many credit points for which period and predicate, and what the level has come to."""
    if said.points is None:
        parts = [translate(language, "career.credit.erased")]
    else:
        parts = [translate(language, "career.credit.points", points=number(language, said.points))]
    if said.predicate is not None:
        predicate = translate(language, f"appraisals.predicate.{said.predicate}")
        parts.append(translate(language, "career.credit.predicate", predicate=predicate))
    first = partial_day(language, said.first)
    last = first if said.last is None else partial_day(language, said.last)
    parts.append(translate(language, "career.credit.period", first=first, last=last) if first != last else first)
    if said.total is not None:
        total, level = number(language, said.total), level_words(said.level)
        parts.append(translate(language, "career.credit.total", level=level, total=total))
    return "; ".join(parts)


def appraised_words(language: Language, one: AppraisalShown) -> str:
    """The predicate of an appraisal with what gave it, and who gave it from which post."""
    if one.predicate is None:
        return translate(language, "appraisals.erased" if one.erased else "appraisals.unknown")
    predicate = translate(language, f"appraisals.predicate.{one.predicate}")
    if one.result is None or one.behaviour is None:
        scale = "" if one.scale is None else translate(language, f"appraisals.scale.{one.scale}")
        said = translate(language, "appraisals.counted", predicate=predicate, score=one.score or "", scale=scale)
    else:
        said = translate(
            language,
            "appraisals.said",
            predicate=predicate,
            result=translate(language, f"appraisals.expectation.{one.result}"),
            behaviour=translate(language, f"appraisals.expectation.{one.behaviour}"),
        )
    if one.appraiser is None:
        return said
    rater = one.appraiser.name or translate(language, "person.unknown")
    post = None if one.appraiser_post is None else one.appraiser_post.title
    if post is None:
        return f"{said}; {translate(language, 'appraisals.by', name=rater)}"
    return f"{said}; {translate(language, 'appraisals.by_post', name=rater, post=post)}"
