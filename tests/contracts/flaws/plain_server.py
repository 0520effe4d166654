"""A small server for the five operations of the given document that owes nothing to the mock.

It validates by the document it is given (any OpenAPI document as plain data), says little, counts what it says, and
keeps the promises that OpenAI's and Cloudflare's pages make. Only Starlette and jsonschema are used.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

TOKEN = "a-token-of-the-plain-server"
_BASE = "/client/v4/accounts/{account}/ai"
_DIMENSIONS = {"@cf/baai/bge-small-en-v1.5": 384, "@cf/baai/bge-base-en-v1.5": 768, "@cf/baai/bge-m3": 1024}
_NATIVE = ("@cf/meta/llama-3.3-70b-instruct-fp8-fast", "@cf/meta/llama-3.2-3b-instruct")
_FAMILY = ("@cf/openai/gpt-oss-120b", "@cf/openai/gpt-oss-20b")
_WORDS = (
    "rain falls on quiet hills while lamps burn low and trains pass through towns that nobody remembers by name until "
    "morning when bread is warm again"
).split()
_LIMIT = 256


class Refused(Exception):
    """The request is not answered: a status, a code, a reason."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass(frozen=True)
class Said:
    """What one choice says."""

    pieces: tuple[str, ...]
    reason: str
    calls: tuple[tuple[str, str], ...] = ()
    """Names and arguments (JSON text) of the functions that are called."""
    lost: int = 0
    """Tokens of a call that did not fit into the limit, and is not made."""

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    @property
    def tokens(self) -> int:
        return len(self.pieces) + self.lost + sum(1 + _count(arguments) for _, arguments in self.calls)


def create_app(document: dict[str, Any], *, streams: bool = True) -> Starlette:
    """Return the server; what its document forbids is refused. Without `streams`, `stream` is ignored."""
    validators = _validators(document)

    def endpoint(path: str, answer: Callable[[dict[str, Any], Request, bool], Response]) -> Route:
        async def handle(request: Request) -> Response:
            try:
                body = await _authorized_body(request)
                for error in validators[path].iter_errors(body):
                    raise Refused(400, 5006, f"AiError: Bad input: Error: {error.validator} not met")
                return answer(body, request, streams and body.get("stream") is True)
            except Refused as refused:
                return _failure(refused.status, refused.code, refused.message)

        own = path.replace("{account_id}", "{account}").replace("{model}", "{model:path}")
        return Route("/client/v4" + own, handle, methods=["POST"])

    account = "/accounts/{account_id}/ai"
    app = Starlette(
        routes=[
            endpoint(f"{account}/v1/chat/completions", _chat),
            endpoint(f"{account}/v1/completions", _completion),
            endpoint(f"{account}/v1/embeddings", _embeddings),
            endpoint(f"{account}/v1/responses", _response),
            endpoint(f"{account}/run/{{model}}", _run),
        ],
        exception_handlers={404: _not_routed, 405: _not_routed},
    )
    app.router.redirect_slashes = False
    return app


def _validators(document: dict[str, Any]) -> dict[str, Draft202012Validator]:
    found = {}
    for path, item in document["paths"].items():
        content = item.get("post", {}).get("requestBody", {}).get("content", {})
        if "application/json" in content:
            schema = content["application/json"]["schema"]
            whole = {"components": document["components"], "allOf": [schema]}
            found[path] = Draft202012Validator(whole)
    return found


