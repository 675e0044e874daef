"""Ids of what SIASN names: UUIDv5 of the ledger and SIASN's own id, so that the same row is the same thing for ever."""

from uuid import NAMESPACE_URL, UUID, uuid5

from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, PostId, UnitId

from .codes import normal_number


class Ids:
    """The ids that an import gives in one ledger."""

    def __init__(self, ledger: str) -> None:
        self._space = uuid5(NAMESPACE_URL, f"asn-ledger:siasn:{ledger}")

    def unit(self, unor: str) -> UnitId:
        """A unit by its id in SIASN."""
        return UnitId.of(self._of("ref-unor", unor))

    def post(self, post: tuple[str, str, str]) -> PostId:
        """A post by unit, title and level: SIASN has no id for it."""
        return PostId.of(self._of("post", *post))

    def employee(self, person: str) -> EmployeeId:
        """A person by their id in SIASN."""
        return EmployeeId.of(self._of("pns", person))

    def decree(self, number: str | None, on: str | None, row: str) -> DecreeId:
        """A decree by number and date, without an issuer, whom the wire does not name; without a number by its row."""
        if number is None or on is None:
            return DecreeId.of(self._of("decree-of", row))
        return DecreeId.of(self._of("decree", normal_number(number), on, ""))

    def command(self, resource: str, row: str, again: int = 0) -> UUID:
        """The command of a row; `again` counts how often what it recorded was undone."""
        return self._of(resource, row, *((str(again),) if again else ()))

    def _of(self, *parts: str) -> UUID:
        return uuid5(self._space, "|".join(parts))
