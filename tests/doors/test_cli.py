"""The command line, as a shell sees it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.here import run_here

CHAT = '{"model": "@cf/meta/llama-3.2-1b-instruct", "messages": [{"role": "user", "content": "Why is the sky blue?"}]}'


def mockflare(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return run_here(arguments, folder=cwd)


def started(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "mockserver", *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_document_on_standard_input() -> None:
    """`-` is the document on standard input."""
    document = (
        '{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/a": {"get": {"responses": {}}}}}'
    )
    command = [sys.executable, "-m", "mockserver"]
    done = subprocess.run([*command, "routes", "-"], input=document, capture_output=True, text=True, check=True)
    assert "GET     /a" in done.stdout
    several = subprocess.run(
        [*command, "serve", "-", "--workers", "2"], input=document, capture_output=True, text=True, check=False
    )
    assert (2, "mockflare: standard input can be read once") == (several.returncode, several.stderr.partition(";")[0])


def test_ask() -> None:
    """An answer without a server: the same as with one, exit 0."""
    said = started("ask", "createChatCompletion", CHAT)
    assert (0, "") == (said.returncode, said.stderr)
    assert "sky" in json.loads(said.stdout)["choices"][0]["message"]["content"]


def test_ask_a_model() -> None:
    """A model is asked on its own path; a stream is printed as it goes over the wire."""
    said = mockflare("ask", "@cf/meta/llama-3.2-1b-instruct", '{"prompt": "Why?", "stream": true}')
    assert 0 == said.returncode
    assert said.stdout.endswith("data: [DONE]\n\n")


def test_ask_with_a_refusal() -> None:
    """A refusal is printed and exits 1."""
    said = mockflare("ask", "createEmbeddings", "{}")
    assert 1 == said.returncode
    assert 5006 == json.loads(said.stdout)["errors"][0]["code"]


def test_explain() -> None:
    """Every decision on the way to an answer, then the answer."""
    said = mockflare("explain", "post", "/client/v4/accounts/a/ai/v1/chat/completions", CHAT)
    assert 0 == said.returncode
    for line in (
        "matched createChatCompletion",
        "the token is known",
        "the body is valid",
        "200 by responder",
        "warning:",
    ):
        assert line in said.stdout


def test_routes() -> None:
    """One line for each operation, and one for each active model."""
    said = mockflare("routes")
    lines = said.stdout.splitlines()
    assert lines[0].split()[:3] == ["METHOD", "PATH", "OPERATION"]
    assert any("createChatCompletion" in line and "responder" in line and "text/event-stream" in line for line in lines)
    assert any("/ai/run/@cf/meta/llama-3.2-1b-instruct " in line for line in lines)


def test_models() -> None:
    """The catalogue, filtered; one model with a call to try."""
    embedding = mockflare("models", "--task", "text embeddings")
    assert 8 == len(embedding.stdout.splitlines())
    assert "@cf/baai/bge-m3" in embedding.stdout
    tools = mockflare("models", "--capability", "function_calling")
    assert "@cf/meta/llama-3.3-70b-instruct-fp8-fast" in tools.stdout
    assert "bge" not in tools.stdout
    assert 115 == len(mockflare("models", "--all").stdout.splitlines())
    one = mockflare("models", "llama-3.2-1b-instruct")
    assert "context_window: 60000" in one.stdout
    assert "curl http" in one.stdout


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_spec(form: str) -> None:
    """The effective contract is one plain OpenAPI document that a standard validator accepts, in either format."""
    from openapi_spec_validator import OpenAPIV31SpecValidator

    said = mockflare("spec", "--format", form)
    content = yaml.load(said.stdout, Loader=yaml.CSafeLoader) if form == "yaml" else json.loads(said.stdout)
    assert "/accounts/{account_id}/ai/run/@cf/meta/llama-3.2-1b-instruct" in content["paths"]
    if form == "json":
        assert [] == list(OpenAPIV31SpecValidator(content).iter_errors())


def test_bare_spec() -> None:
    """`--no-overlay` prints the upstream document: five paths."""
    content = json.loads(mockflare("spec", "--no-overlay", "--format", "json").stdout)
    assert 5 == len(content["paths"])


def test_lint_and_fix(tmp_path: Path) -> None:
    """The given document's 11 invalid examples and other faults, then an overlay after which there are none."""
    told = mockflare("lint")
    assert 1 == told.returncode
    lines = told.stdout.splitlines()
    assert 11 == sum("example-invalid" in line for line in lines)
    assert all(line.split(":")[1].isdecimal() for line in lines)
    mended = tmp_path / "mended.yml"
    mockflare("lint", "--fix", str(mended))
    after = mockflare("lint", "--overlay", str(mended))
    assert (0, "", "0 faults\n") == (after.returncode, after.stdout, after.stderr)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["serv"], "unknown command 'serv'; did you mean 'serve'?"),
        (["serve", "--prot", "1"], "No such option '--prot'"),
        (["serve", "--port", "x"], "'x' is not a valid integer"),
        (["serve", "--port", "99999"], "port is 99999; it has to lie between 0 and 65535"),
        (["serve", "nowhere.yaml"], "nowhere.yaml: no such file"),
        (["serve", "--fidelity", "lenientt"], "did you mean 'lenient'?"),
        (["serve", "--overlay", "nowhere.yml"], "nowhere.yml: no such file"),
        (["serve", "--host", "256.1.1.1", "--port", "0"], "cannot listen on 256.1.1.1:0"),
        (["ask", "createEmbedings", "{}"], "did you mean 'createEmbeddings'?"),
        (["models", "@cf/meta/llama-3.2-1b-instuct"], "did you mean '@cf/meta/llama-3.2-1b-instruct'?"),
        (["models", "--task", "Text Generatoin"], "did you mean 'Text Generation'?"),
        (["models", "--capability", "function_caling"], "did you mean 'function_calling'?"),
        (["lint", "nowhere.yaml"], "nowhere.yaml: no such file"),
        (["spec", "--format", "xml"], "'xml' is not one of 'yaml', 'json'"),
        (["check", "--report", "junti=x"], "did you mean 'junit'?"),
        (["check", "--operations", "createChat"], "createChatCompletion"),
    ],
)  # fmt: skip
def test_mistakes(arguments: list[str], told: str) -> None:
    """A mistake is one line with the nearest known name, exit 2, no traceback."""
    said = mockflare(*arguments)
    assert (2, "") == (said.returncode, said.stdout)
    assert told in said.stderr
    assert 1 == len(said.stderr.strip().splitlines())


