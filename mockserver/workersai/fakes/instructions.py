"""Prompts that say what to do: translate a text, sum it up, sort it, change it; judge a statement; compute, list."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from mockserver.workersai.fakes import arithmetic, capitals, choices, counting, lexicon, sentiment
from mockserver.workersai.fakes.summary import summarise
from mockserver.workersai.fakes.translation import translate

_LONGEST = 20_000
_SUMMARY = 80
_TRANSLATE = re.compile(
    r"translate\s+(?:(?:the|this|following|english|text|sentences?|phrase|words?|paragraph|message)\s+){0,4}(?:from\s+(?P<source>\w+)\s+)?"
    r"(?:in)?to\s+(?P<target>\w+)\s*[:.,-]?\s*(?P<text>.+)",
    re.IGNORECASE | re.DOTALL,
)
_QUOTED = re.compile(
    r"translate\s+[\"“'«](?P<text>.+?)[\"”'»]\s+(?:from\s+(?P<source>\w+)\s+)?(?:in)?to\s+(?P<target>\w+)[.!]?",
    re.IGNORECASE | re.DOTALL,
)
_SAY_IN = re.compile(
    r"how\s+(?:do\s+(?:you|i|we)|to|would\s+you)\s+say\s+[\"“'«]?(?P<text>.{1,200}?)[\"”'»]?\s+in\s+(?P<target>\w+)\s*[?.!]*",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    r"translate\s+(?!(?:the|this|that|it|following|these|my)\b)(?P<text>[^:\"\n]{1,80}?)\s+(?:in)?to\s+(?P<target>\w+)[.!]?",
    re.IGNORECASE,
)
_SUM_UP = re.compile(r"summari[sz]e\b[^:\n]{0,120}[:\n]\s*(?P<text>.+)", re.IGNORECASE | re.DOTALL)
_ONE_SENTENCE = re.compile(r"\b(?:one|a single|1)\s+(?:short\s+)?(?:sentence|line)\b", re.IGNORECASE)
_PLEASE = re.compile(r"(?:please|kindly|now)[\s,]+|(?:can|could|would|will)\s+you\s+(?:please\s+)?", re.IGNORECASE)
_FIRST = re.compile(r"[^\W\d_]+")
_YES_OR_NO = re.compile(r"\byes\s*(?:/|,?\s*or)\s*no\b", re.IGNORECASE)
_TRUE_OR_FALSE = re.compile(r"\btrue\s*(?:/|,?\s*or)\s*false\b", re.IGNORECASE)
_PREFERENCE = re.compile(
    r"(?:which|what)\b.{0,60}\b(?:sentiment|emotion|mood|language|category|label|topic)\b", re.IGNORECASE
)
_RATE = re.compile(
    r"\b(?:from|between|of|scale)\s+(?:of\s+|from\s+)?(\d{1,3})\s*(?:-|–|to|and)\s*(\d{1,3})\b", re.IGNORECASE
)
_EXTRACT = re.compile(
    r"(?:extract|find|get|pull\s+out|identify|list)\s+(?:only\s+)?"
    r"(?:(?:the|all|any|every|an?)\s+){0,2}(?P<wanted>[\w '-]{2,40}?)"
    r"(?:\s+(?:mentioned|given|named|contained))?\s*(?:\b(?:from|in|of|out\s+of)\b|:)",
    re.IGNORECASE,
)
_LONGEST_LEAD = 2000
_LEAD = re.compile(
    r"(?:^|[.!:\n]\s*)(?:(?:please|always|only)\s+|you\s+(?:must\s+|should\s+|will\s+)?(?:only\s+)?|"
    r"your\s+(?:task|job|role|goal)\s+is\s+to\s+|you\s+are\s+an?\s+(?:[\w-]+\s+){0,3}?)?"
    r"(?P<task>translat\w*|summari[sz]\w*|classif\w*|categori\w*|sentiment\b|label\w*|extract\w*|"
    r"(?:answer|reply|respond)\s+(?:only\s+|just\s+)?(?:with\b|(?=[\"']?(?:yes|true|positive)\b)))",
    re.IGNORECASE,
)
"""How system messages say what is to be done with every text."""
_TARGET = re.compile(r"\b(?:in)?to\s+(?!the\b|english from\b)([a-z]+)\b", re.IGNORECASE)
_SOURCE = re.compile(r"\bfrom\s+(?!the\b)([a-z]+)\b", re.IGNORECASE)


def answer(prompt: str) -> str | None:
    """Return what such a prompt asks for, None for any other.

    >>> answer("Count from 3 to 6"), answer("Is this spam or not spam: Lunch at noon?"), answer("Is 2 + 2 = 5?")
    ('3, 4, 5, 6', 'not spam', 'No')
    """
    said = prompt[:_LONGEST].strip()
    polite = _PLEASE.match(said)
    said = said[polite.end() :] if polite else said
    first = _FIRST.match(said)
    for act in _ACTS.get(first[0].lower(), ()) if first else ():
        found = act(said)
        if found is not None:
            return found
    return _verdict(said)


def follow(system: str, text: str) -> str | None:
    """Return what a system message says to do with the user's text, None where it says nothing of the kind.

    >>> follow("You are a sentiment classifier. Answer with positive or negative.", "I love it")
    'positive'
    """
    lead = _LEAD.search(system[:_LONGEST_LEAD])
    said, text = system[:_LONGEST_LEAD], text[:_LONGEST].strip()
    if lead is None or not text:
        return None
    task = lead["task"].lower()
    if task.startswith("translat"):
        ways = (_SOURCE.search(said, lead.start()), _TARGET.search(said, lead.start()))
        source, target = (
            lexicon.CODES.get(way[1].lower() if way else default) for way, default in zip(ways, ("en", ""), strict=True)
        )
        return translate(text, source, target) if source and target else None
    if task.startswith("summ"):
        return _summary(text, said)
    if task.startswith("extract"):
        from mockserver.workersai.fakes import members

        wanted = _EXTRACT.search(said, lead.start("task"))
        return members.in_words(wanted["wanted"], text) if wanted else None
    if task[:3] in ("ans", "rep", "res") and not choices.are_kinds(choices.offered(said)):
        return None  # "Reply with a poem or a joke" offers no kinds of texts
    return choices.choose(choices.Task(said, text))


def _verdict(said: str) -> str | None:
    """Return yes or no, or true or false, where that is asked: numbers are compared, texts are judged."""
    if _YES_OR_NO.search(said) or _TRUE_OR_FALSE.search(said):
        return choices.choose(choices.split(said)) or _truth(said) or "Yes"
    return None


def _truth(said: str) -> str | None:
    """Return whether what a question says of numbers is so."""
    kind = arithmetic.which(said)
    if kind is not None:
        return kind
    found = arithmetic.holds(said)
    if found is None:
        return None
    return ("True" if found else "False") if _TRUE_OR_FALSE.search(said) else ("Yes" if found else "No")


def _chosen(said: str) -> str | None:
    """Return one of the alternatives that are offered for a text."""
    return choices.choose(choices.split(said))


def _asked(said: str) -> str | None:
    """Return the answer to a question that is about a text of its own, or offers alternatives."""
    task = choices.split(said)
    found = choices.choose(task)
    if found is not None or _YES_OR_NO.search(said) or not task.text:
        return found
    judged = choices.judged(task)
    return None if judged is None else "Yes" if judged else "No"


def _told_which(said: str) -> str | None:
    """Return the sentiment or the like of a text that a question goes with."""
    return _chosen(said) if _PREFERENCE.match(said) else None


def _rated(said: str) -> str | None:
    """Return a number of a scale for the mood of a text."""
    task = choices.split(said)
    scale = _RATE.search(task.instruction)
    if scale is None or not task.text:
        return None
    first, last = int(scale[1]), int(scale[2])
    return str(round(first + (last - first) * sentiment.mood(task.text)))


def _extracted(said: str) -> str | None:
    """Return what is to be read off a text: values of a known form, dates, names."""
    from mockserver.workersai.fakes import members

    task = choices.split(said)
    wanted = _EXTRACT.match(task.instruction)
    return members.in_words(wanted["wanted"], task.text) if wanted and task.text else None


def _translated(said: str) -> str | None:
    found = _QUOTED.fullmatch(said) or _TRANSLATE.fullmatch(said) or _SAY_IN.fullmatch(said) or _PLAIN.fullmatch(said)
    if found is None:
        return None
    source, target = (
        lexicon.CODES.get((found.groupdict().get(name) or "english").lower()) for name in ("source", "target")
    )
    text = found["text"].strip().strip("\"“”'«»")
    return translate(text, source, target) if source and target and text else None


def _summed_up(said: str) -> str | None:
    found = _SUM_UP.fullmatch(said)
    if found is None:
        return None
    return _summary(found["text"], said[: found.start("text")])


def _summary(text: str, how: str) -> str:
    whole = summarise(text, _SUMMARY)
    if _ONE_SENTENCE.search(how):
        return re.split(r"(?<=[.!?])\s+", whole, maxsplit=1)[0]
    return whole


_ACTS: Mapping[str, tuple[Callable[[str], str | None], ...]] = {
    "translate": (_translated,),
    **dict.fromkeys(("summarize", "summarise"), (_summed_up,)),
    **dict.fromkeys(
        """classify categorize categorise label tag determine decide choose pick select given sentiment review text
        sentence tweet analyze analyse assign""".split(),
        (_chosen,),
    ),
    **dict.fromkeys(("identify", "detect"), (_chosen, _extracted)),
    **dict.fromkeys(("is", "are", "was", "were", "does", "do", "did", "has"), (_truth, _asked)),
    **dict.fromkeys(("which", "what"), (capitals.asked, _told_which, counting.measured)),
    "capital": (capitals.asked,),
    "count": (counting.counted, counting.measured),
    "how": (counting.measured, _translated),
    "tell": (capitals.asked, _chosen),
    "list": (counting.listed, _extracted),
    "name": (capitals.asked, counting.listed),
    **dict.fromkeys(("give", "write", "print"), (counting.listed,)),
    **dict.fromkeys(("rate", "score"), (_rated,)),
    **dict.fromkeys(("extract", "find", "get", "pull"), (_extracted,)),
    **dict.fromkeys(
        "reverse convert uppercase lowercase capitalize capitalise sort change make".split(), (counting.changed,)
    ),
}
"""What is tried for a prompt, by its first word."""
