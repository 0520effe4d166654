"""A translation that can be read and undone: common words from a small lexicon, the letters of all others exchanged.

What leads from English into a language leads back as well, so a text translated there and back is the text again,
whatever characters it is made of. Between two other languages the way goes through English.
"""

from __future__ import annotations

import re
from functools import cache

from mockserver.workersai.fakes import lexicon

_WORD = re.compile(r"[^\s\x00-\x40\x5b-\x60\x7b-\x7f।，。！？、؟،]+")
"""Runs of letters; the marks between them stay where they are, so both sides are cut at the same places."""
_OWN = "en"


def translate(text: str, source: str, target: str) -> str:
    """Return a text in another language; languages are named freely (en, fr-FR, French, hin_Deva).

    >>> translate("The fox sleeps.", "en", "fr")
    'Le renard dort.'
    >>> translate("Le renard dort.", "fr", "en")
    'The fox sleeps.'
    """
    source, target = lexicon.code_of(source), lexicon.code_of(target)
    if source == target:
        return text
    for code in (source, target):
        if code != _OWN:
            text = _exchange(text, code)
    return text


def _exchange(text: str, code: str) -> str:
    """Exchange the words and letters of English and a language; twice is nothing."""
    words, letters = lexicon.words(code), _letters(code)

    def other(match: re.Match[str]) -> str:
        word = match[0]
        known = words.get(word)
        if known is not None:
            return known
        changed = word.translate(letters)
        return word if changed in words else changed  # the lexicon's words are taken

    return _WORD.sub(other, text)


@cache
def _letters(code: str) -> dict[int, int]:
    return dict(lexicon.letters(code))
