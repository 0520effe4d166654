"""The pytest door: one mock server per test run, cleared between tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # a plugin is imported by every test run; the server is not
    from mockserver.server import MockServer


@pytest.fixture(scope="session")
def mockflare_settings() -> Mapping[str, Any]:
    """Settings of the server by name, e.g. `{"seed": 7}`. Override it in a conftest.py."""
    return {}


@pytest.fixture(scope="session")
def mockflare_server(mockflare_settings: Mapping[str, Any]) -> Iterator[MockServer]:
    """The server of this test run (under pytest-xdist, of this worker) on a free port of the loopback interface."""
    from mockserver.app import Mock
    from mockserver.server import MockServer

    with MockServer(Mock(**mockflare_settings)) as server:
        yield server


@pytest.fixture
def mockflare(mockflare_server: MockServer) -> Iterator[MockServer]:
    """A mock server: `url`, `base_url`, `openai_url`, `token`, `account_id`, `requests`, `on`, `fail`.

    Requests, responders and faults of one test are gone in the next.
    """
    mockflare_server.reset()
    yield mockflare_server
    mockflare_server.reset()
