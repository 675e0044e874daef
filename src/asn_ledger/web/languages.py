"""Which language an answer is in: asked for in the address, kept in a cookie, or the program's.

A page is in the installation's language until its reader switches: browsers are set to English by whoever installed
them more often than by whoever reads.
"""

from fastapi import Request

from asn_ledger.language import LANGUAGES, Language

COOKIE = "lang"
_DEFAULT: Language = "id"


def language_of(request: Request) -> Language:
    """The language asked for by `?lang=`, the cookie or a program's `Accept-Language`, else the installation's."""
    for asked in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        for language in LANGUAGES:
            if asked == language:
                return language
    page = "text/html" in request.headers.get("accept", "")
    accepted = None if page else _accepted(request.headers.get("accept-language", ""))
    service = getattr(request.app.state, "service", None)
    installed: Language = _DEFAULT if service is None else service.settings.language
    return accepted or installed


def _accepted(header: str) -> Language | None:
    """The first of our languages by the weights of RFC 9110; a weight of 0 refuses one."""
    parts = [part.strip().partition(";q=") for part in header.split(",")]
    weighted = [
        (-_weight(weight), place, language)
        for place, (name, _, weight) in enumerate(parts)
        for language in LANGUAGES
        if name.split("-")[0].lower() == language
    ]
    wanted = sorted(item for item in weighted if item[0] < 0)
    return wanted[0][2] if wanted else None


def _weight(text: str) -> float:
    try:
        return min(1.0, float(text)) if text else 1.0
    except ValueError:
        return 0.0
