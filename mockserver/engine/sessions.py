"""Sessions: conversations over a WebSocket, as values. Whoever holds the socket carries them back and forth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from mockserver.engine.invocation import Invocation


@dataclass(frozen=True, slots=True)
class Close:
    """The end of a conversation, said by the server."""

    code: int = 1000
    """A close code of RFC 6455."""
    reason: str = ""
    """At most 123 bytes."""


Said = str | bytes | Close
"""What the server says: a text message, a binary message, or that it is over."""


class Session(Protocol):
    """One side of a conversation: it is told what comes in and says what goes out. Nothing is said after a Close."""

    idle: float
    """Seconds of the client's silence after which `wait` is called."""

    def open(self) -> Iterable[Said]:
        """Say what is said before the client says anything."""
        ...

    def hear(self, message: str | bytes) -> Iterable[Said]:
        """Say what a message is answered with; it is taken to the end, message by message."""
        ...

    def interrupts(self, message: str | bytes) -> bool:
        """Say whether a message makes what is still to be said to others superfluous, where saying it takes time."""
        ...

    def wait(self) -> Iterable[Said]:
        """Say what there is to say to a client that has been silent for too long; the conversation ends then."""
        ...


@dataclass(frozen=True, slots=True)
class Conversation:
    """A request for a WebSocket that was granted."""

    session: Session
    invocation: Invocation
    """What the journal keeps; notes may still be added to it."""
    headers: list[tuple[bytes, bytes]]
    """Headers of the answer with status 101, those of the protocol itself apart."""
