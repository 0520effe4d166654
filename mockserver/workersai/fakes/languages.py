"""Which language a text is written in: by its script, by its most common words, by words of the lexicon."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping

from mockserver.workersai.fakes import lexicon

_READ = 2000
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SCRIPTS: Mapping[str, str] = {
    "HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko", "CJK": "zh", "CYRILLIC": "ru", "GREEK": "el", "ARABIC": "ar",
    "HEBREW": "he", "DEVANAGARI": "hi", "BENGALI": "bn", "TAMIL": "ta", "TELUGU": "te", "THAI": "th",
}  # fmt: skip
"""The first word of the names of a script's letters, and the language that mostly uses it."""
_COMMON: Mapping[str, frozenset[str]] = {
    code: frozenset(words.split())
    for code, words in {
        "en": "the a an of and is are was to in it that this with for not you i we they be have hello how",
        "fr": """le la les un une des et est sont ne pas je tu il elle nous vous avec pour dans sur au du que qui
            bonjour ça""",
        "es": "el la los las un una de y es son no yo tú con para en por que qué está cómo hola muy pero del al",
        "de": "der die das ein eine und ist sind nicht ich du er sie wir mit für in auf zu den dem guten wie es hallo",
        "it": "il lo la gli le un una di e è sono non io tu con per in su che come ciao sto della del questo",
        "pt": "o a os as um uma de e é são não eu com para em por que você como olá muito está do da obrigado",
        "nl": "de het een en is zijn niet ik jij hij wij met voor in op van dat hoe goed hallo dag goede",
        "sv": "en ett och är inte jag du han hon vi med för i på av att det hur god hej mycket som",
        "da": "en et og er ikke jeg du han hun vi med for i på af at det hvordan god hej meget som",
        "pl": "i jest są nie ja ty on ona my z dla w na do to że jak dobry dzień cześć bardzo się",
        "tr": "bir ve bu şu değil ben sen o biz ile için de da ne nasıl iyi merhaba günaydın çok var",
        "cs": "a je jsou není já ty on ona my s pro v na do to že jak dobrý den ahoj velmi se",
        "fi": "ja on ovat ei minä sinä hän me kanssa se että miten hyvää päivää hei moi erittäin",
        "ru": "и в не на я что он она мы с это как привет",
        "uk": "і в не на я що він вона ми з це як привіт є та",
    }.items()
}
"""Words that most texts of a language hold, in lower case."""


def language_of(text: str) -> str:
    """Return the English name of the language that a text is most likely written in.

    >>> language_of("Bonjour le monde"), language_of("Где вода?"), language_of("今日は")
    ('French', 'Russian', 'Japanese')
    """
    code = code_of(text)
    return next(name for name, known in lexicon.CODES.items() if known == code and name != code).capitalize()


def code_of(text: str) -> str:
    """Return the code of the language that a text is most likely written in; English where nothing tells."""
    said = text[:_READ]
    scripts = Counter(
        _SCRIPTS.get(unicodedata.name(letter, "").split(" ")[0], "") for letter in said if letter.isalpha()
    )
    code = "ja" if scripts["ja"] else max(scripts, key=scripts.__getitem__, default="")
    words = [word.lower().replace("’", "'") for word in _WORD.findall(said)]
    if code in ("", "ru"):
        candidates = [each for each in _COMMON if (each in ("ru", "uk")) == (code == "ru")]
        code = max(candidates, key=lambda each: _told(each, words))
    return code


def _told(code: str, words: list[str]) -> int:
    """Return how many of some words belong to a language; common ones count twice."""
    common, known = _COMMON[code], lexicon.foreign(code)
    return sum(2 * (word in common) + (word in known) for word in words)
