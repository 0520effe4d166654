"""The same request several times at once, and what the one before it had set."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.cases import Case
from contracts.dialects import Dialect
from contracts.making import Maker, small_limit
from contracts.strategies.registry import strategy

_AT_ONCE = 3
_QUESTION = "Tell me a long story about a fox and a well."


@strategy("at-once", "sequences")
def at_once(make: Maker) -> Iterator[Case]:
    """The small valid request three times at once: each answer is what it is alone."""
    if make.smoke is None:
        return
    for place in range(_AT_ONCE):
        yield make.case(
            reason=f"the same request {_AT_ONCE} times at once, number {place + 1}",
            group="a",
            role=f"parallel-{place + 1}",
            at_once=True,
        )


@strategy("set-and-unset", "sequences")
def set_and_unset(make: Maker) -> Iterator[Case]:
    """A request that sets a limit of one token, then one without a limit; neither a stop at the first blank nor a
    format of JSON, then one of them, then neither again.
    """
    base, limit = make.smoke_json, small_limit(make)
    if not make.generates_text or not isinstance(base, dict) or limit is None or make.dialect is Dialect.RESPONSES:
        return
    asked = {"messages": [{"role": "user", "content": _QUESTION}]} if "messages" in base else {"prompt": _QUESTION}
    body = {**base, **asked}
    free = {name: value for name, value in body.items() if name != limit}
    yield make.case(body={**body, limit: 1}, reason="a limit of one token", group="limit", role="set")
    yield make.case(body=free, reason="no limit, after a limit of one token", group="limit", role="unset")
    if make.dialect is Dialect.RUN:
        return
    object_ = {"response_format": {"type": "json_object"}}
    for name, what, members in (("stop", "a stop at the first blank", {"stop": [" "]}), ("format", "JSON", object_)):
        if all(map(make.allows, members)) and not make.is_forbidden({**body, **members}):
            yield make.case(body=body, reason=f"a question without {what}", group=name, role="free")
            yield make.case(body={**body, **members}, reason=what, group=name, role="set")
            yield make.case(body=body, reason=f"the same without {what}", group=name, role="unset")


STRATEGIES = (at_once, set_and_unset)
