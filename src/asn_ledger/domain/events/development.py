"""Education and training (PP 11/2017 Ps 203-225; SE MenPANRB 28/2021)."""

from asn_ledger.domain.events.base import Axis, PersonEvent
from asn_ledger.domain.terms.codes import EducationLevel, EducationPermit, StructuralTraining, TrainingKind
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.numbers import Hours
from asn_ledger.domain.terms.sealing import Identity, SealedNumber
from asn_ledger.domain.terms.texts import Said


class EducationRecorded(PersonEvent, topic="education.recorded.v1", axes=(Axis.EDUCATION,)):
    """A diploma (ijazah); the TMT is the day of graduation. `first`: the one of the first appointment."""

    level: EducationLevel
    programme: Said | None = None
    institution: Said | None = None
    certificate: SealedNumber | None = None
    permit: EducationPermit | None = None
    first: bool = False
    title_before: Identity | None = None
    title_after: Identity | None = None


class TrainingCompleted(PersonEvent, topic="training.completed.v1", axes=(Axis.TRAINING,)):
    """A training (diklat) was completed on the TMT, its last day; `hours` are jam pelajaran (JP)."""

    kind: TrainingKind
    name: Said
    organiser: Said | None = None
    began_on: PartialDate | None = None
    hours: Hours | None = None
    certificate: SealedNumber | None = None
    structural: StructuralTraining | None = None
