"""The life of posts: created, renamed, reclassified, moved, succeeded, abolished; their need (PermenPANRB 1/2020)."""

from asn_ledger.domain.events.base import Axis, Phase, RowEvent
from asn_ledger.domain.terms.codes import PostKind, PostLevel, Succession
from asn_ledger.domain.terms.ids import PostId, UnitId
from asn_ledger.domain.terms.numbers import Grade, Need, Seats, Year
from asn_ledger.domain.terms.ranks import Rank
from asn_ledger.domain.terms.texts import Said, SaidShort


class PostCreated(RowEvent, topic="post.created.v1", axes=(Axis.POST,)):
    """A post with its seats exists in a unit from its TMT on; `grade` is the kelas jabatan.

    `level` is the eselon; of a functional post the jenjang, and `function` the functional post (JF) as a slug.
    """

    post: PostId
    unit: UnitId
    title: Said
    kind: PostKind
    level: PostLevel | None = None
    grade: Grade | None = None
    seats: Seats
    leads_unit: bool
    code: SaidShort | None = None
    min_rank: Rank | None = None
    named_publicly: bool | None = None
    function: SaidShort | None = None


class PostRenamed(RowEvent, topic="post.renamed.v1", axes=(Axis.POST,)):
    """A post has another title from its TMT on."""

    post: PostId
    title: Said


class PostReclassified(RowEvent, topic="post.reclassified.v1", axes=(Axis.POST,)):
    """A post has another kind, level, grade or number of seats from its TMT on."""

    post: PostId
    kind: PostKind
    level: PostLevel | None = None
    grade: Grade | None = None
    seats: Seats
    function: SaidShort | None = None


class PostMoved(RowEvent, topic="post.moved.v1", axes=(Axis.POST,)):
    """A post stands in another unit from its TMT on."""

    post: PostId
    unit: UnitId


class WorkloadSet(RowEvent, topic="workload.set.v1", axes=(Axis.POST,)):
    """A post needs so many people from its TMT on, by the workload analysis (analisis beban kerja, ABK) of a year."""

    post: PostId
    need: Need
    year: Year


class PostSucceeded(RowEvent, topic="post.succeeded.v1", axes=(Axis.POST,)):
    """A post carries on earlier ones, so that its history crosses a reorganisation."""

    post: PostId
    predecessors: tuple[PostId, ...]
    how: Succession


class PostAbolished(RowEvent, topic="post.abolished.v1", phase=Phase.END, axes=(Axis.POST,)):
    """A post is gone from its TMT on."""

    post: PostId


PostLifeEvent = PostCreated | PostRenamed | PostReclassified | PostMoved | WorkloadSet | PostSucceeded | PostAbolished
