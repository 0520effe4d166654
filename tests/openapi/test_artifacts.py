"""Artifacts: APIExamples and APIMetadata become extensions of the document they are for."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from mockserver.errors import UnknownName, UsageError
from mockserver.openapi.artifacts import merged

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Beers", "version": 1.0, "x-microcks": {"labels": {"domain": "beer", "team": "A"}}},
    "paths": {"/beers": {"get": {"x-microcks-operation": {"delay": 5, "dispatcher": "RANDOM"}}}},
}


def artifact(kind: str, operations: Any = None, **metadata: Any) -> dict[str, Any]:
    return {"kind": kind, "metadata": {"name": "Beers", "version": "1.0", **metadata}, "operations": operations or {}}


def test_metadata() -> None:
    """Labels are added, settings of an operation replaced one by one, and the document itself is not changed."""
    before = deepcopy(DOCUMENT)
    found, complaints = merged(
        DOCUMENT, artifact("APIMetadata", {"GET /beers": {"delay": 9}}, labels={"team": "B"}), "m"
    )
    assert [] == complaints
    assert {"domain": "beer", "team": "B"} == found["info"]["x-microcks"]["labels"]
    assert {"delay": 9, "dispatcher": "RANDOM"} == found["paths"]["/beers"]["get"]["x-microcks-operation"]
    assert before == DOCUMENT


def test_examples() -> None:
    """Several files add up; an example without a response is passed over."""
    one, _ = merged(DOCUMENT, artifact("APIExamples", {"GET /beers": {"a": {"response": {"body": 1}}}}), "one")
    two, complaints = merged(one, artifact("APIExamples", {"GET /beers": {"b": {"response": {}}, "c": 3}}), "two")
    assert ["a", "b"] == list(two["paths"]["/beers"]["get"]["x-microcks-examples"])
    assert ["the example 'c' has no `response`: it is passed over"] == [each.message for each in complaints]
    assert [("operations", "GET /beers", "c")] == [each.path for each in complaints]


@pytest.mark.parametrize(
    ("operations", "told"),
    [
        ({"GET /beer": {"delay": 1}}, "did you mean 'GET /beers'?"),
        ({"GET /beers": 5}, "is an object"),
    ],
)
def test_what_is_passed_over(operations: Any, told: str) -> None:
    """What an artifact says of nothing is told with the nearest name."""
    _, complaints = merged(DOCUMENT, artifact("APIMetadata", operations), "m")
    assert told in complaints[0].message


def test_other_versions() -> None:
    """An artifact for another API or version changes nothing."""
    for metadata in ({"name": "Wines"}, {"version": "2.0"}):
        found, complaints = merged(DOCUMENT, artifact("APIMetadata", {"GET /beers": {"delay": 9}}, **metadata), "m")
        assert (DOCUMENT, 1) == (found, len(complaints))


def test_what_is_no_artifact() -> None:
    """Another file is refused with what would be right."""
    with pytest.raises(UsageError, match="apiVersion"):
        merged(DOCUMENT, {"openapi": "3.1.0"}, "m")
    with pytest.raises(UnknownName, match="did you mean 'APIExamples'"):
        merged(DOCUMENT, artifact("APIExample"), "m")
