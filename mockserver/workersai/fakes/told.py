"""What a prompt tells of the members of a structured answer: values for nested objects, arrays and plain members."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, NamedTuple

from mockserver.workersai.fakes import choices, decisions, members, readings
from mockserver.workersai.fakes.members import DATES, PEOPLE, Source, words_of

_READ = 20_000
_DEEPEST, _MOST_CHANGES, _MOST_ITEMS = 8, 200, 50
_LED = re.compile(
    r"(?:please\s+)?(?:extract|parse|convert|identify|list|get|return|find|turn|classify|categori[sz]e|label|analy[sz]e|summari[sz]e|"
    r"translate|give|read|fill|what|which|is|determine|detect|tag|rate|structure|transform|respond|answer|generate|produce)\b",
    re.IGNORECASE,
)
_SO_MANY = re.compile(
    rf"\b(\d{{1,2}}|{'|'.join(readings.COUNTED)})\s+(?:(?:random|fake|different|example|sample|fictional|imaginary|short|new)\s+){{0,3}}([a-z]{{2,30}})\b",
    re.IGNORECASE,
)
_PRICE = re.compile(
    r"(?:EUR|USD|GBP|CHF|JPY|[€$£¥])\s?(\d[\d.,]{0,20}\d|\d)|(\d[\d.,]{0,20}\d|\d)\s?(?:EUR|USD|GBP|CHF|JPY|[€$£¥]|euros?\b|dollars?\b)"
)
_BESIDE_NAME = re.compile(r"\s*(?:\(|<|:|–|-\s|\bat\s+[€$£¥\d]|\bfor\s+[€$£¥]|,|[€$£¥]|\bcost).*$", re.DOTALL)


_Check = Callable[[Any], bool]
_Sample = Callable[[Any, int], Any]


class Change(NamedTuple):
    """A value that a prompt tells, and where it belongs."""

    path: tuple[str | int, ...]
    value: Any


def fill(value: Any, schema: Any, prompt: str, is_valid: _Check, sample: _Sample) -> Any:
    """Return a value of a schema with what a prompt tells of its members, as far as that is valid.

    `sample` makes a value of one of the schema's own subschemas. Names, dates, amounts, one of several values, the
    things of a list: where the prompt tells nothing, what was made stays.
    """
    reader = _Reader(schema if isinstance(schema, dict) else {}, prompt[-_READ:], sample)
    changes = list(reader.changes(value, schema))[:_MOST_CHANGES]
    changed = deepcopy(value) if changes else value
    for change in changes:
        changed = _with(changed, change)
    if not changes or is_valid(changed):
        return changed
    for change in changes:  # one of them is too long, or not of the pattern: the others may stay
        tried = _with(deepcopy(value), change)
        if is_valid(tried):
            value = tried
    return value


def _with(value: Any, change: Change) -> Any:
    """Return a value with a change made in place."""
    if not change.path:
        return change.value
    node = value
    for step in change.path[:-1]:
        node = node[step]
    node[change.path[-1]] = change.value
    return value


class _Reader:
    """Reads a prompt for the members of one schema."""

    def __init__(self, root: Mapping[str, Any], prompt: str, sample: _Sample) -> None:
        self._root, self._sample, self._prompt = root, sample, prompt
        task = choices.split(prompt) if _LED.match(prompt) else choices.Task("", "")
        self._said = task.text or prompt

    def changes(
        self, made: Any, schema: Any, name: str = "", said: str | None = None, depth: int = 0
    ) -> Iterator[Change]:
        """Yield what is told of a value and of what is within it."""
        said = self._said if said is None else said
        schema = self._resolved(schema)
        if not isinstance(schema, dict) or depth > _DEEPEST:
            return
        parts = schema.get("properties")
        if isinstance(parts, dict) and (isinstance(made, dict) or (made is None and depth)):
            own = made or {}
            name = name or str(schema.get("title", "")) or self._kind_of(parts)
            for each, member in parts.items():
                inner = own.get(each)
                below = list(self.changes(inner, member, self._called(each, name), said, depth + 1))
                if inner is None and any(change.path for change in below):
                    below = self._whole(member, below) if each in own else []  # one that may be left out stays out
                yield from (Change((each, *change.path), change.value) for change in below)
            return
        found = self._value(name, schema, made, said)
        if found is not None and found != made:
            yield Change((), found)

    def _whole(self, schema: Any, told: list[Change]) -> list[Change]:
        """Return an object of what is told of one that is null so far, nothing where none can be made."""
        own = [change for change in told if len(change.path) == 1]
        made = self._sample(self._resolved(schema), 0) if own else None
        if not isinstance(made, dict):
            return []
        for change in own:
            made = _with(made, change)
        return [Change((), made)]

    def _kind_of(self, parts: Mapping[str, Any]) -> str:
        """Return what an object without a title is: an event, where its members are a day and people."""
        words = {word for each in parts for word in words_of(each)}
        return "event" if words & PEOPLE and words & DATES else ""

    def _called(self, name: str, parent: str) -> str:
        """Return what a member is called: with its parent where it is only a name or the like."""
        return (
            f"{parent} {name}"
            if parent and {"name", "date", "number", "amount", "value"} & set(words_of(name))
            else name
        )

    def _resolved(self, schema: Any, depth: int = 0) -> Any:
        """Return a schema without reference, and the first alternative that is no null."""
        if not isinstance(schema, dict) or depth > _DEEPEST:
            return schema
        reference = schema.get("$ref")
        if isinstance(reference, str) and reference.startswith("#/"):
            node: Any = self._root
            for step in reference[2:].split("/"):
                node = node.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(node, dict) else None
            return (
                self._resolved({**node, **{k: v for k, v in schema.items() if k != "$ref"}}, depth + 1)
                if isinstance(node, dict)
                else schema
            )
        for keyword in ("anyOf", "oneOf", "allOf"):
            branches = schema.get(keyword)
            if isinstance(branches, list) and "properties" not in schema and "type" not in schema:
                own = {k: v for k, v in schema.items() if k != keyword}
                for branch in branches:
                    if isinstance(branch, dict) and branch.get("type") != "null":
                        return self._resolved({**own, **branch}, depth + 1)
        return schema

    def _value(self, name: str, schema: dict[str, Any], made: Any, said: str) -> Any:
        """Return what is told of a plain member or an array, None when nothing is."""
        kinds = schema.get("type")
        kind = next((each for each in kinds if each != "null"), None) if isinstance(kinds, list) else kinds
        if kind == "array" or (kind is None and isinstance(made, list)):
            return self._array(name, schema, made, said)
        return members.told(name, {**schema, "type": kind}, made, Source(self._prompt, said))

    def _array(self, name: str, schema: Mapping[str, Any], made: Any, said: str) -> list[Any] | None:
        """Return the items of an array that are told, as many as may be, None for fewer than there have to be."""
        inner = self._resolved(schema.get("items"))
        if not isinstance(inner, dict):
            return None
        words = words_of(f"{name} {schema.get('description', '')}")
        if isinstance(inner.get("properties"), dict):
            within = said is not self._said  # a thing of a list, which lists no things of its own
            found = [] if within else list(self._objects(words, inner, made, said))
        else:
            found = members.items(words, inner, Source(self._prompt, said))
        most, least = schema.get("maxItems"), schema.get("minItems")
        if schema.get("uniqueItems"):
            found = [each for place, each in enumerate(found) if each not in found[:place]]
        if not found and isinstance(made, list):
            found = self._as_many(words, schema["items"], made)
        found = found[: most if isinstance(most, int) else _MOST_ITEMS]
        return found if found and len(found) >= (least if isinstance(least, int) else 0) else None

    def _as_many(self, words: Sequence[str], inner: Any, made: list[Any]) -> list[Any]:
        """Return as many items as a prompt asks for ("three random people"), those that were made first."""
        wanted = next(
            (
                count
                for count, noun in _SO_MANY.findall(self._prompt)
                if noun.lower() in words or f"{noun.lower()}s" in words
            ),
            None,
        )
        if wanted is None:
            return []
        number = min(_MOST_ITEMS, int(wanted) if wanted.isdigit() else readings.COUNTED[wanted.lower()])
        return [*made[:number], *(self._sample(inner, place) for place in range(len(made), number))]

    def _objects(self, words: Sequence[str], inner: dict[str, Any], made: Any, said: str) -> Iterator[Any]:
        """Yield an object for each person or thing that a text lists."""
        people = readings.people(said)
        items = readings.entries(said)
        about_people = bool(PEOPLE & set(words)) or (
            not items
            and len(people) > 1
            and {"name"} & {word for each in inner["properties"] for word in words_of(each)}
        )
        template = made[0] if isinstance(made, list) and made else self._sample(inner, 0)
        if not isinstance(template, dict):
            return
        if about_people:
            starts = [*(start for start, _ in people), len(said)]
            entries = [(name, said[starts[place] : starts[place + 1]]) for place, (_, name) in enumerate(people)]
        else:
            entries = [
                (_BESIDE_NAME.sub("", readings.QUANTITY.sub("", item, 1)).strip(" .,;\"'"), item) for item in items
            ]
        for name, entry in entries[:_MOST_ITEMS]:
            value = deepcopy(template)
            for change in self.changes(value, inner, "", entry, 1):
                value = _with(value, change)
            titled = next(
                (
                    each
                    for each in inner["properties"]
                    if words_of(each)[-1:] in (["name"], ["item"], ["product"], ["title"], ["description"], ["task"])
                ),
                None,
            )
            if titled is not None and name:
                value[titled] = name
            if not about_people:
                for each in inner["properties"]:
                    if {"price", "cost", "amount"} & set(words_of(each)) and (priced := _PRICE.search(entry)):
                        value[each] = decisions.value_of(priced[1] or priced[2])
                    elif {"quantity", "qty", "count"} & set(words_of(each)) and not readings.QUANTITY.match(entry):
                        value[each] = 1
            yield value
