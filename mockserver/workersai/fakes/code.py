"""What coders say: code in the language that a prompt asks for, given code explained, mended or carried on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mockserver.workersai.conversation import Conversation
from mockserver.workersai.fakes.code_continuing import continued, hole_in
from mockserver.workersai.fakes.code_explaining import explained
from mockserver.workersai.fakes.code_idioms import IDIOMS
from mockserver.workersai.fakes.code_languages import language_of, spoken
from mockserver.workersai.fakes.code_mending import mended
from mockserver.workersai.fakes.code_requests import (
    TOKEN,
    Request,
    asks_for_code,
    code_in,
    free,
    is_sentence,
    language_asked,
    parameters,
    request_in,
)
from mockserver.workersai.fakes.code_writing import idiom_written, known, plain

_LONGEST = 20_000
_MEND = re.compile(
    r"\b(?:fix|debug|repair|correct|mend|bugs?|errors?|broken|wrong|issues?|problems?|not work(?:ing)?|"
    r"doesn'?t work)\b",
    re.IGNORECASE,
)
_TURN = re.compile(r"\b(?:convert|translate|port|rewrite|transpile|turn)\b", re.IGNORECASE)
_TEST = re.compile(
    r"\b(?:unit[- ]?)?tests?\b(?:\s+cases?)?\s+(?:for|of)\b|\bwrite\b[^\n]{0,40}\btests?\b", re.IGNORECASE
)
_TIDY = re.compile(r"\b(?:refactor|optimi[sz]e|improve|clean|simplify|format|tidy)\b", re.IGNORECASE)
_COMPLETE = re.compile(r"\b(?:complete|finish|continue|fill in)\b", re.IGNORECASE)
_CODE_LINE = re.compile(
    r"^\s*$|^\s*(?:#|//|/\*|\*|--|@|<|\}|\))|[(){}\[\];]|[\w\]]\s*(?:[-+*/]|:)?=\s?|=>|"
    r"^\s*(?:def|class|if|else|elif|for|while|try|except|with|func|fn|function|async|struct|switch|case)\b.*:?\s*$|"
    r"^\s*(?:return|import|from|pass|break|continue|end|fi|done|do|then|package|use|using|let|const|var|select|insert|update)\b"
)
_WONDERS = re.compile(
    r"\s*(?:what(?:'s| is| are| does| do)|why|when|who|where|explain|describe|compare|tell me|is|are|does|do)\b",
    re.IGNORECASE,
)
_WANTS = re.compile(r"\b(?:code|write|snippet|example|implement|script|query|using)\b", re.IGNORECASE)
"""What makes a question one for code all the same."""
_SAMPLES = {"whole": "4", "number": "2", "numbers": "[3, 1, 2]", "text": '"abc"', "texts": '["a", "b"]', "flag": "True"}


def write(conversation: Conversation, seed: bytes) -> str | None:
    """Return what a coder answers, None for a prompt that is not about code.

    A hole is filled, and bare code goes on, without a word around it. Code that the prompt brings along is mended,
    turned into another language or explained, as is asked. Else there is a sentence and a code block, in the language
    that the prompt names first, or in Python.
    """
    prompt = conversation.prompt[-_LONGEST:]
    hole = hole_in(prompt)
    if hole is not None:
        return continued(*hole)
    if _is_bare(prompt):
        return continued(prompt)
    given = code_in(prompt)
    if given is not None:
        return _about(prompt, given)
    if _WONDERS.match(prompt) and not _WANTS.search(prompt):
        return None
    words = TOKEN.findall(prompt.lower())
    asked = request_in(prompt)
    code = known(prompt, asked) if asks_for_code(prompt) or language_asked(prompt) else None
    if code is not None:
        return f"Here is a small {_kind(words, asked.language)}:\n\n```{asked.language}\n{code}\n```"
    if not asks_for_code(prompt):
        return None
    if asked.language == "sql":
        from mockserver.workersai.fakes import sql  # as its own models write it; seldom needed

        return f"Here is the query:\n\n```sql\n{sql.write(conversation, seed)}\n```"
    return f"Here is a small example:\n\n```{asked.language}\n{plain(asked)}\n```\n\nAdapt it to your own data."


def _kind(words: Sequence[str], language: str) -> str:
    if language in ("html", "css", "sql"):
        return "example"
    return next((word for word in words if word in ("script", "program", "class", "interface", "struct")), "function")


def _is_bare(prompt: str) -> bool:
    """Say whether a prompt is nothing but code: no line of it is a sentence."""
    if language_of(prompt) is None:
        return False
    return all(_CODE_LINE.search(line) and not is_sentence(line) for line in prompt.splitlines())


def _about(prompt: str, code: str) -> str:
    """Return what is asked for of the code that a prompt brings along; without a wish it is explained."""
    said = prompt.replace(code, " ")
    named = language_asked(said)
    language = language_of(code) or named or "python"
    if _TURN.search(said) and named and named != language:
        return _turned(code, language, named)
    if _TEST.search(said):
        return _tested(code, language)
    if _MEND.search(said):
        found = mended(code, language)
        opening = "Here is the corrected code:" if found.how else "I see nothing that has to be corrected here:"
        done = f"\n\nWhat I did: {_sentence(found.how)}." if found.how else ""
        return f"{opening}\n\n```{language}\n{found.code}\n```{done}"
    if _COMPLETE.search(said):
        return f"Here is the whole code:\n\n```{language}\n{(code + continued(code)).rstrip()}\n```"
    if _TIDY.search(said):
        tidy = mended(code, language).code.strip()
        return f"Here is the code, tidied up:\n\n```{language}\n{tidy}\n```\n\n{explained(code, language)}"
    return explained(code, language)


def _sentence(parts: Sequence[str]) -> str:
    return ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1]


_HEAD = re.compile(
    r"\b(?:def|function|func|fn|long|int|double|bool|boolean|string|String|void|const)\s+(\w{1,80})\s*=?\s*\(([^()\n]{0,200})\)"
)


def _function_in(code: str, language: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    found = _HEAD.search(code)
    return (found[1], parameters(found[2].split(","), language)) if found else None


def _turned(code: str, source: str, target: str) -> str:
    """Return a function in another language: one that everybody knows, else one of the same name and parameters."""
    found = _function_in(code, source)
    name, takes = found or ("solution", ())
    words = tuple(word.lower() for word in re.findall(r"[A-Z]?[a-z\d]+|[A-Z]+(?![a-z])", name)) or ("solution",)
    named = words if len(words) > 1 else (free(words[0]),)
    asked = Request(target, named, tuple((free(each), kind) for each, kind in takes) or None, " ".join(words))
    idiom = next((each for each in IDIOMS if set(words) == set(each.name.split("_"))), None)
    written = (idiom_written(idiom, asked) if idiom else None) or plain(asked)
    return f"Here is the same in {spoken(target)}:\n\n```{target}\n{written}\n```"


def _tested(code: str, language: str) -> str:
    """Return a test of the function in some code."""
    name, takes = _function_in(code, language) or ("solution", ())
    given = ", ".join(_SAMPLES[kind] for each, kind in takes if each not in ("self", "cls"))
    if language in ("javascript", "typescript"):
        given = given.replace("True", "true")
        test = (
            f'import assert from "node:assert";\nimport {{ test }} from "node:test";\n\n'
            f'test("{name} gives something", () => {{\n  assert.notStrictEqual({name}({given}), undefined);\n}});'
        )
    else:
        language = "python"
        test = f'def test_{name}():\n    """It gives something."""\n    assert {name}({given}) is not None'
    return f"Here is a test:\n\n```{language}\n{test}\n```"
