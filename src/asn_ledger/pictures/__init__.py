"""Data in, SVG out: small pure functions that know no other room. Words come with the data, in the reader's language.

Every picture stands on its own (presentation attributes, no style sheet needed), says what it shows to those who do
not see it (`<title>`, `<desc>`), and tells its kinds apart by pattern as well as by colour. Classes let a page restyle.
"""

from asn_ledger.pictures.patterns import BarKind
from asn_ledger.pictures.seats import Seats, SeatStretch, SeatWords, draw_seats
from asn_ledger.pictures.swimlane import Bar, Lane, Swimlane, SwimlaneWords, draw_swimlane

__all__ = [
    "Bar",
    "BarKind",
    "Lane",
    "SeatStretch",
    "SeatWords",
    "Seats",
    "Swimlane",
    "SwimlaneWords",
    "draw_seats",
    "draw_swimlane",
]
