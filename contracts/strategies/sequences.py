"""Requests in a row: whether one answer influences another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.cases import Case
from contracts.making import Maker
from contracts.strategies.registry import strategy
from mockserver.workersai.catalogue import Model

_WORDS = ("bread", "chess", "cloud", "river", "paper", "stone", "tiger", "zebra")
_MEMBERS = ("prompt", "input", "text", "query", "input_text")


@strategy("same-twice", "sequences")
def same_twice(make: Maker) -> Iterator[Case]:
    """A request that was not sent before, twice: the second answer is like the first. Then another one of the same
    size: its answer is its own.
    """
    if make.smoke is None:
        return
    word, other = make.random("same twice").sample(_WORDS, 2)
    body = _asking(make, f"Is the {word} any good?!")
    how: dict[str, Any] = {} if body is None else {"body": body}
    for role in ("first", "again"):
        yield make.case(**how, reason=f"the same request twice, {role}", group="a", role=role)
    if body is not None and make.model is not None and (make.model.embedding or _is_told_apart(make.model)):
        body = _asking(make, f"Is the {other} any good?!")
        yield make.case(body=body, reason="another request of the same size", group="a", role="other")


def _is_told_apart(model: Model) -> bool:
    """Return whether other words, translated, drawn or spoken, cannot come out the same."""
    return model.family.startswith(("translation", "text-to-image", "text-to-speech"))


def _asking(make: Maker, text: str) -> Any:
    """Return the small valid body with another text; None where it has none, or may not have this one."""
    base = make.smoke_json
    if not isinstance(base, dict):
        return None
    body = None
    if "messages" in base:
        body = {**base, "messages": [{"role": "user", "content": text}]}
    for name in _MEMBERS if body is None else ():
        if isinstance(base.get(name), str):
            body = {**base, name: text}
        elif isinstance(base.get(name), list) and all(isinstance(each, str) for each in base[name]):
            body = {**base, name: [text]}
        if body is not None:
            break
    if body is not None and "contexts" in base:
        body["contexts"] = [{"text": f"About {each}."} for each in _WORDS[:3]]
    return None if body is None or make.is_forbidden(body) else body


STRATEGIES = (same_twice,)
