"""One test body for the mock and for the real service, which a mock on another port stands for here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockserver import Mock, MockServer
from mockserver.errors import UsageError
from mockserver.live import LiveService

ACCOUNT = "feedfacefeedfacefeedfacefeedface"

TESTS = """
    import json
    import urllib.request

    import pytest

    def ask(mockflare):
        request = urllib.request.Request(
            f"{mockflare.openai_url}/embeddings",
            json.dumps({"model": "@cf/baai/bge-small-en-v1.5", "input": "hello"}).encode(),
            {"Authorization": f"Bearer {mockflare.token}"},
        )
        with urllib.request.urlopen(request) as answer:
            return len(json.load(answer)["data"][0]["embedding"])

    @pytest.mark.mockflare_live
    def test_dimension(mockflare):
        assert 384 == ask(mockflare)

    def test_of_the_mock_alone(mockflare):
        ask(mockflare)
        assert "createEmbeddings" == mockflare.requests[-1].operation_id
"""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[MockServer]:
    """Stands for the real service; its credentials are in the environment."""
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", "token-of-the-service")
    monkeypatch.setenv("CLOUDFLARE_ACCOUNT_ID", ACCOUNT)
    with MockServer(Mock(tokens=("token-of-the-service",))) as server:
        yield server


def test_marked_tests_ask_the_service_when_told(pytester: pytest.Pytester, service: MockServer) -> None:
    """Only with the option, and only what is marked; with the credentials of the environment."""
    pytester.makepyfile(TESTS)
    options = ("-q", "-p", "no:cacheprovider", "-p", "no:schemathesis", "--strict-markers")

    pytester.runpytest_subprocess(*options).assert_outcomes(passed=2)
    assert 0 == len(service.requests)

    live = pytester.runpytest_subprocess(*options, "--mockflare-live", "--mockflare-live-url", service.base_url)
    live.assert_outcomes(passed=2)
    assert [f"/client/v4/accounts/{ACCOUNT}/ai/v1/embeddings"] == [each.path for each in service.requests]


def test_a_live_run_without_credentials_ends_at_once(pytester: pytest.Pytester) -> None:
    """It names what is missing, and no test runs: a run that asked nobody must not be green."""
    pytester.makepyfile(TESTS)

    result = pytester.runpytest_subprocess("-q", "-p", "no:schemathesis", "--mockflare-live")

    assert pytest.ExitCode.USAGE_ERROR == result.ret
    result.stderr.fnmatch_lines(["*set CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID*"])


def test_the_service_has_the_addresses_of_the_mock() -> None:
    """Whatever a test reads of a MockServer to reach it, the live service has too; its token shows nowhere."""
    live = LiveService.from_environment(
        "https://api.example/client/v4/", {"CLOUDFLARE_API_TOKEN": "secret", "CLOUDFLARE_ACCOUNT_ID": ACCOUNT}
    )

    assert "https://api.example" == live.url
    assert "https://api.example/client/v4" == live.base_url
    assert f"https://api.example/client/v4/accounts/{ACCOUNT}/ai/v1" == live.openai_url
    assert ("secret", ACCOUNT) == (live.token, live.account_id)
    assert "secret" not in repr(live)
    assert ACCOUNT not in repr(live)  # pytest shows the fixture of a test that fails
    assert [] == [name for name in dir(MockServer) if not name.startswith("_") and not hasattr(LiveService, name)
                  and name not in ("start", "stop", "token", "account_id", "base_url")]  # fmt: skip


def test_what_only_a_mock_can_do_is_refused() -> None:
    """A test that switches the service's answers is told so, instead of testing something else."""
    live = LiveService("https://api.example/client/v4", ACCOUNT, "secret")

    for wrong in (lambda: live.on("createEmbeddings"), lambda: live.fail("*", 503), lambda: live.requests):
        with pytest.raises(UsageError, match="for the mock alone"):
            wrong()


CHECKS = """
    import pytest

    ONE = dict(operations=["createEmbeddings"], own_only=True, quick=True)

    @pytest.mark.mockflare_live
    def test_contract(mockflare_check):
        report = mockflare_check(**ONE)
        assert 0 == report.exit_code
        assert 1 == len(report.operations)

    def test_flaw(mockflare_check):
        async def app(scope, receive, send):
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"hello"})

        mockflare_check(app, **ONE)

    def test_mistake(mockflare_check):
        mockflare_check(operations=["createEmbedings"])
"""


def test_a_check_fails_a_test_with_its_findings(pytester: pytest.Pytester) -> None:
    """A clean run returns its report; findings are the message of the failure, with the request to see them.

    So is a mistake, in one line.
    """
    pytester.makepyfile(CHECKS)

    result = pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider", "-p", "no:schemathesis", "-W", "error")

    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(["*createEmbeddings*", "*promised*", "*came*", "*curl -X*", "*findings: *"])
    result.stdout.fnmatch_lines(["unknown operation 'createEmbedings'; did you mean 'createEmbeddings'?*"])
    result.stdout.no_fnmatch_line("*mockserver/*")
    result.stdout.no_fnmatch_line("*During handling*")


def test_a_check_of_the_service(pytester: pytest.Pytester, service: MockServer) -> None:
    """In a live run the contract check of a marked test goes to the service."""
    pytester.makepyfile(CHECKS)

    result = pytester.runpytest_subprocess(
        "-q", "-p", "no:cacheprovider", "-k", "contract", "--mockflare-live", "--mockflare-live-url", service.base_url
    )

    result.assert_outcomes(passed=1, deselected=2)
    assert 5 < len(service.requests)
