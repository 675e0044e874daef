"""Finding by the beginnings of words, the same for what is stored and for what is typed."""

import re
import unicodedata

# A longer run of letters is several words: no index takes an entry of more than 2,704 bytes.
_WORD = re.compile(r"[^\W_]{1,200}")

HIGHEST = "\U0010ffff"
"""Comes after everything a word can begin with, where texts are compared by their bytes."""


def words(text: str) -> tuple[str, ...]:
    """The words of a text in their order, each once: small letters, accents taken off."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return tuple(dict.fromkeys(_WORD.findall(plain.casefold())))


def beginnings(text: str) -> dict[str, str | list[str]]:
    """What a statement is asked to look for: `first` up to `after_first`, of which all of `firsts` up to `afters` hold.

    The longest word comes first: few things have it, so that the others have little left to judge. A text without
    words finds nothing.
    """
    sought = sorted(words(text), key=lambda word: (-len(word), word))
    return {
        "first": sought[0] if sought else "",
        "after_first": sought[0] + HIGHEST if sought else "",
        "firsts": sought[1:],
        "afters": [word + HIGHEST for word in sought[1:]],
    }
