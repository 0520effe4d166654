"""What clients send: Hypothesis strategies for bodies that are valid, and as odd as valid bodies come."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

Strategy = SearchStrategy[Any]

TEXT_MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
CHAT_MODEL = "@cf/qwen/qwen3-30b-a3b-fp8"
RESPONSES_MODEL = "@cf/openai/gpt-oss-120b"
EMBEDDING_MODEL = "@cf/baai/bge-small-en-v1.5"

# building blocks --------------------------------------------------------------------------------------------------

ODD_TEXTS = (
    "",
    " ",
    "\n\n\t",
    "Hello, world!",
    "What is the weather in Lisbon on 2026-11-24?",
    "Write a detailed essay of 300 words about \"tea\" and 'coffee'.",
    "\\ \\\\ \\n \\u0041 \"quoted\" 'single' `back` </script> &amp; %s %(x)s {0} {} ${x} #{y}",
    "שלום עולם \u202eevil\u202c مرحبا بالعالم",
    "日本語のテキスト 中文文本 한국어",
    "👩‍👩‍👧‍👦 🏳️‍🌈 e\u0301 \U0001f600\U0010ffff\U000e0041 \U00020000",
    "\x00\x01\x1b[31m\x7f\x85\u2028\u2029\ufeff\ufffe\uffff",
    "data: [DONE]\n\nevent: x\r\ndata: {}\r\r",
    "a" * 3000,
    "word " * 800,
    "0 1 -1 3.14 1e999 -0.0 NaN Infinity null true 12345678901234567890",
    '{"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}',
)

texts: Strategy = st.one_of(st.sampled_from(ODD_TEXTS), st.text(max_size=60))
some_text: Strategy = texts.filter(bool)
names: Strategy = st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_-]{0,20}", fullmatch=True)

scalars: Strategy = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.sampled_from([0, -1, 2**31, 2**53 + 1, 2**63, 2**64, 10**30]),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
)
anything: Strategy = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=8,
)
unknown_members: Strategy = st.dictionaries(names.map(lambda name: f"x_{name}"), anything, max_size=3)

limits: Strategy = st.sampled_from([0, 1, 2, 5, 16, 100, 256, 257, 4096, 16_000, -1])  # what fits is answered
counts: Strategy = st.sampled_from([1, 1, 1, 2, 3])
flags: Strategy = st.one_of(st.none(), st.booleans())
stops: Strategy = st.one_of(
    st.none(),
    st.sampled_from(["", ".", " the", "\n", "e"]),
    st.lists(st.sampled_from(["", ".", "about", "zzz", " ", "a"]), max_size=5),
    texts,
)
any_integers: Strategy = st.one_of(st.none(), st.integers(-(2**63), 2**64 - 1), st.sampled_from([0, 1, 42]))


def numbers(low: float, high: float) -> Strategy:
    """Numbers of a range, its ends and null included."""
    return st.one_of(st.none(), st.sampled_from([low, high, int(low)]), st.floats(low, high, allow_nan=False))


def members(required: dict[str, Strategy], optional: dict[str, Strategy], *, unknown: bool = True) -> Strategy:
    """Objects with all required and some optional members, in any order, beside members that nobody knows."""
    known = st.fixed_dictionaries(required, optional=optional)
    if not unknown:
        return known
    return st.one_of(known, st.tuples(unknown_members, known).map(lambda pair: {**pair[0], **pair[1]}))


# schemas of callers -----------------------------------------------------------------------------------------------

PATTERNS = (
    r"^[A-Z]{2}-\d{4}$",
    r"^(red|green|blue)$",
    r"^\d{3}-\d{2}-\d{4}$",
    r"^[a-z]+(-[a-z]+)*$",
    r"^#[0-9a-fA-F]{6}$",
    r"[0-9]",
    r"^\+?[1-9]\d{1,14}$",
    r"^(?:https?)://[a-z.]+/$",
    r"^.{3,5}$",
    r"^v\d+\.\d+\.\d+$",
)
FORMATS = (
    "date", "date-time", "time", "email", "uuid", "ipv4", "ipv6", "uri", "hostname", "duration", "regex",
)  # fmt: skip


def _ranged(low: str, high: str, pairs: Strategy) -> Strategy:
    return pairs.map(lambda pair: {low: min(pair), high: max(pair)})


_string_schemas: Strategy = st.one_of(
    st.just({"type": "string"}),
    _ranged("minLength", "maxLength", st.tuples(st.integers(0, 30), st.integers(0, 30))).map(
        lambda bounds: {"type": "string", **bounds}
    ),
    st.sampled_from(PATTERNS).map(lambda pattern: {"type": "string", "pattern": pattern}),
    st.sampled_from(FORMATS).map(lambda name: {"type": "string", "format": name}),
    st.lists(texts, min_size=1, max_size=4, unique=True).map(lambda words: {"type": "string", "enum": words}),
    texts.map(lambda word: {"const": word}),
    st.just({"type": "string", "minLength": 3, "pattern": "^[a-f]+$", "maxLength": 4}),
)
_number_schemas: Strategy = st.one_of(
    st.sampled_from([{"type": "integer"}, {"type": "number"}]),
    _ranged("minimum", "maximum", st.tuples(st.integers(-1000, 1000), st.integers(-1000, 1000))).map(
        lambda bounds: {"type": "integer", **bounds}
    ),
    _ranged("minimum", "maximum", st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))).map(
        lambda bounds: {"type": "number", **bounds}
    ),
    st.integers(1, 12).map(lambda step: {"type": "integer", "minimum": 1, "maximum": 100, "multipleOf": step}),
    st.just({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}),
    st.lists(st.integers(), min_size=1, max_size=4, unique=True).map(lambda choice: {"enum": choice}),
)
_leaf_schemas: Strategy = st.one_of(
    _string_schemas,
    _number_schemas,
    st.sampled_from([{"type": "boolean"}, {"type": "null"}, {}, True, {"type": ["string", "null"]}, {"const": None}]),
)


def _arrays_of(inner: Strategy) -> Strategy:
    sized = _ranged("minItems", "maxItems", st.tuples(st.integers(0, 5), st.integers(0, 5)))
    return st.one_of(
        inner.map(lambda items: {"type": "array", "items": items}),
        st.tuples(inner, sized).map(lambda pair: {"type": "array", "items": pair[0], **pair[1]}),
        st.lists(inner, min_size=1, max_size=3).map(
            lambda places: {"type": "array", "prefixItems": places, "items": False, "minItems": len(places)}
        ),
        st.just({"type": "array", "items": {"type": "integer"}, "uniqueItems": True, "minItems": 3}),
        st.just({"type": "array", "contains": {"const": "x"}, "items": {"type": "string"}}),
    )


@st.composite
def _objects_of(draw: Any, inner: Strategy) -> dict[str, Any]:
    properties = draw(st.dictionaries(st.one_of(names, some_text), inner, max_size=4))
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    required = draw(st.lists(st.sampled_from(sorted(properties)), unique=True)) if properties else []
    if required:
        schema["required"] = required
    more = draw(st.sampled_from([None, None, False, {"type": "integer"}]))
    if more is not None:
        schema["additionalProperties"] = more
    return schema


value_schemas: Strategy = st.recursive(
    _leaf_schemas,
    lambda inner: st.one_of(
        _arrays_of(inner),
        _objects_of(inner),
        st.lists(inner, min_size=1, max_size=3).map(lambda branches: {"anyOf": branches}),
        inner.map(lambda schema: {"allOf": [schema], "description": "as it says"}),
    ),
    max_leaves=6,
)

TREE = {
    "type": "object",
    "properties": {"root": {"$ref": "#/$defs/node"}},
    "required": ["root"],
    "$defs": {
        "node": {
            "type": "object",
            "properties": {
                "label": {"type": "string", "minLength": 1},
                "children": {"type": "array", "items": {"$ref": "#/$defs/node"}, "maxItems": 3},
            },
            "required": ["label", "children"],
            "additionalProperties": False,
        }
    },
}


@st.composite
def object_schemas(draw: Any) -> dict[str, Any]:
    """Schemas of objects, as callers give them for tools and structured answers; something satisfies each."""
    schema: dict[str, Any] = draw(_objects_of(value_schemas))
    if draw(st.booleans()):
        schema["$defs"] = {"part": draw(value_schemas), "list": {"type": "array", "items": {"$ref": "#/$defs/part"}}}
        schema["properties"] = {
            **schema["properties"],
            "part": {"$ref": "#/$defs/part"},
            "parts": {"anyOf": [{"$ref": "#/$defs/list"}, {"type": "null"}]},
        }
        schema["required"] = sorted({*schema.get("required", ()), "part"})
    return schema


caller_schemas: Strategy = st.one_of(object_schemas(), st.just(TREE))

# tools and forms of answers ---------------------------------------------------------------------------------------

_parameters: Strategy = st.one_of(
    st.none(),
    st.just({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}),
    st.just({}),
    caller_schemas,
)
_functions: Strategy = members(
    {"name": names}, {"description": st.one_of(st.none(), texts), "parameters": _parameters, "strict": flags}
)
wrapped_tools: Strategy = st.fixed_dictionaries({"type": st.just("function"), "function": _functions})
custom_tools: Strategy = st.fixed_dictionaries(
    {"type": st.just("custom"), "custom": st.fixed_dictionaries({"name": names})}
)
flat_tools: Strategy = st.fixed_dictionaries({"name": names, "parameters": _parameters})

response_formats: Strategy = st.one_of(
    st.none(),
    st.sampled_from([{"type": "text"}, {"type": "json_object"}]),
    caller_schemas.map(
        lambda schema: {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema}}
    ),
    caller_schemas.map(lambda schema: {"type": "json_schema", "json_schema": schema}),
)
_tool_choices: Strategy = st.one_of(
    st.sampled_from(["auto", "none", "required", None]),
    names.map(lambda name: {"type": "function", "function": {"name": name}}),
    names.map(
        lambda name: {
            "type": "allowed_tools",
            "allowed_tools": {"mode": "auto", "tools": [{"type": "function", "function": {"name": name}}]},
        }
    ),
)

# conversations ----------------------------------------------------------------------------------------------------

_PIXEL = "data:image/png;base64,iVBORw0KGgo="
content_parts: Strategy = st.one_of(
    texts.map(lambda text: {"type": "text", "text": text}),
    st.sampled_from(["auto", "low", "high", None]).map(
        lambda detail: {"type": "image_url", "image_url": {"url": _PIXEL, "detail": detail}}
    ),
    st.just({"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}}),
    st.just({"type": "file", "file": {"file_id": None, "filename": "a\\b.txt"}}),
)
contents: Strategy = st.one_of(texts, st.lists(content_parts, max_size=4))
_said_calls: Strategy = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.sampled_from(["call_1", "call_2", ""]),
            "type": st.just("function"),
            "function": st.fixed_dictionaries(
                {"name": names, "arguments": st.sampled_from(["{}", '{"city": "Rome"}', "", "not json"])}
            ),
        }
    ),
    max_size=2,
)
messages: Strategy = st.one_of(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["system", "user", "user", "developer", "assistant"]), "content": contents},
        optional={"name": st.one_of(st.none(), texts)},
    ),
    st.fixed_dictionaries(
        {"role": st.just("assistant"), "content": st.one_of(st.none(), texts), "tool_calls": _said_calls}
    ),
    st.fixed_dictionaries(
        {"role": st.just("tool"), "content": contents, "tool_call_id": st.sampled_from(["call_1", "call_2", None])}
    ),
)
message_lists: Strategy = st.one_of(
    texts.map(lambda text: [{"role": "user", "content": text}]),
    st.lists(messages, min_size=1, max_size=6),
    st.just([]),
    st.just([{"role": "user", "content": "again"}] * 120),
)

_sampling = {
    "temperature": numbers(0, 2),
    "top_p": numbers(0, 1),
    "seed": any_integers,
    "frequency_penalty": numbers(-2, 2),
    "presence_penalty": numbers(-2, 2),
}
_streaming = {
    "stream": flags,
    "stream_options": st.one_of(st.none(), st.fixed_dictionaries({}, optional={"include_usage": flags})),
}
_chat_options = {
    **_sampling,
    **_streaming,
    "max_tokens": st.one_of(st.none(), limits),
    "max_completion_tokens": st.one_of(st.none(), limits.filter(lambda limit: limit > 0)),
    "n": st.one_of(st.none(), counts),
    "stop": stops,
    "logprobs": flags,
    "top_logprobs": st.one_of(st.none(), st.integers(0, 20)),
    "logit_bias": st.one_of(st.none(), st.dictionaries(names, st.floats(-100, 100), max_size=2)),
    "tools": st.one_of(st.none(), st.lists(st.one_of(wrapped_tools, custom_tools), max_size=3)),
    "tool_choice": _tool_choices,
    "parallel_tool_calls": flags,
    "response_format": response_formats,
    "reasoning_effort": st.sampled_from(["none", "low", "high", None]),
    "user": st.one_of(st.none(), texts),
    "metadata": st.one_of(st.none(), st.dictionaries(names, anything, max_size=2)),
}

chat_bodies: Strategy = members(
    {"model": st.sampled_from([TEXT_MODEL, CHAT_MODEL, RESPONSES_MODEL]), "messages": message_lists}, _chat_options
)
completion_bodies: Strategy = members(
    {
        "model": st.sampled_from([TEXT_MODEL, CHAT_MODEL]),
        "prompt": st.one_of(texts, st.lists(texts, max_size=4)),
    },
    {
        **_sampling,
        **_streaming,
        "max_tokens": st.one_of(st.none(), limits),
        "n": st.one_of(st.none(), counts),
        "stop": stops,
        "echo": flags,
        "suffix": st.one_of(st.none(), texts),
        "best_of": st.one_of(st.none(), counts),
        "logprobs": st.one_of(st.none(), st.integers(0, 5)),
    },
)
embedding_bodies: Strategy = members(
    {
        "model": st.sampled_from([EMBEDDING_MODEL, "@cf/baai/bge-m3", "@cf/qwen/qwen3-embedding-0.6b"]),
        "input": st.one_of(texts, st.lists(texts, max_size=4), st.just(["same"] * 40)),
    },
    {
        "encoding_format": st.sampled_from(["float", "base64", None]),
        "dimensions": st.one_of(st.none(), st.sampled_from([1, 2, 100, 384, 1024, 4096, 2**40])),
        "user": st.one_of(st.none(), texts),
    },
)
_responses_items: Strategy = st.one_of(
    st.fixed_dictionaries(
        {
            "role": st.sampled_from(["user", "assistant", "system", "developer"]),
            "content": st.one_of(texts, st.lists(texts.map(lambda text: {"type": "input_text", "text": text}))),
        },
        optional={"type": st.just("message")},
    ),
    names.map(lambda name: {"type": "function_call", "call_id": "c", "name": name, "arguments": "{}"}),
    texts.map(lambda text: {"type": "function_call_output", "call_id": "c", "output": text}),
)
responses_bodies: Strategy = members(
    {
        "model": st.just(RESPONSES_MODEL),
        "input": st.one_of(texts, st.lists(_responses_items, max_size=5)),
    },
    {
        "instructions": st.one_of(st.none(), texts),
        "max_output_tokens": st.one_of(st.none(), limits.filter(lambda limit: limit > 0)),
        "temperature": numbers(0, 2),
        "top_p": numbers(0, 1),
        "stream": flags,
        "tools": st.one_of(
            st.none(),
            st.lists(
                st.fixed_dictionaries({"type": st.just("function"), "name": names, "parameters": _parameters}),
                max_size=3,
            ),
        ),
        "tool_choice": st.one_of(
            st.sampled_from(["auto", "none", "required", None]),
            names.map(lambda name: {"type": "function", "name": name}),
        ),
        "parallel_tool_calls": flags,
        "text": st.one_of(
            st.none(),
            st.sampled_from([{}, {"format": None}, {"format": {"type": "text"}}, {"format": {"type": "json_object"}}]),
            caller_schemas.map(lambda schema: {"format": {"type": "json_schema", "name": "a", "schema": schema}}),
        ),
        "reasoning": st.sampled_from([None, {}, {"effort": "low", "summary": "auto"}]),
        "previous_response_id": st.one_of(st.none(), texts),
        "metadata": st.one_of(st.none(), st.dictionaries(names, texts, max_size=2)),
        "truncation": st.sampled_from(["auto", "disabled", None]),
        "store": flags,
    },
)
_prompt_or_messages: Strategy = st.one_of(
    some_text.map(lambda text: {"prompt": text}),
    message_lists.map(lambda turns: {"messages": turns}),
    st.tuples(some_text, message_lists).map(lambda pair: {"prompt": pair[0], "messages": pair[1]}),
)


def _with_prompt(options: Strategy) -> Strategy:
    return st.tuples(_prompt_or_messages, options).map(lambda pair: {**pair[1], **pair[0]})


native_bodies: Strategy = _with_prompt(
    members(
        {},
        {
            "temperature": numbers(0, 5),
            "top_p": numbers(0, 2),
            "top_k": st.one_of(st.none(), st.integers(1, 50)),
            "seed": st.one_of(st.none(), st.sampled_from([1, 9999999999])),
            "stream": flags,
            "max_tokens": st.one_of(st.none(), limits),
            "raw": flags,
            "image": st.one_of(st.none(), st.lists(st.integers(0, 255), max_size=20), st.just("iVBORw0KGgo=")),
            "response_format": response_formats,
            "tools": st.one_of(st.none(), st.lists(st.one_of(wrapped_tools, flat_tools), max_size=3)),
            "tool_choice": st.sampled_from(["auto", "none", None, "any", {"type": "function"}]),
            "lora": st.none(),  # an adapter has to be registered first
        },
    )
)
chat_run_bodies: Strategy = _with_prompt(members({}, _chat_options))

# The document as it came knows few members, so every other one may be anything. ------------------------------------

_bare_tools: Strategy = st.fixed_dictionaries(
    {"tools": st.lists(wrapped_tools, min_size=1, max_size=2)}, optional={"tool_choice": _tool_choices}
)
_bare_asides: Strategy = st.one_of(
    st.just({}), _bare_tools, response_formats.map(lambda form: {"response_format": form, "n": 2, "logprobs": True})
)
_bare_junk: Strategy = st.dictionaries(
    st.sampled_from(
        "tools tool_choice n stop response_format logprobs top_logprobs stream_options max_completion_tokens seed user "
        "parallel_tool_calls functions function_call metadata instructions max_output_tokens text reasoning truncation "
        "previous_response_id encoding_format dimensions echo suffix options raw lora guided_json input".split()
    ),
    st.one_of(anything, st.sampled_from([3, "x", {}, [], [None], {"type": "json_schema"}, True, -1])),
    max_size=6,
)
_bare_messages: Strategy = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["system", "user", "assistant"]), "content": texts}, optional={"tool_calls": anything}
    ),
    max_size=4,
)
_bare_integers: Strategy = st.one_of(limits, st.integers(-(2**63), 4096))


def _bare(models: Strategy, required: dict[str, Strategy], optional: dict[str, Strategy]) -> Strategy:
    known = st.fixed_dictionaries({"model": models, **required}, optional=optional)
    taken = {*required, *optional}
    return st.tuples(_bare_junk, _bare_asides, known).map(
        lambda drawn: {**{name: value for name, value in drawn[0].items() if name not in taken}, **drawn[1], **drawn[2]}
    )


def _mostly(*known: str) -> Strategy:
    return st.integers(0, 11).flatmap(lambda draw: texts if draw == 11 else st.sampled_from(known))


bare_chat_bodies: Strategy = _bare(
    _mostly(TEXT_MODEL, CHAT_MODEL, RESPONSES_MODEL),
    {"messages": _bare_messages},
    {"max_tokens": _bare_integers, "temperature": st.floats(0, 2), "top_p": st.floats(0, 1), "stream": st.booleans()},
)
bare_completion_bodies: Strategy = _bare(
    _mostly(TEXT_MODEL, CHAT_MODEL),
    {"prompt": texts},
    {"max_tokens": _bare_integers, "temperature": st.floats(0, 2), "stream": st.booleans()},
)
bare_embedding_bodies: Strategy = _bare(
    _mostly(EMBEDDING_MODEL), {"input": st.one_of(texts, st.lists(texts, max_size=3))}, {}
)
bare_responses_bodies: Strategy = _bare(_mostly(RESPONSES_MODEL, TEXT_MODEL), {"input": texts}, {})
_bare_run_messages: Strategy = st.lists(
    st.fixed_dictionaries(
        {}, optional={"role": st.sampled_from(["system", "user", "assistant"]), "content": texts, "x": anything}
    ),
    max_size=3,
)
bare_run_bodies: Strategy = st.tuples(
    _bare_junk.map(lambda junk: {name: value for name, value in junk.items() if name != "text"}),
    _bare_asides,
    st.fixed_dictionaries(
        {},
        optional={
            "prompt": texts,
            "messages": _bare_run_messages,
            "image": st.lists(st.integers(-5, 300), max_size=5),
            "text": texts,
            "source_lang": texts,
            "target_lang": texts,
            "max_tokens": _bare_integers,
            "temperature": st.floats(-100, 100),
            "stream": st.booleans(),
        },
    ),
).map(lambda drawn: {**drawn[0], **drawn[1], **drawn[2]})
