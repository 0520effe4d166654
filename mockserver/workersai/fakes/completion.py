"""Code that goes on where a prompt ends, as a base model without chat tuning writes it: no prose, no code block."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mockserver.workersai.conversation import Conversation
from mockserver.workersai.fakes import code
from mockserver.workersai.fakes.code_idioms import IDIOMS, Idiom, idiom_in, renamed

_LONGEST = 20_000
_HOLE = re.compile(r"<[|｜]fim[▁_](?:begin|prefix)[|｜]>(.*?)<[|｜]fim[▁_](?:hole|suffix)[|｜]>", re.DOTALL)
_TELLTALE = (
    ("python", re.compile(r"^\s*(?:def |class \w+.*:$|import |from \w+ import|#(?!include|!/bin)|@\w)", re.MULTILINE)),
    ("typescript", re.compile(r"\b(?:interface \w+ \{|: (?:string|number|boolean)\b)")),
    ("javascript", re.compile(r"\b(?:function\s*\w*\(|const |let |=>|console\.)|^\s*//", re.MULTILINE)),
    ("c", re.compile(r"#include|\bint \w+\(")),
    ("go", re.compile(r"^(?:package |func )", re.MULTILINE)),
    ("rust", re.compile(r"\bfn \w+\(|\blet mut ")),
    ("java", re.compile(r"\b(?:public|private) (?:static )?\w+")),
    ("sql", re.compile(r"\bselect\b|^--", re.IGNORECASE | re.MULTILINE)),
    ("bash", re.compile(r"^#!/bin|\becho |\bfi\b")),
)
_DEFINITION = re.compile(r"(?:def|function|func|fn|int|const)\s+(\w{1,80})\s*=?\s*\(([^()\n]{0,200})\)[^\n]*[:{]\s*$")
_OPENED = re.compile(r"(?P<python>:\s*$)|(?P<braces>\{\s*$)")
_COMMENT = re.compile(r"^\s*(?:#|//|--)\s*([^\n]+)\s*$")
_DOCSTRING = re.compile(r"\n[ \t]*(\"{3}|'{3})(?:(?!\1).){0,4000}\1\s*$", re.DOTALL)
_NO_NAMES = frozenset("is get of the to".split())
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_PARAMETER = re.compile(r"\s*(?:(?:const |int |\*|&)\s*)*(\w+)")


@dataclass(frozen=True, slots=True)
class _Signature:
    """The head of a function that a prompt ends with."""

    name: frozenset[str]
    words: frozenset[str]
    """Those of its name, and of what is said about it."""
    parameters: tuple[str, ...]


def write(conversation: Conversation, seed: bytes) -> str:
    """Return what comes next: the body of a function whose head ends the prompt, the code that a comment announces.

    A prompt with a hole to fill (`<｜fim▁begin｜>`) is read up to the hole.
    """
    prompt = conversation.prompt[-_LONGEST:]
    hole = _HOLE.search(prompt)
    said = hole[1] if hole else prompt
    language = _language(said)
    documented = _DOCSTRING.search(said)
    lines = (said[: documented.start()] if documented else said).rstrip().splitlines() or [""]
    indent = lines[-1][: len(lines[-1]) - len(lines[-1].lstrip())]
    head = _DEFINITION.search(lines[-1])
    if head is not None:
        parameters = tuple(match[1] for each in head[2].split(",") if (match := _PARAMETER.match(each)))
        told = f"{' '.join(lines[-4:-1])} {documented[0] if documented else ''}"
        name, said_of_it = (frozenset(word.lower() for word in _WORD.findall(each)) for each in (head[1], told))
        taken = tuple(each for each in parameters if each not in ("self", "cls"))
        return _begun(said) + _body(_Signature(name, name | said_of_it, taken), language, indent)
    comment = _COMMENT.match(lines[-1])
    about = comment[1] if comment else said
    if _OPENED.search(lines[-1]):
        return _begun(said) + _block(language, indent)
    return ("" if said.endswith("\n") else "\n") + code.snippet(about, language)


def _language(said: str) -> str:
    return next((name for name, pattern in _TELLTALE if pattern.search(said)), "python")


def _begun(said: str) -> str:
    """Return the line break that a prompt has not got yet."""
    return "" if said.endswith("\n") else "\n"


def _body(head: _Signature, language: str, indent: str) -> str:
    """Return the body of a function: what functions of that name do, else something with its first parameter."""
    idiom = _named(head.name) or idiom_in(head.words)
    step = "    " if language in ("python", "rust", "java", "c") else "\t" if language == "go" else "  "
    if idiom is not None and len(idiom.takes) == len(head.parameters):
        expression = renamed(idiom, language, head.parameters)
        if expression is not None:
            return _closed(f"{indent}{step}return {expression}", language, indent)
    first = next(iter(head.parameters), None)
    if first is None:
        return _block(language, indent)
    lines = {
        "python": [f"if not {first}:", f"{step}return None", f"return {first}"],
        "go": [f"return {first}"],
        "rust": [f"{first}"],
    }.get(
        language, [f"if (!{first}) {{", f"{step}return {'0' if language == 'c' else 'null'};", "}", f"return {first};"]
    )
    return _closed("\n".join(f"{indent}{step}{line}" for line in lines), language, indent)


def _named(words: frozenset[str]) -> Idiom | None:
    """Return the function that a name means: `add`, `isPrime`, `average`."""
    telling = words - _NO_NAMES
    return next((each for each in IDIOMS if telling and telling <= set(each.name.split("_"))), None)


def _block(language: str, indent: str) -> str:
    inner = {
        "python": f'{indent}    print("done")',
        "go": f'{indent}\tfmt.Println("done")',
        "rust": f'{indent}    println!("done");',
        "c": f'{indent}    printf("done\\n");\n{indent}    return 0;',
        "java": f'{indent}    System.out.println("done");',
    }.get(language, f'{indent}  console.log("done");')
    return _closed(inner, language, indent)


def _closed(body: str, language: str, indent: str) -> str:
    if language == "python":
        return f"{body}\n"
    ends = ";" if body.lstrip().startswith("return ") and "\n" not in body and language not in ("go", "rust") else ""
    return f"{body}{ends}\n{indent}}}\n"
