"""Requests without a server: what `mockflare ask` and `mockflare explain` send to a mock in this process."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from mimetypes import guess_type
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import orjson

from mockserver.engine.values import JSON, HttpRequest, HttpResponse
from mockserver.errors import UnknownName, UsageError, nearest

if TYPE_CHECKING:
    from mockserver.app import Mock
    from mockserver.openapi.operations import Operation

_RUN = "executeAiModel"
_BYTES = "application/octet-stream"
_TEXTS = ("prompt", "text", "input_text", "query", "input", "state")
"""Members that take the text of a model that is asked in plain words, in this order."""


def find_operation(mock: Mock, target: str) -> tuple[Operation, dict[str, str]]:
    """Return the operation that an operation id or a model stands for, and the path parameters that are known by that.

    A model may be named by the last part of its name, if no other ends alike. Raises UnknownName.
    """
    operations = mock.document.operations
    if target in operations:
        return operations[target], {}
    names = mock.service.names()
    if target not in names:
        alike = [name for name in names if name.endswith("/" + target)]
        if len(alike) != 1:
            raise UnknownName("operation or model", target, [*operations, *(name.split("/")[-1] for name in names)])
        target = alike[0]
    run = operations.get(_RUN)
    if run is None:
        raise UnknownName("operation", target, operations)
    return run, {"model": target}


def read_body(given: str | None) -> tuple[bytes, str]:
    """Return a request body and its media type: the text itself, `-` for standard input, `@FILE` for a file.

    A file's type goes by its name. Raises UsageError when the file cannot be read.
    """
    if given is None:
        return b"", ""
    if given == "-":
        content = sys.stdin.buffer.read()
        return content, JSON if _is_json(content) else _BYTES
    if given.startswith("@"):
        try:
            content = Path(given[1:]).read_bytes()
        except OSError as error:
            raise UsageError(f"cannot read {given[1:]}: {error.strerror or error}") from None
        return content, JSON if _is_json(content) else guess_type(given[1:])[0] or _BYTES
    return given.encode("utf-8", "surrogateescape"), JSON


def in_words(mock: Mock, model: str, text: str) -> bytes:
    """Return the body that puts plain words to a model; raises UsageError for a model that needs more than those."""
    bodies: list[dict[str, Any]] = [{"messages": [{"role": "user", "content": text}]}]
    bodies += [{name: text} for name in _TEXTS]
    operation = next((each for each in mock.document.operations.values() if each.path.endswith("/run/" + model)), None)
    body_type = operation.request_content.get(JSON) if operation else None
    for body in bodies if body_type else ():
        if body_type and body_type.validator.is_valid(body):
            return orjson.dumps(body)
    raise UsageError(f"{model} cannot be asked in words alone; `mockflare models {model}` shows an example")


def send(mock: Mock, method: str, path: str, body: bytes, media_type: str) -> HttpResponse:
    """Return the answer to a request that carries the credentials that it needs, or the mock's own token."""
    path, _, query = path.partition("?")
    match = mock.router.match(method, path, query)
    credentials = mock.service.credentials(match.operation) if match and match.operation else None
    named = {"authorization": f"Bearer {mock.token}"} if credentials is None else credentials.headers
    headers = [(name.encode(), value.encode()) for name, value in named.items()]
    if credentials is not None and credentials.cookies:
        cookies = "; ".join(f"{name}={value}" for name, value in credentials.cookies.items())
        headers.append((b"cookie", cookies.encode()))
    if credentials is not None and credentials.queries:
        query = "&".join(filter(None, (query, urlencode(credentials.queries))))
    if media_type:
        headers.append((b"content-type", media_type.encode()))
    return mock.handle(HttpRequest(method, path, query=query, headers=headers, body=body))


def pairs(given: Sequence[str], flag: str) -> dict[str, str]:
    """Return the values of a repeated option NAME=VALUE; raises UsageError."""
    found = {}
    for pair in given:
        name, separator, value = pair.partition("=")
        if not separator:
            raise UsageError(f"{flag} takes NAME=VALUE, this is {pair!r}")
        found[name] = value
    return found


def path_of(template: str, given: dict[str, str], mock: Mock) -> str:
    """Return a path with its parameters filled in, the others as a query; raises UsageError for one that is missing."""
    values = {"account_id": mock.account_id, **given}
    path = template
    for name in list(values):
        if "{" + name + "}" in path:
            path = path.replace("{" + name + "}", quote(values.pop(name), safe="@/"))
    if "{" in path:
        name = path.split("{", 1)[1].split("}", 1)[0]
        near = nearest(name, values)
        raise UsageError(f"the path {template} needs --parameter {name}=VALUE" + (f", not {near}" if near else ""))
    values.pop("account_id", None)
    return path + ("?" + urlencode(values) if values else "")


def _is_json(content: bytes) -> bool:
    try:
        orjson.loads(content)
    except orjson.JSONDecodeError:
        return False
    return True
