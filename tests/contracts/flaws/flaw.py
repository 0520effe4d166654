"""A flaw as a value, and the four ways of writing one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.contracts.flaws.conditions import Condition, always
from tests.contracts.flaws.exchange import Answer, Ask, Event

KINDS = ("document", "http", "auth", "validation", "semantics", "stream", "stability", "additive")


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong with a server, on some operations, for all requests or some."""

    name: str
    kinds: tuple[str, ...]
    """The class it belongs to, then others whose checks may rightly report it, too; none for what is harmless."""
    operations: tuple[str, ...]
    what: str
    """What the server does, in a sentence."""
    when: Condition
    inwards: Callable[[Ask], None] | None = None
    outwards: Callable[[Ask, Answer], None] | None = None
    lingers: bool = False
    """Whether answers are held back for a moment, so that parallel requests are under way together."""
    rewrites: bool = False
    """Whether it reads answers, and writes what it read anew; others change the bytes."""
    slow: bool = False
    """Whether a run takes long, so that only the benchmark runs it."""

    @property
    def kind(self) -> str:
        """Its class."""
        return self.kinds[0]

    @property
    def conditional(self) -> bool:
        """Whether only some requests show it."""
        return self.when is not always

    def __str__(self) -> str:
        """Its name, for reports of tests."""
        return self.name


def request(kinds: str, *operations: str, when: Condition = always, **how: bool) -> Callable[[Any], Flaw]:
    """A flaw that changes requests on their way in: `(ask) -> None`."""

    def make(function: Callable[[Ask], None]) -> Flaw:
        return _flaw(function, kinds, operations, when, inwards=function, **how)

    return make


def answer(kinds: str, *operations: str, when: Condition = always, **how: bool) -> Callable[[Any], Flaw]:
    """A flaw that changes answers, whatever they are: `(answer, ask) -> None`."""

    def make(function: Callable[[Answer, Ask], None]) -> Flaw:
        def change(ask: Ask, said: Answer) -> None:
            function(said, ask)

        return _flaw(function, kinds, operations, when, outwards=change, **how)

    return make


def body(kinds: str, *operations: str, when: Condition = always, **how: bool) -> Callable[[Any], Flaw]:
    """A flaw in the JSON of successful answers: `(body, ask) -> another body, or None after changing this one`.

    Answers about what is queued have another form, and are left alone.
    """

    def make(function: Callable[[Any, Ask], Any]) -> Flaw:
        def change(ask: Ask, said: Answer) -> None:
            content = said.json if said.status == 200 and "queueRequest" not in ask.parameters else None
            if content is not None:
                other = function(content, ask)
                said.write_json(content if other is None else other)

        return _flaw(function, kinds, operations, when, outwards=change, rewrites=True, **how)

    return make


def stream(kinds: str, *operations: str, when: Condition = always, **how: bool) -> Callable[[Any], Flaw]:
    """A flaw in event streams: `(events, ask) -> other events, or None after changing these`."""

    def make(function: Callable[[list[Event], Ask], list[Event] | None]) -> Flaw:
        def change(ask: Ask, said: Answer) -> None:
            if said.status == 200 and said.streamed:
                events = said.events
                said.write_events(function(events, ask) or events)

        return _flaw(function, kinds, operations, when, outwards=change, rewrites=True, **how)

    return make


def _flaw(function: Callable[..., Any], kinds: str, operations: tuple[str, ...], when: Condition, **how: Any) -> Flaw:
    names = tuple(kinds.split())
    unknown = set(names) - set(KINDS)
    if unknown or not operations or not function.__doc__:
        raise ValueError(f"{function.__name__}: a flaw has known classes, operations and a sentence; {unknown or ''}")
    name = function.__name__.replace("_", "-")
    return Flaw(name, names, operations, " ".join(function.__doc__.split()), when, **how)
