"""Text in, the language that it is written in out: of an article, and of a question that is not in English."""

from __future__ import annotations

import math

import py3langid

from rag.words import STOP_WORDS, tokens

# A question is too short to be sure by its letters alone: it counts as foreign when another language is more likely than not, and
# hardly any of its words is an English function word. In Latin letters, a few words beside names may be English keywords.
MIN_CHANCE = 0.5
MAX_ENGLISH = 0.2
MIN_LATIN_WORDS = 3
NAMES = {
    **{"ar": "Arabic", "bg": "Bulgarian", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "es": "Spanish", "fa": "Persian"},
    **{"fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian", "id": "Indonesian", "it": "Italian"},
    **{"ja": "Japanese", "ko": "Korean", "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian"},
    **{"ru": "Russian", "sv": "Swedish", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "zh": "Chinese"},
}


def language_of(text: str) -> str:
    """Give the most likely language (ISO 639-1) of an article's text."""
    return str(py3langid.classify(text[:2000])[0])


def foreign_language(question: str) -> str | None:
    """Name the language that a question seems to be in; None when that is English, or not plain."""
    words = [token.casefold() for token in tokens(question)]
    latin = all(char < "\u0250" for char in question if char.isalpha())
    plain = sum(token.islower() for token in tokens(question)) if latin else MIN_LATIN_WORDS
    english = sum(word in STOP_WORDS for word in words)
    if not words or plain < MIN_LATIN_WORDS or english >= MAX_ENGLISH * len(words):
        return None
    (code, best), *others = py3langid.rank(question)
    chance = 1 / (1 + sum(math.exp(min(0.0, other - best)) for _, other in others))
    return NAMES.get(code) if chance >= MIN_CHANCE else None
