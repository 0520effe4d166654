"""Dispatchers that compare a request with the examples of requests: path, query and header values.

Among several equal ones the rest of the request decides: its headers, then its body.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

import orjson

from mockserver.engine import seeds
from mockserver.engine.dispatchers.decisions import Decision, Dispatcher, Maker, Making
from mockserver.engine.invocation import Invocation
from mockserver.engine.pairs import Ask, Place, text_of
from mockserver.engine.pointers import MISSING
from mockserver.errors import nearest

_MOST_QUERY_FIELDS = 1000


def uri_parts(rules: Any, making: Making) -> Dispatcher | None:
    """Compare path parameters: `year && month`; without rules all of them."""
    return _comparing(_names(rules, making) or _declared(making, "path"), "path", making)


def uri_params(rules: Any, making: Making) -> Dispatcher | None:
    """Compare query parameters: `status && page`; without rules all that have examples."""
    return _comparing(_names(rules, making) or _declared(making, "query"), "query", making)


def uri_elements(rules: Any, making: Making) -> Dispatcher | None:
    """Compare path and query parameters: `petId ?? user_key`; without rules all that have examples."""
    if rules is None or rules == "":
        places = [("path", name) for name in _declared(making, "path")]
        return by_values([*places, *(("query", name) for name in _declared(making, "query"))], making)
    if not isinstance(rules, str):
        raise making.refusal(f"the rules of URI_ELEMENTS are text like `petId ?? user_key`, this is {rules!r:.80}")
    path, _, query = rules.partition("??")
    places = [("path", name) for name in _split(path)]
    _check(path_names=[name for _, name in places], making=making)
    return by_values([*places, *(("query", name) for name in _split(query))], making)


def query_header(rules: Any, making: Making) -> Dispatcher | None:
    """Compare request headers: `x-api-key && x-tenant`."""
    names = _names(rules, making) or _declared(making, "header")
    if not names:
        raise making.refusal("QUERY_HEADER needs the names of headers, like `x-api-key && x-tenant`")
    return _comparing([name.lower() for name in names], "header", making)


MAKERS: dict[str, Maker] = {
    "URI_PARTS": uri_parts,
    "URI_PARAMS": uri_params,
    "URI_ELEMENTS": uri_elements,
    "QUERY_HEADER": query_header,
    "SEQUENCE": uri_parts,  # in Microcks' sources it is computed from the path, too
}


def by_values(places: Sequence[Place], making: Making) -> Dispatcher:
    """Return a dispatcher that chooses the pairs whose request has the same values in all `places`.

    An example that says nothing of a place fits a request without it best, and any other request next.
    """
    pairs = making.pairs
    forms = [(name, _Form(pairs.asks[name], places)) for name in pairs.complete]
    forms = [(name, form) for name, form in forms if form.wanted]
    rest = any(form.others or form.body is not None for _, form in forms)
    exact: dict[_Key, list[tuple[str, _Form]]] = {}
    for name, form in forms:
        if len(form.wanted) == len(places):  # nothing fits better: no need to look at the others
            exact.setdefault(_key(form.wanted, places), []).append((name, form))

    def dispatch(invocation: Invocation) -> Decision:
        found = _values(invocation, places)
        best = exact.get(_key(found, places)) or _best((name, form, form.agrees(found)) for name, form in forms)
        if len(best) > 1 and rest:
            best = _best((name, form, form.resembles(invocation)) for name, form in best)
        return tuple(name for name, _ in best)

    return dispatch


_Key = tuple[tuple[str, ...], ...]


def _key(values: Mapping[Place, list[str]], places: Sequence[Place]) -> _Key:
    return tuple(tuple(values[place]) for place in places)


def by_bodies(making: Making) -> Dispatcher:
    """Return a dispatcher that chooses the pairs whose request has the same body."""
    pairs = making.pairs
    forms = [(name, _Form(pairs.asks[name], ())) for name in pairs.complete]

    def dispatch(invocation: Invocation) -> Decision:
        said = _body(invocation)
        return tuple(name for name, form in forms if form.body is not None and form.body == said)

    return dispatch


class _Form:
    """The request of one pair, ready to be compared."""

    __slots__ = ("body", "others", "wanted")

    def __init__(self, ask: Ask, places: Sequence[Place]) -> None:
        self.wanted = {place: _texts(value) for place, value in ask.values.items() if place in places}
        self.others = {place: _texts(value) for place, value in ask.values.items() if place not in places}
        self.body = None if ask.body is MISSING else _canonical(ask.body)

    def agrees(self, found: dict[Place, list[str]]) -> int | None:
        """Return how many places agree, None when one contradicts."""
        score = 0
        for place, texts in found.items():
            wanted = self.wanted.get(place)
            if wanted is None:
                score += not texts
            elif _are_alike(wanted, texts):
                score += 2
            else:
                return None
        return score

    def resembles(self, invocation: Invocation) -> int:
        """Return how much of what the dispatcher does not compare is as in the example."""
        score = sum(texts == found for (place, texts), found in self._found(invocation))
        if self.body is not None and self.body == _body(invocation):
            score += 100
        return score

    def _found(self, invocation: Invocation) -> list[tuple[tuple[Place, list[str]], list[str]]]:
        values = _values(invocation, list(self.others))
        return [((place, texts), values[place]) for place, texts in self.others.items()]


def _best(scored: Iterable[tuple[str, _Form, int | None]]) -> list[tuple[str, _Form]]:
    fitting = [(name, form, score) for name, form, score in scored if score is not None]
    highest = max((score for _, _, score in fitting), default=0)
    return [(name, form) for name, form, score in fitting if score == highest]


def _values(invocation: Invocation, places: Sequence[Place]) -> dict[Place, list[str]]:
    """Return the texts that a request has in some places, sorted; none where it has nothing."""
    request = invocation.request
    query: dict[str, list[str]] = {}
    if request.query and any(where == "query" for where, _ in places):
        try:
            pairs = parse_qsl(request.query, keep_blank_values=True, max_num_fields=_MOST_QUERY_FIELDS)
        except ValueError:
            pairs = []
        for name, text in pairs:
            query.setdefault(name, []).append(text)
    found: dict[Place, list[str]] = {}
    for place in places:
        where, name = place
        one = (
            invocation.parameters.get(name)
            if where == "path"
            else request.header(name.encode("latin-1", "replace"))
            if where == "header"
            else None
        )
        found[place] = sorted(query.get(name, ())) if where == "query" else [] if one is None else [one]
    return found


def _are_alike(wanted: list[str], found: list[str]) -> bool:
    """Say whether an example's values are those of a request: in any order, joined by commas, or still encoded."""
    if wanted == found:
        return True
    if len(found) == 1 < len(wanted):
        return wanted == sorted(found[0].split(","))
    return bool(wanted) and sorted(map(unquote_plus, wanted)) == found


