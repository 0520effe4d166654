"""The calls that `mockflare models NAME` shows run as they stand: curl, Python, JavaScript, a model of each family."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path

import pytest
from family_calls import length_of
from PIL import Image

from mockserver import bundled, model_pages
from mockserver.effective import catalogue, effective
from mockserver.server import MockServer
from mockserver.workersai.catalogue import Model
from mockserver.workersai.sample_calls.recipes import Place

FAMILIES = list(bundled.tasks())
SESSIONS = {family for family, content in bundled.tasks().items() if content.get("websocket_only")}
NEEDED = ("image-classification", "speech-recognition-whisper", *sorted(SESSIONS))
"""Families whose curl calls make the files that others read."""


def model_of(family: str) -> Model:
    known = catalogue().select(family=family)
    return next((model for model in known if model.active), known[0])


@pytest.fixture
def place(server: MockServer) -> Place:
    return Place(server.base_url, server.account_id, server.token)


@pytest.fixture(scope="module")
def _media(running: MockServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that programs read, made as the shown commands make them."""
    folder = tmp_path_factory.mktemp("media")
    place = Place(running.base_url, running.account_id, running.token)
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    for family in NEEDED:
        command = model_pages.call(model_of(family), "curl", place)
        subprocess.run(["sh", "-ec", command], cwd=folder, check=True, capture_output=True, timeout=60)
    return folder


@pytest.fixture
def folder(_media: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The working directory of a call, with a picture and a recording in it."""
    for file in _media.iterdir():
        shutil.copy(file, tmp_path)
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.iterdir())
    yield tmp_path
    for made in set(tmp_path.iterdir()) - before:
        decode(made)


def decode(file: Path) -> None:
    """Open a saved answer: a picture of any size, a recording of at least half a second."""
    if file.suffix in (".png", ".jpg"):
        with Image.open(file) as image:
            image.load()
            assert file.suffix == {"PNG": ".png", "JPEG": ".jpg"}[str(image.format)]
            assert min(image.size) >= 256
    elif file.suffix == ".mp3":
        assert length_of(file.read_bytes()) > 0.5


def succeeded(server: MockServer) -> None:
    """Every request was answered, and by what stands for the model."""
    assert server.requests
    assert {(True, "responder")} == {(each.status in (101, 200), each.source) for each in server.requests}


@pytest.mark.parametrize("family", [each for each in FAMILIES if each not in SESSIONS])
def test_curl(family: str, place: Place, server: MockServer, folder: Path) -> None:
    """The commands succeed; what they print is an answer, what they save can be opened."""
    command = model_pages.call(model_of(family), "curl", place)
    printed = subprocess.run(["sh", "-ec", command], capture_output=True, text=True, check=True, timeout=60).stdout

    succeeded(server)
    saved = sorted(folder.glob("answer.*"))
    streamed = "the same in pieces" in command
    assert printed or saved
    if printed:
        assert json.loads(printed.partition("data: ")[0])["success"]
    assert streamed == printed.rstrip().endswith("data: [DONE]")


@pytest.mark.parametrize("family", FAMILIES)
def test_python(family: str, place: Place, server: MockServer, folder: Path) -> None:
    """The program ends without an error, and shows or saves something."""
    program = model_pages.call(model_of(family), "python", place)
    namespace: dict[str, object] = {"__name__": "sample"}
    shown = io.StringIO()
    try:
        with redirect_stdout(shown):
            exec(compile(program, family, "exec"), namespace)
    finally:
        client = namespace.get("client")
        if client is not None:
            client.close()  # type: ignore[attr-defined]

    succeeded(server)
    assert shown.getvalue().strip() or sorted(folder.glob("answer.*"))
    if family.startswith("text-generation"):
        lines = shown.getvalue().splitlines()  # the text as a whole, then in pieces
        assert lines[: len(lines) // 2] == lines[len(lines) // 2 :]


@cache
def node_version() -> int | None:
    """The major version of the Node that is installed, if one is; each start of it takes a while."""
    if shutil.which("node") is None:
        return None
    return int(subprocess.run(["node", "-v"], capture_output=True, text=True, check=True).stdout[1:].split(".")[0])


@pytest.mark.parametrize("family", FAMILIES)
def test_javascript(family: str, place: Place, server: MockServer, folder: Path) -> None:
    """The module ends without an error, and shows or saves something."""
    model = model_of(family)
    version = node_version()
    if version is None:
        pytest.skip("node is not installed")
    if version < model_pages.oldest_node(model):
        pytest.skip(f"the module needs Node {model_pages.oldest_node(model)}, this is {version}")
    (folder / "call.mjs").write_text(model_pages.call(model, "javascript", place), "utf-8")
    done = subprocess.run(["node", "call.mjs"], capture_output=True, text=True, check=False, timeout=60)

    assert (0, "") == (done.returncode, done.stderr)
    succeeded(server)
    assert done.stdout.strip() or sorted(folder.glob("answer.*"))


@pytest.mark.parametrize("language", model_pages.LANGUAGES)
def test_every_model_has_a_call(language: str) -> None:
    """All models of the catalogue, retired ones too, have a call in every language, which names the model."""
    calls = {model.name: model_pages.call(model, language) for model in catalogue().values()}

    assert set() == {name for name, text in calls.items() if name not in text and "WebSocket only" not in text}
    assert set() == {
        name
        for name, text in calls.items()
        if "${" in text.replace("${response.status}", "").replace("${await response.text()}", "")
    }


def test_streams_are_shown_where_there_are_any() -> None:
    """A model that streams has a call for it, and no other has."""
    for operation in effective().operations.values():
        name = operation.raw.get("x-mockflare-model")
        if name is not None and operation.response(200) is not None:
            streams = "text/event-stream" in operation.response(200).content
            assert streams == ("the same in pieces" in model_pages.call(catalogue()[name], "curl")), name
