"""Prompts that offer alternatives for a text of their own: "spam or not spam", a mood, yes or no. One is the answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from mockserver.engine import seeds
from mockserver.workersai.fakes import arithmetic, sentiment
from mockserver.workersai.fakes.categories import EMOTIONS, SIGNS, THINGS, WITHOUT

_MOST = 40
_LONGEST_INSTRUCTION = 600
_QUOTED = re.compile(
    r"(?<![\w])(?:\"(?P<a>[^\"]{1,8000})\"|“(?P<b>[^”]{1,8000})”|«(?P<c>[^»]{1,8000})»"
    r"|'(?P<d>[^'\n]{1,2000}(?:'\w[^'\n]{0,2000}){0,40})'(?!\w)|`(?P<e>[^`]{1,8000})`|<(?P<tag>\w{1,20})>(?P<f>[^<]{1,8000})</(?P=tag)>)",
    re.DOTALL,
)
_END = re.compile(r"(?<=[.!?:;])\s+|\n+|:(?=[\"“'«])")
_CAPTION = re.compile(
    r"(?:(?:the|this|following|user|customer|input|movie|product)\s+){0,2}"
    r"(?:text|review|sentence|input|message|tweet|comment|e-?mail|statement|passage|headline|article|document|feedback|"
    r"ticket|title|post|query|paragraph|string|words?|phrase)\s*:",
    re.IGNORECASE,
)
_WANTED = re.compile(
    r"(?:sentiment|label|category|class|classification|answer|output|response|result|topic|emotion|mood|language)\s*:",
    re.IGNORECASE,
)
_MORE_INSTRUCTION = re.compile(
    r"(?:please\s+)?(?:answer|reply|respond|choose|pick|select|use|return|output|only|one|options?|categor\w+|labels?|classes|"
    r"choices|possible|available|topics|give|provide|just|do\s+not|don't|no\s+explanation|explain|be\s+brief|yes,?\s+or\s+no|"
    r"true\s+or\s+false|the\s+(?:options|labels|categor\w+|classes|choices|answer))\b",
    re.IGNORECASE,
)
_LEADS_TO_LIST = re.compile(
    r"\b(?:one\s+of|options?|categor\w+|labels?|classes|choices|topics|(?:answer|reply|respond)\s+(?:only\s+)?with|(?:one|single)\s+word)\b"
    r"[^:.?!]{0,60}:$",
    re.IGNORECASE,
)
_UNFILLED = re.compile(rf"{_CAPTION.pattern}\s*(?:$|\n)|(?:^|\n)\s*{_WANTED.pattern}\s*$", re.IGNORECASE)
_LONGEST_LIST = 300
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[?$]+")
_ITEM_WORD = r"(?!(?:or|and|vs)\b)[^\W_][\w+&'-]{0,30}"
_ITEM = rf"[\"“'`*]{{0,2}}{_ITEM_WORD}(?: {_ITEM_WORD}){{0,3}}[\"”'`*]{{0,2}}"
_BETWEEN = re.compile(r"\s*,\s*(?:(?:and/or|or|and)\s+)?|\s*[/|]\s*|\s+(?:or|and|vs\.?)\s+", re.IGNORECASE)
_LIST = rf"({_ITEM}(?:(?:{_BETWEEN.pattern}){_ITEM}){{1,{_MOST}}})"
_OFFERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:one\s+of|categories|labels|classes|options|choices|topics|emotions|sentiments|following)\b[^:.\n]{{0,60}}:\s*{_LIST}",
        rf"\b(?:one\s+of|categories|labels|classes|options|choices|topics|between|(?:choose|pick|select)\s+from)\s+(?:the\s+)?(?:are\s+|these\s+)?{_LIST}",
        rf"[(\[]{_LIST}[)\]]",
        rf"\b(?:as|into|whether|with|only|answer|reply|respond|say|either|if|word|words)\s*:?\s+"
        rf"(?:(?:it|this|that|he|she|they|is|are|the|a|an|following|text|sentence|review|message|tweet|comment|e-?mail|statement|either|being|with|only|just|exactly|one|word)\s+){{0,5}}{_LIST}",
        rf":\s*{_LIST}",
        rf"\b((?:(?:not|non|very|un)[ -])?[^\W_][\w'-]{{0,30}}(?:\s*,\s*{_ITEM}){{0,{_MOST}}},?\s+or\s+{_ITEM})",
        r"\b([^\W_]\w{0,30}(?:/[^\W_]\w{0,30}){1,20})\b",
    )
)
"""How instructions name alternatives: the surest way first."""
_ONE_OF_TWO = re.compile(r"\bor\b|/|\||\bone of\b|\bvs\b", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:(?:either|an?|the|is|as|about|being)\s+)+", re.IGNORECASE)
_AFTER = re.compile(
    r"\s+(?:based|depending|according|only|please|with|for|in|and nothing|no|without)\b.*$", re.IGNORECASE
)
_ABSENT = re.compile(r"^(?:not|non|no|un)[ -]+(?:an?\s+)?|^(?:non|un)(?=[a-z]{4})", re.IGNORECASE)
_DEFAULTS = frozenset("other neutral none normal general unknown unclear mixed miscellaneous".split())
_MOODS = {"positive": 1, "good": 1, "happy": 1, "favorable": 1, "negative": -1, "bad": -1, "unhappy": -1, "sad": -1}
_VERDICTS = frozenset(("yes", "no", "true", "false"))
_CHOOSE = re.compile(r"(?:please\s+)?(?:choose|pick|select)\b", re.IGNORECASE)
_SENTIMENT = re.compile(r"\b(?:sentiment|mood|tone|polarity)\b", re.IGNORECASE)
_EMOTION = re.compile(r"\bemotions?\b|\bfeeling\b", re.IGNORECASE)
_LANGUAGE = re.compile(r"\b(?:which|what|detect|identify|classify|determine)\b.{0,40}\blanguage\b", re.IGNORECASE)


class Task(NamedTuple):
    """What a prompt says to do, and the text to do it with."""

    instruction: str
    text: str


def split(said: str) -> Task:
    """Return the instruction of a prompt and its text: what is quoted, behind a colon or on lines of its own.

    >>> split("Is this positive or negative: I love it. Answer with one word.")
    Task(instruction='Is this positive or negative: Answer with one word.', text='I love it.')
    """
    quoted = [match for match in islice(_QUOTED.finditer(said), _MOST) if not _is_listed(match)]
    told = max(quoted, key=lambda match: len(match[0]), default=None)
    if told is not None and (" " in _inner(told) or len(quoted) == 1):
        rest = _UNFILLED.sub(" ", f"{said[: told.start()]} {said[told.end() :]}")
        if len(rest) <= _LONGEST_INSTRUCTION or _MORE_INSTRUCTION.match(said[told.end() :].strip()):
            return Task(" ".join(rest.split()), _inner(told).strip())
    instruction: list[str] = []
    text: list[str] = []
    captioned, wanted = False, ""
    for part in _END.split(said):
        part = (part or "").strip()
        if not part or _WANTED.fullmatch(part) or _CAPTION.fullmatch(part):
            wanted = part if part and not _CAPTION.fullmatch(part) else wanted
            captioned = captioned or bool(part and _CAPTION.fullmatch(part))
            continue
        listed = bool(instruction) and not text and len(part) < _LONGEST_LIST and _LEADS_TO_LIST.search(instruction[-1])
        told_how = _MORE_INSTRUCTION.match(part) and not (part.endswith("?") and text)
        if (not instruction and not captioned) or told_how or (listed and _BETWEEN.search(part)):
            instruction.append(part)
        elif instruction[1:] and _LEADS_TO_LIST.search(instruction[-1]) and _ONE_OF_TWO.search(part):
            instruction.append(part)  # behind the text: "Answer with one word: positive or negative."
        else:
            text.append(part)
    return Task(" ".join(instruction) or wanted, " ".join(text))


def _is_listed(quoted: re.Match[str]) -> bool:
    """Say whether a quotation is an alternative among others: beside a comma or an "or"."""
    before, behind = quoted.string[max(0, quoted.start() - 8) : quoted.start()], quoted.string[quoted.end() :]
    return bool(re.match(r"\s*(?:,|/|\||or\b)", behind) or re.search(r"(?:,|/|\||\bor)\s*$", before))


def offered(instruction: str) -> list[str]:
    """Return the alternatives that an instruction names, as it spells them; none where it names fewer than two.

    >>> offered("Classify the following as spam or not spam:")
    ['spam', 'not spam']
    """
    said = instruction[:_LONGEST_INSTRUCTION]
    for pattern in _OFFERS:
        for match in islice(pattern.finditer(said), _MOST):
            listed = match[1]
            listing = match[0].lower().startswith("into") or "categor" in match[0].lower() or pattern in _OFFERS[:3]
            if not listing and not _ONE_OF_TWO.search(match[0]):
                continue
            names = [_name(each) for each in _BETWEEN.split(listed)]
            names = list(dict.fromkeys(f"not {names[0]}" if name.lower() == "not" else name for name in names if name))
            if len(names) > 1:
                return names
    return []


def are_kinds(names: Sequence[str]) -> bool:
    """Return whether all of some names are kinds of texts that are known here, verdicts or moods.

    >>> are_kinds(["spam", "not spam"]), are_kinds(["yes", "no"]), are_kinds(["poem", "joke"])
    (True, True, False)
    """
    lower = [name.lower() for name in names]
    return bool(lower) and all(
        name in _VERDICTS or name in _MOODS or name in _DEFAULTS or _opposite(name) or _telling(name) for name in lower
    )


def choose(task: Task) -> str | None:
    """Return the alternative that fits a text, None where an instruction names none.

    >>> choose(Task("Classify as spam or not spam:", "You WON a free prize, click here!"))
    'spam'
    """
    names = offered(task.instruction)
    if names and {name.lower() for name in names} <= _VERDICTS:
        return _verdict(task, names)
    if not names and _SENTIMENT.search(task.instruction):
        names = ["positive", "negative", "neutral"]
    if not names and _EMOTION.search(task.instruction):
        names = list(EMOTIONS)
    if not task.text:
        return _of_itself(names, task.instruction) if names else None
    if not names and _LANGUAGE.search(task.instruction):
        return language_of(task.text)
    return _fitting(names, task.text) if names else None


def judged(task: Task) -> bool | None:
    """Return whether a text is what an instruction asks about ("Is this spam?"), None where that is nothing known."""
    if not task.text:
        return None
    mood = sentiment.mood(task.text)
    for word in _words(task.instruction):
        if word in _MOODS:
            return mood > 0.5 if _MOODS[word] > 0 else mood < 0.5
        if _telling(word):
            return _score(word, _words(task.text), task.text) > 0
    return None


def told_by(names: Sequence[str], text: str) -> str | None:
    """Return the one name of a kind that a text speaks for, None where it speaks for none, or for several as much."""
    words = _words(text)
    scores = [_score(name.lower().replace("_", " "), words, text) for name in names]
    best = max(scores, default=0.0)
    return names[scores.index(best)] if best > 0 and scores.count(best) == 1 else None


def language_of(text: str) -> str:
    """Return the name of the language that a text is most likely written in.

    >>> language_of("Bonjour le monde")
    'French'
    """
    from mockserver.workersai.fakes import languages

    return languages.language_of(text)


def _of_itself(names: Sequence[str], question: str) -> str | None:
    """Return the alternative that a question itself speaks for ("Is a tomato a fruit or a vegetable?"), if any."""
    if _CHOOSE.match(question):
        return _fitting(names, question)
    rest = _words(question)
    for name in names:
        rest = [word for word in rest if word not in name.lower().split()]
    scores = [_score(name.lower(), rest, "") for name in names]
    return names[scores.index(max(scores))] if max(scores) > 0 else None


def _fitting(names: Sequence[str], text: str) -> str:
    """Return the name that a text speaks for most; among names that it does not speak for one of no kind, or any."""
    lower = [name.lower() for name in names]
    words = _words(text)
    scores = [_score(name, words, text) for name in lower]
    felt = [_MOODS.get(name.split()[-1], 0) for name in lower]
    if 1 in felt and -1 in felt:
        mood = sentiment.mood(text)
        if mood == 0.5 and "neutral" in lower:
            return names[lower.index("neutral")]
        wanted = 1 if mood >= 0.5 else -1
        strength = abs(mood - 0.5)
        same = [place for place, side in enumerate(felt) if side == wanted]
        strong = [place for place in same if " " in lower[place]]
        plain = [place for place in same if place not in strong]
        return names[(strong if strength > 0.48 and strong else plain or strong)[0]]
    best = max(scores)
    if best > 0:
        return names[scores.index(best)]
    absent = [place for place, name in enumerate(lower) if _opposite(name) or name in _DEFAULTS]
    if absent:
        return names[absent[0]]
    return names[seeds.digest("alternative", *names, text)[0] % len(names)]


def _verdict(task: Task, names: Sequence[str]) -> str:
    """Return yes or no (true or false): numbers are compared, texts judged; what else people try is mostly true."""
    found = arithmetic.holds(f"{task.instruction} {task.text}")
    if found is None:
        found = judged(task)
    wanted = ("no", "false") if found is False else ("yes", "true")
    name = next((name for name in names if name.lower() in wanted), wanted[0])
    return name if name.isupper() else name.capitalize()


def _score(name: str, words: Sequence[str], text: str) -> float:
    """Return how much the words of a text speak for a kind."""
    if _opposite(name):
        return 0.0
    known = _telling(name)
    own = {_stem(word) for word in _WORD.findall(name)}
    found = {word for word in words if word in known or _stem(word) in known}
    said = len(found) + 2 * sum(1 for word in set(words) if _stem(word) in own)
    return said + (3 if "?" in known and text.rstrip().endswith("?") else 0)


def _telling(name: str) -> frozenset[str]:
    """Return the words that tell a kind, in lower case: those of its whole name, else of its words."""
    for part in (name, *name.split()):
        for each in (part, part.removesuffix("s")):
            if each in SIGNS:
                return SIGNS[each]
            if each in THINGS:
                return frozenset(thing.lower() for thing in THINGS[each])
    return frozenset()


def _opposite(name: str) -> str | None:
    """Return the kind that a name says is not there ("not spam", "ham"), None for a name of a kind."""
    if name in WITHOUT:
        return WITHOUT[name]
    bare = _ABSENT.sub("", name)
    return bare if bare != name else None


def _name(written: str) -> str:
    """Return an alternative without articles, quotation marks and what is said about it."""
    return _AFTER.sub("", _ARTICLE.sub("", written.strip(" \"“”'`*.:;!?"))).strip(" \"“”'`*.:;!?")


def _words(said: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(said[:8000])]


def _stem(word: str) -> str:
    return word.lower().removesuffix("s") if len(word) > 3 else word.lower()


def _inner(match: re.Match[str]) -> str:
    return next((found for name, found in match.groupdict().items() if found and name != "tag"), "")
