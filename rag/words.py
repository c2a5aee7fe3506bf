"""Words as the ranking and the checks see them: tokens, content words, stems.

English stop words; Snowball's Porter stemmer, the same algorithm that the full-text index uses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import takewhile

import Stemmer

_TOKEN = re.compile(r"\w+(?:[.,]\d+)*(?:['’]\w+)?")
_POSSESSIVES = {"'s", "'S", "’s", "’S"}
# Function words and the words that only ask: they say nothing about what is asked for.
STOP_WORDS = frozenset(
    """
    a about above after again against all also am an and any are as at be because been before being below between both but
    by can could did do does doing down during each few for from further had has have having he her here hers him his how i
    if in into is it its itself just me more most my no nor not now of off on once only or other our out over own s same she
    should so some such t than that the their them then there these they this those through to too under until up us very
    was we were what when where which while who whom whose why will with would you your many much according tell say says
    said happened happen give gave given name named get got may might must shall whether ever yet still upon via per
    """.split()
)
_STEMMER = Stemmer.Stemmer("porter")


def tokens(text: str) -> list[str]:
    """Split into words and numbers, in order, as they are written; "1,500" and "2.4" stay whole, a possessive goes."""
    return [token[:-2] if token[-2:] in _POSSESSIVES else token for token in _TOKEN.findall(text)]


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Give the Porter stem (Porter 1980) of a word in lower case."""
    return str(_STEMMER.stemWord(word.casefold()))


def content_words(text: str) -> list[str]:
    """List the words that carry meaning, in lower case, in order, each once."""
    return list(dict.fromkeys(word for word in map(str.casefold, tokens(text)) if word not in STOP_WORDS))


def before_stop_word(words: Iterable[str]) -> str:
    """Give the words that stand before the first stop word, joined by spaces."""
    return " ".join(takewhile(lambda word: word.casefold() not in STOP_WORDS, words))


def stems(text: str) -> set[str]:
    """Give the stems of the content words."""
    return {stem(word) for word in content_words(text)}


def find_whole(words: str, text: str) -> int | None:
    """Find where words first stand whole in a text, "he" not in "the"; None where they do not."""
    place = text.find(words)
    while place >= 0:
        end = place + len(words)
        if not text[place - 1 : place].isalnum() and not text[end : end + 1].isalnum():
            return place
        place = text.find(words, place + 1)
    return None
