"""`Accept` against what a document declares."""

from __future__ import annotations

import pytest

from mockserver.engine.negotiation import accepted, choose

JSON, XML, CSV, HAL, PROBLEM = (
    "application/json",
    "application/xml",
    "text/csv",
    "application/hal+json",
    "application/problem+json",
)


@pytest.mark.parametrize(
    ("offers", "header", "expected"),
    [
        ([XML, JSON], None, JSON),
        ([XML, CSV], None, XML),
        ([XML, HAL], None, HAL),
        ([XML, JSON], "*/*", JSON),
        ([JSON, XML], "application/xml", XML),
        ([JSON, XML], "application/json;q=0.2, application/xml;q=0.8", XML),
        ([JSON, XML], "application/xml;q=0.5, application/json;q=0.5", JSON),
        ([JSON, XML, CSV], "text/*, application/json;q=0.1", CSV),
        ([JSON, XML], "*/*;q=0.1, application/xml", XML),
        ([JSON, XML], "*/*, application/json;q=0", XML),
        ([JSON], "application/json;q=0", None),
        ([JSON], "text/csv", None),
        ([JSON], "application/vnd.github.v3+json", JSON),
        ([HAL], "application/json", HAL),
        ([HAL, JSON], "application/hal+json", HAL),
        ([JSON], "application/vnd.x+json, application/json;q=0", None),
        (["*/*"], "text/csv", CSV),
        (["image/*"], None, "image/png"),
        (["image/*"], "image/webp, image/png;q=0.1", "image/webp"),
        ([JSON], "APPLICATION/JSON ; Q=0.5", JSON),
        ([JSON], 'text/plain; format="a,b", application/json', JSON),
    ],
)
def test_choice(offers: list[str], header: str | None, expected: str | None) -> None:
    """The media type that the caller likes best answers; JSON, then the document's order, among equals."""
    assert expected == choose(offers, header)


@pytest.mark.parametrize(
    "header", ["", "json", "/", "*/json", "application", ";;;", ",,,", "a/b/c", "\xff", "q=1", "x" * 9999]
)
def test_unreadable(header: str) -> None:
    """What is no list of media ranges means nothing."""
    assert JSON == choose([XML, JSON], header)


def test_unreadable_entries() -> None:
    """An entry that cannot be read leaves the others alone."""
    assert [("text", "csv")] == [(each.kind, each.subtype) for each in accepted("foo, text/csv;q=0.5, */x")]
