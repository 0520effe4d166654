"""OpenAPI Overlay 1.0: a list of actions that mend and extend a document. The one door to JSONPath (RFC 9535)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from mockserver.errors import OverlayError, nearest

if TYPE_CHECKING:
    from jsonpath_rfc9535 import JSONPathNode, JSONPathQuery

Location = tuple[str | int, ...]
"""The member names and indices that lead from the root of a document to one of its nodes."""


class _Absent(Enum):
    MISSING = "missing"


MISSING: Final = _Absent.MISSING
"""The update of an action that has none; null is an update like any other."""


@dataclass(frozen=True, slots=True)
class Action:
    """One change: what `target` selects is merged with `update`, or removed."""

    target: str
    description: str
    update: Any
    remove: bool


@dataclass(frozen=True, slots=True)
class Overlay:
    """A parsed overlay document; `name` is what messages call it, a path as a rule."""

    title: str
    version: str
    extends: str | None
    actions: tuple[Action, ...]
    name: str


def parse_overlay(content: Any, name: str) -> Overlay:
    """Return the overlay that `content` describes; raises OverlayError, naming the action that is wrong."""
    if not isinstance(content, dict):
        raise OverlayError(f"{name}: an overlay is an object, this is {_kind(content)}")
    version = content.get("overlay")
    if version is None:
        found = next((f"`{key}: {content[key]}`" for key in ("openapi", "swagger", "arazzo") if key in content), "")
        raise OverlayError(
            f"{name}: not an overlay: it lacks `overlay: 1.0.0`" + (f" and says {found}" if found else "")
        )
    if not isinstance(version, str) or not re.fullmatch(r"1\.0\.\d+", version):
        raise OverlayError(f"{name}: this is overlay {version!r}; version 1.0.0 is read")
    info = content.get("info")
    if not isinstance(info, dict):
        raise OverlayError(f"{name}: `info` is missing; it has to be an object with `title` and `version`")
    for member in ("title", "version"):
        if not isinstance(info.get(member), str):
            raise OverlayError(f"{name}: `info.{member}` is {_kind(info.get(member))}, it has to be text")
    extends = content.get("extends")
    if extends is not None and not isinstance(extends, str):
        raise OverlayError(f"{name}: `extends` is {_kind(extends)}, it has to be a URI reference")
    actions = content.get("actions")
    if not isinstance(actions, list) or not actions:
        raise OverlayError(f"{name}: `actions` is {_kind(actions)}, it has to be a list of at least one action")
    parsed = tuple(_action(raw, f"action {number} of {name}") for number, raw in enumerate(actions, 1))
    return Overlay(info["title"], info["version"], extends, parsed, name)


def apply_overlay(document: dict[str, Any], overlay: Overlay) -> dict[str, Any]:
    """Return `document` with every action of `overlay` done, in order; `document` itself is left as it is.

    An update merges recursively into an object; into an array it is appended, a list item by item; everything
    else is replaced. Raises OverlayError when a target selects nothing, or something that cannot take the change.
    """
    changed: dict[str, Any] = _copy(document)
    for number, action in enumerate(overlay.actions, 1):
        where = f"action {number} of {overlay.name}, target {action.target}"
        locations = _locations(changed, action.target, where)
        if not locations:
            hint = _nearest_key(changed, action.target)
            raise OverlayError(f"{where}: matches nothing" + (f"; {hint}" if hint else ""))
        if action.remove:
            _remove(changed, locations, where)
        else:
            for node in [_at(changed, location) for location in locations]:  # as selected, before any of them changes
                _update(node, action.update, where)
    return changed


def _action(raw: Any, where: str) -> Action:
    if not isinstance(raw, dict):
        raise OverlayError(f"{where}: an action is an object, this is {_kind(raw)}")
    target = raw.get("target")
    if not isinstance(target, str):
        found = "is missing" if "target" not in raw else f"is {_kind(target)}"
        raise OverlayError(f"{where}: `target` {found}; it has to be a JSONPath such as $.info")
    where = f"{where}, target {target}"
    if _steps(target) is None:
        _query(target, where)
    description, remove = raw.get("description", ""), raw.get("remove", False)
    if not isinstance(description, str):
        raise OverlayError(f"{where}: `description` is {_kind(description)}, it has to be text")
    if not isinstance(remove, bool):
        raise OverlayError(f"{where}: `remove` is {_kind(remove)}, it has to be true or false")
    if "update" not in raw and not remove:
        known = [member for member in raw if member not in ("target", "description", "remove")]
        said = f"; it says {', '.join(f'`{member}`' for member in known)}" if known else ""
        raise OverlayError(f"{where}: neither `update` nor `remove: true`{said}")
    return Action(target, description, raw.get("update", MISSING), remove)


# Which nodes a target selects ---------------------------------------------------------------------------------------

# A singular query in its plain spellings. The library takes 28 ms to import and a server starts in less than 200,
# so what these two patterns recognise never loads it.
_NAME = r"[A-Za-z_\u0080-\ud7ff\ue000-\U0010ffff][0-9A-Za-z_\u0080-\ud7ff\ue000-\U0010ffff]*"
_STEP = re.compile(rf"""\.({_NAME})|\['([^'\\\x00-\x1f]*)'\]|\["([^"\\\x00-\x1f]*)"\]|\[(0|-?[1-9][0-9]{{0,14}})\]""")


