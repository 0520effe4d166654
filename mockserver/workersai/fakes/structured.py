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
from mockserver.workersai.fakes import described, text
from mockserver.workersai.tokens import pieces

if TYPE_CHECKING:
    from mockserver.openapi.sampling import Sampler

_LARGEST = 256 * 1024
_NUMBER = re.compile(r"(?<![\w.])-?\d{1,9}(?:\.\d{1,6})?(?![\w.])")
_OF_THE_FORM = frozenset(
    "json object schema key keys field fields format array property properties extract identify parse convert return "
    "output classify following information generate create invent make produce random fake example sample".split()
)
"""Words of a prompt that say how the answer is to be written, not what it is about."""
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


def any_object(prompt: str, seed: bytes, others: Sequence[str] = ()) -> dict[str, Any]:
    """Return a JSON object for a prompt that gives no schema.

    It is the one that the prompt describes (`fakes/described.py`), else one of the `others`, which are texts of the
    system; else it has one member called `answer`.
    """
    schema = next(filter(None, map(described.schema_of, (prompt, *others))), None)
    return _described(schema, prompt, seed) if schema else {"answer": text.write(pieces(prompt), seed).text}


def wanted_object(prompt: str, seed: bytes, others: Sequence[str] = ()) -> dict[str, Any] | None:
    """Return the JSON object that a prompt, or a text of the system, asks for in words; None where none does.

    A schema that is pasted into one of them counts in JSON mode alone.
    """
    said_of_json = [said for said in (prompt, *others) if "JSON" in said or "json" in said]
    if said_of_json and schema_in(said_of_json) is not None:
        return None
    for said in said_of_json:
        if described.asks(said) and (schema := described.schema_of(said)):
            return _described(schema, prompt, seed)
    return None


def _described(schema: dict[str, Any], prompt: str, seed: bytes) -> dict[str, Any]:
    return _object(schema, described.without(prompt, schema), seed)


def _object(schema: Schema, prompt: str, seed: bytes) -> dict[str, Any]:
    value: dict[str, Any] = value_for(schema, prompt, seed, where="/response_format")
    return value


def schema_in(texts: Sequence[str]) -> Schema | None:
    """Return the first JSON Schema that is written out in one of the texts.

    Some clients (langchain-cloudflare, pydantic-ai's prompted output) ask for a JSON object and put its schema into
    the system message.
    """
    for each in texts:
        for candidate in described.objects_in(each):
            if "properties" in candidate or ("$ref" in candidate and "$defs" in candidate):
                return candidate
            inner = candidate.get("schema")
            if isinstance(inner, dict) and "properties" in inner:
                return inner
    return None


@lru_cache(maxsize=128)
def _sampler(raw: bytes) -> Sampler:
    from mockserver.openapi.sampling import Sampler

    return Sampler(json.loads(raw))


def _numbers(prompt: str) -> Iterator[int | float]:
    for found in _NUMBER.findall(prompt[-4000:])[:20]:
        yield float(found) if "." in found else int(found)


def _refusal(where: str, reason: str) -> Refusal:
    return Refusal(Problem("json-mode-failed", 400, f"{where}: {reason}", values=(("reason", f"{where}: {reason}"),)))