def test_documents_that_cannot_be_served(tmp_path: Path) -> None:
    """A broken document, a foreign one, or an overlay that hits nothing: one line with file and reason."""
    files = {
        "broken.yaml": ("openapi: [", "broken.yaml:"),
        "swagger.json": ('{"swagger": "2.0"}', "this is swagger 2.0"),
        "list.yaml": ("- a", "an OpenAPI document is an object"),
    }
    for name, (text, told) in files.items():
        (tmp_path / name).write_text(text)
        said = mockflare("serve", name, cwd=tmp_path)
        assert 2 == said.returncode
        assert told in said.stderr
        assert 1 == len(said.stderr.strip().splitlines())
    overlay = "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n- {target: $.paths.nowhere, remove: true}\n"
    (tmp_path / "overlay.yml").write_text(overlay)
    said = mockflare("serve", "--overlay", "overlay.yml", cwd=tmp_path)
    assert 2 == said.returncode
    assert "$.paths.nowhere" in said.stderr
    assert 1 == len(said.stderr.strip().splitlines())


def test_port_in_use() -> None:
    """A port that is taken: one line, exit 2."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = started("serve", "--port", str(taken.getsockname()[1]))
    assert 2 == said.returncode
    assert "--port 0 takes a free one" in said.stderr
    assert 1 == len(said.stderr.strip().splitlines())


def test_help() -> None:
    """Every command has a help page that says what it does."""
    for command in ("serve", "lint", "spec", "routes", "models", "ask", "explain", "check"):
        said = mockflare(command, "--help")
        assert (0, "") == (said.returncode, said.stderr)
        assert "Usage:" in said.stdout
    assert "mockflare, version" in mockflare("--version").stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_full_disk() -> None:
    """Output that cannot be written is one line, not a traceback."""
    with open("/dev/full", "w") as full:
        said = subprocess.run(
            [sys.executable, "-m", "mockserver", "spec"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert 2 == said.returncode
    assert "cannot write: No space left on device" in said.stderr
    assert "Traceback" not in said.stderr


def test_lint_for_programs() -> None:
    """SARIF is printed alone, a rule is explained by name, and warnings may pass."""
    assert "2.1.0" == json.loads(mockflare("lint", "--format", "sarif").stdout)["version"]
    assert mockflare("lint", "--explain", "example-invalid").stdout.startswith("example-invalid (error)")
    assert "did you mean 'example-invalid'?" in mockflare("lint", "--explain", "example-invald").stderr
