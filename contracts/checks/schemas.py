"""What the catalogue tells of a model's inputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from contracts.checks.registry import AnyCheck, check
from contracts.checks.words import shown
from contracts.context import Context
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity
from contracts.models import model_of

_DEEPEST = 4
_PATH = "/models/schema"


@check("schema-of-model", Severity.BREAKING, kind="semantics", source="Cloudflare")
def schema_of_model(exchange: Exchange, context: Context) -> list[Found] | None:
    """The schema of a model describes what this model takes.

    Finds schemas of another model: forms and clients that are made of them send what is refused.
    """
    if not context.operation.path.endswith(_PATH) or not context.response.succeeded:
        return None
    result = context.json.get("result") if isinstance(context.json, dict) else None
    described = set(_named(result.get("input"), 0)) if isinstance(result, dict) else set()
    asked = parse_qs(urlsplit(exchange.request.url).query).get("model", [""])[-1]
    needed = [each for each in _needed(context, asked) if each]
    if not described or not needed:
        return None
    if any(each <= described for each in needed):
        return []
    promised = " or ".join(sorted(" and ".join(sorted(each)) for each in needed))
    return [Found(f"a schema of {asked}, with {promised}", shown(sorted(described)), "/result/input")]


def _needed(context: Context, model: str) -> list[set[str]]:
    """Return the members that a model's own path requires of a body, for each of the ways to ask it."""
    for operation in context.world.document.operations.values():
        if operation.method == "POST" and model_of(operation.path, operation.raw) == model:
            content = operation.request_content.get("application/json")
            return (
                [] if content is None else [each - {"model"} for each in _ways(context, content.raw.get("schema"), 0)]
            )
    return []


def _ways(context: Context, schema: Any, depth: int) -> list[set[str]]:
    resolved = context.world.document.resolve(schema)
    if not isinstance(resolved, dict) or depth > _DEEPEST:
        return [set()]
    ways = [{str(each) for each in resolved.get("required") or ()}]
    for each in resolved.get("allOf") or ():
        ways = [one | other for one in ways for other in _ways(context, each, depth + 1)]
    for keyword in ("anyOf", "oneOf"):
        branches = [way for each in resolved.get(keyword) or () for way in _ways(context, each, depth + 1)]
        ways = [one | other for one in ways for other in branches] if branches else ways
    return ways


def _named(schema: Any, depth: int) -> Iterator[str]:
    """Yield the names of all members that a schema describes, at whatever place."""
    if depth > 4 * _DEEPEST:
        return
    if isinstance(schema, dict):
        properties = schema.get("properties")
        yield from properties if isinstance(properties, dict) else ()
    for each in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from _named(each, depth + 1)


CHECKS: tuple[AnyCheck, ...] = (schema_of_model,)
