"""Whole numbers of a fact, each within what its matter can be. A fact is for ever, and tables keep it in few bits."""

from typing import Annotated

from pydantic import Field

RowOfDecree = Annotated[int, Field(ge=0, le=1_000_000)]
"""A row of an annex or a page of a scan; 0 is the decree itself."""
Year = Annotated[int, Field(ge=1945, le=2999)]
"""A year of the calendar, as far as dates go."""
Years = Annotated[int, Field(ge=0, le=99)]
"""Whole years of service."""
Months = Annotated[int, Field(ge=0, le=12)]
"""Months beside years, or of one year."""
Term = Annotated[int, Field(ge=1, le=20)]
"""Which term of a duty it is."""
Seats = Annotated[int, Field(ge=1, le=100_000)]
"""Seats of a post."""
Need = Annotated[int, Field(ge=0, le=100_000)]
"""How many people a post needs by workload analysis (analisis beban kerja, ABK)."""
Grade = Annotated[int, Field(ge=1, le=17)]
"""Kelas jabatan."""
Hours = Annotated[int, Field(ge=1, le=10_000)]
"""Jam pelajaran (JP) of a training."""
Thousandths = Annotated[int, Field(ge=0, le=1_000_000_000)]
"""Credit points."""
Rupiah = Annotated[int, Field(ge=0, lt=2**53)]
"""Money; the ledger's JSON knows no greater numbers."""
Position = Annotated[int, Field(ge=0, lt=2**53)]
"""A place in a ledger, or how many facts it has."""
