"""What a text model said, read alike from whole answers and from streams, of chat, completions and native form.

Reading never fails: what is not of the right type is left out, and other checks (the schema's) name it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from contracts.context import Context
from contracts.dialects import Dialect

CHAT_LIKE = (Dialect.CHAT, Dialect.COMPLETIONS, Dialect.RUN)
"""The dialects whose answers are read here."""


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call: `arguments` are JSON text in chat form, an object or text in native form."""

    name: Any
    arguments: Any
    id: Any = None
    type: Any = None
    index: Any = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers to a request."""

    index: Any
    text: str | None
    """The answer; None where there is none. Reasoning is not part of it."""
    calls: tuple[Call, ...] = ()
    finish: Any = None
    roles: tuple[Any, ...] = ()
    """The roles that were told, in order: one in a whole answer."""
    reasoning: str = ""
    refusal: str = ""
    logprobs: Any = None
    value: Any = None
    """The content as it came: native answers in JSON mode are objects."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was said to one request."""

    choices: tuple[Choice, ...]
    native: bool = False
    """Whether it has the older native form, `{response, tool_calls?, usage?}`."""
    usages: tuple[Mapping[str, Any], ...] = ()
    """Every `usage` that is an object; one at most in a whole answer."""
    heads: tuple[Mapping[str, Any], ...] = ()
    """The objects that have id, created and model: the answer, or the chunks."""
    streamed: bool = False

    @property
    def usage(self) -> Mapping[str, Any] | None:
        """The usage that counts: the last one. None when there is none."""
        return self.usages[-1] if self.usages else None

    @property
    def text(self) -> str:
        """The texts of all choices, one after the other."""
        return "".join(choice.text or "" for choice in self.choices)

    @property
    def calls(self) -> list[Call]:
        """The tool calls of all choices."""
        return [call for choice in self.choices for call in choice.calls]


def said(context: Context) -> Said | None:
    """Return what a successful answer says; None for other answers and other kinds of operations."""
    return context.once(_read)


def _read(context: Context) -> Said | None:
    if context.dialect not in CHAT_LIKE or not context.response.succeeded:
        return None
    if context.is_stream:
        return None if context.response.cut_short else _streamed(context.pieces)
    answer = context.answer
    if not isinstance(answer, dict):
        return None
    usages = (answer["usage"],) if isinstance(answer.get("usage"), dict) else ()
    if isinstance(answer.get("choices"), list):
        return Said(tuple(_choice(each) for each in objects(answer["choices"])), False, usages, (answer,))
    if "response" in answer and not isinstance(answer["response"], list):
        return Said((_native(answer),), True, usages)
    return None


def objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects in an array; none for other values."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def is_whole(value: Any) -> TypeGuard[int]:
    """Return whether a value of JSON is a whole number (true and false are none)."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: Any) -> TypeGuard[float]:
    """Return whether a value of JSON is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")


def parameter(context: Context, *names: str) -> Any:
    """Return the first of these members that the request gives and that is not null.

    Members that the contract does not name a server need not know, unless it names none at all.
    """
    known = [name for name in names if name in context.named_members or not context.named_members]
    return next((context.asked[name] for name in known if context.asked.get(name) is not None), None)


_LIMITS = ("max_completion_tokens", "max_tokens", "max_output_tokens")


def token_limit(context: Context) -> int | None:
    """Return the limit of tokens that the request sets itself."""
    limit = parameter(context, *_LIMITS)
    return limit if is_whole(limit) and limit > 0 else None


def has_strange_limit(context: Context) -> bool:
    """Say whether the request sets a limit of tokens that means nothing: none, a negative number, a part of one."""
    return parameter(context, *_LIMITS) is not None and token_limit(context) is None


def prompt_texts(context: Context) -> list[str]:
    """Return the texts that the caller sent to be answered: of messages, prompt, input, and parts of them."""
    found: list[str] = []
    for message in objects(context.asked.get("messages")):
        found += _texts(message.get("content"))
    for name in ("prompt", "input", "instructions", "text"):
        found += _texts(context.asked.get(name))
    return found


def says_something(context: Context) -> bool:
    """Say whether text was sent, whichever member is read: a document may allow several, and not say which counts."""
    asked = context.asked
    ways = [
        [text for message in objects(asked.get(name)) for text in _texts(message.get("content"))]
        if name == "messages"
        else list(_texts(asked.get(name)))
        for name in ("messages", "prompt", "input", "text")
        if name in asked
    ]
    return bool(ways) and all(any(map(str.strip, texts)) for texts in ways)


