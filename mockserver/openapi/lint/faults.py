"""What lint says: faults, the rules that find them, and the changes that mend them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from mockserver.openapi.lint.subject import Subject

Path = tuple[str | int, ...]
"""The member names and indices that lead to a node from the root of the document."""

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a document; its text is `FILE:LINE: CODE /pointer keyword: reason`."""

    code: str
    """The name of the rule that found it."""
    pointer: str
    """JSON Pointer of the node, "" for the whole document."""
    keyword: str
    """The keyword or field that is violated; several are separated by commas; "" when none applies."""
    reason: str
    severity: str
    """"error": the document contradicts itself or the specification; "warning": it is silent or misleading."""
    line: int
    """Counted from 1."""
    file: str

    def __str__(self) -> str:
        subject = " ".join(part for part in (self.code, self.pointer, self.keyword) if part)
        return f"{self.file}:{self.line}: {subject}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Change:
    """One step of mending: the node at `path` is removed, or set to `value`."""

    path: Path
    value: Any = None
    remove: bool = False


Mend = Callable[[], list[Change]]
"""Works out, when asked, what to change."""


def doing(change: Change) -> Mend:
    """Return the way of mending that makes one known change."""
    return lambda: [change]


def removing(path: Path) -> Mend:
    """Return the way of mending that removes the node at a path."""
    return doing(Change(path, remove=True))


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault as its rule sees it: a place and a reason, and how to mend it where that is known."""

    path: Path
    keyword: str
    reason: str
    mend: Mend | None = field(default=None, compare=False)
    line: int = 0
    """Where the place itself does not tell: a line of the text."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A way in which documents go wrong."""

    code: str
    """The stable name, for reports and switches."""
    severity: Severity
    find: Callable[[Subject], Iterable[Finding]]
    summary: str
    """One line."""
    explanation: str
    """What is wrong with it, whom it hurts, and what mending does."""


def rule(code: str, *, severity: Severity = "error") -> Callable[[Callable[[Subject], Iterator[Finding]]], Rule]:
    """Make a rule of a function: the first line of its docstring is the summary, all of it the explanation."""

    def make(find: Callable[[Subject], Iterator[Finding]]) -> Rule:
        explanation = inspect.cleandoc(find.__doc__ or "")
        return Rule(code, severity, find, explanation.split("\n", 1)[0], explanation)

    return make


KINDS: Final = {
    dict: "an object",
    list: "an array",
    str: "text",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    type(None): "nothing",
}


def kind(value: Any) -> str:
    """Name the JSON type of a value for a message."""
    return KINDS.get(type(value), "something else")


def shown(value: Any, width: int = 120) -> str:
    """Return a value, or a sentence about one, short enough for a message."""
    text = " ".join((value if isinstance(value, str) else repr(value)).split())
    return text if len(text) <= width else f"{text[: width - 25]} ... {text[-20:]}"
