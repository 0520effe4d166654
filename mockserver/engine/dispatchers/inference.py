"""Inference: the dispatcher of an operation that names none, from the examples of its requests."""

from __future__ import annotations

from mockserver.engine.dispatchers import fingerprints
from mockserver.engine.dispatchers.decisions import Dispatcher, Making
from mockserver.engine.pairs import Pairs
from mockserver.openapi.operations import Operation
from mockserver.registry import Registry

INFERRED = ("URI_PARTS", "URI_PARAMS", "URI_ELEMENTS")
"""What Microcks infers; by what else is inferred here it would not tell requests apart, nor refuse any."""


def inferred(operation: Operation, pairs: Pairs) -> tuple[str, Dispatcher] | None:
    """Return name and dispatcher that follow from examples named alike in request and response.

    URI_PARTS when they have path values, URI_PARAMS when they have query values, URI_ELEMENTS for both, as Microcks
    infers; beyond that QUERY_HEADER for header values alone, and BODY where only bodies tell requests apart.
    """
    if not pairs.complete:
        return None
    making = Making(operation, pairs, Registry("dispatcher"))
    asks = [pairs.asks[name] for name in pairs.complete]
    places = list(dict.fromkeys(place for ask in asks for place in ask.values))
    located = [place for place in places if place[0] in ("path", "query")]
    if located:
        kinds = {where for where, _ in located}
        name = "URI_ELEMENTS" if len(kinds) == 2 else "URI_PARTS" if "path" in kinds else "URI_PARAMS"
        return name, fingerprints.by_values(located, making)
    headers = [place for place in places if place[0] == "header" and place[1] not in ("accept", "content-type")]
    if headers:
        return "QUERY_HEADER", fingerprints.by_values(headers, making)
    return "BODY", fingerprints.by_bodies(making)
