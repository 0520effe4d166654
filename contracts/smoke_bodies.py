"""Small request bodies to begin with: what an operation of a dialect is asked, its examples, what its schema allows."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from contracts.dialects import Dialect
from contracts.forms import Part, write_form
from contracts.judge import is_json
from contracts.media import SENT_AS, kind_of_body, samples
from contracts.media_schemas import is_form
from contracts.preparation import MOST_TOKENS
from mockserver.errors import MockflareError
from mockserver.openapi.operations import MediaType, Operation
from mockserver.workersai.catalogue import Model

_URLENCODED = "application/x-www-form-urlencoded"
_GREETING = "Say hello."
_FILE = b"name,age\nAda,36\n"
_LIMITS = ("max_tokens", "max_completion_tokens", "max_output_tokens")


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a request and its media type; "" and b"" for none."""

    media_type: str
    content: bytes


def smoke_bodies(operation: Operation, dialect: Dialect, model: Model | None) -> Iterator[Body]:
    """Yield bodies for an operation of the prepared document, the smallest and likeliest to succeed first."""
    if not operation.request_content:
        yield Body("", b"")
        return
    for name, media_type in operation.request_content.items():
        if is_json(name):
            for value in _values(media_type, dialect, model):
                yield Body(name, json.dumps(value, ensure_ascii=False).encode())
        elif is_form(name):
            yield _form(operation, media_type)
        elif name.split(";")[0].strip().lower() == _URLENCODED:
            for value in _values(media_type, dialect, model):
                if isinstance(value, dict):
                    yield Body(name, urlencode(list(_fields(value))).encode())
        else:
            kind = kind_of_body({each: found.raw for each, found in operation.request_content.items()}, name)
            yield Body(SENT_AS[kind] if kind and name.endswith("/*") else name, samples(kind)[0] if kind else _FILE)


def _fields(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, content in value.items():
        for each in content if isinstance(content, list) else [content]:
            yield name, each if isinstance(each, str) else json.dumps(each)


def _values(media_type: MediaType, dialect: Dialect, model: Model | None) -> Iterator[Any]:
    yield from _spoken(dialect, model)
    schema = media_type.schema if isinstance(media_type.raw.get("schema"), Mapping) else {}
    for example in media_type.examples.values():
        yield _fitted(example.value, media_type)
    if schema:
        for size in ("minimal", "typical"):
            try:
                yield media_type.sampler.sample(random.Random(0), size=size)
            except MockflareError:
                return


def _spoken(dialect: Dialect, model: Model | None) -> Iterator[dict[str, Any]]:
    if model is None:
        return
    talk = [{"role": "user", "content": _GREETING}]
    if dialect is Dialect.CHAT:
        yield {"model": model.name, "messages": talk, "max_tokens": MOST_TOKENS}
    elif dialect is Dialect.COMPLETIONS:
        yield {"model": model.name, "prompt": _GREETING, "max_tokens": MOST_TOKENS}
    elif dialect is Dialect.RESPONSES:
        yield {"model": model.name, "input": _GREETING, "max_output_tokens": MOST_TOKENS}
    elif dialect is Dialect.EMBEDDINGS:
        yield {"model": model.name, "input": "Hello there!"}
    elif dialect is Dialect.RUN and model.family.startswith("text-generation"):
        yield {"messages": talk, "max_tokens": MOST_TOKENS}


def _fitted(value: Any, media_type: MediaType) -> Any:
    """Return an example with the members that the prepared schema pins to some values set to one of them."""
    if not isinstance(value, dict):
        return value
    fitted = {name: each for name, each in value.items() if name != "stream"}
    document, schema = media_type.document, media_type.raw.get("schema")
    for node in _nodes(document, schema):
        for name, member in (node.get("properties") or {}).items():
            member = document.resolve(member)
            allowed = member.get("enum") if isinstance(member, dict) else None
            wanted = name in fitted or name in (node.get("required") or ())
            if wanted and allowed and fitted.get(name) not in allowed:
                fitted[name] = allowed[0]
    for name in _LIMITS:
        if isinstance(fitted.get(name), int):
            fitted[name] = min(fitted[name], MOST_TOKENS)
    return fitted


def _nodes(document: Any, schema: Any) -> Iterator[dict[str, Any]]:
    schema = document.resolve(schema)
    if isinstance(schema, dict):
        yield schema
        for keyword in ("allOf", "anyOf", "oneOf"):
            for branch in schema.get(keyword) or ():
                yield from _nodes(document, branch)


def _form(operation: Operation, media_type: MediaType) -> Body:
    schema = operation.document.resolve(media_type.raw.get("schema")) or {}
    example = next(iter(media_type.examples.values()), None)
    given = example.value if example is not None and isinstance(example.value, dict) else {}
    encoding = media_type.raw.get("encoding") or {}
    parts = []
    for name in dict.fromkeys([*(schema.get("required") or ()), *given]):
        member = operation.document.resolve((schema.get("properties") or {}).get(name)) or {}
        if _is_file(operation, member):
            kind = next(
                (each for each in SENT_AS if SENT_AS[each] == (encoding.get(name) or {}).get("contentType")), ""
            )
            text = given.get(name)
            content = samples(kind)[0] if kind else text.encode() if isinstance(text, str) else _FILE
            named = given.get("file_name") or ("file.png" if kind == "image" else "file.csv")
            parts.append(Part(name, content, str(named), SENT_AS.get(kind, "text/csv")))
        else:
            allowed = member.get("enum") or ["a"]
            value = given[name] if name in given and ("enum" not in member or given[name] in allowed) else allowed[0]
            parts.append(Part(name, (value if isinstance(value, str) else json.dumps(value)).encode()))
    return Body(*write_form(parts))


def _is_file(operation: Operation, member: Mapping[str, Any]) -> bool:
    nodes = [member, *(operation.document.resolve(each) for each in member.get("anyOf") or ())]
    return any(
        "binary" in (node.get("format"), (operation.document.resolve(node.get("items")) or {}).get("format"))
        for node in nodes
        if isinstance(node, Mapping)
    )
