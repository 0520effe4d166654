"""`mockflare ask`: models by short names, in plain words, with files."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


def ask(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "mockserver", "ask", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=60, check=False)


def test_a_short_name_and_plain_words():
    """A model may be named by the end of its name, and be asked without any JSON."""
    done = ask("llama-3.2-1b-instruct", "Why is the sky blue?")
    assert done.returncode == 0
    assert "sky" in json.loads(done.stdout)["result"]["response"]


@pytest.mark.parametrize(("model", "member"), [("distilbert-sst-2-int8", "score"), ("bge-small-en-v1.5", "data")])
def test_words_for_models_that_are_no_chat_models(model, member):
    """The contract says which member takes the words."""
    assert member in json.dumps(json.loads(ask(model, "I love it").stdout)["result"])


def test_words_are_not_enough_for_every_model():
    """A model that needs more than words is a usage error that shows where to look."""
    done = ask("m2m100-1.2b", "Good morning")
    assert done.returncode == 2
    assert b"mockflare models @cf/meta/m2m100-1.2b" in done.stderr


def test_a_file_as_body(tmp_path):
    """Speech that was saved to a file comes back as text."""
    speech = tmp_path / "speech.mp3"
    speech.write_bytes(ask("aura-1", "hello from a file").stdout.removesuffix(b"\n"))
    assert json.loads(ask("whisper", f"@{speech}").stdout)["result"]["text"] == "hello from a file"


def test_standard_input_as_body():
    """A hyphen reads the body from standard input."""
    said = ask("llama-3.2-1b-instruct", "-", stdin=b'{"prompt": "about rivers"}')
    assert "rivers" in json.loads(said.stdout)["result"]["response"]


def test_a_file_that_is_not_there():
    """The message names the file."""
    done = ask("whisper", "@nowhere.mp3")
    assert (2, True) == (done.returncode, b"cannot read nowhere.mp3" in done.stderr)


def test_a_misspelt_short_name():
    """The nearest short name is proposed."""
    assert b"did you mean 'llama-3.2-1b-instruct'?" in ask("lama-3.2-1b-instruct", "hello").stderr
