"""Checks of what answers mean: each fails on an answer with the flaw, and passes one without."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contracts.exchanges import ENCODINGS
from contracts.forms import Part, write_form
from contracts.frames import fault_of
from tests.contracts.exchanged import (
    CHAT,
    COMPLETION,
    EMBEDDINGS,
    LLAMA,
    RESPONSES,
    SMALL,
    WEATHER,
    call,
    choice,
    chunk,
    coded,
    completion,
    enveloped,
    exchange,
    found,
    found_in,
    found_of,
    listed,
    message,
    picture,
    response,
    run,
    stream,
    talk,
    unit,
    usage,
)

_PERSON = {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}
_AS_PERSON = {"type": "json_schema", "json_schema": {"name": "person", "schema": _PERSON}}
_TOOLS = talk(tools=[WEATHER])
_CALLED = choice(None, finish="tool_calls", tool_calls=[call()])
_TOP = {"content": [{"token": "Hello there.", "logprob": -0.1, "top_logprobs": []}]}


def called(**members: Any) -> dict[str, Any]:
    return completion(choice(None, finish="tool_calls", tool_calls=[call(**members)]))


CASES: dict[str, tuple[str, Any, list[Any], list[Any]]] = {
    # check: the request, answers that are in order, answers with a flaw
    "usage-sum": (CHAT, talk(), [completion(), completion(usage=None)], [completion(usage=usage(4, 3, 8))]),
    "usage-numbers": (
        CHAT,
        talk(),
        [completion(usage=usage(9, 3, prompt_tokens_details={"cached_tokens": 9}))],
        [
            completion(usage=usage(-4, 3)),
            completion(usage=usage(4.5, 3)),  # type: ignore[arg-type]
            completion(usage=usage(4, 3, completion_tokens_details={"reasoning_tokens": 5})),
        ],
    ),
    "usage-of-text": (
        CHAT,
        talk(),
        [completion()],
        [
            completion(usage=usage(0, 3)),
            completion(usage=usage(4, 0)),
            completion(usage=usage(40_000, 3)),
            completion(choice("one two three four five six"), usage=usage(4, 2)),
        ],
    ),
    "usage-present": (CHAT, talk(), [completion()], [completion(usage=None), completion(usage={})]),
    "model-echoed": (
        CHAT,
        talk(),
        [completion(), completion(model=f"{LLAMA}-external")],
        [completion(model="@cf/meta/other"), completion(model=None)],
    ),
    "ids-well-formed": (
        CHAT,
        talk(),
        [completion(), completion(id="id-1776784307643")],
        [
            completion(id=""),
            completion(id="an id"),
            completion(id=7),
            completion(choice(None, finish="tool_calls", tool_calls=[call(), call()])),
        ],
    ),
    "created-plausible": (
        CHAT,
        talk(),
        [completion(), completion(id="id-1776784307643")],
        [
            completion(created=1776784307643),
            completion(created=0),
            completion(created="1776784307"),
            completion(id="id-1676784307643"),
        ],
    ),
    "choices-count": (CHAT, talk(n=2), [completion(choice(), choice(index=1))], [completion(), completion(choices=[])]),
    "choices-order": (
        CHAT,
        talk(n=2),
        [completion(choice(), choice(index=1))],
        [completion(choice(index=1), choice(index=2)), completion(choice(), choice())],
    ),
    "role-assistant": (CHAT, talk(), [completion()], [completion(choice(role="user")), completion(choice(role=None))]),
    "finish-reason": (
        CHAT,
        talk(),
        [completion(), completion(choice(finish="content_filter"))],
        [completion(choice(finish=None)), completion(choice(finish="eos"))],
    ),
    "finish-length": (
        CHAT,
        talk(),
        [completion(choice(finish="length"), usage=usage(4, 16))],
        [completion(choice(finish="length"), usage=usage(4, 5))],
    ),
    "finish-with-calls": (
        CHAT,
        _TOOLS,
        [completion(_CALLED), completion()],
        [
            completion(choice(finish="tool_calls")),
            completion(choice(None, finish="tool_calls", tool_calls=[])),
            completion(choice(None, finish="stop", tool_calls=[call()])),
        ],
    ),
    "tokens-within-limit": (
        CHAT,
        talk(max_tokens=4),
        [completion()],
        [completion(usage=usage(4, 9)), completion(choice("a b c d e f g h"), usage=None)],
    ),
    "says-something": (
        CHAT,
        talk(),
        [completion(), completion(choice(None, refusal="No."))],
        [completion(choice("")), completion(choice(None)), completion(choice("", finish="length"))],
    ),
    "stop-obeyed": (CHAT, talk(stop=["x", "y"]), [completion()], [completion(choice("Hey"))]),
    "text-is-whole": (
        CHAT,
        talk(),
        [completion(choice("\U0001f98a naïve")), completion(choice("a\ufffd", finish="length"))],
        [completion(choice("a\ufffdb")), completion(choice("a\ud83eb")), completion(choice("naÃ¯Ã©ve"))],
    ),
    "words-apart": (CHAT, talk(), [completion()], [completion(choice("abcdefghij" * 6))]),
    "logprobs-given": (
        CHAT,
        talk(logprobs=True),
        [completion({**choice(), "logprobs": _TOP})],
        [completion(), completion({**choice(), "logprobs": {"content": []}})],
    ),
    "logprobs-add-up": (
        CHAT,
        talk(logprobs=True, top_logprobs=0),
        [completion({**choice(), "logprobs": _TOP})],
        [
            completion({**choice(), "logprobs": {"content": [{"token": "Hello there.", "logprob": 0.9}]}}),
            completion({**choice(), "logprobs": {"content": [{"token": "Hello", "logprob": -0.9}]}}),
            completion({**choice(), "logprobs": {"content": [{**_TOP["content"][0], "bytes": [72, 101]}]}}),
        ],
    ),
    "prompt-echoed": (
        COMPLETION,
        {"model": LLAMA, "prompt": "One\n\U0001f98a", "echo": True},
        [completion({"text": "One\n\U0001f98a fox", "index": 0, "finish_reason": "stop"})],
        [completion({"text": "One \U0001f98a fox", "index": 0, "finish_reason": "stop"})],
    ),
    "tools-offered": (CHAT, _TOOLS, [completion(_CALLED), completion()], [called(name="getWeather")]),
    "tool-arguments": (
        CHAT,
        _TOOLS,
        [completion(_CALLED)],
        [
            called(arguments='{"city": "Os'),
            called(arguments={"city": "Oslo"}),
            called(arguments='"{}"'),
            called(arguments='{"city": 7}'),
            called(arguments="{}"),
        ],
    ),
    "tool-call-form": (
        CHAT,
        _TOOLS,
        [completion(_CALLED)],
        [called(id=""), completion(choice(None, tool_calls=[{"id": "call_1", "function": {"name": "get_weather"}}]))],
    ),
    "tool-choice": (CHAT, {**_TOOLS, "tool_choice": "none"}, [completion()], [completion(_CALLED)]),
    "structured-output": (
        CHAT,
        talk(response_format=_AS_PERSON),
        [
            completion(choice('{"age": 7}')),
            completion(choice('{"age', finish="length")),
            completion(choice('{"age": 1}')),
        ],
        [completion(choice("```json\n{}\n```")), completion(choice('{"age": "7"}')), completion(choice('{"name": 1}'))],
    ),
    "no-error-inside": (
        CHAT,
        talk(),
        [completion(), completion(error=None)],
        [{"error": {"message": "no"}}, {"success": False, "errors": [{"code": 1}], "result": None}],
    ),
    "embeddings-count": (
        EMBEDDINGS,
        {"model": SMALL, "input": ["fox", "fox"]},
        [listed(unit(1), unit(1))],
        [listed(unit(1)), listed(unit(1), unit(1), unit(1))],
    ),
    "embeddings-order": (
        EMBEDDINGS,
        {"model": SMALL, "input": ["fox", "well"]},
        [listed(unit(1), unit(0, 1))],
        [{"data": [{"index": 1, "embedding": unit(1)}, {"index": 0, "embedding": unit(1)}]}],
    ),
    "embeddings-dimension": (
        EMBEDDINGS,
        {"model": SMALL, "input": "fox"},
        [listed(unit(1))],
        [listed(unit(1, size=768)), listed([None] * 384), listed([]), listed("AAAA!")],
    ),
    "embeddings-encoding": (
        EMBEDDINGS,
        {"model": SMALL, "input": "fox", "encoding_format": "float"},
        [listed(unit(1))],
        [listed(coded(b"\0\0\x80\x3f" * 384))],
    ),
    "embeddings-norm": (
        EMBEDDINGS,
        {"model": SMALL, "input": ["fox", "well"]},
        [listed(unit(1), unit(0, 1)), listed([2.0, 0.0], [3.0, 0.0])],
        [listed(unit(1), [2.0] + [0.0] * 383), listed([0.0] * 384, unit(1))],
    ),
    "embeddings-of-texts": (
        EMBEDDINGS,
        {"model": SMALL, "input": ["a red fox", "a deep well", "a red fox"]},
        [listed(unit(1), unit(0, 1), unit(1, 0.001))],
        [listed(unit(1), unit(1), unit(1)), listed(unit(1), unit(0, 1), unit(0, 0, 1))],
    ),
    "embeddings-shape": (
        run(SMALL),
        {"text": ["fox"], "pooling": "cls"},
        [enveloped({"shape": [1, 384], "data": [unit(1)], "pooling": "cls"})],
        [
            enveloped({"shape": [2, 384], "data": [unit(1)]}),
            enveloped({"shape": [1, 384], "data": [unit(1)], "pooling": "mean"}),
        ],
    ),
    "success-is-success": (
        run(LLAMA),
        {"prompt": "Hi!"},
        [enveloped({"response": "Hi!"})],
        [
            enveloped({"response": "Hi!"}, success=False),
            enveloped({"response": "Hi!"}, errors=[{"code": 1}]),
            enveloped(None),
        ],
    ),
    "scores-in-range": (
        run("@cf/microsoft/resnet-50"),
        b"",
        [
            enveloped([{"label": "cat", "score": 0.9}]),
            enveloped({"answers": {"score": {"score": 3.2, "legend": {"0": "bad", "4": "good"}, "confidence": 0.9}}}),
            enveloped({"answers": {"score": 40, "confidence": "high"}}),
        ],
        [enveloped([{"label": "cat", "score": 90}]), enveloped([{"label": "cat", "score": -1}])],
    ),
    "labels-scored": (
        run("@cf/huggingface/distilbert-sst-2-int8"),
        {"text": "Fine."},
        [enveloped([{"label": "NEGATIVE", "score": 0.1}, {"label": "POSITIVE", "score": 0.9}])],
        [
            enveloped([{"label": "NEGATIVE", "score": 0.5}, {"label": "NEGATIVE", "score": 0.5}]),
            enveloped([{"label": "NEGATIVE", "score": 0.9}, {"label": "POSITIVE", "score": 0.9}]),
            enveloped([{"label": "NEGATIVE", "score": 0.1}]),
        ],
    ),
    "boxes-inside": (
        run("@cf/facebook/detr-resnet-50"),
        picture(32, 16),
        [enveloped([{"label": "cat", "score": 0.9, "box": {"xmin": 1, "ymin": 2, "xmax": 31, "ymax": 16}}])],
        [
            enveloped([{"label": "cat", "score": 0.9, "box": {"xmin": 9, "ymin": 2, "xmax": 3, "ymax": 16}}]),
            enveloped([{"label": "cat", "score": 0.9, "box": {"xmin": 1, "ymin": 2, "xmax": 3, "ymax": 30}}]),
            enveloped([{"label": "cat", "score": 0.9, "box": {"xmin": 0.1, "ymin": 0.2, "xmax": 0.3, "ymax": 0.9}}]),
        ],
    ),
    "ranking-of-passages": (
        run("@cf/baai/bge-reranker-base"),
        {"query": "fox", "contexts": [{"text": "a"}, {"text": "b"}, {"text": "c"}], "top_k": 2},
        [enveloped({"response": [{"id": 2, "score": 0.9}, {"id": 0, "score": 0.4}]})],
        [
            enveloped({"response": [{"id": 2, "score": 0.9}, {"id": 2, "score": 0.4}]}),
            enveloped({"response": [{"id": 3, "score": 0.9}, {"id": 0, "score": 0.4}]}),
            enveloped({"response": [{"id": 2, "score": 0.9}]}),
            enveloped({"response": [{"id": 2, "score": 0.4}, {"id": 0, "score": 0.9}]}),
        ],
    ),
    "times-in-order": (
        run("@cf/openai/whisper"),
        b"",
        [
            enveloped(
                {"text": "a b", "words": [{"word": "a", "start": 0, "end": 1}, {"word": "b", "start": 1, "end": 2}]}
            )
        ],
        [
            enveloped({"text": "a", "words": [{"word": "a", "start": 2, "end": 1}]}),
            enveloped(
                {"text": "a b", "words": [{"word": "a", "start": 5, "end": 6}, {"word": "b", "start": 1, "end": 2}]}
            ),
            enveloped({"text": "a", "vtt": "WEBVTT\n\n00:02.000 --> 00:01.000\na"}),
        ],
    ),
    "transcript-adds-up": (
        run("@cf/openai/whisper"),
        b"",
        [
            enveloped(
                {"text": "A b.", "word_count": 2, "words": [{"word": "A"}, {"word": "b."}], "vtt": "WEBVTT\n\nA b."}
            )
        ],
        [
            enveloped({"text": "A b.", "word_count": 3}),
            enveloped({"text": "A b.", "words": [{"word": "A"}]}),
            enveloped({"text": "A b.", "vtt": "A b."}),
        ],
    ),
    "result-not-empty": (
        run("@cf/meta/m2m100-1.2b"),
        {"text": "The fox sleeps.", "target_lang": "fr"},
        [enveloped({"translated_text": "Le renard dort."})],
        [enveloped({"translated_text": " "}), enveloped({"translated_text": None})],
    ),
    "translation-for-each": (
        run("@cf/ai4bharat/indictrans2-en-indic-1B"),
        {"text": ["One.", "Two."], "target_language": "hin_Deva"},
        [enveloped({"translations": ["a", "b"]})],
        [enveloped({"translations": ["a"]}), enveloped({"translations": ["a", ""]})],
    ),
    "decisions-for-each": (
        run("@cf/cloudflare/clef"),
        {"model": "clef", "state": "Late.", "questions": {"team": {"type": "choice", "criteria": {"a": "", "b": ""}}}},
        [enveloped({"answers": {"team": {"type": "choice", "choice": "b", "probabilities": {"a": 0.1, "b": 0.9}}}})],
        [
            enveloped({"answers": {}}),
            enveloped({"answers": {"team": {"type": "choice", "choice": "c"}}}),
            enveloped({"answers": {"team": {"type": "noul", "noul": 0.3}}}),
            enveloped({"answers": {"team": {"score": 9, "legend": {"0": "bad", "4": "good"}}}}),
            enveloped({"answers": {"team": {"type": "choice", "choice": "b", "probabilities": {"a": 0.9, "b": 0.9}}}}),
            enveloped({"answers": {"team": {"type": "choice", "choice": "a", "probabilities": {"a": 0.1, "b": 0.9}}}}),
        ],
    ),
    "turn-decided": (
        run("@cf/pipecat-ai/smart-turn-v2"),
        {"audio": ""},
        [enveloped({"is_complete": True, "probability": 0.9})],
        [enveloped({"is_complete": True, "probability": 0.1}), enveloped({"is_complete": False, "probability": 0.9})],
    ),
    "listed-once": (
        "searchModels",
        None,
        [{"result": [{"id": "a"}, {"id": "b"}], "success": True}],
        [{"result": [{"id": "a"}, {"id": "a"}], "success": True}],
    ),
    "listing-counted": (
        "searchModels",
        None,
        [{"result": [{"id": "a"}], "result_info": {"count": 1, "total_count": 9}}],
        [
            {"result": [{"id": "a"}], "result_info": {"count": 2}},
            {"result": [{"id": "a"}], "result_info": {"total_count": 0}},
            {"result": [{"id": "a"}], "result_info": {"page": 2, "per_page": 3, "total_count": 3}},
        ],
    ),
    "listing-not-empty": (
        "listPublicFinetunes",
        None,
        [{"result": [{"name": "a", "public": True}], "success": True}],
        [
            {"result": [], "success": True},
            {"result": [{"name": "", "public": True}], "success": True},
            {"result": [{"name": "a", "public": False}], "success": True},
        ],
    ),
    "sent-comes-back": (
        "createFinetune",
        {"model": "@cf/a/b", "name": "tone"},
        [{"result": {"name": "tone", "model": "@cf/a/b"}, "success": True}],
        [{"result": {"name": "Tone", "model": "@cf/a/b"}, "success": True}],
    ),
    "response-status": (
        RESPONSES,
        {"input": "Say hello.", "max_output_tokens": 16},
        [response(), response(status="incomplete", incomplete_details={"reason": "content_filter"})],
        [
            response(status="in_progress"),
            response(status="failed"),
            response(status="incomplete"),
            response(usage={"output_tokens": 17}),
            response(status="incomplete", incomplete_details={"reason": "max_output_tokens"}),
        ],
    ),
    "response-output": (
        RESPONSES,
        {"input": "Say hello."},
        [response()],
        [
            response(message(role="user")),
            response(message("")),
            response(message(content=[{"type": "output_text"}])),
            response(message(status="in_progress")),
        ],
    ),
    "response-tells-back": (
        RESPONSES,
        {"input": "Say hello.", "temperature": 0.5},
        [response(temperature=0.5), response()],
        [response(temperature=1.0)],
    ),
}


@pytest.mark.parametrize("check", CASES)
def test_passes_what_is_in_order(check: str) -> None:
    """The check applies to answers without the flaw, and finds nothing."""
    operation, asked, good, _ = CASES[check]

    results = [found(check, operation, asked, each) for each in good]

    assert [] == [each for result in results for each in result or ()]
    assert any(result is not None for result in results)


@pytest.mark.parametrize(("check", "place"), [(name, place) for name in CASES for place in range(len(CASES[name][3]))])
def test_finds_the_flaw(check: str, place: int) -> None:
    operation, asked, _, bad = CASES[check]

    assert found(check, operation, asked, bad[place])


@pytest.mark.parametrize("check", CASES)
def test_nothing_is_said_of_refusals(check: str) -> None:
    """A refusal in the usual envelope is no flaw of any of these."""
    operation, asked, *_ = CASES[check]
    refusal = {"result": None, "success": False, "errors": [{"code": 5006, "message": "no"}], "messages": []}

    assert not found(check, operation, asked, refusal, status=400)


@pytest.mark.parametrize("check", CASES)
@pytest.mark.parametrize(
    "answer",
    [None, 7, "data: 7\n\n", [], [[[]]], {"choices": 7}, {"result": {"response": []}}, b"\xff", b"[" * 9999],
    ids=range(9),  # the last one is long
)
def test_any_answer_can_be_looked_at(check: str, answer: Any) -> None:
    """Whatever comes, checks do not raise."""
    operation, asked, *_ = CASES[check]

    found(
        check,
        operation,
        asked,
        answer,
        media_type="text/event-stream" if isinstance(answer, str) else "application/json",
    )


def test_native_answers_in_a_format_hold_the_value_itself() -> None:
    """Where any JSON is allowed, a text is the value; where an object is wanted, it is not."""
    llama = run("@cf/meta/llama-3.3-70b-instruct-fp8-fast")
    said = enveloped({"response": "quartz"})
    wanted = [{"type": "json_schema", "json_schema": {}}, {"type": "json_schema", "json_schema": {"type": "object"}}]

    results = [found("structured-output", llama, {"prompt": "Hi!", "response_format": each}, said) for each in wanted]

    assert [False, True] == [bool(each) for each in results]


def test_a_stop_sequence_may_cut_json() -> None:
    llama, said = run("@cf/meta/llama-3.1-8b-instruct-fp8"), enveloped({"response": '{"answer": "one'})
    asked = {"prompt": "Hi!", "response_format": {"type": "json_object"}}

    assert found("structured-output", llama, asked, said)
    assert not found("structured-output", llama, {**asked, "stop": [","]}, said)
    assert found("structured-output", llama, {**asked, "stop": [","]}, enveloped({"response": "[1]"}))


def test_nothing_can_be_chosen_of_nothing() -> None:
    asked = {"model": "clef", "state": "Late.", "questions": {"team": {"type": "choice", "criteria": {}}}}
    answer = enveloped({"answers": {"team": {"type": "choice", "choice": "", "probabilities": {}}}})

    assert [] == found("decisions-for-each", run("@cf/cloudflare/clef"), asked, answer)


def test_the_engine_may_tell_back_the_model_of_the_body() -> None:
    kimi, answer = run("@cf/moonshotai/kimi-k2.6"), enveloped({"model": "mine", "choices": []})

    assert [] == found("model-echoed", kimi, {"model": "mine", "messages": []}, answer)
    assert found("model-echoed", kimi, {"model": "other", "messages": []}, answer)


def test_no_picture_is_0_pixels_wide() -> None:
    operation, said = run("@cf/leonardo/phoenix-1.0"), picture(256, 256)

    assert [] == found("picture-decodes", operation, {"prompt": "A fox", "width": 0}, said, media_type="image/png")


def test_pictures_have_to_be_decodable_and_as_large_as_asked() -> None:
    operation = run("@cf/bytedance/stable-diffusion-xl-lightning")
    asked = {"prompt": "A fox", "width": 256, "height": 256}
    whole = picture(256, 256)

    results = [
        found("picture-decodes", operation, asked, content, media_type="image/png")
        for content in (whole, whole[:-2000], picture(128, 256), picture(256, 256, "JPEG"), b"")
    ]

    assert [False, True, True, True, True] == [bool(each) for each in results]


@pytest.mark.parametrize(("image", "fails"), [(coded(picture()), False), ("https://host/a.png", True), ("", True)])
def test_pictures_within_json_are_base64(image: str, fails: bool) -> None:
    operation = run("@cf/black-forest-labs/flux-1-schnell")

    assert fails == bool(found("picture-decodes", operation, {"prompt": "A fox"}, enveloped({"image": image})))


@pytest.mark.parametrize(
    ("content", "fails"),
    [("whole", False), ("cut", True), ("empty", True), ("mp3", True), ("other rate", True), ("other pace", True)],
)
def test_speech_is_a_recording_of_its_kind(content: str, fails: bool) -> None:
    from contracts.media import samples

    recording = samples("audio")[0]
    came = {
        "whole": recording,
        "cut": recording[:-99],
        "empty": b"",
        "mp3": b"ID3" + bytes(200),
        "other rate": recording,
        "other pace": recording[:28] + b"\0" + recording[29:],
    }
    asked = {"text": "Hi", "sample_rate": 16000 if content == "other rate" else 8000}

    found_ = found("speech-decodes", run("@cf/deepgram/aura-1"), asked, came[content], media_type="audio/wav")

    assert fails == bool(found_)


def _flac_frame(content: bytes) -> bytes:
    """A frame that ends with the sum of its bytes."""
    value = 0
    for each in content:
        value ^= each << 8
        for _ in range(8):
            value = (value << 1 ^ (0x8005 if value & 0x8000 else 0)) & 0xFFFF
    return content + value.to_bytes(2, "big")


_OGG = b"OggS" + bytes(22) + b"\x01\x40" + bytes(64)
_MP3 = b"\xff\xfb\x90\x00" + bytes(413)
_AAC = b"\xff\xf1\x50\x40\x1f\x5f\xfc" + bytes(243)


@pytest.mark.parametrize(
    "recording",
    [
        _MP3 * 2,
        b"ID3\x04\x00\x00\x00\x00\x00\x02hi" + _MP3 * 2,
        b"\xff\xf3\x60\xc4" + bytes(152),
        b"\xff\xfd\x90\x00" + bytes(518),
        _AAC * 2,
        _OGG * 2,
        b"fLaC" + _flac_frame(b"\xff\xf8" + b"one" * 40) + _flac_frame(b"\xff\xf8" + b"two" * 40),
    ],
    ids=["mp3", "mp3 with a tag", "mp3 of 22 kHz", "mp2", "aac", "ogg", "flac"],
)
def test_a_recording_ends_where_a_frame_ends(recording: bytes) -> None:
    """A whole recording is in order, also with a tag behind it; one that lacks its last bytes is not."""
    assert fault_of(recording) is None
    assert fault_of(recording + b"TAG" + bytes(125)) is None
    assert all(fault_of(recording[:-lost]) for lost in (1, 5, 60))


@pytest.mark.parametrize(
    ("asked", "top", "fails"), [({"top_logprobs": 2}, [], True), ({"top_logprobs": 2}, [{}], False), ({}, [], False)]
)
@pytest.mark.parametrize("streamed", [False, True])
def test_alternatives_come_where_they_are_asked_for(
    asked: dict[str, Any], top: list[Any], fails: bool, streamed: bool
) -> None:
    given = {"content": [{**_TOP["content"][0], "top_logprobs": top}]}
    whole = completion({**choice(), "logprobs": given})
    pieces = stream(chunk(choices=[{"index": 0, "delta": {"content": "Hello there."}, "logprobs": given}]), "[DONE]")
    sent = talk(logprobs=True, **asked, **({"stream": True} if streamed else {}))

    assert fails == bool(found("logprobs-given", CHAT, sent, pieces if streamed else whole))


def test_streams_give_log_probabilities_too() -> None:
    pieces = stream(chunk(choices=[{"index": 0, "delta": {"content": "Hello there."}}]), "[DONE]")

    assert found("logprobs-given", CHAT, talk(logprobs=True, stream=True), pieces)


@pytest.mark.parametrize("used", [None, usage(4, 3)])
def test_the_end_of_a_streamed_response_says_what_it_used(used: Any) -> None:
    pieces = stream({"type": "response.completed", "response": response(usage=used)})

    assert (used is None) == bool(found("usage-present", RESPONSES, {"input": "Hi", "stream": True}, pieces))


@pytest.mark.parametrize(
    ("coding", "fails"), [("br", True), ("gzip", False), ("X-Gzip", False), ("identity", False), ("gzip, br", True)]
)
def test_only_what_was_asked_for_compresses_an_answer(coding: str, fails: bool) -> None:
    plain = exchange(CHAT, talk(), completion())
    assert plain.response is not None
    headers = (*plain.response.headers, ("content-encoding", coding))
    asked = replace(plain.request, headers=(*plain.request.headers, ("Accept-Encoding", ENCODINGS)))
    compressed = replace(plain, request=asked, response=replace(plain.response, headers=headers))

    assert fails == bool(found_of("whole_answer", compressed))


@pytest.mark.parametrize(
    ("words", "more", "least"),
    [(4, {}, 2), (20, {}, 10), (60, {}, 30), (1000, {}, 30), (4200, {}, 100), (20, {"prompt": "Hello."}, 1)],
)
def test_prose_has_a_token_for_two_words(words: int, more: dict[str, Any], least: int) -> None:
    """Of a long text a model may read the beginning; who is asked in two ways answers one of them."""
    asked = talk("fox jumps over dogs " * (words // 4), **more)

    came = [found("usage-of-text", CHAT, asked, completion(usage=usage(least - few, 3))) for few in (0, 1)]

    assert [False, True] == [bool(each) for each in came]


@pytest.mark.parametrize(("text", "fails"), [("", False), ("Hello.", True)])
def test_nothing_may_count_as_nothing(text: str, fails: bool) -> None:
    """Where one of the members that may be read is empty, no token is owed."""
    came = found("usage-of-text", CHAT, talk("Hello.", prompt=text), completion(usage=usage(0, 3)))

    assert fails == bool(came)


@pytest.mark.parametrize(("kept", "fails"), [(True, True), (False, False)])
def test_another_text_has_another_picture(kept: bool, fails: bool) -> None:
    operation, first = run("@cf/lykon/dreamshaper-8-lcm"), picture(64, 64)
    came = [
        exchange(operation, {"prompt": text}, said, media_type="image/png", role=role)
        for role, text, said in (("first", "a fox", first), ("other", "a well", first if kept else picture(64, 32)))
    ]

    assert fails == bool(found_in("own-answer", came))


@pytest.mark.parametrize(("date", "fails"), [("Tue, 24 Nov 2026 12:00:00 GMT", False), ("yesterday", True)])
def test_a_date_is_one(date: str, fails: bool) -> None:
    plain = exchange(CHAT, talk(), completion())
    assert plain.response is not None
    dated = replace(plain.response, headers=(*plain.response.headers, ("date", date)))

    assert fails == bool(found_of("header-values", replace(plain, response=dated)))


@pytest.mark.parametrize(("third", "fails"), [("Ein Fuchs", True), ("Ein Brunnen", False)])
def test_another_text_has_another_translation(third: str, fails: bool) -> None:
    operation = run("@cf/meta/m2m100-1.2b")
    came = [
        exchange(operation, {"text": text}, enveloped({"translated_text": said}), role=role)
        for role, text, said in (("first", "a fox", "Ein Fuchs"), ("other", "a well", third))
    ]

    assert fails == bool(found_in("own-answer", came))


@pytest.mark.parametrize(
    ("times", "fails"),
    [
        ([(0.0, 0.4), (0.4, 0.9), (0.9, 1.2)], False),
        ([(0.0, 0.4), (0.3, 0.9), (0.9, 1.2)], False),
        ([(0.0, 0.0), (0.0, 0.0), (0.0, 0.0)], False),
        ([(0.0, 0.4), (0.0, 0.9), (0.0, 1.2)], True),
        ([(0.5, 0.5), (0.5, 0.5)], False),
        ([(0.0, 0.4), (0.0, 0.9)], False),
        ([(0.0, 0.9), (0.0, 0.9)], True),
        ([(0.0, 3.4), (0.5, 0.9), (0.9, 1.2)], True),
    ],
)
def test_words_follow_one_another(times: list[tuple[float, float]], fails: bool) -> None:
    words = [{"word": "fox", "start": start, "end": end} for start, end in times]
    said = enveloped({"text": "fox " * len(words), "words": words})

    assert fails == bool(found("times-in-order", run("@cf/openai/whisper"), {"audio": [1]}, said))


@pytest.mark.parametrize(
    ("model", "fails"), [(SMALL, False), (LLAMA, True), ("@cf/nobody/no-such-model", None), ("", None)]
)
def test_a_schema_is_that_of_the_model(model: str, fails: bool | None) -> None:
    """What the model's own path requires is in it; of models without a path nothing can be said."""
    said = {"result": {"input": {"anyOf": [{"properties": {"text": {}}}]}, "output": {}}, "success": True}
    came = found("schema-of-model", "getModelSchema", None, said, query=f"?model={model}")

    assert fails == (None if came is None else bool(came))


