"""Whether one request influences another, and whether the same request takes as long every time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from operator import mul
from statistics import median
from typing import Any

from contracts.checks.registry import AnyCheck, group_check
from contracts.checks.words import shown
from contracts.context import Context, GroupContext
from contracts.dialects import Dialect
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity
from contracts.said import said

_NEAR = 0.02
"""How far numbers of the same request may be apart: hardware adds in another order."""
_ALIKE = 0.98
"""The least cosine of two vectors of the same text."""
_OUTLIER, _LONG = 20.0, 0.8
"""Times the others, and seconds, from which on an answer is out of line."""
_FEW_LABELS = 4
_WORD = 24
"""Characters of the longest word, where blanks tell words apart."""
_MADE = ("translated_text", "translations", "image", "audio")
_VOLATILE = ("id", "created", "created_at", "modified_at", "request_id", "usage", "date", "timestamp")


@group_check("same-outcome", Severity.BREAKING, kind="stability", source="HTTP")
def same_outcome(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """The same request, sent again or several times at once, has the same status and the same media type.

    Finds servers that refuse a repetition, that fail under two requests at a time, and that answer a stream after one.
    """
    alike = _alike(context)
    if len(alike) < 2:
        return None
    first = alike[0].response
    promised = f"{first.status} {first.media_type}".strip()
    for each in alike[1:]:
        came = f"{each.response.status} {each.response.media_type}".strip()
        if came != promised:
            return [Found(f"{promised}, as before", f"{came}, {_when(each)}", "outcome")]
    return []


@group_check("same-answer", Severity.BREAKING, kind="stability", source="OpenAI")
def same_answer(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """What is computed, and not made up, is the same for the same request: vectors, scores, rankings, lists.

    Finds answers that depend on what was asked before, or at the same time. Small differences of numbers are none.
    """
    alike = [each for each in _alike(context) if each.response.succeeded and not each.is_stream]
    if len(alike) < 2 or not _is_computed(alike[0]):
        return None
    for each in alike[1:]:
        place = _difference(alike[0].answer, each.answer, "")
        if place is not None:
            return [
                Found("the same answer to the same request", f"another one at {place or '/'}, {_when(each)}", place)
            ]
    return []


@group_check("same-count", Severity.BREAKING, kind="stability", source="OpenAI")
def same_count(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """The same request has as many prompt tokens every time.

    Finds counters that are shared by requests at the same time, and counts that add up over requests.
    """
    alike = [each for each in _alike(context) if each.response.succeeded]
    counts = [(each, count) for each in alike if (count := _prompt_tokens(each)) is not None]
    if len(counts) < 2:
        return None
    for each, count in counts[1:]:
        if count != counts[0][1]:
            return [
                Found(f"{counts[0][1]} prompt tokens, as before", f"{count}, {_when(each)}", "/usage/prompt_tokens")
            ]
    return []


@group_check("own-answer", Severity.BREAKING, kind="stability", source="OpenAI")
def own_answer(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """Another text has another vector, translation, picture or recording, also when it is as long.

    Finds caches whose key is not the whole request, and answers that are those of the request before, or of one of the
    same moment.
    """
    first, other = context.role("first"), context.role("other")
    if parallel := context.roles("parallel-"):
        return _made_twice(parallel)
    if first is None or other is None or not context.succeeded:
        return None
    if (made := _made(other)) is not None:
        earlier = [_made(each) for each in context.contexts if each is not other]
        return [Found("another answer to another text", f"the same: {shown(made)}", "other")] if made in earlier else []
    if not _is_computed(first):
        return None
    if first.exchange.request.body == other.exchange.request.body or not _holds_vectors(first.answer):
        return None
    if _difference(first.answer, other.answer, "") is None and _exactly(first) == _exactly(other):
        return [Found("another answer to another text", "the very same vectors", "other")]
    return []


@group_check("new-label", Severity.ADDITIVE, kind="additive", source="Cloudflare")
def new_label(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """A classifier of texts has a fixed set of labels.

    Finds labels that come up for some texts only.
    """
    known = None if context.smoke is None else _labels(context.smoke)
    if not known or len(known) > _FEW_LABELS:
        return None
    for each in context.contexts:
        new = [label for label in _labels(each) or () if label not in known]
        if new:
            return [Found(f"one of {', '.join(sorted(known))}", new[0], "/result/*/label")]
    return []


@group_check("nothing-inherited", Severity.BREAKING, kind="stability", source="OpenAI")
def nothing_inherited(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """What a request sets holds for that request: the next one, which does not set it, has the default.

    Finds a limit of one token, a stop, a format or a stream that stays in force.
    """
    before, after = context.role("set"), context.role("unset")
    if before is None or after is None or not context.succeeded:
        return None
    if after.is_stream and "stream" not in after.asked:
        return [Found("a whole answer after a stream", "a stream", "stream")]
    usage = after.answer.get("usage") if isinstance(after.answer, dict) else None
    count = usage.get("completion_tokens", usage.get("output_tokens")) if isinstance(usage, dict) else None
    judges = after.model is not None and after.model.facts.get("kind") == "guard"  # whose whole answer may be one word
    if before.response.body and not judges and count == 1 and _limit(before) == 1 and _limit(after) is None:
        return [Found("an answer without a limit of tokens", "one token, the limit of the request before", "limit")]
    first = context.role("free")
    return [] if first is None else _inherited_form(first, before, after)


@group_check("steady-pace", Severity.COSMETIC, kind="stability", source="HTTP")
def steady_pace(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """The same small request takes about as long every time.

    Finds an answer that takes 20 times as long as the others of its kind, and most of a second: something waits.
    """
    alike = _alike(context)
    if len(alike) < 3:
        return None
    seconds = [each.response.seconds for each in alike]
    slowest = max(range(len(alike)), key=seconds.__getitem__)
    usual = median(seconds[:slowest] + seconds[slowest + 1 :])
    if seconds[slowest] < _LONG or seconds[slowest] < _OUTLIER * usual:
        return []
    return [Found("about as long as before", f"{seconds[slowest] / max(usual, 0.001):.0f} times as long", "pace")]


def _inherited_form(first: Context, before: Context, after: Context) -> list[Found]:
    """Return what of the form of an answer is still in force, and was not before it: its stop, or its JSON."""
    earlier, later = said(first), said(after)
    if earlier is None or later is None:
        return []
    was, text = earlier.text.strip(), later.text.strip()
    if _lost(before, after, "stop") and " " in was and text and " " not in text and len(text) < _WORD:
        return [Found("an answer of several words", f"{text}, as if it still stopped at a blank", "stop")]
    if _lost(before, after, "response_format") and text.startswith("{") and not was.startswith("{"):
        return [Found("an answer in words", shown(text), "response_format")]
    return []


def _lost(before: Context, after: Context, name: str) -> bool:
    return before.asked.get(name) is not None and after.asked.get(name) is None


def _made_twice(parallel: Sequence[Context]) -> list[Found] | None:
    """Return that different requests of the same moment were answered with one and the same thing."""
    made: list[tuple[bytes, Any]] = []
    for each in parallel:
        body, came = each.exchange.request.body, _made(each) if each.response.succeeded else None
        if any(its == came and of != body for of, its in made):
            return [Found("another answer to another text", f"the same at the same time: {shown(came)}", "parallel")]
        if came is not None:
            made.append((body, came))
    return [] if len({body for body, _ in made}) > 1 else None


def _made(context: Context) -> Any:
    """Return what was made of a text: its translation, the bytes of a picture or a recording; None for the rest."""
    if context.dialect is not Dialect.RUN:
        return None
    if context.response.media_type.startswith(("image/", "audio/")):
        return context.response.body or None
    answer = context.answer if isinstance(context.answer, dict) else {}
    return next((answer[name] for name in _MADE if answer.get(name)), None)


def _exactly(context: Context) -> Any:
    answer = context.answer
    return answer.get("data") if isinstance(answer, dict) else answer


def _holds_vectors(value: Any) -> bool:
    data = value.get("data") if isinstance(value, dict) else None
    return isinstance(data, list) and bool(data)


def _labels(context: Context) -> list[str] | None:
    """Return the labels of a classified text; None for other answers."""
    if context.dialect is not Dialect.RUN or not _are_scores(context.answer) or not context.response.succeeded:
        return None
    if not any(isinstance(context.asked.get(name), str) for name in ("text", "input", "prompt")):
        return None
    return [each["label"] for each in context.answer if isinstance(each.get("label"), str)]


def _alike(context: GroupContext) -> list[Context]:
    """Return the exchanges of a group that are the same request, after the operation's first one if it is that, too."""
    first = context.contexts[0]
    known = [*([context.smoke] if context.smoke is not None else []), *context.contexts]
    return [each for each in known if _key(each) == _key(first)]


