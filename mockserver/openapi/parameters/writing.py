"""Parameters as clients write them: a value in the style of its parameter."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import orjson

from mockserver.openapi.parameters.definition import Parameter

_UNRESERVED = "-._~"
_BETWEEN = {"form": ",", "simple": ",", "spaceDelimited": "%20", "pipeDelimited": "%7C", "label": ",", "matrix": ","}


def in_path(parameter: Parameter, value: Any) -> str:
    """Return what stands for `{name}` in the path, percent-encoded."""
    if parameter.media_type is not None:
        return _encoded(_json(value))
    style, explode, name = parameter.style, parameter.explode, _encoded(parameter.name)
    if style == "label":
        return "." + _joined(value, "." if explode else ",", explode)
    if style != "matrix":
        return _joined(value, ",", explode)
    if isinstance(value, dict) and explode:
        return "".join(f";{_encoded(key)}={_encoded(_text(inner))}" for key, inner in value.items())
    if isinstance(value, list) and explode:
        return "".join(f";{name}={_encoded(_text(item))}" for item in value)
    return f";{name}={_joined(value, ',', False)}"


def in_query(parameter: Parameter, value: Any) -> str:
    """Return the pairs of a query, percent-encoded, joined by `&`; "" where there is nothing to write."""
    name, style = _encoded(parameter.name), parameter.style
    if parameter.media_type is not None:
        return f"{name}={_encoded(_json(value))}"
    if style == "deepObject":
        return "&".join(_deep(parameter.name, value))
    if isinstance(value, dict):
        if parameter.explode:
            return "&".join(f"{_encoded(key)}={_encoded(_text(inner))}" for key, inner in value.items())
        return f"{name}={_joined(value, _BETWEEN[style], False)}"
    if isinstance(value, list):
        if parameter.explode:
            return "&".join(f"{name}={_encoded(_text(item))}" for item in value)
        return f"{name}={_joined(value, _BETWEEN[style], False)}"
    return f"{name}={_encoded(_text(value))}"


def in_header(parameter: Parameter, value: Any) -> str:
    """Return a header's value."""
    if parameter.media_type is not None:
        return _json(value)
    if isinstance(value, dict):
        between = "=" if parameter.explode else ","
        return ",".join(f"{key}{between}{_text(inner)}" for key, inner in value.items())
    return ",".join(map(_text, value)) if isinstance(value, list) else _text(value)


def in_cookie(parameter: Parameter, value: Any) -> str:
    """Return a cookie as a pair."""
    if parameter.media_type is not None:
        return f"{parameter.name}={_encoded(_json(value))}"
    return f"{parameter.name}={_joined(value, ',', False)}"


def _joined(value: Any, between: str, explode: bool) -> str:
    if isinstance(value, dict):
        inner = "=" if explode else between
        return between.join(f"{_encoded(key)}{inner}{_encoded(_text(each))}" for key, each in value.items())
    if isinstance(value, list):
        return between.join(_encoded(_text(item)) for item in value)
    return _encoded(_text(value))


def _deep(name: str, value: Any) -> list[str]:
    if isinstance(value, dict):
        return [pair for key, inner in value.items() for pair in _deep(f"{name}[{key}]", inner)]
    if isinstance(value, list):
        return [pair for item in value for pair in _deep(f"{name}[]", item)]
    return [f"{quote(name, safe=_UNRESERVED + '[]')}={_encoded(_text(value))}"]


def _encoded(text: str) -> str:
    return quote(text, safe=_UNRESERVED, errors="replace")


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "null" if value is None else _json(value)


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
