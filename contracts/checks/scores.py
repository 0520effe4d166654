"""Rankings, labels and boxes: what classifies, detects and sorts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from contracts.checks.registry import AnyCheck, check, group_check
from contracts.checks.words import shown
from contracts.context import Context, GroupContext
from contracts.dialects import Dialect
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity
from contracts.said import is_number, is_whole, objects
from contracts.sent_media import picture_size

_STEADY = 0.1
"""How much a score may differ from one request to the next."""
_SLACK = 0.02
"""How much scores may miss 1 in sum, and boxes reach over the edge, as a part."""

_SEVERAL = 4
_OPPOSITES = ("same-twice/", "rankings/")
"""Groups of opposite opinions, other pictures, and passages that have nothing in common."""


@check("scores-in-range", Severity.BREAKING, kind="semantics", source="Cloudflare")
def scores_in_range(exchange: Exchange, context: Context) -> list[Found] | None:
    """Scores, confidences and probabilities lie between 0 and 1.

    Finds logits and percentages in place of probabilities.
    """
    if context.dialect is not Dialect.RUN or not context.response.succeeded or context.is_stream:
        return None
    if _family(context).startswith("text-embeddings"):
        return None  # cosines, which may be negative
    looked = False
    for where, value in _scores(context.answer, ""):
        looked = True
        if not (is_number(value) and -1e-6 <= value <= 1 + 1e-6):
            return [Found("between 0 and 1", shown(value), where)]
    return [] if looked else None


@check("labels-scored", Severity.BREAKING, kind="semantics", source="Cloudflare")
def labels_scored(exchange: Exchange, context: Context) -> list[Found] | None:
    """A classification names each label once, and its scores do not add up to more than 1.

    For texts both labels come, and the scores are a whole; labels of pictures come with the best first. Finds labels
    that are left out or doubled, and scores that were not made one distribution.
    """
    labels = _labels(context)
    names = [str(each.get("label")) for each in labels]
    if labels and any(not name.strip() for name in names):
        return [Found("labels with a name", shown(names), "/*/label")]
    if not labels or any("box" in each for each in labels):
        return None
    scores = [each["score"] for each in labels if is_number(each.get("score"))]
    if len(set(names)) < len(names):
        return [Found("each label once", shown(names), "/*/label")]
    if sum(scores) > 1 + _SLACK:
        return [Found("scores of 1 together at most", f"{sum(scores):.3f}", "/*/score")]
    if _family(context) == "text-classification":
        if abs(sum(scores) - 1) > _SLACK:
            return [Found("scores of 1 together, of all labels", f"{shown(names)} with {sum(scores):.3f}", "/*/score")]
    elif scores != sorted(scores, reverse=True):
        return [Found("the best label first", shown(scores), "/*/score")]
    return []


@check("boxes-inside", Severity.BREAKING, kind="semantics", source="Cloudflare")
def boxes_inside(exchange: Exchange, context: Context) -> list[Found] | None:
    """Boxes lie inside the picture that was sent, the left edge before the right and the top before the bottom.

    Finds boxes in parts of the picture or of another size, edges that were exchanged, and width in place of an edge.
    """
    boxes = [each["box"] for each in _labels(context) if isinstance(each.get("box"), dict)]
    if not boxes:
        return None
    size = picture_size(context)
    for box in boxes:
        edges = [box.get(name) for name in ("xmin", "ymin", "xmax", "ymax")]
        if not all(is_number(edge) for edge in edges):
            return [Found("xmin, ymin, xmax and ymax as numbers", shown(box), "/*/box")]
        left, top, right, bottom = edges
        if left > right or top > bottom:
            return [Found("xmin before xmax, and ymin before ymax", shown(box), "/*/box")]
        if size is not None and not _inside(edges, size):
            return [Found(f"a box inside of {size[0]} by {size[1]} pixels", shown(box), "/*/box")]
        if size is not None and min(size) >= 10 and 0 < right <= 1 and 0 < bottom <= 1:
            return [Found("edges in pixels", shown(box), "/*/box")]
    return []


@check("ranking-of-passages", Severity.BREAKING, kind="semantics", source="Cloudflare")
def ranking_of_passages(exchange: Exchange, context: Context) -> list[Found] | None:
    """A ranking names each passage once by its place, the best first, and as many as `top_k` allows.

    Finds ids that begin at 1, passages that are missing or doubled, the wrong order, and a `top_k` that is not
    looked at.
    """
    passages = context.asked.get("contexts")
    answer = context.answer
    if not context.response.succeeded or not isinstance(passages, list) or not isinstance(answer, dict):
        return None
    if not all(isinstance(each.get("text"), str) for each in objects(passages)):
        return None  # what counts as a passage is not said
    ranked = answer.get("response")
    if not isinstance(ranked, list) or not context.asked.get("query") or any(isinstance(each, list) for each in ranked):
        return None
    ids = [each.get("id") for each in objects(ranked)]
    scores = [each["score"] for each in objects(ranked) if is_number(each.get("score"))]
    top = context.asked.get("top_k")
    wanted = min(len(passages), top) if is_whole(top) else len(passages)
    found = []
    if len(set(map(str, ids))) < len(ids):
        found.append(Found("each passage once", shown(ids), "/response/*/id"))
    elif not all(is_whole(each) and 0 <= each < len(passages) for each in ids):
        found.append(Found(f"places from 0 to {len(passages) - 1}", shown(ids), "/response/*/id"))
    if len(ids) != wanted:
        found.append(Found(f"{wanted} passages", str(len(ids)), "/response"))
    if scores != sorted(scores, reverse=True) and _family(context) == "rerank":
        found.append(Found("the best passage first", shown(scores), "/response/*/score"))
    return found


@group_check("scores-steady", Severity.BREAKING, kind="stability", source="Cloudflare")
def scores_steady(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """The same text, picture or passage is scored alike again, at any place: these models throw no dice.

    Finds scores that are exchanged, and rankings that turn, for the second request or beside others.
    """
    known: dict[tuple[Any, ...], float] = {}
    compared = False
    for each in (*([context.smoke] if context.smoke is not None else ()), *context.contexts):
        for key, score in _scored(each):
            compared = compared or key in known
            if abs(known.setdefault(key, score) - score) > _STEADY:
                return [Found(f"{known[key]:.3f} for {shown(key[-1])}", f"{score:.3f}", "/*/score")]
    return [] if compared else None


@group_check("own-scores", Severity.ADDITIVE, kind="semantics", source="Cloudflare")
def own_scores(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """What is looked at makes a difference: texts of opposite opinions, other pictures, and passages that answer a
    question or do not, are not scored the very same.

    Finds classifiers, detectors and rankings that answer everything alike: nothing promises that they do not, and it is
    of no use.
    """
    if not context.group.startswith(_OPPOSITES):
        return None
    ranked = [score for each in context.contexts for _, score in _scored(each) if "contexts" in each.asked]
    if ranked:
        return _all_alike(ranked)
    answers = {each.exchange.request.body: labels for each in context.contexts if (labels := _labels(each))}
    if len(answers) < 2:
        return None
    first, *others = answers.values()
    return [Found("other scores for another input", shown(first), "/*/score")] if all(map(first.__eq__, others)) else []


def _all_alike(scores: list[float]) -> list[Found] | None:
    """Return that passages which have nothing in common have one score, when they do."""
    if len(scores) < _SEVERAL:
        return None
    alike = len(set(scores)) == 1
    return [Found("other scores for other passages", shown(scores[:_SEVERAL]), "/response/*/score")] if alike else []


def _scored(context: Context) -> Iterator[tuple[tuple[Any, ...], float]]:
    """Yield each score with what it is of: input and label, or query and passage."""
    answer = context.answer if context.response.succeeded and context.dialect is Dialect.RUN else None
    for each in objects(answer):
        if is_number(each.get("score")) and "box" not in each:
            yield (context.exchange.request.body, str(each.get("label"))), each["score"]
    passages = objects(context.asked.get("contexts"))
    for each in objects(answer.get("response") if isinstance(answer, dict) else None):
        place = each.get("id")
        if is_whole(place) and 0 <= place < len(passages) and is_number(each.get("score")):
            yield (str(context.asked.get("query")), str(passages[place].get("text"))), each["score"]


def _labels(context: Context) -> list[dict[str, Any]]:
    if context.dialect is not Dialect.RUN or not context.response.succeeded:
        return []
    return [each for each in objects(context.answer) if "label" in each]


def _family(context: Context) -> str:
    return "" if context.model is None else context.model.family


def _inside(edges: list[float], size: tuple[int, int]) -> bool:
    width, height = size
    over = max(2.0, _SLACK * max(size))  # the edge itself, rounded
    left, top, right, bottom = edges
    return left >= -over and top >= -over and right <= width + over and bottom <= height + over


_NAMES = ("score", "confidence", "probability", "no_speech_prob", "language_probability", "noul")


def _scores(value: Any, where: str, depth: int = 0) -> Iterator[tuple[str, Any]]:
    if depth > 8:
        return
    if isinstance(value, dict):
        for name, each in value.items():
            if name == "score" and "legend" in value:
                continue  # on the caller's scale
            if name in _NAMES and not isinstance(each, dict | list):
                yield f"{where}/{name}", each
            elif name == "probabilities" and isinstance(each, dict):
                yield from ((f"{where}/{name}/*", part) for part in each.values())
            elif name == "answers" and isinstance(each, dict):  # under names that the caller chose
                for part in each.values():
                    yield from _scores(part, f"{where}/{name}/*", depth + 1)
            elif name not in ("data", "choices", "usage"):
                yield from _scores(each, f"{where}/{name}", depth + 1)
    elif isinstance(value, list):
        for each in value[:200]:
            if isinstance(each, dict):
                yield from _scores(each, f"{where}/*", depth + 1)


CHECKS: tuple[AnyCheck, ...] = (
    scores_in_range,
    labels_scored,
    boxes_inside,
    ranking_of_passages,
    scores_steady,
    own_scores,
)
