"""Requests that an operation takes: parameters, body and credentials made by its own schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from mockserver.errors import InvalidSchema, UnresolvedReference
from mockserver.openapi.operations import MediaType, Operation
from mockserver.openapi.parameters import Parameter, parameters_of
from mockserver.openapi.parameters.writing import in_cookie, in_header, in_path, in_query
from mockserver.openapi.security import Guard

_FORM, _MULTIPART, _BOUNDARY = "application/x-www-form-urlencoded", "multipart/form-data", "mockflare"


@dataclass(slots=True)
class SampleRequest:
    """A request, ready to be sent."""

    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    """By name in lower case."""
    body: bytes = b""


def sample_request(operation: Operation, random: Random, *, optional: bool = False) -> SampleRequest:
    """Return a request with everything that is required, with `optional` everything that is described.

    Raises Unsatisfiable where a required part cannot be made.
    """
    values: dict[str, str] = {}
    pairs: list[str] = []
    cookies: list[str] = []
    request = SampleRequest(operation.method, operation.path)
    for parameter in parameters_of(operation):
        if not parameter.required and not optional:
            continue
        value = _value(parameter, random)
        if parameter.location == "path":
            values[parameter.name] = in_path(parameter, value)
        elif parameter.location == "query":
            pairs += filter(None, [in_query(parameter, value)])
        elif parameter.location == "header":
            request.headers[parameter.name.lower()] = _line(in_header(parameter, value))
        else:
            cookies.append(in_cookie(parameter, value))
    credentials = Guard(operation).credentials()
    request.headers.update(credentials.headers)
    pairs += [urlencode({name: value}) for name, value in credentials.queries.items()]
    cookies += [f"{name}={value}" for name, value in credentials.cookies.items()]
    if cookies:
        request.headers["cookie"] = "; ".join(cookies)
    path, _, fixed = operation.path.partition("?")
    request.path, request.query = _filled(path, values), "&".join([*filter(None, [fixed]), *pairs])
    body = operation.request_body
    if body is not None and operation.request_content and (optional or body.get("required") is True):
        _add_body(request, operation.request_content, random)
    return request


def _value(parameter: Parameter, random: Random) -> Any:
    """Return an authored example that is valid, else a value by the schema that can be written."""
    described = MediaType(parameter.document, "application/json", parameter.raw, "request", parameter.pointer)
    for each in described.examples.values():
        if parameter.validator.is_valid(each.value):
            return each.value
    from mockserver.openapi.sampling import Sampler

    sampler = Sampler(parameter.schema, validator=parameter.validator)
    value: Any = None
    for _ in range(8):
        value = sampler.sample(random)
        if _can_be_written(value, parameter):
            break
    return value


def _can_be_written(value: Any, parameter: Parameter) -> bool:
    """Say whether a value survives its style: nothing empty, no structure within a structure, no separators."""
    if parameter.media_type is not None:
        return True
    if parameter.style == "deepObject":
        return isinstance(value, dict) and bool(value) and all(each not in ([], {}, "") for each in value.values())
    if isinstance(value, dict):
        return bool(value) and all(not isinstance(each, dict | list) and each != "" for each in value.values())
    if isinstance(value, list):
        return bool(value) and all(not isinstance(each, dict | list) and each != "" for each in value)
    return bool(value != "")


def _add_body(request: SampleRequest, content: Mapping[str, MediaType], random: Random) -> None:
    first = next(iter(content.items()))
    name, media_type = next(((name, each) for name, each in content.items() if each.is_json), first)
    value = _body(media_type, random)
    kind = name if "*" not in name else "application/json" if name == "*/*" else "application/octet-stream"
    request.headers["content-type"] = kind
    if kind == _FORM:
        fields = value if isinstance(value, dict) else {}
        request.body = "&".join(f"{quote(key)}={quote(text)}" for key, text in _fields(fields)).encode()
    elif kind == _MULTIPART:
        request.headers["content-type"] = f"{kind}; boundary={_BOUNDARY}"
        fields = value if isinstance(value, dict) else {}
        parts = [f'--{_BOUNDARY}\r\ncontent-disposition: form-data; name="{key}"\r\n\r\n{text}\r\n'
                 for key, text in _fields(fields)]  # fmt: skip
        request.body = ("".join(parts) + f"--{_BOUNDARY}--\r\n").encode()
    elif isinstance(value, str) and not (kind == "application/json" or kind.endswith("+json")):
        request.body = value.encode("utf-8", "replace") or (b"" if kind == "text/plain" else b"mockflare")
    else:
        request.body = orjson.dumps(value)


def _body(media_type: MediaType, random: Random) -> Any:
    example = media_type.default_example
    if example is not None and not isinstance(example.value, bytes):
        return example.value
    try:
        return media_type.sample(lambda: random)
    except (UnresolvedReference, InvalidSchema):
        return {}


def _fields(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, content in value.items():
        for each in content if isinstance(content, list) else [content]:
            yield name, each if isinstance(each, str) else orjson.dumps(each).decode()


def _filled(template: str, values: Mapping[str, str]) -> str:
    """Return a path with its parameters; one that is not described stands for itself."""
    path = quote(template, safe="/{}%:@!$&'()*+,;=-._~")
    for name, text in values.items():
        path = path.replace("{" + quote(name, safe="/{}%:@!$&'()*+,;=-._~") + "}", text or "x")
    while "{" in path and "}" in path.split("{", 1)[1]:
        before, rest = path.split("{", 1)
        path = f"{before}x{rest.split('}', 1)[1]}"
    return path


def _line(text: str) -> str:
    return text.encode("ascii", "replace").decode().replace("\r", " ").replace("\n", " ")
