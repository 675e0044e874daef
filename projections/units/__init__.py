"""The tree of units on a date; names then and now. Asked by everybody."""
