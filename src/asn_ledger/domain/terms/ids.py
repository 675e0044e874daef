"""Opaque ids; each kind is also its own tag in the ledger."""

from typing import Any, ClassVar, Self
from uuid import UUID

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


class EntityId(str):
    """An id that says what it names: a lower-case UUID unless the subclass says otherwise."""

    __slots__ = ()
    kind: ClassVar[str]
    shape: ClassVar[str] = "an id is a UUID in lower case"
    pattern: ClassVar[str] = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"

    @property
    def tag(self) -> str:
        """`kind:id`, the tag under which the ledger files what concerns it."""
        return self.kind + ":" + self  # quicker than a format

    @classmethod
    def of(cls, value: UUID) -> Self:
        """The id written as this kind."""
        return cls(str(value))

    # Any: pydantic's own signature for custom types.
    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        text = core_schema.no_info_after_validator_function(cls, core_schema.str_schema(pattern=cls.pattern))
        return core_schema.json_or_python_schema(
            json_schema=text,
            python_schema=core_schema.union_schema(
                [core_schema.is_instance_schema(cls), text],
                mode="left_to_right",
                custom_error_type=f"{cls.kind}_id",
                custom_error_message=cls.shape,
            ),
            serialization=core_schema.to_string_ser_schema(),
        )


class EmployeeId(EntityId):
    """A person in the service of the agency; never the NIP."""

    __slots__ = ()
    kind = "employee"


class PostId(EntityId):
    """A post: (unit, title, level) with its seats."""

    __slots__ = ()
    kind = "post"


class UnitId(EntityId):
    """A unit of the organisation."""

    __slots__ = ()
    kind = "unit"


class DecreeId(EntityId):
    """A decree (SK) or other instrument."""

    __slots__ = ()
    kind = "decree"


class OfficeId(EntityId):
    """An office outside the civil service (Wali Kota, Gubernur …): a slug, so that decrees can name it."""

    __slots__ = ()
    kind = "office"
    pattern = r"^[a-z][a-z0-9-]{1,62}$"
    shape = "an office is named in small letters, digits and hyphens, as wali-kota"


class OfficialId(EntityId):
    """A person who holds an outside office; not an employee."""

    __slots__ = ()
    kind = "official"


class ErasureId(EntityId):
    """A proposal to destroy personal data of somebody, through all its steps."""

    __slots__ = ()
    kind = "erasure"


class HoldId(EntityId):
    """An order that nothing of somebody is destroyed."""

    __slots__ = ()
    kind = "hold"


class AccountId(EntityId):
    """Somebody who logs in here; whose it is says `accounts`."""

    __slots__ = ()
    kind = "account"
