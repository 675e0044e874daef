"""A page as a reader's browser understands it: nesting, ids, links, words. Raises where the HTML is not well-formed."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"meta", "link", "input", "br", "hr", "img", "wbr"}


@dataclass
class Tag:
    name: str
    attributes: dict[str, str]
    words: str = ""
    inside: tuple[str, ...] = ()


@dataclass
class Page(HTMLParser):
    tags: list[Tag] = field(default_factory=list)
    _open: list[Tag] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def __hash__(self) -> int:
        return id(self)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len({name for name, _ in attrs}), f"<{tag}> has an attribute twice"
        found = Tag(tag, {name: value or "" for name, value in attrs}, inside=tuple(t.name for t in self._open))
        self.tags.append(found)
        if tag not in VOID:
            self._open.append(found)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        last = self._open.pop()
        assert last.name == tag, f"</{tag}> closes <{last.name}>"

    def handle_data(self, data: str) -> None:
        for tag in self._open:
            tag.words += data

    def of(self, tag_name: str, /, **attributes: str) -> list[Tag]:
        """Tags of a name that have these attributes (a class among others)."""

        def has(tag: Tag, key: str, value: str) -> bool:
            own = tag.attributes.get(key.rstrip("_"), "")
            return value in own.split() if key == "class_" else own == value

        return [t for t in self.tags if t.name == tag_name and all(has(t, k, v) for k, v in attributes.items())]

    @property
    def words(self) -> str:
        """Every word of the page's body, spaces made one."""
        (body,) = self.of("body")
        return " ".join(body.words.split())


def read(html: str) -> Page:
    """The page, checked: nested rightly, ids unique, every link within the page leads somewhere."""
    page = Page()
    page.feed(html)
    page.close()
    assert page._open == [], f"left open: {[tag.name for tag in page._open]}"
    ids = [tag.attributes["id"] for tag in page.tags if "id" in tag.attributes]
    assert sorted(ids) == sorted(set(ids)), "an id stands twice"
    for tag in page.tags:
        for name in ("aria-labelledby", "aria-describedby", "for"):
            for wanted in tag.attributes.get(name, "").split():
                assert wanted in ids, f"{name} names {wanted}, which is not there"
        href = tag.attributes.get("href", "")
        if href.startswith("#"):
            assert href[1:] in ids, f"{href} leads nowhere"
        assert "style" not in tag.attributes, "the policy forbids styles in the page"
        assert not any(name.startswith("on") for name in tag.attributes), "the policy forbids scripts in the page"
    return page


def check_landmarks(page: Page) -> None:
    """Language, one heading, main, a way past the head, captions and scopes."""
    (html,) = page.of("html")
    assert html.attributes["lang"] in {"id", "en"}
    assert len(page.of("h1")) == len(page.of("main")) == len(page.of("header")) == len(page.of("footer")) == 1
    assert page.of("a", class_="skip")[0].attributes["href"] == "#isi"
    levels = [int(tag.name[1]) for tag in page.tags if tag.name in {"h1", "h2", "h3", "h4"}]
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels)), levels
    assert len(page.of("caption")) == len(page.of("table"))
    assert all("scope" in tag.attributes for tag in page.of("th"))
    labels = {tag.attributes["for"] for tag in page.of("label")}
    fields = [
        tag for tag in page.of("input") if tag.attributes.get("type") != "hidden" and "hidden" not in tag.attributes
    ]
    assert all(tag.attributes["id"] in labels for tag in fields)
