"""The read models' engine: one pure function per question, called live, for a rebuild, a replay, a comparison.

projection   what a read model is: a frozen value with its pure function and its tables
asof         the two times of every question
sameness     which ids are one person, from which position on
follow       live: keys that new entries touch are projected before and after, the difference is written
rebuild      all keys into a build beside the live one
replay       the same function over what was known at a position
whatif       the same function with and without the entries of a draft
compare      a build beside the live one, row by row
"""
