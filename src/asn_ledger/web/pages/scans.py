"""A scan beside what is on record: how it is shown, and what a row says in the words of the office."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from asn_ledger.documents import Document, Documents
from asn_ledger.domain.errors import NotFound
from asn_ledger.domain.terms.documents import JPEG, PDF, PNG
from asn_ledger.domain.terms.ids import EmployeeId, PostId, UnitId
from asn_ledger.language import has_message, short_partial_day
from asn_ledger.web.asking import Question
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.parts import Crumb, Fact
from asn_ledger.web.sights import lives_of, named
from projections.units.queries import unit_names

_ELSEWHERE = frozenset({"decree", "row", "cited", "employee", "post", "unit", "name", "nip", "action"})
"""Fields of a row that are shown in words of their own."""
_DATE = 10


@dataclass(frozen=True, slots=True)
class ScanView:
    """A scan: `kind` is pdf, image, damaged (its place says what is wrong) or other, which browsers do not show."""

    href: str
    file: str
    kind: Literal["pdf", "image", "damaged", "other"]
    label: str
    size: str


@dataclass(frozen=True, slots=True)
class Names:
    """The words for the ids that rows name."""

    people: Mapping[EmployeeId, str]
    posts: Mapping[PostId, str]
    units: Mapping[UnitId, str]


@dataclass(frozen=True, slots=True)
class SaidRow:
    """What a row says: whom and what it is about, its fields, and what is wrong with it."""

    number: str
    action: str
    about: tuple[Crumb, ...]
    facts: tuple[Fact, ...]
    objections: tuple[str, ...] = ()


def scan_view(
    frame: Frame, documents: Documents, document: Document, label: str, *, page: int | None = None, of: str = ""
) -> ScanView:
    """How a scan is shown; a PDF at the page that matters. `of` is its address, where that says whose scan it is."""
    file = f"{frame.base}{of or f'/api/v1/documents/{document.sha256}'}"
    kind: Literal["pdf", "image", "damaged", "other"] = "other"
    if document.media_type == PDF:
        kind = "pdf"
    elif document.media_type in {JPEG, PNG}:
        kind = "damaged" if documents.fault(document.sha256) else "image"
    at = f"#navpanes=0&page={page or 1}" if kind == "pdf" else ""
    megabytes = frame.t("scan.size", kilobytes=frame.count(max(1, document.bytes // 1024)))
    return ScanView(f"{file}{'&' if '?' in file else '?'}show=inline{at}", file, kind, label, megabytes)


def names_of(question: Question, rows: Iterable[Mapping[str, Any]]) -> Names:  # Any: events' fields as JSON
    """The words for what rows name, looked up together."""
    said = list(rows)
    people = {EmployeeId(row["employee"]) for row in said if row.get("employee")}
    posts = {PostId(row["post"]) for row in said if row.get("post")}
    units = {UnitId(row["unit"]) for row in said if row.get("unit")}
    lives = lives_of(question, posts)
    return Names(
        people={who: row.name for who, row in named(question, people).items() if row.name is not None},
        posts={post: life.versions[-1].title for post, life in lives.items() if life.versions},
        units={
            unit: name.now
            for unit, name in unit_names(question.connection, question.ledger, sorted(units), question.as_of).items()
        },
    )


def about(frame: Frame, says: Mapping[str, Any], names: Names) -> tuple[Crumb, ...]:  # Any: as above
    """Whom and what a row is about, as links; what it brings on record itself is named by its own words."""
    found: list[Crumb] = []
    employee, post, unit = says.get("employee"), says.get("post"), says.get("unit")
    printed = _text(says.get("name"))
    if employee:
        words = names.people.get(EmployeeId(employee)) or printed or frame.t("person.unknown")
        known = EmployeeId(employee) in names.people
        found.append(Crumb(words, frame.href(f"/pegawai/{employee}") if known else ""))
    if post:
        title = names.posts.get(PostId(post))
        words = title or _text(says.get("title")) or frame.t("post.unnamed")
        found.append(Crumb(words, frame.href(f"/jabatan/{post}") if title else ""))
    if unit:
        name = names.units.get(UnitId(unit))
        words = name or (printed if not employee else "") or frame.t("unit.unnamed")
        found.append(Crumb(words, frame.href(f"/unit/{unit}") if name else ""))
    return tuple(found)


def fields(frame: Frame, says: Mapping[str, Any]) -> tuple[Fact, ...]:  # Any: as above
    """What else a row says, field by field."""
    lines = list(_flat("", {name: value for name, value in says.items() if name not in _ELSEWHERE}))
    nip = _text(says.get("nip"))
    if nip:
        lines.insert(0, ("nip", nip))
    return tuple(Fact(_label(frame, name), _value(frame, value)) for name, value in lines)


def _label(frame: Frame, name: str) -> str:
    key = f"field.{name.removesuffix('.on')}"
    return frame.t(key) if has_message(key) else name


def _value(frame: Frame, value: str) -> str:
    if len(value) == _DATE and value[4:5] == value[7:8] == "-" and value.replace("-", "").isdecimal():
        return short_partial_day(frame.language, value)
    return value.replace("_", " ") if value.isascii() and value.replace("_", "").islower() else value


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _flat(prefix: str, value: Any) -> Iterator[tuple[str, str]]:  # Any: JSON
    match value:
        case dict():
            for name, inner in value.items():
                yield from _flat(f"{prefix}.{name}" if prefix else name, inner)
        case list():
            for inner in value:
                yield from _flat(prefix, inner)
        case bool():
            yield prefix, "✓" if value else "✗"
        case None:
            pass
        case _:
            yield prefix, str(value)


def document_of(question: Question, sha256: str) -> Document | None:
    """A document that is there."""
    try:
        return question.service.documents.find(sha256)
    except NotFound:
        return None
