"""What a schema costs: how deep its smallest instance must be, and how much work judging it takes."""

from __future__ import annotations

from typing import Any

from mockserver.openapi.sampling import matches
from mockserver.openapi.sampling.faults import Dead
from mockserver.openapi.sampling.references import Located, References, subschemas
from mockserver.openapi.sampling.work import Work

ENDLESS = 1000
"""The height of a schema that seems to have no finite instance."""
_HEIGHT_STEPS = 2000
_SHALLOW = 60


class Costs:
    """Estimates for the parts of one schema."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._known: dict[Any, tuple[Located, int, int]] = {}
        self._heights: dict[Any, tuple[Located, int]] = {}
        self._steps = 0

    def height(self, branch: tuple[Located, ...], work: Work) -> int:
        """Return how many levels an instance of all these schemas needs, at most ENDLESS. Raises Exhausted."""
        return max((self._whole_height(at, work) for at in branch), default=0)

    def _whole_height(self, at: Located, work: Work) -> int:
        if at.key not in self._known:
            # What is noted on the way depends on where the way began, so each way begins with an empty notebook:
            # a height must not depend on which heights were asked for before.
            self._steps = 0
            self._heights = {}
            self._known[at.key] = (at, self._height(at, ()), self._steps)
        _, height, steps = self._known[at.key]
        work.once(("height", at.key), 1 + steps * 4)
        return height

    def _height(self, at: Located, above: tuple[Any, ...]) -> int:
        schema = at.schema
        if isinstance(schema, bool) or "enum" in schema or "const" in schema:
            return 0
        key = at.key
        known = self._heights.get(key)
        if known is not None:
            return known[1]
        self._steps += 1
        if key in above or len(above) > _SHALLOW or self._steps > _HEIGHT_STEPS:
            return ENDLESS
        above = (*above, key)
        found = 0
        inside = self._references.inside
        try:
            if isinstance(reference := schema.get("$ref"), str):
                found = self._height(self._references.resolve(reference, at), above)
            elif isinstance(reference := schema.get("$dynamicRef"), str):
                found = self._height(self._references.resolve_dynamic(reference, at), above)
            elif "$recursiveRef" in schema:
                found = self._height(self._references.resolve_recursive(at), above)
        except Dead:
            return ENDLESS
        for inner in schema.get("allOf", ()):
            found = max(found, self._height(inside(at, inner), above))
        for keyword in ("anyOf", "oneOf"):
            if options := schema.get(keyword):
                found = max(found, min(self._height(inside(at, inner), above) for inner in options))
        required = schema.get("required")
        for name in required if isinstance(required, list) else ():
            inner = schema.get("properties", {}).get(name, True)
            found = max(found, 1 + self._height(inside(at, inner), above))
        items = schema.get("items", True)
        if schema.get("minItems", 0) > 0 and isinstance(items, (dict, bool)):
            found = max(found, 1 + self._height(inside(at, items), above))
        found = min(found, ENDLESS)
        if found < ENDLESS:
            self._heights[key] = (at, found)
        return found


class Weights:
    """How much work judging a value takes: the subschemas and listed values that are looked at in one place."""

    def __init__(self, references: References, limit: int) -> None:
        self._known: dict[Any, int] = {}
        self.most = _weigh(references, limit, self._known)
        """The most at any place; counting stops above `limit`."""

    def at(self, located: Located) -> int:
        """Return the work at the place of one subschema; 1 for one that is not part of the document."""
        return self._known.get((id(located.schema), located.base), 1)


def _weigh(references: References, limit: int, known: dict[Any, int]) -> int:
    kept: list[Located] = []
    most = 0
    # Each entry is visited twice: first to push what it includes, then to add that up.
    pending: list[tuple[Located, bool]] = [(references.root, False)]
    while pending:
        at, ready = pending.pop()
        schema = at.schema
        if isinstance(schema, bool):
            continue
        key = (id(schema), at.base)
        if ready:
            # What is unevaluated is found by judging everything beside it once more.
            again = 2 if "unevaluatedProperties" in schema or "unevaluatedItems" in schema else 1
            total = _own(schema) + again * sum(
                known.get((id(inner.schema), inner.base), 1) for inner in _in_place(references, at)
            )
            known[key] = total
            most = max(most, total)
            if most > limit:
                return most
        elif key not in known:
            known[key] = 1
            kept.append(at)
            pending.append((at, True))
            pending.extend((inner, False) for inner in _in_place(references, at))
            pending.extend((references.inside(at, inner), False) for inner in subschemas(schema))
    return most


def compiling_work(root: Any) -> int:
    """Return how much work compiling takes beyond reading: resources times references, and the states of patterns."""
    resources = references = states = 0
    pending = [root]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            resources += isinstance(value.get("$id", value.get("id")), str)
            references += isinstance(value.get("$ref"), str)
            if isinstance(pattern := value.get("pattern"), str):
                states += matches.states(pattern)
            if isinstance(named := value.get("patternProperties"), dict):
                states += sum(map(matches.states, named))
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
    return resources * references * 100 + states


def _own(schema: dict[str, Any]) -> int:
    listed, patterns = schema.get("enum"), schema.get("patternProperties")
    own = 1 + (len(patterns) if isinstance(patterns, dict) else 0)
    if isinstance(listed, list):
        nested = sum(isinstance(each, (dict, list)) for each in listed)
        own += (len(listed) - nested) // 8 + nested
    return own


def _in_place(references: References, at: Located) -> list[Located]:
    schema = at.schema
    assert isinstance(schema, dict)
    found = [
        references.inside(at, inner)
        for keyword in ("allOf", "anyOf", "oneOf")
        if isinstance(schema.get(keyword), list)
        for inner in schema[keyword]
        if isinstance(inner, (dict, bool))
    ]
    found += [
        references.inside(at, schema[keyword])
        for keyword in ("not", "if", "then", "else")
        if isinstance(schema.get(keyword), (dict, bool))
    ]
    if isinstance(reference := schema.get("$ref"), str):
        try:
            target = references.resolve(reference, at)
        except Dead:
            return found
        found.append(Located(target.schema, target.base))
    return found
