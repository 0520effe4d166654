"""Code that goes on where a text ends, or fills the hole in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mockserver.workersai.fakes.code_forms import Idiom, renamed
from mockserver.workersai.fakes.code_idioms import IDIOMS, idiom_in
from mockserver.workersai.fakes.code_languages import LANGUAGES, indented, language_of
from mockserver.workersai.fakes.code_requests import parameters
from mockserver.workersai.fakes.code_writing import snippet

_HOLES = (
    ("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"),
    ("<|fim_begin|>", "<|fim_hole|>", "<|fim_end|>"),
    ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"),
    ("<fim_prefix>", "<fim_suffix>", "<fim_middle>"),
    ("<fim-prefix>", "<fim-suffix>", "<fim-middle>"),
    ("<PRE>", "<SUF>", "<MID>"),
    ("[PREFIX]", "[SUFFIX]", "[MIDDLE]"),
)
"""How models mark what stands before and behind a hole, and the end of that: DeepSeek, Qwen, StarCoder, Code Llama,
Codestral, which has them the other way round."""
_DEFINITION = re.compile(
    r"(?:def|function|func|fn|int|long|double|bool|boolean|void|String|string|const)\s+(\w{1,80})\s*=?\s*"
    r"\(([^()\n]{0,200})\)[^\n]*(?:[:{]|=>)\s*$"
)
_OPEN_HEAD = re.compile(r"\b(?:def|function|func|fn)\s+(\w{1,80})\s*\(([^()\n]{0,200})$")
_OPENED = re.compile(r"(?::|\{)\s*$")
_COMMENT = re.compile(r"^\s*(?:#|//|--)\s*([^\n]+)\s*$")
_DOCSTRING = re.compile(r"\n[ \t]*(\"{3}|'{3})(?:(?!\1).){0,4000}\1\s*$", re.DOTALL)
_RETURN = re.compile(r"^\s*return $|^\s*return$")
_ASSIGNED = re.compile(r"^\s*(?:const |let |var |int |double |auto )?(\w{1,80})\s*(?::=|=)\s*$")
_NO_NAMES = frozenset("is get of the to".split())
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_SAMPLES = {"whole": "3", "number": "2", "numbers": "[3, 1, 2]", "text": '"abc"', "texts": '["a", "b"]', "flag": "True"}
_LENGTHS = frozenset("length len size count n".split())


@dataclass(frozen=True, slots=True)
class _Head:
    """The head of a function."""

    name: str
    words: frozenset[str]
    """Those of its name, and of what is said about it."""
    takes: tuple[tuple[str, str], ...]
    """Its parameters, and the kinds that they seem to be of."""


def hole_in(prompt: str) -> tuple[str, str] | None:
    """Return what stands before and behind the hole of a prompt, None for a prompt without one.

    >>> hole_in("<fim_prefix>a = <fim_suffix>; b<fim_middle>")
    ('a = ', '; b')
    """
    for before, behind, end in _HOLES:
        if behind not in prompt:
            continue
        said, _, rest = prompt.partition(behind)
        if before in rest:
            rest, _, said = rest.partition(before)
        else:
            said = said.rpartition(before)[2]
        said, rest = said.partition(end)[0], rest.partition(end)[0]
        return (said.removeprefix(" ").removesuffix(" "), rest) if before == "<PRE>" else (said, rest)
    return None


def continued(said: str, behind: str = "") -> str:
    """Return what comes next: the body of a function whose head ends the text, the code that a comment announces.

    A line that has begun is ended; a function that is whole is called. What stands behind is not said again.
    """
    language = language_of(said) or language_of(behind) or "python"
    documented = _DOCSTRING.search(said)
    lines = (said[: documented.start()] if documented else said).rstrip().splitlines() or [""]
    last = said.rsplit("\n", 1)[-1]
    begun = None if documented else _line(said, last, language)
    if begun is not None:
        return begun
    indent = lines[-1][: len(lines[-1]) - len(lines[-1].lstrip())]
    closed = behind.lstrip().startswith("}")
    defined = _DEFINITION.search(lines[-1])
    if defined is not None:
        told = f"{' '.join(lines[-4:-1])} {documented[0] if documented else ''}"
        return _fitted(said, _body(_head(defined[1], defined[2], told, language), language, indent, closed))
    comment = _COMMENT.match(lines[-1])
    if _OPENED.search(lines[-1]):
        return _fitted(said, _block(language, indent, closed))
    if behind.strip() and not last.strip():
        return "" if last else "\n"
    called = None if comment or behind else _call(said, language)
    if called is not None:
        return called
    about = comment[1] if comment else said
    return ("" if said.endswith("\n") else "\n") + snippet(about, language)


def _fitted(said: str, body: str) -> str:
    """Return a body behind a text that has perhaps begun its first line already."""
    last = said.rsplit("\n", 1)[-1]
    if not last.strip():
        return body.removeprefix(last)
    return f"\n{body}"


def _head(name: str, listed: str, told: str, language: str) -> _Head:
    takes = tuple(each for each in parameters(listed.split(","), language) if each[0] not in ("self", "cls"))
    words = [frozenset(word.lower() for word in _WORD.findall(each)) for each in (name, told)]
    return _Head(name, words[0] | words[1], takes)


def _line(said: str, last: str, language: str) -> str | None:
    """Return the rest of a line that has begun, None for a line that is whole."""
    opened = _OPEN_HEAD.search(last)
    if opened is not None and language in ("python", "javascript", "ruby"):
        head = _head(opened[1], opened[2], "", language)
        indent = last[: len(last) - len(last.lstrip())]
        ends = {"python": "):\n", "javascript": ") {\n", "ruby": ")\n"}[language]
        return ends + _body(head, language, indent, False)
    if _RETURN.match(last):
        heads = [match for line in said.splitlines()[:-1] if (match := _DEFINITION.search(line))]
        value = _value(_head(heads[-1][1], heads[-1][2], "", language), language) if heads else "0"
        blank = "" if last.endswith(" ") else " "
        return f"{blank}{value}" + (";" if language in ("c", "cpp", "java", "csharp", "php") else "")
    assigned = _ASSIGNED.match(last)
    if assigned is not None:
        ((_, kind),) = parameters([assigned[1]], "python")[:1] or (("", "text"),)
        blank = "" if last.endswith(" ") else " "
        sample = {"numbers": "[]", "texts": "[]", "text": '""', "flag": "true"}.get(kind, "0")
        return blank + (sample.capitalize() if language == "python" else sample)
    return None


def _value(head: _Head, language: str) -> str:
    """Return what a function gives, as far as it is one expression."""
    body = _known(head, language)
    if body is not None and body.startswith("return ") and "\n" not in body:
        return body.removeprefix("return ").rstrip(";")
    return next((name for name, _ in head.takes), "0")


def _known(head: _Head, language: str) -> str | None:
    """Return the body of a function that everybody knows, None for any other."""
    idiom = _named(frozenset(word.lower() for word in _WORD.findall(head.name))) or idiom_in(head.words)
    names = [name for name, _ in head.takes]
    if idiom is not None and language == "c" and len(names) == len(idiom.takes) + 1 and names[-1] in _LENGTHS:
        names = names[:-1]
    if idiom is None or len(idiom.takes) != len(names):
        return None
    return renamed(idiom, language, head.name, names)


def _named(words: frozenset[str]) -> Idiom | None:
    """Return the function that a name means: `add`, `isPrime`, `average`."""
    telling = words - _NO_NAMES
    return next((each for each in IDIOMS if telling and telling <= set(each.name.split("_"))), None)


def _body(head: _Head, language: str, indent: str, closed: bool) -> str:
    """Return the body of a function: what functions of that name do, else something with its first parameter."""
    known = _known(head, language)
    if known is not None:
        return _closed(known.split("\n"), language, indent, closed)
    first = next((name for name, _ in head.takes), None)
    if first is None:
        return _block(language, indent, closed)
    nothing = {"c": "0", "cpp": "{}", "csharp": "default"}.get(language, "null")
    lines = {
        "python": [f"if not {first}:", "    return None", f"return {first}"],
        "go": [f"return {first}"],
        "rust": [first],
        "ruby": [first],
        "bash": ['echo "$1"'],
    }.get(language)
    if lines is None and language in ("javascript", "typescript"):
        lines = [f"if (!{first}) {{", f"    return {nothing};", "}", f"return {first};"]
    return _closed(lines or [f"return {first};"], language, indent, closed)


_PRINTS = {
    "go": 'fmt.Println("done")',
    "rust": 'println!("done");',
    "c": 'printf("done\\n");',
    "cpp": 'std::cout << "done\\n";',
    "java": 'System.out.println("done");',
    "csharp": 'Console.WriteLine("done");',
    "php": 'echo "done";',
    "ruby": 'puts "done"',
    "python": 'print("done")',
    "bash": 'echo "done"',
    "css": "display: block;",
}


def _block(language: str, indent: str, closed: bool) -> str:
    return _closed([_PRINTS.get(language, 'console.log("done");')], language, indent, closed)


def _closed(lines: Sequence[str], language: str, indent: str, closed: bool) -> str:
    """Return lines as the inside of a block, and its end unless it stands there already."""
    how = LANGUAGES[language]
    inner = "".join(f"{indent}{how.step}{indented(line, how.step)}\n" if line else "\n" for line in lines)
    tail = how.tail or ("}" if language == "css" else "")
    return inner if closed or not tail else f"{inner}{indent}{tail}\n"


def _call(said: str, language: str) -> str | None:
    """Return a call of the last function of a text that holds nothing else to go on with, None without one."""
    last = said.rstrip().splitlines()[-1] if said.strip() else ""
    heads = [match for line in said.splitlines() if (match := _DEFINITION.search(line))]
    whole = re.match(r"\s+return\b", last) if language == "python" else last == "}"
    if not heads or not whole or language not in ("python", "javascript"):
        return None
    head = _head(heads[-1][1], heads[-1][2], "", language)
    given = ", ".join(_SAMPLES[kind] for _, kind in head.takes)
    given = given if language == "python" else given.replace("True", "true")
    call = f"{head.name}({given})"
    return ("\n" if said.endswith("\n") else "\n\n") + (
        f"\nprint({call})\n" if language == "python" else f"console.log({call});\n"
    )
