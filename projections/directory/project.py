"""A person's names and NIPs as rows."""

from collections.abc import Iterator

from asn_ledger.domain.career import Career
from asn_ledger.domain.terms.sealing import Erased
from asn_ledger.readmodels.words import words
from projections.directory.rows import PersonRow, PersonWordRow


def project(career: Career) -> Iterator[PersonRow | PersonWordRow]:
    """What a person was called from day to day, and the words the person is found by."""
    known = career.identity
    said: dict[str, None] = {}
    for n, (began, named, position) in enumerate(known):
        name, nip = _clear(named.name), _clear(named.nip)
        parts = words(name or "")
        said |= dict.fromkeys((*parts, *words(nip or "")))
        yield PersonRow(
            employee=career.employee,
            began=began,
            ended=known[n + 1][0] if n + 1 < len(known) else None,
            name=name,
            nip=nip,
            sort_name=" ".join(parts),
            erased=isinstance(named.name, Erased) or isinstance(named.nip, Erased),
            began_by=position,
        )
    for word in said:
        yield PersonWordRow(career.employee, word)


def _clear(value: str | Erased | None) -> str | None:
    return None if isinstance(value, Erased) else value
