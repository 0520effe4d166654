"""Embeddings: as many vectors as texts, each the same alone and in company."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from contracts.checks.registry import AnyCheck, check, group_check
from contracts.checks.words import shortened, shown
from contracts.context import Context, GroupContext
from contracts.dialects import Dialect
from contracts.embedded import Vector, are_alike, dimensions, embedded, likeness, norm
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity
from contracts.said import is_whole, objects

_SAME = 0.99
"""The cosine above which two vectors are of one text: what runs alone rounds otherwise than what runs in a batch."""
_COPIED = 0.99999
"""The cosine above which a vector is a copy."""
_SIZE = 0.02
"""How much the lengths of vectors of one model may differ, as a part."""
_SHORT = 400
"""Characters up to which no model cuts a text."""
_WORD = re.compile("[a-z]{3,}|[\u03b1-\u03c9]{3,}|[\u0430-\u044f]{3,}|[\u05d0-\u05ea]{3,}")
"""Words of alphabets that every tokenizer knows the letters of: Latin, Greek, Cyrillic, Hebrew."""


@check("embeddings-count", Severity.BREAKING, kind="semantics", source="OpenAI")
def embeddings_count(exchange: Exchange, context: Context) -> list[Found] | None:
    """There is one vector for each text, doubles included.

    Finds batches that are cut, doubles that are made one, and single texts answered as several.
    """
    answer = embedded(context)
    if answer is None:
        return None
    texts, vectors = len(answer.texts), len(answer.vectors)
    return [] if texts == vectors else [Found(f"{texts} vectors for {texts} texts", str(vectors), answer.where)]


@check("embeddings-order", Severity.BREAKING, kind="semantics", source="OpenAI")
def embeddings_order(exchange: Exchange, context: Context) -> list[Found] | None:
    """The index of each embedding is the place of its text, counted from 0.

    Finds indexes that are all 0, begin at 1 or come in the order of the work: callers pair by place.
    """
    if context.dialect is not Dialect.EMBEDDINGS or embedded(context) is None:
        return None
    indexes = [each.get("index") for each in objects(context.answer["data"])]
    promised = list(range(len(indexes)))
    if indexes == promised and all(is_whole(each) for each in indexes):
        return []
    return [Found(f"the indexes 0 to {len(indexes) - 1} in order", shown(indexes), "/data/*/index")]


@check("embeddings-dimension", Severity.BREAKING, kind="semantics", source="Cloudflare")
def embeddings_dimension(exchange: Exchange, context: Context) -> list[Found] | None:
    """Every vector has the dimension of the model, the number that the catalogue promises, and all of an answer one.

    Finds another model behind the name, and vectors that were cut: an index refuses them.
    """
    answer = embedded(context)
    if answer is None or not answer.vectors:
        return None
    for place, vector in enumerate(answer.vectors):
        if vector is None:
            return [Found("a vector of finite numbers", f"none at {place}", answer.where)]
    sizes = [len(vector) for vector in answer.vectors if vector is not None]
    promised = dimensions(context) or sizes[0]
    wrong = next((size for size in sizes if size != promised), None)
    return [] if wrong is None else [Found(f"{promised} numbers in each vector", str(wrong), answer.where)]


@check("embeddings-encoding", Severity.BREAKING, kind="semantics", source="OpenAI")
def embeddings_encoding(exchange: Exchange, context: Context) -> list[Found] | None:
    """Vectors come as numbers unless base64 was asked for.

    Finds base64 for callers who take numbers, and numbers for those who asked for base64, which break nobody: clients
    look at what came.
    """
    if context.dialect is not Dialect.EMBEDDINGS or embedded(context) is None:
        return None
    coded = [isinstance(each.get("embedding"), str) for each in objects(context.answer["data"])]
    if context.asked.get("encoding_format") == "base64":
        if not coded or any(coded):
            return []
        return [Found("base64, as was asked for", "a list of numbers", "/data/*/embedding", Severity.COSMETIC)]
    return [Found("a list of numbers", "text", "/data/*/embedding")] if any(coded) else []


@check("embeddings-shape", Severity.BREAKING, kind="semantics", source="Cloudflare")
def embeddings_shape(exchange: Exchange, context: Context) -> list[Found] | None:
    """The `shape` of a native answer is that of its data, and `pooling` the one that was asked for.

    Finds shapes that were written down for another batch.
    """
    answer = embedded(context)
    if answer is None or context.dialect is not Dialect.RUN:
        return None
    found = []
    first = next((each for each in answer.vectors if each is not None), ())
    promised = [len(answer.vectors), len(first)]
    if "shape" in context.answer and context.answer["shape"] != promised:
        found.append(Found(f"the shape {promised}", shown(context.answer["shape"]), "/shape"))
    pooling, came = context.asked.get("pooling"), context.answer.get("pooling")
    if isinstance(pooling, str) and came is not None and came != pooling:
        found.append(Found(f"the pooling {pooling}", shown(came), "/pooling"))
    return found


@check("embeddings-norm", Severity.BREAKING, kind="semantics", source="Cloudflare")
def embeddings_norm(exchange: Exchange, context: Context) -> list[Found] | None:
    """No vector is zero, and where one has the length 1 all have.

    Finds vectors that were not normalised, or only the first of a batch was: scores cannot be compared.
    """
    answer = embedded(context)
    vectors = [each for each in answer.vectors if each] if answer is not None else []
    if answer is None or not vectors:
        return None
    norms = [norm(vector) for vector in vectors]
    if min(norms) < 1e-6:
        return [Found("vectors that are not zero", "a vector of length 0", answer.where)]
    found = _norms_differ(norms)
    return [Found("vectors of one length", found, answer.where)] if found else []


@check("embeddings-of-texts", Severity.BREAKING, kind="semantics", source="OpenAI")
def embeddings_of_texts(exchange: Exchange, context: Context) -> list[Found] | None:
    """Within an answer, the same text has the same vector, and texts of other words have other vectors.

    Finds batches in which vectors are of the wrong text, and of which one vector was copied for several.
    """
    answer = embedded(context)
    if answer is None or len(answer.vectors) < 2 or len(answer.vectors) != len(answer.texts):
        return None
    first: dict[str, Vector] = {}
    for text, vector in zip(answer.texts, answer.vectors, strict=True):
        if vector is None:
            continue
        if text in first and likeness(first[text], vector) < _SAME:
            came = f"a cosine of {likeness(first[text], vector):.3f} for {shown(shortened(text))}"
            return [Found("one vector for a text that comes twice", came, answer.where)]
        for other, its in first.items():
            if _copied(text, vector, other, its):
                came = f"the same for {shown(text[:40])} and {shown(other[:40])}"
                return [Found("other vectors for other texts", came, answer.where)]
        first.setdefault(text, vector)
    return []


@group_check("embeddings-steady", Severity.BREAKING, kind="semantics", source="OpenAI")
def embeddings_steady(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """A text has one vector: alone, in a batch, at any place of it, again, and beside other requests.

    Finds vectors that depend on the neighbours, on the place, or on what was asked before or at the same time.
    """
    seen: dict[tuple[str, str], tuple[str, Vector]] = {}
    compared = False
    apart: dict[str, dict[str, Vector]] = {}
    norms = []
    for each in (*([context.smoke] if context.smoke is not None else ()), *context.contexts):
        answer = embedded(each)
        if answer is None or len(answer.vectors) != len(answer.texts):
            continue
        for text, vector in zip(answer.texts, answer.vectors, strict=True):
            if vector is None:
                continue
            norms.append(norm(vector))
            key = _manner(each), text
            name = each.exchange.role or "the small request"
            role, known = seen.setdefault(key, (name, vector))
            if known is vector:
                copied = next((of for of, its in apart.get(key[0], {}).items() if _copied(text, vector, of, its)), None)
                if copied is not None:
                    came = f"the same for {shown(text[:40])} and {shown(copied[:40])}"
                    return [Found("other vectors for other texts", came, "vector")]
                apart.setdefault(key[0], {})[text] = vector
                continue
            compared = True
            cosine = likeness(known, vector)
            if cosine < _SAME:
                promised = f"one vector for {shown(shortened(text))}"
                return [Found(promised, f"a cosine of {cosine:.3f} between {role} and {name}", "vector")]
    found = _norms_differ(norms) if len(norms) > 1 else None
    if found:
        return [Found("vectors of one length", found, "norm")]
    return [] if compared else None


@group_check("usage-grows", Severity.BREAKING, kind="semantics", source="OpenAI")
def usage_grows(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """A batch is counted as its texts are alone, and more text is more tokens.

    Finds counts that look at the first text only, and counts that are a constant.
    """
    alone, together = context.role("alone"), context.role("together")
    if alone is None or together is None:
        return None
    few, many = (_prompt_tokens(each) for each in (alone, together))
    if few is None or many is None:
        return None
    return [] if many > few else [Found(f"more than {few} tokens for more text", str(many), "/usage/prompt_tokens")]


def _prompt_tokens(context: Context) -> int | None:
    answer = context.answer
    usage = answer.get("usage") if isinstance(answer, dict) and context.response.succeeded else None
    value = usage.get("prompt_tokens", usage.get("input_tokens")) if isinstance(usage, dict) else None
    return value if is_whole(value) else None


def _manner(context: Context) -> str:
    """Return what besides the text decides on a vector."""
    asked = context.asked
    return shown([asked.get(name) for name in ("model", "pooling", "dimensions", "instruction")] + ["queries" in asked])


def _norms_differ(norms: Sequence[float]) -> str | None:
    """Return how, when some vectors are of length 1 and others are not."""
    units = [abs(each - 1) <= _SIZE for each in norms]
    if any(units) and not all(units):
        return f"lengths of {norms[units.index(True)]:.3f} and {norms[units.index(False)]:.3f}"
    return None


def _copied(text: str, vector: Vector, other: str, its: Vector) -> bool:
    return _are_apart(text, other) and are_alike(its, vector, _COPIED)


def _are_apart(text: str, other: str) -> bool:
    """Return whether two texts can have no vector in common: whole, and of words that differ."""
    if max(len(text), len(other)) > _SHORT:
        return False
    ours, theirs = (set(_WORD.findall(_without_accents(each))) for each in (text, other))
    return bool(ours - theirs) and bool(theirs - ours)


def _without_accents(text: str) -> str:
    """Return a text in small letters without marks, as models that do not tell them apart read it."""
    return "".join(each for each in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(each))


CHECKS: tuple[AnyCheck, ...] = (
    embeddings_count,
    embeddings_order,
    embeddings_dimension,
    embeddings_encoding,
    embeddings_shape,
    embeddings_norm,
    embeddings_of_texts,
    embeddings_steady,
    usage_grows,
)
