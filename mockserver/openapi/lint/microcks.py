"""Rules for the extensions of Microcks: dispatchers, and examples that belong together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from mockserver.errors import nearest
from mockserver.openapi.extensions import INFO, MEMBERS, OPERATION, REFERENCES
from mockserver.openapi.lint.faults import Change, Finding, Path, Rule, doing, removing, rule
from mockserver.openapi.lint.subject import Site, Subject

_SCRIPTS = ("GROOVY", "JS", "SCRIPT")
_OTHER_PROTOCOLS = ("QUERY_ARGS", "QUERY_MATCH")
_NEED_RULES = (
    "FALLBACK", "JSON_BODY", "PROXY", "PROXY_FALLBACK", "QUERY_HEADER", "SEQUENCE", "URI_ELEMENTS", "URI_PARAMS",
    "URI_PARTS", *_SCRIPTS, *_OTHER_PROTOCOLS,
)  # fmt: skip
_KNOWN = (*_NEED_RULES, "RANDOM")
_MEMBERS = {"JSON_BODY": ("exp", "cases"), "FALLBACK": ("fallback",), "PROXY_FALLBACK": ("proxyUrl",)}
"""What the rules of a dispatcher must have, where they are an object."""
_DEEPEST = 8


@rule("dispatcher-without-rules")
def dispatcher_without_rules(subject: Subject) -> Iterator[Finding]:
    """A Microcks dispatcher has no `dispatcherRules`.

    A dispatcher chooses an example by its rules; without them it chooses nothing. Mending removes the dispatcher,
    so that the document says what happens anyway.
    """
    for site in subject.of("operation"):
        settings = site.node.get(OPERATION)
        dispatcher = settings.get("dispatcher") if isinstance(settings, dict) else None
        if isinstance(dispatcher, str) and dispatcher in _NEED_RULES and not settings.get("dispatcherRules"):
            path = (*site.path, OPERATION, "dispatcher")
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
        if operation is not None and OPERATION in operation.node and _names(site):
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


@rule("dispatcher-unknown")
def dispatcher_unknown(subject: Subject) -> Iterator[Finding]:
    """A Microcks dispatcher has a name that there is not; it chooses nothing."""
    for path, name, _ in _dispatchers(subject):
        if name not in _KNOWN:
            near = nearest(name, _KNOWN)
            hint = f"did you mean {near}?" if near else f"known: {', '.join(sorted(_KNOWN))}"
            yield Finding((*path, "dispatcher"), "dispatcher", f"unknown dispatcher {name!r}; {hint}")


@rule("dispatcher-not-followed", severity="warning")
def dispatcher_not_followed(subject: Subject) -> Iterator[Finding]:
    """A Microcks dispatcher is a script, or belongs to another protocol.

    Scripts of a document are not run here; `@mock.on` says in Python what they say. QUERY_ARGS is for GraphQL and gRPC,
    QUERY_MATCH for SOAP.
    """
    for path, name, rules in _dispatchers(subject):
        if rules and name in (*_SCRIPTS, *_OTHER_PROTOCOLS):
            what = "scripts of a document are not run" if name in _SCRIPTS else "it is for another protocol"
            yield Finding((*path, "dispatcher"), "dispatcher", f"{name} is passed over: {what}")


@rule("dispatcher-rules-invalid")
def dispatcher_rules_invalid(subject: Subject) -> Iterator[Finding]:
    """The `dispatcherRules` of a Microcks dispatcher are no JSON object, or lack a member; it chooses nothing."""
    for path, name, rules in _dispatchers(subject):
        if not rules or name not in _MEMBERS:
            continue
        members = _object(rules)
        missing = [] if members is None else [each for each in _MEMBERS[name] if each not in members]
        if members is None or missing:
            lack = f"lack {' and '.join(missing)}" if missing else "are neither an object nor JSON text of one"
            yield Finding((*path, "dispatcherRules"), "dispatcherRules", f"the rules of {name} {lack}")


@rule("dispatcher-example-unknown")
def dispatcher_example_unknown(subject: Subject) -> Iterator[Finding]:
    """A Microcks dispatcher leads to an example that no response of the operation has; it chooses nothing."""
    known: dict[Path, list[str]] = {}
    for site in subject.of("media-type", "response"):
        operation = site.above("operation")
        if operation is None or (site.kind == "media-type" and site.above("response") is None):
            continue
        references = site.node.get(REFERENCES)
        listed = [str(each) for each in references] if isinstance(references, list) else []
        listed += [*_names(site), *(["example"] if "example" in site.node else [])]
        known.setdefault(operation.path, []).extend(listed)
    for path, name, rules in _dispatchers(subject):
        examples = known.get(path[:-1], [])
        for wanted in _wanted(name, rules):
            if wanted not in examples and not _has_reference(subject, path):
                near = nearest(wanted, examples)
                hint = f"did you mean {near!r}?" if near else f"known: {', '.join(examples) or 'none'}"
                reason = f"{wanted!r} is no example of a response here; {hint}"
                yield Finding((*path, "dispatcherRules"), "dispatcherRules", reason)


@rule("microcks-member-unknown", severity="warning")
def microcks_member_unknown(subject: Subject) -> Iterator[Finding]:
    """`x-microcks-operation` has a member that Microcks does not know; often it is a known one misspelt."""
    for site in subject.of("operation"):
        settings = site.node.get(OPERATION)
        for member in settings if isinstance(settings, dict) else ():
            if member not in MEMBERS and not str(member).startswith("x-"):
                near = nearest(str(member), MEMBERS)
                hint = f"did you mean {near}?" if near else f"known: {', '.join(MEMBERS)}"
                yield Finding((*site.path, OPERATION, member), str(member), f"unknown member {member!r}; {hint}")


def meanings(subject: Subject, value: Any) -> list[Any]:
    """Return what an example that is text may mean in JSON: itself, the JSON that it holds, or a template.

    A template, in a document for Microcks, means nothing that could be compared: the list is empty.
    """
    if "{{" in str(value) and _is_for_microcks(subject):
        return []
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            return [value, orjson.loads(value)]
        except orjson.JSONDecodeError:
            pass
    return [value]


def _is_for_microcks(subject: Subject) -> bool:
    info = subject.content.get("info")
    labelled = isinstance(info, dict) and INFO in info
    return labelled or any(OPERATION in site.node for site in subject.of("operation"))


def _dispatchers(subject: Subject) -> Iterator[tuple[Path, str, Any]]:
    """Yield the place of each operation's settings, its dispatcher and the rules."""
    for site in subject.of("operation"):
        settings = site.node.get(OPERATION)
        if isinstance(settings, dict) and isinstance(settings.get("dispatcher"), str):
            yield (*site.path, OPERATION), settings["dispatcher"], settings.get("dispatcherRules")


