"""Words and letters of languages, for translations that can be read and undone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from mockserver.engine import seeds

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

_ENGLISH = """the a is are was and or but not with without for in on of to from who what where when why how i you he she
    we they my your this that it very good bad big small new old here there now today tomorrow yesterday hello thanks
    please yes no world house dog cat fox water bread book friend woman man child day night morning city country
    street sun moon sea boat red green blue white black sleeps eats drinks runs speaks loves sees goes comes one two
    three four five""".split()

_WORDS: Mapping[str, str] = {
    "fr": """le un est sont était et
    ou mais pas avec sans pour dans sur de à depuis qui quoi où quand pourquoi comment je vous il elle nous ils mon
    votre ce que cela très bon mauvais grand petit nouveau vieux ici là maintenant aujourd’hui demain hier bonjour
    merci svp oui non monde maison chien chat renard eau pain livre ami femme homme enfant jour nuit matin ville
    pays rue soleil lune mer bateau rouge vert bleu blanc noir dort mange boit court parle aime voit va vient un_
    deux trois quatre cinq""",
    "es": """el una es son era y o pero
    no_ con sin para en sobre de a desde quién qué dónde cuándo porqué cómo yo usted él ella nosotros ellos mi su
    este ese ello muy bueno malo grande pequeño nuevo viejo aquí allí ahora hoy mañana ayer hola gracias porfavor sí
    nunca mundo casa perro gato zorro agua pan libro amigo mujer hombre niño día noche madrugada ciudad país calle
    sol luna mar barco rojo verde azul blanco negro duerme come bebe corre habla ama ve va viene uno dos tres cuatro
    cinco""",
    "de": """der ein ist sind war und oder aber nicht mit ohne für
    in_ auf von zu aus wer was_ wo wann warum wie ich du er sie wir diese mein dein dies das es sehr gut schlecht
    groß klein neu alt hier dort jetzt heute morgen gestern hallo danke bitte ja nein welt haus hund katze fuchs
    wasser brot buch freund frau mann kind tag nacht früh stadt land straße sonne mond meer boot rot grün blau weiß
    schwarz schläft isst trinkt läuft spricht liebt sieht geht kommt eins zwei drei vier fünf""",
    "it": """il un_ è sono era e o ma non con senza per nel su di
    a_ da chi cosa dove quando perché come io lei egli ella noi loro mio tuo questo quello ciò molto buono cattivo
    grande piccolo nuovo vecchio qui là adesso oggi domani ieri ciao grazie prego sì no_ mondo casa cane gatto volpe
    acqua pane libro amico donna uomo bambino giorno notte mattina città paese strada sole luna mare barca rosso
    verde blu bianco nero dorme mangia beve corre parla ama vede va viene uno due tre quattro cinque""",
    "pt": """o um é são era e ou mas não com sem para em
    sobre de a_ desde quem quê onde quando porquê como eu você ele ela nós eles meu seu este esse isso muito bom mau
    grande pequeno novo velho aqui ali agora hoje amanhã ontem olá obrigado favor sim nunca mundo casa cão gato
    raposa água pão livro amigo mulher homem criança dia noite manhã cidade país rua sol lua mar barco vermelho
    verde azul branco preto dorme come bebe corre fala ama vê vai vem uno dois três quatro cinco""",
    "ru": """этот один есть суть был и или но не с без для в на из к от кто что где
    когда почему как я вы он она мы они мой твой это тот оно очень хороший плохой большой маленький новый старый
    здесь там сейчас сегодня завтра вчера привет спасибо пожалуйста да нет мир дом собака кошка лиса вода хлеб книга
    друг женщина мужчина ребёнок день ночь утро город страна улица солнце луна море лодка красный зелёный синий
    белый чёрный спит ест пьёт бежит говорит любит видит идёт приходит раз два три четыре пять""",
    "hi": """यह एक है हैं था और या लेकिन नहीं साथ बिना
    लिए में पर का को से कौन क्या कहाँ कब क्यों कैसे मैं आप वह वो हम वे मेरा आपका इस उस ये बहुत अच्छा बुरा बड़ा छोटा
    नया पुराना यहाँ वहाँ अब आज कल बीताकल नमस्ते धन्यवाद कृपया हाँ ना दुनिया घर कुत्ता बिल्ली लोमड़ी पानी रोटी किताब
    दोस्त औरत आदमी बच्चा दिन रात सुबह शहर देश सड़क सूरज चाँद समुद्र नाव लाल हरा नीला सफ़ेद काला सोती खाता पीता
    दौड़ता बोलता प्यार देखता जाता आता इक दो तीन चार पाँच""",
}
"""Words in the order of `_ENGLISH`; one with a low line behind it stands for a word that is taken, and is left out."""

CAPITAL = "\u2060"
"""A word joiner, which nobody sees: stands before what is a capital letter in English, in scripts that have none."""
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
    for english, foreign in zip(_ENGLISH, _WORDS.get(code, "").split(), strict=False):
        for one, other in ((english, foreign), (_capital(english), _capital(foreign))):
            if one != other and one not in found and other not in found and not foreign.endswith("_"):
                found[one], found[other] = other, one
    return found


def foreign(code: str) -> frozenset[str]:
    """Return the words of a language that are known here, in lower case, none for English."""
    return frozenset(word for word in _WORDS.get(code, "").split() if not word.endswith("_"))


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


def caseless(code: str) -> str:
    """Return the letters of a language whose script has no capital ones, nothing for all others."""
    script = _script(code) or ""
    return script if script.upper() == script else ""


def _capital(word: str) -> str:
    large = word[:1].upper() + word[1:]
    return large if large != word else CAPITAL + word
