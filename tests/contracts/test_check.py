"""A run finds what is wrong with a server, and only that."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

import contracts
from contracts.events import ExchangeDone, RunFinished, RunStarted
from contracts.findings import Severity
from contracts.report import Outcome
from mockserver.errors import UnknownName, UsageError
from mockserver.openapi.document import Document

NotesApp = Callable[..., Starlette]

FLAWS = {
    "wrong type": {("createNote", "response_body"), ("readNote", "response_body")},
    "missing member": {("createNote", "response_body"), ("readNote", "response_body")},
    "undocumented status": {("readNote", "status_code_conformance")},
    "wrong content type": {("createNote", "content_type_conformance"), ("readNote", "content_type_conformance")},
    "server error": {("createNote", "not_a_server_error")},
    "token not checked": {("createNote", "auth"), ("readNote", "auth"), ("say", "auth")},
    "negative data accepted": {("createNote", "negative_data_rejection")},
    "bad event": {("say", "event_schema")},
    "no end of stream": {("say", "event_stream_end")},
    "broken stream": {("say", "event_stream")},
    "crash": {("createNote", "not_a_server_error")},
    "valid data refused": {("say", "positive_data_acceptance")},
}


def test_a_server_that_keeps_its_promises_is_clean(notes: Document, notes_app: NotesApp, token: str) -> None:
    report = contracts.check(notes_app(), contract=notes, token=token)

    assert () == report.findings
    assert 0 == report.exit_code
    assert ["createNote", "readNote", "say"] == [each.operation for each in report.operations]
    assert all(each.successes for each in report.operations)


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_flaw_is_found_by_the_check_made_for_it(flaw: str, notes: Document, notes_app: NotesApp, token: str) -> None:
    report = contracts.check(notes_app(flaw), contract=notes, token=token)

    assert FLAWS[flaw] <= {(finding.operation, finding.check) for finding in report.findings}
    assert 1 == report.exit_code


def test_a_finding_shows_the_smallest_request_and_what_was_promised(
    notes: Document, notes_app: NotesApp, token: str
) -> None:
    report = contracts.check(notes_app("wrong type"), contract=notes, token=token, seed=5)

    finding = next(each for each in report.findings if each.check == "response_body")
    assert ("/id", 'type: "integer"', '"1"', 5) == (finding.where, finding.promised, finding.came, finding.seed)
    assert (
        'curl -X POST "http://127.0.0.1:8787/v1/notes" -H "Authorization: Bearer $CLOUDFLARE_API_TOKEN" '
        """-H "Content-Type: application/json" --data-raw '{"title": "0"}'"""
    ) == finding.request


def test_a_run_over_the_network_finds_the_same(
    notes: Document, notes_app: NotesApp, token: str, serve: Callable[[Any], str]
) -> None:
    """The origin suffices as a target: the base path of the document is appended."""
    address = serve(notes_app("bad event"))

    report = contracts.check(address, contract=notes, token=token, operations=["say"])

    assert ("say", "event_schema") in [(finding.operation, finding.check) for finding in report.findings]
    assert f"{address}/v1" == report.target


def test_the_same_seed_sends_the_same_requests(notes: Document, notes_app: NotesApp, token: str) -> None:
    """Method, path, headers and body of every request are those of the run before, whatever the server answers."""

    def sent(seed: int, flaw: str = "") -> list[Any]:
        requests: list[Any] = []
        contracts.check(
            notes_app(flaw),
            contract=notes,
            token=token,
            seed=seed,
            on_event=lambda event: requests.append(event.exchange.request) if isinstance(event, ExchangeDone) else None,
        )
        return requests

    first = sent(1)

    assert len(first) > 40
    assert first == sent(1)
    assert first == sent(1, "wrong type")
    assert first != sent(2)


def test_a_dead_port_is_not_a_clean_run(notes: Document, token: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    report = contracts.check(f"http://127.0.0.1:{port}", contract=notes, token=token)

    assert 3 == report.exit_code
    assert f"http://127.0.0.1:{port}/v1 cannot be reached" in str(report.stopped)


def test_a_token_that_nobody_accepts_is_not_a_clean_run(notes: Document, notes_app: NotesApp) -> None:
    report = contracts.check(notes_app(), contract=notes, token="some-other-token")

    assert 3 == report.exit_code
    assert "the token is refused on every operation" == report.stopped
    assert () == report.findings


def test_an_operation_without_a_success_was_not_seen(notes: Document, notes_app: NotesApp, token: str) -> None:
    """Limits are not drift: an operation that answers 429 only is not looked at, and has no findings."""
    report = contracts.check(notes_app("always 429"), contract=notes, token=token)

    assert () == report.findings
    assert Outcome.COULD_NOT_LOOK is report.outcome()
    assert ["say"] == [each.operation for each in report.unseen]
    assert "limits" in str(report.unseen[0].could_not_look)


def test_findings_of_another_severity_can_be_let_pass(notes: Document, notes_app: NotesApp, token: str) -> None:
    """Of a run that is told to, or afterwards."""
    report = contracts.check(notes_app("negative data accepted"), contract=notes, token=token, fail_on="breaking")

    assert Outcome.CLEAN is report.outcome()
    assert 0 == report.exit_code
    assert Outcome.FINDINGS is report.outcome(Severity.LAX)


def test_a_severity_that_there_is_not_is_refused(notes: Document) -> None:
    with pytest.raises(UsageError, match="unknown severity 'braking'; did you mean 'breaking'"):
        contracts.check("http://127.0.0.1:9", contract=notes, fail_on="braking")


def test_events_tell_the_run_from_start_to_end(notes: Document, notes_app: NotesApp, token: str) -> None:
    events: list[Any] = []

    report = contracts.check(notes_app(), contract=notes, token=token, quick=True, on_event=events.append)

    assert isinstance(events[0], RunStarted)
    assert ("createNote", "readNote", "say") == events[0].operations
    assert isinstance(events[-1], RunFinished)
    assert report is events[-1].report
    assert len(events) - 2 == report.requests


def test_operations_that_stream_are_asked_for_streams(notes: Document, notes_app: NotesApp, token: str) -> None:
    """Generation asks for streams by chance only; the kit's own cases ask for one, and decline one."""
    events: list[Any] = []

    contracts.check(notes_app(), contract=notes, token=token, quick=True, on_event=events.append)

    asked = [each.exchange for each in events if isinstance(each, ExchangeDone) and each.exchange.phase == "streams"]
    assert asked
    assert {"say"} == {exchange.operation for exchange in asked}
    assert {"text/event-stream", "application/json"} == {
        exchange.response.media_type for exchange in asked if exchange.response
    }


