"""Vectors, read alike from the embeddings of OpenAI-compatible and native answers."""

from __future__ import annotations

import base64
import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul
from typing import Any

from contracts.context import Context
from contracts.dialects import Dialect
from contracts.said import is_number, is_whole, objects

Vector = Sequence[float]
_NATIVE = ("text", "queries", "documents", "query", "contexts")
"""Members that hold texts; what comes of several at once is not established."""

_HEAD = 32
"""How many numbers of a vector are looked at first."""
_ROUNDING = 1e-9
"""More than a cosine is off by."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """What was embedded, and what came of it; vectors that cannot be read are None."""

    texts: tuple[str, ...]
    vectors: tuple[Vector | None, ...]
    where: str
    """The place of the vectors within the answer."""


def embedded(context: Context) -> Embedded | None:
    """Return texts and vectors of a successful answer; None where no texts were embedded."""
    answer, asked = context.answer, context.asked
    if not context.response.succeeded or not isinstance(answer, dict):
        return None
    if context.dialect is Dialect.EMBEDDINGS and isinstance(answer.get("data"), list):
        texts = _strings(asked.get("input"))
        vectors = [_vector(each.get("embedding")) for each in objects(answer["data"])]
        return None if texts is None else Embedded(tuple(texts), tuple(vectors), "/data/*/embedding")
    if context.dialect is not Dialect.RUN or context.model is None or not context.model.embedding:
        return None
    key = next((name for name in ("data", "response") if _is_matrix(answer.get(name))), None)
    texts = _native_texts(asked)
    if key is None or texts is None:
        return None
    return Embedded(tuple(texts), tuple(_vector(each) for each in answer[key]), f"/{key}/*")


def dimensions(context: Context) -> int | None:
    """Return how many numbers each vector is promised to have: as asked, else as the catalogue says."""
    wanted = context.asked.get("dimensions")
    if is_whole(wanted):
        return None  # whether a model can shorten its vectors is not established
    known = context.model.embedding.get("dimensions") if context.model is not None else None
    return known if is_whole(known) else None


def norm(vector: Vector) -> float:
    """Return the length of a vector."""
    return math.hypot(*vector)


def likeness(one: Vector, other: Vector) -> float:
    """Return the cosine of the angle between two vectors; 0 when they cannot be compared."""
    size = norm(one) * norm(other)
    if len(one) != len(other) or not size:
        return 0.0
    product: float = sum(map(mul, one, other))
    return product / size


def are_alike(one: Vector, other: Vector, least: float) -> bool:
    """Return whether the cosine of the angle between two vectors is above a number.

    Vectors that point elsewhere mostly show it by their first numbers, however well the rest would fit.
    """
    (head, rest), (its, others) = ((norm(each[:_HEAD]), norm(each[_HEAD:])) for each in (one, other))
    most: float = sum(map(mul, one[:_HEAD], other[:_HEAD])) + rest * others
    if most < (least - _ROUNDING) * math.hypot(head, rest) * math.hypot(its, others):
        return False
    return likeness(one, other) > least


def _vector(value: Any) -> Vector | None:
    if isinstance(value, str):
        try:
            content = base64.b64decode(value, validate=True)
        except ValueError:
            return None
        numbers: list[float] = list(struct.unpack(f"<{len(content) // 4}f", content[: len(content) // 4 * 4]))
        whole = content and len(content) % 4 == 0 and all(math.isfinite(each) for each in numbers)
        return numbers if whole else None
    if not isinstance(value, list) or not value:
        return None
    if set(map(type, value)) == {float}:  # as nearly always, and a run reads many
        return value if all(map(math.isfinite, value)) else None
    return value if all(is_number(each) for each in value) else None


def _strings(value: Any) -> list[str] | None:
    values = [value] if isinstance(value, str) else value
    return values if isinstance(values, list) and all(isinstance(each, str) for each in values) else None


def _native_texts(asked: Any) -> list[str] | None:
    given = [name for name in _NATIVE if asked.get(name) is not None]
    if given == ["contexts"]:
        return _strings([each.get("text") for each in objects(asked["contexts"])])
    return _strings(asked[given[0]]) if len(given) == 1 and given != ["query"] else None


def _is_matrix(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, list) for each in value)
