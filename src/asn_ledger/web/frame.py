"""What surrounds every page: who reads it, in which language, as of when, and where its links lead."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote, urlencode

from asn_ledger.domain.access import Act, Role
from asn_ledger.language import Language, full_day, moment, number, partial_day, translate

AS_OF = ("valid_on", "known_at")
"""The query parameters that every link of a page carries on."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with a field that the reader filled in."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class AsOfBar:
    """The two times of the page: the day it shows, and what was known then.

    `valid_typed` and `known_typed` are as the reader typed them, empty for now; `wrong` says what is wrong with them.
    `position` is the last entry the page knows (None: it shows none), `head` the last one there is, `known_at` when
    the entry at `position` was recorded (None: nothing was).
    """

    today: date
    valid_on: date
    position: int | None
    head: int | None
    known_at: datetime | None = None
    valid_typed: str = ""
    known_typed: str = ""
    wrong: tuple[FieldError, ...] = ()

    @property
    def valid_now(self) -> bool:
        """Whether it shows the state of today."""
        return self.valid_on == self.today

    @property
    def known_now(self) -> bool:
        """Whether it knows everything on record."""
        return self.known_typed == "" or self.position == self.head or bool(self.wrong)

    def fault(self, field: str) -> str:
        """What is wrong with one of the two times; empty if nothing is."""
        return next((error.message for error in self.wrong if error.field == field), "")

    @property
    def now(self) -> bool:
        """Whether it shows what is so today, as known now."""
        return self.valid_now and self.known_now


