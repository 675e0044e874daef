"""What an installation may choose: one frozen value, read once from the environment and passed down.

Each field is an environment variable `ASN_LEDGER_<FIELD>`. docs/reference/configuration.md lists them all.
"""

import os
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import platformdirs
from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

HIDDEN = "(hidden)"


def _default_home() -> Path:
    """The account's own data folder; for root the machine's, because the database server runs as another user there."""
    if os.geteuid() == 0:
        return Path("/var/lib/asn-ledger")
    return platformdirs.user_data_path("asn-ledger")


def _absolute(path: Path) -> Path:
    return path.expanduser().resolve()


def _postgresql_address(address: SecretStr) -> SecretStr:
    if not address.get_secret_value().startswith(("postgresql://", "postgres://")):
        raise ValueError("write it as postgresql://user:password@host:port/database")
    return address


def _known_zone(zone: str) -> str:
    try:
        ZoneInfo(zone)  # looking it up is a hundredth of the work of listing them all
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"{zone!r} is no time zone; Indonesia has Asia/Jakarta, Asia/Makassar and Asia/Jayapura"
        raise ValueError(message) from None
    return zone


FilePath = Annotated[Path, AfterValidator(_absolute)]
DatabaseAddress = Annotated[SecretStr, AfterValidator(_postgresql_address)]


class Settings(BaseSettings):
    """The choices of one installation; `app` makes it once, every room gets it as a parameter."""

    model_config = SettingsConfigDict(
        env_prefix="ASN_LEDGER_",
        env_ignore_empty=True,
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,  # a mistyped address may hold a password
    )

    home: FilePath = Field(
        default_factory=_default_home,
        validate_default=True,
        description="Folder of the embedded database, of the keys and of sealed documents",
    )
    database_url: DatabaseAddress | None = Field(
        default=None, description="PostgreSQL 15 or later; empty for the embedded server under `home`"
    )
    keys_database_url: DatabaseAddress | None = Field(
        default=None,
        description="Database of the data keys, with backups of its own; empty for an SQLite file under `home`",
    )
    kek_file: FilePath = Field(
        default_factory=lambda values: values["home"] / "keys" / "kek",
        description="The key that wraps all data keys; keep it outside both databases and their backups",
    )
    signing_key_file: FilePath = Field(
        default_factory=lambda values: values["home"] / "keys" / "signing",
        description="The ledger's Ed25519 key, which signs checkpoints and acknowledgements",
    )
    signer: Literal["here", "apart"] = Field(
        default="here",
        description="Who has the signing key: this process, or `asn-ledger signer` as a process of its own (`apart`)",
    )
    service_key_file: FilePath = Field(
        default_factory=lambda values: values["home"] / "keys" / "service",
        description="The Ed25519 key that signs acknowledgements where the signer is apart",
    )
    log_keys_folder: FilePath = Field(
        default_factory=lambda values: values["home"] / "keys" / "public",
        description="The public keys of each log, one for each time its key was changed",
    )
    policy_file: FilePath = Field(
        default_factory=lambda values: values["home"] / "policy",
        description="Which witnesses cosign checkpoints, and how many must (C2SP tlog-policy); may be missing",
    )
    agency: str = Field(
        default="kota-salatiga",
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        description="The agency whose ledger this process serves",
    )
    zone: Annotated[str, AfterValidator(_known_zone)] = Field(
        default="Asia/Jakarta", description="The agency's time zone: which day it is when something is recorded"
    )
    language: Literal["id", "en"] = Field(
        default="id", description="Language of pages and messages unless the reader chooses"
    )
    host: str = Field(default="127.0.0.1", description="Address the service listens on")
    port: int = Field(default=8080, ge=0, le=65535, description="Port the service listens on; 0 for any free one")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="Least level logged")
    log_json: bool = Field(default=False, description="Log lines as JSON instead of text for people")

    def visible(self) -> dict[str, str]:
        """What `asn-ledger config` prints: every field as text, in order; secrets are replaced by `(hidden)`."""
        return {name: _shown(getattr(self, name)) for name in type(self).model_fields}


def _shown(value: object) -> str:
    match value:
        case None:
            return ""
        case SecretStr():
            return HIDDEN
        case bool():
            return str(value).lower()
        case _:
            return str(value)
