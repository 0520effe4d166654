"""Models without a path of their own, retired and unlisted ones, take what their family takes and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.effective import catalogue, effective
from mockserver.workersai.expansion import CATCH_ALL, INPUTS

RETIRED = "@cf/meta/llama-3.1-8b-instruct"
OTHERS = [model for model in catalogue().values() if not model.active]


def test_the_contract_says_what_each_of_them_takes() -> None:
    """The catch-all has an input for every model without a path, by name."""
    inputs = effective().content["paths"][CATCH_ALL]["post"][INPUTS]

    assert [model.name for model in OTHERS] == list(inputs)
    assert {"$ref": "#/components/schemas/TextGenerationNativeInput"} == inputs[RETIRED]


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"prompt": "x", "temperature": 6}, "maximum at '/temperature' not met, 6 against 5"),
        ({"prompt": "x", "top_k": 0}, "minimum at '/top_k' not met, 0 against 1"),
        ({"max_tokens": 5}, "required properties at '/' are 'prompt', required properties at '/' are 'messages'"),
    ],
)
@pytest.mark.parametrize("generic", [False, True], ids=["path", "generic"])
def test_input_is_refused_as_on_a_path(ask: Any, body: dict[str, Any], complaint: str, generic: bool) -> None:
    """What the family's schema bars is 5006, on the templated path and inside `POST /ai/run`."""
    path, sent = ("run", {"model": RETIRED, "input": body}) if generic else (f"run/{RETIRED}", body)
    answer = ask(path, sent)

    assert (400, 5006) == (answer.status, answer.code)
    assert complaint in answer.message


@pytest.mark.parametrize("model", OTHERS, ids=lambda model: model.name)
def test_nonsense_is_refused_by_all(ask: Any, model: Any) -> None:
    """A body without anything that the model needs is refused, by every one of them."""
    answer = ask(f"run/{model.name}", {"nothing": "of the kind"})

    assert (400, 5006) == (answer.status, answer.code)
    assert "required properties at '/'" in answer.message


def test_the_words_are_those_of_the_service(ask: Any) -> None:
    """Alternatives are `oneOf`, as captured, and null, which means "not given", is no type that was asked for."""
    active = "@cf/meta/llama-3.2-1b-instruct"
    message = ask(f"run/{active}", {}).message

    assert message == (
        "AiError: Bad input: Error: oneOf at '/' not met, 0 matches: required properties at '/' are 'prompt', "
        "required properties at '/' are 'messages'"
    )
    wrong = ask(f"run/{active}", {"prompt": "x", "max_tokens": "many", "stream": 1}).message
    assert "Type mismatch of '/max_tokens', 'string' not in 'integer'" in wrong
    assert "Type mismatch of '/stream', 'integer' not in 'boolean'" in wrong
    embeddings = "run/@cf/baai/bge-base-en-v1.5"
    many = ask(embeddings, {"text": ["a"] * 101}).message
    assert many.endswith("'array' not in 'string', maxItems at '/text' not met, 101 against 100")
    pooling = ask(embeddings, {"text": "a", "pooling": "max"}).message
    assert "AiError: Bad input: Error: enum at '/pooling' not met, 'max' not in 'mean,cls'" == pooling
