"""JSON that a model would produce: values for a caller's schema, made of the prompt's words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mockserver.engine import seeds
from mockserver.engine.values import Problem, Refusal
from mockserver.errors import InvalidSchema
from mockserver.openapi.validation import Schema, Validator, compiled
from mockserver.workersai.fakes import text
from mockserver.workersai.tokens import pieces

if TYPE_CHECKING:
    from mockserver.openapi.sampling import Sampler

_LARGEST = 256 * 1024
_NUMBER = re.compile(r"(?<![\w.])-?\d{1,9}(?:\.\d{1,6})?(?![\w.])")
_QUOTED_NAME = re.compile(r"[\"'`]([A-Za-z_][A-Za-z0-9_]{0,40})[\"'`]")
_NAME = r"[\"'`]?[A-Za-z_][A-Za-z0-9_]{0,40}[\"'`]?"
_LISTED_NAMES = re.compile(
    rf"\b(?:keys?|fields?|property|properties|members?|attributes?|columns?)\b(?:\s+(?:named|called|are|is))?\s*:?\s+"
    rf"({_NAME}(?:\s*(?:,\s*(?:(?:and|or)\s)?|\s(?:and|or)\s|&)\s*{_NAME})*)",
    re.IGNORECASE,
)
_BETWEEN_NAMES = re.compile(r"\s*(?:,\s*(?:(?:and|or)\s)?|\s(?:and|or)\s|&)\s*", re.IGNORECASE)
_OF_THE_FORM = frozenset(
    "json object schema key keys field fields format array property properties extract identify parse convert return "
    "output classify following information generate create invent make produce random fake example sample".split()
)
"""Words of a prompt that say how the answer is to be written, not what it is about."""
_EMBEDDED = re.compile(r"\{")
_TRIED = 200
_SHARED = ("$defs", "definitions", "components")
"""Members of a schema that its parts refer to."""


def value_for(schema: Schema, prompt: str, seed: bytes, *, where: str) -> Any:
    """Return a value valid for a caller's schema; raises Refusal for a schema that nothing can satisfy.

    `where` is the JSON Pointer of the schema in the request, for the message.
    """
    from mockserver.openapi.sampling import Unsatisfiable  # costs start-up time; most requests ask for text

    raw = seeds.canonical(schema)
    if not raw:
        raise _refusal(where, "the schema is nested too deeply")
    if len(raw) > _LARGEST:
        raise _refusal(where, f"a schema of {len(raw)} bytes is too large, {_LARGEST} are taken")
    members = schema.get("properties") if isinstance(schema, dict) else None
    names = {name.lower() for name in members} if isinstance(members, dict) else set()
    found = text.keywords(prompt)
    words = [word for word in found if word.lower() not in _OF_THE_FORM and word.lower() not in names] or found
    try:
        value = _sampler(raw).sample(seeds.generator(seed), words=words, numbers=list(_numbers(prompt)))
        return _told(value, schema, raw, prompt, seed) if isinstance(value, dict | list) else value
    except InvalidSchema as error:
        raise _refusal(where, f"not a JSON Schema: {error}") from None
    except Unsatisfiable as error:
        raise _refusal(where, f"JSON Mode couldn't be met: {error}") from None


def arguments_for(parameters: Schema, prompt: str, seed: bytes, *, where: str) -> Any:
    """Return the arguments of a tool's call: an object, which clients count on, wherever the parameters allow one.

    Raises Refusal like `value_for`.
    """
    kind = parameters.get("type") if isinstance(parameters, dict) else None
    if isinstance(parameters, dict) and (kind is None or (isinstance(kind, list) and "object" in kind)):
        with suppress(Refusal):
            return value_for({**parameters, "type": "object"}, prompt, seed, where=where)
    return value_for(parameters, prompt, seed, where=where)


def _told(value: Any, schema: Schema, raw: bytes, prompt: str, seed: bytes) -> Any:
    """Return a value with what a prompt tells of its members."""
    from mockserver.openapi.sampling import Unsatisfiable
    from mockserver.workersai.fakes import told

    shared = {name: schema[name] for name in _SHARED if isinstance(schema, dict) and name in schema}

    def sample(inner: Any, number: int) -> Any:
        decided = seeds.generator(seeds.digest(seed, "item", number))
        try:
            return _sampler(seeds.canonical({**shared, **inner})).sample(decided, words=(), numbers=())
        except (InvalidSchema, Unsatisfiable):
            return None  # it holds nothing outside its place

    return told.fill(value, schema, prompt, lambda changed: _validator(raw).is_valid(changed), sample)


@lru_cache(maxsize=128)
def _validator(raw: bytes) -> Validator:
    return compiled(json.loads(raw))


def any_object(prompt: str, seed: bytes) -> dict[str, Any]:
    """Return a JSON object for a prompt that gives no schema.

    It is like the first object that the prompt shows; else it has the members that the prompt lists ("with the keys
    city and country") or quotes; else one called `answer`.
    """
    shown = next((each for each in _objects_in(prompt) if each), None)
    if shown is not None:
        return _object(_schema_like(shown), prompt, seed)
    listed = _LISTED_NAMES.search(prompt)
    found = _BETWEEN_NAMES.split(listed[1]) if listed else _QUOTED_NAME.findall(prompt)
    names = list(dict.fromkeys(name.strip("\"'`") for name in found))[:20]
    if not names:
        return {"answer": text.write(pieces(prompt), seed).text}
    schema: Schema = {"type": "object", "properties": {name: {"type": "string"} for name in names}, "required": names}
    about = re.sub(rf"\b(?:{'|'.join(names)})\b", "", prompt)  # the names say nothing of the values
    return _object(schema, about, seed)


def _object(schema: Schema, prompt: str, seed: bytes) -> dict[str, Any]:
    value: dict[str, Any] = value_for(schema, prompt, seed, where="/response_format")
    return value


def _schema_like(value: Any, depth: int = 0) -> Schema:
    """Return the schema of values of the same shape."""
    if isinstance(value, dict) and depth < 8:
        inner = {name: _schema_like(each, depth + 1) for name, each in list(value.items())[:50]}
        return {"type": "object", "properties": inner, "required": list(inner), "additionalProperties": False}
    if isinstance(value, list) and value and depth < 8:
        return {"type": "array", "items": _schema_like(value[0], depth + 1), "minItems": 1, "maxItems": 3}
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int | float):
        return {"type": "integer" if isinstance(value, int) else "number"}
    return {"type": "string"}


def schema_in(texts: Sequence[str]) -> Schema | None:
    """Return the first JSON Schema that is written out in one of the texts.

    Some clients (langchain-cloudflare, pydantic-ai's prompted output) ask for a JSON object and put its schema into
    the system message.
    """
    for each in texts:
        for candidate in _objects_in(each):
            if "properties" in candidate or ("$ref" in candidate and "$defs" in candidate):
                return candidate
            inner = candidate.get("schema")
            if isinstance(inner, dict) and "properties" in inner:
                return inner
    return None


def _objects_in(said: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects in a text, the outermost ones."""
    decode, end = json.JSONDecoder().raw_decode, 0
    for tried, found in enumerate(_EMBEDDED.finditer(said)):
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


@lru_cache(maxsize=128)
def _sampler(raw: bytes) -> Sampler:
    from mockserver.openapi.sampling import Sampler

    return Sampler(json.loads(raw))


def _numbers(prompt: str) -> Iterator[int | float]:
    for found in _NUMBER.findall(prompt[-4000:])[:20]:
        yield float(found) if "." in found else int(found)


def _refusal(where: str, reason: str) -> Refusal:
    return Refusal(Problem("json-mode-failed", 400, f"{where}: {reason}", values=(("reason", f"{where}: {reason}"),)))
