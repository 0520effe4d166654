"""Verdicts on parts of a value, by validators compiled for parts of the schema."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from mockserver.errors import InvalidSchema
from mockserver.openapi.sampling import matches
from mockserver.openapi.sampling.costs import Weights
from mockserver.openapi.sampling.references import Located
from mockserver.openapi.sampling.values import canonical, type_of, volume
from mockserver.openapi.sampling.views import View
from mockserver.openapi.sampling.work import Work
from mockserver.openapi.validation import Schema, Validator, compiled

_HOME = "urn:mockflare:schema"


class Judges:
    """Validators for the parts of one schema, compiled when first asked for."""

    def __init__(self, root: Schema, draft: str, weights: Weights) -> None:
        self.work = Work()
        """What the sample under way has cost; the sampler puts a new one here for each."""
        self._weights = weights
        self._matchers: dict[str, Validator] = {}
        self._sizes: dict[int, int] = {}
        self._root = root
        self._draft = draft
        self._parts: dict[int, tuple[Any, Validator | None]] = {}
        self._scalars: dict[Any, Validator | None] = {}
        self._pointers: dict[int, str] | None = None
        self._dynamic = False

    def holds(self, at: Located, value: Any) -> bool:
        """Say whether `value` is valid for a part of the schema; True when that cannot be told here."""
        schema = at.schema
        if isinstance(schema, bool):
            return schema
        known = self._parts.get(id(schema))
        self.work.once(("compiled", id(schema)), 20 + self._size(schema) // 4)
        self.work.spend(1 + self._weights.at(at) * volume(value) // 8)
        if known is None:
            known = self._parts[id(schema)] = (schema, self._compiled(schema))
        if known[1] is not None:
            return known[1].is_valid(value)
        if len(schema) == 1 and "not" in schema and not self._dynamic:
            inner = at.beside(schema["not"])
            return not self.holds(inner, value) or not self._telling(inner)
        return True

    def _telling(self, at: Located) -> bool:
        if isinstance(at.schema, bool):
            return True
        known = self._parts.get(id(at.schema))
        return (known is not None and known[1] is not None) or set(at.schema) == {"not"}

    def _size(self, schema: dict[str, Any]) -> int:
        """Return how much has to be compiled to judge by a part: all of the document where the part refers to it."""
        if id(schema) not in self._sizes:
            if not self._sizes:
                self._sizes[id(self._root)] = volume(self._root)
            self._sizes[id(schema)] = self._sizes[id(self._root)] if _refers(schema) else volume(schema)
        return self._sizes[id(schema)]

    def matching(self, pattern: str, name: str) -> bool:
        """Say whether a property name matches a regular expression, by the validator's own reading of it."""
        self.work.spend(1)
        self.work.once(("matcher", pattern), 15 + len(pattern) // 4)
        if (matcher := self._matchers.get(pattern)) is None:
            matcher = self._matchers[pattern] = compiled({"pattern": pattern})
        return matcher.is_valid(name)

    def scalar(self, view: View, value: Any) -> bool:
        """Say whether a number or a string keeps to the bounds, patterns and formats of `view`."""
        key: Any
        schema: dict[str, Any]
        self.work.spend(1 + len(view.excluded) // 8)
        if type_of(value) == "string":
            for pattern in view.patterns:
                self.work.spend(len(value) * matches.states(pattern) // 2000)
            if view.excluded and canonical(value) in {canonical(each) for each in view.excluded}:
                return False
            if len(value) < view.min_length or (view.max_length is not None and len(value) > view.max_length):
                return False
            if not view.patterns and not view.formats:
                return True
            key = (*view.patterns, None, *view.formats)
            schema = {"allOf": [{"pattern": each} for each in view.patterns] + [{"format": f} for f in view.formats]}
        else:
            if view.excluded and canonical(value) in {canonical(each) for each in view.excluded}:
                return False
            if view.step is None:
                return True
            step = int(view.step) if view.step.denominator == 1 else float(view.step)
            key = step
            schema = {"multipleOf": step}
        self.work.once(("scalar", key), 15 + sum(map(len, view.patterns)) // 4)
        if key not in self._scalars:
            try:
                self._scalars[key] = compiled(schema, draft=self._draft)
            except InvalidSchema:
                self._scalars[key] = None
        judge = self._scalars[key]
        fits = judge is None or judge.is_valid(value)
        if not fits and any(map(_backtracks, view.patterns)):
            self.work.spend(min(_BACKTRACKING, len(value) ** 2))
        return fits

    def _compiled(self, schema: dict[str, Any]) -> Validator | None:
        pointers = self._pointers_of_parts()
        where = pointers.get(id(schema))
        if where is None or self._dynamic or not isinstance(self._root, dict):
            return None
        if not _refers(schema):
            try:
                return compiled(schema, draft=self._draft)
            except (InvalidSchema, RecursionError):
                return None
        home = self._root.get(_ID[self._draft == "4"])
        root = self._root
        if not isinstance(home, str):
            home = _HOME
            root = {_ID[self._draft == "4"]: home, **root}
        home = home.partition("#")[0]
        wrapper: dict[str, Any] = {"allOf": [{"$ref": f"{home}#{where}"}], "definitions": {"whole": root}}
        if "$schema" in root:
            wrapper = {"$schema": root["$schema"], **wrapper}
        if self._draft in ("2019-09", "2020-12"):
            wrapper["$defs"] = wrapper.pop("definitions")
        try:
            return compiled(wrapper, draft=self._draft)
        except (InvalidSchema, RecursionError):
            return None

    def _pointers_of_parts(self) -> dict[int, str]:
        if self._pointers is None:
            found: dict[int, str] = {}
            pending: list[tuple[Any, str]] = [(self._root, "")]
            while pending:
                value, where = pending.pop()
                if isinstance(value, dict):
                    if id(value) in found:
                        continue
                    found[id(value)] = where
                    self._dynamic |= "$dynamicRef" in value or "$recursiveRef" in value
                    pending.extend((inner, f"{where}/{_escaped(str(name))}") for name, inner in value.items())
                elif isinstance(value, list):
                    pending.extend((inner, f"{where}/{index}") for index, inner in enumerate(value))
            self._pointers = found
        return self._pointers


_ID = ("$id", "id")
_BACKTRACKING = 8_000
"""The units that a regular expression with looks or back references may take before the library gives up on it."""


def _backtracks(pattern: str) -> bool:
    return "(?" in pattern or any(f"\\{digit}" in pattern for digit in range(1, 10)) or "\\k" in pattern


def _refers(schema: dict[str, Any]) -> bool:
    """Say whether a part may need the rest of the document to be understood."""
    pending: list[Any] = [schema]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            if not _REFERRING.isdisjoint(value):
                return True
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
    return False


_REFERRING = frozenset(("$ref", "$dynamicRef", "$recursiveRef", "$id", "id", "$schema"))


def _escaped(token: str) -> str:
    return quote(token.replace("~", "~0").replace("/", "~1"), safe="~")