def _key(context: Context) -> tuple[str, str, bytes, str]:
    exchange = context.exchange
    return exchange.request.method, exchange.request.url, exchange.request.body, exchange.credential


def _when(context: Context) -> str:
    return "at the same time as others" if context.exchange.role.startswith("parallel") else "sent again"


def _limit(context: Context) -> Any:
    names = ("max_tokens", "max_completion_tokens", "max_output_tokens")
    return next((context.asked[name] for name in names if context.asked.get(name) is not None), None)


def _prompt_tokens(context: Context) -> Any:
    answer = context.answer
    usage = answer.get("usage") if isinstance(answer, dict) else None
    if not isinstance(usage, dict):
        return None
    count = usage.get("prompt_tokens", usage.get("input_tokens"))
    return count if isinstance(count, int) and not isinstance(count, bool) else None


def _is_computed(context: Context) -> bool:
    """Return whether nothing of an answer is chosen at random: lists of things, vectors, scores."""
    answer = context.answer
    if context.operation.method == "GET":
        return isinstance(answer, dict | list) and not _is_written_to(context)
    if context.dialect is Dialect.EMBEDDINGS:
        return isinstance(answer, dict)
    if context.dialect is not Dialect.RUN:
        return False
    if isinstance(answer, dict):
        return "shape" in answer or _are_scores(answer.get("response"))
    return _are_scores(answer)


