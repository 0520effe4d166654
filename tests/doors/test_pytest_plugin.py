"""The fixture, as a user's test run sees it."""

from __future__ import annotations

import pytest

TESTS = """
    import json
    import urllib.request

    def ask(mockflare, text):
        request = urllib.request.Request(
            f"{mockflare.openai_url}/embeddings",
            json.dumps({"model": "@cf/baai/bge-small-en-v1.5", "input": text}).encode(),
            {"Authorization": f"Bearer {mockflare.token}"},
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
"""


def test_fixture(pytester: pytest.Pytester) -> None:
    """One server for the run; requests, responders and faults of one test are gone in the next."""
    pytester.makepyfile(
        TESTS
        + """
    urls = []

    def test_first(mockflare):
        urls.append(mockflare.url)
        assert 384 == len(ask(mockflare, "hello")["data"][0]["embedding"])
        assert "createEmbeddings" == mockflare.requests[-1].operation_id
        assert "hello" == mockflare.requests[-1].json["input"]
        assert "[redacted]" == mockflare.requests[-1].headers["authorization"]
        mockflare.on("createEmbeddings")(lambda invocation: {
            "object": "list", "data": [], "model": "m", "usage": {"prompt_tokens": 0, "total_tokens": 0}})
        assert [] == ask(mockflare, "hello")["data"]
        mockflare.fail("*", 3040, times=-1)

    def test_second(mockflare):
        urls.append(mockflare.url)
        assert 0 == len(mockflare.requests)
        assert 1 == len(ask(mockflare, "hello")["data"])
        assert 1 == len(set(urls))
    """
    )
    pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider", "-p", "no:schemathesis").assert_outcomes(passed=2)


def test_settings_are_overridable(pytester: pytest.Pytester) -> None:
    """A conftest.py changes the settings of the server by overriding a fixture."""
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture(scope="session")
        def mockflare_settings():
            return {"seed": 7, "tokens": ("mine",)}
        """
    )
    pytester.makepyfile(
        """
        def test_settings(mockflare):
            assert (7, "mine") == (mockflare.mock.settings.seed, mockflare.token)
        """
    )
    pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider", "-p", "no:schemathesis").assert_outcomes(passed=1)


def test_parallel_workers(pytester: pytest.Pytester) -> None:
    """Each worker of pytest-xdist has a server of its own: tests do not see each other's requests."""
    pytester.makepyfile(
        TESTS
        + """
    import pytest

    @pytest.mark.parametrize("number", range(40))
    def test_alone(mockflare, number):
        ask(mockflare, f"text {number}")
        assert [f"text {number}"] == [exchange.json["input"] for exchange in mockflare.requests]
    """
    )
    pytester.runpytest_subprocess("-q", "-n", "2", "-p", "no:cacheprovider", "-p", "no:schemathesis").assert_outcomes(
        passed=40
    )


def test_plugin_is_light(pytester: pytest.Pytester) -> None:
    """A test run that does not use the fixture does not pay for a server."""
    pytester.makepyfile(
        """
        import sys

        def test_nothing():
            assert not {"uvicorn", "starlette", "mockserver.app"} & set(sys.modules)
        """
    )
    pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider", "-p", "no:schemathesis").assert_outcomes(passed=1)
