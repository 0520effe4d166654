"""Words and letters of languages, for translations that can be read and undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache

from mockserver.engine import seeds
from mockserver.workersai.fakes import lexicon_words

CODES: Mapping[str, str] = {
    name: code
    for code, names in {
        "en": "english eng eng_latn",
        "fr": "french fra fre",
        "es": "spanish spa",
        "de": "german deu ger",
        "it": "italian ita",
        "pt": "portuguese por",
        "nl": "dutch nld",
        "sv": "swedish swe",
        "pl": "polish pol",
        "tr": "turkish tur",
        "ru": "russian rus",
        "uk": "ukrainian ukr",
        "el": "greek ell",
        "zh": "chinese zho zh-cn zh_cn",
        "ja": "japanese jpn",
        "ko": "korean kor",
        "ar": "arabic ara",
        "he": "hebrew heb",
        "fa": "persian farsi fas",
        "ur": "urdu urd urd_arab",
        "th": "thai tha",
        "hi": "hindi hin hin_deva",
        "bn": "bengali ben ben_beng",
        "ta": "tamil tam tam_taml",
        "te": "telugu tel tel_telu",
        "cs": "czech ces",
        "da": "danish dan",
        "fi": "finnish fin",
    }.items()
    for name in (code, *names.split())
}
"""How callers call a language -> its code; what is not here is a code of its own."""

CAPITAL = "\u2060"
"""A word joiner, which nobody sees: stands before what is a capital letter in English, in scripts that have none, and
behind English words that another form of a word led to."""
_LATIN = "abcdefghijklmnopqrstuvwxyz"


def _range(first: int, count: int = 26) -> str:
    return "".join(map(chr, range(first, first + count)))


_SCRIPTS: Mapping[str, str] = {
    "Cyrl": "абцдефгхийклмнопярстувшжыз",
    "Grek": "αβψδεφγηιξκλμνοπϙρστθωώχυζ",
    "Deva": _range(0x0915, 26),
    "Beng": _range(0x0995, 20) + _range(0x09AA, 6),
    "Guru": _range(0x0A15, 20) + _range(0x0A2A, 6),
    "Gujr": _range(0x0A95, 20) + _range(0x0AAA, 6),
    "Orya": _range(0x0B15, 20) + _range(0x0B2A, 6),
    "Taml": "கஙசஞடணதநபமயரலவழளறனஜஷஸஹஅஆஇஈ",
    "Telu": _range(0x0C15, 20) + _range(0x0C2A, 6),
    "Knda": _range(0x0C95, 20) + _range(0x0CAA, 6),
    "Mlym": _range(0x0D15, 26),
    "Mtei": _range(0xABC0, 26),
    "Olck": _range(0x1C5A, 26),
    "Thai": _range(0x0E01, 26),
    "Arab": "ابتثجحخدذرزسشصضطظعغفقكلمنه",
    "Hebr": _range(0x05D0, 26),
    "Hans": "阿比西迪伊夫吉希艾杰开勒姆恩欧佩丘儿斯特乌维瓦克耶兹",
    "Kana": "アビシヂエフゲハイジカルマノオパクラスタウヴワキヤザ",
    "Hang": _range(0xAC00, 26),
}
_SCRIPT_OF: Mapping[str, str] = {
    "ru": "Cyrl", "uk": "Cyrl", "bg": "Cyrl", "sr": "Cyrl", "mk": "Cyrl", "be": "Cyrl", "kk": "Cyrl", "mn": "Cyrl",
    "el": "Grek", "hi": "Deva", "mr": "Deva", "ne": "Deva", "bn": "Beng", "ta": "Taml", "te": "Telu", "gu": "Gujr",
    "kn": "Knda", "ml": "Mlym", "pa": "Guru", "or": "Orya", "th": "Thai", "ar": "Arab", "fa": "Arab", "ur": "Arab",
    "ps": "Arab", "sd": "Arab", "he": "Hebr", "yi": "Hebr", "zh": "Hans", "ja": "Kana", "ko": "Hang",
}  # fmt: skip

_ACCENTS: Mapping[str, str] = {
    "fr": "eé uù", "es": "oó eé", "de": "uü oö", "it": "eè aà", "pt": "aã oõ", "nl": "eë iï", "sv": "aå oö",
    "pl": "lł oó", "tr": "ıi sş", "cs": "eě rř", "da": "oø aæ", "fi": "aä oö",
}  # fmt: skip
_MORE_ACCENTS = ("aá", "eê", "ií", "oô", "uú", "nñ", "cç", "sš", "zž", "aâ", "eě", "oő", "uű", "yý")


def code_of(language: str) -> str:
    """Return the code of a language however it is called: fr, French, fr-FR, fra; unknown ones in lower case.

    >>> code_of("French"), code_of("hin_Deva"), code_of("tlh")
    ('fr', 'hi', 'tlh')
    """
    folded = language.strip().lower()
    return CODES.get(folded) or CODES.get(folded.split("-", 1)[0]) or folded


@cache
def words(code: str) -> Mapping[str, str]:
    """Return which words a language and English exchange: an involution, with and without a capital letter.

    A word in a script without capital letters is marked instead.
    """
    found: dict[str, str] = {}
    for english, foreign in _pairs(code):
        for one, other in ((english, foreign), (_capital(english), _capital(foreign))):
            if one != other and one not in found and other not in found and not foreign.endswith("_"):
                found[one], found[other] = other, one
    return found


def _pairs(code: str) -> Iterator[tuple[str, str]]:
    if code in lexicon_words.COMMON:
        yield from zip(lexicon_words.ENGLISH, lexicon_words.COMMON[code].split(), strict=True)
    yield from ((row["en"], row[code]) for row in lexicon_words.rows() if code in row)
    for english, forms in lexicon_words.forms(code):
        yield from ((english + CAPITAL * number, form) for number, form in enumerate(forms, 1))


@cache
def phrases(code: str, spell: Callable[[str], str]) -> Mapping[str, str]:
    """Return which phrases of two words a language and English exchange, an involution; `spell` is what other words do.

    What a phrase would become word by word is exchanged with what the other one would become, or stays: nothing else
    may lead to a phrase. No phrase begins with a word that another one ends with, so that they never overlap.
    """
    found: dict[str, str] = {}
    firsts: set[str] = set()
    lasts: set[str] = set()
    known = words(code)
    for english, foreign in lexicon_words.phrases(code):
        for one, other in ((english, foreign), (_capital(english), _capital(foreign))):
            plain = [" ".join(known.get(word) or spell(word) for word in each.split(" ")) for each in (one, other)]
            four = {one: other, other: one, plain[0]: plain[1], plain[1]: plain[0]}
            if plain[1] == other:
                four = {one: other, other: one, plain[0]: plain[0]}
            elif plain[0] == one:
                four = {one: other, other: one, plain[1]: plain[1]}
            heads, tails = ({each.split(" ")[place] for each in four} for place in (0, 1))
            free = not (found.keys() & four.keys() or (firsts | heads) & (lasts | tails))
            if plain[0] != other and free:
                found |= four
                firsts |= heads
                lasts |= tails
    return found


@cache
def foreign(code: str) -> frozenset[str]:
    """Return the words of a language that are known here, in lower case, none for English."""
    return frozenset(word for _, word in _pairs(code) if not word.endswith("_"))


def letters(code: str) -> Mapping[int, int]:
    """Return which letters a language and English exchange: an involution, for `str.translate`."""
    script = _script(code)
    if script is not None:
        pairs = list(zip(_LATIN, script, strict=True))
    else:
        draws = seeds.digest("accents", code)
        known = _ACCENTS.get(code)
        chosen = known.split() if known else [_MORE_ACCENTS[draw % len(_MORE_ACCENTS)] for draw in draws[:2]]
        pairs = [(pair[0], pair[1]) for pair in chosen]
    found: dict[str, str] = {}
    for one, other in pairs:
        for first, second in ((one, other), (one.upper(), other.upper())):
            if len(first) == len(second) == 1 and first != second and first not in found and second not in found:
                found[first], found[second] = second, first
    return {ord(one): ord(other) for one, other in found.items()}


def _script(code: str) -> str | None:
    """Return the letters that stand for a to z, None for a language in Latin letters."""
    named = code.rpartition("_")[2].capitalize()
    name = _SCRIPT_OF.get(code) or (named if named in _SCRIPTS else None)
    return _SCRIPTS[name] if name else None


def keeps(code: str) -> bool:
    """Return whether a word that is not in the lexicon stays as it is in company of one that is: names, mostly.

    In other scripts every word is spelled in their letters.
    """
    return _script(code) is None


def caseless(code: str) -> str:
    """Return the letters of a language whose script has no capital ones, nothing for all others."""
    script = _script(code) or ""
    return script if script.upper() == script else ""


def _capital(word: str) -> str:
    large = word[:1].upper() + word[1:]
    return large if large != word else CAPITAL + word
