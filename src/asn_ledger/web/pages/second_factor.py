"""The pages on which a second factor is enrolled, and recovery codes are shown this once."""

import base64
from dataclasses import dataclass

from markupsafe import Markup

from asn_ledger.accounts import totp
from asn_ledger.pictures.qr import draw_qr
from asn_ledger.web.frame import FieldError, Frame

_GROUP = 4


@dataclass(frozen=True, slots=True)
class EnrolPage:
    """Everything the page shows. `needed`: nothing else can be done before; `asks_password`: it was not just given."""

    action: str
    onwards: str
    needed: str
    qr: Markup
    address: str
    key: str
    asks_password: bool
    errors: tuple[FieldError, ...]
    errors_heading: str
    leave: str


@dataclass(frozen=True, slots=True)
class CodesPage:
    """Recovery codes, shown this once, and where to go on."""

    codes: tuple[str, ...]
    onwards: str


def build(
    frame: Frame, secret: bytes, account: str, *, needed: bool, onwards: str, errors: tuple[FieldError, ...] = ()
) -> EnrolPage:
    """The page with the secret as a picture, as a link for the telephone that shows it, and as letters to type."""
    letters = base64.b32encode(secret).decode("ascii").rstrip("=").lower()
    address = totp.address(secret, account, f"{frame.t('frame.product')} {frame.agency}")
    return EnrolPage(
        action=f"{frame.base}/akun/faktor-kedua",
        onwards=onwards,
        needed=frame.t("factor.needed") if needed else "",
        qr=Markup(draw_qr(address, frame.t("factor.qr"))),  # nosec B704 # noqa: S704 -- made here, and escaped
        address=address,
        key=" ".join(letters[place : place + _GROUP] for place in range(0, len(letters), _GROUP)),
        asks_password=not needed,
        errors=errors,
        errors_heading=frame.t("account.errors"),
        leave=f"{frame.base}/keluar",
    )