@pytest.mark.parametrize(
    ("texts", "fails"),
    [(["| Ada |", "| Oslo |"], False), (["| Oslo |", "| Ada |"], True), ([None, None], False), ([7, ["Oslo"]], False)],
)
def test_each_file_comes_back_as_its_own_text(texts: list[Any], fails: bool) -> None:
    files = [Part("files", content, f"{content.decode()}.csv", "text/csv") for content in (b"Ada", b"Oslo")]
    media_type, content = write_form(files)
    result = [{"name": file.filename, "data": text} for file, text in zip(files, texts, strict=True)]
    plain = exchange("convertToMarkdown", None, {"result": result, "success": True})
    sent = replace(plain.request, headers=(("Content-Type", media_type),), body=content)

    assert fails == bool(found_of("sent-comes-back", replace(plain, request=sent)))


@pytest.mark.parametrize(
    ("told", "fails"),
    [
        ({}, False),
        ({"tokens": "9"}, False),
        ({"mimeType": "text/plain"}, False),
        ({"mimeType": "Application/CSV; charset=utf-8"}, False),
        ({"format": "error", "error": "It is empty."}, False),
        ({"tokens": 0}, True),
        ({"tokens": 4096}, True),
        ({"mimeType": "application/pdf"}, True),
    ],
    ids=str,
)
def test_a_conversion_tells_of_its_own_file(told: dict[str, Any], fails: bool) -> None:
    """The media type is of the kind that was sent, and the tokens are those of the text."""
    media_type, content = write_form([Part("files", b"name,age\nAda,36\n", "people.csv", "text/csv")])
    own = {"id": "a", "name": "people.csv", "mimeType": "text/csv", "format": "markdown", "tokens": 9}
    result = [{**own, "data": "| name | age |\n| Ada | 36 |", **told}]
    plain = exchange("convertToMarkdown", None, {"result": result, "success": True})
    sent = replace(plain.request, headers=(("Content-Type", media_type),), body=content)

    assert fails == bool(found_of("conversion-told", replace(plain, request=sent)))


