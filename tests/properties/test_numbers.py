"""Vectors, scores, probabilities and extracts keep what their numbers mean, for any texts."""

from __future__ import annotations

import math
from typing import Any

import pytest
import strategies
from hypothesis import strategies as st
from sending import ACCOUNT, RUN, Asked, Sender, every

from mockserver.effective import catalogue

EMBEDDERS = {model.name: model for model in catalogue().select(task="Text Embeddings", status="active")}
CONTEXTUAL = catalogue().select(family="text-embeddings-m3")[0].name
BY_ROLE = catalogue().select(family="text-embeddings-qwen3")[0].name
RERANKER = catalogue().select(family="rerank")[0].name
SENTIMENT = catalogue().select(family="text-classification")[0].name
SUMMARISER = catalogue().select(family="summarization")[0].name
DECIDERS = [model for model in catalogue().select(family="decisions") if "extraction" not in model.capabilities]
WORDS = ("fox", "snow", "harbour", "lentils", "engine", "violin", "planet", "invoice", "glacier", "market")

some_texts = st.lists(strategies.some_text, min_size=1, max_size=4)


def run(sender: Sender, model: str, body: Any) -> Any:
    got = sender.send(Asked(RUN, body, {"account_id": ACCOUNT, "model": model}))
    assert 200 == got.status, got.body[:500]
    return got.json["result"]


@pytest.mark.parametrize("name", EMBEDDERS)
def test_shape_says_what_data_has(name: str, sender: Sender) -> None:
    """As many vectors as texts, each of the model's dimension and of length 1; a text has one vector anywhere."""
    dimensions = EMBEDDERS[name].embedding["dimensions"]

    def check(texts: list[str]) -> None:
        found = run(sender, name, {"text": texts})
        assert [len(texts), dimensions] == found["shape"]
        assert [dimensions] * len(texts) == [len(vector) for vector in found["data"]]
        for vector in found["data"]:
            assert 1 == pytest.approx(math.fsum(number * number for number in vector), abs=1e-4)
        assert found["data"][-1:] == run(sender, name, {"text": texts[-1]})["data"]

    every(some_texts, 12, check)


def test_roles_and_contexts_are_counted(sender: Sender) -> None:
    """Texts, queries and documents come in this order; contexts without a query have a vector each."""

    def check(drawn: tuple[list[str], list[str]]) -> None:
        queries, documents = drawn
        asked = {"queries": queries, "documents": documents, "instruction": "Find the passage."}
        found = run(sender, BY_ROLE, asked)
        assert len(queries) + len(documents) == found["shape"][0] == len(found["data"])
        contexts = [{"text": each} for each in documents]
        embedded = run(sender, CONTEXTUAL, {"contexts": contexts})
        assert [len(documents), 1024] == embedded["shape"] == [len(embedded["response"]), len(embedded["response"][0])]
        scored = run(sender, CONTEXTUAL, {"query": queries[0], "contexts": contexts})["response"]
        assert list(range(len(documents))) == sorted(each["id"] for each in scored)

    every(st.tuples(some_texts, some_texts), 12, check)


def test_the_context_that_shares_words_comes_first(sender: Sender) -> None:
    """Among contexts of other words, the one with the words of the query is first; scores fall, ids are places."""

    def check(drawn: tuple[list[str], int]) -> None:
        shuffled, place = drawn
        asked, others = shuffled[:2], shuffled[2:]
        contexts = [
            {"text": f"A note about the {first} and a {second}."}
            for first, second in zip(others[::2], others[1::2], strict=False)
        ]
        contexts.insert(place % (len(contexts) + 1), {"text": f"Where the {asked[0]} met a {asked[1]}."})
        query = f"What of the {asked[0]} and the {asked[1]}?"
        for model in (RERANKER, CONTEXTUAL):
            found = run(sender, model, {"query": query, "contexts": contexts})["response"]
            assert place % len(contexts) == found[0]["id"]
            assert sorted(range(len(contexts))) == sorted(each["id"] for each in found)
        scores = [each["score"] for each in run(sender, RERANKER, {"query": query, "contexts": contexts})["response"]]
        assert scores == sorted(scores, reverse=True)

    every(st.tuples(st.permutations(WORDS), st.integers(0, 9)), 60, check)


def test_scores_of_a_text_sum_to_one(sender: Sender) -> None:
    """Both labels, whatever the text, and their scores are probabilities."""

    def check(text: str) -> None:
        found = run(sender, SENTIMENT, {"text": text})
        assert {"NEGATIVE", "POSITIVE"} == {each["label"] for each in found}
        assert 1 == pytest.approx(sum(each["score"] for each in found))
        assert all(0 < each["score"] < 1 for each in found)

    every(strategies.some_text, 100, check)


def test_a_summary_is_an_extract(sender: Sender) -> None:
    """Every sentence of a summary is one of the text's, in their order, or the beginning of one."""
    sentences = st.lists(
        st.sampled_from([f"The {word} waited by the {other}." for word in WORDS for other in WORDS]),
        min_size=1,
        max_size=30,
    )

    def check(drawn: tuple[list[str], int | None]) -> None:
        said, longest = drawn
        text = " ".join(said)
        body = {"input_text": text} if longest is None else {"input_text": text, "max_length": longest}
        summary = run(sender, SUMMARISER, body)["summary"]
        assert summary
        assert len(summary) <= len(text)
        position = 0
        for sentence in summary.removesuffix("…").replace(". ", ".\n").split("\n"):
            position = text.find(sentence.strip(), position)
            assert position >= 0, (sentence, text)

    every(st.tuples(sentences, st.sampled_from([None, 1, 8, 40, 1024])), 80, check)


questions = st.dictionaries(
    strategies.names,
    st.one_of(
        st.builds(lambda asked: {"type": "noul", "instructions": asked}, strategies.texts),
        st.builds(
            lambda asked, names: {
                "type": "choice",
                "instructions": asked,
                "criteria": {name: f"About {name}." for name in names},
            },
            strategies.texts,
            st.lists(strategies.names, min_size=1, max_size=5, unique=True),
        ),
        st.builds(
            lambda asked, steps: {"type": "score", "instructions": asked, "criteria": steps},
            strategies.texts,
            st.lists(strategies.some_text, min_size=2, max_size=10),
        ),
    ),
    min_size=1,
    max_size=4,
)


@pytest.mark.parametrize("model", DECIDERS, ids=lambda model: model.slug)
def test_probabilities_of_a_decision_sum_to_one(model: Any, sender: Sender) -> None:
    """Each answer is of the type that was asked for; what is chosen is the likeliest, a score lies on its scale."""

    def check(drawn: tuple[dict[str, Any], Any]) -> None:
        asked, state = drawn
        found = run(sender, model.name, {"model": model.slug, "state": state, "questions": asked})["answers"]
        assert asked.keys() == found.keys()
        for name, question in asked.items():
            answer = found[name]
            assert question["type"] == answer["type"]
            if question["type"] == "noul":
                assert 0 <= answer["noul"] <= 1
                continue
            shares = answer["probabilities"]
            assert len(question["criteria"]) == len(shares)
            assert 1 == pytest.approx(sum(shares.values()), abs=1e-3)
            if question["type"] == "choice":
                assert set(question["criteria"]) == set(shares)
                assert max(shares.values()) == shares[answer["choice"]]

    every(
        st.tuples(
            questions, st.one_of(strategies.some_text, strategies.anything.filter(lambda each: each is not None))
        ),
        40,
        check,
    )
