"""Adding schemas to a view: the schemas they include, and the keywords that hold schemas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.openapi.sampling.faults import Dead
from mockserver.openapi.sampling.keywords import FORBIDDEN, ONLY, RULES
from mockserver.openapi.sampling.references import Located, References
from mockserver.openapi.sampling.views import Branch, Choice, ItemRest, Opens, Rest, View
from mockserver.openapi.sampling.work import Work
from mockserver.openapi.validation import Schema

SOME_NAME = "\0someName"
"""A keyword of our own: some property name meets this schema."""
SHUT: Opens = ((), ())
_LIMIT = 20_000


_SINCE_2019 = frozenset(
    ("dependentRequired", "dependentSchemas", "maxContains", "minContains", "unevaluatedItems", "unevaluatedProperties")
)
_SINCE_2020 = frozenset(("$dynamicRef", "prefixItems"))
_UNTIL_2019 = frozenset(("$recursiveRef", "additionalItems"))
_SINCE_6 = frozenset(("const", "contains", "examples", "propertyNames"))
_SINCE_7 = frozenset(("if", "then", "else", "contentEncoding", "contentMediaType"))
_OLD = _SINCE_2019 | _SINCE_2020 | {"$recursiveRef"}
_VOID = {
    "4": _OLD | _SINCE_6 | _SINCE_7,
    "6": _OLD | _SINCE_7,
    "7": _OLD,
    "2019-09": _SINCE_2020,
    "2020-12": _UNTIL_2019,
}
"""The keywords that a draft does not know; whatever stands under them means nothing."""


class Absorber:
    """Adds schemas, and all that they include, to a view."""

    def __init__(self, references: References, draft: str) -> None:
        self.references = references
        self.work = Work()
        """What the sample under way has cost; the sampler puts a new one here for each."""
        self._void = _VOID[draft]
        self._stripped: dict[int, tuple[Any, dict[str, Any]]] = {}
        self._made: dict[Any, tuple[Any, Any]] = {}

    def absorb(self, view: View, branch: Branch, opens: Opens = SHUT) -> None:
        """Add every schema of `branch` to `view`. Raises Dead when nothing can meet them together."""
        pending = [(located, opens) for located in reversed(branch)]
        while pending:
            at, opens = pending.pop()
            schema = at.schema
            if schema is True:
                continue
            if schema is False:
                raise Dead("the schema is false")
            key = (at.key, opens)
            if key in view.seen:
                continue
            view.seen.add(key)
            self.work.spend(4 + len(at.scope) // 4)
            view.sources.append(at)
            if len(view.seen) > _LIMIT:
                raise Dead("allOf or $ref includes too many schemas")
            at = self.relevant(at)
            schema = at.schema
            self.work.spend(_volume(schema))
            assert isinstance(schema, dict)
            opens = self._absorb_rests(view, schema, at, opens)
            if "$ref" in schema and isinstance(schema["$ref"], str):
                pending.append((self.references.resolve(schema["$ref"], at), opens))
                if self.references.overriding:
                    continue
            if "$dynamicRef" in schema:
                pending.append((self.references.resolve_dynamic(schema["$dynamicRef"], at), opens))
            if "$recursiveRef" in schema:
                pending.append((self.references.resolve_recursive(at), opens))
            for inner in reversed(schema.get("allOf", ())):
                pending.append((self.references.inside(at, inner), opens))
            for keyword, value in schema.items():
                if rule := RULES.get(keyword):
                    rule(view, value, schema)
                elif place := _PLACES.get(keyword):
                    place(self, view, value, at, opens)
        self.work.spend((len(view.excluded) + len(view.enum or ())) // 8 + len(view.required) * len(view.rests) // 8)
        view.narrow()

    def relevant(self, at: Located) -> Located:
        """Return the schema without the keywords that mean nothing in its draft."""
        schema = at.schema
        if isinstance(schema, bool) or self._void.isdisjoint(schema) or ONLY in schema:
            return at
        if id(schema) not in self._stripped:
            kept = {name: value for name, value in schema.items() if name not in self._void}
            self._stripped[id(schema)] = (schema, kept)
        return at.beside(self._stripped[id(schema)][1])

    def made(self, at: Located, mark: str, schema: dict[str, Any]) -> Located:
        """Return a schema of our own, the same object each time, so that what is known about it is kept."""
        key = (at.key, mark)
        if key not in self._made:
            self._made[key] = (at, at.beside(schema))
        found: Located = self._made[key][1]
        return found

    def refused(self, at: Located) -> Located:
        """Return the schema that holds where `at` does not."""
        return self.made(at, "not", {"not": at.schema})

    def _absorb_rests(self, view: View, schema: dict[str, Any], at: Located, opens: Opens) -> Opens:
        """Note what the schema evaluates; return the rests that its in-place subschemas are to tell, too."""
        properties, items = opens
        if "unevaluatedProperties" in schema:
            view.rests.append(Rest(self.references.inside(at, schema["unevaluatedProperties"])))
            inner_properties = (*properties, len(view.rests) - 1)
            view.risky = True
        else:
            inner_properties = properties
        for index in inner_properties:
            rest = view.rests[index]
            rest.names.update(schema.get("properties", ()))
            rest.patterns.extend(schema.get("patternProperties", ()))
            rest.void |= "additionalProperties" in schema
        for index in properties:
            view.rests[index].void |= "unevaluatedProperties" in schema
        if "additionalProperties" in schema:
            rest = Rest(self.references.inside(at, schema["additionalProperties"]), final=True)
            rest.names.update(schema.get("properties", ()))
            rest.patterns.extend(schema.get("patternProperties", ()))
            view.rests.append(rest)
        tuples = schema.get("prefixItems")
        after = schema.get("items")
        if isinstance(after, list):
            tuples, after = after, schema.get("additionalItems")
        inner_items = items
        if "unevaluatedItems" in schema:
            view.item_rests.append(ItemRest(self.references.inside(at, schema["unevaluatedItems"])))
            inner_items = (*items, len(view.item_rests) - 1)
            view.risky = True
        for index in inner_items:
            item_rest = view.item_rests[index]
            item_rest.start = max(item_rest.start, len(tuples or ()))
            item_rest.void |= after is not None
            if "contains" in schema:
                item_rest.contained.append(self.references.inside(at, schema["contains"]))
        for index in items:
            view.item_rests[index].void |= "unevaluatedItems" in schema
        for position, inner in enumerate(tuples or ()):
            while len(view.prefix) <= position:
                view.prefix.append([])
            view.prefix[position].append(self.references.inside(at, inner))
        if after is not None:
            view.item_rests.append(ItemRest(self.references.inside(at, after), len(tuples or ())))
        return inner_properties, inner_items


def _volume(schema: Schema) -> int:
    """Return the units of work that a schema takes besides those of the schemas it includes."""
    assert isinstance(schema, dict)
    return sum(len(value) for value in schema.values() if isinstance(value, (dict, list))) // 2


def _properties(absorber: Absorber, view: View, value: dict[str, Any], at: Located, opens: Opens) -> None:
    view.implied.setdefault("object")
    for name, inner in value.items():
        if inner is False:
            view.forbidden.setdefault(name)
        view.properties.setdefault(name, []).append(absorber.references.inside(at, inner))


def _pattern_properties(absorber: Absorber, view: View, value: dict[str, Any], at: Located, opens: Opens) -> None:
    view.implied.setdefault("object")
    for pattern, inner in value.items():
        view.pattern_properties.append((pattern, absorber.references.inside(at, inner)))


def _property_names(absorber: Absorber, view: View, value: Any, at: Located, opens: Opens) -> None:
    view.implied.setdefault("object")
    view.property_names.append(absorber.references.inside(at, value))


def _some_name(absorber: Absorber, view: View, value: Any, at: Located, opens: Opens) -> None:
    view.some_names.append(at.beside(value))


def _contains(absorber: Absorber, view: View, value: Any, at: Located, opens: Opens) -> None:
    view.implied.setdefault("array")
    schema = at.schema if isinstance(at.schema, dict) else {}
    least = schema.get("minContains", 1)
    most = schema.get("maxContains")
    view.contains.append((absorber.references.inside(at, value), int(least), None if most is None else int(most)))
    if value is True and most is not None:
        view.max_items = int(most) if view.max_items is None else min(view.max_items, int(most))
    view.risky |= most is not None or "minContains" in schema


def _any_of(absorber: Absorber, view: View, value: list[Any], at: Located, opens: Opens) -> None:
    options: list[Branch] = [(absorber.references.inside(at, inner),) for inner in value]
    view.choices.append(Choice("anyOf", options, opens))


def _one_of(absorber: Absorber, view: View, value: list[Any], at: Located, opens: Opens) -> None:
    options: list[Branch] = [(absorber.references.inside(at, inner),) for inner in value]
    view.choices.append(Choice("oneOf", options, opens, source=at))
    view.risky |= len(options) > 1 and not _are_apart(absorber, options)


def _are_apart(absorber: Absorber, options: list[Branch]) -> bool:
    """Say whether no value can meet two of the options, by the types that they name at first sight."""
    seen: set[str] = set()
    for (at,) in options:
        types = _named_types(absorber, at)
        if types is None or not seen.isdisjoint(types):
            return False
        seen |= types
    return True


def _named_types(absorber: Absorber, at: Located) -> set[str] | None:
    for _ in range(4):
        schema = at.schema
        if not isinstance(schema, dict):
            return None
        kinds = schema.get("type")
        if kinds is not None:
            named = {kinds} if isinstance(kinds, str) else set(kinds)
            return named | {"number", "integer"} if named & {"number", "integer"} else named
        if not isinstance(schema.get("$ref"), str):
            return None
        try:
            at = absorber.references.resolve(schema["$ref"], at)
        except Dead:
            return None
    return None


def _not(absorber: Absorber, view: View, value: Any, at: Located, opens: Opens) -> None:
    from mockserver.openapi.sampling.negations import negations

    view.risky = True
    options = negations(absorber, absorber.references.inside(at, value))
    absorber.work.spend(3 * len(options))
    if not options:
        raise Dead("not bars everything")
    view.choices.append(Choice("not", options, SHUT, rank=1))


def _if(absorber: Absorber, view: View, value: Any, at: Located, opens: Opens) -> None:
    schema = at.schema if isinstance(at.schema, dict) else {}
    if not ("then" in schema or "else" in schema or opens != SHUT):
        return
    test = absorber.references.inside(at, value)
    view.risky = True
    then, otherwise = (absorber.references.inside(at, schema.get(word, True)) for word in ("then", "else"))
    view.choices.append(Choice("if", [(test, then), (absorber.refused(test), otherwise)], opens, rank=2))


def _dependent_schemas(absorber: Absorber, view: View, value: dict[str, Any], at: Located, opens: Opens) -> None:
    view.implied.setdefault("object")
    for name, inner in value.items():
        if isinstance(inner, list):
            view.dependents.append((name, inner))
            continue
        present = absorber.made(at, f"present {name}", {"required": [name]})
        absent = absorber.made(at, f"absent {name}", {FORBIDDEN: [name]})
        options: list[Branch] = [(present, absorber.references.inside(at, inner)), (absent,)]
        view.choices.append(Choice("dependentSchemas", options, opens, rank=3))
        view.risky = True


def _dependencies(absorber: Absorber, view: View, value: dict[str, Any], at: Located, opens: Opens) -> None:
    listed = {name: [inner] if isinstance(inner, str) else inner for name, inner in value.items()}
    _dependent_schemas(absorber, view, listed, at, opens)


_PLACES: dict[str, Callable[[Absorber, View, Any, Located, Opens], None]] = {
    SOME_NAME: _some_name,
    "properties": _properties,
    "patternProperties": _pattern_properties,
    "propertyNames": _property_names,
    "contains": _contains,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "not": _not,
    "if": _if,
    "dependentSchemas": _dependent_schemas,
    "dependencies": _dependencies,
}
