"""Objects that a prompt describes without a schema: by listing names, by showing one, or by a template of one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_MOST_MEMBERS, _DEEPEST, _LONGEST, _TRIED = 20, 8, 20_000, 200
_NAME = r"[\"'`]?[A-Za-z_][A-Za-z0-9_]{0,40}[\"'`]?"
_AND = r"(?:\s{0,3},\s{0,3}(?:(?:and|or)\s)?|\s(?:and|or)\s|\s{0,3}&\s{0,3})"
_SEVERAL = rf"({_NAME}(?:{_AND}{_NAME}){{1,19}})"
_LISTED = (
    re.compile(
        r"\b(?:keys?|fields?|property|properties|members?|attributes?|columns?)\b(?:\s+(?:named|called|are|is))?\s*:?\s+"
        rf"({_NAME}(?:{_AND}{_NAME}){{0,19}})",
        re.IGNORECASE,
    ),
    re.compile(
        r"\bJSON\b(?:\s(?:object|format|response|document))?,?\s(?:with|containing|that\shas|having)\s"
        rf"(?:an?\s|the\s|only\s)?{_SEVERAL}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:extract|return|get|find|give\sme)\s(?:only\s)?(?:the\s)?{_SEVERAL}\s(?:\w+\s){{0,6}}?(?:as|in)\sJSON\b",
        re.IGNORECASE,
    ),
)
_BETWEEN = re.compile(_AND, re.IGNORECASE)
_QUOTED = re.compile(r"[\"'`]([A-Za-z_][\w-]{0,40})[\"'`]")
_MEMBER = re.compile(
    r"[\"'](?P<name>[^\"'\n]{1,60})[\"']\s*:\s*(?P<value>\"[^\"\n]*\"|'[^'\n]*'|\[[^\[\]]*\]|<[^<>\n]*>|[^,{}\[\]\n]+)"
)
_BRACE = re.compile(r"\{")
_TEMPLATE = re.compile(r"\{[^{}]{3,2000}\}")
_CHOICE = re.compile(r"[\w -]{1,40}")
_RANGE = re.compile(r"(-?\d{1,6}(?:\.\d{1,4})?)\s*(?:-|–|to|\.\.)\s*(-?\d{1,6}(?:\.\d{1,4})?)")
_TYPES: Mapping[str, dict[str, Any]] = {
    word: {"type": kind}
    if kind != "array"
    else {"type": kind, "items": {"type": "string"}, "minItems": 1, "maxItems": 3}
    for kind, words in {
        "number": "number float decimal",
        "integer": "integer int",
        "boolean": "boolean bool",
        "array": "array list",
    }.items()
    for word in words.split()
}
_WHOLE = re.compile(
    r"(?:^|_)(?:age|year|count|quantity|days?|hours|minutes|population|number_of\w*|amount_of\w*)$", re.I
)
_FRACTION = re.compile(
    r"(?:^|_)(?:price|score|rating|confidence|total|temperature|percentage|latitude|longitude)$", re.I
)
_EITHER = re.compile(r"^(?:is|has|can|should)_", re.IGNORECASE)
_OF_PROGRAMS = re.compile(
    r"\b(?:function|code|script|program|class|endpoint|api|pars\w+|python|javascript|typescript|how|what\s+is)\b",
    re.IGNORECASE,
)
"""Words of prompts that are about JSON, and want no such answer."""
_OF_THE_FORM = re.compile(
    r"\b(?:(?:output|return|respond|reply|answer)\s+)?(?:with\s+)?(?:(?:only|valid|raw|as|in|an?)\s+){0,6}JSON\b"
    r"(?:\s+(?:object|format|response|document))?",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\b(?:return|respond|reply|answer|output|give|generate|create|produce|provide|write|format|extract|convert)\w*\b"
    r"[^.!?\n]{0,120}\bJSON\b|\b(?:as|in|only|valid)\s+(?:a\s+|an?\s+)?(?:valid\s+)?JSON\b",
    re.IGNORECASE,
)


def asks(said: str) -> bool:
    """Say whether a prompt asks for an answer in JSON.

    >>> asks("Give me a JSON object with name and age"), asks("What is JSON?")
    (True, False)
    """
    said = said[:_LONGEST]
    return _ASKED.search(said) is not None and _OF_PROGRAMS.search(said) is None


def schema_of(said: str) -> dict[str, Any] | None:
    """Return the schema of the object that a text describes, None where it describes none.

    >>> schema_of("JSON with the keys city and days")["properties"]
    {'city': {'type': 'string'}, 'days': {'type': 'integer'}}
    >>> schema_of('Answer as {"mood": "good|bad", "score": 0-1}')["properties"]["mood"]
    {'enum': ['good', 'bad']}
    """
    said = said[:_LONGEST]
    shown = next((each for each in objects_in(said) if each), None)
    if shown is not None:
        return like(shown)
    for found in _TEMPLATE.finditer(said):
        members = {match["name"]: _of_template(match["value"].strip()) for match in _MEMBER.finditer(found[0])}
        if members:
            return _object(members)
    listed = next(filter(None, (form.search(said) for form in _LISTED)), None)
    names = _BETWEEN.split(listed[1]) if listed else _QUOTED.findall(said)
    names = list(dict.fromkeys(name.strip("\"'`") for name in names))[:_MOST_MEMBERS]
    return _object({name: _by_name(name) for name in names}) if names else None


def without(said: str, schema: dict[str, Any]) -> str:
    """Return a text without what it says of the form of its answer: the rest is what the answer is about."""
    names = "|".join(map(re.escape, schema["properties"]))
    said = _OF_THE_FORM.sub(" ", _TEMPLATE.sub(" ", said[:_LONGEST]))
    return re.sub(rf"\b(?:{names})\b", "", said)


def like(value: Any, depth: int = 0) -> dict[str, Any]:
    """Return the schema of values of the same shape; texts may say what stands there: `string`, `good|bad`."""
    if isinstance(value, dict) and depth < _DEEPEST:
        return _object({name: like(each, depth + 1) for name, each in list(value.items())[:50]})
    if isinstance(value, list) and value and depth < _DEEPEST:
        return {"type": "array", "items": like(value[0], depth + 1), "minItems": 1, "maxItems": 3}
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int | float):
        return {"type": "integer" if isinstance(value, int) else "number"}
    return _of_template(f'"{value}"') if isinstance(value, str) else {"type": "string"}


def objects_in(said: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects in a text, the outermost ones."""
    decode, end = json.JSONDecoder().raw_decode, 0
    for tried, found in enumerate(_BRACE.finditer(said)):
        if tried >= _TRIED:
            return
        if found.start() < end:
            continue
        try:
            value, end = decode(said, found.start())
        except (json.JSONDecodeError, RecursionError):
            continue
        if isinstance(value, dict):
            yield value