def test_a_filter_shows_what_it_lets_through() -> None:
    items = {"result": [{"name": "@cf/meta/llama", "task": {"name": "Text Generation"}}]}

    assert [] == found("filters-obeyed", "searchModels", None, items, query="?task=Text+Generation&author=meta")
    assert found("filters-obeyed", "searchModels", None, items, query="?task=Translation")
    assert found("filters-obeyed", "searchModels", None, items, query="?author=openai")

    of_hugging_face = {"result": [{"name": "@hf/a/b", "source": 2}]}
    assert [] == found("filters-obeyed", "searchModels", None, of_hugging_face, query="?source=2")
    assert found("filters-obeyed", "searchModels", None, of_hugging_face, query="?source=1")


# groups --------------------------------------------------------------------------------------------------------------


def _embedded(texts: Any, *vectors: Any, role: str = "") -> Any:
    return exchange(EMBEDDINGS, {"model": SMALL, "input": texts}, listed(*vectors), role=role)


def test_a_text_keeps_its_vector_in_company() -> None:
    alone = _embedded("fox", unit(1), role="alone")

    assert [] == found_in("embeddings-steady", [alone, _embedded(["well", "fox"], unit(0, 1), unit(1, 0.01))])
    assert found_in("embeddings-steady", [alone, _embedded(["well", "fox"], unit(1), unit(0, 1))])
    assert found_in("embeddings-steady", [alone, _embedded(["well"], [0.5] + [0.0] * 383)])
    assert found_in("embeddings-steady", [_embedded("fox", unit(0, 1))], smoke=alone)

    (found,) = found_in(
        "embeddings-steady", [_embedded("fox", unit(0, 1), role="float")], smoke=_embedded("fox", unit(1))
    )
    assert "a cosine of 0.000 between the small request and float" == found.came


