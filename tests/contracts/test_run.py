"""A run ends, whatever the target does, within its limits, and tells what it knows."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

import contracts
from contracts import cli
from contracts.cases import Case
from contracts.console import ConsoleReporter
from contracts.events import ExchangeDone, RunFinished
from contracts.exchanges import Intent
from contracts.kit import Kit
from contracts.limits import Limits
from contracts.making import Maker
from contracts.plan import plan
from contracts.preview import preview, render
from contracts.report import Outcome
from contracts.strategies import smoke, strategy
from contracts.strategies.registry import registry
from mockserver.errors import UsageError
from mockserver.openapi.document import Document
from mockserver.registry import Registry

Answer = Callable[[Request], Any]


def document(content: Any = None, **operation: Any) -> Document:
    """One operation, `ask`, that takes a text and answers with an object."""
    body = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "maxLength": 5}}}
    answer = content or {"application/json": {"schema": {"type": "object", "required": ["n"]}}}
    described = {
        "operationId": "ask",
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {"200": {"description": "", "content": answer}, "400": {"description": ""}},
        **operation,
    }
    return Document(
        {"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": {"/ask": {"post": described}}}, "a.yml"
    )


def app(answer: Answer) -> Starlette:
    return Starlette(routes=[Route("/ask", answer, methods=["POST"])])


@strategy("twice", "sequences")
def twice(make: Maker) -> Iterator[Case]:
    """The same request twice."""
    for role in ("first", "again"):
        yield make.case(group="a", role=role)


def small_kit() -> Kit:
    """Two strategies and a few checks: what a run does does not depend on what else the kit can."""
    kit = Kit()
    names = ("response_body", "event_stream", "not_a_server_error", "whole_answer", "negative_data_rejection")
    kit.checks = Registry("check", {name: kit.checks[name] for name in names})
    kit.strategies = registry()
    kit.add(*smoke.STRATEGIES, twice)
    return kit


def looked(answer: Answer, contract: Document | None = None, **options: Any) -> contracts.Report:
    options = {"kit": small_kit(), "quick": True, **options}
    return contracts.check(app(answer), contract=contract or document(), **options)


async def one(request: Request) -> Response:
    """Answer as the document asks for."""
    try:
        text = json.loads(await request.body())["text"]
    except (ValueError, TypeError, KeyError):
        text = None
    plain = request.headers.get("content-type", "").startswith("application/json")
    return JSONResponse({"n": 1}) if plain and isinstance(text, str) and len(text) <= 5 else Response(status_code=400)


def test_a_target_that_never_answers_is_given_up_after_two_requests() -> None:
    async def hang(request: Request) -> Response:
        await asyncio.sleep(60)
        return JSONResponse({})

    report = looked(hang, limits=Limits(answer_seconds=0.05))

    assert Outcome.COULD_NOT_LOOK is report.outcome()
    assert "does not answer in time" in str(report.stopped)
    assert 2 == report.sent


def test_a_target_that_hangs_now_and_then_is_given_up_in_the_end() -> None:
    seen: list[None] = []

    async def hang(request: Request) -> Response:
        seen.append(None)
        await asyncio.sleep(0 if len(seen) == 1 else 60)
        return JSONResponse({"n": 1})

    report = looked(hang, limits=Limits(answer_seconds=0.05), max_examples=9)

    assert "does not answer in time" in str(report.stopped)
    assert 7 == len(seen)


def test_a_target_that_refuses_everything_is_given_up() -> None:
    """Each operation is asked again a little, with pauses as the refusals say."""

    async def storm(request: Request) -> Response:
        return JSONResponse({}, 429, {"retry-after-ms": "1"})

    report = looked(storm, own_only=True)

    assert Outcome.COULD_NOT_LOOK is report.outcome()
    assert "limits" in str(report.operations[0].could_not_look)
    assert report.sent <= 8


def test_what_is_refused_for_now_is_asked_again() -> None:
    seen: list[None] = []

    async def busy(request: Request) -> Response:
        seen.append(None)
        return JSONResponse({"n": 1}) if len(seen) > 1 else JSONResponse({}, 503, {"retry-after-ms": "1"})

    report = looked(busy, own_only=True)

    assert Outcome.CLEAN is report.outcome()
    assert report.sent == report.requests + 1


@pytest.mark.parametrize("media_type", ["text/event-stream", "application/json"])
def test_an_answer_without_an_end_does_not_hold_the_run(media_type: str) -> None:
    async def endless(request: Request) -> Response:
        async def parts() -> Any:
            while True:
                yield b'data: {"n": 1}\n\n'
                await asyncio.sleep(0.01)

        return StreamingResponse(parts(), media_type=media_type)

    contract = document({"application/json": {}, "text/event-stream": {"x-itemSchema": {"type": "object"}}})
    report = looked(endless, contract, limits=Limits(answer_seconds=0.05), own_only=True)

    assert (media_type == "application/json") == bool(report.stopped)
    assert () == report.findings


def test_streams_without_an_end_end_the_run() -> None:
    """Each takes the time that an answer may take: hundreds of them would take hours."""

    async def endless(request: Request) -> Response:
        async def parts() -> Any:
            while True:
                yield b'data: {"n": 1}\n\n'
                await asyncio.sleep(0.01)

        return StreamingResponse(parts(), media_type="text/event-stream")

    contract = document({"text/event-stream": {"x-itemSchema": {"type": "object"}}})
    report = looked(endless, contract, limits=Limits(answer_seconds=0.05), quick=False)

    assert Outcome.CLEAN is not report.outcome()
    assert "does not answer in time" in str(report.stopped)
    assert 6 == report.sent - len(report.findings)  # each of which is tried once more


def test_where_a_limit_ended_the_run_the_limit_is_the_reason() -> None:
    report = looked(one, limits=Limits(requests=1), kit=nothing_first(), operations=["ask"])

    assert report.stopped is None
    assert Outcome.COULD_NOT_LOOK is report.outcome()
    assert ["the limit of 1 request is reached"] == [each.could_not_look for each in report.operations]


def nothing_first() -> Kit:
    """A kit whose first request is not valid."""

    @strategy("wrong", "free")
    def wrong(make: Maker) -> Iterator[Case]:
        """A request that is not valid."""
        yield make.case(body={"text": 1}, intent=Intent.PROBE)

    kit = small_kit()
    kit.add(wrong)
    return kit


@pytest.mark.parametrize("options", [{"operations": "ask"}, {"models": "a/b"}])
def test_a_text_where_a_list_of_names_belongs_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="a list of names like"):
        looked(one, **options)


def test_what_is_no_application_is_no_target() -> None:
    target: Any = 5
    with pytest.raises(UsageError, match="5 is no target"):
        contracts.check(target, contract=document())


def test_a_token_with_a_line_break_is_refused_and_not_shown() -> None:
    with pytest.raises(UsageError, match="a line break") as refused:
        looked(one, token="secret\n")
    assert "secret" not in str(refused.value)


def test_an_answer_that_breaks_off_is_a_finding() -> None:
    async def short(request: Request) -> Response:
        return Response(b'{"n": 1}', media_type="application/json", headers={"content-length": "9"})

    report = looked(short, own_only=True)

    assert {"whole_answer"} == {each.check for each in report.findings}
    assert ("http", "HTTP", 3, 3) == (
        report.findings[0].kind,
        report.findings[0].source,
        report.findings[0].shown,
        report.findings[0].tries,
    )


def test_a_finding_says_in_how_many_tries_it_showed() -> None:
    """The first answer is wrong only: sent again twice, the same request is answered well."""
    seen: list[None] = []

    async def once(request: Request) -> Response:
        seen.append(None)
        return JSONResponse({} if len(seen) == 1 else {"n": 1})

    report = looked(once, own_only=True)

    assert [("response_body", 1, 3)] == [(each.check, each.shown, each.tries) for each in report.findings]
    assert "a small valid request" == report.findings[0].reason


def test_the_request_of_a_finding_is_made_smaller() -> None:
    """Members that do not matter are left out, and texts are shortened, as long as the finding shows."""

    @strategy("large", "search")
    def large(make: Maker) -> Iterator[Case]:
        """A request with much in it."""
        yield make.case(body={"noise": "x" * 99, "text": "a", "more": [1, 2], "flag": True}, reason="large")

    async def wrong_with_a_flag(request: Request) -> Response:
        return JSONResponse({} if "flag" in json.loads(await request.body()) else {"n": 1})

    kit = small_kit()
    kit.strategies = registry()
    kit.add(large)
    report = looked(wrong_with_a_flag, own_only=True, kit=kit, limits=Limits(requests=200))

    (finding,) = report.findings
    assert finding.request.endswith("""--data-raw '{"flag": true}'""")


def test_no_more_requests_are_sent_than_the_limit_allows() -> None:
    async def wrong(request: Request) -> Response:
        return JSONResponse({})

    report = looked(wrong, limits=Limits(requests=5), max_examples=9)

    assert report.findings
    assert 5 == report.sent
    assert "the limit of 5 requests is reached" == report.limited
    assert report.stopped is None


@pytest.mark.parametrize("options", [{}, {"own_only": True}, {"limits": Limits(requests=7)}, {"seed": 3}])
def test_the_preview_counts_what_a_clean_run_sends(options: dict[str, Any]) -> None:
    events: list[Any] = []
    report = looked(one, on_event=events.append, **options)
    sent = Counter((each.exchange.operation, each.exchange.phase) for each in events if isinstance(each, ExchangeDone))

    foreseen = preview(plan(app(one), contract=document(), quick=True, kit=small_kit(), **options))

    assert () == report.findings
    assert sent == {(each.operation, each.phase): each.requests for each in foreseen.foreseen}
    assert report.sent == foreseen.requests
    assert f"{report.sent} requests" in render(foreseen)


def test_the_estimate_is_near_to_what_the_mock_counts() -> None:
    """Within a fifth, over text, vectors and pictures."""
    from mockserver import Mock, create_app

    operations = ["createChatCompletion", "createEmbeddings", "run-cf-black-forest-labs-flux-1-schnell"]
    target = create_app(Mock())

    foreseen = preview(plan(target, operations=operations, quick=True, kit=small_kit()))
    report = contracts.check(target, operations=operations, quick=True, kit=small_kit())

    assert 0.8 * report.neurons <= foreseen.neurons <= 1.2 * report.neurons
    assert foreseen.requests == report.sent


def test_a_family_is_checked_by_a_model_that_the_target_knows() -> None:
    """Where the first model of a family is not there, the next one is asked; with names of models nobody is asked."""
    from mockserver import Mock, create_app

    mock = create_app(Mock())
    first, second = "@cf/baai/bge-base-en-v1.5", "@cf/baai/bge-small-en-v1.5"

    async def smaller(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"].endswith("/ai/models/search"):
            await JSONResponse({"success": True, "result": [{"name": second}]})(scope, receive, send)
        else:
            await mock(scope, receive, send)

    def asked(**options: Any) -> set[str]:
        names: set[str] = set()

        def listen(event: Any) -> None:
            if isinstance(event, ExchangeDone) and event.exchange.phase == "smoke":
                names.add(json.loads(event.exchange.request.body)["model"])

        contracts.check(
            smaller, operations=["createEmbeddings"], kit=small_kit(), own_only=True, on_event=listen, **options
        )
        return names

    assert {second} == asked()
    assert {first} == asked(models=[first])


def test_no_tls_where_tls_is_asked_for_is_not_a_clean_run(serve: Any) -> None:
    address = serve(app(one)).replace("http:", "https:")

    report = contracts.check(address, contract=document())

    assert Outcome.COULD_NOT_LOOK is report.outcome()
    assert "cannot be reached: no TLS connection could be made" in str(report.stopped)


def test_an_interrupt_ends_the_run_with_what_is_known() -> None:
    """Listeners hear the report; then the interrupt goes on its way."""
    events: list[Any] = []

    def listen(event: Any) -> None:
        events.append(event)
        if len(events) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        looked(one, on_event=listen)

    assert isinstance(events[-1], RunFinished)
    assert "broken off" == events[-1].report.stopped
    assert 2 == events[-1].report.requests
    assert 4 == len(events)


def test_the_command_reports_what_is_known_when_it_is_interrupted(
    notes_file: Any, notes_app: Any, token: str, serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    def handle(reporter: Any, event: Any) -> None:
        if isinstance(event, ExchangeDone) and event.exchange.number == 3:
            raise KeyboardInterrupt
        plainly(reporter, event)

    plainly = ConsoleReporter.handle
    monkeypatch.setattr(ConsoleReporter, "handle", handle)

    arguments = [serve(notes_app()), "--spec", str(notes_file), "--token", token, "--quick"]
    result = CliRunner().invoke(cli.check_command, arguments)

    assert 3 == result.exit_code
    assert "broken off" in result.stdout
    assert "could not look: 0 findings, 3 requests" in result.stdout


def test_the_command_prints_a_plan_and_sends_nothing(notes_file: Any) -> None:
    from click.testing import CliRunner

    arguments = ["http://127.0.0.1:9", "--spec", str(notes_file), "--quick", "--plan", "--operations", "say"]
    result = CliRunner().invoke(cli.check_command, arguments)

    assert 0 == result.exit_code
    assert result.stdout.startswith("say ")
    assert "requests, about 0.00 neurons" in result.stdout


@pytest.mark.parametrize(("schema", "exit_code"), [({"type": "text"}, 3), ({"type": "object"}, 0)])
def test_an_operation_whose_answers_nothing_could_judge_was_not_seen_working(schema: Any, exit_code: int) -> None:
    report = looked(one, document({"application/json": {"schema": schema}}), own_only=True)

    assert exit_code == report.exit_code
    assert bool(exit_code) == bool(report.operations[0].unjudged)


def test_a_connection_dropped_is_a_finding(
    notes: Document, notes_app: Any, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exchange is told of, without an answer."""
    from contracts.exchanges import NoAnswer
    from contracts.sender import AppSender

    plainly = AppSender.send
    monkeypatch.setattr(
        AppSender,
        "send",
        lambda sender, requests: [
            NoAnswer.DROPPED if b'"stream": true' in request.body else plainly(sender, [request])[0]
            for request in requests
        ],
    )
    events: list[Any] = []

    report = contracts.check(
        notes_app(), contract=notes, token=token, own_only=True, operations=["say"], on_event=events.append
    )

    assert [("say", "not_a_server_error", NoAnswer.DROPPED.value)] == [
        (each.operation, each.check, each.came) for each in report.findings
    ]
    unanswered = [each.exchange for each in events if isinstance(each, ExchangeDone) and each.exchange.response is None]
    assert "streams" in {exchange.phase for exchange in unanswered}
    assert {NoAnswer.DROPPED} == {exchange.no_answer for exchange in unanswered}
