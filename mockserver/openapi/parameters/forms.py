"""Fields of a form: texts become what the form's schema asks for, in the styles that its media type names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from mockserver.errors import UnresolvedReference
from mockserver.openapi.document import Document
from mockserver.openapi.operations import MediaType
from mockserver.openapi.parameters.definition import Parameter
from mockserver.openapi.parameters.kinds import Shape, Tree, typed
from mockserver.openapi.parameters.reading import read_all
from mockserver.openapi.parameters.styles import as_is, deep
from mockserver.openapi.validation import Validator

_DEEPEST = 8
_STYLED = ("style", "explode", "allowReserved")
_STRUCTURES = frozenset(("array", "object"))


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form as it was sent, without its escapes."""

    name: str
    text: str
    media_type: str = ""
    """The part's own, "" when it has none."""
    is_file: bool = False


def read_fields(sent: Sequence[Field], shape: Shape, validator: Validator) -> dict[str, Any]:
    """Return the fields of a form by name, typed by its schema.

    A name that occurs twice, or that the schema calls an array, is a list; `name[]` and `name[member]`, as many
    clients write lists and objects, belong to `name` where the schema knows only that. Text stays text where the
    schema takes it, unless only another reading is valid. What a part calls JSON is read as such.
    """
    known = frozenset(shape.properties)
    plain: dict[str, list[Field]] = {}
    nested: dict[str, list[Field]] = {}
    for each in sent:
        base, bracket, _ = each.name.partition("[")
        if each.name in known or not bracket or base not in known:
            plain.setdefault(each.name, []).append(each)
        elif each.name == base + "[]":
            plain.setdefault(base, []).append(each)
        else:
            nested.setdefault(base, []).append(each)
    found: dict[str, Any] = {}
    otherwise: dict[str, Any] = {}
    for name, fields in plain.items():
        inner = shape.member(name)
        found[name], other = (_plain(fields, inner, as_text=as_text) for as_text in (True, False))
        if other != found[name] or type(other) is not type(found[name]):
            otherwise[name] = other
    for base, fields in nested.items():
        for tree in deep([(each.name, each.text) for each in fields], base, as_is):
            found[base] = typed(tree, shape.member(base), as_text=True)
            otherwise[base] = typed(tree, shape.member(base), as_text=False)
    return _fitting(found, otherwise, validator) if otherwise else found


def _plain(fields: Sequence[Field], shape: Shape, *, as_text: bool) -> Any:
    """Return a field that was sent once or several times."""
    if len(fields) > 1:
        return [_value(each, shape.item(at), as_text) for at, each in enumerate(fields)]
    value = _value(fields[0], shape, as_text)
    is_list = "array" in shape.kinds and not (as_text and "string" in shape.kinds)
    return [_value(fields[0], shape.item(0), as_text)] if is_list and isinstance(value, str) else value


def _value(field: Field, shape: Shape, as_text: bool) -> Any:
    text, kinds = field.text, shape.kinds
    is_json = field.media_type == "application/json" or field.media_type.endswith("+json")
    if field.is_file and (not is_json or "string" in kinds or not kinds):
        return text
    asks = bool(kinds & _STRUCTURES) and text[:1] in ("{", "[") and not shape.item(0).is_binary
    if is_json or (asks and not (as_text and "string" in kinds)):
        try:
            return orjson.loads(text.encode("utf-8", "surrogatepass"))
        except orjson.JSONDecodeError:
            return text
    tree: Tree = text
    return tree if kinds & _STRUCTURES and not kinds - _STRUCTURES else typed(tree, shape, as_text=as_text)


def _fitting(found: dict[str, Any], otherwise: dict[str, Any], validator: Validator) -> dict[str, Any]:
    """Return the fields with other readings of those that break the schema, where that makes them valid."""
    try:
        if validator.is_valid(found):
            return found
        pointers = [each.pointer for each in validator.violations(found)]
        wrong = {part.split("/")[1].replace("~1", "/").replace("~0", "~") for part in pointers if part}
        chosen = {name: otherwise.get(name, value) if name in wrong else value for name, value in found.items()}
        for other in (chosen, {**found, **otherwise}):
            if validator.is_valid(other):
                return other
    except ValueError:  # nested past what the validator takes, which is told where the body is judged
        pass
    return found


def styled_fields(media_type: MediaType, body: bytes) -> dict[str, Any]:
    """Return the fields whose `encoding` names a style, read in it and typed; the others are not among them.

    A field that is not written in its style stays text: the form's schema then says what is wrong.
    """
    query = body.decode("utf-8", "replace")
    return read_all(list(_parameters(media_type)), query)


def _parameters(media_type: MediaType) -> Iterator[Parameter]:
    encodings = media_type.raw.get("encoding")
    properties = dict(_properties(media_type.document, media_type.raw.get("schema"), 0))
    for name, encoding in encodings.items() if isinstance(encodings, Mapping) else ():
        if isinstance(encoding, Mapping) and name in properties and any(each in encoding for each in _STYLED):
            raw = {"schema": properties[name], **{each: encoding[each] for each in _STYLED if each in encoding}}
            yield Parameter(media_type.document, raw, name, "query", media_type.pointer)


def _properties(document: Document, schema: Any, depth: int) -> Iterator[tuple[str, Any]]:
    try:
        node = document.resolve(schema)
    except UnresolvedReference:
        return
    if not isinstance(node, dict) or depth > _DEEPEST:
        return
    if isinstance(node.get("properties"), dict):
        yield from node["properties"].items()
    for each in node["allOf"] if isinstance(node.get("allOf"), list) else ():
        yield from _properties(document, each, depth + 1)
