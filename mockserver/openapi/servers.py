"""The servers of a document, a path or an operation: below which paths it answers."""

from __future__ import annotations

from itertools import islice, product
from typing import Any
from urllib.parse import urlsplit

_MOST = 32


def base_paths(servers: Any) -> tuple[str, ...]:
    """Return the paths of servers, without a trailing slash, "" left out; variables take each value they may have.

    >>> base_paths([{"url": "https://x.y/{v}/", "variables": {"v": {"default": "v2", "enum": ["v1", "v2"]}}}])
    ('/v2', '/v1')
    """
    found: dict[str, None] = {}
    for server in servers if isinstance(servers, list) else ():
        if isinstance(server, dict) and isinstance(server.get("url"), str):
            for url in islice(_filled(server["url"], server.get("variables")), _MOST):
                try:
                    path = urlsplit(url).path.rstrip("/")
                except ValueError:  # brackets where a host should be
                    continue
                found[path if path.startswith("/") or not path else "/" + path] = None
    return tuple(path for path in found if path)


def _filled(url: str, variables: Any) -> list[str]:
    named = [name for name in variables if "{" + name + "}" in url] if isinstance(variables, dict) else []
    filled = []
    for chosen in islice(product(*(_values(variables[name]) for name in named)), _MOST):
        each = url
        for name, value in zip(named, chosen, strict=True):
            each = each.replace("{" + name + "}", value)
        filled.append(each)
    return filled


def _values(variable: Any) -> list[str]:
    """Return the values of a variable, its default first."""
    if not isinstance(variable, dict):
        return [""]
    listed = variable.get("enum")
    values = [str(variable.get("default", "")), *(map(str, listed) if isinstance(listed, list) else ())]
    return list(dict.fromkeys(values))