def test_no_event_holds_the_token(notes: Document, notes_app: NotesApp, token: str) -> None:
    """Credentials are gone before anyone listens, even where a server echoes them."""
    events: list[Any] = []

    contracts.check(notes_app("echoes the token"), contract=notes, token=token, on_event=events.append)

    assert token not in repr(events)


def test_an_unknown_operation_is_named_with_the_nearest(notes: Document, notes_app: NotesApp) -> None:
    with pytest.raises(UnknownName, match="did you mean 'createNote'"):
        contracts.check(notes_app(), contract=notes, operations=["createNotes"])


@pytest.mark.parametrize("target", ["localhost:8787", "ftp://host", "http://", "http://host/?a=1", ""])
def test_a_text_that_is_no_address_is_no_target(target: str, notes: Document) -> None:
    with pytest.raises(UsageError, match="is not a target"):
        contracts.check(target, contract=notes)


def test_a_target_is_needed(notes: Document) -> None:
    with pytest.raises(UsageError, match="there is no target"):
        contracts.check(contract=notes)


def test_slashes_of_literal_paths_stay_and_those_of_values_are_encoded() -> None:
    """A model in the path of the document is sent as written; as a parameter it is percent-encoded."""
    paths: set[str] = set()

    async def answer(request: Request) -> Response:
        paths.add(request.scope["raw_path"].decode())
        return JSONResponse({"result": {}, "success": True, "errors": [], "messages": []})

    app = Starlette(routes=[Route("/{path:path}", answer, methods=["POST", "GET", "PUT", "DELETE"])])

    contracts.check(app, account="0" * 32, operations=["executeAiModel", LITERAL], models=[MODEL], quick=True)

    base = f"/client/v4/accounts/{'0' * 32}/ai/run"
    assert {f"{base}/%40cf%2Fmeta%2Fllama-3.1-8b-instruct-fp8", f"{base}/{MODEL}"} == {
        path for path in paths if "llama" in path
    }


MODEL = "@cf/meta/llama-3.1-8b-instruct-fp8"
LITERAL = "run-cf-meta-llama-3-1-8b-instruct-fp8"
