"""The same cases at two targets: what differs is told once, with who moved and whose turn it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from starlette.applications import Starlette

import contracts
from contracts.checks.additive import undocumented_member
from contracts.context import Context, World
from contracts.drift import Drift, Party, Run, drift, runs, turn
from contracts.drift.inference import inferred
from contracts.drift.runs import pairs, send_again, send_plan
from contracts.drift.widening import json_path, widen
from contracts.drift_cli import drift_command
from contracts.events import ExchangeDone
from contracts.exchanges import Exchange, Intent, Request, Response
from contracts.findings import Severity
from contracts.judge import Judge
from contracts.plan import Plan, plan
from contracts.printable import as_json
from contracts.validity import Validity
from mockserver.openapi.document import Document
from mockserver.openapi.overlay import apply_overlay, parse_overlay

Apps = Callable[..., Starlette]


@pytest.fixture
def planned(notes: Document, token: str) -> Callable[..., Plan]:
    def make(app: Any, contract: Document = notes) -> Plan:
        return plan(app, contract=contract, token=token, own_only=True)

    return make


@pytest.fixture
def compared(planned: Callable[..., Plan], notes_app: Apps) -> Callable[..., Drift]:
    """Holds the honest server, as A, against one with a flaw."""

    def compare(flaw: str, other: str = "", **options: Any) -> Drift:
        a = send_plan(planned(notes_app(other)))
        plan_b = planned(notes_app(flaw))
        return drift(a, send_again(a, plan_b), plan_b.world, **options)

    return compare


# what differs -------------------------------------------------------------------------------------------------------


def test_the_same_server_twice_is_no_drift(compared: Callable[..., Drift]) -> None:
    result = compared("", overlay=True)

    assert () == result.differences
    assert 0 == result.report.exit_code
    assert result.overlay is None
    assert ["createNote", "readNote", "say"] == [each.operation for each in result.report.operations]


@pytest.mark.parametrize(
    ("flaw", "aspect", "where", "a", "b"),
    [
        ("wrong type", "type", "/id", "integer", "string"),
        ("missing member", "member", "/stars", "always there", "never there"),
        ("undocumented status", "status", "", "200", "202"),
        ("wrong content type", "media-type", "", "application/json", "text/plain"),
        ("server error", "status", "", "200", "500"),
        ("crash", "status", "", "200", "500"),
        ("token not checked", "status", "", "401", "200"),
        ("negative data accepted", "status", "", "400", "200"),
        ("bad event", "type", "/word", "string", "integer or string"),
        ("no end of stream", "order", "", "message → [DONE]", "message"),
        ("valid data refused", "status", "", "200", "400"),
    ],
)
def test_one_flaw_is_one_difference_of_b(
    flaw: str, aspect: str, where: str, a: str, b: str, compared: Callable[..., Drift]
) -> None:
    """What moved is named with its place and both sides; it is breaking, and it is B's."""
    result = compared(flaw)

    assert (aspect, where, a, b) in {(each.aspect, each.where, each.a, each.b) for each in result.differences}
    breaking = [each for each in result.differences if each.severity is Severity.BREAKING]
    assert breaking
    assert {aspect} == {each.aspect for each in breaking}
    assert {(Party.B,)} == {each.moved for each in breaking}
    assert 1 == result.report.exit_code


def test_both_against_the_document_is_the_documents_turn(compared: Callable[..., Drift]) -> None:
    """When both runs agree and the document says something else, it is the document that has to follow."""
    result = compared("wrong type", "wrong type")

    assert {("contract", "/id")} == {(each.aspect, each.where) for each in result.differences}
    for each in result.differences:
        assert (Party.DOCUMENT,) == each.moved
        assert ("document",) == turn(each, result.a, result.b)


def test_values_may_differ(compared: Callable[..., Drift]) -> None:
    """Another text in the same place is no drift."""
    assert () == compared("echoes the token").differences


