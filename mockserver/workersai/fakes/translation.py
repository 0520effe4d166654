"""A translation that can be read and undone: common words and greetings from a lexicon, others stay or are spelled.

What leads from English into a language leads back as well, so a text translated there and back is the text again,
whatever characters it is made of. Between two other languages the way goes through English.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

from mockserver.workersai.fakes import lexicon

_LETTER = r"[^\s\x00-\x40\x5b-\x60\x7b-\x7f।，。！？、؟،]"
"""What words are runs of; the marks between them stay where they are, so both sides are cut at the same places."""
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
    """Exchange the words and letters of English and a language; twice is nothing.

    In Latin letters words that the lexicon does not hold stay as they are beside one that it holds. In a text without
    any their letters are exchanged, so that it is another text all the same.
    """
    words, spell, keeps = lexicon.words(code), _speller(code), lexicon.keeps(code)
    pairs, unit = _phrases(code)

    def known(match: re.Match[str]) -> bool:
        return match[0] in words or match[0] in pairs

    def other(match: re.Match[str]) -> str:
        said = match[0]
        found = words.get(said) or pairs.get(said)
        return found or (said if keeps else _spelled(said))

    def _spelled(word: str) -> str:
        changed = spell(word)
        return word if changed in words else changed  # the lexicon's words are taken

    if not keeps or any(map(known, unit.finditer(text))):
        return unit.sub(other, text)
    changed = unit.sub(lambda match: _spelled(match[0]), text)
    return text if any(map(known, unit.finditer(changed))) else changed


@cache
def _phrases(code: str) -> tuple[Mapping[str, str], re.Pattern[str]]:
    """Return the phrases that are exchanged, and what finds them, or single words, in a text."""
    words, spell = lexicon.words(code), _speller(code)

    def spelled(word: str) -> str:
        changed = word if lexicon.keeps(code) else spell(word)
        return word if changed in words else changed

    pairs = lexicon.phrases(code, spelled)
    listed = "|".join(map(re.escape, sorted(pairs)))
    whole = rf"(?<!{_LETTER})(?:{listed})(?!{_LETTER})|" if listed else ""
    return pairs, re.compile(f"{whole}{_LETTER}+")


@cache
def _speller(code: str) -> Callable[[str], str]:
    """Return what exchanges the letters of a word; a letter's case is kept, as a mark where a script has none."""
    letters, caseless = dict(lexicon.letters(code)), lexicon.caseless(code)
    if not caseless:
        return lambda word: word.translate(letters)
    mark = lexicon.CAPITAL
    letter = re.compile(f"{mark}[a-z{caseless}]|[A-Za-z{caseless}]")

    def other(match: re.Match[str]) -> str:
        last = match[0][-1]
        if match[0] == last:
            return mark + last.lower().translate(letters) if last.isupper() else last.translate(letters)
        # a mark that was in the text already would make capitals of small letters on the way back
        return match[0] if last.isascii() else last.translate(letters).upper()

    return lambda word: letter.sub(other, word)
