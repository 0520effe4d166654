"""Rules for examples: what a document shows has to be what it says."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from mockserver.errors import MockflareError
from mockserver.openapi.lint.faults import Change, Finding, Path, Rule, rule
from mockserver.openapi.lint.microcks import meanings
from mockserver.openapi.lint.schemas import described
from mockserver.openapi.lint.subject import Judgement, Site, Subject
from mockserver.openapi.validation import Violation

_DIRECTIONS = ("request", "response")


@rule("example-invalid")
def example_invalid(subject: Subject) -> Iterator[Finding]:
    """An example of a body, parameter or header is not valid for its schema.

    Mocks that serve it and readers who copy it break the contract. Mending keeps the parts that are valid and
    replaces the others; where no valid value can be made, the example is removed.
    """
    for site in subject.of("media-type", "parameter", "header"):
        schema = site.node.get("schema")
        if schema is None or not isinstance(schema, dict | bool):
            continue
        for path, value, whole in _examples(subject, site):
            if isinstance(value, str) and site.kind == "media-type" and not _is_json(site.name):
                continue  # text in a format that is not JSON: nothing to compare
            judgement = subject.judge(schema, _direction(site))
            meant = [value] if site.kind != "media-type" else meanings(subject, value)
            found = [judgement.violations(each) for each in meant]
            if found and all(found):
                yield _finding(subject, path, value, found[0], judgement, whole)


@rule("schema-example-invalid")
def schema_example_invalid(subject: Subject) -> Iterator[Finding]:
    """An example inside a schema (`example`, or a member of `examples`) is not valid for that schema.

    Generators build bodies from such examples. Mending keeps the parts that are valid and replaces the others;
    where no valid value can be made, the example is removed.
    """
    for site in subject.sites:
        if site.kind != "schema" or not isinstance(site.node, dict) or (site.is_reference and subject.version == "3.0"):
            continue
        node = site.node
        listed = node.get("examples")
        values: list[tuple[Path, Any]] = [((*site.path, "example"), node["example"])] if "example" in node else []
        if isinstance(listed, list):
            values += [((*site.path, "examples", index), value) for index, value in enumerate(listed)]
        for path, value in values:
            judgement = subject.judge(node)
            violations = judgement.violations(value)
            # readOnly and writeOnly properties are required in one direction only: either will do
            if violations and all(subject.judge(node, direction).violations(value) for direction in _DIRECTIONS):
                yield _finding(subject, path, value, violations, judgement, path)


def _examples(subject: Subject, site: Site) -> Iterator[tuple[Path, Any, Path]]:
    """Yield the place of each example, its value, and the place of the entry that holds it."""
    if "example" in site.node:
        path: Path = (*site.path, "example")
        yield path, site.node["example"], path
    named = site.node.get("examples")
    for name, entry in named.items() if isinstance(named, dict) else ():
        resolved = subject.resolve(entry)
        if isinstance(resolved, dict) and "value" in resolved:
            whole: Path = (*site.path, "examples", name)
            yield (whole if resolved is not entry else (*whole, "value")), resolved["value"], whole


def _finding(
    subject: Subject, path: Path, value: Any, violations: list[Violation], judgement: Judgement, whole: Path
) -> Finding:
    def mend() -> list[Change]:
        made = _valid(judgement, value)
        if not made:
            return [Change(whole, remove=True)]
        if path == whole and len(path) > 1 and path[-2] == "examples" and isinstance(path[-1], str):
            return [Change(path, {"value": made[0]})]  # in place of a reference to an example
        return [Change(path, made[0])]

    keywords, reason = described(violations)
    return Finding(path, keywords, reason, mend)


def _valid(judgement: Judgement, value: Any) -> list[Any]:
    """Return one valid value that keeps what is valid in `value`, nothing when none can be made."""
    from mockserver.openapi.sampling import Sampler

    try:
        made = Sampler(judgement.schema).sample(random.Random(0), like=value)
    except (MockflareError, ValueError, TypeError, RecursionError):
        return []
    return [] if judgement.violations(made) else [made]


def _direction(site: Site) -> str:
    around = site if site.kind == "parameter" else site.above("response", "request-body", "parameter")
    if around is None:
        return ""
    return "response" if around.kind == "response" else "request"


def _is_json(media_type: str) -> bool:
    plain = media_type.split(";", 1)[0].strip().lower()
    return plain.endswith(("/json", "+json")) or plain == "*/*"


RULES: tuple[Rule, ...] = (example_invalid, schema_example_invalid)