def test_what_is_refused_for_now_says_nothing(compared: Callable[..., Drift]) -> None:
    """An operation that only answers 429 is not looked at: neither drift nor agreement."""
    result = compared("always 429")

    assert () == result.differences
    assert 3 == result.report.exit_code
    assert ["say"] == [each.operation for each in result.report.unseen]


# whose turn ---------------------------------------------------------------------------------------------------------


def marked(run: Run) -> Run:
    """Return the run as if a mock of ours had answered."""
    from dataclasses import replace

    def mark(done: ExchangeDone) -> ExchangeDone:
        response = done.exchange.response
        assert response is not None
        headers = (*response.headers, ("x-mockflare-source", "responder"))
        return replace(done, exchange=replace(done.exchange, response=replace(response, headers=headers)))

    return replace(run, exchanges=tuple(map(mark, run.exchanges)))


@pytest.mark.parametrize(
    ("mock", "live", "turns"),
    [
        ("wrong type", "", ("the mock",)),
        ("", "wrong type", ("document", "the mock")),
        ("wrong type", "wrong type", ("document",)),
    ],
)
@pytest.mark.parametrize("mock_first", [True, False])
def test_the_live_service_is_the_truth(
    mock: str, live: str, turns: tuple[str, ...], mock_first: bool, planned: Callable[..., Plan], notes_app: Apps
) -> None:
    """Against the mock the live service is the truth, whichever of them is A: who is elsewhere has to follow."""
    plan_live = planned(notes_app(live))
    of_mock = send_plan(planned(notes_app(mock)))
    of_live = send_again(of_mock, plan_live)
    both = (marked(of_mock), of_live) if mock_first else (of_live, marked(of_mock))

    result = drift(*both, plan_live.world)

    assert {turns} == {turn(each, result.a, result.b) for each in result.differences}
    assert {"the mock", "live"} == {result.a.name, result.b.name}
    assert all(" and ".join(turns) in each.came for each in result.report.findings)


@pytest.mark.parametrize(
    ("a", "b", "turns"),
    [("wrong type", "", ()), ("", "wrong type", ("document",)), ("", "server error", ("B",)), ("crash", "", ())],
)
def test_of_two_runs_of_the_service_the_later_is_the_truth(
    a: str, b: str, turns: tuple[str, ...], compared: Callable[..., Drift]
) -> None:
    """What was and is no more is nobody's turn; a server error is never what others have to follow."""
    result = compared(b, a)

    assert {turns} == {turn(each, result.a, result.b) for each in result.differences}


@pytest.mark.parametrize(("a", "b", "turns"), [("wrong type", "", ("A",)), ("", "wrong type", ("B",))])
def test_of_two_mocks_the_document_is_the_truth(
    a: str, b: str, turns: tuple[str, ...], planned: Callable[..., Plan], notes_app: Apps
) -> None:
    plan_b = planned(notes_app(b))
    of_a = send_plan(planned(notes_app(a)))

    result = drift(marked(of_a), marked(send_again(of_a, plan_b)), plan_b.world)

    assert {turns} == {turn(each, result.a, result.b) for each in result.differences}


# finding the same cases ---------------------------------------------------------------------------------------------


def test_every_case_finds_its_own(planned: Callable[..., Plan], notes_app: Apps) -> None:
    """What is sent again is found again, credentials and all; nothing is left over."""
    seen: list[tuple[str, str, bytes]] = []
    a = send_plan(planned(notes_app()))
    again = planned(notes_app(seen=seen))

    found, single = pairs(a, send_again(a, again))

    assert (len(a.exchanges), 0) == (len(found), single)
    assert all(pair.a.exchange.request.body == pair.b.exchange.request.body for pair in found)
    for pair in found:
        assert pair.a.exchange.response is not None
        assert pair.b.exchange.response is not None
        assert pair.a.exchange.response.status == pair.b.exchange.response.status


def test_runs_with_nothing_in_common_could_not_look(planned: Callable[..., Plan], notes_app: Apps) -> None:
    a = send_plan(planned(notes_app()))

    result = drift(a, Run("b", "http://b", ()), planned(notes_app()).world)

    assert 3 == result.report.exit_code
    assert "no case in common" in str(result.report.stopped)


