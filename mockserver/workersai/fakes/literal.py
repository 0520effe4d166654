"""Prompts whose answer is plain: something to repeat, a sum to work out. Test suites are full of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

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
    r"(?:please\s+)?(?:what(?:'s|\s+is|\s+are)?|calculate|compute)\s+(?P<left>-?\d{1,9}(?:\.\d{1,6})?)\s*"
    r"(?P<sign>\+|-|−|\*|×|x|/|÷|plus|minus|times|divided by)\s*(?P<right>-?\d{1,9}(?:\.\d{1,6})?)\s*[?.=!]*",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_SIGNS = {"plus": "+", "minus": "-", "−": "-", "times": "*", "×": "*", "x": "*", "÷": "/", "divided by": "/"}


_FORMS: Mapping[str, tuple[re.Pattern[str], ...]] = {
    **dict.fromkeys(("say", "repeat", "echo"), (_REPEAT,)),
    **dict.fromkeys(("reply", "respond", "answer", "return", "output"), (_REPLY,)),
    **dict.fromkeys(("what", "what's", "calculate", "compute"), (_SUM,)),
    "please": (_REPEAT, _REPLY, _SUM),
}
"""What such prompts look like, by their first word in lower case."""
_INSTRUCTIONS = frozenset(
    "translate summarize summarise classify count is are was were does do did can could has have should".split()
)
"""First words of prompts that may say what to do with a text of their own."""


def answer(prompt: str, cut: Sequence[str]) -> str | None:
    """Return the plain answer to a prompt, whose tokens are `cut`; None for all others.

    >>> answer("Say this is a test.", ["Say"])
    'this is a test'
    >>> answer("What is 17 + 25?", ["What"])
    '17 + 25 = 42'
    """
    first = cut[0].lower() if cut else ""
    forms = _FORMS.get(first)
    if forms is None and first in _INSTRUCTIONS:
        from mockserver.workersai.fakes import instructions  # seldom needed

        return instructions.answer(prompt)
    if forms is None or len(prompt) > _LONGEST:
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


def _worked_out(found: re.Match[str]) -> str:
    left, right = float(found["left"]), float(found["right"])
    sign = _SIGNS.get(found["sign"].lower(), found["sign"])
    if sign == "/" and right == 0:
        return "Nothing can be divided by zero."
    value = {"+": left + right, "-": left - right, "*": left * right, "/": left / right if right else 0.0}[sign]
    return f"{found['left']} {sign} {found['right']} = {round(value, 6):.15g}"
