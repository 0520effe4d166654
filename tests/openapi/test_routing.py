"""Matching paths."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.openapi.document import Document
from mockserver.openapi.routing import Router

RUN = "/accounts/{account_id}/ai/run/{model}"
LITERAL = "/accounts/{account_id}/ai/run/@cf/meta/llama-3.2-1b-instruct"
PATHS = {
    RUN: ["post"],
    LITERAL: ["post"],
    "/accounts/{account_id}/ai/run": ["post"],
    "/pets/{id}": ["get", "put"],
    "/pets/mine": ["get"],
    "/pets/{id}/toys/{toy}": ["get"],
    "/tags.{format}": ["get"],
    "/{name}.{format}": ["get"],
    "/test:{rpc}": ["get"],
    "/test/fixed.{format}": ["get"],
    "/a b/ø": ["get"],
    "/files/{path}/": ["get"],
}


def router() -> Router:
    paths: dict[str, Any] = {
        path: {method: {"operationId": f"{method} {path}", "responses": {}} for method in methods}
        for path, methods in PATHS.items()
    }
    document = Document({"openapi": "3.1.0", "info": {}, "paths": paths, "servers": [{"url": "https://x.y/client/v4"}]})
    return Router(document.operations.values(), base_paths=document.base_paths, greedy={RUN})


@pytest.mark.parametrize(
    ("path", "template", "parameters"),
    [
        ("/accounts/a/ai/run/@cf/x/y", RUN, {"account_id": "a", "model": "@cf/x/y"}),
        ("/accounts/a/ai/run/@cf%2Fx%2Fy", RUN, {"account_id": "a", "model": "@cf/x/y"}),
        ("/accounts/a/ai/run/%40cf%2Fx/y", RUN, {"account_id": "a", "model": "@cf/x/y"}),
        ("/accounts/a/ai/run/@cf/meta/llama-3.2-1b-instruct", LITERAL, {"account_id": "a"}),
        ("/accounts/a/ai/run/%40cf%2Fmeta%2Fllama-3.2-1b-instruct", LITERAL, {"account_id": "a"}),
        ("/accounts/a/ai/run/@cf/meta", RUN, {"account_id": "a", "model": "@cf/meta"}),
        ("/accounts/a/ai/run/@cf/meta/llama-3.2-1b-instruct/x", RUN,
         {"account_id": "a", "model": "@cf/meta/llama-3.2-1b-instruct/x"}),
        ("/client/v4/accounts/a/ai/run", "/accounts/{account_id}/ai/run", {"account_id": "a"}),
        ("/client/v4/pets/mine", "/pets/mine", {}),
        ("/pets/mine", "/pets/mine", {}),
        ("/pets/mi%6Ee", "/pets/mine", {}),
        ("/pets/7", "/pets/{id}", {"id": "7"}),
        ("/pets/7/", "/pets/{id}", {"id": "7"}),
        ("/pets/a%2Fb", "/pets/{id}", {"id": "a/b"}),
        ("/pets/7/toys/8", "/pets/{id}/toys/{toy}", {"id": "7", "toy": "8"}),
        ("/pets/mine/toys/8", "/pets/{id}/toys/{toy}", {"id": "mine", "toy": "8"}),
        ("/tags.json", "/tags.{format}", {"format": "json"}),
        ("/cats.json", "/{name}.{format}", {"name": "cats", "format": "json"}),
        ("/test:run", "/test:{rpc}", {"rpc": "run"}),
        ("/test/fixed.json", "/test/fixed.{format}", {"format": "json"}),
        ("/a%20b/%C3%B8", "/a b/ø", {}),
        ("/files/x/", "/files/{path}/", {"path": "x"}),
    ],
)  # fmt: skip
def test_match(path: str, template: str, parameters: dict[str, str]) -> None:
    """The path with more literal text wins, in every spelling."""
    method = "POST" if "ai/run" in path else "GET"
    match = router().match(method, path)
    assert match is not None
    assert match.operation is not None
    assert (template, parameters) == (match.operation.path, match.parameters)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        "/nope",
        "/pets",
        "/pets/",
        "/pets/7/toys",
        "/client/v4",
        "/client/v4x/pets/7",
        "//pets/7",
    ],
)
def test_no_match(path: str) -> None:
    """What is not in the document is not found."""
    assert router().match("GET", path) is None


def test_method() -> None:
    """A known path says which methods it has; a general path may answer what a literal one lacks."""
    match = router().match("DELETE", "/pets/7")
    assert match is not None
    assert (None, ("GET", "PUT")) == (match.operation, match.allowed)
    general = router().match("PUT", "/pets/mine")
    assert general is not None
    assert general.operation is not None
    assert "/pets/{id}" == general.operation.path


def test_same_key_for_every_spelling() -> None:
    """The bytes that seeds depend on are the same however the path is encoded."""
    keys = {router().match("POST", f"/accounts/a/ai/run/{model}").key for model in ("@cf/x/y", "%40cf%2Fx%2Fy")}  # type: ignore[union-attr]
    assert 1 == len(keys)


def test_long_paths_are_not_kept() -> None:
    """A path is remembered only when it is short: memory stays bounded."""
    routes = router()
    for number in range(5000):
        routes.match("GET", f"/pets/{number}")
        routes.match("GET", "/pets/" + "x" * 5000 + str(number))
    assert len(routes._cache) <= 2048


def test_paths_with_a_query() -> None:
    """A path with a query is that of requests whose query holds it; others have the plain path, if there is one."""
    content = {
        "openapi": "3.1.0",
        "paths": {
            "/messages": {"post": {"operationId": "plain"}},
            "/messages?beta=true": {"post": {"operationId": "beta"}},
            "/files/{id}?beta=true": {"get": {"operationId": "file"}},
        },
    }
    router = Router(Document(content).operations.values())

    def lead(method: str, path: str, query: str) -> tuple[str, dict[str, str]] | None:
        match = router.match(method, path, query)
        return (match.operation.id, dict(match.parameters)) if match and match.operation else None

    assert ("plain", {}) == lead("POST", "/messages", "") == lead("POST", "/messages", "beta=false")
    assert ("beta", {}) == lead("POST", "/messages", "a=1&beta=true")
    assert ("file", {"id": "a b"}) == lead("GET", "/files/a%20b", "beta=true")
    assert None is lead("GET", "/files/a", "")
