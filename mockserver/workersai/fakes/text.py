"""Text that reads like a short answer to a prompt: it is about the prompt's own words, and the same every time."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import shake_128

_WORDS = re.compile(r"[^\W_](?:[\w'’-]*\w)?|[.?!,;:\n]")
_SPOKEN = 4000
"""Characters of a prompt that are read for its subject."""

_SMALL = frozenset(
    """a about above after again all also am an and any are as ask at be because been before being between both but by
    can could describe did do does doing done down during each else ever every explain few find for from further get
    give go had has have having he help her here hers hey hi him his how i i'd i'll i'm i've if in into is it
    it's its itself just know let like list make may me might mine more most much must my name need no nor not now of
    off on once one only or other our out over own please provide really reply respond said same say see shall she
    should show so some such summarize sure tell than thank thanks that that's the their them then there these they
    this those through to today together too under until up us use using very want was we well were what what's when
    where which while who whom whose why will with within without word words would write yes you your yours
    article chapter comprehensive detailed essay lengthy long poem report short story thorough""".split()
)

# {0} is what the prompt is about, {1} its second subject; neither is ever a sentence's subject: they may be plural
_OPENINGS = (
    "The short answer about {0} depends on how much you care about {1}.",
    "There are two things worth knowing about {0}: where it all starts, and what follows for {1}.",
    "In short, everything about {0} comes down to how you look at {1}.",
    "A useful way to think about {0} is to begin with {1}.",
    "When people ask about {0}, they usually have {1} in mind.",
    "Here is the essence: you cannot separate {0} from {1} as easily as it seems.",
    "Let us take {0} step by step, beginning with {1}.",
    "Good question: it is easier to talk about {0} after a look at {1}.",
)
_BODIES = (
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
_CLOSINGS = (
    "If you tell me more about {0}, I can be more specific.",
    "That should be enough to get started with {0}.",
    "From there, the best way to learn about {0} is to try.",
    "Ask again about {1} if you would like to go deeper.",
    "That is the core of {0}; everything else is detail.",
    "I hope this sheds a little more light on {0}.",
)

_LENGTH = re.compile(r"\b(\d{2,5})[ -]?(?:word|words)\b", re.IGNORECASE)
_LONG = re.compile(
    r"\b(essay|article|story|tale|novel|chapter|report|detailed|in detail|in depth|long|lengthy|comprehensive|"
    r"thorough|tutorial|poem|speech)\b",
    re.IGNORECASE,
)
_LONG_SENTENCES = 40
_LONGEST = 2000


def write(prompt: str, seed: bytes) -> str:
    """Return an answer to `prompt`: three to five sentences, or as long as the prompt asks for.

    >>> write("What is the origin of hello world?", bytes(16))
    'The short answer about hello world depends on how much you care about origin. ...'
    """
    spoken = prompt if len(prompt) <= _SPOKEN else prompt[-_SPOKEN:]
    first, second = subjects(spoken)
    wanted = sentences_wanted(spoken)
    if wanted is None:
        a, b, c, d = seed[0], seed[1], seed[2], seed[3]
        chosen = [_OPENINGS[a % 8], _BODIES[b % 14]]
        for step in range(1, 1 + c % 3):
            chosen.append(_BODIES[(b + 3 * step + step) % 14])
        chosen.append(_CLOSINGS[d % 6])
    else:
        chosen = [_OPENINGS[seed[0] % 8]]
        for draw in shake_128(seed).digest(wanted):
            chosen.append(_BODIES[draw % 14])
        chosen.append(_CLOSINGS[seed[3] % 6])
    text = " ".join(chosen).replace("{0}", first).replace("{1}", second)
    return text[0].upper() + text[1:]


def sentences_wanted(prompt: str) -> int | None:
    """Return how many sentences a prompt asks for, None when it does not say."""
    found = _LENGTH.search(prompt)
    if found:
        return min(_LONGEST, max(3, int(found[1]) // 13))
    return _LONG_SENTENCES if _LONG.search(prompt) else None


@lru_cache(maxsize=256)
def subjects(prompt: str) -> tuple[str, str]:
    """Return the two phrases that a prompt is most about, the longer one first.

    >>> subjects("What is the origin of hello world?")
    ('hello world', 'origin')
    """
    phrases: dict[str, int] = {}
    run: list[str] = []
    for word in [*_WORDS.findall(prompt), "."]:
        matters = len(word) > 1 and not word.isdigit() and word.lower() not in _SMALL
        if matters and len(run) < 3:
            run.append(word)
        elif run:
            phrases.setdefault(" ".join(run)[:60], len(phrases))
            run = [word] if matters else []
    if not phrases:
        return "your question", "the context"
    ranked = sorted(phrases, key=lambda phrase: (-phrase.count(" "), phrases[phrase]))
    if len(ranked) == 1:
        return ranked[0], "the context"
    return ranked[0], ranked[1]


def keywords(prompt: str) -> list[str]:
    """Return the words that matter in a prompt, names (capital letters) first, each once.

    >>> keywords("What is the weather in Paris tomorrow?")
    ['Paris', 'weather', 'tomorrow']
    """
    found: dict[str, bool] = {}
    start = True
    for word in _WORDS.findall(prompt[-_SPOKEN:]):
        if word in ".?!\n":
            start = True
            continue
        if len(word) > 1 and word.lower() not in _SMALL:
            found.setdefault(word, word[0].isupper() and not start)
        start = False
    return sorted(found, key=lambda word: not found[word])
