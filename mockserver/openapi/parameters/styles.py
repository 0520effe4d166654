"""The styles in which parameters are written: text in, the ways to read it out.

A way to read is a tree of texts, still percent-decoded but not typed. There is more than one where clients are known
to write the same thing differently: the first one that the schema allows counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from urllib.parse import unquote, unquote_plus

from mockserver.openapi.parameters.kinds import Tree

DEFAULTS = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}
"""The style of a location where the document names none."""

STYLES = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}
"""The styles that a location knows."""

_SEPARATORS = {
    "form": (",",),
    "simple": (",",),
    "spaceDelimited": ("%20", "+", " "),
    "pipeDelimited": ("|", "%7C", "%7c"),
}
_ENCODED_COMMA = ("%2C", "%2c")
_DEEPEST = 8

Decoding = Callable[[str], str]


class Malformed(ValueError):
    """Text that is not written in its style; the message says what would be."""


def decode_path(text: str) -> str:
    """Return a piece of a path without its percent escapes."""
    return unquote(text, errors="replace") if "%" in text else text


def decode_query(text: str) -> str:
    """Return a piece of a query without its percent escapes; a plus sign is a space."""
    return unquote_plus(text, errors="replace") if "%" in text or "+" in text else text


def as_is(text: str) -> str:
    """Return text that knows no escapes: that of a header."""
    return text


def primitive(texts: Sequence[str], decode: Decoding) -> list[Tree]:
    """Read one value; of several with the name the last counts."""
    return [decode(texts[-1])]


def listed(texts: Sequence[str], style: str, explode: bool, decode: Decoding) -> list[Tree]:
    """Read an array: one text for each item (explode), or one text with separators."""
    if explode and style in ("form", "spaceDelimited", "pipeDelimited"):
        items: Tree = [decode(text) for text in texts]
        return [items, []] if texts == [""] else [items]
    found: list[Tree] = [_decoded(_split(texts[-1], _SEPARATORS[style]), decode)]
    if len(texts) > 1:  # repeated although it should not be
        found.append(_decoded([part for text in texts for part in _split(text, _SEPARATORS[style])], decode))
    if style in ("form", "simple"):
        found.append(_decoded(_split(texts[-1], (",", *_ENCODED_COMMA)), decode))  # many clients escape the comma
    return [*found, []] if texts == [""] else found


def keyed(text: str, style: str, explode: bool, decode: Decoding) -> list[Tree]:
    """Read an object from one text: `a,1,b,2`, or with explode `a=1,b=2`. Raises Malformed."""
    parts = _split(text, _SEPARATORS[style])
    if style == "form" and len(parts) == 1:
        parts = _split(text, (",", *_ENCODED_COMMA))
    return [_assembled(parts, explode, decode)]


def deep(pairs: Iterable[tuple[str, str]], name: str, decode: Decoding = decode_query) -> list[Tree]:
    """Read an object from pairs such as `name[a]=1`, `name[b][c]=2`, `name[d][]=3`; [] when there are none."""
    found: dict[str, Tree] = {}
    for key, text in pairs:
        if key.startswith(name + "[") and key.endswith("]"):
            path = key[len(name) + 1 : -1].split("][")
            if len(path) <= _DEEPEST:
                _put(found, path, decode(text))
    return [_lists(found)] if found else []


def label(text: str, kind: str, explode: bool) -> list[Tree]:
    """Read `.5`, `.3.4.5` or `.a=1.b=2`. Raises Malformed."""
    if not text.startswith("."):
        raise Malformed("a value in style label begins with a dot")
    rest = text[1:]
    if kind == "primitive":
        return [decode_path(rest)]
    parts = _split(rest, (".",) if explode else (",",))
    if kind == "array":
        other = _split(rest, (",", ".", *_ENCODED_COMMA))
        return [_decoded(parts, decode_path), _decoded(other, decode_path)]
    return [_assembled(parts, explode, decode_path)]


def matrix(text: str, name: str, kind: str, explode: bool) -> list[Tree]:
    """Read `;name=5`, `;name=3,4` or `;name=3;name=4`, and objects `;name=a,1` or `;a=1;b=2`. Raises Malformed."""
    if not text.startswith(";"):
        raise Malformed(f"a value in style matrix begins with a semicolon, ;{name}=...")
    parts = text[1:].split(";")
    if kind == "object" and explode:
        return [_assembled(parts, True, decode_path)]
    values = []
    for part in parts:
        key, _, value = part.partition("=")
        if decode_path(key) != name:
            raise Malformed(f"a value in style matrix is ;{name}=..., this is ;{part}")
        values.append(value)
    if kind == "primitive":
        return [decode_path(values[-1])]
    if kind == "object":
        return [_assembled(_split(values[-1], (",", *_ENCODED_COMMA)), False, decode_path)]
    if explode:
        return [[decode_path(value) for value in values]]
    return [_decoded(_split(values[-1], (",", *_ENCODED_COMMA)), decode_path)]


def _decoded(parts: list[str], decode: Decoding) -> Tree:
    return [decode(part) for part in parts]


def _split(text: str, separators: Sequence[str]) -> list[str]:
    for separator in separators[1:]:
        text = text.replace(separator, separators[0])
    return text.split(separators[0]) if text else []


def _assembled(parts: list[str], explode: bool, decode: Decoding) -> Tree:
    if explode:
        pairs = [part.partition("=")[::2] for part in parts]
    elif len(parts) % 2:
        raise Malformed("an object is written as names and values in turn: a,1,b,2")
    else:
        pairs = list(zip(parts[::2], parts[1::2], strict=True))
    return {decode(name): decode(value) for name, value in pairs}


def _put(found: dict[str, Tree], path: list[str], text: str) -> None:
    """Put a text at a path of names; one that is there already becomes a list."""
    at = found
    for name in path[:-1]:
        inner = at.get(name)
        if not isinstance(inner, dict):
            inner = at[name] = {}
        at = inner
    name = path[-1]
    known = at.get(name)
    if known is None:
        at[name] = [text] if name == "" else text
    else:
        at[name] = [*known, text] if isinstance(known, list) else [known, text]


def _lists(tree: Tree) -> Tree:
    """Turn `{"": [...]}` and `{"0": ..., "1": ...}` into lists."""
    if not isinstance(tree, dict):
        return tree
    if list(tree) == [""]:
        listed: Tree = tree[""]
        return listed
    inner = {name: _lists(part) for name, part in tree.items()}
    if inner and list(inner) == [str(position) for position in range(len(inner))]:
        return list(inner.values())
    return inner
