"""XPath into the XML body of a request: the few forms that templates use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring

from mockserver.engine.pointers import MISSING

_LARGEST = 1024 * 1024
_MOST_STEPS = 64
_STEP = re.compile(
    r"(//?)"
    r"(?:(?P<attribute>@[\w.:-]+)|(?P<text>text\(\))|(?P<name>\*|[\w.:-]+))"
    r"(?:\[\s*(?:(?P<index>\d{1,6})|local-name\(\)\s*=\s*(?:'(?P<one>[^']*)'|\"(?P<two>[^\"]*)\"))\s*\])?"
)


def find(body: bytes, path: str) -> Any:
    """Return the text of the first element or attribute that an XPath leads to, MISSING when there is none.

    Names, `*`, `//`, `[2]`, `[local-name() = 'name']`, `text()` and a last `@attribute` are understood; names are
    compared without their namespaces. A body with a DOCTYPE is not read: entities could make it any size.
    """
    if len(body) > _LARGEST or b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        return MISSING
    steps = list(_STEP.finditer(path))
    if not steps or len(steps) > _MOST_STEPS or "".join(step[0] for step in steps) != path.strip():
        return MISSING
    try:
        root = fromstring(body)
    except (ParseError, ValueError, LookupError):
        return MISSING
    above = Element("")
    above.append(root)
    found = [above]
    for step in steps:
        if step["attribute"] is not None:
            return next(_attributes(step, found), MISSING)
        if step["text"] is None:
            found = list(_elements(step, found))
    return "".join(found[0].itertext()) if found else MISSING


def _elements(step: re.Match[str], from_: list[Element]) -> Iterator[Element]:
    wanted = step["one"] or step["two"] or step["name"].rsplit(":", 1)[-1]
    for element in from_:
        below = [each for each in element.iter() if each is not element] if step[1] == "//" else list(element)
        named = [each for each in below if wanted == "*" or _local(each.tag) == wanted]
        if step["index"] is None:
            yield from named
        elif 1 <= int(step["index"]) <= len(named):
            yield named[int(step["index"]) - 1]


def _attributes(step: re.Match[str], from_: list[Element]) -> Iterator[str]:
    wanted = step["attribute"][1:].rsplit(":", 1)[-1]
    for element in from_:
        for each in element.iter() if step[1] == "//" else (element,):
            for name, value in each.attrib.items():
                if _local(name) == wanted:
                    yield value


def _local(name: Any) -> str:
    return str(name).rsplit("}", 1)[-1]
