"""Standard tools agree: what `mockflare spec` prints and what the mock answers are one contract."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mockserver import Mock, MockServer

# one of each kind: text, forms and bytes, adapters, lists by parameters, models named in body and path, no success
OPERATIONS = "v1/embeddings$|models/search$|detr-resnet-50$|nova-3$|deepgram/flux$|gemma-2b-it-lora$|flux-2-dev$"


UNKNOWING = "ignored_auth,positive_data_acceptance,negative_data_rejection,unsupported_method"
"""Checks of a tool that knows no service: 401 or 403 alone for strangers, the word of the schemas alone, and no 426."""


@pytest.mark.parametrize(
    ("fidelity", "options"),
    [
        pytest.param("document", ["--max-examples", "5"], id="by-the-document"),
        pytest.param(
            "lenient",
            ["--max-examples", "5", "--phases", "fuzzing", "--exclude-checks", UNKNOWING],
            id="as-the-service",
        ),
    ],
)
def test_schemathesis_finds_nothing(fidelity: str, options: list[str], tmp_path: Path) -> None:
    """Schemathesis's own command finds nothing wrong: by all its checks where the mock follows the document."""
    tools = Path(sys.executable).parent
    with (tmp_path / "spec.json").open("wb") as printed:
        subprocess.run([tools / "mockflare", "spec", "--format", "json"], stdout=printed, check=True)
    with MockServer(Mock(fidelity=fidelity)) as server:
        ran = subprocess.run(
            [
                *(tools / "schemathesis", "run", "spec.json", "--url", server.base_url, "--no-color"),
                *("-H", f"Authorization: Bearer {server.token}", "--include-path-regex", OPERATIONS),
                *("--seed", "1", "--workers", "2", *options),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    assert 0 == ran.returncode, ran.stdout
    assert "7 selected" in ran.stdout
    assert "Failures" not in ran.stdout
