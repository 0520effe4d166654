"""Requests that bring out the flaws: for each operation, everything that some flaw waits for."""

from __future__ import annotations

import io
import json
import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from tests.contracts.flaws import operations as on

_LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
_GPT = "@cf/openai/gpt-oss-20b"
_BGE = "@cf/baai/bge-small-en-v1.5"
_LORA = "@cf/mistral/mistral-7b-instruct-v0.2-lora"
_TEXTS = (
    "Hi",
    "\U0001f600 \U0002070e",
    "שלום",
    "C:\\temp\\new",
    "one\ntwo",
    "née",
    "e\u0301",
    "42",
    "Is it? Yes!",
    "a" * 3000,
)


@dataclass(frozen=True)
class Provocation:
    """A request; `credential` is what follows `Bearer ` with `{token}` for the right one, or None for no header."""

    method: str
    path: str
    body: bytes = b""
    query: str = ""
    media_type: str = "application/json"
    credential: str | None = "Bearer {token}"
    headers: dict[str, str] = field(default_factory=dict)


def provocations(operation: str) -> Iterator[Provocation]:
    """Yield requests for an operation: valid ones first, then odd bodies, methods and credentials."""
    method, path = _place(operation)
    found = list(_valid(operation, method, path))
    yield from found
    if method == "POST":
        for body in (b"", b"{", b"[]", b"null", b"{}"):
            yield Provocation(method, path, body)
        if operation.startswith("run-"):
            yield Provocation(method, path.replace("/run/", "/run/", 1).replace("@cf/", "@cf%2F"), found[0].body)
            encoded = f"/run/{quote(path.removeprefix('/run/'), safe='')}"
            yield Provocation(method, encoded, found[0].body, media_type=found[0].media_type)
    for other in ("GET", "PUT", "PATCH", "DELETE", "POST", "HEAD", "OPTIONS"):
        if other != method:
            yield Provocation(other, path)
    yield Provocation("HEAD", path, query=found[0].query, credential=None)
    yield from found[:1] if method == "GET" else ()
    if operation in (on.NATIVE, on.M3, on.SMALL):
        member = "text" if "text" in _base(operation) else "prompt"
        inputs = [{**_base(operation), member: each, "external_reference": each} for each in ("a", "b")]
        for credential in ("Bearer {token}", None):
            body = json.dumps({"requests": inputs}).encode()
            yield Provocation(method, path, body, "queueRequest=true", credential=credential)
    yield Provocation(method, f"{path}/", found[0].body, found[0].query)
    if operation == on.EMBEDDINGS:
        accepts = {"accept": "application/json"}
        yield Provocation(method, path, b"\n" + found[0].body, headers=accepts)
    if operation == on.DETR:
        yield Provocation(method, path, _png(), media_type="image/png", credential=None)
    several = [each for each in found if b'["a", "b"]' in each.body or each.query]
    for each in [*found[:1], *several[:1], *(each for each in found if b'"stream": true' in each.body)][:3]:
        for credential in (
            *(None, "Bearer", "Bearer wrong", "Bearer {token}x", "Bearer x{token}", "{token}", "Basic {token}"),
            *("Bearer {half}", "Bearer {upper}", "Bearer {other}"),
        ):
            yield Provocation(method, path, each.body, each.query, each.media_type, credential)
            yield Provocation(method, path, b"{" if method == "POST" else b"", credential=credential)
            yield Provocation(method, path, b"{}" if method == "POST" else b"", credential=credential)


def _place(operation: str) -> tuple[str, str]:
    places = {
        on.CHAT: ("POST", "/v1/chat/completions"),
        on.COMPLETION: ("POST", "/v1/completions"),
        on.EMBEDDINGS: ("POST", "/v1/embeddings"),
        on.RESPONSES: ("POST", "/v1/responses"),
        on.GENERIC: ("POST", "/run"),
        on.MODELS: ("GET", "/models/search"),
        on.SCHEMA: ("GET", "/models/schema"),
        on.TASKS: ("GET", "/tasks/search"),
        on.AUTHORS: ("GET", "/authors/search"),
        on.FINETUNES: ("GET", "/finetunes"),
        on.FINETUNE: ("POST", "/finetunes"),
        on.PUBLIC: ("GET", "/finetunes/public"),
        on.MARKDOWN: ("POST", "/tomarkdown"),
        on.FORMATS: ("GET", "/tomarkdown/supported"),
    }
    return places.get(operation) or ("POST", _paths()[operation])