def test_more_text_is_more_tokens() -> None:
    few = _embedded("fox", unit(1), role="alone")
    counted = {**listed(unit(1), unit(1)), "usage": {"prompt_tokens": 9, "total_tokens": 9}}
    many = exchange(EMBEDDINGS, {"model": SMALL, "input": ["fox", "well"]}, counted, role="together")

    assert [] == found_in("usage-grows", [few, many])
    assert found_in("usage-grows", [few, _embedded(["fox", "well"], unit(1), unit(1), role="together")])


def test_prompts_of_one_length_are_counted_alike() -> None:
    question = "Tell me about foxes and wells."
    one, other = (
        exchange(CHAT, talk(question), completion()),
        exchange(CHAT, talk(question), completion(usage=usage(40, 3))),
    )

    assert [] == found_in("usage-steady", [one, one])
    assert found_in("usage-steady", [one, other])


def test_different_requests_have_different_ids() -> None:
    one, other = exchange(CHAT, talk("One"), completion()), exchange(CHAT, talk("Two"), completion())
    third = exchange(CHAT, talk("Two"), completion(id="chatcmpl-1111"))

    assert [] == found_in("ids-unique", [one, third])
    assert found_in("ids-unique", [one, other])
    assert found_in("ids-unique", [one, one]) is None


