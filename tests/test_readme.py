"""The commands of the README are the ones that the run which decides goes through."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CI = ROOT / ".ci"

pytestmark = pytest.mark.skipif(not CI.is_dir(), reason="a source distribution has no .ci")


def shown(prefix: str) -> list[str]:
    """Return the commands of the README that begin with a word."""
    readme = (ROOT / "README.md").read_text("utf-8")
    return re.findall(rf"^\$ ({prefix}\b[^#\n]*)", readme, re.MULTILINE)


def run_by(path: Path) -> str:
    """Return a script and everything it calls."""
    text = "\n".join(line.split("#")[0] for line in path.read_text("utf-8").splitlines())
    called = {name for name in re.findall(r"\.ci/(\w+)", text) if name != path.name}
    text += "".join(run_by(CI / name) for name in sorted(called))
    for verb in re.findall(r"\bmake (\w+)", text):
        text += "".join(run_by(CI / name) for name in re.findall(r"\.ci/(\w+)", recipe(verb)) if name not in called)
    return text


def recipe(verb: str) -> str:
    """Return what a verb of the Makefile does."""
    found = re.search(rf"^{verb}:.*\n((?:\t.*\n)*)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert found, f"the Makefile has no verb {verb}"
    return found[1]


def test_verbs() -> None:
    """What the README makes is what the run makes."""
    verbs = {command.split()[1] for command in shown("make")}
    assert set(re.findall(r"\bmake (\w+)", run_by(CI / "run"))) == verbs


def test_installation() -> None:
    """The README installs with pip, and the run installs the wheel with pip and serves from it."""
    assert shown("pip install")
    assert "pip install -q" in run_by(CI / "run")
    assert 'mockflare" serve' in run_by(CI / "run")
    assert any(command.split()[:2] == ["mockflare", "serve"] for command in shown("mockflare"))


def test_check() -> None:
    """`make check` is the command that the README shows for checking the mock."""
    assert "mockflare check" in recipe("check")
    assert any(command.strip() == "mockflare check" for command in shown("mockflare"))


def test_three_questions() -> None:
    """The run asks what the server announces: chat, stream and Python, under those words."""
    asked = (CI / "readme").read_text("utf-8")
    readme = (ROOT / "README.md").read_text("utf-8")
    for word in ("chat", "stream", "Python"):
        assert re.search(rf"^  {word} +\S", readme, re.MULTILINE), f"the README does not show {word}"
        assert re.search(rf"\^  {word} +|  {word}  ", asked), f"the run does not ask {word}"
