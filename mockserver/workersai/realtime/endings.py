"""Ends of turns (smart-turn): a recording in, whether the speaker has finished out.

How the service does this over a WebSocket is not published. Here every message is a recording that is judged by
itself: a binary one is the sound, a text one the JSON body of the HTTP form.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from typing import Any

import orjson

from mockserver.engine.invocation import Invocation
from mockserver.engine.sessions import Close, Said
from mockserver.engine.values import Refusal
from mockserver.workersai.catalogue import Model
from mockserver.workersai.complaints import complain
from mockserver.workersai.families import hearing
from mockserver.workersai.realtime.messages import MOST_ERRORS, write
from mockserver.workersai.realtime.options import Options

_TYPES = ("uint8", "float32", "float64")


class Endings:
    """One session."""

    idle = 600.0

    def __init__(self, invocation: Invocation, model: Model, options: Options) -> None:
        """Raises Refusal for an unknown `dtype`."""
        given = options.values.get("dtype")
        self._dtype = options.one_of("dtype", _TYPES, _TYPES[0]) if given else None
        self._left = MOST_ERRORS

    def open(self) -> Iterable[Said]:
        """Say nothing."""
        return ()

    def hear(self, message: str | bytes) -> Iterable[Said]:
        """Judge a recording."""
        try:
            yield write(**hearing.judge_turn(self._read(message)))
        except Refusal as refusal:
            problem = refusal.problem
            reason = dict(problem.values).get("reason") or complain(problem.violations) or problem.detail
            yield write(type="Error", code="INVALID_INPUT", description=str(reason))
            self._left -= 1
            if not self._left:
                yield Close(1008, f"{MOST_ERRORS} messages were wrong")

    def interrupts(self, message: str | bytes) -> bool:
        """Say no: what was heard is told to its end."""
        return False

    def wait(self) -> Iterable[Said]:
        """End the session."""
        yield Close(1011, "NET-0001: no message within the timeout window")

    def _read(self, message: str | bytes) -> dict[str, Any]:
        """Return a message as the body that asks the same over HTTP."""
        if isinstance(message, bytes):
            return {"audio": b64encode(message).decode(), "dtype": self._dtype}
        try:
            content = orjson.loads(message)
        except orjson.JSONDecodeError:
            content = None
        body = content if isinstance(content, dict) else {}
        return {"dtype": self._dtype, **body}
