"""A generator of hostile requests: sensible ones, spoilt. The same seed makes the same requests."""

from __future__ import annotations

import json
import random
import re
from copy import deepcopy
from typing import Any

from mockserver.engine.values import HttpRequest

ACCOUNT = "0123456789abcdef0123456789abcdef"
AI = f"/client/v4/accounts/{ACCOUNT}/ai"
TEXT_MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"

# what is sensible, before it is spoilt -----------------------------------------------------------------------------

TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Weather of a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
TURNS = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is the weather in Rome?"}]
SENSIBLE: list[tuple[str, dict[str, Any]]] = [
    (
        "/v1/chat/completions",
        {
            "model": TEXT_MODEL,
            "messages": TURNS,
            "max_tokens": 20,
            "temperature": 0.5,
            "stop": ["."],
            "stream": False,
            "n": 1,
            "seed": 3,
            "stream_options": {"include_usage": True},
        },
    ),
    ("/v1/chat/completions", {"model": TEXT_MODEL, "messages": TURNS, "tools": [TOOL], "tool_choice": "auto"}),
    (
        "/v1/chat/completions",
        {
            "model": "@cf/qwen/qwen3-30b-a3b-fp8",
            "messages": [{"role": "user", "content": [{"type": "text", "text": "Rome?"}]}],
            "response_format": {
                "type": "json_schema",
                "json_schema": {
                    "name": "city",
                    "schema": {
                        "type": "object",
                        "properties": {
                            "city": {"type": "string", "pattern": "^[A-Z][a-z]+$"},
                            "size": {"type": "integer"},
                        },
                        "required": ["city"],
                    },
                },
            },
        },
    ),
    ("/v1/completions", {"model": TEXT_MODEL, "prompt": "The fox", "max_tokens": 8, "stream": True, "echo": True}),
    ("/v1/embeddings", {"model": "@cf/baai/bge-small-en-v1.5", "input": ["red", "blue"], "encoding_format": "float"}),
    (
        "/v1/responses",
        {
            "model": "@cf/openai/gpt-oss-120b",
            "input": [{"role": "user", "content": "Hi"}],
            "text": {"format": {"type": "json_object"}},
            "max_output_tokens": 30,
        },
    ),
    (f"/run/{TEXT_MODEL}", {"messages": TURNS, "max_tokens": 12, "tools": [TOOL["function"]]}),
    (f"/run/{TEXT_MODEL}", {"prompt": "A fox", "stream": True, "max_tokens": 5}),
    ("/run/@cf/qwen/qwen3-30b-a3b-fp8", {"messages": TURNS, "stream": False, "max_completion_tokens": 9}),
    ("/run/@cf/baai/bge-small-en-v1.5", {"text": ["red", "blue"], "pooling": "cls"}),
    (
        "/run/@cf/baai/bge-reranker-base",
        {"query": "fox", "contexts": [{"text": "a fox"}, {"text": "soup"}], "top_k": 1},
    ),
    ("/run/@cf/meta/m2m100-1.2b", {"text": "Good morning", "source_lang": "en", "target_lang": "pt"}),
    ("/run/@cf/microsoft/resnet-50", {"image": [137, 80, 78, 71]}),
    ("/run/@cf/openai/whisper", {"audio": [82, 73, 70, 70]}),
    ("/run/@cf/huggingface/distilbert-sst-2-int8", {"text": "What a day"}),
]

# the generator of what is not --------------------------------------------------------------------------------------

