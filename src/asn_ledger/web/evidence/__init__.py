"""Evidence about one post, person or decree: gathered from the ledger, cut to what its reader may see, recomputed.

disclosure  what of a fact is shown to whom
gather      the facts, chains and proofs, written as one file
rows        the rows that facts in evidence give, out of the read models' own functions
papers      the page that says what is proved, and the minutes of handing over
"""
