"""A post's life as rows."""

from collections.abc import Iterator

from asn_ledger.domain.units import PostLife
from asn_ledger.readmodels.words import words
from projections.posts.rows import PostPredecessorRow, PostRow, PostWordRow


def project(life: PostLife) -> Iterator[PostRow | PostPredecessorRow | PostWordRow]:
    """Every version of a post, whom it succeeds, and the words it is found by."""
    for version in life.versions:
        yield PostRow(
            post=life.post,
            began=version.began,
            ended=version.ended,
            unit=version.unit,
            title=version.title,
            kind=version.kind,
            level=version.level,
            grade=version.grade,
            seats=version.seats,
            leads_unit=version.leads_unit,
            code=version.code,
            min_rank=version.min_rank,
            function=version.function,
            named_publicly=version.named_publicly,
            need=version.need,
            need_year=version.need_year,
            began_by=version.began_by,
            abolished=life.abolished,
            abolished_by=life.abolished_by,
            basis=version.basis,
        )
    for predecessor, how, since in dict.fromkeys(life.predecessors):
        yield PostPredecessorRow(life.post, predecessor, how, since)
    said = " ".join(text for version in life.versions for text in (version.title, version.code or ""))
    for word in words(said):
        yield PostWordRow(life.post, word)