def test_things_that_are_made_have_ids_of_their_own() -> None:
    """Two things of different names do not share an id; the same thing twice may."""
    one, other = (exchange("createFinetune", {"name": name}, {"result": {"id": "0c591b8c"}}) for name in ("a", "b"))

    assert found_in("ids-unique", [one, other])
    assert found_in("ids-unique", [one, one]) is None


@pytest.mark.parametrize(
    ("headers", "fails"),
    [
        ({"x-ratelimit-remaining-requests": "9", "x-ratelimit-limit-requests": "10"}, False),
        ({"ratelimit-limit": "100, 100;w=60", "ratelimit-remaining": "0", "ratelimit-reset": "6m0s"}, False),
        ({"x-ratelimit-remaining-requests": "unlimited"}, True),
        ({"x-ratelimit-remaining-tokens": "11", "x-ratelimit-limit-tokens": "10"}, True),
        ({"x-ratelimit-limit": "-1"}, True),
    ],
    ids=str,
)
def test_limits_are_numbers(headers: dict[str, str], fails: bool) -> None:
    """What remains of a limit, whichever it is of, is a number that is not more than the limit."""
    plain = exchange(CHAT, talk(), completion())
    assert plain.response is not None
    told = replace(plain, response=replace(plain.response, headers=(*plain.response.headers, *headers.items())))

    assert fails == bool(found_of("header-values", told))


