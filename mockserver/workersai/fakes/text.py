"""Text that reads like a short answer to a prompt: it is about the prompt's own words, and the same every time.

Sentences are cut into tokens beforehand, so that nothing is cut twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import shake_128
from string import ascii_lowercase
from typing import NamedTuple

from mockserver.workersai.tokens import pieces

_READ = 1000
"""Tokens of a prompt that are read for its subject, the last ones."""
_WORDS_IN_PHRASE, _PHRASE = 3, 24
"""Words that a subject has at most, and tokens after which it does not go on within a word."""

SMALL = frozenset(
    """a about above after again all also am an and any are as ask at be because been before being between both but by
    can could describe did do does doing done down during each else ever every explain few find for from further get
    give go had has have having he help her here hers hey hi him his how i i'd i'll i'm i've if in into is it
    it's its itself just know let like list make may me might mine more most much must my name need no nor not now of
    off on once one only or other our out over own please provide really reply respond said same say see shall she
    should show so some such summarize sure tell than thank thanks that that's the their them then there these they
    this those through to today together too under until up us use using very want was we well were what what's when
    where which while who whom whose why will with within without word words would write yes you your yours
    short""".split()
)

_LONG = frozenset(
    "article chapter comprehensive depth detail detailed essay lengthy long novel poem report speech story tale "
    "thorough tutorial".split()
)
_LENGTH = re.compile(r"\b(\d{2,5})[ -]?words?\b", re.IGNORECASE)
_FIRST, _SECOND = "\0", "\1"
"""Where the subjects stand in a text. No subject has one of them in it: it is made of letters."""
_LONG_SENTENCES = 40
_LONGEST = 2000


class _Sentence(NamedTuple):
    """A sentence cut beforehand."""

    text: str
    """The text; one control character stands for each subject and the space before it."""
    parts: tuple[list[str] | int, ...]
    """Its tokens; a number stands for a subject, with the space before it."""
    tokens: int
    """Tokens without those of the subjects."""
    first: int
    second: int
    """How often each subject occurs."""


def _cut(before: str, *templates: str) -> tuple[_Sentence, ...]:
    """Cut sentences into tokens."""
    return tuple(_sentence(before + template) for template in templates)


def _sentence(text: str) -> _Sentence:
    parts = tuple(int(part[2]) if part[:2] == " {" else pieces(part) for part in re.split(r"( \{[01]\})", text) if part)
    tokens = sum(len(part) for part in parts if isinstance(part, list))
    marked = text.replace(" {0}", _FIRST).replace(" {1}", _SECOND)
    return _Sentence(marked, parts, tokens, parts.count(0), parts.count(1))


# {0} is what the prompt is about, {1} its second subject; neither is ever a sentence's subject: they may be plural
_OPENINGS = _cut(
    "",
    "The short answer about {0} depends on how much you care about {1}.",
    "There are two things worth knowing about {0}: where it all starts, and what follows for {1}.",
    "In short, everything about {0} comes down to how you look at {1}.",
    "A useful way to think about {0} is to begin with {1}.",
    "When people ask about {0}, they usually have {1} in mind.",
    "Here is the essence: you cannot separate {0} from {1} as easily as it seems.",
    "Let us take {0} step by step, beginning with {1}.",
    "Good question: it is easier to talk about {0} after a look at {1}.",
)
_BODIES = _cut(
    " ",
    "Most people come to {0} by way of {1}, and only later see the details.",
    "It helps to look at {1} first and to return to {0} afterwards.",
    "A good first step is to write down what you expect from {0} and to compare it with {1}.",
    "In practice there is less mystery in {0} than it sounds, as long as you keep {1} in view.",
    "For example, a small change to {1} often has an effect on {0} right away.",
    "The history of {0} explains why we still talk about {1}.",
    "It may surprise you how much of {0} can be traced back to {1}.",
    "If you have to choose, put {0} before {1}.",
    "Two people can describe {0} quite differently and still agree on {1}.",
    "The usual mistake is to confuse {0} with {1}.",
    "Once you have the basics of {0} in place, the rest follows from {1}.",
    "There is no single rule for {0}, but you can let yourself be guided by {1}.",
    "Seen from a distance, {0} and {1} have more in common than most textbooks admit.",
    "Anyone who works with {0} every day will mention {1} sooner or later.",
)
_CLOSINGS = _cut(
    " ",
    "If you tell me more about {0}, I can be more specific.",
    "That should be enough to get started with {0}.",
    "From there, the best way to learn about {0} is to try.",
    "Ask again about {1} if you would like to go deeper.",
    "That is the core of {0}; everything else is detail.",
    "I hope this sheds a little more light on {0}.",
)
# for prompts without a subject of their own: greetings, thanks, "go on"
_WELCOMES = _cut(
    "",
    "Hello, and thank you for getting in touch.",
    "It is good to hear from you.",
    "Happy to help with whatever you have in mind.",
    "Of course, let us get started.",
)
_OFFERS = _cut(
    " ",
    "You can ask a question, paste a text to work on, or describe what you would like to build.",
    "Tell me a little about what you are working on, and I will do my best to be useful.",
    "If you already have a goal in mind, a sentence or two about it is enough to begin with.",
    "Short questions are as welcome as long ones, and we can go into detail at any point.",
)
_INVITATIONS = _cut(
    " ",
    "What would you like to talk about?",
    "Where shall we begin?",
    "What can I do for you today?",
)


def _joined(sentences: Sequence[_Sentence]) -> _Sentence:
    return _Sentence(
        "".join([each.text for each in sentences]),
        tuple([part for each in sentences for part in each.parts]),
        sum([each.tokens for each in sentences]),
        sum([each.first for each in sentences]),
        sum([each.second for each in sentences]),
    )


@lru_cache(maxsize=8 * 14 * 3 * 6)
def _usual(opening: int, body: int, more: int, closing: int) -> _Sentence:
    """Return an opening, one body and `more`, and a closing: there are two thousand of them, and each is made once."""
    bodies = [_BODIES[(body + 5 * step) % 14] for step in range(1 + more)]
    return _joined([_OPENINGS[opening], *bodies, _CLOSINGS[closing]])


class Passage:
    """Sentences about two subjects: counted when made, put together when asked for."""

    __slots__ = ("_said", "_subjects", "tokens")

    def __init__(self, said: _Sentence, subjects: tuple[list[str], list[str]]) -> None:
        self._said, self._subjects = said, subjects
        one, other = subjects
        _, _, tokens, first, second = said
        self.tokens = tokens + len(one) * first + len(other) * second
        """How many tokens the text has."""

    @property
    def text(self) -> str:
        """The text."""
        one, other = self._subjects
        return self._said[0].replace(_FIRST, "".join(one)).replace(_SECOND, "".join(other))

    @property
    def pieces(self) -> list[str]:
        """The text in tokens."""
        said: list[str] = []
        for part in self._said.parts:
            said += self._subjects[part] if isinstance(part, int) else part
        return said


def write(prompt: Sequence[str], seed: bytes) -> Passage:
    """Return an answer to a prompt: three to five sentences, or as many as the prompt asks for.

    >>> write(pieces("What is the origin of hello world?"), bytes(16)).text
    'The short answer about hello world depends on how much you care about origin. Most people come to hello world ...'
    """
    subjects, wanted = about(prompt)
    opening, body, more, closing = seed[:4]
    if wanted is not None:
        draws = shake_128(seed).digest(wanted + 4)
        bodies = [_BODIES[draw % 14] for draw in draws[4:]]
        return Passage(_joined([_OPENINGS[draws[0] % 8], *bodies, _CLOSINGS[draws[3] % 6]]), subjects)
    if subjects[0] is _NOTHING:
        offer = body % 4
        small_talk = (_WELCOMES[opening % 4], _OFFERS[offer], _OFFERS[(offer + 1 + more % 3) % 4])
        return Passage(_joined([*small_talk, _INVITATIONS[closing % 3]]), subjects)
    return Passage(_usual(opening % 8, body % 14, more % 3, closing % 6), subjects)


def about(prompt: Sequence[str]) -> tuple[tuple[list[str], list[str]], int | None]:
    """Return the two phrases that a prompt is most about, the longer one first, and the sentences it asks for.

    >>> about(pieces("What is the origin of hello world?"))
    (([' hello', ' world'], [' origin']), None)
    """
    phrases: list[tuple[int, list[str]]] = []
    phrase: list[str] = []
    words = 0
    wanted = None
    read = prompt[-_READ:] if len(prompt) > _READ else prompt
    kind_of = _kinds.get
    for piece in read:
        kind = kind_of(piece)
        if kind is not None or not piece[-1].isalpha():  # no part of a subject
            if phrase:
                phrases.append((words, phrase))
                phrase = []
            if kind:
                wanted = wanted or _LONG_SENTENCES if kind == "long" else _sentences("".join(read)) or wanted
        elif not phrase:
            phrase, words = [piece], 1
        elif piece[0] == " ":
            if words < _WORDS_IN_PHRASE:
                words += 1
                phrase.append(piece)
            else:
                phrases.append((words, phrase))
                phrase, words = [piece], 1
        elif len(phrase) < _PHRASE:
            phrase.append(piece)
        else:
            phrases.append((words, phrase))
            phrase, words = [piece], 1
    if phrase:
        phrases.append((words, phrase))
    if not phrases or (len(phrases) == 1 and "".join(phrases[0][1]).strip().lower() == "hello"):
        return (_NOTHING, _CONTEXT), wanted
    first = second = (0, _CONTEXT)
    for found in phrases:
        if found[0] > first[0]:
            if first[0]:
                second = first
            first = found
        elif found[0] > second[0] and found[1] != first[1]:
            second = found
    return (_spaced(first[1]), _spaced(second[1])), wanted


def keywords(prompt: str) -> list[str]:
    """Return the words that matter in a prompt, names (capital letters) first, each once.

    >>> keywords("What is the weather in Paris tomorrow?")
    ['Paris', 'weather', 'tomorrow']
    """
    found: dict[str, bool] = {}
    start = True
    for word in _WORDS.findall(prompt[-4000:]):
        if word in ".?!\n":
            start = True
            continue
        if len(word) > 1 and word.lower() not in SMALL:
            found.setdefault(word, word[0].isupper() and not start)
        start = False
    return sorted(found, key=lambda word: not found[word])


_WORDS = re.compile(r"[^\W_](?:[\w'’-]*\w)?|[.?!\n]")
_NOTHING, _CONTEXT = [" your", " question"], [" the", " context"]


def _spellings(words: Iterable[str], kind: str) -> dict[str, str]:
    """Return the tokens that common words make: in three cases, with and without the space before them."""
    cased = [form for word in words for form in (word, word.capitalize(), word.upper())]
    return {piece: kind for form in cased for piece in (form, " " + form)}


_kinds = {
    **_spellings((*SMALL, *ascii_lowercase), ""),
    **_spellings(_LONG, "long"),
    **_spellings(("word", "words"), "length"),
}
"""What the tokens are that are no part of a subject though they are made of letters."""


def _spaced(phrase: list[str]) -> list[str]:
    """Return a phrase as it stands after other words."""
    return phrase if phrase[0][0] == " " else [" " + phrase[0], *phrase[1:]]


def _sentences(prompt: str) -> int | None:
    """Return the sentences that make up the words a prompt asks for."""
    found = _LENGTH.search(prompt)
    return min(_LONGEST, max(3, int(found[1]) // 13)) if found else None
