"""What a prompt asks a coder for: a language, a name, parameters, and code that it brings along."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from mockserver.workersai.fakes import text
from mockserver.workersai.fakes.code_classes import kind_of
from mockserver.workersai.fakes.code_languages import NAMED, RESERVED, language_of

ASKS = frozenset(
    "code function script program class method implement snippet refactor query component interface struct algorithm "
    "regex endpoint".split()
)
_ALSO_ENGLISH = frozenset("go c node worker shell rust ruby java".split())
_NOT_ABOUT = ASKS | frozenset(
    "write create make give show example add fix explain generate build please small simple short new using whether "
    "check checks checking return returns returning compute computes print prints take takes get gets that with called "
    "named parameters parameter arguments argument takes taking accepts accepting".split()
)
"""Words that say what to do rather than what it is about."""
TOKEN = re.compile(r"c\+\+|c#|[a-z]+\d?")
_IDENTIFIER = re.compile(r"[a-z][a-z0-9]*")
_SIGNATURE = re.compile(r"(?<![\w.])([A-Za-z_]\w{0,60})\(([^()\n]{0,200})\)")
_CALLED = re.compile(
    r"\b(?:called|named|name\s+it|call\s+it)\s+[`'\"]?([A-Za-z_]\w{0,60})|"
    r"\b(?:function|method|procedure|func|routine)\s+(?:`([A-Za-z_]\w{0,60})`|([a-z]+(?:_[a-z\d]+)+|[a-z]+[a-z\d]*[A-Z]\w{0,60}))"
)
_TAKES = re.compile(
    r"\b(?:takes?|taking|accepts?|accepting|receives?|given|with)\s+(?:(?:the|two|three|four|an?|as|input|inputs|integers?|numbers?|"
    r"strings?|params|parameters?|arguments?|args|inputs)\s+)*[`'\"]?((?:[a-z_]\w{0,40}[`'\"]?(?:\s*,\s*(?:and\s+)?|\s+and\s+)[`'\"]?){1,7}[a-z_]\w{0,40})"
    r"|\b(?:parameters?|arguments?|args)\s+[`'\"]?([a-z_]\w{0,40})\b",
    re.IGNORECASE,
)
_HUMP = re.compile(r"[A-Z]?[a-z\d]+|[A-Z]+(?![a-z])")
_BLOCK = re.compile(r"```[\w+#-]*\n?(.*?)(?:```|\Z)", re.DOTALL)
_STARTS = re.compile(r"[:?][ \t]*\n?|\n")
"""What may stand before code that a prompt brings along."""
_MOST_STARTS = 12
_MOST_PARAMETERS = 8


class Request(NamedTuple):
    """What a prompt asks for."""

    language: str
    name: tuple[str, ...]
    """The words of the function's name; a single one is written as it is."""
    takes: tuple[tuple[str, str], ...] | None
    """Its parameters and their kinds, None where the prompt names none."""
    about: str
    own: str = ""
    """The name that the prompt gives, nothing where it gives none."""


def asks_for_code(prompt: str) -> bool:
    """Say whether a prompt asks for code at all.

    >>> asks_for_code("Write a go program"), asks_for_code("Where do the tides go?")
    (True, False)
    """
    said = set(TOKEN.findall(prompt.lower()))
    return bool(ASKS & said) or bool((NAMED.keys() & said) - _ALSO_ENGLISH)


def language_asked(prompt: str) -> str | None:
    """Return the language that a prompt names, None where it names none.

    >>> language_asked("from Python to Go"), language_asked("C#, please")
    ('go', 'csharp')
    """
    turned = re.search(r"\b(?:to|into)\s+([A-Za-z]+[+#]*)\s*[.!:]?(?:$|\n|\s)", prompt)
    if turned and turned[1].lower() in NAMED:
        return NAMED[turned[1].lower()]
    return next((NAMED[word] for word in TOKEN.findall(prompt.lower()) if word in NAMED), None)


