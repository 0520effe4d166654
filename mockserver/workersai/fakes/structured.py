"""JSON that a model would produce: values for a caller's schema, made of the prompt's words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mockserver.engine import seeds
from mockserver.engine.values import Problem, Refusal
from mockserver.errors import InvalidSchema
from mockserver.openapi.validation import Schema
from mockserver.workersai.fakes import text
from mockserver.workersai.tokens import pieces

if TYPE_CHECKING:
    from mockserver.openapi.sampling import Sampler

_LARGEST = 256 * 1024
_NUMBER = re.compile(r"(?<![\w.])-?\d{1,9}(?:\.\d{1,6})?(?![\w.])")
_QUOTED_NAME = re.compile(r"[\"'`]([A-Za-z_][A-Za-z0-9_]{0,40})[\"'`]")
_EMBEDDED = re.compile(r"\{")
_TRIED = 200


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
    try:
        return _sampler(raw).sample(seeds.generator(seed), words=text.keywords(prompt), numbers=list(_numbers(prompt)))
    except InvalidSchema as error:
        raise _refusal(where, f"not a JSON Schema: {error}") from None
    except Unsatisfiable as error:
        raise _refusal(where, f"JSON Mode couldn't be met: {error}") from None


def any_object(prompt: str, seed: bytes) -> dict[str, Any]:
    """Return a JSON object for a prompt that gives no schema: the names it quotes, else one called `answer`."""
    names = list(dict.fromkeys(_QUOTED_NAME.findall(prompt)))[:20]
    if not names:
        return {"answer": text.write(pieces(prompt), seed).text}
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in names}, "required": names}
    value: dict[str, Any] = value_for(schema, prompt, seed, where="/response_format")
    return value


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