# bodies of every kind -----------------------------------------------------------------------------------------------


def world_of(schema: Any, **media: Any) -> World:
    content = {"application/json": {"schema": schema}, **media}
    document = Document(
        {
            "openapi": "3.1.0",
            "info": {"title": "x", "version": "1"},
            "paths": {
                "/x": {"get": {"operationId": "x", "responses": {"200": {"description": "x", "content": content}}}}
            },
            "components": {
                "schemas": {
                    "Word": {"type": "string", "enum": ["a", "b"]},
                    "Tea": {"type": "object", "properties": {"name": {"type": "string"}}},
                }
            },
        },
        "x.yml",
    )
    judge = Judge(document)
    return World(document, judge, Validity(document, judge))


def run_of(*bodies: Any, media_type: str = "application/json", headers: tuple[tuple[str, str], ...] = ()) -> Run:
    done = []
    for number, body in enumerate(bodies):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        response = Response(200, (("content-type", media_type), *headers), content)
        request = Request("GET", f"http://h/x?{number}")
        done.append(ExchangeDone(Exchange(number, "x", "smoke", Intent.VALID, request, response)))
    return Run("h", "http://h", tuple(done))


def told(a: Run, b: Run, schema: Any) -> list[tuple[str, str, str, str, Severity]]:
    return [
        (each.aspect, each.where, each.a, each.b, each.severity) for each in drift(a, b, world_of(schema)).differences
    ]


OPEN = {"type": "object"}


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ({"v": 1}, {"v": "1"}, ("type", "/v", "integer", "string", Severity.COSMETIC)),
        ({"v": 1}, {"v": 1.5}, ("type", "/v", "integer", "number", Severity.COSMETIC)),
        ({"v": None}, {"v": 1}, ("type", "/v", "null", "integer", Severity.COSMETIC)),
        ({"v": [1]}, {"v": [{"a": 1}]}, ("type", "/v/*", "integer", "object", Severity.COSMETIC)),
        ({}, {"v": 1}, ("member", "/v", "never there", "always there", Severity.ADDITIVE)),
        ({}, {"v": {"w": {"x": 1}}}, ("member", "/v", "never there", "always there", Severity.ADDITIVE)),
        ({"object": "list"}, {"object": "array"}, ("value", "/object", "list", "array", Severity.COSMETIC)),
        (
            {"embedding": [0.1] * 8}, {"embedding": [0.1] * 9},
            ("statistic", "/embedding", "8 items", "9 items", Severity.COSMETIC),
        ),
        (
            {"embedding": [1.0, *[0.0] * 7]}, {"embedding": [4.0, *[0.0] * 7]},
            ("statistic", "/embedding", "vectors of length 1", "vectors of length 4", Severity.COSMETIC),
        ),
        ({"data": [{}]}, {"data": [{}, {}]}, ("statistic", "/data", "1 item", "2 items", Severity.COSMETIC)),
        (
            {"created": 1700000000}, {"created": 1700000000000},
            ("statistic", "/created", "about 1.7e+09", "about 1.7e+12", Severity.COSMETIC),
        ),
        ({"tokens": 5}, {"tokens": -5}, ("statistic", "/tokens", "from 5", "from -5", Severity.COSMETIC)),
    ],
)  # fmt: skip
def test_a_body_that_differs(a: Any, b: Any, expected: tuple[Any, ...]) -> None:
    """One difference, told once at its outermost place; the document says nothing against either."""
    assert [expected] == told(run_of(a, a, a), run_of(b, b, b), OPEN)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ({"text": "a b"}, {"text": "c d"}),
        ({"id": "chat-1"}, {"id": "chat-2"}),
        ({"tokens": 5}, {"tokens": 9}),
        ({"score": 0.5}, {"score": 1.5}),
        ({"score": [0.5, 1, 2]}, {"score": [1, 2.5, 3]}),
        ({"v": 1, "w": 2}, {"w": 2, "v": 1}),
        ({"calls": [{"a": 1}]}, {"calls": [{"a": 1}, {"a": 2}]}),
        ({"type": "a"}, {"type": "b"}),
        ({"bytes": [8] * 8}, {"bytes": [1] * 9}),
    ],
)
def test_what_may_differ_is_silent(a: Any, b: Any) -> None:
    """Texts, ids, counts, order of members, lengths of lists, and words that the document lists."""
    schema = {"type": "object", "properties": {"type": {"$ref": "#/components/schemas/Word"}}}

    assert [] == told(run_of(a, a, a), run_of(b, b, b), schema)


