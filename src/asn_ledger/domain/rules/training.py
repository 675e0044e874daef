"""Rules about training (diklat): hours a year, and the leadership training of structural posts (PP 11/2017 Ps 203)."""

from datetime import date
from itertools import pairwise

from asn_ledger.domain.career import Tenure
from asn_ledger.domain.events import (
    Appraised,
    OutcomeResult,
    PostAppointed,
    PostTransferred,
    TrainingCompleted,
)
from asn_ledger.domain.regulations import LeadershipTraining
from asn_ledger.domain.rules.rule import Case, Rule
from asn_ledger.domain.rules.service import status_on
from asn_ledger.domain.terms.dates import months_later


def _hours(case: Case, year: int) -> list[int | None]:
    """The hours of the trainings of a year, None of one that says no hours."""
    return [said.hours for fact, said in case.career.trainings if fact.day.year == year]


def _trained_enough(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, Appraised) or status_on(case.career, case.day) != "pns":
        return "not_applicable"
    least, hours = case.after.regulations.limit("training_hours_least", case.day), _hours(case, event.year)
    if not hours:
        return "not_applicable"  # that none is on record does not say that there was none
    known = [one for one in hours if one is not None]
    if least is None or (len(known) < len(hours) and sum(known) < least):
        return "cannot_tell"
    return "met" if sum(known) >= least else "not_met"


def _not_trained_too_much(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, TrainingCompleted) or status_on(case.career, case.day) not in {"pppk", "pppk_pw"}:
        return "not_applicable"
    most, hours = case.after.regulations.limit("contract_training_hours_most", case.day), _hours(case, case.day.year)
    known = [one for one in hours if one is not None]
    if most is None or (len(known) < len(hours) and sum(known) <= most):
        return "cannot_tell"
    return "met" if sum(known) <= most else "not_met"


def _asked_for(case: Case, tenure: Tenure) -> LeadershipTraining | None:
    """The training that a post asks of its holder, by the law of the day on which it was taken up."""
    life = case.after.posts.get(tenure.post)
    version = None if life is None else life.on(tenure.began)
    return None if version is None else case.after.regulations.leadership_training(version.kind, tenure.began)


def _since(case: Case, running: Tenure, asked: LeadershipTraining) -> Tenure:
    """The tenure that began the unbroken time in posts that ask for that training."""
    first = running
    held = [tenure for tenure in case.career.placement.tenures if tenure.began <= running.began]
    for earlier, later in reversed(list(pairwise(held))):
        if later is not first or earlier.ended != later.began or _asked_for(case, earlier) != asked:
            break
        first = earlier
    return first


def _trained_in_time(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, TrainingCompleted) or event.structural is None:
        return "not_applicable"
    held = case.career.placement.on(case.day)
    asked = None if held is None else _asked_for(case, held)
    if held is None or asked is None or event.structural not in asked.trainings:
        return "not_applicable"
    first = _since(case, held, asked)
    earlier = any(said.structural in asked.trainings for fact, said in case.career.trainings if fact.day < case.day)
    if earlier or case.day < first.began:
        return "not_applicable"  # trained already
    if not case.exact or not first.exact:
        return "cannot_tell"
    return "met" if case.day <= months_later(first.began, asked.months) else "not_met"


def _trained_before_rising(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, PostAppointed | PostTransferred) or event.upon is not None:
        return "not_applicable"
    tenures = case.career.placement.tenures
    left = next((one for one in tenures if one.ended_by == case.position), None)
    taken = next((one for one in tenures if one.began_by == case.position), None)
    asked = None if left is None else _asked_for(case, left)
    if left is None or taken is None or asked is None or _asked_for(case, taken) is None:
        return "not_applicable"
    if any(said.structural in asked.trainings and fact.day <= case.day for fact, said in case.career.trainings):
        return "met"
    first = _since(case, left, asked)
    if not case.exact or not first.exact or first is tenures[0]:
        return "cannot_tell"  # for the first post on record the training may lie before the record
    return "met" if case.day <= months_later(first.began, asked.months) else "not_met"


TRAINED_ENOUGH = Rule(
    id="R-TRN-01",
    version=1,
    title_id="PNS mengikuti pengembangan kompetensi sekurang-kurangnya 20 jam pelajaran setahun",
    title_en="A civil servant is trained for twenty hours a year at least",
    source="PP 11/2017 Ps 203(4)",
    valid_from=date(2017, 4, 7),
    valid_to=None,
    severity="W",
    applies_to=(Appraised,),
    check=_trained_enough,
)
NOT_TRAINED_TOO_MUCH = Rule(
    id="R-TRN-01-PPPK",
    version=1,
    title_id="Pengembangan kompetensi PPPK paling banyak 24 jam pelajaran setahun",
    title_en="Who serves by contract is trained for 24 hours a year at most",
    source="PP 49/2018 Ps 39-43 (number of hours and article to verify)",
    valid_from=date(2018, 11, 28),
    valid_to=None,
    severity="W",
    applies_to=(TrainingCompleted,),
    check=_not_trained_too_much,
)
TRAINED_IN_TIME = Rule(
    id="R-TRN-02",
    version=1,
    title_id="Pelatihan kepemimpinan diikuti paling lambat satu tahun setelah diangkat dalam jabatan struktural",
    title_en="Leadership training is done within a year of the appointment to a structural post",
    source="PP 11/2017; PerLAN 10/2018 (our reading; article and period to verify)",
    valid_from=date(2017, 4, 7),
    valid_to=None,
    severity="W",
    applies_to=(TrainingCompleted,),
    check=_trained_in_time,
)
TRAINED_BEFORE_RISING = Rule(
    id="R-TRN-02-LANJUT",
    version=1,
    title_id="Yang pindah dari jabatan struktural setelah lebih dari setahun sudah mengikuti pelatihan kepemimpinannya",
    title_en="Who leaves a structural post for another after more than a year has done its leadership training",
    source="PP 11/2017; PerLAN 10/2018 (our reading; article and period to verify)",
    valid_from=date(2017, 4, 7),
    valid_to=None,
    severity="W",
    applies_to=(PostAppointed, PostTransferred),
    check=_trained_before_rising,
)
RULES = (TRAINED_ENOUGH, NOT_TRAINED_TOO_MUCH, TRAINED_IN_TIME, TRAINED_BEFORE_RISING)
