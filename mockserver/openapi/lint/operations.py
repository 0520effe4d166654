"""Rules for operations: their names, parameters and responses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mockserver.openapi.lint.faults import Change, Finding, Path, Rule, doing, removing, rule
from mockserver.openapi.lint.grammar import METHODS
from mockserver.openapi.lint.subject import Site, Subject

_PARAMETER = re.compile(r"\{([^{}/]+)\}")
_ANY_JSON: dict[str, Any] = {"application/json": {"schema": {}}}


@rule("duplicate-operation-id")
def duplicate_operation_id(subject: Subject) -> Iterator[Finding]:
    """Two operations share an operationId.

    Clients, links and reports cannot tell them apart. Mending numbers the later ones.
    """
    sites = [site for site in subject.of("operation") if isinstance(site.node.get("operationId"), str)]
    taken = {site.node["operationId"] for site in sites}
    first: dict[str, Site] = {}
    for site in sites:
        name = site.node["operationId"]
        if first.setdefault(name, site) is site:
            continue
        number = 2
        while f"{name}-{number}" in taken:
            number += 1
        taken.add(f"{name}-{number}")
        change = Change((*site.path, "operationId"), f"{name}-{number}")
        reason = f"{name!r} is the name of {first[name].pointer} already"
        yield Finding((*site.path, "operationId"), "operationId", reason, doing(change))


@rule("duplicate-parameter")
def duplicate_parameter(subject: Subject) -> Iterator[Finding]:
    """A list of parameters holds the same name and place twice; mending removes the later one."""
    for site in subject.of("path-item", "operation"):
        seen: dict[tuple[str, str], int] = {}
        for path, parameter in _parameters(subject, site):
            key = (str(parameter.get("name")), str(parameter.get("in")))
            index = int(path[-1])
            if seen.setdefault(key, index) != index:
                reason = f"the {key[1]} parameter {key[0]!r} is number {seen[key]} of this list already"
                yield Finding(path, "parameters", reason, removing(path))


@rule("path-invalid")
def path_invalid(subject: Subject) -> Iterator[Finding]:
    """A path lacks the slash in front, holds a query or a fragment, or is another one but for the names in braces.

    Tools disagree on what such a path means: which of two like ones answers, and whether a query in it has to be sent.
    """
    alike: dict[str, str] = {}
    for site in subject.sites:
        if site.kind != "path-item" or len(site.path) != 2 or site.path[0] != "paths":
            continue
        path = site.name
        shape = _PARAMETER.sub("{}", path)
        if not path.startswith("/"):
            yield Finding(site.path, "paths", f"{path!r} does not begin with a slash; {'/' + path!r} would be right")
        elif "?" in path or "#" in path:
            yield Finding(site.path, "paths", f"{path!r} holds more than a path; parameters say what is in the query")
        elif alike.setdefault(shape, path) != path:
            yield Finding(site.path, "paths", f"{path!r} is {alike[shape]!r} with other names in braces")


@rule("path-parameter-undeclared")
def path_parameter_undeclared(subject: Subject) -> Iterator[Finding]:
    """A path has a `{name}` that no parameter declares.

    Nothing is known of its values then. Mending declares it as text.
    """
    for item in _path_items(subject):
        wanted = _PARAMETER.findall(item.name)
        shared = _path_names(subject, item)
        for method in METHODS:
            operation = item.node.get(method)
            if not isinstance(operation, dict):
                continue
            site = Site("operation", (*item.path, method), operation, item)
            declared = shared | _path_names(subject, site)
            missing = [name for name in dict.fromkeys(wanted) if name not in declared]
            for name in missing:
                reason = f"{{{name}}} of the path is declared neither here nor for the whole path"
                present = operation.get("parameters", [])
                added = [
                    {"name": each, "in": "path", "required": True, "schema": {"type": "string"}} for each in missing
                ]
                change = Change((*site.path, "parameters"), [*present, *added] if isinstance(present, list) else added)
                yield Finding(site.path, "parameters", reason, doing(change))


@rule("path-parameter-unused")
def path_parameter_unused(subject: Subject) -> Iterator[Finding]:
    """A path parameter is declared that the path does not have.

    It can never be sent, and strict tools refuse the document. Mending removes the declaration.
    """
    for item in _path_items(subject):
        wanted = _PARAMETER.findall(item.name)
        operations = [
            Site("operation", (*item.path, method), item.node[method], item)
            for method in METHODS
            if isinstance(item.node.get(method), dict)
        ]
        for site in [item, *operations]:
            for path, parameter in _parameters(subject, site):
                if parameter.get("in") == "path" and parameter.get("name") not in wanted:
                    reason = f"the path {item.name} has no {{{parameter.get('name')}}}"
                    yield Finding(path, "in", reason, removing(path))


@rule("path-parameter-optional")
def path_parameter_optional(subject: Subject) -> Iterator[Finding]:
    """A path parameter does not say `required: true`, as OpenAPI asks; mending says it."""
    for site in subject.of("parameter"):
        if site.node.get("in") == "path" and site.node.get("required") is not True:
            change = Change((*site.path, "required"), True)
            reason = "a path parameter is never left out; it has to say `required: true`"
            yield Finding(site.path, "required", reason, doing(change))


@rule("response-without-content", severity="warning")
def response_without_content(subject: Subject) -> Iterator[Finding]:
    """A response with a body has no `content`.

    Then nothing is known of the body: no tool can check it, generate it or type it. Statuses that never have a body
    (1xx, 204, 205, 3xx, and anything that answers HEAD) need none, and `content: {}` says that there is no body. Of
    webhooks and callbacks it is not asked: their answers are those of whoever is called.
    Mending says what is known, that some JSON may come: `application/json` with the schema `{}`.
    """
    found: dict[Path, Finding] = {}
    for site in subject.sites:
        status = site.name.upper()
        operation = site.above("operation")
        if site.kind != "response" or operation is None or operation.name == "head" or _is_bodiless(status):
            continue
        if operation.path[0] == "webhooks" or "callbacks" in operation.path:
            continue
        response = subject.resolve(site.node)
        if isinstance(response, dict) and "content" not in response:
            path = subject.target(site)
            change = Change((*path, "content"), _ANY_JSON)
            reason = f"status {site.name} has no `content`: its body is not described"
            found.setdefault(path, Finding(path, "content", reason, doing(change)))
    yield from found.values()


def _is_bodiless(status: str) -> bool:
    return status[:1] in ("1", "3") or status in ("204", "205")


def _path_items(subject: Subject) -> list[Site]:
    return [site for site in subject.of("path-item") if len(site.path) == 2 and site.path[0] == "paths"]


def _parameters(subject: Subject, site: Site) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield the place and the object of each parameter that is listed here."""
    listed = site.node.get("parameters")
    for index, raw in enumerate(listed if isinstance(listed, list) else ()):
        parameter = subject.resolve(raw)
        if isinstance(parameter, dict):
            yield (*site.path, "parameters", index), parameter


def _path_names(subject: Subject, site: Site) -> set[str]:
    return {str(each.get("name")) for _, each in _parameters(subject, site) if each.get("in") == "path"}


RULES: tuple[Rule, ...] = (
    duplicate_operation_id,
    duplicate_parameter,
    path_invalid,
    path_parameter_undeclared,
    path_parameter_unused,
    path_parameter_optional,
    response_without_content,
)
