"""Parameters of the address: at their bounds, just outside, left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from contracts.cases import Case
from contracts.exchanges import Intent
from contracts.making import Maker
from contracts.member_schemas import STRANGER
from contracts.strategies.registry import strategy


@strategy("query", "search")
def query(make: Maker) -> Iterator[Case]:
    """Parameters of the address at their bounds, just outside, left out, and some that nobody documented."""
    documented = [each for each in make.operation.parameters if each.get("in") == "query"]
    needed = [str(each.get("name")) for each in documented if each.get("required")]
    allowed: dict[str, str] = {}
    refused: list[tuple[str, dict[str, str]]] = []
    for each in documented:
        name, schema = str(each.get("name")), make.operation.document.resolve(each.get("schema"))
        if not isinstance(schema, dict) or name == "queueRequest":
            continue
        kind, least, most = schema.get("type"), schema.get("minimum"), schema.get("maximum")
        if kind in ("integer", "number"):
            allowed[name] = str(2 if (least or 0) <= 2 <= (most or 2) else least)
            if least is not None:
                refused.append((f"{name} just below its minimum", {name: str(least - 1)}))
            if most is not None:
                refused.append((f"{name} just above its maximum", {name: str(most + 1)}))
            refused.append((f"{name} that is no number", {name: "many"}))
        elif schema.get("enum"):
            refused.append((f"{name} that is not listed", {name: "not-listed"}))
    if make.operation.method == "GET":
        if allowed:
            yield make.case(query=allowed, reason="numbers in the query")
        for reason, given in refused[:2]:
            yield _refused(make, reason, given)
        if needed:
            case = make.case(reason=f"without the required {needed[0]}", intent=Intent.INVALID)
            yield replace(case, query="", negated=("query",))
        words = {
            str(each.get("name")): "bge" for each in documented
            if str(each.get("name")) in ("search", "author") and not each.get("required")
        }  # fmt: skip
        for name, value in words.items():
            yield make.case(query={name: value}, reason=f"{name} with a word", intent=Intent.PROBE)
        zero = dict.fromkeys(allowed, "0")
        if zero:
            yield make.case(query=zero, reason="zero for every number in the query", intent=Intent.PROBE)
            empty = dict.fromkeys(allowed, "")
            yield make.case(query=empty, reason="nothing for every number in the query", intent=Intent.PROBE)
            twice = make.case(query=allowed, reason="every parameter twice in the query", intent=Intent.PROBE)
            yield replace(twice, query=f"{twice.query}&{twice.query}")
        for reason, given in refused[2:]:
            yield _refused(make, reason, given)
    yield make.case(query={STRANGER: "1"}, reason="a parameter in the query that nobody documented")


def _refused(make: Maker, reason: str, given: Mapping[str, str]) -> Case:
    return replace(make.case(query=given, reason=reason, intent=Intent.INVALID), negated=("query",))


STRATEGIES = (query,)