@dataclass(frozen=True, slots=True)
class Frame:
    """One reader's view of one address: language, links, the two times, and what the reader may see.

    `base` is where the agency's pages begin (empty, or `/kota-salatiga`), `path` the page's own path after it, `query`
    its parameters without `lang`. `acts` are what the reader may do about what the page shows, `somewhere` what of
    anything within reach, `account` the reader's name where somebody is logged in. `checkpoint` is the size of the tree
    that the latest official checkpoint states: signed, and cosigned by the policy's quorum. `csrf` is what each form of
    the page carries in its first field. `apart`: checkpoints are signed by another process, in its own time.
    """

    language: Language
    agency: str
    base: str
    path: str
    query: tuple[tuple[str, str], ...]
    roles: tuple[Role, ...]
    acts: frozenset[Act]
    account: str | None
    made_at: datetime
    as_of: AsOfBar
    checkpoint: int | None
    csrf: str = ""
    somewhere: frozenset[Act] = frozenset()
    apart: bool = False

    def t(self, key: str, **values: str | int | date | datetime) -> str:
        """The message of a key in the reader's language."""
        return translate(self.language, key, **values)

    def may(self, act: Act) -> bool:
        """Whether this reader may do it."""
        return act in self.acts

    def does(self, act: Act) -> bool:
        """Whether this reader may do it about anything: what menus lead to."""
        return act in self.acts or act in self.somewhere

    @property
    def sees_erasures(self) -> bool:
        """Whether this reader may see what is to be erased, and holds."""
        return self.may(Act.SEE_ERASURES)

    @property
    def sees_accounts(self) -> bool:
        """Whether this reader may see who has which account."""
        return self.may(Act.SEE_ACCOUNTS)

    @property
    def matches(self) -> bool:
        """Whether this reader says what scans show, of anybody."""
        return self.does(Act.MATCH_DOCUMENT)

    @property
    def sees_intake(self) -> bool:
        """Whether this reader may see scans that wait: all, or their own."""
        return self.does(Act.SEE_INTAKE)

    @property
    def sees_desk(self) -> bool:
        """Whether this reader may see bulk days: all, or their own."""
        return self.does(Act.SEE_DESK)

    @property
    def exports(self) -> bool:
        """Whether this reader may take lists of people out."""
        return self.does(Act.EXPORT_LIST)

    @property
    def enters(self) -> bool:
        """Whether this reader may enter decrees."""
        return self.does(Act.DRY_RUN)

    @property
    def sees_restricted(self) -> bool:
        """Whether this reader may read appraisals and why a tenure ended."""
        return self.may(Act.READ_RESTRICTED)

    @property
    def sees_records(self) -> bool:
        """Whether this reader may see who recorded and confirmed what."""
        return self.may(Act.READ_RECORD)

    def href(self, path: str, **parameters: str | int) -> str:
        """A link within the agency that keeps the two times."""
        kept = {name: value for name, value in self.query if name in AS_OF}
        return self._address(path, {**kept, **{name: str(value) for name, value in parameters.items()}})

    def here(self, *, without: tuple[str, ...] = (), suffix: str = "", **parameters: str | int) -> str:
        """A link to this page with other parameters; those of `without` are dropped, `suffix` is `.json` or `.csv`."""
        kept = {name: value for name, value in self.query if name not in without}
        merged = {**kept, **{name: str(value) for name, value in parameters.items()}}
        return self._address(f"{self.path}{suffix}", merged)

    def evidence(self, kind: str, *, public: bool = False) -> str:
        """A link to evidence about what this page is about; none for those who may not have it."""
        folder, _, name = self.path.rpartition("/")
        if not (public or self.may(Act.READ_PAYLOADS)) or folder == "":
            return ""
        return self.href(f"/api/v1/{kind}/{name}/evidence")

    @property
    def evidence_words(self) -> str:
        """What the link to evidence is called; it says when there is some where nothing is signed yet."""
        return self.t("evidence.link_later" if self.apart and self.checkpoint is None else "evidence.link")

    def hidden(self, *shown: str) -> tuple[tuple[str, str], ...]:
        """The parameters that a form carries on beside the fields it shows."""
        return tuple((name, value) for name, value in self.query if name not in shown)

    def _address(self, path: str, parameters: dict[str, str]) -> str:
        query = urlencode({name: value for name, value in parameters.items() if value != ""}, quote_via=quote)
        return f"{self.base}{path}?{query}" if query else f"{self.base}{path}"

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """Where the head's links lead this reader: path and key of its words."""
        office = (("/pegawai", "nav.staff"), ("/jatuh-tempo", "nav.due")) if self.does(Act.SEARCH_PEOPLE) else ()
        own = (("/saya", "nav.own"),) if "employee" in self.roles else ()
        inbox = (("/tugas", "nav.tasks"),) if self.does(Act.SEE_TASKS) else ()
        kept = (("/pengguna", "nav.accounts"),) if self.does(Act.KEEP_ACCOUNTS) else ()
        public = (("/cari", "nav.search"), ("/unit", "nav.units"))
        return (*inbox, *kept, *public, *own, *office, ("/buku-besar", "nav.ledger"))

    @property
    def other_language(self) -> Language:
        """The language the switch leads to."""
        return "en" if self.language == "id" else "id"

    @property
    def valid_words(self) -> str:
        """The day the page shows, in words."""
        bar = self.as_of
        return self.t("as_of.today", day=bar.today) if bar.valid_now else full_day(self.language, bar.valid_on)

    @property
    def known_words(self) -> str:
        """What was known, in words: now, or the time asked for with the entry it ends at."""
        bar = self.as_of
        if bar.position is None:
            return self.t("as_of.now_plain")
        if bar.known_now:
            return self.t("as_of.now", position=bar.position)
        return self.t("as_of.known", when=self._known_when(), position=bar.position)

    def _known_when(self) -> str:
        typed = self.as_of.known_typed
        if typed[:1].isdigit() and len(typed) <= len("2016-03-31"):
            return partial_day(self.language, typed)
        at = self.as_of.known_at
        return self.t("as_of.before_record") if at is None else moment(self.language, at)

    @property
    def made_words(self) -> str:
        """When the page was made, from how many entries, under which checkpoint."""
        if self.as_of.position is None:
            return self.t("frame.made_plain", at=self.made_at)
        made = self.t("frame.made", at=self.made_at, position=self.as_of.position)
        if self.checkpoint is None:
            return f"{made} {self.t('frame.no_checkpoint')}"
        return f"{made} {self.t('frame.checkpoint', size=self.checkpoint)}"

    def sealed_words(self, position: int) -> str:
        """Whether a checkpoint covers an entry, in words."""
        if self.checkpoint is None or position > self.checkpoint:
            return self.t("proof.not_sealed")
        return self.t("proof.checked", size=self.checkpoint)

    def unofficial_words(self, positions: Iterable[int]) -> str:
        """What a page says, also printed, that rests on an entry which is not sealed; empty where all are."""
        return self.t("proof.unofficial") if max(positions, default=0) > (self.checkpoint or 0) else ""

    def count(self, value: int) -> str:
        """A number as the reader's language writes it."""
        return number(self.language, value)
