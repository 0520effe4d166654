"""What a check is, and the registries that hold checks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from contracts.context import Context, GroupContext
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity
from mockserver.registry import Registry

Judgement = Callable[[Exchange, Context], "list[Found] | None"]
"""Returns the breaches, or None where the check does not apply."""

GroupJudgement = Callable[[Sequence[Exchange], GroupContext], "list[Found] | None"]
"""Returns the breaches of exchanges that belong together, or None where the check does not apply."""

KINDS = ("document", "http", "auth", "validation", "semantics", "stream", "stability", "additive")
"""What checks look after."""

SOURCES = ("document", "HTTP", "OpenAI", "Cloudflare", "baseline")
"""Who promised."""


@dataclass(frozen=True, slots=True)
class Check:
    """A named judgement of one exchange."""

    name: str
    severity: Severity
    kind: str
    """One of KINDS."""
    source: str
    """One of SOURCES."""
    about: str
    """The whole docstring: what is promised in its first paragraph, then the flaw it finds."""
    judge: Judgement
    answerless: bool = False
    """Whether it is also asked about requests that got no answer: their `response` is None."""

    @property
    def promise(self) -> str:
        """What is promised, on one line."""
        return " ".join(self.about.split("\n\n")[0].split())


@dataclass(frozen=True, slots=True)
class GroupCheck:
    """A named judgement of the exchanges of one group."""

    name: str
    severity: Severity
    kind: str
    source: str
    about: str
    judge: GroupJudgement

    @property
    def promise(self) -> str:
        """What is promised, on one line."""
        return " ".join(self.about.split("\n\n")[0].split())


AnyCheck = Check | GroupCheck


def check(
    name: str, severity: Severity, *, kind: str, source: str, answerless: bool = False
) -> Callable[[Judgement], Check]:
    """Make a check of a function `(exchange, context) -> list of Found, or None where it does not apply`.

    Its docstring says what is promised, in one sentence, and after an empty line which flaw it finds.
    """
    _known(name, kind, source)

    def make(function: Judgement) -> Check:
        return Check(name, severity, kind, source, _about(function), function, answerless)

    return make


def group_check(name: str, severity: Severity, *, kind: str, source: str) -> Callable[[GroupJudgement], GroupCheck]:
    """Make a check of a function over all exchanges of a group; otherwise like `check`."""
    _known(name, kind, source)

    def make(function: GroupJudgement) -> GroupCheck:
        return GroupCheck(name, severity, kind, source, _about(function), function)

    return make


def registry() -> Registry[AnyCheck]:
    """Return an empty registry of checks."""
    return Registry[AnyCheck]("check")


def _about(function: Callable[..., object]) -> str:
    import inspect

    return inspect.getdoc(function) or ""


def _known(name: str, kind: str, source: str) -> None:
    Registry("kind of check", dict.fromkeys(KINDS, name))[kind]
    Registry("source", dict.fromkeys(SOURCES, name))[source]