def _is_written_to(context: Context) -> bool:
    """Return whether the contract has a way to change what a GET shows: others may do so at any time."""
    path = context.operation.path
    return any(each.path == path and each.method != "GET" for each in context.world.document.operations.values())


def _are_scores(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) and "score" in each for each in value)


def _difference(one: Any, other: Any, place: str) -> str | None:
    """Return where two answers differ; None where they are the same but for what changes with time."""
    if _is_number(one) and _is_number(other):
        return None if math.isclose(one, other, rel_tol=_NEAR, abs_tol=_NEAR) else place
    if isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            return place
        if len(one) > 8 and all(map(_is_number, one)) and all(map(_is_number, other)):
            return None if _cosine(one, other) >= _ALIKE and _same_length(one, other) else place
        return next(_differences(zip(one, other, strict=True), place), None)
    if isinstance(one, dict) and isinstance(other, dict):
        if set(one) != set(other):
            return place
        names = [name for name in one if name not in _VOLATILE or (_is_number(one[name]) and "score" in one)]
        pairs = ((f"{place}/{name}", _difference(one[name], other[name], f"{place}/{name}")) for name in names)
        return next((found for _, found in pairs if found is not None), None)
    if isinstance(one, str) and isinstance(other, str):
        return None if one == other else place
    return None if type(one) is type(other) else place


def _differences(pairs: Iterator[tuple[Any, Any]], place: str) -> Iterator[str]:
    for first, second in pairs:
        found = _difference(first, second, f"{place}/*")
        if found is not None:
            yield found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    lengths = math.hypot(*one) * math.hypot(*other)
    return sum(map(mul, one, other)) / lengths if lengths else float(one == other)


def _same_length(one: Sequence[float], other: Sequence[float]) -> bool:
    return math.isclose(math.hypot(*one), math.hypot(*other), rel_tol=_NEAR, abs_tol=1e-6)


CHECKS: tuple[AnyCheck, ...] = (
    same_outcome,
    same_answer,
    same_count,
    own_answer,
    new_label,
    nothing_inherited,
    steady_pace,
)
