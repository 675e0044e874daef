"""The holders of a post as CSV: one row for each tenure and each vacancy, as far as the reader may see them."""

from datetime import date

from asn_ledger.exchange.sheets.writing import Cell, csv_text
from asn_ledger.web.representations import PostHistory, Tenure, Vacancy

HEAD = (
    "state", "capacity", "name", "began", "ended", "seats", "decree", "number", "decided_on", "issuer", "why_ended",
    "position", "ended_by", "struck_by",
)  # fmt: skip


def post_csv(history: PostHistory) -> str:
    """The table; `ended` is the first day no longer, both as far as they are known."""
    dated: list[tuple[date, list[Cell]]] = [
        (row.began or date.max, _tenure(row)) for row in (*history.tenures, *history.struck, *history.pending)
    ]
    dated += [(vacancy.began, _vacancy(vacancy)) for vacancy in history.vacancies]
    return csv_text(HEAD, [row for _, row in sorted(dated, key=lambda entry: entry[0])])


def _tenure(row: Tenure) -> list[Cell]:
    cited = row.citation
    return [
        row.state,
        row.capacity,
        None if row.holder is None else row.holder.name,
        row.began_text or row.began,
        None if row.why_ended == "not_told" else row.ended_text or row.ended,
        1,
        cited.decree,
        cited.number,
        cited.decided_on,
        cited.issuer,
        row.why_ended,
        row.position,
        row.ended_by,
        row.struck_by,
    ]


def _vacancy(vacancy: Vacancy) -> list[Cell]:
    nothing: list[Cell] = [None] * 8
    return ["vacant", "definitif", None, vacancy.began, vacancy.ended, vacancy.seats, *nothing]
