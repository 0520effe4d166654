"""Prompts whose answer is plain: something to repeat, a sum to work out. Test suites are full of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LONGEST = 400
_QUOTED = r"[\"“'‘`«](?P<quoted>.+?)[\"”'’`»][.!]?"
_REPEAT = re.compile(
    r"(?:please\s+)?(?:say|repeat|echo)(?:\s+(?:exactly|only|just|back|after me|the words?|the following))*"
    rf"\s*[:,]?\s+(?:{_QUOTED}|(?P<plain>[^?]+?)[.!]?)",
    re.IGNORECASE | re.DOTALL,
)
_REPLY = re.compile(
    r"(?i:(?:please\s+)?(?:reply|respond|answer|return|output)(?:\s+(?:with|exactly|only|just|by|saying|the|a|single|"
    rf"one|words?|text|string|following|this))*)\s*[:,]?\s+(?:{_QUOTED}|(?P<plain>[A-Z0-9_-]+|(?<=(?i:word)\s)\w+)[.!]?)",
    re.DOTALL,
)
_SUM = re.compile(
    r"(?:please\s+)?(?:what(?:'s|’s|\s+is|\s+are)?|calculate|compute|solve|evaluate|(?=[\d(-]))\s*"
    r"(?:the\s+(?:result|value|answer|outcome)\s+(?:of|to)\s+)?(?P<sum>[^?\n:]{3,120}?)\s*[=?.!]*(?:\s+[?.])?"
    r"(?:(?<=[?.!])\s+(?P<how>(?:please\s+)?(?:answer|reply|respond|return|give|just|only|output|no)\b.{1,120}))?",
    re.IGNORECASE,
)
_ONLY = re.compile(r"\b(?:only|just|number|digits?|integer|nothing else|no explanation)\b", re.IGNORECASE)
_DIGIT = re.compile(r"\d")

_MARKS = (":", '"', "'", "\n", "“", "‘", "«", "`")
"""What stands around or before a text of a prompt's own."""
_ANY = ("",)
_CAPITAL = " capital "
_LEADS = ("ranslat", "ummari", "lassif", "ategori", "entiment", "xtract", "abel ", " or ")
"""Parts of which one is in a system message that says what to do with every text of the user."""


def _kinds() -> dict[str, tuple[tuple[re.Pattern[str], ...], tuple[str, ...]]]:
    found: dict[str, tuple[tuple[re.Pattern[str], ...], tuple[str, ...]]] = {}
    for words, forms, marks in (
        ("say repeat echo", (_REPEAT,), ()),
        ("reply respond answer", (_REPLY,), _MARKS),
        ("return output", (_REPLY,), ()),
        ("what", (_SUM,), (_CAPITAL, *_MARKS)),
        ("calculate compute solve evaluate", (_SUM,), ()),
        ("please", (_REPEAT, _REPLY, _SUM), _ANY),
        (
            """translate summarize summarise classify categorize categorise label tag determine decide choose pick
            select assign identify detect analyze analyse sentiment review text sentence tweet count list
            name rate score reverse convert sort capitalize capitalise uppercase lowercase true yes""",
            (),
            _ANY,
        ),
        (
            "is are was were does do did can could has have should",
            (),
            (*_MARKS, " or ", "/", *map(str, range(10))),
        ),
        ("which given", (), (_CAPITAL, *_MARKS)),
        ("how", (), (" many ", " say ")),
        ("tell", (), (_CAPITAL, ":", '"')),
        ("capital", (), (" of ",)),
        ("give write print", (), ("numbers", "first ")),
        ("make change extract find get pull", (), _MARKS),
    ):
        found |= dict.fromkeys(words.split(), (forms, marks))
    return found


_KINDS = _kinds()
"""The first words of such prompts: what these look like, and what is in those that say what to do with a text.

Most prompts begin with no such word, or hold no such part, and are passed by quickly.
"""


def answer(prompt: str, cut: Sequence[str]) -> str | None:
    """Return the plain answer to a prompt, whose tokens are `cut`; None for all others.

    >>> answer("Say this is a test.", ["Say"])
    'this is a test'
    >>> answer("What is 17 + 25?", ["What"])
    '17 + 25 = 42'
    """
    first = cut[0].lower() if cut else ""
    kind = _KINDS.get(first)
    if kind is None:
        return _literal(prompt, (_SUM,)) if "0" <= first < ":" else None
    forms, marks = kind
    found = _literal(prompt, forms) if forms else None
    if found is not None:
        return found
    for mark in marks:
        if mark in prompt:
            from mockserver.workersai.fakes import instructions  # seldom needed

            return instructions.answer(prompt)
    return None


def led(system: str, prompt: str) -> str | None:
    """Return the answer to a prompt that is the text for an instruction in the system message, None for any other.

    >>> led("Translate the user's text to French.", "The fox sleeps.")
    'Le renard dort.'
    """
    for mark in _LEADS:
        if mark in system:
            from mockserver.workersai.fakes import instructions  # seldom needed

            return instructions.follow(system, prompt)
    return None


def _literal(prompt: str, forms: Sequence[re.Pattern[str]]) -> str | None:
    """Return what one of some forms makes of a prompt."""
    if len(prompt) > _LONGEST:
        return None
    for form in forms:
        if form is _SUM and not _DIGIT.search(prompt):
            continue
        found = form.fullmatch(prompt.strip())
        if found and form is _SUM:
            return _worked_out(found)
        if found:
            said: str = found["quoted"] or found["plain"]
            return said
    return None


def _worked_out(found: re.Match[str]) -> str | None:
    """Return a sum and its result, or the result alone where only that is asked for."""
    from mockserver.workersai.fakes import arithmetic  # seldom needed

    said = arithmetic.work_out(found["sum"])
    return said.rpartition(" = ")[2] if said and found["how"] and _ONLY.search(found["how"]) else said
