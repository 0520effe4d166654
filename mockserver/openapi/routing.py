"""Matching a request path to an operation: a trie of path segments."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import quote, unquote

from mockserver.openapi.operations import Operation

_CACHE_SIZE = 2048
_CACHED_PATH = 512  # a longer path is no repeated one
_PARAMETER = re.compile(r"\{([^{}/]+)\}")


@dataclass(frozen=True, slots=True)
class Match:
    """Where a request leads."""

    operation: Operation | None
    """None when the path is known and the method is not."""
    parameters: Mapping[str, str]
    """The path parameters, decoded; shared by all requests to the path."""
    allowed: tuple[str, ...]
    """The methods that the path answers."""
    key: bytes = b""
    """Operation and parameters as bytes: the same for every spelling of the path."""
    beside: Operation | None = None
    """Where the method is not known: an operation of another method, which may say how that is refused."""


@dataclass(slots=True)
class _Node:
    literals: dict[str, _Node] = field(default_factory=dict)
    patterns: list[tuple[int, re.Pattern[str], str, _Node]] = field(default_factory=list)
    parameter: _Node | None = None
    rest: _Node | None = None
    """Where a parameter leads that takes all remaining segments, slashes included."""
    methods: dict[str, tuple[Operation, tuple[str, ...]]] = field(default_factory=dict)


class Router:
    """Finds the operation of a path; the path with more literal text wins.

    `greedy` names path templates whose last parameter takes slashes: `/ai/run/{model}` then answers
    `/ai/run/@cf/meta/llama`, `/ai/run/@cf%2Fmeta%2Fllama` and `/ai/run/%40cf/meta/llama` alike, and a literal
    path below it wins in every spelling, unless encoded slashes are told not to split (`splits`): then they are part of
    the parameter, as OpenAPI has it. Operations answer at the root and below each of `base_paths`; those that have
    servers of their own below the paths of these, too. A path with a query, `/messages?beta=true`, which OpenAPI
    forbids and documents have, is that of requests whose query holds it.
    """

    def __init__(
        self,
        operations: Iterable[Operation],
        *,
        base_paths: Iterable[str] = (),
        greedy: Collection[str] = (),
        splits: bool = True,
    ) -> None:
        self._root = _Node()
        self._splits = splits
        self._bases = sorted((unquote(path) for path in base_paths), key=len, reverse=True)
        self._cache: dict[tuple[str, str], Match | None] = {}
        self._queries: dict[str, frozenset[str]] = {}
        for operation in operations:
            greedily = operation.path in greedy
            if query := operation.path.partition("?")[2]:
                self._queries[query] = frozenset(query.split("&"))
            self._add(operation, operation.path, greedily)
            for base in operation.base_paths or ():
                self._add(operation, base + "/" + operation.path.removeprefix("/"), greedily)

    def _add(self, operation: Operation, path: str, greedy: bool) -> None:
        node = self._root
        names: list[str] = []
        segments = _segments(path)
        for position, segment in enumerate(segments):
            found = _PARAMETER.findall(segment)
            names += found
            if not found:
                node = node.literals.setdefault(unquote(segment), _Node())
            elif segment == "{" + found[0] + "}":
                if greedy and position == len(segments) - 1:
                    node.rest = node.rest or _Node()
                    node = node.rest
                else:
                    node.parameter = node.parameter or _Node()
                    node = node.parameter
            else:
                node = _pattern_child(node, segment)
        node.methods.setdefault(operation.method, (operation, tuple(names)))

    def match(self, method: str, path: str, query: str = "") -> Match | None:
        """Return where a request with this raw (percent-encoded) path leads; None when nothing has the path."""
        if query and self._queries:
            sent = frozenset(query.split("&"))
            for wanted, pairs in self._queries.items():
                if pairs <= sent:
                    found = self.match(method, path + quote("?" + wanted, safe=""))
                    if found is not None and found.operation is not None:
                        return found
        key = (method, path)
        try:
            return self._cache[key]
        except KeyError:
            if len(self._cache) >= _CACHE_SIZE:
                self._cache.clear()
            found = self._find(method, path)
            if len(path) <= _CACHED_PATH:
                self._cache[key] = found
            return found

    def _find(self, method: str, path: str) -> Match | None:
        for candidate in self._below_bases(path):
            segments = _segments(candidate)
            for parts in (segments, segments[:-1]) if len(segments) > 1 and not segments[-1] else (segments,):
                best: Match | None = None
                for node, values in _walk(self._root, [unquote(part) for part in parts], 0, (), self._splits):
                    # a more general path may answer the method that the more literal one lacks
                    for wanted in (method, "GET") if method == "HEAD" else (method,):
                        if wanted in node.methods:
                            operation, names = node.methods[wanted]
                            parameters = dict(zip(names, values, strict=False))
                            return Match(
                                operation,
                                MappingProxyType(parameters),
                                tuple(sorted(node.methods)),
                                _key(operation, parameters),
                            )
                    allowed = tuple(sorted(node.methods))
                    best = best or Match(None, {}, allowed, beside=node.methods[allowed[0]][0])
                if best:
                    return best
        return None

    def _below_bases(self, path: str) -> Iterator[str]:
        for base in self._bases:
            if path.startswith(base) and path[len(base) : len(base) + 1] in ("/", ""):
                yield path[len(base) :] or "/"
        yield path


def _key(operation: Operation, parameters: dict[str, str]) -> bytes:
    parts = [operation.id, *(f"{name}={parameters[name]}" for name in sorted(parameters))]
    return "\0".join(parts).encode("utf-8", "surrogatepass")


def _walk(
    node: _Node, parts: list[str], at: int, values: tuple[str, ...], splits: bool
) -> Iterator[tuple[_Node, tuple[str, ...]]]:
    """Yield every node that the parts lead to, the most literal first."""
    if at == len(parts):
        if node.methods:
            yield node, values
        return
    if splits and node.rest is not None and any("/" in part for part in parts[at:]):
        # an encoded slash below a greedy parameter separates like a plain one
        parts = [*parts[:at], *"/".join(parts[at:]).split("/")]
    part = parts[at]
    child = node.literals.get(part)
    if child is not None:
        yield from _walk(child, parts, at + 1, values, splits)
    for _, pattern, _, child in node.patterns:
        matched = pattern.fullmatch(part)
        if matched:
            yield from _walk(child, parts, at + 1, values + matched.groups(), splits)
    if node.parameter is not None and part:
        yield from _walk(node.parameter, parts, at + 1, (*values, part), splits)
    if node.rest is not None:
        remaining = "/".join(parts[at:])
        if remaining:
            yield node.rest, (*values, remaining)


def _pattern_child(node: _Node, segment: str) -> _Node:
    for _, _, text, child in node.patterns:
        if text == segment:
            return child
    child = _Node()
    literal = len(_PARAMETER.sub("", segment))
    parts = _PARAMETER.split(segment)  # literal, name, literal, name, ..., literal
    expression = "".join(re.escape(unquote(part)) if at % 2 == 0 else "(.+?)" for at, part in enumerate(parts))
    node.patterns.append((literal, re.compile(expression, re.DOTALL), segment, child))
    node.patterns.sort(key=lambda entry: -entry[0])
    return child


def _segments(path: str) -> list[str]:
    return path.removeprefix("/").split("/")
