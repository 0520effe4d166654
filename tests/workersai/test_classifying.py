"""Sentiment and ranking."""

from __future__ import annotations

from typing import Any

import pytest

SENTIMENT, RERANKER = "run/@cf/huggingface/distilbert-sst-2-int8", "run/@cf/baai/bge-reranker-base"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("This pizza is great!", "POSITIVE"),
        ("I love the friendly staff.", "POSITIVE"),
        ("The soup was cold but the people were lovely.", "POSITIVE"),
        ("Not bad at all.", "POSITIVE"),
        ("What a terrible, boring film.", "NEGATIVE"),
        ("I don't like rude waiters; the service was not good.", "NEGATIVE"),
        ("It was good but the ending is awful.", "NEGATIVE"),
        ("not good, terrible", "NEGATIVE"),
        ("It is not bad: I love it", "POSITIVE"),
        ("Don’t waste your money", "NEGATIVE"),
        ("Nothing was bad", "POSITIVE"),
        ("It could be better", "NEGATIVE"),
    ],
)
def test_sentiment(ask: Any, text: str, label: str) -> None:
    """The lexicon decides which side is likelier; negations and "but" count."""
    result = ask(SENTIMENT, {"text": text}).result

    assert ["NEGATIVE", "POSITIVE"] == [each["label"] for each in result]
    assert label == max(result, key=lambda each: each["score"])["label"]


@pytest.mark.parametrize("text", ["great", "The parcel was posted on Monday.", "", "好吃极了 😀", "not " * 5000])
def test_scores_sum_to_one(ask: Any, text: str) -> None:
    """The two scores are probabilities, whatever the text; without telling words they lie close together."""
    answer = ask(SENTIMENT, {"text": text or " "})
    scores = [each["score"] for each in answer.result]

    assert 1 == pytest.approx(sum(scores), abs=1e-9)
    assert all(0 <= score <= 1 for score in scores)
    if "great" not in text:
        assert abs(scores[0] - scores[1]) <= 0.4


def test_without_text(ask: Any) -> None:
    """A text is required (5006)."""
    answer = ask(SENTIMENT, {"txt": "great"})

    assert (400, 5006) == (answer.status, answer.code)
    assert "'text'" in answer.message


CONTEXTS = [{"text": "Lentils need no soaking."}, {"text": "Foxes hunt mice under the snow."}, {"text": "A fox."}]


def test_ranking(ask: Any) -> None:
    """The context that shares most words with the query comes first; ids are places in the request."""
    result = ask(RERANKER, {"query": "How do foxes hunt?", "contexts": CONTEXTS}).result

    assert [1, 2, 0] == [each["id"] for each in result["response"]]
    scores = [each["score"] for each in result["response"]]
    assert sorted(scores, reverse=True) == scores
    assert all(0 <= score <= 1 for score in scores)
    usage = result["usage"]
    assert usage["prompt_tokens"] == usage["total_tokens"] > 0
    assert 0 == usage["completion_tokens"]


@pytest.mark.parametrize(("most", "count"), [(1, 1), (2, 2), (99, 3), (None, 3)])
def test_top_k(ask: Any, most: int | None, count: int) -> None:
    """`top_k` keeps the best ones; null is not given."""
    result = ask(RERANKER, {"query": "foxes", "contexts": CONTEXTS, "top_k": most}).result

    assert count == len(result["response"])
    assert 1 == result["response"][0]["id"]


def test_a_score_stands_alone(ask: Any) -> None:
    """The score of a context does not depend on its neighbours."""
    alone = ask(RERANKER, {"query": "foxes", "contexts": CONTEXTS[1:2]}).result["response"][0]["score"]
    among = ask(RERANKER, {"query": "foxes", "contexts": CONTEXTS}).result["response"][0]["score"]

    assert alone == among


def test_nothing_to_rank(ask: Any) -> None:
    """No contexts, no scores; contexts without text rank last."""
    assert [] == ask(RERANKER, {"query": "foxes", "contexts": []}).result["response"]
    assert 1 == ask(RERANKER, {"query": "foxes", "contexts": [{}, {"text": "Foxes"}]}).result["response"][0]["id"]