@pytest.mark.parametrize(
    ("together", "fails"),
    [
        (["jeden", "dva"], False),
        (["jedna", "dve"], False),
        (["stejne", "stejne"], False),
        (["dva", "jeden"], True),
        (["dva", "neco"], True),
    ],
)
def test_a_translation_stands_in_its_place(together: list[str], fails: bool) -> None:
    """Other words than alone are in order, those of another text are not."""
    operation = run("@cf/ai4bharat/indictrans2-en-indic-1B")
    alone = [
        exchange(operation, {"text": text}, enveloped({"translations": [came]}))
        for text, came in {"one": "jeden", "two": "dva"}.items()
    ]
    both = exchange(operation, {"text": ["one", "two"]}, enveloped({"translations": together}))

    assert fails == bool(found_in("translations-in-place", [*alone, both]))


@pytest.mark.parametrize(("scores", "fails"), [((0.9, 0.2, 0.1, 0.1), False), ((0.5, 0.5, 0.5, 0.5), True)])
def test_passages_are_not_scored_all_the_same(scores: tuple[float, ...], fails: bool) -> None:
    """Some of several passages may share a score."""
    asked = {"query": "fox", "contexts": [{"text": text} for text in ("A fox.", "A well.", "A river.", "A road.")]}
    ranked = [{"id": place, "score": score} for place, score in enumerate(scores)]
    operation = run("@cf/baai/bge-reranker-base")

    came = exchange(operation, asked, enveloped({"response": ranked}), group="rankings/a")

    assert fails == bool(found_in("own-scores", [came]))