def _paths() -> dict[str, str]:
    from mockserver import Mock

    return {each.id: each.path.partition("/ai")[2] for each in Mock().document.operations.values()}


def _valid(operation: str, method: str, path: str) -> Iterator[Provocation]:
    if operation == on.MARKDOWN:
        form = "multipart/form-data; boundary=b"
        yield Provocation(method, path, _part("a.html", b"<h1>Hi</h1>") + b"--b--\r\n", media_type=form)
        several = _part("a.csv", b"a,b\n1,2\n") + _part("b.csv", b"c,d\n3,4\n")
        yield Provocation(method, path, several + b"--b--\r\n", media_type=form)
        return
    if method == "GET":
        for query in _queries(operation):
            yield Provocation(method, path, query=query)
        return
    for body in _bodies(operation):
        yield Provocation(method, path, json.dumps(body).encode())
        if operation in (on.CHAT, on.COMPLETION, on.RESPONSES, on.NATIVE, on.GPT):
            yield Provocation(method, path, json.dumps({**body, "stream": True}).encode())
            usage = {"stream": True, "stream_options": {"include_usage": True}}
            if operation != on.RESPONSES:
                yield Provocation(method, path, json.dumps({**body, **usage}).encode())
    if operation == on.NOVA:
        yield Provocation(method, path, _wav(), media_type="audio/wav")


def _part(name: str, content: bytes) -> bytes:
    kind = name.rpartition(".")[2]
    head = (
        f'--b\r\ncontent-disposition: form-data; name="files"; filename="{name}"\r\ncontent-type: text/{kind}\r\n\r\n'
    )
    return head.encode() + content + b"\r\n"


def _queries(operation: str) -> Iterator[str]:
    if operation == on.SCHEMA:
        yield f"model={_LLAMA}"
    yield ""
    if operation == on.MODELS:
        yield from (
            "page=2&per_page=5",
            "per_page=2",
            "per_page=0",
            "page=0",
            "task=Text%20Embeddings",
            "search=bge",
            "search=%25",
            "source=2",
        )


def _bodies(operation: str) -> Iterator[dict[str, Any]]:
    base = _base(operation)
    for member in ("messages", "prompt", "text", "input", "query"):
        if isinstance(base.get(member), str):
            yield from ({**base, member: text} for text in (*_TEXTS, ""))
    yield base
    for changes in _changes(operation):
        yield {name: value for name, value in {**base, **changes}.items() if value is not ...}