ODD_VALUES: list[Any] = [
    None, True, False, 0, -0.0, -1, 1.5, 10**18, 2**63, 2**64, -(2**70), 10**400, 1e308, 5e-324, float("nan"),
    float("inf"), float("-inf"), "", " ", "x", "\x00", "\u202e", "\ud800", "\udfff\ud800", "😀", "\U0010ffff",
    "%s%n{0}", "../../etc/passwd", "NaN", "true", "a" * 5000, "{" * 300, "[DONE]", "\r\n\r\ndata: x\r\n\r\n", [],
    [[]], [None], {}, {"": ""}, {"$ref": "#"},
    {"type": "object", "$ref": "#/$defs/x", "$defs": {"x": {"$ref": "#/$defs/x"}}}, {"type": 3},
    {"pattern": "(a+)+$"}, {"enum": []}, {"minLength": 10**9}, {"minItems": 10**9, "type": "array"}, [{}] * 50,
    [1, "1", None], {"__proto__": {"x": 1}}, {"type": "function", "function": None}, "any", "@cf/",
    "@cf/baai/bge-m3", {"type": "json_schema"},
]  # fmt: skip
LITERALS = [
    b"NaN", b"-Infinity", b"1e999", b"1" * 5000, b"-0", b"01", b"+1", b".5", b'"\\ud800"', b'"\\u00"', b'"\\x41"',
    b"'x'", b'"\n"', b'"\x00"', b'"\xff\xfe"', b"nul", b"True", b"undefined", b"/*c*/1", b"[1,]", b"{,}",
    b"[" * 10000 + b"]" * 10000, b'{"a":' * 2000 + b"1" + b"}" * 2000, b"[" * 10000,
]  # fmt: skip
WRAPPERS = [
    "application/json", "application/json; charset=utf-16", "text/plain", "", "multipart/form-data",
    "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "image/png", "audio/*", "*/*",
    "application/octet-stream", "application/json;;;=", "APPLICATION/JSON", "\xe9/\xff", ";", "json", "a" * 3000,
]  # fmt: skip
METHODS = [
    "GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "CONNECT", "post", "PROPFIND", "\xe9", "",
    "A" * 999,
]  # fmt: skip
PATHS = [
    "", "/", "//", "///", "/.", "/..", "/../../etc/passwd", "/%2e%2e/%2e%2e/", "/client/v4", "/client/v4/",
    "/client/v4//accounts", "/client/v4/accounts", f"{AI}", f"{AI}/", f"{AI}/run", f"{AI}/run/", f"{AI}/run//",
    f"{AI}/run/%00", f"{AI}/run/%FF%FE", f"{AI}/run/@cf", f"{AI}/run/@cf/meta", f"{AI}/run/@cf/meta/",
    f"{AI}/run/@cf/meta/../meta/x", f"{AI}/run/@cf%2Fmeta%2Fx%00y",
    f"{AI}/run/%40cf%2fmeta%2fllama-3.3-70b-instruct-fp8-fast", f"{AI}/run/@cf/meta/{'x' * 3000}",
    f"{AI}/run/@cf//x", f"{AI}/run/@CF/META/X", f"{AI}/run/{TEXT_MODEL}/", f"{AI}/run/{TEXT_MODEL}//",
    f"{AI}/run/{TEXT_MODEL}%20", f"{AI}/run/{TEXT_MODEL};v=1", f"{AI}//v1//chat/completions",
    f"{AI}/v1/chat/completions/", f"{AI}/v1/chat%2Fcompletions", f"{AI}/v1/%63hat/completions",
    f"{AI}/v1/../v1/completions", f"{AI}/v1/models", "/client/v4/accounts//ai/v1/embeddings",
    "/client/v4/accounts/%2F/ai/v1/embeddings", "/client/v4/accounts/\xff\xe9/ai/v1/embeddings",
    "/client/v4/accounts/x%0d%0aSet-Cookie:%20a=b/ai/v1/embeddings",
    "/client/v4/accounts/{account_id}/ai/v1/embeddings", "/%", "/%%", "/%zz", "/%u0041", "/" + "a" * 20000,
    "/" + "/a" * 3000, "/" + "%2F" * 3000, "*", "http://127.0.0.1/x", "/?", "/#", "/\u4e2d\u6587",
    "/client/v4/_mockflare/health",
]  # fmt: skip
HEADERS = [
    ("prefer", [
        "code=200", "code=", "code=999", "code=-1", "code=1e3", "code=" + "9" * 5000, "code=\xb2",
        "code=404, code=200", "example=\xff\xe9", 'example="', "example=" + "x" * 5000, 'code="400"; example="a\\"b',
        "dynamic=true", "dynamic", "=", ",,,;;;", "code=204", "code=500x", "wait=10, respond-async",
        "code = 401 , example = x", "\x01", '"' * 500,
    ]),
    ("authorization", [
        "", "Bearer", "Bearer ", "bearer mockflare-token", "Basic Og==", "Bearer \xff\xfe", "Bearer " + "x" * 9000,
        "\xe9 x", "Token a b c",
    ]),
    ("accept", [
        "", "*/*;q=nan", "text/event-stream;q=9", "image/png", "\xff", "a/b," * 900, "application/json;q=0",
    ]),
    ("content-length", [
        "-1", "x", "99999999999999999999",
    ]),
    ("content-encoding", [
        "gzip", "br", "\xff",
    ]),
    ("x-auth-key", [
        "", "\xff", "mockflare-token",
    ]),
    ("cf-aig-gateway-id", [
        "", "x/../y", "\xff",
    ]),
    ("host", [
        "", "evil.example", "\xff", "[::1",
    ]),
    ("cookie", [
        "=;=;\xff", "a" * 4000,
    ]),
    ("", [
        "nameless",
    ]),
    ("x-\xff", [
        "\x00\r\n",
    ]),
]  # fmt: skip
QUERIES = [
    "", "&&&", "=", "a=%", "stream=true", "queueRequest=true", "%00=%FF", "a=" + "b" * 9000, "a[]=1&a[]=2",
    "\xff=\xe9", "&".join(["q=1"] * 900), "token=secret&key=%zz", "+", "?", "model=" + TEXT_MODEL,
    "queueRequest=\xff", "returnRawResponse=1", "callback=alert(1)",
]  # fmt: skip


