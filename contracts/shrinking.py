"""Making the request of a finding smaller while it still shows the finding."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from contracts.exchanges import Request
from contracts.judge import is_json
from contracts.preparation import ALWAYS_GIVEN

_LONG = 24
"""Texts of more characters are worth shortening."""


def smaller(request: Request, shows: Callable[[Request], bool], most: int) -> Request:
    """Return the smallest request found with at most `most` trials for which `shows` still holds.

    Members of a JSON object are left out, the largest first, but for those that keep its answer small; then lists and
    texts in it are shortened. A body of another kind stays as it is.
    """
    body = _members(request)
    if body is None:
        return request
    left = most
    for change in _changes(body):
        candidate = change(_members(request))
        if candidate is None:
            continue
        if left <= 0:
            break
        left -= 1
        tried = replace(request, body=json.dumps(candidate, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        if tried.size < request.size and shows(tried):
            request = tried
    return request


Change = Callable[[Any], Any]
"""Makes a smaller body of a body, None where there is nothing to make smaller."""


def _changes(body: dict[str, Any]) -> Iterator[Change]:
    by_size = sorted(set(body) - set(ALWAYS_GIVEN), key=lambda name: (-len(json.dumps(body[name])), name))
    for name in by_size:
        yield partial(_without, name)
    for name in by_size:
        yield partial(_shortened, name)


def _without(name: str, members: dict[str, Any]) -> dict[str, Any] | None:
    if name not in members or len(members) == 1:
        return None
    return {key: value for key, value in members.items() if key != name}


def _shortened(name: str, members: dict[str, Any]) -> dict[str, Any] | None:
    value = members.get(name)
    if isinstance(value, list) and len(value) > 1:
        return {**members, name: value[-1:]}
    if isinstance(value, str) and len(value) > _LONG:
        return {**members, name: value[:_LONG]}
    return None


def _members(request: Request) -> Any:
    named = {name.lower(): value for name, value in request.headers}.get("content-type", "")
    if not is_json(named.split(";")[0].strip().lower()):
        return None
    try:
        value = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
