"""The pytest door: one mock server per test run, cleared between tests; the real service where a test allows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # a plugin is imported by every test run; the server is not
    from contracts import Report
    from mockserver.live import LiveService
    from mockserver.server import MockServer

MARKER = "mockflare_live"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of live runs."""
    group = parser.getgroup("mockflare", "mock server for Cloudflare Workers AI")
    group.addoption(
        "--mockflare-live",
        action="store_true",
        help="tests marked mockflare_live ask the real service, with CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID",
    )
    group.addoption(
        "--mockflare-live-url", metavar="URL", default=None, help="another address of it than api.cloudflare.com"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker, and refuse a live run without credentials before any test runs."""
    config.addinivalue_line(
        "markers",
        f"{MARKER}: the test holds at the real service, too; with --mockflare-live the fixture `mockflare` is that",
    )
    if config.getoption("--mockflare-live"):
        _live_service(config)


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
def mockflare(request: pytest.FixtureRequest) -> Iterator[MockServer | LiveService]:
    """A mock server: `url`, `base_url`, `openai_url`, `token`, `account_id`, `requests`, `on`, `fail`.

    Requests, responders and faults of one test are gone in the next. In a test marked `mockflare_live` it is the real
    service when pytest was given --mockflare-live: the same addresses and credentials, no journal, nothing to switch.
    """
    if _is_live(request):
        yield _live_service(request.config)
        return
    server: MockServer = request.getfixturevalue("mockflare_server")
    server.reset()
    yield server
    server.reset()


@pytest.fixture
def mockflare_check(request: pytest.FixtureRequest, mockflare: MockServer | LiveService) -> Callable[..., Report]:
    """A function that checks what `mockflare` is, or the target given, as `contracts.check` does.

    It takes the options of `contracts.check`, fails the test unless the run is clean, and returns its report.
    """

    def check(target: Any = None, **options: Any) -> Report:
        __tracebackhide__ = True
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # those of the libraries beneath are not about the test
            import contracts

            given: dict[str, Any] = {"token": mockflare.token, "account": mockflare.account_id}
            if target is None and not _is_live(request):
                from mockserver.asgi import create_app

                server: MockServer = request.getfixturevalue("mockflare_server")
                target, given["contract"] = create_app(server.mock), server.mock.document
            from mockserver.errors import MockflareError

            report, wrong = None, ""
            try:
                report = contracts.check(mockflare.base_url if target is None else target, **{**given, **options})
            except MockflareError as error:
                wrong = str(error)
        if report is None:
            pytest.fail(wrong, pytrace=False)  # outside of the handler: pytest would tell the same twice
        if report.exit_code:
            from contracts.reporters.text import render_text

            pytest.fail(render_text(report), pytrace=False)
        return report

    return check


def _is_live(request: pytest.FixtureRequest) -> bool:
    """Return whether a test asks the real service."""
    marked = request.node.get_closest_marker(MARKER) is not None
    return marked and bool(request.config.getoption("--mockflare-live"))


def _live_service(config: pytest.Config) -> LiveService:
    from mockserver.errors import UsageError
    from mockserver.live import LIVE_URL, LiveService

    try:
        return LiveService.from_environment(config.getoption("--mockflare-live-url") or LIVE_URL)
    except UsageError as error:
        raise pytest.UsageError(f"--mockflare-live: {error}") from None