@pytest.mark.parametrize(
    ("asked", "start", "fails"),
    [
        ({"encoding": "mp3"}, b"ID3", False),
        ({"encoding": "opus", "container": "ogg"}, b"OggS", False),
        ({"encoding": "opus"}, b"ID3", True),
        ({"encoding": "flac"}, b"RIFF", True),
        ({"encoding": "flac", "container": "ogg"}, b"ID3", False),
        ({"encoding": "linear16", "container": "none"}, b"\0\1", False),
        ({"encoding": "linear16", "container": "none"}, b"RIFF", True),
    ],
    ids=str,
)
def test_speech_has_the_encoding_that_was_asked_for(asked: dict[str, str], start: bytes, fails: bool) -> None:
    """What is asked for together and means nothing together is not judged."""
    operation, came = run("@cf/deepgram/aura-1"), start + bytes(300)
    faults = found("speech-decodes", operation, {"text": "Hi", **asked}, came, media_type="audio/x-any") or []

    assert fails == any(each.where.endswith(("encoding", "container")) for each in faults)


@pytest.mark.parametrize(
    ("model", "tokens", "more", "fails"),
    [
        (LLAMA, 3, {}, False),
        (LLAMA, 140, {}, False),
        (LLAMA, 900, {}, True),
        (LLAMA, 900, {"best_of": 9}, False),
        ("@cf/openai/gpt-oss-120b", 900, {}, False),
    ],
)
def test_an_answer_has_no_more_tokens_than_it_can(model: str, tokens: int, more: dict[str, Any], fails: bool) -> None:
    """Thinking that is not shown, and answers that were only tried, may be counted."""
    came = completion(usage=usage(4, tokens), model=model)

    assert fails == bool(found("usage-of-text", CHAT, {**talk(), "model": model, **more}, came))


@pytest.mark.parametrize(
    ("set_", "texts", "fails"),
    [
        ({"stop": [" "]}, ("A long story.", "A", "A long story."), False),
        ({"stop": [" "]}, ("A long story.", "A", "A"), True),
        ({"stop": [" "]}, ("Yes.", "Yes.", "Yes."), False),
        ({"response_format": {"type": "json_object"}}, ("A story.", "{}", "A story."), False),
        ({"response_format": {"type": "json_object"}}, ("A story.", "{}", "{}"), True),
        ({"response_format": {"type": "json_object"}}, ("{}", "{}", "{}"), False),
    ],
)
def test_stops_and_formats_are_not_inherited(set_: dict[str, Any], texts: tuple[str, ...], fails: bool) -> None:
    """What a server says without them before and after is what counts: some always say the same."""
    asked = zip(("free", "set", "unset"), ({}, set_, {}), texts, strict=True)
    group = [exchange(CHAT, talk(**more), completion(choice(text)), role=role) for role, more, text in asked]

    assert fails == bool(found_in("nothing-inherited", group))


@pytest.mark.parametrize(("names", "fails"), [(["b", "c"], False), (["d"], True), ([], True)])
def test_what_is_listed_is_found(names: list[str], fails: bool) -> None:
    """A search for a name finds the thing of that name, and may find others."""
    listed_, came = (
        exchange("searchModels", None, {"result": [{"name": name} for name in each]}, group="searches/named", role=role)
        for each, role in ((["a", "b"], "listed"), (names, "found"))
    )

    assert fails == bool(found_in("found-by-name", [listed_, came]))


@pytest.mark.parametrize(
    ("text", "asked", "fails"),
    [
        ("Salt &amp; pepper", "Say hello.", True),
        ("Salt&nbsp;and&nbsp;pepper", "Say hello.", True),
        ("Write &amp; for an ampersand in HTML.", "Say hello.", False),
        ("<p>Salt &amp; pepper</p>", "Say hello.", False),
        ("Salt &amp; pepper", "What is &amp;?", False),
        ("Salt & pepper", "Say hello.", False),
    ],
)
def test_texts_are_not_escaped_for_pages(text: str, asked: str, fails: bool) -> None:
    """Whoever speaks of pages, or writes one, may escape."""
    assert fails == bool(found("text-is-whole", CHAT, talk(asked), completion(choice(text))))


@pytest.mark.parametrize(
    ("came", "fails"),
    [
        ("Le renard brun saute par-dessus le chien paresseux.", False),
        ("\u72d0\u72f8\u8df3\u8fc7\u61d2\u72d7", False),
        ("Renard.", True),
        ("\u72d0", True),
    ],
    ids=["whole", "whole in Chinese", "a word", "a sign"],
)
def test_all_of_a_text_is_translated(came: str, fails: bool) -> None:
    asked = {"text": "The quick brown fox jumps over the lazy dog.", "target_lang": "fr"}

    assert fails == bool(
        found("result-not-empty", run("@cf/meta/m2m100-1.2b"), asked, enveloped({"translated_text": came}))
    )


@pytest.mark.parametrize(("texts", "fails"), [(("un", "deux"), False), (("un", "un"), True)])
def test_translations_of_one_moment_are_their_own(texts: tuple[str, str], fails: bool) -> None:
    operation = run("@cf/meta/m2m100-1.2b")
    group = [
        exchange(operation, {"text": f"{place}"}, enveloped({"translated_text": text}), role=f"parallel-{place}")
        for place, text in enumerate(texts)
    ]

    assert fails == bool(found_in("own-answer", group))


@pytest.mark.parametrize(
    ("times", "fails"),
    [
        (("2026-01-11T02:31:38.322Z", "2026-01-11T02:31:38.322Z"), False),
        (("2026-01-11T02:31:38Z", "2026-01-11T05:00:00+02:00"), False),
        (("1970-01-01T00:00:00Z", "2026-01-11T02:31:38Z"), True),
        (("2026-01-11T02:31:38Z", "2025-01-11T02:31:38Z"), True),
    ],
)
def test_what_is_made_is_made_now(times: tuple[str, str], fails: bool) -> None:
    made = {"name": "a", "created_at": times[0], "modified_at": times[1]}

    assert fails == bool(found("sent-comes-back", "createFinetune", {"name": "a"}, {"result": made}))


def test_each_channel_has_a_transcript() -> None:
    alternative = {"transcript": "", "confidence": 0.0, "words": []}
    operation = run("@cf/deepgram/nova-3")

    for alternatives, fails in (([alternative], False), ([], True)):
        came = enveloped({"results": {"channels": [{"alternatives": alternatives}]}})
        assert fails == bool(found("transcript-adds-up", operation, b"", came))


def _result(place: int, vector: list[float], **members: Any) -> dict[str, Any]:
    result = {"shape": [1, 384], "data": [vector]}
    return {"id": place, "result": result, "success": True, "external_reference": "ab"[place], **members}