def _texts(value: Any) -> list[str]:
    return sorted(map(text_of, value)) if isinstance(value, list) else [text_of(value)]


def _canonical(value: Any) -> bytes:
    """Return the bytes that stand for an authored body; text that holds JSON is that JSON."""
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return str(value).strip().encode("utf-8", "surrogatepass")
    return seeds.canonical(value)


def _body(invocation: Invocation) -> bytes:
    body: Any = invocation.body
    return bytes(body).strip() if isinstance(body, bytes) else seeds.canonical(body, invocation.request.body)


def _comparing(names: Sequence[str], where: str, making: Making) -> Dispatcher:
    if where == "path":
        _check(path_names=names, making=making)
    return by_values([(where, name) for name in names], making)


def _names(rules: Any, making: Making) -> list[str]:
    if rules is None or rules == "":
        return []
    if not isinstance(rules, str):
        raise making.refusal(f"the rules are names joined by `&&`, this is {rules!r:.80}")
    return _split(rules)


def _split(rules: str) -> list[str]:
    return [name for part in rules.split("&&") if (name := part.strip())]


def _declared(making: Making, where: str) -> list[str]:
    """Return the names that the examples of requests have values for in one place, in their order."""
    return list(
        dict.fromkeys(
            name
            for pair in making.pairs.complete
            for place, name in making.pairs.asks[pair].values
            if place == where
        )
    )  # fmt: skip


def _check(*, path_names: Iterable[str], making: Making) -> None:
    known = [part.split("}", 1)[0] for part in making.operation.path.split("{")[1:]]
    for name in path_names:
        if name not in known:
            near = nearest(name, known)
            hint = f"; did you mean {near!r}?" if near else f"; it has {', '.join(known) or 'none'}"
            raise making.refusal(f"the path {making.operation.path} has no parameter {name!r}{hint}")
