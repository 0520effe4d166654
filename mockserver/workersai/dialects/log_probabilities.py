"""Log probabilities of chosen tokens, as chat completions list them. Invented, but the same every time."""

from __future__ import annotations

from itertools import islice
from typing import Any
from zlib import crc32

from mockserver.workersai.fakes.reply import Reply


def of(said: Reply, alternatives: int) -> dict[str, Any]:
    """Return the `logprobs` of a whole reply."""
    others = rivals(said, alternatives)
    return {"content": [_entry(piece, others, alternatives) for piece in said.pieces], "refusal": None}


def of_delta(delta: dict[str, Any], others: list[str], alternatives: int | None) -> dict[str, Any] | None:
    """Return the `logprobs` of one piece of a stream; `others` are the reply's `rivals`."""
    if alternatives is None or "content" not in delta:
        return None
    return {"content": [_entry(delta["content"], others, alternatives)], "refusal": None}


def rivals(said: Reply, alternatives: int | None) -> list[str]:
    """Return the tokens that any token of a reply is compared with: the first distinct ones of the reply."""
    if not alternatives:
        return []
    return list(islice(dict.fromkeys(said.pieces), alternatives + 1))


def _entry(piece: str, others: list[str], alternatives: int) -> dict[str, Any]:
    chosen = -(crc32(piece.encode()) % 1000) / 2000
    likely = [piece, *[other for other in others if other != piece]][:alternatives]
    return {
        **_token(piece, chosen),
        "top_logprobs": [_token(other, chosen - 1.25 * rank) for rank, other in enumerate(likely)],
    }


def _token(piece: str, probability: float) -> dict[str, Any]:
    return {"token": piece, "logprob": probability, "bytes": list(piece.encode())}
