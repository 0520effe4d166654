"""Rules for the shape of a document: keys, types, required and unknown fields."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.errors import nearest
from mockserver.openapi.lint.faults import Finding, Rule, rule
from mockserver.openapi.lint.grammar import GRAMMAR, OPEN, REFERABLE
from mockserver.openapi.lint.subject import Subject

_REQUIRED_IN_30 = {"document": ["paths"], "operation": ["responses"]}


@rule("duplicate-key")
def duplicate_key(subject: Subject) -> Iterator[Finding]:
    """A mapping of the text holds the same key twice.

    YAML and JSON parsers keep the last and drop the others without a word, so a part of what was written is not
    in the document. An overlay cannot mend this, because it changes the parsed document: edit the text.
    """
    for found in subject.lines.duplicates:
        path = tuple(part.replace("~1", "/").replace("~0", "~") for part in found.pointer.split("/")[1:])
        reason = f"written on line {found.first} already; only the last one is read"
        yield Finding(path, str(path[-1]), reason, line=found.line)


@rule("field-invalid")
def field_invalid(subject: Subject) -> Iterator[Finding]:
    """A field holds a value of the wrong type.

    What is below it is not read by any tool. Mending puts numbers in quotes where text is asked for, and removes
    optional fields that were left empty.
    """
    yield from subject.malformed


@rule("field-missing")
def field_missing(subject: Subject) -> Iterator[Finding]:
    """A field is missing that OpenAPI requires."""
    for site in subject.sites:
        if (site.is_reference and site.kind in REFERABLE) or not isinstance(site.node, dict):
            continue
        required = [name for name, field in GRAMMAR[site.kind].items() if field.required]
        if subject.version == "3.0":
            required += _REQUIRED_IN_30.get(site.kind, [])
        for name in required:
            if name not in site.node:
                yield Finding(site.path, name, f"this {site.kind.replace('-', ' ')} lacks `{name}`")
    if subject.version != "3.0" and not {"paths", "components", "webhooks"} & subject.content.keys():
        yield Finding((), "paths", "this document has neither `paths` nor `components` nor `webhooks`")


@rule("field-unknown", severity="warning")
def field_unknown(subject: Subject) -> Iterator[Finding]:
    """An object has a field that OpenAPI does not know.

    Tools skip it; often it is a known one misspelt. A name that begins with `x-` is free for anybody's use.
    """
    for site in subject.sites:
        fields = GRAMMAR[site.kind]
        if site.kind in OPEN or "*" in fields or site.is_reference or not isinstance(site.node, dict):
            continue
        for name in site.node:
            if name not in fields and not name.startswith("x-"):
                near = nearest(name, fields)
                hint = f"; did you mean `{near}`?" if near else "; begin its name with `x-` if it is your own"
                yield Finding((*site.path, name), name, f"unknown in this {site.kind.replace('-', ' ')}{hint}")


@rule("status-invalid")
def status_invalid(subject: Subject) -> Iterator[Finding]:
    """The key of a response is no status: `200`, `4XX` or `default` are."""
    for site in subject.of("responses"):
        for key in site.node:
            plain = len(key) == 3 and key.isascii() and key[0] in "12345" and (key[1:].isdecimal() or key[1:] == "XX")
            if not plain and key != "default" and not key.startswith("x-"):
                reason = f"{key!r} is no status; `200`, `2XX` and `default` are"
                yield Finding((*site.path, key), "responses", reason)


RULES: tuple[Rule, ...] = (duplicate_key, field_invalid, field_missing, field_unknown, status_invalid)