def request_in(prompt: str, language: str | None = None) -> Request:
    """Return what a prompt asks for; a function is named after what it is about where the prompt gives no name."""
    language = language or language_asked(prompt) or language_of(code_in(prompt) or "") or "python"
    own, takes = "", None
    for signature in _SIGNATURE.finditer(prompt):
        if signature[1].lower() not in RESERVED | NAMED.keys():
            own, takes = signature[1], parameters(signature[2].split(","), language)
            break
    called = None if own else _CALLED.search(prompt)
    if called:
        own = next(each for each in called.groups() if each)
    if takes is None:
        told = _TAKES.search(prompt)
        takes = parameters(re.split(r",|\band\b", told[1] or told[2])) if told else None
    telling = [word for word in text.keywords(prompt) if word.lower() not in _NOT_ABOUT | NAMED.keys()]
    parts = [word for word in _IDENTIFIER.findall(" ".join(telling[:3]).lower()) if word not in NAMED][:3]
    about = " ".join(parts) or "solution"
    own = free(own) if own else ""
    if own:
        about = " ".join(word.lower() for word in _HUMP.findall(own)) or about
    name = (own,) if own else tuple(parts) if len(parts) > 1 else (free(parts[0] if parts else "solution"),)
    takes = tuple((free(each), kind) for each, kind in takes) if takes else None
    return Request(language, name, takes, about, own)


def parameters(said: Sequence[str], language: str = "") -> tuple[tuple[str, str], ...]:
    """Return parameters and their kinds, by what they are called.

    >>> parameters(["width: float", " tags"])
    (('width', 'number'), ('tags', 'texts'))
    """
    found: dict[str, str] = {}
    for each in said[:_MOST_PARAMETERS]:
        words = [
            word for word in re.findall(r"[A-Za-z_]\w*", each.split("=")[0]) if word not in ("const", "let", "mut")
        ]
        if not words:
            continue
        behind = ":" in each or language == "go" or len(words) == 1
        name = words[0] if behind else words[-1]
        kind = "number" if len(name) == 1 else kind_of(name)
        if kind == "text" and name.endswith("s") and len(name) > 3:
            kind = "numbers" if name in ("numbers", "nums", "values", "prices", "scores") else "texts"
        found.setdefault(name, kind)
    return tuple(found.items())


def free(name: str) -> str:
    """Return a name that is no reserved word of any language.

    >>> free("class"), free("width")
    ('class_value', 'width')
    """
    return f"{name}_value" if name.lower() in RESERVED else name


def code_in(prompt: str) -> str | None:
    """Return the code that a prompt brings along: in a block, behind a colon, or below a line of words; else None.

    >>> code_in("Fix this code: def f(x) return x")
    'def f(x) return x'
    """
    block = _BLOCK.search(prompt)
    if block:
        return block[1].strip("\n") or None
    for start in [match.end() for match in _STARTS.finditer(prompt[:2000])][:_MOST_STARTS]:
        rest = prompt[start:].strip("\n")
        if rest and language_of(rest) and not is_sentence(rest.split("\n", 1)[0]):
            return rest
    ticks = re.search(r"`([^`\n]{3,400})`", prompt)
    return ticks[1] if ticks and re.search(r"[={};]|\breturn\b|^def ", ticks[1]) else None


_SENTENCE = re.compile(
    r"\s*(?:(?:please|can|could|would|what|how|why|where|when|who|fix|mend|correct|debug|explain|describe|write|convert|"
    r"translate|rewrite|refactor|improve|optimi[sz]e|complete|finish|continue|create|make|generate|give|show|add|implement|"
    r"review|here|the|this|my|i|there|is|are|does|it)\b[^=(){}]{0,200}|[A-Z][a-z]{2,20}:\s)",
    re.IGNORECASE,
)
_PROSE = re.compile(r"\b(?:that|the|which|please|should|takes|you|me|my|an)\s+[a-z]+\b")
"""What nobody writes in code, but for texts and remarks."""
_NO_CODE = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|(?:#|//|--)[^\n]*|<[^\n]*")
_OPENS_CODE = re.compile(
    r"\s*(?:def|class|if|else|elif|for|while|with|try|async|import|from|return|const|let|var|function|fn|func|int|long|double|"
    r"void|public|private|static|struct|select|insert|update|delete|create table|use|using|package|type|interface|@|#|"
    r"//|--|<)",
    re.IGNORECASE,
)


def is_sentence(line: str) -> bool:
    """Say whether a line is said to a reader, not to a machine.

    >>> is_sentence("Fix this: x = 1"), is_sentence("return x"), is_sentence("this is (mostly) right")
    (True, False, True)
    """
    if re.match(r"\s*(?:this|it|is|add|make|show|create|my)\s*[.(=\[]", line):  # names of something, as it seems
        return False
    said = bool(_SENTENCE.match(line)) and not _OPENS_CODE.match(line)
    return said or bool(_PROSE.search(_NO_CODE.sub("", line)))
