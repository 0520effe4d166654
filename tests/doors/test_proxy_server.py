"""The proxy and the dispatchers PROXY over sockets, as the command line starts them."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from mockserver import Mock, MockServer
from mockserver.cli import cli

SPEC = """\
openapi: 3.1.0
info: {title: Tea, version: "1"}
paths:
  /teas:
    get:
      operationId: teas
      x-microcks-operation: {dispatcher: PROXY, dispatcherRules: "URL"}
      responses: {"200": {description: "", content: {application/json: {schema: {type: array}}}}}
"""


@contextmanager
def answering(answer: bytes) -> Iterator[int]:
    """A server that gives one answer to every connection; its port is yielded."""

    def run() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


def get(server: MockServer, path: str) -> tuple[int, bytes]:
    with closing(http.client.HTTPConnection(*server.url.removeprefix("http://").split(":"))) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()


@pytest.mark.parametrize(("is_allowed", "status"), [(True, 200), (False, 501)])
def test_dispatchers_send_on_where_it_was_allowed(is_allowed: bool, status: int, tmp_path: Path) -> None:
    """PROXY reaches the hosts of `allow`, and a mock without it sends nothing anywhere."""
    answer = b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 5\r\n\r\n["x"]'
    with answering(answer) as port:
        spec = tmp_path / "tea.yml"
        spec.write_text(SPEC.replace("URL", f"http://127.0.0.1:{port}"), "utf-8")
        mock = Mock(spec=str(spec), allow=(f"127.0.0.1:{port}",) if is_allowed else ())
        with MockServer(mock) as server:
            came = get(server, "/teas")
        if is_allowed:
            mock.egress.close()
    assert status == came[0]
    if is_allowed:
        assert b'["x"]' == came[1]
    else:
        assert f"http://127.0.0.1:{port}" in orjson.loads(came[1])["detail"]


def test_a_dispatcher_may_send_on_to_its_own_server(tmp_path: Path) -> None:
    """A request that waits for another server keeps nobody waiting, not even itself."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    spec = tmp_path / "tea.yml"
    own = (
        SPEC + '  /own/teas:\n    get: {responses: {"200": {description: "", content: {text/plain: {example: own}}}}}\n'
    )
    spec.write_text(own.replace("URL", f"http://127.0.0.1:{port}/own"), "utf-8")
    mock = Mock(spec=str(spec), allow=(f"127.0.0.1:{port}",))
    with MockServer(mock, port=port) as server:
        came = get(server, "/teas")
    mock.egress.close()
    assert (200, b"own") == came


def test_a_broken_answer_breaks_the_connection(tmp_path: Path) -> None:
    """Over a socket half an answer does not look like a whole one, and nobody is shown a traceback."""
    spec = tmp_path / "tea.yml"
    spec.write_text(SPEC.replace("URL", "http://127.0.0.1"), "utf-8")
    half = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n"
    with answering(half) as port:
        command = [sys.executable, "-m", "mockserver", "proxy", f"http://127.0.0.1:{port}", str(spec), "--port", "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            address = process.stdout.readline().split()[2].removeprefix("http://")
            with closing(http.client.HTTPConnection(*address.split(":"), timeout=10)) as connection:
                connection.request("GET", "/teas")
                response = connection.getresponse()
                told = response.getheader("x-mockflare-violations") or ""
                with pytest.raises(http.client.IncompleteRead) as caught:
                    response.read()
            process.terminate()
            said = process.communicate(timeout=10)[1]
    assert (200, b"half") == (response.status, caught.value.partial)
    assert told.startswith("response: text/plain is not declared for 200")
    assert said == ""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["ftp://tea.example"], "http or https would be right"),
        (["http://a@tea.example"], "credentials"),
        (["http://2130706433"], "odd spelling"),
        (["http://tea.example", "--timeout", "0"], "seconds greater than 0"),
        (["http://tea.example", "--allow", "10.0.0.1/8"], "a network such as"),
    ],
)
def test_mistakes_are_told_at_the_start(arguments: list[str], told: str) -> None:
    """A URL that nothing may go to, and limits that are none, end the command."""
    done = CliRunner().invoke(cli, ["proxy", *arguments])
    assert done.exit_code != 0
    assert told in str(done.exception)
