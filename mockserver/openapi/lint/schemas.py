"""Rules for schemas: they have to be JSON Schemas, and to agree with themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from mockserver.errors import InvalidSchema, nearest
from mockserver.openapi.lint.faults import Change, Finding, Path, Rule, doing, removing, rule, shown
from mockserver.openapi.lint.subject import Site, Subject
from mockserver.openapi.validation import Validator, Violation, compiled

_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
_COMPOSED = frozenset(
    ("$ref", "$dynamicRef", "additionalProperties", "allOf", "anyOf", "dependentSchemas", "else", "if", "oneOf",
     "patternProperties", "then", "unevaluatedProperties")
)  # fmt: skip
"""Keywords by which a property may be described elsewhere."""
_DIALECTS = {"3.0": ("http://json-schema.org/draft-04/schema#", "4"), "3.1": (
    "https://json-schema.org/draft/2020-12/schema", "2020-12")}  # fmt: skip


@cache
def _meta(version: str) -> Validator:
    """Return the judge of schemas; OpenAPI 3.0 took its keywords from draft 4."""
    address, draft = _DIALECTS[version]
    return compiled({"$ref": address}, draft=draft)


@rule("schema-invalid")
def schema_invalid(subject: Subject) -> Iterator[Finding]:
    """A schema is no JSON Schema: an unknown type, a keyword with the wrong kind of value, a broken pattern.

    Nothing can be validated or generated with it. Mending removes the keyword, so that the schema says less and
    what it says counts.
    """
    for site in _roots(subject):
        found: dict[tuple[Path, str], Finding] = {}
        for violation in _broken(subject, site.node):
            path = _path(site.path, site.node, violation.pointer)
            keyword = str(path[-1]) if len(path) > len(site.path) else "schema"
            if keyword == "$ref":
                continue  # references have their own rule
            is_whole = len(path) == len(site.path)
            if violation.keyword in ("dependencies", "required"):  # a keyword lacks its partner
                keyword, is_whole = violation.keyword, True
            mend = None if is_whole else removing(path)
            found.setdefault((path, violation.keyword), Finding(path, keyword, _reason(keyword, violation), mend))
        yield from found.values()
        if found or _refers(site.node):
            continue  # of a schema that refers to others, the one that is broken has its own finding
        error = subject.judge(site.node).error
        if isinstance(error, InvalidSchema):
            yield Finding(site.path, "schema", shown(str(error), 200))


def _refers(node: Any) -> bool:
    """Say whether a reference stands anywhere in a schema."""
    pending = [node]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str) or isinstance(value.get("$dynamicRef"), str):
                return True
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
    return False


@rule("required-without-property", severity="warning")
def required_without_property(subject: Subject) -> Iterator[Finding]:
    """A schema requires a property that it does not describe.

    Often one of both names is misspelt. Only schemas are judged that describe properties and leave nothing to
    others (`allOf`, `$ref`, `additionalProperties`, ...). Mending describes the property as any value.
    """
    for site in subject.of("schema"):
        node = site.node
        if not isinstance(node, dict) or not _COMPOSED.isdisjoint(node) or _is_branch(site):
            continue
        properties, required = node.get("properties"), node.get("required")
        if not isinstance(properties, dict) or not properties or not isinstance(required, list):
            continue
        for name in dict.fromkeys(name for name in required if isinstance(name, str)):
            if name not in properties:
                near = nearest(name, properties)
                hint = f"; did you mean {near!r}?" if near else ""
                change = Change((*site.path, "properties", name), {})
                reason = f"{name!r} is required and not among the properties{hint}"
                yield Finding((*site.path, "required"), "required", reason, doing(change))


@rule("default-invalid")
def default_invalid(subject: Subject) -> Iterator[Finding]:
    """A default is not valid for its own schema.

    A server that fills it in answers what it would refuse. Mending removes it.
    """
    for site in subject.of("schema"):
        if isinstance(site.node, dict) and "default" in site.node:
            violations = subject.judge(site.node).violations(site.node["default"])
            if violations:
                path = (*site.path, "default")
                keywords, reason = described(violations)
                yield Finding(path, keywords, reason, removing(path))


def described(violations: list[Violation]) -> tuple[str, str]:
    """Return the violated keywords and one sentence that names every violation with its place and keyword."""
    parts = []
    for each in violations:
        where = " ".join(part for part in (each.pointer, each.keyword) if part)
        parts.append(f"{where}: {_said(each)}" if each.pointer or len(violations) > 1 else _said(each))
    more = f"; and {len(parts) - 12} more" if len(parts) > 12 else ""
    return ",".join(dict.fromkeys(each.keyword for each in violations if each.keyword)), "; ".join(parts[:12]) + more


def _said(violation: Violation) -> str:
    """Return what is wrong in the validator's words, with what those leave out."""
    said = shown(violation.message, 240)
    if violation.keyword == "const":
        return f"{said}, this is {shown(json.dumps(violation.value, ensure_ascii=False, default=str), 80)}"
    # of a choice, what the branches say is the news: of each, the complaint that got deepest
    inner = [max(branch, key=lambda found: found.pointer.count("/")) for branch in violation.branches if branch]
    told = "; ".join(f"{found.pointer}: {shown(found.message, 80)}".removeprefix(": ") for found in inner[:4])
    return f"{said} ({told})" if told else said


def _roots(subject: Subject) -> Iterator[Site]:
    """Yield the schemas that are not inside of others."""
    return (site for site in subject.sites if site.kind == "schema" and (site.parent or site).kind != "schema")


def _broken(subject: Subject, node: Any) -> list[Violation]:
    declared = (isinstance(node, dict) and node.get("$schema")) or subject.content.get("jsonSchemaDialect")
    if isinstance(declared, str) and "2020-12" not in declared and "spec.openapis.org" not in declared:
        return []  # another dialect; compiling the schema judges it
    if isinstance(node, bool):
        return []
    try:
        return _meta(subject.version).violations(node)
    except (ValueError, TypeError, RecursionError) as error:
        return [Violation("", "schema", f"cannot be judged: {error}")]


def _reason(keyword: str, violation: Violation) -> str:
    value = violation.value
    if keyword == "type" and violation.keyword in ("anyOf", "enum"):
        near = nearest(value, _TYPES) if isinstance(value, str) else None
        known = ", ".join(_TYPES)
        return f"{shown(value, 60)!r} is no type; " + (f"did you mean {near!r}?" if near else f"known: {known}")
    return f"{shown(violation.message, 200)}"


def _path(base: Path, node: Any, pointer: str) -> Path:
    path = list(base)
    for part in pointer.split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        step: str | int = int(part) if isinstance(node, list) else part
        node = node[step]
        path.append(step)
    return tuple(path)


def _is_branch(site: Site) -> bool:
    """Say whether this schema adds to another one that may describe the property."""
    return any(part in ("allOf", "anyOf", "oneOf", "if", "then", "else", "not") for part in site.path[-2:])


RULES: tuple[Rule, ...] = (schema_invalid, required_without_property, default_invalid)
