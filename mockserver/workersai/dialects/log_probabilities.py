"""Log probabilities of chosen tokens, as chat completions list them. Invented, but the same every time."""

from __future__ import annotations

from typing import Any
from zlib import crc32

from mockserver.workersai.fakes.reply import Reply


def of(said: Reply, alternatives: int | None) -> dict[str, Any] | None:
    """Return the `logprobs` of a whole reply; None when they were not asked for."""
    if alternatives is None:
        return None
    return {"content": [_entry(piece, said.pieces, alternatives) for piece in said.pieces], "refusal": None}


def of_delta(said: Reply, delta: dict[str, Any], alternatives: int | None) -> dict[str, Any] | None:
    """Return the `logprobs` of one piece of a stream."""
    if alternatives is None or "content" not in delta:
        return None
    return {"content": [_entry(delta["content"], said.pieces, alternatives)], "refusal": None}


def _entry(piece: str, others: list[str], alternatives: int) -> dict[str, Any]:
    chosen = -(crc32(piece.encode()) % 1000) / 2000
    likely = [piece, *[other for other in dict.fromkeys(others) if other != piece]][:alternatives]
    return {
        **_token(piece, chosen),
        "top_logprobs": [_token(other, chosen - 1.25 * rank) for rank, other in enumerate(likely)],
    }


def _token(piece: str, probability: float) -> dict[str, Any]:
    return {"token": piece, "logprob": probability, "bytes": list(piece.encode())}
