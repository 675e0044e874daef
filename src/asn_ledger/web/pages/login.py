"""The pages of a login: name and password or a token, then the code of the second factor."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from asn_ledger.web.frame import FieldError, Frame

Refused = Literal["", "password", "token", "wait", "code"]
_FIELDS: dict[Refused, str] = {"password": "name", "token": "token", "wait": "name", "code": "code"}
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class LoginPage:
    """Everything the page shows; `errors` say what was wrong with what was sent before, `ended` why one is here."""

    action: str
    onwards: str
    ended: str
    name: str
    errors: tuple[FieldError, ...]
    errors_heading: str


@dataclass(frozen=True, slots=True)
class CodePage:
    """Everything the page shows that asks for the second factor; `leave` is where giving up is sent."""

    action: str
    onwards: str
    errors: tuple[FieldError, ...]
    errors_heading: str
    leave: str


@dataclass(frozen=True, slots=True)
class PasswordPage:
    """Everything the page shows that asks for another password in place of the one that was given."""

    name: str
    action: str
    onwards: str
    errors: tuple[FieldError, ...]
    errors_heading: str
    leave: str


def build_password(frame: Frame, name: str, *, onwards: str, wrong: FieldError | None = None) -> PasswordPage:
    """The page that takes one's own first password; `name` is the account's, for what keeps passwords."""
    return PasswordPage(
        name=name,
        action=f"{frame.base}/masuk/sandi",
        onwards=onwards,
        errors=() if wrong is None else (wrong,),
        errors_heading=frame.t("login.errors"),
        leave=f"{frame.base}/keluar",
    )


def build(
    frame: Frame, *, onwards: str, ended: bool = False, refused: Refused = "", wait: int = 0, name: str = ""
) -> LoginPage:
    """The page; `onwards` is where the reader goes once logged in, `name` what was typed before."""
    return LoginPage(
        action=f"{frame.base}/masuk",
        onwards=onwards,
        ended=frame.t("login.ended") if ended else "",
        name=name,
        errors=_errors(frame, refused, wait),
        errors_heading=frame.t("login.errors"),
    )


def build_code(frame: Frame, *, onwards: str, refused: Refused = "", wait: int = 0) -> CodePage:
    """The page of the second factor."""
    return CodePage(
        action=f"{frame.base}/masuk/kode",
        onwards=onwards,
        errors=tuple(FieldError("code", one.message) for one in _errors(frame, refused, wait)),
        errors_heading=frame.t("login.errors"),
        leave=f"{frame.base}/keluar",
    )


def step_address(base: str, path: str, onwards: str) -> str:
    """The address of a step of the login, which leads on from there."""
    return f"{base}{path}?{urlencode({'next': onwards})}"


def waiting(frame: Frame, seconds: int) -> str:
    """How long to wait, in words."""
    if seconds <= _MINUTE:
        return frame.t("login.wait_seconds", count=seconds)
    return frame.t("login.wait_minutes", count=-(-seconds // _MINUTE))


def _errors(frame: Frame, refused: Refused, wait: int) -> tuple[FieldError, ...]:
    if not refused:
        return ()
    message = waiting(frame, wait) if refused == "wait" else frame.t(f"login.wrong_{refused}")
    return (FieldError(_FIELDS[refused], message),)
