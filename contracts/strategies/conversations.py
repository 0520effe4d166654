"""What text models are asked: parameters, texts, messages, several answers, stops."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.cases import Case
from contracts.dialects import Dialect
from contracts.making import Maker, small_limit
from contracts.strategies.registry import strategy
from contracts.strategies.texts import EVERYTHING, TEXTS, Sample
from contracts.strategies.tooling import ROOM

LOWEST: dict[str, Any] = {
    "temperature": 0,
    "frequency_penalty": 0,
    "presence_penalty": 0,
    "n": 1,
    "logprobs": False,
    "seed": 1,
}
ONES: dict[str, Any] = {
    "temperature": 1,
    "top_p": 1,
    "seed": 42,
    "user": "somebody",
    "metadata": {"purpose": "a check"},
}
_QUESTION = "Tell me a long story about a fox and a well."
_RULES = "Answer in whole sentences, and name the river, the road and the month in each of them. " * 4


@strategy("generation", "search")
def generation(make: Maker) -> Iterator[Case]:
    """Each parameter of generation at the value where services slip: zero, one, the smallest limit, several choices,
    stops that occur at once. What comes back shows whether they are looked at.
    """
    limit = small_limit(make)
    if not make.generates_text or limit is None:
        return
    for reason, members in (
        ("every number at zero", LOWEST),
        ("a single token", {limit: 1, **({"seed": 7} if make.dialect is Dialect.RUN else {})}),
        ("every number at one", ONES),
        ("three choices", {"n": 3}),
        ("two stops that occur soon", {"stop": [" ", "e"]}),
        ("temperature and top_p zero", {"temperature": 0, "top_p": 0}),
        ("four choices, a seed and log probabilities", {"n": 4, limit: 8, "seed": 7, **_logprobs(make)}),
        ("two choices and a stop as text", {"n": 2, "stop": "a"}),
        ("the other name of the limit", _other_limit(make, limit)),
        ("top_p zero", {"top_p": 0}),
        ("temperature zero", {"temperature": 0}),
        ("temperature at its maximum", {"temperature": _maximum(make, "temperature")}),
        ("a seed, and log probabilities", {"seed": 7, **_logprobs(make)}),
        ("top_p one", {"top_p": 1}),
        ("a stop at the end of the line", {"stop": "\n"}),
        ("no stops", {"stop": []}),
        ("four stops of which the last occurs", {"stop": ["\u2603", "\u2604", "\u2605", "e"]}),
        (
            "a fractional temperature, and penalties",
            {"temperature": 0.01, "frequency_penalty": 1, "presence_penalty": -1},
        ),
        ("a seed", {"seed": 1}),
        (
            "a user's name, metadata, and a bias",
            {"user": "somebody", "metadata": {"purpose": "a check"}, "logit_bias": {"11": -1}},
        ),
        ("explicit nulls", {"stop": None, "temperature": None, "seed": None}),
        ("no limit of tokens", {limit: None}),
    ):
        known = {name: value for name, value in members.items() if make.allows(name) and value is not ...}
        if make.dialect is Dialect.COMPLETIONS and known.get("logprobs") is False:
            del known["logprobs"]  # a number there
        if known:
            known = {**(_asking(make, _QUESTION) or {}), **known}
            without = [limit] if known.get(limit, 0) is None else []
            yield from _valid(
                make, reason, {name: each for name, each in known.items() if name not in without}, without
            )


@strategy("same-seed", "sequences")
def same_seed(make: Maker) -> Iterator[Case]:
    """Different questions with the same seed: each answer is one of its own."""
    base = make.smoke_json
    if not make.generates_text or make.dialect is Dialect.RUN or not make.allows("seed"):
        return
    for role, text in (("first", "Name a river."), ("second", "Name a mountain.")):
        body = {**base, **(_asking(make, text) or {}), "seed": 11}
        if not make.is_forbidden(body):
            yield make.case(body=body, reason=f"the {role} question with a seed", group="a", role=role)


@strategy("more-words", "sequences")
def more_words(make: Maker) -> Iterator[Case]:
    """A question alone, and below a long system message, or with long instructions: they are counted, too."""
    base = make.smoke_json
    talk = [{"role": "system", "content": _RULES}, {"role": "user", "content": _QUESTION}]
    ways: dict[Dialect, dict[str, Any]] = {
        Dialect.CHAT: {"messages": talk},
        Dialect.RESPONSES: {"input": _QUESTION, "instructions": _RULES},
    }
    alone, told = _asking(make, _QUESTION), ways.get(make.dialect)
    if told is None or alone is None or not all(make.allows(name) for name in told):
        return
    for role, asked in (("alone", alone), ("together", told)):
        if not make.is_forbidden({**base, **asked}):
            yield make.case(body={**base, **asked}, reason=f"a question, {role} with rules", group="a", role=role)


@strategy("cut-short", "sequences")
def cut_short(make: Maker) -> Iterator[Case]:
    """A question with a long answer, and the same with room for a single token, whole and as a stream."""
    limit = small_limit(make)
    if make.dialect not in (Dialect.CHAT, Dialect.COMPLETIONS) or limit is None:
        return
    base = {**make.smoke_json, **(_asking(make, _QUESTION) or {})}
    yield make.case(body=base, reason="a question with a long answer", group="a", role="long")
    yield make.case(body={**base, limit: 1}, reason="a single token of it", group="a", role="cut")
    free = {name: value for name, value in base.items() if name != limit}
    if not make.is_forbidden(free):
        yield make.case(body=free, reason="after it, no limit of tokens", group="a", role="free")
    if make.streams:
        body = {**base, limit: 1, "stream": True}
        yield make.case(body=body, reason="a single token of it as a stream", group="a", role="cut-streamed")


@strategy("asked-in-words", "search")
def asked_in_words(make: Maker) -> Iterator[Case]:
    """Texts of every kind as what is asked: lines, quotes, every plane of Unicode, combining marks, right to left, a
    huge one, none at all. With `echo`, where there is one, they have to come back character for character.
    """
    if not make.generates_text:
        return
    extra: dict[str, Any] = {"echo": True} if make.allows("echo") else {}
    if make.dialect is Dialect.RESPONSES and make.allows("max_output_tokens"):
        extra = {"max_output_tokens": ROOM}  # what thinks first has to come to speak
    for sample in (EVERYTHING, *_shuffled(make)):
        asked = _asking(make, sample.text)
        if asked is not None:
            yield from _valid(make, f"as what is asked {sample.name}", {**asked, **extra})


@strategy("conversations", "search")
def conversations(make: Maker) -> Iterator[Case]:
    """Conversations: many messages, every role, parts, content that is null beside calls, names."""
    if not make.generates_text or (not make.allows("messages") and make.dialect is not Dialect.RESPONSES):
        return
    for reason, messages in _TALKS.items():
        if make.dialect is Dialect.RESPONSES:
            turns = [each for each in messages if set(each) == {"role", "content"} and each["role"] != "tool"]
            yield from _valid(make, reason, {"input": turns})
        else:
            yield from _valid(make, reason, {"messages": messages}, ("prompt",))


@strategy("prompts", "search")
def prompts(make: Maker) -> Iterator[Case]:
    """Several prompts at once, with several choices each, and more tried than given back."""
    if make.dialect is not Dialect.COMPLETIONS:
        if make.generates_text and make.dialect is Dialect.RUN and make.allows("prompt"):
            yield from _valid(make, "a prompt in place of messages", {"prompt": _QUESTION}, ("messages",))
        return
    for reason, members in (
        ("three prompts and two choices", {"prompt": ["One.", "Two.", "Three."], "n": 2, "echo": True}),
        ("echo of a text with everything in it", {"prompt": EVERYTHING.text, "echo": True}),
        ("log probabilities", {"logprobs": 2}),
        ("echo", {"echo": True}),
        ("two tried, one given back", {"best_of": 2}),
        ("two prompts", {"prompt": ["One fox.", "Two wells."], "echo": True}),
        ("echo and log probabilities", {"echo": True, "logprobs": 1}),
        ("a suffix", {"suffix": " The end."}),
    ):
        yield from _valid(make, reason, members)


@strategy("responses", "search")
def responses(make: Maker) -> Iterator[Case]:
    """What only the Responses endpoint takes: instructions, items as input, effort, formats, metadata."""
    if make.dialect is not Dialect.RESPONSES:
        return
    for role, text in (("first", _QUESTION), ("second", "Say something else.")):
        body = {**make.smoke_json, "input": [{"role": "user", "content": text}], "max_output_tokens": ROOM}
        if not make.is_forbidden(body):
            yield make.case(body=body, reason="a message as input", group="items", role=role)
    for reason, members in (
        ("instructions", {"instructions": "Answer in one word.", "max_output_tokens": 128}),
        ("room for an answer", {"max_output_tokens": 200}),
        ("little effort", {"reasoning": {"effort": "low"}, "max_output_tokens": 128}),
        ("much effort", {"reasoning": {"effort": "high"}, "max_output_tokens": 128}),
        ("metadata", {"metadata": {"purpose": "a check"}, "temperature": 0.5, "top_p": 0.5}),
        (
            "parts of text as input",
            {"input": [{"role": "user", "content": [{"type": "input_text", "text": _QUESTION}]}]},
        ),
        ("no limit of tokens", {}),
    ):
        yield from _valid(make, reason, members, ("max_output_tokens",) if not members else ())


def _valid(make: Maker, reason: str, members: dict[str, Any], without: Any = ()) -> Iterator[Case]:
    """Yield the small request with these members, where the contract names all of them and does not forbid it.

    What nobody documented a server need not know.
    """
    base = make.smoke_json
    if not isinstance(base, dict) or not all(map(make.allows, members)):
        return
    body = {**{name: value for name, value in base.items() if name not in without}, **members}
    if not make.is_forbidden(body):
        yield make.case(body=body, reason=reason)


def _logprobs(make: Maker) -> dict[str, Any]:
    if make.dialect is Dialect.COMPLETIONS:
        return {"logprobs": 3}
    return {"logprobs": True, "top_logprobs": 2}


def _other_limit(make: Maker, limit: str) -> dict[str, Any]:
    other = "max_completion_tokens"
    return {other: 4, limit: ...} if other != limit and make.allows(other) else {}


def _maximum(make: Maker, name: str) -> Any:
    schema = make.properties.get(name)
    value = schema.get("maximum") if isinstance(schema, dict) else None
    return value if value is not None else ...


def _shuffled(make: Maker) -> list[Sample]:
    """Return the texts, those first that the text with everything in it does not stand for, most in an order of the
    seed's.
    """
    first, rest = [*TEXTS[3:5], *TEXTS[:3], TEXTS[5]], list(TEXTS[6:])
    make.random("texts").shuffle(rest)
    return [*first, *rest]


def _asking(make: Maker, text: str) -> dict[str, Any] | None:
    base = make.smoke_json
    if not isinstance(base, dict):
        return None
    if "messages" in base:
        return {"messages": [{"role": "user", "content": text}]}
    return next(({name: text} for name in ("prompt", "input") if isinstance(base.get(name), str)), None)


_CALL = {"id": "call_0001", "type": "function", "function": {"name": "get_weather", "arguments": '{"city": "Oslo"}'}}
_OTHER_CALL = {
    "id": "call_0002",
    "type": "function",
    "function": {"name": "get_weather", "arguments": '{"city": "Z\u00fcrich"}'},
}
_TALKS: dict[str, list[dict[str, Any]]] = {
    "a system message": [
        {"role": "system", "content": "You are brief."},
        {"role": "user", "content": _QUESTION},
    ],
    "an empty system message": [
        {"role": "system", "content": ""},
        {"role": "user", "content": _QUESTION},
    ],
    "content as parts of text": [
        {"role": "user", "content": [{"type": "text", "text": "One."}, {"type": "text", "text": _QUESTION}]}
    ],
    "a call, its result, and content that is null": [
        {"role": "user", "content": "What is the weather in Oslo?"},
        {"role": "assistant", "content": None, "tool_calls": [_CALL]},
        {"role": "tool", "tool_call_id": "call_0001", "content": "Rain, 4 degrees."},
    ],
    "two system messages": [
        {"role": "system", "content": "You are brief."},
        {"role": "system", "content": "You are polite."},
        {"role": "user", "content": _QUESTION},
    ],
    "the results of two calls, beside an empty text": [
        {"role": "user", "content": "What is the weather in Oslo, and in Z\u00fcrich?"},
        {"role": "assistant", "content": "", "tool_calls": [_CALL, _OTHER_CALL]},
        {"role": "tool", "tool_call_id": "call_0001", "content": "Rain, 4 degrees."},
        {"role": "tool", "tool_call_id": "call_0002", "content": "Sun, 9 degrees."},
    ],
    "the result of a call as parts": [
        {"role": "user", "content": "What is the weather in Oslo?"},
        {"role": "assistant", "content": None, "tool_calls": [_CALL]},
        {"role": "tool", "tool_call_id": "call_0001", "content": [{"type": "text", "text": "Rain, 4 degrees."}]},
    ],
    "twelve messages": [
        {"role": ("user", "assistant")[turn % 2], "content": f"This is turn {turn} of our talk."} for turn in range(11)
    ]
    + [{"role": "user", "content": _QUESTION}],
    "a developer's message": [
        {"role": "developer", "content": "You are brief."},
        {"role": "user", "content": _QUESTION},
    ],
    "an assistant's message as the last": [
        {"role": "user", "content": _QUESTION},
        {"role": "assistant", "content": "Once upon a time"},
    ],
    "a name beside the role": [{"role": "user", "name": "ada", "content": _QUESTION}],
    "sixty messages": [{"role": ("user", "assistant")[turn % 2], "content": f"Turn {turn}."} for turn in range(61)],
}

STRATEGIES = (generation, same_seed, more_words, cut_short, conversations, prompts, responses, asked_in_words)
