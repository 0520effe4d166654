"""Requests for event streams."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.cases import Case
from contracts.making import Maker
from contracts.strategies.registry import strategy


@strategy("streamed", "streams")
def streamed(make: Maker) -> Iterator[Case]:
    """The small valid request as a stream, and with a stream declined, next to one that does not mention it."""
    if make.streams and isinstance(make.smoke_json, dict) and make.allows("stream"):
        yield make.case(body={**make.smoke_json, "stream": False}, reason="stream false", group="a", role="unstreamed")
        yield make.case(body={**make.smoke_json, "stream": True}, reason="stream true", group="a", role="streamed")


STRATEGIES = (streamed,)