def test_one_case_with_too_few_is_told() -> None:
    """How many there are follows from the request: cases with as many hide none with fewer."""
    a, b = ([{"data": [1] * many} for many in counts] for counts in ((1, 3, 3), (1, 3, 2)))
    expected = ("statistic", "/data", "3 items", "2 items", Severity.COSMETIC)

    assert [expected] == told(run_of(*a), run_of(*b), OPEN)


def test_one_case_with_a_vector_as_text_is_told() -> None:
    """Which of the two comes follows from the request: that both come somewhere hides nothing."""
    vector, text = {"embedding": [0.5] * 8}, {"embedding": "AAAAPw=="}
    expected = ("type", "/embedding", "array", "string", Severity.COSMETIC)

    assert [expected] == told(run_of(vector, text, vector), run_of(text, text, vector), OPEN)


def test_what_comes_and_goes_is_silent_unless_promised() -> None:
    """A member that is there only sometimes breaks nothing unless it is required; one that was never seen is news."""
    a, b = run_of({"v": 1}, {"v": 1}), run_of({"v": 1}, {})

    assert [] == told(a, b, OPEN)
    assert [("member", "/w", "never there", "sometimes there", Severity.ADDITIVE)] == told(
        a, run_of({"v": 1, "w": 2}, {"v": 1}), OPEN
    )
    assert [("member", "/v", "always there", "sometimes there", Severity.BREAKING)] == told(
        a, b, {"type": "object", "required": ["v"]}
    )


def test_a_value_against_the_document_is_told() -> None:
    """What no shape shows, the contract does: a bound that one side breaks."""
    schema = {"type": "object", "properties": {"v": {"maximum": 9}}}

    assert [("contract", "/v", "as documented", "12, where maximum: 9 is documented", Severity.BREAKING)] == told(
        run_of({"v": 9}), run_of({"v": 12}), schema
    )


def test_a_header_that_only_one_side_sends() -> None:
    """Headers of the way (date, cf-ray) say nothing; others are told when one side always sends them."""
    a, b = run_of({}, {}), run_of({}, {}, headers=(("x-limit", "5"), ("date", "today"), ("x-mockflare-source", "x")))

    assert [("header", "x-limit", "x-limit does not come", "x-limit comes", Severity.ADDITIVE)] == told(a, b, OPEN)


def test_one_negative_count_is_told() -> None:
    """Whole numbers that are never negative at one side are counts; scores may have any sign."""
    counts, scores = [{"tokens": 5}, {"tokens": -1}, {"tokens": 4}], [{"v": 0.5}, {"v": -0.5}, {"v": 0.5}]

    assert ["statistic"] == [each[0] for each in told(run_of(*[{"tokens": 5}] * 3), run_of(*counts), OPEN)]
    assert [] == told(run_of(*[{"v": 0.5}] * 3), run_of(*scores), OPEN)


def test_a_body_that_is_no_json_is_told() -> None:
    (found,) = told(run_of({"v": 1}), run_of(b'{"v": 1'), OPEN)

    assert ("transfer", "", "whole", "it is no JSON", Severity.BREAKING) == found


def test_a_stream_that_comes_as_one_body_is_told() -> None:
    """The document may allow both for a status; who asked for a stream gets something else."""
    world = world_of(OPEN, **{"text/event-stream": {"schema": {"type": "string"}}})

    (found,) = drift(run_of(b"data: {}\n\n", media_type="text/event-stream"), run_of({}), world).differences

    assert ("media-type", Severity.BREAKING) == (found.aspect, found.severity)


