"""Requests in a row: whether one answer influences another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.cases import Case
from contracts.dialects import Dialect
from contracts.making import Maker
from contracts.media import samples
from contracts.strategies.media import sent_kind, with_media
from contracts.strategies.registry import strategy
from mockserver.workersai.catalogue import Model

_WORDS = ("bread", "chess", "cloud", "river", "paper", "stone", "tiger", "zebra")
_OPINIONS = (
    "Is it not wonderful?! I love this film, its great actors and its happy end.",
    "Is it not terrible?! I hate this film, its awful actors and its boring end.",
)
_MEMBERS = ("prompt", "input", "text", "query", "input_text")


@strategy("same-twice", "sequences")
def same_twice(make: Maker) -> Iterator[Case]:
    """A request that was not sent before, twice: the second answer is like the first. Then another one of the same
    size: its answer is its own. Classifiers get two opposite opinions; pictures another one in between; translators of
    several texts both texts together.
    """
    if make.smoke is None:
        return
    word, other = make.random("same twice").sample(_WORDS, 2)
    asked = [f"Is the {each} any good?!" for each in (word, other)]
    if make.model is not None and make.model.family == "text-classification":
        asked = list(_OPINIONS)
    first, second = (_asking(make, text) for text in asked)
    how: dict[str, Any] = {} if first is None else {"body": first}
    yield make.case(**how, reason="the same request twice, first", group="a", role="first")
    picture = _other_picture(make) if first is None else None
    if picture is not None:
        yield picture
    several = _together(make, asked)
    if several is None:
        yield make.case(**how, reason="the same request twice, again", group="a", role="again")
    if second is not None and make.model is not None and (make.model.embedding or _is_told_apart(make.model)):
        yield make.case(body=second, reason="another request of the same size", group="a", role="other")
    if several is not None:
        yield make.case(body=several, reason="both texts together", group="a", role="together")


def _other_picture(make: Maker) -> Case | None:
    """Return the small request with another picture; None where it has none."""
    kind = sent_kind(make)
    if kind != "image" or make.dialect is not Dialect.RUN or make.generates_text:
        return None
    return with_media(make, kind, samples(kind)[1], reason="another picture", group="a", role="other")


def _together(make: Maker, texts: list[str]) -> Any:
    """Return a request for the translations of both texts; None where one is taken at a time."""
    base = make.smoke_json
    if make.model is None or not make.model.family.startswith("translation") or not isinstance(base, dict):
        return None
    body = {**base, "text": texts}
    return None if not make.allows("text") or make.is_forbidden(body) else body


def _is_told_apart(model: Model) -> bool:
    """Return whether other words, translated, drawn or spoken, cannot come out the same."""
    return model.family.startswith(("translation", "text-to-image", "text-to-speech", "text-classification"))


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
