"""Checks of streams: each fails on a stream with the flaw, and passes one without."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.exchanges import Chunk
from tests.contracts.exchanged import (
    CHAT,
    DONE,
    LLAMA,
    RESPONSES,
    choice,
    chunk,
    completion,
    exchange,
    found,
    found_in,
    message,
    response,
    run,
    stream,
    talk,
    usage,
)

_ASKED = talk(stream=True)
_ROLE, _TEXT, _END = chunk(role="assistant", content=""), chunk(content="Hello there."), chunk(finish="stop")
_GOOD = stream(_ROLE, _TEXT, _END, DONE)
_USED = chunk(choices=[], usage=usage())
_NATIVE = {"prompt": "Hi!", "stream": True}


def fragment(**members: Any) -> dict[str, Any]:
    return chunk(tool_calls=[{"index": 0, **members}])


_BEGUN = fragment(id="call_1", type="function", function={"name": "find", "arguments": ""})
_MORE = fragment(function={"arguments": '{"a": 1}'})


def event(kind: str, **members: Any) -> dict[str, Any]:
    return {"type": kind, **members}


_MESSAGE = message("Hello.")
_EVENTS = [
    event("response.created", response=response(status="in_progress")),
    event("response.output_item.added", output_index=0, item=message("")),
    event("response.output_text.delta", output_index=0, content_index=0, item_id="msg_0123", delta="Hel"),
    event("response.output_text.delta", output_index=0, content_index=0, item_id="msg_0123", delta="lo."),
    event("response.output_text.done", output_index=0, content_index=0, item_id="msg_0123", text="Hello."),
    event("response.output_item.done", output_index=0, item=_MESSAGE),
    event("response.completed", response=response(_MESSAGE)),
]


def numbered(*events: dict[str, Any], numbers: Any = None) -> str:
    counted = range(len(events)) if numbers is None else numbers
    return stream(*({**each, "sequence_number": number} for each, number in zip(events, counted, strict=True)))


def without(*places: int) -> list[dict[str, Any]]:
    return [each for place, each in enumerate(_EVENTS) if place not in places]


def other(place: int, **members: Any) -> list[dict[str, Any]]:
    return [{**each, **members} if at == place else each for at, each in enumerate(_EVENTS)]


CASES: dict[str, tuple[str, Any, list[Any], list[Any]]] = {
    # check: the request, streams that are in order, streams with a flaw
    "stream-as-asked": (CHAT, _ASKED, [_GOOD], [completion()]),
    "stream-done-once": (
        CHAT,
        _ASKED,
        [_GOOD],
        [stream(_ROLE, _END, DONE, DONE), stream(_ROLE, DONE, _END)],
    ),
    "stream-data-parses": (CHAT, _ASKED, [_GOOD], [stream(_ROLE, "", DONE), stream('{"id": "a', '"}', DONE)]),
    "stream-chunk-form": (
        CHAT,
        _ASKED,
        [_GOOD, stream(_ROLE, _TEXT, _END, _USED, DONE)],
        [
            stream(_ROLE, {**_TEXT, "id": "chatcmpl-other"}, _END),
            stream(_ROLE, {**_TEXT, "created": 1}, _END),
            stream(_ROLE, {"usage": usage()}, _END),
            stream({**_ROLE, "object": "chat.completion"}),
            stream(chunk(choices=[{"delta": {"role": "assistant"}, "finish_reason": None}])),
        ],
    ),
    "stream-one-role": (
        CHAT,
        _ASKED,
        [_GOOD],
        [stream(_TEXT, _END), stream(_ROLE, chunk(role="assistant", content="a")), stream(chunk(role="user"))],
    ),
    "stream-finish-once": (
        CHAT,
        _ASKED,
        [_GOOD, stream(_ROLE, _TEXT, chunk(content="!", finish="stop"))],
        [stream(_ROLE, _TEXT), stream(_ROLE, _END, _END), stream(_ROLE, _END, _TEXT)],
    ),
    "stream-usage": (
        CHAT,
        talk(stream=True, stream_options={"include_usage": True}),
        [stream(_ROLE, _END, _USED, DONE), stream(_ROLE, {**_END, "usage": usage()}, DONE)],
        [_GOOD, stream({**_ROLE, "usage": usage()}, _TEXT, _END), stream(_ROLE, _END, _USED, _USED)],
    ),
    "stream-call-fragments": (
        CHAT,
        _ASKED,
        [
            stream(_ROLE, _BEGUN, _MORE),
            stream(_ROLE, _BEGUN, fragment(id=None, function={"name": None, "arguments": ""})),
        ],
        [
            stream(_ROLE, _MORE),
            stream(_ROLE, _BEGUN, fragment(function={"name": "find", "arguments": "{}"})),
            stream(_ROLE, _BEGUN, fragment(id="call_2", function={"arguments": "{}"})),
            stream(chunk(tool_calls=[{"id": "call_1", "function": {"name": "find"}}])),
            stream(chunk(tool_calls=[{"index": 1, "id": "call_1", "function": {"name": "find"}}])),
        ],
    ),
    "stream-no-error": (CHAT, _ASKED, [_GOOD], [stream(_ROLE, {"error": {"message": "no"}}, DONE)]),
    "native-pieces": (
        run(LLAMA),
        _NATIVE,
        [stream({"response": "Hi"}, {"response": "!", "p": "abc"}, {"tool_calls": [], "p": "a"}, DONE)],
        [
            stream({"response": "Hi"}, {"response": None}),
            stream({"response": "Hi", "tool_calls": []}, {"response": ""}),
            stream({"response": "Hi"}, {"response": "", "usage": None}),
            stream({"response": "Hi"}, {}, {"response": "!"}),
        ],
    ),
    "native-usage-last": (
        run(LLAMA),
        _NATIVE,
        [stream({"response": "Hi"}, {"response": "", "usage": usage()}, DONE)],
        [
            stream({"response": "Hi"}, {"response": ""}, DONE),
            stream({"response": "", "usage": usage()}, {"response": "Hi"}),
            stream({"response": "a", "usage": usage()}, {"response": "", "usage": usage(1, 1)}),
        ],
    ),
    "response-events-order": (
        RESPONSES,
        {"input": "Hi", "stream": True},
        [numbered(*_EVENTS), stream(*_EVENTS)],
        [
            numbered(*_EVENTS, numbers=[0, 1, 2, 2, 3, 4, 5]),
            stream(*without(0)),
            stream(*without(6)),
            stream(*_EVENTS, _EVENTS[6]),
            stream(*_EVENTS, _EVENTS[5]),
        ],
    ),
    "response-events-complete": (
        RESPONSES,
        {"input": "Hi", "stream": True},
        [stream(*_EVENTS)],
        [
            stream(*without(1)),
            stream(*without(5)),
            stream(*without(3)),
            stream(*other(3, item_id="msg_9999")),
            stream(*other(6, response=response(message("Bye.")))),
            stream(*other(6, response=response(_MESSAGE, id="resp_9"))),
        ],
    ),
    "response-events-named": (
        RESPONSES,
        {"input": "Hi", "stream": True},
        ['event: response.created\ndata: {"type": "response.created"}\n\n', stream(*_EVENTS)],
        [
            'event: response.done\ndata: {"type": "response.created"}\n\n',
            'id: 1\nevent: message\ndata: {"type": "response.created"}\n\n',
        ],
    ),
}


@pytest.mark.parametrize("check", CASES)
def test_passes_what_is_in_order(check: str) -> None:
    """The check applies to streams without the flaw, and finds nothing."""
    operation, asked, good, _ = CASES[check]

    assert [[]] * len(good) == [found(check, operation, asked, each) for each in good]


@pytest.mark.parametrize("check", CASES)
def test_line_ends_comments_and_a_byte_order_mark_change_nothing(check: str) -> None:
    operation, asked, good, _ = CASES[check]
    dressed = "\ufeff: hello\n\n" + good[0].replace("\n\n", "\n\n: still here\n\n")

    assert [] == found(check, operation, asked, dressed)
    assert [] == found(check, operation, asked, good[0].replace("\n", "\r\n"))


@pytest.mark.parametrize(("check", "place"), [(name, place) for name in CASES for place in range(len(CASES[name][3]))])
def test_finds_the_flaw(check: str, place: int) -> None:
    operation, asked, _, bad = CASES[check]

    assert found(check, operation, asked, bad[place])


@pytest.mark.parametrize("check", CASES)
@pytest.mark.parametrize(
    "answer", ["", "data", "data: 7\n\n", stream([], {}, {"choices": [7]}), stream({"choices": [{}]})]
)
def test_any_stream_can_be_looked_at(check: str, answer: str) -> None:
    """Whatever comes, checks do not raise."""
    operation, asked, *_ = CASES[check]

    found(check, operation, asked, answer)


def test_nobody_who_did_not_ask_gets_usage_that_breaks_clients() -> None:
    assert [] == found("stream-usage", CHAT, _ASKED, stream(_ROLE, {**_END, "usage": usage()}, DONE))
    assert found("stream-usage", CHAT, _ASKED, stream(_ROLE, _END, _USED, DONE))
    assert found("stream-usage", CHAT, _ASKED, stream({**_ROLE, "usage": None}, _END, DONE))


def test_nobody_who_did_not_ask_gets_a_stream() -> None:
    assert found("stream-as-asked", CHAT, talk(), _GOOD)
    assert found("stream-as-asked", CHAT, talk(stream=False), _GOOD)
    assert [] == found("stream-as-asked", CHAT, talk(stream=False), completion())


def test_null_asks_for_the_default() -> None:
    """A model that streams unless told otherwise does so for null, too."""
    moondream = run("@cf/moondream/moondream3.1-9B-A2B")
    events = stream({"response": "A fox."}, DONE)

    assert found("stream-as-asked", moondream, {"task": "caption", "stream": None}, events) is None
    assert found("stream-as-asked", moondream, {"task": "caption", "stream": False}, events)


def _spoken(text: str, *, streamed: bool) -> Any:
    pieces = stream(_ROLE, chunk(content=text), _END, DONE)
    role = "streamed" if streamed else "unstreamed"
    return exchange(CHAT, talk(stream=streamed), pieces if streamed else completion(choice(text)), role=role)


@pytest.mark.parametrize(
    ("joined", "damaged"),
    [
        ("The fox looks into the deep well.", False),
        ("A badger, meanwhile, digs.", False),
        ("fox looks into the deep well.", True),
        ("The fox looks into deep the well.", True),
        ("Thefoxlooksintothedeepwell.", True),
    ],
)
def test_a_stream_joins_to_the_text_where_texts_stay_the_same(joined: str, damaged: bool) -> None:
    """A text of other words is in order: streams may be answered by other machines."""
    whole = [_spoken("The fox looks into the deep well.", streamed=False)] * 2

    assert damaged == bool(found_in("stream-same-text", [*whole, *[_spoken(joined, streamed=True)] * 2]))


def test_texts_that_vary_are_not_compared() -> None:
    whole = [_spoken(f"The fox looks into the {each} well.", streamed=False) for each in ("old", "new")]

    assert found_in("stream-same-text", [*whole, *[_spoken("The fox looks into the.", streamed=True)] * 2]) is None


def test_a_stream_says_what_the_whole_answer_says() -> None:
    whole = _spoken("Hello.", streamed=False)

    assert [] == found_in("stream-like-whole", [whole, _spoken("Bye.", streamed=True)])
    (found,) = found_in("stream-like-whole", [whole, _spoken("", streamed=True)])
    assert ("text, as in the whole answer", "no text") == (found.promised, found.came)


@pytest.mark.parametrize(
    ("arrivals", "seconds", "fails"),
    [
        ([0.5], 0.5, True),
        ([0.1, 0.2, 0.3, 0.5], 0.5, False),
        ([0.5, 0.501], 0.501, True),
        ([0.002], 0.002, None),
        ([0.06], 0.06, True),
    ],
)
def test_events_arrive_over_time(arrivals: list[float], seconds: float, fails: bool | None) -> None:
    pieces = stream(_ROLE, *[_TEXT] * 8, _END, DONE)
    chunks = [Chunk(each, 100) for each in arrivals]
    whole = [exchange(CHAT, talk(), completion(), seconds=0.001)] * 2
    streams = [exchange(CHAT, _ASKED, pieces, seconds=seconds, chunks=chunks)] * 2

    breaches = found_in("stream-arrives-over-time", [*whole, *streams])

    assert fails == (None if breaches is None else bool(breaches))


def test_a_machine_that_is_slow_in_everything_is_not_blamed() -> None:
    pieces = stream(_ROLE, *[_TEXT] * 8, _END, DONE)
    whole = [exchange(CHAT, talk(), completion(), seconds=0.05)] * 2
    streams = [exchange(CHAT, _ASKED, pieces, seconds=0.06, chunks=[Chunk(0.06, 900)])] * 2

    assert found_in("stream-arrives-over-time", [*whole, *streams]) is None
