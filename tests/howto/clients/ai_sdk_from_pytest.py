import os
import subprocess
from pathlib import Path


def test_program_in_javascript(mockflare):
    program = Path(__file__).with_name("ai_sdk.mjs")
    done = subprocess.run(
        ["node", str(program)],
        env={**os.environ, "MOCK_ORIGIN": mockflare.url},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (0, "") == (done.returncode, done.stderr)
    assert {200} == {request.status for request in mockflare.requests}
