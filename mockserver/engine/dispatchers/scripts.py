"""Dispatchers that are programs, and those of other protocols: refused, with what to do instead."""

from __future__ import annotations

from typing import Any

from mockserver.engine.dispatchers.decisions import Dispatcher, Maker, Making


def _script(language: str) -> Maker:
    def refuse(rules: Any, making: Making) -> Dispatcher | None:
        stub = f"@mock.on({making.operation.id!r}) may return Chosen(NAME)"
        raise making.refusal(f"{language} in a document is not run; write the choice in Python: {stub}")

    return refuse


def _other_protocol(name: str, what: str) -> Maker:
    def refuse(rules: Any, making: Making) -> Dispatcher | None:
        raise making.refusal(f"{name} is for {what}; for OpenAPI JSON_BODY, URI_PARTS or URI_PARAMS would be right")

    return refuse


MAKERS: dict[str, Maker] = {
    "SCRIPT": _script("a Groovy script"),
    "GROOVY": _script("a Groovy script"),
    "JS": _script("a JavaScript"),
    "QUERY_ARGS": _other_protocol("QUERY_ARGS", "the arguments of GraphQL and gRPC"),
    "QUERY_MATCH": _other_protocol("QUERY_MATCH", "XPath over SOAP bodies"),
}
