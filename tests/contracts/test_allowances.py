"""What servers do that the document leaves open, or says in words alone: nothing that fails a run."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

import contracts
from contracts import Outcome, Severity
from contracts.checks import Check, builtin
from contracts.context import Context, World, members_of
from contracts.exchanges import Exchange, Intent
from contracts.judge import Judge
from contracts.member_schemas import STRANGER
from contracts.plan import plan
from contracts.unknown_models import UnknownModels
from contracts.validity import Validity
from mockserver.effective import effective
from tests.contracts.exchanged import (
    CHAT,
    COMPLETION,
    EMBEDDINGS,
    LLAMA,
    RESPONSES,
    SMALL,
    choice,
    completion,
    exchange,
    found,
    found_of,
    run,
    stream,
    talk,
    usage,
)

_REFUSED = {"result": None, "success": False, "errors": [{"code": 5006, "message": "Bad input"}], "messages": []}
_CALLING = {
    "role": "assistant",
    "content": None,
    "tool_calls": [{"id": "a", "type": "function", "function": {"name": "look", "arguments": "{}"}}],
}


@cache
def _given() -> World:
    """The document as it was given, without what is known of the service besides."""
    contract = effective(bundled_overlay=False)
    judge = Judge(contract)
    return World(contract, judge, Validity(contract, judge))


def _severities(check: str, judged: Exchange) -> list[Severity | None] | None:
    """Return how bad it is what a check finds by the given document."""
    named = builtin()[check]
    assert isinstance(named, Check)
    found = named.judge(judged, Context(judged, _given()))
    return None if found is None else [each.severity for each in found]


@pytest.mark.parametrize(
    ("asked", "severities"),
    [({"stream": True}, [Severity.ADDITIVE]), ({"stream": False}, [None]), ({}, [None])],
)
def test_a_stream_that_the_document_names_and_does_not_declare(asked: dict[str, Any], severities: list[Any]) -> None:
    """The document has `stream`, and no media type for what it brings: an undeclared stream hurts who did not ask."""
    judged = exchange(CHAT, talk(**asked), stream("[DONE]"))

    assert severities == _severities("content_type_conformance", judged)


@pytest.mark.parametrize(
    ("operation", "asked", "findings"),
    [
        (EMBEDDINGS, {"model": SMALL, "input": ""}, None),
        (EMBEDDINGS, {"model": SMALL, "input": []}, None),
        (EMBEDDINGS, {"model": SMALL, "input": ["a", ""]}, None),
        (EMBEDDINGS, {"model": SMALL, "input": ["a"]}, 1),
        (CHAT, talk(messages=[]), None),
        (CHAT, talk(stop=[]), 1),
        (CHAT, talk(messages=[{"role": "user", "content": "Hi!"}, {"role": "assistant", "content": None}]), None),
        (CHAT, talk(messages=[{"role": "user", "content": "Hi!"}, {"role": "assistant", "refusal": None}]), None),
        (CHAT, talk(messages=[{"role": "user", "content": "Hi!"}, _CALLING]), 1),
        (CHAT, talk(), 1),
    ],
)
def test_nothing_may_be_refused(operation: str, asked: Any, findings: int | None) -> None:
    """Whether an empty text or list is something to answer, a schema without a minimum does not say."""
    came = found("positive_data_acceptance", operation, asked, _REFUSED, status=400)

    assert findings == (None if came is None else len(came))


def test_a_crash_over_nothing_is_a_crash() -> None:
    """What may be refused may not end in a server error."""
    assert found("not_a_server_error", EMBEDDINGS, {"model": SMALL, "input": ""}, _REFUSED, status=500)


@pytest.mark.parametrize("status", [404, 405, 307])
def test_what_a_target_does_not_have_is_not_judged(status: int) -> None:
    """An address that leads nowhere says nothing about an operation, in whatever form; and the run is not clean."""

    async def nowhere(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": status, "headers": [(b"location", b"/elsewhere")]})
        await send({"type": "http.response.body", "body": b"Nothing here"})

    report = contracts.check(nowhere, operations=["searchTasks"], quick=True)

    assert Outcome.COULD_NOT_LOOK is report.outcome()
    assert () == report.findings


def test_responses_need_not_stream() -> None:
    """The service documents that they come whole, and its types that they are streamed: it is disputed."""
    asked = {"model": "@cf/openai/gpt-oss-120b", "input": "Hi!", "stream": True}

    assert found("stream-as-asked", RESPONSES, asked, {"object": "response"}) is None
    assert found("stream-as-asked", CHAT, talk(stream=True), completion(choice()))


def test_empty_lists_of_calls_in_native_streams_are_the_service_s_own() -> None:
    """The service was seen sending them: who has them, too, has not moved away from it."""
    events = stream({"response": "Hi", "tool_calls": []}, {"response": "", "usage": usage()}, "[DONE]")
    came = found("native-pieces", run(LLAMA), talk(stream=True), events)

    assert [Severity.ADDITIVE] == [each.severity for each in came or ()]


@pytest.mark.parametrize(("total", "severity"), [(3, Severity.ADDITIVE), (4, None)])
def test_a_page_may_hold_all_there_is(total: int, severity: Severity | None) -> None:
    """Some saw the service take no notice of `per_page`; a page that is too long and not all is a mistake."""
    listed = {"result": [{"id": each} for each in "abc"], "result_info": {"count": 3, "total_count": total}}
    came = found("listing-counted", "searchModels", None, listed, query="?per_page=2")

    assert [severity] == [each.severity for each in came or ()]


@pytest.mark.parametrize(("n", "promised"), [(0, []), (-1, []), (2, ["2 choices"])])
def test_a_number_that_is_none_promises_one_choice(n: int, promised: list[str]) -> None:
    """Who takes `n: 0` is lax, and no breach of how many choices there are."""
    came = found("choices-count", CHAT, talk(n=n), completion(choice()))

    assert promised == [each.promised for each in came or ()]
    assert not found("tokens-within-limit", CHAT, talk(n=n), completion(choice()))


@pytest.mark.parametrize(("options", "severity"), [(None, Severity.COSMETIC), ("8", None)])
def test_nulls_of_the_generic_run_are_taken_for_absent(options: Any, severity: Severity | None) -> None:
    """What clients send for "not given" is no mistake that goes unnoticed."""
    body = {"model": "@cf/openai/gpt-oss-120b", "input": {"prompt": "Hi!"}, "options": options}
    judged = replace(exchange("runModel", body, {}), intent=Intent.INVALID, negated=("body",))

    assert [severity] == [each.severity for each in found_of("negative_data_rejection", judged) or ()]


def test_a_limit_that_the_document_does_not_name_is_no_limit() -> None:
    """A server that knows nothing of `max_output_tokens` answers as it likes; one that documents it may not."""
    used = {"input_tokens": 1, "output_tokens": 60, "total_tokens": 61}
    judged = exchange(
        RESPONSES,
        {"model": "@cf/openai/gpt-oss-120b", "input": "Hi!", "max_output_tokens": 16},
        {"object": "response", "status": "completed", "output": [], "usage": used},
    )

    assert [] == _severities("response-status", judged)
    assert ["at most 16 tokens"] == [each.promised for each in found_of("response-status", judged) or ()]


def test_an_echo_that_the_document_does_not_name_is_none() -> None:
    """A completion without its prompt is in order where the document has no `echo`."""
    asked = {"model": "@cf/openai/gpt-oss-120b", "prompt": "Hi!", "echo": True}
    judged = exchange(COMPLETION, asked, {"choices": [{"index": 0, "text": "Hello.", "finish_reason": "stop"}]})

    assert _severities("prompt-echoed", judged) is None
    assert found_of("prompt-echoed", judged)


def test_own_cases_send_what_the_document_names() -> None:
    """Besides a stranger, to see that it does no harm, and a limit, to see that it costs little."""
    planned = plan("http://127.0.0.1:9", bundled_overlay=False)
    cases = [case for unit in planned.units() for case in unit.cases if case.intent is Intent.VALID]
    unknown = set()
    for case in cases:
        asked = json.loads(case.body or b"{}")
        unknown |= asked.keys() - members_of(planned.document.operations[case.operation]).keys()

    assert {STRANGER, "max_output_tokens"} == unknown
    assert {"", f"{STRANGER}=1"} == {case.query for case in cases}


@pytest.mark.parametrize(
    ("refusal", "own"),
    [
        ({"error": "No such model"}, {"error": "No such model"}),
        ({"error": "No model no-such-model"}, {"error": f"No model {SMALL}"}),
        (
            {"errors": [{"message": "No (1c9f0b5e-64a2-4d4e-9a58-0f7f3f3a2b10)"}]},
            {"errors": [{"message": "No (0b8f6a52-3d1e-4c7b-9a60-5f2d8e714c39)"}]},
        ),
    ],
)
def test_models_that_are_refused_like_one_that_nobody_has(refusal: Any, own: Any) -> None:
    """The target does not have them, with whatever words and codes it says so."""
    models = UnknownModels()
    models.note(exchange(EMBEDDINGS, {"model": "no-such-model", "input": "Hi!"}, refusal, status=400))

    assert models.is_one(exchange(EMBEDDINGS, {"model": SMALL, "input": "Hi!"}, own, status=400))


def test_an_account_that_may_do_nothing_says_nothing_of_models() -> None:
    """Who is forbidden to ask any model is told so, and not that there is none."""
    models = UnknownModels()
    models.note(exchange(EMBEDDINGS, {"model": "no-such-model", "input": "Hi!"}, _REFUSED, status=403))

    assert not models.is_one(exchange(EMBEDDINGS, {"model": SMALL, "input": "Hi!"}, _REFUSED, status=403))


@pytest.mark.parametrize(
    ("asked", "answer", "status"),
    [
        ({"input": "Hi!", "model": SMALL}, {"error": "No such model"}, 422),
        ({"input": "Hi!", "model": SMALL}, {"error": "No such input"}, 400),
        ({"input": "Hi!"}, {"error": "No such model"}, 400),
        ({"input": "Hi!", "model": "@cf/baai/bge-m3"}, {"error": "No such model"}, 400),
    ],
)
def test_models_that_the_target_has(asked: Any, answer: Any, status: int) -> None:
    """A refusal with another status or in other words is another one, and so is that of a model that has answered."""
    models = UnknownModels()
    models.note(exchange(EMBEDDINGS, {"model": "no-such-model"}, {"error": "No such model"}, status=400))
    models.note(exchange(EMBEDDINGS, {"model": "@cf/baai/bge-m3", "input": "Hi!"}, {"object": "list"}))

    assert not models.is_one(exchange(EMBEDDINGS, asked, answer, status=status))