def _steps(target: str) -> Location | None:
    """Return the steps of a plain chain of names and indices, None for any other query."""
    if not target.startswith("$"):
        return None
    steps: list[str | int] = []
    position = 1
    while position < len(target):
        match = _STEP.match(target, position)
        if match is None:
            return None
        kind = match.lastindex or 0
        steps.append(int(match[kind]) if kind == 4 else match[kind])
        position = match.end()
    return tuple(steps)


def _query(target: str, where: str) -> JSONPathQuery:
    from jsonpath_rfc9535 import JSONPathError, compile

    try:
        return compile(target)
    except JSONPathError as error:
        raise OverlayError(f"{where}: not a JSONPath as RFC 9535 defines it: {str(error).splitlines()[0]}") from None


def _found(document: Any, target: str, where: str = "") -> Sequence[JSONPathNode]:
    from jsonpath_rfc9535 import JSONPathError

    query = _query(target, where)
    try:
        return query.find(document)
    except JSONPathError as error:  # `..` in a document of more than a hundred levels
        raise OverlayError(f"{where}: {error}") from None


def _locations(document: Any, target: str, where: str) -> list[Location]:
    """Return where the selected nodes are, each once, in document order."""
    steps = _steps(target)
    if steps is None:
        return list(dict.fromkeys(tuple(node.location) for node in _found(document, target, where)))
    node, location = document, []
    for step in steps:
        found = _child(node, step)
        if found is None:
            return []
        location.append(found)
        node = node[found]
    return [tuple(location)]


def _child(node: Any, step: str | int) -> str | int | None:
    """Return the key below `node` that a step selects (an index counted from the front), None when there is none."""
    if isinstance(step, str):
        return step if isinstance(node, dict) and step in node else None
    if isinstance(node, list) and -len(node) <= step < len(node):
        return step % len(node)
    return None


def _nearest_key(document: Any, target: str) -> str:
    """Say what is there instead, at the deepest part of the target that still selects something."""
    steps = _steps(target)
    if steps is not None:
        node, depth = document, 0
        while (key := _child(node, steps[depth])) is not None:
            node, depth = node[key], depth + 1
        return _instead([node], _path(steps[:depth]), [steps[depth]])
    whole = str(_query(target, ""))  # the normal form: `$['paths'][*]`
    ends = [end for end in range(2, len(whole) + 1) if whole[end - 1] == "]" and _is_query(whole[:end])]
    nodes, reached = [document], "$"
    for end in ends:
        found = _found(document, whole[:end])
        if not found:
            return _instead(nodes, reached, _steps("$" + whole[len(reached) : end].lstrip(".")) or ())
        nodes, reached = [node.value for node in found], whole[:end]
    return ""


def _is_query(text: str) -> bool:
    try:
        return bool(_query(text, ""))
    except OverlayError:
        return False


def _instead(nodes: Iterable[Any], reached: str, wanted: Iterable[str | int | None]) -> str:
    keys: dict[str, None] = {}
    lengths = []
    for node in nodes:
        if isinstance(node, dict):
            keys.update(dict.fromkeys(map(str, node)))
        elif isinstance(node, list):
            lengths.append(len(node))
    for name in wanted:
        near = nearest(name, keys) if isinstance(name, str) else None
        if near is not None:
            return f"{reached} has {near!r}, not {name!r}"
        if isinstance(name, int) and lengths:
            return f"{reached} has {max(lengths)} items"
    if keys:
        return f"{reached} has {', '.join(map(repr, list(keys)[:6]))}{', ...' if len(keys) > 6 else ''}"
    return f"nothing is below {reached}" if not lengths else f"{reached} is an array"


def _path(steps: Location) -> str:
    return "$" + "".join(
        f".{step}" if isinstance(step, str) and re.fullmatch(_NAME, step) else f"[{step!r}]" for step in steps
    )


# What is done to them -----------------------------------------------------------------------------------------------


def _remove(document: Any, locations: list[Location], where: str) -> None:
    # the last items of an array first, so that the indices of the others stay true; children before their parents
    for location in sorted(locations, key=_removal_order, reverse=True):
        if not location:
            raise OverlayError(f"{where}: the document itself cannot be removed")
        del _at(document, location[:-1])[location[-1]]


def _removal_order(location: Location) -> tuple[int, tuple[tuple[bool, str, int], ...]]:
    return len(location), tuple((True, "", step) if isinstance(step, int) else (False, step, 0) for step in location)


def _update(node: Any, update: Any, where: str) -> None:
    if isinstance(node, dict):
        if not isinstance(update, dict):
            raise OverlayError(f"{where}: selects an object, so `update` has to be one, this is {_kind(update)}")
        _merge(node, update)
    elif isinstance(node, list):
        node.extend(_copy(update) if isinstance(update, list) else [_copy(update)])
    else:
        raise OverlayError(
            f"{where}: selects {_kind(node)}; an update changes an object or an array, so select the object around it"
        )


def _merge(into: dict[str, Any], update: dict[str, Any]) -> None:
    for name, value in update.items():
        present = into.get(name)
        if isinstance(present, dict) and isinstance(value, dict):
            _merge(present, value)
        elif isinstance(present, list) and isinstance(value, list):
            present.extend(_copy(value))
        else:
            into[name] = _copy(value)


def _at(document: Any, location: Location) -> Any:
    for step in location:
        document = document[step]
    return document


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_copy(item) for item in value]
    return value


def _kind(value: Any) -> str:
    """Name the JSON type of a value for a message."""
    names = {dict: "an object", list: "an array", str: "text", bool: "a boolean", type(None): "nothing"}
    return names.get(type(value), "a number")
