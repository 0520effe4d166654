"""What the document says about one place of an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.cases import OWN
from contracts.context import Context, World
from contracts.exchanges import Exchange, Intent
from contracts.findings import Found
from contracts.pointers import unescaped

_EVENTS = ("x-itemSchema", "itemSchema")
_DEEPEST = 40


class Promises:
    """Answers questions about the document; what it says of an answer is judged once for each exchange."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._breaches: dict[int, tuple[Exchange, dict[str, Found]]] = {}

    def has_status(self, context: Context) -> bool:
        """Return whether the status is declared, and success where the request is one that is to be accepted.

        A server error is never what the document promises, even where it describes one.
        """
        if context.response.status >= 500 or context.operation.response(context.response.status) is None:
            return False
        if context.exchange.credential != OWN:
            return not (self._world.has_credentials and context.response.succeeded)
        if context.exchange.intent is Intent.VALID:
            return context.response.succeeded
        return not context.response.succeeded if context.exchange.intent is Intent.INVALID else True

    def has_media_type(self, context: Context) -> bool:
        """Return whether the media type is declared for the status."""
        return context.promise is not None or not (context.declared and context.declared.content)

    def ends(self, context: Context) -> bool:
        """Return whether a stream is well-formed, and ends with the mark that the document names, if it names one."""
        end = None if context.promise is None else context.promise.raw.get("x-mockflare-stream-end")
        last = context.events[-1].data if context.events else None
        return not context.violations and (end is None or context.response.cut_short or last == end)

    def headers(self, context: Context) -> Mapping[str, bool]:
        """Return the declared headers in lower case, and whether each is required."""
        declared = context.operation.response(context.response.status)
        raw = self._world.document.resolve(declared.raw) if declared is not None else {}
        headers = raw.get("headers") if isinstance(raw, dict) else None
        found = {}
        for name, header in (headers if isinstance(headers, dict) else {}).items():
            resolved = self._world.document.resolve(header)
            found[str(name).lower()] = bool(isinstance(resolved, dict) and resolved.get("required"))
        return found

    def breaches(self, context: Context) -> Mapping[str, Found]:
        """Return where the body, or the events, break their schema."""
        known = self._breaches.get(id(context.exchange))
        if known is None:
            known = self._breaches[id(context.exchange)] = context.exchange, self._judged(context)
        return known[1]

    def member(self, context: Context, where: str) -> tuple[bool, bool]:
        """Return whether the document describes a member of the answer, and whether it requires it."""
        above, _, name = where.rpartition("/")
        name = unescaped(name)
        schemas = list(self.schemas(context, above))
        described = any(name in properties for schema in schemas if (properties := _mapping(schema, "properties")))
        required = any(name in (schema.get("required") or ()) for schema in schemas)
        return described, required

    def values(self, context: Context, where: str) -> set[str]:
        """Return the values that the document lists for a place; none where it lists none."""
        found: set[str] = set()
        for schema in self.schemas(context, where):
            if isinstance(schema.get("enum"), list):
                found.update(map(str, schema["enum"]))
            if "const" in schema:
                found.add(str(schema["const"]))
        return found

    def schemas(self, context: Context, where: str) -> Iterator[Mapping[str, Any]]:
        """Yield every schema that may speak about a place, whichever branch of the document it stands in."""
        promise = context.promise
        if promise is None:
            return
        raw = promise.raw.get("schema")
        if context.is_stream:
            raw = next((promise.raw[key] for key in _EVENTS if key in promise.raw), None)
        steps = [unescaped(part) for part in where.split("/")[1:]]
        yield from self._walk(raw, steps, 0)

    def _walk(self, raw: Any, steps: list[str], depth: int) -> Iterator[Mapping[str, Any]]:
        schema = self._world.document.resolve(raw)
        if not isinstance(schema, dict) or depth > _DEEPEST:
            return
        for key in ("allOf", "anyOf", "oneOf"):
            for each in schema.get(key) or ():
                yield from self._walk(each, steps, depth + 1)
        if not steps:
            yield schema
            return
        step, rest = steps[0], steps[1:]
        if step == "*":
            for each in (*(schema.get("prefixItems") or ()), schema.get("items")):
                yield from self._walk(each, rest, depth + 1)
            return
        properties = _mapping(schema, "properties")
        yield from self._walk(
            properties[step] if step in properties else schema.get("additionalProperties"), rest, depth + 1
        )

    def _judged(self, context: Context) -> dict[str, Found]:
        promise = context.promise
        if promise is None:
            return {}
        found: dict[str, Found] = {}
        if context.is_stream:
            for piece in context.pieces:
                for each in context.judge.event_breaches(promise, piece) or ():
                    found.setdefault(each.where, each)
        elif context.json is not None:
            for each in context.judge.breaches(promise, context.json) or ():
                found.setdefault(each.where, each)
        return found


def _mapping(schema: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = schema.get(key)
    return value if isinstance(value, dict) else {}