def test_a_server_error_is_never_documented() -> None:
    from dataclasses import replace

    a, b = run_of({}), run_of({})
    exchange = b.exchanges[0].exchange
    assert exchange.response is not None
    crashed = replace(exchange, intent=Intent.INVALID, response=replace(exchange.response, status=500))
    refused = replace(exchange, intent=Intent.INVALID, response=replace(exchange.response, status=400))

    (found,) = drift(
        replace(a, exchanges=(ExchangeDone(refused),)), replace(b, exchanges=(ExchangeDone(crashed),)), world_of(OPEN)
    ).differences
    assert ("400", "500", Severity.BREAKING) == (found.a, found.b, found.severity)
    assert Party.B in found.moved


def test_the_order_of_events() -> None:
    """Kinds of events in another order are told; how many of a kind come in a row is not."""

    def stream(*pieces: Any) -> bytes:
        return b"".join(f"data: {json.dumps(each)}\n\n".encode() for each in pieces) + b"data: [DONE]\n\n"

    def piece(**delta: Any) -> Any:
        return {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}

    end = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    one = stream(piece(role="assistant"), piece(content="a"), piece(content="b"), end)
    more = stream(piece(role="assistant"), piece(content="a b"), end)
    other = stream(piece(content="a"), end, piece(role="assistant"))
    made = [run_of(each, media_type="text/event-stream") for each in (one, more, other)]
    world = world_of(OPEN, **{"text/event-stream": {"schema": {"type": "string"}}})

    assert () == drift(made[0], made[1], world).differences
    (found,) = drift(made[0], made[2], world).differences
    assert "role → content → finish_reason → [DONE]" == found.a
    assert "content → finish_reason → role → [DONE]" == found.b


