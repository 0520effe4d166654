"""A server that follows the given document to the letter and does nothing more.

It says the same to everybody, knows no member that the document does not name, streams where `stream` says so, and
refuses in a word: the document describes no body of a refusal. It owes nothing to the mock.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable
from itertools import count
from typing import Any

from jsonschema import Draft202012Validator
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

TOKEN = "a-token-of-the-terse-server"
MODELS = ("@cf/openai/gpt-oss-120b", "@cf/baai/bge-base-en-v1.5")
"""One of each kind that it has; it has no list of them."""
_CREATED = 1_790_000_000
_WORDS = (
    "Rain falls on quiet hills while lamps burn low and trains pass through towns that nobody knows by name.".split()
)
_TEXT_MODELS = ("@cf/openai/gpt-oss-120b", "@cf/meta/llama-3.3-70b-instruct-fp8-fast")
_DIMENSIONS = {"@cf/baai/bge-small-en-v1.5": 384, "@cf/baai/bge-base-en-v1.5": 768}

Body = dict[str, Any]
Reply = Callable[[Body, str], Response]


def create_app(document: dict[str, Any]) -> Starlette:
    """Return the server of a document as plain data."""
    numbers = count(1)

    def head(kind: str, body: Body) -> Body:
        return {"id": f"id{next(numbers):08d}", "object": kind, "created": _CREATED, "model": body["model"]}

    def chat(body: Body, model: str) -> Response:
        words, reason = _said(body)
        if body.get("stream"):
            chunk = head("chat.completion.chunk", body)
            deltas = [{"role": "assistant", "content": ""}, *({"content": word} for word in words), {}]
            return _stream(_choices(chunk, [{"delta": delta} for delta in deltas], reason))
        choice = {"message": {"role": "assistant", "content": "".join(words)}}
        return JSONResponse(
            {**_choices(head("chat.completion", body), [choice], reason)[0], "usage": _used(body, words)}
        )

    def complete(body: Body, model: str) -> Response:
        words, reason = _said(body)
        if body.get("stream"):
            pieces = [{"text": word} for word in (*words, "")]
            return _stream(_choices(head("text_completion", body), pieces, reason))
        whole = _choices(head("text_completion", body), [{"text": "".join(words)}], reason)[0]
        return JSONResponse({**whole, "usage": _used(body, words)})

    def embed(body: Body, model: str) -> Response:
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        data = [
            {"object": "embedding", "index": index, "embedding": _vector(text, _DIMENSIONS[model])}
            for index, text in enumerate(texts)
        ]
        used = sum(len(text.split()) for text in texts)
        usage = {"prompt_tokens": used, "total_tokens": used}
        return JSONResponse({"object": "list", "data": data, "model": model, "usage": usage})

    def respond(body: Body, model: str) -> Response:
        number = next(numbers)
        part = {"type": "output_text", "text": " ".join(_WORDS), "annotations": []}
        message = {"id": f"msg_{number}", "type": "message", "role": "assistant", "status": "completed"}
        used = _used(body, _WORDS)
        return JSONResponse(
            {
                "id": f"resp_{number}",
                "object": "response",
                "created_at": _CREATED,
                "status": "completed",
                "model": model,
                "output": [{**message, "content": [part]}],
                "usage": {
                    "input_tokens": used["prompt_tokens"],
                    "output_tokens": used["completion_tokens"],
                    "total_tokens": used["total_tokens"],
                },
            }
        )

    def run(body: Body, model: str) -> Response:
        words, _ = _said(body)
        if body.get("stream"):
            return _stream([*({"response": word} for word in words), {"response": "", "usage": _used(body, words)}])
        return JSONResponse({"result": {"response": "".join(words)}, "success": True, "errors": [], "messages": []})

    replies: dict[str, tuple[Reply, Any]] = {
        "/v1/chat/completions": (chat, _TEXT_MODELS),
        "/v1/completions": (complete, _TEXT_MODELS),
        "/v1/embeddings": (embed, _DIMENSIONS),
        "/v1/responses": (respond, _TEXT_MODELS),
        "/run/{model}": (run, _TEXT_MODELS),
    }
    return Starlette(routes=[_route(document, end, *reply) for end, reply in replies.items()])


def _route(document: dict[str, Any], end: str, reply: Reply, models: Any) -> Route:
    path = "/accounts/{account_id}/ai" + end
    content = document["paths"][path]["post"]["requestBody"]["content"]
    schema = {"components": document["components"], "allOf": [content["application/json"]["schema"]]}
    validator = Draft202012Validator(schema)

    async def handle(request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return PlainTextResponse("Unauthorized.", 401)
        try:
            body = json.loads(await request.body())
        except (ValueError, RecursionError):
            return PlainTextResponse("Bad request.", 400)
        if not validator.is_valid(body):
            return PlainTextResponse("Bad request.", 400)
        model = request.path_params.get("model") or body["model"]
        if model not in models:
            return PlainTextResponse("Model not found.", 404 if "model" in request.path_params else 400)
        return reply(body, model)

    return Route("/client/v4" + path.replace("{model}", "{model:path}"), handle, methods=["POST"])


def _said(body: Body) -> tuple[list[str], str]:
    """Return what is always said, as far as the limit lets it, and why it ended."""
    words = [_WORDS[0], *(f" {word}" for word in _WORDS[1:])]
    limit = body.get("max_tokens", len(words))
    return (words[: int(limit)], "length") if 0 <= limit < len(words) else (words, "stop")


def _used(body: Body, words: list[str]) -> dict[str, int]:
    """Return how many words were sent and said."""
    sent = len(json.dumps([body.get(name) for name in ("messages", "prompt", "input")]).split())
    return {"prompt_tokens": sent, "completion_tokens": len(words), "total_tokens": sent + len(words)}


def _choices(head: Body, choices: list[Body], reason: str) -> list[Body]:
    """Return one answer for each choice, the last of which says why it ended."""
    reasons = [*[None] * (len(choices) - 1), reason]
    each = zip(choices, reasons, strict=True)
    return [{**head, "choices": [{"index": 0, **choice, "finish_reason": end}]} for choice, end in each]


def _vector(text: str, dimension: int) -> list[float]:
    numbers = random.Random(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())
    return [numbers.uniform(-1, 1) for _ in range(dimension)]


def _stream(events: list[Body]) -> Response:
    async def lines() -> Any:
        for event in (*map(json.dumps, events), "[DONE]"):
            yield f"data: {event}\n\n"

    return StreamingResponse(lines(), media_type="text/event-stream")
