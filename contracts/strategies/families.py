"""What only some families of models take: passages, pictures, voices, languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.cases import Case
from contracts.dialects import Dialect
from contracts.making import Maker
from contracts.strategies.registry import strategy
from contracts.strategies.texts import EVERYTHING, TEXTS

_PASSAGES = (
    "Foxes listen for mice under the snow.",
    "Lentils need no soaking.",
    "A red fox is a mammal of the dog family.",
    "Interest rates rose again.",
    "Foxes hunt alone, mostly at dusk.",
)
_BESIDE = ("negative_prompt", "initial_prompt", "prefix", "instruction")
_QUERY = "Do foxes listen for mice?"


@strategy("rankings", "search")
def rankings(make: Maker) -> Iterator[Case]:
    """Rankings of five passages and of one, with a `top_k` below, at and above their number."""
    base = make.smoke_json
    if make.dialect is not Dialect.RUN or make.generates_text or not isinstance(base, dict) or "contexts" not in base:
        return
    five = [{"text": each} for each in _PASSAGES]
    turned = [five[0], *reversed(base["contexts"] if isinstance(base["contexts"], list) else [])]
    for role, passages in (("turned", turned), ("longer", [*turned, *five[1:]]), ("again", [*turned, *five[1:]])):
        body = {**base, "query": _QUERY, "contexts": passages, "top_k": None}
        if not make.is_forbidden(body):
            yield make.case(body=body, reason="the same passages in another order", group="a", role=role)
    for reason, members in (
        ("five passages", {"contexts": five, "top_k": None}),
        ("the best three of five", {"contexts": five, "top_k": 3}),
        ("a query with everything in it", {"query": EVERYTHING.text, "contexts": [*five, {"text": EVERYTHING.text}]}),
        ("more than there are", {"contexts": five[:2], "top_k": 9}),
        ("the same passage twice", {"contexts": [five[0], five[1], five[0]], "top_k": None}),
        ("one passage", {"contexts": five[:1], "top_k": None}),
        ("the best of five", {"contexts": five, "top_k": 1}),
    ):
        body = {**base, **members}
        yield from _unless_forbidden(make, body, reason)


@strategy("options", "search")
def options(make: Maker) -> Iterator[Case]:
    """The options of a family, several at a time: at their lowest, at their highest, each word that is allowed, left
    out."""
    base = make.smoke_json
    if make.dialect is not Dialect.RUN or make.generates_text or not isinstance(base, dict):
        return
    low, high = (
        {name: value for name, schema in _numbers(make) if (value := schema.get(bound)) is not None}
        for bound in ("minimum", "maximum")
    )
    dear = ("height", "width", "beam_size")  # a large picture costs what a hundred small ones do
    candidates: list[tuple[str, dict[str, Any]]] = [
        ("steps at one", {name: 1 for name in ("steps", "num_steps") if make.allows(name)}),
        ("only what is required", {}),
        ("numbers at their highest", {name: value for name, value in high.items() if name not in dear}),
        ("numbers at their lowest", low),
        ("words beside the rest", {name: "A few words." for name in _BESIDE if make.allows(name)}),
        ("a usual rate of samples", {"encoding": "linear16", "sample_rate": 16000}),
        ("samples without a header", {"encoding": "linear16", "container": "none", "sample_rate": 8000}),
        ("other sides than each other", {"width": 512, "height": 256} if make.allows("width") else {}),
    ]
    for place in range(8):
        words = {name: values[place] for name, values in _words(make).items() if place < len(values)}
        candidates += [(f"{name} {value}", {name: value}) for name, value in words.items()]
    sent = []
    for reason, members in candidates:
        body = {**base, **members} if members else _required(make, base)
        if body not in sent and body != base:
            sent.append(body)
            yield from _unless_forbidden(make, body, reason)


@strategy("things-to-draw", "search")
def things_to_draw(make: Maker) -> Iterator[Case]:
    """Texts of every kind as what is to be drawn, said or asked about a picture."""
    base = make.smoke_json
    if make.dialect is not Dialect.RUN or make.generates_text or not isinstance(base, dict):
        return
    if isinstance(base.get("prompt"), str) or make.allows("prompt"):
        for sample in (EVERYTHING, *TEXTS[:4], TEXTS[6]):
            yield from _unless_forbidden(make, {**base, "prompt": sample.text}, f"as the prompt {sample.name}")


def _unless_forbidden(make: Maker, body: dict[str, Any], reason: str) -> Iterator[Case]:
    if all(make.allows(name) for name in body) and not make.is_forbidden(body):
        yield make.case(body=body, reason=reason)


def _required(make: Maker, base: dict[str, Any]) -> dict[str, Any]:
    """Return the small request without what can be left out."""
    for name in tuple(base):
        shorter = {each: value for each, value in base.items() if each != name}
        if make.is_allowed(shorter):
            base = shorter
    return base


def _numbers(make: Maker) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, schema in make.properties.items():
        if isinstance(schema, dict) and {"integer", "number"} & set(_types(schema)):
            yield name, schema


def _words(make: Maker) -> dict[str, list[Any]]:
    """Return the words that members may be, by name."""
    found: dict[str, list[Any]] = {}
    for name, schema in make.properties.items():
        branches = [schema, *(schema.get("anyOf") or ())] if isinstance(schema, dict) else []
        enums = [each["enum"] for each in branches if isinstance(each, dict) and isinstance(each.get("enum"), list)]
        words = [value for enum in enums for value in enum if isinstance(value, str)]
        if words:
            found[name] = words
    return found


def _types(schema: dict[str, Any]) -> list[Any]:
    kind = schema.get("type")
    return kind if isinstance(kind, list) else [kind]


STRATEGIES = (rankings, options, things_to_draw)