def sent_messages(context: Context) -> list[dict[str, Any]]:
    """Return the messages of the request that are objects."""
    return objects(context.asked.get("messages"))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for each in value if isinstance(value, list) else ():
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            yield from _texts(each.get("text"))
            yield from _texts(each.get("content"))


def _choice(raw: Mapping[str, Any]) -> Choice:
    message = raw.get("message")
    message = message if isinstance(message, dict) else {}
    content = message.get("content", raw.get("text"))
    return Choice(
        raw.get("index"),
        content if isinstance(content, str) else None,
        tuple(_call(each) for each in objects(message.get("tool_calls"))),
        raw.get("finish_reason"),
        (message["role"],) if "role" in message else (),
        _reasoning(message),
        str(message.get("refusal") or ""),
        raw.get("logprobs"),
        content,
    )


def _native(answer: Mapping[str, Any]) -> Choice:
    value = answer["response"]
    calls = tuple(_call(each) for each in objects(answer.get("tool_calls")))
    return Choice(0, value if isinstance(value, str) else None, calls, answer.get("finish_reason"), value=value)


def _call(raw: Mapping[str, Any]) -> Call:
    function = raw.get("function")
    inner = function if isinstance(function, dict) else raw
    return Call(inner.get("name"), inner.get("arguments"), raw.get("id"), raw.get("type"), raw.get("index"))


def _reasoning(message: Mapping[str, Any]) -> str:
    named = (message.get(name) for name in ("reasoning_content", "reasoning"))
    return next((each for each in named if isinstance(each, str) and each), "")


# streams -------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Growing:
    """A choice that grows with every chunk."""

    texts: list[str] = field(default_factory=list)
    calls: dict[Any, dict[str, Any]] = field(default_factory=dict)
    finish: Any = None
    roles: list[Any] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    refusal: list[str] = field(default_factory=list)
    logprobs: list[Any] = field(default_factory=list)


def _streamed(pieces: Sequence[Any]) -> Said | None:
    growing: dict[Any, _Growing] = {}
    native = _Growing()
    usages, heads = [], []
    is_native = False
    for piece in pieces:
        if not isinstance(piece, dict):
            continue
        if isinstance(piece.get("usage"), dict):
            usages.append(piece["usage"])
        if isinstance(piece.get("choices"), list):
            heads.append(piece)
            for raw in objects(piece["choices"]):
                index = raw.get("index")
                _grow(growing.setdefault(index if is_whole(index) else None, _Growing()), raw)
        elif "response" in piece or "tool_calls" in piece:
            is_native = True
            if isinstance(piece.get("response"), str):
                native.texts.append(piece["response"])
            _add_calls(native, piece.get("tool_calls"))
            native.finish = piece.get("finish_reason") or native.finish
    if growing:
        return Said(
            tuple(_grown(index, each) for index, each in growing.items()), False, tuple(usages), tuple(heads), True
        )
    return Said((_grown(0, native),), True, tuple(usages), (), True) if is_native else None


def _grow(choice: _Growing, raw: Mapping[str, Any]) -> None:
    delta = raw.get("delta")
    delta = delta if isinstance(delta, dict) else {}
    content = delta.get("content", raw.get("text"))
    if isinstance(content, str):
        choice.texts.append(content)
    if delta.get("role"):
        choice.roles.append(delta["role"])
    if _reasoning(delta):
        choice.reasoning.append(_reasoning(delta))
    if isinstance(delta.get("refusal"), str):
        choice.refusal.append(delta["refusal"])
    _add_calls(choice, delta.get("tool_calls"))
    if raw.get("finish_reason"):
        choice.finish = raw["finish_reason"]
    if isinstance(raw.get("logprobs"), dict):
        choice.logprobs += objects(raw["logprobs"].get("content"))


def _add_calls(choice: _Growing, raw: Any) -> None:
    for position, each in enumerate(objects(raw)):
        call = _call(each)
        index = call.index if is_whole(call.index) else (len(choice.calls) if call.name else position)
        known = choice.calls.setdefault(index, {"name": None, "arguments": None, "id": None, "type": None})
        for name in ("name", "id", "type"):
            known[name] = known[name] or getattr(call, name)
        if isinstance(call.arguments, str) and isinstance(known["arguments"], str | None):
            known["arguments"] = (known["arguments"] or "") + call.arguments
        elif call.arguments is not None:
            known["arguments"] = call.arguments


def _grown(index: Any, choice: _Growing) -> Choice:
    text = "".join(choice.texts) if choice.texts else None
    return Choice(
        index,
        text,
        tuple(Call(index=index, **call) for index, call in choice.calls.items()),
        choice.finish,
        tuple(choice.roles),
        "".join(choice.reasoning),
        "".join(choice.refusal),
        {"content": choice.logprobs} if choice.logprobs else None,
        text,
    )
