"""Requests that are meant to keep the mock busy: by their schema, or by their size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hostility import TEXT_MODEL, TURNS


def asking(**options: Any) -> dict[str, Any]:
    return {"model": TEXT_MODEL, "messages": TURNS, **options}


def saying(*messages: Any) -> dict[str, Any]:
    return {"model": TEXT_MODEL, "messages": list(messages)}


def required(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": sorted(properties)}


def structured(schema: Any) -> dict[str, Any]:
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    return asking(response_format=form)


def nested(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(depth):
        schema = required(a=schema)
    return schema


def doubled(keyword: str, levels: int) -> dict[str, Any]:
    """A schema whose last definition refers to the one before twice, and so on."""
    parts: dict[str, Any] = {"l0": {"type": "string"}}
    for level in range(1, levels):
        before = {"$ref": f"#/$defs/l{level - 1}"}
        parts[f"l{level}"] = (
            {"allOf": [before, before]}
            if keyword == "allOf"
            else {"type": "array", "prefixItems": [before, before], "minItems": 2}
        )
    return {"$defs": parts, **required(a={"$ref": f"#/$defs/l{levels - 1}"})}


BY_SCHEMA: dict[str, Any] = {
    "oneOf of 250 branches that overlap": structured(
        required(a={"oneOf": [{"type": "integer", "minimum": n} for n in range(250)]})
    ),
    "a schema of depth 130": structured(nested(130)),
    "a schema of depth 300": structured(nested(300)),
    "a tool of depth 300": asking(tools=[{"type": "function", "function": {"name": "x", "parameters": nested(300)}}]),
    "an endless tree": structured({"$defs": {"n": required(c={"$ref": "#/$defs/n"})}, "$ref": "#/$defs/n"}),
    "allOf doubled 40 times": structured(doubled("allOf", 40)),
    "arrays doubled 40 times": structured(doubled("prefixItems", 40)),
    "a pattern that backtracks": structured(required(a={"type": "string", "pattern": "^(a+)+$", "minLength": 500})),
    "alternatives that backtrack": structured(
        required(a={"type": "string", "pattern": "^(a|aa)+b$", "minLength": 2000})
    ),
    "repetitions multiplied": structured(required(a={"type": "string", "pattern": "^((a{1000}){1000}){1000}$"})),
    "a billion letters": structured(required(a={"type": "string", "minLength": 10**9})),
    "a billion items": structured(required(a={"type": "array", "minItems": 10**9})),
    "logprobs of a long answer": {
        **saying({"role": "user", "content": "Write 9999 words about Rome."}),
        "max_tokens": 10**9,
        "logprobs": True,
        "top_logprobs": 20,
    },
}

BY_SIZE: dict[str, tuple[int, Callable[[int], Any]]] = {
    "distinct items": (
        3000,
        lambda size: structured(required(a={"type": "array", "minItems": size, "uniqueItems": True})),
    ),
    "properties": (
        2000,
        lambda size: structured(required(**{f"p{n}": {"type": "string", "format": "uuid"} for n in range(size)})),
    ),
    "choices": (128, lambda size: asking(n=size, max_tokens=100)),
    "tools": (
        10_000,
        lambda size: asking(tools=[{"type": "function", "function": {"name": f"t{n}"}} for n in range(size)]),
    ),
    "stop sequences": (100_000, lambda size: asking(stop=[f"zq{n}" for n in range(size)])),
    "turns": (100_000, lambda size: saying(*TURNS * (size // len(TURNS)))),
    "wrong turns": (100_000, lambda size: saying(*[3] * size)),
    "wrong parts": (16_000, lambda size: saying(*[{"role": "x", "content": [{"type": "z"}] * 20}] * (size // 20))),
    "emoji": (250_000, lambda size: saying({"role": "user", "content": "😀" * size})),
    "braces": (
        200_000,
        lambda size: {
            **saying({"role": "user", "content": '{"a":' * size}),
            "response_format": {"type": "json_object"},
        },
    ),
}
"""What is asked for too often, how often, and the request that does so."""

HEAVY = {**BY_SCHEMA, **{f"{size:,} {name}": make(size) for name, (size, make) in BY_SIZE.items()}}