@pytest.mark.parametrize(
    ("results", "fails"),
    [
        ([_result(0, unit(1, 2)), _result(1, unit(2, 1))], False),
        ([_result(1, unit(2, 1)), _result(0, unit(1, 2))], False),
        ([_result(0, unit(1, 2))], True),
        ([_result(0, unit(2, 1)), _result(1, unit(1, 2))], True),
        ([_result(0, unit(1, 2)), _result(1, unit(1, 2))], True),
        ([_result(0, unit(1, 2)), _result(1, unit(2, 1), success=False)], True),
        ([_result(0, unit(1, 2)), _result(1, unit(2, 1), success=False, result=None)], False),
    ],
    ids=["whole", "in other order", "lost", "swapped", "copied", "failure with a result", "failure"],
)
def test_a_batch_has_the_result_of_each_input(results: list[dict[str, Any]], fails: bool) -> None:
    """A result is that of its input, which has the vector that it has alone, and no failure has one."""
    operation, texts = run(SMALL), {"a": "fox", "b": "well"}
    requests = [{"text": text, "external_reference": name} for name, text in texts.items()]
    told = enveloped({"status": "queued", "request_id": "0123"})
    asked = exchange(operation, {"requests": requests}, told, role="queued")
    came = exchange(operation, {"request_id": "0123"}, enveloped({"responses": results}), role="asked-for")
    alone = exchange(operation, {"text": "fox"}, enveloped({"shape": [1, 384], "data": [unit(1, 2)]}))

    assert fails == bool(found_in("batch-complete", [asked, came], alone))


@pytest.mark.parametrize(
    ("texts", "fails"),
    [
        (["\u0440\u0435\u043a\u0430", "\u03c8\u03c9\u03bc\u03b9"], True),
        (["A \u0440\u0435\u043a\u0430.", "A \u05e9\u05dc\u05d5\u05dd."], True),
        (["caf\u00e9", "cafe\u0301"], False),
        (["\U0001f98a", "\U0001d11e"], False),
    ],
    ids=["alphabets", "words", "accents", "signs"],
)
def test_words_beyond_ascii_have_vectors_of_their_own(texts: list[str], fails: bool) -> None:
    """Letters that every tokenizer knows count; accents and signs may be all the same to a model."""
    came = listed(unit(1, 2), unit(1, 2))

    assert fails == bool(found("embeddings-of-texts", EMBEDDINGS, {"model": SMALL, "input": texts}, came))


def test_an_answer_that_goes_on_is_cut_off_with_length() -> None:
    long = exchange(CHAT, talk("Talk."), completion(choice("On and on", finish="length")), role="long")

    cut, ended = (
        exchange(CHAT, talk("Talk.", max_tokens=1), completion(choice("On", finish=reason)), role="cut")
        for reason in ("length", "stop")
    )

    assert [] == found_in("finish-when-cut", [long, cut])
    assert found_in("finish-when-cut", [long, ended])


def test_a_call_that_was_answered_is_not_made_again() -> None:
    asked = exchange(CHAT, _TOOLS, completion(_CALLED), role="asked")

    answered, again = (exchange(CHAT, _TOOLS, completion(each), role="answered") for each in (choice(), _CALLED))
    refused = exchange(CHAT, _TOOLS, {"success": False}, status=400, role="answered")

    assert [] == found_in("tool-results-used", [asked, answered])
    assert found_in("tool-results-used", [asked, again])
    assert found_in("tool-results-used", [asked, refused])


def test_scores_of_the_same_are_the_same() -> None:
    operation = run("@cf/huggingface/distilbert-sst-2-int8")
    one, other = (
        exchange(operation, {"text": "Fine."}, enveloped([{"label": "POSITIVE", "score": score}]))
        for score in (0.9, 0.1)
    )

    assert [] == found_in("scores-steady", [one, one])
    assert found_in("scores-steady", [one, other])


@pytest.mark.parametrize(
    ("group", "scores", "fails"),
    [
        ("same-twice/a", (0.9, 0.1), False),
        ("same-twice/a", (0.9, 0.9), True),
        ("rankings/a", (0.9, 0.9), True),
        ("texts/a", (0.9, 0.9), False),
    ],
)
def test_opposites_are_not_scored_the_same(group: str, scores: tuple[float, float], fails: bool) -> None:
    """Equal scores of inputs that are no opposites mean nothing."""
    asked = [
        exchange(
            run("@cf/huggingface/distilbert-sst-2-int8"),
            {"text": text},
            enveloped([{"label": "POSITIVE", "score": score}, {"label": "NEGATIVE", "score": 1 - score}]),
            group=group,
        )
        for text, score in zip(("I love it.", "I hate it."), scores, strict=True)
    ]

    assert fails == bool(found_in("own-scores", asked))


def test_lists_stay_as_they_are() -> None:
    one, other = (
        exchange("searchTasks", None, {"result": [{"name": each} for each in names]}) for names in ("ab", "ba")
    )

    assert [] == found_in("listing-steady", [one, one])
    assert found_in("listing-steady", [one, other])


def test_pages_differ() -> None:
    def page(*names: str) -> Any:
        return exchange("searchModels", None, {"result": [{"name": name} for name in names]}, group="searches/pages")

    assert [] == found_in("pages-differ", [page("a"), page("b"), page()])
    assert found_in("pages-differ", [page("a"), page("a"), page()])
    assert found_in("pages-differ", [page("a"), page("b"), page("b")])


def test_streams_are_judged_by_what_they_join_to() -> None:
    """A stop that is put together from two pieces is found as well."""
    pieces = stream(chunk(role="assistant"), chunk(content="H"), chunk(content="ey"), chunk(finish="stop"), "[DONE]")

    assert found("stop-obeyed", CHAT, talk(stop="He", stream=True), pieces)
    assert [] == found("stop-obeyed", CHAT, talk(stop="He there", stream=True), pieces)


def test_every_flaw_tells_where_it_is() -> None:
    """Findings are told apart by their place."""
    for check, (operation, asked, _, bad) in CASES.items():
        places = [each.where for answer in bad for each in found(check, operation, asked, answer) or ()]
        assert all(places), check


def test_whole_numbers_may_be_written_with_a_point() -> None:
    """`{"n": 2.0}` asks for two choices: JSON Schema knows one kind of numbers."""
    asked = talk(n=2.0, max_tokens=8.0)

    assert [] == found("choices-count", CHAT, asked, completion(choice(), choice(index=1)))
    assert found("choices-count", CHAT, asked, completion())
    assert found("tokens-within-limit", CHAT, asked, completion(usage=usage(4, 20)))
