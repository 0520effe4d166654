"""What comes of one text, picture or question each: translations, summaries, descriptions, decisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from contracts.checks.registry import AnyCheck, check, group_check
from contracts.checks.words import shown
from contracts.context import Context, GroupContext
from contracts.dialects import Dialect
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity
from contracts.said import has_strange_limit, is_number

_FEW, _MANY = 30, 400
"""Letters of a text whose translation is as long as it, more or less."""
_LOOSE, _DENSE, _FIRST_DENSE = 4, 12, "\u2e80"
"""How many letters one of a translation may stand for: of an alphabet, and of Chinese and its like."""
_TEXTS = {"translated_text": "text", "summary": "input_text", "description": ""}
"""Members of answers that are text, and the member of the request that they are made of."""


@check("result-not-empty", Severity.BREAKING, kind="semantics", source="Cloudflare")
def result_not_empty(exchange: Exchange, context: Context) -> list[Found] | None:
    """A translation, a summary or a description of something says something.

    Finds empty results, which look like success, for some languages or inputs only, and translations of the first line.
    """
    answer = context.answer
    if context.dialect is not Dialect.RUN or not context.response.succeeded or not isinstance(answer, dict):
        return None
    name = next((each for each in _TEXTS if each in answer), None)
    if name is None or has_strange_limit(context):
        return None
    source = context.asked.get(_TEXTS[name])
    if isinstance(source, str) and not any(character.isalnum() for character in source):
        return None
    value = answer[name]
    said = isinstance(value, str) and bool(value.strip())
    if said and name == "translated_text" and _is_cut(source, value):
        return [Found(f"a translation of all of {shown(source)}", shown(value), f"/{name}")]
    return [] if said else [Found("a text that is not empty", shown(value), f"/{name}")]


@check("translation-for-each", Severity.BREAKING, kind="semantics", source="Cloudflare")
def translation_for_each(exchange: Exchange, context: Context) -> list[Found] | None:
    """Each text has its translation, in its place.

    Finds batches of which only the first is translated, or which come back as one text.
    """
    answer, text = context.answer, context.asked.get("text")
    if context.dialect is not Dialect.RUN or not context.response.succeeded or not isinstance(answer, dict):
        return None
    came = answer.get("translations")
    if not isinstance(came, list) or text is None:
        return None
    texts = [text] if isinstance(text, str) else text if isinstance(text, list) else []
    if len(came) != len(texts):
        return [Found(f"{len(texts)} translations", str(len(came)), "/translations")]
    for source, result in zip(texts, came, strict=True):
        empty = not isinstance(result, str) or not result.strip()
        if empty and isinstance(source, str) and any(character.isalpha() for character in source):
            return [Found(f"a translation of {shown(source)}", shown(result), "/translations/*")]
        if _is_cut(source, result):
            return [Found(f"a translation of all of {shown(source)}", shown(result), "/translations/*")]
    return []


@check("decisions-for-each", Severity.BREAKING, kind="semantics", source="Cloudflare")
def decisions_for_each(exchange: Exchange, context: Context) -> list[Found] | None:
    """Each question and each field that was asked for is answered, no other, and in its own terms.

    Finds choices that were not offered, probabilities that do not add up to 1, scores that are not on their scale, and
    answers under other names.
    """
    answer = context.answer
    asked = context.asked.get("questions", context.asked.get("fields"))
    if not context.response.succeeded or not isinstance(asked, dict) or not isinstance(answer, dict):
        return None
    answers = answer.get("answers")
    if not isinstance(answers, dict):
        return None
    if set(answers) != set(asked):
        return [Found(f"answers to {shown(sorted(asked))}", shown(sorted(answers)), "/answers")]
    for name, question in asked.items():
        found = _decision(question, answers[name]) if isinstance(question, dict) else None
        if found is not None:
            return [found]
    return []


@check("turn-decided", Severity.BREAKING, kind="semantics", source="Cloudflare")
def turn_decided(exchange: Exchange, context: Context) -> list[Found] | None:
    """A turn is complete when that is probable, and not when it is improbable.

    Finds a probability of the opposite, and a decision that does not look at it.
    """
    answer = context.answer
    if context.dialect is not Dialect.RUN or not context.response.succeeded or not isinstance(answer, dict):
        return None
    complete, probability = answer.get("is_complete"), answer.get("probability")
    if not isinstance(complete, bool) or not is_number(probability):
        return None
    if (complete and probability < 0.2) or (not complete and probability > 0.8):
        return [Found("a decision for what is probable", shown(answer), "/is_complete")]
    return []


@group_check("translations-in-place", Severity.BREAKING, kind="semantics", source="Cloudflare")
def translations_in_place(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """Of several texts at once, each has the translation in its place that it has alone, and not that of another.

    Finds translations that come in another order than the texts. Other words than before are in order.
    """
    alone: dict[str, Any] = {}
    for each in context.contexts:
        texts, came = _translated(each)
        if len(texts) == 1 == len(came):
            alone.setdefault(texts[0], came[0])
    together = [_translated(each) for each in context.contexts]
    pairs = [(texts, came) for texts, came in together if len(texts) == len(came) > 1]
    if not pairs or len(alone) < 2:
        return None
    for texts, came in pairs:
        for text, result in zip(texts, came, strict=True):
            other = next((each for each, its in alone.items() if its == result and each != text), None)
            if other is not None and alone.get(text, result) != result:
                return [Found(f"a translation of {shown(text)}", f"that of {shown(other)}", "/translations/*")]
    return []


def _is_cut(source: Any, result: Any) -> bool:
    """Return whether a translation is far shorter than its text, which is short enough for every model."""
    if not isinstance(source, str) or not isinstance(result, str):
        return False
    letters, came = (sum(map(str.isalpha, each)) for each in (source, result))
    most = _DENSE if any(each >= _FIRST_DENSE for each in result) else _LOOSE
    return _FEW <= letters <= _MANY and came * most < letters


def _translated(context: Context) -> tuple[list[Any], list[Any]]:
    """Return the texts of a request and their translations; none for other answers."""
    answer, text = context.answer, context.asked.get("text")
    came = answer.get("translations") if isinstance(answer, dict) and context.response.succeeded else None
    texts = [text] if isinstance(text, str) else text
    return (texts, came) if isinstance(texts, list) and isinstance(came, list) else ([], [])


def _decision(question: dict[str, Any], answer: Any) -> Found | None:
    """Return what is wrong with the answer to a question; None for fields, whose values are of any form."""
    if not isinstance(answer, dict):
        return None
    kind, came = question.get("type"), answer.get("type")
    if came is not None and kind is not None and came != kind:
        return Found(f"an answer of the type {kind}", shown(came), "/answers/*/type")
    offered = question.get("criteria")
    choice = answer.get("choice")
    if isinstance(offered, dict) and offered and isinstance(choice, str) and choice not in offered:
        return Found(f"one of {shown(sorted(offered))}", choice, "/answers/*/choice")
    legend, score = answer.get("legend"), answer.get("score")
    steps = [int(each) for each in legend if each.isdecimal()] if isinstance(legend, dict) else []
    if steps and is_number(score) and not min(steps) <= score <= max(steps):
        return Found(f"a score from {min(steps)} to {max(steps)}", shown(score), "/answers/*/score")
    parts = answer.get("probabilities")
    if isinstance(parts, dict) and parts and all(is_number(each) for each in parts.values()):
        if isinstance(offered, dict) and set(parts) != set(offered):
            return Found(
                f"a probability for each of {shown(sorted(offered))}", shown(parts), "/answers/*/probabilities"
            )
        if kind == "choice" and abs(sum(parts.values()) - 1) > 0.02:
            return Found("probabilities of 1 together", shown(parts), "/answers/*/probabilities")
        if choice in parts and parts[choice] < max(parts.values()):
            return Found("the most probable choice", shown(answer), "/answers/*/choice")
    return None


CHECKS: tuple[AnyCheck, ...] = (
    result_not_empty,
    translation_for_each,
    translations_in_place,
    decisions_for_each,
    turn_decided,
)
