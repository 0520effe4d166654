"""Translation: readable, and undone by translating back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.workersai.fakes import lexicon, lexicon_words
from mockserver.workersai.fakes.translation import translate

M2M, INDIC = "run/@cf/meta/m2m100-1.2b", "run/@cf/ai4bharat/indictrans2-en-indic-1B"
LANGUAGES = [
    "fr",
    "es",
    "de",
    "it",
    "pt",
    "ru",
    "hi",
    "ja",
    "zh",
    "ko",
    "ar",
    "pl",
    "tr",
    "sw",
    "tam_Taml",
    "kas_Arab",
    "el",
]
PHRASES = [
    word for code in ("de", "pl", "tr", "ru") for pair in lexicon_words.phrases(code) for word in " ".join(pair).split()
]


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("fr", "Le renard dort."),
        ("French", "Le renard dort."),
        ("fr-FR", "Le renard dort."),
        ("spanish", "El zorro duerme."),
        ("de", "Der fuchs schläft."),
        ("nl", "De vos slaapt."),
        ("swedish", "Den räv sover."),
        ("pl", "Ten lis śpi."),
        ("tr", "O tilki uyuyor."),
        ("ru", "Этот лиса спит."),
    ],
)
def test_common_words(ask: Any, target: str, said: str) -> None:
    """Common words are translated; languages go by code and by name; English is the source unless told."""
    assert said == ask(M2M, {"text": "The fox sleeps.", "target_lang": target}).result["translated_text"]


@pytest.mark.parametrize(
    ("code", "greeting", "said"),
    [
        ("de", "Good morning, Anna! Thank you for the coffee.", "Guten Morgen, Anna! Vielen Dank für der kaffee."),
        ("fr", "Good evening, my friend", "Bonne soirée, mon ami"),
        ("es", "good morning", "buenos días"),
        ("it", "Good night, Tom.", "Buona notte, Tom."),
        ("pt", "Thank you, my friend", "Muito obrigado, meu amigo"),
        ("nl", "Good morning", "Goede morgen"),
        ("sv", "Good day", "God dag"),
        ("pl", "Good morning", "Dzień dobry"),
        ("tr", "Good night", "Iyi geceler"),
        ("ru", "Good morning", "Доброе утро"),
        ("hi", "good morning", "शुभ प्रभात"),
    ],
)
def test_greetings(code: str, greeting: str, said: str) -> None:
    """Greetings are those of the language, and names stay; both lead back."""
    assert said == translate(greeting, "en", code)
    assert greeting == translate(said, code, "en")


@pytest.mark.parametrize(("form", "word"), [("guten", "good"), ("Gute", "Good"), ("einen", "a"), ("die", "the")])
def test_forms_of_a_word(form: str, word: str) -> None:
    """Each form is the English word; an unseen mark behind it keeps the way back."""
    there = translate(form, "de", "en")

    assert word == there.rstrip(lexicon.CAPITAL)
    assert form == translate(there, "en", "de")


@pytest.mark.parametrize("code", list(lexicon_words.COMMON))
def test_the_lexicon_is_whole(code: str) -> None:
    """A word for each English one, two words for each phrase, and each phrase leads there and back."""
    assert len(lexicon_words.ENGLISH) == len(lexicon_words.COMMON[code].split())
    assert all(len(each) > 1 for each in lexicon_words.rows())
    for english, foreign in lexicon_words.phrases(code):
        assert 2 == len(english.split()) == len(foreign.split())
        assert foreign == translate(english, "en", code)
        assert english == translate(foreign, code, "en")


def test_back(ask: Any) -> None:
    """Translated back, a text is the text again."""
    text = "The quick brown fox sleeps in my HOUSE; naïve café, 東京 😀!"
    for language in LANGUAGES:
        if language == "kas_Arab":  # of the other translator, which knows no way back
            assert text == translate(translate(text, "en", language), language, "en")
            continue
        there = ask(M2M, {"text": text, "source_lang": "en", "target_lang": language}).result["translated_text"]
        back = ask(M2M, {"text": there, "source_lang": language, "target_lang": "en"}).result["translated_text"]
        assert text != there
        assert text == back


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=12),
            st.sampled_from(["The", "fox", "le", "renard", "यह", "Est", "\u2060यह", "\u2060क", "\u2060k\u2060Kक"]),
            st.sampled_from(PHRASES),
        )
    ),
    st.sampled_from(LANGUAGES),
    st.sampled_from(["en", *LANGUAGES]),
)
def test_any_text_comes_back(words: list[str], source: str, target: str) -> None:
    """Whatever characters a text is made of, the way back leads to it, between any two languages."""
    text = " ".join(words)

    assert text == translate(translate(text, source, target), target, source)


@pytest.mark.parametrize("language", ["hi", "ta", "ja", "zh", "ko", "ar", "he", "th"])
def test_scripts_without_capitals(language: str) -> None:
    """Where a script has no capital letters, no Latin ones are left among its own."""
    there = translate("Good Morning, my friend. HELLO Anna!", "en", language)

    assert not re.search("[A-Za-z]", there)
    assert "Good Morning, my friend. HELLO Anna!" == translate(there, language, "en")


def test_a_capital_is_a_mark() -> None:
    """The word is the word of the lexicon, behind a mark that nobody sees."""
    assert "\u2060नमस्ते दुनिया" == translate("Hello world", "en", "hi")
    assert "hello world" == translate("नमस्ते दुनिया", "hi", "en")


@pytest.mark.parametrize("language", ["", "xx", "klingon", "fr fr", "a" * 5000])
@pytest.mark.parametrize("member", ["source_lang", "target_lang"])
def test_languages_that_the_model_does_not_know(ask: Any, member: str, language: str) -> None:
    """A mistyped language is refused, in the source and in the target."""
    answer = ask(M2M, {"text": "The fox sleeps.", "source_lang": "en", "target_lang": "fr", member: language})

    assert (400, 5006) == (answer.status, answer.code)
    assert member in answer.message


@pytest.mark.parametrize(
    ("code", "name"), [("ro", "Romanian"), ("sw", "SWAHILI"), ("no", "norwegian"), ("fa", "farsi")]
)
def test_a_name_is_as_good_as_a_code(ask: Any, code: str, name: str) -> None:
    """The languages of the model have codes and names, in any case."""
    text = "The quick brown fox sleeps."
    said = [ask(M2M, {"text": text, "target_lang": each}).result["translated_text"] for each in (code, name)]

    assert said[0] == said[1] != text


def test_same_language(ask: Any) -> None:
    """A text in its own language stays as it is, however the language is named."""
    body = {"text": "The fox sleeps.", "source_lang": "English", "target_lang": "en"}

    assert "The fox sleeps." == ask(M2M, body).result["translated_text"]


def test_indian_languages(ask: Any) -> None:
    """One translation for each text, in their order, in the script of the language; one text is a list of one."""
    both = ask(INDIC, {"text": ["The fox sleeps.", "Water"], "target_language": "hin_Deva"}).result["translations"]
    one = ask(INDIC, {"text": "water", "target_language": "tam_Taml"}).result["translations"]

    assert 2 == len(both)
    assert "लोमड़ी" in both[0]
    assert 1 == len(one)
    assert all("\u0b80" <= letter <= "\u0bff" for letter in one[0])


def test_unknown_indian_language(ask: Any) -> None:
    """Only the languages of the model are taken (5006)."""
    answer = ask(INDIC, {"text": "Water", "target_language": "fr"})

    assert (400, 5006) == (answer.status, answer.code)


@pytest.mark.parametrize("body", [{"text": "x"}, {"target_lang": "fr"}, {"text": 7, "target_lang": "fr"}])
def test_incomplete(ask: Any, body: Any) -> None:
    """Text and target are required (5006)."""
    assert (400, 5006) == (ask(M2M, body).status, ask(M2M, body).code)


@pytest.mark.parametrize("code", [*LANGUAGES, "nl", "tr", "uk", "he", "th", "sat_olck", "mni_mtei"])
def test_exchanges_are_undone(code: str) -> None:
    """Words and letters are exchanged both ways, and words consist of what the translator takes for words."""
    words, letters = lexicon.words(lexicon.code_of(code)), lexicon.letters(lexicon.code_of(code))

    assert words == {other: one for one, other in words.items()}
    assert letters == {other: one for one, other in letters.items()}
    assert letters