def places(value: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """List (container, key) of everything in a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in items:
        found.append((value, key))
        if isinstance(each, dict | list):
            places(each, found)
    return found


def spoilt_value(body: dict[str, Any], dice: random.Random) -> bytes:
    """A body with one to three values replaced, removed or added."""
    body = json.loads(json.dumps(body))
    for _ in range(dice.choice((1, 1, 2, 3))):
        container, key = dice.choice(places(body, []) or [(body, None)])
        draw = dice.random()
        odd = deepcopy(dice.choice(ODD_VALUES))
        if key is None:
            container["model"] = odd
        elif draw < 0.65:
            container[key] = odd
        elif draw < 0.75:
            del container[key]
        elif draw < 0.85 and isinstance(container, dict):
            container[dice.choice(["", "\x00", "tools", "stop", "n", "stream", "messages", "a" * 900])] = odd
        else:
            container[key] = [container[key]]
    return json.dumps(body).encode()


def spoilt_text(body: dict[str, Any], dice: random.Random) -> bytes:
    """A body whose JSON text is damaged."""
    text = json.dumps(body, ensure_ascii=dice.random() < 0.5).encode("utf-8", "surrogatepass")
    draw = dice.randrange(11)
    if draw == 0:
        return text[: dice.randrange(len(text))]
    if draw == 1:
        return b"\xef\xbb\xbf" + text
    if draw == 2:
        return text.decode("utf-8", "replace").encode(
            dice.choice(("utf-16", "utf-16-le", "utf-32", "cp500")), "replace"
        )
    if draw == 3:
        at = dice.randrange(len(text))
        return text[:at] + bytes([dice.randrange(256)]) + text[at + 1 :]
    if draw == 4:
        return text + dice.choice((b"x", b"\x00", text, b",", b"}", b"\n\n"))
    if draw == 5:
        return b"{" + text[1:-1] + b"," + text[1:-1] + b',"model":3,"messages":"again"}'
    if draw == 6:
        return dice.randbytes(dice.randrange(1, 300))
    if draw == 7:
        return dice.choice(LITERALS)
    if draw == 8:  # one value as a literal that is no JSON, or hardly
        found = re.search(rb'(?<=: )("[^"]*"|\d+|true|false)', text[dice.randrange(len(text)) :]) or re.search(
            rb'"[^"]*"', text
        )
        assert found
        return text.replace(found[0], dice.choice(LITERALS), 1)
    if draw == 9:
        return dice.choice((b"", b" ", b"\n", b"null", b"[]", b"0", b'""', b"{}", b"\x00", b"--x\r\n\r\n--x--"))
    return text.replace(b" ", dice.choice((b"\t\r\n", b"\x0b", b"\xc2\xa0", b"\x00")))


def hostile(dice: random.Random) -> HttpRequest:
    """One hostile request; nine in ten carry good credentials, so that more than the door is tried."""
    place, body = dice.choice(SENSIBLE)
    method, path, query, media_type = "POST", AI + place, "", "application/json"
    headers = [("authorization", "Bearer mockflare-token")]
    payload = json.dumps(body).encode()
    draw = dice.random()
    if draw < 0.5:
        payload = spoilt_value(body, dice)
    elif draw < 0.7:
        payload = spoilt_text(body, dice)
    elif draw < 0.702:
        container, key = dice.choice(places(body := json.loads(payload), []))
        container[key] = dice.choice(("x", "é", "😀", "\\", "word ")) * 150_000
        payload = json.dumps(body, ensure_ascii=False).encode()
    if dice.random() < 0.08:
        media_type = dice.choice(WRAPPERS)
    if dice.random() < 0.05:
        method = dice.choice(METHODS)
    if dice.random() < 0.08:
        path = dice.choice(PATHS)
    if dice.random() < 0.12:
        name, values = dice.choice(HEADERS)
        headers = [header for header in headers if header[0] != name or dice.random() < 0.5]
        headers.append((name, dice.choice(values)))
    if dice.random() < 0.05:
        query = dice.choice(QUERIES)
    headers.append(("content-type", media_type))
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return HttpRequest(method, path, query=query, headers=encoded, body=payload)


def told(request: HttpRequest) -> str:
    headers = [(name, value[:80]) for name, value in request.headers]
    return f"{request.method[:20]} {request.path[:200]!r}?{request.query[:80]} {headers} {request.body[:1500]!r}"
