"""A text model's reply to a conversation: text, JSON or tool calls, cut where the caller's limits say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mockserver.engine import seeds
from mockserver.engine.values import to_json
from mockserver.workersai import limits
from mockserver.workersai.conversation import Conversation, Tool
from mockserver.workersai.fakes import literal, reasoning, specialists, structured, text
from mockserver.workersai.fakes.text import Passage
from mockserver.workersai.tokens import pieces


@dataclass(slots=True)
class Call:
    """One call of a tool."""

    id: str
    name: str
    arguments: Any
    """A JSON value, valid for the tool's parameters."""
    pieces: list[str]
    """The arguments as JSON text, in tokens."""

    @property
    def json(self) -> str:
        """The arguments as JSON text."""
        return "".join(self.pieces)


class Reply:
    """What the model says."""

    __slots__ = ("_said", "calls", "finish", "spent", "thinking", "value")

    def __init__(
        self,
        said: list[str] | Passage,
        finish: str,
        calls: Sequence[Call] = (),
        *,
        thinking: Sequence[str] = (),
        spent: int = 0,
    ) -> None:
        self._said = said
        self.finish = finish
        """stop, length or tool_calls."""
        self.calls = calls
        self.value: Any = None
        """For JSON: the value that the whole text encodes, None when it was cut."""
        self.thinking = thinking
        """What the model thought beside the visible text, in tokens."""
        self.spent = spent
        """Tokens of a call that the limit cut: nobody could parse the rest of it."""

    @property
    def pieces(self) -> list[str]:
        """The visible text in tokens; empty beside tool calls."""
        said = self._said
        if isinstance(said, Passage):
            said = self._said = said.pieces
        return said

    @property
    def text(self) -> str:
        """The visible text."""
        said = self._said
        return said.text if isinstance(said, Passage) else "".join(said)

    @property
    def tokens(self) -> int:
        """Tokens that the model produced."""
        said = self._said
        spoken = said.tokens if isinstance(said, Passage) else len(said)
        if self.calls or self.thinking or self.spent:
            spoken += len(self.thinking) + self.spent + sum([len(call.pieces) + 1 for call in self.calls])
        return spoken


def reply(conversation: Conversation, index: int = 0) -> Reply:
    """Return choice number `index` of the reply to a conversation.

    Raises Refusal for more tokens than the model takes and for a schema that nothing can satisfy.
    """
    limits.keep(conversation)
    seed = conversation.digest if index == 0 else seeds.digest(conversation.digest, index)
    if conversation.thinking:
        return _thoughtful(conversation, seed)
    return _said(conversation, seed, conversation.limit)


def _thoughtful(conversation: Conversation, seed: bytes) -> Reply:
    """Return a reply that was thought about: beside it, or, by older models, aloud in front of it."""
    thoughts, limit = reasoning.think(conversation, seed), conversation.limit
    if conversation.model.family == reasoning.INLINE_FAMILY:
        return _said(conversation, seed, limit, reasoning.inline(thoughts))
    if limit is not None and limit <= len(thoughts):
        return Reply([], "length", thinking=thoughts[: max(0, limit)])
    said = _said(conversation, seed, None if limit is None else limit - len(thoughts))
    said.thinking = thoughts
    return said


def _said(conversation: Conversation, seed: bytes, limit: int | None, aloud: Sequence[str] = ()) -> Reply:
    """Return tool calls, JSON or text within a limit; only text has what was thought aloud in front of it."""
    if conversation.tools:
        chosen = tools_to_call(conversation)
        if chosen:
            return _calls(conversation, chosen, seed, limit)
    if conversation.output is not None:
        return _json(conversation, conversation.output, seed, limit)
    kind = conversation.model.facts.get("kind")
    special = conversation.sight
    if kind is not None:
        special = specialists.write(kind, conversation, seed) or special
    if special is None:
        wanted = structured.wanted_object(conversation.prompt, seed, _instructions(conversation))
        special = None if wanted is None else to_json(wanted).decode()
    if special is None:
        special = literal.answer(conversation.prompt, conversation.prompt_pieces)
        if special is None and conversation.turns and conversation.turns[0].role == "system":
            special = literal.led(conversation.turns[0].text, conversation.prompt)
    passage = text.write(conversation.prompt_pieces, seed) if special is None else None
    if limit is None:
        limit = conversation.model.max_tokens_default
    since = conversation.since_user
    if (
        passage is not None
        and not (since or aloud or conversation.stops)
        and (limit is None or passage.tokens <= limit)
    ):
        return Reply(passage, "stop")
    said = pieces(special or "") if passage is None else passage.pieces
    results = [turn for turn in since if turn.role in ("tool", "function")]
    if results:
        said = pieces(f"{_in_words(results[-1].text)} {''.join(said)}")
    return _cut([*aloud, *said] if aloud else said, conversation.stops, limit)


