"""The first page: what this is, where to search, what is on record, how it can be checked."""

from dataclasses import dataclass

from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.search import search_label


@dataclass(frozen=True, slots=True)
class Door:
    """A way in."""

    title: str
    words: str
    href: str


@dataclass(frozen=True, slots=True)
class HomePage:
    """Everything the first page shows."""

    doors: tuple[Door, ...]
    label: str


def build(frame: Frame, *, posts: int) -> HomePage:
    """The page; `posts` is how many posts are on record."""
    return HomePage(
        doors=(
            Door(frame.t("home.posts"), frame.t("home.posts_words", count=posts), frame.href("/cari")),
            Door(frame.t("home.units"), frame.t("home.units_words"), frame.href("/unit")),
            Door(
                frame.t("home.ledger"),
                frame.t("home.ledger_words", count=frame.as_of.position or 0),
                frame.href("/buku-besar"),
            ),
        ),
        label=search_label(frame),
    )
