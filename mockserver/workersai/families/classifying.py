"""Text classification: the sentiment of a text, the order of passages for a query."""

from __future__ import annotations

from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Answer
from mockserver.workersai import limits
from mockserver.workersai.catalogue import Model
from mockserver.workersai.dialects import native
from mockserver.workersai.fakes import ranking, sentiment
from mockserver.workersai.inputs import given, missing
from mockserver.workersai.tokens import count


def classify(invocation: Invocation, model: Model) -> Answer:
    """Answer with a score for both labels, the negative one first; they sum to 1."""
    text = given(invocation).get("text")
    if not isinstance(text, str):
        raise missing("text")
    positive = sentiment.positive(text)
    scores = [{"label": "NEGATIVE", "score": round(1 - positive, 6)}, {"label": "POSITIVE", "score": positive}]
    return Answer(200, native.envelope(scores))


def rerank(invocation: Invocation, model: Model) -> Answer:
    """Answer with the places of the contexts and their scores for the query, the best first, `top_k` at most."""
    body = given(invocation)
    query, contexts = body.get("query"), body.get("contexts")
    if not isinstance(query, str):
        raise missing("query")
    if not isinstance(contexts, list):
        raise missing("contexts")
    texts = [str(each.get("text") or "") if isinstance(each, dict) else "" for each in contexts]
    read = sum([count(query) + count(text) for text in texts])
    limits.fit(read, model)
    scored = [{"id": place, "score": ranking.fit(query, text)} for place, text in enumerate(texts)]
    scored.sort(key=lambda each: -each["score"])
    most = body.get("top_k")
    kept = scored[:most] if isinstance(most, int) and most > 0 else scored
    usage = {"prompt_tokens": read, "completion_tokens": 0, "total_tokens": read}
    return Answer(200, native.envelope({"response": kept, "usage": usage}))
