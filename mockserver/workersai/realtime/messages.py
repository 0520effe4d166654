"""Text messages of a session: JSON objects with a `type`, in the manner of Deepgram's protocols."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import orjson

from mockserver.engine.sessions import Close, Said
from mockserver.engine.values import to_json
from mockserver.errors import nearest

MOST_ERRORS = 32
"""Messages that a client may get wrong before the session ends."""
_SHOWN = 40

Answerer = Callable[[dict[str, Any]], Iterable[Said]]


class Wrong(Exception):
    """Raised for a message that cannot be read; the text says what was found and what would have been right."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


def write(**members: Any) -> str:
    """Return a message as text."""
    return to_json(members).decode()


def read(message: str, known: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """Return the type of a message and all of its members; raises Wrong unless the type is a known one."""
    try:
        content = orjson.loads(message)
    except orjson.JSONDecodeError as error:
        raise Wrong("UNPARSABLE_CLIENT_MESSAGE", f"The message is no JSON: {error}") from None
    if not isinstance(content, dict):
        raise Wrong("UNPARSABLE_CLIENT_MESSAGE", "The message is no JSON object with a `type`")
    kind = content.get("type")
    if not isinstance(kind, str) or kind not in known:
        shown = kind[:_SHOWN] if isinstance(kind, str) else None
        near = nearest(shown, known) if shown else None
        found = f"The type {shown!r} is unknown" if shown is not None else "The message has no `type`"
        hint = f"did you mean {near!r}?" if near else f"known: {', '.join(known)}"
        raise Wrong("UNKNOWN_MESSAGE_TYPE", f"{found}; {hint}")
    return kind, content


class Exchange:
    """Answers text messages by their type, and counts those that are wrong."""

    def __init__(self, answerers: Mapping[str, Answerer], complain: Callable[[Wrong], str]) -> None:
        self._answerers, self._complain = answerers, complain
        self._left = MOST_ERRORS

    def answer(self, message: str) -> Iterable[Said]:
        """Say what a message is answered with; an error message when it is wrong, a Close after too many of them."""
        try:
            kind, content = read(message, list(self._answerers))
            yield from self._answerers[kind](content)
        except Wrong as wrong:
            yield from self.wrong(wrong)

    def wrong(self, wrong: Wrong) -> Iterable[Said]:
        """Say what is said to something wrong."""
        yield self._complain(wrong)
        self._left -= 1
        if not self._left:
            yield Close(1008, f"{MOST_ERRORS} messages were wrong")