def test_an_interrupt_ends_with_what_was_compared(
    planned: Callable[..., Plan], notes_app: Apps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sent until then is compared, and the report says that it was broken off."""
    a, plan_b = send_plan(planned(notes_app())), planned(notes_app("wrong type"))
    told = iter(range(30))

    def done(exchange: Exchange, plan: Plan) -> ExchangeDone:
        if next(told, None) is None:
            raise KeyboardInterrupt
        return as_it_is(exchange, plan)

    as_it_is = runs._done
    monkeypatch.setattr(runs, "_done", done)
    b = send_again(a, plan_b)
    report = drift(a, b, plan_b.world).report

    assert (30, "broken off") == (len(b.exchanges), report.stopped)
    assert 0 < report.requests <= 30
    assert () == send_again(b, plan_b).exchanges


# the overlay --------------------------------------------------------------------------------------------------------


def test_after_its_overlay_check_is_silent(
    notes_app: Apps, notes: Document, token: str, compared: Callable[..., Drift]
) -> None:
    """The overlay that drift writes brings the contract up to what was seen, and says why in each action."""
    for flaw in ("wrong type", "missing member", "undocumented status", "wrong content type", "bad event"):
        overlay = compared(flaw, overlay=True).overlay
        assert overlay is not None
        assert all(action["description"] for action in overlay["actions"])
        contract = Document(apply_overlay(notes.content, parse_overlay(overlay, "ours")), "notes.yml")

        before = contracts.check(notes_app(flaw), contract=notes, token=token, own_only=True)
        after = contracts.check(notes_app(flaw), contract=contract, token=token, own_only=True)

        assert (1, ()) == (before.exit_code, after.findings), flaw


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer"}, "a"),
        ({"type": ["integer", "null"]}, "a"),
        ({"enum": ["a"]}, "b"),
        ({"const": 1}, 2),
        ({"maximum": 3}, 4),
        ({"exclusiveMinimum": 3}, 3),
        ({"multipleOf": 2}, 3),
        ({"pattern": "^a"}, "b"),
        ({"minLength": 3}, "b"),
        ({"maxItems": 1}, [1, 2]),
        ({"uniqueItems": True}, [1, 1]),
        ({"items": {"type": "integer"}}, [1, "a"]),
        ({"prefixItems": [{"type": "integer"}], "items": False}, [1, 2]),
        ({"required": ["a", "b"]}, {"b": 1}),
        ({"properties": {"a": {"type": "integer"}}, "additionalProperties": False}, {"a": "x", "b": 1}),
        ({"additionalProperties": False}, {"a/b~c'd": 1}),
        ({"additionalProperties": {"type": "integer"}}, {"a": "x"}),
        ({"propertyNames": {"pattern": "^x"}}, {"a": 1}),
        ({"minProperties": 2}, {"a": 1}),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, {"a": [1, None]}),
        ({"oneOf": [{"type": "integer"}, {"type": "null"}]}, "x"),
        ({"oneOf": [{"type": "integer"}, {"minimum": 1}]}, 3),
        ({"allOf": [{"type": "object"}, {"required": ["a"]}]}, {}),
        ({"not": {"type": "integer"}}, 1),
        ({"if": {"type": "integer"}, "then": {"minimum": 5}}, 1),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}),
        ({"$ref": "#/components/schemas/Word"}, "c"),
        ({"properties": {"a": {"items": {"$ref": "#/components/schemas/Word"}}}}, {"a": ["a", "c", None]}),
    ],
)
def test_every_keyword_can_be_widened(schema: Any, value: Any) -> None:
    """Whatever forbids what was seen, an overlay that our engine applies allows it."""
    world = world_of(schema)
    exchanges = [each.exchange for each in run_of(value).exchanges]

    overlay = widen(world, exchanges, "live")

    assert overlay is not None
    content = apply_overlay(world.document.content, parse_overlay(overlay, "ours"))
    document = Document(content, "x.yml")
    promise = document.operations["x"].responses["200"].content["application/json"]
    assert [] == Judge(document).breaches(promise, value)
    assert widen(world_of_content(content), exchanges, "live") is None
    assert all("live answered 200" in action["description"] for action in overlay["actions"])


def world_of_content(content: Any) -> World:
    document = Document(content, "x.yml")
    judge = Judge(document)
    return World(document, judge, Validity(document, judge))


def test_what_is_allowed_is_not_widened() -> None:
    exchanges = [each.exchange for each in run_of({"v": 1}).exchanges]

    assert widen(world_of({"type": "object", "properties": {"v": {"type": "integer"}}}), exchanges, "live") is None


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "object", "properties": {"a": {}}}, {"a": 1, "b/c": [2]}),
        (
            {"properties": {"a": {"items": {"anyOf": [{"type": "null"}, {"$ref": "#/components/schemas/Tea"}]}}}},
            {"a": [None, {"name": "x"}, {"name": "y", "leaves": {"count": 3}}]},
        ),
        (
            {"properties": {"m": {"additionalProperties": {"properties": {"a": {}}}}}},
            {"m": {"x": {"a": 1}, "y": {"a": 1, "b": 2}}},
        ),
        ({"allOf": [{"required": ["a"]}, {"properties": {"a": {}}}]}, {"a": 1, "\x1b\ud800": 2}),
    ],
)
def test_a_member_that_nobody_lists_is_listed(schema: Any, value: Any) -> None:
    """What `check` tells as an addition is in the overlay, too, and then it is documented."""
    exchanges = [each.exchange for each in run_of(value, value).exchanges]
    world = world_of(schema)

    overlay = widen(world, exchanges, "live")
    assert overlay is not None
    (action,) = overlay["actions"]
    after = world_of_content(apply_overlay(world.document.content, parse_overlay(json.loads(as_json(overlay)), "ours")))

    assert "a member that is not documented" in action["description"]
    assert 1 == len(undocumented_member.judge(exchanges[0], Context(exchanges[0], world)) or ())
    assert [] == undocumented_member.judge(exchanges[0], Context(exchanges[0], after))


def test_a_schema_of_what_was_seen() -> None:
    assert {
        "type": "object",
        "properties": {"a": {"type": ["null", "number"]}, "b": {"type": "array", "items": {"type": "string"}}},
        "required": ["a"],
    } == inferred([{"a": 1.5}, {"a": None, "b": ["x"]}])


def test_a_place_as_a_path() -> None:
    assert r"$['paths']['/x\'y']['items'][0]" == json_path(("paths", "/x'y", "items", 0))


# the command --------------------------------------------------------------------------------------------------------


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(drift_command, [str(argument) for argument in arguments])


@pytest.fixture
def recorded(tmp_path: Path, notes_file: Path, notes_app: Apps, token: str, serve: Any) -> Callable[[str], Path]:
    """Records a run of the server with a flaw."""
    from contracts import cli

    def record(flaw: str) -> Path:
        path = tmp_path / f"{flaw or 'honest'}.ndjson"
        arguments = [serve(notes_app(flaw)), "--spec", str(notes_file), "--token", token, "--own-only"]
        CliRunner().invoke(cli.check_command, [*arguments, "--record", str(path)])
        return path

    return record


def test_the_command_compares_two_records(
    tmp_path: Path, notes_file: Path, recorded: Callable[[str], Path], token: str
) -> None:
    """Exit code, console, reports and overlay say the same."""
    honest, flawed = recorded(""), recorded("wrong type")
    out, overlay = tmp_path / "drift.json", tmp_path / "overlay.json"

    same = invoke(honest, honest, "--spec", notes_file)
    other = invoke(honest, flawed, "--spec", notes_file, "--report", f"json={out}", "--overlay-out", overlay)
    after = invoke(flawed, flawed, "--spec", notes_file, "--overlay", overlay)

    assert 0 == same.exit_code, same.output
    assert "0 differences in" in same.stdout
    assert 1 == other.exit_code
    for line in (
        "drift-type at /id",
        "seen A: integer",
        "B: string (not as documented)",
        "moved B; it is the turn of: document",
    ):
        assert line in other.stdout
    assert {"drift-type"} == {each["check"] for each in json.loads(out.read_text("utf-8"))["findings"]}
    assert 0 == after.exit_code, after.output
    assert token not in other.output + out.read_text("utf-8") + overlay.read_text("utf-8")


def test_the_command_sends_a_record_to_an_address(
    notes_file: Path, notes_app: Apps, recorded: Callable[[str], Path], token: str, serve: Any
) -> None:
    address = serve(notes_app("missing member"))

    result = invoke(recorded(""), address, "--spec", notes_file, "--token", token)

    assert 1 == result.exit_code, result.output
    assert "drift-member at /stars" in result.stdout


def test_the_command_sends_the_same_to_two_addresses(notes_file: Path, notes_app: Apps, token: str, serve: Any) -> None:
    options = ("--spec", notes_file, "--token", token, "--own-only", "--operations", "say")

    result = invoke(serve(notes_app()), serve(notes_app("no end of stream")), *options)

    assert 1 == result.exit_code, result.output
    assert "drift-order" in result.stdout
    assert "readNote" not in result.stdout


def test_the_mock_is_a_side(tmp_path: Path) -> None:
    """The word mock stands for the mock in this process; with itself it agrees."""
    result = invoke("mock", "mock", "--own-only", "--quick", "--operations", "createEmbeddings")

    assert 0 == result.exit_code, result.output
    assert "1 of 1 operation compared" in result.stdout


@pytest.mark.parametrize(
    ("place", "message"),
    [("nothing.ndjson", "does not exist"), ("notes.json", "is no record"), ("mok", "the word mock")],
)
def test_what_is_neither_record_nor_address_is_refused(place: str, message: str, notes_file: Path) -> None:
    result = invoke(notes_file.parent / place if "." in place else place, "mock")

    assert 2 == result.exit_code
    assert message in result.stderr


def test_a_dead_host_could_not_look(notes_file: Path, recorded: Callable[[str], Path]) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    result = invoke(recorded(""), f"http://127.0.0.1:{port}", "--spec", notes_file)

    assert 3 == result.exit_code
    assert "cannot be reached" in result.stdout
