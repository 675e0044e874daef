"""Saved filters: what an account chooses a list by, under a name. Each account keeps and finds its own alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import quote, urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from asn_ledger.accounts import Principal
from asn_ledger.accounts.desk.filters import LONGEST_NAME, ListName, SavedFilter
from asn_ledger.domain.access import Act
from asn_ledger.domain.errors import InvalidValue
from asn_ledger.web.auth import Gate, Running
from asn_ledger.web.problems import (
    CONFLICT,
    INVALID_REQUEST,
    INVALID_VALUE,
    MALFORMED_JSON,
    NOT_ALLOWED,
    NOT_FOUND,
    TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    documented,
)
from asn_ledger.web.representations import Shown
from projections.employee_now.serving import FACETS

router = APIRouter(prefix="/api/v1/filters", tags=["filters"])

Keepers = Annotated[Principal, Depends(Gate(Act.KEEP_ACCOUNT))]

_LONGEST_VALUE = 200
_WRITES = (
    NOT_ALLOWED, CONFLICT, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, INVALID_REQUEST, INVALID_VALUE, MALFORMED_JSON,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """A list that filters are saved for: its page, and by what it is chosen. Neither time is: that is asked anew."""

    path: str
    parameters: tuple[str, ...]


LISTS: Mapping[ListName, Listed] = {
    "staff": Listed("/pegawai", ("q", "unit", *FACETS, "sort")),
    "search": Listed("/cari", ("q", "kind")),
    "due": Listed("/jatuh-tempo", ("kind", "unit", "months")),
    "decrees": Listed("/sk", ("year", "kind", "mode", "signer", "late", "findings", "open")),
}


class FilterForm(BaseModel):
    """A name, and the parameters of the list's address that choose: neither page nor times."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=LONGEST_NAME, examples=["Guru pensiun 2027"])
    parameters: dict[str, str] = Field(min_length=1, examples=[{"kind": "fungsional", "retires": "2027"}])


class NewFilter(FilterForm):
    """A filter to save for a list."""

    list: ListName


class FilterShown(Shown):
    """A saved filter; `address` is the page that it chooses, to which times may be added."""

    id: UUID
    list: ListName
    name: str
    parameters: dict[str, str]
    address: str
    saved_at: datetime


@router.get("", responses=documented(NOT_ALLOWED, INVALID_REQUEST))
def list_filters(
    service: Running,
    asker: Keepers,
    response: Response,
    of: Annotated[ListName | None, Query(alias="list", description="only those of this list")] = None,
) -> list[FilterShown]:
    """One's own filters by name."""
    response.headers["Cache-Control"] = "no-store"
    return [shown(one) for one in service.filters.all(account_of(asker)) if of in {None, one.list}]


@router.post("", status_code=201, responses=documented(*_WRITES))
def save_filter(service: Running, asker: Keepers, response: Response, form: NewFilter) -> FilterShown:
    """Keep a filter under a name that one has not for this list yet; of two sent at once one is kept."""
    account = account_of(asker)
    require_parameters(form.list, form.parameters)
    saved = service.filters.save(account, form.list, form.name, form.parameters)
    response.headers["Location"] = f"/api/v1/filters/{saved}"
    response.headers["Cache-Control"] = "no-store"
    return shown(service.filters.get(account, saved))


@router.put("/{id}", responses=documented(NOT_FOUND, *_WRITES))
def change_filter(
    service: Running,
    asker: Keepers,
    response: Response,
    id: UUID,  # noqa: A002 -- the parameter's name in the address
    form: FilterForm,
) -> FilterShown:
    """Give a filter of one's own this name and these parameters."""
    account = account_of(asker)
    require_parameters(service.filters.get(account, id).list, form.parameters)
    service.filters.change(account, id, form.name, form.parameters)
    response.headers["Cache-Control"] = "no-store"
    return shown(service.filters.get(account, id))


@router.delete("/{id}", status_code=204, responses=documented(NOT_ALLOWED, NOT_FOUND, INVALID_REQUEST))
def delete_filter(
    service: Running,
    asker: Keepers,
    id: UUID,  # noqa: A002 -- as above
) -> None:
    """Delete a filter of one's own."""
    service.filters.drop(account_of(asker), id)


def account_of(asker: Principal) -> UUID:
    """The account of somebody who keeps one."""
    assert asker.id is not None  # noqa: S101 -- the public does not pass the gate
    return asker.id


def require_parameters(of: ListName, parameters: Mapping[str, str]) -> None:
    """Refuse what no page of the list is chosen by; whether a value is one, the page says when it is asked.

    Raises:
        InvalidValue: there is nothing to choose by, a parameter is not one of the list's, or a value cannot be one.
    """
    known = LISTS[of].parameters
    unknown = sorted(set(parameters) - set(known))
    if unknown or not parameters:
        raise InvalidValue(
            f"a filter of this list chooses by some of {', '.join(known)}; not by {', '.join(unknown) or 'nothing'}",
            code="filter-parameters",
        )
    if not all(0 < len(value) <= _LONGEST_VALUE and value.isprintable() for value in parameters.values()):
        raise InvalidValue(f"a value is a line of 1 to {_LONGEST_VALUE} characters", code="filter-value")


def address_of(saved: SavedFilter) -> str:
    """The address of the page that a filter chooses."""
    return f"{LISTS[saved.list].path}?{urlencode(dict(saved.parameters), quote_via=quote)}"


def shown(saved: SavedFilter) -> FilterShown:
    """A filter as the API has it."""
    return FilterShown(
        id=saved.id,
        list=saved.list,
        name=saved.name,
        parameters=dict(saved.parameters),
        address=address_of(saved),
        saved_at=saved.saved_at,
    )
