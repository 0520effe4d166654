"""Shared by all tests: our own plugin is tested through pytester, and switched off for everything else."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]


@pytest.fixture(autouse=True, scope="session")
def _own_environment(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Settings and tokens of the person who runs the tests must not change what is tested."""
    import os

    for name in [name for name in os.environ if name.startswith(("MOCKFLARE_", "CLOUDFLARE_", "OPENAI_"))]:
        del os.environ[name]
    os.environ["MOCKFLARE_CACHE"] = str(tmp_path_factory.mktemp("cache"))
