"""What a dispatcher is: from an invocation to the names of examples, or to somebody else's server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from mockserver.engine.invocation import Invocation
from mockserver.engine.pairs import Pairs
from mockserver.errors import UsageError
from mockserver.openapi.operations import Operation
from mockserver.registry import Registry

_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Forward:
    """The decision to let another server answer."""

    base_url: str


Decision = tuple[str, ...] | Forward
"""The names of examples, each as good as the others; none when nothing matches."""

Dispatcher = Callable[[Invocation], Decision]

Maker = Callable[[Any, "Making"], "Dispatcher | None"]
"""Makes a dispatcher from `dispatcherRules` as they are written; None for rules that never choose.

Raises UsageError for rules that cannot be followed.
"""


@dataclass(frozen=True, slots=True)
class Making:
    """What a dispatcher is made for."""

    operation: Operation
    pairs: Pairs
    makers: Registry[Maker]
    depth: int = 0

    def make(self, name: Any, rules: Any) -> Dispatcher | None:
        """Return the dispatcher `name`; raises UsageError."""
        if not isinstance(name, str):
            raise self.refusal(f"a dispatcher is called by its name, this is {name!r}")
        return self.makers[name](rules, self)

    def inner(self, rules: Mapping[str, Any]) -> Dispatcher | None:
        """Return the dispatcher that the rules of another one name, None when they name none."""
        if self.depth >= _DEEPEST:
            raise self.refusal(f"dispatchers are nested more than {_DEEPEST} deep")
        name = rules.get("dispatcher")
        if name is None:
            return None
        return Making(self.operation, self.pairs, self.makers, self.depth + 1).make(name, rules.get("dispatcherRules"))

    def refusal(self, reason: str) -> UsageError:
        """Return the error to raise for rules that cannot be followed."""
        return UsageError(f"{self.operation.id}: {reason}")

    def members(self, rules: Any) -> Mapping[str, Any]:
        """Return rules that have members: an object, or JSON text that holds one; nothing is an empty object."""
        if isinstance(rules, str) and rules.strip():
            try:
                rules = orjson.loads(rules)
            except orjson.JSONDecodeError as error:
                raise self.refusal(f"dispatcherRules are no JSON: {error}") from None
        if rules is None or rules == "":
            return {}
        if not isinstance(rules, Mapping):
            raise self.refusal(f"dispatcherRules are an object or JSON text of one, this is {rules!r:.80}")
        return rules

    def known(self, name: Any, role: str) -> str:
        """Return the name of an example that there is; raises UsageError with the nearest one."""
        from mockserver.errors import nearest

        if isinstance(name, str) and name in self.pairs:
            return name
        near = nearest(str(name), self.pairs)
        hint = f"; did you mean {near!r}?" if near else f"; known: {', '.join(self.pairs) or 'none'}"
        raise self.refusal(f"{role} {name!r} is no example of a response{hint}")