def _object(rules: Any) -> dict[str, Any] | None:
    if isinstance(rules, str):
        try:
            rules = orjson.loads(rules)
        except orjson.JSONDecodeError:
            return None
    return rules if isinstance(rules, dict) else None


def _wanted(name: Any, rules: Any, depth: int = 0) -> list[str]:
    """Return the names of examples that rules lead to, those of inner dispatchers first."""
    members = _object(rules) if name in _MEMBERS else None
    if members is None or depth > _DEEPEST:
        return []
    if name == "JSON_BODY":
        cases = members.get("cases")
        return [str(each) for each in cases.values()] if isinstance(cases, dict) else []
    found = _wanted(members.get("dispatcher"), members.get("dispatcherRules"), depth + 1)
    return [*found, str(members["fallback"])] if name == "FALLBACK" and "fallback" in members else found


def _has_reference(subject: Subject, path: Path) -> bool:
    """Say whether a response of an operation stands elsewhere: what examples it has is not looked up."""
    node: Any = subject.content
    for step in path[:-1]:
        node = node[step]
    responses = node.get("responses")
    return isinstance(responses, dict) and any(isinstance(each, dict) and "$ref" in each for each in responses.values())


def _names(site: Site) -> list[str]:
    examples: Any = site.node.get("examples")
    return list(examples) if isinstance(examples, dict) else []


RULES: tuple[Rule, ...] = (
    dispatcher_unknown,
    dispatcher_without_rules,
    dispatcher_not_followed,
    dispatcher_rules_invalid,
    dispatcher_example_unknown,
    microcks_member_unknown,
    examples_not_paired,
)
