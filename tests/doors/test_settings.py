"""Settings: flag, environment, file, default."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver.errors import UnknownName, UsageError
from mockserver.settings import Settings


def test_precedence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flag wins over the environment, that over the file, that over the default."""
    (tmp_path / "pyproject.toml").write_text(
        "[tool.mockflare]\nseed = 1\nport = 1\nhost = '::1'\ntokens = ['a', 'b']\n"
    )
    monkeypatch.setenv("MOCKFLARE_SEED", "2")
    monkeypatch.setenv("MOCKFLARE_PORT", "2")
    found = Settings.load({"seed": 3, "port": None}, folder=tmp_path)
    assert (3, 2, "::1", ("a", "b"), "lenient") == (found.seed, found.port, found.host, found.tokens, found.fidelity)


def test_own_file_wins_over_pyproject(tmp_path: Path) -> None:
    """mockflare.toml is read before pyproject.toml; its names may be written with hyphens."""
    (tmp_path / "mockflare.toml").write_text("max-body = 7\n")
    (tmp_path / "pyproject.toml").write_text("[tool.mockflare]\nmax-body = 8\n")
    assert 7 == Settings.load(folder=tmp_path).max_body


@pytest.mark.parametrize(
    ("text", "error", "told"),
    [
        ("sed = 1", UnknownName, "did you mean 'seed'"),
        ("seed = 'x'", UsageError, "seed from .* is 'x'; a value of type int"),
        ("port = 70000", UsageError, "port is 70000; it has to lie between 0 and 65535"),
        ("fidelity = 'strickt'", UnknownName, "did you mean 'strict'"),
        ("seed = true", UsageError, "a value of type int"),
        ("seed = [", UsageError, "not readable as TOML"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, error: type[Exception], told: str) -> None:
    """A mistake says what was found and what would have been right."""
    (tmp_path / "mockflare.toml").write_text(text)
    with pytest.raises(error, match=told):
        Settings.load(folder=tmp_path)


def test_environment_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists are separated by commas, booleans are words."""
    for name, value in {"TOKENS": "a, b", "AUTH": "off", "TTFT": "1.5", "SWITCHES": ""}.items():
        monkeypatch.setenv(f"MOCKFLARE_{name}", value)
    found = Settings.load(folder=tmp_path)
    assert (("a", "b"), False, 1.5) == (found.tokens, found.auth, found.ttft)


def test_mistake_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable with our prefix that is no setting is a mistake, not ignored."""
    monkeypatch.setenv("MOCKFLARE_SEEED", "7")
    with pytest.raises(UnknownName, match="did you mean 'seed'"):
        Settings.load(folder=tmp_path)