def _base(operation: str) -> dict[str, Any]:
    texts = _TEXTS[:1]
    bases: dict[str, dict[str, Any]] = {
        on.CHAT: {"model": _LLAMA, "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 12},
        on.COMPLETION: {"model": _LLAMA, "prompt": "Hi", "max_tokens": 12},
        on.RESPONSES: {"model": _GPT, "input": "Hi", "max_output_tokens": 60},
        on.EMBEDDINGS: {"model": _BGE, "input": "Hi"},
        on.GENERIC: {"model": _LLAMA, "input": {"prompt": "Hi"}},
        on.FINETUNE: {"model": _LORA, "name": "mine"},
        on.NATIVE: {"prompt": "Hi", "max_tokens": 12},
        on.GPT: {"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 12},
        on.RERANK: {"query": "q", "contexts": [{"text": text} for text in ("a", "b", *texts)]},
        on.M2M: {"text": "Hi", "target_lang": "fr"},
        on.INDIC: {"text": "Hi", "target_language": "hin_Deva"},
        on.FLUX: {"prompt": "a cat"},
        on.DREAM: {"prompt": "a cat"},
        on.IMAGE_TO_IMAGE: {"prompt": "a cat"},
        on.AURA: {"text": "Hi"},
        on.MELO: {"prompt": "Hi"},
        on.CLEF: {
            "model": "clef",
            "state": "x",
            "questions": {
                "a": {"type": "noul", "instructions": "?"},
                "b": {"type": "choice", "instructions": "?", "criteria": {"x": "1", "y": "2"}},
            },
        },
    }
    if operation in bases:
        return bases[operation]
    if operation in (on.RESNET, on.DETR):
        return {"image": list(_png())}
    if operation in (on.WHISPER, on.NOVA):
        return {"audio": list(_wav())}
    if operation in (on.TURBO, on.TURN):
        import base64

        return {"audio": base64.b64encode(_wav()).decode()}
    return {"text": "Hi"}


def _changes(operation: str) -> Iterator[dict[str, Any]]:
    """What to change in the small valid body; `...` takes a member away."""
    if operation in (on.CHAT, on.GPT):
        for text in _TEXTS:
            yield {"messages": [{"role": "user", "content": text}]}
        yield from ({"messages": messages} for messages in _conversations())
    if operation in (on.CHAT, on.COMPLETION, on.RESPONSES, on.NATIVE, on.GPT):
        yield from _sampling()
        yield from _tools(flat=operation == on.RESPONSES)
    if operation in (on.EMBEDDINGS, on.SMALL, on.M3, on.INDIC):
        member = "input" if operation == on.EMBEDDINGS else "text"
        lists = (["a", "b"], ["a", "b", "c", "d"], ["a", "b", "a"], ["a"] * 100, ["a"] * 101, 17, None, ...)
        yield from ({member: each} for each in lists)
        yield from ({"encoding_format": each} for each in ("float", "base64", "hex"))
        yield from ({"pooling": "cls"}, {"model": ...}, {"model": "gpt-4"}, {"target_language": "klingon"})
    if operation in (on.CHAT, on.COMPLETION):
        yield from ({"messages": [{"content": "Hi"}]}, {"n": 4}, {"stop": ["\u2603", "e"]}, {"echo": True})
    if operation == on.COMPLETION:
        yield {"echo": True, "logprobs": 1}
        yield {"prompt": ["a", "b"]}
    if operation == on.RERANK:
        yield from ({"top_k": each} for each in (1, 2, 0))
        yield from ({"contexts": [{"text": "a"}, {"text": text}, {"text": "c"}]} for text in _TEXTS)
    if operation == on.RESPONSES:
        items = [{"role": "user", "content": "Hi"}]
        yield {"reasoning": {"effort": "medium"}}
        yield from ({"input": items}, {"input": ...}, {"instructions": "Be brief."}, {"instructions": None})
        schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
        yield {"text": {"format": {"type": "json_schema", "name": "a", "schema": schema}}}
        yield from ({"max_output_tokens": each} for each in (1, 16, ...))
    if operation in (on.FLUX, on.DREAM, on.MELO):
        changes = ({"steps": 8}, {"steps": 9}, {"steps": 1}, {"size": 1}, {"width": 2048}, {"height": 99}, {"seed": 1})
        yield from changes
    if operation == on.M3:
        yield {"text": ..., "query": "q", "contexts": [{"text": "a"}, {"text": "b"}]}
    if operation == on.CLEF:
        yield {"questions": {"a": {"type": "none", "instructions": "?"}}}
    if operation == on.AURA:
        yield from ({"encoding": each} for each in ("flac", "opus"))
        yield {"encoding": "linear16", "container": "none", "sample_rate": 8000}
    if operation == on.CHAT:
        yield {"tools": _tools_of(12), "parallel_tool_calls": True}
        yield {"response_format": _defined_schema()}
        yield {"messages": [{"role": "user", "content": "In Z\u00fcrich?"}], "tools": _tools_of(1), "max_tokens": 100}
        yield {"stop": []}
        yield from ({"store": True}, {"reasoning_effort": "high"}, {"logit_bias": {"11": -1}})
        yield {"response_format": {"type": "json_object"}}
        yield {}
    if operation == on.TURBO:
        yield {"vad_filter": True}
    if operation == on.IMAGE_TO_IMAGE:
        yield {"mask": list(_png())}
    if operation == on.QWEN:
        yield {"text": ..., "documents": ["a", "b"]}
    yield from ({"target_lang": ...}, {"source_lang": None}, {"speaker": "nobody"}, {"questions": {}})
    yield from ({"negative_prompt": "a dog"}, {"description": "Mine."}, {"repetition_penalty": 1.5})
    yield from ({"name": ...}, {"public": True}, {"model": ...}, {"extra": 1})


def _conversations() -> Iterator[list[dict[str, Any]]]:
    user, system = {"role": "user", "content": "Hi"}, {"role": "system", "content": "Be brief."}
    call = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
    said = {"role": "assistant", "content": None, "tool_calls": [call]}
    yield [system, user, {"role": "assistant", "content": "Yes?"}, user]
    yield [{"role": "system", "content": ""}, user]
    yield [system, system, user]
    yield [user, said, {"role": "tool", "tool_call_id": "call_1", "content": [{"type": "text", "text": "sunny"}]}]
    yield [{"role": "developer", "content": "Be brief."}, user]
    yield [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]
    yield [user, said, {"role": "tool", "tool_call_id": "call_1", "content": "sunny"}]


def _sampling() -> Iterator[dict[str, Any]]:
    values: dict[str, tuple[Any, ...]] = {
        "temperature": (0, 1, 2, 5, 99),
        "top_p": (0, 1, 9),
        "top_k": (0, 99),
        "n": (1, 2, 3, 200),
        "max_tokens": (None, "8", 1, ...),
        "max_completion_tokens": (1,),
        "frequency_penalty": (0, 9),
        "presence_penalty": (-2, 0),
        "repetition_penalty": (9,),
        "logprobs": (False,),
        "top_logprobs": (30,),
        "stop": ("e", ["e"], None),
        "seed": (1, 9999999999),
        "user": ("somebody",),
        "metadata": ({"a": "b"},),
        "stream": (False, "true", 1),
        "messages": (...,),
        "response_format": ({"type": "json_object"}, _named_schema()),
    }
    for name, each in values.items():
        yield from ({name: value} for value in each)
    yield from ({"logprobs": True, "top_logprobs": 1}, {"model": "gpt-4"})
    yield {"messages": [{"role": "user", "content": "Hi"}], "prompt": ...}


def _named_schema() -> dict[str, Any]:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
    return {"type": "json_schema", "json_schema": {"name": "a", "schema": schema, **schema}}


def _tools_of(number: int) -> list[dict[str, Any]]:
    """So many tools, whose parameters refer to definitions."""
    city = {"properties": {"city": {"$ref": "#/$defs/city"}}, "required": ["city"]}
    parameters = {"type": "object", **city, "$defs": {"city": {"type": "string"}}}
    return [{"type": "function", "function": {"name": f"f{each}", "parameters": parameters}} for each in range(number)]


def _defined_schema() -> dict[str, Any]:
    schema = {"type": "object", "properties": {"a": {"$ref": "#/$defs/a"}}, "$defs": {"a": {"type": "integer"}}}
    return {"type": "json_schema", "json_schema": {"name": "a", "schema": schema}}


def _tools(*, flat: bool) -> Iterator[dict[str, Any]]:
    parameters = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    functions = [{"name": name, "parameters": parameters} for name in ("get_weather", "get_time")]
    tools = [{"type": "function", **(each if flat else {"function": each})} for each in functions]
    forced = {"type": "function", **({"name": "get_weather"} if flat else {"function": {"name": "get_weather"}})}
    room = {"max_output_tokens": 300} if flat else {"max_tokens": 100}
    yield {"tools": tools[:1], **room}
    yield {"tools": tools, **room}
    for choice in ("auto", "none", "required", forced):
        yield {"tools": tools, "tool_choice": choice, **room}
    yield {"tools": tools, "parallel_tool_calls": False, **room}
    seat = {"type": "object", "properties": {"row": {"type": "integer"}}, "required": ["row"]}
    trip = {"type": "object", "properties": {"days": {"type": "integer"}, "seat": seat}, "required": ["days", "seat"]}
    nested = {"name": "book_trip", "parameters": trip}
    yield {"tools": [{"type": "function", **(nested if flat else {"function": nested})}], "n": 2, **room}


def _png() -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.radial_gradient("L").resize((32, 32)).convert("RGB").save(file, "PNG")
    return file.getvalue()


def _wav() -> bytes:
    sound = random.Random(0).randbytes(32000)
    riff = struct.pack("<4sI4s", b"RIFF", 36 + len(sound), b"WAVE")
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 16000, 32000, 2, 16)
    return riff + form + struct.pack("<4sI", b"data", len(sound)) + sound
