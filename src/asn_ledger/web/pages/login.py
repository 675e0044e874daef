"""The page that takes a token: for people of the office and for auditors."""

from dataclasses import dataclass

from asn_ledger.web.frame import Frame


@dataclass(frozen=True, slots=True)
class LoginPage:
    """Everything the page shows; `wrong` says what was wrong with the token sent before."""

    action: str
    onwards: str
    wrong: str
    errors_heading: str


def build(frame: Frame, *, onwards: str, refused: bool = False) -> LoginPage:
    """The page; `onwards` is where the reader goes once logged in."""
    return LoginPage(
        action=f"{frame.base}/masuk",
        onwards=onwards,
        wrong=frame.t("login.refused") if refused else "",
        errors_heading=frame.t("login.errors"),
    )
