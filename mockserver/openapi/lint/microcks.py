"""Rules for the extensions of Microcks: dispatchers, and examples that belong together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockserver.openapi.lint.faults import Change, Finding, Path, Rule, doing, removing, rule
from mockserver.openapi.lint.subject import Site, Subject

_NEED_RULES = frozenset(
    ("FALLBACK", "GROOVY", "JS", "JSON_BODY", "PROXY", "PROXY_FALLBACK", "QUERY_ARGS", "QUERY_HEADERS", "QUERY_MATCH",
     "SCRIPT", "SEQUENCE", "URI_ELEMENTS", "URI_PARAMS", "URI_PARTS")
)  # fmt: skip


@rule("dispatcher-without-rules")
def dispatcher_without_rules(subject: Subject) -> Iterator[Finding]:
    """A Microcks dispatcher has no `dispatcherRules`.

    A dispatcher chooses an example by its rules; without them it chooses nothing. Mending removes the dispatcher,
    so that the document says what happens anyway.
    """
    for site in subject.of("operation"):
        settings = site.node.get("x-microcks-operation")
        dispatcher = settings.get("dispatcher") if isinstance(settings, dict) else None
        if isinstance(dispatcher, str) and dispatcher in _NEED_RULES and not settings.get("dispatcherRules"):
            path = (*site.path, "x-microcks-operation", "dispatcher")
            reason = f"{dispatcher} chooses by `dispatcherRules`, and there are none: it chooses nothing"
            yield Finding(path, "dispatcherRules", reason, removing(path))


@rule("examples-not-paired", severity="warning")
def examples_not_paired(subject: Subject) -> Iterator[Finding]:
    """An operation for Microcks has request and response examples, but none share a name.

    Microcks joins a request with its response by the name of their examples and drops what has no partner. It is
    asked only of operations with `x-microcks-operation`. Mending gives a sole response example the name of the
    first request example.
    """
    bodies: dict[Path, list[Site]] = {}
    for site in subject.of("media-type", "parameter"):
        operation = site.above("operation")
        if operation is not None and "x-microcks-operation" in operation.node and _names(site):
            bodies.setdefault(operation.path, []).append(site)
    for sites in bodies.values():
        answers = [site for site in sites if site.above("response") is not None]
        asked = [name for site in sites if site not in answers for name in _names(site)]
        if not asked or any(name in asked for answer in answers for name in _names(answer)):
            continue
        for answer in answers:
            names = _names(answer)
            change = Change((*answer.path, "examples"), {asked[0]: answer.node["examples"][names[0]]})
            mend = doing(change) if len(names) == len(answers) == 1 else None
            reason = f"no request example is called {' or '.join(names)}; the first is called {asked[0]}"
            yield Finding((*answer.path, "examples"), "examples", reason, mend)


def _names(site: Site) -> list[str]:
    examples: Any = site.node.get("examples")
    return list(examples) if isinstance(examples, dict) else []


RULES: tuple[Rule, ...] = (dispatcher_without_rules, examples_not_paired)
