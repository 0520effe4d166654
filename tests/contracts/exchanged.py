"""Exchanges made by hand, and what a check says of them."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from contracts.checks import Check, GroupCheck, builtin
from contracts.context import Context, GroupContext, World
from contracts.exchanges import Chunk, Exchange, Intent, Request, Response
from contracts.findings import Found
from contracts.judge import Judge
from contracts.validity import Validity
from mockserver.effective import effective

ROOT = "/client/v4/accounts/0123456789abcdef0123456789abcdef/ai"
CHAT, COMPLETION = "createChatCompletion", "createTextCompletion"
EMBEDDINGS, RESPONSES = "createEmbeddings", "createResponse"
LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
SMALL = "@cf/baai/bge-small-en-v1.5"
DONE = "[DONE]"


@cache
def world() -> World:
    """The effective contract, read once."""
    contract = effective()
    judge = Judge(contract)
    return World(contract, judge, Validity(contract, judge))


def run(model: str) -> str:
    """Return the operation of a model's own path."""
    paths = {each.path: each.id for each in world().document.operations.values()}
    return paths[f"/accounts/{{account_id}}/ai/run/{model}"]


def stream(*events: Any) -> str:
    """Return an event stream of JSON values and texts."""
    return "".join(f"data: {each if isinstance(each, str) else json.dumps(each)}\n\n" for each in events)


def exchange(
    operation: str,
    asked: Any,
    answer: Any,
    *,
    status: int = 200,
    media_type: str = "",
    role: str = "",
    group: str = "",
    query: str = "",
    seconds: float = 0.0,
    chunks: Sequence[Chunk] = (),
) -> Exchange:
    """Return an exchange: `answer` is a value of JSON, the text of an event stream, or bytes of `media_type`."""
    method = world().document.operations[operation].method
    path = world().document.operations[operation].path.replace("/accounts/{account_id}/ai", ROOT)
    body = b"" if asked is None else asked if isinstance(asked, bytes) else json.dumps(asked).encode()
    kind = media_type or ("text/event-stream" if isinstance(answer, str) else "application/json")
    content = answer if isinstance(answer, bytes) else answer.encode() if isinstance(answer, str) else _json(answer)
    request = Request(method, f"http://host{path}{query}", (("Content-Type", "application/json"),), body)
    response = Response(status, (("content-type", kind),), content, chunks=tuple(chunks), seconds=seconds)
    return Exchange(1, operation, "search", Intent.VALID, request, response, role=role, group=group)


def found(check: str, operation: str, asked: Any, answer: Any, **more: Any) -> list[Found] | None:
    """Return what a check finds in one exchange."""
    return found_of(check, exchange(operation, asked, answer, **more))


def found_of(check: str, judged: Exchange) -> list[Found] | None:
    """Return what a check finds in this exchange."""
    named = builtin()[check]
    assert isinstance(named, Check)
    return named.judge(judged, Context(judged, world()))


def found_in(check: str, exchanges: Sequence[Exchange], smoke: Exchange | None = None) -> list[Found] | None:
    """Return what a check of groups finds in exchanges that belong together."""
    named = builtin()[check]
    assert isinstance(named, GroupCheck)
    contexts = [Context(each, world()) for each in exchanges]
    first = None if smoke is None else Context(smoke, world())
    return named.judge(exchanges, GroupContext(contexts, world(), first))


# answers -------------------------------------------------------------------------------------------------------------


def talk(text: str = "Say hello.", **members: Any) -> dict[str, Any]:
    """Return a request for chat."""
    return {"model": LLAMA, "messages": [{"role": "user", "content": text}], "max_tokens": 16, **members}


def choice(text: str | None = "Hello there.", index: int = 0, finish: Any = "stop", **message: Any) -> dict[str, Any]:
    """Return a choice of chat."""
    said = {"role": "assistant", "content": text, **message}
    return {"index": index, "message": said, "logprobs": None, "finish_reason": finish}


def usage(sent: int = 4, said: int = 3, total: int | None = None, **more: Any) -> dict[str, Any]:
    """Return counts of tokens."""
    return {
        "prompt_tokens": sent,
        "completion_tokens": said,
        "total_tokens": sent + said if total is None else total,
        **more,
    }


def completion(*choices: Mapping[str, Any], **members: Any) -> dict[str, Any]:
    """Return an answer of chat."""
    return {
        "id": "chatcmpl-0123456789abcdef",
        "object": "chat.completion",
        "created": 1776784307,
        "model": LLAMA,
        "choices": list(choices or (choice(),)),
        "usage": usage(),
        **members,
    }


def chunk(index: int = 0, finish: Any = None, *, choices: Any = None, **more: Any) -> dict[str, Any]:
    """Return a chunk of chat; `role`, `content` and `tool_calls` go into its delta."""
    delta = {name: more.pop(name) for name in ("role", "content", "tool_calls") if name in more}
    own = [{"index": index, "delta": delta, "finish_reason": finish}]
    head = {"id": "chatcmpl-0123456789abcdef", "object": "chat.completion.chunk", "created": 1776784307, "model": LLAMA}
    return {**head, "choices": own if choices is None else choices, **more}


def call(name: str = "get_weather", arguments: Any = '{"city": "Oslo"}', id: str = "call_0001") -> dict[str, Any]:
    """Return a tool call."""
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


def enveloped(result: Any, **members: Any) -> dict[str, Any]:
    """Return a native answer."""
    return {"result": result, "success": True, "errors": [], "messages": [], **members}


def unit(*lead: float, size: int = 384) -> list[float]:
    """Return a vector of length 1 that begins with these numbers, scaled."""
    norm = sum(each * each for each in lead) ** 0.5
    return [each / norm for each in lead] + [0.0] * (size - len(lead))


def listed(*vectors: Any) -> dict[str, Any]:
    """Return an answer of embeddings."""
    data = [{"object": "embedding", "index": place, "embedding": each} for place, each in enumerate(vectors)]
    return {"object": "list", "data": data, "model": SMALL, "usage": {"prompt_tokens": 4, "total_tokens": 4}}


def picture(width: int = 16, height: int = 16, kind: str = "PNG") -> bytes:
    """Return a picture."""
    from PIL import Image

    file = io.BytesIO()
    Image.effect_noise((width, height), 50).save(file, kind)
    return file.getvalue()


def coded(content: bytes) -> str:
    """Return bytes as base64."""
    return base64.b64encode(content).decode()


def response(*items: Any, **members: Any) -> dict[str, Any]:
    """Return an answer of the Responses endpoint."""
    return {
        "id": "resp_0123",
        "object": "response",
        "created_at": 1776784307,
        "status": "completed",
        "model": "@cf/openai/gpt-oss-120b",
        "output": list(items or (message(),)),
        "usage": {"input_tokens": 4, "output_tokens": 3, "total_tokens": 7},
        **members,
    }


def message(text: str = "Hello there.", **members: Any) -> dict[str, Any]:
    """Return an output item with text."""
    part = {"type": "output_text", "text": text, "annotations": []}
    return {
        "id": "msg_0123",
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": [part],
        **members,
    }


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
