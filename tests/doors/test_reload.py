"""Editing while serving."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mockserver.app import Mock
from mockserver.asgi import Application, create_app
from mockserver.engine.values import HttpRequest
from mockserver.reload import INTERVAL, Reloader
from mockserver.settings import Settings

DOCUMENT = """\
openapi: 3.1.0
info: {title: Tea, version: "1"}
paths:
  /teas:
    get:
      operationId: listTeas
      responses:
        "200": {$ref: "parts.yml#/teas"}
"""
PARTS = "teas: {description: All teas, content: {application/json: {example: [NAME], schema: {type: array}}}}\n"


class Kitchen:
    """A document in two files, a mock of it, and its reloader."""

    def __init__(self, folder: Path) -> None:
        self.spec, self.parts = folder / "tea.yml", folder / "parts.yml"
        self.spec.write_text(DOCUMENT, "utf-8")
        self.brew("sencha")
        self.settings = Settings(spec=str(self.spec))
        self.application: Application = create_app(Mock(self.settings))
        self.told: list[str] = []
        self.ask()
        self.reloader = Reloader(self.application, self.settings, self.told.append)

    def brew(self, name: str) -> None:
        self.parts.write_text(PARTS.replace("NAME", name), "utf-8")

    def ask(self) -> bytes:
        return self.application.mock.handle(HttpRequest("GET", "/teas")).body

    def look(self) -> list[str]:
        """Look until what was written has come to rest, and return what was told."""
        self.told.clear()
        self.reloader.look()
        self.reloader.look()
        return self.told


@pytest.fixture
def kitchen(tmp_path: Path) -> Kitchen:
    return Kitchen(tmp_path)


def test_a_change_takes_effect(kitchen):
    """Also one in a file that only a reference leads to."""
    assert ([], b'["sencha"]') == (kitchen.look(), kitchen.ask())
    kitchen.brew("matcha")
    assert (["reloaded Tea"], b'["matcha"]') == (kitchen.look(), kitchen.ask())
    assert [] == kitchen.look()


def test_a_bad_save_keeps_the_last_good_contract(kitchen):
    """Why is told once, and by the health endpoint; the next good save heals it."""
    kitchen.spec.write_text("openapi: [", "utf-8")
    [told] = kitchen.look()
    assert told.startswith("the last good contract is still served: ")
    assert "tea.yml" in told
    assert (b'["sencha"]', told.partition(": ")[2], []) == (kitchen.ask(), kitchen.application.trouble, kitchen.look())
    kitchen.spec.write_text(DOCUMENT.replace("Tea", "Better tea"), "utf-8")
    assert (["reloaded Better tea"], None) == (kitchen.look(), kitchen.application.trouble)


def test_what_is_wrong_with_a_new_version_is_told(kitchen):
    """Only what was not wrong before; who listened to the old version listens to the new one."""
    heard = []
    kitchen.application.mock.document.listener = heard.append
    kitchen.spec.write_text(DOCUMENT + "webhooks: {new: {post: {}}}\n", "utf-8")
    assert ["reloaded Tea"] == kitchen.look()
    kitchen.application.mock.document.report("/paths", "found later")
    assert ["/webhooks", "/paths"] == [each.pointer for each in heard]


def test_a_document_that_is_away_for_a_moment(kitchen):
    """An editor that removes a file before it writes it anew costs nothing."""
    kitchen.spec.unlink()
    kitchen.reloader.look()
    kitchen.spec.write_text(DOCUMENT, "utf-8")
    assert ["reloaded Tea"] == kitchen.look()


def test_what_users_did_is_kept(kitchen):
    """Journal, stubs and faults survive."""
    kitchen.application.mock.on("listTeas")(lambda _: ["stubbed"])
    kitchen.application.mock.fail("listTeas", 503, times=1)
    kitchen.brew("matcha")
    kitchen.look()
    assert [503, 200] == [kitchen.application.mock.handle(HttpRequest("GET", "/teas")).status for _ in range(2)]
    assert (b'["stubbed"]', 4) == (kitchen.ask(), kitchen.application.mock.journal.count)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    spec = tmp_path / "tea.yml"
    spec.write_text(DOCUMENT, "utf-8")
    (tmp_path / "parts.yml").write_text(PARTS.replace("NAME", "sencha"), "utf-8")
    command = [sys.executable, "-m", "mockserver", "serve", str(spec), "--port", "0"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as process:
        assert process.stdout is not None
        found = re.search(rb":(\d+)", process.stdout.readline())
        assert found
        try:
            yield tmp_path, int(found[1])
        finally:
            process.terminate()


def wait_for(condition: Callable[[], bool]) -> bool:
    """Wait until a condition holds, for as long as anybody would."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(INTERVAL / 5)
    return False


def test_no_request_is_lost_while_files_change(served):
    """Connections are kept and every answer is a whole one, of the contract before or after a change."""
    folder, port = served
    names = ["sencha", "matcha", "oolong", "assam"]
    answers: list[tuple[int, bytes]] = []
    done = threading.Event()

    def ask() -> None:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
            while not done.is_set():
                connection.request("GET", "/teas")
                response = connection.getresponse()
                answers.append((response.status, response.read()))

    askers = [threading.Thread(target=ask) for _ in range(2)]
    for asker in askers:
        asker.start()
    try:
        for name in names:
            (folder / "parts.yml").write_text(PARTS.replace("NAME", name), "utf-8")
            assert wait_for(lambda name=name: bool(answers) and answers[-1][1] == f'["{name}"]'.encode())
    finally:
        done.set()
        for asker in askers:
            asker.join()
    assert {(200, f'["{name}"]'.encode()) for name in names} == set(answers)