def _object(members: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(members),
        "required": list(members),
        "additionalProperties": False,
    }


def _of_template(written: str) -> dict[str, Any]:
    """Return the schema of what a template has in the place of a value."""
    is_text = written[:1] in "\"'"
    said = written.strip("\"'<> ")
    if written[:1] == "[":
        inner = written.strip("[] \n.")
        items = _of_template(inner.split(",")[0].strip()) if inner else {"type": "string"}
        return {"type": "array", "items": items, "minItems": 1, "maxItems": 3}
    if said.lower() in _TYPES:
        return _TYPES[said.lower()]
    if said.lower() in ("true", "false", "true|false", "true/false", "true or false"):
        return {"type": "boolean"}
    choices = [each.strip(" \"'") for each in re.split(r"[|/]", said)]
    if 1 < len(choices) <= _MOST_MEMBERS and all(map(_CHOICE.fullmatch, choices)) and (is_text or "|" in said):
        return {"enum": list(dict.fromkeys(choices))}
    bounds = _RANGE.fullmatch(said.split(" ")[-1]) or _RANGE.fullmatch(said)
    if bounds:
        low, high = sorted((float(bounds[1]), float(bounds[2])))
        whole = "." not in bounds[0] and high - low > 1
        return {"type": "integer" if whole else "number", "minimum": low, "maximum": high}
    if not is_text and re.fullmatch(r"-?\d+(?:\.\d+)?", said):
        return {"type": "number" if "." in said else "integer"}
    return {"type": "string"}


def _by_name(name: str) -> dict[str, Any]:
    """Return the schema of what a member of this name usually holds."""
    for form, kind in ((_WHOLE, "integer"), (_FRACTION, "number"), (_EITHER, "boolean")):
        if form.search(name):
            return {"type": kind}
    return {"type": "string"}