def tools_to_call(conversation: Conversation) -> list[Tool]:
    """Return the tools that the reply calls, none when it is text.

    On the first turn those whose names occur in the prompt, else the ones it seems to speak of, else the first; once
    results are there, none. Under `required`, kept by some clients for every turn, the next tool not called yet.
    """
    if conversation.choice == "none":
        return []
    since = conversation.since_user
    called = {name for turn in since for name in turn.calls}
    answered = any(turn.role in ("tool", "function") for turn in since)
    if conversation.choice.startswith(":"):
        wanted = [tool for tool in conversation.tools if tool.name == conversation.choice[1:]]
        return [] if answered and conversation.choice[1:] in called else wanted[:1]
    if answered and conversation.choice != "required":
        return []
    candidates = [tool for tool in conversation.tools if tool.name not in called]
    if not candidates:
        return []
    prompt = conversation.prompt.lower()
    named = [tool for tool in candidates if tool.name.lower() in prompt]
    spoken_of = named or [tool for tool in candidates if _is_spoken_of(tool.name, prompt)]
    chosen = spoken_of or candidates[:1]
    return chosen if conversation.parallel and not answered else chosen[:1]


_NAME_WORD = re.compile(r"[A-Z]?[a-z]{3,}|[A-Z]{3,}|[^\W\da-zA-Z_]+")
_VERBS = frozenset("get set fetch find search lookup look list create make query call run use the for and tool".split())


def _is_spoken_of(name: str, prompt: str) -> bool:
    """Say whether every telling word of a tool's name occurs in a prompt."""
    words = [word.lower() for word in _NAME_WORD.findall(name)]
    telling = [word for word in words if word not in _VERBS]
    return bool(telling) and all(word in prompt for word in telling)


def _calls(conversation: Conversation, tools: Sequence[Tool], seed: bytes, limit: int | None) -> Reply:
    calls = []
    for tool in tools:
        position = conversation.tools.index(tool)
        decided = seeds.digest(seed, "call", tool.name)
        where = f"/tools/{position}/function/parameters"
        arguments = structured.arguments_for(tool.parameters, conversation.prompt, decided, where=where)
        calls.append(
            Call(f"chatcmpl-tool-{decided.hex()[:16]}", tool.name, arguments, pieces(to_json(arguments).decode()))
        )
    whole = Reply([], "tool_calls", calls)
    if limit is not None and whole.tokens > limit:
        # half a call is none: what the budget allowed was spent on arguments that nobody could parse
        return Reply([], "length", spent=max(0, limit))
    return whole


def _json(conversation: Conversation, schema: Any, seed: bytes, limit: int | None) -> Reply:
    if schema is True:
        schema = structured.schema_in([turn.text for turn in conversation.turns]) or True
    kind = conversation.model.facts.get("kind")
    special = specialists.value(kind, conversation) if kind is not None and schema is True else None
    if special is not None:
        value: Any = special
    elif schema is True:
        value = structured.any_object(conversation.prompt, seed, _instructions(conversation))
    else:
        value = structured.value_for(schema, conversation.prompt, seed, where="/response_format/json_schema")
    # a default limit would only break what the caller has to parse; an explicit one is obeyed
    said = to_json(value).decode()
    found = _cut(pieces(said), conversation.stops, limit)
    found.value = value if found.text == said else None
    return found


def _instructions(conversation: Conversation) -> list[str]:
    """Return the texts of the system: what holds for each text of the user."""
    return [turn.text for turn in conversation.turns if turn.role in ("system", "developer")]


def _cut(said: list[str], stops: Sequence[str], limit: int | None) -> Reply:
    """Return the tokens up to the limit or the first stop sequence, whichever comes first."""
    finish = "stop"
    if limit is not None and len(said) > limit:
        said, finish = said[: max(0, limit)], "length"
    if stops:
        joined = "".join(said)
        ends = [at for at in (joined.find(stop) for stop in stops) if at >= 0]
        if ends:
            return Reply(pieces(joined[: min(ends)]), "stop")
    return Reply(said, finish)


def _in_words(result: str) -> str:
    """Return a tool's result as the beginning of an answer."""
    flat = " ".join(result.split())
    if not flat:
        return "The tool came back without a result."
    shown = flat if len(flat) <= 300 else flat[:299] + "…"
    return f"Here is what I found: {shown}" + ("" if shown[-1] in ".!?…" else ".")
