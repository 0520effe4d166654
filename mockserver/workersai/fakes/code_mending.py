"""Code that does not parse, with what is missing: colons, brackets, quotes, letters in the wrong order."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

_MOST_MENDS = 20
_LONGEST = 8_000
_HEADS = "def|class|if|elif|else|for|while|try|except|finally|with|async def"
_HEAD = re.compile(rf"^(\s*)((?:{_HEADS})\b[^#]*?)\s*$")
_ONE_LINE = re.compile(
    rf"^(\s*)((?:{_HEADS})\b.*?[\w)\]\"'])\s*:?\s+((?:return|print|pass|raise|break|continue|yield|assert)\b.*|\w+\s*[-+*/]?=[^=].*)$"
)
_PRINT = re.compile(r"^(\s*)print\s+(?!\()(.+)$")
_COMPARED = re.compile(r"^(\s*(?:if|elif|while)\b[^=!<>]*[^=!<>\s])\s*=\s*(?!=)(.*)$")
_TYPOS = {
    "return": "retrun reutrn retrn retun returm", "print": "pritn prnt pirnt prin", "import": "improt imort ipmort",
    "while": "whlie wihle whle", "else": "esle eles", "function": "funtion fucntion functon funciton",
    "const": "cosnt cont conts",
    "False": "Flase", "True": "Ture", "for": "fro", "def": "dfe edf", "class": "calss clas",
}  # fmt: skip
_RIGHT = {wrong: right for right, typos in _TYPOS.items() for wrong in typos.split()}
_TYPO = re.compile(rf"\b(?:{'|'.join(_RIGHT)})\b(?=[\s(:])")
_FOREIGN = (
    (re.compile(r"\s*&&\s*"), " and "), (re.compile(r"\s*\|\|\s*"), " or "), (re.compile(r"\belse if\b"), "elif"),
    (re.compile(r"(\w+)\+\+"), r"\1 += 1"), (re.compile(r"(\w+)--"), r"\1 -= 1"), (re.compile(r"!(?=[\w(])"), "not "),
    (re.compile(r"\b(?:function|func)\s+(?=\w+\s*\()"), "def "),
)  # fmt: skip
"""What other languages write where Python writes something else."""
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_TERMINATED = frozenset("c cpp java csharp php rust".split())
_STATEMENT = re.compile(
    r"^(\s*(?:return\b(?!\s*$)|break|continue|throw\b|(?:[\w<>\[\],*&$:.]+\s+)?[*&$]?[\w.>\[\]-]+\s*(?:[-+*/%]?=(?!=)|\().*)[^\n;{}:,]*[\w)\]\"'])\s*$"
)


class Mended(NamedTuple):
    """Code that was put right."""

    code: str
    how: tuple[str, ...]
    """What was done, as parts of a sentence; nothing where it was right, or beyond help."""


def mended(code: str, language: str) -> Mended:
    """Return code with what keeps it from being read put right.

    >>> mended("def f(x) return x", "python")
    Mended(code='def f(x):\\n    return x', how=('added the missing colon',))
    """
    how: list[str] = []
    said = _TYPO.sub(lambda match: _RIGHT[match[0]], code)
    if said != code and len(code) <= _LONGEST:
        how.append("corrected the spelling of a keyword")
    if len(code) > _LONGEST:
        return Mended(code, ())
    if language == "python":
        return _python(said, how, code)
    balanced = _balanced(said)
    if balanced != said:
        how.append(
            "closed what was left open" if len(balanced) > len(said) else "removed a bracket that closes nothing"
        )
    if language in _TERMINATED:
        ended = "\n".join(_ended(line) for line in balanced.split("\n"))
        if ended != balanced:
            balanced = ended
            how.append("added the missing semicolon")
    return Mended(balanced, tuple(how))


def _ended(line: str) -> str:
    line = re.sub(r"(\breturn\b[^;{}]*[\w)\]\"'])(\s*\})", r"\1;\2", line)
    line = re.sub(r"(\b(?!if\b|for\b|while\b|switch\b)\w+\([^(){};]*\))\s+(?=return\b)", r"\1; ", line)
    found = _STATEMENT.match(line)
    control = re.match(
        r"\s*(?:if|for|while|switch|else|fn|func|function|class|public|private|protected|#)\b|\s*#|\s*//", line
    )
    return f"{line.rstrip()};" if found and not control else line


def _fault(code: str) -> SyntaxError | None:
    """Return what keeps Python from reading some code, None for code that it reads."""
    try:
        ast.parse(code)
    except SyntaxError as problem:
        return problem
    except (ValueError, RecursionError, MemoryError, OverflowError):
        return SyntaxError("beyond help", ("", 1 << 30, 0, ""))
    return None


def _python(said: str, how: list[str], code: str) -> Mended:
    """Return Python that is mended step by step, each of which brings the first fault further down."""
    said = said.replace("\t", "    ")
    fault = _fault(said)
    for _ in range(_MOST_MENDS):
        if fault is None:
            break
        tries = ((each, done, _fault(each)) for each, done in _tries(said, fault))
        line = fault.lineno or 0
        better = next((each for each in tries if each[2] is None or (each[2].lineno or 0) > line), None)
        if better is None:
            return Mended(code, ())
        said, done, fault = better
        how.append(done)
    if fault is not None:
        return Mended(code, ())
    known = _operators(said)
    if known != said:
        how.append("corrected the operator")
    return Mended(known, tuple(dict.fromkeys(how)))


def _tries(code: str, fault: SyntaxError) -> Iterator[tuple[str, str]]:
    """Yield what might mend a fault, the likeliest first, and what that would be."""
    lines = code.split("\n")
    at = min(max((fault.lineno or 1) - 1, 0), len(lines) - 1)
    for place in dict.fromkeys((at, max(at - 1, 0))):
        line = lines[place]
        for mend, done in _MENDS:
            changed = mend(line)
            if changed != line:
                yield "\n".join([*lines[:place], changed, *lines[place + 1 :]]), done
    if "indent" in str(fault.msg):
        for step in (4, -4):
            yield "\n".join(_shifted(lines, at, step)), "corrected the indentation"
    balanced = _balanced(code)
    if balanced != code:
        yield balanced, "closed what was left open"


def _shifted(lines: list[str], at: int, step: int) -> Iterator[str]:
    """Yield lines of which some, from one on to the end of their block, are moved to the right or to the left."""
    base = len(lines[at]) - len(lines[at].lstrip())
    moving = True
    for place, line in enumerate(lines):
        depth = len(line) - len(line.lstrip())
        moving = moving and not (place > at and line.strip() and (depth < base or re.match(r"(?:def|class)\b", line)))
        if place >= at and moving and line.strip():
            yield " " * max(0, depth + step) + line.lstrip()
        else:
            yield line


def _split(line: str) -> str:
    found = _ONE_LINE.match(line)
    return f"{found[1]}{found[2]}:\n{found[1]}    {found[3]}" if found else line


def _with_colon(line: str) -> str:
    found = _HEAD.match(line)
    return f"{found[1]}{found[2]}:" if found and not found[2].endswith(":") else line


def _closed_head(line: str) -> str:
    """Return the head of a block whose bracket is still open: `def f(x:`."""
    found = _HEAD.match(line)
    bare = found[2].rstrip(":").rstrip() if found else ""
    return f"{found[1]}{_balanced(bare)}:" if found and _balanced(bare) != bare else line


def _foreign(line: str) -> str:
    for pattern, own in _FOREIGN:
        line = pattern.sub(own, line)
    return line


_MENDS: tuple[tuple[Callable[[str], str], str], ...] = (
    (_split, "added the missing colon"),
    (_with_colon, "added the missing colon"),
    (_closed_head, "closed what was left open"),
    (lambda line: _COMPARED.sub(r"\1 == \2", line), "compared with == in place of ="),
    (lambda line: _PRINT.sub(r"\1print(\2)", line), "called print as a function"),
    (_foreign, "wrote as Python does what other languages write differently"),
    (lambda line: _balanced(line), "closed what was left open"),
)  # fmt: skip


def _balanced(code: str) -> str:
    """Return code whose brackets and quotes are closed: round and square ones in their line, curly ones at the end.

    >>> _balanced("print('a'"), _balanced("f(x) {\\n  g(1;\\n")
    ("print('a')", 'f(x) {\\n  g(1);\\n}')
    """
    found: list[str] = []
    waiting: list[str] = []
    for line in code.split("\n"):
        text, quote, depth = "", "", len(waiting)
        for place, character in enumerate(line):
            if quote:
                quote = "" if character == quote and line[place - 1 : place] != "\\" else quote
            elif character in "\"'`" and not (character == "'" and line[place - 1 : place].isalnum()):
                quote = character
            elif character == "#" or line.startswith("//", place):
                text += line[place:]
                break
            elif character in _PAIRS:
                waiting.append(character)
            elif character in _PAIRS.values():
                if not waiting or _PAIRS[waiting[-1]] != character:
                    if character in _PAIRS.values() and character not in [_PAIRS[each] for each in waiting]:
                        continue
                    while _PAIRS[waiting[-1]] != character:
                        text += _PAIRS[waiting.pop()]
                waiting.pop()
            text += character
        ends = re.search(r"[;)\]}\s]*$", text) if quote and quote != "`" else None
        if ends is not None:
            inner, rest = text[: ends.start()], text[ends.start() :]
            text = f"{inner}{quote}{rest}"
            for character in rest:
                if waiting and character == _PAIRS[waiting[-1]]:
                    waiting.pop()
        opened = [each for each in waiting[depth:] if each != "{"]
        if opened and text.rstrip()[-1:] not in "([{,":
            closing = "".join(_PAIRS[each] for each in reversed(opened))
            bare = text.rstrip()
            ends_with = bare[-1] if bare[-1] in ";:{" else ""
            text = bare[: len(bare) - len(ends_with)].rstrip() + closing + (" " if ends_with == "{" else "") + ends_with
            for each in reversed(opened):
                waiting.remove(each)
        found.append(text)
    said = "\n".join(found)
    if waiting:
        said = said.rstrip()
        for each in reversed(waiting):
            said += (
                f"\n{_PAIRS[each]}"
                if each == "{" and "\n" in said
                else f" {_PAIRS[each]}"
                if each == "{"
                else _PAIRS[each]
            )
    return said


def _operators(code: str) -> str:
    """Return a function that everybody knows with the operators that it has, where nothing else is wrong with it."""
    from mockserver.workersai.fakes.code_forms import renamed
    from mockserver.workersai.fakes.code_idioms import IDIOMS

    found = re.search(r"def (\w+)\(([^()]*)\):\n\s+return ([^\n]+)", code)
    idiom = next((each for each in IDIOMS if found and each.name == found[1]), None)
    names = [each.strip() for each in found[2].split(",")] if found else []
    if found is None or idiom is None or len(names) != len(idiom.takes) or not all(map(str.isidentifier, names)):
        return code
    right = (renamed(idiom, "python", found[1], names) or "").removeprefix("return ")
    words = re.compile(r"\w+")
    same = words.findall(right) == words.findall(found[3]) and right.replace(" ", "") != found[3].replace(" ", "")
    return code[: found.start(3)] + right + code[found.end(3) :] if same else code
