"""Several texts at once: arrays of every size, with doubles, next to each text alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.cases import Case
from contracts.dialects import Dialect
from contracts.making import Maker
from contracts.strategies.registry import strategy
from contracts.strategies.texts import EVERYTHING, TEXTS, Sample

_PLAIN = (
    "The quick brown fox jumps over the lazy dog.",
    "Lentil soup wants salt, lemon and patience.",
    "Interest rates rose for a third month.",
    "Glaciers grind mountains into flour.",
    "Violins are tuned in fifths.",
)
_TEXT_MEMBERS = ("input", "text", "input_text", "queries", "documents")
_SCRIPTS = (
    "Today's word is \u0440\u0435\u043a\u0430.",
    "Today's word is \u03c8\u03c9\u03bc\u03b9.",
    "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd.",
    "\u043f\u0440\u0438\u0432\u0435\u0442 \u043c\u0438\u0440.",
)
"""Texts that differ in letters beyond ASCII alone."""


@strategy("batches", "sequences")
def batches(make: Maker) -> Iterator[Case]:
    """A text alone, then together with others, doubled, and in another order: it has to keep its vector."""
    member = text_member(make)
    if member is None or not _embeds(make):
        return
    one, two, three, four, five = _PLAIN
    yield _case(make, member, [one], "a text alone", "a", "alone")
    if make.dialect is Dialect.RUN:
        first = make.smoke_json[member]
        known = [first] if isinstance(first, str) else first
        texts = [two, three, one, four, one, *reversed(known)]
        yield _case(make, member, texts, "the text as the third and the fifth", "a", "together")
        return
    yield _case(make, member, [two, three, four, one, five], "the text as the fourth of five", "a", "together")
    yield _case(make, member, [one, one, two, one], "the text three times", "a", "doubled")
    yield _case(make, member, one, "the text without an array", "b", "bare")
    first = make.smoke_json[member]
    known = [first] if isinstance(first, str) else first
    yield _case(make, member, [two, one, *known], "the text as the second of some", "b", "second")
    yield _case(make, member, [five, four, three, two, one], "the texts in another order", "b", "turned")


@strategy("batch-sizes", "search")
def batch_sizes(make: Maker) -> Iterator[Case]:
    """Arrays of one text, of two, of three and so on up to the limit; of two and of three where no vectors are made."""
    member = text_member(make)
    if member is None or make.generates_text:
        return
    for size in (4, 3, 2, 17, 8, _limit(make), 1, 33) if _embeds(make) else (3, 2):
        texts = [f"{_PLAIN[place % 5]} Number {place}." for place in range(size)]
        if make.is_forbidden(_body(make, member, texts)):
            continue
        yield make.case(body=_body(make, member, texts), reason=f"{size} texts")


@strategy("texts", "search")
def texts(make: Maker) -> Iterator[Case]:
    """Texts of every kind, one by one and together: empty, huge, of every plane of Unicode. Each keeps its vector, and
    those that differ in letters beyond ASCII alone have different ones.
    """
    member = text_member(make)
    if member is None or make.generates_text:
        return
    if _embeds(make) and _takes_arrays(make, member):
        yield make.case(body=_body(make, member, list(_SCRIPTS)), reason="texts of several scripts")
    rest = list(TEXTS[5:])
    make.random("texts").shuffle(rest)
    samples = [EVERYTHING, *TEXTS[:5], *rest]
    if make.dialect is Dialect.EMBEDDINGS:
        yield from _together(make, member, samples)
        return
    if _embeds(make):
        yield from _together(make, member, samples[:1], [each for each in samples if each.text])
    for sample in samples:
        body = _body(make, member, sample.text)
        if not make.is_forbidden(body):
            yield make.case(body=body, reason=sample.name)


def _together(make: Maker, member: str, alone: list[Sample], company: list[Sample] | None = None) -> Iterator[Case]:
    """Yield groups of some texts, each alone, and then all of them as one batch, the last first."""
    for start in range(0, len(alone), 5):
        group = [each for each in alone[start : start + 5] if not make.is_forbidden(_body(make, member, each.text))]
        for place, sample in enumerate(group):
            yield _case(make, member, sample.text, sample.name, f"{start}", f"alone-{place}")
        batch = [each.text for each in reversed(company or group)]
        if group and _takes_arrays(make, member):
            yield _case(make, member, [*batch, _PLAIN[0]], "several kinds of texts at once", f"{start}", "company")


@strategy("vector-forms", "search")
def vector_forms(make: Maker) -> Iterator[Case]:
    """Vectors as base64 and as numbers, of both kinds of pooling, and passages in place of texts."""
    base = make.smoke_json
    if not _embeds(make) or not isinstance(base, dict):
        return
    for form in ("base64", "float"):
        members = {"encoding_format": form}
        if make.allows("encoding_format") and not make.is_forbidden({**base, **members}):
            yield make.case(body={**base, **members}, reason=f"vectors as {form}", group="forms", role=form)
    for reason, members in (
        ("pooling cls", {"pooling": "cls"}),
        ("pooling mean", {"pooling": "mean"}),
        ("a user's name", {"user": "somebody"}),
    ):
        if all(make.allows(name) for name in members) and not make.is_forbidden({**base, **members}):
            yield make.case(body={**base, **members}, reason=reason)
    passages = [{"text": each} for each in _PLAIN]
    question = "Which animal jumps?"
    for role, contexts in (("one", passages), ("again", passages), ("turned", passages[::-1])):
        body = {**base, "query": question, "contexts": contexts}
        body.pop(text_member(make) or "", None)
        if make.allows("query") and make.allows("contexts") and not make.is_forbidden(body):
            yield make.case(body=body, reason=f"a query and passages, {role}", group="passages", role=role)
    bodies: tuple[tuple[str, dict[str, Any]], ...] = (
        ("passages alone", {"contexts": passages}),
        ("documents", {"documents": list(_PLAIN)}),
        ("queries and documents", {"queries": [question], "documents": list(_PLAIN)}),
    )
    for reason, body in bodies:
        if all(make.allows(name) for name in body) and not make.is_forbidden(body):
            yield make.case(body=body, reason=reason)


def text_member(make: Maker) -> str | None:
    """Return the member of the body that holds the text that is worked on; None where there is none."""
    base = make.smoke_json
    if not isinstance(base, dict):
        return None
    return next((name for name in _TEXT_MEMBERS if isinstance(base.get(name), str | list)), None)


def _embeds(make: Maker) -> bool:
    if make.dialect is Dialect.EMBEDDINGS:
        return True
    return make.dialect is Dialect.RUN and make.model is not None and bool(make.model.embedding)


def _takes_arrays(make: Maker, member: str) -> bool:
    return not make.is_forbidden(_body(make, member, list(_PLAIN[:2])))


def _limit(make: Maker) -> int:
    known = make.model.embedding.get("batch_max") if make.model is not None else None
    return min(known, 100) if isinstance(known, int) else 100


def _body(make: Maker, member: str, value: Any) -> dict[str, Any]:
    return {**make.smoke_json, member: value}


def _case(make: Maker, member: str, value: Any, reason: str, group: str, role: str) -> Case:
    body = _body(make, member, value)
    return make.case(body=body, reason=reason, group=group, role=role)


STRATEGIES = (batches, batch_sizes, texts, vector_forms)
