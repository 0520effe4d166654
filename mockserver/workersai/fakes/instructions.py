"""Prompts that say what to do with a text of their own: translate it, sum it up, tell its mood; count; yes or no."""

from __future__ import annotations

import re

from mockserver.workersai.fakes import lexicon, sentiment
from mockserver.workersai.fakes.summary import summarise
from mockserver.workersai.fakes.translation import translate

_LONGEST = 20_000
_SUMMARY = 80
_MOST_COUNTED = 200
_TRANSLATE = re.compile(
    r"translate\s+(?:(?:the|this|following|english|text|sentences?|phrase|words?|paragraph|message)\s+){0,4}(?:from\s+(?P<source>\w+)\s+)?"
    r"(?:in)?to\s+(?P<target>\w+)\s*[:.,-]?\s*(?P<text>.+)",
    re.IGNORECASE | re.DOTALL,
)
_QUOTED = re.compile(
    r"translate\s+[\"“'«](?P<text>.+?)[\"”'»]\s+(?:from\s+(?P<source>\w+)\s+)?(?:in)?to\s+(?P<target>\w+)[.!]?",
    re.IGNORECASE | re.DOTALL,
)
_SUM_UP = re.compile(r"summari[sz]e\b[^:\n]{0,120}[:\n]\s*(?P<text>.+)", re.IGNORECASE | re.DOTALL)
_ONE_SENTENCE = re.compile(r"\b(?:one|a single|1)\s+(?:short\s+)?(?:sentence|line)\b", re.IGNORECASE)
_CLASSIFY = re.compile(r"classify\b[^:\n]{0,160}[:\n]\s*(?P<text>.+)", re.IGNORECASE | re.DOTALL)
_MOODS = ("positive", "negative", "neutral")
_COUNT = re.compile(
    r"count\s+(?:up\s+|down\s+)?(?:from\s+)?(?:(\d{1,6})\s+)?(?:up\s+|down\s+)?(?:to|through|until)\s+(\d{1,6})\b.*",
    re.IGNORECASE | re.DOTALL,
)
_COMPARED = re.compile(
    r"(-?\d{1,9}(?:\.\d{1,6})?)\s*(>|<|greater than|larger than|bigger than|more than|less than|smaller than)\s*"
    r"(-?\d{1,9}(?:\.\d{1,6})?)(?![\d.]*\w)",
    re.IGNORECASE,
)
_LESS = frozenset(("<", "less than", "smaller than"))
_YES_OR_NO = re.compile(r"\b(?:yes\s*(?:/|or)\s*no|yes,? or no)\b", re.IGNORECASE)


def answer(prompt: str) -> str | None:
    """Return what such a prompt asks for, None for any other.

    >>> answer("Count from 3 to 6")
    '3, 4, 5, 6'
    """
    said = prompt[:_LONGEST].strip()
    verb = said[:12].lower()
    if verb.startswith("translate"):
        return _translated(said)
    if verb.startswith(("summarize", "summarise")):
        return _summed_up(said)
    if verb.startswith("classify"):
        return _classified(said)
    if verb.startswith("count"):
        return _counted(said)
    return _decided(said) if _YES_OR_NO.search(said) else None


def _decided(said: str) -> str:
    """Return yes or no: numbers are compared, and what else people try a model with is mostly true."""
    found = _COMPARED.search(said)
    if found is None:
        return "Yes"
    left, right = float(found[1]), float(found[3])
    return "Yes" if (left < right if found[2].lower() in _LESS else left > right) else "No"


def _translated(said: str) -> str | None:
    found = _QUOTED.fullmatch(said) or _TRANSLATE.fullmatch(said)
    if found is None:
        return None
    source, target = (lexicon.CODES.get((found[name] or "english").lower()) for name in ("source", "target"))
    text = found["text"].strip().strip("\"“”'«»")
    return translate(text, source, target) if source and target and text else None


def _summed_up(said: str) -> str | None:
    found = _SUM_UP.fullmatch(said)
    if found is None:
        return None
    whole = summarise(found["text"], _SUMMARY)
    if _ONE_SENTENCE.search(said[: found.start("text")]):
        return re.split(r"(?<=[.!?])\s+", whole, maxsplit=1)[0]
    return whole


def _classified(said: str) -> str | None:
    """Return the mood of a text, as one of the words that the prompt offers, spelled as it spells them."""
    found = _CLASSIFY.fullmatch(said)
    offered = {name: match[0] for name in _MOODS if (match := re.search(rf"\b{name}\b", said, re.IGNORECASE))}
    if found is None or not ({"positive", "negative"} <= offered.keys() or "sentiment" in said.lower()):
        return None
    text = re.sub(r"[^.!?\n]*\b(?:positive|negative|neutral)\b[^.!?\n]*[.!?]?", "", found["text"])
    mood = sentiment.mood(text)
    name = "neutral" if mood == 0.5 and (not offered or "neutral" in offered) else _MOODS[mood < 0.5]
    return offered.get(name, name)


def _counted(said: str) -> str | None:
    found = _COUNT.fullmatch(said)
    if found is None:
        return None
    first, last = int(found[1] or 1), int(found[2])
    step = 1 if last >= first else -1
    if abs(last - first) >= _MOST_COUNTED:
        return None
    return ", ".join(map(str, range(first, last + step, step)))
