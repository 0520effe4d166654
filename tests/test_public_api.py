"""What users may import, and nothing else."""

from __future__ import annotations

import pytest

import contracts
import mockserver


def test_public_names_exist() -> None:
    """Every listed name can be imported, and a listing shows exactly them."""
    for package in (mockserver, contracts):
        for name in package.__all__:
            assert getattr(package, name) is not None
        assert sorted(package.__all__) == sorted(name for name in dir(package) if not name.startswith("_"))


def test_public_names() -> None:
    """The public surface changes deliberately: a change of this list is a line in the changelog."""
    assert [
        "Answer", "Chosen", "Event", "Exchange", "HttpRequest", "HttpResponse", "Invocation", "Mock", "MockServer",
        "MockflareError", "Settings", "create_app",
    ] == sorted(mockserver.__all__, key=str)  # fmt: skip
    assert [
        "Event", "Finding", "Found", "Kit", "Limits", "Outcome", "Report", "Severity", "check",
    ] == sorted(contracts.__all__)  # fmt: skip


def test_public_names_are_documented() -> None:
    """Every public name has a docstring."""
    for package in (mockserver, contracts):
        for name in package.__all__:
            assert (getattr(package, name).__doc__ or "").strip(), name


def test_unknown_name() -> None:
    """A name that is not public is refused with the list of those that are."""
    with pytest.raises(AttributeError, match="MockServer"):
        mockserver.Mok  # noqa: B018