async def _authorized_body(request: Request) -> dict[str, Any]:
    credential = request.headers.get("authorization", "")
    if not credential.startswith("Bearer ") or credential == "Bearer ":
        raise Refused(400, 9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers")
    if credential != f"Bearer {TOKEN}":
        raise Refused(401, 10000, "Authentication error")
    try:
        body = json.loads(await request.body(), parse_constant=_not_json, parse_float=_number)
    except (ValueError, RecursionError):
        raise Refused(400, 5006, "AiError: Bad input: Error: the body is not JSON") from None
    if not isinstance(body, dict):
        raise Refused(400, 5006, "AiError: Bad input: Error: the body is not an object")
    return body


def _number(text: str) -> float:
    """JSON knows one kind of number: 5.0 is an integer."""
    number = float(text)
    return int(number) if number.is_integer() else number


def _not_json(constant: str) -> None:
    raise ValueError(constant)


async def _not_routed(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    answer = _failure(error.status_code, 7001 if error.status_code == 405 else 7000, "No route for that URI")
    if error.status_code == 405:
        answer.headers["allow"] = "POST"
    return answer


def _failure(status: int, code: int, message: str) -> Response:
    errors = [{"code": code, "message": message}]
    return JSONResponse({"result": None, "success": False, "errors": errors, "messages": []}, status)


def _chat(body: dict[str, Any], request: Request, streaming: bool) -> Response:
    _known(body["model"], (*_NATIVE, *_FAMILY))
    head = _head(body, "chat.completion", "chatcmpl-")
    said = [_speak(body, index) for index in range(body.get("n") or 1)]
    used = _usage(_asked(body), said)
    if not streaming:
        choices = [_choice(each, index, body) for index, each in enumerate(said)]
        return JSONResponse({**head, "choices": choices, "usage": used})
    return _stream([*_chunks({**head, "object": "chat.completion.chunk"}, said, body, used), "[DONE]"])


def _choice(said: Said, index: int, body: dict[str, Any]) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": None if said.calls else said.text}
    if said.calls:
        message["tool_calls"] = [_call(body, index, number, *call) for number, call in enumerate(said.calls)]
    return {"index": index, "message": message, "logprobs": _logprobs(body, said), "finish_reason": said.reason}


def _logprobs(body: dict[str, Any], said: Said) -> dict[str, Any] | None:
    if body.get("logprobs") is not True:
        return None
    others = body.get("top_logprobs") or 0
    tokens = [
        {
            "token": piece,
            "logprob": -0.25,
            "bytes": list(piece.encode()),
            "top_logprobs": [
                {"token": piece if not rank else f"{piece}{rank}", "logprob": -0.25 - rank, "bytes": None}
                for rank in range(others)
            ],
        }
        for piece in said.pieces
    ]
    return {"content": tokens, "refusal": None}


def _call(body: dict[str, Any], index: int, number: int, name: str, arguments: str) -> dict[str, Any]:
    key = _digest(body, f"call {index} {number}")[:16]
    return {"id": f"chatcmpl-tool-{key}", "type": "function", "function": {"name": name, "arguments": arguments}}


def _chunks(head: dict[str, Any], said: list[Said], body: dict[str, Any], used: Any) -> Iterator[dict[str, Any]]:
    def chunk(index: int, delta: Any, reason: str | None = None, logprobs: Any = None) -> dict[str, Any]:
        return {**head, "choices": [{"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": reason}]}

    for index, each in enumerate(said):
        yield chunk(index, {"role": "assistant", "content": None if each.calls else ""})
        for piece in () if each.calls else each.pieces:
            yield chunk(index, {"content": piece}, logprobs=_logprobs(body, Said((piece,), "")))
        for number, call in enumerate(each.calls):
            whole = _call(body, index, number, *call)
            text = whole["function"]["arguments"]
            opening = {**whole, "index": number, "function": {"name": whole["function"]["name"], "arguments": ""}}
            yield chunk(index, {"tool_calls": [opening]})
            for part in (text[: len(text) // 2], text[len(text) // 2 :]):
                yield chunk(index, {"tool_calls": [{"index": number, "function": {"arguments": part}}]})
        yield chunk(index, {}, each.reason)
    if (body.get("stream_options") or {}).get("include_usage"):
        yield {**head, "choices": [], "usage": used}


def _completion(body: dict[str, Any], request: Request, streaming: bool) -> Response:
    _known(body["model"], (*_NATIVE, *_FAMILY))
    head = _head(body, "text_completion", "cmpl-")
    prompts = body["prompt"] or [""] if isinstance(body["prompt"], list) else [body["prompt"]]
    asked = [{**body, "prompt": prompt, "which": index} for prompt in prompts for index in range(body.get("n") or 1)]
    said = [_speak(each, each["which"]) for each in asked]
    texts = [(each["prompt"] if body.get("echo") else "", spoken) for each, spoken in zip(asked, said, strict=True)]
    used = _usage(sum(map(_count, prompts)), said)

    def choice(index: int, text: str, reason: str | None) -> dict[str, Any]:
        return {"index": index, "text": text, "logprobs": None, "finish_reason": reason}

    if not streaming:
        choices = [choice(index, echo + each.text, each.reason) for index, (echo, each) in enumerate(texts)]
        return JSONResponse({**head, "choices": choices, "usage": used})
    events: list[Any] = []
    for index, (echo, each) in enumerate(texts):
        pieces = [echo, *each.pieces] if echo else each.pieces
        events += [{**head, "choices": [choice(index, piece, None)]} for piece in pieces]
        events.append({**head, "choices": [choice(index, "", each.reason)]})
    if (body.get("stream_options") or {}).get("include_usage"):
        events.append({**head, "choices": [], "usage": used})
    return _stream([*events, "[DONE]"])


def _embeddings(body: dict[str, Any], request: Request, streaming: bool) -> Response:
    _known(body["model"], tuple(_DIMENSIONS))
    texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
    data = []
    for index, text in enumerate(texts):
        vector: Any = _vector(text, _DIMENSIONS[body["model"]])
        if body.get("encoding_format") == "base64":
            vector = base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
        data.append({"object": "embedding", "index": index, "embedding": vector})
    count = sum(map(_count, texts))
    usage = {"prompt_tokens": count, "total_tokens": count}
    return JSONResponse({"object": "list", "data": data, "model": body["model"], "usage": usage})


def _vector(text: str, dimension: int) -> list[float]:
    stream = hashlib.shake_256(text.encode("utf-8", "surrogatepass")).digest(2 * dimension)
    numbers = [value - 32767.5 for (value,) in struct.iter_unpack("<H", stream)]
    norm = math.sqrt(sum(number * number for number in numbers))
    return [struct.unpack("<f", struct.pack("<f", number / norm))[0] for number in numbers]


def _response(body: dict[str, Any], request: Request, streaming: bool) -> Response:
    _known(body["model"], _FAMILY)
    key = _digest(body, "response")
    tools = [{"type": "function", "function": tool} for tool in body.get("tools") or ()]
    wanted = (body.get("text") or {}).get("format") or {}
    choice = body.get("tool_choice")
    asked = {
        **body,
        "tools": tools,
        "tool_choice": {"function": choice} if isinstance(choice, dict) and "name" in choice else choice,
        "max_tokens": body.get("max_output_tokens"),
        "response_format": {"type": wanted.get("type"), "json_schema": wanted},
    }
    said = _speak(asked, 0)
    cut = said.reason == "length"
    status = "incomplete" if cut else "completed"
    output: list[dict[str, Any]] = [
        {
            "id": f"fc_{key[:24]}{number}",
            "type": "function_call",
            "call_id": f"call_{key[:23]}{number}",
            "name": name,
            "arguments": arguments,
            "status": "completed",
        }
        for number, (name, arguments) in enumerate(said.calls)
    ] or [
        {
            "id": f"msg_{key[:24]}",
            "type": "message",
            "role": "assistant",
            "status": status,
            "content": [{"type": "output_text", "text": said.text, "annotations": []}],
        }
    ]
    counted = _usage(_asked(asked), [said])
    usage = {
        "input_tokens": counted["prompt_tokens"],
        "output_tokens": counted["completion_tokens"],
        "total_tokens": counted["total_tokens"],
    }
    whole = {
        "id": f"resp_{key}",
        "object": "response",
        "created_at": _created(key),
        "status": status,
        "error": None,
        "incomplete_details": {"reason": "max_output_tokens"} if cut else None,
        "model": body["model"],
        "output": output,
        "usage": usage,
    }
    if not streaming:
        return JSONResponse(whole)
    events = [{**each, "sequence_number": number} for number, each in enumerate(_response_events(whole, said))]
    return _stream(events, named=True)


def _response_events(whole: dict[str, Any], said: Said) -> Iterator[dict[str, Any]]:
    begun = {**whole, "status": "in_progress", "output": [], "usage": None, "incomplete_details": None}
    yield {"type": "response.created", "response": begun}
    yield {"type": "response.in_progress", "response": begun}
    for index, item in enumerate(whole["output"]):
        at = {"item_id": item["id"], "output_index": index}
        empty = {**item, "status": "in_progress"}
        if item["type"] == "message":
            part = item["content"][0]
            yield {"type": "response.output_item.added", "output_index": index, "item": {**empty, "content": []}}
            blank = {**part, "text": ""}
            yield {"type": "response.content_part.added", **at, "content_index": 0, "part": blank}
            for piece in said.pieces:
                yield {"type": "response.output_text.delta", **at, "content_index": 0, "delta": piece}
            yield {"type": "response.output_text.done", **at, "content_index": 0, "text": part["text"]}
            yield {"type": "response.content_part.done", **at, "content_index": 0, "part": part}
        else:
            yield {"type": "response.output_item.added", "output_index": index, "item": {**empty, "arguments": ""}}
            yield {"type": "response.function_call_arguments.delta", **at, "delta": item["arguments"]}
            yield {"type": "response.function_call_arguments.done", **at, "arguments": item["arguments"]}
        yield {"type": "response.output_item.done", "output_index": index, "item": item}
    yield {"type": f"response.{whole['status']}", "response": whole}


def _run(body: dict[str, Any], request: Request, streaming: bool) -> Response:
    model = request.path_params["model"]
    _known(model, (*_NATIVE, *_FAMILY, *_DIMENSIONS), 404)
    if model in _DIMENSIONS:
        if not isinstance(body.get("text"), str | list) or not body["text"]:
            raise Refused(400, 5006, "AiError: Bad input: Error: required properties at '/' are 'text'")
        texts = body["text"] if isinstance(body["text"], list) else [body["text"]]
        rows = [_vector(text, _DIMENSIONS[model]) for text in texts]
        return _success({"shape": [len(rows), _DIMENSIONS[model]], "data": rows, "pooling": "mean"})
    if not body.get("prompt") and not isinstance(body.get("messages"), list):
        raise Refused(400, 5006, "AiError: Bad input: Error: required properties at '/' are 'prompt'")
    said = _speak({**body, "model": model}, 0)
    used = _usage(_asked(body), [said])
    if model in _FAMILY:
        head = _head({**body, "model": model}, "chat.completion", "")
        choice = _choice(said, 0, {**body, "model": model})
        if not streaming:
            return _success({**head, "choices": [choice], "usage": used})
        chunks = _chunks({**head, "object": "chat.completion.chunk"}, [said], body, used)
        return _stream([*chunks, {"response": "", "usage": used}, "[DONE]"])
    calls = [{"name": name, "arguments": json.loads(arguments)} for name, arguments in said.calls]
    if streaming:
        last = {"response": "", "usage": used}
        middle = [{"response": "", "tool_calls": calls}] if calls else [{"response": piece} for piece in said.pieces]
        return _stream([*middle, last, "[DONE]"])
    return _success({"response": "" if calls else said.text, **({"tool_calls": calls} if calls else {}), "usage": used})


def _success(result: Any) -> Response:
    return JSONResponse({"result": result, "success": True, "errors": [], "messages": []})


def _known(model: Any, models: tuple[str, ...], status: int = 400) -> None:
    if model not in models:
        raise Refused(status, 5007, "No such model or task")


def _head(body: dict[str, Any], kind: str, prefix: str) -> dict[str, Any]:
    key = _digest(body, kind)
    return {"id": prefix + key, "object": kind, "created": _created(key), "model": body["model"]}


def _created(key: str) -> int:
    return 1_790_000_000 + int(key[:5], 16)


def _digest(body: dict[str, Any], purpose: str) -> str:
    return hashlib.sha256(f"{purpose} {json.dumps(body, sort_keys=True)}".encode()).hexdigest()[:32]


def _speak(body: dict[str, Any], index: int) -> Said:
    """Say something to a conversation or prompt, within its limit, as its tools and formats ask."""
    limit = body.get("max_completion_tokens") or body.get("max_tokens") or _LIMIT
    called = Said((), "tool_calls", _chosen(body))
    if called.calls:
        return called if called.tokens <= limit else Said((), "length", lost=limit)
    pieces = _pieces(_wanted(body, index))
    kept, reason = pieces[: max(limit, 0)], "length" if len(pieces) > limit else "stop"
    stop = body.get("stop")
    for sequence in [stop] if isinstance(stop, str) else stop or ():
        text = "".join(kept)
        if sequence and sequence in text:
            kept, reason = _pieces(text[: text.index(sequence)]), "stop"
    return Said(tuple(kept), reason)


def _wanted(body: dict[str, Any], index: int) -> str:
    form = body.get("response_format") or {}
    if form.get("type") == "json_object":
        return '{"answer": "rain"}'
    if form.get("type") == "json_schema":
        schema = form.get("json_schema") or {}
        return json.dumps(_instance(schema.get("schema", schema), schema.get("schema", schema)))
    start = int(_digest({"asked": body.get("messages") or body.get("prompt") or body.get("input")}, str(index))[:4], 16)
    words = [_WORDS[(start + position) % len(_WORDS)] for position in range(9 + start % 7)]
    return " ".join(words).capitalize() + "."


def _pieces(text: str) -> list[str]:
    return re.findall(r"\s*[^\s]+|\s+$", text)


def _chosen(body: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    tools = [tool.get("function") or tool for tool in body.get("tools") or () if isinstance(tool, dict)]
    tools = [tool for tool in tools if "name" in tool]
    choice = body.get("tool_choice")
    if isinstance(choice, dict):
        allowed = choice.get("allowed_tools") or choice
        names = {(choice.get("function") or {}).get("name")} | {
            (tool.get("function") or tool).get("name") for tool in allowed.get("tools") or () if isinstance(tool, dict)
        }
        tools = [tool for tool in tools if tool["name"] in names]
    last = (body.get("messages") or body.get("input") or [{}])[-1]
    answered = isinstance(last, dict) and (last.get("role") == "tool" or last.get("type") == "function_call_output")
    if not tools or choice == "none" or (answered and choice != "required"):
        return ()
    schema = tools[0].get("parameters") or {}
    return ((tools[0]["name"], json.dumps(_instance(schema, schema) if schema else {})),)


def _instance(schema: Any, root: Any, depth: int = 0) -> Any:
    """A value that fits a caller's schema, for the schemas that callers write."""
    if not isinstance(schema, dict) or depth > 12:
        return None
    if "$ref" in schema:
        target = root
        for part in schema["$ref"].removeprefix("#").strip("/").split("/"):
            target = target[part] if part else target
        return _instance(target, root, depth + 1)
    if "const" in schema or "enum" in schema:
        return schema.get("const", (schema.get("enum") or [None])[0])
    for group in ("anyOf", "oneOf", "allOf"):
        if schema.get(group):
            return _instance({**schema, group: None, **schema[group][0]}, root, depth + 1)
    kinds = schema.get("type", "object" if "properties" in schema else "string")
    kind = kinds[0] if isinstance(kinds, list) else kinds
    if kind == "object":
        members = schema.get("properties") or {}
        return {name: _instance(members.get(name, {}), root, depth + 1) for name in schema.get("required") or members}
    if kind == "array":
        return [_instance(schema.get("items", {}), root, depth + 1) for _ in range(schema.get("minItems") or 0)]
    low = schema.get("minimum", schema.get("exclusiveMinimum", 0))
    number = max(low + ("exclusiveMinimum" in schema), min(3, schema.get("maximum", 3)))
    text = "rain".ljust(schema.get("minLength") or 0, "n")[: schema.get("maxLength")]
    return {"integer": math.ceil(number), "number": number, "boolean": True, "null": None}.get(kind, text)


def _asked(body: dict[str, Any]) -> int:
    """How many tokens a request has."""
    return _count(json.dumps([body.get(name) for name in ("messages", "prompt", "input", "instructions", "tools")]))


def _count(text: str) -> int:
    return len(re.findall(r"\w+|[^\w\s]", text))


def _usage(asked: int, said: list[Said]) -> dict[str, int]:
    spoken = sum(each.tokens for each in said)
    return {"prompt_tokens": asked, "completion_tokens": spoken, "total_tokens": asked + spoken}


def _stream(events: list[Any], *, named: bool = False) -> Response:
    async def lines() -> Any:
        for event in events:
            name = f"event: {event['type']}\n" if named else ""
            yield f"{name}data: {event if isinstance(event, str) else json.dumps(event)}\n\n"

    return StreamingResponse(lines(), media_type="text/event-stream")
